"""A gpg key and an X.509 certificate that the registry lists, with the real gpg and gpgsm.

Each signs, stock git agrees, and it can be lost and disowned.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest

_CERTIFICATE = """\
Key-Type: RSA
Key-Length: 2048
Key-Usage: sign
Serial: random
Name-DN: CN=Bob
Name-Email: bob@example.org
"""


def environment_of(home):
    return {"PATH": "/usr/bin:/bin", "HOME": str(home), "GNUPGHOME": str(home)}


def fingerprint(told):
    return next(line.split(":")[9] for line in told.splitlines() if line.startswith("fpr:"))


def gpg(run, _):
    run("--passphrase", "", "--quick-gen-key", "bob <bob@example.org>", "ed25519", "sign", "1y")
    return fingerprint(run("--with-colons", "--list-keys", "bob"))


def gpgsm(run, home):
    """A certificate that signed itself, which this home trusts."""
    (home / "gpg-agent.conf").write_text("allow-loopback-pinentry\n")
    (home / "gpgsm.conf").write_text("disable-crl-checks\n")
    (home / "bob").write_text(_CERTIFICATE)
    answer = ("--pinentry-mode", "loopback", "--passphrase-fd", "0")
    run(*answer, "--generate-key", "--armor", "--output", str(home / "pem"), str(home / "bob"))
    run("--import", str(home / "pem"))
    name = fingerprint(run("--with-colons", "--list-secret-keys"))
    (home / "trustlist.txt").write_text(f"{name} S relax\n")
    return name


@pytest.fixture(params=[("openpgp", gpg), ("x509", gpgsm)], ids=["gpg", "gpgsm"])
def key_of_bob(request, tmp_path_factory):
    """Return the kind, a short home with bob's key or certificate, and its fingerprint."""
    kind, make = request.param
    if shutil.which(make.__name__) is None:
        pytest.skip(f"needs Debian's {make.__name__}")
    home = tmp_path_factory.mktemp("g")
    home.chmod(0o700)
    environment = environment_of(home)

    def run(*words):
        done = subprocess.run(
            [make.__name__, "--batch", *words],
            env=environment,
            input=b"\n",
            capture_output=True,
            check=True,
        )
        return done.stdout.decode()

    yield kind, home, make(run, home)
    subprocess.run(["gpgconf", "--kill", "all"], env=environment, check=False)


def test_it_signs_is_judged_and_is_lost(registry, baseline, key_of_bob):
    kind, home, name = key_of_bob
    program = baseline.at(registry.path, GNUPGHOME=str(home))
    key = f"{kind}:{name}"
    registry.git("config", "user.signingkey", "bob@example.org")
    registry.git("config", "gpg.format", kind)
    unlisted = program("record", "-m", "t", "--value", "3", "--unit", "s", "--yes", "--json")
    assert unlisted.code == 0  # the key of git-baseline's own signs while bob's is not listed

    assert (
        program("keys", "add", f"{kind}:1234", "--principal", "bob", "--json").json["error"]["code"]
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
        env=environment_of(home),
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
    registry.git("config", "user.signingkey", "bob@example.org")
    registry.git("config", "gpg.format", kind)
    refused = program("record", "-m", "t", "--value", "5", "--unit", "s", "--yes", "--json")
    assert refused.json["error"]["code"] == "key/retired"
