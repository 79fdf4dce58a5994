"""fio ``--output-format=json`` (and ``json+``): bandwidth, IOPS and latencies of each job.

Keys are ``<job>.<direction>.<bw|iops|lat.mean|clat.mean|slat.mean|clat.p99>`` and the like; of the
percentiles that fio was told to print 50, 90, 95, 99, 99.9 and 99.99 are kept.

Rules:

- A direction that moved nothing is all zeros: passed over. ``error`` other than 0 is a failed run,
  and so is one that a signal ended.
- Of clients (``--client``) each job is read, and ``All clients``, their sum.
- Jobs of one name (``numjobs`` without ``group_reporting``) run beside each other; they are no
  trials, and are numbered ``job.1``, ``job.2``.
- Several documents are trials, unless they are reports of one run on its way
  (``--status-interval``: the same start, a growing time), of which only the last counts.
- ``bw_bytes`` is bytes per second (``bw``, in KiB/s, is the same number). Before 3.0 latencies are
  in microseconds and there is no ``bw_bytes``.

Shape: axboe/fio stat.c (add_ddir_status_json), 2.x and 3.x.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, Summary, alike, clean, scalars, utc_of_epoch
from gitbaseline.formats.json_values import items, table
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.part import Part
from gitbaseline.formats.refused import failed
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Direction, Validity

NAME = "fio"
SUMMARY = "fio --output-format=json or json+"

_DIRECTIONS = ("read", "write", "trim", "mixed")
_LATENCIES = (
    *((f"{kind}_ns", kind, "ns") for kind in ("lat", "clat", "slat")),
    *((kind, kind, "us") for kind in ("lat", "clat", "slat")),
)
_PERCENTILES = {50.0: "p50", 90.0: "p90", 95.0: "p95", 99.0: "p99", 99.9: "p99.9", 99.99: "p99.99"}
_SIGNAL = re.compile(r"(?:fio: )?terminating on signal [0-9]+")
_SAME_START = 100  # ms; between two runs fio itself takes longer to start
_SHAPE = ("rw", "bs", "iodepth", "ioengine", "direct", "numjobs", "rwmixread", "size", "runtime")


def sniff(source: Source) -> str | None:
    """Return why this is fio's JSON, or None."""
    found = holds(source, _is_output, b'"fio version"')
    return "it has fio version and jobs" if found else None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the numbers of every job; InputError where one failed or nothing was moved."""
    gather = Gather(source.files[0].path)
    tops = list(_ended(gather, list(gather.documents(source.files[0].data, _has_version))))
    _check_signal(gather)
    for top in tops:
        jobs = _jobs(top)
        names = Counter(_job_name(job) for job in jobs)
        seen: Counter[str] = Counter()
        common = top.part("global options")
        for job in jobs:
            name = _job_name(job)
            seen[name] += 1
            key = f"{name}.{seen[name]}" if names[name] > 1 else name
            _add(gather, key, job, common)
        if any(count > 1 for count in names.values()):
            gather.warn("jobs of one name are numbered; --group_reporting would add them up")
    return gather.reading(
        NAME,
        context={"workload": alike(_options(top.part("global options")) for top in tops)},
        captured_at_utc=utc_of_epoch(tops[0].part("timestamp").maybe_number()) if tops else None,
        tool_version=tops[0].part("fio version").maybe_text() if tops else None,
    )


def _has_version(value: JSON) -> bool:
    return "fio version" in table(value)


def _is_output(value: JSON) -> bool:
    jobs = items(table(value).get("jobs")) or items(table(value).get("client_stats"))
    return _has_version(value) and bool(jobs)


def _check_signal(gather: Gather) -> None:
    """Raise InputError where a line beside the documents says that the run was ended early."""
    for entry in gather.over:
        if _SIGNAL.match(entry.text):
            raise failed(f"{entry.file}:{entry.line}", entry.text)


def _jobs(top: Part) -> list[Part]:
    return (top.part("client_stats") or top.part("jobs")).parts()


def _ended(gather: Gather, tops: Sequence[Part]) -> Iterator[Part]:
    """Yield one document a run: of reports on its way the last."""
    for number, top in enumerate(tops):
        later = tops[number + 1] if number + 1 < len(tops) else None
        if later is not None and _goes_on(top, later):
            gather.skip(top.line, "a report of a run on its way: the last one counts")
        else:
            yield top


def _goes_on(top: Part, later: Part) -> bool:
    """Whether the later report is of the same run: begun at the same time, but further on."""
    slack, here, took = _times(top)
    _, there, longer = _times(later)
    return took < longer and abs((there - longer) - (here - took)) <= slack


def _times(top: Part) -> tuple[float, float, float]:
    """Return how far two reports of one run may disagree, when it was written, how long it took.

    In milliseconds, of which whole seconds are all that fio told before 3.0.
    """
    written = top.part("timestamp_ms").maybe_number()
    ran = [job.part("job_runtime").maybe_number() for job in _jobs(top)]
    known = [ms for ms in ran if ms is not None]
    if written is not None and known:
        return _SAME_START, written, max(known)
    elapsed = [job.part("elapsed").maybe_number() or 0.0 for job in _jobs(top)]
    written = top.part("timestamp").maybe_number() or 0.0
    return 1000, 1000 * written, 1000 * max(elapsed, default=0.0)


def _job_name(job: Part) -> str:
    return job.part("jobname").maybe_text() or "job"


def _add(gather: Gather, name: str, job: Part, common: Part) -> None:
    if job.part("error").maybe_number():
        raise failed(
            job.where, f"job {name[:80]!r} ended with error {job.part('error').number():.0f}"
        )
    own = {**_options(common), **_options(job.part("job options"))}
    for direction in _DIRECTIONS:
        part = job.part(direction)
        if not part or not _moved(part):
            if part:
                gather.skip(job.line, f"{name}.{direction}: nothing was moved")
            continue
        _rates(gather, f"{name}.{direction}", part, own)
        for member, kind, unit in _LATENCIES:
            if isinstance(part.part(member).value, dict):
                _latency(gather, f"{name}.{direction}.{kind}", part.part(member), unit, own)


def _moved(part: Part) -> bool:
    return any(
        part.part(member).maybe_number()
        for member in ("total_ios", "io_bytes", "io_kbytes", "iops")
    )


def _rates(gather: Gather, key: str, part: Part, own: dict[str, Scalar]) -> None:
    in_bytes = part.part("bw_bytes").maybe_number()
    gather.add(
        f"{key}.bw",
        part.part("bw").number() if in_bytes is None else in_bytes,
        line=part.line,
        unit="KiB/s" if in_bytes is None else "B/s",
        validity=Validity.VALID,
        dimensions=own,
    )
    gather.add(
        f"{key}.iops",
        part.part("iops").number(),
        line=part.line,
        unit="IOPS",
        validity=Validity.VALID,
        dimensions=own,
    )


def _latency(gather: Gather, key: str, part: Part, unit: str, own: dict[str, Scalar]) -> None:
    n = int(part.part("N").maybe_number() or 0)
    mean = part.part("mean").maybe_number()
    if not mean:
        return
    gather.add(
        f"{key}.mean",
        mean,
        line=part.line,
        unit=unit,
        direction=Direction.LOWER,
        validity=Validity.VALID,
        dimensions=own,
        summary=Summary(
            stat="mean",
            n=n,
            std=part.part("stddev").maybe_number(),
            min=part.part("min").maybe_number(),
            max=part.part("max").maybe_number(),
        ),
    )
    percentiles = part.part("percentile")
    for spelled, value in percentiles.members() if percentiles else ():
        name = _PERCENTILES.get(decimal(spelled) or 0.0)
        number = value.maybe_number()
        if name and number is not None:
            gather.add(
                f"{key}.{name}",
                number,
                line=part.line,
                unit=unit,
                direction=Direction.LOWER,
                validity=Validity.VALID,
                dimensions=own,
                summary=Summary(stat=name, n=n),
            )


def _options(part: Part) -> dict[str, Scalar]:
    """Return the options that say what was asked of the device; paths are nobody's business."""
    found = scalars({key: part.part(key) for key in _SHAPE}) if part else {}
    return {key: clean(str(value)) for key, value in found.items()}
