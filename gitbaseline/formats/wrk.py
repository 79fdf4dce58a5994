"""The report of wrk and wrk2: requests, bytes and latencies of one run.

Keys are ``requests_per_second``, ``transfer``, ``latency.mean``, ``latency.max``, ``latency.p50``,
``.p75``, ``.p90``, ``.p99`` and, with wrk2, ``.p99.9`` and on. Several reports in one file are
trials if they were run alike.

Rules:

- ``Non-2xx or 3xx responses`` and ``Socket errors`` are a failed run; so is one without a request.
- What a report tells again is passed over: the second distribution of wrk2's ``--u_latency`` is
  blind to delayed starts.
- The third column of ``Thread Stats`` is what its heading says: ``Max``, or ``99%`` in forks.
- ``KB``, ``MB``, ``GB`` are powers of 1024 here, ``k`` and ``M`` of requests powers of 1000.
- A report without ``Transfer/sec``, its last line, is cut off.
- Of the address only the path is kept: hosts change, and queries may hold what is private.

Text: wg/wrk src/wrk.c and units.c 4.x; giltene/wrk2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather, Summary, alike
from gitbaseline.formats.lines import Line, lines, plain
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import cut_off
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Validity

NAME = "wrk"
SUMMARY = "the report of wrk and wrk2"

_SNIFF = re.compile(rb"\bRunning [0-9.]+[smh] test @ ")
_START = re.compile(r"Running ([0-9.]+)([smh]) test @ (\S+)")
_STATS = re.compile(r"Thread Stats\s+Avg\s+Stdev\s+(Max|[0-9.]+%)\s.*")
_LOAD = re.compile(r"([0-9]+) threads? and ([0-9]+) connections?")
_LATENCY = re.compile(r"Latency\s+(\S+)\s+(\S+)\s+(\S+)\s+\S+%")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?%)\s+(\S+)")
_RATE = re.compile(r"Requests/sec:\s+(\S+)")
_TRANSFER = re.compile(r"Transfer/sec:\s+(\S+)")
_FAILED = re.compile(r"Non-2xx or 3xx responses: [1-9]|Socket errors: |unable to |0 requests in ")
_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?)([A-Za-z]{0,2})")
_TIMES = {"us": "us", "ms": "ms", "s": "s", "m": "min", "h": "h"}
_BYTES = {"B": "B/s", "KB": "KiB/s", "MB": "MiB/s", "GB": "GiB/s", "TB": "TiB/s"}
_TALK = re.compile(
    r"Thread Stats|Req/Sec|Latency Distribution|[0-9]+ requests in |Thread calibration"
    r"|Initialised|$"
)


@mutable(slots=True)
class _Report:
    line: int
    settings: dict[str, Scalar]
    ended: bool = False
    third: str = "max"  # what the third column of Thread Stats is
    found: list[tuple[int, str, float, str]] = field(default_factory=list)

    def keep(self, where: str, line: Line, key: str, texts: tuple[str, dict[str, str]]) -> bool:
        """Keep a number with the unit that its ending means; return False where it is told again.

        InputError where it has no unit.
        """
        text, units = texts
        if any(known == key for _, known, _, _ in self.found):
            return False
        match = _QUANTITY.fullmatch(text)
        value = decimal(match[1]) if match else None
        if match is None or value is None or match[2] not in units:
            raise InputError(
                f"{key}: expected a number with {' or '.join(units) or 'no unit'}, "
                f"got {text[:40]!r}",
                code="wrk/number",
                where=f"{where}:{line.number}",
            )
        self.found.append((line.number, key, value, units[match[2]]))
        return True


def sniff(source: Source) -> str | None:
    """Return why this is wrk's report, or None."""
    if source.kind != "file" or not _SNIFF.search(plain(source.files[0].data)):
        return None
    return "it has wrk's line: Running ... test @"


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the numbers of every report; InputError where one failed or is cut off."""
    gather = Gather(source.files[0].path)
    reports = list(_reports(gather, source.files[0].data))
    for report in reports:
        if not report.ended:
            raise cut_off(
                f"{gather.file}:{report.line}",
                "a report without Transfer/sec, its last line: the run is cut off",
                code="wrk/truncated",
            )
        if report.settings != reports[0].settings:
            raise InputError(
                "two runs with different settings in one file",
                code="wrk/mixed",
                where=f"{gather.file}:{report.line}",
                hint="they are not trials of one measurement; put each into a file of its own",
            )
        for line, key, value, unit in report.found:
            _, dot, statistic = key.partition(".")
            gather.add(
                key,
                value,
                line=line,
                unit=unit,
                direction=Direction.LOWER if dot else Direction.HIGHER,
                validity=Validity.VALID,
                summary=Summary(stat=statistic) if dot else None,
            )
    return gather.reading(
        NAME,
        context={"workload": alike(report.settings for report in reports)},
        suggested_measurement=NAME,
    )


def _reports(gather: Gather, data: bytes) -> Iterator[_Report]:
    report: _Report | None = None
    for line in lines(data):
        if match := _START.match(line.text):
            if report:
                yield report
            report = _Report(line=line.number, settings=_started(match))
            continue
        if _FAILED.match(line.text):
            raise InputError(
                f"the run failed: {line.text[:120]}",
                code="run/failed",
                where=f"{gather.file}:{line.number}",
                hint="a rate that counts failed requests is no baseline; run it again",
            )
        known = report is not None and _take(gather, report, line)
        if not known and not _TALK.match(line.text):
            gather.skip(line.number, line.text)
    if report:
        yield report


def _started(match: re.Match[str]) -> dict[str, Scalar]:
    path = re.sub(r"^[a-z]+://[^/?#]*", "", match[3]).partition("?")[0].partition("#")[0]
    return {"duration": f"{match[1]}{match[2]}", "path": path or "/"}


def _take(gather: Gather, report: _Report, line: Line) -> bool:
    """Take what a line says; return whether it said anything new."""
    if match := _LOAD.fullmatch(line.text):
        report.settings |= {"threads": int(match[1]), "connections": int(match[2])}
        return True
    if match := _STATS.fullmatch(line.text):
        report.third = "max" if match[1] == "Max" else _percentile(match[1])
        return True
    report.ended |= _TRANSFER.fullmatch(line.text) is not None
    told = [
        report.keep(gather.file, line, key, texts) for key, texts in _numbers(report, line.text)
    ]
    return any(told)


def _numbers(report: _Report, text: str) -> Iterator[tuple[str, tuple[str, dict[str, str]]]]:
    """Yield each number of a line: its key, its text and the units that it may end in."""
    if match := _LATENCY.fullmatch(text):
        yield "latency.mean", (match[1], _TIMES)
        yield f"latency.{report.third}", (match[3], _TIMES)
    elif match := _PERCENT.fullmatch(text):
        yield f"latency.{_percentile(match[1])}", (match[2], _TIMES)
    elif match := _RATE.fullmatch(text):
        yield "requests_per_second", (match[1], {"": "requests/s"})
    elif match := _TRANSFER.fullmatch(text):
        yield "transfer", (match[1], _BYTES)


def _percentile(text: str) -> str:
    return f"p{decimal(text.rstrip('%')) or 0:g}"
