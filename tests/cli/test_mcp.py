"""``git baseline mcp``: what it is started with. What it answers: ``tests/mcp``."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from gitbaseline import lake
from gitbaseline.cli import mcp
from gitbaseline.mcp import server


@pytest.fixture
def served(inside, monkeypatch):
    """Start the verb with a server that only keeps what it is given."""
    kept = []
    monkeypatch.setattr(server, "serve", lambda *values, **named: kept.append((values, named)))

    def served(*words, code=0, **more):
        done = inside(*words, **more)
        assert done.code == code, done.err
        return kept[-1] if kept else done

    return served


def refused(tools, path):
    (record,) = [tool for tool in tools if tool.verb == "record"]
    try:
        record.words({"file": str(path)})
    except Exception as error:  # noqa: BLE001 - any refusal will do
        return getattr(error, "code", str(error))
    return None


def test_what_it_is_given(registry, served):
    (tools, start), named = served("mcp", "--agent", "ci")
    assert [tool.verb for tool in tools] == [
        *("record", "diff", "list", "show", "verify", "search"),
    ]
    assert [tool.verb for tool in tools if not tool.reads_only] == ["record"]
    assert (named["agent"], named["folder"]) == ("ci", registry.path.resolve())
    assert start(["--version"]).answer()[0] == 0
    (tools, _), named = served("mcp", "--read-only", GIT_BASELINE_AGENT="env")
    assert ("record" in [tool.verb for tool in tools], named["agent"]) == (False, "env")


def test_the_root_is_the_work_tree_wherever_in_it_it_starts(registry, served):
    deep = registry.path / "deep"
    deep.mkdir()
    (tools, _), named = served("mcp", folder=deep)
    assert named["folder"] == deep.resolve()
    assert refused(tools, registry.path / "x") is None
    assert refused(tools, registry.path.parent / "x") == "mcp/outside"


def test_without_a_repository_the_root_is_the_folder(tmp_path, served):
    (tools, _), named = served("mcp", folder=tmp_path)
    assert named["folder"] == tmp_path.resolve()
    assert (refused(tools, tmp_path / "x"), refused(tools, "/x")) == (None, "mcp/outside")


def test_of_a_bare_repository_the_root_is_the_folder(make_repo, tmp_path, served):
    bare = make_repo(tmp_path / "bare.git", "--bare")
    (tools, _), _ = served("mcp", folder=bare.path)
    assert refused(tools, tmp_path / "x") == "mcp/outside"


def test_a_root_of_ones_own(registry, served, tmp_path):
    (tools, _), _ = served("mcp", "--root", tmp_path)
    assert refused(tools, tmp_path / "x") is None


def test_a_root_that_is_none(registry, inside, tmp_path):
    done = inside("mcp", "--root", tmp_path / "none")
    assert (done.code, done.err) == (
        2,
        f"error: --root {tmp_path / 'none'}: expected a folder\n",
    )


def test_what_is_advised_is_what_the_extras_hold():
    text = (Path(__file__).parents[2] / "pyproject.toml").read_text()
    extras = tomllib.loads(text)["project"]["optional-dependencies"]
    assert extras == {"lake": [lake.PACKAGE], "mcp": [mcp.PACKAGE]}


def test_without_the_extra(registry, inside, monkeypatch):
    monkeypatch.setitem(sys.modules, "gitbaseline.mcp.server", None)
    monkeypatch.delattr("gitbaseline.mcp.server")
    done = inside("mcp", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "usage")
    done = inside("mcp")
    hint = f"hint: {sys.executable} -m pip install 'mcp>=2.1,<3'"
    assert (done.code, done.err.splitlines()[-1]) == (3, hint)
