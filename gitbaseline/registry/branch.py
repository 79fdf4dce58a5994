"""The registry's branch in one repository: its tip, its states, and how it grows.

``append`` is the only way in which the branch moves: build the commit on the tip, sign it, judge it
by the server's own rules, and move the ref by compare-and-swap. Where another writer was faster
the commit is built and signed again on the new tip. Any failure before the ref moves leaves
unreachable objects and nothing else.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from gitbaseline.errors import Incomplete, RefLocked, TipMoved, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline
from gitbaseline.model.commit import CommitFault, Person, payload, seal
from gitbaseline.model.manifest import digest
from gitbaseline.model.message import Kind, Trailers, message
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind, ObjectMissing
from gitbaseline.model.signature import Fingerprint, Verify
from gitbaseline.model.tree import TreeFault
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.state import NotARegistry, State
from gitbaseline.registry.graft import graft

if TYPE_CHECKING:  # libgit2 is loaded by what opens a repository
    from gitbaseline.store import Store

T = TypeVar("T")

_TRIES = 200
_LOCKED_TRIES = 30  # about three seconds; a lock that outlasts them was left behind
_LONGEST_WAIT = 0.25  # seconds between two tries, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a statement adds on top of one state.

    ``content`` are the files under the signed digest, by the path that the manifest lists them
    with; ``files`` all files by their path on the branch, an index included.
    """

    kind: Kind
    subject: str
    content: Mapping[str, bytes]
    files: Mapping[str, bytes]
    entry: Baseline | None = None


class AgainstRules(Unable):
    """The registry's own rules refuse a statement on this tip; the code is the rule."""


