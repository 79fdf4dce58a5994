"""A registry on its way into rows: what it is called, and who signed what."""

from __future__ import annotations

from gitbaseline.cli.workspace import Workspace
from gitbaseline.registry.rows import Whence
from gitbaseline.registry.signers import Signer, signers


def name(workspace: Workspace) -> str:
    """Return what a registry is called among others: its remote's name, else its folder's."""
    url = (workspace.remote or "").rstrip("/")
    last = url.replace(":", "/").rpartition("/")[2].removesuffix(".git")
    return last or (workspace.place.top or workspace.place.git_dir).name


def known(workspace: Workspace, called: str) -> tuple[Whence, dict[str, Signer]]:
    """Return which registry it is, and the signer of each of its entries."""
    state = workspace.reader.state
    whence = Whence(name=called, registry_id=state.root.registry_id)
    branch = workspace.registry
    return whence, signers(branch.store, branch.verify, state.commit, state.root)
