from __future__ import annotations

import base64
import hashlib
import json
import socket
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.secrets import engine
from gitbaseline.secrets.finding import Finding, fingerprint
from gitbaseline.secrets.redact import redact
from gitbaseline.secrets.scan import scan

# Put together here so that no secret-shaped text stands in the repository itself.
A = "Ab1" * 14
HF = "hf_" + A[:34]
GH = "gh" + "p_" + A[:36]
AWS = "AK" + "IA" + "ABCDEFGH12345678"
KEY = "-----BEGIN OPENSSH " + "PRIVATE KEY-----"
KEY_END = "-----END OPENSSH " + "PRIVATE KEY-----"


def b64(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


JWT = f"{b64({'alg': 'HS256', 'typ': 'JWT'})}.{b64({'sub': '1234567890'})}.{'s' * 20}"

# kind, text around the secret, the secret as it must be masked
SECRETS = [
    ("named secret", "DB_PASSWORD={}\n", "hunter2!"),
    ("named secret", '{{"password": "{}"}}', "correct horse battery"),
    ("named secret", "password: '{}'", "hunter22"),
    ("named secret", r'{{"env": "\"api_key\": \"{}\""}}', "abcd1234"),
    ("named secret", "WANDB_API_KEY={} x", "0123456789abcdef"),
    ("named secret", "AWS_SECRET_ACCESS_KEY={}", "wJalrXUtnFEMI/K7MDENG+x"),
    ("named secret", "CLIENT_SECRET: {}", "12345678"),
    ("named token", "HF_TOKEN={}", "abcdef0123456789"),
    ("named token", '{{"access_token": "{}"}}', "A1" * 20),
    ("secret option", "vllm serve --api-key {} --port 1", "letmein-please"),
    ("secret option", '["--password", "{}"]', "swordfish"),
    ("token option", "x --hf-token {}", "abcdef0123456789"),
    ("authorization header", "Authorization: Bearer {}", "abcdefghij0123456789"),
    ("authorization header", "curl -H 'authorization: Basic {}'", "dXNlcjpwYXNzd29yZA=="),
    ("URL with credentials", "https://user:{}@host/x", "pa55word"),
    ("URL with credentials", "https://{}@host/x", "A1b2" * 6),
    ("access token", "using {} now", HF),
    ("access token", "using {} now", GH),
    ("access token", '"{}"', "sk-" + A[:30]),
    ("access token", "{}", "glpat" + "-" + A[:20]),
    ("access token", "{}", AWS),
    ("access token", "{}", "github" + "_pat_" + A[:22]),
    ("access token", "{}", "nvapi" + "-" + A),
    ("access token", "{}", "AI" + "za" + A[:35]),
    ("access token", "{}", "xox" + "b-12345678-abcdefghij"),
    ("MLPerf contact", ':::MLLOG {{"key": "submission_poc_email", "value": "{}"}}', "a@b.c"),
    ("private key", "x\n{}\ny", f"{KEY}\nAAAA\nBBBB==\n{KEY_END}"),
    ("private key", '{{"k": "{}"}}', f"{KEY}\\nAAAA\\nBBBB==\\n{KEY_END}"),
    ("private key", "{}", f"{KEY}\nAAAA\nBBBB"),
    (
        "private key",
        "{}",
        "PuTTY" + "-User-Key-File-2: ssh\nPublic-Lines: 1\nAAAA\nPrivate-MAC: 0123ab",
    ),
    ("JSON Web Token", "cookie {} end", JWT),
    ("Azure Storage Account access key", "x;{};", "AccountKey" + "=" + "a" * 86 + "=="),
    ("Mailchimp Access Key", "x {}", "0123456789abcdef" * 2 + "-us12"),
    ("named token", "//r.example/:_authToken={}", "npm" + "_" + A[:36]),
    ("SendGrid API Key", "x {}", "SG" + "." + A[:22] + "." + (A + A)[:43]),
    ("Slack Token", "{}", "https://hooks" + ".slack.com/services/T123/B123/abc"),
    ("Square OAuth Secret", "{}", "sq0csp" + "-" + (A + A)[:43]),
    ("Stripe Access Key", "{}", "sk_" + "live_" + A[:24]),
    ("GitLab Token", "{}", "gldt" + "-" + A[:20]),
    ("AWS Access Key", "aws_key='{}'", (A + A)[:40]),
    ("PyPI Token", "{}", "pypi" + "-AgEIcHlwaS5vcmc" + "a1" * 40),
    ("access token", "{}", "sk-" + "a1" * 10 + "T3Blbk" + "FJ" + "a1" * 10),
]

HARMLESS = [
    '{"total_output_tokens": 1234, "mean_tokens": 12.5, "token": 7, "eos_token": "</s>"}',
    '{"pad_token": "<|endoftext|>", "bos_token": "[CLS]", "tokenizer": "Qwen/Qwen2.5-7B-Instruct"}',
    "Time per token: 12.345678901234567ms",
    "Output token throughput (tok/s): 1234.56",
    "HF_TOKEN=$HF_TOKEN API_KEY=${API_KEY} password: <hidden>",
    "PASSWORD=******** api_key=[redacted] secret: null, secret: false",
    "--max-tokens 1024 --token-limit 5 --tokenizer x/y",
    "GET http://localhost:8000/v1 user@host ssh://git@example.org/x",
    "https://user:${PASSWORD}@host https://user:[redacted]@host",
    "task-000000000000000000000000000 disk-aaaaaaaaaaaaaaaaaaaaaaaa",
    "latency-us 5 gpu-us-east-1 aws us-east-1 p5.48xlarge asia akia",
    "sha256:" + "ab" * 32 + " 1700000000:abc key=value api keys: 5",
    "nodea:4242:4250 [0] NCCL INFO NET/OFI Selected provider efa",
    '{"username": "", "generated_texts": ["", ""], "cli_command": null, "env": "prod"}',
    '{"env": {"stage": "x"}, "machine_info": {"cpu": "y", "node": ""}, "node": "n1"}',
    '{"context": {"cpu": 1}, "host_name": "n1", "metadata": "hostname", "hostname": "n1"}',
    "ey" + "J0.not-a-token eyJ.eyJ",
    "void _ZN7cutlass6KernelINS_4gemm6kernel13GemmUniversalE.SG.x",
]


@pytest.mark.parametrize(("kind", "around", "secret"), SECRETS)
def test_a_secret_is_found_and_masked(kind, around, secret):
    text = "first line\n" + around.format(secret)
    data = text.encode()
    findings = scan([("run.log", data)])
    ours = [f for f in findings if f.kind == kind]
    start = text.index(secret)
    assert ours == [
        Finding(
            path="run.log",
            line=data[:start].count(b"\n") + 1,
            kind=kind,
            fingerprint=fingerprint(kind, secret.encode()),
            span=(start, start + len(secret)),
        )
    ]
    masked = redact("run.log", data, findings)
    assert secret.encode() not in masked
    assert scan([("run.log", masked)]) == ()
    assert redact("run.log", data, ours) == text.replace(secret, "[redacted]").encode()
    assert secret not in repr(findings) + str(findings)


@pytest.mark.parametrize("text", HARMLESS)
def test_benchmark_output_gives_no_alarm(text):
    assert scan([("x", text.encode())]) == ()


def test_fingerprint_is_the_documented_digest():
    expected = hashlib.sha256(b"access token\0abc").hexdigest()[:16]
    assert fingerprint("access token", b"abc") == expected


# member as written, its path, what is left of the document
FIELDS = [
    (
        '{"a": 1, "generated_texts": ["hi, \\"x]", [1]], "b": 2}',
        "generated_texts",
        '{"a": 1,  "b": 2}',
    ),
    ('{"a": 1, "username": "bob"}', "username", '{"a": 1}'),
    ('{"cli_command": "aiperf x"}', "cli_command", "{}"),
    ('{"user_name" : "bob" , "a": 1}', "user_name", '{ "a": 1}'),
    ('{"submission_poc_email": "a@b"}', "submission_poc_email", "{}"),
    ('{"username": 42}', "username", "{}"),
    ('{"env": ["A=1", "B=2"], "v": 1}', "env", '{ "v": 1}'),
    ('{"env": {"HOME": "/home/bob"}, "v": 1}', "env", '{ "v": 1}'),
    (
        '{"machine_info": {"node": "host7", "cpu": 4}, "v": 1}',
        "machine_info.node",
        '{"machine_info": { "cpu": 4}, "v": 1}',
    ),
    (
        '{"context": {"date": "d", "host_name": "host7", "num_cpus": 4}}',
        "context.host_name",
        '{"context": {"date": "d",  "num_cpus": 4}}',
    ),
    (
        '{"runs": [{"metadata": {"a": 1}}], "metadata": {"a": 1, "hostname": "host7"}}',
        "metadata.hostname",
        '{"runs": [{"metadata": {"a": 1}}], "metadata": {"a": 1}}',
    ),
    ('banner\n{"v": 1}\n{"v": 2, "username": "bob"}', "username", 'banner\n{"v": 1}\n{"v": 2}'),
    ('{"v": 1, "generated_texts": ["cut o', "generated_texts", '{"v": 1'),
]


@pytest.mark.parametrize(("text", "name", "left"), FIELDS)
def test_a_private_field_is_found_and_taken_out(text, name, left):
    data = text.encode()
    (finding,) = scan([("r.json", data)])
    assert (finding.kind, finding.member) == (f"private field {name}", name)
    assert finding.line == data[: finding.span[0]].count(b"\n") + 1
    masked = redact("r.json", data, [finding])
    assert masked == left.encode()
    assert scan([("r.json", masked)]) == ()


def test_several_private_fields_leave_json():
    data = json.dumps(
        {"generated_texts": ["x"], "username": "bob", "v": 1, "user_name": "b", "cli_command": "c"}
    ).encode()
    findings = scan([("r", data)])
    assert [f.member for f in findings] == [
        "generated_texts",
        "username",
        "user_name",
        "cli_command",
    ]
    assert json.loads(redact("r", data, findings)) == {"v": 1}


def test_a_secret_inside_a_private_field_is_reported_too():
    data = json.dumps({"env": ["PATH=/bin", f"HF_TOKEN={HF}"], "v": 1}).encode()
    findings = scan([("r", data)])
    assert [f.kind for f in findings] == ["private field env", "named token"]
    assert redact("r", data, findings) == b'{ "v": 1}'
    assert redact("r", data, findings[1:]) == data.replace(HF.encode(), b"[redacted]")


def test_overlapping_findings_are_one_cut():
    def at(start, end, member=None):
        return Finding(
            path="p", line=1, kind="k", fingerprint="f", member=member, span=(start, end)
        )

    data = b"0123456789"
    assert redact("p", data, [at(2, 5), at(4, 8)]) == b"01[redacted]89"
    assert redact("p", data, [at(2, 8), at(4, 6)]) == b"01[redacted]89"
    assert redact("p", data, [at(2, 4), at(4, 6)]) == b"01[redacted][redacted]6789"
    assert redact("p", data, [at(2, 8, "m"), at(4, 6)]) == b"0189"
    assert redact("other", data, [at(2, 5)]) == data


def test_files_and_lines_in_order():
    data = b"\n\npassword: abcdef\n\npassword: ghijkl"
    findings = scan([("b", data), ("a", b"\x00\xff password=binary!! \x80")])
    assert [(f.path, f.line, f.kind) for f in findings] == [
        ("b", 3, "named secret"),
        ("b", 5, "named secret"),
        ("a", 1, "named secret"),
    ]
    assert findings[0].fingerprint != findings[1].fingerprint


@pytest.mark.parametrize("at", [0, 100, 4090, 4096, 4100, 8190, 8192, 9000, 20_000])
def test_a_secret_anywhere_in_a_long_line(at):
    text = ("x, " * 10_000)[:at] + " DB_PASSWORD=hunter2! " + "y, " * 10_000
    findings = scan([("r", text.encode())])
    assert [(f.kind, f.span) for f in findings] == [("named secret", (at + 13, at + 21))]


@pytest.mark.parametrize(
    "data",
    [
        b'{"tokens": 12, "url": "http://a:1/", "key": "aws us"}\n' * 40_000,
        b'{"tokens": 12, "url": "http://a:1/", "key": "aws us"},' * 40_000,
        b"://a:" * 200_000,
        b'"env": {"machine_info": {' * 4_000,
        b'"username": "' + b'\\"' * 200_000,
        b"password" * 200_000,
        b"-" * 1_000_000 + b"password=--token",
    ],
)
def test_time_is_linear(data):
    start = time.process_time()
    scan([("r", data)])
    assert time.process_time() - start < 4


def test_ordinary_output_never_imports_the_engine():
    ordinary = "\n".join(text for text in HARMLESS if "eyJ" not in text).encode()
    code = (
        "import sys\n"
        "from gitbaseline.secrets.scan import scan\n"
        f"scan([('x', {ordinary!r})])\n"
        "raise SystemExit('detect_secrets' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_engine_never_uses_the_network(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    text = "\n".join(around.format(secret) for _, around, secret in SECRETS)
    assert len(scan([("r", text.encode())])) > len(SECRETS) - 5


def patterns():
    return [
        pattern.pattern if not pattern.flags & 2 else f"(?i:{pattern.pattern})"
        for module, name in engine.PLUGINS
        for pattern in engine._plugin(module, name).denylist
    ]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_whatever_the_engine_finds_passes_the_filter(data):
    pattern = data.draw(st.sampled_from(patterns()))
    text = data.draw(st.from_regex(pattern, alphabet=st.characters(max_codepoint=255)))
    for module, name in engine.PLUGINS:
        if any(engine._plugin(module, name).analyze_string(text)):
            assert engine.FILTER.search(text)
            assert any(word in text.lower() for word in engine.WORDS)


@pytest.mark.parametrize(("kind", "around", "secret"), SECRETS)
def test_every_secret_of_the_table_that_the_engine_sees_passes_the_filter(kind, around, secret):
    text = around.format(secret)
    seen = [
        name
        for module, name in engine.PLUGINS
        for line in text.splitlines()
        if any(engine._plugin(module, name).analyze_string(line))
    ]
    assert not seen or engine.FILTER.search(text)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([around.format(secret) for _, around, secret in SECRETS])
        | st.sampled_from([text for text, _, _ in FIELDS])
        | st.text(max_size=12)
        | st.sampled_from(["password=", "token: ", '"', "://", "@", ":", '"env": [', "x, "]),
        max_size=6,
    )
)
def test_nothing_is_found_in_what_was_redacted(parts):
    data = "".join(parts).encode("utf-8", "ignore")
    assert scan([("r", redact("r", data, scan([("r", data)])))]) == ()


@given(st.binary(max_size=300))
def test_any_bytes_can_be_scanned(data):
    for finding in scan([("r", data)]):
        assert 0 <= finding.span[0] < finding.span[1] <= len(data)


def test_a_file_is_searched_once_for_reading_and_for_storing(monkeypatch):
    searched = []
    monkeypatch.setattr(
        "gitbaseline.secrets.scan.scan_content",
        lambda path, data: searched.append((path, data)) or iter(()),
    )
    file = ("once.json", b"{}")
    for _ in range(2):
        assert redact(*file, scan([file])) == file[1]
    assert searched == [file]
