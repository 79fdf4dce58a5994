"""Making statements anew on another tip: what a push does with those that lost a race.

A statement keeps what it says, when it was said and who said it; its place changes: parent, slug
suffix, index row, trailers. It is judged again there and signed again. What the new tip makes
needless is left out, and said so: a record under an idempotency key that is there already, an
acceptance of what counts already, a retraction of what is retracted.

Only the signer's own statements can be signed again. One of somebody else's is a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from gitbaseline.errors import InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model import baseline_json, closing, event
from gitbaseline.model.baseline import Baseline, Standing
from gitbaseline.model.codec import JSON
from gitbaseline.model.commit import parse
from gitbaseline.model.event import EventKind, event_path
from gitbaseline.model.layout import BASELINE, SOURCE_MD, STATEMENT, EntryPath, entry_path
from gitbaseline.model.message import Kind
from gitbaseline.model.names import Oid
from gitbaseline.model.root import ListedKey, Role, Root
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.signature import Fingerprint
from gitbaseline.policy.events import files_below
from gitbaseline.policy.state import State
from gitbaseline.registry import inbox, permission, trust
from gitbaseline.registry.branch import AgainstRules, Author, Branch, Statement
from gitbaseline.registry.event import Happening
from gitbaseline.registry.fold import Fold, Stands
from gitbaseline.registry.record import Record, unplaced
from gitbaseline.registry.ruling import Ruling, SaidBefore

_EVENTS = {Kind.ACCEPT: EventKind.ACCEPTED, Kind.RETRACT: EventKind.RETRACTED}
_ROLES = {
    Kind.RECORD: Role.RECORD,
    Kind.COLLECT: Role.COLLECT,
    Kind.ACCEPT: Role.ACCEPT,
    Kind.RETRACT: Role.RETRACT,
    Kind.TRUST: Role.ROOT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of one statement.

    ``was`` and ``was_said`` are its commit and first line before; ``commit`` and ``said`` those it
    has now. Where it was left out, ``left_out`` says why, and ``said`` what stands for it there,
    with its commit if there is one. ``pin`` is the new pin of a trust statement.
    """

    was: Oid
    was_said: str
    commit: Oid | None
    said: str
    left_out: str | None = None
    warnings: tuple[str, ...] = ()
    pin: str | None = None


class _Needless(Exception):  # noqa: N818 - an answer: the new tip has it already
    """The statement need not be made; the text says why."""


def remake(
    branch: Branch,
    base: Oid,
    commits: Sequence[Oid],
    onto: State,
    *,
    author: Author,
    ruling: Ruling,
    clock: Callable[[], int],
) -> tuple[State, tuple[Fate, ...]]:
    """Make the statements after ``base`` anew after ``onto``, oldest first; no ref moves.

    Returns the state after the last and the fate of each. Raises Unable where one cannot be made;
    then nothing has changed but for unreachable objects.
    """
    own = list(_own(branch, base, commits, author))
    work = _Work(branch, author, ruling, onto)
    fates = tuple(work.again(one, clock) for one in own)
    return work.state, fates


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A statement as it was made: the states before and after it, its kind and first line."""

    before: State
    after: State
    kind: Kind
    said: str

    @property
    def subject(self) -> str:
        """What it is about: an entry's path, or the version of a trust state."""
        return self.said.partition(" ")[2]


def _own(branch: Branch, base: Oid, commits: Sequence[Oid], author: Author) -> Iterator[_Said]:
    """Yield every commit as a statement; raise Unable for one that is not the author's, or bad."""
    state = branch.chain.load(base)
    for oid in commits:
        checked = branch.chain.check(oid, state)
        if checked.violations or checked.state is None or checked.kind is None:
            first = checked.violations[0]
            raise Unable(
                f"an unpushed commit is not a good statement: {first.message}",
                code=first.rule,
                where=oid,
                hint="git baseline verify",
            )
        if checked.signer != author.fingerprint:
            raise Unable(
                f"others were faster, and the unpushed {checked.subject!r} was signed by "
                f"{checked.principal} with another key, so it cannot be made anew by yours",
                code="remake/signer",
                where=oid,
                hint="let its holder push it; if the key is yours: git config user.signingkey",
            )
        yield _Said(before=state, after=checked.state, kind=checked.kind, said=checked.subject)
        state = checked.state


