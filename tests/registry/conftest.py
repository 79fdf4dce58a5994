"""A registry in process, exact: a fixed key, clock and time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from gitbaseline.model.baseline import (
    Baseline,
    Code,
    Recorder,
    Registrant,
    SourceKind,
    Workstation,
)
from gitbaseline.model.commit import Person, payload, seal
from gitbaseline.model.manifest import sha256
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.objects import ObjectKind
from gitbaseline.model.tier import evidence
from gitbaseline.registry.branch import Author, Branch
from gitbaseline.registry.genesis import Genesis
from gitbaseline.registry.reader import Reader
from gitbaseline.registry.record import Record
from gitbaseline.signing.private import generate, load_private_key
from gitbaseline.signing.sshsig import sign, verify
from gitbaseline.store import Store

REF = "refs/heads/baselines"
NOW = 1_767_225_600  # 2026-01-01T00:00:00Z


@dataclass
class Desk:
    """One branch, and an author who writes on it."""

    store: Store
    author: Author
    branch: Branch = field(init=False)

    def __post_init__(self):
        self.branch = Branch(self.store, verify, ref=REF)

    def begin(self):
        genesis = Genesis(
            registry_id="0" * 32,
            principal="tess",
            fingerprint=self.author.fingerprint,
            public_key=self.author.public_key,
        )
        return self.branch.begin(genesis, self.author, lambda: NOW)

    def entry(self, value=1.0, **changes):
        """Return a number in ms; a value of None is that of a set of metrics, which are given."""
        data = _written(value)
        metric = Metric(
            value=value or 0.0, unit="ms", direction=Direction.LOWER, unit_source="user"
        )
        entry = Baseline(
            **{
                "family": "fam",
                "measurement": "step",
                "metrics": {"value": metric},
                "value": value,
                "unit": "ms",
                "direction": Direction.LOWER,
                "source_sha256": sha256(data),
                "source_bytes": len(data),
                "source_kind": SourceKind.INLINE,
                "source_format": "scalar",
                "snapshot_sha256": sha256(data),
                "registered_at_utc": "2026-01-01T00:00:00Z",
                "registered_by": Registrant(operator_user="tess"),
                "recorder": Recorder(name="git-baseline", version="0"),
                "workstation": Workstation(hostname="h", uname="u"),
                "git": Code(sha="a" * 40),
                **changes,
            }
        )
        return replace(entry, tier_evidence=evidence(entry, ()))

    def record(self, value=1.0, **changes):
        entry = self.entry(value, **changes)
        statement = Record(
            entry=entry,
            payload={"source-snapshot.txt": _written(value)},
            objects=self.store,
            trees=self.branch.chain.trees,
        )
        return self.branch.append(statement, self.author, lambda: NOW)

    def nonsense(self, tree=None):
        """Put a signed commit on top that says nothing the registry knows; return its id."""
        state = self.branch.state()
        person = Person(name="Tess", email="tess@example.org", time=state.time)
        signed = payload(
            tree=tree or state.tree, parent=state.commit, person=person, message="nonsense\n"
        )
        oid = self.store.write(ObjectKind.COMMIT, seal(signed, self.author.sign(signed)))
        self.store.advance(REF, expected=state.commit, new=oid, note="nonsense")
        return oid

    def reader(self):
        return Reader(self.store, self.branch.chain.trees, self.branch.state())


def _written(value):
    return b"{}\n" if value is None else f"{value:g}\n".encode()


@pytest.fixture(scope="session")
def signer():
    private, _ = generate(comment="test")
    return load_private_key(private, where="test", passphrase=None)


@pytest.fixture
def desk(repo, signer):
    """A repository without a registry yet."""
    public = signer.public_key
    author = Author(
        name="Tess",
        email="tess@example.org",
        fingerprint=public.fingerprint,
        public_key=public.openssh,
        sign=lambda payload: sign(payload, signer),
    )
    return Desk(Store(repo.path / ".git"), author)


@pytest.fixture
def begun(desk):
    """A registry with its genesis."""
    desk.begin()
    return desk
