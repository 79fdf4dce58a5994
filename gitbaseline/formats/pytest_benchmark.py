"""pytest-benchmark ``--benchmark-json`` and the files of ``--benchmark-autosave``.

Keys are ``<file>::<test>[<params>].time`` in seconds. With ``--benchmark-save-data`` every round is
a sample, else median, mean, deviation and extremes are what the tool says. ``ops`` and the other
statistics are the same number again and are not read.

Rules:

- ``stats.data`` counts only if it is whole: numbers, as many as there were rounds.
- ``machine_info.node`` is private (``secrets.private``); of the machine only model, count and
  system go further.
- Several documents are trials.

Shape: ionelmc/pytest-benchmark src/pytest_benchmark/{session,stats,utils}.py, 3.0 to 5.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, Summary, alike, clean, scalars, utc
from gitbaseline.formats.json_values import items, table
from gitbaseline.formats.part import Part
from gitbaseline.formats.refused import failed
from gitbaseline.model.codec import JSON, Scalar

NAME = "pytest-benchmark"
SUMMARY = "pytest-benchmark JSON (--benchmark-json, --benchmark-autosave)"


def sniff(source: Source) -> str | None:
    """Return why this is a pytest-benchmark file, or None."""
    if holds(source, _is_export, b'"machine_info"', b'"stats"'):
        return "it has machine_info and benchmarks with stats"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the times of every test; InputError where one failed or there is none."""
    gather = Gather(source.files[0].path)
    tops: list[Part] = []
    for top in gather.documents(source.files[0].data, _has_benchmarks):
        tops.append(top)
        for row in top.part("benchmarks").parts():
            _add(gather, row)
    return gather.reading(
        NAME,
        context={"stack": alike(map(_stack, tops)), "grounding": alike(_settings(tops))},
        environment=alike(_machine(top.part("machine_info")) for top in tops),
        captured_at_utc=utc(tops[0].part("datetime").maybe_text(), naive=True) if tops else None,
        tool_version=tops[0].part("version").maybe_text() if tops else None,
    )


def _has_benchmarks(value: JSON) -> bool:
    return "benchmarks" in table(value)


def _is_export(value: JSON) -> bool:
    rows = items(table(value).get("benchmarks"))
    whole_rows = bool(rows) and all("stats" in table(row) for row in rows)
    return whole_rows and "machine_info" in table(value)


def _add(gather: Gather, row: Part) -> None:
    name = row.part("fullname").maybe_text() or row.part("name").text()
    stats = row.part("stats")
    if row.part("has_error").value is True:
        raise failed(row.where, f"{name[:80]!r} raised an error")
    params = row.part("params")
    rounds = int(stats.part("rounds").maybe_number() or 1)
    data = _data(gather, name, stats, rounds)
    gather.add(
        f"{name}.time",
        data or stats.part("median").number(),
        line=row.line,
        unit="s",
        dimensions=scalars(dict(params.members())) if params else {},
        summary=None
        if data
        else Summary(
            stat="median",
            n=rounds,
            mean=stats.part("mean").maybe_number(),
            std=stats.part("stddev").maybe_number() if rounds > 1 else None,
            min=stats.part("min").maybe_number(),
            max=stats.part("max").maybe_number(),
        ),
    )


def _data(gather: Gather, name: str, stats: Part, rounds: int) -> Sequence[float] | None:
    data = stats.part("data")
    if not data:
        return None
    found = data.maybe_numbers()
    if found and len(found) == rounds:
        return found
    gather.warn(f"{name[:80]}: stats.data does not hold all {rounds} rounds; its summary is read")
    return None


def _stack(top: Part) -> dict[str, Scalar]:
    machine = top.part("machine_info")
    found = scalars(
        {
            "python": machine.part("python_version"),
            "implementation": machine.part("python_implementation"),
            "compiler": machine.part("python_compiler"),
            "commit": top.part("commit_info", "id"),
        }
    )
    return {key: value for key, value in found.items() if value != "unversioned"}


def _machine(machine: Part) -> dict[str, Scalar]:
    cpu = machine.part("cpu")
    model = cpu.part("brand_raw") or cpu.part("brand")
    found = {
        "cpu_model": model,
        "cpu_count": cpu.part("count"),
        "arch": machine.part("machine"),
    }
    known = scalars(found)
    system, release = (machine.part(key).maybe_text() for key in ("system", "release"))
    return {**known, "kernel": clean(f"{system} {release}")} if system and release else known


def _settings(tops: Sequence[Part]) -> Iterator[dict[str, Scalar]]:
    names = ("timer", "min_rounds", "max_time", "min_time", "warmup", "disable_gc")
    for top in tops:
        for row in top.part("benchmarks").parts():
            options = row.part("options")
            yield scalars({name: options.part(name) for name in names})
