"""Judging one commit after another.

The one code behind ``verify``, the server hook, and the check that ``record`` runs on its own
candidate before the ref moves. For each commit, on top of the state that its parent left:

1. raw grammar: headers, identity, dates, one spelling (``model.commit``);
2. one parent, and that parent is the state's commit (none on the genesis);
3. the signature, made by a key that the parent's trust state lists as live;
4. the trees, and what changed against the parent (``changes``);
5. the statement itself (``genesis``, ``record``, ...), its message regenerated whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import Commit, CommitFault, parse
from gitbaseline.model.message import Kind, kind_of
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing, Objects
from gitbaseline.model.root import ListedKey, Root
from gitbaseline.model.signature import (
    BadSignature,
    Fingerprint,
    SignatureKind,
    Verify,
    kind_of_armor,
    kind_of_key,
)
from gitbaseline.model.tree import TreeFault
from gitbaseline.model.violation import Violation
from gitbaseline.policy import genesis, record
from gitbaseline.policy.changes import Change, Trees
from gitbaseline.policy.raw import raw_commit
from gitbaseline.policy.recent import Recent
from gitbaseline.policy.state import NotARegistry, State, TrustCache, after, load
from gitbaseline.policy.view import View

CLOCK_SKEW = record.CLOCK_SKEW
RULES_VERSION = 1  # raised when a rule changes: what was verified by older rules is verified anew
_MAX_CHANGES = 8192


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What judging one commit gave.

    ``state`` is where the chain stands now; of a refused commit it is None where nothing after it
    can be judged. ``signer`` is the fingerprint that signed, known or not.
    """

    commit: Oid
    violations: tuple[Violation, ...]
    state: State | None
    kind: Kind | None = None
    subject: str = ""
    signer: Fingerprint | None = None
    principal: str | None = None


class Chain:
    """Judges commits of one repository. Keeps parsed trees, so use one for a whole walk."""

    def __init__(self, objects: Objects, verify: Verify, *, now: int | None = None) -> None:
        self.objects = Recent(objects)
        self.trees = Trees(self.objects)
        self._verify = verify
        self._now = now
        self._trust: TrustCache = {}

    def load(self, commit: Oid) -> State:
        """Return the state after a commit that is taken as it is."""
        return load(self.objects, self.trees, commit, self._trust)

    def check(self, oid: Oid, before: State | None) -> Checked:
        """Judge ``oid`` on top of ``before`` (None: as the genesis)."""
        try:
            commit = parse(raw_commit(self.objects, oid))
        except CommitFault as fault:
            return _refused(oid, fault.rule, str(fault))
        except ObjectMissing as missing:
            return _refused(oid, "history/missing", f"the repository lacks {missing.oid}")
        return self._judge(oid, commit, before)

    def _judge(self, oid: Oid, commit: Commit, before: State | None) -> Checked:
        found = list(self.position(oid, commit, before))
        kind = kind_of(commit.message)
        subject = commit.message.partition("\n")[0]
        try:
            state = after(self.objects, self.trees, oid, commit, self._trust)
            changes = self._changes(before.tree if before else None, commit.tree)
        except (TreeFault, NotARegistry) as fault:
            rule = fault.rule if isinstance(fault, TreeFault) else "trust/unreadable"
            return _refused(oid, rule, str(fault), *found)
        except ObjectMissing as missing:
            return _refused(oid, "history/missing", f"the repository lacks {missing.oid}", *found)
        listed = before.root if before else state.root
        signer, key, faults = self.signature(oid, commit, listed)
        found += faults
        if kind is None:
            found.append(_broken(oid, "commit/kind", f"the first line names no kind: {subject!r}"))
        else:
            view = View(
                oid=oid,
                commit=commit,
                kind=kind,
                before=before,
                changes=changes,
                signer=key,
                now=self._now,
                objects=self.objects,
                trees=self.trees,
            )
            found += self._statement(view, state.root)
        return Checked(
            commit=oid,
            violations=tuple(found),
            state=state,
            kind=kind,
            subject=subject,
            signer=signer,
            principal=key.principal if key else None,
        )

    def _statement(self, view: View, root: Root) -> Iterator[Violation]:
        try:
            if (view.kind is Kind.GENESIS) != (view.before is None):
                yield view.broken(
                    "history/genesis", "a genesis has no parent, and only it has none"
                )
            elif view.kind is Kind.GENESIS:
                yield from genesis.check(view, root)
            elif view.kind is Kind.RECORD:
                yield from record.check(view)
            elif view.kind in (Kind.ACCEPT, Kind.RETRACT):
                from gitbaseline.policy import events  # noqa: PLC0415 - a record need not load it

                yield from events.check(view)
            elif view.kind is Kind.TRUST:
                from gitbaseline.policy import trust  # noqa: PLC0415 - nor this

                yield from trust.check(view, root, self._verify)
            else:
                from gitbaseline.policy import collect  # noqa: PLC0415 - nor this

                yield from collect.check(view, self.signature)
        except ObjectMissing as missing:
            yield view.broken("history/missing", f"the repository lacks {missing.oid}")
        except TreeFault as fault:
            yield view.broken(fault.rule, str(fault))

    def position(self, oid: Oid, commit: Commit, before: State | None) -> Iterator[Violation]:
        """Yield what is wrong with a commit's parent and its date."""
        expected = before.commit if before else None
        if commit.parent != expected:
            yield _broken(oid, "history/parent", f"expected parent {expected}, got {commit.parent}")
        if before and commit.person.time < before.time:
            yield _broken(oid, "commit/date", "dated before its parent")
        latest = max(self._now or 0, before.time if before else 0) + CLOCK_SKEW
        if self._now is not None and commit.person.time > latest:
            yield _broken(oid, "commit/date", "dated in the future")

    def _changes(self, old: Oid | None, new: Oid) -> dict[str, Change]:
        changes: dict[str, Change] = {}
        for change in self.trees.changes(old, new):
            if len(changes) >= _MAX_CHANGES:
                raise TreeFault("limit/files", f"more than {_MAX_CHANGES} paths in one commit")
            changes.setdefault(change.path, change)  # what a file took the place of, first
        return changes

    def signature(
        self, oid: Oid, commit: Commit, root: Root
    ) -> tuple[Fingerprint | None, ListedKey | None, list[Violation]]:
        """Return who signed, the key as ``root`` lists it where it is live, and what is wrong."""
        kind = kind_of_armor(commit.armor)
        if kind is None:
            text = "not a signature of a kind that git knows"
            return None, None, [_broken(oid, "signature/armor", text)]
        if kind is not SignatureKind.SSH and kind not in map(kind_of_key, root.keys):
            # Before any program is started for it.
            text = f"the registry lists no {kind} key"
            return None, None, [_broken(oid, "signature/kind", text)]
        verdict = self._verify(commit.payload, commit.armor)
        if isinstance(verdict, BadSignature):
            return None, None, [_broken(oid, verdict.rule, verdict.detail)]
        name = verdict.fingerprint
        key = root.keys.get(name)
        if key is None:
            return name, None, [_broken(oid, "signature/unknown-key", f"{name} is not listed")]
        if not key.live:
            return (
                name,
                None,
                [_broken(oid, "signature/retired-key", f"{name} of {key.principal} is not live")],
            )
        return name, key, []


def _broken(oid: Oid, rule: str, message: str) -> Violation:
    return Violation(rule=rule, message=message, commit=oid)


def _refused(oid: Oid, rule: str, message: str, *found: Violation) -> Checked:
    return Checked(commit=oid, violations=(*found, _broken(oid, rule, message)), state=None)
