import pytest

from gitbaseline.compare.advice import Axis, advice, axis, bisect_range
from gitbaseline.compare.diff import compare
from gitbaseline.compare.match import HARNESS
from gitbaseline.compare.step import Point, Step
from gitbaseline.model.baseline import NO_COMMIT, Code
from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction

FIVE = (10.0, 10.1, 9.9, 10.05, 9.95)
GOOD, BAD = "1" * 40, "2" * 40


@pytest.fixture
def grid(entry, metric):
    """A baseline over two collectives and two sizes; ``slow`` tells which cells doubled."""

    def make(slow=lambda op, size: False):
        return entry(
            {
                f"{op}.{size}.{i}": metric(
                    2 if slow(op, size) else 1, dimensions={"op": op, "size": size}
                )
                for op in ("gather", "reduce")
                for size in (1, 2)
                for i in (0, 1)
            },
            git=Code(sha=GOOD),
        )

    return make


@pytest.mark.parametrize(
    ("slow", "expected"),
    [
        (lambda op, size: op == "reduce", ("op", "reduce", 4, 4)),
        (lambda op, size: size == 2, ("size", "2", 4, 4)),
        (lambda op, size: (op, size) == ("gather", 1), ("op", "gather", 2, 4)),
        (lambda op, size: True, None),
        (lambda op, size: False, None),
    ],
)
def test_where_regressions_gather(grid, rules, slow, expected):
    found = axis(compare(grid(), grid(slow), rules()).rows)
    names = ("dimension", "value", "regressed", "judged")
    assert found == (expected and Axis(**dict(zip(names, expected, strict=True))))


def test_one_regression_is_no_axis(entry, metric, rules):
    old = entry({key: metric(1, dimensions={"node": key}) for key in "ab"})
    new = entry({key: metric(x, dimensions={"node": key}) for key, x in (("a", 2), ("b", 1))})
    assert axis(compare(old, new, rules()).rows) is None
    scattered = entry({key: metric(2, dimensions={"node": key}) for key in "ab"})
    assert axis(compare(old, scattered, rules()).rows) is None


@pytest.mark.parametrize(
    ("good", "bad", "remote", "expected"),
    [
        (GOOD, BAD, None, (BAD, GOOD)),
        (GOOD, GOOD, None, None),
        (NO_COMMIT, BAD, None, None),
        (GOOD, NO_COMMIT, None, None),
        (GOOD, BAD, "elsewhere", None),
    ],
)
def test_what_to_bisect(entry, good, bad, remote, expected):
    old = entry({"a": 1}, git=Code(sha=good))
    new = entry({"a": 1}, git=Code(sha=bad, remote=remote))
    assert bisect_range(old, new) == expected


def said(old, new, rules, again=None, **more):
    return advice(compare(old, new, rules), old, new, again=again, **more)


def test_green(entry, rules):
    assert said(entry({"a": 1}), entry({"a": 1}), rules()) == ["nothing to do"]


def test_yellow_measures_again(entry, metric, rules):
    old, new = entry({"a": 1, "b": 1}), entry({"a": 2, "b": 1})
    assert said(old, new, rules(), again="make bench") == [
        "measure again on the same machines: make bench"
    ]
    same = {"artifact_sha256": "a" * 64}
    assert said(entry({"a": 1}, **same), entry({"a": 2}, **same), rules()) == [
        "the program is the same on both sides: look at the machine and at noise",
        "measure again on the same machines: the same command",
    ]


def test_yellow_says_how_many_samples_would_decide(entry, metric, rules):
    old, new = metric([90, 95, 100, 105, 110]), metric([92, 98, 104, 110, 116])
    first, second = said(
        entry({"a": old}, artifact_sha256="a" * 64),
        entry({"a": new}, artifact_sha256="a" * 64),
        rules(),
    )
    assert (first.startswith("about "), first.endswith(" samples a side would decide")) == (
        True,
        True,
    )
    assert second == "measure again on the same machines: the same command"


def test_red_over_an_axis_with_a_range(grid, entry, metric, rules):
    slow = grid(lambda op, size: op == "reduce")
    new = entry(slow.metrics, git=Code(sha=BAD))
    assert said(grid(), new, rules()) == [
        "regressions gather at op=reduce: 4 of its 4 metrics moved",
        f"git bisect start {BAD[:12]} {GOOD[:12]}",
    ]


