"""Ways to spoil one statement of a registry, each a function of chance and of where it is.

A mutation returns a commit in place of the one at ``at``. Those of trees and words are signed again
by the statement's own signer, with its trailers made to fit, or not at all. Whoever holds a key can
say something else, but nothing that the rules do not make; whoever holds none can say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from corpus import base
from corpus.base import ALICE, BOB, DORA, MALLORY, entry, event, trusting
from corpus.forge import Forge
from corpus.pile import Pile
from corpus.trees import at as change_tree
from corpus.trees import line, pairs

from gitbaseline.model import commit as commits
from gitbaseline.model.event import EventKind
from gitbaseline.model.manifest import digest, sha256
from gitbaseline.model.names import Oid
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.events import files_below
from gitbaseline.signing import sshsig

_SERIES = ("llama/step_time", "llama/nccl", "qwen/latency", "phi/decode")


@dataclass(frozen=True, kw_only=True)
class Registry:
    """A history in memory: its commits, oldest first, and who signed each."""

    pile: Pile
    commits: tuple[Oid, ...]
    signers: tuple
    pin: str


def fifty() -> Registry:
    """Build a registry of fifty entries."""
    forge = base.fresh()
    forge.tip = forge.put(base.genesis(), ALICE)
    made, signers = [forge.tip], [ALICE]

    def say(make, signer):
        made.append(base.grow(forge, make, signer))
        signers.append(signer)

    say(lambda f: trusting(f, base.TEAM), ALICE)
    for number in range(50):
        series = _SERIES[number % 4]
        signer = (ALICE, BOB, DORA, ALICE)[number % 4] if series.startswith("llama") else ALICE
        files = {"a/x": b"%d" % number, "b": b"y"} if number % 7 == 3 else None
        say(
            lambda f, s=series, n=number, d=files: entry(f, series=s, value=n + 0.5, files=d),
            signer,
        )
        if number == 20:
            text = commits.parse(forge.pile.read(made[5])).message
            said = text.partition("\n")[0].removeprefix("record ")
            say(lambda f, path=said: event(f, EventKind.RETRACTED, path), ALICE)
    return Registry(
        pile=forge.pile,
        commits=tuple(made),
        signers=tuple(signers),
        pin=sha256(forge.pile.read(made[0])),
    )


@dataclass(kw_only=True)
class Place:
    """One statement of a registry about to be spoiled; ``pile`` takes what that needs."""

    registry: Registry
    at: int
    chance: Random
    pile: Pile
    signed: bool = True

    @property
    def oid(self):
        return self.registry.commits[self.at]

    @property
    def commit(self):
        return commits.parse(self.pile.read(self.oid))

    @property
    def parent(self):
        return self.registry.commits[self.at - 1]

    def files(self, tree=None):
        """Return every path of the statement's tree with its blob."""
        return dict(files_below(Trees(self.pile), tree or self.commit.tree, ""))

    def some(self, ending=""):
        """Return a path, by chance."""
        return self.chance.choice([path for path in self.files() if path.endswith(ending)])

    def own(self):
        """Return a path that the statement itself adds, by chance."""
        old = self.files(commits.parse(self.pile.read(self.parent)).tree)
        return self.chance.choice([path for path in self.files() if path not in old])

    def with_file(self, path, data):
        """Return the commit with one file changed (None: deleted)."""
        blob = None if data is None else self.pile.write_blob(data)
        return self.with_tree(self.pile.graft({path: blob}, onto=self.commit.tree))

    def with_raw_tree(self, folder, change):
        """Return the commit with the raw bytes of one folder changed."""
        return self.with_tree(change_tree(self.pile, self.commit.tree, folder, change))

    def with_tree(self, tree):
        """Return the commit with another tree, its content digest made to fit if it is signed."""
        message = self.commit.message
        subject = message.partition("\n")[0].partition(" ")[2]
        if message.startswith("record ") and self.signed:
            try:
                files = self.files(tree)
            except ValueError:
                files = {}
            below = {
                p.removeprefix(f"{subject}/"): o
                for p, o in files.items()
                if p.startswith(f"{subject}/")
            }
            content = digest({path: self.pile.read(oid) for path, oid in below.items()})
            message = re.sub("Content: sha256:.*", f"Content: sha256:{content}", message)
        return self.remade(tree=tree, message=message)

    def remade(self, *, signer=None, parent=None, raw=lambda raw: raw, **changes):
        """Return the commit with some parts changed."""
        old = self.commit
        parts = {"tree": old.tree, "person": old.person, "message": old.message} | changes
        signed = commits.payload(parent=parent or old.parent, **parts)
        armor = old.armor
        if self.signed:
            armor = sshsig.sign(signed, signer or self.registry.signers[self.at])
        return self.pile.write_commit(raw(commits.seal(signed, armor)))


