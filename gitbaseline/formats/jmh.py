"""JMH ``-rf json``: the score of each benchmark, mode and set of parameters.

Keys are ``<class.method>[/<param>=<value>...].<mode>``; the measurements of all forks and
iterations are the samples. Secondary metrics (``gc.alloc.rate.norm``) stand behind the mode.

Rules:

- ``thrpt`` is higher-is-better, ``avgt``, ``sample`` and ``ss`` are lower-is-better. A secondary
  metric has the primary's direction in the primary's unit; else it is lower-is-better by unit, or
  unknown: nobody wants a high rate of allocation.
- ``sample`` has a histogram in place of raw data: its mean is the value, its percentiles are
  metrics.
- ``"NaN"`` and infinities are text in this format; where the score is one, the run measured nothing
  and is refused.

Shape: openjdk/jmh JSONResultFormat.java, 1.21 to 1.37.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, Summary, alike, clean, scalars
from gitbaseline.formats.json_values import items, table
from gitbaseline.formats.part import Part
from gitbaseline.model.codec import JSON, MAX_INTEGER, Scalar
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction
from gitbaseline.model.units import default_direction, find

NAME = "jmh"
SUMMARY = "JMH JSON (-rf json)"

_MODES = {
    "thrpt": Direction.HIGHER,
    "avgt": Direction.LOWER,
    "sample": Direction.LOWER,
    "ss": Direction.LOWER,
}
_PERCENTILES = {"50.0": "p50", "90.0": "p90", "99.0": "p99", "99.9": "p99.9"}
_SPELLINGS = {"MB/sec": "MB/sec", "#": "count", "counts": "count", "---": UNKNOWN_UNIT}
_PREFIX = re.compile(r"[^A-Za-z0-9]+")  # a middle dot or plus sign, by version
_SETTINGS = ("threads", "forks", "warmupIterations", "warmupTime", "measurementIterations")


def sniff(source: Source) -> str | None:
    """Return why this is JMH's JSON, or None."""
    if holds(source, _is_result, b'"primaryMetric"'):
        return "it is a list of benchmark, mode and primaryMetric"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the scores of every benchmark; InputError where one is not a number."""
    gather = Gather(source.files[0].path)
    tops = gather.documents(source.files[0].data, _is_result)
    rows = [row for top in tops for row in top.parts()]
    for row in rows:
        _add(gather, row)
    settings = alike(scalars({key: row.part(key) for key in _SETTINGS}) for row in rows)
    threads = settings.pop("threads", None)
    return gather.reading(
        NAME,
        context={
            "workload": {} if threads is None else {"threads": threads},
            "grounding": settings,
            "stack": alike(map(_stack, rows)),
        },
        tool_version=rows[0].part("jmhVersion").maybe_text() if rows else None,
    )


def _is_result(value: JSON) -> bool:
    needed = {"benchmark", "mode", "primaryMetric"}
    rows = items(value)
    return bool(rows) and all(needed <= table(row).keys() for row in rows)


def _add(gather: Gather, row: Part) -> None:
    params = row.part("params")
    shape = scalars(dict(params.members())) if params else {}
    behind = "".join(f"/{key}={value}" for key, value in shape.items())
    mode = row.part("mode").text()
    key = f"{row.part('benchmark').text()}{behind}.{mode}"
    shape |= scalars({"threads": row.part("threads")})
    direction = _MODES.get(mode, Direction.UNKNOWN)
    primary = row.part("primaryMetric")
    unit = _unit(primary)
    _score(gather, key, primary, direction, shape)
    secondary = row.part("secondaryMetrics")
    for name, metric in secondary.members() if secondary else ():
        plain = _PREFIX.sub("", name[:1]) + name[1:]
        own = _unit(metric)
        lower = default_direction(own) is Direction.LOWER
        way = Direction.LOWER if lower else Direction.UNKNOWN
        way = direction if own == unit else way
        if metric.part("score").maybe_number() is None:
            gather.skip(metric.line, f"{key}.{plain}: not a number")
        else:
            _score(gather, f"{key}.{plain}", metric, way, shape)


def _score(
    gather: Gather, key: str, metric: Part, direction: Direction, shape: dict[str, Scalar]
) -> None:
    score = metric.part("score").maybe_number()
    if score is None:
        raise InputError(
            f"{clean(key)}: the score is {str(metric.part('score').value)[:20]!r}; "
            "expected a finite number",
            code="jmh/score",
            where=metric.where,
            hint="the benchmark measured nothing; run it again",
        )
    unit = _unit(metric)
    samples = list(_samples(metric.part("rawData")))
    histogram = metric.part("rawDataHistogram")
    n = _counted(histogram) if histogram else 1
    gather.add(
        key,
        samples or score,
        line=metric.line,
        unit=unit,
        direction=direction,
        dimensions=shape,
        summary=None if samples else Summary(stat="mean", n=n),
    )
    percentiles = metric.part("scorePercentiles")
    for spelled, value in percentiles.members() if histogram and percentiles else ():
        number = value.maybe_number()
        if spelled in _PERCENTILES and number is not None:
            gather.add(
                f"{key}.{_PERCENTILES[spelled]}",
                number,
                line=metric.line,
                unit=unit,
                direction=direction,
                dimensions=shape,
                summary=Summary(stat=_PERCENTILES[spelled], n=n),
            )


def _samples(raw: Part) -> Iterator[float]:
    """Yield the measurements of all forks; none where one of them is no number."""
    found: Sequence[float | None] = (
        [value.maybe_number() for fork in raw.parts() for value in fork.parts()] if raw else []
    )
    whole_data = [value for value in found if value is not None]
    if len(whole_data) == len(found):
        yield from whole_data


def _counted(histogram: Part) -> int:
    """Return how many invocations a histogram holds: forks of iterations of [value, count]."""
    total = 0.0
    for fork in histogram.parts():
        for iteration in fork.parts():
            for pair in iteration.parts():
                total += sum(count.number() for count in pair.parts()[1:2])
    return int(min(max(total, 1), MAX_INTEGER))


def _unit(metric: Part) -> str:
    unit = metric.part("scoreUnit").maybe_text() or UNKNOWN_UNIT
    return unit if find(unit) else _SPELLINGS.get(unit, unit)


def _stack(row: Part) -> dict[str, Scalar]:
    found = scalars({"jdk": row.part("jdkVersion"), "vm": row.part("vmName")})
    words = row.part("jvmArgs")
    texts = [word.maybe_text() for word in words.parts()] if words else []
    if texts and all(texts):
        found["jvm_args"] = clean(" ".join(str(text) for text in texts))
    return found
