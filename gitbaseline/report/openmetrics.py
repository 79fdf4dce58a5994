"""Rows of metrics as OpenMetrics text, with the time of each measurement.

So a history goes into Prometheus: ``promtool tsdb create-blocks-from openmetrics``.

Rules:

- A family of gauges for each base unit (``baseline_seconds``, ``baseline_tokens_per_second``), the
  values converted to it. A unit that is not known has no base: ``baseline_value``, label ``unit``.
- Labels tell what the number is of, never which run it was: a run is a point in time. Dimensions
  are labels that begin with ``dim_``. Of two runs in a second the later has the label ``suffix``.
- Families, series and points are sorted, so that the same registry gives the same bytes.

Grammar: OpenMetrics 1.0, sections on the text format and on units.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from gitbaseline.model.codec import JSON, number
from gitbaseline.model.names import epoch_from_utc, parse_slug

_PREFIX = "baseline"
_LABELS = ("registry", "family", "measurement", "metric", "direction", "tier", "status", "testbed")
_NAMES = {
    "s": "seconds",
    "By": "bytes",
    "1": "ratio",
    "Hz": "hertz",
    "W": "watts",
    "J": "joules",
    "Cel": "celsius",
    "{query}": "queries",
    "{FLOP}": "flops",
}
_SINGULAR = {"s": "second", "By": "byte"}
_LABEL = re.compile(r"[^a-zA-Z0-9_]")

Row = Mapping[str, JSON]
_Labels = tuple[tuple[str, str], ...]


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the text without the ends of lines; ``rows`` are those of entries and their metrics."""
    families: dict[tuple[str, str], dict[_Labels, list[tuple[int, float]]]] = {}
    for row in rows:
        name, unit, value = _family(row)
        points = families.setdefault((name, unit), {}).setdefault(_labels(row), [])
        points.append((epoch_from_utc(str(row["recorded_at"])), value))
    for (name, unit), series in sorted(families.items()):
        yield f"# TYPE {name} gauge"
        if unit:
            yield f"# UNIT {name} {unit}"
        yield f"# HELP {name} Registered baselines{f' in {unit}' if unit else ''}."
        for labels, points in sorted(series.items()):
            shown = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels)
            for at, value in sorted(points):
                yield f"{name}{{{shown}}} {number(value)} {at}"
    yield "# EOF"


def unit_name(code: str) -> str:
    """Return a base unit as OpenMetrics spells units.

    >>> unit_name("By/s"), unit_name("s/{op}"), unit_name("{token}/s")
    ('bytes_per_second', 'seconds_per_op', 'tokens_per_second')
    """
    over, _, under = code.partition("/")
    many = _NAMES.get(over, f"{over.strip('{}')}s")
    return f"{many}_per_{_SINGULAR.get(under, under.strip('{}'))}" if under else many


def _family(row: Row) -> tuple[str, str, float]:
    """Return the name of the family, its unit and the value in it."""
    value, unit = row["base_value"], row["base_unit"]
    if not (isinstance(unit, str) and isinstance(value, int | float)):
        value = row["value"]
        return f"{_PREFIX}_value", "", value if isinstance(value, int | float) else 0.0
    name = unit_name(unit)
    return f"{_PREFIX}_{name}", name, value


def _labels(row: Row) -> _Labels:
    found = {name: str(row[name]) for name in _LABELS if row[name] is not None}
    if row["base_unit"] is None:
        found["unit"] = str(row["unit"])
    slug = parse_slug(str(row["slug"]))
    if slug and slug.suffix > 1:
        found["suffix"] = str(slug.suffix)
    dimensions = row["dimensions"]
    for key, value in dimensions.items() if isinstance(dimensions, dict) else ():
        found.setdefault(f"dim_{_LABEL.sub('_', key)}", _text(value))
    return tuple(sorted(found.items()))


def _text(value: JSON) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    return number(value) if isinstance(value, int | float) else str(value)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
