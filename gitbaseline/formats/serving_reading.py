"""Runs of a serving benchmark as a Reading; vLLM and SGLang differ in little but their names.

Rules:

- A run in which a request failed is refused, and so is one without any completed request, whose
  latencies look like perfect zeros.
- Where the tool says that all went well the numbers are valid, where it is silent unchecked.
- A setting that is known gets its place in the full context; any other (``--metadata`` of the
  person) stands under ``stack``, which may explain a move and never bars a comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, Reading, capped, passed
from gitbaseline.formats.json_values import number
from gitbaseline.formats.runs import Run, agreed, grouped, metrics, varying
from gitbaseline.formats.serving import split
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Validity
from gitbaseline.model.names import suggest

_PLACES = {
    "model_id": ("identity", "model"),
    "model": ("identity", "model"),
    "tokenizer_id": ("identity", "tokenizer"),
    "quantization": ("identity", "quantization"),
    "dtype": ("identity", "dtype"),
    "kv_cache_dtype": ("identity", "kv_cache_dtype"),
    "gpu": ("environment", "gpu_model"),
    "gpu_model": ("environment", "gpu_model"),
    "gpu_count": ("environment", "gpu_count"),
    **{
        word: ("parallelism", short)
        for short, words in {
            "tp": ("tp", "tp_size", "tensor_parallel", "tensor_parallel_size"),
            "pp": ("pp", "pp_size", "pipeline_parallel", "pipeline_parallel_size"),
            "dp": ("dp", "dp_size", "data_parallel", "data_parallel_size"),
            "ep": ("ep", "ep_size", "expert_parallel", "expert_parallel_size"),
        }.items()
        for word in words
    },
    **{
        word: ("serving", word)
        for word in (
            "max_num_seqs",
            "max_num_batched_tokens",
            "gpu_memory_utilization",
            "max_model_len",
            "block_size",
        )
    },
    "dataset": ("workload", "dataset"),
    "dataset_name": ("workload", "dataset"),
    "isl": ("workload", "isl"),
    "osl": ("workload", "osl"),
    "random_input_len": ("workload", "isl"),
    "random_output_len": ("workload", "osl"),
    "max_concurrency": ("workload", "concurrency"),
    **{
        word: ("workload", word)
        for word in (
            "num_prompts",
            "request_rate",
            "burstiness",
            "random_range_ratio",
            "sharegpt_output_len",
        )
    },
}
_SHAPE = ("max_concurrency", "request_rate")
_PASSING = ("date", "run_number")  # of one run only; they tell no cases apart
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")  # --metadata writes numbers as text


def run(name: str, line: int, fields: Mapping[str, JSON], over: list[PassedOver]) -> Run:
    """Return one run; InputError where its own evidence says that it failed."""
    for what in _failures(fields):
        raise InputError(
            f"the run failed: {what}",
            code="serving/failed",
            where=f"{name}:{line}",
            hint="what is measured while requests fail is no baseline; run it again",
        )
    numbers, settings = split(name, line, fields, over)
    passing = [key for key in _PASSING if settings.pop(key, None) is not None]
    over += [passed(name, line, f"{key}: not a metric") for key in passing]
    return Run(
        where=f"{name}:{line}",
        settings={key: _plain(key, value) for key, value in settings.items()},
        numbers=numbers,
        dimensions=_SHAPE,
        validity=_validity(fields),
    )


def reading(
    form: str, tool: str, runs: Sequence[Run], over: list[PassedOver], warnings: Sequence[str] = ()
) -> Reading:
    """Return the Reading of at least one run."""
    found = metrics(runs)
    if not found:
        raise InputError("a run without a number", code="serving/empty", where=runs[0].where)
    apart = varying(runs)
    context = grouped(agreed([run.settings for run in runs]), _PLACES, "stack")
    environment = context.pop("environment", {})
    model = str(context.get("identity", {}).get("model", "")).rpartition("/")[2]
    heads = [key for key in ("output_throughput", "request_throughput") if key in found]
    return Reading(
        format=form,
        metrics=found,
        headline=heads[0] if heads and not apart else None,
        context=context,
        environment=environment,
        suggested_measurement=suggest(f"{tool}_{model}") or tool,
        warnings=tuple(warnings),
        passed_over=capped(over),
    )


def _plain(key: str, value: Scalar) -> Scalar:
    if value == "Infinity":
        return "inf"  # as vLLM and the printed summaries spell it
    if isinstance(value, str) and key in _PLACES and _WHOLE.fullmatch(value):
        return int(value)
    return value


def _failures(fields: Mapping[str, JSON]) -> Iterator[str]:
    completed, failed = number(fields.get("completed")), number(fields.get("failed"))
    planned = number(fields.get("num_prompts"))
    if completed is not None and completed <= 0:
        yield "no request was completed"
    if failed is not None and failed > 0:
        yield f"{failed:.0f} requests failed"
    errors = fields.get("errors")
    told = failed is not None or (isinstance(errors, list) and len(errors) == completed)
    if not told and completed is not None and planned is not None and completed != planned:
        yield f"{completed:.0f} of {planned:.0f} requests were completed"
    if isinstance(errors, list) and any(errors):
        yield f"{sum(map(bool, errors))} of {len(errors)} requests ended in an error"


def _validity(fields: Mapping[str, JSON]) -> Validity:
    """Return valid where the failures were counted and there were none."""
    counted = number(fields.get("failed")) is not None or "errors" in fields
    planned = number(fields.get("num_prompts")) is not None
    return Validity.VALID if counted or planned else Validity.UNCHECKED
