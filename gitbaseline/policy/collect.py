"""A collect: somebody else's signed record, brought onto the branch by a collector.

1. The entry is the contributor's, byte for byte, ``SOURCE.md`` with the path that it names too;
   beside it lies ``statement``, the contributor's raw signed commit.
2. That commit is a record of this registry, its signer live with role and family where the collect
   goes on from; its parent and ``Baseline-Previous`` count as syntax only. All that a record says
   of itself holds for it: ``contribution``, which judges a commit in the inbox as well.
3. Both name one measurement and one time; only the slug's suffix is the collector's choice.
4. No entry of that time there has the same content.
5. The collector holds the role ``collect`` for the family, and signs for the place: slug, index
   row, message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from gitbaseline.model import documents
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.commit import Commit, CommitFault, parse
from gitbaseline.model.layout import SOURCE_MD, STATEMENT, EntryPath
from gitbaseline.model.manifest import digest
from gitbaseline.model.message import Kind, Trailers, kind_of, message
from gitbaseline.model.names import Oid, SlugKey
from gitbaseline.model.root import ListedKey, Role, Root
from gitbaseline.model.signature import Fingerprint
from gitbaseline.model.tree import Tree
from gitbaseline.model.violation import Violation
from gitbaseline.policy import record
from gitbaseline.policy.changes import Change, Trees
from gitbaseline.policy.common import check_index, check_message, check_only, check_role
from gitbaseline.policy.raw import COMMIT_LIMIT
from gitbaseline.policy.view import View

# Who signed a commit by a trust state: fingerprint, the live key, what is wrong.
Signature: TypeAlias = Callable[
    [Oid, Commit, Root], tuple[Fingerprint | None, ListedKey | None, list[Violation]]
]
Read: TypeAlias = tuple[Baseline, dict[str, bytes]]

_PREVIOUS = re.compile(r"^Baseline-Previous: sha256:([0-9a-f]{64})$", re.MULTILINE)


def check(view: View, signature: Signature) -> Iterator[Violation]:
    """Yield every rule that this collect breaks."""
    path = record.subject(view.commit, view.kind)
    before = view.before
    if path is None or before is None:
        yield view.broken("record/subject", f"expected '{view.kind} <family>/<measurement>/<slug>'")
        yield from check_only(view, set(), None)
        return
    yield from check_only(view, {view.index(path.series)[0]}, str(path))
    yield from check_role(view, Role.COLLECT, path.family)
    yield from record.place(view, path)
    files = view.added(str(path))
    said = yield from _statement(view, f"{path}/{STATEMENT}")
    if said is None:
        return
    own = {name: change for name, change in files.items() if name != STATEMENT}
    there = held(view.trees, view.series(path.series), path, {n: c.oid for n, c in own.items()})
    if there:
        yield view.broken("collect/twice", f"{there} has the same content", str(path))
    _, key, faults = signature(view.oid, said, before.root)
    yield from (replace(fault, path=f"{path}/{STATEMENT}") for fault in faults)
    theirs = replace(view, commit=said, kind=Kind.RECORD, signer=key)
    read = yield from _contributed(view, path, theirs, own)
    if read is None:
        return
    entry, content = read
    yield from record.continues(view, path, entry)
    yield from check_index(view, path.series, documents.entry_row(path, entry))
    whole = digest({**content, STATEMENT: said.raw})
    trailers = view.expected_trailers(whole, before.root.registry_id)
    yield from check_message(view, message(trailers, str(path), entry=entry), trailers)


def contribution(view: View) -> Generator[Violation, None, Read | None]:
    """Yield what is wrong with a contributor's record, wherever it lies, and return what it says.

    ``view`` is of that commit: ``changes`` are the entry's files by the path that it names,
    ``before`` the state that it is to be brought onto, ``signer`` its key as that state lists it.
    """
    commit, path = view.commit, record.subject(view.commit, Kind.RECORD)
    previous = _PREVIOUS.findall(commit.message)
    if kind_of(commit.message) is not Kind.RECORD or path is None:
        yield view.broken("collect/statement", "expected a record of one entry")
        return None
    if commit.parent is None or len(previous) != 1:
        yield view.broken("collect/statement", "a record goes on from one commit and names it")
        return None
    if view.now is not None and commit.person.time > view.now + record.CLOCK_SKEW:
        yield view.broken("commit/date", "dated in the future")
    yield from check_role(view, Role.RECORD, path.family)
    read = yield from record.contents(view, path)
    if read and view.before:
        entry, content = read
        trailers = Trailers(
            kind=Kind.RECORD,
            registry_id=view.before.root.registry_id,
            previous=previous[0],
            content=digest(content),
        )
        yield from check_message(view, message(trailers, str(path), entry=entry), trailers)
    return read


def held(trees: Trees, series: Tree, path: EntryPath, files: Mapping[str, Oid]) -> EntryPath | None:
    """Return the entry of a series, of the time of ``path``, that has the same files, or None.

    ``SOURCE.md`` does not count, which says no more than path and ``baseline.json`` do, and neither
    does ``statement``: whoever brought an entry, it is there.
    """
    wanted = _telling(files)
    slug = SlugKey(path.slug.time, 1)
    while (node := series.find(str(slug))) is not None and node.is_folder:
        if _telling({one.path: one.oid for one in trees.changes(None, node.oid)}) == wanted:
            return replace(path, slug=slug)
        slug = SlugKey(slug.time, slug.suffix + 1)
    return None


def _telling(files: Mapping[str, Oid]) -> dict[str, Oid]:
    return {name: oid for name, oid in files.items() if name not in (SOURCE_MD, STATEMENT)}


def _statement(view: View, where: str) -> Generator[Violation, None, Commit | None]:
    content, unread = view.small_files((where,), COMMIT_LIMIT)
    if unread:
        yield view.broken("collect/statement", "missing, not a file, or too large", where)
        return None
    try:
        return parse(content[where])
    except CommitFault as fault:
        yield view.broken("collect/statement", str(fault), where)
        return None


def _contributed(
    view: View, path: EntryPath, theirs: View, own: Mapping[str, Change]
) -> Generator[Violation, None, Read | None]:
    """Judge the contributor's commit over the files that the collect brought."""
    where = f"{path}/{STATEMENT}"
    named = record.subject(theirs.commit, Kind.RECORD)
    if named and (named.series, named.slug.time) != (path.series, path.slug.time):
        yield view.broken("collect/path", f"the contributor's record is of {named}", where)
    if theirs.commit.person.time > view.commit.person.time:
        yield view.broken("commit/date", "the contributor's record is dated after it", where)
    changes = {f"{named}/{name}": change for name, change in own.items()}
    return (yield from contribution(replace(theirs, changes=changes)))
