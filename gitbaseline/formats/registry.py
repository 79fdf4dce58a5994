"""The formats there are, and which of them a source is.

To add a format: one module with NAME, SUMMARY, sniff and read, one line in ``_SPECIFIC``, one
test folder.

Rules:

- Content decides. A specific format beats the plug-ins, and these beat the generic readers; of
  several in one rank none is guessed, and the person is told why each claims the source.
- ``--format NAME`` skips detection, never the reader's own checks.
- A plug-in that cannot be used is told as a warning where plug-ins were asked at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from gitbaseline.errors import InputError, Unable
from gitbaseline.formats import json_numbers
from gitbaseline.formats.base import Format, Options, Reading, Source
from gitbaseline.formats.deferred import Deferred
from gitbaseline.formats.directory import Directory
from gitbaseline.formats.opened import opened
from gitbaseline.formats.pool import pool
from gitbaseline.formats.settle import settle
from gitbaseline.gzip_pieces import is_packed

if TYPE_CHECKING:
    from gitbaseline.formats.plugins import Installed


def detect(source: Source) -> Format:
    """Return the one format of the source; InputError names the candidates, or what lists all."""
    return claim(source)[0]


def claim(source: Source) -> tuple[Format, str]:
    """Return the one format of the source and why it is; InputError as ``detect``."""
    source = opened(source)
    claims = _claims(source)
    if len(claims) == 1:
        return claims[0]
    if claims:
        raise InputError(
            "could be of several formats: "
            + "; ".join(f"{form.NAME} ({why})" for form, why in claims),
            code="format/several",
            where=source.name,
            hint=f"say which: --format {claims[0][0].NAME}",
        )
    doubts = "".join(f"; {doubt}" for doubt in plugged().doubts)
    raise InputError(
        f"of no known format{_oddity(source)}{doubts}",
        code="format/none",
        where=source.name,
        hint="say which with --format NAME (git baseline formats lists them), "
        "what your own CSV means with --mapping FILE (git baseline formats explain mapped), "
        "or give the number itself: --value 12.5 --unit ms",
    )


def by_name(name: str) -> Format:
    """Return the format of this name; InputError gives the nearest, Unable says it is broken."""
    for form in FORMATS:
        if name == form.NAME:
            return form
    for plugin in plugged().formats:
        if name == plugin.NAME:
            return plugin
    for broken in plugged().broken:
        if name == broken.name:
            raise Unable(str(broken), code="plugin/broken", where=f"--format {name}")
    names = [form.NAME for form in every()]
    from difflib import get_close_matches  # noqa: PLC0415 - only who misspells waits

    near = [known for known in names if known.startswith(name)]
    near = near or get_close_matches(name, names, n=3, cutoff=0.5)
    near = near or get_close_matches(name, names, n=1, cutoff=0.4)
    meant = f"did you mean {' or '.join(near[:3])}? " if near else ""
    raise InputError(
        f"no format {name!r}",
        code="format/unknown",
        hint=f"{meant}git baseline formats lists them all",
    )


def read(source: Source, options: Options, name: str | None = None) -> Reading:
    """Return the reading of a source as the person wants it, by detection or by name."""
    source = opened(source)
    form = by_name(name) if name else detect(source)
    if name and source.kind == "directory" and not form.sniff(source):
        reading = Directory(lambda _: form).read(source, options)
    else:
        reading = form.read(source, options)
    return _settled(reading, options)


def read_all(sources: Sequence[Source], options: Options, name: str | None = None) -> Reading:
    """Return one reading of several sources: trials of one thing, or scrapes before and after."""
    sources = [opened(source) for source in sources]
    if len(sources) == 2 and all(source.kind == "file" for source in sources):
        forms = {(by_name(name) if name else detect(source)).NAME for source in sources}
        if forms in ({"prometheus"}, {"openmetrics"}):
            files = tuple(source.files[0] for source in sources)
            pair = Source(name=sources[0].name, kind="directory", files=files)
            return _settled(by_name(forms.pop()).read(pair, options), options)
    readings = [read(source, options, name) for source in sources]
    return pool(readings, [source.name for source in sources])


def _settled(reading: Reading, options: Options) -> Reading:
    doubts = plugged().doubts if plugged.cache_info().currsize else ()
    return settle(replace(reading, warnings=(*reading.warnings, *doubts)), options)


@cache
def plugged() -> Installed:
    """Return the plug-ins of this Python, looked for at the first call."""
    from gitbaseline.formats.plugins import installed  # noqa: PLC0415 - most runs ask for none

    return installed(frozenset(form.NAME for form in FORMATS))


def every() -> tuple[Format, ...]:
    """Return all formats by rank, plug-ins included."""
    return (*_SPECIFIC, *plugged().formats, *_GENERIC)


def _find(source: Source) -> Format | None:
    """Return a file's format, or None where no format claims it."""
    return detect(source) if _claims(source) else None


