from __future__ import annotations

import pytest

from gitbaseline.model.closing import Closing, Outcome, from_extra, to_extra
from gitbaseline.model.layout import entry_path
from gitbaseline.model.shape import ShapeError

PATH = entry_path("fam", "step.2", "20260520T101112Z-2")
SPELLED = {"entry": "fam/step.2/20260520T101112Z-2", "outcome": "refuted", "why": "no\ngain"}


def test_it_is_spelled_and_read_in_one_way():
    said = Closing(entry=PATH, outcome=Outcome.REFUTED, why="no\ngain")
    assert to_extra(said) == {"closes_lever": SPELLED}
    assert from_extra({"closes_lever": SPELLED, "mine": 1}) == said
    met = Closing(entry=PATH, outcome=Outcome.MET)
    assert from_extra(to_extra(met)) == met


def test_most_entries_close_nothing():
    assert from_extra({"mine": {"entry": "x"}}) is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("fam/step", "extra.closes_lever: expected an object, got text"),
        (None, "extra.closes_lever: expected an object, got null"),
        ({}, "extra.closes_lever.entry: missing"),
        (
            SPELLED | {"entry": "fam/step"},
            "extra.closes_lever.entry: expected <family>/<measurement>/<time>",
        ),
        (
            SPELLED | {"entry": "fam/step/20260520T101112Z/more"},
            "extra.closes_lever.entry: expected <family>/<measurement>/<time>",
        ),
        (
            SPELLED | {"outcome": "open"},
            "extra.closes_lever.outcome: expected met or refuted, got 'open'",
        ),
        (SPELLED | {"why": None}, "extra.closes_lever.why: expected the reason, got null"),
        (SPELLED | {"by": "me"}, "extra.closes_lever.by: unknown key"),
    ],
)
def test_what_is_misspelt_names_its_place(value, message):
    with pytest.raises(ShapeError) as caught:
        from_extra({"closes_lever": value})
    assert str(caught.value) == message
