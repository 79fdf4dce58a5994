"""A change of the keys, made once more on a trust state that others have changed meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gitbaseline.errors import Unable
from gitbaseline.model.names import Oid
from gitbaseline.model.root import ListedKey, Root
from gitbaseline.model.signature import Fingerprint
from gitbaseline.registry import trust
from gitbaseline.registry.moved import Moved

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store


def as_changed(root: Root, old: Root, new: Root, *, moved: Moved, store: Store) -> Root:
    """Return ``root`` after what changed from ``old`` to ``new``; the same where it says so.

    Raises InputError or Unable where that cannot be said of it.
    """
    for name, key in new.keys.items():
        was = old.keys.get(name)
        if was is None:
            root = _listed(root, name, key)
            continue
        if key.retired and not was.retired and root.keys[name].live:
            root = trust.retire(name)(root)
        if key.compromised_since and key.compromised_since != was.compromised_since:
            root = _compromised(root, name, moved.commit(key.compromised_since), store)
    return root if new.limits == old.limits else replace(root, limits=new.limits)


def _compromised(root: Root, name: Fingerprint, since: Oid, store: Store) -> Root:
    held = root.keys[name].compromised_since
    if held and (held == since or not store.is_ancestor(since, Oid(held))):
        return root  # it is compromised since that commit there, or since an earlier one
    return trust.compromised(name, since)(root)


def _listed(root: Root, name: Fingerprint, key: ListedKey) -> Root:
    there = root.keys.get(name)
    if there is None:
        return trust.add(name, key)(root)
    wanted = (key.principal, key.roles, key.families)
    if (there.principal, there.roles, there.families) != wanted:
        raise Unable(
            f"the key {name} was listed meanwhile as {there.principal}, for other things",
            code="remake/key",
            where=name,
            hint="git baseline fetch, and see git baseline keys list",
        )
    return root