def _claims(source: Source) -> list[tuple[Format, str]]:
    ranks: tuple[Callable[[], Sequence[Format]], ...] = (
        lambda: _SPECIFIC,
        lambda: plugged().formats,
        lambda: _GENERIC,
    )
    for forms in ranks:
        claims = [(form, why) for form in forms() if (why := form.sniff(source))]
        if claims:
            return claims
    return []


def _oddity(source: Source) -> str:
    data = source.files[0].data if source.files else b""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "; it is UTF-16 text that is not whole, save it as UTF-8"
    if is_packed(data):
        return "; it is a gzip file that is not whole, or too large for any but a profiler's trace"
    if not any(file.data for file in source.files):
        return "; it is empty"
    return ""


_GOOGLE = ((b'"context"', b'"benchmarks"'), (b"Benchmark", b"Time", b"CPU", b"Iterations"))
_PERF = (
    (b'"counter-value"',),
    (b"Performance counter stats",),
    (b"unit events",),
    (b"# started on ",),
    (b"100.00",),
    (b"<not ",),
    (b"cycles",),
)
_EXPORT = ((b'"unit"', b'"avg"'), (b'"aggregation_type"',), (b"Metric",), (b"Statistic",))
_PERFBENCH = ((b"inference_perfbench_v1",), *_EXPORT, (b"onc",), (b"ONC",), (b"tok",), (b"TTFT",))
_NCCL = ((b'"bus_bw"',), (b"inPlace",), (b"algbw",), (b"-tests",), (b"Collective test",))
_TRACE = ((b'"traceEvents"',), (b'"deviceProperties"',), (b'"distributedInfo"',))
_TORCH = (*_TRACE, (b'"baseTimeNanoseconds"',), (b"# of Calls",), (b"\x1f\x8b",))
_SERVED = b"Serving Benchmark Result"
_SPECIFIC: tuple[Format, ...] = (
    Deferred("nccl-tests", "nccl_tests", *_NCCL),
    Deferred("inference_perfbench_v1", "inference_perfbench", *_PERFBENCH),
    Deferred("aiperf", "aiperf", *_EXPORT),
    Deferred("genai-perf", "genai_perf", *_EXPORT),
    Deferred("prometheus", "prometheus", (b"# TYPE ",)),
    Deferred("openmetrics", "openmetrics", (b"# TYPE ",)),
    Deferred("nsys", "nsys", (b"Time (%)",), (b"Time(%)",), (b"CUPTI_",), (b"CUDA kernel data",)),
    Deferred("vllm-bench", "vllm_bench", (b'"request_throughput"',), (_SERVED,)),
    Deferred("sglang-bench", "sglang_bench", (b"_retokenized",), (_SERVED,)),
    Deferred("trtllm-bench", "trtllm_bench", (b'"world_info"',), (b"PERFORMANCE OVERVIEW",)),
    Deferred("nvbandwidth", "nvbandwidth", (b"nvbandwidth",), (b"Running ",)),
    Deferred("mlperf-training", "mlperf_log", (b":::MLLOG",)),
    Deferred("megatron", "megatron_log", (b"elapsed time per iteration",)),
    Deferred("ncu", "ncu_csv", (b'"Kernel Name"',)),
    Deferred("torch-profiler", "torch_profiler", *_TORCH),
    Deferred("hyperfine", "hyperfine", (b'"command"', b'"times"')),
    Deferred("pytest-benchmark", "pytest_benchmark", (b'"machine_info"', b'"stats"')),
    Deferred("google-benchmark", "google_benchmark", *_GOOGLE),
    Deferred("go-bench", "go_bench", (b"Benchmark",)),
    Deferred("criterion", "criterion", (b'"point_estimate"',), (b'"iters"',), (b"[[",)),
    Deferred("criterion-text", "criterion_text", (b"time:", b"[")),
    Deferred("libtest", "libtest", (b"... bench:",), (b"bench\x1b",)),
    Deferred("perf-stat", "perf_stat", *_PERF),
    Deferred("fio", "fio", (b'"fio version"',)),
    Deferred("github-action-benchmark", "github_action", (b'"name"', b'"unit"', b'"value"')),
    Deferred("bencher", "bencher", (b'"value"',)),
    Deferred("jmh", "jmh", (b'"primaryMetric"',)),
    Deferred("asv", "asv", (b'"result_columns"',)),
    Deferred("pyperf", "pyperf", (b'"benchmarks"', b'"runs"')),
    Deferred("iperf3", "iperf3", (b"iperf", b'"start"')),
    Deferred("k6", "k6", (b'"metrics"',), (b'"Point"', b'"metric"')),
    Deferred("sysbench", "sysbench", (b"sysbench ",)),
    Deferred("wrk", "wrk", (b" test @ ",)),
    Deferred("mapped", "mapped"),
)
_GENERIC: tuple[Format, ...] = (json_numbers, Directory(_find))
FORMATS = (*_SPECIFIC, *_GENERIC)
