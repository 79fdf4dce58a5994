"""One whole entry with every field set, and one with as few as there may be."""

import pytest

from gitbaseline.model import baseline as b
from gitbaseline.model.layout import entry_path
from gitbaseline.model.metric import Direction, Metric, Validity, from_samples

DIGEST = "ab" * 32


@pytest.fixture(scope="session")
def path():
    return entry_path("llama31_8b", "nccl_busbw", "20260520T101112Z")


@pytest.fixture(scope="session")
def least():
    """An entry that says no more than it must: one number given on the command line."""
    metric = Metric(value=480.0, unit="GB/s", direction=Direction.HIGHER)
    return b.Baseline(
        family="llama31_8b",
        measurement="nccl_busbw",
        value=480.0,
        unit="GB/s",
        direction=Direction.HIGHER,
        metrics={"value": metric},
        source_sha256=DIGEST,
        source_bytes=4,
        source_kind=b.SourceKind.INLINE,
        source_format="scalar",
        snapshot_sha256=DIGEST,
        registered_at_utc="2026-05-20T10:11:12Z",
        registered_by=b.Registrant(operator_user="alice"),
        recorder=b.Recorder(name="git-baseline", version="0.1.0"),
        workstation=b.Workstation(hostname="desk", uname="Linux 6.1"),
        git=b.Code(sha=b.NO_COMMIT),
    )


@pytest.fixture(scope="session")
def full():
    """An entry with every field set."""
    return b.Baseline(
        family="llama31_8b",
        measurement="nccl_busbw",
        metrics={
            "busbw": from_samples(
                [480.0, 481.5, 479.0],
                unit="GB/s",
                direction=Direction.HIGHER,
                validity=Validity.VALID,
                dimensions={"size_bytes": 1048576, "in_place": False, "op": None},
                unit_source="format",
            ),
            "latency": Metric(
                value=12.5,
                unit="us",
                direction=Direction.LOWER,
                validity=Validity.VALID,
                stat="p99",
                n=20,
                headline=True,
                tolerance_percent=2.5,
                tolerance_absolute=0.5,
            ),
            "skew": Metric(value=1, unit="ratio", direction=Direction.TWO_SIDED),
            "odd": Metric(value=3e300, unit="unknown", direction=Direction.UNKNOWN),
        },
        source_sha256=DIGEST,
        source_bytes=1234,
        source_kind=b.SourceKind.DIRECTORY,
        source_format="nccl-tests",
        snapshot_sha256="cd" * 32,
        registered_at_utc="2026-05-20T10:11:12Z",
        registered_by=b.Registrant(operator_user="alice", team="perf", agent="bot 1"),
        recorder=b.Recorder(name="git-baseline", version="0.1.0", sha="12" * 20),
        workstation=b.Workstation(hostname="desk", uname="Linux 6.1"),
        git=b.Code(sha="34" * 20, dirty=False, branch="main", remote="https://example.org/x"),
        source_path="runs/2026",
        redacted=("env.HOME", "env.TOKEN"),
        allowed_secrets=("f1",),
        schema_path="schemas/nccl.json",
        schema_sha256="ef" * 32,
        captured_at_utc="2026-05-20T09:00:00Z",
        cluster="c1",
        cohort="spring",
        testbed="8xH100",
        environment={"gpu": "H100", "gpu_count": 8, "ecc": True, "note": None},
        capture_command="all_reduce_perf -b 8 \\\n  -e 1G",
        prompt="please measure\n\nthe bus",
        context={
            "grounding": {"same_node": True},
            "identity": {"model": "llama", "layers": [1, 2.5, True, None, "x"]},
            "regime": {"kind": "steady"},
            "workload": {"op": "all_reduce"},
        },
        tier=b.Tier.VERDICT,
        tier_evidence=b.TierEvidence(shown=("same-node",), missing=("full-context",)),
        standing=b.Standing.CANDIDATE,
        judged=b.Judged(against="llama31_8b/nccl_busbw/20260519T000000Z", verdict="regression"),
        sol=b.SpeedOfLight(
            pct=93.25,
            ceiling_key="h100.nvlink",
            ceiling_value=450,
            ceiling_unit="GB/s",
            ceiling_source="vendor sheet",
            rigor="published",
        ),
        next_lever=b.Lever(
            lever="larger chunks", expected_unlock="5 %", gate="memory", cost="1 day"
        ),
        supersedes="llama31_8b/nccl_busbw/20260519T000000Z",
        accepts="a known driver fault",
        continues="llama31_8b/nccl_old",
        harness_sha256="01" * 32,
        artifact_sha256="02" * 32,
        idempotency_key="ci/123",
        imported=b.Imported(origin="csv", registered_at_utc="2026-05-20T10:11:12Z"),
        extra={"any": [1, {"deep": ["x", None]}], "text": "a\nb"},
        notes="first words\nsecond line",
    )
