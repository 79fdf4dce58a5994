"""Each kind of source becomes one signed entry, and nothing but the branch changes."""

from __future__ import annotations

import hashlib

import pytest


def sha256(data):
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def record(registry, inside):
    """Record, hold everything else still, and return the document."""

    def run(*words, **options):
        before = registry.frozen()
        statements = registry.count()
        done = inside("record", *words, "--json", **options)
        assert (done.code, registry.count()) == (0, statements + 1), done.err
        assert registry.frozen() == before
        return done.json

    return run


def values(document):
    return {
        key: (metric["value"], metric["unit"], metric["direction"])
        for key, metric in document["baseline"]["metrics"].items()
    }


def test_one_number(record, registry):
    document = record("-f", "fam", "-m", "step", "--value", "1.5", "--unit", "ms")
    baseline = document["baseline"]
    assert values(document) == {"value": (1.5, "ms", "lower-is-better")}
    assert (baseline["value"], baseline["unit"], baseline["direction"]) == (
        1.5,
        "ms",
        "lower-is-better",
    )
    assert (baseline["source_kind"], baseline["source_path"]) == ("inline", None)
    assert document["entry"] == f"fam/step/{document['slug']}"
    assert document["commit"] == registry.tip()
    assert baseline["git"] == {
        "branch": "main",
        "dirty": False,
        "remote": None,
        "sha": registry.git("rev-parse", "HEAD"),
    }
    assert baseline["registered_by"] == {"agent": None, "operator_user": "tester", "team": None}
    assert document["source_sha256"] == sha256(b"1.5\n")


def test_repeated_numbers_are_trials(record):
    document = record("-m", "step", *("--value", "3", "--value", "1", "--value", "2"), "--unit=s")
    metric = document["baseline"]["metrics"]["value"]
    assert (metric["samples"], metric["value"], metric["stat"], metric["n"]) == (
        [3, 1, 2],
        2,
        "median",
        3,
    )
    assert document["entry"].startswith("demo/step/")  # the family is the repository's name


def test_json_with_units_of_the_persons_own(record, tmp_path):
    file = tmp_path / "run.json"
    file.write_text('{"ttft_ms": {"p99": 12.5}, "throughput": 7, "name": "x"}')
    document = record(file, "--unit", "throughput=tokens/s", "--headline", "throughput")
    assert values(document) == {
        "ttft_ms.p99": (12.5, "ms", "lower-is-better"),
        "throughput": (7, "tokens/s", "higher-is-better"),
    }
    assert document["baseline"]["source_path"] == str(file)
    assert document["warnings"] == []


def test_an_unknown_unit_is_said(record, tmp_path):
    file = tmp_path / "run.json"
    file.write_text('{"a": 1, "b": 2, "c": 3, "d": 4}')
    assert record(file)["warnings"] == ["no unit is known for a, b, c, ...; give --unit KEY=UNIT"]


def test_nccl_output_keeps_its_bytes(record, registry, inside, nccl):
    document = record(nccl)
    assert document["entry"].startswith("demo/nccl_all_reduce/")
    assert document["baseline"]["source_format"] == "nccl-tests"
    assert values(document)["all_reduce.busbw.4194304.out"] == (
        41.94,
        "GB/s",
        "higher-is-better",
    )
    raw = nccl.read_bytes()
    assert inside("show", "--snapshot").out == raw
    assert inside("show", "--file", "source-snapshot.log").out == raw
    on_branch = registry.run("show", f"baselines:{document['entry_dir']}source-snapshot.log")
    assert on_branch.stdout == raw
    assert document["source_sha256"] == sha256(raw)


def test_standard_input(record, inside):
    data = b'{"step_ms": 4}\r\n'
    document = record("-m", "piped", "-", give=data)
    assert (document["baseline"]["source_path"], values(document)) == (
        "-",
        {"step_ms": (4, "ms", "lower-is-better")},
    )
    assert inside("show", "--snapshot").out == data


def test_a_directory(record, inside, tmp_path):
    (tmp_path / "out" / "deep").mkdir(parents=True)
    contents = {"a.json": b'{"x_ms": 1}', "deep/b.json": b'{"y_ms": 2}', "deep/empty": b""}
    for name, data in contents.items():
        (tmp_path / "out" / name).write_bytes(data)
    document = record(tmp_path / "out")
    assert {key: value for key, (value, _, _) in values(document).items()} == {
        "a.x_ms": 1,
        "deep.b.y_ms": 2,
    }
    listed = inside("show", "--files").text.split()
    assert listed == [
        "SOURCE.md",
        "baseline.json",
        *(f"source-snapshot/{name}" for name in sorted(contents)),
    ]
    for name, data in contents.items():
        assert inside("show", "--file", f"source-snapshot/{name}").out == data
    folder = inside("show", "--snapshot", "--json")
    assert (folder.code, folder.json["error"]["code"]) == (2, "entry/folder")


