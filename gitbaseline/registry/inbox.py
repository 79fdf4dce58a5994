"""Records that wait to be collected: ``refs/heads/<branch>-inbox/<commit id>``, one commit each.

A contributor need not go on from the tip, so nothing that a waiting commit builds on is believed:
it is judged by the trust state of the branch that it is to be brought onto, over the files of the
one entry that it names. The server asks the same before it takes a record in.
"""

from __future__ import annotations

from collections.abc import Generator
from itertools import islice

from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.commit import Commit, CommitFault, parse
from gitbaseline.model.layout import STATEMENT, EntryPath
from gitbaseline.model.message import Kind
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, ObjectMissing, object_id
from gitbaseline.model.tree import TreeFault
from gitbaseline.model.violation import Violation
from gitbaseline.policy import collect, record
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.changes import Change
from gitbaseline.policy.raw import raw_commit
from gitbaseline.policy.series import series_tree
from gitbaseline.policy.state import State
from gitbaseline.policy.view import View


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """A record that can be brought onto the branch.

    ``raw`` is its commit, ``path`` the entry that it names, ``files`` the entry's by name, ``time``
    the Unix time of the commit, ``principal`` whose key signed it.
    """

    commit: Oid
    raw: bytes
    path: EntryPath
    entry: Baseline
    files: dict[str, bytes]
    time: int
    principal: str


def prefix(ref: str) -> str:
    """Return what the names of the inbox's refs begin with, for the full name of a branch.

    >>> prefix("refs/heads/baselines")
    'refs/heads/baselines-inbox/'
    """
    return f"{ref}-inbox/"


def judge(
    chain: Chain, state: State, oid: Oid, *, now: int
) -> Contribution | tuple[Violation, ...]:
    """Return what a commit contributes after ``state``, or what is wrong with it.

    ``now`` is Unix time; what is dated later is refused.
    """
    try:
        return _judge(chain, state, oid, now)
    except (CommitFault, TreeFault) as fault:
        return (Violation(rule=fault.rule, message=str(fault), commit=oid),)
    except ObjectMissing as missing:
        text = f"the repository lacks {missing.oid}"
        return (Violation(rule="history/missing", message=text, commit=oid),)


def time_of(chain: Chain, oid: Oid) -> int:
    """Return the Unix time of a commit, 0 where it cannot be read."""
    try:
        return parse(raw_commit(chain.objects, oid)).person.time
    except (CommitFault, ObjectMissing):
        return 0


def standing(chain: Chain, state: State, oid: Oid) -> EntryPath | None:
    """Return the entry after ``state`` that says what a commit says, or None.

    None too where the commit cannot be read: what it says stands nowhere.
    """
    try:
        commit = parse(raw_commit(chain.objects, oid))
        path = record.subject(commit, Kind.RECORD)
        if path is None:
            return None
        files = {one.path: one.oid for one in _files(chain, state, commit, path)}
        series = series_tree(chain.trees, state.tree, path.series)
        return collect.held(chain.trees, series, path, files)
    except (CommitFault, TreeFault, ObjectMissing):
        return None


def folded(chain: Chain, state: State, oid: Oid) -> EntryPath | None:
    """Return the entry after ``state`` that was collected from this very commit, or None."""
    path = standing(chain, state, oid)
    node = chain.trees.find(state.tree, f"{path}/{STATEMENT}") if path else None
    same = node and node.oid == object_id(ObjectKind.BLOB, chain.objects.read(oid))
    return path if same else None


def _judge(chain: Chain, state: State, oid: Oid, now: int) -> Contribution | tuple[Violation, ...]:
    commit = parse(raw_commit(chain.objects, oid))
    _, key, faults = chain.signature(oid, commit, state.root)
    path = record.subject(commit, Kind.RECORD)
    files = _files(chain, state, commit, path) if path else []
    view = View(
        oid=oid,
        commit=commit,
        kind=Kind.RECORD,
        before=state,
        changes={f"{path}/{one.path}": one for one in files},
        signer=key,
        now=now,
        objects=chain.objects,
        trees=chain.trees,
    )
    found, read = _told(collect.contribution(view))
    if faults or found or read is None or path is None or key is None:
        return (*faults, *found)
    entry, content = read
    return Contribution(
        commit=oid,
        raw=commit.raw,
        path=path,
        entry=entry,
        files=content,
        time=commit.person.time,
        principal=key.principal,
    )


def _told(
    judged: Generator[Violation, None, collect.Read | None],
) -> tuple[list[Violation], collect.Read | None]:
    """Return what a judgement yields, and what it returns."""
    found: list[Violation] = []
    while True:
        try:
            found.append(next(judged))
        except StopIteration as end:
            return found, end.value


def _files(chain: Chain, state: State, commit: Commit, path: EntryPath) -> list[Change]:
    """Return an entry's files by their paths in it, at most one more than the state allows."""
    node = chain.trees.find(commit.tree, str(path))
    if node is None or not node.is_folder:
        return []
    most = state.root.limits.entry_files
    return list(islice(chain.trees.changes(None, node.oid), most + 1))
