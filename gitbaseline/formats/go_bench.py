"""Output of ``go test -bench`` in the Go benchmark format, as benchstat reads it.

Keys are ``<name>.<unit>`` without ``Benchmark``: ``Sort/size=1k.ns/op``. Every line is a sample
(``-count``). ``Unit`` lines say which way is better; without one ``ns/op``, ``B/op`` and
``allocs/op`` are lower-is-better, ``MB/s`` (1e6) is higher-is-better, others unknown.

Rules:

- The ending ``-8`` is GOMAXPROCS. Where all results have the same it is context, else it stays in
  the key. ``/key=value`` parts are dimensions too.
- A configuration value (``pkg:``, ``commit:``) that results do not share stands before the key:
  results of two packages, or of two commits in one file, are no trials of one thing.
- ``FAIL``, ``--- FAIL`` and ``panic:`` are a failed run; a file that ends in the name of a
  benchmark, in a unit that is not whole or in half an event is cut off.
- What a benchmark printed between its name and its numbers is passed over. ``go test -json`` is
  read too.

Grammar: golang.org/design/14313-benchmark-format and golang/perf benchfmt, benchunit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass as mutable
from dataclasses import field

from gitbaseline.errors import InputError
from gitbaseline.formats.base import Options, Reading, Source
from gitbaseline.formats.gather import Gather, alike
from gitbaseline.formats.lines import Line, lines, plain
from gitbaseline.formats.numbers import decimal
from gitbaseline.formats.refused import cut_off, failed
from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import Scalar
from gitbaseline.model.metric import Direction, Validity
from gitbaseline.model.units import default_direction, find

NAME = "go-bench"
SUMMARY = "go test -bench, text or -json (the Go benchmark format)"

_SNIFF = re.compile(
    rb"(?<!\S)Benchmark[^\sa-z]\S*+[ \t]++[0-9]{1,18}[ \t]++[0-9][0-9.]*+[ \t]++[^\s0-9]"
)
_RESULT = re.compile(r"(Benchmark(?:[^\sa-z]\S*)?)\s+([0-9]{1,18})\s+(\S.*)")
_NAMED = re.compile(r"(Benchmark[^\sa-z]\S*)(?:\s|$)")
_ONLY_NUMBERS = re.compile(r"([0-9]{1,18})\s+(\S+\s+ns/op\b.*)")
_CONFIG = re.compile(r"([a-z][^\sA-Z:]*):(?:\s+(.*))?")
_UNIT_LINE = re.compile(r"Unit\s+(\S+)\s+(.*)")
_FAILED = re.compile(r"--- FAIL: |FAIL(?:\s|$)|panic: |fatal error: |exit status [1-9]")
_PROCS = re.compile(r"-([0-9]{1,6})$")
_TALK = re.compile(r"PASS$|ok\s+\S+\s|\?\s+\S+\s+\[no test files\]|Benchmark\S*$|=== RUN|$")
_NAME_ALONE = re.compile(r"Benchmark[^\sa-z]\S*")
_HIGHER = {"higher": Direction.HIGHER, "lower": Direction.LOWER}
_KNOWN = {
    "ns/op": ("ns/op", Direction.LOWER),
    "B/op": ("B/op", Direction.LOWER),
    "allocs/op": ("allocs/op", Direction.LOWER),
    "MB/s": ("MB/s", Direction.HIGHER),
}
_CUT_UNITS = frozenset(unit[:size] for unit in _KNOWN for size in range(1, len(unit)))
_ENVIRONMENT = {"goos": "os", "goarch": "arch", "cpu": "cpu_model"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Result:
    """One result line: what stood before it as configuration, value and unit pairs."""

    line: int
    name: str
    iterations: int
    values: tuple[tuple[str, float], ...]
    config: Mapping[str, str]


@mutable(slots=True, kw_only=True)
class _Log:
    results: list[_Result] = field(default_factory=list)
    better: dict[str, Direction] = field(default_factory=dict)


def sniff(source: Source) -> str | None:
    """Return why this is the output of Go benchmarks, or None."""
    if source.kind != "file":
        return None
    data = source.files[0].data
    if b"Benchmark" not in data:
        return None
    if _SNIFF.search(plain(data)):
        return "it has Benchmark lines with a count and values"
    if b'"Action"' in data and any(_RESULT.fullmatch(line.text) for _, line in _streams(data)):
        return "it has Benchmark results in go test -json events"
    return None


def read(source: Source, options: Options) -> Reading:  # noqa: ARG001 - the protocol's signature
    """Return every value of every result; InputError where a benchmark failed or there is none."""
    gather = Gather(source.files[0].path)
    log = _scan(gather, source.files[0].data)
    _check_end(gather, source.files[0].data, log)
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


def _streams(data: bytes) -> Iterator[tuple[str, Line]]:
    """Yield every line with its package; packages tell apart only what ``-json`` interleaves."""
    if b'"Action"' not in data:
        for line in lines(data):
            yield "", line
        return
    packages: list[str] = []
    texts: list[str] = []
    begun: dict[str, list[str]] = {}  # lines that go on in a later event
    for raw in plain(data).decode("utf-8", "replace").split("\n"):
        package, output = _event(raw) or ("", f"{raw}\n")
        pieces = begun.setdefault(package, [])
        pieces.append(output)
        packages.append(package)
        texts.append("")
        if output.endswith("\n"):
            texts[-1] = "".join(begun.pop(package)).rstrip("\n").replace("\n", " ")
    for package, pieces in begun.items():
        packages.append(package)
        texts.append("".join(pieces))
    joined = "\n".join(texts).encode("utf-8", "replace")
    yield from zip(packages, lines(joined), strict=True)


def _event(raw: str) -> tuple[str, str] | None:
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or "Action" not in found:
        return None
    package, output = found.get("Package"), found.get("Output")
    return str(package or ""), output if isinstance(output, str) else ""


def _scan(gather: Gather, data: bytes) -> _Log:
    log = _Log()
    configs: dict[str, dict[str, str]] = {}
    waiting: dict[str, str] = {}  # names whose numbers come on a later line
    for package, line in _streams(data):
        config = configs.setdefault(package, {})
        if _FAILED.match(line.text):
            raise failed(f"{gather.file}:{line.number}", line.text[:120])
        result = _result(gather, line, waiting.get(package), config)
        if result:
            log.results.append(result)
            waiting.pop(package, None)
            continue
        named = _NAMED.match(line.text)
        if named:
            waiting[package] = named[1]
        if not _setting(line.text, config, log.better) and not _TALK.match(line.text):
            gather.skip(line.number, line.text)
    return log


def _check_end(gather: Gather, data: bytes, log: _Log) -> None:
    """Raise InputError where the file ends before its last line did."""
    last = None
    for _, line in _streams(data):
        last = line if line.text else last
    if last and (_is_cut(log, last, data) or _NAME_ALONE.fullmatch(last.text)):
        raise cut_off(
            f"{gather.file}:{last.number}",
            f"the output breaks off in {last.text[-60:]!r}",
            code="go/truncated",
        )


def _is_cut(log: _Log, last: Line, data: bytes) -> bool:
    """Whether the last line is half an event, or ends in a part of one of Go's own units."""
    if data.endswith(b"\n"):
        return False
    end = plain(data).rpartition(b"\n")[2]
    if b'"Action"' in data and end.startswith(b"{"):
        return _event(end.decode("utf-8", "replace")) is None
    result = log.results[-1] if log.results else None
    return result is not None and result.line == last.number and result.values[-1][0] in _CUT_UNITS


