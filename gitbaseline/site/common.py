"""The pages that all measurements share: overview, families, search, compare, feed, index.json."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from markupsafe import Markup

from gitbaseline.frozen import dataclass
from gitbaseline.model.codec import JSON
from gitbaseline.model.names import utc_from_epoch
from gitbaseline.report.text import amount
from gitbaseline.site import feed, links, pages, words

WHOLE = 250  # measurements that the overview lists itself; of more it lists the families
_ROWS = 250  # measurements on a page of a family
_PART = 1500  # entries in a part of the catalogue
_NOTES = 80

Summary = Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Which registry, at which commit. ``time`` is the commit's, in Unix seconds."""

    registry_id: str
    tip: str
    time: int
    url: str


def render(series: Sequence[Summary], at: Position) -> Iterator[tuple[str, bytes]]:
    """Yield the common pages by name."""
    entries = sorted((e for s in series for e in _rows(s)), key=_newest, reverse=True)
    parts = [entries[start : start + _PART] for start in range(0, len(entries), _PART)]
    names = pages.data([links.catalogue(part) for part in range(len(parts))])
    for part, rows in enumerate(parts):
        name = links.catalogue(part)
        yield name, pages.call("baselineCatalogue", part, [_found(row) for row in rows])
    updated = utc_from_epoch(at.time)
    yield "feed.atom", feed.render(entries, registry_id=at.registry_id, updated=updated, url=at.url)
    yield from _families(series, at)
    for name in ("search", "compare"):
        title = f"{name.capitalize()} - performance baselines"
        yield (
            f"{name}.html",
            pages.page(f"{name}.html", f"{name}.html", at.registry_id, title, parts=names),
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
                "latest": _latest(one),
            }
            for one in series
        ],
    }


def _latest(one: Summary) -> Summary:
    return next(row for row in reversed(_rows(one)) if row["entry"] == one["path"])


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


def _found(row: Summary) -> list[JSON]:
    """Return an entry's row of the catalogue, in the order that ``search.js`` knows."""
    value = row["value"]
    said = amount(value) if isinstance(value, int | float) else ""
    notes = str(row["notes"] or "")[:_NOTES]
    return [
        row["entry"],
        said,
        row["unit"] or "",
        row["tier"],
        row["status"],
        row["operator"],
        row["signer"] or "",
        notes,
        row["registered_at_utc"],
    ]


def _by_family(series: Sequence[Summary]) -> list[tuple[str, list[Summary]]]:
    return [(name, list(rows)) for name, rows in groupby(series, lambda one: str(one["family"]))]


def _rows(one: Summary) -> list[dict[str, JSON]]:
    rows: list[dict[str, JSON]] = one["entries"]  # type: ignore[assignment]
    return rows


def _newest(row: Summary) -> tuple[str, str]:
    return str(row["registered_at_utc"]), str(row["entry"])


def _count(one: Summary) -> int:
    count = one["count"]
    return count if isinstance(count, int) else 0


def _plural(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
