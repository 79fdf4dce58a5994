"""A trust statement: the next version of ``root.json``, signed by a root key of the last.

1. It adds ``.registry/<n+1>/`` with its three files and nothing else; ``registry_id`` stays, and
   ``previous`` is the SHA-256 of the last ``root.json``: no version can be skipped or rolled back.
2. Each key keeps its principal, public key, roles, families and version of entry. A new key enters
   live, with this version.
3. ``retired`` is set once, to this version. ``compromised_since`` names a commit of this history,
   and may later only move to an earlier one.
4. A key that a compromised key let in, from that commit on, is compromised since it was let in.
5. ``distrusted`` lists what compromised keys stated from there on: the paths of their entries, and
   the paths of their acceptances and retractions, which are void. It never shrinks.
6. A live root key is left (``root.json`` cannot say otherwise).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gitbaseline.frozen import dataclass
from gitbaseline.model import root as roots
from gitbaseline.model.commit import Commit, CommitFault, parse
from gitbaseline.model.event import EVENTS, event_path
from gitbaseline.model.layout import (
    ALLOWED_SIGNERS,
    DISTRUSTED,
    ROOT_JSON,
    entry_named,
    trust_folder,
)
from gitbaseline.model.manifest import digest
from gitbaseline.model.message import Kind, kind_of, message
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import Objects
from gitbaseline.model.root import ListedKey, Role, Root
from gitbaseline.model.signature import Fingerprint, SignedBy, Verify
from gitbaseline.model.violation import Violation
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.common import check_message, check_only, check_role
from gitbaseline.policy.contributed import contributed
from gitbaseline.policy.raw import raw_commit
from gitbaseline.policy.view import View

FILE_LIMIT = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Stated:
    """One commit of the history, as far as a later loss of trust cares.

    ``contributor`` signed the record that a collect brought; of anything else it is None.
    """

    commit: Oid
    kind: Kind | None
    subject: str
    signer: Fingerprint | None
    contributor: Fingerprint | None = None


def check(view: View, root: Root, verify: Verify) -> Iterator[Violation]:
    """Yield every rule that this trust statement breaks; ``root`` is its own ``root.json``."""
    if view.before is None:
        return
    version = view.before.root.version + 1
    folder = trust_folder(version)
    paths = [f"{folder}/{name}" for name in (ALLOWED_SIGNERS, DISTRUSTED, ROOT_JSON)]
    yield from check_only(view, set(paths), None)
    yield from check_role(view, Role.ROOT, None)
    content, unread = view.small_files(paths, FILE_LIMIT)
    if unread:
        yield view.broken("trust/files", "missing, not a file, or too large", unread)
        return
    where = f"{folder}/{ROOT_JSON}"
    for rule, text in succession(view.before.root, view.before.root_sha256, root):
        yield view.broken(rule, text, where)
    if content[f"{folder}/{ALLOWED_SIGNERS}"] != roots.allowed_signers(root):
        yield view.broken(
            "trust/allowed-signers", "not what root.json makes it", f"{folder}/{ALLOWED_SIGNERS}"
        )
    yield from _losses(view, root, verify, content[f"{folder}/{DISTRUSTED}"], folder)
    trailers = view.expected_trailers(digest(content), view.before.root.registry_id)
    yield from check_message(view, message(trailers, str(version)), trailers)


def succession(old: Root, old_sha256: str, new: Root) -> Iterator[tuple[str, str]]:
    """Yield (rule, message) for what keeps ``new`` from following ``old``."""
    if new.version != old.version + 1:
        yield "trust/version", f"expected {old.version + 1}, got {new.version}"
    if new.previous != old_sha256:
        yield "trust/previous", f"expected {old_sha256}, got {new.previous}"
    if (new.registry_id, new.succeeds) != (old.registry_id, old.succeeds):
        yield "trust/registry", "registry_id and succeeds never change"
    for name, key in old.keys.items():
        yield from _kept(name, key, new.keys.get(name), new.version)
    for name in new.keys.keys() - old.keys.keys():
        key = new.keys[name]
        if key.added != new.version or not key.live:
            yield "trust/key", f"{name}: a new key enters live, with added {new.version}"


def _kept(
    name: Fingerprint, key: ListedKey, later: ListedKey | None, version: int
) -> Iterator[tuple[str, str]]:
    if later is None:
        yield "trust/key", f"{name} was dropped; retire it instead"
        return
    if replace(later, retired=None, compromised_since=None) != replace(
        key, retired=None, compromised_since=None
    ):
        yield "trust/key", f"{name}: only retired and compromised_since may change"
    if later.retired != key.retired and (key.retired, later.retired) != (None, version):
        yield "trust/retired", f"{name}: retired is set once, to {version}"
    if key.compromised_since and not later.compromised_since:
        yield "trust/compromised", f"{name}: compromised_since is never taken back"


def _losses(
    view: View, root: Root, verify: Verify, listed: bytes, folder: str
) -> Iterator[Violation]:
    before = view.before
    if before is None:
        return
    old = {name: key.compromised_since for name, key in before.root.keys.items()}
    moved = {
        name: key.compromised_since
        for name, key in root.keys.items()
        if key.compromised_since and key.compromised_since != old.get(name)
    }
    where = f"{folder}/{ROOT_JSON}"
    if not moved:
        if listed != spell(before.distrusted):
            yield view.broken(
                "trust/distrusted", "changed without a reason", f"{folder}/{DISTRUSTED}"
            )
        return
    stated = list(history(view.objects, before.commit, verify))
    places = {one.commit: place for place, one in enumerate(stated)}
    for name, since in moved.items():
        was = old.get(name)
        if since not in places:
            yield view.broken("trust/compromised", f"{name}: {since} is no ancestor", where)
        elif was is not None and places.get(Oid(was), 0) < places[Oid(since)]:
            yield view.broken("trust/compromised", f"{name}: may only move earlier", where)
    lost = losses(stated, {name: key.compromised_since for name, key in root.keys.items()})
    for name, since in let_in(stated, lost, root).items():
        key = root.keys[name]
        at = places.get(Oid(key.compromised_since or ""))
        if at is None or at > places[since]:
            yield view.broken(
                "trust/compromised", f"{name} was let in by a compromised key at {since}", where
            )
    expected = spell({*before.distrusted, *void_paths(lost)})
    if listed != expected:
        yield view.broken(
            "trust/distrusted",
            "not the list of what the compromised keys stated",
            f"{folder}/{DISTRUSTED}",
        )


def history(objects: Objects, tip: Oid, verify: Verify) -> Iterator[Stated]:
    """Yield the statements up to ``tip``, oldest first; raises ObjectMissing where it is cut."""
    chain: list[Stated] = []
    trees = Trees(objects)
    at: Oid | None = tip
    while at is not None:
        try:
            commit = parse(raw_commit(objects, at))
        except CommitFault:
            break
        kind = kind_of(commit.message)
        subject = commit.message.partition("\n")[0].partition(" ")[2]
        said = contributed(trees, objects, commit, subject) if kind is Kind.COLLECT else None
        contributor = _signer(said, verify) if said else None
        chain.append(Stated(at, kind, subject, _signer(commit, verify), contributor))
        at = commit.parent
    yield from reversed(chain)


def _signer(commit: Commit, verify: Verify) -> Fingerprint | None:
    verdict = verify(commit.payload, commit.armor)
    return verdict.fingerprint if isinstance(verdict, SignedBy) else None


def losses(stated: list[Stated], since: Mapping[Fingerprint, str | None]) -> list[Stated]:
    """Return the statements that compromised keys made from their day on."""
    begun: set[Fingerprint] = set()
    found: list[Stated] = []
    for one in stated:
        begun |= {name for name, commit in since.items() if commit == one.commit}
        if not begun.isdisjoint((one.signer, one.contributor)):
            found.append(one)
    return found


def let_in(stated: list[Stated], lost: list[Stated], root: Root) -> dict[Fingerprint, Oid]:
    """Return the keys that compromised keys let in, each with the commit that did."""
    versions = [one for one in stated if one.kind in (Kind.GENESIS, Kind.TRUST)]
    by_version = dict(enumerate(versions, 1))
    lost_commits = {one.commit for one in lost}
    return {
        name: by_version[key.added].commit
        for name, key in root.keys.items()
        if key.added > 1
        and key.added in by_version
        and by_version[key.added].commit in lost_commits
    }


def void_paths(lost: list[Stated]) -> set[str]:
    """Return the paths that stand for lost statements in ``distrusted``."""
    found = set()
    for one in lost:
        path = entry_named(one.subject)
        if path:
            event = EVENTS.get(one.kind) if one.kind else None
            found.add(event_path(path, event) if event else str(path))
    return found


def spell(paths: set[str] | frozenset[str]) -> bytes:
    """Return the bytes of ``distrusted``."""
    return "".join(f"{path}\n" for path in sorted(paths)).encode()
