import pytest

from gitbaseline.compare.advice import Axis, advice, axis, bisect_range
from gitbaseline.compare.diff import compare
from gitbaseline.compare.match import HARNESS
from gitbaseline.model.baseline import NO_COMMIT, Code

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


def said(old, new, rules, again=None):
    return advice(compare(old, new, rules), old, new, again=again)


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


def test_red_of_a_scalar(entry, rules):
    old = entry({"value": 10}, artifact_sha256="a" * 64, git=Code(sha=GOOD))
    new = entry({"value": 12}, artifact_sha256="b" * 64, git=Code(sha=BAD))
    assert said(old, new, rules(headlines=("value",))) == [
        "moved by +2 ms (+20.00 %)",
        f"git bisect start {BAD[:12]} {GOOD[:12]}",
    ]


def test_red_with_nothing_to_point_at_measures_again(entry, rules):
    old, new = entry({"a": 0, "b": 1}), entry({"a": 1, "b": 1})
    assert said(old, new, rules(headlines=("a",)), again="make bench") == [
        "measure again on the same machines: make bench"
    ]


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
