"""The table that Google Benchmark prints: its rows and head as the members of the JSON.

Rules:

- Below ``Benchmark  Time  CPU  Iterations`` a row is a name, two times with their units, a count.
  Rows of ``%`` (cv, RMS) and of a fit (BigO) are no measurements: passed over.
- Counters behind the count are passed over: they are rounded, and ``k`` is 1000 here, 1024 there.
  The JSON has them whole.
- A row that breaks off at the end of the file is a run that was cut off.

Text: google/benchmark src/console_reporter.cc and reporter.cc, 1.0 to 1.9.
"""

from __future__ import annotations

import re

from gitbaseline.formats.gather import Gather
from gitbaseline.formats.lines import lines
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.part import Part
from gitbaseline.formats.refused import cut_off
from gitbaseline.model.codec import JSON

TABLE = re.compile(rb"\bBenchmark {2,1000}Time {2,1000}CPU +Iterations\b")
_HEAD = re.compile(r"Benchmark\s+Time\s+CPU\s+Iterations\b.*")
_TIME = r"\s{1,300}([0-9][0-9.e+]*)\s(ns|us|\u00b5s|ms|s)"
_ROW = re.compile(r"(\S.{0,1000}?)" + 2 * _TIME + r"\s{1,300}([0-9]+)(?:\s{1,300}(\S.*))?")
_PART = re.compile(r"\S.{0,1000}?\s{2,300}[0-9.]+(?: [nu\u00b5m]?s?)?(?:\s+[0-9.]*)?")
_ERROR = re.compile(r"(\S.{0,1000}?)\s{1,300}ERROR OCCURRED: '(.*)'")
_SKIPPED = re.compile(r"(\S.{0,1000}?)\s{1,300}SKIPPED: '.*'")
_CPUS = re.compile(r"Run on \(([0-9]{1,6}) X .*")
_WARNINGS: dict[str, tuple[str, JSON]] = {
    "***WARNING*** CPU scaling is enabled": ("cpu_scaling_enabled", True),
    "***WARNING*** Library was built as DEBUG": ("library_build_type", "debug"),
}


def read(gather: Gather, data: bytes) -> tuple[Part, list[Part]]:
    """Return the context and the rows of all tables; InputError where the last row breaks off."""
    context: dict[str, JSON] = {}
    rows: list[Part] = []
    inside, last = False, None
    for line in lines(data):
        last = line if line.text else last
        inside |= _HEAD.fullmatch(line.text) is not None
        if members := _members(line.text) if inside else None:
            rows.append(Part(members, gather.file, line.number))
            if counters := members.get("counters"):
                gather.skip(line.number, f"{members['name']}: {counters}")
        elif not _about(line.text, context) and line.text:
            gather.skip(line.number, line.text)
    part = None if data.endswith(b"\n") or last is None else _PART.fullmatch(last.text)
    if last and inside and part and not _members(last.text):
        raise cut_off(
            f"{gather.file}:{last.number}",
            f"the output breaks off in {last.text[-60:]!r}",
            code="google-benchmark/truncated",
        )
    return Part(context, gather.file, 1), rows


def _members(text: str) -> dict[str, JSON] | None:
    """Return the members of a row as the JSON has them, or None where it is none."""
    if match := _ERROR.fullmatch(text):
        return {"name": match[1], "error_occurred": True, "error_message": match[2]}
    if match := _SKIPPED.fullmatch(text):
        return {"name": match[1], "skipped": True}
    match = _ROW.fullmatch(text)
    real, cpu = (decimal(match[2]), decimal(match[4])) if match else (None, None)
    if match is None or real is None or cpu is None or match[3] != match[5]:
        return None
    return {
        "name": match[1],
        "real_time": real,
        "cpu_time": cpu,
        "time_unit": match[3],
        "counters": match[7],
    }


def _about(text: str, context: dict[str, JSON]) -> bool:
    """Take what the head says of the machine; return whether it said anything."""
    if match := _CPUS.fullmatch(text):
        context["num_cpus"] = int(match[1])
        return True
    for begin, (member, value) in _WARNINGS.items():
        if text.startswith(begin):
            context[member] = value
            return True
    return False
