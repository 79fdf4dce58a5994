from __future__ import annotations

import pytest

from gitbaseline.model.baseline import (
    NO_COMMIT,
    Baseline,
    Code,
    Recorder,
    Registrant,
    SourceKind,
    Workstation,
)
from gitbaseline.model.metric import Direction, Metric


@pytest.fixture
def least():
    """An entry with no more than it must have."""
    return Baseline(
        family="fam",
        measurement="step",
        metrics={"value": Metric(value=1.5, unit="ms", direction=Direction.LOWER)},
        value=1.5,
        unit="ms",
        direction=Direction.LOWER,
        source_sha256="a" * 64,
        source_bytes=4,
        source_kind=SourceKind.INLINE,
        source_format="scalar",
        snapshot_sha256="a" * 64,
        registered_at_utc="2026-01-01T00:00:00Z",
        registered_by=Registrant(operator_user="alice"),
        recorder=Recorder(name="git-baseline", version="0"),
        workstation=Workstation(hostname="h", uname="u"),
        git=Code(sha=NO_COMMIT),
    )
