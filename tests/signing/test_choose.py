import os
import shutil
from pathlib import Path

import pytest

from gitbaseline.errors import InputError, Unable
from gitbaseline.signing.agent import AgentSigner
from gitbaseline.signing.choose import choose_signer
from gitbaseline.signing.keys import parse_public_key
from gitbaseline.signing.private import PrivateKey
from gitbaseline.signing.sshsig import sign, verify


def never():
    raise AssertionError("a passphrase was asked for")


def choose(home, **changes):
    settings = {
        "gpg_format": "ssh",
        "signing_key": None,
        "home": home,
        "agent_socket": None,
        "default_key": None,
        "passphrase": never,
        **changes,
    }
    return choose_signer(**settings)


def failure(error, home, **changes):
    with pytest.raises(error) as caught:
        choose(home, **changes)
    return caught.value.code, caught.value.message, caught.value.where, caught.value.hint


@pytest.fixture
def home(tmp_path, keyring):
    """A home with a plain key in .ssh, and an encrypted one."""
    folder = tmp_path / "home" / ".ssh"
    folder.mkdir(parents=True)
    for suffix in ("", ".pub"):
        shutil.copy(str(keyring.path("ed25519")) + suffix, folder / ("id" + suffix))
    return folder.parent


@pytest.fixture
def locked(tools, home):
    return tools.keygen(home / ".ssh/locked", "-t", "ed25519", "-a", "4", passphrase="sesame")


@pytest.fixture
def locked_pem(tools, home):
    path = home / ".ssh/pem"
    return tools.keygen(path, "-t", "ecdsa", "-m", "PEM", passphrase="sesame")


def add(agent, locked):
    """Give an encrypted key to the agent: through a copy without its passphrase."""
    copy = locked.with_name("copy")
    shutil.copy(locked, copy)
    agent.tools.run("ssh-keygen", "-q", "-p", "-P", "sesame", "-N", "", "-f", copy)
    agent.add(copy)
    copy.unlink()


def public_of(tools, path):
    return parse_public_key(
        tools.run("ssh-keygen", "-y", "-P", "sesame", "-f", path).stdout.decode()
    )


@pytest.mark.parametrize("name", ["~/.ssh/id", "~/.ssh/id.pub", "{home}/.ssh/id", ".ssh/id.pub"])
def test_a_path_to_a_key_or_its_public_half(home, ed25519, name, monkeypatch):
    monkeypatch.chdir(home)
    signer = choose(home, signing_key=name.format(home=home), default_key=Path("never"))
    assert isinstance(signer, PrivateKey)
    assert signer.public_key == ed25519.public_key
    assert sign(b"x", signer) == sign(b"x", ed25519)


@pytest.mark.parametrize("form", ["key::{}", "{}", "key::{} comment"])
def test_a_literal_key_is_in_the_agent(home, agent, keyring, ed25519, form):
    literal = form.format(ed25519.public_key.openssh)
    key = ed25519.public_key
    hint = "ssh-add PATH, with the path of its private key"
    assert failure(Unable, home, signing_key=literal) == (
        "agent/none",
        f"the key {key.fingerprint} is to be had from an ssh-agent only, and there is none",
        "user.signingkey",
        f'eval "$(ssh-agent)", then {hint}',
    )
    reach = {"signing_key": literal, "agent_socket": agent.socket_path}
    assert failure(Unable, home, **reach) == (
        "agent/no-key",
        f"the ssh-agent does not hold the key {key.fingerprint}",
        "user.signingkey",
        hint,
    )
    agent.add(keyring.path("ed25519"))
    signer = choose(home, **reach)
    assert signer == AgentSigner(socket_path=agent.socket_path, public_key=key)
    assert sign(b"x", signer) == sign(b"x", ed25519)


def test_a_literal_of_another_kind_needs_the_prefix(home, agent, keyring, ecdsa):
    agent.add(keyring.path("ecdsa256"))
    literal = ecdsa.public_key.openssh
    signer = choose(home, signing_key=f"key::{literal}", agent_socket=agent.socket_path)
    assert signer == AgentSigner(socket_path=agent.socket_path, public_key=ecdsa.public_key)
    # Without it git takes it for a path, and so do we.
    assert failure(Unable, home, signing_key=literal)[0] == "key/missing"


def test_a_public_key_without_its_private_half_is_in_the_agent(home, agent, keyring, ed25519):
    (home / ".ssh/id").unlink()
    reach = {"signing_key": "~/.ssh/id.pub", "agent_socket": agent.socket_path}
    assert failure(Unable, home, **reach) == (
        "agent/no-key",
        f"the ssh-agent does not hold the key {ed25519.public_key.fingerprint}",
        "user.signingkey",
        f"ssh-add the private key of {home}/.ssh/id.pub",
    )
    agent.add(keyring.path("ed25519"))
    assert isinstance(choose(home, **reach), AgentSigner)


@pytest.mark.parametrize("suffix", ["", ".pub"])
def test_an_encrypted_key_is_asked_of_the_agent_first(home, agent, tools, locked, suffix):
    key = public_of(tools, locked)
    reach = {"signing_key": f"{locked}{suffix}", "agent_socket": agent.socket_path}
    asked = choose(home, **reach, passphrase=lambda: b"sesame")
    assert isinstance(asked, PrivateKey)
    assert asked.public_key == key
    add(agent, locked)
    assert choose(home, **reach) == AgentSigner(socket_path=agent.socket_path, public_key=key)


