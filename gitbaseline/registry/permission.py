"""Whether a key may sign here: asked before any work, with a next step where it may not."""

from __future__ import annotations

import shlex

from gitbaseline.errors import Unable
from gitbaseline.model.root import Role
from gitbaseline.policy.state import State
from gitbaseline.registry.branch import Author


def require(state: State, author: Author, role: Role, family: str | None) -> None:
    """Raise Unable unless the author's key is listed, live, and holds the role for the family."""
    key = state.root.keys.get(author.fingerprint)
    owners = ", ".join(
        sorted({k.principal for k in state.root.keys.values() if k.live and Role.ROOT in k.roles})
    )
    if key is None:
        holder = shlex.quote(author.email)
        add = f"git baseline keys add '{author.public_key}' --principal {holder}"
        raise Unable(
            f"the key {author.fingerprint} is not listed in this registry",
            code="key/not-listed",
            hint=f"ask {owners} to list it: {add} --role {role}",
        )
    if not key.live:
        raise Unable(
            f"the key {author.fingerprint} of {key.principal} is retired", code="key/retired"
        )
    if not key.may(role, family):
        allowed = ", ".join(key.roles)
        families = "" if key.families is None else f" for {', '.join(key.families)}"
        raise Unable(
            f"the key of {key.principal} may {allowed}{families}, not {role}"
            + (f" for {family}" if family else ""),
            code="key/not-allowed",
            hint=f"ask {owners}",
        )
