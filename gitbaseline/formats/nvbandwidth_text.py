"""The printed output of nvbandwidth: banner, devices, one or more matrices a test, their sums.

Rules:

- A matrix is a description, a line of column labels, one line a row. ``SUM``, or ``&&&& PERF`` with
  ``--perfFormatter``, closes it and names it; a bidirectional test prints three. Where a log has
  sums, or is of 0.5 or later, a matrix without one is cut off, and so is a test that began and
  printed none.
- ``Waived`` names no test and is passed over; errors of tests are refused.

Grammar: NVIDIA/nvbandwidth output.cpp and common.h, 0.2 to 0.8.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.gather import Gather
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.nvbandwidth_matrix import Matrix
from gitbaseline.formats.refused import cut_off, failed

_SUMS = re.compile(
    rb"^.{0,200}\b(?:SUM \w+ [0-9]|nvbandwidth Version: v?(?:0\.(?:[5-9]|[1-9][0-9])|[1-9]))",
    re.MULTILINE,
)
_RUNNING = re.compile(r"Running (\w{1,100})\.$")
_DESCRIPTION = re.compile(
    r"(?=.*(?:bandwidth|latency|BW\b))(?=.*(?:\((?:row|column|ns|GB/s)\)|BW$))", re.IGNORECASE
)
_STATISTIC = re.compile(
    r"(?P<stat>SUM|MIN|MAX|AVG|&&&& PERF) (?P<key>\w{1,100}) (?P<value>\S{1,40})"
    r"(?: [+-]?[\w/]{1,9})?$"
)
_DEVICE = re.compile(
    r"(?:Process\s+[0-9]+ \((?P<host>[^)]{1,100})\): device |Device )[0-9]+: "
    r"(?P<model>.{1,100}?)(?: \([0-9A-Fa-f:.]{4,20}\))?$"
)
_VERSIONS = {
    "tool": re.compile(r"nvbandwidth Version: (\S{1,60})$"),
    "cuda": re.compile(r"CUDA Runtime Version: ([0-9]{4,6})$"),
    "driver": re.compile(r"Driver Version: ([0-9][\w.]{1,40})$"),
}
_FAILED = re.compile(
    r"\[?CUDA_ERROR_|(?:Error|ERROR|Not Found)\b.{0,3}:|Invalid value when checking|NVML_ERROR"
)


@mutable(slots=True, kw_only=True)
class Machine:
    """What the output says of machine and versions."""

    versions: dict[str, str] = field(default_factory=dict)
    models: list[str] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)


@mutable(slots=True, kw_only=True)
class _Open:
    """A matrix that is being read."""

    line: int
    description: str
    columns: tuple[str, ...] = ()
    rows: list[tuple[int, str, tuple[str, ...]]] = field(default_factory=list)


def scan(found: Gather, data: bytes) -> tuple[list[Matrix], Machine]:
    """Return all matrices and the machine; InputError for a run that failed or is cut off."""
    scanner = _Scanner(found, summed=_SUMS.search(data) is not None)
    for line in lines(data):
        scanner.take(line)
    scanner.end_test()
    return scanner.matrices, scanner.machine


class _Scanner:
    def __init__(self, found: Gather, *, summed: bool) -> None:
        self.matrices: list[Matrix] = []
        self.machine = Machine()
        self._found = found
        self._summed = summed
        self._test: tuple[int, str] | None = None
        self._printed = 0  # matrices of this test
        self._open: _Open | None = None

    def take(self, line: Line) -> None:
        if self._open and self._row(line, self._open):
            return
        for pattern, handle in _RULES:
            match = pattern.match(line.text)
            if match:
                handle(self, line, match)
                return
        for name, pattern in _VERSIONS.items():
            match = pattern.match(line.text)
            if match:
                self.machine.versions[name] = match[1]
                return
        self._pass(line)

    def running(self, line: Line, match: re.Match[str]) -> None:
        self.end_test()
        self._test = (line.number, match[1])

    def description(self, line: Line, _match: re.Match[str]) -> None:
        if self._test is None:
            self._pass(line)
            return
        self._close(None)
        self._open = _Open(line=line.number, description=line.text)

    def statistic(self, line: Line, match: re.Match[str]) -> None:
        if match["stat"] not in ("SUM", "&&&& PERF") or self._open is None:
            self._pass(line)
            return
        total = decimal(match["value"])
        if total is None:
            what = f"{match['stat']} is {match['value']!r}; expected a number"
            raise _fault(self._found, line.number, what)
        self._close((match["key"], total))

    def device(self, _line: Line, match: re.Match[str]) -> None:
        self.machine.models.append(match["model"])
        if match["host"]:
            self.machine.hosts.append(match["host"])

    def failed(self, line: Line, _match: re.Match[str]) -> None:
        test = f"{self._test[1]}: " if self._test else ""
        raise failed(
            f"{self._found.file}:{line.number}",
            f"{test}{line.text[:200]}",
            code="nvbandwidth/failed",
        )

    def end_test(self) -> None:
        """Close what is open; InputError for a test without a result."""
        self._close(None)
        if self._test and not self._printed:
            raise _fault(self._found, self._test[0], f"{self._test[1]} printed no matrix")
        self._test, self._printed = None, 0

    def _row(self, line: Line, open_: _Open) -> bool:
        """Take a line of labels or of cells; whether it was one."""
        words = tuple(line.text.split())
        if not words:
            return True
        if not open_.columns:
            open_.columns = words
            return True
        if len(words) < 2 or not all(
            decimal(word) is not None or word == "N/A" for word in words[1:]
        ):
            return False
        if len(words) != len(open_.columns) + 1:
            raise _fault(
                self._found,
                line.number,
                f"expected {len(open_.columns)} cells in the row, got {len(words) - 1}",
            )
        open_.rows.append((line.number, words[0], words[1:]))
        return True

    def _close(self, told: tuple[str, float] | None) -> None:
        open_, self._open = self._open, None
        if open_ is None or self._test is None:
            return
        name, total = told or (self._test[1], None)
        if not open_.rows or (self._summed and total is None):
            what = "the matrix has no rows" if not open_.rows else "the matrix has no SUM line"
            raise _fault(self._found, open_.line, f"{name}: {what}, the run is cut off")
        self._printed += 1
        self.matrices.append(
            Matrix(
                name=name,
                line=open_.line,
                description=open_.description,
                columns=open_.columns,
                rows=tuple(open_.rows),
                total=total,
                rough=True,
            )
        )

    def _pass(self, line: Line) -> None:
        if line.text:
            self._found.skip(line.number, line.text)


_RULES: tuple[tuple[re.Pattern[str], Callable[[_Scanner, Line, re.Match[str]], None]], ...] = (
    (_RUNNING, _Scanner.running),
    (_FAILED, _Scanner.failed),
    (_STATISTIC, _Scanner.statistic),
    (_DEVICE, _Scanner.device),
    (_DESCRIPTION, _Scanner.description),
)


def _fault(found: Gather, line: int, what: str) -> InputError:
    return cut_off(f"{found.file}:{line}", what, code="nvbandwidth/truncated")
