from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.model import tier
from gitbaseline.model.baseline import TierEvidence

ALL = {"capture-command", "clean-work-tree", "full-context", "same-node", "three-trials"}


def test_an_entry_that_says_nothing_shows_nothing(least):
    assert tier.evidence(least, ()) == TierEvidence(
        shown=(), missing=tuple(sorted(ALL | set(tier.WORDS)))
    )


def test_an_entry_that_shows_all_lacks_nothing(full):
    entry = replace(full, metrics={"busbw": full.metrics["busbw"]})
    assert tier.evidence(entry, [*tier.WORDS, "unheard of"]) == TierEvidence(
        shown=tuple(sorted(ALL | set(tier.WORDS))), missing=()
    )


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"capture_command": None}, "capture-command"),
        ({"environment": {}}, "full-context"),
        ({"context": {"grounding": {"same_node": True}}}, "full-context"),
    ],
)
def test_what_is_lacking_is_named(full, change, missing):
    entry = replace(full, metrics={"busbw": full.metrics["busbw"]}, **change)
    assert tier.evidence(entry, tier.WORDS).missing == (missing,)


@pytest.mark.parametrize("dirty", [True, None])
def test_only_a_clean_work_tree_is_clean(full, dirty):
    entry = replace(full, git=replace(full.git, dirty=dirty))
    assert "clean-work-tree" in tier.evidence(entry, ()).missing


@pytest.mark.parametrize("word", [1, "true", False])
def test_same_node_is_true_and_nothing_like_it(full, word):
    entry = replace(full, context={"grounding": {"same_node": word}})
    assert "same-node" in tier.evidence(entry, ()).missing


def test_without_a_headline_every_metric_needs_its_trials(full):
    metrics = {key: replace(m, headline=False) for key, m in full.metrics.items()}
    assert "three-trials" in tier.evidence(replace(full, metrics=metrics), ()).missing
    same = {"a": full.metrics["busbw"], "b": full.metrics["busbw"]}
    assert "three-trials" in tier.evidence(replace(full, metrics=same), ()).shown
    two = {"a": replace(full.metrics["busbw"], n=2)}
    assert "three-trials" in tier.evidence(replace(full, metrics=two), ()).missing
    assert "three-trials" in tier.evidence(full, ()).missing  # the headline has no spread
