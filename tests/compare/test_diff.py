"""``compare`` on whole baselines: what each sentence of the specification comes to."""

import pytest

from gitbaseline.compare.diff import compare
from gitbaseline.compare.match import Difference, MatchRules
from gitbaseline.compare.row import Standing
from gitbaseline.model.baseline import Tier
from gitbaseline.model.metric import Direction, Validity
from gitbaseline.profiles import Line, Profile, Rule, Tolerance

FIVE = (10.0, 10.1, 9.9, 10.05, 9.95)
SLOWER = tuple(x * 1.2 for x in FIVE)
HIGHER, UNKNOWN, BOTH = Direction.HIGHER, Direction.UNKNOWN, Direction.TWO_SIDED


def said(diff):
    return str(diff.verdict), list(diff.reasons)


def standings(diff):
    return {row.key: str(row.standing) for row in diff.rows}


def test_one_metric_whole(entry, rules, metric):
    diff = compare(entry({"lat": metric(FIVE)}), entry({"lat": metric(SLOWER)}), rules())
    (row,) = diff.rows
    assert (row.key, row.unit, row.baseline, row.current) == ("lat", "ms", 10.0, pytest.approx(12))
    assert (row.delta, row.delta_pct) == (pytest.approx(2), pytest.approx(20))
    assert (row.adverse, row.standing) == (True, Standing.REGRESSED)
    assert (row.tolerance, row.tolerance_from) == (Tolerance(percent=5), "default")
    assert (row.evidence.n_baseline, row.samples_needed, row.converted_from) == (5, None, None)
    assert said(diff) == ("YELLOW", ["1 of 1 judged metric regressed"])
    assert (diff.judged, diff.regressed, diff.doubts) == ((row,), (row,), ())


def test_rows_regressed_first_then_by_size_of_move(entry, rules, metric):
    old = {key: metric(100) for key in ("small", "large", "better", "fine", "zero")}
    old |= {"ctx": metric(1, unit="x", direction=UNKNOWN), "zero": metric(0)}
    new = {"small": 110, "large": 130, "better": 50, "fine": 102, "zero": 0}
    diff = compare(
        entry(old), entry(new | {"ctx": metric(9, unit="x", direction=UNKNOWN)}), rules()
    )
    assert [row.key for row in diff.rows] == ["large", "small", "better", "fine", "zero", "ctx"]
    wide = metric([90, 95, 100, 105, 110])
    undecided = compare(
        entry({"a": 100, "b": wide, "c": 1}), entry({"a": 94, "b": wide, "c": 1.01}), rules()
    )
    assert [row.key for row in undecided.rows] == ["b", "a", "c"]


def test_from_0_the_percentage_is_undefined_and_any_adverse_move_is_beyond(entry, rules, metric):
    diff = compare(entry({"errors": 0}), entry({"errors": 0.001}), rules())
    (row,) = diff.rows
    assert (row.delta, row.delta_pct, row.standing) == (0.001, None, Standing.REGRESSED)


def test_an_undecided_row_says_how_many_samples_would_decide(entry, rules, metric):
    old, new = metric([90, 95, 100, 105, 110]), metric([92, 98, 104, 110, 116])
    diff = compare(entry({"lat": old}), entry({"lat": new}), rules())
    (row,) = diff.rows
    assert (said(diff)[0], row.standing, row.samples_needed > 5) == (
        "YELLOW",
        Standing.UNDECIDED,
        True,
    )


def test_an_absolute_tolerance_is_held_against_the_difference(entry, rules, metric):
    old, new = metric(FIVE), metric(SLOWER)
    for absolute, standing in ((1, "regressed"), (3, "ok")):
        known = rules(given={"lat": Tolerance(absolute=absolute)})
        (row,) = compare(entry({"lat": old}), entry({"lat": new}), known).rows
        assert (row.evidence.relative, str(row.standing)) == (False, standing)