def test_several_sources_are_trials(record, inside, tmp_path):
    for number in (1, 2, 4):
        (tmp_path / f"{number}.json").write_text(f'{{"x_ms": {number}}}')
    paths = [tmp_path / f"{number}.json" for number in (1, 2, 4)]
    document = record(paths[0], "-s", paths[1], "-s", paths[2])
    assert document["baseline"]["metrics"]["x_ms"]["samples"] == [1, 2, 4]
    assert inside("show", "--file", "source-snapshot/003/4.json").out == b'{"x_ms": 4}'


def test_trials_of_the_same_bytes_are_told(record, inside, tmp_path):
    for name, number in (("a", 1), ("b", 2), ("c", 1)):
        (tmp_path / f"{name}.json").write_text(f'{{"x_ms": {number}}}')
    a, b, c = (tmp_path / f"{name}.json" for name in "abc")
    told = f"{c} holds the same bytes as {a}; a copy is no trial"
    document = record(a, "-s", b, "-s", c)
    assert [text.split(",")[0] for text in document["warnings"]] == [told]
    assert document["baseline"]["metrics"]["x_ms"]["samples"] == [1, 2, 1]
    assert told in inside("study", a, b, c).text


def test_numbers_with_a_file_as_their_evidence(record, inside, tmp_path):
    log = tmp_path / "run.log"
    log.write_bytes(b"\x00binary evidence\xff")
    document = record("-m", "m", "--value", "5", "--unit", "W", "-s", log)
    assert document["baseline"]["source_path"] == str(log)
    assert inside("show", "--snapshot").out == log.read_bytes()


def test_everything_that_a_person_can_say(record, tmp_path):
    old = record("-f", "fam", "-m", "old", "--value", "1", "--unit", "ms")["entry"]
    context = tmp_path / "context.yaml"
    context.write_text("model: m1\nserving: {max_num_seqs: 8}\n")
    tool = tmp_path / "bench.py"
    tool.write_text("print(1)")
    harness = tmp_path / "harness"
    harness.mkdir()
    (harness / "a.py").write_text("a")
    document = record(
        *("-f", "fam", "-m", "step", "--value", "1", "--unit", "ms", "--direction", "lower"),
        *("--context", context, "--context", "tp=8", "--context", "my.key=true"),
        *("--context", "odd=x", "--env", "gpu_model=H100", "--env", "gpu_count=8"),
        *("--cluster", "c", "--cohort", "n1", "--testbed", "t", "--team", "perf"),
        *("--agent", "robot", "--prompt", "please", "--command", "bench --fast"),
        *("--harness", harness, "--artifact", tool, "--notes", "first\nsecond"),
        *("--next-lever", "fuse", "--unlock", "5 %", "--gate", "ab", "--cost", "1 day"),
        *(
            "--continues",
            "fam/old",
            "--supersedes",
            old,
            "--isolated-metric",
        ),
    )
    baseline = document["baseline"]
    assert baseline["context"] == {
        "identity": {"model": "m1"},
        "serving": {"max_num_seqs": 8},
        "parallelism": {"tp": 8},
        "my": {"key": True},
        "other": {"odd": "x"},
    }
    assert baseline["environment"] == {"gpu_model": "H100", "gpu_count": 8}
    assert baseline["registered_by"] == {
        "agent": "robot",
        "operator_user": "tester",
        "team": "perf",
    }
    assert document["next_lever"] == {
        "lever": "fuse",
        "expected_unlock": "5 %",
        "gate": "ab",
        "cost": "1 day",
    }
    assert baseline["artifact_sha256"] == sha256(b"print(1)")
    manifest = f"{sha256(b'a')} 1 a.py\n".encode()
    assert baseline["harness_sha256"] == sha256(manifest)
    said = {
        key: baseline[key]
        for key in ("cluster", "cohort", "testbed", "prompt", "capture_command", "notes")
    }
    assert said == {
        "cluster": "c",
        "cohort": "n1",
        "testbed": "t",
        "prompt": "please",
        "capture_command": "bench --fast",
        "notes": "first\nsecond",
    }
    assert (baseline["continues"], baseline["supersedes"]) == (
        "fam/old",
        old,
    )
    assert "isolated-metric" in baseline["tier_evidence"]["shown"]


