"""docs/lake.md is true: each of its queries is run, and it names every column."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from gitbaseline.cli.export import _FORMATS
from gitbaseline.registry import rows, tags
from gitbaseline.registry.stores import STORES

PAGE = (Path(__file__).parents[1] / "docs" / "lake.md").read_text()
QUERIES = dict(re.findall(r"^### (.*?)\n.*?^```sql\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL))
DAY = {"GIT_COMMITTER_DATE": "2026-03-01T00:00:00Z", "GIT_AUTHOR_DATE": "2026-03-01T00:00:00Z"}


def older(top, day, series, value, unit, **fields):
    """Write an entry as an older tool did, recorded on a day of 2026."""
    folder = top.joinpath(*series.split("/"), f"2026{day}T000000Z")
    folder.mkdir(parents=True)
    document = {"value": value, "unit": unit, **fields}
    (folder / "baseline.json").write_text(json.dumps(document))
    (folder / "source-snapshot.txt").write_text(f"{value}\n")


@pytest.fixture
def ask(registry, inside, tmp_path):
    """Ask one of the page's questions of a small registry; a release lies in its middle."""
    registry.environment.update(DAY)
    release = registry.commit("release")
    registry.git("tag", "v1.2")
    old = tmp_path / "old"
    alice, bob = ({"registered_by": {"operator_user": name}} for name in ("alice", "bob"))
    older(old, "0101", "web/latency", 10, "ms", **alice)
    older(old, "0410", "web/latency", 9, "ms", profile_and_optimize_sha=release, **bob)
    older(old, "0501", "web/latency", 0.012, "s", **alice)  # 12 ms: worse
    older(old, "0201", "web/rate", 100, "requests/s", **alice)
    older(old, "0501", "web/rate", 120, "requests/s", **alice)  # better
    older(old, "0201", "llm/tokens", 50, "tokens/s", context={"parallelism": {"tp": 8}}, **bob)
    older(old, "0202", "llm/tokens", 20, "tokens/s", context={"parallelism": {"tp": 2}}, **bob)
    older(old, "0502", "llm/tokens", 30, "tokens/s", **bob)  # better than the latest before
    assert inside("import", old).code == 0
    for values in (("5.0", "5.5", "6.0"), ("7.0", "7.0", "7.0")):
        words = [word for value in values for word in ("--value", value)]
        assert inside("record", "-f", "new", "-m", "lat", *words, "--unit", "ms").code == 0
    gone = inside("record", "-f", "web", "-m", "latency", "--value", "1", "--unit", "ms", "--json")
    assert inside("retract", gone.json["entry"], "--why", "wrong").code == 0

    def ask(question):
        done = inside("query", QUERIES[question], "--json")
        assert done.code == 0, done.err
        return done.json["rows"]

    return ask


def test_what_got_worse(ask):
    assert ask("What got worse since v1.2") == [
        ["demo", "web", "latency", "value", 0.009, 0.012, "s", 33.3]
    ]


def test_which_are_stale(ask):
    found = ask("Which baselines are stale")
    assert [row[1:4] for row in found] == [
        ["web", "latency", "2026-05-01T00:00:00Z"],
        ["web", "rate", "2026-05-01T00:00:00Z"],
        ["llm", "tokens", "2026-05-02T00:00:00Z"],
    ]
    assert all(row[4] > 90 for row in found)


def test_who_recorded_the_fastest(ask):
    principal = "tess@example.org"
    found = [row[:6] for row in ask("Who recorded the fastest")]
    assert found == [
        ["new", "lat", 5.5, "ms", "tester", principal],
        ["web", "latency", 9, "ms", "bob", principal],
    ]


def test_what_is_noisy(ask):
    assert ask("What is noisy") == [
        ["new", "lat", "value", 3, 9.09],
        ["new", "lat", "value", 3, 0],
    ]


def test_throughput_by_context(ask):
    assert ask("Throughput by tensor parallelism") == [
        [2, 20, "{token}/s"],
        [8, 50, "{token}/s"],
    ]


def test_whose_keys(ask, inside):
    (key,) = inside("keys", "list", "--json").json["keys"]
    assert ask("Whose keys signed how much") == [
        ["demo", key["principal"], key["fingerprint"], 11, 0]
    ]


def test_every_query_of_the_page_has_a_test():
    text = Path(__file__).read_text()
    assert {name for name in QUERIES if f'ask("{name}")' not in text} == set()
    assert len(QUERIES) == 6


def test_the_page_names_every_column_and_every_kind():
    columns = {*rows.FLAT, *rows.OF_METRIC, *tags.COLUMNS, "trial"}
    named = set(re.findall(r"`(\w+)`", PAGE.partition("## Columns")[2]))
    assert columns - named == set()
    assert {store.NAME for store in STORES} <= set(
        re.findall(r"^\| `([\w-]+)`", PAGE, re.MULTILINE)
    )
    assert set(_FORMATS) - {"folders"} - set(re.findall(r"^\| `([\w-]+)", PAGE, re.MULTILINE)) == {
        "in-toto"
    }