@pytest.mark.parametrize(
    ("noise", "standing", "source"),
    [(30.0, "ok", "noise"), (10.0, "regressed", "noise"), (3.0, "regressed", "default")],
)
def test_noise_widens_the_default_and_nothing_else(entry, rules, metric, noise, standing, source):
    asked = []

    def known(key):
        asked.append(key)
        return noise

    old = entry({"lat": metric(FIVE), "calm": 1})
    new = entry({"lat": metric(SLOWER), "calm": 1})
    diff = compare(old, new, rules(noise=known))
    row = next(row for row in diff.rows if row.key == "lat")
    assert (str(row.standing), row.tolerance_from, asked) == (standing, source, ["lat"])
    given = compare(old, new, rules(noise=known, for_all=Tolerance(percent=5)))
    assert (given.regressed[0].key, asked) == ("lat", ["lat"])


def test_units_of_one_dimension_convert_and_it_is_said(entry, rules, metric):
    old = entry({"bw": metric([1.15, 1.15, 1.14, 1.16], unit="TB/s", direction=HIGHER)})
    new = entry({"bw": metric([1150, 1150, 1140, 1160], unit="GB/s", direction=HIGHER)})
    diff = compare(old, new, rules())
    (row,) = diff.rows
    assert (row.unit, row.current, row.converted_from) == ("TB/s", 1.15, "GB/s")
    assert (said(diff)[0], diff.doubts) == ("GREEN", ("converted from GB/s to TB/s",))


@pytest.mark.parametrize(
    ("old", "new", "field", "there", "here"),
    [
        ({"unit": "ms"}, {"unit": "GB/s"}, "k.unit", "ms", "GB/s"),
        ({"unit": "widgets"}, {"unit": "things"}, "k.unit", "widgets", "things"),
        ({}, {"direction": HIGHER}, "k.direction", "lower-is-better", "higher-is-better"),
    ],
)
def test_another_unit_or_direction_is_incomparable(
    entry, rules, metric, old, new, field, there, here
):
    diff = compare(
        entry({"k": metric(1, **old), "l": 1}), entry({"k": metric(1, **new), "l": 9}), rules()
    )
    difference = Difference(field=field, baseline=there, current=here)
    assert (said(diff), diff.matching.bars) == (
        ("INCOMPARABLE", [f"{field} differs"]),
        (difference,),
    )
    assert standings(diff) == {"l": "context"}  # no row may look judged
    assert diff.regressed == ()


def test_the_unit_of_what_is_not_judged_is_only_noted(entry, rules, metric):
    old = entry({"lat": 1, "n": metric(3, unit="unknown", direction=UNKNOWN)})
    new = entry({"lat": 1, "n": metric(3, unit="count", direction=UNKNOWN)})
    diff = compare(old, new, rules())
    assert said(diff)[0] == "GREEN"
    assert diff.doubts[0] == "n.unit: unknown, count"
    assert standings(diff) == {"lat": "ok"}


def test_a_direction_known_on_one_side_judges_and_is_told(entry, rules, metric):
    old, new = entry({"k": metric(1, direction=UNKNOWN)}), entry({"k": metric(2)})
    for one, other in ((old, new), (entry({"k": 1}), entry({"k": metric(2, direction=UNKNOWN)}))):
        diff = compare(one, other, rules())
        assert (said(diff)[0], diff.matching.unknown) == ("YELLOW", ("k.direction",))


def test_an_unknown_direction_is_shown_and_never_judged(entry, rules, metric):
    old, new = (entry({"k": metric(x, direction=UNKNOWN), "l": 1}) for x in (1, 9))
    diff = compare(old, new, rules(headlines=("k",)))
    assert said(diff) == ("GREEN", ["1 judged metric within tolerance"])
    assert diff.doubts[0] == "headline k has no better direction and is not judged"


def test_two_sided_counts_both_ways(entry, rules, metric):
    old = entry({key: metric(100, direction=BOTH) for key in "abc"})
    new = entry(
        {key: metric(x, direction=BOTH) for key, x in zip("abc", (90, 110, 100), strict=True)}
    )
    assert standings(compare(old, new, rules())) == {"a": "regressed", "b": "regressed", "c": "ok"}


def test_scalar_against_structured_stops(entry, rules, metric):
    scalar = entry({"value": 1}, value=1.0, unit="ms", source_format="json")
    diff = compare(scalar, entry({"value": 1}), rules())
    bar = Difference(field="shape", baseline="scalar", current="structured")
    assert (said(diff), diff.matching.bars) == (("INCOMPARABLE", ["shape differs"]), (bar,))
    assert compare(entry({"value": 1}), scalar, rules()).matching.bars[0].current == "scalar"


