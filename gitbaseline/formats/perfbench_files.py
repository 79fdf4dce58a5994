"""What the files of a bundle are, which their content says, and what each kind gives.

- a document of ``inference_perfbench_v1``: everything, and the other files are its evidence;
- an export or log of aiperf or genai-perf, one a concurrency: latencies and throughputs there;
- a ``*report*.md`` (or bench, summary, results) with a row for each concurrency
  (``perfbench_report``): what the exports do not tell;
- a scrape of the server before, one after (``perfbench_server``): cache rates, the largest usage;
- a kernel summary of Nsight Systems: kernel classes;
- JSON with ``kernel_class_gpu_pct`` or ``cpu_spinpoll_pct``: just these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from gitbaseline.errors import InputError
from gitbaseline.formats import nsys, perf_export, perfbench_report, perfbench_server
from gitbaseline.formats.base import PassedOver, Source, SourceFile, passed
from gitbaseline.formats.perfbench_json import MARK
from gitbaseline.formats.perfbench_names import concurrency
from gitbaseline.formats.perfbench_report import ReportRow

_PROFILE = re.compile(rb'"(?:kernel_class_gpu_pct|cpu_spinpoll_pct)"\s*:')
_REPORT = re.compile(r"(?:report|perf-?_?bench|summary|results).*\.(?:md|markdown|txt)$")
_ELSEWHERE = re.compile(r"_(?:aggregate|collated|timeslices?)\.(?:json|csv)$")


@dataclass(slots=True, kw_only=True)
class Bundle:
    """The files of a folder by kind; ``reports`` are read already."""

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
            if perf_export.form_of(file.data) and concurrency(file.path) is not None:
                return "it holds exports of runs at known concurrencies"
            if _report(file, []):
                return "it holds a report with a row for each concurrency"
        except InputError:
            return "it holds results by concurrency"
    return None


def sort(source: Source) -> Bundle:
    """Return the files of a folder by kind; those of no known one are passed over."""
    bundle = Bundle()
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
