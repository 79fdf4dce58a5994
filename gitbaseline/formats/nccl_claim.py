"""By which bytes output of nccl-tests and rccl-tests is known: text as printed, JSON, CSV."""

from __future__ import annotations

import re

_TABLE = re.compile(rb"size\s+count\s+type\b[^\n]*\balgbw\s+busbw")
_BANNER = re.compile(rb"nccl-tests version |rccl-tests: Version |Collective test starting: ")
_NCCL_JSON = (b'"nccl_version"', b'"bus_bw"', b'"results"')
_RCCL_JSON = (b'"busBw"', b'"inPlace"')
_RCCL_CSV = re.compile(rb"^[^\n]{0,200}\binPlace[^\n]{0,80}\balgBw\s*,\s*busBw\b", re.MULTILINE)


def claim(data: bytes) -> str | None:
    """Return why this is such output, or None."""
    why = structured(data)
    if why:
        return why
    if _TABLE.search(data):
        return "it has a table of size, count, type, algbw, busbw"
    return "it has an nccl-tests banner" if _BANNER.search(data) else None


def structured(data: bytes) -> str | None:
    """Return why this is such output in JSON or CSV, or None."""
    if all(mark in data for mark in _NCCL_JSON):
        return "it is the JSON of nccl-tests -J"
    if all(mark in data for mark in _RCCL_JSON):
        return "it is the JSON of rccl-tests"
    return "it is the CSV of rccl-tests" if is_rccl_csv(data) else None


def is_rccl_csv(data: bytes) -> bool:
    """Whether this is the CSV of rccl-tests, by its head."""
    return _RCCL_CSV.search(data) is not None
