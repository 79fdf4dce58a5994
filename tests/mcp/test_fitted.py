"""A document that is too long loses rows, never fields, and says so."""

from __future__ import annotations

import pytest

from gitbaseline.mcp.fitted import fitted, spelled


@pytest.mark.parametrize("verb", ["diff", "list", "search", "verify"])
def test_a_short_document_stays_as_it_is(verb):
    rows = {"diff": "deltas", "verify": "violations"}.get(verb, "entries")
    document = {"a": 1, rows: [{"key": "x"}] * 3}
    assert fitted(verb, document) == (document, "")


@pytest.mark.parametrize(
    ("verb", "rows", "more"),
    [
        ("diff", "deltas", 'the largest moves come first; metric=["KEY"] chooses'),
        ("verify", "violations", "git baseline verify"),
        ("list", "entries", "max_count and skip choose"),
        ("search", "entries", "max_count and skip choose"),
    ],
)
def test_rows_go_from_the_end(verb, rows, more):
    document = {"a": 1, "more": False, rows: [{"key": f"k{n:04d}"} for n in range(1000)]}
    shown, said = fitted(verb, document, limit=2000)
    kept = len(shown[rows])
    assert shown[rows] == document[rows][:kept]
    assert 50 < kept < 150
    assert len(spelled(shown)) <= 2000
    assert said == f"{kept} of 1000 {rows} shown: {more}"
    assert shown["more"] is (verb in ("list", "search"))
    assert len(document[rows]) == 1000


@pytest.mark.parametrize("verb", ["show", "record"])
def test_of_metrics_the_headline_stays(verb):
    metrics = {f"k{n:04d}": {"headline": n == 999, "value": n} for n in range(1000)}
    document = {"entry": "e", "baseline": {"family": "f", "metrics": metrics}}
    shown, said = fitted(verb, document, limit=1000)
    kept = shown["baseline"]["metrics"]
    assert next(iter(kept)) == "k0999"
    assert shown["baseline"]["family"] == "f"
    assert said.startswith(f"{len(kept)} of 1000 metrics shown: ")


def test_one_row_is_left_however_long():
    document = {"deltas": [{"key": "x" * 5000}, {"key": "y"}]}
    shown, said = fitted("diff", document, limit=100)
    assert (shown["deltas"], said[:7]) == (document["deltas"][:1], "1 of 2 ")
    alone = {"deltas": document["deltas"][:1]}
    assert fitted("diff", alone, limit=100) == (alone, "")
