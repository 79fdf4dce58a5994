"""Whether a reading is one that can be recorded: what every reader owes, built in or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gitbaseline.formats.base import Reading
from gitbaseline.model import metric_json
from gitbaseline.model.codec import CodecError, encode, parse
from gitbaseline.model.metric import Direction, Metric, Validity
from gitbaseline.model.names import utc_fault
from gitbaseline.model.shape import ShapeError, scalar
from gitbaseline.model.text import fault_in_line


def faults(reading: object, name: str) -> Iterator[str]:
    """Yield what is wrong with what the reader ``name`` returned; nothing where it is good."""
    if not isinstance(reading, Reading):
        yield f"read returned {type(reading).__name__}, expected a Reading"
        return
    if reading.format != name:
        yield f"format is {reading.format!r}, expected {name!r}"
    if not reading.metrics:
        yield "no metric; what holds none is an InputError"
    for key, metric in reading.metrics.items():
        yield from _of_metric(key, metric)
    if reading.headline is not None and reading.headline not in reading.metrics:
        yield f"headline {reading.headline!r} is no metric"
    for group, fields in {**reading.context, "environment": reading.environment}.items():
        yield from _of_fields(group, fields)
    yield from _of_words(reading)


def _of_words(reading: Reading) -> Iterator[str]:
    yield from _of_text("suggested_measurement", reading.suggested_measurement)
    if reading.tool_version is not None:
        yield from _of_text("tool_version", reading.tool_version)
    for warning in reading.warnings:
        yield from _of_text("warnings", warning)
    at = reading.captured_at_utc
    if at is not None and utc_fault(at):
        yield f"captured_at_utc is {at!r}: {utc_fault(at)}"
    for line in reading.passed_over:
        if line.line < 1:
            yield f"passed_over counts lines from 1, got {line.line}"
        yield from _of_text("passed_over", line.text)


def _of_metric(key: object, metric: object) -> Iterator[str]:
    if key == "":
        yield "a metric's key is empty"
    yield from _of_text("a metric's key", key)
    where = f"metrics[{key!r}]"
    if not isinstance(metric, Metric):
        yield f"{where} is {type(metric).__name__}, expected a Metric"
        return
    kinds: tuple[object, object] = (metric.direction, metric.validity)
    if not (isinstance(kinds[0], Direction) and isinstance(kinds[1], Validity)):
        yield f"{where}: expected a Direction and a Validity"
        return
    try:
        metric_json.from_plain(parse(encode(dict(metric_json.to_plain(metric)))), where)
    except CodecError as error:
        yield f"{where}: {error}"
    except ShapeError as error:
        yield str(error)


def _of_fields(group: object, fields: object) -> Iterator[str]:
    yield from _of_text("context", group)
    if not isinstance(fields, Mapping):
        yield f"{group!r} is {type(fields).__name__}, expected a mapping"
        return
    for key, value in fields.items():
        yield from _of_text(f"{group!r}", key)
        try:
            scalar(parse(encode(value)), f"{group}.{key}")
        except CodecError as error:
            yield f"{group}.{key}: {error}"
        except ShapeError as error:
            yield str(error)


def _of_text(what: str, text: object) -> Iterator[str]:
    if not isinstance(text, str):
        yield f"{what}: expected text, got {type(text).__name__}"
    elif fault_in_line(text):
        yield f"{what} {text[:60]!r}: {fault_in_line(text)}"
