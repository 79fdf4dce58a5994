"""Formats of other packages, found by the entry point group ``gitbaseline.formats``.

    [project.entry-points."gitbaseline.formats"]
    acme-bench = "acme_bench.baseline"     # a module, or an object, as formats.base says

Rules:

- Nothing is imported before a source is of no specific built-in format, or a name that is not
  built in is asked for, or formats are listed: most runs never come here.
- The entry point's name is the format's. A built-in keeps its name; of two plug-ins with one name
  neither is taken.
- A plug-in is code of this process, as trusted as this package: whoever installs it trusts it. What
  it gets wrong is told with its name and breaks no built-in format.
- A reading says in ``context.stack.reader`` which package read it, and in which version.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from gitbaseline.errors import GitBaselineError, Unable
from gitbaseline.formats.base import Format, Options, Reading, Source
from gitbaseline.formats.valid import faults
from gitbaseline.frozen import dataclass
from gitbaseline.model.text import normal, visible_line

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "gitbaseline.formats"

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_SUMMARY = re.compile(r"[^\x00-\x1f\x7f-\x9f]{1,200}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A plug-in that cannot be used. ``origin`` is its package with the version."""

    name: str
    origin: str
    fault: str

    def __str__(self) -> str:
        return f"the plug-in {self.name} of {self.origin} is broken: {self.fault}"


class Guarded:
    """A plug-in's format, held to what every reader owes; ``failed`` keeps how ``sniff`` failed."""

    def __init__(self, form: Format, origin: str) -> None:
        self.NAME = form.NAME
        self.SUMMARY = form.SUMMARY
        self.form = form
        self.origin = origin
        self.failed: list[Broken] = []

    def sniff(self, source: Source) -> str | None:
        """Return why the source is of this format, or None, also where the plug-in fails."""
        try:
            why: object = self.form.sniff(source)
        except Exception as error:  # noqa: BLE001 - another's code; what it raises is no claim
            fault = f"sniff raised {_place(error)}"
        else:
            if why is None or isinstance(why, str):
                return why or None
            fault = f"sniff returned {type(why).__name__}, expected text or None"
        broken = Broken(name=self.NAME, origin=self.origin, fault=fault)
        if broken not in self.failed:
            self.failed.append(broken)
        return None

    def read(self, source: Source, options: Options) -> Reading:
        """Return the plug-in's reading; Unable where it fails or gives what nobody can record."""
        try:
            reading = self.form.read(source, options)
            wrong = next(faults(reading, self.NAME), None)
        except GitBaselineError:
            raise
        except Exception as error:  # noqa: BLE001 - another's code; its message may hold anything
            raise self._failure(source, f"read raised {_place(error)}") from None
        if wrong:
            raise self._failure(source, wrong)
        stack = {**reading.context.get("stack", {}), "reader": self.origin}
        return replace(reading, context={**reading.context, "stack": stack})

    def _failure(self, source: Source, fault: str) -> Unable:
        return Unable(
            str(Broken(name=self.NAME, origin=self.origin, fault=fault)),
            code="plugin/failed",
            where=source.name,
            hint="tell its authors; --format NAME reads the source as another format",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The plug-ins of this Python: those that can be used by name, and the others."""

    formats: tuple[Guarded, ...] = ()
    broken: tuple[Broken, ...] = ()

    @property
    def doubts(self) -> tuple[str, ...]:
        """What a person should know of plug-ins that were asked and failed."""
        failed = [broken for form in self.formats for broken in form.failed]
        return tuple(str(broken) for broken in (*self.broken, *failed))


def installed(taken: frozenset[str]) -> Installed:
    """Return the plug-ins of this Python. ``taken`` are the names of built-in formats."""
    if not _declared():
        return Installed()
    from importlib.metadata import entry_points  # noqa: PLC0415 - 30 ms; few have a plug-in

    points = sorted(entry_points(group=GROUP), key=lambda point: (point.name, _origin(point)))
    counts = Counter(point.name for point in points)
    loaded = [_load(point, taken, counts[point.name]) for point in points]
    return Installed(
        formats=tuple(one for one in loaded if isinstance(one, Guarded)),
        broken=tuple(one for one in loaded if isinstance(one, Broken)),
    )


def _declared() -> bool:
    """Whether any installed package may declare a plug-in: a look at its files, without imports.

    A package inside a zip file is not seen.
    """
    return any(GROUP.encode() in text for text in _entry_point_files())


def _entry_point_files() -> Iterator[bytes]:
    for folder in dict.fromkeys(sys.path):
        for pattern in ("*.dist-info", "*.egg-info"):
            for info in Path(folder or ".").glob(pattern):
                try:
                    yield (info / "entry_points.txt").read_bytes()
                except OSError:
                    continue


def _load(point: EntryPoint, taken: frozenset[str], count: int) -> Guarded | Broken:
    origin = _origin(point)
    try:
        form = None if point.name in taken or count > 1 else point.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - another's code, loaded on trust
        return Broken(name=point.name, origin=origin, fault=f"loading it raised {_place(error)}")
    if form is None:
        fault = "a built-in format has this name" if point.name in taken else "two have this name"
        return Broken(name=point.name, origin=origin, fault=fault)
    wrong = _fault(form, point.name)
    if wrong:
        return Broken(name=point.name, origin=origin, fault=wrong)
    return Guarded(cast("Format", form), origin)


def _fault(form: object, name: str) -> str | None:
    """Say why a loaded object is no format of this name, or None."""
    if not _NAME.fullmatch(name):
        return "its name is not of a-z, 0-9, '.', '_' and '-'"
    if getattr(form, "NAME", None) != name:
        return f"its NAME is {getattr(form, 'NAME', None)!r}, the entry point says {name!r}"
    summary = getattr(form, "SUMMARY", None)
    if not isinstance(summary, str) or not _SUMMARY.fullmatch(summary):
        return "its SUMMARY is not one line of at most 200 characters"
    verbs = (getattr(form, verb, None) for verb in ("sniff", "read"))
    if isinstance(form, type) or not all(map(callable, verbs)):
        return "it is no module or object with sniff and read"
    return None


def _origin(point: EntryPoint) -> str:
    dist = point.dist
    return visible_line(normal(f"{dist.name} {dist.version}" if dist else "an unknown package"))


def _place(error: BaseException) -> str:
    """Return what was raised and where, never its text: that may hold parts of the source."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    name = type(error).__name__
    if trace is None:
        return name
    return f"{name} in {Path(trace.tb_frame.f_code.co_filename).name} line {trace.tb_lineno}"
