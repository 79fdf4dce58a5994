"""The report that ``trtllm-bench`` prints, as the sections of its JSON.

A report begins at its engine's details (or its performance overview) and ends where the next
begins. The overview must hold throughput and latency, or the report is cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.json_values import table
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.numbers import decimal
from gitbaseline.model.codec import JSON

PRINTED = re.compile(rb"= PERFORMANCE OVERVIEW")

_BEGIN = re.compile(r"= (?:ENGINE DETAILS|PYTORCH BACKEND)")
_OVERVIEW = re.compile(r"= PERFORMANCE OVERVIEW")
_ENTRY = re.compile(r"([A-Za-z\[][^:|]{1,70}?)\s*:\s*(\S.{0,150})$")
_LISTED = "Latency|TTFT|TPOT|GTPS|AL|DAR"
_PREFIX = re.compile(rf"(?:\[(?!(?:{_LISTED})\])[^\]]{{1,60}}\]\s*){{0,6}}")  # [TRT-LLM] [I]
_PERCENTILE = re.compile(
    rf"\[({_LISTED})\] (P[0-9]{{1,2}}(?:\.[0-9]{{1,4}})?|MINIMUM|MAXIMUM|AVERAGE)"
)
_GPU = re.compile(r"(\S.{1,80}), memory (?:[0-9.]+ GB|N/A), (?:[0-9.]+ GHz|N/A)$")
_NEEDED = ("request_throughput_req_s", "system_output_throughput_tok_s", "total_latency_ms")
_LABELS = {
    "model": ("engine", "model"),
    "tensorrt llm version": ("engine", "version"),
    "dtype": ("engine", "dtype"),
    "kv cache dtype": ("engine", "kv_cache_dtype"),
    "quantization": ("engine", "quantization"),
    "max sequence length": ("engine", "max_sequence_length"),
    "tp size": ("world_info", "tp_size"),
    "pp size": ("world_info", "pp_size"),
    "ep size": ("world_info", "ep_size"),
    "max runtime batch size": ("world_info", "max_batch_size"),
    "max runtime tokens": ("world_info", "max_num_tokens"),
    "scheduling policy": ("world_info", "scheduling_policy"),
    "number of requests": ("request_info", "num_requests"),
    "number of concurrent requests": ("request_info", "avg_num_concurrent_requests"),
    "average input length (tokens)": ("request_info", "avg_input_length"),
    "average output length (tokens)": ("request_info", "avg_output_length"),
    "request throughput (req/sec)": ("performance", "request_throughput_req_s"),
    "total output throughput (tokens/sec)": ("performance", "system_output_throughput_tok_s"),
    "total token throughput (tokens/sec)": ("performance", "system_total_throughput_tok_s"),
    "total latency (ms)": ("performance", "total_latency_ms"),
    "average request latency (ms)": ("performance", "avg_request_latency_ms"),
    "per user output throughput [w/ ctx] (tps/user)": (
        "performance",
        "output_throughput_per_user_tok_s",
    ),
    "per gpu output throughput (tps/gpu)": ("performance", "output_throughput_per_gpu_tok_s"),
    "average time-to-first-token [ttft] (ms)": ("streaming_metrics", "avg_ttft_ms"),
    "average time-per-output-token [tpot] (ms)": ("streaming_metrics", "avg_tpot_ms"),
    "per user output speed (tps/user)": ("streaming_metrics", "token_output_speed_tok_s"),
}
_LISTS = {
    "Latency": ("performance", "request_latency_percentiles_ms"),
    "TTFT": ("streaming_metrics", "ttft_percentiles"),
    "TPOT": ("streaming_metrics", "tpot_percentiles"),
    "GTPS": ("streaming_metrics", "gen_tps_percentiles"),
    "AL": ("decoding_stats", "acceptance_length_percentiles"),
    "DAR": ("decoding_stats", "draft_acceptance_rate_percentiles"),
}


@mutable(slots=True, kw_only=True)
class _Report:
    line: int
    overview: int | None = None
    sections: dict[str, JSON] = field(default_factory=dict)

    def put(self, section: str, key: str, value: JSON) -> bool:
        """Store a value; whether it is the first of its name."""
        part = self.sections.setdefault(section, {})
        if not isinstance(part, dict) or key in part:
            return False
        part[key] = value
        return True


def reports(
    name: str, data: bytes, over: list[PassedOver]
) -> Iterator[tuple[int, dict[str, JSON]]]:
    """Yield line and sections of every report; InputError for one that is cut off."""
    report: _Report | None = None
    for line in lines(data):
        text = _PREFIX.sub("", line.text, count=1)
        begins = _BEGIN.match(text)
        overview = _OVERVIEW.match(text)
        if begins or (overview and (report is None or report.overview is not None)):
            yield from _ended(name, report)
            report = _Report(line=line.number)
        if overview and report:
            report.overview = line.number
        elif report is None or not _take(name, line, text, report):
            _pass(name, line, over)
    yield from _ended(name, report)
    end = data.rpartition(b"\n")[2]
    if report and end[-1:].isdigit():
        raise _fault(name, data.count(b"\n") + 1, "the last line breaks off, in a number perhaps")


def _take(name: str, line: Line, text: str, report: _Report) -> bool:
    """Store what a line says; whether it says anything."""
    gpu = _GPU.fullmatch(text)
    if gpu:
        return report.put("machine", "name", gpu[1])
    match = _ENTRY.fullmatch(text)
    if match is None:
        if "|" in text and any(label in text.lower() for label in ("throughput (", "latency (")):
            raise _fault(name, line.number, "a table of several values, not a report")
        return False
    percentile = _PERCENTILE.fullmatch(match[1].strip())
    if percentile:
        section, key = _LISTS[percentile[1]]
        value = decimal(match[2].strip())
        part = dict(table(table(report.sections.get(section)).get(key)))
        if value is None or percentile[2].lower() in part:
            raise _fault(name, line.number, f"{match[1]}: expected one plain number")
        report.sections[section] = {
            **table(report.sections.get(section)),
            key: {**part, percentile[2].lower(): value},
        }
        return True
    place = _LABELS.get(match[1].strip().lower().replace("tensorrt-llm", "tensorrt llm"))
    if place is None:
        return False
    value = decimal(match[2].strip())
    if value is None and place[0] in ("performance", "streaming_metrics"):
        raise _fault(
            name, line.number, f"{match[1]}: expected one plain number, got {match[2][:40]!r}"
        )
    if not report.put(*place, match[2].strip() if value is None else _whole(value)):
        raise _fault(name, line.number, f"{match[1]} stands here twice")
    return True


def _whole(value: float) -> JSON:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _ended(name: str, report: _Report | None) -> Iterator[tuple[int, dict[str, JSON]]]:
    if report is None:
        return
    missing = [key for key in _NEEDED if key not in table(report.sections.get("performance"))]
    if missing:
        raise _fault(name, report.line, f"the report is cut off: it has no {missing[0]}")
    yield report.line, report.sections


def _pass(name: str, line: Line, over: list[PassedOver]) -> None:
    if line.text.strip("=- "):
        over.append(passed(name, line.number, line.text))


def _fault(name: str, line: int, what: str) -> InputError:
    return InputError(
        what,
        code="trtllm/report",
        where=f"{name}:{line}",
        hint="give the whole output of one trtllm-bench run",
    )
