"""sysbench's report: throughput and latency of one test.

Keys are ``<test>.events_per_second``, ``<test>.latency.p95`` and the like. ``<test>`` is cpu,
memory, fileio or oltp where the report shows which, else ``test``. One report after another in one
file are trials if they were run alike.

Rules:

- A ``FATAL`` line is a failed run, and so is one of no event; a report without its total time or
  without the fairness of its threads, which stands last, is cut off.
- Latencies have two decimals of a millisecond: a short one is shown, and too coarse to be judged.
- The lines of ``--report-interval`` are slices of one run: passed over.
- ``MiB`` is 1024 * 1024 bytes here, and so is ``Mb`` of 0.4 and 0.5. The percentile is what
  ``--percentile`` asked for.

Text: akopytov/sysbench src/sb_logger.c, src/sb_timer.c, src/tests, 0.4 to 1.1; it has no JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather, alike, clean
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import cut_off, failed
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Validity

NAME = "sysbench"
SUMMARY = "the report of sysbench (cpu, memory, fileio, oltp, threads, mutex)"

_LOWER, _HIGHER, _UNKNOWN = Direction.LOWER, Direction.HIGHER, Direction.UNKNOWN
_SNIFF = re.compile(rb"^[^\n]{0,80}sysbench [0-9]+\.[0-9]+", re.MULTILINE)
_BANNER = re.compile(r"sysbench ([0-9]+\.\S*[^\s:])")
_FAILED = re.compile(r"(?:FATAL|ERROR): ?|error: ", re.IGNORECASE)
_INTERVAL = re.compile(r"\[ ?[0-9]+s ?\] ")
_SETTING = re.compile(
    r"(Number of threads|Prime numbers limit|block size|total size|operation|scope|Block size"
    r"|Maximum prime number checked in CPU test|Memory [a-z]+ (?:size|type)|Doing|Using)"
    r":? +(.{1,80})"
)
_DOING = {
    "CPU": "cpu",
    "memory": "memory",
    "random": "fileio",
    "sequential": "fileio",
    "OLTP": "oltp",
    "thread": "threads",
    "mutex": "mutex",
}
_TEST = {
    "CPU speed:": "cpu",
    "File operations:": "fileio",
    "SQL statistics:": "oltp",
    "OLTP test statistics:": "oltp",
}
_FIELD = re.compile(r"([A-Za-z0-9][A-Za-z0-9 /,().%]*):\s+([0-9][0-9.]*)(s|ms)?(?:/[0-9.]+)?")
_PER_SECOND = re.compile(
    r"(transactions|queries|deadlocks|ignored errors|reconnects|read/write requests"
    r"|other operations):\s+[0-9]+\s+\(\s*([0-9.]+) per sec\.?\)"
)
_OPERATIONS = re.compile(
    r"(?:Total operations|Operations performed): [0-9]+ \(\s*([0-9.]+) (?:per second|ops/sec)\)"
)
_TRANSFERRED = re.compile(r"[0-9.]+ (?:MiB|MB) transferred \(([0-9.]+) (?:MiB|MB)/sec\)")
_RATES = {
    "operations_per_second": (_OPERATIONS, "ops/s"),
    "throughput": (_TRANSFERRED, "MiB/s"),
    "requests_per_second": (re.compile(r"([0-9.]+) Requests/sec executed"), "requests/s"),
}
_MOVED = re.compile(r"Read .*  Total transferred \S+\s+\(([0-9.]+)([KMGT])b/sec\)")
_LAST = re.compile(r"execution time \(avg/stddev\):\s+[0-9.]+/[0-9]+\.[0-9]{2,}")
_FIELDS = {
    "events per second": ("events_per_second", "events/s", _HIGHER),
    "events/s (eps)": ("events_per_second", "events/s", _HIGHER),
    "total time": ("total_time", "s", _UNKNOWN),
    "time elapsed": ("total_time", "s", _UNKNOWN),
    "total number of events": ("total_events", "events", _UNKNOWN),
    "reads/s": ("reads_per_second", "ops/s", _HIGHER),
    "writes/s": ("writes_per_second", "ops/s", _HIGHER),
    "fsyncs/s": ("fsyncs_per_second", "ops/s", _HIGHER),
    "read, MiB/s": ("read_throughput", "MiB/s", _HIGHER),
    "written, MiB/s": ("write_throughput", "MiB/s", _HIGHER),
}
_LATENCIES = {"min": "min", "avg": "mean", "max": "max"}
_PERCENTILE = re.compile(r"(?:approx\.\s+)?([0-9]{1,2})(?:st|nd|rd|th)? percentile")
_TALK = re.compile(
    r"Running the test with|Initializing|Threads started|Latency \(ms\)|Throughput:"
    r"|General statistics|Threads fairness|queries performed|events \(avg|execution time|sum:"
    r"|read:|write:|other:|total:|$"
)


@mutable(slots=True)
class _Report:
    line: int
    version: str | None = None
    test: str | None = None
    timed: bool = False
    ended: bool = False
    settings: dict[str, Scalar] = field(default_factory=dict)
    found: list[tuple[int, str, float, str, Direction]] = field(default_factory=list)

    def keep(self, line: Line, key: str, text: str, unit: tuple[str, Direction]) -> bool:
        """Keep a number; return whether it is one."""
        value = decimal(text)
        if value is None:
            return False
        self.found.append((line.number, key, value, *unit))
        return True


def sniff(source: Source) -> str | None:
    """Return why this is a sysbench report, or None."""
    if source.kind != "file" or not _SNIFF.search(source.files[0].data):
        return None
    return "it has the banner of sysbench"


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the numbers of every report; InputError where one failed or is cut off."""
    gather = Gather(source.files[0].path)
    reports = list(_reports(gather, source.files[0].data))
    kinds: dict[str, dict[str, Scalar]] = {}
    for report in reports:
        if not (report.timed and report.ended):
            raise cut_off(
                f"{gather.file}:{report.line}",
                "a report without its statistics: the run is cut off",
                code="sysbench/truncated",
            )
        if any(key == "total_events" and not value for _, key, value, *_ in report.found):
            raise failed(f"{gather.file}:{report.line}", "total number of events: 0")
        test = report.test or "test"
        if kinds.setdefault(test, report.settings) != report.settings:
            raise InputError(
                f"two runs of {test} with different settings",
                code="sysbench/mixed",
                where=f"{gather.file}:{report.line}",
                hint="they are not trials of one measurement; put each into a file of its own",
            )
        for line, key, value, unit, direction in report.found:
            gather.add(
                f"{test}.{key}",
                value,
                line=line,
                unit=unit,
                direction=direction,
                validity=Validity.VALID,
            )
    return gather.reading(
        NAME,
        context={"workload": alike(report.settings for report in reports)},
        tool_version=reports[0].version if reports else None,
        suggested_measurement=f"sysbench_{next(iter(kinds))}" if len(kinds) == 1 else NAME,
    )


