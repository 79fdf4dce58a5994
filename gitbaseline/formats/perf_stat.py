"""``perf stat``, printed or with ``-j`` or ``-x SEP``: one counter a line, its event the key.

With ``-A``, ``--per-core`` and the like the place stands before the event: ``cpu=0.cycles``. What
perf derives from a counter (``insn per cycle``) is ``<event>.<name>``, without direction; rates by
the second are not read, for they change their unit from run to run.

Rules:

- Times and cycles are lower-is-better; of other events nobody can say in general.
- ``<not supported>`` and ``<not counted>`` are passed over, never 0.
- Multiplexed counters (running less than 100 %) are estimates: unchecked, with a warning.
- With ``-r`` the value is a mean. ``-I`` cuts one run into slices, which are no trials: refused.
- A file appended to (``--append``) holds several runs: trials.

What it prints for people: ``perf_stat_text``.

Grammar: tools/perf/util/stat-display.c of Linux 5.x and 6.x, and man perf-stat.
"""

from __future__ import annotations

import re

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, Summary, clean
from gitbaseline.formats.json_values import table
from gitbaseline.formats.lines import plain, unlabelled
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.part import Part
from gitbaseline.formats.perf_stat_text import MARK, SLICES, Counter, counters
from gitbaseline.model.codec import JSON
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction, Validity

NAME = "perf-stat"
SUMMARY = "perf stat: text, JSON (-j) or CSV (-x, any separator)"

_ROW = re.compile(
    rb"^[^\n]{0,80}?(?:[0-9.]+|<not (?:supported|counted)>)([,;|\t])[A-Za-z%]{0,12}\1"
    rb"[^\s,;|][^,;|\t\n]{0,200}\1(?:[0-9.]+%\1)?[0-9]{1,20}\1[0-9]{1,3}\.[0-9]{2}(?:\1|\r?$)",
    re.MULTILINE,
)
_STARTED = re.compile(r"# started on ")
_NONE = re.compile(r"<not (?:supported|counted)>")
_VARIANCE = re.compile(r"[0-9.]+%")
_COUNT = re.compile(r"[0-9]+")
_LOWER = re.compile(
    r"(?:[a-z0-9_]+/)?(?:(?:cpu-|ref-)?cycles|task-clock|cpu-clock|duration_time|user_time|system_time)"
    r"/?(?::[a-zA-Z]+)?"
)
_PLACES = ("cpu", "core", "die", "cluster", "socket", "node", "thread", "cgroup")
_RATE = re.compile(r"\S*/sec\b.*")


