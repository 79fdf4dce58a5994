"""Any JSON: each number becomes a metric whose key is its path. The reader of last resort.

It knows nothing of the tool, so a format that does is asked first. Units come from the ending
of the key (``_ms``, ``_tokens_per_s``), directions from the unit; else both are unknown.

Rules:

- ``{"a": {"b": [{"c": 1}]}}`` gives ``a.b.0.c``. A list of numbers only is one metric with its
  samples; a list at the top has the key ``value``.
- Several documents of one shape (JSON lines) are trials; of two shapes they are refused, and so
  are those that name two benchmarks, models, batch sizes: no trials of one thing.
- Text, booleans and null are not metrics; they are listed by path, never by value. Integers
  beyond 2**53-1 are listed too: as a float they would be another number.
- A document that says its run failed is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, PassedOver, Reading, Source, capped, passed, trials
from gitbaseline.formats.documents import Document, documents
from gitbaseline.formats.refused import failed
from gitbaseline.model.codec import JSON, MAX_INTEGER
from gitbaseline.model.metric import UNKNOWN_UNIT
from gitbaseline.model.names import suggest
from gitbaseline.model.text import fault_in_line, normal, visible_line
from gitbaseline.model.units import default_direction, suffix_unit

NAME = "json"
SUMMARY = "any JSON or JSON lines: every number is a metric, named by its path"

_FAILED = frozenset({"failed", "failure", "error", "cancelled", "canceled", "aborted", "timeout"})
_NAMES = frozenset(
    {"name", "benchmark", "bench", "test", "case", "metric", "scenario", "workload", "kernel", "op"}
    | {"model", "backend", "dataset", "dtype", "device"}
)
_SETTINGS = frozenset(
    {"concurrency", "max_concurrency", "batch_size", "threads", "num_prompts", "input_len"}
    | {"output_len", "isl", "osl"}
)
_LOOKS = re.compile(rb"^[ \t]*[\[{]", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class _Leaves:
    """The numbers of one document by key, and what else stood in it."""

    name: str
    line: int
    numbers: dict[str, list[float]] = field(default_factory=dict)
    cases: dict[str, JSON] = field(default_factory=dict)
    over: list[PassedOver] = field(default_factory=list)


def sniff(source: Source) -> str | None:
    """Return why this holds JSON, or None. The weakest of all claims."""
    if source.kind != "file" or not _LOOKS.search(source.files[0].data):
        return None
    try:
        first = next(documents(source.files[0].path, source.files[0].data, []), None)
    except InputError:
        return "it looks like JSON, though a broken one"
    return "it holds a JSON document" if first else None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every number in every document; InputError where there is none or a run failed."""
    file = source.files[0]
    over: list[PassedOver] = []
    merged: dict[str, list[float]] | None = None
    for document in documents(file.path, file.data, over):
        _check_run(file.path, document)
        leaves = _leaves(file.path, document)
        if merged is None:
            merged, first = leaves.numbers, leaves
            over += leaves.over
        else:
            _check_shape(file.path, document.line, leaves.numbers, merged, first.line)
            _check_case(leaves, first)
            for key, numbers in leaves.numbers.items():
                merged[key] += numbers
    if not merged:
        raise InputError(
            "no number in it" if merged is not None else "no JSON document in it",
            code="json/empty",
            where=file.path,
            hint='a metric is a JSON number; text such as "12.5" is not one',
        )
    metrics = {}
    for key, numbers in merged.items():
        unit = suffix_unit(key)
        metrics[key] = trials(
            numbers,
            where=f"{file.path}: {key}",
            unit=unit or UNKNOWN_UNIT,
            direction=default_direction(unit or UNKNOWN_UNIT),
            unit_source="key" if unit else None,
        )
    return Reading(
        format=NAME,
        metrics=metrics,
        suggested_measurement=suggest(file.path.rpartition("/")[2].split(".")[0]) or "json",
        passed_over=capped(sorted(over, key=lambda entry: entry.line)),
    )


def _leaves(name: str, document: Document) -> _Leaves:
    leaves = _Leaves(name=name, line=document.line)
    _walk((), document.value, leaves)
    return leaves