def _reports(gather: Gather, data: bytes) -> Iterator[_Report]:
    report: _Report | None = None
    heading = ""
    for line in lines(data):
        if match := _BANNER.match(line.text):
            if report:
                yield report
            report, heading = _Report(line=line.number, version=match[1]), ""
        elif report is None:
            if line.text:
                gather.skip(line.number, line.text)
        elif _FAILED.match(line.text):
            raise failed(f"{gather.file}:{line.number}", line.text[:120])
        else:
            if line.text.endswith(":") or "statistics" in line.text:
                heading = line.text
            if not _take(report, line, heading) and not _TALK.match(line.text):
                gather.skip(line.number, line.text)
    if report:
        yield report


def _take(report: _Report, line: Line, heading: str) -> bool:
    """Take what a line says; return whether it said anything."""
    text = line.text
    if text in _TEST:
        report.test = _TEST[text]
        return True
    if _INTERVAL.match(text):
        return False
    if match := _SETTING.fullmatch(text):
        _set(report, clean(match[1]).lower().replace(" ", "_"), match[2])
        return True
    for key, (pattern, unit) in _RATES.items():
        if match := pattern.fullmatch(text):
            if key == "operations_per_second":
                report.test = report.test or "memory"
            return report.keep(line, key, match[1], (unit, _HIGHER))
    if match := _MOVED.fullmatch(text):
        return report.keep(line, "throughput", match[1], (f"{match[2]}iB/s", _HIGHER))
    if match := _PER_SECOND.fullmatch(text):
        name = re.sub(r"[ /]", "_", match[1])
        known = {"transactions": "transactions/s", "queries": "queries/s"}
        way = _HIGHER if match[1] in known else _UNKNOWN
        return report.keep(
            line, f"{name}_per_second", match[2], (known.get(match[1], "ops/s"), way)
        )
    report.ended |= _LAST.fullmatch(text) is not None
    if match := _FIELD.fullmatch(text):
        return _field(report, line, heading, match)
    return False


def _set(report: _Report, name: str, text: str) -> None:
    """Keep a setting; some tell which test it is."""
    value = decimal(text)
    report.settings[name] = int(value) if value is not None and value.is_integer() else text
    doing = _DOING.get(text.partition(" ")[0]) if name == "doing" else None
    report.test = report.test or doing or ("memory" if name == "scope" else None)


def _field(report: _Report, line: Line, heading: str, match: re.Match[str]) -> bool:
    name, value = match[1].strip(), match[2]
    report.timed |= name in ("total time", "time elapsed")
    if name in _FIELDS:
        key, unit, direction = _FIELDS[name]
        return report.keep(line, key, value, (match[3] or unit, direction))
    if not any(word in heading for word in ("Latency", "response time", "per-request")):
        return False
    unit = match[3] or "ms"
    if name in _LATENCIES:
        return report.keep(line, f"latency.{_LATENCIES[name]}", value, (unit, _LOWER))
    if percentile := _PERCENTILE.fullmatch(name):
        return report.keep(line, f"latency.p{percentile[1]}", value, (unit, _LOWER))
    return False
