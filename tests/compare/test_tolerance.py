import pytest

from gitbaseline.compare.tolerance import Tolerances, for_all, parse
from gitbaseline.errors import InputError
from gitbaseline.profiles import Profile, Rule, Tolerance

PCT = {n: Tolerance(percent=n) for n in (1, 2, 3, 4, 5)}


@pytest.mark.parametrize(
    ("known", "own", "rule", "found"),
    [
        (
            {"given": {"k": PCT[1]}, "for_all": PCT[2], "team": {"k": PCT[4]}},
            3,
            5,
            (1, "--tolerance"),
        ),
        ({"given": {"x": PCT[1], "*": PCT[4]}}, 3, 5, (4, "--tolerance")),
        ({"given": {"*": PCT[4], "k": PCT[1]}}, 3, 5, (1, "--tolerance")),
        ({"given": {"x": PCT[1]}, "for_all": PCT[2]}, 3, 5, (2, "--tolerance")),
        ({"team": {"k": PCT[4]}}, 3, 5, (3, "baseline.json")),
        ({"team": {"k": PCT[4]}}, None, 5, (4, ".baseline.yaml")),
        ({}, None, 5, (5, "profile")),
        ({}, None, None, (5.0, "default")),
    ],
)
def test_the_first_that_applies(metric, known, own, rule, found):
    tolerances = Tolerances(profile=Profile(name="p"), **known)
    said = Rule(tolerance=Tolerance(percent=rule) if rule else None)
    tolerance, source = tolerances.of("k", metric(1.0, tolerance_percent=own), said)
    assert (tolerance, source) == (Tolerance(percent=found[0]), found[1])


def test_a_metric_s_own_may_have_both_forms(metric):
    own = metric(1.0, tolerance_absolute=2, tolerance_percent=1)
    found = Tolerances(profile=Profile(name="p")).of("k", own, Rule())
    assert found == (Tolerance(percent=1, absolute=2), "baseline.json")


@pytest.mark.parametrize(
    ("noise", "found"),
    [
        (None, None),
        (0.0, (Tolerance(percent=5), "default")),
        (5.0, (Tolerance(percent=5), "default")),
        (7.5, (Tolerance(percent=7.5), "noise")),
    ],
)
def test_noise_only_widens_the_default(noise, found):
    known = Tolerances(profile=Profile(name="p"), noise=lambda _key: noise)
    assert known.by_noise("k") == found
    assert Tolerances(profile=Profile(name="p")).by_noise("k") is None


def test_who_gives_a_tolerance_names_the_metric():
    known = Tolerances(profile=Profile(name="p"), given={"a*": PCT[1]}, team={"b": PCT[1]})
    assert [known.names(key) for key in ("ab", "b", "c")] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5%", Tolerance(percent=5)),
        ("0.5%", Tolerance(percent=0.5)),
        ("0%", Tolerance(percent=0)),
        ("2abs", Tolerance(absolute=2)),
    ],
)
def test_spellings(text, found):
    assert parse(text) == found


@pytest.mark.parametrize(
    "text", ["", "5", "%", "-5%", "5 %", "1e3%", "nan%", "1_0%", "9" * 400 + "%"]
)
def test_other_spellings_are_refused(text):
    with pytest.raises(InputError) as caught:
        parse(text)
    assert (caught.value.code, caught.value.where) == ("tolerance/form", "--tolerance")


def test_one_for_all():
    assert for_all(None, None) is None
    assert for_all(5.0, None) == Tolerance(percent=5.0)
    assert for_all(0.0, 2.0) == Tolerance(percent=0.0, absolute=2.0)


@pytest.mark.parametrize(
    ("percent", "absolute", "where"),
    [
        (float("nan"), None, "--tolerance-percent"),
        (float("inf"), None, "--tolerance-percent"),
        (1.0, -1.0, "--tolerance-absolute"),
    ],
)
def test_what_would_let_everything_pass_is_refused(percent, absolute, where):
    with pytest.raises(InputError) as caught:
        for_all(percent, absolute)
    assert caught.value.where == where