LIBRARY: dict[str, Callable[[Place], Oid]] = {}


def mutation(function):
    """Put a mutation into the library."""
    LIBRARY[function.__name__] = function
    return function


@mutation
def byte_flipped(place):
    path = place.some()
    data = bytearray(place.pile.read(place.files()[path])) or bytearray(b"x")
    data[place.chance.randrange(len(data))] ^= 1 << place.chance.randrange(8)
    return place.with_file(path, bytes(data))


@mutation
def own_byte_flipped(place):
    path = place.own()
    data = bytearray(place.pile.read(place.files()[path])) or bytearray(b"x")
    data[place.chance.randrange(len(data))] ^= 1 << place.chance.randrange(8)
    return place.with_file(path, bytes(data))


@mutation
def file_truncated(place):
    path = place.some(".md")
    return place.with_file(path, place.pile.read(place.files()[path])[:-1])


@mutation
def file_grown(place):
    path = place.some()
    return place.with_file(path, place.pile.read(place.files()[path]) + b"\n")


@mutation
def file_deleted(place):
    return place.with_file(place.some(), None)


@mutation
def file_renamed(place):
    path = place.some()
    moved = {path: None, f"{path}x": place.files()[path]}
    return place.with_tree(place.pile.graft(moved, onto=place.commit.tree))


@mutation
def entry_deleted(place):
    entry = place.some("/baseline.json").rpartition("/")[0]
    gone = {path: None for path in place.files() if path.startswith(f"{entry}/")}
    return place.with_tree(place.pile.graft(gone, onto=place.commit.tree))


@mutation
def entry_copied(place):
    entry = place.some("/baseline.json").rpartition("/")[0]
    copy = {
        path.replace(entry, f"{entry}-2"): oid
        for path, oid in place.files().items()
        if path.startswith(f"{entry}/")
    }
    return place.with_tree(place.pile.graft(copy, onto=place.commit.tree))


@mutation
def entry_renamed(place):
    entry = place.some("/baseline.json").rpartition("/")[0]
    moved = {}
    for path, oid in place.files().items():
        if path.startswith(f"{entry}/"):
            moved |= {path: None, path.replace(entry, f"{entry}-9"): oid}
    return place.with_tree(place.pile.graft(moved, onto=place.commit.tree))


@mutation
def two_files_swapped(place):
    files = place.files()
    one = place.own()
    other = place.chance.choice([path for path in files if files[path] != files[one]])
    swapped = {one: files[other], other: files[one]}
    return place.with_tree(place.pile.graft(swapped, onto=place.commit.tree))


@mutation
def mode_changed(place):
    folder, _, name = place.some().rpartition("/")
    mode = place.chance.choice([b"100755", b"120000", b"160000", b"100664", b"0100644"])
    old = b"100644 " + name.encode() + b"\0"
    new = mode + b" " + name.encode() + b"\0"
    return place.with_raw_tree(folder, lambda raw: raw.replace(old, new))


@mutation
def tree_unsorted(place):
    folder = place.some("/baseline.json").rpartition("/")[0]
    return place.with_raw_tree(folder, lambda raw: b"".join(pairs(raw)[::-1]))