def test_dimensions_must_agree_where_both_sides_have_them(entry, rules, metric):
    old = entry({key: metric(1, dimensions={"isl": 1024, "osl": 8, "op": "x"}) for key in "ab"})
    new = entry({key: metric(1, dimensions={"isl": 4096, "node": "n1", "op": "x"}) for key in "ab"})
    bar = Difference(field="dimensions.isl", baseline=1024, current=4096)
    diff = compare(old, new, rules())
    assert said(diff) == ("INCOMPARABLE", ["dimensions.isl differs"])
    assert (diff.matching.bars, diff.matching.unknown) == (
        (bar,),
        ("dimensions.node", "dimensions.osl"),
    )
    for name in ("isl", "dimensions.isl"):
        allowed = compare(old, new, rules(matching=MatchRules(allow=(name,))))
        assert (said(allowed)[0], allowed.matching.allowed) == ("GREEN", (bar,))
        assert "dimensions.isl differs and was allowed to" in allowed.doubts


def test_missing_and_extra(entry, rules, metric):
    old = entry(dict.fromkeys("abcdef", 1) | {"u": metric(1, direction=UNKNOWN)})
    diff = compare(old, entry({"a": 1, "new": 1}), rules())
    assert said(diff) == (
        "NO-VERDICT",
        ["b is missing", "c is missing", "d is missing", "and 2 more are missing"],
    )
    assert (diff.missing, diff.extra) == (("b", "c", "d", "e", "f", "u"), ("new",))
    allowed = compare(old, entry({"a": 1, "f": 1}), rules(allow_missing=("[b-d]", "e")))
    assert (said(allowed)[0], allowed.allowed_missing) == ("GREEN", ("b", "c", "d", "e"))
    assert "e is missing and was allowed to be" in allowed.doubts


def test_nothing_shared_is_no_verdict_even_if_allowed(entry, rules):
    diff = compare(entry({"a": 1}), entry({"b": 1}), rules(allow_missing=("*",)))
    assert said(diff) == ("NO-VERDICT", ["no judged metric is on both sides"])


@pytest.mark.parametrize("case", ["headlines", "missing", "failed", "bars", "noted"])
def test_the_order_of_the_metrics_changes_nothing(entry, rules, metric, case):
    old = {key: metric(10) for key in "abc"}
    new = {key: metric(value) for key, value in (("a", 11), ("b", 12), ("c", 10))}
    kept = rules(headlines=("a", "b"))
    if case == "missing":
        del new["a"], new["b"]
    if case == "failed":
        new |= {key: metric(1, validity=Validity.INVALID) for key in "ab"}
    if case == "bars":
        new |= {key: metric(1, unit="GB/s", dimensions={"c": key}) for key in "ab"}
        old |= {key: metric(1, dimensions={"c": "x"}) for key in "ab"}
    if case == "noted":
        new |= {"a": metric(1, unit="s"), "b": metric(1, unit="us", dimensions={"x": 1, "y": 2})}
        old["c"] = metric(1, dimensions={"z": 1})
    turned = [dict(reversed(side.items())) for side in (old, new)]
    diff = compare(entry(old), entry(new), kept)
    assert diff == compare(*map(entry, turned), kept)
    if case == "headlines":
        assert diff.reasons[0] == "headline b regressed"  # it moved most


@pytest.mark.parametrize("why", ["missing", "retracted", "failed"])
def test_where_there_is_no_answer_no_row_is_judged(entry, rules, metric, why):
    old, new = {"a": metric(FIVE), "b": metric(10)}, {"a": metric(SLOWER), "b": metric(20)}
    if why == "failed":
        new["b"] = metric(20, validity=Validity.INVALID)
    if why == "missing":
        del new["b"]
    diff = compare(
        entry(old), entry(new), rules(obstacles=("it was retracted",) if why == "retracted" else ())
    )
    assert said(diff)[0] == "NO-VERDICT"
    assert {str(row.standing) for row in diff.rows} == {"context"}
    assert (diff.judged, diff.regressed, diff.doubts) == ((), (), ())