def _setting(text: str, config: dict[str, str], better: dict[str, Direction]) -> bool:
    """Take a configuration or unit line; return whether it was one."""
    if match := _UNIT_LINE.fullmatch(text):
        for word in match[2].split():
            key, _, value = word.partition("=")
            if key == "better":
                better[match[1]] = _HIGHER.get(value, Direction.UNKNOWN)
        return True
    if match := _CONFIG.fullmatch(text):
        value = (match[2] or "").strip()
        config.pop(match[1], None)
        if value:
            config[match[1]] = value
        return True
    return False


def _result(
    gather: Gather, line: Line, waiting: str | None, config: Mapping[str, str]
) -> _Result | None:
    match = _RESULT.fullmatch(line.text)
    name, count, rest = match.groups() if match else (waiting, "", "")
    if match is None and waiting and (only := _ONLY_NUMBERS.fullmatch(line.text)):
        count, rest = only.groups()
    words = rest.split()
    if not words or name is None or len(words) < 2:
        return None
    if decimal(words[0]) is None:
        return None  # what the benchmark printed
    values: list[tuple[str, float]] = []
    for text, unit in zip(words[::2], words[1::2], strict=False):
        value = decimal(text)
        if value is None:
            raise _fault(gather, line, f"expected a number before {unit[:40]!r}, got {text[:40]!r}")
        values.append((unit, value))
    if len(words) % 2:
        raise _fault(gather, line, f"a value without its unit: {words[-1][:40]!r}")
    if len({unit for unit, _ in values}) < len(values):
        raise _fault(gather, line, "a unit occurs twice")
    return _Result(
        line=line.number,
        name=name.removeprefix("Benchmark") or "Benchmark",
        iterations=int(count),
        values=tuple(values),
        config=dict(config),
    )


def _fault(gather: Gather, line: Line, what: str) -> InputError:
    return InputError(
        what,
        code="go/result",
        where=f"{gather.file}:{line.number}",
        hint="expected: BenchmarkName count value unit ...",
    )


def _procs(name: str) -> int | None:
    match = _PROCS.search(name)
    return int(match[1]) if match else None


def _apart(results: Sequence[_Result]) -> tuple[str, ...]:
    """Return the configuration keys, other than the machine's, that results do not share."""
    keys = dict.fromkeys(key for result in results for key in result.config)
    return tuple(key for key in keys if len({r.config.get(key) for r in results}) > 1)


def _add(
    gather: Gather,
    result: _Result,
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
    if unit in _KNOWN:
        return _KNOWN[unit]
    if unit.endswith("-ns"):
        return "ns", Direction.LOWER
    return (unit, default_direction(unit)) if find(unit) else (unit, Direction.UNKNOWN)
