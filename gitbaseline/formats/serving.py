"""What the serving benchmarks of vLLM and SGLang have in common: the names of their numbers.

Both write one flat object a run: ``median_ttft_ms``, ``output_throughput`` and the like beside the
settings. Keys of the metrics are the tool's own names.

Rules:

- The ending of a latency decides its unit: ``_ms``, ``_s``, and none at all is seconds, as in the
  look-alikes that aggregate such files.
- A latency of 0 measures nothing (no request succeeded, or no second token came): it is passed
  over. A negative one is refused.
- Every scalar that is no known number is a setting; lists (one item a request) and nulls are
  passed over.

Names: vllm/benchmarks/serve.py and sglang/bench_serving.py, 2024 to 2026.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed
from gitbaseline.formats.json_values import number, one_line, scalar
from gitbaseline.formats.runs import Number
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import UNKNOWN_UNIT, Direction
from gitbaseline.model.text import fault_in_line
from gitbaseline.model.units import default_direction, suffix_unit

_HIGHER, _LOWER, _UNKNOWN = Direction.HIGHER, Direction.LOWER, Direction.UNKNOWN
_KNOWN = {
    "request_throughput": ("requests/s", _HIGHER),
    "request_goodput": ("requests/s", _HIGHER),
    "output_throughput": ("tokens/s", _HIGHER),
    "output_throughput_retokenized": ("tokens/s", _HIGHER),
    "input_throughput": ("tokens/s", _HIGHER),
    "total_throughput": ("tokens/s", _HIGHER),
    "total_throughput_retokenized": ("tokens/s", _HIGHER),
    "total_token_throughput": ("tokens/s", _HIGHER),
    "max_output_tokens_per_s": ("tokens/s", _HIGHER),
    "diffusion_committed_throughput": ("tokens/s", _HIGHER),
    "input_sequence_throughput": ("sequences/s", _HIGHER),
    "spec_decode_acceptance_rate": ("%", _HIGHER),
    "spec_decode_acceptance_length": ("tokens", _HIGHER),
    "accept_length": ("tokens", _HIGHER),
    "rtfx": ("ratio", _HIGHER),
    "duration": ("s", _UNKNOWN),
    "completed": ("requests", _UNKNOWN),
    "failed": ("requests", _LOWER),
    "concurrency": ("requests", _UNKNOWN),
    "max_concurrent_requests": ("requests", _UNKNOWN),
    "total_input_tokens": ("tokens", _UNKNOWN),
    "total_input_text_tokens": ("tokens", _UNKNOWN),
    "total_input_vision_tokens": ("tokens", _UNKNOWN),
    "total_output_tokens": ("tokens", _UNKNOWN),
    "total_output_tokens_retokenized": ("tokens", _UNKNOWN),
    "total_input_sequences": ("sequences", _UNKNOWN),
}
_STAT = re.compile(
    r"(?:probe_)?(?P<stat>mean|avg|median|std|min|max|p[0-9]{1,2}(?:\.[0-9]{1,4})?|p100)"
    r"_(?P<what>(?:ttft|tpot|itl|e2el|e2e_latency|client_queue_time|e2el_including_client_queue))"
    r"(?:_(?P<unit>ms|s))?"
)
# Families of counters and rates that grow with the tools: a number, whatever the rest is.
_NUMBER = re.compile(
    r"(?:spec_decode|diffusion|probe|steady_state)_|.*(?:throughput|latency)(?:_|$)"
)


def split(
    name: str, line: int, fields: Mapping[str, JSON], over: list[PassedOver]
) -> tuple[dict[str, Number], dict[str, Scalar]]:
    """Return the numbers and the settings of one run; InputError for an impossible number."""
    numbers: dict[str, Number] = {}
    settings: dict[str, Scalar] = {}
    completed = number(fields.get("completed")) or 1
    for raw, value in fields.items():
        key = one_line(raw).rstrip(":")  # early 2025 wrote "request_goodput:"
        found = number(value)
        reason = _reason(key, value, found)
        if reason:
            over.append(passed(name, line, f"{key or '(no name)'}: {reason}"))
        elif found is not None and (known := _number(key, found, int(completed))):
            if known.value < 0:
                raise InputError(
                    f"{key} is {found:g}; expected at least 0",
                    code="serving/negative",
                    where=f"{name}:{line}",
                    hint="the tool's clock or counters went wrong; run it again",
                )
            numbers[key] = known
        else:
            settings[key] = scalar(value)
    return numbers, settings


def _reason(key: str, value: JSON, found: float | None) -> str | None:
    """Say why a field is neither a number nor a setting, or None."""
    if not key or fault_in_line(key):
        return "no name for a metric"
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if scalar(value) is None:
        return "neither a number nor text"
    if found is None:
        rate = _KNOWN.get(key, ("", _UNKNOWN))[1] is not _UNKNOWN
        return "not a finite number" if rate or _STAT.fullmatch(key) else None
    latency = _STAT.fullmatch(key)
    if found == 0 and (key == "rtfx" or (latency and latency["stat"] != "std")):
        return "0 measures nothing"
    return None


def _number(key: str, value: float, completed: int) -> Number | None:
    if key in _KNOWN:
        unit, direction = _KNOWN[key]
        return Number(value=value, unit=unit, direction=direction)
    latency = _STAT.fullmatch(key)
    if latency:
        stat = "mean" if latency["stat"] == "avg" else latency["stat"]
        return Number(
            value=value,
            unit=latency["unit"] or "s",
            direction=_LOWER,
            stat=stat,
            n=max(completed, 1),
            unit_source="format" if latency["unit"] else "assumed",
        )
    if not _NUMBER.match(key):
        return None
    unit = suffix_unit(key) or UNKNOWN_UNIT
    return Number(
        value=value,
        unit=unit,
        direction=default_direction(unit),
        unit_source="key" if unit != UNKNOWN_UNIT else "assumed",
    )
