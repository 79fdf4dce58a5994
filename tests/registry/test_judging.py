"""What a new entry is held to, and what becomes of it: candidates, series, noise, testbeds, age."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.compare.match import MatchRules
from gitbaseline.model.baseline import NO_COMMIT, Code, Judged, Standing
from gitbaseline.model.event import EventKind
from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction, from_samples
from gitbaseline.profiles import Tolerance
from gitbaseline.registry import candidates, judging, noise
from gitbaseline.registry.diffing import Held, age, diff_of, matching_of, rules_of
from gitbaseline.registry.event import Happening
from gitbaseline.registry.testbed import with_testbed
from gitbaseline.team_config import Measurement, TeamConfig

NOW = 1_767_225_600
SERIES = ("fam", "step")
FIRST, SECOND, THIRD = (f"fam/step@20260101T000000Z{end}" for end in ("", "-2", "-3"))
PLAIN = MatchRules()
NEW_SERIES = "nothing comparable is registered, so this starts a new series"


@pytest.fixture
def happen(begun):
    """Accept or retract the n-th entry of fam/step."""

    def happen(kind, number=1):
        slug = "20260101T000000Z" + (f"-{number}" if number > 1 else "")
        statement = Happening(
            kind=kind,
            entry=entry_path("fam", "step", slug),
            at="2026-01-01T00:00:00Z",
            by="tess",
            reason="why",
            objects=begun.store,
            trees=begun.branch.chain.trees,
        )
        begun.branch.append(statement, begun.author, lambda: NOW)

    return happen


def model(name):
    return {"context": {"identity": {"model": name}}}


def rule(desk, value=1.0, team=None, *, accept_harness_change=False, **more):
    return judging.rule(
        desk.reader(),
        desk.entry(value, **more),
        team,
        accept_harness_change=accept_harness_change,
    )


def outcome(ruled):
    return ruled.entry.standing, ruled.entry.judged, ruled.warnings


def test_a_first_entry_is_held_to_nothing(begun):
    ruled = rule(begun, 10.0)
    assert outcome(ruled) == (Standing.BASELINE, None, ())
    assert ruled.entry == begun.entry(10.0)


def test_green_stays_silent(begun):
    begun.record(10.0)
    assert outcome(rule(begun, 10.2)) == (
        Standing.BASELINE,
        Judged(against=FIRST, verdict="GREEN"),
        (),
    )


def test_red_is_kept_as_a_candidate(begun):
    begun.record(10.0)
    assert outcome(rule(begun, 12.0)) == (
        Standing.CANDIDATE,
        Judged(against=FIRST, verdict="RED"),
        (f"RED against {FIRST}: headline value regressed; kept as a candidate",),
    )


def test_a_regression_accepted_with_a_reason_is_a_baseline(begun):
    begun.record(10.0)
    assert outcome(rule(begun, 12.0, accepts="new kernel")) == (
        Standing.BASELINE,
        Judged(against=FIRST, verdict="RED"),
        (f"RED against {FIRST}: headline value regressed; accepted",),
    )


def bandwidth(value):
    metric = from_samples([value], unit="GB/s", direction=Direction.HIGHER)
    return {"metrics": {"value": metric}, "unit": "GB/s", "direction": Direction.HIGHER}


def keyed(**values):
    """Return the changes that make an entry a set of metrics in ms; the first is the headline."""
    metrics = {
        key: replace(from_samples([value], unit="ms", direction=Direction.LOWER), headline=not at)
        for at, (key, value) in enumerate(values.items())
    }
    around = {"unit": None, "direction": None, "source_format": "json"}
    return {"value": None, "metrics": metrics, **around}


def test_another_unit_starts_a_new_series_and_says_so(begun):
    begun.record(10.0)
    assert outcome(rule(begun, 10.0, **bandwidth(10.0))) == (
        Standing.BASELINE,
        None,
        (f"{NEW_SERIES}: value.unit, value.direction differs from 20260101T000000Z",),
    )


def test_what_could_not_be_judged_is_stored_and_told(begun):
    begun.record(**keyed(a=1.0, b=1.0))
    assert outcome(rule(begun, **keyed(a=1.0))) == (
        Standing.BASELINE,
        Judged(against=FIRST, verdict="NO-VERDICT"),
        (f"NO-VERDICT against {FIRST}: b is missing",),
    )


def test_a_candidate_is_not_held_to_until_it_is_accepted(begun, happen):
    begun.record(10.0)
    begun.record(20.0, standing=Standing.CANDIDATE)
    assert rule(begun, 20.0).entry.judged == Judged(against=FIRST, verdict="RED")
    happen(EventKind.ACCEPTED, 2)
    assert outcome(rule(begun, 20.0)) == (
        Standing.BASELINE,
        Judged(against=SECOND, verdict="GREEN"),
        (),
    )


def test_a_retracted_entry_is_held_to_no_more(begun, happen):
    begun.record(10.0)
    begun.record(5.0)
    happen(EventKind.RETRACTED, 2)
    assert rule(begun, 10.0).entry.judged == Judged(against=FIRST, verdict="GREEN")
    happen(EventKind.RETRACTED, 1)
    assert outcome(rule(begun, 10.0)) == (Standing.BASELINE, None, ())


def test_nothing_comparable_starts_a_new_series_and_says_so(begun):
    begun.record(10.0, **model("a"))
    ruled = rule(begun, 99.0, **model("b"))
    assert outcome(ruled) == (
        Standing.BASELINE,
        None,
        (f"{NEW_SERIES}: identity.model differs from 20260101T000000Z",),
    )


def test_a_changed_harness_starts_a_new_series_on_purpose_or_with_a_warning(begun):
    begun.record(10.0, harness_sha256="a" * 64)
    new = {"harness_sha256": "b" * 64}
    assert outcome(rule(begun, 99.0, accept_harness_change=True, **new)) == (
        Standing.BASELINE,
        None,
        (),
    )
    (warning,) = rule(begun, 99.0, **new).warnings
    assert warning.endswith(
        "harness_sha256 differs from 20260101T000000Z; --accept-harness-change says so on purpose"
    )
    ruled = rule(begun, 99.0, accept_harness_change=True, **new, testbed="x")
    assert ruled.warnings == ()  # a testbed that one side lacks is no difference


def test_a_first_entry_that_goes_on_from_another_series_is_held_to_it(begun):
    begun.record(10.0)
    ruled = rule(begun, 12.0, measurement="renamed", continues="fam/step")
    assert ruled.entry.judged == Judged(against=FIRST, verdict="RED")


def test_the_team_s_rules_hold(begun):
    begun.record(10.0, context={"stack": {"image": "a"}, "identity": {"model": "a"}})
    other = {"context": {"stack": {"image": "b"}, "identity": {"model": "a"}}}
    wide = TeamConfig(
        measurements={"step": Measurement(tolerances={"value": Tolerance(percent=30)})}
    )
    assert rule(begun, 12.0, wide, **other).entry.judged.verdict == "GREEN"
    assert rule(begun, 12.0, TeamConfig(require=("image",)), **other).entry.judged is None
    headless = TeamConfig(measurements={"step": Measurement(headline="other")})
    assert rule(begun, 12.0, headless, **other).entry.judged.verdict == "YELLOW"


# Which entry is chosen


def chosen(desk, **more):
    entry = desk.entry(**more)
    rules = rules_of(TeamConfig(), entry, PLAIN)
    return candidates.latest_comparable(desk.reader(), SERIES, entry, rules)


def names(found):
    return found.entry and str(found.entry.path.slug), found.differs, found.passed_over


def test_newer_ones_are_passed_over_with_the_reason(begun):
    begun.record(10.0, **model("a"))
    begun.record(10.0, **model("b"))
    begun.record(10.0, standing=Standing.CANDIDATE)
    assert names(chosen(begun, **model("a"))) == (
        "20260101T000000Z",
        (),
        (
            "passed over 20260101T000000Z-3: candidate",
            "passed over 20260101T000000Z-2: identity.model differs",
        ),
    )
    assert names(chosen(begun, **model("c"))) == (
        "20260101T000000Z-2",
        ("identity.model",),
        ("passed over 20260101T000000Z-3: candidate",),
    )


def test_another_unit_direction_or_shape_is_passed_over_with_the_reason(begun):
    begun.record(10.0)
    begun.record(10.0, **bandwidth(10.0))
    begun.record(**keyed(value=10.0))
    assert names(chosen(begun)) == (
        "20260101T000000Z",
        (),
        (
            "passed over 20260101T000000Z-3: shape, source_format differs",
            "passed over 20260101T000000Z-2: value.unit, value.direction differs",
        ),
    )
    assert names(chosen(begun, **bandwidth(11.0)))[:2] == ("20260101T000000Z-2", ())
    assert names(chosen(begun, **keyed(value=11.0))) == ("20260101T000000Z-3", (), ())


def test_a_unit_of_the_same_dimension_is_not_passed_over(begun):
    begun.record(10.0)
    micro = from_samples([9000.0], unit="us", direction=Direction.LOWER)
    begun.record(9000.0, metrics={"value": micro}, unit="us")
    assert names(chosen(begun)) == ("20260101T000000Z-2", (), ())


def test_one_without_the_headline_comes_after_those_that_have_it(begun):
    begun.record(**keyed(lat=1.0, mem=1.0))
    begun.record(**keyed(mem=1.0))
    begun.record(**keyed(other=1.0))
    passed = "passed over 20260101T000000Z-{}: it lacks {}"
    assert names(chosen(begun, **keyed(lat=1.0, mem=1.0))) == (
        "20260101T000000Z",
        (),
        (passed.format(3, "the headline lat"), passed.format(2, "the headline lat")),
    )
    plain = {"rest": 1.0, "mem": 1.0}
    unmarked = keyed(**plain) | {
        "metrics": {k: m for k, m in keyed(x=1.0, **plain)["metrics"].items() if k != "x"}
    }
    assert names(chosen(begun, **unmarked)) == (
        "20260101T000000Z-2",
        (),
        (passed.format(3, "every metric of it"),),
    )


def test_where_none_has_the_headline_the_latest_comparable_is_held_to(begun):
    begun.record(**keyed(lat=1.0), **model("a"))
    begun.record(**keyed(lat=1.0, mem=1.0))
    begun.record(**keyed(lat=1.0), **model("b"))
    found = chosen(begun, **keyed(ttft=1.0, lat=1.0), **model("a"))
    assert names(found) == (
        "20260101T000000Z-2",
        (),
        ("passed over 20260101T000000Z-3: identity.model differs",),
    )
    ruled = rule(begun, **keyed(ttft=1.0, lat=2.0))
    assert ruled.entry.judged.verdict == "RED"  # a new headline excuses no old one


def test_what_the_current_side_lacks_is_missing_and_not_passed_over(begun):
    begun.record(**keyed(mem=1.0))
    begun.record(**keyed(lat=1.0, mem=1.0))
    assert names(chosen(begun, **keyed(mem=1.0)))[0] == "20260101T000000Z-2"


def test_a_dimension_that_differs_often_is_told_once(begun):
    sized = {
        name: replace(m, dimensions={"size": 1})
        for name, m in keyed(a=1.0, b=1.0)["metrics"].items()
    }
    begun.record(**keyed(a=1.0, b=1.0) | {"metrics": sized})
    other = {
        name: replace(m, dimensions={"size": size})
        for (name, m), size in zip(sized.items(), (2, 3), strict=True)
    }
    found = chosen(begun, **keyed(a=1.0, b=1.0) | {"metrics": other})
    assert names(found) == ("20260101T000000Z", ("dimensions.size",), ())


def test_the_list_of_those_passed_over_ends(begun, monkeypatch):
    monkeypatch.setattr(candidates, "_TOLD", 1)
    begun.record(10.0)
    for _ in range(2):
        begun.record(10.0, standing=Standing.CANDIDATE)
    assert chosen(begun).passed_over == (
        "passed over 20260101T000000Z-3: candidate",
        "and 1 more passed over",
    )


def test_an_entry_is_not_held_to_itself_nor_to_what_is_newer(begun):
    for value in (1.0, 2.0, 3.0):
        begun.record(value)
    reader = begun.reader()
    own = reader.paths(*SERIES)[1]
    entry = reader.entry(own).baseline
    rules = rules_of(TeamConfig(), entry, PLAIN)

    def held(**more):
        found = candidates.latest_comparable(reader, SERIES, entry, rules, **more).entry
        return found.baseline.value

    assert (held(), held(but=own), held(but=own, before=True)) == (3.0, 3.0, 1.0)
    last = reader.paths(*SERIES)[2]
    assert held(but=last) == 2.0


def test_a_series_is_followed_to_the_one_it_goes_on_from(begun):
    begun.record(1.0, measurement="old")
    begun.record(2.0, measurement="mid", continues="fam/old")
    begun.record(3.0, measurement="mid")
    begun.record(4.0, measurement="new", continues="fam/mid")
    reader = begun.reader()

    def values(*series, continues=None):
        found = candidates.through(reader, series, continues)
        return [entry.baseline.value for entry in found]

    assert values("fam", "new") == [4.0, 3.0, 2.0, 1.0]
    assert values("fam", "none", continues="fam/old") == [1.0]
    assert values("fam", "none", continues="fam/none") == []
    assert values("fam", "none") == []


@pytest.mark.parametrize(("name", "plain"), [("m", "m"), ("m.2", "m"), ("m.02", "m.02")])
def test_the_plain_name_of_a_stretch(name, plain):
    assert candidates.base(name) == plain


# The noise of history


def known(desk, held=-1, rules=PLAIN):
    reader = desk.reader()
    return noise.known(reader, reader.entry(reader.paths(*SERIES)[held]), rules)


def test_five_comparable_entries_tell_the_noise(begun):
    for value in (10.0, 11.0, 9.0, 10.5):
        begun.record(value)
    begun.record(99.0, **model("other"))
    begun.record(99.0, standing=Standing.CANDIDATE)
    begun.record(9.5)
    assert known(begun)("value") > 20
    assert known(begun)("nothing") is None


def test_fewer_tell_nothing_and_neither_do_zeros_or_other_units(begun):
    for value in (10.0, 11.0, 9.0, 10.5):
        begun.record(value)
    assert known(begun)("value") is None
    begun.record(0.0)
    assert known(begun)("value") is None
    other = from_samples([1.0], unit="us", direction=Direction.LOWER)
    begun.record(1.0, metrics={"value": other}, unit="us")
    assert known(begun)("value") is None


def test_entries_of_a_series_that_goes_on_count_together(begun):
    for value in (10.0, 11.0, 9.0, 10.5):
        begun.record(value, measurement="old")
    begun.record(9.5, continues="fam/old")
    assert known(begun)("value") > 20
    begun.record(9.5)
    assert known(begun)("value") > 5


def test_what_is_judged_does_not_excuse_itself(begun):
    for value in (10.0, 10.0, 10.0, 10.0, 10.0, 20.0):
        begun.record(value)
    assert (known(begun, held=-2)("value"), known(begun)("value") > 5) == (0.0, True)


def test_steps_that_were_let_pass_excuse_no_further_ones(begun):
    values = [10.0, 10.7, 9.4, 10.2, 9.8]
    for value in values:
        begun.record(value)
    passed = 0
    while known(begun)("value") > 15 and passed < 10:
        passed += 1
        values.append(values[-1] * 1.15)
        begun.record(values[-1])
    assert 1 <= passed <= 3


@pytest.mark.parametrize(
    ("direction", "calm"),
    [(Direction.LOWER, False), (Direction.HIGHER, True), (Direction.TWO_SIDED, False)],
)
def test_from_above_its_level_a_metric_may_fall_and_not_rise(begun, direction, calm):
    for value in (10.0, 10.1, 9.9, 10.0, 10.1, 11.0):
        metric = from_samples([value], unit="us", direction=direction)
        begun.record(value, metrics={"value": metric}, unit="us", direction=direction)
    assert (known(begun)("value") > 10) is calm


def test_history_begins_anew_with_an_accepted_regression(begun):
    for value in (10.0, 10.0, 10.0, 10.0, 10.0):
        begun.record(value)
    begun.record(15.0, accepts="a safer default")
    assert known(begun)("value") is None
    for value in (15.0, 15.0, 15.0, 15.0):
        begun.record(value)
    assert known(begun)("value") == 0.0


def test_a_noisy_history_keeps_a_move_from_being_red(begun):
    for value in (10.0, 11.0, 9.0, 10.5, 9.5):
        begun.record(value)
    assert rule(begun, 10.4).entry.judged.verdict == "GREEN"


# One diff with what is around it


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ("retracted", "the baseline was retracted"),
        ("distrusted", "the baseline is distrusted, its key was compromised"),
    ],
)
def test_a_withdrawn_baseline_holds_nothing(begun, mark, reason):
    begun.record(10.0)
    reader = begun.reader()
    entry = replace(reader.entry(reader.paths(*SERIES)[0]), **{mark: True})
    current = begun.entry(10.0)
    rules = rules_of(TeamConfig(), current, PLAIN)
    diff = diff_of(Held(entry=entry, how="x"), current, rules)
    assert (str(diff.verdict), diff.reasons) == (
        "NO-VERDICT",
        (f"{reason}; git baseline log fam/step shows others",),
    )


def test_the_team_moves_fields():
    team = TeamConfig(require=("image",), ignore=("model",))
    assert matching_of(team, ["tp"]) == MatchRules(
        require=("image",), ignore=("model",), allow=("tp",)
    )


@pytest.mark.parametrize(
    ("at", "sha", "expected"),
    [
        ("2026-01-01T23:59:59Z", NO_COMMIT, "0 days older"),
        ("2026-01-02T00:00:00Z", NO_COMMIT, "1 day older"),
        ("2025-12-01T00:00:00Z", NO_COMMIT, "0 days older"),
        ("2026-04-02T00:00:00Z", NO_COMMIT, "91 days older, stale after 90"),
        ("2026-01-01T00:00:00Z", "first", "0 days older, 0 commits between"),
        ("2026-01-01T00:00:00Z", "second", "0 days older, 1 commit between"),
        ("2026-01-01T00:00:00Z", "third", "0 days older, 2 commits between"),
        ("2026-01-01T00:00:00Z", "f" * 40, "0 days older"),
    ],
)
def test_the_age_of_a_baseline(begun, repo, at, sha, expected):
    commits = {"first": repo.git("rev-parse", "HEAD")}
    commits |= {name: repo.commit(name) for name in ("second", "third")}
    old = begun.entry(1.0, git=Code(sha=commits["first"]))
    new = begun.entry(1.0, git=Code(sha=commits.get(sha, sha)), registered_at_utc=at)
    assert age(begun.store, old, new) == expected


def test_commits_are_counted_so_far_and_no_further(begun, repo, monkeypatch):
    monkeypatch.setattr("gitbaseline.registry.diffing._COUNTED", 1)
    first = repo.git("rev-parse", "HEAD")
    repo.commit("second")
    old, new = (begun.entry(1.0, git=Code(sha=sha)) for sha in (first, repo.commit("third")))
    assert age(begun.store, old, new) == "0 days older"


# The team's testbeds

BEDS = TeamConfig(
    testbeds={
        "any": {},
        "lab": {"cpu_model": "AMD*", "cpu_count": 8},
        "small": {"cpu_count": 4},
        "truth": {"smt": True},
    }
)


@pytest.mark.parametrize(
    ("known", "testbed"),
    [
        ({"cpu_model": "AMD EPYC", "cpu_count": 8}, "lab"),
        ({"cpu_model": "AMD EPYC", "cpu_count": 4}, "small"),
        ({"cpu_model": "Intel", "cpu_count": 8}, None),
        ({"cpu_count": 8}, None),
        ({"smt": 1}, None),
        ({"smt": True}, "truth"),
        ({}, None),
    ],
)
def test_the_testbed_that_the_environment_is_of(begun, known, testbed):
    assert with_testbed(begun.entry(environment=known), BEDS).testbed == testbed


def test_a_testbed_that_was_named_stays(begun):
    entry = begun.entry(environment={"cpu_count": 4}, testbed="mine")
    assert with_testbed(entry, BEDS) == entry