def test_configured_family_and_team(record, registry):
    registry.git("config", "baseline.family", "llama")
    registry.git("config", "baseline.team", "perf")
    document = record("-m", "m", "--value", "1", "--unit", "s")
    assert document["entry"].startswith("llama/m/")
    assert document["baseline"]["registered_by"]["team"] == "perf"


def test_the_remote_names_the_family_and_is_stored_without_its_password(record, registry):
    registry.git("remote", "add", "origin", "https://bob:token@example.org/me/Big.Code.git")
    document = record("-m", "m", "--value", "1", "--unit", "s")
    assert document["entry"].startswith("big.code/m/")
    assert document["baseline"]["git"]["remote"] == "https://example.org/me/Big.Code.git"


def test_code_of_another_repository(record, make_repo, tmp_path):
    code = make_repo(tmp_path / "code")
    sha = code.commit("measured")
    code.git("remote", "add", "origin", "git@example.org:a/b.git")
    (code.path / "code.txt").write_text("changed")
    document = record("-m", "m", "--value", "1", "--unit", "s", "--code-repo", code.path)
    assert document["baseline"]["git"] == {
        "branch": "main",
        "dirty": True,
        "remote": "git@example.org:a/b.git",
        "sha": sha,
    }


@pytest.mark.parametrize("given", ["HEAD~0", "a" * 40, "b" * 64])
def test_a_commit_by_name(record, registry, given):
    document = record("-m", "m", "--value", "1", "--unit", "s", "--git-sha", given)
    sha = registry.git("rev-parse", "HEAD") if given.startswith("HEAD") else given
    assert document["baseline"]["git"] == {
        "branch": None,
        "dirty": None,
        "remote": None,
        "sha": sha,
    }


def test_env_here_reads_this_machine(record):
    document = record("-m", "m", "--value", "1", "--unit", "s", "--env", "here", "--env", "os=mine")
    environment = document["baseline"]["environment"]
    assert (environment["os"], environment["cpu_count"] > 0, "kernel" in environment) == (
        "mine",
        True,
        True,
    )


def test_a_schema_that_is_met_is_kept(record, inside, tmp_path):
    schema = tmp_path / "schema.json"
    schema.write_text('{"type": "object", "required": ["x_ms"]}')
    file = tmp_path / "run.json"
    file.write_text('{"x_ms": 1}')
    document = record(file, "--schema", schema)
    assert document["baseline"]["schema_sha256"] == sha256(schema.read_bytes())
    assert inside("show", "--file", "schema.json").out == schema.read_bytes()


def test_secrets_are_refused_redacted_or_let_through(registry, record, inside, tmp_path):
    file = tmp_path / "run.json"
    token = "ghp_" + "Ab1" * 12
    file.write_text(f'{{"x_ms": 1, "auth": "{token}"}}')
    refused = inside("record", file, "--json")
    error = refused.json["error"]
    assert (refused.code, error["code"], token in refused.text + refused.err) == (
        2,
        "secret/found",
        False,
    )
    fingerprints = [part.split(")")[0] for part in error["message"].split("fingerprint ")[1:]]
    allowed = record(file, *(f"--allow-secret={one}" for one in fingerprints))
    assert allowed["baseline"]["allowed_secrets"] == sorted(set(fingerprints))
    redacted = record(file, "--redact")
    assert token.encode() not in inside("show", "--snapshot").out
    assert redacted["source_sha256"] == sha256(file.read_bytes())
    in_words = inside("record", file, "--redact", "--notes", token, "--json")
    assert in_words.json["error"]["code"] == "secret/found"


@pytest.mark.parametrize(
    "option",
    ["--notes", "--prompt", "--command", "--next-lever", "--gate", "--cohort", "--team", "--agent"],
)
def test_a_secret_in_any_words_is_refused(registry, inside, option):
    token = "ghp_" + "Ab1" * 12
    number = ("record", "-m", "t", "--value", "1", "--unit", "s", "--yes", "--json")
    refused = inside(*number, option, f"with {token}")
    assert refused.json["error"]["code"] == "secret/found"
    assert token not in refused.text + refused.err


def test_a_secret_in_the_context_or_the_environment_is_refused(registry, inside, tmp_path):
    token = "ghp_" + "Ab1" * 12
    file = tmp_path / "context.json"
    file.write_text(f'{{"stack": {{"image": "{token}"}}}}')
    number = ("record", "-m", "t", "--value", "1", "--unit", "s", "--yes", "--json")
    for words in (("--context", file), ("--context", f"image={token}"), ("--env", f"a={token}")):
        assert inside(*number, *words).json["error"]["code"] == "secret/found"
