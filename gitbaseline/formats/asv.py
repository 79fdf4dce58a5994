"""asv's result file, alone or in a folder with ``benchmarks.json``.

Keys are ``<benchmark>[/<param>=<value>...].<time|memory|value>``. Parameters are the product of the
file's lists, the last one varying fastest. Samples are kept where ``--record-samples`` wrote them.

Rules:

- Unit and type stand in ``benchmarks.json``. Without it the name says them (``time_``, ``mem_``,
  ``peakmem_``), marked as assumed; what ``track_`` counts has neither unit nor direction.
- ``NaN`` is a skipped set of parameters: passed over. ``null`` is a failed one and refused.
- A folder has to hold one result: several commits are several records.

Shape: airspeed-velocity/asv asv/results.py, API version 2, and its documentation of result files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source, SourceFile
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, Summary, clean, scalars
from gitbaseline.formats.json_values import logged, table
from gitbaseline.formats.part import Part, whole
from gitbaseline.formats.refused import failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction
from gitbaseline.model.units import find

NAME = "asv"
SUMMARY = "asv JSON result, alone or in a folder with benchmarks.json"

_BENCHMARKS = "benchmarks.json"
_COLUMNS = ("result", "params", "samples")
_SPELLINGS = {"seconds": "s", "bytes": "B", "unit": UNKNOWN_UNIT}
_TYPES = re.compile(r"(?:^|\.)(timeraw|time|mem|peakmem|track)(?=[A-Z_][^.]*$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What a benchmark measures."""

    measure: str
    unit: str
    direction: Direction
    source: str | None
    names: tuple[str, ...] = ()


_TIME = _Kind(measure="time", unit="s", direction=Direction.LOWER, source="assumed")
_MEMORY = _Kind(measure="memory", unit="B", direction=Direction.LOWER, source="assumed")
_COUNTED = _Kind(measure="value", unit=UNKNOWN_UNIT, direction=Direction.UNKNOWN, source=None)
_OF_TYPE = {"time": _TIME, "timeraw": _TIME, "mem": _MEMORY, "peakmem": _MEMORY}


