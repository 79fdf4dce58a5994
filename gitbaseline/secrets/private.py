"""JSON members that benchmark tools write and that are private by their name.

It works on the text, not on a parsed document: so it sees members in JSON lines, behind a
banner and in a file that breaks off, and what stays is byte for byte what the tool wrote.

Rules:

- ``env`` counts only where it is a whole process environment (nccl-tests ``-J``), ``node`` only
  inside ``machine_info`` (pytest-benchmark).
- A member without content (null, ``""``, ``[]``) is not private.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

NAMES = (
    "generated_texts",  # vLLM, SGLang
    "generated_text",
    "submission_poc_email",  # MLPerf
    "submission_poc_name",
    "cli_command",  # aiperf
    "username",  # torch traces
    "user_name",
)
_MEMBER = re.compile(r'"(?P<name>' + "|".join((*NAMES, "env", "machine_info")) + r')"\s*:\s*(?=\S)')
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_PLAIN = re.compile(r"[^,\]}\s]*")
_NOTHING = re.compile(r'(?:[\s\[\]{}",]|null)*')
_SHOWN = {
    "env": re.compile(r'"[A-Za-z_][A-Za-z0-9_]*=|"(?:PATH|HOME|USER|SHELL|PWD)"\s*:'),
    "machine_info": re.compile(r'"node"\s*:\s*(?=")'),
}
_WINDOW = 2048  # characters within which an environment or a machine_info shows what it is


def find(text: str) -> Iterator[tuple[str, tuple[int, int], int]]:
    """Yield name, span of the member and start of its value, of every private one in order."""
    at = 0
    for match in _MEMBER.finditer(text):
        if match.start() < at:
            continue
        name, found = match["name"], match
        if name in _SHOWN:
            shown = _value_end(text, match.end(), match.end() + _WINDOW)
            inside = _SHOWN[name].search(text, match.end(), shown)
            if inside is None or text[match.end()] not in "[{":
                continue
            if name == "machine_info":
                name, found = "machine_info.node", inside
        end = _value_end(text, found.end(), len(text))
        if not _NOTHING.fullmatch(text, found.end(), end):
            at = end
            yield name, (found.start(), end), found.end()


def _value_end(text: str, start: int, limit: int) -> int:
    if text[start] not in '"[{':
        plain = _PLAIN.match(text, start)
        return plain.end() if plain else start
    depth = 0
    for token in _TOKEN.finditer(text, start, limit):
        word = token.group()
        depth += (word in "[{") - (word in "]}")
        if depth <= 0:
            return token.end()
    return min(limit, len(text))