@mutation
def tree_line_twice(place):
    folder = place.some("/baseline.json").rpartition("/")[0]
    return place.with_raw_tree(folder, lambda raw: raw + pairs(raw)[-1])


@mutation
def empty_folder_added(place):
    empty = place.pile.write_tree(b"")
    return place.with_raw_tree("", lambda raw: raw + line(b"40000", b"zzz", empty))


@mutation
def stray_file_added(place):
    folder = place.chance.choice(["", "llama/", "llama/step_time/", ".registry/", ".github/"])
    return place.with_file(f"{folder}stray", b"x")


def _rows(place, change):
    path = place.some("INDEX.md")
    lines = place.pile.read(place.files()[path]).splitlines(keepends=True)
    return place.with_file(path, b"".join(lines[:6] + change(lines[6:])))


@mutation
def index_row_dropped(place):
    return _rows(
        place, lambda rows: rows[: -1 if len(rows) == 1 else place.chance.randrange(-len(rows), 0)]
    )


@mutation
def index_row_twice(place):
    return _rows(place, lambda rows: [*rows, rows[-1]])


@mutation
def index_row_edited(place):
    return _rows(place, lambda rows: [*rows[:-1], rows[-1].replace(b"2024-", b"2025-", 1)])


@mutation
def index_rows_reversed(place):
    return _rows(place, lambda rows: rows[::-1] if len(rows) > 1 else [b"| none |\n"])


@mutation
def word_changed(place):
    words = sorted(set(place.commit.message.split()))
    word = place.chance.choice(words)
    return place.remade(message=place.commit.message.replace(word, word[::-1] + "x"))


@mutation
def trailer_of_another_registry(place):
    return place.remade(message=place.commit.message.replace(base.REGISTRY, "0d" * 16))


@mutation
def trailer_of_another_parent(place):
    other = place.registry.commits[place.chance.randrange(place.at - 1)]
    digest = sha256(place.pile.read(other))
    message = re.sub("Previous: sha256:.*", f"Previous: sha256:{digest}", place.commit.message)
    return place.remade(message=message)


@mutation
def dated_back(place):
    person = place.commit.person
    return place.remade(person=replace(person, time=person.time - 10 * base.STEP))


@mutation
def other_parent(place):
    return place.remade(parent=place.registry.commits[place.chance.randrange(place.at - 1)])


@mutation
def second_parent(place):
    mark = f"parent {place.commit.parent}\n".encode()
    other = f"parent {place.registry.commits[0]}\n".encode()
    return place.remade(raw=lambda raw: raw.replace(mark, mark + other))


@mutation
def signed_by_a_stranger(place):
    place.signed = True
    return place.remade(signer=MALLORY)


@mutation
def signature_of_another_commit(place):
    other = commits.parse(place.pile.read(place.parent)).armor
    return place.pile.write_commit(commits.seal(place.commit.payload, other))


@mutation
def armour_respelled(place):
    return place.remade(
        raw=lambda raw: raw.replace(
            b"-----END SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----\n "
        )
    )


@mutation
def header_added(place):
    return place.remade(raw=lambda raw: raw.replace(b"\n\n", b"\nencoding UTF-8\n\n", 1))


@mutation
def raw_byte_flipped(place):
    raw = bytearray(place.pile.read(place.oid))
    raw[place.chance.randrange(len(raw))] ^= 1 << place.chance.randrange(8)
    return place.pile.write_commit(bytes(raw))


@mutation
def statement_repeated(place):
    """The statement once more, after itself."""
    return place.pile.read(place.oid) and _after_itself(place)


def _after_itself(place):
    raw = sha256(place.pile.read(place.oid))
    message = re.sub("Previous: sha256:.*", f"Previous: sha256:{raw}", place.commit.message)
    return place.remade(parent=place.oid, message=message)


@mutation
def statement_of_another_registry(place):
    """A whole signed statement, replayed from elsewhere."""
    other = Forge(pile=place.pile, tip=None, time=base.BEGAN)
    other.tip = other.put(base.genesis(registry_id="0ddba11f" * 4), ALICE)
    return other.put(entry(other), ALICE)
