"""The repository that a verb works in: found once, opened when needed.

Every verb imports this one, so what it makes is imported where it is made: ``-h`` needs none of it
(docs/decisions/0005-start-up.md).
"""

from __future__ import annotations

import getpass
import shlex
import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

import click

from gitbaseline import __version__
from gitbaseline.cli import output
from gitbaseline.config import Settings, default_key, plain_url, settings
from gitbaseline.errors import Unable

if TYPE_CHECKING:
    from gitbaseline.cli.where import Where
    from gitbaseline.model.baseline import Recorder
    from gitbaseline.model.pointer import Pointer
    from gitbaseline.model.signature import Fingerprint, Verify
    from gitbaseline.registry.branch import Author, Branch
    from gitbaseline.registry.lfs import Shelf
    from gitbaseline.registry.reader import Reader
    from gitbaseline.registry.resolve import Code
    from gitbaseline.store import Store
    from gitbaseline.transport.git import Git, Place

Sign: TypeAlias = Callable[[bytes], bytes]


class Workspace:
    """One repository with its settings, registry branch and keys, each found at first use."""

    def __init__(self, where: Where) -> None:
        self.where = where

    @cached_property
    def git(self) -> Git:
        """Stock git in the folder of the verb."""
        from gitbaseline.transport.git import Git  # noqa: PLC0415

        return self.where.git or Git(self.where.folder, self.where.environment)

    @cached_property
    def place(self) -> Place:
        """Where the repository is."""
        return self.git.place()

    @cached_property
    def settings(self) -> Settings:
        """The registry's settings, checked."""
        return settings(self.config)

    @cached_property
    def config(self) -> dict[str, str]:
        """What git has configured."""
        return self.git.config()

    @cached_property
    def store(self) -> Store:
        """The objects and refs, shared by all work trees."""
        from gitbaseline.store import Store  # noqa: PLC0415

        return Store(self.place.common_dir, durable=True)

    @cached_property
    def verify(self) -> Verify:
        """The check of a signature of any kind that git knows."""
        from gitbaseline.registry.verifier import verifier  # noqa: PLC0415

        return verifier(self.config, self.where.environment)

    @cached_property
    def branch(self) -> Branch:
        """The registry's branch."""
        from gitbaseline.registry.branch import Branch  # noqa: PLC0415

        return Branch(
            self.store,
            self.verify,
            ref=self.settings.ref,
            tracking_ref=self.settings.tracking_ref,
            moved=self._maintain,
        )

    @cached_property
    def registry(self) -> Branch:
        """The registry's branch, fetched where this clone holds it under no name yet.

        A clone of one branch, as CI makes it, has no remote-tracking ref for ours.
        """
        settings = self.settings
        if self.branch.tip() is None and settings.remote_url:
            from gitbaseline.transport import remote  # noqa: PLC0415 - once in a clone's life

            # A shallow clone wants the tip alone here too.
            depth = 1 if self.place.shallow else None
            try:  # a remote without a registry is no error here: the caller says so
                remote.fetch(
                    self.git, settings.remote, settings.ref, settings.tracking_ref, depth=depth
                )
            except Unable as error:
                raise Unable(
                    f"there is no registry here yet, and no answer from there: {error.message}",
                    code=error.code,
                    where=error.where,
                    hint=error.hint,
                ) from None
        return self.branch

    @cached_property
    def reader(self) -> Reader:
        """The registry's content at its tip."""
        from gitbaseline.registry.reader import Reader  # noqa: PLC0415

        state = self.registry.state()
        line = self.cache / f"{state.root.registry_id}.line"
        return Reader(self.store, self.registry.chain.trees, state, line=line)

    @property
    def shelf(self) -> Shelf:
        """Where Git LFS keeps large sources here."""
        from gitbaseline.registry.lfs import Shelf  # noqa: PLC0415 - most sources are small

        return Shelf(self.place.common_dir, self.config)

    def large(self, path: str, pointer: Pointer, *, fetch: bool = True) -> BinaryIO:
        """Open the checked content of a Git LFS pointer at a path of the tip; raise Unable.

        What is not here is fetched from the registry's remote, or not.
        """
        from gitbaseline.registry.lfs_transfer import content  # noqa: PLC0415 - few are that large

        settings = self.settings
        return content(
            self.git,
            self.shelf,
            pointer,
            remote=settings.remote if fetch and settings.remote_url else None,
            commit=self.reader.state.commit,
            path=path,
        )

    @property
    def home(self) -> Path:
        """The user's home folder."""
        return Path(self.where.environment.get("HOME") or Path.home())

    @property
    def default_key(self) -> Path:
        """Where git-baseline keeps a key of its own."""
        return default_key(self.where.environment, self.home)

    @property
    def cache(self) -> Path:
        """The user's cache folder for what was verified."""
        base = self.where.environment.get("XDG_CACHE_HOME")
        return (Path(base) if base else self.home / ".cache") / "git-baseline"

    @property
    def remote(self) -> str | None:
        """The URL of the registry's remote, without credentials."""
        url = self.settings.remote_url
        return plain_url(url) if url else None

    @property
    def code(self) -> Code:
        """How references ask about the history of the code."""
        from gitbaseline.registry.resolve import Code  # noqa: PLC0415 - only references need it

        return Code(commit=self.git.resolve, store=self.store)

    @property
    def operator(self) -> str:
        """The user who runs this."""
        try:
            return getpass.getuser()
        except (KeyError, OSError):
            return "unknown"

    def author(self) -> Author:
        """Return who signs here; raise Unable with the way to a key.

        The identity is git's own, else the user at this machine. A key of another kind than SSH
        signs where git is configured so and the registry lists it.
        """
        from gitbaseline.model.commit import person_fault  # noqa: PLC0415
        from gitbaseline.registry.branch import Author  # noqa: PLC0415

        known = self.git.committer()
        name, email = known or (self.operator, f"{self.operator}@localhost")
        fault = person_fault(name, email)
        if fault:
            raise Unable(
                f"user.name or user.email cannot stand in a commit: {fault}",
                code="identity/form",
                hint='git config user.name "Your Name"',
            )
        found = self._external() or self._ssh()
        return Author(
            name=name, email=email, fingerprint=found[0], public_key=found[1], sign=found[2]
        )

    def _ssh(self) -> tuple[Fingerprint, str, Sign]:
        # only who writes signs
        from gitbaseline.signing.choose import choose_signer  # noqa: PLC0415
        from gitbaseline.signing.sshsig import sign  # noqa: PLC0415

        signer = choose_signer(
            gpg_format=self.settings.gpg_format,
            signing_key=self.settings.signing_key,
            home=self.home,
            agent_socket=self.where.environment.get("SSH_AUTH_SOCK"),
            default_key=self.default_key,
            passphrase=_ask_passphrase if output.interactive() else None,
        )
        public = signer.public_key
        return public.fingerprint, public.openssh, lambda payload: sign(payload, signer)

    def _maintain(self) -> None:
        from gitbaseline.transport.maintenance import (  # noqa: PLC0415 - only what writes needs it
            Maintenance,
        )

        Maintenance(self.git, self.place.common_dir, self.config).begin_if_due()

    def _external(self) -> tuple[Fingerprint, str, Sign] | None:
        from gitbaseline.model.signature import SignatureKind, kind_of_key  # noqa: PLC0415
        from gitbaseline.registry.verifier import external  # noqa: PLC0415

        wanted = self.settings.signing_key
        kind = self.settings.gpg_format or SignatureKind.OPENPGP
        if wanted is None or kind == SignatureKind.SSH or self.branch.tip() is None:
            return None
        listed = [name for name in self.branch.state().root.keys if kind_of_key(name) == kind]
        if not listed:
            return None
        program = external(SignatureKind(kind), self.config, self.where.environment)
        name = program.fingerprint(wanted)
        if name not in listed:
            return None
        public = name.replace(":", " ", 1)
        return name, public, lambda payload: program.sign(payload, wanted)

    def refuse_checked_out(self) -> None:
        """Raise Unable where the registry's branch is checked out: it would look changed."""
        heads = [self.place.common_dir, *self.place.common_dir.glob("worktrees/*")]
        for folder in [] if self.place.bare else heads:
            try:
                head = (folder / "HEAD").read_text().strip()
            except OSError:
                continue
            if head == f"ref: {self.settings.ref}":
                begun = self.branch.store.tip(self.settings.ref)
                raise Unable(
                    f"{self.settings.branch} is checked out, and recording would change it",
                    code="registry/checked-out",
                    where=str(folder),
                    hint=_switch(folder) if begun else "git switch --orphan main",
                )


def _switch(folder: Path) -> str:
    """Return what checks out another branch in the work tree whose folder of git this is."""
    try:
        top = Path((folder / "gitdir").read_text().strip()).parent
    except OSError:  # the main work tree has no such file
        return "git switch -"
    return f"git -C {shlex.quote(str(top))} switch -"


def clock() -> int:
    """Return the Unix time in whole seconds."""
    return int(time.time())


def recorder() -> Recorder:
    """Return this program's own name and version."""
    from gitbaseline.model.baseline import Recorder  # noqa: PLC0415

    return Recorder(name="git-baseline", version=__version__)


def _ask_passphrase() -> bytes:
    answer: str = click.prompt("Passphrase of the signing key", hide_input=True, err=True)
    return answer.encode()
