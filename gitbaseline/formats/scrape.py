"""One scrape of a metrics endpoint: families of samples, in either of the two text forms.

The parsers are prometheus_client's: the classic one for the Prometheus text format 0.0.4, the other
one for OpenMetrics. A line longer than 16 KiB is refused; a real one is a name, some labels and a
number.

Rules:

- Where a family is declared with colons and its samples have underscores, as the client of Python
  writes OpenMetrics, the samples get the family's name.
- A sample that is not finite is left out, and so are ``_created`` times and exemplars.
- A name without a declared type is a counter if it ends in ``_total``, as OpenMetrics has it, else
  of unknown type.
- Two samples of one name and one set of labels are refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from gitbaseline.errors import InputError
from gitbaseline.formats.base import PassedOver, SourceFile, passed
from gitbaseline.formats.json_values import one_line
from gitbaseline.formats.lines import plain
from gitbaseline.frozen import dataclass
from gitbaseline.model.text import normal, visible_line

Labels = tuple[tuple[str, str], ...]

_COUNTER = "_total"
_LONGEST = 16384  # characters of one line
_TYPED = re.compile(rb"^# TYPE [^\n]{1,300} (?:counter|gauge|histogram|summary)\r?$", re.MULTILINE)
_END = re.compile(rb"^# EOF\s*\Z", re.MULTILINE)
_FAULTS = (ValueError, LookupError, TypeError, AttributeError)  # what the parsers raise


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One number: ``part`` is what follows the family's name, such as ``_bucket``."""

    part: str
    labels: Labels
    value: float
    seconds: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The samples of one name. ``kind`` is the type that the text declares, or ``unknown``."""

    name: str
    kind: str
    unit: str
    samples: Sequence[Sample]

    def values(self, part: str) -> dict[Labels, float]:
        """Return the numbers of one part by their labels."""
        return {sample.labels: sample.value for sample in self.samples if sample.part == part}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scrape:
    """All families of one file by name; ``seconds`` is the samples' own time, where they tell."""

    file: str
    families: Mapping[str, Family]
    seconds: float | None = None
    passed_over: Sequence[PassedOver] = field(default=())


def is_classic(data: bytes) -> bool:
    """Whether these bytes are Prometheus text."""
    return _TYPED.search(data) is not None and _END.search(data) is None


def is_openmetrics(data: bytes) -> bool:
    """Whether these bytes are OpenMetrics text: it ends in ``# EOF``."""
    return _END.search(data) is not None and b"# TYPE " in data


def classic(file: SourceFile) -> Scrape:
    """Return a scrape in Prometheus text; InputError names the line that is not."""
    from prometheus_client import parser  # noqa: PLC0415 - 100 ms that only scrapes pay

    return _scrape(file, parser.text_fd_to_metric_families)


def openmetrics(file: SourceFile) -> Scrape:
    """Return a scrape in OpenMetrics text; InputError names the line that is not."""
    from prometheus_client.openmetrics import parser  # noqa: PLC0415 - as above

    return _scrape(file, parser.text_fd_to_metric_families)


def key(name: str, labels: Labels) -> str:
    r"""Return name and labels as the text formats spell them, labels in order.

    >>> key("up", ()), key("up", (("engine", "0"), ("model", "a")))
    ('up', 'up{engine="0",model="a"}')
    """
    if not labels:
        return name
    inside = ",".join(
        f'{label}="{value.replace(chr(92), chr(92) * 2).replace(chr(34), chr(92) + chr(34))}"'
        for label, value in labels
    )
    return f"{name}{{{inside}}}"


