"""MLPerf training logs: ``:::MLLOG`` lines in whatever surrounds them.

``time_to_train`` (run_stop minus run_start) is the official score and the headline; the numbers of
``tracked_stats`` keep their names, one sample a block. Several runs in one file are trials.

Rules:

- Only a run that stopped with the status ``success`` is one; others are refused with their line.
- A negative value is a sentinel of something not measured: it is passed over.
- Events that several ranks repeat count once; of ranks that each log a whole run the first is read.
- Of the settings only those that describe the task are kept; who submitted goes no further.

Grammar: mlcommons/logging; the names of tracked_stats as in the v5.1 results.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather, clean, utc_of_epoch
from gitbaseline.formats.json_values import number, scalar, table, text
from gitbaseline.formats.lines import Line, lines
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Direction, Validity
from gitbaseline.model.names import suggest

NAME = "mlperf-training"
SUMMARY = "MLPerf training logs (:::MLLOG): time to train, throughput, step times"

_MARK = ":::MLLOG"
_EVENT = re.compile(r":::MLLOG\s+(\{.*)")
_SCORE = "time_to_train"
_DECODER = json.JSONDecoder(parse_constant=str)
_STATS = {  # name: unit, direction, whether the unit is only documented
    "throughput": ("samples/s", Direction.HIGHER),
    "train_step_time": ("s", Direction.LOWER),
    "validation_time": ("s", Direction.LOWER),
    "validation_step_time": ("s", Direction.LOWER),
    "warmup_time": ("s", Direction.LOWER),
    "init_finished": ("s", Direction.LOWER),
    "max_memory_usage": ("GB", Direction.LOWER),
    "tflops_per_sec_per_gpu": ("TFLOP/s", Direction.HIGHER),
}
_TASK = re.compile(
    r"global_batch_size|gradient_accumulation_steps|max_sequence_length|(?:train|eval)_samples"
    r"|target_accuracy|(?:opt|lora)_\w{1,60}"
)
_PLACES = {
    "submission_benchmark": ("workload", "benchmark"),
    "submission_division": ("workload", "division"),
    "submission_platform": ("identity", "hardware"),
}
_LOSS = re.compile(r"llama|flux|gpt")  # benchmarks whose eval_accuracy is a loss
_BEGINS = ("init_start", "cache_clear", "submission_benchmark")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    line: int
    time_ms: float
    key: str
    value: JSON
    metadata: Mapping[str, JSON]


@mutable(slots=True, kw_only=True)
class _Run:
    start: _Event | None = None
    stop: _Event | None = None
    settings: dict[str, Scalar] = field(default_factory=dict)
    stats: list[tuple[int, str, float]] = field(default_factory=list)
    accuracy: tuple[int, float] | None = None


def sniff(source: Source) -> str | None:
    """Return why this is an MLPerf log, or None."""
    if source.kind == "file" and _MARK.encode() in source.files[0].data:
        return "it has :::MLLOG lines"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the numbers of every run; InputError for one that did not succeed."""
    file = source.files[0]
    found = Gather(file.path)
    runs = _runs(_events(found, file.data), found)
    if not runs:
        inference = b'"loadgen_version"' in file.data
        raise InputError(
            "a log of MLPerf Inference; expected one of MLPerf Training"
            if inference
            else "no run_start in it: nothing was timed",
            code="mlperf/empty",
            where=file.path,
            hint="record its result: --value 102.4 --unit samples/s"
            if inference
            else "give the log of a whole run",
        )
    for run in runs:
        _add(found, run)
        if run.settings != runs[0].settings:
            raise InputError(
                f"another task than the run at line {_first(runs[0])}",
                code="mlperf/mixed",
                where=f"{file.path}:{_first(run)}",
                hint="runs of two tasks are no trials; put each into a file of its own",
            )
    benchmark = str(runs[0].settings.get("submission_benchmark", ""))
    return found.reading(
        NAME,
        headline=_SCORE,
        context=_context(runs[0].settings),
        suggested_measurement=suggest(f"mlperf_{benchmark}") or "mlperf",
        captured_at_utc=utc_of_epoch(runs[0].start.time_ms / 1000) if runs[0].start else None,
    )


def _events(found: Gather, data: bytes) -> list[_Event]:
    """Return the events of the log, of the first rank where several log a run each."""
    kept: list[tuple[Line, _Event]] = []
    torn = 0
    for line in lines(data):
        match = _EVENT.search(line.text)
        event = _event(line.number, match[1]) if match else None
        if event:
            kept.append((line, event))
            continue
        torn += match is not None
        if line.text:
            found.skip(line.number, line.text)
    if torn:
        found.warn(f"{torn} :::MLLOG line{'s' if torn > 1 else ''} could not be read")
    labels = list(dict.fromkeys(line.label for line, event in kept if event.key == "run_start"))
    if len(labels) < 2:
        return [event for _, event in kept]
    for line, _ in kept:
        if line.label != labels[0]:
            found.skip(line.number, f"of another rank: {line.text}")
    return [event for line, event in kept if line.label == labels[0]]


