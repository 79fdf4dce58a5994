"""query: SQL over one or many registries, which can neither change nor leave them."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

import pytest


@pytest.fixture
def filled(registry, inside):
    """A registry with two measurements, samples and a tag."""
    inside("record", "-f", "fam", "-m", "step", "--value", "2", "--value", "1", "--unit", "ms")
    inside("record", "-f", "fam", "-m", "size", "--value", "7", "--unit", "GiB")
    registry.git("tag", "v1.2")
    registry.git("tag", "-a", "-m", "x", "v1.3")
    registry.git("tag", "tree", "HEAD^{tree}")
    return registry


@pytest.fixture
def rows(document):
    def rows(sql, *words):
        code, found = document("query", sql, *words)
        assert code == 0, found
        return found["rows"]

    return rows


def test_the_tables(filled, rows):
    assert rows("SELECT family, measurement, status, counts FROM entries ORDER BY ALL") == [
        ["fam", "size", "ok", True],
        ["fam", "step", "ok", True],
    ]
    assert rows(
        "SELECT metric, value, unit, base_value, base_unit, n FROM metrics WHERE unit = 'ms'"
    ) == [["value", 1.5, "ms", 0.0015, "s", 2]]
    assert rows("SELECT trial, value FROM samples ORDER BY trial") == [[1, 2.0], [2, 1.0]]
    head = filled.git("rev-parse", "HEAD")
    assert rows("SELECT tag, git_sha FROM tags ORDER BY tag") == [["v1.2", head], ["v1.3", head]]
    seconds = int(filled.git("log", "-1", "--format=%ct"))
    assert rows("SELECT epoch(committed_at) FROM tags LIMIT 1") == [[float(seconds)]]


def test_context_is_json_that_sql_can_read(filled, inside, rows):
    inside(
        *("record", "-f", "fam", "-m", "tok", "--value", "9", "--unit", "tok/s"),
        *("--context", "model=llama", "--context", "tp=8", "--env", "gpu_model=H100"),
    )
    assert rows(
        "SELECT context->>'$.identity.model', CAST(context->>'$.parallelism.tp' AS INTEGER), "
        "environment->>'gpu_model' FROM entries WHERE measurement = 'tok'"
    ) == [["llama", 8, "H100"]]


def test_several_registries(filled, inside, make_repo, document, tmp_path):
    for folder in ("other", "sub/demo"):
        other = make_repo(tmp_path / folder)
        other.commit("first")
        there = inside.at(other.path)
        there("init")
        there("record", "-f", "fam", "-m", "step", "--value", "3", "--unit", "ms")
    words = ("--registry", tmp_path / "demo", "--registry", tmp_path / "other")
    sql = (
        "SELECT registry, count(*), count(DISTINCT registry_id) FROM entries GROUP BY 1 ORDER BY 1"
    )
    assert document("query", sql, *words)[1]["rows"] == [["demo", 2, 1], ["other", 1, 1]]
    words = ("--registry", tmp_path / "demo", "--registry", tmp_path / "sub" / "demo")
    assert document("query", sql, *words)[1]["rows"] == [
        [f"{tmp_path}/demo", 2, 1],
        [f"{tmp_path}/sub/demo", 1, 1],
    ]
    code, found = document("query", sql, "--registry", tmp_path / "gone")
    assert (code, found["error"]["code"]) == (2, "option/folder")
    filled.git("remote", "add", "origin", "https://u:p@example.org/team/name.git")
    assert document("query", "SELECT DISTINCT registry FROM entries")[1]["rows"] == [["name"]]


def test_the_three_forms(filled, inside, document):
    sql = "SELECT 1 AS n, 'a, b' AS \"x,y\", NULL AS none, [1, 2] AS list, 12.5 AS v, true AS b"
    done = inside("query", sql)
    assert done.text.splitlines() == [
        "n  x,y   none  list      v  b",
        "1  a, b        [1,2]  12.5  true",
    ]
    done = inside("query", sql, "--format", "csv")
    assert done.text == 'n,"x,y",none,list,v,b\n1,"a, b",,"[1,2]",12.5,true\n'
    done = inside("query", sql, "--format", "json")
    assert done.out == inside("query", sql, "--json").out
    assert document("query", sql)[1]["columns"][:2] == [
        {"name": "n", "type": "INTEGER"},
        {"name": "x,y", "type": "VARCHAR"},
    ]
    done = inside("query", "SELECT * FROM entries WHERE false")
    assert (done.text, done.err) == ("", "no rows\n")


def test_what_comes_from_the_registry_cannot_steer_the_terminal(filled, inside):
    done = inside("query", "SELECT chr(27) || '[31m' || chr(10) || 'x' AS a")
    assert done.text == "a\n\\x1b[31m\\x0ax\n"


def test_a_long_answer_is_cut_and_says_so(filled, inside, document):
    sql = "SELECT * FROM range(25)"
    done = inside("query", sql, "--max-rows", "10")
    assert len(done.text.splitlines()) == 11
    assert done.err == "warning: there are more than 10 rows; --max-rows N takes more\n"
    assert document("query", sql, "--max-rows", "10")[1]["truncated"] is True
    found = document("query", sql, "--max-rows", "25")[1]
    assert (found["truncated"], len(found["rows"])) == (False, 25)


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        (" ", "query/statement"),
        ("SELECT 1; SELECT 2", "query/statement"),
        ("CREATE TABLE x AS SELECT 1", "query/statement"),
        ("DELETE FROM entries", "query/statement"),
        ("COPY entries TO 'stolen.csv'", "query/statement"),
        ("ATTACH 'x.db'", "query/statement"),
        ("SET enable_external_access = true", "query/statement"),
        ("INSTALL httpfs", "query/statement"),
        ("SELECT * FROM read_text('.git/config')", "query/sql"),
        ("SELECT * FROM '.git/config'", "query/sql"),
        ("SELECT * FROM read_csv('https://example.org/a.csv')", "query/sql"),
        ("SELECT * FROM glob('*')", "query/sql"),
        ("EXPLAIN ANALYZE COPY entries TO 'stolen.csv'", "query/statement"),
        ("explain delete from entries", "query/statement"),
        ("EXPLAIN (FORMAT json) INSERT INTO entries SELECT * FROM entries", "query/statement"),
        ("EXPLAIN EXPLAIN DELETE FROM entries", "query/statement"),
        ("EXPLAIN /* x */ ANALYZE DELETE FROM entries", "query/sql"),
        ("EXPLAIN", "query/statement"),
        ("SELECT * FROM query('DROP TABLE entries')", "query/sql"),
        ("PRAGMA enable_external_access = true", "query/statement"),
        ("SELECT getenv('HOME')", "query/sql"),
        ("SELECT * FROM sys", "query/sql"),
        ("SELEC 1", "query/sql"),
        ("SELECT nothing FROM entries", "query/sql"),
    ],
)
def test_sql_can_only_read_the_tables(filled, document, sql, code):
    before = filled.reached()
    exit_code, found = document("query", sql)
    assert (exit_code, found["error"]["code"], filled.reached()) == (2, code, before)
    assert not (filled.path / "stolen.csv").exists()


def test_a_pivot_and_a_plan_are_reading(filled, rows):
    assert rows("PIVOT metrics ON measurement USING sum(value) GROUP BY family") == [
        ["fam", 7.0, 1.5]
    ]
    for explain in ("EXPLAIN", "explain  analyze", "EXPLAIN (FORMAT json)"):
        assert "metrics" in json.dumps(rows(f"{explain} SELECT * FROM metrics")).lower()


def test_a_plan_is_drawn_as_it_is(filled, inside):
    shown = inside("query", "EXPLAIN SELECT * FROM metrics").text
    assert len(shown.splitlines()) > 3
    assert "\\x0a" not in shown


def test_control_c_ends_a_query_that_would_not_end(filled, baseline):
    sql = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT count(*) FROM r"
    running = baseline.start("query", f"/* {'x' * 100} */ {sql}")
    while "duckdb" not in Path(f"/proc/{running.pid}/maps").read_text():
        time.sleep(0.05)
    time.sleep(1)  # it is at work by then, or about to be: both end at once
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=20)
    assert running.returncode == 130, err


def test_too_much_memory_is_told_in_our_words(filled, document, monkeypatch):
    monkeypatch.setattr("gitbaseline.lake._MEMORY", "100MiB")
    code, found = document("query", "SELECT list(x) FROM range(100000000) t(x)")
    assert (code, found["error"]["code"], found["error"]["message"]) == (
        2,
        "query/large",
        "takes more than the 100MiB of memory that there are for it",
    )


def test_nothing_is_changed(filled, rows):
    before = filled.reached()
    rows("SELECT * FROM entries")
    assert filled.reached() == before


def test_an_empty_registry(registry, rows):
    for table in ("entries", "metrics", "samples", "tags"):
        assert rows(f"SELECT * FROM {table}") == []


def test_without_duckdb_it_says_how_to_get_it(filled, document, monkeypatch):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    code, found = document("query", "SELECT 1")
    assert (code, found["error"]["hint"]) == (3, f"{sys.executable} -m pip install 'duckdb>=2'")
