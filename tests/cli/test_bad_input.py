"""Bad input: one clear error, the right exit code, no ref moved, no file left."""

from __future__ import annotations

import os
import socket

import pytest

UNIT = ("--unit", "ms")


@pytest.fixture
def refused(registry, inside, tmp_path):
    """Run a call that must be refused and return (exit code, code, where, message, hint)."""

    def run(*words, **options):
        before = registry.reached()
        done = inside(*words, "--json", **options)
        error = done.json["error"]
        told = [line for line in done.err.splitlines() if line.startswith(("error: ", "hint: "))]
        place = f"{error['where']}: " if error["where"] else ""
        expected = [f"error: {place}{error['message']}"]
        assert told == expected + ([f"hint: {error['hint']}"] if error["hint"] else [])
        assert "Traceback" not in done.err
        assert registry.reached() == before
        return done.code, error["code"], error["where"], error["message"], error["hint"]

    return run


@pytest.mark.parametrize(
    ("family", "hint"),
    [
        ("Llama 3.1/8B", "--family llama_3.1_8b"),
        ("../up", "--family up"),
        ("con", "--family con_"),
        ("a.lock", "--family a_lock"),
        ("\u65e5\u672c", None),
        ("", "git"),
    ],
)
def test_family_characters(refused, family, hint):
    code, error, where, message, said = refused(
        "record", "-f", family or "\u00e4 b", "-m", "m", "--value", "1", *UNIT
    )
    expected = hint if family else "--family a_b"
    assert (code, error, where, said) == (2, "name/form", "--family", expected)
    assert message.startswith(repr(family or "\u00e4 b"))


def test_measurement_characters(refused):
    assert refused("record", "-m", "Step Time", "--value", "1", *UNIT)[::4] == (
        2,
        "--measurement step_time",
    )


@pytest.mark.parametrize("number", ["nan", "NaN", "inf", "-inf", "1e999", "Infinity"])
def test_numbers_that_are_none(refused, number):
    code, error, _, message, _ = refused("record", "-m", "m", "--value", number, *UNIT)
    assert (code, error.split("/")[0], number in message) == (2, "value", True)


@pytest.mark.parametrize("number", ["abc", "1_000", "0x10", "1,5", "\u0661"])
def test_numbers_that_are_not_numbers(refused, number):
    code, error, *_ = refused("record", "-m", "m", "--value", number, *UNIT)
    assert (code, error.split("/")[0]) == (2, "value")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), (2, "record/nothing", None)),
        (("-m", "m", "--value", "1"), (2, "value/unit", "--value")),
        (("--value", "1", *UNIT), (2, "name/none", "--measurement")),
        (("-m", "m", "--value", "1", *UNIT, "--git-sha", "nope"), (2, "git/sha", "--git-sha")),
        (
            ("-m", "m", "--value", "1", *UNIT, "--direction", "up"),
            (2, "direction/unknown", "--direction"),
        ),
        (("-m", "m", "--value", "1", *UNIT, "--context", "=1"), (2, "option/pair", "--context")),
        (("-m", "m", "--value", "1", *UNIT, "--env", "gpu"), (2, "option/pair", "--env")),
        (
            ("-m", "m", "--value", "1", *UNIT, "--context", "none.yaml"),
            (2, "context/unreadable", "none.yaml"),
        ),
        (
            ("-m", "m", "--value", "1", *UNIT, "--code-repo", "none"),
            (2, "repository/folder", "none"),
        ),
        (("-m", "m", "--value", "1", *UNIT, "--notes", "a\x1bb"), (2, "record/field", None)),
        (
            ("-m", "m", "--value", "1", *UNIT, "--continues", "a/b"),
            (3, "series/continues", "demo/m"),
        ),
        (("-m", "m", "--value", "1", *UNIT, "--tier", "best"), (2, "usage", None)),
        (("-m", "m", "--value", "1", *UNIT, "--headline", "x"), (2, "metric/unknown", None)),
    ],
)
def test_options(refused, words, expected):
    code, error, where, *_ = refused("record", *words)
    if expected[1] == "series/continues":
        assert (code, where.split("/2")[0]) == (3, "demo/m")
    else:
        assert (code, error, where) == expected


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("run.json", b"", (2, "source/empty")),
        ("run.json", b"{", (2, "json/truncated")),
        ("run.json", b'{"a": NaN}', (2, "json/invalid")),
        ("run.json", b'{"a": 1, "a": 2}', (2, "json/invalid")),
        ("run.json", b'{"a": "text"}', (2, "json/empty")),
        ("run.bin", bytes(range(256)), (2, "format/none")),
        ("run.log", b"nothing of use\n", (2, "format/none")),
        ("run.json", "{}".encode("utf-16"), (2, "json/empty")),
        ("run.json", '{"a": 1}'.encode("utf-16")[:-1], (2, "format/none")),
    ],
)
def test_contents(refused, tmp_path, name, content, expected):
    file = tmp_path / name
    file.write_bytes(content)
    code, error, where, *_ = refused("record", file)
    assert (code, error) == expected
    assert where.removesuffix(":1").endswith(name)


