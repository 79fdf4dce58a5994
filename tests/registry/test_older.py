"""An older baseline.json: understood under every name, and nothing of it lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.model.codec import encode
from gitbaseline.model.metric import Direction
from gitbaseline.model.text import normal
from gitbaseline.registry import older
from gitbaseline.registry.older import time_of

NAMES = {"family": ("fam", "fam"), "measurement": ("step", "step")}
AT = "2026-05-20T10:11:12Z"
SHA = "a" * 40


def read(document, commit=lambda _: None):
    return older.read(document, NAMES, AT, commit=commit)


def rest(document):
    return dict(read(document).told.rest)


def metrics(document):
    return read(document).metrics


@pytest.mark.parametrize(
    ("folder", "document", "expected"),
    [
        ("20260520T101112Z", {}, AT),
        ("20260520T101112Z-3", {"registered_at_utc": "2020-01-01T00:00:00Z"}, AT),
        ("2026-05-20T10:11:12Z", {}, AT),
        ("20260520_101112", {}, AT),
        ("20261320T101112Z", {}, None),
        ("latest", {"registered_at_utc": AT}, AT),
        ("latest", {"timestamp": "2026-05-20T12:11:12.5+02:00"}, AT),
        ("latest", {"created_at": "2026-05-20 10:11:12"}, AT),
        ("latest", {"timestamp": 12, "created_at": "soon"}, None),
        ("latest", {}, None),
    ],
)
def test_the_original_time(folder, document, expected):
    assert time_of(folder, document) == expected


@pytest.mark.parametrize(
    "name",
    ["profile_and_optimize_sha", "git_sha", "code_sha", "commit_sha", "commit", "repo_sha"],
)
def test_the_commit_under_every_name_it_had(name):
    found = read({"value": 1, name: SHA})
    assert (found.told.code.sha, found.told.rest, found.told.warnings) == (SHA, {}, ())


def test_the_commit_of_git_comes_first():
    git = {"sha": "b" * 64, "dirty": True, "branch": "main", "remote": "r", "describe": "v1"}
    found = read({"value": 1, "git": git, "profile_and_optimize_sha": SHA}).told
    assert (found.code.sha, found.code.dirty, found.code.branch, found.code.remote) == (
        *("b" * 64, True),
        *("main", "r"),
    )
    assert found.rest == {"git": {"describe": "v1"}, "profile_and_optimize_sha": SHA}


def test_a_commit_that_is_none():
    found = read({"value": 1, "git_sha": "HEAD", "commit": 5}, lambda _: SHA).told
    assert (found.code.sha, len(found.warnings)) == ("0" * 40, 1)
    assert found.rest == {"git_sha": "HEAD", "commit": 5}


@pytest.mark.parametrize(
    ("document", "user", "team", "agent", "left"),
    [
        ({"registered_by": {"operator_user": "a", "team": "t", "agent": "g"}}, "a", "t", "g", {}),
        ({"registered_by": "a", "team": "t"}, "a", "t", None, {}),
        ({"operator": "a", "agent": "g"}, "a", None, "g", {}),
        ({"registered_by": {"user": "a", "shift": 2}}, "a", None, None, {"shift": 2}),
    ],
)
def test_who_registered_it(document, user, team, agent, left):
    found = read({"value": 1, **document}).told
    by = found.registrant
    assert (by.operator_user, by.team, by.agent) == (user, team, agent)
    assert found.rest == ({"registered_by": left} if left else {})


def test_nobody_said_who():
    assert read({"value": 1, "registered_by": {"operator_user": "a\nb"}}).told.registrant is None


@pytest.mark.parametrize("word", ["higher", "higher_is_better", "Higher-Is-Better", "bigger"])
def test_directions_however_they_are_spelled(word):
    assert metrics({"value": 1, "direction": word})["value"].direction is Direction.HIGHER


def test_a_direction_nobody_knows_stays():
    found = read({"value": 1, "unit": "ms", "direction": "left"})
    assert found.metrics["value"].direction is Direction.LOWER
    assert found.told.rest == {"direction": "left"}
    assert rest({"value": 1, "direction": 1, "metrics": {"a": {"direction": []}}}) == {
        "direction": 1,
        "metrics": {"a": {"direction": []}},
    }


def test_one_number():
    (metric,) = metrics({"value": 3, "unit": "GB/s", "n": 4, "mean": 3.5, "stat": "p50"}).values()
    assert (metric.value, metric.unit, metric.n, metric.mean, metric.stat, metric.headline) == (
        *(3, "GB/s", 4),
        *(3.5, "p50", True),
    )


@pytest.mark.parametrize(
    ("value", "stat", "left"),
    [
        (None, "median", {}),
        (2, "median", {}),
        (3, "mean", {}),
        (1, "min", {}),
        (6, "max", {}),
        (5, "single", {}),
    ],
)
def test_samples(value, stat, left):
    document = {"value": value, "samples": [1, 6, 2], "mean": 3, "n": 3, "unit": "ms"}
    (metric,) = metrics(document).values()
    assert (metric.value, metric.stat, metric.samples) == (
        *(value or 2, stat),
        (1, 6, 2),
    )
    assert rest(document) == left


def test_what_samples_contradict_stays():
    document = {"samples": [1, 2], "mean": 9, "n": 30, "stat": "p99", "validity": "odd"}
    assert rest(document) == {"mean": 9, "n": 30, "stat": "p99", "validity": "odd"}
    assert rest({"value": 1, "samples": [1, "x"], "trials": []}) == {
        "samples": [1, "x"],
        "trials": [],
    }


def test_several_metrics():
    document = {
        "unit": "ms",
        "metrics": {
            "lat_s": 2,
            "plain": 3,
            "bw": {
                "value": 5,
                "unit": "GB/s",
                "direction": "higher",
                "headline": True,
                "validity": "valid",
                "tolerance_percent": 5,
                "dimensions": {"size": 8, "deep": {}},
                "odd": 1,
            },
            "none": {"unit": "ms"},
            "text": "fast",
        },
    }
    found = read(document)
    units = {key: metric.unit for key, metric in found.metrics.items()}
    assert units == {"lat_s": "s", "plain": "ms", "bw": "GB/s"}
    assert [key for key, metric in found.metrics.items() if metric.headline] == ["bw"]
    bw = found.metrics["bw"]
    assert (bw.validity, bw.tolerance_percent, bw.dimensions) == ("valid", 5, {"size": 8})
    assert found.told.rest == {
        "metrics": {
            "bw": {"odd": 1, "dimensions": {"deep": {}}},
            "none": {"unit": "ms"},
            "text": "fast",
        }
    }


def test_two_headlines_are_none():
    two = {key: {"value": 1, "headline": True} for key in "ab"}
    assert [m.headline for m in metrics({"metrics": two}).values()] == [False, False]


def test_a_number_out_of_range_is_refused():
    with pytest.raises(InputError, match="too large"):
        read({"samples": [1e308, -1e308, 1e308]})


def test_without_a_number_unit_and_direction_are_of_the_source():
    document = {"unit": "ms", "direction": "lower", "value": None}
    assert (metrics(document), rest(document)) == ({}, {"unit": "ms", "direction": "lower"})


def test_the_speed_of_light_is_whole_or_none():
    whole = {
        "sol_pct": 80,
        "sol_ceiling_key": "k",
        "sol_ceiling_value": 2,
        "sol_ceiling_unit": "GB/s",
        "sol_ceiling_source": "doc",
        "sol_rigor": "peak",
    }
    found = read({"value": 1, **whole})
    assert (found.sol.pct, found.sol.rigor, found.told.rest) == (80, "peak", {})
    del whole["sol_rigor"]
    found = read({"value": 1, **whole})
    assert (found.sol, found.told.rest) == (None, whole)


def test_digests_with_and_without_a_prefix():
    found = read({"value": 1, "source_sha256": f"sha256:{'AB' * 32}", "harness_sha256": "x"})
    assert (found.source_sha256, found.told.rest) == ("ab" * 32, {"harness_sha256": "x"})
    assert rest({"value": 1, "source_sha256": 5}) == {"source_sha256": 5}


def test_a_lever_by_name_alone():
    lever = read({"value": 1, "next_lever": "fuse"}).told.wishes.next_lever
    assert (lever.lever, lever.gate) == ("fuse", None)


def test_an_extra_that_would_hide_what_is_left_is_left_itself():
    document = {"value": 1, "extra": {"imported": 1}, "odd": 2}
    assert rest(document) == {"extra": {"imported": 1}, "odd": 2}
    assert rest({"value": 1, "extra": [1]}) == {"extra": [1]}


def test_what_names_itself_otherwise_stays():
    document = {"value": 1, "family": "other", "measurement": "step", "source_kind": "pipe"}
    assert rest(document) == {"family": "other", "source_kind": "pipe"}


scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: str(x) != "-0.0"),
    st.text(st.characters(codec="utf-8"), max_size=8),
    st.sampled_from(["higher", "ms", SHA, AT, "DRAFT", "a" * 64]),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abcuv"), inner, max_size=3)
    ),
    max_leaves=8,
)
known = st.sampled_from(
    [
        "value",
        "unit",
        "direction",
        "metrics",
        "samples",
        "n",
        "stat",
        "mean",
        "context",
        "environment",
        "registered_by",
        "git",
        "tier",
        "workstation",
        "next_lever",
        "extra",
        "source_path",
        "source_sha256",
        "source_bytes",
        "sol_pct",
        "notes",
        "cluster",
        "registered_at_utc",
        "profile_and_optimize_sha",
        "family",
        "dimensions",
        "headline",
        "validity",
    ]
)


@given(st.dictionaries(known, values), st.dictionaries(st.sampled_from(["x1", "x2"]), values))
def test_whatever_it_holds_it_is_read_or_refused_and_what_is_unknown_is_kept(document, unknown):
    try:
        found = read({**document, **unknown})
    except InputError:
        return
    kept = {key: normalised(value) for key, value in unknown.items()}
    assert {key: found.told.rest.get(key, "gone") for key in unknown} == kept
    for name, value in found.told.rest.items():
        assert name in {**document, **unknown}, (name, value)
    encode(dict(found.told.rest))


def normalised(value):
    if isinstance(value, str):
        return normal(value)
    if isinstance(value, list):
        return [normalised(item) for item in value]
    if isinstance(value, dict):
        return {key: normalised(item) for key, item in value.items()}
    return value