class Statement(Protocol):
    """Something to be said on the branch; asked again for each tip it is tried on."""

    def draft(self, state: State | None) -> Draft:
        """Return what it adds after ``state``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who signs: identity for the commit headers, and the key as ``root.json`` lists it.

    ``sign`` makes an armoured signature, with its final line feed.
    """

    name: str
    email: str
    fingerprint: Fingerprint
    public_key: str
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A statement that stands on the branch."""

    commit: Oid
    draft: Draft
    state: State


class Branch:
    """One registry branch. ``ref`` is written; ``tracking_ref`` is read where it is ahead.

    ``moved`` is called whenever the branch has moved.
    """

    def __init__(
        self,
        store: Store,
        verify: Verify,
        *,
        ref: str,
        tracking_ref: str | None = None,
        moved: Callable[[], None] = lambda: None,
    ) -> None:
        self.store = store
        self.ref = ref
        self.tracking_ref = tracking_ref
        self.verify = verify
        self.chain = Chain(store, verify)
        self._moved = moved
        self._state: State | None = None

    def tip(self) -> Oid | None:
        """Return the commit to read and build on: the remote's tip where it is ahead or alone."""
        return self._newer(self.store.tip(self.ref))

    def _newer(self, local: Oid | None) -> Oid | None:
        remote = self.store.tip(self.tracking_ref) if self.tracking_ref else None
        if local is None or remote is None:
            return local or remote
        return remote if self.store.is_ancestor(local, remote) else local

    def state(self, tip: Oid | None = None) -> State:
        """Return the state at the tip; raise Unable where there is no registry to read."""
        tip = tip or self.tip()
        if tip is None:
            raise Unable(
                "there is no registry here yet",
                code="registry/none",
                where=self.ref,
                hint="git baseline init",
            )
        if self._state is None or self._state.commit != tip:
            self._state = self._load(tip)
        return self._state

    def append(self, statement: Statement, author: Author, clock: Callable[[], int]) -> Written:
        """Put a statement on the branch and return it. Raises Unable; then nothing has changed."""
        return self.again(lambda: self._attempt(statement, author, clock))

    def begin(self, statement: Statement, author: Author, clock: Callable[[], int]) -> Written:
        """Put the first commit on a branch that does not exist; raise TipMoved where it does."""
        tried = 0
        while True:
            try:
                return self._put(statement, author, clock(), expected=None, before=None)
            except RefLocked:
                tried += 1
                if tried >= _LOCKED_TRIES:
                    raise
                _wait(tried)

    def make(self, statement: Statement, author: Author, now: int, before: State | None) -> Written:
        """Return a statement signed and judged on top of ``before``, while no ref holds it yet.

        ``now`` is the Unix time of its commit; never before its parent's.
        """
        try:
            draft = statement.draft(before)
        except TreeFault as fault:
            raise self._foreign(fault) from None
        signed = self._payload(draft, author, now, before)
        commit = self._write(ObjectKind.COMMIT, seal(signed, author.sign(signed)))
        checked = self.chain.check(commit, before)
        if checked.violations or checked.state is None:
            first = checked.violations[0]
            raise AgainstRules(
                f"the registry's own rules refuse this {draft.kind}: {first.message}",
                code=first.rule,
                where=first.path,
            )
        return Written(commit=commit, draft=draft, state=checked.state)

    def move(self, expected: Oid | None, to: State, note: str) -> None:
        """Move the branch from ``expected`` by compare-and-swap; raise TipMoved or Unable."""
        self.store.advance(self.ref, expected=expected, new=to.commit, note=note)
        self._state = to
        self._moved()

    def again(self, attempt: Callable[[], T]) -> T:
        """Return what ``attempt`` returns, tried anew while others move the branch; or Unable."""
        locked = 0
        for tried in range(_TRIES):
            try:
                return attempt()
            except RefLocked:
                locked += 1
                if locked >= _LOCKED_TRIES:
                    raise
            except TipMoved:
                pass
            _wait(tried)
        raise Unable(
            f"other writers moved {self.ref} {_TRIES} times while this one tried",
            code="ref/contended",
            hint="try again when fewer write at once; nothing was recorded",
        )

    def _attempt(self, statement: Statement, author: Author, clock: Callable[[], int]) -> Written:
        expected = self.store.tip(self.ref)
        state = self.state(self._newer(expected))
        return self._put(statement, author, clock(), expected=expected, before=state)

    def _put(
        self,
        statement: Statement,
        author: Author,
        now: int,
        *,
        expected: Oid | None,
        before: State | None,
    ) -> Written:
        written = self.make(statement, author, now, before)
        draft = written.draft
        self.move(expected, written.state, f"baseline: {draft.kind} {draft.subject}")
        return written

    def _payload(self, draft: Draft, author: Author, now: int, before: State | None) -> bytes:
        write = partial(self._write, ObjectKind.TREE)
        blobs = {path: self._write(ObjectKind.BLOB, data) for path, data in draft.files.items()}
        tree = graft(write, self.chain.trees, blobs, onto=before.tree if before else None)
        trailers = Trailers(
            kind=draft.kind,
            registry_id=before.root.registry_id if before else draft.subject,
            previous=before.raw_sha256 if before else None,
            content=digest(draft.content),
        )
        person = Person(
            name=author.name, email=author.email, time=max(now, before.time if before else 0)
        )
        text = message(trailers, draft.subject, entry=draft.entry)
        parent = before.commit if before else None
        return payload(tree=tree, parent=parent, person=person, message=text)

    def _write(self, kind: ObjectKind, raw: bytes) -> Oid:
        oid = self.store.write(kind, raw)
        self.chain.objects.keep(oid, kind, raw)  # it is judged next, and read for the next record
        return oid

    def _foreign(self, fault: Exception) -> Unable:
        return Unable(
            f"the branch is not a registry of ours: {fault}",
            code="registry/foreign",
            where=self.ref,
            hint="git config baseline.branch OTHER-NAME, then git baseline init",
        )

    def _load(self, tip: Oid) -> State:
        try:
            return self.chain.load(tip)
        except (NotARegistry, CommitFault, TreeFault) as fault:
            raise self._foreign(fault) from None
        except ObjectMissing as missing:
            text = f"the repository lacks {missing.oid}, which the registry needs"
            raise Incomplete(text, where=self.ref) from None


def _wait(tried: int) -> None:
    share = os.urandom(1)[0] / 255  # no two writers wait alike; random is 1 ms to load
    time.sleep(share * min(_LONGEST_WAIT, 0.002 * 2 ** min(tried, 10)))
