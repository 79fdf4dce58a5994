"""Writing tolerances into ``.baseline.yaml``: what a person wrote there stays, byte for byte.

The file is changed where it must be and nowhere else: the text of a tolerance takes the place of
the old one, or lines are put in. Comments, order, quotes and all other keys stay. Before anything
is written the new text is read as every reader will read it: if it does not say what the old one
said with these tolerances, nothing is written, and the person is told what to add.

>>> print(snippet("step", {"lat": Tolerance(percent=2.5)}), end="")
version: 1
measurements:
  step:
    tolerances:
      lat: 2.5%
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from decimal import ROUND_UP, Decimal
from pathlib import Path

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node

from gitbaseline import team_config
from gitbaseline.config_file import content
from gitbaseline.errors import InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.profiles import Tolerance
from gitbaseline.team_config import Measurement, TeamConfig

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_WORDS = frozenset({"true", "false", "null"})  # what YAML takes for something else than text
_FINEST = Decimal("1e-9")
_STEP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class _Splice:
    start: int
    stop: int
    text: str


def spelled(tolerance: Tolerance) -> str:
    """Return ``5%`` or ``2abs``, rounded up to 9 decimals.

    >>> spelled(Tolerance(absolute=0.00012)), spelled(Tolerance(percent=5.0))
    ('0.00012abs', '5%')
    """
    unit = "abs" if tolerance.percent is None else "%"
    number = tolerance.absolute if tolerance.percent is None else tolerance.percent
    exact = Decimal(repr(number or 0.0))
    rounded = exact.quantize(_FINEST, rounding=ROUND_UP) if exact % _FINEST else exact
    text = f"{rounded:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + unit


def snippet(measurement: str, tolerances: Mapping[str, Tolerance]) -> str:
    """Return a whole file that says only this."""
    return "version: 1\n" + _block(_nested(measurement, tolerances), "", "\n")


def write(path: Path, measurement: str, tolerances: Mapping[str, Tolerance]) -> bool:
    """Put tolerances into the file; return whether that changed it.

    InputError where the file there is not a team's file, Unable where it cannot be changed with all
    else left as it is, or cannot be written.
    """
    if not path.exists():
        _store(path, snippet(measurement, tolerances).encode())
        return True
    old = content(path)
    before = team_config.load(old, str(path))
    wanted = _with(before, measurement, tolerances)
    if wanted == before:
        return False
    new = _changed(old, measurement, tolerances)
    if new is None or _says(new) != wanted:
        raise Unable(
            "cannot be changed here with all else left as it is; nothing was written",
            code="config/write",
            where=str(path),
            hint=f"add this by hand:\n{snippet(measurement, tolerances)}",
        )
    _store(path, new)
    return True


def _with(config: TeamConfig, measurement: str, tolerances: Mapping[str, Tolerance]) -> TeamConfig:
    said = config.measurements.get(measurement, Measurement())
    said = replace(said, tolerances={**said.tolerances, **tolerances})
    return replace(config, measurements={**config.measurements, measurement: said})


def _says(data: bytes) -> TeamConfig | None:
    try:
        return team_config.load(data, "")
    except InputError:
        return None


def _changed(old: bytes, measurement: str, tolerances: Mapping[str, Tolerance]) -> bytes | None:
    """Return the file with the tolerances in it; None where its text cannot be taken apart."""
    try:
        text = old.decode()
    except UnicodeDecodeError:
        return None
    top = yaml.compose(text, Loader=yaml.SafeLoader)
    wanted = _nested(measurement, tolerances)
    return _spliced(text, top, wanted).encode() if isinstance(top, MappingNode) else None


def _spliced(text: str, at: MappingNode, wanted: Mapping[str, object]) -> str:
    """Return the text with the values in it, going down as far as it has their places."""
    for key, value in wanted.items():
        inner = _value(at, key)
        if isinstance(value, Mapping) and isinstance(inner, MappingNode):
            return _spliced(text, inner, value)
    places = [(key, _value(at, key)) for key in wanted]
    splices = [
        _Splice(start=found.start_mark.index, stop=found.end_mark.index, text=str(wanted[key]))
        for key, found in places
        if found is not None
    ]
    missing = {key: wanted[key] for key, found in places if found is None}
    if missing:
        splices.append(_added(text, at, missing))
    for splice in sorted(splices, key=lambda one: one.start, reverse=True):
        text = text[: splice.start] + splice.text + text[splice.stop :]
    return text


def _nested(measurement: str, tolerances: Mapping[str, Tolerance]) -> dict[str, object]:
    texts = {key: spelled(tolerance) for key, tolerance in tolerances.items()}
    return {"measurements": {measurement: {"tolerances": texts}}}


def _value(mapping: MappingNode, key: str) -> Node | None:
    return next((value for name, value in mapping.value if name.value == key), None)


def _added(text: str, mapping: MappingNode, missing: Mapping[str, object]) -> _Splice:
    """Return how keys are added to a mapping: behind its last one, in its own style."""
    if not mapping.value:
        start = mapping.start_mark.index + 1  # behind the brace
        return _Splice(start=start, stop=start, text=_flow(missing)[1:-1])
    if mapping.flow_style:
        start = mapping.value[-1][1].end_mark.index
        return _Splice(start=start, stop=start, text=f", {_flow(missing)[1:-1]}")
    newline = "\r\n" if "\r\n" in text else "\n"
    added = _block(missing, " " * mapping.value[0][0].start_mark.column, newline)
    line = text.find("\n", max(0, _end(mapping) - 1)) + 1  # a block of text ends with its line
    if line == 0:
        return _Splice(start=len(text), stop=len(text), text=newline + added)
    return _Splice(start=line, stop=line, text=added)


def _end(node: Node) -> int:
    """Return where the last text of a node ends: a block's own mark is behind its comments."""
    if isinstance(node, CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, MappingNode) else last)
    index: int = node.end_mark.index
    return index


def _block(values: Mapping[str, object], indent: str, newline: str) -> str:
    lines = []
    for key, value in values.items():
        if isinstance(value, Mapping):
            inner = _block(value, indent + _STEP, newline)
            lines.append(f"{indent}{_key(key)}:{newline}{inner}")
        else:
            lines.append(f"{indent}{_key(key)}: {value}{newline}")
    return "".join(lines)


def _flow(value: object) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    return "{" + ", ".join(f"{_key(key)}: {_flow(inner)}" for key, inner in value.items()) + "}"


def _key(key: str) -> str:
    """Return a key as it stands, or in quotes where YAML would take it for something else."""
    plain = _PLAIN.fullmatch(key) and key.lower() not in _WORDS
    return key if plain else json.dumps(key, ensure_ascii=False)


def _store(path: Path, data: bytes) -> None:
    """Write the whole file or nothing; a link is followed, the rights stay."""
    target = path.resolve()
    made: Path | None = None
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
        handle, name = tempfile.mkstemp(prefix=f"{target.name}.", dir=target.parent)
        made = Path(name)
        with open(handle, "wb") as file:  # noqa: PTH123 - of a handle, not of a path
            file.write(data)
        made.chmod(mode)
        os.replace(made, target)  # noqa: PTH105 - the same in one call
    except OSError as error:
        raise Unable(
            f"cannot be written: {error.strerror}", code="config/write", where=str(path)
        ) from None
    finally:
        if made is not None:
            with suppress(OSError):
                made.unlink(missing_ok=True)
