"""What ``perf stat`` prints for people: a table of counters below ``Performance counter stats``.

A row is a number, perhaps its unit, the event, behind ``#`` what perf derives from it, in
parentheses the spread of ``-r`` and the share of time that was counted. With ``-A``,
``--per-core`` and the like the place stands first. The seconds below the table are
``duration_time``, ``user_time`` and ``system_time``, as perf names these events.

Rules:

- Commas separate thousands. With another locale a comma or a space may mean decimals: refused, as
  is any row that begins with a number and is no counter (``--metric-only``).
- A table without ``seconds time elapsed``, its end, is cut off. A command that a signal ended
  failed.
- Several tables are trials if they are of one command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gitbaseline.errors import InputError
from gitbaseline.formats.gather import Gather, clean
from gitbaseline.formats.lines import plain
from gitbaseline.formats.numbers import grouped
from gitbaseline.formats.refused import cut_off, failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar

MARK = b"Performance counter stats for "
SLICES = re.compile(rb"^# +time [a-z ]*\bcounts +unit +events", re.MULTILINE)  # of -I
_HEAD = re.compile(r"Performance counter stats for (.+?)(?: \(([0-9]{1,9}) runs\))?:")
_ROW = re.compile(
    r"(?:(?P<place>[A-Za-z]\S*[0-9])\s+(?:[0-9]+\s+)?)?"
    r"(?P<value>[0-9][0-9.,]*|<not (?:counted|supported)>)\s+"
    r"(?:(?P<unit>[A-Za-z/%]{1,12})\s+)?(?P<event>[A-Za-z_]\S*)"
    r"(?:\s\((?P<behind>msec)\))?(?P<rest>\s.*)?"
)
_DERIVED = re.compile(r"#\s+([0-9.]+)\s*%?\s+([A-Za-z]\S*(?: [^\s(]+)*)")
_SHARE = re.compile(r"[(\[](?:scaled from )?([0-9.]+)%[)\]]\s*$")
_TIME = re.compile(r"([0-9][0-9.,]*)(?: \+- [0-9.,]+)? seconds (time elapsed|user|sys)\b.*")
_TIMES = {"time elapsed": "duration_time", "user": "user_time", "sys": "system_time"}
_KILLED = re.compile(
    r"\S+: (?:Interrupt|Terminated|Killed|Aborted|Segmentation fault|Bus error|Hangup|Quit"
    r"|Illegal instruction|Floating point exception)(?: \(core dumped\))?"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """One counter: what it counts, where, and what perf says of the counting.

    ``running`` is in percent; ``n`` of how many runs a repeated one is the mean.
    """

    line: int
    event: str
    value: str
    unit: str
    place: Mapping[str, Scalar]
    running: float
    repeated: bool
    derived: tuple[float, str] | None
    n: int = 1


def counters(gather: Gather, data: bytes) -> Iterator[Counter]:
    """Yield every counter of every table; InputError where one failed or cannot be read."""
    head: tuple[int, str, int] | None = None  # line, command and runs of the table
    command, ended = None, True
    for number, raw in enumerate(plain(data).decode("utf-8", "replace").split("\n"), 1):
        text = raw.strip()
        where = f"{gather.file}:{number}"
        if _KILLED.fullmatch(text):
            raise failed(where, text)
        if match := _HEAD.fullmatch(text):
            _require_end(gather, head, ended=ended)
            if command not in (None, match[1]):
                raise _mixed(where)
            head, command, ended = (number, match[1], int(match[2] or 1)), match[1], False
        elif head and (counter := _counter(text, where, number, head[2])):
            ended |= counter.event == "duration_time" and counter.unit == "s"
            yield counter
        elif head and not ended and text[:1].isdigit():
            raise _unreadable(where, text)
        elif text:
            gather.skip(number, text)
    _require_end(gather, head, ended=ended)


def _counter(text: str, where: str, line: int, runs: int) -> Counter | None:
    if match := _TIME.fullmatch(text):
        value, unit, event, rest, place = match[1], "s", _TIMES[match[2]], "", ""
    elif match := _ROW.fullmatch(text):
        value, event, rest = match["value"], match["event"], match["rest"] or ""
        unit, place = match["unit"] or match["behind"] or "", match["place"] or ""
    else:
        return None
    if value[0] != "<" and (grouped(value) is None or ("." in value and not unit)):
        raise _unreadable(where, text)
    share, derived = _SHARE.search(rest), _DERIVED.search(rest)
    return Counter(
        line=line,
        event=event,
        value=value if value[0] == "<" else value.replace(",", ""),
        unit=unit,
        place={"place": clean(place)} if place else {},
        running=float(share[1]) if share and grouped(share[1]) is not None else 100.0,
        repeated=runs > 1,
        derived=(float(derived[1]), derived[2])
        if derived and grouped(derived[1]) is not None
        else None,
        n=runs,
    )


def _require_end(gather: Gather, head: tuple[int, str, int] | None, *, ended: bool) -> None:
    if head and not ended:
        raise cut_off(
            f"{gather.file}:{head[0]}",
            "a table without 'seconds time elapsed', its end: the run is cut off",
            code="perf/truncated",
        )


def _unreadable(where: str, text: str) -> InputError:
    return InputError(
        f"expected a counter and its event, got {text[:60]!r}",
        code="perf/number",
        where=where,
        hint="run perf with LC_ALL=C: a comma may mean thousands or decimals; or with -j",
    )


def _mixed(where: str) -> InputError:
    return InputError(
        "counters of another command than above",
        code="perf/mixed",
        where=where,
        hint="they are not trials of one measurement; put each into a file of its own",
    )
