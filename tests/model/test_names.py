from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.model import names
from gitbaseline.model.names import SlugKey

ALPHABET = "only a-z, 0-9, '.', '_' and '-' may occur, at most 64, the first a letter or digit"


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("nccl_busbw", None),
        ("llama3.1-8b", None),
        ("0", None),
        ("a" * 64, None),
        ("console", None),
        ("com10", None),
        ("v1.2x", None),
        ("a" * 65, ALPHABET),
        ("", ALPHABET),
        ("NCCL", ALPHABET),
        (".git", ALPHABET),
        ("-x", ALPHABET),
        ("_x", ALPHABET),
        ("a b", ALPHABET),
        ("a/b", ALPHABET),
        ("a\\b", ALPHABET),
        ("a\n", ALPHABET),
        ("caf\u00e9", ALPHABET),
        ("\u0661", ALPHABET),
        ("..", ALPHABET),
        ("a.", "may not end in '.'"),
        ("a.lock", "may not end in '.lock'"),
        ("a.2", "may not end in '.2'"),
        ("v1.23", "may not end in '.23'"),
        ("con", "is a device name on Windows"),
        ("nul.txt", "is a device name on Windows"),
        ("com1.a.b", "is a device name on Windows"),
        ("readme.md", "is the name of a file on the branch"),
    ],
)
def test_a_name_is_allowed_or_told_why_not(name, fault):
    assert names.name_fault(name) == fault


@pytest.mark.parametrize(
    ("name", "suggestion"),
    [
        ("NCCL", "nccl"),
        ("Llama 3.1/8B", "llama_3.1_8b"),
        ("caf\u00e9", "cafe"),
        ("v1.2", "v1_2"),
        ("x.lock", "x_lock"),
        ("a" * 63 + ".b", "a" * 63),
        ("con", "con_"),
        ("readme.md", "readme.md_"),
        ("con.x", None),
        ("\u4e2d", None),
        ("...", None),
    ],
)
def test_the_nearest_name_is_suggested(name, suggestion):
    assert names.suggest(name) == suggestion


@given(st.text(max_size=80) | st.from_regex(r"[a-zA-Z0-9._/ -]{1,70}", fullmatch=True))
def test_what_is_suggested_is_allowed(name):
    suggestion = names.suggest(name)
    assert suggestion is None or names.name_fault(suggestion) is None


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("nccl", ("nccl", 1)),
        ("nccl.2", ("nccl", 2)),
        ("nccl.10", ("nccl", 10)),
        ("nccl.999999", ("nccl", 999999)),
        ("nccl.1", None),
        ("nccl.0", None),
        ("nccl.02", None),
        ("nccl.1000000", None),
        ("nccl.2.3", None),
        ("NCCL.2", None),
        ("con.2", None),
        ("nccl.lock.2", None),
        (".2", None),
    ],
)
def test_a_measurement_is_split(name, parts):
    assert names.split_measurement(name) == parts
    if parts:
        assert names.continued(*parts) == name


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("llama/nccl", True),
        ("llama/nccl.2", True),
        ("llama", False),
        ("llama/", False),
        ("/nccl", False),
        ("llama/nccl/20260520T101112Z", False),
        (".registry/000001", False),
        ("llama.2/nccl", False),
    ],
)
def test_a_series_has_two_parts(text, holds):
    assert names.is_series(text) is holds


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("20260520T101112Z", SlugKey("20260520T101112Z", 1)),
        ("20260520T101112Z-2", SlugKey("20260520T101112Z", 2)),
        ("20260520T101112Z-10", SlugKey("20260520T101112Z", 10)),
        ("20240229T235959Z", SlugKey("20240229T235959Z", 1)),
        ("20260520T101112Z-1", None),
        ("20260520T101112Z-0", None),
        ("20260520T101112Z-02", None),
        ("20260520T101112Z-1000000", None),
        ("20260229T000000Z", None),
        ("20261301T000000Z", None),
        ("20260520T240000Z", None),
        ("20260520T236000Z", None),
        ("20260520T101160Z", None),
        ("00000101T000000Z", None),
        ("20260520t101112z", None),
        ("20260520T101112", None),
        ("20260520T101112Z\n", None),
        ("2026-05-20T10:11:12Z", None),
        ("\u0662\u0660260520T101112Z", None),
    ],
)
def test_a_slug_is_a_real_second(text, key):
    assert names.parse_slug(text) == key
    if key:
        assert str(key) == text


