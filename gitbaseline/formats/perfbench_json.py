"""``inference_perfbench_v1`` as one JSON document. Its JSON Schema lies in ``schema/``.

::

    {"schema": "inference_perfbench_v1", "model": ..., "model_path": ...,
     "deployment": {"tensor_parallel_size": 8, "quantization": "FP8", ...},
     "workload": {"dataset": ..., ...},
     "metrics": {"16": {"throughput_toks_per_s": 2140.5, "ttft_p50_ms": 31.5, ..., "errors": 0}},
     "server_metrics_delta": {"prefix_cache_hit_rate_post": 0.42, ...},
     "kernel_class_gpu_pct": {"fp8_bmm": 31.0, ...}, "cpu_spinpoll_pct": null}

Rules:

- Every number may be null or absent: not measured.
- Cache rates and usages are fractions of 1, as vLLM's gauges are, unless one of the document is
  above 1: then all of them are percent. Either way they are recorded in percent, and the unit
  counts as assumed.
- ``model``, ``deployment`` and ``workload`` become the context. Where a service ran (namespace,
  cluster, service) and fields of other names at the top never bar a comparison; lists are passed
  over, for the levels are known by their metrics.
- Requests that failed (``errors``) are a warning; the profile shows and does not judge them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, Reading, SourceFile, capped, passed
from gitbaseline.formats.json_values import logged, number, one_line, scalar, table
from gitbaseline.formats.perfbench_keys import (
    CLASSES,
    HEADLINE,
    NAME,
    RATES,
    SPIN,
    Level,
    Whole,
    metrics,
)
from gitbaseline.formats.runs import grouped
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Metric
from gitbaseline.model.names import suggest
from gitbaseline.model.text import fault_in_line

MARK = re.compile(rb'"schema"\s*:\s*"inference_perfbench_v1"')
_LEVEL = re.compile(r"(?:c|concurrency[_-]?)?0{0,9}([1-9][0-9]{0,6})")
_PLACES = {
    "model": ("identity", "model"),
    "model_path": ("identity", "model_path"),
    "hardware": ("identity", "hardware"),
    "quantization": ("identity", "quantization"),
    "kv_cache_dtype": ("identity", "kv_cache_dtype"),
    "tensor_parallel_size": ("parallelism", "tp"),
    "data_parallel_size": ("parallelism", "dp"),
    "pipeline_parallel_size": ("parallelism", "pp"),
    "parallel_strategy": ("parallelism", "strategy"),
    "vllm_version": ("stack", "vllm_version"),
    "vllm_image": ("stack", "image"),
    "image": ("stack", "image"),
    "namespace": ("stack", "namespace"),
    "cluster": ("stack", "cluster"),
    "service": ("stack", "service"),
}
_PARTS = ("deployment", "workload", "metrics", "server_metrics_delta", CLASSES, SPIN, "schema")


def read(file: SourceFile) -> Reading:
    """Return the document's metrics; InputError names the path of what is not as it must be."""
    over: list[PassedOver] = []
    found = list(logged(file.path, file.data, over))
    if len(found) != 1 or table(found[0].value).get("schema") != NAME:
        raise InputError(
            f'expected one JSON object whose "schema" is {NAME!r}',
            code="perfbench/schema",
            where=file.path,
        )
    where, top = f"{file.path}:{found[0].line}", table(found[0].value)
    levels = _levels(where, top)
    whole = _whole(where, top)
    made = metrics(levels, whole)
    if not made:
        raise InputError("every number is null", code="perfbench/empty", where=where)
    context = _context(file.path, found[0].line, top, over)
    return reading(levels, made, context, over, warnings=_assumed(whole) if whole.assumed else ())


