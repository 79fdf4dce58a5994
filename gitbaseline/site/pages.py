"""Templates to pages: escaping, the Content-Security-Policy, JSON inside a page.

Every value of the registry is escaped by Jinja2; control and bidirectional characters are spelled
out first, as on a terminal. What is not escaped again was drawn by ``svg`` or made below.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from gitbaseline.model.text import visible
from gitbaseline.site.links import root_of

if TYPE_CHECKING:
    from jinja2 import Environment

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'"
)
_APART = "\x1f"
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def page(template: str, name: str, registry_id: str, title: str, **values: object) -> bytes:
    """Return the page that lies at ``name``."""
    text = (
        _environment()
        .get_template(template)
        .render(root=root_of(name), registry_id=registry_id, title=title, policy=POLICY, **values)
    )
    return text.encode()


def data(value: object) -> Markup:
    """Return JSON that may stand in a script element: nothing in it can end the element."""
    return Markup(_json(value))  # noqa: S704 - no character is left that HTML or a script gives sense


def call(function: str, *values: object) -> bytes:
    """Return a script that only hands values to a function of the site: data for ``file://``.

    A page opened from a disk may load a script beside it, but may not fetch JSON.
    """
    return f"{function}({','.join(map(_json, values))});\n".encode()


def plain_text(value: object) -> str:
    """Return a JSON value for reading, on one line."""
    return json.dumps(value, ensure_ascii=False)


def plain_json(value: Mapping[str, object]) -> bytes:
    """Return a document for programs."""
    return f"{json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False)}\n".encode()


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - 40 ms

    environment = Environment(
        loader=PackageLoader("gitbaseline.site"),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["facts"] = facts
    environment.filters["address"] = address
    return environment


def facts(pairs: Iterable[tuple[str, str]]) -> Markup:
    """Return names and texts as a list of definitions.

    Not a template: pages hold hundreds. All are escaped at once, kept apart by a control character,
    which no visible text holds.
    """
    texts = [visible(text) for pair in pairs for text in pair]
    parts = str(escape(_APART.join(texts))).split(_APART) if texts else []
    rows = "".join(
        f"<div><dt>{name}</dt><dd>{text}</dd></div>\n"
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    )
    return Markup(f'<dl class="facts">\n{rows}</dl>')  # noqa: S704 - each part is escaped


def address(text: str) -> Markup:
    """Return a text that may go on on the next line behind an ``@``."""
    return Markup("@<wbr>").join(map(escape, str(_shown(text)).split("@")))


def _shown(value: object) -> object:
    if type(value) is not str or (value.isascii() and value.isprintable()):
        return value  # of a million most: quicker to tell than to spell
    return visible(value)
