"""A gpg key that the registry lists: it signs, stock git agrees, and it can be lost and disowned."""

from __future__ import annotations

import shutil
import subprocess

import pytest

pytestmark = pytest.mark.skipif(shutil.which("gpg") is None, reason="needs Debian's gnupg")


@pytest.fixture
def gpg(tmp_path_factory):
    """Return a short GNUPGHOME with one key, and that key's fingerprint."""
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "GNUPGHOME": str(home)}

    def run(*words):
        done = subprocess.run(
            ["gpg", "--batch", *words], env=environment, capture_output=True, check=True
        )
        return done.stdout.decode()

    run("--passphrase", "", "--quick-gen-key", "bob <bob@example.org>", "ed25519", "sign", "1y")
    lines = run("--with-colons", "--list-keys", "bob").splitlines()
    yield home, next(line.split(":")[9] for line in lines if line.startswith("fpr:"))
    subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)


def test_a_gpg_key_signs_is_judged_and_is_lost(registry, baseline, gpg):
    home, name = gpg
    program = baseline.at(registry.path, GNUPGHOME=str(home))
    key = f"openpgp:{name}"
    registry.git("config", "user.signingkey", "bob")
    registry.git("config", "gpg.format", "openpgp")
    unlisted = program("record", "-m", "t", "--value", "3", "--unit", "s", "--yes", "--json")
    assert unlisted.code == 0  # the key of git-baseline's own signs while gpg's is not listed

    assert (
        program("keys", "add", "openpgp:1234", "--principal", "bob", "--json").json["error"]["code"]
        == "key/form"
    )
    added = program("keys", "add", key, "--principal", "bob", "--role", "record", "--json")
    assert (added.code, added.json["key"]) == (0, key)
    recorded = program("record", "-m", "t", "--value", "4", "--unit", "s", "--yes", "--json")
    assert recorded.code == 0
    commit = recorded.json["commit"]
    subprocess.run(
        ["git", "verify-commit", commit],
        cwd=registry.path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "GNUPGHOME": str(home)},
        capture_output=True,
        check=True,
    )

    verified = program("verify", "--json").json
    assert verified["good"] is True
    assert {(s["principal"], s["fingerprint"]) for s in verified["signers"]} >= {("bob", key)}
    assert "which bind no one spelling" in program("verify", "--full").text
    allowed = program("keys", "allowed-signers").text
    assert "bob" not in allowed

    assert program("keys", "retire", key, "--json").json["error"]["code"] == "key/not-allowed"
    registry.git("config", "gpg.format", "ssh")
    registry.git("config", "--unset", "user.signingkey")
    lost = program("keys", "compromised", key, "--since", commit, "--json")
    assert lost.json["distrusted"] == [recorded.json["entry"]]
    listed = {e["slug"]: e["status"] for e in program("list", "--all", "--json").json["entries"]}
    assert listed[recorded.json["slug"]] == "distrusted"
    assert program("verify", "--full", "--json").json["good"] is True
    registry.git("config", "user.signingkey", "bob")
    registry.git("config", "gpg.format", "openpgp")
    refused = program("record", "-m", "t", "--value", "5", "--unit", "s", "--yes", "--json")
    assert refused.json["error"]["code"] == "key/retired"
