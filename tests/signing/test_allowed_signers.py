import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.signing.allowed_signers import AllowedSignersError, parse, render
from gitbaseline.signing.keys import parse_public_key
from gitbaseline.signing.private import generate
from gitbaseline.signing.sshsig import sign

ONE = parse_public_key(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOCep28Ancgw6JRPY2jO5SyjGOjVv+q/8Q1uJVsMw3Ch"
)
TWO = parse_public_key(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
)
LINE_ONE = f'alice namespaces="git" {ONE.openssh}\n'
LINE_TWO = f'bob+ci@example.org namespaces="git" {TWO.openssh}\n'


def refusal(call, argument):
    with pytest.raises(AllowedSignersError) as caught:
        call(argument)
    return str(caught.value)


def test_lines_come_in_the_order_of_fingerprints():
    keys = sorted(
        [("alice", ONE), ("bob+ci@example.org", TWO)], key=lambda pair: pair[1].fingerprint
    )
    lines = {"alice": LINE_ONE, "bob+ci@example.org": LINE_TWO}
    expected = "".join(lines[principal] for principal, _ in keys).encode()
    assert render(keys) == render(reversed(keys)) == expected
    assert parse(expected) == tuple(keys)


def test_no_key_is_no_line():
    assert render([]) == b""
    assert parse(b"") == ()


@pytest.mark.parametrize("principal", ["", "a b", "*", "!a", "a,b", '"a"', "a\n", "é", "#a"])
def test_a_principal_is_a_plain_name(principal):
    assert refusal(render, [(principal, ONE)]) == (
        f"principal {principal!a}: expected letters, digits and . _ + @ -"
    )


def test_a_key_has_one_line():
    assert refusal(render, [("a", ONE), ("b", ONE)]) == (f"the key {ONE.fingerprint} occurs twice")


FORM = 'expected <principal> namespaces="git" <type> <base64>, got '


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        ("\n", f"line 1: {FORM}b''"),
        (f"# note\n{LINE_ONE}", f"line 1: {FORM}b'# note'"),
        (f"{LINE_ONE}\n", f"line 2: {FORM}b''"),
        (f"{LINE_ONE}x", "line 2: expected a newline at its end"),
        (LINE_ONE[:-1], "line 1: expected a newline at its end"),
        (LINE_ONE[:-1] + "\r\n", f"line 1: {FORM}{LINE_ONE[:60].encode()}"),
        (LINE_ONE[:-1] + " c\n", f"line 1: {FORM}{LINE_ONE[:60].encode()}"),
        (LINE_ONE.replace("git", "file"), f'line 1: {FORM}b\'alice namespaces="file" ssh-ed'),
        (LINE_ONE.replace(" ", "  ", 1), f"line 1: {FORM}b'alice  namespaces="),
        (LINE_ONE.replace("alice", "*"), f"line 1: {FORM}b'* namespaces="),
        (LINE_ONE.replace("alice", "\u00e9"), f"line 1: {FORM}b'\\xc3\\xa9 namesp"),
        (LINE_ONE.replace('"git"', '"git" cert-authority'), f"line 1: {FORM}b'alice"),
        (
            LINE_ONE.replace("ssh-ed25519", "ssh-rsa"),
            "line 1: expected the type ssh-rsa inside the key, got b'ssh-ed25519'",
        ),
        (
            LINE_ONE + LINE_ONE,
            "line 2: not in the order of fingerprints, or a key that was there before",
        ),
        (
            b"".join(reversed(render([("a", ONE), ("b", TWO)]).splitlines(keepends=True))).decode(),
            "line 2: not in the order of fingerprints, or a key that was there before",
        ),
    ],
)
def test_any_other_line_is_refused_with_its_number(data, detail):
    assert refusal(parse, data.encode()).startswith(f"allowed_signers {detail}")


@given(st.data())
def test_what_is_read_is_what_was_written(data):
    good = render([("alice", ONE), ("bob", TWO)])
    at = data.draw(st.integers(0, len(good)))
    cut = data.draw(st.integers(0, 3))
    changed = good[:at] + data.draw(st.binary(max_size=3)) + good[at + cut :]
    try:
        keys = parse(changed)
    except AllowedSignersError:
        return
    assert render(keys) == changed


def test_ssh_keygen_finds_each_principal(tools, tmp_path, keyring, kind):
    signer = keyring.signer(kind)
    others = [(f"other{number}", generate(comment="")[1]) for number in range(3)]
    allowed = tmp_path / "allowed_signers"
    allowed.write_bytes(render([*others, ("me@example.org", signer.public_key)]))
    signature = tmp_path / "signature"
    signature.write_bytes(sign(b"payload", signer))
    found = tools.run("ssh-keygen", "-Y", "find-principals", "-f", allowed, "-s", signature)
    assert found.stdout == b"me@example.org\n"
