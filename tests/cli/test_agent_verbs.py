"""What an agent may say: each option decided on, each path bounded."""

from __future__ import annotations

import pytest

from gitbaseline.cli.agent_verbs import OFFERS


@pytest.mark.parametrize("verb", OFFERS)
def test_every_option_of_a_verb_is_offered_moot_or_refused(verb):
    offer = OFFERS[verb]
    decided = [*offer.typed, *offer.positional, *offer.moot, *offer.refused]
    assert sorted(decided) == sorted(str(parameter.name) for parameter in offer.command.params)
    known = {*offer.typed, *offer.positional}
    assert {*offer.paths, *offer.maybe_paths, *offer.unless} <= known


@pytest.mark.parametrize("verb", OFFERS)
def test_every_path_of_a_verb_is_bounded(verb):
    """An option that click takes for a path is one, whoever added it."""
    offer = OFFERS[verb]
    for parameter in offer.command.params:
        if type(parameter.type).__name__ == "Path" and parameter.name in offer.typed:
            assert parameter.name in offer.paths
