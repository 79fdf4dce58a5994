"""Keys by the real ssh-keygen, made once, and an ssh-agent."""

from __future__ import annotations

import os
import subprocess

import pytest

KINDS = {
    "ed25519": ("-t", "ed25519"),
    "ecdsa-256": ("-t", "ecdsa", "-b", "256"),
    "ecdsa-384": ("-t", "ecdsa", "-b", "384"),
    "ecdsa-521": ("-t", "ecdsa", "-b", "521"),
    "rsa": ("-t", "rsa", "-b", "2048"),
}


@pytest.fixture(scope="session")
def key(tmp_path_factory, require):
    """Return the path of a private key of a kind."""
    folder = tmp_path_factory.mktemp("keys")

    def make(kind, passphrase=""):
        path = folder / (kind + passphrase)
        if not path.exists():
            require("ssh-keygen")
            words = ("-q", *KINDS[kind], "-N", passphrase, "-C", "a b", "-f", path)
            subprocess.run(["ssh-keygen", *words], check=True)
        return path

    return make


@pytest.fixture
def agent(tmp_path, require):
    """Start an ssh-agent; return its socket."""
    require("ssh-agent")
    path = tmp_path / "agent"
    process = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(path)],
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
    )
    try:
        process.stdout.readline()  # it listens once it has said where
        yield str(path)
    finally:
        process.terminate()
        process.communicate()
