"""Keys made by the real ssh-keygen, once a session, and a clean way to start programs."""

import os
import socket
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from gitbaseline.signing.private import PrivateKey, load_private_key

KINDS = {
    "ed25519": ("-t", "ed25519"),
    "ecdsa256": ("-t", "ecdsa", "-b", "256"),
    "ecdsa384": ("-t", "ecdsa", "-b", "384"),
    "ecdsa521": ("-t", "ecdsa", "-b", "521"),
    "rsa": ("-t", "rsa", "-b", "3072"),
}


@dataclass
class Tools:
    """Starts programs with nothing of this machine's configuration but PATH."""

    home: Path
    require: Callable[[str], None]
    env: dict[str, str] = field(default_factory=dict)

    def run(self, *command, stdin=b"", cwd=None, check=True):
        self.require(command[0])
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "LC_ALL": "C",
            **self.env,
        }
        return subprocess.run(
            [str(part) for part in command],
            input=stdin,
            capture_output=True,
            cwd=cwd or self.home,
            env=env,
            check=check,
        )

    def keygen(self, path, *options, passphrase="", comment="a comment"):
        self.run("ssh-keygen", "-q", *options, "-N", passphrase, "-C", comment, "-f", path)
        return path


@dataclass
class Keyring:
    folder: Path
    tools: Tools
    loaded: dict[str, PrivateKey] = field(default_factory=dict)

    def path(self, kind):
        path = self.folder / kind
        if not path.exists():
            self.tools.keygen(path, *KINDS[kind])
        return path

    def signer(self, kind):
        if kind not in self.loaded:
            data = self.path(kind).read_bytes()
            self.loaded[kind] = load_private_key(data, where=kind, passphrase=None)
        return self.loaded[kind]


@pytest.fixture(scope="session")
def tools(tmp_path_factory, require):
    return Tools(home=tmp_path_factory.mktemp("home"), require=require)


@pytest.fixture(scope="session")
def keyring(tmp_path_factory, tools):
    return Keyring(folder=tmp_path_factory.mktemp("keys"), tools=tools)


@pytest.fixture(scope="session", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="session")
def signer(keyring, kind):
    return keyring.signer(kind)


@pytest.fixture(scope="session")
def ed25519(keyring):
    return keyring.signer("ed25519")


@pytest.fixture(scope="session")
def ecdsa(keyring):
    return keyring.signer("ecdsa256")


@pytest.fixture(scope="session")
def rsa(keyring):
    return keyring.signer("rsa")


@dataclass
class Agent:
    tools: Tools
    socket_path: str

    def add(self, path):
        self.tools.run("ssh-add", "-q", path)

    def lock(self, flag, passphrase):
        # ssh-add -x asks on a terminal; the protocol does not.
        message = bytes([flag]) + len(passphrase).to_bytes(4, "big") + passphrase
        with socket.socket(socket.AF_UNIX) as agent:
            agent.connect(self.socket_path)
            agent.sendall(len(message).to_bytes(4, "big") + message)
            assert agent.recv(5) == b"\0\0\0\1\6"


@pytest.fixture
def agent(tmp_path, tools):
    tools.require("ssh-agent")
    path = tmp_path / "agent"
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(path)],
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "HOME": str(tools.home)},
    )
    try:
        process.stdout.readline()  # it listens once it has said where
        yield Agent(tools=replace(tools, env={"SSH_AUTH_SOCK": str(path)}), socket_path=str(path))
    finally:
        process.terminate()
        process.communicate()
