"""A bundle folder of one perf-bench run as ``inference_perfbench_v1``.

What a file is, its content says; what it gives:

- a document of ``inference_perfbench_v1``: everything, and the other files are its evidence;
- an export or log of aiperf or genai-perf, one a concurrency: latencies and throughputs there;
- a ``*report*.md`` (or bench, summary, results) with a row for each concurrency
  (``perfbench_report``): what the exports do not tell;
- a scrape of the server before, one after (``perfbench_server``): cache rates, the largest usage;
- a kernel summary of Nsight Systems: kernel classes;
- JSON with ``kernel_class_gpu_pct`` or ``cpu_spinpoll_pct``: just these.

Rules:

- The concurrency stands in the file's name or folder (``perfbench_names``) or in the export's own
  settings; where both speak they must agree.
- Of one level's exports JSON counts before CSV or printed tables; the others are passed over as the
  same run. Two of one kind at one level are refused, and nobody guesses which counts. So are two
  documents, kernel summaries, or scrapes of before at one place.
- ``throughput_toks_per_s`` is the output token throughput, ``tps_per_user`` the mean output token
  throughput per user; percentiles are the tools' own.
- Where the report and an export disagree by more than the report's rounding, the export counts and
  a warning names both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gitbaseline.errors import InputError
from gitbaseline.formats import nsys, perf_export, perfbench_report, perfbench_server
from gitbaseline.formats.base import PassedOver, Reading, Source, SourceFile, passed
from gitbaseline.formats.json_values import logged, table
from gitbaseline.formats.nsys_kernels import shares as kernel_shares
from gitbaseline.formats.perf_stats import Export
from gitbaseline.formats.perfbench_json import MARK, numbers, reading, shares
from gitbaseline.formats.perfbench_json import read as read_document
from gitbaseline.formats.perfbench_keys import CLASSES, SPIN, THROUGHPUT, Level, Whole, metrics
from gitbaseline.formats.perfbench_names import competing, concurrency, only
from gitbaseline.formats.perfbench_report import ReportRow
from gitbaseline.formats.runs import agreed
from gitbaseline.model.codec import Scalar
from gitbaseline.model.units import convert, find

_PROFILE = re.compile(rb'"(?:kernel_class_gpu_pct|cpu_spinpoll_pct)"\s*:')
_REPORT = re.compile(r"(?:report|perf-?_?bench|summary|results).*\.(?:md|markdown|txt)$")
_ELSEWHERE = re.compile(r"_(?:aggregate|collated|timeslices?)\.(?:json|csv)$")
_TAKEN = (
    (THROUGHPUT, "output_token_throughput", "avg"),
    ("ttft_p50_ms", "time_to_first_token", "p50"),
    ("ttft_p95_ms", "time_to_first_token", "p95"),
    ("ttft_p99_ms", "time_to_first_token", "p99"),
    ("itl_p50_ms", "inter_token_latency", "p50"),
    ("tps_per_user", "output_token_throughput_per_user", "avg"),
    ("request_latency_p50_ms", "request_latency", "p50"),
    ("errors", "error_request_count", "avg"),
)


@dataclass(slots=True, kw_only=True)
class _Bundle:
    """The files of a folder by what they are."""

    documents: list[SourceFile] = field(default_factory=list)
    exports: list[SourceFile] = field(default_factory=list)
    scrapes: list[SourceFile] = field(default_factory=list)
    kernels: list[SourceFile] = field(default_factory=list)
    profiles: list[SourceFile] = field(default_factory=list)
    reports: dict[str, dict[int, ReportRow]] = field(default_factory=dict)
    over: list[PassedOver] = field(default_factory=list)


def claim(source: Source) -> str | None:
    """Return why a folder is such a bundle, or None."""
    for file in source.files:
        if MARK.search(file.data):
            return "it holds a document of inference_perfbench_v1"
    for file in source.files:
        try:
            if perf_export.form_of(file.data) and _level_by_name(file) is not None:
                return "it holds exports of runs at known concurrencies"
            if _report(file, []):
                return "it holds a report with a row for each concurrency"
        except InputError:
            return "it holds results by concurrency"
    return None


def read(source: Source) -> Reading:
    """Return the bundle's metrics; InputError where a run failed or two files compete."""
    bundle = _sorted(source)
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
    exports = _exports(bundle)
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


