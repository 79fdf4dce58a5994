"""What an aiperf or genai-perf export says of how the run was made: ``input_config``.

The object changed its shape with the tools; each setting is looked for in every place that it has
had, newest first. What is private or of this machine (URLs, paths, the command line) stays out.

Places: aiperf 0.1 to 0.13 and genai-perf 0.0.8 to 0.0.16.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitbaseline.formats.json_values import items, scalar, table
from gitbaseline.model.codec import JSON, Scalar

_LOAD = {
    "concurrency": (
        "phases.profiling.concurrency",
        "loadgen.concurrency",
        "perf_analyzer.stimulus.concurrency",
        "runtime.concurrency",
        "concurrency",
    ),
    "request_rate": (
        "phases.profiling.rate",
        "phases.profiling.request_rate",
        "loadgen.request_rate",
        "perf_analyzer.stimulus.request_rate",
        "request_rate",
    ),
    "isl": (
        "datasets.*.prompts.isl.mean",
        "datasets.*.prompts.isl",
        "input.prompt.input_tokens.mean",
        "input.synthetic_tokens.mean",
        "synthetic_input_tokens_mean",
    ),
    "osl": (
        "datasets.*.prompts.osl.mean",
        "datasets.*.prompts.osl",
        "input.prompt.output_tokens.mean",
        "input.output_tokens.mean",
        "output_tokens_mean",
    ),
}
_WORKLOAD = {
    "num_prompts": (
        "phases.profiling.requests",
        "loadgen.request_count",
        "perf_analyzer.measurement.num",
        "request_count",
    ),
    "dataset": ("datasets.*.type", "input.custom_dataset_type", "input.public_dataset"),
    "endpoint_type": ("endpoint.type", "endpoint_type"),
    "streaming": ("endpoint.streaming", "streaming"),
}
_MODELS = (
    "models.items.*.name",
    "endpoint.model_names.*",
    "model_names.*",
    "model.*",
    "model",
)


def load(config: JSON, run: JSON) -> dict[str, Scalar]:
    """Return concurrency, request rate and lengths (tokens); also what a sweep varied."""
    found = _all(config, _LOAD)
    for path, value in table(table(run).get("variation_values")).items():
        known = scalar(value)
        if known is not None:
            found.setdefault(path.rpartition(".")[2], known)
    return found


def context(config: JSON) -> dict[str, dict[str, Scalar]]:
    """Return the groups of the full context that the configuration tells."""
    models = next((found for path in _MODELS if (found := _texts(config, path))), [])
    groups: dict[str, dict[str, Scalar]] = {
        "identity": {"model": ", ".join(models)} if models else {},
        "workload": {**_all(config, _LOAD), **_all(config, _WORKLOAD)},
    }
    return {group: known for group, known in groups.items() if known}


def _all(config: JSON, places: Mapping[str, tuple[str, ...]]) -> dict[str, Scalar]:
    found = {name: _first(config, paths) for name, paths in places.items()}
    return {name: value for name, value in found.items() if value is not None}


def _first(config: JSON, paths: tuple[str, ...]) -> Scalar:
    for path in paths:
        for value in _at(config, path.split(".")):
            known = scalar(value)
            if known is not None:
                return int(known) if isinstance(known, float) and known.is_integer() else known
    return None


def _texts(config: JSON, path: str) -> list[str]:
    return [str(known) for value in _at(config, path.split(".")) if (known := scalar(value))]


def _at(value: JSON, steps: list[str]) -> Iterator[JSON]:
    """Yield what stands at a path: ``*`` is every item, a name also the list's item so named."""
    if not steps:
        yield value
        return
    step, *rest = steps
    if step == "*":
        inside = list(items(value))
    elif isinstance(value, list):
        inside = [item for item in value if table(item).get("name") == step]
    else:
        inside = [table(value)[step]] if step in table(value) else []
    for item in inside:
        yield from _at(item, rest)