def test_sources_that_are_no_files(refused, tmp_path):
    real = tmp_path / "real.json"
    real.write_text('{"a_ms": 1}')
    link = tmp_path / "link.json"
    link.symlink_to(real)
    code, error, where, message, hint = refused("record", link)
    assert (code, error, where, hint) == (
        2,
        "source/link",
        str(link),
        "name the file that it points to",
    )
    assert message == f"is a symbolic link to {real}; expected a file or a directory"
    folder = tmp_path / "folder"
    folder.mkdir()
    assert refused("record", folder)[:3] == (2, "source/empty", str(folder))
    (folder / "inner").symlink_to(real)
    assert refused("record", folder)[:3] == (2, "source/link", str(folder / "inner"))
    (folder / "inner").unlink()
    (folder / "a:b").write_text("1")
    rename = "rename it, or record only the files that hold the numbers"
    assert refused("record", folder) == (
        2,
        "source/name",
        str(folder / "a:b"),
        "cannot be stored under this name: character ':' in 'a:b'",
        rename,
    )
    (folder / "a:b").unlink()
    for name in ("R.json", "r.json"):  # one file on a Mac, two here
        (folder / name).write_text('{"x": 1}')
    assert refused("record", folder) == (
        2,
        "source/name",
        str(folder / "r.json"),
        "cannot be stored under this name: some file systems take it for 'R.json'",
        rename,
    )
    assert refused("record", tmp_path / "none")[:2] == (2, "source/none")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert refused("record", pipe)[:2] == (2, "source/kind")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        assert refused("record", tmp_path / "s")[:2] == (2, "source/kind")
    odd = os.fsencode(tmp_path) + b"/\xff.json"
    real.rename(os.fsdecode(odd))
    assert refused("record", os.fsdecode(odd))[:2] == (2, "source/name")


def test_one_file_is_no_two_trials(refused, tmp_path):
    file, other = tmp_path / "a.json", tmp_path / "b.json"
    file.write_text('{"x_ms": 1}')
    hint = "name each trial once: one that counts twice hides noise"
    twice = (2, "trials/twice", str(file), "is named twice", hint)
    for words in (("record", file, "-s", file), ("study", file, file), ("diff", file, "-s", file)):
        assert refused(*words) == twice
    other.hardlink_to(file)
    assert refused("record", file, "-s", other)[1:4] == (
        "trials/twice",
        str(other),
        f"is the same as {file}",
    )
    assert refused("record", tmp_path, "-s", f"{tmp_path}/")[1] == "trials/twice"
    assert refused("record", "-", "-s", "-", give=b"1")[1:4] == (
        "trials/twice",
        "standard input",
        "is named twice",
    )


def test_what_may_not_be_read(refused, tmp_path, monkeypatch):
    file = tmp_path / "secret.json"
    file.write_text("{}")
    real = type(file).open

    def closed(path, *rest, **more):
        if path.name == file.name:
            raise PermissionError(13, "Permission denied")
        return real(path, *rest, **more)

    monkeypatch.setattr(type(file), "open", closed)  # root may read all, so the mode is no test
    assert refused("record", file)[:4] == (
        2,
        "source/unreadable",
        str(file),
        "cannot be read: Permission denied",
    )


def test_huge_sources(refused, tmp_path):
    huge = tmp_path / "huge.json"
    with huge.open("wb") as stream:
        stream.truncate(256 * 1024 * 1024 + 1)  # sparse: takes no space
    code, error, where, message, _ = refused("record", huge)
    assert (code, error, where) == (2, "source/large", str(huge))
    assert message == "268435457 bytes or more, the registry takes at most 268435456"
    code, error, where, message, _ = refused("record", huge, "--no-lfs")
    assert (code, error, where) == (2, "source/large", str(huge))
    assert message == "268435457 bytes or more, the registry takes at most 67108864"
    folder = tmp_path / "folder"
    folder.mkdir()
    huge.rename(folder / "huge.json")
    assert refused("record", folder)[1] == "source/large"