def test_an_encrypted_pem_is_known_by_the_public_key_beside_it(home, agent, tools, locked_pem):
    key = public_of(tools, locked_pem)
    add(agent, locked_pem)
    reach = {"signing_key": str(locked_pem), "agent_socket": agent.socket_path}
    assert choose(home, **reach) == AgentSigner(socket_path=agent.socket_path, public_key=key)
    beside = locked_pem.with_name("pem.pub")
    for spoil in (lambda: beside.write_text("ssh-dss AAAA\n"), beside.unlink):
        spoil()
        asked = choose(home, **reach, passphrase=lambda: b"sesame")
        assert isinstance(asked, PrivateKey)
        assert asked.public_key == key


def test_an_encrypted_key_with_nobody_to_ask(home, locked):
    expected = (
        "key/locked",
        "the key is encrypted and there is nobody to ask for its passphrase",
        str(locked),
        f"load it once: ssh-add {locked}",
    )
    for agent_socket in (None, str(home / "no agent here")):
        settings = {"agent_socket": agent_socket, "passphrase": None}
        assert failure(Unable, home, signing_key=str(locked), **settings) == expected


def test_git_baselines_own_key_is_used_where_none_is_configured(home, ed25519):
    own = home / ".ssh/id"
    for settings in (
        {"gpg_format": "ssh"},
        {"gpg_format": None},
        {"gpg_format": None, "signing_key": "0xDEADBEEF"},
        {"gpg_format": "openpgp", "signing_key": "0xDEADBEEF"},
        {"gpg_format": "x509"},
    ):
        assert choose(home, default_key=own, **settings).public_key == ed25519.public_key


@pytest.mark.parametrize("default_key", [None, Path("nowhere/key")])
def test_no_key_at_all(home, default_key):
    for gpg_format in (None, "ssh"):
        assert failure(Unable, home, gpg_format=gpg_format, default_key=default_key) == (
            "key/none",
            "there is no key to sign with",
            None,
            "git baseline init",
        )


@pytest.mark.parametrize(
    ("gpg_format", "signing_key", "named"),
    [("openpgp", None, "openpgp"), ("x509", "id", "x509"), (None, "0xDEADBEEF", "openpgp")],
)
def test_a_format_that_is_not_ssh(home, gpg_format, signing_key, named):
    assert failure(Unable, home, gpg_format=gpg_format, signing_key=signing_key) == (
        "key/format",
        f"git signs with gpg.format={named} here, and git-baseline has no SSH key of its own",
        "gpg.format",
        (
            "git baseline init, or git config gpg.format ssh and"
            " git config user.signingkey ~/.ssh/id_ed25519.pub"
        ),
    )


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o601])
def test_a_private_key_that_is_open_to_others(home, mode):
    path = home / ".ssh/id"
    path.chmod(mode)
    for name in ("~/.ssh/id", "~/.ssh/id.pub"):
        assert failure(Unable, home, signing_key=name) == (
            "key/permissions",
            f"this private key is open to others: expected mode 600, got {mode:o}",
            str(path),
            f"chmod 600 {path}",
        )
    path.chmod(0o400)
    assert isinstance(choose(home, signing_key="~/.ssh/id"), PrivateKey)


def test_a_file_that_is_not_there_or_is_no_key(home):
    hint = "git config user.signingkey names the key that signs"
    for name in ("nothing", "nothing.pub"):
        assert failure(Unable, home, signing_key=f"~/{name}") == (
            "key/missing",
            "cannot read the key: No such file or directory",
            str(home / name),
            hint,
        )
    assert failure(Unable, home, signing_key=str(home))[1] == "cannot read the key: Is a directory"
    (home / "x.pub").write_bytes(b"\xff\xfe")
    assert failure(InputError, home, signing_key="~/x.pub") == (
        "signature/key-type",
        (
            "not a public key that may sign: expected a key type of ssh-ed25519,"
            " ecdsa-sha2-nistp256, ecdsa-sha2-nistp384, ecdsa-sha2-nistp521, ssh-rsa;"
            " got '\\ufffd\\ufffd'"
        ),
        str(home / "x.pub"),
        "expected one line as in ~/.ssh/id_ed25519.pub: ssh-ed25519 AAAA...",
    )
    assert failure(InputError, home, signing_key="key::nothing")[2] == "user.signingkey"


def test_a_private_key_beside_another_public_one(home, keyring, ed25519, ecdsa):
    shutil.copy(str(keyring.path("ecdsa256")) + ".pub", home / ".ssh/id.pub")
    ours, other = ed25519.public_key.fingerprint, ecdsa.public_key.fingerprint
    path = home / ".ssh/id"
    assert failure(InputError, home, signing_key="~/.ssh/id.pub") == (
        "key/mismatch",
        f"the private key beside it is another one: expected {other}, got {ours}",
        f"{path}.pub",
        f"ssh-keygen -y -f {path} prints the public key that fits",
    )
    # Named itself, the private key needs no public one.
    assert choose(home, signing_key="~/.ssh/id").public_key == ed25519.public_key


def test_the_environment_is_not_asked(home, agent, monkeypatch):
    monkeypatch.setenv("SSH_AUTH_SOCK", agent.socket_path)
    monkeypatch.setenv("HOME", os.devnull)
    signer = choose(home, signing_key="~/.ssh/id")
    assert verify(b"x", sign(b"x", signer)).fingerprint == signer.public_key.fingerprint
