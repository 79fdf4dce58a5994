"""Which of the two tools wrote an export, in which of its forms, and what it says as a Reading.

aiperf took its exports over from genai-perf, so that one grammar reads both. The tool still belongs
to the measurement's identity: for one server the two have reported other latencies and lengths
(ai-dynamo/aiperf issue 339). What marks the tool is looked for; where nothing does, both claim the
file and a person says which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from gitbaseline.formats import perf_json, perf_table
from gitbaseline.formats.base import Options, Reading, Source, capped
from gitbaseline.formats.perf_stats import Export, metrics
from gitbaseline.model.names import suggest

AIPERF = "aiperf"
GENAI_PERF = "genai-perf"
_FORMS = {
    "json": "it holds the JSON export of a run",
    "table": "it holds a table of a run: Metric, avg, ...",
}
_JSON_OF = {
    AIPERF: re.compile(rb'"(?:aiperf_version|was_cancelled|records)"\s*:'),
    GENAI_PERF: re.compile(rb'"input_config"\s*:'),
}
_TABLE_OF = {
    AIPERF: re.compile(
        rb"NVIDIA AIPerf|Time to First Token|Time to Second Token|\(requests/sec\)"
        rb"|\nRequest Count,| Metric {1,200}\xe2\x94[\x82\x83]"
    ),
    GENAI_PERF: re.compile(
        rb"NVIDIA GenAI-Perf|genai_perf|Time To (?:First|Second) Token|\(per sec\)"
        rb"|Request Count \(count\)|Time to first token| Statistic {1,200}\xe2\x94[\x82\x83]"
    ),
}
_HEADLINES = ("output_token_throughput", "request_throughput")
_LOOKED_AT = 1 << 20  # bytes of a file in which the marks must stand


def claim(source: Source, tool: str) -> str | None:
    """Return why the source is of this tool, or None."""
    if source.kind != "file":
        return None
    data = source.files[0].data
    form = form_of(data)
    return _FORMS[form] if form and tool in tools(data) else None


def form_of(data: bytes) -> str | None:
    """Return ``json`` or ``table``, or None where these bytes are neither."""
    head = data[:_LOOKED_AT]
    if perf_json.MARKS.search(head) and b'"unit"' in head and b'"avg"' in head:
        return "json" if any(mark.search(data) for mark in _JSON_OF.values()) else None
    if b'"aiperf_version"' in head and perf_json.AGGREGATE in head:
        return "json"
    return "table" if perf_table.CSV.search(head) or perf_table.BOX.search(head) else None


def is_csv(data: bytes) -> bool:
    """Whether the bytes are the CSV form of a table."""
    return perf_table.CSV.search(data[:_LOOKED_AT]) is not None


def tools(data: bytes) -> Sequence[str]:
    """Return the tools that may have written an export: one, both, or for a bare box none."""
    if form_of(data) == "json":
        return (AIPERF,) if _JSON_OF[AIPERF].search(data) else (GENAI_PERF,)
    head = data[:_LOOKED_AT]
    found = [tool for tool, mark in _TABLE_OF.items() if mark.search(head)]
    if found or perf_table.CSV.search(head):
        return found if len(found) == 1 else tuple(_TABLE_OF)
    return ()


def load(name: str, data: bytes) -> Export:
    """Return what the bytes say of one run, in either form; InputError for a failed run."""
    if form_of(data) == "table":
        return perf_table.read(name, data)
    return perf_json.read(name, data)


def read(source: Source, tool: str, options: Options) -> Reading:  # noqa: ARG001 - as read's
    """Return every statistic as a metric; InputError for a failed run."""
    file = source.files[0]
    export = load(file.path, file.data)
    found = dict(metrics(file.path, export))
    model = str(export.context.get("identity", {}).get("model", "")).rpartition("/")[2]
    return Reading(
        format=tool,
        metrics=found,
        headline=next((key for key in _HEADLINES if key in found), None),
        context=export.context,
        environment=export.environment,
        captured_at_utc=export.captured_at_utc,
        suggested_measurement=suggest(f"{tool}_{model}" if model else tool) or tool,
        passed_over=capped(sorted(export.passed_over, key=lambda entry: entry.line)),
        tool_version=export.tool_version,
    )
