"""The registry as rows: for a lake, for SQL, for a spreadsheet.

``ENTRY`` are the columns of an entry, ``METRIC`` those of a metric, each with its type in SQL.
docs/lake.md says what each means. Times are UTC; what has no fixed shape is JSON in a text.

>>> base(12.5, "ms")
(0.0125, 's')
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model import baseline_json
from gitbaseline.model.codec import JSON, MAX_INTEGER
from gitbaseline.model.metric import Metric
from gitbaseline.model.units import base_of, convert
from gitbaseline.registry.candidates import base as plain_name
from gitbaseline.registry.reader import Entry, Reader
from gitbaseline.registry.signers import Signer

Row = dict[str, JSON]

ENTRY: Mapping[str, str] = {
    "registry": "VARCHAR",
    "registry_id": "VARCHAR",
    "entry": "VARCHAR",
    "family": "VARCHAR",
    "measurement": "VARCHAR",
    "slug": "VARCHAR",
    "recorded_at": "TIMESTAMP",
    "registered_at": "TIMESTAMP",
    "imported_from": "VARCHAR",
    "tier": "VARCHAR",
    "standing": "VARCHAR",
    "status": "VARCHAR",
    "counts": "BOOLEAN",
    "operator": "VARCHAR",
    "team": "VARCHAR",
    "agent": "VARCHAR",
    "signer": "VARCHAR",
    "principal": "VARCHAR",
    "commit": "VARCHAR",
    "git_sha": "VARCHAR",
    "git_branch": "VARCHAR",
    "git_dirty": "BOOLEAN",
    "git_remote": "VARCHAR",
    "source_path": "VARCHAR",
    "source_format": "VARCHAR",
    "source_sha256": "VARCHAR",
    "cluster": "VARCHAR",
    "cohort": "VARCHAR",
    "testbed": "VARCHAR",
    "context": "JSON",
    "environment": "JSON",
    "command": "VARCHAR",
    "next_lever": "JSON",
    "sol_pct": "DOUBLE",
    "notes": "VARCHAR",
    "extra": "JSON",
}
METRIC: Mapping[str, str] = {
    "metric": "VARCHAR",
    "headline": "BOOLEAN",
    "value": "DOUBLE",
    "unit": "VARCHAR",
    "direction": "VARCHAR",
    "base_value": "DOUBLE",
    "base_unit": "VARCHAR",
    "n": "BIGINT",
    "stat": "VARCHAR",
    "mean": "DOUBLE",
    "std": "DOUBLE",
    "min": "DOUBLE",
    "max": "DOUBLE",
    "validity": "VARCHAR",
    "dimensions": "JSON",
}
FLAT: Mapping[str, str] = {**ENTRY, **METRIC, "samples": "DOUBLE[]"}
# What a metric's row says of its entry, where it stands in a table of its own.
_OF_ENTRY = (
    *("registry", "entry", "family", "measurement", "slug"),
    *("recorded_at", "status", "counts"),
)
OF_METRIC: Mapping[str, str] = {
    **{name: ENTRY[name] for name in _OF_ENTRY},
    **METRIC,
    "samples": "DOUBLE[]",
}
# Each sample of OF_METRIC as a row, in SQL.
SAMPLES = (
    "SELECT registry, entry, metric, unnest(range(1, len(samples) + 1)) AS trial, "
    "unnest(samples) AS value FROM metrics"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whence:
    """The registry that rows are of: the name it is called by, and its id."""

    name: str
    registry_id: str


def of_series(
    reader: Reader, series: tuple[str, str], whence: Whence, signers: Mapping[str, Signer]
) -> Iterator[tuple[Row, list[Row]]]:
    """Yield each entry of a measurement with its metrics, oldest first."""
    for entry in map(reader.read, reversed([*reader.listed(*series)])):
        row = entry_row(entry, whence, signers.get(str(entry.path)))
        yield row, list(metric_rows(entry))


def flat(entry: Row, metric: Row) -> Row:
    """Return one row for a metric with all that is known of its entry, as ``FLAT`` has it."""
    return {**entry, **metric}


def of_metric(entry: Row, metric: Row) -> Row:
    """Return a metric's own row, as ``OF_METRIC`` has it."""
    return {**{name: entry[name] for name in _OF_ENTRY}, **metric}


def entry_row(entry: Entry, whence: Whence, signer: Signer | None) -> Row:
    """Return one entry as the columns of ``ENTRY``."""
    b, path = entry.baseline, entry.path
    return {
        "registry": whence.name,
        "registry_id": whence.registry_id,
        "entry": str(path),
        "family": path.family,
        "measurement": plain_name(path.measurement),
        "slug": str(path.slug),
        "recorded_at": b.original_utc,
        "registered_at": b.registered_at_utc,
        "imported_from": b.imported.origin if b.imported else None,
        "tier": str(b.tier),
        "standing": str(b.standing),
        "status": entry.status,
        "counts": entry.counts,
        "operator": b.registered_by.operator_user,
        "team": b.registered_by.team,
        "agent": b.registered_by.agent,
        "signer": signer.fingerprint if signer else None,
        "principal": signer.principal if signer else None,
        "commit": signer.commit if signer else None,
        "git_sha": b.git.sha,
        "git_branch": b.git.branch,
        "git_dirty": b.git.dirty,
        "git_remote": b.git.remote,
        "source_path": b.source_path,
        "source_format": b.source_format,
        "source_sha256": b.source_sha256,
        "cluster": b.cluster,
        "cohort": b.cohort,
        "testbed": b.testbed,
        "context": {group: dict(fields) for group, fields in b.context.items()},
        "environment": dict(b.environment),
        "command": b.capture_command,
        "next_lever": baseline_json.lever_plain(b.next_lever),
        "sol_pct": b.sol.pct if b.sol else None,
        "notes": b.notes,
        "extra": dict(b.extra),
    }


def metric_rows(entry: Entry) -> Iterator[Row]:
    """Yield the columns of ``METRIC`` of each metric and its samples, by key."""
    for key in sorted(entry.baseline.metrics):
        yield _metric_row(key, entry.baseline.metrics[key])


def _metric_row(key: str, metric: Metric) -> Row:
    value, unit = base(metric.value, metric.unit)
    return {
        "metric": key,
        "headline": metric.headline,
        "value": metric.value,
        "unit": metric.unit,
        "direction": str(metric.direction),
        "base_value": value,
        "base_unit": unit,
        "n": metric.n,
        "stat": metric.stat,
        "mean": metric.mean,
        "std": metric.std,
        "min": metric.min,
        "max": metric.max,
        "validity": str(metric.validity),
        "dimensions": dict(metric.dimensions),
        "samples": list(metric.samples),
    }


def base(value: float, unit: str) -> tuple[float | None, str | None]:
    """Return a number in the base unit of its dimension, None and None where there is none."""
    code = base_of(unit)
    if code is None:
        return None, None
    try:
        found = float(convert(value, unit, code))
    except InputError:  # beyond a 64-bit float there
        return None, None
    return (int(found) if found.is_integer() and abs(found) <= MAX_INTEGER else found), code