def test_slugs_are_ordered_by_time_then_suffix_as_a_number():
    texts = ["20260520T101112Z", "20260520T101112Z-2", "20260520T101112Z-10", "20260520T101113Z"]
    backwards = [names.parse_slug(text) for text in reversed(texts)]
    assert [str(key) for key in sorted(backwards)] == texts


def test_times_go_there_and_back():
    utc, epoch = "2026-05-20T10:11:12Z", 1779271872
    assert names.epoch_from_utc(utc) == epoch
    assert names.utc_from_epoch(epoch) == utc
    assert names.slug_time(utc) == "20260520T101112Z"
    assert names.utc_of_slug(names.parse_slug("20260520T101112Z-3")) == utc


@given(st.integers(0, 253402300799))
def test_every_second_has_one_spelling(epoch):
    utc = names.utc_from_epoch(epoch)
    assert names.utc_fault(utc) is None
    assert names.epoch_from_utc(utc) == epoch


@pytest.mark.parametrize(
    "text",
    [
        "2026-1-1T00:00:00Z",
        "2026-05-20 10:11:12Z",
        "2026-05-20T10:11:12z",
        "2026-05-20T10:11:12+00:00",
        "2026-05-20T10:11:12.0Z",
        "2026-05-20T24:00:00Z",
        "2026-05-20T10:11:60Z",
        "2026-W21-3T10:11:12Z",
    ],
)
def test_another_spelling_of_a_time_is_refused(text):
    assert names.utc_fault(text) == "expected YYYY-MM-DDTHH:MM:SSZ"


def test_a_day_that_is_not_is_refused():
    assert "day" in names.utc_fault("2026-02-30T00:00:00Z")


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("run.LOG", "log"),
        ("a.tar.gz", "gz"),
        ("x.json-lines", "json-lines"),
        ("noext", "bin"),
        (".bashrc", "bin"),
        ("a.", "bin"),
        ("a.lfs", "bin"),
        ("a.LFS", "bin"),
        ("a.caf\u00e9", "bin"),
        ("a.b c", "bin"),
        ("a." + "x" * 17, "bin"),
        ("", "bin"),
    ],
)
def test_the_extension_of_a_source(name, suffix):
    assert names.extension(name) == suffix


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("a", None),
        ("A b/c.txt", None),
        ("caf\u00e9/\u4e2d", None),
        ("~$lock", None),
        ("digit~1", None),
        ("github~x", None),
        ("/".join("d" * 32), None),
        ("/".join("d" * 33), "deeper than 32 folders"),
        ("", "component ''"),
        ("a//b", "component ''"),
        ("/a", "component ''"),
        ("a/../b", "component '..'"),
        ("./a", "component '.'"),
        ("a\\b", "character '\\\\' in 'a\\\\b'"),
        ("c:d", "character ':' in 'c:d'"),
        ("a|b", "character '|' in 'a|b'"),
        ("a<b", "character '<' in 'a<b'"),
        ("a?", "character '?' in 'a?'"),
        ("a.", "'a.' ends in a dot or a space"),
        ("a ", "'a ' ends in a dot or a space"),
        (".git/config", "'.git' could be taken for git's own"),
        ("x/.GIT", "'.GIT' could be taken for git's own"),
        (".gitmodules", "'.gitmodules' could be taken for git's own"),
        (".g\u200cit", "'.g\\u200cit' could be taken for git's own"),
        ("\ufeff.git", "'\\ufeff.git' could be taken for git's own"),
        ("git~1", "'git~1' could be taken for git's own"),
        ("GITMOD~1", "'GITMOD~1' could be taken for git's own"),
        ("gi7eba~1.txt", "'gi7eba~1.txt' could be taken for git's own"),
        ("a\nb", "control character U+000A"),
        ("a\x7f", "control character U+007F"),
        ("a\u202eb", "bidirectional or line-separating character U+202E"),
        ("e\u0301", "text not in Unicode normal form C"),
        ("\udc80", "surrogate character U+DC80"),
        ("\u00e9" * 128, "component longer than 255 bytes"),
    ],
)
def test_a_path_can_lie_on_every_file_system(path, fault):
    assert names.path_fault(path) == fault


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A", "a"),
        ("STRASSE", "stra\u00dfe"),
        ("\u00c9", "\u00e9"),
        ("a\u200d", "a"),
        ("\u212a", "k"),
    ],
)
def test_names_that_some_file_system_holds_for_the_same(one, other):
    assert names.fold(one) == names.fold(other)


@pytest.mark.parametrize(
    ("text", "holds"),
    [("a1" * 20, True), ("A1" * 20, False), ("a" * 39, False), ("a" * 40 + "\n", False)],
)
def test_an_object_id(text, holds):
    assert names.is_oid(text) is holds
