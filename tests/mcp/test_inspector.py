"""The Model Context Protocol's own inspector, where npm has it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest

PACKAGE = "@modelcontextprotocol/inspector"


@pytest.fixture(scope="session")
def inspector():
    """The inspector's program on PATH, where .ci/run puts it."""
    found = shutil.which("mcp-inspector")
    if found is None:
        pytest.skip(f"no mcp-inspector on PATH (npm install -g {PACKAGE})")
    return found


@pytest.fixture
def inspect(inspector, registry, environment):
    def inspect(*words):
        command = [sys.executable, "-m", "gitbaseline", "mcp"]
        done = subprocess.run(
            [inspector, "--cli", *command, *words],
            cwd=registry.path,
            env=environment | {"PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=120,
            check=False,
        )
        assert done.stdout, done.stderr.decode()
        return json.loads(done.stdout)

    return inspect


def test_it_lists_the_tools(inspect):
    tools = inspect("--method", "tools/list")["tools"]
    assert [tool["name"] for tool in tools] == [
        f"perf_baseline_{verb}" for verb in ("record", "diff", "list", "show", "verify", "search")
    ]
    assert tools[1]["annotations"]["readOnlyHint"] is True


def test_it_records_in_two_steps_and_reads(inspect, registry):
    call = ("--method", "tools/call", "--tool-name")
    words = ("measurement=step", "value=1.5", "unit=ms")
    record = (*call, "perf_baseline_record", "--tool-arg", *words)
    first = inspect(*record)["structuredContent"]
    assert first["commit"] is None
    made = inspect(*record, f"confirm={first['confirm']}")["structuredContent"]
    assert made["commit"] == registry.tip()
    assert "inspector" in made["baseline"]["registered_by"]["agent"]
    listed = inspect(*call, "perf_baseline_list")["structuredContent"]
    assert [row["value"] for row in listed["entries"]] == [1.5]
    wrong = inspect(*call, "perf_baseline_show", "--tool-arg", "reference=nope")
    assert wrong["isError"] is True
