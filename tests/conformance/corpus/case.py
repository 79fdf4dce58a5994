"""What a case is: an attack on a valid registry, and what must be said about it.

A case ends in ``_fail`` where refusal is right and in ``_pass`` where it is not. ``rule`` is what
the server says on a push. ``alone`` is what a verifier says of the same history without the server:
the same rule, unless the wrong lies in the update and not in the history (then None, and ``why``
tells), or in whose registry it is (``FOREIGN``: no rule, but the pin does not hold).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from corpus import base
from corpus.forge import Forge

FOREIGN = "pin"
ZERO = "0" * 40
SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One line of a push. ``old`` is what a client claims; only a raw push can choose it."""

    ref: str = base.BRANCH
    new: str
    old: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What is pushed, and the history, if any, that a verifier is given."""

    updates: tuple[Update, ...]
    tip: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What the server holds beside its hook. ``branch`` False: nothing, but what is given."""

    branch: bool = True
    pinned: bool = True
    mark: bool = True
    aliases: Mapping[str, str] = field(default_factory=dict)
    refs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case. ``make`` forges it; it returns a tip to push, or an Attack.

    ``raw``: pushed by a client of our own, since git's own will not.
    """

    name: str
    row: str
    rule: str | None
    make: Callable[[Forge], str | Attack]
    alone: str | None
    why: str
    server: Server
    raw: bool
    options: tuple[str, ...]

    def attack(self, forge: Forge) -> Attack:
        """Forge it on top of the base."""
        made = self.make(forge)
        if isinstance(made, Attack):
            return made
        return Attack(updates=(Update(new=made),), tip=made)


CASES: dict[str, Case] = {}


def add(
    name: str,
    make: Callable[[Forge], str | Attack],
    *,
    row: str,
    rule: str | None = None,
    alone: str | None = SAME,
    why: str = "",
    server: Server | None = None,
    raw: bool = False,
    options: tuple[str, ...] = (),
) -> None:
    """Put a case into the corpus."""
    full = f"{name}_{'fail' if rule else 'pass'}"
    if full in CASES:
        raise ValueError(f"{full} is there twice")
    CASES[full] = Case(
        name=full,
        row=row,
        rule=rule,
        make=make,
        alone=rule if alone == SAME else alone,
        why=why,
        server=server or Server(),
        raw=raw,
        options=options,
    )


def case(**about):
    """Put a function into the corpus under its own name."""

    def keep(make):
        add(make.__name__, make, **about)
        return make

    return keep