def _sorted(source: Source) -> _Bundle:
    bundle = _Bundle()
    kinds: Sequence[tuple[Callable[[SourceFile], object], list[SourceFile]]] = (
        (lambda file: MARK.search(file.data), bundle.documents),
        (perfbench_server.is_scrape, bundle.scrapes),
        (lambda file: nsys.claim(file.data), bundle.kernels),
        (lambda file: _PROFILE.search(file.data), bundle.profiles),
        (lambda file: perf_export.form_of(file.data), bundle.exports),
    )
    for file in sorted(source.files, key=lambda file: file.path):
        rows = _report(file, bundle.over)
        held = next((held for test, held in kinds if test(file)), None)
        if rows:
            bundle.reports[file.path] = rows
        elif held is not None and not _ELSEWHERE.search(file.path):
            held.append(file)
        else:
            bundle.over.append(passed(file.path, 1, "kept as evidence"))
    return bundle


def _report(file: SourceFile, over: list[PassedOver]) -> dict[int, ReportRow]:
    is_one = _REPORT.search(file.path.rpartition("/")[2].lower())
    return perfbench_report.rows(file, over) if is_one and not MARK.search(file.data) else {}


def _level_by_name(file: SourceFile) -> int | None:
    return concurrency(file.path)


def _exports(bundle: _Bundle) -> dict[int, tuple[str, Export]]:
    """Return the one export that counts at each concurrency, with its file's path."""
    by_level: dict[int, list[SourceFile]] = {}
    read_ones: dict[str, Export] = {}
    for file in bundle.exports:
        level = _level_by_name(file)
        if level is None:
            export = perf_export.load(file.path, file.data)
            read_ones[file.path] = export
            said = export.dimensions.get("concurrency")
            level = said if isinstance(said, int) and not isinstance(said, bool) else None
        if level is None or level < 1:
            raise InputError(
                "neither its name nor its content says at which concurrency it was made",
                code="perfbench/concurrency",
                where=file.path,
                hint="rename it: aiperf-c16.log",
            )
        by_level.setdefault(level, []).append(file)
    found: dict[int, tuple[str, Export]] = {}
    for level, files in by_level.items():
        file = _best(level, files, bundle.over)
        export = read_ones.get(file.path) or perf_export.load(file.path, file.data)
        said = export.dimensions.get("concurrency", level)
        if said != level:
            raise InputError(
                f"its name says concurrency {level}, its content {said}",
                code="perfbench/ambiguous",
                where=file.path,
                hint="give the file the name of its own concurrency",
            )
        found[level] = (file.path, export)
    return found


def _best(level: int, files: Sequence[SourceFile], over: list[PassedOver]) -> SourceFile:
    ranked = sorted(files, key=_rank)
    best = [file for file in ranked if _rank(file) == _rank(ranked[0])]
    chosen = only(best, f"exports at concurrency {level}")
    over += [
        passed(file.path, 1, f"the run of {chosen.path} in another form")
        for file in ranked
        if file is not chosen
    ]
    return chosen


def _rank(file: SourceFile) -> int:
    if perf_export.form_of(file.data) == "json":
        return 0
    return 1 if perf_export.is_csv(file.data) else 2


def _rows(bundle: _Bundle) -> dict[int, ReportRow]:
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
        numbers = dict(_taken(path, export))
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


def _taken(path: str, export: Export) -> Iterator[tuple[str, float]]:
    for key, tag, statistic in _TAKEN:
        found = export.find(tag, statistic)
        if found is None:
            continue
        value, unit = found
        if key.endswith("_ms"):
            known = find(unit)
            if known is None or known.dimension != "time":
                raise InputError(
                    f"{tag} is in {unit!r}; expected a time", code="perfbench/unit", where=path
                )
            value = convert(value, unit, "ms")
        yield key, value


def _whole(
    name: str, bundle: _Bundle, levels: dict[int, Level], warnings: list[str]
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
        kernels, _, _ = nsys.load(file, bundle.over)
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
        found.setdefault(_level_by_name(file), []).append(file)
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
