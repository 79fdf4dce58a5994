"""Which entries make up the history of a metric, and the steps that a diff finds behind it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.compare.diff import compare
from gitbaseline.compare.match import MatchRules
from gitbaseline.model.baseline import Code, Standing
from gitbaseline.model.metric import Direction, from_samples
from gitbaseline.registry import history as histories
from gitbaseline.registry.candidates import through
from gitbaseline.registry.diffing import rules_of
from gitbaseline.registry.history import behind, comparable, history
from gitbaseline.team_config import TeamConfig

PLAIN = MatchRules()
SERIES = ("fam", "step")
OLD = (10.0, 10.1, 9.9, 10.2, 9.8, 10.3, 9.7, 10.4)


def number(value, unit="ms", direction=Direction.LOWER):
    metric = from_samples([value], unit=unit, direction=direction)
    return {"metrics": {"value": metric}, "unit": unit, "direction": direction}


@pytest.fixture
def told(begun):
    """Record values in turn, each at a commit of its own; those above 11 are candidates."""

    def told(*values, start=0, **more):
        for at, value in enumerate(values, start):
            standing = Standing.CANDIDATE if value > 11 else Standing.BASELINE
            code = Code(sha=f"{at:02d}" * 20)
            begun.record(value, standing=standing, git=code, **more)

    return told


def line(desk, **more):
    entries = list(desk.reader().entries(*SERIES))
    like = entries[0].baseline
    chosen = comparable(entries, like, PLAIN)
    found = history(chosen, "value", replace(like.metrics["value"], **more))
    return [point.value for point in found.points]


def test_candidates_are_in_and_what_was_withdrawn_is_out(begun, told):
    told(10.0, 12.0, 10.5)
    entries = list(begun.reader().entries(*SERIES))
    like = entries[0].baseline
    assert line(begun) == [10.0, 12.0, 10.5]
    for mark in ("retracted", "distrusted"):
        marked = [replace(entries[0], **{mark: True}), *entries[1:]]
        assert comparable(marked, like, PLAIN) == entries[1:]


def test_other_surroundings_are_another_line(begun):
    for value, model in ((1.0, "a"), (2.0, "b"), (3.0, "a")):
        begun.record(value, context={"identity": {"model": model}})
    assert line(begun) == [1.0, 3.0]
    entries = list(begun.reader().entries(*SERIES))
    ignoring = MatchRules(ignore=("model",))
    assert len(comparable(entries, entries[0].baseline, ignoring)) == 3


def test_values_are_in_the_newest_one_s_unit_and_other_quantities_left_out(begun):
    begun.record(2000.0, **number(2000.0, "us"))
    begun.record(5.0, **number(5.0, "GB/s", Direction.HIGHER))
    begun.record(6.0, **number(6.0, "ms", Direction.HIGHER))
    begun.record(7.0, **number(7.0, "ms", Direction.UNKNOWN))
    begun.record(3.0)
    assert line(begun) == [2.0, 7.0, 3.0]
    assert line(begun, direction=Direction.UNKNOWN) == [2.0, 6.0, 7.0, 3.0]


def test_an_entry_without_the_metric_is_left_out(begun):
    other = {"other": number(1.0)["metrics"]["value"]}
    begun.record(None, metrics=other, unit=None, direction=None)
    begun.record(3.0)
    assert line(begun) == [3.0]


@pytest.fixture
def diffed(begun):
    """Find the steps behind a diff of the n-th entry, or of a number, against the held one."""

    def diffed(held, current, matching=PLAIN, series=SERIES):
        reader = begun.reader()
        entries = list(through(reader, series))[::-1]
        old = entries[held]
        if isinstance(current, float):
            new, upto = begun.entry(current), None
        else:
            new, upto = entries[current].baseline, entries[current].path
        diff = compare(old.baseline, new, rules_of(TeamConfig(), new, matching))
        return behind(reader, old, diff, matching, upto=upto)

    return diffed


def shown(steps):
    return [(str(s.after.path.slug)[-3:].strip("Z-"), s.old, s.new, s.commits) for s in steps]


def test_the_step_behind_a_regression_lies_between_two_commits(told, diffed):
    told(*OLD, *(value + 2 for value in OLD))
    found = diffed(7, 15.0)
    assert shown(found) == [("9", 10.05, 12.05, ("07" * 20, "08" * 20))]
    assert (found[0].adverse, found[0].gradual) == (True, False)
    assert shown(diffed(7, -1)) == shown(found)


def test_without_a_regression_no_history_is_read(told, diffed, monkeypatch):
    told(*OLD)
    monkeypatch.setattr(histories, "through", None)
    assert diffed(0, 10.1) == ()


def test_an_entry_that_was_just_read_is_not_read_again(told, begun):
    told(*OLD)
    reader = begun.reader()
    newest = list(through(reader, SERIES))
    assert all(one is other for one, other in zip(through(reader, SERIES), newest, strict=True))
    assert next(through(begun.reader(), SERIES)) is not newest[0]


def test_a_step_up_to_the_baseline_explains_nothing(told, diffed):
    told(*OLD, *(value + 2 for value in OLD))
    assert diffed(-1, 20.0) == ()


def test_what_is_newer_than_the_current_side_is_not_looked_at(told, diffed):
    told(*OLD, 15.0, *(value + 20 for value in OLD))
    assert diffed(7, 8) == ()
    assert len(diffed(7, -1)) == 1


def test_a_step_for_the_better_explains_nothing(told, diffed):
    told(*OLD, *(value - 5 for value in OLD))
    assert diffed(7, 20.0) == ()


def test_the_latest_of_several_steps_counts(told, diffed):
    twice = OLD + OLD
    told(*twice, *(value + 2 for value in twice), *(value + 5 for value in twice))
    (found,) = diffed(0, 16.0)
    assert (found.old, found.new) == (12.05, 15.05)


def test_it_looks_back_only_so_far(told, diffed, monkeypatch):
    monkeypatch.setattr(histories, "RECENT", 10)
    told(*OLD, *(value + 2 for value in OLD))
    assert diffed(7, 15.0) == ()


def test_a_baseline_that_is_not_in_the_history_has_its_place_by_time(begun, told, diffed):
    told(*OLD, *(value + 2 for value in OLD))
    reader = begun.reader()
    entries = list(reader.entries(*SERIES))[::-1]
    new = begun.entry(20.0)
    for place, count in ((7, 1), (15, 0)):
        path = replace(entries[place].path, family="elsewhere")
        held = replace(entries[place], path=path)
        diff = compare(held.baseline, new, rules_of(TeamConfig(), new, PLAIN))
        assert len(behind(reader, held, diff, PLAIN, upto=entries[15].path)) == count


def test_other_surroundings_than_the_baseline_s_take_no_part(begun, told, diffed):
    told(*OLD)
    for value in OLD:
        begun.record(value + 2, context={"identity": {"model": "b"}}, standing=Standing.CANDIDATE)
    assert len(diffed(7, 20.0)) == 1  # what one side does not know is no difference
    begun.record(10.0, context={"identity": {"model": "a"}})
    assert diffed(-1, 20.0) == ()


def test_the_history_goes_back_to_a_renamed_series(begun, told, diffed):
    told(*OLD, measurement="old")
    told(12.0, start=20, continues="fam/old")
    told(*(value + 2 for value in OLD[1:]), start=21)
    found = diffed(7, -1)
    assert [(s.before.path.measurement, s.after.path.measurement) for s in found] == [
        ("old", "step")
    ]


def test_a_direction_that_only_the_current_side_knows_is_enough(begun, diffed):
    for value in OLD:
        begun.record(value, **number(value, direction=Direction.UNKNOWN))
    for value in OLD:
        begun.record(value + 2, **number(value + 2))
    assert len(diffed(7, -1)) == 1


def test_at_most_so_many_metrics_are_searched_the_headline_first(begun, monkeypatch):
    monkeypatch.setattr(histories, "_METRICS", 1)

    def record(shift):
        for value in OLD:
            metrics = {
                key: replace(number(value + up)["metrics"]["value"], headline=key == "a")
                for key, up in (("a", shift), ("b", 2 * shift))
            }
            begun.record(None, metrics=metrics, unit=None, direction=None, source_format="json")

    record(0)
    record(2)
    reader = begun.reader()
    entries = list(reader.entries(*SERIES))
    old, new = entries[8], entries[0]
    rules = rules_of(TeamConfig(), new.baseline, PLAIN)
    diff = compare(old.baseline, new.baseline, rules)
    assert [row.key for row in diff.regressed] == ["b", "a"]
    assert [step.key for step in behind(reader, old, diff, PLAIN, upto=new.path)] == ["a"]
