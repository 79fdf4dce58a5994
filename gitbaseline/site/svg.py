"""SVG elements as text in which nothing can break out of its place.

Attributes are presentation attributes and classes only: the pages' Content-Security-Policy allows
no ``style``. Coordinates are rounded to a tenth of a pixel.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

Attribute = str | float | None


def element(name: str, /, *children: Markup, **attributes: Attribute) -> Markup:
    """Return one element; ``class_`` is class, ``text_anchor`` text-anchor, None is left out."""
    spelled = "".join(
        f' {_name(key)}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if not children:
        return Markup(f"<{name}{spelled}/>")  # noqa: S704 - names are ours, values escaped
    inside = "".join(map(escape, children))
    return Markup(f"<{name}{spelled}>{inside}</{name}>")  # noqa: S704


def label(said: str, x: float, y: float, **attributes: Attribute) -> Markup:
    """Return a text at a place."""
    return element("text", escape(said), x=x, y=y, **attributes)


def path(points: Iterable[tuple[float, float]]) -> str:
    """Return the points as one line's ``d``."""
    return "M" + "L".join(f"{pixel(x)} {pixel(y)}" for x, y in points)


def pixel(place: float) -> str:
    """Return a coordinate as short as it can be told.

    >>> pixel(12.0), pixel(3.14159)
    ('12', '3.1')
    """
    return f"{place:.1f}".removesuffix(".0")


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-") if key not in _CAMEL else _CAMEL[key]


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else pixel(value)


_CAMEL = {"viewbox": "viewBox", "preserve": "preserveAspectRatio"}
