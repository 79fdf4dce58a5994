"""The grammar of nccl-tests and rccl-tests text: lines in, runs with their rows out.

It judges only what cannot be read (a mangled row, a row outside a table). Whether the runs are
whole, valid and belong together is for ``nccl_tests``.

Rules:

- A row is read from its front: size, count, type, then redop and root where the header has
  them and the row does too (up to 2.12 they may be blank), then the cells that the header
  names. What trails (iterations, algorithm, protocol) is not read.
- The settings line opens a run, the header opens its table, ``Out of bounds values`` closes it.

Grammar: NVIDIA/nccl-tests src/common.cu and the collectives' PrintHeader functions, 2.10 on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.lines import Line

_HEADER = re.compile(
    r"size\s+count\s+type\s+(?:\S+\s+){0,4}?(?:cpu)?time\s+algbw\s+busbw\s+(?:\S+\s+){0,2}?"
    r"(?:#wrong|error)(?:\s|$)"
)
CHECKS = ("#wrong", "error")

_UNITS = re.compile(r"\(B\)\s+\(elements\)\s+\(")
_BRACKET = re.compile(r"\(([^()\s]{1,16})\)")
_PLACEMENT = re.compile(r"out-of-place|in-place")
_PLACEMENT_LINE = re.compile(r"(?:out-of-place|in-place)(?:\s+(?:out-of-place|in-place))?$")
_ROW = re.compile(r"([0-9]{1,15})\s+([0-9]{1,15})\s+([A-Za-z]\w{0,31})\s+(\S.*)")
_REDOP = re.compile(r"[A-Za-z]\w{0,31}")
_ROOT = re.compile(r"-?[0-9]{1,9}")
_NOISE = re.compile(r"\[[0-9]{1,9}\]")  # a launcher's tag in the middle of a row
_STAR = re.compile(r"(?<=\S)\s+\*(?=\s|$)")
_SETTINGS = re.compile(r"nThreads?\s*:?\s+[0-9]")
_SETTING = re.compile(
    r"(nThreads?|nGpus|minBytes|maxBytes|step|warmup iters|warmupIters|agg iters|iters"
    r"|validation|graph|unalign)\s*:?\s+([0-9]{1,15}(?:\([a-z]{1,16}\))?)(?=\s|$)"
)
_DEVICE = re.compile(
    r"Rank\s+([0-9]{1,9})\s+(?:Group\s+[0-9]+\s+)?Pid\s+[0-9]+\s+on\s+(\S+)\s+device\s+([0-9]{1,9})"
    r"\s+\[[^\]]*\]\s*(.*)"
)
_STARTING = re.compile(r"Collective test starting:\s*(\w{1,64}?)(?:_perf)?$")
_PROGRAM = re.compile(
    r"\b(all_reduce_bias|all_reduce|all_gather|alltoallv|alltoall|broadcast|gather|hypercube"
    r"|reduce_scatter|reduce|scatter|sendrecv)_perf\b"
)
_BOUNDS = re.compile(r"Out of bounds values\s*:\s*(\S+)\s+(\w+)")
_AVERAGE = re.compile(r"Avg bus bandwidth\s*:\s*(\S+)(?:\s+(OK|FAILED))?")
_TALK = re.compile(  # known lines that carry no result
    r"Using devices|Collective test concluded:|Errors with asterisks|Testing [0-9]+ cycle|$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table; cells from the first time column on, still text."""

    line: int
    label: str | None
    size: int
    count: int | None
    dtype: str
    redop: str | None
    root: int | None
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One rank's GPU as the banner lists it."""

    rank: int
    host: str
    index: int
    model: str


@dataclass(slots=True, kw_only=True)
class Run:
    """One table with what was said before and after it."""

    line: int
    header: tuple[str, ...]
    said_placements: tuple[str, ...]
    collective: str | None
    settings: dict[str, str]
    devices: tuple[Device, ...]
    brackets: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    bounds: tuple[int, str, str] | None = None  # line, count, verdict
    average: tuple[int, str, str | None] | None = None


@dataclass(slots=True, kw_only=True)
class Scan:
    """All that a log says; the library is told apart from the text, unless a file itself says."""

    library: str = "nccl"
    library_version: str | None = None
    runs: list[Run] = field(default_factory=list)
    programs: set[str] = field(default_factory=set)
    over: list[PassedOver] = field(default_factory=list)
    loose: list[Device] = field(default_factory=list)  # announced, no table yet


def scan(name: str, log: Iterable[Line]) -> Scan:
    """Read the whole log; InputError where a row cannot be read."""
    scanner = _Scanner(name)
    for line in log:
        scanner.take(line)
    return scanner.found


