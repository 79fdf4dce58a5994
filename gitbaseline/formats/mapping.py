"""A mapping file: which numbers of somebody's own JSON or CSV are metrics, and what they mean.

::

    schema: git-baseline/mapping/1
    rows: $.runs[*]             # JSON: the results; left out, the document itself
    dimensions: {size: $.size}  # a name, and where its value stands in a row
    metrics:
      - {key: "latency.{size}", value: $.latency_ms, unit: ms}
      - {key: throughput, value: $.rate, unit: req/s, direction: higher, headline: true}

With ``csv: {delimiter: ","}`` rows are lines of a table, and values and dimensions name columns.
Paths are JSONPath as in RFC 9535. ``{name}`` in a key is that dimension of the row; rows that give
one key the same dimensions are trials.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256

from gitbaseline.config_file import fields, load
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.model.metric import Direction
from gitbaseline.model.shape import Fields, ShapeError
from gitbaseline.model.units import default_direction

SCHEMA = "git-baseline/mapping/1"

_TOP = ("schema", "csv", "rows", "dimensions", "metrics")
_METRIC = ("key", "value", "unit", "direction", "headline")
_DIRECTIONS = {
    "higher": Direction.HIGHER,
    "lower": Direction.LOWER,
    "two-sided": Direction.TWO_SIDED,
    "unknown": Direction.UNKNOWN,
}
_NAME = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One metric: its key with ``{dimension}`` places, where its number stands, what it means."""

    key: str
    value: str
    unit: str
    direction: Direction
    headline: bool = False

    def key_of(self, dimensions: Mapping[str, str]) -> str:
        """Return the key in a row of these dimensions."""
        return _NAME.sub(lambda match: dimensions[match[1]], self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMap:
    """A mapping: the metrics, the dimensions of a row, where the rows are, and its own digest.

    ``delimiter`` is None for JSON.
    """

    metrics: tuple[Line, ...]
    dimensions: Mapping[str, str]
    rows: str
    delimiter: str | None
    digest: str


def read(data: bytes, file: str) -> FieldMap:
    """Return the mapping of a file's bytes; InputError says what is wrong and where."""
    digest = sha256(data).hexdigest()
    return load(data, file, lambda value: _document(value, digest))


def _document(value: JSON, digest: str) -> FieldMap:
    top = fields(value, "", _TOP)
    top.matching("schema", SCHEMA, lambda text: text == SCHEMA)
    delimiter = _delimiter(top) if top.has("csv") else None
    if delimiter is not None and top.has("rows"):
        raise ShapeError("rows: a table's rows are its lines; leave it out")
    dimensions = top.table("dimensions", _text) if top.has("dimensions") else {}
    lines = top.take("metrics")
    if not isinstance(lines, list) or not lines:
        raise top.fault("metrics", "a list of metrics", repr(lines)[:80])
    metrics = tuple(_line(line, f"metrics[{at}]", dimensions) for at, line in enumerate(lines))
    if sum(line.headline for line in metrics) > 1:
        raise ShapeError("metrics: expected at most one headline, got several")
    return FieldMap(
        metrics=metrics,
        dimensions=dimensions,
        rows=top.line("rows") if top.has("rows") else "$",
        delimiter=delimiter,
        digest=digest,
    )


def _delimiter(top: Fields) -> str:
    found = fields(top.take("csv"), "csv", ("delimiter",))
    if not found.has("delimiter"):
        return ","
    text = found.text("delimiter")
    if len(text) != 1 or text in '"\n\r' or not text.isascii():
        raise found.fault("delimiter", "one character", repr(text)[:20])
    return text


def _line(value: JSON, where: str, dimensions: Mapping[str, str]) -> Line:
    found = fields(value, where, _METRIC)
    key, unit = found.line("key"), found.line("unit")
    for name in _NAME.findall(key):
        if name not in dimensions:
            raise ShapeError(f"{where}.key: {{{name}}} is no dimension of this mapping")
    direction = default_direction(unit)
    if found.has("direction"):
        word = found.line("direction")
        if word not in _DIRECTIONS:
            raise found.fault("direction", ", ".join(_DIRECTIONS), repr(word)[:80])
        direction = _DIRECTIONS[word]
    return Line(
        key=key,
        value=found.line("value"),
        unit=unit,
        direction=direction,
        headline=found.flag("headline") if found.has("headline") else False,
    )


def _text(value: JSON, where: str) -> str:
    return Fields({where: value}, "").line(where)
