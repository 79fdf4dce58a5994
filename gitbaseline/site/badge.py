"""A badge for a README: the measurement, its latest value and the verdict, as one small SVG."""

from __future__ import annotations

from collections.abc import Mapping

from markupsafe import Markup, escape

from gitbaseline.model.codec import JSON
from gitbaseline.model.text import visible_line
from gitbaseline.report.folding import width
from gitbaseline.site import svg

_CHARACTER, _ROOM = 6.6, 12.0
_HEIGHT = 20.0
_LONGEST = 40
# On each of these white reads at 4.5 to 1.
_FILL = {"GREEN": "#1a7f37", "YELLOW": "#8a6100", "RED": "#c1272d"}
_OTHER = "#57606a"


def render(row: Mapping[str, JSON]) -> bytes:
    """Return the badge of a measurement's summary."""
    verdict = row["verdict"]
    name = _cut(str(row["measurement"]))
    said = _cut(" ".join(filter(None, (str(row["value"]), str(row["unit"])))))
    said = f"{said} {verdict}" if verdict else said
    left, right = _wide(name), _wide(said)
    drawn = svg.element(
        "svg",
        svg.element("title", escape(f"{name}: {said}")),
        svg.element("rect", width=left + right, height=_HEIGHT, rx=3.0, fill="#24292f"),
        svg.element(
            "path",
            d=f"M{svg.pixel(left)} 0h{svg.pixel(right - 3)}a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3"
            f"H{svg.pixel(left)}z",
            fill=_FILL.get(str(verdict), _OTHER),
        ),
        _text(name, left / 2),
        _text(said, left + right / 2),
        xmlns="http://www.w3.org/2000/svg",
        width=left + right,
        height=_HEIGHT,
        role="img",
        aria_label=f"{name}: {said}",
    )
    return f"{drawn}\n".encode()


def _text(said: str, x: float) -> Markup:
    return svg.label(
        said,
        x,
        14.0,
        fill="#fff",
        text_anchor="middle",
        font_family="Verdana,DejaVu Sans,sans-serif",
        font_size=11.0,
    )


def _wide(text: str) -> float:
    return width(text) * _CHARACTER + _ROOM


def _cut(text: str) -> str:
    text = visible_line(text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}\u2026"
