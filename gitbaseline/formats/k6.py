"""k6's end-of-test summary, in its three shapes.

``--summary-export`` (flat members), the data of ``handleSummary`` (``type``, ``contains``,
``values``), and the machine-readable summary of k6 1.x and 2 (``results.metrics`` as a list). Keys
are ``<metric>.<statistic>``: ``http_req_duration.p95``, ``http_reqs.rate``.

Rules:

- Durations are lower-is-better, rates of requests and iterations and ``checks`` higher, the share
  of failed requests lower; counts, virtual users and custom metrics unknown, but for times.
- A breached threshold is a performance answer, not a broken run: a warning. In the flat shape
  ``true`` means breached, in the second ``{"ok": false}`` does.
- A test all of whose requests failed measured nothing and is refused. So are the points of ``--out
  json``: single requests, no summary.

Shapes: grafana/k6 internal/js/summary and cmd, 0.30 to 1.x; grafana/k6-summary schema 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, Summary, clean, utc
from gitbaseline.formats.json_values import items, number, table
from gitbaseline.formats.part import Part
from gitbaseline.formats.refused import failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction

NAME = "k6"
SUMMARY = "k6 summary, JSON (--summary-export, handleSummary, machine-readable)"

_TIMES = re.compile(
    r"(?:http_req|grpc_req|ws|iteration|group|browser|webvital)s?_\w*"
    r"(?:duration|blocked|connecting|tls_handshaking|sending|waiting|receiving|session_duration)"
)
_RATES = {"http_reqs": "requests/s", "iterations": "iterations/s"}
_TREND = re.compile(r"avg|min|med|max|count|p\(([0-9]{1,3}(?:\.[0-9]{1,6})?)\)")
_VALUES = ("avg", "min", "med", "max", "count", "rate", "value", "passes", "fails")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Metric:
    """One metric of any shape: its name, what it holds, its statistics, its breached thresholds."""

    name: str
    kind: str
    contains: str
    values: Mapping[str, Part]
    breached: tuple[str, ...]
    part: Part


def sniff(source: Source) -> str | None:
    """Return why this is a k6 summary, or None."""
    if holds(source, _is_summary, b'"metrics"'):
        return "it has metrics and root_group"
    if holds(source, _is_machine_readable, b'"metrics"'):
        return "it has results.metrics and a k6Version"
    if holds(source, _is_point, b'"Point"', b'"metric"'):
        return "it has the points of --out json"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every statistic; InputError where no request got through."""
    gather = Gather(source.files[0].path)
    if holds(source, _is_point, b'"Point"', b'"metric"'):
        raise InputError(
            "single points of --out json; expected a summary",
            code="k6/points",
            where=gather.file,
            hint="give what k6 run --summary-export FILE writes",
        )
    about: list[Part] = []
    for top in gather.documents(source.files[0].data, _has_metrics):
        about.append(top.part("metadata") if "metadata" in table(top.value) else top.part())
        if table(top.part("results").value).get("passed") is False:
            gather.warn("the test did not pass: a threshold was breached")
        for metric in _metrics(top):
            _check(metric)
            for threshold in metric.breached:
                gather.warn(f"threshold breached: {clean(metric.name)} {clean(threshold)}")
            _add(gather, metric)
    version = about[0].part("k6Version").maybe_text() if about else None
    return gather.reading(
        NAME,
        tool_version=version,
        captured_at_utc=utc(about[0].part("generatedAt").maybe_text()) if about else None,
        suggested_measurement=NAME,
    )


def _has_metrics(value: JSON) -> bool:
    members = table(value)
    return bool(table(members.get("metrics"))) or "metrics" in table(members.get("results"))


def _is_summary(value: JSON) -> bool:
    metrics = table(table(value).get("metrics"))
    named = any(name in metrics for name in ("iterations", "vus", "http_reqs", "data_received"))
    return bool(metrics) and ("root_group" in table(value) or (named and "state" in table(value)))


def _is_machine_readable(value: JSON) -> bool:
    results = table(table(value).get("results"))
    versions = table(table(value).get("metadata"))
    return "k6Version" in versions and bool(items(results.get("metrics")))


def _is_point(value: JSON) -> bool:
    return table(value).get("type") == "Point" and {"metric", "data"} <= table(value).keys()


