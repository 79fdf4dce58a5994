"""The summary that the serving benchmarks of vLLM and SGLang print, as the fields of their JSON.

A run is what stands between ``==== Serving Benchmark Result ====`` and the closing rule. Labels
changed their case over time, so it is not looked at; a label that is not known is passed over.
How many requests were planned stands in the arguments that the tools print first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import behind, cut_off
from gitbaseline.model.codec import JSON

BANNER = re.compile(rb"=== ?Serving Benchmark Result ?===")

_TOP = re.compile(r"=+ ?Serving Benchmark Result ?=+$")  # a progress bar may stand before it
_PLANNED = re.compile(r"Namespace\(.*\bnum_prompts=([0-9]{1,9})\b")
_END = re.compile(r"={10,}$")
_RULE = re.compile(r"-+ ?[A-Z][^:|]{0,60}-+$")
_ENTRY = re.compile(r"([A-Za-z][^:|]{1,60}):\s+(\S.{0,120})$")
_LABELS = {
    "backend": "backend",
    "traffic request rate": "request_rate",
    "request rate configured (rps)": "request_rate",
    "max request concurrency": "max_concurrency",
    "max reqeuest concurrency": "max_concurrency",
    "maximum request concurrency": "max_concurrency",
    "successful requests": "completed",
    "failed requests": "failed",
    "benchmark duration (s)": "duration",
    "total input tokens": "total_input_tokens",
    "total input text tokens": "total_input_text_tokens",
    "total input vision tokens": "total_input_vision_tokens",
    "total generated tokens": "total_output_tokens",
    "total generated tokens (retokenized)": "total_output_tokens_retokenized",
    "request throughput (req/s)": "request_throughput",
    "request goodput (req/s)": "request_goodput",
    "input throughput (inputs/s)": "input_sequence_throughput",
    "input token throughput (tok/s)": "input_throughput",
    "output token throughput (tok/s)": "output_throughput",
    "peak output token throughput (tok/s)": "max_output_tokens_per_s",
    "total token throughput (tok/s)": "total_token_throughput",
    "peak concurrent requests": "max_concurrent_requests",
    "concurrency": "concurrency",
    "accept length": "accept_length",
    "acceptance rate (%)": "spec_decode_acceptance_rate",
    "acceptance length": "spec_decode_acceptance_length",
    "rtfx (inverse real-time factor)": "rtfx",
}
_LATENCY = re.compile(r"(mean|median|std|min|max|p[0-9]{1,2}(?:\.[0-9]{1,4})?) (.{3,24}) \(ms\)")
_WHAT = {
    "ttft": "ttft",
    "tpot": "tpot",
    "itl": "itl",
    "e2el": "e2el",
    "e2e latency": "e2e_latency",
    "client queue time": "client_queue_time",
    "e2el incl. client queue": "e2el_including_client_queue",
}
_WORDS = ("backend", "request_rate", "max_concurrency")  # their value may be a word


@dataclass(slots=True, kw_only=True)
class Summary:
    """One printed summary: its first line, what stands before it there, the fields of its JSON."""

    line: int
    before: str
    fields: dict[str, JSON] = field(default_factory=dict)


def summaries(name: str, data: bytes, over: list[PassedOver]) -> Iterator[Summary]:
    """Yield every summary of a log; InputError for one that is cut off or cannot be read."""
    open_: Summary | None = None
    planned: dict[str, JSON] = {}
    for line in lines(data):
        if top := _TOP.search(line.text):
            if open_:
                raise _cut(name, open_)
            open_ = Summary(line=line.number, before=line.text[: top.start()], fields=planned)
            planned = {}
        elif open_ is None:
            if match := _PLANNED.search(line.text):
                planned = {"num_prompts": int(match[1])}
            _pass(name, line, over)
        elif _END.match(line.text):
            yield open_
            open_ = None
        elif not _RULE.match(line.text):
            _take(name, line, open_, over)
    if open_:
        raise _cut(name, open_)


def _take(name: str, line: Line, summary: Summary, over: list[PassedOver]) -> None:
    match = _ENTRY.match(line.text)
    key = _key(match[1].strip().lower()) if match else None
    if match is None or key is None or match[2].strip() == "not set":
        _pass(name, line, over)
        return
    value = decimal(match[2].strip())
    if summary.fields.get("completed") == 0 and match[2].strip() == "nan":
        return  # the mean of no request
    if key in summary.fields or (value is None and key not in _WORDS):
        what = "stands here twice" if key in summary.fields else f"is {match[2][:40]!r}"
        raise InputError(
            f"{match[1]} {what}; expected one plain number",
            code="serving/number",
            where=f"{name}:{line.number}",
            hint="two outputs may be mixed; give the output of one benchmark",
        )
    summary.fields[key] = match[2].strip() if value is None else _whole(value)


def _key(label: str) -> str | None:
    match = _LATENCY.fullmatch(label)
    if match:
        return f"{match[1]}_{_WHAT[match[2]]}_ms" if match[2] in _WHAT else None
    return _LABELS.get(label)


def _whole(value: float) -> JSON:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _pass(name: str, line: Line, over: list[PassedOver]) -> None:
    if line.text:
        over.append(passed(name, line.number, line.text))


def _cut(name: str, summary: Summary) -> InputError:
    if summary.before and not summary.fields.keys() - {"num_prompts"}:
        return behind(name, summary.line, summary.before, code="serving/prefix")
    return cut_off(
        f"{name}:{summary.line}",
        "the summary that begins here has no closing rule: the run is cut off",
        code="serving/truncated",
    )
