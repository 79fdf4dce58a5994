"""The pages that all measurements share: overview, families, search, compare, feed, index.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from markupsafe import Markup

from gitbaseline.frozen import dataclass
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.site import catalogue, feed, links, pages, words

WHOLE = 250  # measurements that the overview lists itself; of more it lists the families
_ROWS = 250  # measurements on a page of a family

Summary = Mapping[str, Any]  # what a part is told by, plain JSON of our own making


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Which registry, at which commit. ``time`` is the commit's, in Unix seconds."""

    registry_id: str
    tip: str
    time: int
    url: str


def render(parts: Sequence[Summary], at: Position) -> Iterator[tuple[str, bytes]]:
    """Yield the common pages by name, of what is told of each part of the measurements."""
    series = [part["summary"] for part in parts if "summary" in part]
    # What changes goes last: the older parts' files stay as they are.
    ordered = sorted(parts, key=lambda part: "summary" in part)
    listed = catalogue.files([str(part["catalogue"]) for part in ordered])
    names = [links.catalogue(at) for at in range(len(listed))]
    yield from zip(names, listed, strict=True)
    entries = sorted((row for part in parts for row in part["feed"]), key=_newest, reverse=True)
    updated = utc_from_epoch(at.time)
    yield "feed.atom", feed.render(entries, registry_id=at.registry_id, updated=updated, url=at.url)
    yield from _families(series, at)
    rules: Mapping[str, Any] = catalogue.rules()
    for name in ("search", "compare"):
        yield (
            f"{name}.html",
            pages.page(
                f"{name}.html",
                f"{name}.html",
                at.registry_id,
                f"{name.capitalize()} - performance baselines",
                parts=pages.data(names),
                rules=pages.data(rules),
                fields=[*rules["fields"], *rules["texts"]],
                choices=rules["choices"],
            ),
        )
    yield "index.json", pages.plain_json(index(series, at))
    yield "index.html", _overview(series, at)


def index(series: Sequence[Summary], at: Position) -> dict[str, object]:
    """Return ``index.json``: every measurement with its latest entry; where its entries are."""
    return {
        "schema": "git-baseline/site-index/1",
        "registry_id": at.registry_id,
        "tip": at.tip,
        "as_of": utc_from_epoch(at.time),
        "measurements": [
            {
                "family": one["family"],
                "measurement": one["measurement"],
                "page": one["page"],
                "badge": one["badge"],
                "entries": links.entries_json(str(one["family"]), str(one["measurement"])),
                "count": one["count"],
                "verdict": one["verdict"],
                "against": one["against"],
                "latest": one["latest"],
            }
            for one in series
        ],
    }


def _overview(series: Sequence[Summary], at: Position) -> bytes:
    entries = sum(_count(one) for one in series)
    families = _by_family(series)
    counts = ", ".join(
        _plural(count, one, many)
        for count, one, many in (
            (len(families), "family", "families"),
            (len(series), "measurement", "measurements"),
            (entries, "entry", "entries"),
        )
    )
    return pages.page(
        "index.html",
        "index.html",
        at.registry_id,
        "Performance baselines",
        counts=counts,
        as_of=utc_from_epoch(at.time).replace("T", " ").removesuffix("Z"),
        tip=at.tip,
        whole=len(series) <= WHOLE,
        families=[_family(name, rows, at) for name, rows in families],
    )


def _family(name: str, rows: Sequence[Summary], at: Position) -> dict[str, object]:
    verdicts = Counter(str(row["verdict"] or "nothing before") for row in rows)
    return {
        "name": name,
        "page": links.family_page(name),
        "rows": [_row(row, at) for row in rows],
        "measurements": len(rows),
        "entries": sum(_count(row) for row in rows),
        "newest": max(str(row["at"]) for row in rows)[:10],
        "verdicts": ", ".join(f"{count} {word}" for word, count in sorted(verdicts.items())),
    }


def _families(series: Sequence[Summary], at: Position) -> Iterator[tuple[str, bytes]]:
    for family, rows in _by_family(series):
        starts = range(0, len(rows), _ROWS)
        named = [
            (f"{rows[start]['measurement']}", links.family_page(family, part))
            for part, start in enumerate(starts)
        ]
        for part, start in enumerate(starts):
            name = named[part][1]
            up = links.root_of(name)
            yield (
                name,
                pages.page(
                    "family.html",
                    name,
                    at.registry_id,
                    f"{family} - performance baselines",
                    family=family,
                    pages=[(f"from {first}", up + href) for first, href in named],
                    here=up + name,
                    rows=[_row(row, at) for row in rows[start : start + _ROWS]],
                ),
            )


def _row(one: Summary, at: Position) -> dict[str, object]:
    return {**one, "age": words.age(str(one["at"]), at.time), "spark": Markup(one["spark"])}  # noqa: S704 - drawn by sparkline


def _by_family(series: Sequence[Summary]) -> list[tuple[str, list[Summary]]]:
    return [(name, list(rows)) for name, rows in groupby(series, lambda one: str(one["family"]))]


def _newest(row: Summary) -> tuple[str, str]:
    return str(row["registered_at_utc"]), str(row["entry"])


def _count(one: Summary) -> int:
    count = one["count"]
    return count if isinstance(count, int) else 0


def _plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
