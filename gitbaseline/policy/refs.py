"""What a push may do to refs, before any object is looked at.

- ``refs/replace/*`` is never pushed: stock git would show other objects than were signed.
- No ref may look like the registry's branch (case, compatibility forms, invisible characters), lie
  below it, be a tag of its name, or be another name (a symbolic ref) for it.
- The branch is not deleted. A ref occurs once in a push. What the client says the ref held must be
  what it holds: a lie is refused here, not only by git's lock later.
- An inbox ref is named by the commit that it holds, is never updated, and is not deleted before
  what it says stands on the branch.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from gitbaseline.frozen import dataclass
from gitbaseline.model.names import Oid, is_oid
from gitbaseline.model.violation import Violation

ZERO = "0" * 40
MAX_REFS = 10_000

_INVISIBLE = re.compile(
    "[\\s\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefUpdate:
    """One line of a push: what the client says the ref held, what it shall hold, its name."""

    old: str
    new: str
    ref: str


def parse_updates(lines: bytes) -> list[RefUpdate] | None:
    """Return the updates on a hook's standard input, or None where a line is malformed."""
    updates = []
    for line in lines.split(b"\n"):
        if not line:
            continue
        parts = line.split(b" ", 2)
        if len(parts) != 3:
            return None
        old, new, name = (part.decode("utf-8", "surrogateescape") for part in parts)
        if not (is_oid(old) and is_oid(new)):
            return None
        updates.append(RefUpdate(old=old, new=new, ref=name))
    return updates


def look(name: str) -> str:
    """Return what a ref's name looks like to a person: folded, without invisible characters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return _INVISIBLE.sub("", folded)


def check(
    updates: Sequence[RefUpdate],
    *,
    guarded: str,
    held: Callable[[str], Oid | None],
    alias_of: Callable[[str], str | None],
    stands: Callable[[Oid], bool],
) -> Iterator[Violation]:
    """Yield what is wrong with a push's refs.

    ``held`` tells what a ref holds on the server, ``alias_of`` what a symbolic ref stands for,
    ``stands`` whether the branch there says what a commit says.
    """
    if len(updates) > MAX_REFS:
        yield _broken("push/refs", f"{len(updates)} refs in one push, at most {MAX_REFS}", "")
        return
    for name, count in Counter(update.ref for update in updates).items():
        if count > 1:
            yield _broken("push/duplicate-ref", f"occurs {count} times in this push", name)
    for update in updates:
        inbox = f"{guarded}-inbox/"
        if update.ref.startswith(inbox):
            yield from _check_inbox(update, inbox, held(update.ref), stands)
        else:
            yield from _check_one(update, guarded, held, alias_of)


def _check_one(
    update: RefUpdate,
    guarded: str,
    held: Callable[[str], Oid | None],
    alias_of: Callable[[str], str | None],
) -> Iterator[Violation]:
    name = update.ref
    if name.startswith("refs/replace/"):
        yield _broken("ref/replace", "replacement refs would hide what was signed", name)
    elif name == guarded:
        yield from _check_guarded(update, held)
    elif guarded == alias_of(name) or name == alias_of(guarded):
        yield _broken("ref/alias", f"is another name for {guarded}; push to that", name)
    elif _resembles(name, guarded):
        yield _broken("ref/look-alike", f"looks like {guarded}, or lies below it", name)


def _check_guarded(update: RefUpdate, held: Callable[[str], Oid | None]) -> Iterator[Violation]:
    if update.new == ZERO:
        yield _broken("ref/deleted", "the registry's branch is never deleted", update.ref)
    elif update.old != (held(update.ref) or ZERO):
        yield _broken(
            "ref/stale", "the branch holds another commit than this push says", update.ref
        )


def _check_inbox(
    update: RefUpdate, inbox: str, now: Oid | None, stands: Callable[[Oid], bool]
) -> Iterator[Violation]:
    if update.new == ZERO:
        if now is not None and not stands(now):
            yield _broken("ref/inbox-deleted", "not folded into the registry yet", update.ref)
    elif now is not None:
        yield _broken("ref/inbox-updated", "an inbox ref is written once", update.ref)
    elif update.ref != inbox + update.new:
        yield _broken("ref/inbox-name", "an inbox ref is named by the commit it holds", update.ref)


def _resembles(name: str, guarded: str) -> bool:
    """Whether a person, or git's search for a short name, could take one ref for the other."""
    short = look(guarded.removeprefix("refs/heads/"))
    shown = look(name)
    for place in ("refs/heads/", "refs/tags/", "refs/", ""):
        if shown.startswith(place):
            rest = shown.removeprefix(place)
            if rest in (short, f"{short}-inbox") or rest.startswith(f"{short}/"):
                return True
    return False


def _broken(rule: str, message: str, ref: str) -> Violation:
    return Violation(rule=rule, message=message, path=ref or None)
