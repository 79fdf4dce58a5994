from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.formats.runs import Number, Run, agreed, grouped, metrics, varying
from gitbaseline.model.metric import Direction, Metric, Validity


def run(line, settings, validity=Validity.VALID, dimensions=(), **numbers):
    return Run(
        where=f"f:{line}",
        settings=settings,
        dimensions=dimensions,
        validity=validity,
        numbers={
            key: Number(value=value, unit="ms", direction=Direction.LOWER, stat="p99", n=10)
            for key, value in numbers.items()
        },
    )


def test_one_run_keeps_what_the_tool_says():
    assert metrics([run(1, {"c": 1}, dimensions=("c",), a=2.0)]) == {
        "a": Metric(
            value=2.0,
            unit="ms",
            direction=Direction.LOWER,
            validity=Validity.VALID,
            stat="p99",
            n=10,
            dimensions={"c": 1},
            unit_source="format",
        )
    }


def test_equal_settings_are_trials():
    found = metrics([run(1, {"c": 1}, a=2.0), run(2, {"c": 1}, a=4.0, b=1.0)])
    assert (found["a"].samples, found["a"].value, found["a"].stat) == ((2.0, 4.0), 3.0, "median")
    assert (found["b"].samples, found["b"].n) == ((), 10)


def test_trials_are_as_valid_as_the_least_sure_of_them():
    unsure = run(2, {}, Validity.UNCHECKED, a=1.0)
    assert metrics([run(1, {}, a=1.0), unsure])["a"].validity is Validity.UNCHECKED


def test_other_settings_are_cases():
    runs = [
        run(1, {"model": "m", "c": 1, "rate": "inf"}, a=1.0),
        run(2, {"model": "m", "c": 16.0, "rate": "inf"}, a=2.0),
        run(3, {"model": "m", "c": 16, "rate": 2.5, "spec": True}, a=3.0),
    ]
    assert varying(runs) == ("c", "rate", "spec")
    assert {key: (m.value, dict(m.dimensions)) for key, m in metrics(runs).items()} == {
        "c=1,rate=inf.a": (1.0, {"c": 1, "rate": "inf"}),
        "c=16,rate=inf.a": (2.0, {"c": 16.0, "rate": "inf"}),
        "c=16,rate=2.5,spec=True.a": (3.0, {"c": 16, "rate": 2.5, "spec": True}),
    }


def test_a_case_without_any_of_the_settings():
    assert list(metrics([run(1, {}, a=1.0), run(2, {"c": 2}, a=2.0)])) == ["a", "c=2.a"]


def test_two_units_of_one_key_are_refused():
    other = Run(
        where="f:2",
        settings={},
        numbers={"a": Number(value=1.0, unit="s", direction=Direction.LOWER)},
    )
    with pytest.raises(InputError) as caught:
        metrics([run(1, {}, a=1.0), other])
    assert (caught.value.code, str(caught.value)) == (
        "runs/differ",
        "f:2: a is in s here, in ms at f:1",
    )


def test_groups_of_the_context():
    assert grouped({"tp": 8, "odd": 1}, {"tp": ("parallelism", "tp")}, "stack") == {
        "parallelism": {"tp": 8},
        "stack": {"odd": 1},
    }


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)), min_size=1))
def test_what_is_agreed_is_in_all_of_them(parts):
    found = agreed(parts)
    assert all(part[key] == value for part in parts for key, value in found.items())
    common = set.intersection(*(set(part.items()) for part in parts))
    assert set(found.items()) == common