def foreign_prefix(over: Iterable[PassedOver]) -> tuple[int, str] | None:
    """Return the line of a table's header, and what stands before it there; None without such."""
    for entry in over:
        match = _HEADER.search(entry.text)
        if match:
            return entry.line, entry.text[: match.start()].rstrip("# ")
    return None


class _Scanner:
    """Takes one line after another; what is said before a table is kept for that table."""

    def __init__(self, name: str) -> None:
        self.found = Scan()
        self._name = name
        self._collective: str | None = None
        self._settings: dict[str, str] = {}
        self._placements: tuple[str, ...] = ()

    def take(self, line: Line) -> None:
        for pattern, handle in _RULES:
            match = pattern.match(line.text)
            if match and handle(self, line, match):
                return
        match = _PROGRAM.search(line.text)
        if match:
            self.starting(line, match)
        self.found.over.append(passed(self._name, line.number, line.text))

    def row(self, line: Line, match: re.Match[str]) -> bool:
        run = self._run()
        if run is None or run.bounds:
            raise _fault(self._name, line, "a row of numbers outside a table")
        run.rows.append(_row(self._name, line, match, run.header))
        return True

    def starting(self, _line: Line, match: re.Match[str]) -> bool:
        self._collective = match[1]
        self.found.programs.add(match[1])
        return True

    def settings(self, line: Line, _match: re.Match[str]) -> bool:
        self._settings = dict(_SETTING.findall(line.text))
        return True

    def device(self, _line: Line, match: re.Match[str]) -> bool:
        self.found.loose.append(
            Device(rank=int(match[1]), host=match[2], index=int(match[3]), model=match[4].strip())
        )
        return True

    def placement(self, line: Line, _match: re.Match[str]) -> bool:
        self._placements = tuple(_PLACEMENT.findall(line.text))
        return True

    def header(self, line: Line, _match: re.Match[str]) -> bool:
        self.found.runs.append(
            Run(
                line=line.number,
                header=tuple(line.text.split()),
                said_placements=self._placements,
                collective=self._collective,
                settings=self._settings,
                devices=tuple(self.found.loose),
            )
        )
        self.found.loose = []
        self._collective, self._settings, self._placements = None, {}, ()
        return True

    def units(self, line: Line, _match: re.Match[str]) -> bool:
        run = self._run()
        if run is None:
            return False
        run.brackets = tuple(_BRACKET.findall(line.text))[2:]
        return True

    def bounds(self, line: Line, match: re.Match[str]) -> bool:
        run = self._run()
        if run is None:
            return False
        run.bounds = (line.number, match[1], match[2])
        return True

    def average(self, line: Line, match: re.Match[str]) -> bool:
        run = self._run()
        if run is None:
            return False
        run.average = (line.number, match[1], match[2])
        return True

    def talk(self, _line: Line, _match: re.Match[str]) -> bool:
        return True

    def _run(self) -> Run | None:
        return self.found.runs[-1] if self.found.runs else None


_RULES: tuple[tuple[re.Pattern[str], Callable[[_Scanner, Line, re.Match[str]], bool]], ...] = (
    (_ROW, _Scanner.row),
    (_STARTING, _Scanner.starting),
    (_DEVICE, _Scanner.device),
    (_HEADER, _Scanner.header),
    (_UNITS, _Scanner.units),
    (_PLACEMENT_LINE, _Scanner.placement),
    (_SETTINGS, _Scanner.settings),
    (_BOUNDS, _Scanner.bounds),
    (_AVERAGE, _Scanner.average),
    (_TALK, _Scanner.talk),
)


def first_cell(header: tuple[str, ...]) -> int:
    """Return where the labels end and the numbers begin."""
    return next(at for at, word in enumerate(header) if word in ("time", "cputime"))


def _row(name: str, line: Line, match: re.Match[str], header: tuple[str, ...]) -> Row:
    first = first_cell(header)
    words = [word for word in _STAR.sub("*", match[4]).split() if not _NOISE.fullmatch(word)]
    redop = root = None
    if "redop" in header[:first] and words and _REDOP.fullmatch(words[0]):
        redop = words.pop(0)
    if "root" in header[:first] and words and _ROOT.fullmatch(words[0]):
        root = int(words.pop(0))
    last = max(at for at, word in enumerate(header) if word in CHECKS)
    if len(words) < last + 1 - first:
        raise _fault(
            name, line, f"expected {last + 1 - first} numbers after the labels, got {len(words)}"
        )
    return Row(
        line=line.number,
        label=line.label,
        size=int(match[1]),
        count=int(match[2]),
        dtype=match[3],
        redop=redop,
        root=root,
        cells=tuple(words),
    )


def _fault(name: str, line: Line, what: str) -> InputError:
    return InputError(
        what,
        code="nccl/row",
        where=f"{name}:{line.number}",
        hint="the log is cut or two outputs are mixed; give the output of one run",
    )