def test_an_invalid_metric_is_a_failed_run(entry, rules, metric):
    bad = entry({"a": metric(1, validity=Validity.INVALID)})
    for sides, side in (((bad, entry({"a": 1})), "baseline"), ((entry({"a": 1}), bad), "current")):
        assert said(compare(*sides, rules())) == (
            "NO-VERDICT",
            [f"the {side} run failed: a is invalid"],
        )


def test_only_some_metrics_on_both_sides(entry, rules):
    diff = compare(entry({"a": 1, "b": 1}), entry({"a": 1, "c": 9}), rules(only=("a",)))
    assert (said(diff)[0], diff.missing, diff.extra) == ("GREEN", (), ())
    assert diff.doubts[0] == "compared only a"


def test_an_obstacle_of_the_caller(entry, rules):
    diff = compare(entry({"a": 1}), entry({"a": 1}), rules(obstacles=("retracted",)))
    assert said(diff) == ("NO-VERDICT", ["retracted"])


CONTEXT = Profile(
    name="p",
    lines=(
        Line(keys=("busbw",), rule=Rule(headline=True)),
        Line(keys=("*",), rule=Rule(judged=False)),
    ),
)


def test_a_profile_says_what_is_judged_and_a_person_adds_to_it(entry, rules, metric):
    old, new = entry({"busbw": 1, "time": 1}), entry({"busbw": 1, "time": 9})
    assert standings(compare(old, new, rules(CONTEXT))) == {"busbw": "ok", "time": "context"}
    for more in (
        {"given": {"time": Tolerance(percent=5)}},
        {"team": {"ti*": Tolerance(percent=5)}},
        {"headlines": ("time",)},
    ):
        diff = compare(old, new, rules(CONTEXT, **more))
        assert standings(diff)["time"] == "regressed"
    assert said(diff) == ("RED", ["headline time regressed"])
    assert {row.key: row.headline for row in diff.rows} == {"time": True, "busbw": False}
    marked = entry({"busbw": 1, "time": metric(1, headline=True)})
    assert said(compare(marked, new, rules(CONTEXT)))[0] == "RED"
    assert said(compare(entry({"busbw": 1}), entry({"busbw": 9}), rules(CONTEXT)))[0] == "RED"


def level(metric, value, concurrency):
    return metric(value, dimensions={"concurrency": concurrency})


def test_nulls_at_a_known_level_are_not_judged(entry, rules, metric, levels):
    old = entry(
        {
            "c8.tput": level(metric, 1, 8),
            "c8.ttft": level(metric, 1, 8),
            "c8.else": level(metric, 1, 8),
            "cache": metric(1),
        }
    )
    new = entry({"c8.tput": level(metric, 1, 8), "c8.itl": level(metric, 1, 8)})
    diff = compare(old, new, rules(levels))
    rows = {row.key: (row.baseline, row.current, str(row.standing)) for row in diff.rows}
    assert rows == {
        "c8.tput": (1, 1, "ok"),
        "c8.itl": (None, 1, "NULL_LEGACY_BASELINE"),
        "c8.ttft": (1, None, "NULL_LEGACY_BASELINE"),
        "cache": (1, None, "NULL_LEGACY_BASELINE"),
    }
    assert said(diff) == ("GREEN", ["1 judged metric within tolerance"])


def test_a_level_that_is_gone_is_missing_and_a_null_headline_too(entry, rules, metric, levels):
    old = entry({"c8.tput": level(metric, 1, 8), "c16.ttft": level(metric, 1, 16)})
    gone = compare(old, entry({"c8.tput": level(metric, 1, 8)}), rules(levels))
    assert said(gone) == ("NO-VERDICT", ["c16.ttft is missing"])
    old = entry({"c16.tput": level(metric, 1, 16), "c16.ttft": level(metric, 1, 16)})
    null = compare(old, entry({"c16.ttft": level(metric, 1, 16)}), rules(levels))
    assert said(null) == ("NO-VERDICT", ["c16.tput is missing"])
    added = compare(entry({"c16.ttft": level(metric, 1, 16)}), old, rules(levels))
    assert said(added)[0] == "GREEN"


def test_several_at_one_level_are_yellow(entry, rules, metric, levels):
    names = [f"{name}" for name in ("ttft", "itl", "cache")]
    old = entry({f"c{c}.{n}": level(metric, 1, c) for c in (8, 16) for n in names})

    def new(slow):
        return entry(
            {f"c{c}.{n}": level(metric, 2 if c in slow else 1, c) for c in (8, 16) for n in names}
        )

    assert said(compare(old, new([8]), rules(levels)))[0] == "YELLOW"
    assert said(compare(old, new([8, 16]), rules(levels)))[0] == "RED"


