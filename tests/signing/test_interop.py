"""Against the real ssh-keygen and git: they take ours, we take theirs, we are never more lenient."""

import base64
import random

import pytest

from gitbaseline.model.signature import BadSignature, SignedBy
from gitbaseline.signing.allowed_signers import render
from gitbaseline.signing.curves import ED25519_ORDER
from gitbaseline.signing.keys import CURVES
from gitbaseline.signing.sshsig import reseal, sign, verify
from gitbaseline.signing.wire import Reader, mpint, string, uint32

PRINCIPAL = "alice@example.org"
EMPTY_TREE = b"4b825dc642cb6eb9a060e54bf8d69288fbee4904"
PERSON = b"Alice <alice@example.org> 1700000000 +0000"
HEADERS = b"tree %s\nauthor %s\ncommitter %s\n" % (EMPTY_TREE, PERSON, PERSON)
MESSAGE = b"\nrecord a/b\n\nBaseline-Kind: record\n"
BEGIN, END = b"-----BEGIN SSH SIGNATURE-----\n", b"-----END SSH SIGNATURE-----\n"


@pytest.fixture(scope="session")
def judge(tools, tmp_path_factory):
    """Return a function that asks ssh-keygen."""
    folder = tmp_path_factory.mktemp("judge")

    def accepts(payload, armor, key):
        (folder / "allowed").write_bytes(render([(PRINCIPAL, key)]))
        (folder / "signature").write_bytes(armor)
        command = ("ssh-keygen", "-Y", "verify", "-n", "git", "-I", PRINCIPAL)
        files = ("-f", folder / "allowed", "-s", folder / "signature")
        return tools.run(*command, *files, stdin=payload, check=False).returncode == 0

    return accepts


@pytest.fixture(scope="session")
def repository(tools, tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    tools.run("git", "init", "-q", folder)
    tools.run("git", "config", "gpg.format", "ssh", cwd=folder)
    tools.run("git", "config", "gpg.ssh.allowedSignersFile", folder / "allowed", cwd=folder)
    return folder


def of_ssh_keygen(keyring, tools, kind, payload):
    command = ("ssh-keygen", "-q", "-Y", "sign", "-n", "git", "-f", keyring.path(kind))
    return tools.run(*command, stdin=payload).stdout


def signed_by(signer):
    key = signer.public_key
    return SignedBy(fingerprint=key.fingerprint, key_type=key.type)


def test_ssh_keygen_takes_ours(signer, judge):
    for payload in (b"", b"one line\n", bytes(range(256)) * 40):
        assert judge(payload, sign(payload, signer), signer.public_key)
    assert not judge(b"other", sign(b"payload", signer), signer.public_key)


def test_we_take_what_ssh_keygen_made(keyring, tools, kind, signer):
    for payload in (b"", b"one line\n", b"payload"):
        theirs = of_ssh_keygen(keyring, tools, kind, payload)
        assert verify(payload, reseal(theirs)) == signed_by(signer)
        if not kind.startswith("ecdsa"):
            assert theirs == reseal(theirs) == sign(payload, signer)


def test_a_low_s_is_still_good_for_ssh_keygen(keyring, tools, judge):
    signer = keyring.signer("ecdsa256")
    verdicts = set()
    for number in range(64):  # half of them are high; all alike would take 2**63 runs
        payload = b"%d" % number
        theirs = of_ssh_keygen(keyring, tools, "ecdsa256", payload)
        ours = reseal(theirs)
        assert verify(payload, ours) == signed_by(signer)
        assert judge(payload, ours, signer.public_key)
        verdicts.add("low" if theirs == ours else verify(payload, theirs).rule)
        if len(verdicts) == 2:
            break
    assert verdicts == {"low", "signature/high-s"}


def test_git_says_good(signer, repository, tools):
    (repository / "allowed").write_bytes(render([(PRINCIPAL, signer.public_key)]))
    armor = sign(HEADERS + MESSAGE, signer)
    folded = b"gpgsig " + armor.removesuffix(b"\n").replace(b"\n", b"\n ") + b"\n"
    tools.run("git", "hash-object", "-t", "tree", "-w", "--stdin", cwd=repository)
    commit = tools.run(
        *("git", "hash-object", "-t", "commit", "-w", "--stdin"),
        stdin=HEADERS + folded + MESSAGE,
        cwd=repository,
    ).stdout.decode()
    done = tools.run("git", "verify-commit", "-v", commit.strip(), cwd=repository)
    assert f'Good "git" signature for {PRINCIPAL} with' in done.stderr.decode()
    assert signer.public_key.fingerprint in done.stderr.decode()
    fsck = tools.run("git", "fsck", "--strict", "--no-dangling", cwd=repository)
    assert fsck.stdout == b""


def armored(blob):
    digits = base64.b64encode(blob)
    lines = [digits[at : at + 70] + b"\n" for at in range(0, len(digits), 70)]
    return BEGIN + b"".join(lines) + END


def mutants(armor, dice):
    """Twelve mutations of the armour and of what is in it, some of which OpenSSH takes."""
    blob = base64.b64decode(armor.removeprefix(BEGIN).removesuffix(END))
    yield armor + b"\n"
    yield armor.replace(b"\n", b" \n")
    yield armored(blob).replace(b"\n" + END, b"\r\n" + END)
    yield armored(blob + b"\0")
    yield armored(blob.replace(uint32(0) + string(b"sha512"), string(b"x") + string(b"sha512")))
    yield armored(blob.replace(string(b"git"), string(b"file")))
    yield armored(blob.replace(b"sha512", b"sha256"))
    yield armored(twin(blob))
    for _ in range(2):
        at = dice.randrange(len(blob))
        yield armored(blob[:at] + bytes([blob[at] ^ 1 << dice.randrange(8)]) + blob[at + 1 :])
    at = dice.randrange(len(armor))
    yield armor[:at] + bytes([dice.randrange(32, 127)]) + armor[at + 1 :]
    yield armor[:at] + armor[at + 1 :]


def twin(blob):
    """Return the blob with the other S of Ed25519 or ECDSA, or a shorter RSA signature."""
    fields = Reader(blob, rule="r")
    head = fields.take(6) + uint32(fields.uint32())
    head += b"".join(string(fields.string()) for _ in range(4))
    inner = Reader(fields.string(), rule="r")
    name, signature = inner.string(), inner.string()
    if name == b"ssh-ed25519":
        s = int.from_bytes(signature[32:], "little") + ED25519_ORDER
        signature = signature[:32] + s.to_bytes(32, "little")
    elif name == b"rsa-sha2-512":
        signature = b"\0" + signature
    else:
        numbers = Reader(signature, rule="r")
        r, s = numbers.mpint(), numbers.mpint()
        signature = mpint(r) + mpint(CURVES[name.decode()].order - s)
    return head + string(string(name) + string(signature))


def test_we_are_never_more_lenient_than_ssh_keygen(signer, kind, judge):
    dice = random.Random(kind)
    payload = b"payload"
    good = sign(payload, signer)
    theirs = []
    for mutant in mutants(good, dice):
        ours = verify(payload, mutant)
        accepted = judge(payload, mutant, signer.public_key)
        theirs.append(accepted)
        assert isinstance(ours, BadSignature) or mutant == good
        assert accepted or isinstance(ours, BadSignature)
    # The sample means something: OpenSSH takes several twins, and refuses several others.
    assert any(theirs)
    assert not all(theirs)
