"""Lines of a log as the tool wrote them: what launchers, terminals and pastes put on is off.

Rules:

- Bytes that are not UTF-8 become U+FFFD; text is NFC; ANSI colours and the byte order mark that
  some shells write go; other control characters are shown escaped.
- Of a line that a carriage return overwrote, what was written last is read.
- A known prefix is taken off, however often: ``0: `` (srun -l), ``[1,0]<stdout>:`` (mpirun),
  ``[0] `` (hydra), a timestamp (Kubernetes, Jenkins, GitLab and others), ``[pod/...] `` (kubectl),
  job and step of ``gh run view --log``, ``#15 22.66 `` (docker build), ``# ``.
- The rank that a prefix names is kept as ``label``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitbaseline.frozen import dataclass
from gitbaseline.model.text import normal, visible_line

_ANSI = re.compile(
    r"\x1b(?:\[[0-9;:?]*[A-Za-z]|[()][A-Z0-9]|[\]_][^\x07\x1b\n]{0,1000}(?:\x07|\x1b\\))"
)
_COLOUR = re.compile(_ANSI.pattern.encode())
_PREFIX = re.compile(
    r"\s*(?:"
    r"(?P<mpirun>\[[\w.@-]{1,200},[0-9]{1,9}\]<std(?:out|err|diag)>:?)"
    r"|(?P<srun>[0-9]{1,9}:)(?:\s|$)"
    r"|(?P<hydra>\[[0-9]{1,9}\])(?:\s|$)"
    r"|\[pod/[^\]\s]{1,300}\]"
    r"|\[?[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?\]?(?:\s+std(?:out|err)\s[FP]|\s[0-9a-f]{2}[EO])?(?:\s|$)"
    r"|\#[0-9]{1,4}\s[0-9]{1,6}\.[0-9]{1,3}(?:\s|$)"
    r"|\#+"
    r")\s*"
)
_JOB = re.compile(r"[^\t]{1,200}\t[^\t]{1,200}\t\ufeff?(?=[0-9]{4}-[0-9]{2}-[0-9]{2}T)")
_MARK = b"\xef\xbb\xbf"
_ROUNDS = 8  # prefixes on one line that are believed


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its number from 1, the launcher's label if any, the text without prefixes."""

    number: int
    label: str | None
    text: str


def plain(data: bytes) -> bytes:
    """Return a log without byte order mark and terminal colours; lines keep their numbers.

    >>> plain(b"\xef\xbb\xbf\x1b[1;31mred\x1b[0m")
    b'red'
    """
    data = data.removeprefix(_MARK)
    return _COLOUR.sub(b"", data) if b"\x1b" in data else data


def lines(data: bytes) -> Iterator[Line]:
    """Yield every line of the log, empty ones included, with memory for one of them."""
    number, at = 1, len(_MARK) if data.startswith(_MARK) else 0
    while (end := data.find(b"\n", at)) >= 0:
        yield _line(number, normal(data[at:end].decode("utf-8", "replace")))
        number, at = number + 1, end + 1
    yield _line(number, normal(data[at:].decode("utf-8", "replace")))


def _line(number: int, raw: str) -> Line:
    plain = _ANSI.sub("", raw)
    if "\r" in plain:
        plain = next((part for part in reversed(plain.split("\r")) if part.strip()), "")
    if "\t" in plain:
        plain = _JOB.sub("", plain, count=1).replace("\t", " ")
    plain = normal(visible_line(plain))  # an escape's last letter may take an accent
    text, label = unlabelled(plain)
    return Line(number=number, label=label, text=text.strip())


def unlabelled(line: str) -> tuple[str, str | None]:
    """Return one line without the prefixes of launchers, and the label that they gave it.

    >>> unlabelled("[1,0]<stdout>:0: CPU0;12")
    ('CPU0;12', '0:')
    """
    at, label = 0, None
    for _ in range(_ROUNDS):
        match = _PREFIX.match(line, at)
        if not match:
            break
        label = match["mpirun"] or match["srun"] or match["hydra"] or label
        at = match.end()
    return line[at:], label