def test_the_tier_needs_both_arms_samples_and_all_fields(entry, rules, metric):
    def made(tier=Tier.VERDICT, values=FIVE, **more):
        return entry({"a": metric(values)}, tier=tier, **more)

    def tier(old, new, **more):
        return compare(old, new, rules(**more)).tier

    assert tier(made(), made()) is Tier.VERDICT
    assert tier(made(), made(Tier.DRAFT)) is Tier.DRAFT
    assert tier(made(Tier.DRAFT), made()) is Tier.DRAFT
    assert tier(made(), made(values=10)) is Tier.DRAFT
    assert tier(made(), made(testbed="lab")) is Tier.DRAFT
    assert tier(made(testbed="ci"), made(testbed="lab")) is Tier.DRAFT
    allowed = MatchRules(allow=("testbed",))
    assert tier(made(testbed="ci"), made(testbed="lab"), matching=allowed) is Tier.DRAFT
    both = entry({"a": metric(FIVE), "b": metric(FIVE)}, tier=Tier.VERDICT)
    assert tier(both, made(), allow_missing=("b",)) is Tier.DRAFT
    assert tier(made(), made(), obstacles=("x",)) is Tier.DRAFT


def test_doubts_about_the_evidence(entry, rules, metric):
    old = entry({"a": metric(FIVE[:3]), "b": 1, "c": metric(FIVE)}, context={"x": {"k": 1}})
    new = entry({"a": metric(FIVE[:3]), "b": 1, "c": metric(FIVE)})
    assert compare(old, new, rules()).doubts == (
        "known on one side only: x.k",
        "1 of 3 judged by a point against a point, without samples",
        "three samples a side: Welch intervals of the means, which assume normality",
    )


def test_the_same_program(entry, rules):
    one, other = (
        entry({"a": 1}, artifact_sha256="a" * 64),
        entry({"a": 2}, artifact_sha256="a" * 64),
    )
    assert compare(one, other, rules()).same_artifact
    assert not compare(one, entry({"a": 2}), rules()).same_artifact
    assert not compare(entry({"a": 1}), entry({"a": 2}), rules()).same_artifact


@pytest.mark.parametrize("side", ["baseline", "current"])
def test_an_invalid_metric_that_one_side_lacks_says_that_its_run_failed(entry, rules, metric, side):
    whole = {"a": 1, "b": metric(2, validity=Validity.INVALID)}
    old, new = (whole, {"a": 1}) if side == "baseline" else ({"a": 1}, whole)
    diff = compare(entry(old), entry(new), rules(allow_missing=("b",)))
    assert diff.reasons == (f"the {side} run failed: b is invalid",)


def test_which_rows_count_is_asked_once(entry, rules):
    diff = compare(entry({"a": 1, "b": 1}), entry({"a": 2, "b": 1}), rules())
    assert (diff.regressed, diff.judged) == (diff.rows[:1], diff.rows)
    assert diff.regressed is diff.regressed
    assert diff.judged is diff.judged


@pytest.mark.parametrize(("count", "worse", "doubted"), [(40, 3, 0), (100, 3, 1), (100, 4, 0)])
def test_as_many_regressions_as_chance_may_make_are_told(
    entry, rules, metric, count, worse, doubted
):
    old = {f"k{i}": metric(FIVE) for i in range(count)}
    new = old | {f"k{i}": metric(SLOWER) for i in range(worse)}
    diff = compare(entry(old), entry(new), rules())
    assert said(diff)[0] == "RED"
    chance = f"{worse} of {count} judged by samples regressed, which may be chance"
    assert diff.doubts == (f"{chance}: a row is wrong in up to 1 of 100 cases",) * doubted
    points = compare(
        entry({f"k{i}": 10 for i in range(count)}),
        entry({f"k{i}": 20 if i < worse else 10 for i in range(count)}),
        rules(),
    )
    said_of_points = f"{count} of {count} judged by a point against a point, without samples"
    assert points.doubts == (said_of_points,)
