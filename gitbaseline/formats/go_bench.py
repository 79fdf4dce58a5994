"""Output of ``go test -bench`` in the Go benchmark format, as benchstat reads it.

Keys are ``<name>.<unit>`` without ``Benchmark``: ``Sort/size=1k.ns/op``. Every line is a sample
(``-count``). ``Unit`` lines say which way is better; without one ``ns/op``, ``B/op`` and
``allocs/op`` are lower-is-better, ``MB/s`` (1e6) is higher-is-better, others unknown.

Rules:

- The ending ``-8`` is GOMAXPROCS. Where all results have the same it is context, else it stays in
  the key. ``/key=value`` parts are dimensions too.
- A configuration value (``pkg:``, ``commit:``) that results do not share stands before the key:
  results of two packages, or of two commits in one file, are no trials of one thing.

The grammar of the lines: ``go_log``. Units: golang/perf benchunit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather, alike
from gitbaseline.formats.go_events import has_events, streams
from gitbaseline.formats.go_log import OWN_UNITS, Result, is_result, scan
from gitbaseline.formats.lines import plain
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Validity
from gitbaseline.model.units import default_direction, find

NAME = "go-bench"
SUMMARY = "go test -bench, text or -json (the Go benchmark format)"

_SNIFF = re.compile(
    rb"(?<!\S)Benchmark[^\sa-z]\S*+[ \t]++[0-9]{1,18}[ \t]++[0-9][0-9.]*+[ \t]++[^\s0-9]"
)
_PROCS = re.compile(r"-([0-9]{1,6})$")
_ENVIRONMENT = {"goos": "os", "goarch": "arch", "cpu": "cpu_model"}


def sniff(source: Source) -> str | None:
    """Return why this is the output of Go benchmarks, or None."""
    if source.kind != "file":
        return None
    data = source.files[0].data
    if b"Benchmark" not in data:
        return None
    if _SNIFF.search(plain(data)):
        return "it has Benchmark lines with a count and values"
    if has_events(data) and any(is_result(line.text) for _, line in streams(data)):
        return "it has Benchmark results in go test -json events"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every value of every result; InputError where a benchmark failed or there is none."""
    gather = Gather(source.files[0].path)
    log = scan(gather, source.files[0].data)
    apart = _apart(log.results)
    procs = {_procs(result.name) for result in log.results}
    same = procs.pop() if len(procs) == 1 else None
    for result in log.results:
        _add(gather, result, log.better, apart, strip=same is not None)
    config = alike(result.config for result in log.results)
    context: dict[str, dict[str, Scalar]] = {"workload": {"gomaxprocs": same}} if same else {}
    for key, value in config.items():
        if key not in _ENVIRONMENT:
            group = "workload" if key == "pkg" else "stack"
            context.setdefault(group, {})[key] = value
    return gather.reading(
        NAME,
        context=context,
        environment={_ENVIRONMENT[k]: v for k, v in config.items() if k in _ENVIRONMENT and v},
    )


def _procs(name: str) -> int | None:
    match = _PROCS.search(name)
    return int(match[1]) if match else None


def _apart(results: Sequence[Result]) -> tuple[str, ...]:
    """Return the configuration keys, other than the machine's, that results do not share."""
    keys = dict.fromkeys(key for result in results for key in result.config)
    return tuple(key for key in keys if len({r.config.get(key) for r in results}) > 1)


def _add(
    gather: Gather,
    result: Result,
    better: Mapping[str, Direction],
    apart: Iterable[str],
    *,
    strip: bool,
) -> None:
    shape: dict[str, Scalar] = dict(_parts(result.name))
    prefix = ""
    for key in apart:
        told = result.config.get(key)
        if told is not None:
            shape[key] = told
            prefix += f"{told}." if key == "pkg" else f"{key}={told}."
    name = result.name
    if strip:
        name = _PROCS.sub("", name)
    elif (procs := _procs(name)) is not None:
        shape["gomaxprocs"] = procs
    for unit, value in result.values:
        spelling, direction = _unit(unit)
        gather.add(
            f"{prefix}{name}.{unit}",
            value,
            line=result.line,
            unit=spelling,
            direction=better.get(unit, direction),
            validity=Validity.VALID,
            dimensions=shape,
        )


def _parts(name: str) -> Iterator[tuple[str, str]]:
    for part in _PROCS.sub("", name).split("/")[1:]:
        key, equals, value = part.partition("=")
        if equals and key and value:
            yield key, value


def _unit(unit: str) -> tuple[str, Direction]:
    """Return the spelling to record and which way is better without a Unit line.

    ``p99-ns`` is a custom metric in ns, as benchunit reads it.
    """
    if unit in OWN_UNITS:
        return unit, OWN_UNITS[unit]
    if unit.endswith("-ns"):
        return "ns", Direction.LOWER
    return (unit, default_direction(unit)) if find(unit) else (unit, Direction.UNKNOWN)
