"""The grammar of a Go benchmark's output: lines in, results with what stood before them out.

Rules:

- ``FAIL``, ``--- FAIL`` and ``panic:`` are a failed run; a file that ends in the name of a
  benchmark, in a unit that is not whole or in half an event is cut off.
- What a benchmark printed between its name and its numbers is passed over, as are what the go
  command says of itself (``go:``, ``coverage:``) and a value that is no finite number.
- ``go test -json`` is read too: ``go_events``.

Grammar: golang.org/design/14313-benchmark-format and golang/perf benchfmt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.gather import Gather
from gitbaseline.formats.go_events import event, has_events, streams
from gitbaseline.formats.lines import Line, plain
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import cut_off, failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import Direction

_RESULT = re.compile(r"(Benchmark(?:[^\sa-z]\S*)?)\s+([0-9]{1,18})\s+(\S.*)")
OWN_UNITS = {
    "ns/op": Direction.LOWER,
    "B/op": Direction.LOWER,
    "allocs/op": Direction.LOWER,
    "MB/s": Direction.HIGHER,
}
_NAMED = re.compile(r"(Benchmark[^\sa-z]\S*)(?:\s|$)")
_ONLY_NUMBERS = re.compile(r"([0-9]{1,18})\s+(\S+\s+ns/op\b.*)")
_CONFIG = re.compile(r"([a-z][^\sA-Z:]*):(?:\s+(.*))?")
_UNIT_LINE = re.compile(r"Unit\s+(\S+)\s+(.*)")
_FAILED = re.compile(
    r"(?:Benchmark\S*\s+)?--- FAIL: |FAIL(?:\s|$)|panic: |fatal error: |exit status [1-9]"
)
_OF_GO = frozenset({"go", "coverage", "testing", "warning"})  # no configuration, though it looks so
_NO_NUMBER = frozenset({"NaN", "+Inf", "-Inf"})
_TALK = re.compile(r"PASS$|ok\s+\S+\s|\?\s+\S+\s+\[no test files\]|Benchmark\S*$|=== RUN|$")
_NAME_ALONE = re.compile(r"Benchmark[^\sa-z]\S*")
_HIGHER = {"higher": Direction.HIGHER, "lower": Direction.LOWER}
_CUT_UNITS = frozenset(unit[:size] for unit in OWN_UNITS for size in range(1, len(unit)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result line: what stood before it as configuration, value and unit pairs."""

    line: int
    name: str
    iterations: int
    values: tuple[tuple[str, float], ...]
    config: Mapping[str, str]


@mutable(slots=True, kw_only=True)
class Log:
    """All results, and by unit which way is better, where a line says so."""

    results: list[Result] = field(default_factory=list)
    better: dict[str, Direction] = field(default_factory=dict)


def is_result(text: str) -> bool:
    """Whether a line is a whole result."""
    return _RESULT.fullmatch(text) is not None


def scan(gather: Gather, data: bytes) -> Log:
    """Return what the output says; InputError where a benchmark failed or the output breaks off."""
    log = _scanned(gather, data)
    _check_end(gather, data, log)
    return log


def _scanned(gather: Gather, data: bytes) -> Log:
    log = Log()
    configs: dict[str, dict[str, str]] = {}
    waiting: dict[str, str] = {}  # names whose numbers come on a later line
    for package, line in streams(data):
        config = configs.setdefault(package, {})
        if _FAILED.match(line.text):
            raise failed(f"{gather.file}:{line.number}", line.text[:120])
        result = _result(gather, line, waiting.get(package), config)
        if result:
            log.results.append(result)
            waiting.pop(package, None)
            continue
        named = _NAMED.match(line.text)
        if named:
            waiting[package] = named[1]
        if not _setting(line.text, config, log.better) and not _TALK.match(line.text):
            gather.skip(line.number, line.text)
    return log


def _check_end(gather: Gather, data: bytes, log: Log) -> None:
    """Raise InputError where the file ends before its last line did."""
    last = None
    for _, line in streams(data):
        last = line if line.text else last
    if last and (_is_cut(log, last, data) or _NAME_ALONE.fullmatch(last.text)):
        raise cut_off(
            f"{gather.file}:{last.number}",
            f"the output breaks off in {last.text[-60:]!r}",
            code="go/truncated",
        )


def _is_cut(log: Log, last: Line, data: bytes) -> bool:
    """Whether the last line is half an event, or ends in a part of one of Go's own units."""
    if data.endswith(b"\n"):
        return False
    end = plain(data).rpartition(b"\n")[2]
    if has_events(data) and end.startswith(b"{"):
        return event(end.decode("utf-8", "replace")) is None
    result = log.results[-1] if log.results else None
    return result is not None and result.line == last.number and result.values[-1][0] in _CUT_UNITS


def _setting(text: str, config: dict[str, str], better: dict[str, Direction]) -> bool:
    """Take a configuration or unit line; return whether it was one."""
    if match := _UNIT_LINE.fullmatch(text):
        for word in match[2].split():
            key, _, value = word.partition("=")
            if key == "better":
                better[match[1]] = _HIGHER.get(value, Direction.UNKNOWN)
        return True
    if match := _CONFIG.fullmatch(text):
        if match[1] in _OF_GO:
            return False
        value = (match[2] or "").strip()
        config.pop(match[1], None)
        if value:
            config[match[1]] = value
        return True
    return False


def _result(
    gather: Gather, line: Line, waiting: str | None, config: Mapping[str, str]
) -> Result | None:
    match = _RESULT.fullmatch(line.text)
    name, count, rest = match.groups() if match else (waiting, "", "")
    if match is None and waiting and (only := _ONLY_NUMBERS.fullmatch(line.text)):
        count, rest = only.groups()
    words = rest.split()
    if not words or name is None or len(words) < 2:
        return None
    if decimal(words[0]) is None and words[0] not in _NO_NUMBER:
        return None  # what the benchmark printed
    values = list(_values(gather, line, words))
    if len({unit for unit, _ in values}) < len(values):
        raise _fault(gather, line, "a unit occurs twice")
    if not values:
        return None
    return Result(
        line=line.number,
        name=name.removeprefix("Benchmark") or "Benchmark",
        iterations=int(count),
        values=tuple(values),
        config=dict(config),
    )


def _values(gather: Gather, line: Line, words: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Yield unit and value of each pair; one that is no finite number is passed over."""
    for text, unit in zip(words[::2], words[1::2], strict=False):
        value = decimal(text)
        if text in _NO_NUMBER:
            gather.skip(line.number, f"{text} {unit}: no finite number")
        elif value is None:
            raise _fault(gather, line, f"expected a number before {unit[:40]!r}, got {text[:40]!r}")
        else:
            yield unit, value
    if len(words) % 2:
        raise _fault(gather, line, f"a value without its unit: {words[-1][:40]!r}")


def _fault(gather: Gather, line: Line, what: str) -> InputError:
    return InputError(
        what,
        code="go/result",
        where=f"{gather.file}:{line.number}",
        hint="expected: BenchmarkName count value unit ...",
    )
