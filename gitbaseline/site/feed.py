"""An Atom feed (RFC 4287) of the newest entries. Ids are made of the registry's and the path."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from gitbaseline.model.codec import JSON
from gitbaseline.model.text import visible_line
from gitbaseline.report.numbers import amount
from gitbaseline.site import svg

MOST = 50
_KEPT = (
    *("entry", "series", "value", "unit", "tier", "status", "judged", "notes", "operator"),
    *("registered_at_utc", "page"),
)


def kept(row: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return of an entry's row what the feed shows."""
    return {name: row[name] for name in _KEPT}


def render(
    entries: Sequence[Mapping[str, JSON]], *, registry_id: str, updated: str, url: str
) -> bytes:
    """Return the feed of entries' rows, the newest first; ``url`` is the site's own, or empty."""
    drawn = svg.element(
        "feed",
        svg.element("title", escape("New performance baselines")),
        svg.element("id", escape(_id(registry_id, ""))),
        svg.element("updated", escape(updated)),
        svg.element("link", rel="self", href=f"{url}feed.atom"),
        svg.element("link", rel="alternate", href=f"{url}index.html"),
        *(_entry(row, registry_id, url) for row in entries[:MOST]),
        xmlns="http://www.w3.org/2005/Atom",
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n{drawn}\n'.encode()


def _entry(row: Mapping[str, JSON], registry_id: str, url: str) -> Markup:
    value = row["value"]
    said = f"{amount(value)} {row['unit']}" if isinstance(value, int | float) else "several metrics"
    words = [said, str(row["tier"]), str(row["status"])]
    words += [f"{row['judged']} when it was recorded"] if row["judged"] else []
    words += [str(row["notes"])] if row["notes"] else []
    return svg.element(
        "entry",
        svg.element("title", _text(f"{row['series']}: {said}")),
        svg.element("id", escape(_id(registry_id, str(row["entry"])))),
        svg.element("updated", _text(str(row["registered_at_utc"]))),
        svg.element("author", svg.element("name", _text(str(row["operator"])))),
        svg.element("link", rel="alternate", href=f"{url}{row['page']}"),
        svg.element("summary", _text(", ".join(words))),
    )


def _text(said: str) -> Markup:
    return escape(visible_line(said))


def _id(registry_id: str, path: str) -> str:
    return uuid.uuid5(uuid.UUID(registry_id), path).urn