def _metrics(top: Part) -> Iterator[_Metric]:
    """Yield the metrics of a summary, whatever its shape."""
    listed = top.part("results", "metrics") if isinstance(top.value, dict) else top
    if isinstance(listed.value, list):
        for part in listed.parts():
            yield _typed(part.part("name").text(), part)
        checks = top.part("results", "checks", "metrics")
        rows = (
            checks.parts()
            if isinstance(checks.value, list)
            else [part for _, part in (checks.members() if checks else ())]
        )
        for part in rows:
            yield _typed(part.part("name").text(), part)
        return
    for name, part in top.part("metrics").members():
        if isinstance(part.part("values").value, dict):
            yield _typed(name, part)
        else:
            yield _flat(name, part)


def _typed(name: str, part: Part) -> _Metric:
    thresholds = part.part("thresholds")
    breached = [
        text
        for text, verdict in (thresholds.members() if thresholds else ())
        if verdict.part("ok").value is False
    ]
    return _Metric(
        name=name,
        kind=part.part("type").maybe_text() or "",
        contains=part.part("contains").maybe_text() or "",
        values=dict(part.part("values").members()),
        breached=tuple(breached),
        part=part,
    )


def _flat(name: str, part: Part) -> _Metric:
    thresholds = part.part("thresholds")
    breached = [
        text
        for text, verdict in (thresholds.members() if thresholds else ())
        if verdict.value is True
    ]
    values = {key: value for key, value in part.members() if key != "thresholds"}
    kind = "trend" if "avg" in values or "med" in values else "counter" if "count" in values else ""
    if "passes" in values:  # a share: the flat shape calls it value
        kind = "rate"
        values["rate"] = values.pop("value", part.part("value"))
    return _Metric(
        name=name,
        kind=kind or "gauge",
        contains="",
        values=values,
        breached=tuple(breached),
        part=part,
    )


def _check(metric: _Metric) -> None:
    rate = number(metric.values["rate"].value) if "rate" in metric.values else None
    if metric.name == "http_req_failed" and rate is not None and rate >= 1:
        raise failed(metric.part.where, "every request failed (http_req_failed is 1)")


def _add(gather: Gather, metric: _Metric) -> None:
    n = metric.values["count"].maybe_number() if "count" in metric.values else None
    for statistic, part in metric.values.items():
        value = part.maybe_number()
        name = _statistic(statistic)
        if value is None or name is None:
            gather.skip(part.line, f"{metric.name}.{statistic}: no statistic that is a number")
            continue
        unit, direction = _meaning(metric, name)
        gather.add(
            f"{metric.name}.{name}",
            value,
            line=part.line,
            unit=unit,
            direction=direction,
            summary=Summary(
                stat={"avg": "mean", "med": "median"}.get(name, name),
                n=int(n) if n and name != "count" and metric.kind == "trend" else 1,
            ),
        )


def _statistic(text: str) -> str | None:
    match = _TREND.fullmatch(text)
    if match and match[1]:
        return f"p{match[1]}"
    return text if match or text in _VALUES else None


def _meaning(metric: _Metric, statistic: str) -> tuple[str, Direction]:
    """Return unit and direction of one statistic of a metric."""
    base = metric.name.partition("{")[0]
    if statistic in ("count", "passes", "fails"):
        return ("B" if metric.contains == "data" or base.startswith("data_") else "count"), (
            Direction.UNKNOWN
        )
    if metric.kind == "rate":
        way = {
            "http_req_failed": Direction.LOWER,
            "checks_failed": Direction.LOWER,
            "checks": Direction.HIGHER,
            "checks_succeeded": Direction.HIGHER,
        }
        return "ratio", way.get(base, Direction.UNKNOWN)
    if metric.kind == "counter":
        if base in _RATES:
            return _RATES[base], Direction.HIGHER
        data = metric.contains == "data" or base.startswith("data_")
        return ("B/s" if data else UNKNOWN_UNIT), Direction.UNKNOWN
    if metric.contains == "time" or (not metric.contains and _TIMES.fullmatch(base)):
        return "ms", Direction.LOWER
    return ("B" if metric.contains == "data" else UNKNOWN_UNIT), Direction.UNKNOWN
