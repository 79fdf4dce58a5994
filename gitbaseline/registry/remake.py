"""Making statements anew on another tip: what a push does with those that lost a race.

A statement keeps what it says (``said_again``); its place changes: parent, slug suffix, index row,
trailers. It is judged again there and signed again. What the new tip makes needless is left out,
and said so; so is a record under an idempotency key that is there already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from gitbaseline.errors import InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model.commit import parse
from gitbaseline.model.layout import entry_of
from gitbaseline.model.message import Kind
from gitbaseline.model.names import Oid
from gitbaseline.policy.state import State
from gitbaseline.registry.branch import AgainstRules, Author, Branch
from gitbaseline.registry.fold import Stands
from gitbaseline.registry.moved import Moved
from gitbaseline.registry.ruling import Ruling, SaidBefore
from gitbaseline.registry.said_again import Again, Needless
from gitbaseline.registry.unpushed import Unpushed, unpushed


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
    own = list(unpushed(branch, base, commits, author))
    work = _Work(Again(branch=branch, author=author, ruling=ruling, moved=Moved(), state=onto))
    fates = tuple(work.make(one, clock) for one in own)
    return work.again.state, fates


class _Work:
    """One remaking; ``again`` is where it stands."""

    def __init__(self, again: Again) -> None:
        self.again = again

    def make(self, one: Unpushed, clock: Callable[[], int]) -> Fate:
        """Make one statement anew and return its fate."""
        again, moved = self.again, self.again.moved
        commit = parse(again.branch.store.read(one.after.commit))
        # Name and address belong to the statement; the key that signs is the author's.
        author = replace(again.author, name=commit.person.name, email=commit.person.email)
        fate = Fate(was=one.after.commit, was_said=one.said, commit=None, said=one.said)
        try:
            statement = again.statement(one)
            written = again.branch.make(
                statement, author, max(clock(), commit.person.time), again.state
            )
        except SaidBefore as before:
            moved.put_entry(one.subject, before.entry.path)
            imported = before.entry.baseline.imported is not None
            why = "imported there" if imported else "recorded there under the same idempotency key"
            said = f"{Kind.RECORD} {before.entry.path}"
            return replace(fate, commit=before.commit, said=said, left_out=why)
        except Needless as needless:
            return replace(fate, left_out=str(needless))
        except Stands as stands:
            moved.put_entry(one.subject, stands.path)
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
        self.again = replace(again, state=written.state)
        moved.put_commit(one.after.commit, written.commit)
        draft = written.draft
        fate = replace(fate, commit=written.commit, said=f"{draft.kind} {draft.subject}")
        if draft.entry is not None:
            moved.put_entry(one.subject, entry_of(draft.subject))
            judged_anew = one.entry().judged != draft.entry.judged
            return replace(fate, warnings=again.ruling.warnings if judged_anew else ())
        return replace(fate, pin=written.state.raw_sha256 if draft.kind is Kind.TRUST else None)