def test_the_same_cohort_is_named(entry, rules):
    old, new = entry({"a": 1, "b": 1}), entry({"a": 2, "b": 1}, cohort="rack-7")
    assert said(old, new, rules()) == ["measure again on the same cohort rack-7: the same command"]


def test_uncommitted_changes_are_no_matter_of_a_bisection(entry, rules):
    old, new = entry({"a": 1}), entry({"a": 2}, git=Code(sha=BAD, dirty=True))
    assert said(old, new, rules(headlines=("a",)))[-2:] == [
        f"git bisect start {BAD[:12]} {GOOD[:12]}",
        "unless it is in the uncommitted changes, which no bisection finds",
    ]


def profiled(entry, metric, times, sha=GOOD, **more):
    """Make an entry with a table of kernels: total times in ms by name, and the wall time."""
    table = {
        f"{name}.total": metric(time, dimensions={"kernel": name}) for name, time in times.items()
    }
    return entry(table | {"wall": metric(sum(times.values()), headline=True)}, git=Code(sha=sha))


def test_red_of_a_table_of_kernels_names_those_that_grew(entry, metric, rules):
    old = profiled(entry, metric, {"gemm": 10, "softmax": 1, "copy": 2})
    new = profiled(entry, metric, {"gemm": 14, "softmax": 3, "copy": 2, "cast": 0.5}, BAD)
    assert said(old, new, rules()) == [
        "kernels that grew: gemm +4 ms (10 ms to 14 ms), softmax +2 ms (1 ms to 3 ms)",
        "kernels that appeared: cast (0.5 ms)",
        f"git bisect start {BAD[:12]} {GOOD[:12]}",
    ]


def test_a_kernel_that_is_gone_is_named_where_it_is_missed(entry, metric, rules):
    old = profiled(entry, metric, {"gemm": 10, "old": 1})
    new = profiled(entry, metric, {"gemm": 10, "new": 1})
    assert said(old, new, rules())[2:] == [
        "kernels that appeared: new (1 ms)",
        "kernels that are gone: old (1 ms)",
    ]


@pytest.fixture
def step():
    """Make a step of a metric from one level to another, at a commit of its own."""

    def step(key, old, new, *, gradual=False, sha="3" * 40):
        def point(second, code):
            path = entry_path("fam", "m", f"20260101T00000{second}Z")
            return Point(path=path, at=f"2026-01-01T00:00:0{second}Z", code=code, value=1.0)

        return Step(
            key=key,
            unit="ms",
            direction=Direction.LOWER,
            index=7,
            before=point(1, Code(sha=GOOD)),
            after=point(2, Code(sha=sha)),
            old=old,
            new=new,
            p=0.001,
            gradual=gradual,
        )

    return step


def test_red_names_the_change_point(entry, rules, step):
    old = entry({"a": 10}, git=Code(sha=GOOD))
    new = entry({"a": 12}, git=Code(sha=BAD))
    red = rules(headlines=("a",))
    assert said(old, new, red, steps=[step("a", 10, 12)]) == [
        "moved by +2 ms (+20.00 %)",
        (
            "a stepped at 20260101T000002Z: 10 to 12 ms (+20.00 %), "
            "between 111111111111 and 333333333333"
        ),
        f"git bisect start {BAD[:12]} {GOOD[:12]}",
    ]
    drift = step("a", 0, 12, gradual=True, sha=GOOD)
    same = entry({"a": 12, "b": 1}, git=Code(sha=GOOD))
    assert said(entry({"a": 10, "b": 1}, git=Code(sha=GOOD)), same, red, steps=[drift]) == [
        "a drifts since 20260101T000002Z: 0 to 12 ms, while the commit stayed 111111111111",
        "nothing to bisect: both sides were measured at 111111111111",
    ]


def test_with_the_same_program_there_is_nothing_to_bisect(entry, rules, step):
    same = {"artifact_sha256": "a" * 64}
    old, new = entry({"a": 10}, **same), entry({"a": 12}, **same, git=Code(sha=BAD))
    assert said(old, new, rules(headlines=("a",)), steps=[step("a", 10, 12)]) == [
        "the program is the same on both sides: look at the machine and at noise",
        "moved by +2 ms (+20.00 %)",
        (
            "a stepped at 20260101T000002Z: 10 to 12 ms (+20.00 %), "
            "between 111111111111 and 333333333333"
        ),
    ]


