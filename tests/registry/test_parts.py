"""The small parts: trials, sources, permission, idempotency over time, an unreadable entry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.config import plain_url
from gitbaseline.errors import InputError, Unable
from gitbaseline.model.layout import entry_path
from gitbaseline.model.root import Limits, ListedKey, Role, Root
from gitbaseline.policy import series
from gitbaseline.registry import idempotency, permission, source
from gitbaseline.registry.trials import beside, outliers, reading_of
from gitbaseline.signing.sshsig import verify
from gitbaseline.transport.trial import Trial


def trials(*walls):
    return [
        Trial(output=b"", exit_code=0, wall=wall, user=0.1, system=0.2, max_rss=4096)
        for wall in walls
    ]


def test_reading_of_trials():
    reading = reading_of(trials(3.0, 1.0, 2.0), ["/usr/bin/make", "all"])
    assert (reading.headline, reading.suggested_measurement) == ("wall_time", "make")
    assert {key: (m.value, m.unit, m.n) for key, m in reading.metrics.items()} == {
        "wall_time": (2.0, "s", 3),
        "user_time": (0.1, "s", 3),
        "system_time": (0.2, "s", 3),
        "max_rss": (4096.0, "B", 3),
    }
    unknown = [*trials(1.0), replace(trials(1.0)[0], max_rss=None)]
    assert "max_rss" not in reading_of(unknown, ["x"]).metrics
    both = beside(reading_of(trials(9.0), ["x"]), reading)
    assert sorted(both.metrics)[:2] == ["max_rss", "run.max_rss"]
    assert both.context["grounding"] == {"trials": 1, "same_node": True}


@pytest.mark.parametrize(
    ("walls", "warnings"),
    [
        ((1.0, 1.01, 9.0), []),
        ((1.0, 1.0, 1.0, 1.0), []),
        (
            (1.0, 1.01, 0.99, 9.0, 1.0),
            ["trial 4 lies far from the others; is the machine quiet?"],
        ),
        (
            (1.0, 1.01, 1.02, 1.2, 1.21, 1.22),
            ["the later half took +19.8 %; the machine drifts"],
        ),
        ((0.0, 0.0, 0.0, 0.0, 0.0, 0.0), []),
    ],
)
def test_doubts_about_trials(walls, warnings):
    assert outliers(trials(*walls)) == warnings


def test_limits_on_sources(tmp_path):
    limits = Limits(file_bytes=10, entry_bytes=15, entry_files=3)
    for number in range(3):
        (tmp_path / f"{number}").write_bytes(b"12345")
    read = source.read(tmp_path, limits)
    assert [(file.path, file.data) for file in read.files] == [
        ("0", b"12345"),
        ("1", b"12345"),
        ("2", b"12345"),
    ]
    (tmp_path / "3").write_bytes(b"")
    for path, more in ((tmp_path, limits), (tmp_path / "0", Limits(file_bytes=4))):
        with pytest.raises(InputError) as caught:
            source.read(path, more)
        assert caught.value.code == "source/large"
    with pytest.raises(InputError) as caught:
        source.from_stream(b"12345678901", limits)
    assert str(caught.value) == ("standard input: 11 bytes or more, the registry takes at most 10")
    assert source.read(source.Path("/proc/self/status"), Limits()).files[0].data  # size says 0
    with pytest.raises(InputError):
        source.read(source.Path("/proc/self/status"), limits)


def test_folders_that_cannot_be_read(tmp_path, monkeypatch):
    def closed(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(tmp_path), "iterdir", closed)
    with pytest.raises(InputError) as caught:
        source.read(tmp_path, Limits())
    assert caught.value.code == "source/unreadable"


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://u:p@h.org:8/a.git?x#y", "https://h.org:8/a.git"),
        ("ssh://git@h.org/a", "ssh://h.org/a"),
        ("git@h.org:a/b.git", "git@h.org:a/b.git"),
        ("/srv/a.git", "/srv/a.git"),
        ("file:///srv/a.git", "file:///srv/a.git"),
    ],
)
def test_urls_lose_what_is_secret(url, plain):
    assert plain_url(url) == plain


def test_permission(begun, desk):
    state = begun.branch.state()
    author = begun.author

    def fault(role=Role.RECORD, family="fam", **key):
        listed = ListedKey(
            **{"principal": "ci", "public_key": author.public_key, "roles": (Role.RECORD,), **key}
        )
        root = Root(
            registry_id="0" * 32, version=2, previous="0" * 64, keys={author.fingerprint: listed}
        )
        try:
            permission.require(_with(state, root), author, role, family)
        except Unable as error:
            return error.code
        return None

    assert fault() is None
    assert fault(families=("fam",)) is None
    assert fault(families=("other",)) == "key/not-allowed"
    assert fault(role=Role.ROOT, family=None) == "key/not-allowed"
    assert fault(retired=2) == "key/retired"


def _with(state, root):
    return replace(state, root=root)


def test_an_idempotency_key_lasts_thirty_days(begun):
    begun.record(1.0, idempotency_key="job")

    def earlier(day, value=1.0, key="job"):
        entry = begun.entry(
            value, idempotency_key=key, registered_at_utc=f"2026-01-{day:02}T00:00:00Z"
        )
        found = idempotency.earlier(
            begun.reader(), begun.store, verify, entry, begun.author.fingerprint
        )
        return str(found.path.slug) if found else None

    assert earlier(1) == earlier(31) == "20260101T000000Z"
    assert (earlier(1, key=None), earlier(1, key="other")) == (None, None)
    entry = begun.entry(1.0, idempotency_key="job", registered_at_utc="2026-02-01T00:00:00Z")
    words = (begun.reader(), begun.store, verify)
    assert idempotency.earlier(*words, entry, begun.author.fingerprint) is None
    with pytest.raises(Unable) as caught:
        earlier(1, value=2.0)
    assert caught.value.code == "idempotency/used"
    with pytest.raises(Unable) as caught:
        idempotency.earlier(*words, begun.entry(1.0, idempotency_key="job"), "SHA256:other")
    assert "by another key" in str(caught.value)


def test_an_idempotency_key_is_no_other_text_of_an_entry(begun):
    key = 'jöb "7" \\ \U0001f600'
    begun.record(1.0, idempotency_key=key)
    begun.record(1.0, notes=key, environment={"idempotency_key": key})
    entry = begun.entry(1.0, idempotency_key=key)
    reader = begun.reader()
    found = idempotency.earlier(reader, begun.store, verify, entry, begun.author.fingerprint)
    assert str(found.path.slug) == "20260101T000000Z"


def test_a_full_measurement_goes_on_under_its_next_name(begun, monkeypatch):
    begun.record(1.0)
    monkeypatch.setattr(series, "ENTRY_LIMIT", 2)
    begun.record(2.0)
    begun.record(3.0)
    reader = begun.reader()
    assert reader.stretches("fam", "step") == ["step", "step.2"]
    found = [(e.path.measurement, e.baseline.value) for e in reader.entries("fam", "step")]
    assert sorted(found) == [("step", 1.0), ("step", 2.0), ("step.2", 3.0)]
    (last,) = [e for e in reader.entries("fam", "step") if e.path.measurement == "step.2"]
    assert last.baseline.continues == "fam/step"


def test_reading_what_is_not_there(begun, repo):
    commit = begun.record(1.0).commit
    reader = begun.reader()
    path = entry_path("fam", "step", "20260101T000000Z")
    assert (reader.commit_of(path), reader.entry_of(commit)) == (commit, path)
    assert reader.commit_of(entry_path("fam", "step", "20260102T000000Z")) is None
    head = repo.git("rev-parse", "HEAD")
    blob = repo.git("rev-parse", "HEAD:code.txt")
    assert [reader.entry_of(oid) for oid in (head, blob, "1" * 40)] == [None] * 3
    assert reader.measurements("none") == []
    for name in ("none", "nothing/deep"):
        with pytest.raises(InputError):
            reader.file(path, name)
    snapshot = repo.git("rev-parse", "baselines:fam/step/20260101T000000Z/source-snapshot.txt")
    (repo.path / ".git" / "objects" / snapshot[:2] / snapshot[2:]).unlink()
    with pytest.raises(Unable) as caught:
        reader.file(path, "source-snapshot.txt")
    assert caught.value.code == "registry/incomplete"
