"""The lake: bounded, deterministic, and plain values out of whatever SQL returns."""

from __future__ import annotations

import datetime as dt
import math
import threading
import uuid
from decimal import Decimal

import duckdb
import pytest

from gitbaseline import lake
from gitbaseline.errors import InputError, Unable
from gitbaseline.lake import Table, plain

UTC = dt.UTC


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        ("a", "a"),
        (2**53 - 1, 2**53 - 1),
        (2**53, "9007199254740992"),
        (1.5, 1.5),
        (math.nan, None),
        (-math.inf, None),
        (Decimal("1.5"), 1.5),
        (Decimal("NaN"), None),
        (dt.datetime.fromisoformat("2026-01-02T03:04:05"), "2026-01-02T03:04:05Z"),
        (dt.datetime.fromisoformat("2026-01-02T03:04:05.5"), "2026-01-02T03:04:05.500000Z"),
        (dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.time(3, 4), "03:04:00"),
        ([1, math.nan], [1, None]),
        ((1, "a"), [1, "a"]),
        ({"a": {1: b"\x00\xff"}}, {"a": {"1": "00ff"}}),
        (dt.timedelta(days=1), "1 day, 0:00:00"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_value_as_json(value, expected):
    assert plain(value) == expected


def table(lines):
    return Table(name="t", columns={"a": "BIGINT", "it's": "VARCHAR"}, lines=lines)


def test_rows_come_in_whatever_they_hold(tmp_path):
    long = "x" * (3 << 20)
    answer = lake.query(
        [table(['{"a":1,"it\'s":"\\"\\u00e9\\n"}', f'{{"a":2,"it\'s":"{long}"}}'])],
        'SELECT a, "it\'s" FROM t ORDER BY a',
        most=5,
    )
    assert answer.rows == ((1, '"\u00e9\n'), (2, long))
    assert answer.columns == (("a", "BIGINT"), ("it's", "VARCHAR"))


def test_what_is_no_row_is_told():
    with pytest.raises(Unable, match="could not load t"):
        lake.query([table(['{"a":"x"}'])], "SELECT 1", most=1)


def test_an_answer_that_is_too_large(monkeypatch):
    monkeypatch.setattr(lake, "_LARGEST", 10_000)
    with pytest.raises(InputError, match="its first 100 rows are larger"):
        lake.query([], "SELECT repeat('x', 1000) FROM range(1000)", most=1000)


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(lake, "_MEMORY", "20MiB")
    sql = "SELECT count(*) FROM (SELECT repeat('x', 1000000) || range a FROM range(500) ORDER BY a)"
    with pytest.raises(InputError, match="more than the 20MiB of memory"):
        lake.query([], sql, most=1)


def test_the_same_rows_give_the_same_file(tmp_path):
    lines = [f'{{"a":{n},"it\'s":"{n}"}}' for n in range(50_000)]
    for name in ("one's", "two"):
        lake.write_parquet(table(lines), tmp_path / name)
    assert (tmp_path / "one's").read_bytes() == (tmp_path / "two").read_bytes()
    read = duckdb.sql(f"SELECT a FROM read_parquet('{tmp_path}/two')").fetchall()
    assert read == [(n,) for n in range(50_000)]


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(Unable, match=r"could not write x\.parquet: IO Error: Cannot open file"):
        lake.write_parquet(table([]), tmp_path / "none" / "x.parquet")


def test_control_c_reaches_a_query_at_work(monkeypatch):
    class Impatient(lake.SimpleQueue):
        def get(self):
            raise KeyboardInterrupt

    monkeypatch.setattr(lake, "SimpleQueue", Impatient)
    endless = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n FROM r) SELECT count(*) FROM r"
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        lake.query([], endless, most=1)
    assert threading.active_count() == before
