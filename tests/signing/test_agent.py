import socket
import threading

import pytest

from gitbaseline.errors import Unable
from gitbaseline.model.signature import SignedBy
from gitbaseline.signing import agent as module
from gitbaseline.signing.agent import AgentSigner, list_keys
from gitbaseline.signing.sshsig import sign, verify
from gitbaseline.signing.wire import string, uint32


def failure(call, *args):
    with pytest.raises(Unable) as caught:
        call(*args)
    error = caught.value
    return error.code, error.message, error.hint


@pytest.fixture
def fake(tmp_path):
    """Return a function that serves these bytes, one connection each, and gives the path."""
    listeners = []

    def serve(*answers):
        listener = socket.socket(socket.AF_UNIX)
        listeners.append(listener)
        path = str(tmp_path / "fake")
        listener.bind(path)
        listener.listen()

        def loop():
            for answer in answers:
                with listener.accept()[0] as connection:
                    connection.recv(65536)
                    for at in range(0, len(answer), 50):  # in pieces, as a socket may
                        connection.sendall(answer[at : at + 50])

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        return path

    yield serve
    for listener in listeners:
        listener.close()


def message(kind, body=b""):
    return string(bytes([kind]) + body)


def test_an_agent_signs_with_every_kind(agent, keyring, kind):
    agent.add(keyring.path(kind))
    key = keyring.signer(kind).public_key
    assert list_keys(agent.socket_path) == (key,)
    armor = sign(b"payload", AgentSigner(socket_path=agent.socket_path, public_key=key))
    assert verify(b"payload", armor) == SignedBy(fingerprint=key.fingerprint, key_type=key.type)
    if not kind.startswith("ecdsa"):
        assert armor == sign(b"payload", keyring.signer(kind))


def test_an_agent_lists_what_can_sign_and_passes_over_the_rest(agent, keyring, tools, tmp_path):
    assert list_keys(agent.socket_path) == ()
    weak = tools.keygen(tmp_path / "weak", "-t", "rsa", "-b", "1024")
    for path in (keyring.path("ed25519"), weak, keyring.path("ecdsa521")):
        agent.add(path)
    keys = [keyring.signer(kind).public_key for kind in ("ed25519", "ecdsa521")]
    assert list_keys(agent.socket_path) == tuple(keys)


def test_a_key_that_is_not_in_the_agent(agent, ed25519):
    key = ed25519.public_key
    signer = AgentSigner(socket_path=agent.socket_path, public_key=key)
    assert failure(signer.sign_blob, b"x") == (
        "agent/no-key",
        f"the ssh-agent does not hold the key {key.fingerprint}",
        "ssh-add PATH, with the path of its private key",
    )


def test_an_agent_that_refuses(fake, ed25519):
    key = ed25519.public_key
    held = uint32(1) + string(key.blob) + string(b"comment")
    path = fake(message(5), message(12, held))
    assert failure(AgentSigner(socket_path=path, public_key=key).sign_blob, b"x") == (
        "agent/refused",
        f"the ssh-agent refused to sign with {key.fingerprint}",
        "unlock the agent (ssh-add -X), or confirm where it asks",
    )


def test_an_agent_that_does_not_list(fake):
    assert failure(list_keys, fake(message(5))) == (
        "agent/refused",
        "the ssh-agent refused to list its keys",
        "ssh-add -l shows whether it works at all",
    )


def test_a_locked_agent_holds_nothing(agent, keyring):
    agent.add(keyring.path("ed25519"))
    agent.lock(22, b"secret")
    assert list_keys(agent.socket_path) == ()
    agent.lock(23, b"secret")
    assert list_keys(agent.socket_path) == (keyring.signer("ed25519").public_key,)


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (b"\0\0\0\0", "a message of 0 bytes"),
        (b"HTTP/1.1 400\r\n", "a message of 1213486160 bytes"),
        (uint32(256 * 1024 + 1), "a message of 262145 bytes"),
        (message(12, b"\0\0"), "offset 0: expected 4 bytes, got 2"),
        (message(12, uint32(2**32 - 1)), "offset 4: expected 4 bytes, got 0"),
        (message(12, uint32(0) + b"x"), "offset 4: expected the end, got 1 bytes"),
    ],
)
def test_an_answer_that_is_none(fake, answer, detail):
    assert failure(list_keys, fake(answer)) == (
        "agent/answer",
        f"the ssh-agent answered with something else than its protocol: {detail}",
        "is SSH_AUTH_SOCK the socket of an ssh-agent?",
    )


@pytest.mark.parametrize("body", [b"", string(b"blob") + b"x", uint32(5) + b"blob"])
def test_a_signature_that_is_none(fake, ed25519, body):
    signer = AgentSigner(socket_path=fake(message(14, body)), public_key=ed25519.public_key)
    assert failure(signer.sign_blob, b"x")[0] == "agent/answer"


@pytest.mark.parametrize("answer", [b"", b"\0\0", b"\0\0\0\x09\x0c"])
def test_an_agent_that_hangs_up(fake, answer):
    assert failure(list_keys, fake(answer)) == (
        "agent/none",
        "no ssh-agent answers: it hung up",
        'start one: eval "$(ssh-agent)" && ssh-add',
    )


def test_an_agent_that_says_nothing_is_not_waited_for(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "mute"))
        listener.listen()
        with pytest.raises(Unable) as caught:
            module._ask(str(tmp_path / "mute"), b"\x0b", timeout=0.05)
    assert (caught.value.code, caught.value.message) == (
        "agent/none",
        "no ssh-agent answers: timed out",
    )


@pytest.mark.parametrize("name", ["nowhere", "x" * 200])
def test_no_agent(tmp_path, name):
    path = str(tmp_path / name)
    with pytest.raises(Unable) as caught:
        list_keys(path)
    assert (caught.value.code, caught.value.where) == ("agent/none", path)
    assert caught.value.message.startswith("no ssh-agent answers: ")