def _scrape(file: SourceFile, parse: Callable[[Any], Iterable[Any]]) -> Scrape:
    text = normal(plain(file.data).decode("utf-8", "replace"))
    over: list[PassedOver] = []
    families: dict[str, Family] = {}
    seconds: set[float] = set()
    reached = [0]
    try:
        for found in parse(_counted(file.path, text, reached)):
            family = _family(file.path, reached[0], found, over)
            known = families.get(family.name)
            if known:
                family = _joined(file.path, reached[0], known, family)
            families[family.name] = family
            seconds.update(s.seconds for s in family.samples if s.seconds is not None)
    except _FAULTS as fault:
        raise InputError(
            f"not a line of a metrics endpoint: {one_line(str(fault)) or 'malformed'}",
            code="prometheus/line",
            where=f"{file.path}:{reached[0]}",
            hint="give the endpoint's answer as it is: curl -s HOST:PORT/metrics > metrics.prom",
        ) from None
    return Scrape(
        file=file.path,
        families=families,
        seconds=max(seconds) if seconds else None,
        passed_over=over,
    )


def _counted(name: str, text: str, reached: list[int]) -> Iterator[str]:
    """Yield the lines, and tell in ``reached`` which one the parser has come to."""
    declared = escaped = ""
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        reached[0] = number
        if len(line) > _LONGEST:
            raise InputError(
                f"a line of {len(line)} characters; expected at most {_LONGEST}",
                code="prometheus/line",
                where=f"{name}:{number}",
            )
        if line.startswith(("# HELP ", "# TYPE ")):
            declared = line.split(" ", 3)[2]
            escaped = declared.replace(":", "_")
        elif escaped != declared and line.startswith(escaped):
            line = declared + line[len(declared) :]  # noqa: PLW2901 - the same line
        yield f"{line}\n"


def _family(name: str, line: int, found: Any, over: list[PassedOver]) -> Family:  # noqa: ANN401
    samples: dict[tuple[str, Labels], Sample] = {}
    for raw in found.samples:
        labels = tuple(sorted((visible_line(k), visible_line(v)) for k, v in raw.labels.items()))
        part = raw.name.removeprefix(found.name)
        value = _finite(raw.value)
        if raw.name.endswith("_created"):
            continue
        if value is None:
            over.append(passed(name, line, f"{key(visible_line(raw.name), labels)}: not finite"))
            continue
        if (part, labels) in samples:
            raise _twice(name, line, raw.name, labels)
        time = _finite(raw.timestamp) if raw.timestamp is not None else None
        samples[part, labels] = Sample(part=part, labels=labels, value=value, seconds=time)
    kind = "unknown" if found.type in ("untyped", "unknown") else str(found.type)
    family = visible_line(found.name)
    made = tuple(samples.values())
    if kind == "unknown" and family.endswith(_COUNTER):
        kind, family = "counter", family.removesuffix(_COUNTER)
        made = tuple(replace(sample, part=_COUNTER) for sample in made)
    unit = visible_line(str(getattr(found, "unit", "") or ""))
    return Family(name=family, kind=visible_line(kind), unit=unit, samples=made)


def _joined(name: str, line: int, known: Family, family: Family) -> Family:
    """Return one family whose samples stand in two places of the text."""
    have = {(sample.part, sample.labels) for sample in known.samples}
    for sample in family.samples:
        if (sample.part, sample.labels) in have:
            raise _twice(name, line, family.name, sample.labels)
    kind = known.kind if family.kind == "unknown" else family.kind
    return Family(
        name=known.name, kind=kind, unit=known.unit, samples=(*known.samples, *family.samples)
    )


def _twice(name: str, line: int, sample: str, labels: Labels) -> InputError:
    return InputError(
        f"{key(visible_line(sample), labels)} stands here a second time: two scrapes in one file",
        code="prometheus/twice",
        where=f"{name}:{line}",
        hint="give each scrape by itself: -s before.prom -s after.prom",
    )


def _finite(value: Any) -> float | None:  # noqa: ANN401 - int, float or the parser's own Timestamp
    try:
        number = float(value)
    except OverflowError:
        return None
    return number + 0.0 if math.isfinite(number) else None
