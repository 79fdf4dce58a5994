"""The kinds of stores that can be imported, and which of them a path is."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from gitbaseline.errors import InputError
from gitbaseline.registry import from_action, from_asv, from_folders, from_pytest
from gitbaseline.registry.imported import Terms
from gitbaseline.registry.listing import Listing


class Store(Protocol):
    """One kind of store. Modules satisfy this as they are."""

    NAME: str

    def sniff(self, top: Path) -> str | None:
        """Return why the path is such a store, or None."""

    def listing(self, top: Path, terms: Terms) -> Listing:
        """Return what it holds, without reading it all."""


STORES: tuple[Store, ...] = (from_action, from_pytest, from_asv, from_folders)


def named(name: str) -> Store:
    """Return the kind of this name."""
    return next(store for store in STORES if name == store.NAME)


def detect(top: Path) -> Store:
    """Return the one kind that a path is; InputError where it is none, or several."""
    claims = [(store, why) for store in STORES if (why := store.sniff(top))]
    if len(claims) == 1:
        return claims[0][0]
    names = ", ".join(store.NAME for store in STORES)
    if not claims:
        raise InputError(
            f"is no store of measurements that can be imported ({names})",
            code="import/none",
            where=str(top),
            hint=f"say which: --from {from_folders.NAME}; one file of results: git baseline record",
        )
    said = "; ".join(f"{store.NAME} ({why})" for store, why in claims)
    raise InputError(
        f"could be several stores: {said}",
        code="import/several",
        where=str(top),
        hint=f"say which: --from {claims[0][0].NAME}",
    )
