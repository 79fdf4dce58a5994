"""The lines of ``go test``, printed as they are or in the events of ``go test -json``.

Packages run side by side, and ``-json`` interleaves what they print, a line in several events.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from gitbaseline.formats.lines import Line, lines, plain


def has_events(data: bytes) -> bool:
    """Whether there may be events in it."""
    return b'"Action"' in data


def streams(data: bytes) -> Iterator[tuple[str, Line]]:
    """Yield every line with its package; packages tell apart only what ``-json`` interleaves."""
    if not has_events(data):
        for line in lines(data):
            yield "", line
        return
    packages: list[str] = []
    texts: list[str] = []
    begun: dict[str, list[str]] = {}  # lines that go on in a later event
    for raw in plain(data).decode("utf-8", "replace").split("\n"):
        package, output = event(raw) or ("", f"{raw}\n")
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


def event(raw: str) -> tuple[str, str] | None:
    """Return the package of an event and what it printed; None for a line that is no event."""
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or "Action" not in found:
        return None
    package, output = found.get("Package"), found.get("Output")
    return str(package or ""), output if isinstance(output, str) else ""