def sniff(source: Source) -> str | None:
    """Return why this is perf stat's output, or None."""
    if source.kind != "file":
        return None
    if holds(source, _is_counter, b'"counter-value"'):
        return "its lines have counter-value and event"
    if MARK in source.files[0].data or SLICES.search(plain(source.files[0].data)):
        return "it has the head of perf's table"
    if _ROW.search(plain(source.files[0].data)):
        return "its lines are value, unit, event, run time and share"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every counter; InputError for slices of a run, or where nothing was counted."""
    file = source.files[0]
    gather = Gather(file.path)
    if b'"counter-value"' in file.data:
        for part in gather.documents(file.data, _is_line):
            _add(gather, _from_json(part))
    elif MARK in file.data:
        for counter in counters(gather, file.data):
            _add(gather, counter)
    elif SLICES.search(plain(file.data)):
        raise _sliced(file.path)
    else:
        text = plain(file.data).decode("utf-8", "replace")
        for number, line in enumerate(text.split("\n"), 1):
            row = _from_line(gather, number, unlabelled(line)[0].strip())
            if row:
                _add(gather, row)
            elif line.strip():
                gather.skip(number, line.strip())
    return gather.reading(NAME)


def _is_line(value: JSON) -> bool:
    return bool({"counter-value", "metric-value"} & table(value).keys())


def _is_counter(value: JSON) -> bool:
    return {"counter-value", "event"} <= table(value).keys()


def _from_json(part: Part) -> Counter:
    if part.part("interval").value is not None:
        raise _sliced(part.where)
    derived = _number(part.part("metric-value").value)
    name = part.part("metric-unit").maybe_text()
    place = {key: part.part(key).maybe_text() for key in _PLACES}
    return Counter(
        line=part.line,
        event=part.part("event").maybe_text() or "",
        value=str(part.part("counter-value").value or ""),
        unit=part.part("unit").maybe_text() or "",
        place={key: clean(value) for key, value in place.items() if value},
        running=_number(part.part("pcnt-running").value) or 0.0,
        repeated=bool(part.part("variance")),
        derived=(derived, name) if derived is not None and name else None,
    )


def _number(value: object) -> float | None:
    """Return a number, which newer versions write as text."""
    return decimal(value.strip() if isinstance(value, str) else repr(value))


def _from_line(gather: Gather, number: int, line: str) -> Counter | None:
    row = _ROW.match(line.encode())
    if row is None:
        return None
    separator = row[1].decode()
    words = [word.strip() for word in line.split(separator)]
    at = _value_at(words)
    if at is None:
        return None
    before = words[:at]
    if before and decimal(before[0]) is not None:
        raise _sliced(f"{gather.file}:{number}")
    value, unit, event, *rest = words[at:]
    repeated = bool(_VARIANCE.fullmatch(rest[0]))
    rest = rest[1:] if repeated else rest
    derived = decimal(rest[2]) if len(rest) > 3 else None
    return Counter(
        line=number,
        event=event,
        value=value,
        unit=unit,
        place={"place": clean(before[0])} if before else {},
        running=decimal(rest[1]) or 0.0,
        repeated=repeated and rest[0] != "0",
        derived=(derived, rest[3]) if derived is not None and rest[3] else None,
    )


def _value_at(words: list[str]) -> int | None:
    """Return which column is the counter's value: what stands before it are places."""
    for at in range(len(words) - 4):
        counted = decimal(words[at]) is not None or _NONE.fullmatch(words[at])
        run_time = words[at + 3 : at + 5]
        if _VARIANCE.fullmatch(run_time[0]):
            run_time = words[at + 4 : at + 6]
        if counted and words[at + 2] and len(run_time) == 2 and _COUNT.fullmatch(run_time[0]):
            return at
    return None


def _add(gather: Gather, counter: Counter) -> None:
    if not counter.event or _NONE.fullmatch(counter.value):
        said = counter.value or "no counter of its own"
        gather.skip(counter.line, f"{counter.event or 'a metric'}: {said}")
        return
    value = decimal(counter.value)
    if value is None:
        raise InputError(
            f"{counter.event[:80]}: expected a number, got {counter.value[:40]!r}",
            code="perf/number",
            where=f"{gather.file}:{counter.line}",
            hint="run perf with LC_ALL=C: a comma may mean thousands or decimals",
        )
    whole_time = counter.running >= 100
    if not whole_time:
        gather.warn(
            f"{clean(counter.event)} was counted {counter.running:g} % of the time: an estimate"
        )
    prefix = "".join(f"{key}={value}." for key, value in counter.place.items())
    gather.add(
        f"{prefix}{counter.event}",
        value,
        line=counter.line,
        unit=counter.unit or "count",
        direction=Direction.LOWER if _LOWER.fullmatch(counter.event) else Direction.UNKNOWN,
        validity=Validity.VALID if whole_time else Validity.UNCHECKED,
        dimensions=counter.place,
        summary=Summary(stat="mean" if counter.repeated else "single", n=counter.n),
    )
    if counter.derived and not _RATE.fullmatch(counter.derived[1]):
        gather.add(
            f"{prefix}{counter.event}.{counter.derived[1]}",
            counter.derived[0],
            line=counter.line,
            unit=UNKNOWN_UNIT,
            direction=Direction.UNKNOWN,
            dimensions=counter.place,
        )


def _sliced(where: str) -> InputError:
    return InputError(
        "one run in slices of time (-I): its slices are no trials",
        code="perf/interval",
        where=where,
        hint="leave -I out, or repeat the run with -r",
    )
