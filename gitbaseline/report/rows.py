"""Rows as CSV and as JSON lines: the same rows give the same bytes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gitbaseline.model.codec import JSON

_PLAIN = re.compile(r'[^",\r\n]+')


def json_line(value: JSON | Mapping[str, JSON]) -> str:
    """Return a value as JSON on one line, members in their order, without spaces."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[JSON]]) -> Iterator[str]:
    """Yield CSV after RFC 4180 without the ends of lines; the first line names the columns.

    What is null is nothing between two commas, an empty text is ``""``; lists and objects are JSON.
    """
    yield ",".join(map(_cell, columns))
    for row in rows:
        yield ",".join(map(_cell, row))


def _cell(value: JSON) -> str:
    if value is None:
        return ""
    text = value if isinstance(value, str) else json_line(value)
    return text if _PLAIN.fullmatch(text) else '"{}"'.format(text.replace('"', '""'))
