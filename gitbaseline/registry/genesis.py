"""The first statement: a registry with one key that may do everything."""

from __future__ import annotations

from gitbaseline.frozen import dataclass
from gitbaseline.model import root as roots
from gitbaseline.model.layout import (
    ALLOWED_SIGNERS,
    ATTRIBUTES,
    DISTRUSTED,
    GIT_ATTRIBUTES,
    README,
    ROOT_JSON,
    readme,
    trust_folder,
)
from gitbaseline.model.message import Kind
from gitbaseline.model.root import ALL_ROLES, ListedKey, Root, Succeeds
from gitbaseline.model.signature import Fingerprint
from gitbaseline.policy.state import State
from gitbaseline.registry.branch import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Genesis:
    """A new registry. ``registry_id`` is 32 random hex digits.

    ``succeeds`` names the registry that this one goes on from, where that one had to end.
    """

    registry_id: str
    principal: str
    fingerprint: Fingerprint
    public_key: str
    succeeds: Succeeds | None = None

    def draft(self, state: State | None) -> Draft:  # noqa: ARG002 - a genesis has nothing before it
        """Return the files of the first commit."""
        root = Root(
            registry_id=self.registry_id,
            version=1,
            previous=None,
            keys={
                self.fingerprint: ListedKey(
                    principal=self.principal, public_key=self.public_key, roles=ALL_ROLES
                )
            },
            succeeds=self.succeeds,
        )
        folder = trust_folder(1)
        files = {
            GIT_ATTRIBUTES: ATTRIBUTES,
            README: readme(self.registry_id),
            f"{folder}/{ALLOWED_SIGNERS}": roots.allowed_signers(root),
            f"{folder}/{DISTRUSTED}": b"",
            f"{folder}/{ROOT_JSON}": roots.to_bytes(root),
        }
        return Draft(kind=Kind.GENESIS, subject=self.registry_id, content=files, files=files)