class _Work:
    """One remaking: where it stands, and where things went that later statements name."""

    def __init__(self, branch: Branch, author: Author, ruling: Ruling, onto: State) -> None:
        self.state = onto
        self._branch = branch
        self._author = author
        self._ruling = ruling
        self._paths: dict[str, EntryPath] = {}
        self._commits: dict[str, Oid] = {}

    def again(self, one: _Said, clock: Callable[[], int]) -> Fate:
        """Make one statement anew and return its fate."""
        commit = parse(self._branch.store.read(one.after.commit))
        # Name and address belong to the statement; the key that signs is the author's.
        author = replace(self._author, name=commit.person.name, email=commit.person.email)
        fate = Fate(was=one.after.commit, was_said=one.said, commit=None, said=one.said)
        try:
            statement = self._statement(one)
            written = self._branch.make(
                statement, author, max(clock(), commit.person.time), self.state
            )
        except SaidBefore as before:
            self._paths[one.subject] = before.entry.path
            imported = before.entry.baseline.imported is not None
            why = "imported there" if imported else "recorded there under the same idempotency key"
            said = f"{Kind.RECORD} {before.entry.path}"
            return replace(fate, commit=before.commit, said=said, left_out=why)
        except _Needless as needless:
            return replace(fate, left_out=str(needless))
        except Stands as stands:
            self._paths[one.subject] = stands.path
            return replace(fate, said=f"{Kind.COLLECT} {stands.path}", left_out="collected there")
        except AgainstRules as fault:
            if one.kind is not Kind.COLLECT:
                raise
            # It still waits in the inbox, and must not keep back what can stand.
            return replace(fate, left_out=f"{fault.code}: {fault.message}")
        except InputError as error:
            raise Unable(
                f"others were faster, and {one.said!r} cannot stand after theirs: {error}",
                code=error.code,
                where=one.after.commit,
                hint=error.hint,
            ) from None
        self.state = written.state
        self._commits[one.after.commit] = written.commit
        draft = written.draft
        fate = replace(fate, commit=written.commit, said=f"{draft.kind} {draft.subject}")
        if draft.entry is not None:
            self._paths[one.subject] = _path(draft.subject)
            judged_anew = self._entry(one).judged != draft.entry.judged
            return replace(fate, warnings=self._ruling.warnings if judged_anew else ())
        return replace(fate, pin=written.state.raw_sha256 if draft.kind is Kind.TRUST else None)

    def _statement(self, one: _Said) -> Statement:
        """Return what a commit said as something to be said again."""
        role = _ROLES[one.kind]
        if one.kind is Kind.TRUST:
            permission.require(self.state, self._author, role, None)
            return self._trust(one.before.root, one.after.root)
        path = _path(one.subject)
        permission.require(self.state, self._author, role, path.family)
        if one.kind is Kind.RECORD:
            return self._record(one, path)
        if one.kind is Kind.COLLECT:
            return self._fold(one, path)
        return self._event(one, path, _EVENTS[one.kind])

    def _entry(self, one: _Said) -> Baseline:
        return baseline_json.from_admitted(self._read(one.after, f"{one.subject}/{BASELINE}"))

    def _read(self, state: State, path: str) -> bytes:
        return self._branch.chain.objects.read(self._find(state, path))

    def _find(self, state: State, path: str) -> Oid:
        node = self._branch.chain.trees.find(state.tree, path)
        if node is None:
            raise AssertionError(path)  # the commit was checked
        return node.oid

    def _fold(self, one: _Said, path: EntryPath) -> Fold:
        chain = self._branch.chain
        files = self._files(one, path)
        raw = files.pop(STATEMENT)
        return Fold(
            raw=raw,
            path=_path(parse(raw).message.partition("\n")[0].partition(" ")[2]),
            entry=self._entry(one),
            files=files,
            objects=chain.objects,
            trees=chain.trees,
        )

    def _files(self, one: _Said, path: EntryPath) -> dict[str, bytes]:
        """Return all files of an entry by name."""
        chain = self._branch.chain
        files = files_below(chain.trees, self._find(one.after, str(path)), "")
        return {name: chain.objects.read(oid) for name, oid in files}

    def _record(self, one: _Said, path: EntryPath) -> Record:
        chain = self._branch.chain
        there = inbox.folded(chain, self.state, one.after.commit)
        if there:
            raise Stands(there)
        entry = unplaced(self._entry(one))
        entry = replace(
            entry,
            supersedes=self._followed(entry.supersedes),
            extra=self._followed_lever(entry.extra),
        )
        files = self._files(one, path)
        return Record(
            entry=entry,
            payload={
                name: data for name, data in files.items() if name not in (BASELINE, SOURCE_MD)
            },
            objects=chain.objects,
            trees=chain.trees,
            ruling=self._ruling,
        )

    def _followed(self, reference: str | None) -> str | None:
        """Return a reference to an entry, which may lie elsewhere by now."""
        for was, now in self._paths.items():
            series, _, slug = was.rpartition("/")
            if reference == was:
                return str(now)
            if reference == f"{series}@{slug}":
                return f"{now.series}@{now.slug}"
        return reference

    def _followed_lever(self, extra: Mapping[str, JSON]) -> Mapping[str, JSON]:
        """Return ``extra`` with the entry whose lever it closes where that lies by now."""
        try:
            closes = closing.from_extra(extra)
        except ShapeError:
            return extra  # misspelt by another program; it closes nothing
        path = self._paths.get(str(closes.entry)) if closes else None
        if closes is None or path is None:
            return extra
        return {**extra, **closing.to_extra(replace(closes, entry=path))}

    def _event(self, one: _Said, path: EntryPath, kind: EventKind) -> Happening:
        chain = self._branch.chain
        said = event.from_bytes(self._read(one.after, event_path(path, kind)), kind)
        entry = self._paths.get(str(path), path)
        for other in (EventKind.RETRACTED, kind):
            if chain.trees.find(self.state.tree, event_path(entry, other)):
                raise _Needless(f"{entry} is {other} there already")
        if kind is EventKind.ACCEPTED:
            data = self._read(self.state, f"{entry}/{BASELINE}")
            if baseline_json.from_admitted(data).standing is not Standing.CANDIDATE:
                raise _Needless(f"{entry} is no candidate there, it counts already")
        return Happening(
            kind=kind,
            entry=entry,
            at=said.at,
            by=said.by,
            reason=said.reason,
            objects=chain.objects,
            trees=chain.trees,
        )

    def _trust(self, old: Root, new: Root) -> trust.TrustChange:
        def change(root: Root) -> Root:
            changed = self._as_changed(root, old, new)
            if changed == root:
                raise _Needless("the trust state there says so already")
            return changed

        return trust.TrustChange(
            change=change, objects=self._branch.store, verify=self._branch.verify
        )

    def _as_changed(self, root: Root, old: Root, new: Root) -> Root:
        """Return ``root`` after what changed from ``old`` to ``new``."""
        for name, key in new.keys.items():
            was = old.keys.get(name)
            if was is None:
                root = _listed(root, name, key)
                continue
            if key.retired and not was.retired and root.keys[name].live:
                root = trust.retire(name)(root)
            if key.compromised_since and key.compromised_since != was.compromised_since:
                root = self._compromised(root, name, key.compromised_since)
        return root if new.limits == old.limits else replace(root, limits=new.limits)

    def _compromised(self, root: Root, name: Fingerprint, said: str) -> Root:
        since = self._commits.get(said, Oid(said))
        held = root.keys[name].compromised_since
        if held and not self._branch.store.is_ancestor(since, Oid(held)):
            return root  # it is compromised since an earlier commit there
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


def _path(subject: str) -> EntryPath:
    parts = subject.split("/")
    path = entry_path(*parts) if len(parts) == 3 else None
    if path is None:
        raise AssertionError(subject)
    return path
