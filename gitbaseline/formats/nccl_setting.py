"""What banner and footer of nccl-tests say of a run: settings, ranks, GPUs, versions, average.

Rules:

- Repeated runs of one collective must have been run alike (settings but for the range of sizes,
  and devices), or their rows would be taken for trials of one thing.
- What runs of one log do not agree on is left out: absent is never a match.
- Host names count the nodes and go no further.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, passed, trials
from gitbaseline.formats.nccl_columns import placements
from gitbaseline.formats.nccl_table import Device, Run, Scan
from gitbaseline.formats.numbers import decimal
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Metric

# the tool's word -> (group of the full context, our word)
_WORDS = {
    "nThread": ("workload", "threads"),
    "nThreads": ("workload", "threads"),
    "nGpus": ("workload", "gpus_per_thread"),
    "minBytes": ("workload", "min_bytes"),
    "maxBytes": ("workload", "max_bytes"),
    "step": ("workload", "step"),
    "agg iters": ("workload", "aggregated_iters"),
    "graph": ("workload", "graph"),
    "unalign": ("workload", "unalign"),
    "warmup iters": ("grounding", "warmup_iters"),
    "warmupIters": ("grounding", "warmup_iters"),
    "iters": ("grounding", "iters"),
    "validation": ("grounding", "validation"),
}
_RANGE = ("minBytes", "maxBytes", "step")
_TOOL = re.compile(r"(nccl|rccl)-tests:?\s+[Vv]ersion\s+(\S{1,80}(?:\s\([0-9a-f]{4,40}\))?)")
_LIBRARY_CODE = re.compile(r"\bnccl-library=([0-9]{4,6})(?![0-9])")
_LIBRARY = re.compile(r"\b([NR])CCL version\s?:?\s([0-9][\w.+-]{0,60})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How it was run."""

    library: str
    context: Mapping[str, Mapping[str, Scalar]]
    environment: Mapping[str, Scalar]
    tool_version: str | None
    warnings: tuple[str, ...]


def check_alike(name: str, runs: Sequence[Run]) -> None:
    """Refuse two runs of one collective that were not run alike."""
    first: dict[str | None, Run] = {}
    for run in runs:
        other = first.setdefault(run.collective, run)
        if _conditions(run) != _conditions(other):
            raise InputError(
                f"two runs of {run.collective} with different settings or devices "
                f"(the other at line {other.line})",
                code="nccl/mixed",
                where=f"{name}:{run.line}",
                hint="they are not trials of one measurement; put each into a file of its own",
            )


def gather(found: Scan) -> Setting:
    """Return what the runs of a log agree on."""
    tool, library, version = None, found.library, found.library_version
    for entry in found.over:
        if match := _TOOL.search(entry.text):
            tool = match[2]
            library = match[1]
        if match := _LIBRARY_CODE.search(entry.text):
            version = dotted(int(match[1]))
        if match := _LIBRARY.search(entry.text):
            library = "rccl" if match[1] == "R" else library
            version = version or match[2]
    context: dict[str, dict[str, Scalar]] = {}
    for group, key, value in _agreed(found.runs):
        context.setdefault(group, {})[key] = value
    if version:
        context.setdefault("stack", {})[library] = version
    if tool:
        context.setdefault("stack", {})[f"{library}_tests"] = tool
    return Setting(
        library=library,
        context=context,
        environment=_environment(found.runs),
        tool_version=tool,
        warnings=tuple(_warnings(found)),
    )


def averages(
    name: str, runs: Sequence[Run], over: list[PassedOver]
) -> Iterator[tuple[str, Metric]]:
    """Yield the tool's own mean over sizes: shown, without direction, so never judged."""
    values: dict[str, list[float]] = {}
    for run in runs:
        if run.average is None:
            continue
        line, text, _ = run.average
        value = decimal(text)
        if value is None:
            over.append(passed(name, line, f"Avg bus bandwidth {text}: not a number"))
            continue
        values.setdefault(f"{run.collective}.avg_busbw", []).append(value)
    for key, numbers in values.items():
        group = placements(name, runs[0])[0]
        yield (
            key,
            trials(
                numbers,
                where=f"{name}:{runs[0].line}",
                unit=group.units[2],
                direction=Direction.UNKNOWN,
                unit_source="assumed" if group.assumed else "format",
            ),
        )


def _conditions(run: Run) -> object:
    settings = {key: value for key, value in run.settings.items() if key not in _RANGE}
    # Process ids and host names change from run to run; how many of each model there are does not.
    models = sorted(device.model for device in run.devices)
    return settings, models, len({device.host for device in run.devices})


def _agreed(runs: Sequence[Run]) -> Iterator[tuple[str, str, Scalar]]:
    collectives = {run.collective for run in runs}
    if len(collectives) == 1:
        yield "workload", "collective", collectives.pop()
    dtypes = {row.dtype for run in runs for row in run.rows}
    if len(dtypes) == 1:
        yield "workload", "dtype", dtypes.pop()
    for word, text in runs[0].settings.items():
        if all(run.settings.get(word) == text for run in runs):
            group, key = _WORDS[word]
            yield group, key, int(text) if text.isdecimal() else text
    for key, count in (("ranks", _ranks), ("nodes", _nodes)):
        counts = {count(run.devices) for run in runs}
        if len(counts) == 1 and counts != {0}:
            yield "parallelism", key, counts.pop()


def _environment(runs: Sequence[Run]) -> dict[str, Scalar]:
    known: dict[str, Scalar] = {}
    models = {" + ".join(sorted({device.model for device in run.devices})) for run in runs}
    if len(models) == 1 and models != {""}:
        known["gpu_model"] = models.pop()
    counts = {len({(device.host, device.index) for device in run.devices}) for run in runs}
    if len(counts) == 1 and counts != {0}:
        known["gpu_count"] = counts.pop()
    return known


def _ranks(devices: Sequence[Device]) -> int:
    return len({device.rank for device in devices})


def _nodes(devices: Sequence[Device]) -> int:
    return len({device.host for device in devices})


def dotted(code: int) -> str:
    """Return 2.31.2 for 23102 (since 2.9) and 2.8.4 for 2804."""
    if code < 10000:
        return f"{code // 1000}.{code // 100 % 10}.{code % 100}"
    return f"{code // 10000}.{code // 100 % 100}.{code % 100}"


def _warnings(found: Scan) -> Iterator[str]:
    warned = sum("NCCL WARN" in entry.text for entry in found.over)
    if warned:
        yield f"the log holds {warned} NCCL WARN line{'s' if warned > 1 else ''}"
    for entry in found.over:
        if entry.text.startswith("error: "):
            yield f"NCCL's last {entry.text}"
    for run in found.runs:
        if run.average and run.average[2] == "FAILED":
            yield "Avg bus bandwidth is below the limit that the run was given: FAILED"
        if _ranks(run.devices) == 1:
            yield "one rank moves nothing over a bus: busbw is 0 whatever the GPU does"