def sniff(source: Source) -> str | None:
    """Return why this is asv's result, or None."""
    if source.kind == "directory":
        with_units = any(_base(file) == _BENCHMARKS for file in source.files)
        return "it has benchmarks.json and results" if with_units and _results(source) else None
    found = holds(source, _is_result, b'"result_columns"', b'"commit_hash"')
    return "it has result_columns and commit_hash" if found else None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every result; InputError where one failed, or for several result files."""
    files = _results(source) if source.kind == "directory" else list(source.files)
    if len(files) != 1:
        raise InputError(
            f"{len(files)} result files; expected one: {', '.join(f.path for f in files[:3])}",
            code="asv/several",
            where=source.name,
            hint="record them one by one: each is of another commit or environment",
        )
    gather = Gather(files[0].path)
    kinds = _kinds(source)
    for file in source.files:
        if file is not files[0] and _base(file) != _BENCHMARKS:
            gather.skip(1, f"{file.path}: not the result")
    tops = list(gather.documents(files[0].data, _is_result))
    for top in tops:
        columns = [column.text() for column in top.part("result_columns").parts()]
        places = {name: at for at, name in enumerate(columns) if name in _COLUMNS}
        for name, row in top.part("results").members():
            fields = {column: row.item(at) for column, at in places.items()}
            _add(gather, name, fields, row, kinds.get(name) or _assumed(name))
    return gather.reading(
        NAME,
        context={"stack": _stack(tops[0]) if tops else {}},
        environment=_machine(tops[0].part("params")) if tops else {},
    )


def _is_result(value: JSON) -> bool:
    return "result_columns" in table(value)


def _results(source: Source) -> list[SourceFile]:
    return [
        file
        for file in source.files
        if b'"result_columns"' in file.data and b'"commit_hash"' in file.data
    ]


def _base(file: SourceFile) -> str:
    return file.path.rpartition("/")[2]


def _kinds(source: Source) -> dict[str, _Kind]:
    """Return what ``benchmarks.json`` says of each benchmark."""
    found: dict[str, _Kind] = {}
    for file in source.files:
        if _base(file) != _BENCHMARKS:
            continue
        for document in logged(file.path, file.data, []):
            for name, part in whole(file.path, document).members():
                if isinstance(part.value, dict):
                    found[name] = _kind(name, part)
    return found


def _kind(name: str, part: Part) -> _Kind:
    assumed = _assumed(name)
    told = part.part("unit").maybe_text()
    names = part.part("param_names")
    spelled = tuple(clean(n.maybe_text() or "") for n in names.parts()) if names else ()
    unit = assumed.unit if told is None else _SPELLINGS.get(told, clean(told))
    return _Kind(
        measure=assumed.measure,
        unit=unit,
        direction=assumed.direction,
        source="format" if find(unit) else None,
        names=spelled,
    )


def _assumed(name: str) -> _Kind:
    match = _TYPES.search(name)
    return _OF_TYPE.get(match[1], _COUNTED) if match else _COUNTED


def _add(gather: Gather, name: str, fields: Mapping[str, Part], row: Part, kind: _Kind) -> None:
    result = fields.get("result")
    if result is None or result.value is None:
        raise _failed(name, row)
    params = fields.get("params")
    values = result.parts()
    cases = list(_cases(result, len(values), params, kind.names))
    samples = fields["samples"].parts() if fields.get("samples") else []
    for index, (value, case) in enumerate(zip(values, cases, strict=True)):
        key = name + "".join(f"/{param}={text}" for param, text in case.items())
        if value.value in ("NaN", "Infinity", "-Infinity"):
            gather.skip(row.line, f"{key}: skipped ({value.value})")
            continue
        if value.value is None:
            raise _failed(key, row)
        own = samples[index] if index < len(samples) else None
        runs = own.numbers() if own else []
        shape: dict[str, Scalar] = dict(case)
        gather.add(
            f"{key}.{kind.measure}",
            runs or value.number(),
            line=row.line,
            unit=kind.unit,
            direction=kind.direction,
            dimensions=shape,
            unit_source=kind.source,
            summary=None
            if runs
            else Summary(stat="median" if kind.measure == "time" else "single"),
        )


def _cases(
    result: Part, count: int, params: Part | None, names: Sequence[str]
) -> Iterator[dict[str, str]]:
    """Yield every set of parameters, in the order of the ``count`` results: there are as many."""
    lists: list[list[str]] = [
        [clean(str(value.value)) for value in part.parts()]
        for part in (params.parts() if params else [])
    ]
    total = prod(len(values) for values in lists)
    if total != count:
        raise result.fault(f"{total} results, one for each set of parameters")
    spelled = [*names, *(f"param{number}" for number in range(len(names) + 1, len(lists) + 1))]
    for case in product(*lists):
        yield dict(zip(spelled, case, strict=False))


def _failed(name: str, row: Part) -> InputError:
    return failed(
        row.where,
        f"{clean(name)[:120]} has no result (null)",
        "run it again, or only what works: asv run -b NAME",
    )


def _stack(top: Part) -> dict[str, Scalar]:
    named = {"commit": top.part("commit_hash"), "python": top.part("python")}
    requirements = top.part("requirements")
    versions = scalars(dict(requirements.members())) if requirements else {}
    found = {**scalars(named), **versions}
    # An environment that was there already is named by the path of its Python.
    return {key: value for key, value in found.items() if "/" not in str(value)}


def _machine(params: Part) -> dict[str, Scalar]:
    found = scalars(
        {
            "arch": params.part("arch"),
            "cpu_model": params.part("cpu"),
            "cpu_count": params.part("num_cpu"),
            "os": params.part("os"),
        }
    )
    count = found.get("cpu_count")
    if isinstance(count, str) and count.isascii() and count.isdecimal() and len(count) < 10:
        found["cpu_count"] = int(count)
    return found
