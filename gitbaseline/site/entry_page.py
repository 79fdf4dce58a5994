"""An entry's page: all that the registry holds of it, who signed it, its files.

It depends on nothing that a later entry changes, so that it is made once; only an event that
happens to the entry itself makes it anew.
"""

from __future__ import annotations

import json
from codecs import getincrementaldecoder
from collections.abc import Iterator, Sequence

from gitbaseline.frozen import dataclass
from gitbaseline.model import baseline_json
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.event import Event
from gitbaseline.model.layout import BASELINE, SNAPSHOT, SOURCE_MD, STATEMENT, EntryPath, entry_path
from gitbaseline.model.metric import Metric
from gitbaseline.model.names import Oid
from gitbaseline.registry.candidates import base
from gitbaseline.registry.reader import Entry
from gitbaseline.report import document
from gitbaseline.report.entry import entry_facts
from gitbaseline.report.numbers import BETTER, amount, size
from gitbaseline.site import links, pages, words
from gitbaseline.site.panels_view import view as panels_of
from gitbaseline.site.signatures import Signed

MOST_METRICS = 500
RAW_LIMIT = 1_000_000  # bytes of a file that is copied to the site
_SNIPPET = 16_000  # characters of the payload that stand on the page itself
_DERIVED = (SOURCE_MD, STATEMENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of an entry; ``data`` is None where it is too large to be copied, or derived."""

    name: str
    oid: Oid
    size: int
    data: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """All that the page is made of."""

    entry: Entry
    signed: Signed | None
    events: Sequence[Event]
    files: Sequence[File]


def copied(name: str, count: int) -> bool:
    """Whether a file of that name and size is copied: derived ones hold nothing of their own."""
    return name not in _DERIVED and count <= RAW_LIMIT


def render(told: Told, registry_id: str) -> bytes:
    """Return the page."""
    entry, path = told.entry, told.entry.path
    b = entry.baseline
    name = links.entry_page(path)
    metrics = sorted(b.metrics.items(), key=lambda one: not one[1].headline)
    snippet_name, snippet = _snippet(told.files)
    return pages.page(
        "entry.html",
        name,
        registry_id,
        f"{path.series}@{path.slug}",
        family=path.family,
        measurement=base(path.measurement),
        family_page=links.family_page(path.family),
        series_page=links.series_page(path.family, path.measurement),
        slug=str(path.slug),
        cite=links.cite(path),
        status=entry.status,
        tier=str(b.tier),
        judged=_judged(b),
        events=document.happened(told.events),
        facts=[(fact, said) for fact, said in entry_facts(path, b) if said],
        signature=_signature(told.signed),
        commands=[
            f"git baseline diff {links.cite(path)} {path.series}",
            f"git baseline diff {links.cite(path)} FILE",
        ],
        metrics=[_metric(key, metric) for key, metric in metrics[:MOST_METRICS]],
        more_metrics=len(metrics) - MOST_METRICS if len(metrics) > MOST_METRICS else 0,
        groups=list(_groups(told)),
        files=[_file(file) for file in told.files],
        file_commands=[f"git baseline show {links.cite(path)} --snapshot"],
        snippet=snippet,
        snippet_name=snippet_name,
        **panels_of(b, None, ""),
    )


def script(told: Told) -> bytes:
    """Return the entry's numbers for the view that compares two, which the site loads by name."""
    return pages.call("baselineEntry", links.cite(told.entry.path), _document(told).decode())


def _document(told: Told) -> bytes:
    """Return ``baseline.json``, spelled anew where it is too large to have been read."""
    data = next((file.data for file in told.files if file.name == BASELINE), None)
    return data or pages.plain_json(baseline_json.to_plain(told.entry.baseline))


def against(text: str) -> EntryPath | None:
    """Return the entry that ``family/measurement@slug`` names, or None where it is misspelt."""
    series, _, slug = text.partition("@")
    family, _, measurement = series.partition("/")
    return entry_path(family, measurement, slug)


def _judged(b: Baseline) -> dict[str, str | None] | None:
    if b.judged is None:
        return None
    path = against(b.judged.against)
    return {
        "word": b.judged.verdict,
        "against": b.judged.against,
        "page": links.entry_page(path) if path else None,
    }


def _signature(signed: Signed | None) -> list[tuple[str, str]]:
    if signed is None:
        return [("state", "unknown: the history at hand ends before this entry")]
    state = (
        f"not good: {signed.fault}" if signed.fault else "good, by a key that the registry lists"
    )
    told = [
        ("state", state),
        ("signer", signed.principal or ""),
        ("key", signed.fingerprint or ""),
        ("commit", signed.commit),
    ]
    return [(name, said) for name, said in told if said]


def _metric(key: str, m: Metric) -> dict[str, str]:
    return {
        "key": key,
        "value": amount(m.value),
        "unit": m.unit,
        "better": BETTER[m.direction],
        "n": str(m.n),
        "stat": m.stat,
        "mean": words.number(m.mean),
        "std": words.number(m.std),
        "min": words.number(m.min),
        "max": words.number(m.max),
        "validity": str(m.validity),
    }


def _groups(told: Told) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the context group by group, the environment, then every other field there is."""
    plain = json.loads(_document(told))
    del plain["metrics"]
    for group, fields in sorted((g, f) for g, f in plain.pop("context").items() if f):
        yield f"Context: {group}", list(_flat("", fields))
    environment = plain.pop("environment")
    if environment:
        yield "Environment", list(_flat("", environment))
    yield "Every other field", list(_flat("", plain))


def _flat(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield a JSON value as dotted names and texts; what is null or empty says nothing."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if inner is not None:
                yield from _flat(f"{prefix}.{key}" if prefix else key, inner)
    elif isinstance(value, list):
        if value:
            yield prefix, ", ".join(_plain(item) for item in value)
    else:
        yield prefix, _plain(value)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return amount(value)
    return value if isinstance(value, str) else pages.plain_text(value)


def _file(file: File) -> dict[str, str | None]:
    return {
        "name": file.name,
        "oid": file.oid,
        "size": size(file.size),
        "page": links.raw(file.oid) if file.data is not None else None,
    }


def _snippet(files: Sequence[File]) -> tuple[str, str | None]:
    """Return the beginning of the payload's first file, where it is text."""
    for file in files:
        if file.name.startswith(SNAPSHOT) and file.data is not None:
            try:
                # Where it is cut, a character may be too.
                text = getincrementaldecoder("utf-8")().decode(file.data[: 4 * _SNIPPET])
            except UnicodeDecodeError:
                continue
            whole = len(text) <= _SNIPPET and len(file.data) <= 4 * _SNIPPET
            return file.name if whole else f"{file.name}, its beginning", text[:_SNIPPET]
    return "", None
