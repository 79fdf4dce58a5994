"""A history as a line of blocks, as a table of change points, as JSON."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gitbaseline.compare.step import History, Point, Step
from gitbaseline.model.baseline import Code
from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction
from gitbaseline.report import history


def point(number, value=1.0):
    path = entry_path("fam", "m", f"20260101T0000{number % 60:02d}Z")
    code = Code(sha=f"{number % 100:02d}" * 20)
    return Point(path=path, at=f"2026-01-01T00:00:{number % 60:02d}Z", code=code, value=value)


def stepped(index=7, old=10.0, new=12.0, **more):
    known = {"key": "lat", "unit": "ms", "direction": Direction.LOWER, "p": 0.00234}
    return Step(
        index=index,
        before=point(index - 1, old),
        after=point(index, new),
        old=old,
        new=new,
        gradual=more.pop("gradual", False),
        **known | more,
    )


def line(values, *steps):
    points = tuple(point(number, value) for number, value in enumerate(values))
    known = History(key="lat", unit="ms", direction=Direction.LOWER, points=points)
    return history.line(known, steps, ascii_only=True)


def test_the_line_has_a_bar_at_each_change_point():
    assert line([1, 1, 3, 3, 1], stepped(2), stepped(4)) == "__|##|_"
    assert line([1, 3]) == "_#"
    assert line([1]) == line([]) == ""


def test_only_the_newest_values_are_drawn_with_their_bars():
    values = [1.0] * 50 + [2.0] * 50
    assert line(values, stepped(10), stepped(50)) == "_" * 10 + "|" + "#" * 50


def test_the_table_tells_the_newest_first():
    better = stepped(8, 12.0, 0.0, gradual=True)
    same = replace(better, after=replace(better.after, code=better.before.code))
    nobody = replace(stepped(9, 0.0, 3.0, direction=Direction.UNKNOWN), before=point(8))
    nobody = replace(nobody, before=replace(nobody.before, code=Code(sha="0" * 40)))
    assert history.change_points([stepped(), same, nobody]).splitlines() == [
        "Changed at        From  To  Unit       Move                   Between                          p",
        "20260101T000009Z     0   3  ms        +3 ms                   no commits known            0.0023",
        "20260101T000008Z    12   0  ms    -100.00 %  better, a drift  all at 070707070707         0.0023",
        "20260101T000007Z    10  12  ms     +20.00 %  worse            060606060606..070707070707  0.0023",
    ]


def test_a_long_table_is_cut():
    table = history.change_points([stepped(n) for n in range(1, 26)]).splitlines()
    assert (len(table), table[-1]) == (22, "and 5 older; --json shows all")
    assert table[1].startswith("20260101T000025Z")


def test_json_of_a_step():
    assert history.plain(stepped()) == {
        "metric": "lat",
        "unit": "ms",
        "direction": "lower-is-better",
        "before": {
            "entry": "fam/m/20260101T000006Z",
            "recorded_at_utc": "2026-01-01T00:00:06Z",
            "git_sha": "06" * 20,
            "value": 10.0,
        },
        "after": {
            "entry": "fam/m/20260101T000007Z",
            "recorded_at_utc": "2026-01-01T00:00:07Z",
            "git_sha": "07" * 20,
            "value": 12.0,
        },
        "level_before": 10.0,
        "level_after": 12.0,
        "delta_pct": pytest.approx(20),
        "adverse": True,
        "gradual": False,
        "p": 0.00234,
    }


def test_what_json_cannot_hold_is_null():
    found = history.plain(stepped(old=-1.7e308, new=math.inf))
    assert (found["level_before"], found["level_after"], found["delta_pct"]) == (
        -1.7e308,
        None,
        None,
    )
    assert history.plain(stepped(old=0.0))["delta_pct"] is None
