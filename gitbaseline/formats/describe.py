"""What a format says of itself: its one line, the media that the line names, its grammar.

A reader's docstring is its documentation: the grammar, the rules, where the shape comes from. So
the page, the command line and the code cannot say different things.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from gitbaseline.formats.base import Format

# A summary names what the reader takes in one of these words.
_MEDIA = {
    "text": r"\b(?:text|printed|console|tables?|report|logs?)\b|(?<!JSON )\blines\b",
    "JSON": r"json",
    "CSV": r"\bcsv\b",
    "Markdown": r"\bmarkdown\b",
    "XML": r"\bxml\b",
    "SQLite": r"\bsqlite\b",
    "folder": r"\bfolders?\b|\bdirectory\b|\bbundle\b",
}
_NAMED = re.compile(r"``([a-z0-9_]+)``")
_OURS = "gitbaseline.formats"
_MACHINERY = frozenset(
    ("base", "conformance", "describe", "opened", "plugins", "pool", "registry", "settle", "valid")
)


def media(form: Format) -> tuple[str, ...]:
    """Return what the format reads, as its summary says: ``text``, ``JSON``, ``folder``, ..."""
    summary = form.SUMMARY
    return tuple(name for name, word in _MEDIA.items() if re.search(word, summary, re.IGNORECASE))


def grammar(form: Format) -> str:
    """Return the reader's docstring, and behind it those of the modules beside it that it names.

    An object without a docstring has its module's. Empty where there is none at all.
    """
    name: str = getattr(form, "__name__", type(form).__module__)  # a module's, also if deferred
    text = getattr(sys.modules.get(name), "__doc__", None) or form.__doc__ or ""
    parts = [inspect.cleandoc(text), *_parts(text, name, {name})]
    return "\n\n".join(part for part in parts if part)


def _parts(text: str, name: str, told: set[str]) -> Iterator[str]:
    """Yield the docstrings of the modules of ours that a docstring names, each once."""
    if name.rpartition(".")[0] != _OURS:
        return
    for word in _NAMED.findall(text):
        full = f"{_OURS}.{word}"
        if word in _MACHINERY or full in told or find_spec(full) is None:
            continue
        told.add(full)
        module = import_module(full)
        if not hasattr(module, "NAME"):
            yield f"``{word}``: {inspect.cleandoc(module.__doc__ or 'not documented')}"
            yield from _parts(module.__doc__ or "", full, told)
