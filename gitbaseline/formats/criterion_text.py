"""What Criterion.rs prints: one ``time:`` line a benchmark, its middle number the estimate.

Keys are ``<id>.time`` and, where a throughput was declared, ``<id>.throughput``: the same number
again, shown and not judged. The outer two numbers bound a confidence interval, which the JSON below
``target/criterion`` has in full, with the samples.

Rules:

- A long id stands on the line above, and where a terminal was captured perhaps only behind
  ``Benchmarking``. Numbers without a name of their own are refused.
- Each number brings its own unit; elements are counted in thousands (``Kelem/s``), bytes in 1024s
  (``MiB/s``) or thousands (``MB/s``, and ``KB/s``). A measurement of the user's own has the unit
  that it prints, and no direction.
- ``change:`` lines and outliers compare with an earlier run: passed over.
- A panic or a bench target that failed refuses the file, and so does a benchmark at its end that
  was begun (``Benchmarking fib 20``) and has no numbers.

Text: bheisler/criterion.rs src/report.rs (CliReport), 0.3 to 0.7; it does not state a version.
"""

from __future__ import annotations

import re

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather, Summary
from gitbaseline.formats.lines import Line, lines, plain
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import cut_off, failed
from gitbaseline.model.metric import Direction
from gitbaseline.model.units import find

NAME = "criterion-text"
SUMMARY = "the text that Criterion.rs benchmarks print"

_SNIFF = re.compile(rb"\btime:[ \t]+\[[0-9.e+]{1,40} [^\s\]]{1,8} [0-9.e+]{1,40} [^\s\]]{1,8} ")
_VALUES = re.compile(r"(?:(\S.{0,1000}?)\s{1,200})?(time|thrpt):\s+\[([^\[\]]{1,200})\]")
_FAILED = re.compile(
    r"thread '.{0,200}' (?:\([0-9]+\) )?panicked at "
    r"|error: (?:bench failed|could not compile|test failed)"
)
_NOT_A_NAME = re.compile(
    r"change:|time:|thrpt:|Performance has |No change in performance|"
    r"Change within noise|Found [0-9]+ outliers|[0-9]+ \([0-9.]+%\) |Warning: |Running |"
    r"Gnuplot not found|Compiling |Finished |test |slope |mean |median |running "
)
_BEGUN = re.compile(
    r"Benchmarking (.{1,1000}?)(?:: (?:Warming up for |Collecting [0-9]|Analyzing|Complete ).*)?"
)
_SPELLINGS = {"KB/s": "kB/s"}  # of BytesDecimal
_OWN_UNIT = re.compile(r"[A-Za-z%][\w/%.-]*", re.ASCII)


def sniff(source: Source) -> str | None:
    """Return why this is Criterion's text, or None."""
    if source.kind != "file" or not _SNIFF.search(plain(source.files[0].data)):
        return None
    return "it has time: [low estimate high] lines"


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the estimate of every benchmark; InputError where one failed or there is none."""
    gather = Gather(source.files[0].path)
    name = above = ""  # whose numbers came last; what stood above since
    begun: Line | None = None
    for line in lines(source.files[0].data):
        if _FAILED.search(line.text):
            raise failed(f"{gather.file}:{line.number}", line.text[:120])
        match = _VALUES.fullmatch(line.text)
        if match and not _is_change(match[3]):
            if match[2] == "time":
                name, above, begun = match[1] or _id(begun) or above, "", None
            if not name:
                raise _fault(gather, line, "numbers without a benchmark's name before them")
            _add(gather, line, name, match[2], match[3])
        elif _BEGUN.fullmatch(line.text):
            begun = line
        elif line.text:
            above = above if _NOT_A_NAME.match(line.text) else line.text
            gather.skip(line.number, line.text)
    if begun:
        raise cut_off(
            f"{gather.file}:{begun.number}",
            f"no numbers after {begun.text[:120]!r}: the run is cut off",
            code="criterion/truncated",
        )
    return gather.reading(NAME)


def _id(begun: Line | None) -> str:
    """Return the id of the benchmark that began, nothing where none did."""
    match = _BEGUN.fullmatch(begun.text) if begun else None
    return match[1] if match else ""


def _is_change(inside: str) -> bool:
    """Whether it is the line below ``change:``, in percent of an earlier run."""
    return "%" in inside


def _add(gather: Gather, line: Line, name: str, what: str, inside: str) -> None:
    words = inside.split()
    values = [decimal(word) for word in words[::2]]
    if len(words) != 6 or None in values:
        raise _fault(
            gather, line, f"expected [low unit estimate unit high unit], got [{inside[:80]}]"
        )
    unit = _SPELLINGS.get(words[3], words[3])
    known = find(unit) is not None
    if not known and not _OWN_UNIT.fullmatch(unit):
        raise _fault(gather, line, f"unit {unit[:20]!r} is not known; is the file UTF-8?")
    way = Direction.LOWER if what == "time" else Direction.HIGHER
    gather.add(
        f"{name}.{'time' if what == 'time' else 'throughput'}",
        values[1] or 0.0,
        line=line.number,
        unit=unit,
        direction=way if known else Direction.UNKNOWN,
        summary=Summary(stat="typical"),
    )


def _fault(gather: Gather, line: Line, what: str) -> InputError:
    return InputError(
        what,
        code="criterion/line",
        where=f"{gather.file}:{line.number}",
        hint="give the output as cargo bench printed it",
    )
