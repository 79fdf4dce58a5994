"""Where things lie on the site; every name comes from checked parts of the branch's own paths."""

from __future__ import annotations

from gitbaseline.model.layout import EntryPath
from gitbaseline.model.names import Oid
from gitbaseline.registry.candidates import base


def series_folder(family: str, measurement: str) -> str:
    """Return the folder of a measurement, whichever stretch of it is named.

    >>> series_folder("llama", "step.2")
    'series/llama/step'
    """
    return f"series/{family}/{base(measurement)}"


def series_page(family: str, measurement: str, part: int = 0) -> str:
    """Return a measurement's page: the newest entries, or the n-th part of the older ones."""
    return f"{series_folder(family, measurement)}/{f'part-{part}' if part else 'index'}.html"


def entries_json(family: str, measurement: str, part: int = 0) -> str:
    """Return the list of a measurement's newest entries for programs, or of its n-th older part."""
    return f"{series_folder(family, measurement)}/entries{f'-{part}' if part else ''}.json"


def history(family: str, measurement: str, part: int = 0) -> str:
    """Return the values of a part that the chart of the whole history loads; 0 is the newest."""
    return f"{series_folder(family, measurement)}/history-{part}.js"


def history_parts(family: str, measurement: str) -> str:
    """Return the list of those, and how each stands to the newest entry."""
    return f"{series_folder(family, measurement)}/history.js"


def family_page(family: str, part: int = 0) -> str:
    """Return a family's page, or its n-th part."""
    return f"families/{family}/{f'part-{part}' if part else 'index'}.html"


def badge(family: str, measurement: str) -> str:
    """Return a measurement's badge."""
    return f"badges/{family}/{base(measurement)}.svg"


def entry_page(path: EntryPath) -> str:
    """Return an entry's page."""
    return f"entries/{path}.html"


def entry_data(path: EntryPath) -> str:
    """Return an entry's numbers for the view that compares two."""
    return f"entries/{path}.js"


def raw(oid: Oid) -> str:
    """Return a stored file, by its content. It ends in .txt: no browser may run what was measured.

    >>> raw(Oid("ab" * 20))
    'raw/ab/abababababababababababababababababababab.txt'
    """
    return f"raw/{oid[:2]}/{oid}.txt"


def catalogue(part: int) -> str:
    """Return the n-th part of the list of all entries that the search reads."""
    return f"catalogue/{part}.js"


def root_of(name: str) -> str:
    """Return the way from a file up to the site's top: ``../../``, or nothing at the top."""
    return "../" * name.count("/")


def cite(path: EntryPath) -> str:
    """Return how commands name the entry."""
    return f"{path.series}@{path.slug}"
