"""A bundle folder of one perf-bench run as ``inference_perfbench_v1``.

What a file is, its content says (``perfbench_files``); which export counts: ``perfbench_exports``.

Rules:

- Two documents, kernel summaries, or scrapes of before at one place are refused.
- ``throughput_toks_per_s`` is the output token throughput, ``tps_per_user`` the mean output token
  throughput per user; percentiles are the tools' own.
- Where the report and an export disagree by more than the report's rounding, the export counts and
  a warning names both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gitbaseline.errors import InputError
from gitbaseline.formats import nsys, perfbench_exports, perfbench_files, perfbench_server
from gitbaseline.formats.base import PassedOver, Reading, Source, SourceFile, passed
from gitbaseline.formats.json_values import logged, table
from gitbaseline.formats.nsys_kernels import shares as kernel_shares
from gitbaseline.formats.perf_stats import Export
from gitbaseline.formats.perfbench_files import Bundle
from gitbaseline.formats.perfbench_json import numbers, reading, shares
from gitbaseline.formats.perfbench_json import read as read_document
from gitbaseline.formats.perfbench_keys import CLASSES, SPIN, Level, Whole, metrics
from gitbaseline.formats.perfbench_names import competing, concurrency, only
from gitbaseline.formats.perfbench_report import ReportRow
from gitbaseline.formats.runs import agreed
from gitbaseline.model.codec import Scalar


def read(source: Source) -> Reading:
    """Return the bundle's metrics; InputError where a run failed or two files compete."""
    bundle = perfbench_files.sort(source)
    if bundle.documents:
        document = only(bundle.documents, "documents of inference_perfbench_v1")
        told = read_document(document)
        rest = [passed(f.path, 1, "evidence of the document") for f in source.files]
        entries = [entry for entry in rest if entry.file != document.path]
        return Reading(
            format=told.format,
            metrics=told.metrics,
            headline=told.headline,
            context=told.context,
            suggested_measurement=told.suggested_measurement,
            warnings=told.warnings,
            passed_over=(*told.passed_over, *entries),
        )
    exports = perfbench_exports.counting(bundle.exports, bundle.over)
    rows = _rows(bundle)
    warnings: list[str] = []
    levels = {
        level: _level(level, exports.get(level), rows.get(level), warnings)
        for level in sorted(exports.keys() | rows.keys())
    }
    if not any(level.numbers for level in levels.values()):
        raise InputError(
            "no concurrency with a number",
            code="perfbench/empty",
            where=source.name,
            hint="name the logs after their concurrency: aiperf-c16.log",
        )
    whole, serving = _whole(source.name, bundle, levels, warnings)
    context = _context([export for _, export in exports.values()], serving)
    made = metrics(levels, whole)
    return reading(levels, made, context, bundle.over, warnings=tuple(warnings))


def _rows(bundle: Bundle) -> dict[int, ReportRow]:
    found: dict[int, ReportRow] = {}
    for rows in bundle.reports.values():
        for level, row in rows.items():
            if level in found:
                raise InputError(
                    f"concurrency {level} stands at {found[level].where} too",
                    code="perfbench/ambiguous",
                    where=row.where,
                    hint="leave one report in the bundle",
                )
            found[level] = row
    return found


def _level(
    level: int, held: tuple[str, Export] | None, row: ReportRow | None, warnings: list[str]
) -> Level:
    numbers: dict[str, float] = {}
    dimensions: dict[str, Scalar] = {"concurrency": level}
    if held:
        path, export = held
        numbers = dict(perfbench_exports.numbers(path, export))
        dimensions |= {
            key: export.dimensions[key] for key in {"isl", "osl"} & export.dimensions.keys()
        }
    for key, value in (row.numbers if row else {}).items():
        known = numbers.setdefault(key, value)
        if row and held and abs(known - value) > 0.51 * row.grain[key] + 1e-9 * abs(known):
            warnings.append(
                f"c{level}.{key} is {known:g} in {held[0]} and {value:g} in {row.where}; "
                "the former counts"
            )
    where = held[0] if held else row.where if row else ""
    if held:
        return Level(where=where, numbers=numbers, dimensions=dimensions, validity=held[1].validity)
    return Level(where=where, numbers=numbers, dimensions=dimensions)


def _whole(
    name: str, bundle: Bundle, levels: dict[int, Level], warnings: list[str]
) -> tuple[Whole, Mapping[str, Mapping[str, Scalar]]]:
    """Return what holds of the whole bundle, and put scrapes of one level into that level."""
    numbers: dict[str, float] = {}
    serving: dict[str, dict[str, Scalar]] = {}
    for level, files in _by_level(bundle.scrapes).items():
        found, context = perfbench_server.read(files, warnings)
        serving = context or serving
        if level is None:
            numbers |= found
        elif level in levels:
            held = levels[level]
            levels[level] = Level(
                where=held.where,
                numbers={**held.numbers, **found},
                dimensions=held.dimensions,
                validity=held.validity,
            )
        else:
            bundle.over += [passed(f.path, 1, f"nothing ran at concurrency {level}") for f in files]
    classes = {}
    if bundle.kernels:
        file = only(bundle.kernels, "kernel summaries")
        kernels, _, _ = nsys.load(file, bundle.over, warnings)
        classes = kernel_shares(kernels)
    if bundle.profiles:
        file = only(bundle.profiles, "files of kernel classes")
        told, spin = _profile(file, bundle.over)
        if classes and told:
            raise competing([bundle.kernels[0], file], "sources of kernel classes")
        classes = told or classes
        numbers |= spin
    return Whole(where=name, numbers=numbers, classes=classes), serving


def _by_level(files: Sequence[SourceFile]) -> dict[int | None, list[SourceFile]]:
    found: dict[int | None, list[SourceFile]] = {}
    for file in files:
        found.setdefault(concurrency(file.path), []).append(file)
    return found


def _profile(file: SourceFile, over: list[PassedOver]) -> tuple[dict[str, float], dict[str, float]]:
    found = list(logged(file.path, file.data, over))
    top = table(found[0].value) if len(found) == 1 else {}
    where = f"{file.path}:{found[0].line}" if found else file.path
    return shares(where, {CLASSES: top.get(CLASSES)}), numbers(
        where, "document", {SPIN: top.get(SPIN)}
    )


def _context(
    exports: Sequence[Export], serving: Mapping[str, Mapping[str, Scalar]]
) -> dict[str, dict[str, Scalar]]:
    groups = dict.fromkeys((*serving, *(group for e in exports for group in e.context)))
    context: dict[str, dict[str, Scalar]] = {}
    for group in groups:
        common = agreed([e.context.get(group, {}) for e in exports]) if exports else {}
        common = {key: value for key, value in common.items() if key != "concurrency"}
        merged = {**serving.get(group, {}), **common}
        if merged:
            context[group] = merged
    return context
