"""Where in a JSON text a fault stands that the parser names without a place.

Used only when parsing has failed: it walks the tokens and keeps the path, which the parser
does not. It does not judge the text; it finds the first repeated key or non-finite word.
"""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{},:]|-?Infinity|NaN', re.DOTALL)


def locate(text: str) -> tuple[int, str] | None:
    """Return line (from 1) and dotted path of the first repeated key, NaN or Infinity, or None.

    >>> locate('{"a": [1, {"b": 1,\\n"b": 2}]}'), locate('{"a": NaN}'), locate('{"a": 1}')
    ((2, 'a.1.b'), (1, 'a'), None)
    """
    path: list[str | int] = []
    seen: list[set[str]] = []
    last = ""
    for match in _TOKEN.finditer(text):
        word = match.group()
        repeated = False
        if word in ("{", "["):
            path.append("" if word == "{" else 0)
            seen.append(set())
        elif not path:
            continue
        elif word in ("}", "]"):
            path.pop()
            seen.pop()
        elif word == ":":
            path[-1] = last
            repeated = last in seen[-1]
            seen[-1].add(last)
        elif word == "," and isinstance(path[-1], int):
            path[-1] += 1
        elif word[0] == '"':
            last = word[1:-1]
        if repeated or word in ("NaN", "Infinity", "-Infinity"):
            line = text.count("\n", 0, match.start()) + 1
            return line, ".".join(str(part) for part in path)
    return None