def reading(
    levels: Mapping[int, Level],
    made: Mapping[str, Metric],
    context: Mapping[str, Mapping[str, Scalar]],
    over: list[PassedOver],
    *,
    warnings: tuple[str, ...],
) -> Reading:
    """Return the reading of a document or a bundle."""
    failed = [
        f"{level.numbers['errors']:g} requests failed at concurrency {concurrency}"
        for concurrency, level in sorted(levels.items())
        if level.numbers.get("errors")
    ]
    model = str(context.get("identity", {}).get("model", "")).rpartition("/")[2]
    return Reading(
        format=NAME,
        metrics=made,
        headline=HEADLINE if HEADLINE in made else None,
        context=context,
        suggested_measurement=suggest(f"{model}-perfbench-v1") or "perfbench-v1",
        warnings=(*warnings, *failed),
        passed_over=capped(over),
    )


def numbers(where: str, path: str, value: JSON) -> dict[str, float]:
    """Return an object's numbers without its nulls; InputError for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _fault(where, path, "an object")
    found: dict[str, float] = {}
    for key, item in value.items():
        known = number(item)
        if item is None:
            continue
        if known is None:
            raise _fault(where, f"{path}.{one_line(key)}", "a number or null")
        if not key or fault_in_line(key):
            raise _fault(where, path, "names of one line")
        found[key] = known
    return found


def shares(where: str, top: Mapping[str, JSON]) -> dict[str, float]:
    """Return the kernel classes' shares of GPU time in percent."""
    found = numbers(where, CLASSES, top.get(CLASSES))
    for key, share in found.items():
        if not 0 <= share <= 100:
            raise _fault(where, f"{CLASSES}.{key}", "0 to 100 percent")
    return found


def _levels(where: str, top: Mapping[str, JSON]) -> dict[int, Level]:
    cells = top.get("metrics")
    if not isinstance(cells, dict):
        raise _fault(where, "metrics", "an object with a concurrency for each key")
    levels: dict[int, Level] = {}
    for raw, cell in cells.items():
        match = _LEVEL.fullmatch(raw)
        if not match:
            raise _fault(where, f"metrics.{one_line(raw)}", "a concurrency such as 16 as the key")
        concurrency = int(match[1])
        if concurrency in levels:
            raise _fault(where, f"metrics.{raw}", f"concurrency {concurrency} once")
        levels[concurrency] = Level(
            where=where,
            numbers=numbers(where, f"metrics.{raw}", cell),
            dimensions={"concurrency": concurrency},
        )
    return levels


def _whole(where: str, top: Mapping[str, JSON]) -> Whole:
    found = numbers(where, "server_metrics_delta", top.get("server_metrics_delta"))
    known = {key: found[key] for key in RATES if key in found}
    factor = 1 if any(value > 1 for value in known.values()) else 100
    for key, value in known.items():
        found[key] = value * factor
        if found[key] > 100:
            raise _fault(where, f"server_metrics_delta.{key}", "at most 100 percent")
    found |= numbers(where, "document", {SPIN: top.get(SPIN)})
    return Whole(where=where, numbers=found, classes=shares(where, top), assumed=frozenset(known))


def _assumed(whole: Whole) -> tuple[str, ...]:
    some = ", ".join(f"{key} {whole.numbers[key]:g} %" for key in sorted(whole.assumed))
    return (f"the document does not say fraction or percent; read as {some}",)


def _context(
    name: str, line: int, top: Mapping[str, JSON], over: list[PassedOver]
) -> dict[str, dict[str, Scalar]]:
    parts = (
        ("stack", {key: value for key, value in top.items() if key not in _PARTS}),
        ("serving", table(top.get("deployment"))),
        ("workload", table(top.get("workload"))),
    )
    context: dict[str, dict[str, Scalar]] = {}
    for rest, fields in parts:
        settled: dict[str, Scalar] = {}
        for key, value in fields.items():
            known = scalar(value)
            if known is not None and one_line(key):
                settled[one_line(key)] = known
            elif value is not None:
                over.append(passed(name, line, f"{one_line(key)}: not one word or number"))
        for group, inner in grouped(settled, _PLACES, rest).items():
            context.setdefault(group, {}).update(inner)
    return context


def _fault(where: str, path: str, expected: str) -> InputError:
    return InputError(
        f"{one_line(path)}: expected {expected}",
        code="perfbench/form",
        where=where,
        hint="gitbaseline/formats/schema/inference_perfbench_v1.json says what may stand there",
    )
