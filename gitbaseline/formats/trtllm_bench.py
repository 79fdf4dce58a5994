"""``trtllm-bench`` of TensorRT-LLM: ``--report_json`` and the printed report.

Keys are the names of the JSON (``request_throughput_req_s``, ``avg_ttft_ms``); percentiles stand
behind the quantity, ``ttft_ms.p99``. Several reports in one file are trials or cases. The printed
form: ``trtllm_text``.

Rules:

- ``issue_rate`` is not read: the tool multiplies nanoseconds as if they were a rate.
- GPU and memory are of the first GPU only; their count is the world size.
- A report that breaks off, and a table pasted with several values a row, is refused.

Shape: tensorrt_llm/bench/dataclasses/reporting.py, 2025 and 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, PassedOver, Reading, Source, capped, passed
from gitbaseline.formats.json_values import logged, number, one_line, scalar, table
from gitbaseline.formats.runs import Number, Run, agreed, grouped, metrics, varying
from gitbaseline.formats.trtllm_text import PRINTED, reports
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Direction
from gitbaseline.model.names import suggest

NAME = "trtllm-bench"
SUMMARY = "trtllm-bench of TensorRT-LLM: --report_json and printed report"

_JSON = (b'"world_info"', b'"request_info"', b'"performance"')
_HIGHER, _LOWER, _UNKNOWN = Direction.HIGHER, Direction.LOWER, Direction.UNKNOWN
_NUMBERS = {
    "performance": {
        "total_latency_ms": ("ms", _LOWER),
        "avg_request_latency_ms": ("ms", _LOWER),
        "request_throughput_req_s": ("requests/s", _HIGHER),
        "system_output_throughput_tok_s": ("tokens/s", _HIGHER),
        "system_total_throughput_tok_s": ("tokens/s", _HIGHER),
        "output_throughput_per_user_tok_s": ("tokens/s", _HIGHER),
        "output_throughput_per_gpu_tok_s": ("tokens/s", _HIGHER),
    },
    "streaming_metrics": {
        "token_output_speed_tok_s": ("tokens/s", _HIGHER),
        "avg_ttft_ms": ("ms", _LOWER),
        "avg_tpot_ms": ("ms", _LOWER),
    },
    "request_info": {
        "avg_num_concurrent_requests": ("requests", _UNKNOWN),
        "avg_output_length": ("tokens", _UNKNOWN),
    },
}
_PERCENTILES = {
    ("performance", "request_latency_percentiles_ms"): ("request_latency_ms", "ms", _LOWER),
    ("streaming_metrics", "ttft_percentiles"): ("ttft_ms", "ms", _LOWER),
    ("streaming_metrics", "tpot_percentiles"): ("tpot_ms", "ms", _LOWER),
    ("streaming_metrics", "gen_tps_percentiles"): ("generation_tok_s", "tokens/s", _HIGHER),
    ("decoding_stats", "acceptance_length_percentiles"): ("acceptance_length", "tokens", _HIGHER),
    ("decoding_stats", "draft_acceptance_rate_percentiles"): ("acceptance_rate", "1", _HIGHER),
}
_STATISTICS = {"minimum": "min", "maximum": "max", "average": "mean"}
_STATISTIC = re.compile(r"p[0-9]{1,2}(?:\.[0-9]{1,4})?|minimum|maximum|average")
_SETTINGS = {
    ("engine", "model"): "model",
    ("engine", "version"): "tensorrt_llm",
    ("engine", "backend"): "backend",
    ("engine", "dtype"): "dtype",
    ("engine", "kv_cache_dtype"): "kv_cache_dtype",
    ("engine", "quantization"): "quantization",
    ("engine", "max_sequence_length"): "max_model_len",
    ("machine", "name"): "gpu_model",
    ("world_info", "world_size"): "gpu_count",
    ("world_info", "tp_size"): "tp",
    ("world_info", "pp_size"): "pp",
    ("world_info", "ep_size"): "ep",
    ("world_info", "max_batch_size"): "max_batch_size",
    ("world_info", "max_num_tokens"): "max_num_tokens",
    ("world_info", "scheduling_policy"): "scheduling_policy",
    ("world_info", "kv_cache_percentage"): "kv_cache_percentage",
    ("request_info", "num_requests"): "num_prompts",
    ("request_info", "avg_input_length"): "isl",
    ("decoding_stats", "mode"): "speculative_decoding",
}
_PLACES = {
    **dict.fromkeys(("tensorrt_llm", "backend"), "stack"),
    **dict.fromkeys(("model", "dtype", "kv_cache_dtype", "quantization"), "identity"),
    **dict.fromkeys(("gpu_model", "gpu_count"), "environment"),
    **dict.fromkeys(("tp", "pp", "ep"), "parallelism"),
    **dict.fromkeys(("num_prompts", "isl"), "workload"),
}


def sniff(source: Source) -> str | None:
    """Return why this is trtllm-bench's, or None."""
    if source.kind != "file":
        return None
    data = source.files[0].data
    if all(mark in data for mark in _JSON):
        return "it has the sections of trtllm-bench --report_json"
    return "it has the report that trtllm-bench prints" if PRINTED.search(data) else None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every number of every report; InputError where one is cut off."""
    file, over = source.files[0], list[PassedOver]()
    runs = [
        _run(file.path, line, sections, over)
        for line, sections in _reports(file.path, file.data, over)
    ]
    found = metrics(runs) if runs else {}
    if not found:
        raise InputError(
            "no report of trtllm-bench in it",
            code="trtllm/empty",
            where=source.name,
            hint="give the file of --report_json, or the whole printed report",
        )
    settings = agreed([run.settings for run in runs])
    context = grouped(settings, {name: (group, name) for name, group in _PLACES.items()}, "serving")
    head = "system_output_throughput_tok_s"
    model = str(settings.get("model", "")).rpartition("/")[2]
    return Reading(
        format=NAME,
        metrics=found,
        headline=head if head in found and not varying(runs) else None,
        environment=context.pop("environment", {}),
        context=context,
        suggested_measurement=suggest(f"trtllm_{model}") or "trtllm",
        passed_over=capped(over),
        tool_version=str(settings["tensorrt_llm"]) if "tensorrt_llm" in settings else None,
    )


def _reports(
    name: str, data: bytes, over: list[PassedOver]
) -> Iterator[tuple[int, Mapping[str, JSON]]]:
    if not all(mark in data for mark in _JSON):
        yield from reports(name, data, over)
        return
    for document in logged(name, data, over):
        sections = table(document.value)
        if "performance" in sections:
            yield document.line, sections
        else:
            over.append(passed(name, document.line, "JSON that is no report"))


def _run(name: str, line: int, sections: Mapping[str, JSON], over: list[PassedOver]) -> Run:
    parts = {key: table(value) for key, value in sections.items()}
    count = number(parts.get("request_info", {}).get("num_requests"))
    numbers: dict[str, Number] = {}
    for key, value, unit, direction in _numbers(parts):
        stat = (
            key.rpartition(".")[2] if "." in key else "mean" if key.startswith("avg") else "single"
        )
        found = number(value)
        if found is None or found < 0:
            raise InputError(
                f"{key}: expected a number from 0, got {scalar(value)!r}",
                code="trtllm/number",
                where=f"{name}:{line}",
                hint="the report was edited or the run failed; run it again",
            )
        if found == 0 and direction is Direction.LOWER:
            over.append(passed(name, line, f"{key}: 0 measures nothing"))
            continue
        n = int(count) if count and stat != "single" else 1
        numbers[key] = Number(value=found, unit=unit, direction=direction, stat=stat, n=max(n, 1))
    over += [passed(name, line, f"{place}: not a metric") for place in _unknown(parts)]
    return Run(where=f"{name}:{line}", settings=_settings(parts), numbers=numbers)


def _numbers(
    parts: Mapping[str, Mapping[str, JSON]],
) -> Iterator[tuple[str, JSON, str, Direction]]:
    """Yield key, value, unit and direction of what stands in the sections."""
    for section, names in _NUMBERS.items():
        for key, (unit, direction) in names.items():
            value = parts.get(section, {}).get(key)
            if value is not None:
                yield key, value, unit, direction
    for (section, name), (key, unit, direction) in _PERCENTILES.items():
        for statistic, value in table(parts.get(section, {}).get(name)).items():
            if _STATISTIC.fullmatch(statistic) and value is not None:
                yield f"{key}.{_STATISTICS.get(statistic, statistic)}", value, unit, direction


def _unknown(parts: Mapping[str, Mapping[str, JSON]]) -> Iterator[str]:
    """Yield the members that are neither a number nor a setting."""
    for section, members in parts.items():
        for key in members:
            known = key in _NUMBERS.get(section, ()) or (section, key) in _PERCENTILES
            if not known and (section, key) not in _SETTINGS:
                yield one_line(f"{section}.{key}")


def _settings(parts: Mapping[str, Mapping[str, JSON]]) -> dict[str, Scalar]:
    found = {
        name: scalar(parts.get(section, {}).get(key)) for (section, key), name in _SETTINGS.items()
    }
    return {name: value for name, value in found.items() if value not in (None, "None", "N/A")}
