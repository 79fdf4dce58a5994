"""hyperfine ``--export-json``: the wall time of each command, every run a sample.

Keys are ``<command>.wall_time``, ``.user_time``, ``.system_time``, ``.max_rss``; where one command
was run with several parameters (``-L``) these stand behind it, as ``make (threads=2)``.

Rules:

- An exit code that is not 0, or null (killed), is a failed run, also under ``--ignore-failure``.
- The same command again, in this or another document, is more trials.
- User and system time are means over the runs; the tool does not keep the single ones.

Shape: sharkdp/hyperfine src/benchmark/benchmark_result.rs, 1.0 to 1.20.
"""

from __future__ import annotations

from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.first_document import holds
from gitbaseline.formats.gather import Gather, Summary, clean, scalars
from gitbaseline.formats.json_values import items, table
from gitbaseline.formats.part import Part
from gitbaseline.formats.refused import failed
from gitbaseline.model.codec import JSON, Scalar
from gitbaseline.model.metric import Direction, Validity

NAME = "hyperfine"
SUMMARY = "hyperfine --export-json"


def sniff(source: Source) -> str | None:
    """Return why this is a hyperfine export, or None."""
    if holds(source, _is_export, b'"command"', b'"times"'):
        return "its results have command, mean and times"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return the times of every command; InputError where a run failed."""
    gather = Gather(source.files[0].path)
    rows: list[Part] = []
    for top in gather.documents(source.files[0].data, _has_results):
        rows += top.part("results").parts()
    apart = _apart(rows)
    for row in rows:
        _check(row)
        _add(gather, row, apart)
    keys = {_name(row, apart) for row in rows}
    headline = f"{keys.pop()}.wall_time" if len(keys) == 1 else None
    return gather.reading(NAME, headline=headline)


def _has_results(value: JSON) -> bool:
    return "results" in table(value)


def _is_export(value: JSON) -> bool:
    rows = items(table(value).get("results"))
    return bool(rows) and all({"command", "times", "mean"} <= table(row).keys() for row in rows)


def _add(gather: Gather, row: Part, apart: set[str]) -> None:
    name, line = _name(row, apart), row.line
    dimensions: dict[str, Scalar] = {
        "command": clean(row.part("command").text()),
        **_parameters(row),
    }
    times = row.part("times").numbers()
    runs = len(times)
    if any(time <= 0 for time in times):
        gather.warn(
            f"{name}: the shell's own time, which hyperfine takes off, is all of a run; "
            "measure with hyperfine --shell=none"
        )
    gather.add(
        f"{name}.wall_time",
        times or row.part("mean").number(),
        line=line,
        unit="s",
        validity=Validity.VALID,
        dimensions=dimensions,
    )
    for member, key in (("user", "user_time"), ("system", "system_time")):
        mean = row.part(member).maybe_number()
        if mean is not None:
            gather.add(
                f"{name}.{key}",
                mean,
                line=line,
                unit="s",
                validity=Validity.VALID,
                dimensions=dimensions,
                summary=Summary(stat="mean", n=runs),
            )
    memory = row.part("memory_usage_byte")
    if memory and any(used := memory.numbers()):  # all 0 where the system does not tell
        gather.add(
            f"{name}.max_rss",
            used,
            line=line,
            unit="B",
            direction=Direction.LOWER,
            validity=Validity.VALID,
            dimensions=dimensions,
        )


def _check(row: Part) -> None:
    codes = row.part("exit_codes")
    for number, code in enumerate(codes.parts() if codes else [], 1):
        if code.value != 0:
            ended = "was killed" if code.value is None else f"exited with {code.number():.0f}"
            raise failed(
                row.where,
                f"{row.part('command').text()[:80]!r} {ended} in run {number}",
                "if that code is no failure, wrap the command",
            )


def _apart(rows: list[Part]) -> set[str]:
    """Return the commands that were run with several sets of parameters."""
    seen: dict[str, set[str]] = {}
    for row in rows:
        seen.setdefault(row.part("command").text(), set()).add(str(_parameters(row)))
    return {command for command, sets in seen.items() if len(sets) > 1}


def _name(row: Part, apart: set[str]) -> str:
    command = row.part("command").text()
    if command not in apart:
        return command
    return f"{command} ({', '.join(f'{key}={value}' for key, value in _parameters(row).items())})"


def _parameters(row: Part) -> dict[str, Scalar]:
    found = row.part("parameters")
    return scalars(dict(found.members())) if found else {}
