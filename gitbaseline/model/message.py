"""The commit message of a statement: a function of it, regenerated whole by whoever checks.

The trailers put SHA-256 under the signature: content, order and registry hold even where SHA-1
would not.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from gitbaseline.frozen import dataclass
from gitbaseline.model.baseline import Baseline, Standing
from gitbaseline.model.codec import number


class Kind(StrEnum):
    """What a commit on the branch states."""

    GENESIS = "genesis"
    RECORD = "record"
    COLLECT = "collect"
    ACCEPT = "accept"
    RETRACT = "retract"
    TRUST = "trust"


_KINDS = {str(kind): kind for kind in Kind}
_SUMMARY = {
    Kind.GENESIS: "a new registry of signed performance baselines",
    Kind.ACCEPT: "a candidate becomes a baseline",
    Kind.RETRACT: "an entry is withdrawn",
    Kind.TRUST: "a new state of who may sign",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trailers:
    """What the signature binds: kind, registry, the parent's raw bytes, the manifest."""

    kind: Kind
    registry_id: str
    previous: str | None
    content: str

    def lines(self) -> list[str]:
        """Return the trailer lines in their order."""
        previous = [f"Baseline-Previous: sha256:{self.previous}"] if self.previous else []
        return [
            f"Baseline-Kind: {self.kind}",
            f"Baseline-Registry: {self.registry_id}",
            *previous,
            f"Baseline-Content: sha256:{self.content}",
        ]


def message(trailers: Trailers, subject: str, *, entry: Baseline | None = None) -> str:
    """Return the whole message. ``subject`` is the entry's path, or the version of a trust state.

    ``entry`` is given for record and collect, whose second paragraph tells the value.
    """
    summary = _SUMMARY[trailers.kind] if entry is None else value_line(entry)
    lines = "\n".join(trailers.lines())
    return f"{trailers.kind} {subject}\n\n{summary}\n\n{lines}\n"


def kind_of(text: str) -> Kind | None:
    """Return the kind that a message claims by its first word, or None."""
    return _KINDS.get(text.partition(" ")[0])


def value_line(entry: Baseline, spell: Callable[[float], str] = number) -> str:
    """Return the entry in one line; ``spell`` writes its value, exactly unless told otherwise.

    For example ``480 GB/s, higher is better, DRAFT`` or ``12 metrics, DRAFT``.
    """
    standing = [str(entry.standing)] if entry.standing is Standing.CANDIDATE else []
    if entry.headline is None:
        return ", ".join([f"{len(entry.metrics)} metrics", str(entry.tier), *standing])
    key, metric = entry.headline
    name = "" if len(entry.metrics) == 1 else f"{key} "
    better = str(metric.direction).replace("-", " ")
    amount = f"{name}{spell(metric.value)} {metric.unit}"
    return ", ".join([amount, better, str(entry.tier), *standing])
