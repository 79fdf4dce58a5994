"""Trust statements: the next version of ``root.json``, made from a change to the keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gitbaseline.errors import Incomplete, InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.model import root as roots
from gitbaseline.model.codec import CodecError
from gitbaseline.model.layout import ALLOWED_SIGNERS, DISTRUSTED, ROOT_JSON, trust_folder
from gitbaseline.model.message import Kind
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectMissing, Objects
from gitbaseline.model.root import ListedKey, Role, Root
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.signature import Fingerprint, Verify
from gitbaseline.policy.state import State
from gitbaseline.policy.trust import history, let_in, losses, spell, void_paths
from gitbaseline.registry.branch import Draft

Change = Callable[[Root], Root]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustChange:
    """A change to the keys, made on whatever trust state the tip holds."""

    change: Change
    objects: Objects
    verify: Verify

    def draft(self, state: State | None) -> Draft:
        """Return the files of the next trust state."""
        if state is None:
            raise Unable("there is no registry here yet", code="registry/none")
        changed = self.change(state.root)
        root = replace(changed, version=state.root.version + 1, previous=state.root_sha256)
        distrusted: set[str] = set(state.distrusted)
        if any(key.compromised_since for key in root.keys.values()):
            root, lost = self._compromise(root, state.commit)
            distrusted |= lost
        data = _bytes(root)
        folder = trust_folder(root.version)
        files = {
            f"{folder}/{ALLOWED_SIGNERS}": roots.allowed_signers(root),
            f"{folder}/{DISTRUSTED}": spell(distrusted),
            f"{folder}/{ROOT_JSON}": data,
        }
        return Draft(kind=Kind.TRUST, subject=str(root.version), content=files, files=files)

    def _compromise(self, root: Root, tip: Oid) -> tuple[Root, set[str]]:
        """Return the root with every key that a compromised key let in, and the lost paths."""
        try:
            stated = list(history(self.objects, tip, self.verify))
        except ObjectMissing as missing:
            raise Incomplete(
                f"the whole history is needed to say what is lost, and {missing.oid} is missing",
                cut=True,
            ) from None
        places = {one.commit: place for place, one in enumerate(stated)}
        while True:
            lost = losses(stated, {name: k.compromised_since for name, k in root.keys.items()})
            keys = dict(root.keys)
            for name, since in let_in(stated, lost, root).items():
                held = keys[name].compromised_since
                if held is None or places.get(Oid(held), 0) > places[since]:
                    keys[name] = replace(keys[name], compromised_since=since)
            if keys == root.keys:
                return root, void_paths(lost)
            root = replace(root, keys=keys)


def add(name: Fingerprint, key: ListedKey) -> Change:
    """Return the change that lists a new key."""

    def change(root: Root) -> Root:
        if name in root.keys:
            raise InputError(
                f"is listed already, as {root.keys[name].principal}",
                code="key/listed",
                where=name,
                hint="git baseline keys list",
            )
        added = replace(key, added=root.version + 1)
        return replace(root, keys={**root.keys, name: added})

    return change


def retire(name: Fingerprint) -> Change:
    """Return the change after which a key signs nothing more; what it signed stays good."""

    def change(root: Root) -> Root:
        key = _listed(root, name)
        if not key.live:
            raise InputError("is retired already", code="key/retired", where=name)
        return _with(root, name, replace(key, retired=root.version + 1))

    return change


def compromised(name: Fingerprint, since: Oid) -> Change:
    """Return the change after which nothing counts that a key signed from a commit on."""

    def change(root: Root) -> Root:
        key = _listed(root, name)
        if key.compromised_since == since:
            raise InputError(
                "is compromised since that commit already",
                code="key/compromised",
                where=name,
                hint="git baseline keys list",
            )
        return _with(root, name, replace(key, compromised_since=since))

    return change


def _with(root: Root, name: Fingerprint, key: ListedKey) -> Root:
    changed = replace(root, keys={**root.keys, name: key})
    if not any(k.live and Role.ROOT in k.roles for k in changed.keys.values()):
        raise InputError(
            "is the last live root key; without one nobody could change who may sign",
            code="key/last-root",
            where=name,
            hint="git baseline keys add FILE.pub --role root",
        )
    return changed


def _listed(root: Root, name: Fingerprint) -> ListedKey:
    if name not in root.keys:
        raise InputError(
            "is not listed in this registry",
            code="key/not-listed",
            where=name,
            hint="git baseline keys list",
        )
    return root.keys[name]


def _bytes(root: Root) -> bytes:
    try:
        data = roots.to_bytes(root)
        roots.from_bytes(data)
    except (CodecError, ShapeError) as error:
        raise InputError(f"this trust state cannot be: {error}", code="trust/field") from None
    return data
