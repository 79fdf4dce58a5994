"""Iteration lines of Megatron-LM and what is built on it (NeMo, Megatron-DeepSpeed, Primus).

One sample a line: ``iteration_time``, ``tflops_per_gpu`` and what else the line says of speed.
With a log interval above 1 a line is itself a mean.

Rules:

- The first five iterations of a run are warm-up and dropped, and always the first line, which may
  span them; a log of only one line keeps it, with a warning.
- Iterations that skipped their step, or found NaN, are other work: NaN is refused, skipped ones
  are counted and told.
- A log that ends early in an error is refused; one that merely ends early is told.
- Of ``now/mean`` and ``now (avg mean)``, as Primus writes, the iteration's own number counts.
- Lines that several ranks repeat count once. An iteration number that does not grow starts
  another run; lines of several batch sizes are cases.

Grammar: NVIDIA/Megatron-LM megatron/training/training.py, training_log, 2021 to 2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field
from itertools import pairwise

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather, clean
from gitbaseline.formats.lines import Line, lines
from gitbaseline.formats.numbers import decimal
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction

NAME = "megatron"
SUMMARY = "iteration lines of Megatron-LM training: step time, TFLOP/s per GPU"

_WARM_UP = 5  # iterations
_SNIFF = re.compile(
    rb"iteration\s{1,20}[0-9]{1,12}/[^|\n]{1,40}\|[^\n]{0,400}?elapsed time per iteration"
)
_LINE = re.compile(r"\biteration\s+([0-9]{1,12})/\s*([0-9]{1,12}|\w{1,20})\s*\|(.*)")
_FIELD = re.compile(
    r"(\S.{0,59}?)\s{0,20}:\s{0,40}([^\s/]{1,60})(?:/[0-9.]{1,40}|\s\(avg [0-9.]{1,40}\))?"
)
_ARGUMENT = re.compile(r"(\w{1,60}) \.{3,} (\S.{0,80})")
_SIZES = re.compile(r"using world size: ([0-9]{1,9})")
_FAILURE = re.compile(
    r"Traceback \(most recent call last\)|CUDA out of memory|ChildFailedError|NCCL error"
    r"|srun: error|Watchdog caught collective operation timeout"
)
_SPEEDS = {
    "elapsed time per iteration (ms)": ("iteration_time", "ms", Direction.LOWER),
    "elapsed time per iteration (s)": ("iteration_time", "s", Direction.LOWER),
    "throughput per GPU (TFLOP/s/GPU)": ("tflops_per_gpu", "TFLOP/s", Direction.HIGHER),
    "throughput (TFLOP/sec/GPU)": ("tflops_per_gpu", "TFLOP/s", Direction.HIGHER),
    "compute per GPU (TFLOP/s/GPU)": ("tflops_per_gpu", "TFLOP/s", Direction.HIGHER),
    "TFLOPs": ("tflops_per_gpu", "TFLOP/s", Direction.HIGHER),
    "samples per second": ("samples_per_second", "samples/s", Direction.HIGHER),
    "tokens per gpu per second (tgs)": ("tokens_per_gpu", "tokens/s", Direction.HIGHER),
    "tokens per gpu per second(tgs)": ("tokens_per_gpu", "tokens/s", Direction.HIGHER),
    "tokens/s/GPU inst/harmonic mean": ("tokens_per_gpu", "tokens/s", Direction.HIGHER),
    "tokens per GPU (tokens/s/GPU)": ("tokens_per_gpu", "tokens/s", Direction.HIGHER),
    "power per GPU (W/GPU)": ("power_per_gpu", "W", Direction.UNKNOWN),
    "energy per GPU (J/iter/GPU)": ("energy_per_iteration", "J", Direction.UNKNOWN),
}
_BATCH, _SKIPPED, _NAN = (
    "global batch size",
    "number of skipped iterations",
    "number of nan iterations",
)
_PLACES = {
    "world_size": ("parallelism", "ranks"),
    "tensor_model_parallel_size": ("parallelism", "tp"),
    "pipeline_model_parallel_size": ("parallelism", "pp"),
    "data_parallel_size": ("parallelism", "dp"),
    "context_parallel_size": ("parallelism", "cp"),
    "expert_model_parallel_size": ("parallelism", "ep"),
    "sequence_parallel": ("parallelism", "sequence_parallel"),
    "num_layers": ("identity", "num_layers"),
    "hidden_size": ("identity", "hidden_size"),
    "ffn_hidden_size": ("identity", "ffn_hidden_size"),
    "num_attention_heads": ("identity", "num_attention_heads"),
    "num_experts": ("identity", "num_experts"),
    "bf16": ("identity", "bf16"),
    "fp16": ("identity", "fp16"),
    "fp8": ("identity", "fp8"),
    "seq_length": ("workload", "seq_length"),
    "micro_batch_size": ("workload", "micro_batch_size"),
    "global_batch_size": ("workload", "global_batch_size"),
    "recompute_granularity": ("workload", "recompute_granularity"),
    "transformer_impl": ("stack", "transformer_impl"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """One iteration line."""

    line: int
    label: str | None
    iteration: int
    total: int | None
    fields: Mapping[str, str]


@mutable(slots=True, kw_only=True)
class _Log:
    steps: list[_Step] = field(default_factory=list)
    settings: dict[str, Scalar] = field(default_factory=dict)
    failure: Line | None = None


def sniff(source: Source) -> str | None:
    """Return why this is a Megatron log, or None."""
    if source.kind == "file" and _SNIFF.search(source.files[0].data):
        return "it has Megatron's iteration lines"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the numbers of the steady iterations; InputError for a run that failed."""
    file = source.files[0]
    found = Gather(file.path)
    log = _scan(found, file.data)
    if not log.steps:
        raise InputError(
            "no iteration line in it",
            code="megatron/empty",
            where=file.path,
            hint="give the log of the rank that prints them, the last one",
        )
    _check_end(found, log)
    steady = [step for run in _runs(log.steps) for step in _steady(found, run)]
    sizes = dict.fromkeys(step.fields.get(_BATCH) for step in steady)
    for step in steady:
        size = step.fields.get(_BATCH)
        _add(found, step, f"{_BATCH.replace(' ', '_')}={size}." if len(sizes) > 1 else "")
    context = _context(log.settings, [size for size in sizes if size])
    return found.reading(
        NAME,
        headline="iteration_time" if found.has("iteration_time") else None,
        context=context,
        suggested_measurement=NAME,
    )


