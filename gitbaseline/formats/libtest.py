"""What ``cargo bench`` prints with the built-in harness: one ``bench:`` line a benchmark.

Keys are ``<path>.time`` in time per iteration, and ``<path>.throughput`` where bytes were declared:
the same number again, shown and not judged.

Rules:

- Commas separate thousands of the time and nothing else (the harness writes them itself); the
  throughput has none. With ``--quiet`` a dot or letter for each test stands before the line.
- ``+/-`` is the distance of the extremes, not a deviation: it is not read.
- What a benchmark printed stands between its name and its numbers, and may end the line.
- ``FAILED`` refuses the file, and so does a binary that began (``running 4 tests``) and told no
  ``test result``. Ignored benchmarks are passed over.
- One name in several binaries is told apart by the binary; the same again is a trial.

Text: rust-lang/rust library/test/src/formatters and bench.rs (fmt_bench_samples).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather, Summary
from gitbaseline.formats.lines import Line, lines, plain
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import cut_off, failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.metric import Direction, Validity
from gitbaseline.model.units import default_direction, find

NAME = "libtest"
SUMMARY = "the text of cargo bench with the built-in harness (test ... bench:)"

_SNIFF = re.compile(rb" \.\.\. bench:[ \t]+[0-9]")
_BENCH = re.compile(
    r"[.i]{0,200}test (.{1,1000}?)\s{1,200}\.\.\. .{0,200}?bench:"
    r"\s+([0-9][0-9,]*(?:\.[0-9]+)?) (\S+)"
    r"(?: \(\+/- [0-9][0-9,.]*\))?(?: = ([0-9]+) MB/s)?"
)
_ANY = re.compile(r"[.i]{0,200}test .+ \.\.\. bench:")
_BEGUN = re.compile(r"[.i]{0,200}test (.{1,1000}?)\s{1,200}\.\.\. ")
_REST = re.compile(r".{0,200}?bench:\s+[0-9][0-9,.]* [^\s/]+/iter\b")
_FAILED = re.compile(r"test .+ \.\.\. FAILED|test result: FAILED|error: (?:bench|test) failed")
_BINARY = re.compile(r"Running (?:.* )?\(?(\S*?)(?:-[0-9a-f]{16})?(?:\.exe)?\)?$")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})*(?:\.[0-9]+)?")
_RUNNING = re.compile(r"running [0-9]+ tests?")
_RESULT = re.compile(r"test result: ok")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    line: int
    binary: str
    name: str
    time: float
    unit: str
    throughput: float | None


def sniff(source: Source) -> str | None:
    """Return why this is the harness's output, or None."""
    if source.kind != "file" or not _SNIFF.search(plain(source.files[0].data)):
        return None
    return "it has test ... bench: lines"


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the time of every benchmark; InputError where one failed or there is none."""
    gather = Gather(source.files[0].path)
    found = list(_benches(gather, source.files[0].data))
    homes: dict[str, set[str]] = {}
    for bench in found:
        homes.setdefault(bench.name, set()).add(bench.binary)
    for bench in found:
        several = len(homes[bench.name]) > 1
        _add(gather, bench, f"{bench.binary}.{bench.name}" if several else bench.name)
    return gather.reading(NAME)


def _benches(gather: Gather, data: bytes) -> Iterator[_Bench]:
    binary = ""
    begun: Line | None = None
    for line in _joined(data):
        if _FAILED.match(line.text):
            raise failed(f"{gather.file}:{line.number}", line.text[:120])
        if _RUNNING.fullmatch(line.text):
            _whole(gather, begun)
            begun = line
        elif _RESULT.match(line.text):
            begun = None
        elif match := _BINARY.match(line.text):
            binary = match[1].rpartition("/")[2]
        elif match := _BENCH.fullmatch(line.text):
            yield _bench(gather, line, binary, match)
        elif _ANY.match(line.text):
            raise _fault(gather, line)
        elif line.text:
            gather.skip(line.number, line.text)
    _whole(gather, begun)


def _joined(data: bytes) -> Iterator[Line]:
    """Yield every line, numbers that stand below their benchmark's name behind that name."""
    name = ""
    for line in lines(data):
        if match := _BEGUN.match(line.text):
            name = "" if _BENCH.fullmatch(line.text) else match[1]
            yield line
        elif name and _REST.match(line.text):
            text = f"test {name} ... {line.text}"
            yield Line(number=line.number, label=line.label, text=text)
            name = ""
        else:
            yield line


def _whole(gather: Gather, begun: Line | None) -> None:
    """Raise InputError for a binary that began and did not end."""
    if begun:
        raise cut_off(
            f"{gather.file}:{begun.number}",
            f"no 'test result' after {begun.text!r}: the run is cut off",
            code="libtest/truncated",
        )


def _bench(gather: Gather, line: Line, binary: str, match: re.Match[str]) -> _Bench:
    time = _number(match[2])
    if time is None:
        raise _fault(gather, line)
    return _Bench(
        line=line.number,
        binary=binary,
        name=match[1],
        time=time,
        unit=match[3],
        throughput=decimal(match[4]) if match[4] else None,
    )


def _number(text: str) -> float | None:
    return decimal(text.replace(",", "")) if _THOUSANDS.fullmatch(text) else None


def _add(gather: Gather, bench: _Bench, key: str) -> None:
    known = find(bench.unit)
    gather.add(
        f"{key}.time",
        bench.time,
        line=bench.line,
        unit=bench.unit,
        direction=default_direction(bench.unit) if known else Direction.UNKNOWN,
        validity=Validity.VALID,
        unit_source="format" if known else None,
        summary=Summary(stat="median"),
    )
    if bench.throughput is not None:
        gather.add(
            f"{key}.throughput",
            bench.throughput,
            line=bench.line,
            unit="MB/s",
            validity=Validity.VALID,
            summary=Summary(stat="median"),
        )


def _fault(gather: Gather, line: Line) -> InputError:
    return InputError(
        f"expected a count of ns/iter, got {line.text[-80:]!r}",
        code="libtest/line",
        where=f"{gather.file}:{line.number}",
        hint="commas separate thousands here; give the output as cargo bench printed it",
    )