def test_red_of_a_scalar(entry, rules):
    old = entry({"value": 10}, artifact_sha256="a" * 64, git=Code(sha=GOOD))
    new = entry({"value": 12}, artifact_sha256="b" * 64, git=Code(sha=BAD))
    assert said(old, new, rules(headlines=("value",))) == [
        "moved by +2 ms (+20.00 %)",
        f"git bisect start {BAD[:12]} {GOOD[:12]}",
    ]


def test_red_with_nothing_to_point_at_measures_again(entry, rules):
    old, new = entry({"a": 0, "b": 1}), entry({"a": 1, "b": 1})
    measure = "measure again on the same machines: make bench"
    nothing = "no shared axis and no change point either"
    assert said(old, new, rules(headlines=("a",)), again="make bench") == [
        "nothing to bisect: both sides were measured at 111111111111",
        nothing,
        measure,
    ]
    changed = entry(new.metrics, git=Code(sha="1" * 40, dirty=True))
    assert said(old, changed, rules(headlines=("a",)))[0] == (
        "nothing to bisect: both sides were measured at 111111111111, with uncommitted changes"
    )
    for code, why in (
        (Code(sha=NO_COMMIT), "a side was measured without a commit"),
        (Code(sha=BAD, remote="elsewhere"), "the two were measured in different repositories"),
    ):
        other = entry(new.metrics, git=code)
        lines = said(old, other, rules(headlines=("a",)), again="make bench")
        assert lines == [f"nothing to bisect: {why}", nothing, measure]


def test_red_from_zero_with_the_same_program(entry, rules):
    same = {"artifact_sha256": "a" * 64}
    old, new = entry({"value": 0}, **same), entry({"value": 1}, **same)
    assert said(old, new, rules(headlines=("value",))) == [
        "the program is the same on both sides: look at the machine and at noise"
    ]


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        (
            {"testbed": "a"},
            {"testbed": "b"},
            [
                "measure again where testbed matches",
                "or name a field with --allow-mismatch; it is written into the result",
            ],
        ),
        (
            {HARNESS: "a" * 64},
            {HARNESS: "b" * 64},
            [
                "measure again where harness_sha256 matches",
                "or compare across the changed benchmark with --accept-harness-change",
            ],
        ),
        ({}, {"value": 1.0}, ["measure again where shape matches"]),
        (
            {"context": {"w": dict.fromkeys("abcdefg", 1)}, HARNESS: "a" * 64},
            {"context": {"w": dict.fromkeys("abcdefg", 2)}, HARNESS: "b" * 64},
            [
                "measure again where harness_sha256, w.a, w.b, w.c, w.d, ... match",
                "or compare across the changed benchmark with --accept-harness-change",
                "or name a field with --allow-mismatch; it is written into the result",
            ],
        ),
    ],
)
def test_incomparable(entry, rules, old, new, lines):
    assert said(entry({"a": 1}, **old), entry({"a": 1}, **new), rules()) == lines


def test_another_unit_cannot_be_allowed(entry, metric, rules):
    old, new = entry({"a": 1}), entry({"a": metric(1, unit="GB/s")})
    assert said(old, new, rules()) == ["measure again where a.unit matches"]


def test_no_verdict(entry, rules):
    mend = "mend the run and measure again; nothing is judged on what is absent"
    assert said(entry({"a": 1, "b": 1}), entry({"a": 1}), rules()) == [
        mend,
        "or do without a metric with --allow-missing; it is written into the result",
    ]
    assert said(entry({"a": 1}), entry({"a": 1}), rules(obstacles=("x",))) == [mend]


def test_a_move_that_may_be_a_drift_calls_for_a_study(entry, metric, rules):
    old, new = metric(FIVE), metric([value * 1.06 for value in FIVE])
    lines = said(entry({"a": old}), entry({"a": new}), rules())
    assert lines == [
        "git baseline study tells whether the machine drifts that far by itself",
        "measure again on the same machines: the same command",
    ]
    known = said(entry({"a": old}), entry({"a": new}), rules(noise=lambda _key: 0.0))
    assert known == [
        "about 26 samples a side would decide",
        "measure again on the same machines: the same command",
    ]
