"""Stock git and ssh-keygen agree: Good for every commit, fsck clean, with every kind of key."""

from __future__ import annotations

import subprocess

import pytest


@pytest.fixture
def judged(inside, number, tmp_path):
    """Begin a registry, record, and let stock git judge every commit."""

    def judge(repo, **environment):
        program = inside.at(repo.path, **environment)
        for words in (("init",), number, (*number, "--value", "2")):
            done = program(*words)
            assert done.code == 0, done.err
        signers = tmp_path / "allowed_signers"
        signers.write_bytes(program("keys", "allowed-signers").out)
        for commit in repo.git("rev-list", "baselines").split():
            verdict = repo.run(
                *("-c", f"gpg.ssh.allowedSignersFile={signers}", "verify-commit", commit)
            )
            assert b'Good "git" signature for tess@example.org with ' in verdict.stderr
        assert repo.run("fsck", "--strict", "--no-dangling").stderr == b""
        shown = repo.git(
            *("-c", f"gpg.ssh.allowedSignersFile={signers}", "log", "--format=%G?", "baselines")
        )
        assert shown.split() == ["G", "G", "G"]
        verified = program("verify", "--full", "--json").json
        assert (verified["good"], verified["statements"]) == (True, 3)
        return verified

    return judge


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521", "rsa"])
def test_keys_in_files(repo, judged, key, kind):
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingkey", key(kind))
    (signer,) = judged(repo)["signers"]
    fingerprint = subprocess.run(
        ["ssh-keygen", "-l", "-f", key(kind)], capture_output=True, check=True, text=True
    )
    assert signer["fingerprint"] == fingerprint.stdout.split()[1]


def test_the_key_that_init_makes(repo, judged):
    judged(repo)


@pytest.mark.parametrize("named", ["key::literal", "bare literal", "public file", "private file"])
@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_keys_in_an_agent(repo, judged, key, agent, kind, named):
    """The private key lies in the agent; in a file it is encrypted, or not there at all."""
    path = key(kind, "secret" if named == "private file" else "")
    plain = path
    if named == "private file":
        plain = repo.path.parent / "plain"
        plain.write_bytes(path.read_bytes())
        plain.chmod(0o600)
        words = ("-q", "-p", "-P", "secret", "-N", "", "-f", plain)
        subprocess.run(["ssh-keygen", *words], check=True)
    environment = repo.environment | {"SSH_AUTH_SOCK": agent}
    subprocess.run(["ssh-add", "-q", plain], check=True, env=environment, capture_output=True)
    public = path.with_name(f"{path.name}.pub")
    alone = repo.path.parent / "alone.pub"
    alone.write_bytes(public.read_bytes())
    value = {
        "key::literal": f"key::{public.read_text().strip()}",
        "bare literal": public.read_text().strip(),
        "public file": alone,
        "private file": path,
    }[named]
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingkey", value)
    judged(repo, SSH_AUTH_SOCK=agent)


def test_a_literal_key_without_an_agent(registry, inside, number, key):
    registry.git("config", "gpg.format", "ssh")
    registry.git("config", "user.signingkey", f"key::{key('rsa').with_suffix('.pub').read_text()}")
    before = registry.reached()
    done = inside(*number, "--json")
    assert (done.code, done.json["error"]["code"]) == (3, "agent/none")
    assert registry.reached() == before


def test_our_signature_by_ssh_keygen_itself(registry, inside, number, tmp_path):
    inside(*number)
    raw = registry.run("cat-file", "commit", "baselines").stdout
    head, _, rest = raw.partition(b"gpgsig ")
    armor, _, message = rest.partition(b"-----END SSH SIGNATURE-----\n")
    signature = tmp_path / "signature"
    signature.write_bytes(armor.replace(b"\n ", b"\n") + b"-----END SSH SIGNATURE-----\n")
    signers = tmp_path / "signers"
    signers.write_bytes(inside("keys", "allowed-signers").out)
    words = ("-Y", "verify", "-n", "git", "-I", "tess@example.org", "-s", signature, "-f", signers)
    done = subprocess.run(
        ["ssh-keygen", *words], input=head + message, capture_output=True, check=False
    )
    assert done.stdout.startswith(b'Good "git" signature for tess@example.org')


def test_nothing_of_the_branch_leaks_into_status_or_other_refs(registry, inside, number):
    refs = registry.git("for-each-ref", "--format=%(refname) %(objectname)")
    inside(*number)
    later = registry.git("for-each-ref", "--format=%(refname) %(objectname)")
    changed = set(later.split("\n")) ^ set(refs.split("\n"))
    assert {line.split()[0] for line in changed} == {"refs/heads/baselines"}
    assert registry.git("status", "--porcelain") == ""
    log = registry.git("reflog", "show", "--format=%gs", "-1", "baselines")
    assert log.startswith("baseline: record fam/step/")
