"""The team's own settings, tracked beside the code: ``.baseline.yaml`` at the top of the work tree.

It names defaults and how strictly to compare. It names no program, no key, no remote and no pin:
a tracked file comes with whatever branch is checked out, and may not decide what is run or trusted.

Rules:

- ``version`` is 1 and must be there; every other key may be left out.
- ``family`` and the names of measurements are names as the registry spells them.
- A tolerance is ``5%`` of the baseline, or ``2abs`` in the metric's own unit; its key may be a
  shell pattern.
- An unknown key is refused with the nearest that is known.

>>> load(b"version: 1\\nfamily: llama31_8b\\n", ".baseline.yaml").family
'llama31_8b'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from gitbaseline.config_file import fields, words
from gitbaseline.config_file import load as load_file
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.names import name_fault, suggest
from gitbaseline.model.shape import Fields, ShapeError, scalar
from gitbaseline.pattern import pattern
from gitbaseline.profiles import Tolerance

_TOP = ("version", "family", "measurements", "match", "testbeds")
_TOLERANCE = pattern(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(%|abs)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """What the team says of one measurement; ``tolerances`` by metric key or pattern."""

    headline: str | None = None
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamConfig:
    """The file. ``require`` and ``ignore`` are fields (patterns) that must match, or need not."""

    family: str | None = None
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    require: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    testbeds: Mapping[str, Mapping[str, Scalar]] = field(default_factory=dict)


def load(data: bytes, file: str) -> TeamConfig:
    """Return what a file's bytes say; InputError names the file and the place in it."""
    return load_file(data, file, _document)


def _document(value: JSON) -> TeamConfig:
    top = fields(value, "", _TOP)
    if not top.has("version"):
        raise ShapeError("version: missing; write version: 1")
    if top.count("version") != 1:
        raise ShapeError("version: expected 1, the only version there is")
    match = fields(top.take("match"), "match", ("require", "ignore")) if top.has("match") else None
    require, ignore = (words(match, "require"), words(match, "ignore")) if match else ((), ())
    both = sorted(set(require) & set(ignore))
    if both:
        raise ShapeError(f"match: expected {both[0]!r} under require or ignore, got it under both")
    return TeamConfig(
        family=_name(top.line("family"), "family") if top.has("family") else None,
        measurements=_measurements(top),
        require=require,
        ignore=ignore,
        testbeds=top.table("testbeds", _testbed) if top.has("testbeds") else {},
    )


def _measurements(top: Fields) -> dict[str, Measurement]:
    found = top.table("measurements", _measurement) if top.has("measurements") else {}
    for name in found:
        _name(name, f"measurements[{name!r}]")
    return found


def _measurement(value: JSON, where: str) -> Measurement:
    f = fields(value, where, ("headline", "tolerances"))
    return Measurement(
        headline=f.line("headline") if f.has("headline") else None,
        tolerances=f.table("tolerances", _tolerance) if f.has("tolerances") else {},
    )


def _tolerance(value: JSON, where: str) -> Tolerance:
    match = _TOLERANCE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ShapeError(f"{where}: expected a tolerance like '5%' or '2abs', got {value!r:.80}")
    number = float(match[1])
    return Tolerance(percent=number) if match[2] == "%" else Tolerance(absolute=number)


def _testbed(value: JSON, where: str) -> dict[str, Scalar]:
    return Fields({where: value}, "").table(where, scalar)


def _name(name: str, where: str) -> str:
    fault = name_fault(name)
    if fault is not None:
        near = suggest(name)
        raise ShapeError(f"{where}: {name!r}: {fault}" + (f"; try {near}" if near else ""))
    return name
