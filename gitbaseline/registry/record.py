"""The record statement: one measured entry, placed on whatever tip it is tried on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from gitbaseline.errors import InputError
from gitbaseline.frozen import dataclass
from gitbaseline.model import baseline_json, documents
from gitbaseline.model.baseline import Baseline, Standing
from gitbaseline.model.codec import CodecError
from gitbaseline.model.layout import BASELINE, SOURCE_MD, EntryPath
from gitbaseline.model.message import Kind
from gitbaseline.model.names import continued, slug_time, split_measurement
from gitbaseline.model.objects import Objects
from gitbaseline.model.shape import ShapeError
from gitbaseline.model.tree import Tree
from gitbaseline.policy.changes import Trees
from gitbaseline.policy.series import (
    free_slug,
    growing_index,
    is_full,
    last_stretch,
    series_tree,
)
from gitbaseline.policy.state import State
from gitbaseline.registry.branch import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry to be recorded.

    ``entry`` names the plain measurement; which stretch of it (``.2``, ...) and which slug it gets
    depends on the tip. ``payload`` are the snapshot's and the schema's files by path in the entry.
    ``ruling`` says how the entry stands on a tip; it is asked anew for each tip that is tried.
    """

    entry: Baseline
    payload: Mapping[str, bytes]
    objects: Objects
    trees: Trees
    ruling: Callable[[State, Baseline], Baseline] | None = None

    def draft(self, state: State | None) -> Draft:
        """Return what this entry adds after ``state``."""
        given = self.ruling(state, self.entry) if self.ruling and state else self.entry
        top = state.tree if state else None
        ordinal = last_stretch(self.trees, top, given.family, given.measurement)
        series = f"{given.family}/{continued(given.measurement, ordinal)}"
        tree = series_tree(self.trees, top, series)
        continues = given.continues
        if is_full(tree):
            continues, ordinal, tree = series, ordinal + 1, Tree()
        entry = replace(
            given,
            measurement=continued(given.measurement, ordinal),
            continues=None if len(tree) else continues,
        )
        path = EntryPath(
            family=entry.family,
            measurement=entry.measurement,
            slug=free_slug(tree, slug_time(entry.original_utc)),
        )
        content = {
            **self.payload,
            BASELINE: to_bytes(entry),
            SOURCE_MD: documents.source_md(path, entry),
        }
        name, index = growing_index(self.objects, tree)
        row = documents.entry_row(path, entry)
        files = {f"{path}/{inner}": data for inner, data in content.items()}
        files[f"{path.series}/{name}"] = documents.index_after(index, path.series, row)
        return Draft(kind=Kind.RECORD, subject=str(path), content=content, files=files, entry=entry)


def unplaced(entry: Baseline) -> Baseline:
    """Return an entry as it was before a tip gave it its stretch and its standing.

    An imported one brought its standing along: it was judged when it was measured.
    """
    base, ordinal = split_measurement(entry.measurement) or (entry.measurement, 1)
    return replace(
        entry,
        measurement=base,
        continues=entry.continues if ordinal == 1 else None,  # of a later stretch it is made
        standing=entry.standing if entry.imported else Standing.BASELINE,
        judged=entry.judged if entry.imported else None,
    )


def to_bytes(entry: Baseline) -> bytes:
    """Return ``baseline.json``; InputError says which field cannot enter the registry."""
    try:
        return baseline_json.to_bytes(entry)
    except (CodecError, ShapeError) as error:
        raise InputError(
            f"this cannot be recorded: {error}",
            code="record/field",
            hint="change that field; nothing was recorded",
        ) from None
