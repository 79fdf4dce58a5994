"""Chrome traces of torch.profiler, gzip or plain: time of steps, of the GPU, of each kernel.

Keys: ``step_time`` (``ProfilerStep#n``, one sample a step), ``gpu.<kernel|memcpy|memset>.total``,
``kernel.<name>`` (one sample a launch) of the 200 kernels with the largest sums, by their normal
names, and ``kernel_class_gpu_pct.<class>``, as for Nsight Systems (``nsys_names``).

Durations are in microseconds whatever ``displayTimeUnit`` says; ``json_stream`` keeps a trace of
any size out of memory. Up to PyTorch 1.11 categories are ``Kernel``, ``Memcpy``, ``Operator``.
Shape: Kineto's output_json.cpp.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Mapping
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Reading
from gitbaseline.formats.gather import Gather, Summary
from gitbaseline.formats.json_stream import Stream
from gitbaseline.formats.json_values import items, number, scalar, table, text
from gitbaseline.formats.nsys_kernels import SHARES, Kernel, shares
from gitbaseline.formats.nsys_names import normal_name
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Direction

_MOST_KERNELS = 200
_STEP = re.compile(r"ProfilerStep#[0-9]+")
_GPU = {
    "kernel": "kernel",
    **dict.fromkeys(("gpu_memcpy", "memcpy"), "memcpy"),
    **dict.fromkeys(("gpu_memset", "memset"), "memset"),
}
_STEPS_IN = frozenset({"user_annotation", "cpu_op", "operator"})
_VERSIONS = {"cuda_runtime_version": "cuda", "cuda_driver_version": "cuda_driver"}


@mutable(slots=True, kw_only=True)
class _Trace:
    steps: array[float] = field(default_factory=lambda: array("d"))
    gpu: dict[str, array[float]] = field(default_factory=dict)
    kernels: dict[str, array[float]] = field(default_factory=dict)
    events: int = 0
    members: dict[str, JSON] = field(default_factory=dict)


def read(form: str, name: str, data: bytes) -> Reading:
    """Return the Reading of a trace; InputError where it is cut off or holds no timed event."""
    trace = _scan(name, data)
    found = Gather(name)
    if trace.steps:
        found.add("step_time", trace.steps.tolist(), line=1, unit="us")
    for kind, taken in trace.gpu.items():
        found.add(
            f"gpu.{kind}.total",
            math.fsum(taken),
            line=1,
            unit="us",
            summary=Summary(stat="sum", n=len(taken)),
        )
    _add_kernels(found, trace.kernels)
    if not (trace.steps or trace.gpu):
        raise InputError(
            "neither a ProfilerStep nor work of a GPU in it",
            code="torch/empty",
            where=name,
            hint="call prof.step() in the loop, or profile with ProfilerActivity.CUDA",
        )
    found.skip(1, f"{trace.events} other events")
    return found.reading(
        form,
        headline="step_time" if trace.steps else None,
        suggested_measurement="torch_profile",
        context=_context(trace.members),
        environment=_environment(trace.members),
    )


def _add_kernels(found: Gather, launches: Mapping[str, array[float]]) -> None:
    by_class = shares(
        Kernel(name=name, total=math.fsum(taken), instances=len(taken))
        for name, taken in launches.items()
    )
    for name, share in by_class.items():
        found.add(
            f"{SHARES}.{name}",
            share,
            line=1,
            unit="%",
            direction=Direction.LOWER,
            dimensions={"class": name},
            summary=Summary(stat="share"),
        )
    kernels: dict[str, array[float]] = {}
    for name, taken in launches.items():
        kernels.setdefault(normal_name(name), array("d")).extend(taken)
    ordered = sorted(kernels.items(), key=lambda item: (-math.fsum(item[1]), item[0]))
    for kernel, taken in ordered[:_MOST_KERNELS]:
        found.add(
            f"kernel.{kernel}", taken.tolist(), line=1, unit="us", dimensions={"kernel": kernel}
        )
    if len(ordered) > _MOST_KERNELS:
        found.skip(1, f"{len(ordered) - _MOST_KERNELS} kernels with smaller sums")


def _scan(name: str, data: bytes) -> _Trace:
    trace = _Trace()
    for key, value in Stream(name, data).members("traceEvents"):
        if key == "traceEvents":
            _take(trace, table(value))
        elif key in ("deviceProperties", "distributedInfo", *_VERSIONS):
            trace.members[key] = value
    return trace


def _take(trace: _Trace, event: Mapping[str, JSON]) -> None:
    label, taken = text(event.get("name")), number(event.get("dur"))
    kind = str(event.get("cat")).lower()
    if event.get("ph") != "X" or taken is None or taken < 0 or label is None:
        trace.events += 1
    elif kind in _GPU:
        trace.gpu.setdefault(_GPU[kind], array("d")).append(taken)
        if kind == "kernel":
            trace.kernels.setdefault(label, array("d")).append(taken)
    elif kind in _STEPS_IN and _STEP.fullmatch(label):
        trace.steps.append(taken)
    else:
        trace.events += 1


def _context(members: Mapping[str, JSON]) -> dict[str, dict[str, Scalar]]:
    context: dict[str, dict[str, Scalar]] = {}
    world = number(table(members.get("distributedInfo")).get("world_size"))
    if world:
        context["parallelism"] = {"ranks": int(world)}
    for key, name in _VERSIONS.items():
        value = scalar(members.get(key))
        if value is not None:
            context.setdefault("stack", {})[name] = value
    return context


def _environment(members: Mapping[str, JSON]) -> dict[str, Scalar]:
    devices = [table(device) for device in items(members.get("deviceProperties"))]
    models = {model for device in devices if (model := text(device.get("name")))}
    if not models:
        return {}
    return {"gpu_model": ", ".join(sorted(models)), "gpu_count": len(devices)}
