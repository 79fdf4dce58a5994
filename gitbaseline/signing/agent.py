"""Sign through ssh-agent, over its unix socket (draft-ietf-sshm-ssh-agent).

What it does not do: it does not read ``SSH_AUTH_SOCK``; the front end hands the path in. It
trusts no answer: ``sshsig.sign`` checks the form of a signature, the rules its truth.

- One connection a question, one message each way, at most 256 KiB (as OpenSSH's agent).
- RSA is asked for with SHA-512 (flag 4).
- Listing waits 5 seconds; signing 60, as the agent may ask its user to confirm.
"""

from __future__ import annotations

import socket

from gitbaseline.errors import Unable
from gitbaseline.frozen import dataclass
from gitbaseline.signing.keys import RSA, PublicKey, decode_public_key
from gitbaseline.signing.wire import Reader, Refused, string, uint32

_LIST, _KEYS = 11, 12
_SIGN, _SIGNATURE = 13, 14
_SHA512 = 4
_MAX_MESSAGE = 256 * 1024
_RULE = "agent/answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSigner:
    """A Signer whose private key stays in the agent."""

    socket_path: str
    public_key: PublicKey

    def sign_blob(self, data: bytes) -> bytes:
        """Return ``string algorithm, string signature`` over ``data``, or raise Unable."""
        key = self.public_key
        flags = _SHA512 if key.type == RSA else 0
        question = bytes([_SIGN]) + string(key.blob) + string(data) + uint32(flags)
        kind, answer = _ask(self.socket_path, question, timeout=60)
        if kind != _SIGNATURE:
            raise self._refusal()
        try:
            blob = answer.string()
            answer.end()
        except Refused as refused:
            raise _nonsense(self.socket_path, refused) from None
        return blob

    def _refusal(self) -> Unable:
        fingerprint = self.public_key.fingerprint
        if self.public_key not in list_keys(self.socket_path):
            return Unable(
                f"the ssh-agent does not hold the key {fingerprint}",
                code="agent/no-key",
                where=self.socket_path,
                hint="ssh-add PATH, with the path of its private key",
            )
        return Unable(
            f"the ssh-agent refused to sign with {fingerprint}",
            code="agent/refused",
            where=self.socket_path,
            hint="unlock the agent (ssh-add -X), or confirm where it asks",
        )


def list_keys(socket_path: str) -> tuple[PublicKey, ...]:
    """Return the keys in the agent that this format takes; others are passed over."""
    kind, answer = _ask(socket_path, bytes([_LIST]), timeout=5)
    if kind != _KEYS:
        raise Unable(
            "the ssh-agent refused to list its keys",
            code="agent/refused",
            where=socket_path,
            hint="ssh-add -l shows whether it works at all",
        )
    try:
        blobs = [(answer.string(), answer.string())[0] for _ in range(answer.uint32())]
        answer.end()
    except Refused as refused:
        raise _nonsense(socket_path, refused) from None
    return tuple(key for blob in blobs if (key := _usable(blob)))


def _usable(blob: bytes) -> PublicKey | None:
    try:
        return decode_public_key(blob)
    except Refused:
        return None


def _ask(socket_path: str, question: bytes, *, timeout: float) -> tuple[int, Reader]:
    """Return the kind of the answer and a reader of the rest of it."""
    try:
        with socket.socket(socket.AF_UNIX) as agent:
            agent.settimeout(timeout)
            agent.connect(socket_path)
            agent.sendall(string(question))
            size = int.from_bytes(_receive(agent, 4), "big")
            if not 1 <= size <= _MAX_MESSAGE:
                raise _nonsense(socket_path, f"a message of {size} bytes")
            answer = _receive(agent, size)
    except OSError as error:
        raise Unable(
            f"no ssh-agent answers: {error}",
            code="agent/none",
            where=socket_path,
            hint='start one: eval "$(ssh-agent)" && ssh-add',
        ) from None
    return answer[0], Reader(answer[1:], rule=_RULE)


def _receive(agent: socket.socket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        part = agent.recv(size - len(received))
        if not part:
            raise ConnectionError("it hung up")
        received += part
    return received


def _nonsense(socket_path: str, what: object) -> Unable:
    return Unable(
        f"the ssh-agent answered with something else than its protocol: {what}",
        code=_RULE,
        where=socket_path,
        hint="is SSH_AUTH_SOCK the socket of an ssh-agent?",
    )