def _scan(found: Gather, data: bytes) -> _Log:
    log = _Log()
    for line in lines(data):
        step = _step(line)
        argument = _ARGUMENT.fullmatch(line.text)
        if step:
            _keep(found, log, step)
        elif argument and argument[1] in _PLACES:
            log.settings.setdefault(argument[1], _setting(argument[2]))
        else:
            if _FAILURE.search(line.text) and log.failure is None:
                log.failure = line
            if sized := _SIZES.search(line.text):
                log.settings.setdefault("world_size", int(sized[1]))
            if line.text:
                found.skip(line.number, line.text)
    return log


def _step(line: Line) -> _Step | None:
    match = _LINE.search(line.text)
    if match is None:
        return None
    fields = [_FIELD.fullmatch(part.strip()) for part in match[3].split("|")]
    return _Step(
        line=line.number,
        label=line.label,
        iteration=int(match[1]),
        total=int(match[2]) if match[2].isdecimal() else None,
        fields={found[1]: found[2] for found in fields if found},
    )


def _keep(found: Gather, log: _Log, step: _Step) -> None:
    """Keep a line unless another rank has printed it, or the same was printed twice in a row."""
    last = log.steps[-1] if log.steps else None
    if last and (step.label != log.steps[0].label or last.fields == step.fields):
        found.skip(step.line, f"iteration {step.iteration} once more")
        return
    log.steps.append(step)


def _check_end(found: Gather, log: _Log) -> None:
    last = log.steps[-1]
    if last.total is None or last.iteration >= last.total:
        return
    if log.failure:
        raise InputError(
            f"the run failed at iteration {last.iteration} of {last.total}: "
            f"{log.failure.text[:120]}",
            code="megatron/failed",
            where=f"{found.file}:{log.failure.number}",
            hint="a failed run is no baseline; run it again",
        )
    found.warn(f"the log ends at iteration {last.iteration} of {last.total}")


def _runs(steps: Sequence[_Step]) -> Iterator[list[_Step]]:
    run: list[_Step] = []
    for step in steps:
        if run and step.iteration <= run[-1].iteration:
            yield run
            run = []
        run.append(step)
    yield run


def _steady(found: Gather, run: Sequence[_Step]) -> Iterator[_Step]:
    """Yield the lines of a run that lie behind its warm-up."""
    if len(run) == 1:
        found.warn("a run of one iteration line: warm-up is part of it")
        yield run[0]
        return
    begin = run[0].iteration - (run[1].iteration - run[0].iteration)
    kept = [step for before, step in pairwise(run) if before.iteration - begin >= _WARM_UP]
    if not kept:
        found.warn(f"fewer than {_WARM_UP} iterations: only the first line is dropped as warm-up")
    kept = kept or list(run[1:])
    for step in run[: len(run) - len(kept)]:
        found.skip(step.line, f"iteration {step.iteration}: warm-up")
    yield from kept


def _add(found: Gather, step: _Step, case: str) -> None:
    for label, (key, unit, direction) in _SPEEDS.items():
        if label not in step.fields:
            continue
        value = decimal(step.fields[label])
        if value is None or value <= 0:
            raise _fault(found, step, label, "a number above 0")
        found.add(
            case + key,
            value,
            line=step.line,
            unit=unit,
            direction=direction,
            unit_source="format" if "(" in label else "assumed",
        )
    for label in (_SKIPPED, _NAN):
        if label not in step.fields:
            continue
        value = decimal(step.fields[label])
        if value is None or value < 0:
            raise _fault(found, step, label, "a count")
        if value and label == _NAN:
            raise InputError(
                f"iteration {step.iteration} found NaN: {label} is {value:g}",
                code="megatron/failed",
                where=f"{found.file}:{step.line}",
                hint="a run that diverged does other work; run it again",
            )
        if value:
            found.warn("some iterations skipped their step, which makes them shorter")


def _fault(found: Gather, step: _Step, label: str, expected: str) -> InputError:
    return InputError(
        f"{label}: expected {expected}, got {step.fields[label][:40]!r}",
        code="megatron/number",
        where=f"{found.file}:{step.line}",
        hint="the log is cut or two outputs are mixed; give the output of one rank",
    )


def _setting(said: str) -> Scalar:
    truth = {"True": True, "False": False}.get(said)
    if truth is not None:
        return truth
    value = decimal(said)
    return int(value) if value is not None and value.is_integer() else clean(said)


def _context(settings: Mapping[str, Scalar], sizes: Sequence[str]) -> dict[str, dict[str, Scalar]]:
    context: dict[str, dict[str, Scalar]] = {}
    if len(sizes) == 1 and "global_batch_size" not in settings:
        settings = {**settings, "global_batch_size": _setting(sizes[0])}
    for key, value in settings.items():
        group, name = _PLACES[key]
        if value != "None":
            context.setdefault(group, {})[name] = value
    return context
