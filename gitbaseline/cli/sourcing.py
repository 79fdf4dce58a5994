"""From the arguments of ``record`` to what is read of them: files, standard input or values."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gitbaseline.cli import output, parse, trials
from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source, SourceFile
from gitbaseline.formats.scalar import from_values, inline_bytes
from gitbaseline.formats.settle import settle
from gitbaseline.model.root import Limits
from gitbaseline.registry import privacy
from gitbaseline.registry import source as sources
from gitbaseline.report.numbers import size
from gitbaseline.transport import nsys

if TYPE_CHECKING:
    from gitbaseline.formats.mapping import FieldMap
    from gitbaseline.registry.large import Large


def wanted(options: dict[str, Any]) -> Options:
    """Return what the options want of a reading."""
    return Options(
        units=parse.by_key("--unit", options["units"]),
        directions=parse.directions(options["directions"]),
        metric=tuple(options["metric"]),
        headline=options["headline"],
        mapping=field_map(options.get("mapping")),
    )


def readable(limits: Limits, options: dict[str, Any]) -> Limits:
    """Return what may be read into memory: what git takes, or what Git LFS may then keep."""
    return limits if options.get("lfs") is False else sources.for_reader(limits)


def evidence_on_disk(
    paths: Sequence[str], values: Sequence[str], options: dict[str, Any], limits: Limits
) -> Large | None:
    """Return the one source beside ``--value`` that git does not take, or None for any other."""
    if options["lfs"] is False or not values or len(paths) != 1:
        return None
    if paths[0] == "-" or paths[0].endswith(nsys.SUFFIX):
        return None
    from gitbaseline.registry.large import large  # noqa: PLC0415 - few have evidence at all

    found = large(Path(paths[0]), limits)
    if found:
        output.note(f"Git LFS keeps {found.name}; looking for secrets in {size(found.size)}")
    return found


def read_sources(
    paths: Sequence[str], values: Sequence[str], options: dict[str, Any], limits: Limits
) -> tuple[Reading, Source]:
    """Return the reading and the source of ``record``'s arguments: files, stdin or values."""
    asked = wanted(options)
    most = readable(limits, options)
    if not values:  # beside them a file is evidence, and no trial
        trials.require_distinct(paths)
    found = [source_at(path, most) for path in paths]
    if values:
        reading = from_values(values, unit=asked.units.get(""), direction=asked.directions.get(""))
        if "" not in asked.units:
            raise InputError(
                "a number needs its unit",
                code="value/unit",
                where="--value",
                hint=f"--value {values[0]} --unit ms",
            )
        reading = settle(reading, Options(headline=asked.headline))
        return reading, _evidence(found, values)
    if not found:
        raise InputError(
            "nothing to record: expected a file, a directory, - or --value",
            code="record/nothing",
            hint="git baseline record FILE",
        )
    from gitbaseline.formats import registry as formats  # noqa: PLC0415 - 8 ms; --value has no use

    name = options["format_name"] or ("mapped" if asked.mapping else None)
    # What is taken out of the copy may not come back as a metric's name or a dimension.
    shown = [privacy.without_private(s)[0] for s in found] if options.get("redact") else found
    reading = formats.read_all(shown, asked, name)
    warnings = (*reading.warnings, *trials.copies(found))
    return replace(reading, warnings=warnings), _joined(found)


def source_at(path: str, limits: Limits) -> Source:
    """Return the source at a path, or of standard input where it is ``-``."""
    if path == "-":
        return sources.from_stream(sys.stdin.buffer.read(limits.file_bytes + 1), limits)
    if path.endswith(nsys.SUFFIX):
        return sources.from_nsys(Path(path), nsys.kernel_summary(Path(path)), limits)
    return sources.read(Path(path), limits)


def field_map(path: Path | None) -> FieldMap | None:
    """Return what ``--mapping`` names, or None where it was not given."""
    if path is None:
        return None
    from gitbaseline.formats import mapping  # noqa: PLC0415 - YAML that only a mapping pays

    return mapping.read(small_file(path, "--mapping"), str(path))


def small_file(path: Path, option: str) -> bytes:
    """Return what the file of an option holds; InputError where it is none, or a large one."""
    return sources.read(_existing(path, option), Limits(file_bytes=8 * 1024 * 1024)).files[0].data


def _joined(found: Sequence[Source]) -> Source:
    """Return several sources as one directory of numbered trials, a single one as it is."""
    if len(found) == 1:
        return found[0]
    files = tuple(
        SourceFile(path=f"{number:03d}/{file.path}", data=file.data)
        for number, source in enumerate(found, 1)
        for file in source.files
    )
    names = ", ".join(source.name for source in found)
    return Source(name=names, kind="directory", files=files)


def _evidence(found: Sequence[Source], values: Sequence[str]) -> Source:
    if found:
        return _joined(found)
    return Source(
        name="values",
        kind="inline",
        files=(SourceFile(path="values.txt", data=inline_bytes(values)),),
    )


def _existing(path: Path, option: str) -> Path:
    if not os.path.isfile(path):
        raise InputError("expected a file", code="option/file", where=f"{option} {path}")
    return path
