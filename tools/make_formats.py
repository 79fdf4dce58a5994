"""Make docs/formats.md from what the readers say of themselves.

    python tools/make_formats.py

The grammar of a format is its module's docstring; the page cannot say what the code does not. What
stands before the formats is in docs/formats.md.in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from gitbaseline.formats.base import Format
from gitbaseline.formats.describe import grammar, media
from gitbaseline.formats.registry import FORMATS

FOLDER = Path(__file__).parents[1] / "docs"
TEMPLATE = FOLDER / "formats.md.in"
PAGE = FOLDER / "formats.md"


def page() -> str:
    """Return the whole page."""
    table = [
        "| format | reads | what it is |",
        "|---|---|---|",
        *(
            f"| [{form.NAME}](#{form.NAME}) | {', '.join(media(form))} | {_cell(form.SUMMARY)} |"
            for form in FORMATS
        ),
    ]
    parts = [line for form in FORMATS for line in ("", *_part(form))]
    filled = {"@TABLE@": "\n".join(table), "@FORMATS@": "\n".join(parts).strip("\n")}
    return re.sub("@[A-Z]+@", lambda match: filled[match[0]], TEMPLATE.read_text())


def _part(form: Format) -> Iterator[str]:
    yield f"## {form.NAME}"
    yield ""
    for line in grammar(form).split("\n"):
        yield line if line.startswith("    ") else _markup(line)


def _markup(line: str) -> str:
    """Return a docstring's line as Markdown: its double backticks, and nothing by accident."""
    pieces = re.split(r"(``.+?``)", line)
    return "".join(
        piece[1:-1] if piece.startswith("``") else re.sub(r"([<>_*|`])", r"\\\1", piece)
        for piece in pieces
    )


def _cell(text: str) -> str:
    return _markup(text).replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(page())