def test_standard_input_without_content(refused):
    assert refused("record", "-")[:3] == (2, "source/empty", "standard input")


@pytest.mark.parametrize("unit", ["ms", "*=ms", "all_reduce.busbw.4194304.out=us"])
def test_a_unit_against_the_formats_own(refused, nccl, unit):
    code, error, where, message, _ = refused("record", nccl, "--unit", unit)
    assert (code, error, where) == (2, "unit/format", "--unit")
    assert message.startswith("the format states ")


def test_a_schema_that_is_not_met(refused, tmp_path):
    file = tmp_path / "run.json"
    file.write_text('{"a": {"b": "x"}, "list": [1, "y"]}')
    schema = tmp_path / "schema.json"
    schema.write_text(
        '{"properties": {"a": {"properties": {"b": {"type": "number"}}},'
        ' "list": {"items": {"type": "number"}}}}'
    )
    words = ("record", file, "--schema", schema)
    code, error, where, message, _ = refused(*words)
    assert (code, error, where) == (2, "schema/failed", str(file))
    assert message == (
        f"does not meet {schema}: $.a.b: 'x' is not of type 'number'; "
        "$.list[1]: 'y' is not of type 'number'"
    )
    schema.write_text('{"type": "nonsense"}')
    assert refused(*words)[1] == "schema/invalid"
    schema.write_text('{"$ref": "https://example.org/schema.json"}')
    assert refused(*words)[1] == "schema/reference"
    schema.write_text("[]")
    assert refused(*words)[1] == "schema/json"
    schema.unlink()
    assert refused(*words)[1] == "option/file"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("record", "--nope"), ("usage", None)),
        (("nope",), ("usage", None)),
        (("show", "a", "b"), ("usage", None)),
        (("show", "fam/none"), ("reference/unknown", "fam/none")),
        (("log", "none"), ("reference/unknown", "none")),
        (("list", "none"), ("reference/unknown", "none")),
        (("verify", "--ref", "none"), ("reference/unknown", "--ref")),
        (("explain", "none/none"), ("rule/unknown", "none/none")),
    ],
)
def test_other_verbs(refused, words, expected):
    code, error, where, *_ = refused(*words)
    assert (code, error, where) == (2, *expected)


@pytest.mark.parametrize(
    "words",
    [("diff",), ("study",), ("record",), ("record", "-m", "m", "--value", "1", "--context")],
)
def test_a_name_beyond_what_a_file_can_have(registry, inside, words):
    done = inside(*words, "x" * 5000)
    assert (done.code, done.err.partition(":")[0]) in ((2, "error"), (3, "error"))


def test_an_agent_records_no_verdict(registry, inside):
    done = inside(
        *("record", "-m", "m", "--value", "1", *UNIT, "--agent", "robot", "--tier", "verdict"),
        "--json",
    )
    assert (done.code, done.json["error"]["code"]) == (2, "tier/agent")


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (("record", "--value", "1", "--unit", ""), "--unit"),
        (("record", "--value", "1", "--unit", "s", "-f", ""), "--family"),
        (("record", "--value", "1", "--unit", "s", "--measurement="), "--measurement"),
        (("record", "--value", "1", "--unit", "s", "--notes="), "--notes"),
        (("record", "-s", ""), "--source"),
        (("record", "run.json", "--code-repo", ""), "--code-repo"),
        (("study", "run.json", "--setup="), "--setup"),
        (("diff", "", "run.json"), "REFERENCE"),
        (("show", ""), "REFERENCE"),
        (("log", "--metric", "a", "--since="), "--since"),
        (("keys", "retire", ""), "FINGERPRINT"),
    ],
)
def test_an_empty_text_is_no_value_left_out(refused, words, where):
    code, error, at, message, hint = refused(*words)
    assert (code, error, at, message) == (2, "option/empty", where, "is empty; expected a value")
    assert hint.endswith("set the variable that it comes from")
    assert hint.startswith(f"leave {where} out, ") == (where != "FINGERPRINT")


def test_an_empty_unit_or_key_of_a_pair(refused):
    for word in ("x=", "=ms", "="):
        words = ("record", "-m", "m", "--value", "1", "--unit", word)
        assert refused(*words)[:3] == (2, "option/pair", "--unit")


def test_a_programs_own_words_may_be_empty(registry, inside):
    done = inside("run", "--dry-run", "-n", "1", "--json", "--", "echo", "")
    assert (done.code, done.json["baseline"]["capture_command"]) == (0, "echo ''")