def _event(line: int, said: str) -> _Event | None:
    try:
        value, _ = _DECODER.raw_decode(said)
    except (ValueError, RecursionError):
        return None
    fields = table(value)
    key, time = text(fields.get("key")), number(fields.get("time_ms"))
    if key is None or time is None:
        return None
    return _Event(
        line=line,
        time_ms=time,
        key=key,
        value=fields.get("value"),
        metadata=table(fields.get("metadata")),
    )


def _runs(events: Sequence[_Event], found: Gather) -> list[_Run]:
    runs: list[_Run] = []
    run = _Run()
    for event in events:
        if run.stop and event.key in (*_BEGINS, "run_start"):
            run = _Run()
        if event.key == "run_start" and run.start is None:
            run.start = event
            runs.append(run)
        elif event.key == "run_stop" and run.start and run.stop is None:
            run.stop = event
        else:
            _learn(run, event, found)
    if run.start is None:
        for line, name, _ in run.stats:
            found.skip(line, f"{name}: of no run that started")
    return runs


def _learn(run: _Run, event: _Event, found: Gather) -> None:
    value = number(event.value)
    if event.key == "tracked_stats":
        stats = {name: number(item) for name, item in table(event.value).items()}
        known = {name: item for name, item in stats.items() if item is not None and name in _STATS}
        run.stats += [(event.line, name, item) for name, item in known.items()]
        for name in stats.keys() - known.keys():
            found.skip(event.line, f"tracked_stats {clean(name)}")
    elif event.key in _STATS and value is not None:
        run.stats.append((event.line, event.key, value))
    elif event.key == "eval_accuracy" and value is not None:
        run.accuracy = (event.line, value)
    elif (_TASK.fullmatch(event.key) or event.key in _PLACES) and scalar(event.value) is not None:
        run.settings.setdefault(event.key, scalar(event.value))
    else:
        found.skip(event.line, clean(event.key))


def _add(found: Gather, run: _Run) -> None:
    start, stop = run.start, run.stop
    if start is None or stop is None:
        raise InputError(
            "the run that starts here never stops: the log is cut off",
            code="mlperf/truncated",
            where=f"{found.file}:{_first(run)}",
            hint="give the log of a whole run",
        )
    status = text(stop.metadata.get("status"))
    if status != "success" or stop.time_ms < start.time_ms:
        what = (
            f"status is {status or 'absent'}" if status != "success" else "it ends before it starts"
        )
        raise InputError(
            f"the run failed: {what}; expected success",
            code="mlperf/failed",
            where=f"{found.file}:{stop.line}",
            hint="only a run that reached its target has a score; run it again",
        )
    minutes = (stop.time_ms - start.time_ms) / 60000
    found.add(_SCORE, minutes, line=stop.line, unit="min", validity=Validity.VALID)
    for line, name, value in run.stats:
        if value < 0:
            found.skip(line, f"{name} is {value:g}: not measured")
            continue
        unit, direction = _STATS[name]
        found.add(
            name,
            value,
            line=line,
            unit=unit,
            direction=direction,
            validity=Validity.VALID,
            unit_source="assumed",
        )
    for key, item, unit, direction in _convergence(run, stop):
        found.add(key, item, line=stop.line, unit=unit, direction=direction)


def _convergence(run: _Run, stop: _Event) -> Iterator[tuple[str, float, str, Direction]]:
    """Yield how far the model came, and on how many samples: no speed, but what explains it."""
    if run.accuracy:
        benchmark = str(run.settings.get("submission_benchmark", ""))
        direction = Direction.LOWER if _LOSS.match(benchmark) else Direction.UNKNOWN
        yield "eval_accuracy", run.accuracy[1], "1", direction
    samples = number(stop.metadata.get("samples_count"))
    if samples is not None:
        yield "samples_to_train", samples, "samples", Direction.LOWER


def _first(run: _Run) -> int:
    return run.start.line if run.start else 0


def _context(settings: Mapping[str, Scalar]) -> dict[str, dict[str, Scalar]]:
    context: dict[str, dict[str, Scalar]] = {}
    for key, value in settings.items():
        group, name = _PLACES.get(key, ("workload", key))
        context.setdefault(group, {})[name] = value
    return context