def _walk(path: tuple[str, ...], value: JSON, leaves: _Leaves) -> None:
    last = path[-1].lower() if path else ""
    if (last in _NAMES and isinstance(value, str)) or (last in _SETTINGS and type(value) is int):
        leaves.cases[".".join(path)] = value
    if isinstance(value, dict):
        for key, item in value.items():
            _walk((*path, normal(key)), item, leaves)
    elif isinstance(value, list) and value and all(_is_metric(item) for item in value):
        _keep(path, value, leaves)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _walk((*path, str(index)), item, leaves)
    elif _is_metric(value):
        _keep(path, [value], leaves)
    else:
        kind = "integer beyond 2**53-1" if type(value) is int else "not a number"
        text = f"{visible_line('.'.join(path))}: {kind}"
        leaves.over.append(passed(leaves.name, leaves.line, text))


def _is_metric(value: JSON) -> bool:
    return type(value) is float or (type(value) is int and abs(value) <= MAX_INTEGER)


def _keep(path: tuple[str, ...], values: list[JSON], leaves: _Leaves) -> None:
    key = ".".join(path) or "value"
    fault = "it is empty" if "" in path else fault_in_line(key)
    if fault:
        leaves.over.append(
            passed(leaves.name, leaves.line, f"{visible_line(key)}: no name for a metric: {fault}")
        )
        return
    if key in leaves.numbers:
        raise InputError(
            f"two values have the path {key!r}",
            code="json/same-key",
            where=f"{leaves.name}:{leaves.line}",
            hint="a key with a dot in it looks like a nested one",
        )
    leaves.numbers[key] = [float(v) for v in values if isinstance(v, int | float)]


def _check_shape(
    name: str, line: int, got: dict[str, list[float]], expected: dict[str, list[float]], first: int
) -> None:
    differing = sorted(got.keys() ^ expected.keys())
    if differing:
        key = differing[0]
        here, there = ("has", "has not") if key in got else ("has not", "has")
        raise InputError(
            f"documents of two shapes: this one {here} {key!r}, the one at line {first} {there}",
            code="json/shape",
            where=f"{name}:{line}",
            hint="several documents in one file are read as trials of one benchmark",
        )


def _check_case(leaves: _Leaves, first: _Leaves) -> None:
    for key, value in leaves.cases.items():
        other = first.cases.get(key, value)
        if value != other:
            raise InputError(
                f"{visible_line(key)} is {visible_line(repr(value))[:60]} here, "
                f"{visible_line(repr(other))[:60]} at line {first.line}: no trials of one thing",
                code="json/cases",
                where=f"{leaves.name}:{leaves.line}",
                hint="give each a file of its own, or tell them apart with --mapping FILE",
            )


def _check_run(name: str, document: Document) -> None:
    items = document.value if isinstance(document.value, list) else [document.value]
    for item in items:
        for marker in _failures(item):
            raise failed(f"{name}:{document.line}", marker)


def _failures(item: JSON) -> Iterator[str]:
    if not isinstance(item, dict):
        return
    for key in ("error", "errors"):
        if _says_error(key, item.get(key)):
            yield f"{key!r} is not empty"
    if item.get("was_cancelled") is True:
        yield "'was_cancelled' is true"
    if "completed" in item and item["completed"] in (0, False):
        yield "'completed' is 0"
    codes = item.get("exit_codes", item.get("exit_code"))
    codes = codes if isinstance(codes, list) else [codes or 0]
    if any(code is None or (isinstance(code, int | float) and code != 0) for code in codes):
        yield "an exit code is not 0"
    status = item.get("status")
    if isinstance(status, str) and status.lower() in _FAILED:
        yield f"'status' is {status!r}"


def _says_error(key: str, value: JSON) -> bool:
    """Whether the value reports a failure; a number under ``error`` may well be a metric."""
    if isinstance(value, list):
        return any(_says_error(key, item) for item in value)
    if isinstance(value, float) or type(value) is int:
        return key == "errors" and value != 0
    return bool(value)
