"""JSON members that benchmark tools write and that are private by their name.

It works on the text, not on a parsed document: so it sees members in JSON lines, behind a
banner and in a file that breaks off, and what stays is byte for byte what the tool wrote.

Rules:

- ``env`` counts only where it is a whole process environment (nccl-tests ``-J``). A host's name
  counts inside ``machine_info`` (pytest-benchmark), ``context`` (Google Benchmark) and ``metadata``
  (pyperf).
- A member without content (null, ``""``, ``[]``) is not private.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitbaseline.pattern import pattern

NAMES = (
    "generated_texts",  # vLLM, SGLang
    "generated_text",
    "submission_poc_email",  # MLPerf
    "submission_poc_name",
    "cli_command",  # aiperf
    "username",  # torch traces
    "user_name",
)
_HOSTS = {"machine_info": "node", "context": "host_name", "metadata": "hostname"}
_MEMBER = pattern(r'"(?P<name>' + "|".join((*NAMES, "env", *_HOSTS)) + r')"\s*:\s*(?=\S)')
_TOKEN = pattern(r'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)
_PLAIN = pattern(r"[^,\]}\s]*")
_NOTHING = pattern(r'(?:[\s\[\]{}",]|null)*')
_SHOWN = {
    "env": pattern(r'"[A-Za-z_][A-Za-z0-9_]*=|"(?:PATH|HOME|USER|SHELL|PWD)"\s*:'),
    **{whole: pattern(rf'"{part}"\s*:\s*(?=")') for whole, part in _HOSTS.items()},
}
_WINDOW = 2048  # characters within which an environment or a machine shows what it is


def find(text: str) -> Iterator[tuple[str, tuple[int, int], int]]:
    """Yield name, span of the member and start of its value, of every private one in order."""
    at = 0
    for match in _MEMBER.finditer(text) if '"' in text else ():
        if match.start() < at:
            continue
        name, found = match["name"], match
        if name in _SHOWN:
            shown = _value_end(text, match.end(), match.end() + _WINDOW)
            inside = _SHOWN[name].search(text, match.end(), shown)
            if inside is None or text[match.end()] not in "[{":
                continue
            if name in _HOSTS:
                name, found = f"{name}.{_HOSTS[name]}", inside
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
