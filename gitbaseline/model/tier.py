"""What a number must show to be more than a DRAFT.

Every requirement is a name and a test on the entry; the two that no program can see are the
operator's signed word. The writer computes the evidence, the rules compute it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gitbaseline.model.baseline import Baseline, TierEvidence

ISOLATED_METRIC = "isolated-metric"
PRODUCTION_REPRESENTATIVE = "production-representative"
WORDS = (ISOLATED_METRIC, PRODUCTION_REPRESENTATIVE)

MIN_TRIALS = 3
_CONTEXT_GROUPS = ("identity", "workload", "regime")


def _trials(entry: Baseline) -> bool:
    judged = [entry.headline[1]] if entry.headline else list(entry.metrics.values())
    return all(m.n >= MIN_TRIALS and m.mean is not None and m.std is not None for m in judged)


def _same_node(entry: Baseline) -> bool:
    return entry.context.get("grounding", {}).get("same_node") is True


def _full_context(entry: Baseline) -> bool:
    return bool(entry.environment) and all(entry.context.get(group) for group in _CONTEXT_GROUPS)


REQUIREMENTS: dict[str, Callable[[Baseline], bool]] = {
    "capture-command": lambda entry: entry.capture_command is not None,
    "clean-work-tree": lambda entry: entry.git.dirty is False,
    "full-context": _full_context,
    "same-node": _same_node,
    "three-trials": _trials,
}


def evidence(entry: Baseline, words: Iterable[str]) -> TierEvidence:
    """Return what the entry shows and what it lacks; ``words`` are the operator's (``WORDS``)."""
    given = set(words)
    shown = {name for name, test in REQUIREMENTS.items() if test(entry)} | (given & set(WORDS))
    missing = ({*REQUIREMENTS} | set(WORDS)) - shown
    return TierEvidence(shown=tuple(sorted(shown)), missing=tuple(sorted(missing)))
