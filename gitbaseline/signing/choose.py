"""Find the key that signs, from plain settings, as git would for ``gpg.format=ssh``.

What it does not do: it reads neither git's configuration nor the environment. Rules, the
first that fits:

- ``user.signingkey`` with ``gpg.format=ssh``: ``key::ssh-...`` or a bare ``ssh-...`` is a
  public key whose private half is in the agent; anything else is a path, ``~/`` expanded,
  to a private key or to a ``.pub`` (the private key beside it, else the agent).
- Otherwise git-baseline's own key file, where there is one.
- An encrypted key is looked for in the agent first; only then is anybody asked.
- A private key that is open to others is refused, as by ssh.
"""

from __future__ import annotations

import os
import shlex
import stat
from pathlib import Path

from gitbaseline.errors import InputError, Unable
from gitbaseline.frozen import dataclass
from gitbaseline.signing.agent import AgentSigner, list_keys
from gitbaseline.signing.keys import PublicKey, parse_public_key
from gitbaseline.signing.private import Passphrase, is_encrypted, load_private_key, public_half
from gitbaseline.signing.sshsig import Signer
from gitbaseline.signing.wire import Refused

_MAX_KEY_FILE = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reach:
    """What stands between a key that is named and one that signs."""

    agent_socket: str | None
    passphrase: Passphrase | None


def choose_signer(
    *,
    gpg_format: str | None,
    signing_key: str | None,
    home: Path,
    agent_socket: str | None,
    default_key: Path | None,
    passphrase: Passphrase | None,
) -> Signer:
    """Return the signer that these settings name.

    ``gpg_format`` and ``signing_key`` are git's ``gpg.format`` and ``user.signingkey``;
    ``default_key`` is git-baseline's own key file. Raises Unable where no key can be
    reached, InputError where what is named is no usable key.
    """
    reach = _Reach(agent_socket=agent_socket, passphrase=passphrase)
    if gpg_format == "ssh" and signing_key:
        return _configured(signing_key, home, reach)
    if default_key is not None and _is_there(default_key):
        return _from_path(default_key, reach)
    if signing_key or gpg_format not in (None, "ssh"):
        raise Unable(
            f"git signs with gpg.format={gpg_format or 'openpgp'} here, and git-baseline has no"
            " SSH key of its own",
            code="key/format",
            where="gpg.format",
            hint="git baseline init, or git config gpg.format ssh and"
            " git config user.signingkey ~/.ssh/id_ed25519.pub",
        )
    raise Unable("there is no key to sign with", code="key/none", hint="git baseline init")


def _configured(signing_key: str, home: Path, reach: _Reach) -> Signer:
    literal = signing_key.removeprefix("key::")
    if literal != signing_key or literal.startswith("ssh-"):
        key = _parse(literal, where="user.signingkey")
        return _from_agent(key, reach, hint="ssh-add PATH, with the path of its private key")
    relative = signing_key.removeprefix("~/")
    return _from_path(home / relative if relative != signing_key else Path(signing_key), reach)


def _from_path(path: Path, reach: _Reach) -> Signer:
    if path.suffix != ".pub":
        return _from_private(path, None, reach)
    public = _parse(_read(path, secret=False).decode("utf-8", "replace"), where=str(path))
    private = path.with_suffix("")
    if _is_there(private):
        return _from_private(private, public, reach)
    return _from_agent(public, reach, hint=f"ssh-add the private key of {shlex.quote(str(path))}")


def _from_private(path: Path, public: PublicKey | None, reach: _Reach) -> Signer:
    data = _read(path, secret=True)
    if is_encrypted(data):
        key = public or _public_of(data, path)
        held = _agent_signer(key, reach) if key else None
        if held:
            return held
    signer = load_private_key(data, where=str(path), passphrase=reach.passphrase)
    if public is not None and signer.public_key != public:
        raise InputError(
            f"the private key beside it is another one: expected {public.fingerprint},"
            f" got {signer.public_key.fingerprint}",
            code="key/mismatch",
            where=f"{path}.pub",
            hint=f"ssh-keygen -y -f {shlex.quote(str(path))} prints the public key that fits",
        )
    return signer


def _public_of(data: bytes, path: Path) -> PublicKey | None:
    """Return the public half of an encrypted key, if it is to be had without the passphrase."""
    beside = path.with_name(path.name + ".pub")
    try:
        half = public_half(data)
        if half is None and _is_there(beside):
            return parse_public_key(_read(beside, secret=False).decode("utf-8", "replace"))
    except Refused:
        return None  # load_private_key says why
    return half


def _agent_signer(key: PublicKey, reach: _Reach) -> AgentSigner | None:
    """Return None without an agent, an answer or the key in it: another way remains."""
    if reach.agent_socket is None:
        return None
    try:
        keys = list_keys(reach.agent_socket)
    except Unable:
        return None
    return AgentSigner(socket_path=reach.agent_socket, public_key=key) if key in keys else None


def _from_agent(key: PublicKey, reach: _Reach, *, hint: str) -> Signer:
    if reach.agent_socket is None:
        raise Unable(
            f"the key {key.fingerprint} is to be had from an ssh-agent only, and there is none",
            code="agent/none",
            where="user.signingkey",
            hint=f'eval "$(ssh-agent)", then {hint}',
        )
    if key not in list_keys(reach.agent_socket):
        raise Unable(
            f"the ssh-agent does not hold the key {key.fingerprint}",
            code="agent/no-key",
            where="user.signingkey",
            hint=hint,
        )
    return AgentSigner(socket_path=reach.agent_socket, public_key=key)


def _parse(text: str, *, where: str) -> PublicKey:
    try:
        return parse_public_key(text)
    except Refused as refused:
        raise InputError(
            f"not a public key that may sign: {refused}",
            code=refused.rule,
            where=where,
            hint="expected one line as in ~/.ssh/id_ed25519.pub: ssh-ed25519 AAAA...",
        ) from None


def _read(path: Path, *, secret: bool) -> bytes:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            data = file.read(_MAX_KEY_FILE)
    except OSError as error:
        raise Unable(
            f"cannot read the key: {error.strerror}",
            code="key/missing",
            where=str(path),
            hint="git config user.signingkey names the key that signs",
        ) from None
    if secret and mode & 0o077:
        raise Unable(
            f"this private key is open to others: expected mode 600, got {mode:o}",
            code="key/permissions",
            where=str(path),
            hint=f"chmod 600 {shlex.quote(str(path))}",
        )
    return data


def _is_there(path: Path) -> bool:
    return os.access(path, os.F_OK)  # unlike Path.exists, no exception on a closed folder
