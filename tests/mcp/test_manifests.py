"""What hosts and agents read: skills, plugin, server.json; and that they tell of this program."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from gitbaseline import __version__
from gitbaseline.cli.agent_verbs import OFFERS
from gitbaseline.cli.main import VERBS
from gitbaseline.mcp.texts import DESCRIPTIONS, INSTRUCTIONS, TITLES

TOP = Path(__file__).parents[2]
SKILLS = sorted((TOP / "skills").iterdir())
VALIDATE = shutil.which("agentskills", path=str(Path(sys.executable).parent)) or shutil.which(
    "agentskills"
)
TEXTS = [TOP / "AGENTS.md", TOP / "docs" / "agents.md", *(skill / "SKILL.md" for skill in SKILLS)]


def read(name):
    return json.loads((TOP / name).read_text())


def front(skill):
    return yaml.safe_load((skill / "SKILL.md").read_text().split("---\n")[1])


def test_the_skills_are_these_two():
    assert [skill.name for skill in SKILLS] == ["perf-baseline-diff", "perf-baseline-record"]


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_a_skill_meets_the_specification(skill):
    """The rules of agentskills.io, as far as they can be told in a line."""
    said = front(skill)
    assert said["name"] == skill.name
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", said["name"])
    assert 1 <= len(said["name"]) <= 64
    assert 1 <= len(said["description"]) <= 1024
    assert 1 <= len(said["compatibility"]) <= 500
    allowed = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
    assert set(said) <= allowed
    assert len((skill / "SKILL.md").read_text().splitlines()) < 500


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_a_skill_lets_nothing_run_that_writes_or_runs(skill):
    """``diff`` may run a command (``--confirm``), so that it is asked for."""
    for word in re.findall(r"Bash\((.*?)\)", front(skill)["allowed-tools"]):
        verb = re.fullmatch(r"git baseline ([a-z]+):\*", word)[1]
        assert verb in ("list", "show", "log", "search", "verify")


@pytest.mark.skipif(VALIDATE is None, reason="no agentskills (pip install skills-ref)")
@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_agentskills_has_nothing_against_it(skill):
    done = subprocess.run([VALIDATE, "validate", skill], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(TOP)))
def test_every_verb_option_and_link_that_a_text_names_is_there(path):
    text = path.read_text()
    for verb in re.findall(r"`?git baseline ([a-z]+)", text):
        assert verb in {*VERBS, "keeps"}
    for tool in re.findall(r"perf_baseline_([a-z]+)", text):
        assert tool in OFFERS
    options = {
        flag
        for place in ("record", "diff", "show", "verify", "list", "search")
        for parameter in OFFERS[place].command.params
        for flag in parameter.opts
    }
    options |= {"--json", "--root", "--agent", "--read-only", "--against", "--github", "--scope"}
    options |= {"--from", "--strict", "--tp"}  # of other programs, and of an example
    assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text)) <= options
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / target).exists(), target


def test_the_server_is_described_as_the_registry_wants_it():
    """modelcontextprotocol.io, server.schema.json of 2025-12-11 and the rules for PyPI packages."""
    server = read("server.json")
    assert server["$schema"].endswith("/schemas/2025-12-11/server.schema.json")
    assert re.fullmatch(r"[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+", server["name"])
    assert 3 <= len(server["name"]) <= 200
    assert 1 <= len(server["description"]) <= 100
    assert 1 <= len(server["title"]) <= 100
    assert set(server) <= {"$schema", "name", "title", "description", "version", "packages"}
    (package,) = server["packages"]
    assert {"registryType", "identifier", "transport"} <= set(package)
    assert package["transport"] == {"type": "stdio"}
    assert server["version"] == package["version"] == __version__
    (source,) = package["runtimeArguments"]
    assert source["value"] == f"{package['identifier']}[mcp]=={__version__}"
    (word,) = package["packageArguments"]
    assert (word["type"], word["value"]) == ("positional", "mcp")
    # The line by which the registry knows that the package is this server's.
    assert f"mcp-name: {server['name']} " in (TOP / "README.md").read_text()


def test_the_plugin_brings_the_skills_and_the_server():
    """anthropics/claude-code, plugins: manifest, and a marketplace of this one plugin."""
    plugin, market = read(".claude-plugin/plugin.json"), read(".claude-plugin/marketplace.json")
    assert re.fullmatch(r"[a-z0-9-]+", plugin["name"])
    assert (plugin["version"], plugin["license"]) == (__version__, "Apache-2.0")
    assert plugin["author"]["name"] == market["owner"]["name"]
    (listed,) = market["plugins"]
    assert (listed["name"], listed["source"]) == (plugin["name"], "./")
    assert all((TOP / listed["source"] / "skills" / s.name / "SKILL.md").exists() for s in SKILLS)
    assert read(".mcp.json") == {
        "mcpServers": {"git-baseline": {"command": "git-baseline", "args": ["mcp"]}}
    }


def test_what_agents_are_told_fits_and_is_complete():
    assert list(OFFERS) == list(TITLES) == list(DESCRIPTIONS)
    assert max(len(text.encode()) for text in (INSTRUCTIONS, *DESCRIPTIONS.values())) <= 2048
