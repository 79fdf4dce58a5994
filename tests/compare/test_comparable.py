from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.compare.comparable import differences, lacking
from gitbaseline.compare.diff import compare
from gitbaseline.compare.rules import Rules
from gitbaseline.compare.tolerance import Tolerances
from gitbaseline.compare.verdict import Verdict
from gitbaseline.model.metric import Direction
from gitbaseline.profiles import Line, Profile, Rule, Tolerance

PROFILE = Profile(
    name="p", lines=(Line(keys=("ctx",), rule=Rule(judged=False)), Line(keys=("*",), rule=Rule()))
)
MADE = {
    "unit": st.sampled_from(["ms", "us", "GB/s", "widgets"]),
    "direction": st.sampled_from(list(Direction)),
    "dimensions": st.dictionaries(st.sampled_from(["size", "node"]), st.sampled_from([1, 2])),
    "headline": st.booleans(),
}
METRICS = st.dictionaries(
    st.sampled_from(["a", "b", "ctx"]), st.fixed_dictionaries(MADE), min_size=1
)
SIDES = st.fixed_dictionaries(
    {
        "metrics": METRICS,
        "value": st.sampled_from([None, 1.0]),
        "testbed": st.sampled_from([None, "lab", "ci"]),
    }
)
RULES = st.builds(
    lambda only, headlines, given: Rules(
        tolerances=Tolerances(profile=PROFILE, given=given), only=only, headlines=headlines
    ),
    st.sampled_from([(), ("a",), ("c*",)]),
    st.sampled_from([(), ("b",)]),
    st.sampled_from([{}, {"ctx": Tolerance(percent=5)}]),
)


def test_what_differs_is_what_makes_a_diff_incomparable(entry, metric):
    @given(old=SIDES, new=SIDES, rules=RULES)
    def law(old, new, rules):
        baseline, current = (
            entry({k: metric(1.0, **m) for k, m in side["metrics"].items()}, **side_without(side))
            for side in (old, new)
        )
        found = differences(baseline, current, rules)
        diff = compare(baseline, current, rules)
        assert found == diff.matching.bars
        assert bool(found) == (diff.verdict is Verdict.INCOMPARABLE)

    def side_without(side):
        return {name: value for name, value in side.items() if name != "metrics"}

    law()


def test_what_the_current_side_is_about_must_be_in_the_baseline(entry, metric, rules):
    lat, mem = entry({"lat": metric(1, headline=True), "mem": 1}), entry({"mem": 1})
    assert lacking(lat, lat, rules()) is None
    assert lacking(lat, mem, rules()) is None
    assert lacking(mem, lat, rules()) == "the headline lat"
    assert lacking(entry({"x": 1}), mem, rules()) == "every metric of it"
    assert lacking(lat, mem, rules(only=("lat",))) == "every metric of it"
    assert lacking(mem, lat, rules(headlines=("m*",))) is None


def test_the_headline_of_a_profile_counts_where_none_is_marked(entry, metric, rules, levels):
    old, new = (
        entry({"ttft": 1}),
        entry({"tput": metric(1, dimensions={"concurrency": 16}), "ttft": 1}),
    )
    assert lacking(old, new, rules(levels)) == "the headline tput"
    assert lacking(old, entry({"tput": 1, "ttft": 1}), rules(levels)) is None
