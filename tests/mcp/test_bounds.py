"""Which paths an agent may name."""

from __future__ import annotations

import pytest

from gitbaseline.errors import InputError
from gitbaseline.mcp.bounds import within, within_if_there


@pytest.fixture
def root(tmp_path):
    """A folder to stay in, with a secret beside it and links that lead to and fro."""
    top = (tmp_path / "top").resolve()
    (top / "deep").mkdir(parents=True)
    (top / ".git").mkdir()
    (top / ".git" / "config").write_text("c")
    (tmp_path / "secret").write_text("s")
    (top / "deep" / "run.log").write_text("r")
    (top / "out").symlink_to(tmp_path / "secret")
    (top / "away").symlink_to(tmp_path)
    (top / "gone").symlink_to(tmp_path / "nowhere")
    (top / "latest").symlink_to(top / "deep" / "run.log")
    (top / "round").symlink_to(top / "round")
    return top


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("deep/run.log", "deep/run.log"),
        ("./deep/../deep/run.log", "deep/run.log"),
        ("latest", "deep/run.log"),
        ("deep", "deep"),
        (".", "."),
        ("not-yet.json", "not-yet.json"),
        ("-rf", "./-rf"),
    ],
)
def test_what_lies_inside_is_named_anew(root, text, found):
    assert within(text, root=root, folder=root, where="file") == found
    assert within(str(root / text), root=root, folder=root, where="file") == found


def test_paths_begin_where_the_verb_works(root):
    assert within("run.log", root=root, folder=root / "deep", where="file") == "run.log"
    assert within("../latest", root=root, folder=root / "deep", where="file") == "run.log"
    assert within("..", root=root, folder=root / "deep", where="file") == ".."


@pytest.mark.parametrize(
    "text",
    [
        *(
            "../secret",
            "deep/../../secret",
            "out",
            "away/secret",
            "away",
            "gone",
            "/etc/passwd",
            "/",
        ),
        *(".git/config", "deep/../.git", ".GIT/hooks", "../top-secret", ".."),
    ],
)
def test_what_leads_out_is_refused(root, text):
    (root.parent / "top-secret").mkdir()
    for look in (within, within_if_there):
        if look is within_if_there and text == ".GIT/hooks":
            continue  # nothing lies there on this file system
        with pytest.raises(InputError) as raised:
            look(text, root=root, folder=root, where="file")
        assert (raised.value.code, raised.value.where) == ("mcp/outside", "file")


@pytest.mark.parametrize(
    ("text", "code"),
    [("-", "mcp/stdin"), ("a\0b", "mcp/path"), ("round", "mcp/path")],
)
def test_what_is_no_path_is_refused(root, text, code):
    for look in (within, within_if_there) if text in ("-", "round") else (within,):
        with pytest.raises(InputError) as raised:
            look(text, root=root, folder=root, where="file")
        assert raised.value.code == code


@pytest.mark.parametrize("text", ["fam/step", "412.6", "fam/step@best", "../nothing", "-5"])
def test_where_nothing_lies_the_text_is_no_path(root, text):
    assert within_if_there(text, root=root, folder=root, where="current") == text
