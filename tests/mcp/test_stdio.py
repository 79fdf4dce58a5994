"""The whole: the SDK's client starts the program, as a host does, and talks with it over stdio."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from gitbaseline.cli.agent_verbs import OFFERS

NUMBER = {"family": "fam", "measurement": "step", "value": [1.5, 1.6, 1.4], "unit": "ms"}


def names(tools):
    return [tool.name for tool in tools]


def test_the_tools_are_those_of_the_contract(over_stdio):
    result = over_stdio().with_client(lambda client: client.list_tools())
    assert names(result.tools) == [f"perf_baseline_{verb}" for verb in OFFERS]
    assert [t.name for t in result.tools if not t.annotations.read_only_hint] == [
        "perf_baseline_record"
    ]
    for tool in result.tools:
        assert "args" in tool.input_schema["properties"]
        assert tool.output_schema["title"].startswith("git-baseline/")
        # What a host shows of a description; more is cut.
        assert len(tool.description.encode()) <= 2048
    read_only = over_stdio("--read-only").with_client(lambda client: client.list_tools())
    assert names(read_only.tools) == names(result.tools)[1:]


def test_a_session(registry, over_stdio, mode, person, document, error):
    """Record, diff, list, show, verify, search; each answer is held to its schema by the client."""
    asks = person()
    talk = over_stdio(mode=mode, person=asks)
    made = document(talk("record", notes="by hand", agent="robot", **NUMBER))
    assert (made["commit"], made["tier"]) == (registry.tip(), "DRAFT")
    by = made["baseline"]["registered_by"]
    assert (by["agent"], by["operator_user"]) == ("robot (tester 1.2)", "tester")
    assert len(asks.asked) == 1

    *verdicts, listed, shown, verified, found, unknown = talk.all(
        ("diff", {"baseline": "fam/step", "value": 1.52, "unit": "ms"}),
        ("diff", {"args": ["fam/step", "3.0", "--unit", "ms"]}),
        ("diff", {"baseline": "fam/step", "current": "fam/step"}),  # with itself alone
        ("list", {}),
        ("show", {"reference": "fam/step"}),
        ("verify", {"full": True}),
        ("search", {"terms": ["hand", "agent:robot*"]}),
        ("show", {"reference": "nope"}),
    )
    assert [document(one)["verdict"] for one in verdicts] == ["GREEN", "RED", "NO-VERDICT"]
    assert document(verdicts[0])["deltas"][0]["baseline"] == 1.5
    assert [row["value"] for row in document(listed)["entries"]] == [1.5]
    assert document(shown)["commit"] == registry.tip()
    assert document(verified)["good"] is True
    matches = [row["matches"] for row in document(found)["entries"]]
    assert matches == [[{"field": "notes", "excerpt": "by hand"}]]
    assert error(unknown).endswith("hint: git baseline list")


def test_a_file_is_recorded_under_its_own_name(registry, over_stdio, person, document):
    (registry.path / "runs").mkdir()
    (registry.path / "runs" / "a b.json").write_text('{"t_ms": 5}')
    (registry.path / "latest").symlink_to("runs/a b.json")
    made = over_stdio(person=person()).all(
        *(
            ("record", {"file": given, "context": ["tp=8"], "idempotency_key": given})
            for given in ("runs/a b.json", str(registry.path / "runs" / "a b.json"), "latest")
        )
    )
    names = [document(one)["baseline"]["source_path"] for one in made]
    assert names == ["runs/a b.json"] * 3


def test_no_path_leads_out(registry, over_stdio, person, error, tmp_path):
    (tmp_path / "secret.json").write_text('{"t_ms": 5}')
    (registry.path / "link.json").symlink_to(tmp_path / "secret.json")
    tip = registry.tip()
    results = over_stdio(person=person()).all(
        *(
            call
            for given in ("../secret.json", "link.json", str(tmp_path / "secret.json"))
            for call in (
                ("record", {"file": given}),
                ("diff", {"current": given}),
                ("record", {"args": ["-m", "x", "--source", given]}),
            )
        )
    )
    assert all("lies outside" in error(one) for one in results)
    assert (len(results), registry.tip()) == (9, tip)


def test_a_wider_root(registry, over_stdio, person, document, tmp_path):
    (tmp_path / "secret.json").write_text('{"t_ms": 5}')
    talk = over_stdio("--root", tmp_path, person=person())
    assert document(talk("record", file="../secret.json"))["commit"] == registry.tip()


def test_no_shell_and_no_other_option(registry, over_stdio, person, document, error):
    talk = over_stdio(person=person())
    note = "$(touch hacked); `touch hacked` && touch hacked | touch hacked"
    made = document(talk("record", notes=note, command=note, **NUMBER))
    assert made["baseline"]["notes"] == note
    assert "an agent may not run a command" in error(
        talk("diff", args=["fam", "--confirm", "--", "touch", "hacked"])
    )
    assert not (registry.path / "hacked").exists()


def test_what_regressed_is_a_candidate_that_no_agent_accepts(over_stdio, person, document, error):
    asks = person()
    talk = over_stdio(person=asks)
    document(talk("record", **NUMBER))
    made = document(talk("record", **{**NUMBER, "value": [9.5, 9.6, 9.4]}))
    assert made["baseline"]["standing"] == "candidate"
    assert "It regressed" in asks.asked[1]
    text = error(talk("record", args=["--value", "9", "--unit", "ms", "--accept-regression", "y"]))
    assert "a person decides that" in text


def test_without_a_yes_nothing_is_recorded(registry, over_stdio, mode, person, document):
    tip = registry.tip()
    declined = document(over_stdio(mode=mode, person=person("decline"))("record", **NUMBER))
    cannot = document(over_stdio(mode=mode)("record", **NUMBER))
    assert (declined["commit"], cannot["commit"], registry.tip()) == (None, None, tip)
    done = document(over_stdio(mode=mode)("record", confirm=cannot["confirm"], **NUMBER))
    assert done["commit"] == registry.tip() != tip


def test_where_it_works(registry, over_stdio, document, error, tmp_path, number, inside):
    inside(*number)
    for options in (
        {"before": ("-C", registry.path), "cwd": tmp_path},
        {"cwd": tmp_path, "CLAUDE_PROJECT_DIR": str(registry.path)},
    ):
        assert len(document(over_stdio(**options)("list"))["entries"]) == 1
    # A person's -C comes before what the host says.
    told = over_stdio(before=("-C", registry.path), CLAUDE_PROJECT_DIR=str(tmp_path))
    assert len(document(told("list"))["entries"]) == 1
    assert "not a git repository" in error(over_stdio(cwd=tmp_path)("list")).lower()


def test_it_ends_when_the_client_hangs_up(registry, environment):
    begin = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "raw", "version": "0"},
        },
    }
    done = subprocess.run(
        [sys.executable, "-m", "gitbaseline", "mcp"],
        cwd=registry.path,
        env=environment,
        input=json.dumps(begin).encode() + b"\nnot json\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines[0]["result"]["serverInfo"]["name"] == "git-baseline"
    assert done.returncode == 0


@pytest.mark.parametrize("words", [("mcp", "-h"), ("-h",)])
def test_help_needs_no_extra(baseline, registry, words, tmp_path):
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "mcp.py").write_text("raise ModuleNotFoundError(name='mcp')")
    path = f"{tmp_path / 'block'}:{baseline.environment['PYTHONPATH']}"
    assert baseline(*words, PYTHONPATH=path).code == 0


def test_without_the_extra_there_is_one_clear_error(baseline, registry, tmp_path):
    (tmp_path / "block").mkdir()
    (tmp_path / "block" / "mcp.py").write_text("raise ModuleNotFoundError(name='mcp')")
    path = f"{tmp_path / 'block'}:{baseline.environment['PYTHONPATH']}"
    done = baseline("mcp", PYTHONPATH=path)
    assert (done.code, done.text) == (3, "")
    assert done.err == (
        "error: this needs the SDK of the protocol (mcp), which is not installed\n"
        f"hint: {sys.executable} -m pip install 'mcp>=2.1,<3'\n"
    )
