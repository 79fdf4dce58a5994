from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.compare.rules import Rules
from gitbaseline.compare.tolerance import Tolerances
from gitbaseline.model.baseline import (
    Baseline,
    Code,
    Recorder,
    Registrant,
    SourceKind,
    Workstation,
)
from gitbaseline.model.metric import Direction, Metric, from_samples
from gitbaseline.profiles import Line, Profile, Rule, Tolerance

DIGEST = "a" * 64


@pytest.fixture
def metric():
    """Make a metric of one number or of samples; ms, lower is better."""

    def make(values, unit="ms", direction=Direction.LOWER, **more):
        samples = values if isinstance(values, (list, tuple)) else [values]
        made = from_samples(samples, unit=unit, direction=direction)
        return replace(made, **more)

    return make


@pytest.fixture
def entry(metric):
    """Make a baseline of metrics by key; numbers stand for metrics in ms."""

    def make(metrics, **more):
        whole = {
            key: value if isinstance(value, Metric) else metric(value)
            for key, value in metrics.items()
        }
        fields = {
            "family": "fam",
            "measurement": "m",
            "source_sha256": DIGEST,
            "source_bytes": 1,
            "source_kind": SourceKind.FILE,
            "source_format": "json",
            "snapshot_sha256": DIGEST,
            "registered_at_utc": "2026-05-20T10:11:12Z",
            "registered_by": Registrant(operator_user="tess"),
            "recorder": Recorder(name="git-baseline", version="0"),
            "workstation": Workstation(hostname="h", uname="u"),
            "git": Code(sha="1" * 40),
        }
        return Baseline(metrics=whole, **{**fields, **more})

    return make


@pytest.fixture
def rules():
    """Make rules; by default a profile that judges everything."""

    def make(profile=None, *, given=None, for_all=None, team=None, noise=None, **more):
        tolerances = Tolerances(
            given=given or {},
            for_all=for_all,
            team=team or {},
            profile=profile or Profile(name="json"),
            **({"noise": noise} if noise else {}),
        )
        return Rules(tolerances=tolerances, **more)

    return make


@pytest.fixture
def levels():
    """A profile with levels of concurrency: two judged metrics, the rest context."""
    return Profile(
        name="p",
        one_level="concurrency",
        lines=(
            Line(
                keys=("tput",),
                equal={"concurrency": 16},
                rule=Rule(tolerance=Tolerance(percent=3), headline=True),
            ),
            Line(keys=("tput", "ttft", "itl", "cache"), rule=Rule(tolerance=Tolerance(percent=3))),
            Line(keys=("*",), rule=Rule(judged=False)),
        ),
    )
