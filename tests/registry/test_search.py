"""Searching: which entries fit, where a word was found, and what is read for it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.errors import InputError
from gitbaseline.model.baseline import Code, Lever, Registrant, Tier
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.registry import search as searching
from gitbaseline.registry.reader import Reader

NOW = 1_767_225_600  # 2026-01-01T00:00:00Z
LLAMA = {
    "identity": {"model": "llama31_8b", "quantization": None},
    "parallelism": {"tp": 8, "share": 0.125},
    "serving": {"prefix_caching": True, "sizes": [1, "4K"]},
}


@pytest.fixture
def found(begun):
    """Search, and return the values of the entries found, the newest first."""

    def found(*terms, now=NOW):
        query = searching.parse(terms, now=now)
        return [one.entry.baseline.value for one in searching.search(begun.reader(), query)]

    return found


@pytest.fixture
def matches(begun):
    def matches(*terms):
        query = searching.parse(terms, now=NOW)
        (one,) = searching.search(begun.reader(), query)
        return [(match.field, match.excerpt) for match in one.matches]

    return matches


@pytest.fixture
def filled(begun):
    """Five entries in three series, 1 to 5 by time."""
    begun.record(
        1.0,
        registered_at_utc="2025-10-01T00:00:00Z",
        notes="After the scheduler fix,\nwith CUDA graphs and \u201cquotes\u201d",
        context=LLAMA,
        capture_command='bench --flag="a b"',
    )
    begun.record(
        2.0,
        registered_at_utc="2025-11-01T12:00:00Z",
        measurement="nccl_busbw",
        registered_by=Registrant(operator_user="Bob", team="infra", agent="robot 1.0"),
        next_lever=Lever(lever="fuse the epilogue", expected_unlock="5 %", gate="ttft", cost="low"),
        context={"parallelism": {"tp": 16}},
    )
    begun.record(
        3.0,
        registered_at_utc="2025-12-01T00:00:00Z",
        family="other",
        prompt="please measure",
        git=Code(sha="3f2a" + "0" * 36, branch="main"),
        harness_sha256="b" * 64,
        extra={
            "closes_lever": {
                "entry": "fam/step/20251001T000000Z",
                "outcome": "refuted",
                "why": "no room left",
            }
        },
    )
    begun.record(
        4.0,
        registered_at_utc="2025-12-31T00:00:00Z",
        environment={"gpu_model": "NVIDIA B200"},
        extra={
            "closes_lever": {
                "entry": "fam/step/20251001T000000Z",
                "outcome": "met",
                "why": None,
            }
        },
    )
    ms = Metric(value=7.0, unit="ms", direction=Direction.LOWER, unit_source="user")
    gb = Metric(value=9.5, unit="GB/s", direction=Direction.HIGHER, unit_source="user")
    begun.record(
        None,
        unit=None,
        direction=None,
        metrics={"c16.ttft": ms, "bw": gb},
        registered_at_utc="2025-12-31T12:00:00Z",
        measurement="sweep",
        source_format="json",
        extra={"closes_lever": "misspelt"},
    )
    return begun


@pytest.mark.parametrize(
    ("terms", "values"),
    [
        (["scheduler"], [1]),
        (["SCHEDULER", "graphs"], [1]),
        (["fix, with cuda"], [1]),  # over the end of a line
        (["scheduler", "absent"], []),
        (["\u201cquotes\u201d"], [1]),
        (['flag="a'], [1]),
        (["tp=8"], [1]),
        (["model=llama"], [1]),
        (["sizes=1,4k"], [1]),
        (["prefix_caching=true"], [1]),
        (["quantization=None"], []),
        (["other/st"], [3]),
        (["please"], [3]),
        (["room left"], [3]),
        (["20251001T000000Z"], [4]),
        (["epilogue"], [2]),
        (["5 %"], [2]),
        (["family:OTHER"], [3]),
        (["measurement:step", "family:fam"], [4, 1]),
        (["measurement:nccl*"], [2]),
        (["operator:bob"], [2]),
        (["team:infra"], [2]),
        (["agent:*"], [2]),
        (["agent:robot"], []),
        (["tier:draft"], [None, 4, 3, 2, 1]),
        (["tier:VERDICT"], []),
        (["status:ok", "value:>3"], [4]),
        (["value:>=3", "value:<4"], [3]),
        (["value:<=1.0"], [1]),
        (["unit:gb/s"], [None]),
        (["metric:*ttft"], [None]),
        (["metric:[bc]w"], [None]),
        (["format:json"], [None]),
        (["branch:main"], [3]),
        (["sha:3F2a"], [3]),
        (["harness:bb"], [3]),
        (["model:llama*"], [1]),
        (["model:llama"], []),
        (["identity.model:llama31_8b"], [1]),
        (["tp:8"], [1]),
        (["tp:8.0"], [1]),
        (["tp:1?"], [2]),
        (["tp:*"], [2, 1]),
        (["tp:>8"], [2]),
        (["share:0.125"], [1]),
        (["prefix_caching:true"], [1]),
        (["prefix_caching:1"], []),
        (["sizes:4k"], [1]),
        (["model:>3"], []),
        (["gpu_model:*b200"], [4]),
        (["environment.gpu_model:nvidia*"], [4]),
        (["notes:cuda graphs"], [1]),
        (["command:--flag"], [1]),
        (["lever:ttft"], [2]),
        (["prompt:measure"], [3]),
        (["prompt:scheduler"], []),
        (["since:2025-12-01"], [None, 4, 3]),
        (["since:2025-12-31T00:00:01Z"], [None]),
        (["since:1d"], [None, 4]),
        (["since:12h"], [None]),
        (["since:5w", "until:2025-12-30"], [3]),
        (["until:2025-11-01"], [2, 1]),
        (["until:2025-11-01T11:59:59Z"], [1]),
        (["since:999999w"], [None, 4, 3, 2, 1]),
        (["text:scheduler"], [1]),
        (["http://nowhere"], []),
        ([""], [None, 4, 3, 2, 1]),
    ],
)
def test_what_fits(filled, found, terms, values):
    assert found(*terms) == values


def test_where_a_word_was_found(filled, matches):
    assert matches("scheduler") == [
        ("notes", "After the scheduler fix, with CUDA graphs and \u201cquotes\u201d")
    ]
    assert matches("llama", "tp=8", "model") == [
        ("context", "model=llama31_8b"),
        ("context", "tp=8"),
    ]
    assert matches("family:other", "step") == [("series", "other/step")]
    assert matches("family:other") == []


def test_an_excerpt_is_short_and_says_so(begun, matches):
    begun.record(1.0, notes=f"{'a' * 100} needle {'b' * 100}")
    assert matches("needle") == [("notes", f"...{'a' * 23} needle {'b' * 41}...")]


@pytest.mark.parametrize(
    ("term", "code", "message", "hint"),
    [
        ("tier:verdic", "search/value", "draft or verdict, got 'verdic'", "tier:verdict"),
        ("status:x", "search/value", "ok or candidate or retracted or distrusted", None),
        ("tp:>many", "search/value", "expected a number after >, got 'many'", None),
        ("since:yesterday", "option/date", "an age such as 12h, 30d, 4w, got 'yesterday'", None),
        ("until:2025-13-01", "option/date", "got '2025-13-01'", None),
        ("modle:llama", "search/field", "no entry has a field 'modle'", "did you mean model:?"),
        ("famly:fam", "search/field", "no entry has a field 'famly'", "did you mean family:?"),
        ("zzzzzz:1", "search/field", "no entry has a field 'zzzzzz'", "text:zzzzzz:..."),
    ],
)
def test_what_can_fit_nothing_is_an_error(filled, found, term, code, message, hint):
    with pytest.raises(InputError) as raised:
        found(term)
    assert raised.value.code == code
    assert raised.value.where == term.partition(":")[0]
    assert message in raised.value.message
    assert hint is None if raised.value.hint is None else hint in raised.value.hint


def test_a_field_that_one_entry_has_is_known(filled, found):
    assert found("gpu_model:none") == []
    assert found("schema:aa", "artifact:bb") == []


def test_an_empty_registry_holds_nothing(begun, found):
    assert found("whatever:1") == []
    assert found("word") == []


def test_an_entry_is_read_only_if_it_may_fit(filled, found, monkeypatch):
    read = []
    whole = Reader.read
    monkeypatch.setattr(
        Reader, "read", lambda self, one: (read.append(str(one.path)), whole(self, one))[1]
    )
    assert found("epilogue") == [2]
    assert len(read) == 1
    assert found("tp:16") == [2]
    assert len(read) == 3  # and the other one that has the key
    assert found("family:other") == [3]
    assert len(read) == 4


@settings(deadline=None)
@given(data=st.data(), text=st.text(st.characters(codec="utf-8"), min_size=1, max_size=12))
def test_the_quick_look_passes_over_nothing_that_fits(data, text):
    """Whatever stands in a text, every part of it is found by the bytes of the JSON too."""
    spelled = json.dumps(text, ensure_ascii=False).casefold()
    begin = data.draw(st.integers(0, len(text) - 1))
    word = text[begin : data.draw(st.integers(begin + 1, len(text)))]
    if not searching._at(text, word) or any(ord(c) < 0x20 for c in text):
        return
    for query in (
        searching.Query(words=(word,)),
        searching.Query(asked=(searching.Asked(name="notes", value=word),)),
    ):
        assert searching._may_fit(spelled, query)


def test_tiers_are_those_of_the_model():
    assert searching.CHOICES["tier"] == tuple(tier.lower() for tier in Tier)
