"""The JSON exports of aiperf and genai-perf.

One object: quantities as ``{"unit": "ms", "avg": 1.0, "p50": ..., "p99": ..., "min": ..., "max":
..., "std": ...[, "count", "sum"]}``, beside ``input_config`` and what the tool says of the run.

Versions of aiperf's ``schema_version``: 1.0; 1.1 count and sum; 1.2 run_info; 1.3 benchmark_id,
sweep_id, cli_command; 1.4 warmup_metrics; 1.5 telemetry names and
runtime_submission_invalid_reasons. A later minor version adds fields and is read; another major
version is refused. Before October 2025 there was none: the quantities stood under ``records``,
there with ``tag``, ``header`` and nulls, keyed by tag or by header.

Rules:

- Refused as a failed run: cancelled, any entry in ``error_summary``, a failed request, a
  submission that the tool calls invalid, no request, every latency 0.
- The aggregate over runs (``*_aggregate.json``) is refused: the runs themselves are the trials.
- Warm-up, GPU telemetry, sessions and nulls are passed over. Of telemetry only the GPUs' model and
  number are kept.

Source: ai-dynamo/aiperf docs/reference/json-export-schema.md and its models up to 0.13;
triton-inference-server/perf_analyzer, genai-perf's json_exporter up to 0.0.16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from gitbaseline.errors import InputError
from gitbaseline.formats import perf_config
from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.documents import Document
from gitbaseline.formats.json_values import items, logged, number, one_line, scalar, table, text
from gitbaseline.formats.perf_stats import Export, Quantity, is_statistic, tag_of, unit_of
from gitbaseline.formats.refused import failed
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Validity
from gitbaseline.model.names import utc_fault

MARKS = re.compile(
    rb'"(?:request_latency|request_throughput|request_count|output_token_throughput|ttft'
    rb'|time_to_first_token|Request Latency|Request Throughput|Request Count)"\s*:\s*\{'
)
AGGREGATE = b'"aggregation_type"'
_MAJOR = re.compile(r"1(?:\.|$)")
_FAILED = frozenset({"failed", "error", "cancelled", "canceled", "aborted"})
_AROUND = frozenset(
    {"input_config", "run_info", "error_summary", "was_cancelled", "start_time", "end_time"}
    | {"schema_version", "aiperf_version", "benchmark_id", "telemetry_data", "records"}
    | {"runtime_submission_invalid_reasons", "submission_valid", "metadata"}
)


def read(name: str, data: bytes) -> Export:
    """Return the export; InputError for a failed run or another kind of file."""
    over: list[PassedOver] = []
    found = list(logged(name, data, over))
    if len(found) != 1 or not isinstance(found[0].value, dict):
        raise InputError(
            f"expected one JSON object of one run, got {len(found)} JSON documents",
            code="perf/documents",
            where=name,
            hint="several runs are trials: record them with one -s FILE each",
        )
    document, top = found[0], found[0].value
    where = f"{name}:{document.line}"
    _check_kind(where, top)
    quantities = list(_quantities(name, document, top, over))
    if not quantities:
        raise InputError("no quantity with a unit and a number", code="perf/empty", where=where)
    for reason in _failures(top, quantities):
        raise failed(where, reason)
    config = top.get("input_config")
    whole = top.get("was_cancelled") is False and top.get("error_summary") == []
    return Export(
        quantities=quantities,
        dimensions=perf_config.load(config, top.get("run_info")),
        context=perf_config.context(config),
        environment=_gpus(top),
        validity=Validity.VALID if whole else Validity.UNCHECKED,
        captured_at_utc=_utc(top.get("end_time")) or _utc(top.get("start_time")),
        tool_version=text(top.get("aiperf_version")),
        passed_over=over,
    )


def _check_kind(where: str, top: Mapping[str, JSON]) -> None:
    if "aggregation_type" in table(top.get("metadata")):
        raise InputError(
            "a summary over several runs, whose own numbers are not in it",
            code="perf/aggregate",
            where=where,
            hint="record the runs: one -s FILE for each profile_export_aiperf.json",
        )
    version = text(top.get("schema_version"))
    if version is not None and not _MAJOR.match(version):
        raise InputError(
            f"schema_version {version}; expected 1.x", code="perf/version", where=where
        )


def _quantities(
    name: str, document: Document, top: Mapping[str, JSON], over: list[PassedOver]
) -> Iterator[Quantity]:
    records = table(top.get("records"))
    seen: set[str] = set()
    for raw, value in (*records.items(), *top.items()):
        key, quantity = one_line(raw), None
        if raw in _AROUND and raw not in records:
            continue
        if isinstance(value, dict):
            quantity = _quantity(key, value, document.line)
        if quantity is None:
            if value is not None:
                over.append(passed(name, document.line, f"{key}: not a quantity"))
        elif quantity.tag in seen:
            raise InputError(
                f"two quantities are {quantity.tag}",
                code="perf/twice",
                where=f"{name}:{document.line}",
            )
        else:
            seen.add(quantity.tag)
            yield quantity


def _quantity(key: str, value: Mapping[str, JSON], line: int) -> Quantity | None:
    unit = text(value.get("unit"))
    pairs = [(word, number(item)) for word, item in value.items() if is_statistic(word)]
    numbers = {word: item for word, item in pairs if item is not None}
    tag = tag_of(text(value.get("tag")) or key)
    if not unit or not tag or not numbers:
        return None
    return Quantity(tag=tag, unit=unit_of(unit), numbers=numbers, line=line)


def _failures(top: Mapping[str, JSON], quantities: list[Quantity]) -> Iterator[str]:
    if top.get("was_cancelled") is True:
        yield "'was_cancelled' is true"
    for error in items(top.get("error_summary"))[:1]:
        yield f"'error_summary' says {_error(error)}"
    around = table(top.get("metadata"))
    for holder in (top, around):
        if holder.get("submission_valid") is False:
            yield "'submission_valid' is false"
    for reason in (
        *items(top.get("runtime_submission_invalid_reasons")),
        *items(around.get("submission_invalid_reasons")),
    ):
        yield f"the submission is invalid: {text(reason) or 'no reason given'}"
    status = text(top.get("status"))
    if status and status.lower() in _FAILED:
        yield f"'status' is {status!r}"
    yield from _empty(quantities)


def _empty(quantities: list[Quantity]) -> Iterator[str]:
    counts = {quantity.tag: quantity.numbers.get("avg") for quantity in quantities}
    failed = counts.get("error_request_count") or 0
    if failed > 0:
        yield f"{failed:g} requests failed"
    if counts.get("request_count") == 0:
        yield "no request was completed"
    latencies = [q for q in quantities if "latency" in q.tag or q.tag.startswith("time_to_")]
    if latencies and not any(any(q.numbers.values()) for q in latencies):
        yield "every latency is 0: no request was completed"


def _error(value: JSON) -> str:
    details = table(table(value).get("error_details"))
    kind = text(details.get("type")) or text(details.get("message")) or "an error"
    count = number(table(value).get("count"))
    return kind if count is None else f"{kind}, {count:g} times"


def _gpus(top: Mapping[str, JSON]) -> dict[str, Scalar]:
    endpoints = table(table(top.get("telemetry_data")).get("endpoints"))
    found: dict[tuple[Scalar, ...], str] = {}
    for place, endpoint in endpoints.items():
        for label, gpu in table(table(endpoint).get("gpus")).items():
            facts = table(gpu)
            model = text(facts.get("gpu_name"))
            if model:
                uuid = scalar(facts.get("gpu_uuid"))
                found[(uuid,) if uuid else (place, label)] = model
    if not found:
        return {}
    return {"gpu_count": len(found), "gpu_model": ", ".join(sorted(set(found.values())))}


def _utc(value: JSON) -> str | None:
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
        known = moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
    spelled = f"{known:%Y-%m-%dT%H:%M:%SZ}" if known else ""
    return spelled if spelled and utc_fault(spelled) is None else None
