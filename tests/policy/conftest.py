"""A small registry in memory, signed by throw-away keys, and drafts to break it with.

A ``Draft`` is a statement before it is signed. ``put`` changes a file under the signed digest,
``files`` what lies on the branch, ``message`` and the rest the commit. ``Registry.judge`` signs the
draft as it is then and returns the rules that it breaks.
"""

import hashlib
from dataclasses import dataclass, field, replace

import pytest

from gitbaseline.model import baseline as b
from gitbaseline.model import baseline_json, documents, event, root, tier
from gitbaseline.model.commit import Person, payload, seal
from gitbaseline.model.layout import (
    ALLOWED_SIGNERS,
    ATTRIBUTES,
    DISTRUSTED,
    GIT_ATTRIBUTES,
    README,
    ROOT_JSON,
    EntryPath,
    entry_path,
    index_name,
    readme,
    trust_folder,
)
from gitbaseline.model.manifest import digest, sha256
from gitbaseline.model.message import Kind, Trailers, message
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.names import epoch_from_utc, slug_time
from gitbaseline.model.objects import ObjectKind, ObjectMissing
from gitbaseline.model.root import ListedKey, Role, Root
from gitbaseline.model.tree import Node
from gitbaseline.model.tree_build import build
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.series import free_slug
from gitbaseline.policy.snapshot import snapshot_name
from gitbaseline.signing import crypto, sshsig
from gitbaseline.signing.keys import PublicKey
from gitbaseline.signing.private import PrivateKey
from gitbaseline.signing.wire import string

REGISTRY_ID = "5eed" * 8
BEGAN = epoch_from_utc("2026-05-20T00:00:00Z")
AT = "2026-05-20T10:11:12Z"
DATA = b"busbw 480 GB/s\n"


def make_key(byte):
    secret, point = crypto.ed25519(bytes([byte]) * 32)
    kind = "ssh-ed25519"
    blob = string(kind.encode()) + string(point)
    return PrivateKey(public_key=PublicKey(type=kind, blob=blob), secret=secret)


KEYS = {name: make_key(i) for i, name in enumerate(["alice", "bob", "carol", "mallory"], 1)}
ROLES = {
    "alice": (root.ALL_ROLES, None),
    "bob": ((Role.RECORD,), ("llama",)),
    "carol": ((Role.ACCEPT, Role.RETRACT), None),
}


@dataclass
class Memory:
    """Objects by id. What stands in ``closed`` may be asked for its size, not be read."""

    kept: dict = field(default_factory=dict)
    sizes: dict = field(default_factory=dict)
    closed: set = field(default_factory=set)

    def put(self, kind, data):
        oid = hashlib.sha1(f"{kind} {len(data)}\0".encode() + data).hexdigest()
        self.kept[oid] = (ObjectKind(kind), data)
        return oid

    def header(self, oid):
        if oid in self.sizes:
            return self.sizes[oid]
        if oid not in self.kept:
            raise ObjectMissing(oid)
        kind, data = self.kept[oid]
        return kind, len(data)

    def read(self, oid):
        if oid in self.closed:
            raise AssertionError(f"{oid} was read")
        if oid not in self.kept:
            raise ObjectMissing(oid)
        return self.kept[oid][1]

    def tree(self, files):
        """Store files (bytes, or a Node) by path; a bytearray is a folder's raw tree."""
        nodes, below = {}, {}
        for path, data in files.items():
            head, slash, rest = path.partition("/")
            if slash:
                below.setdefault(head, {})[rest] = data
            elif isinstance(data, Node):
                nodes[head] = data
            elif isinstance(data, bytearray):
                nodes[head] = Node(self.put("tree", bytes(data)), is_folder=True)
            else:
                nodes[head] = Node(self.put("blob", data), is_folder=False)
        for head, inner in below.items():
            nodes[head] = Node(self.tree(inner), is_folder=True)
        return self.put("tree", build(nodes))


@dataclass
class Draft:
    """A statement that can still be changed."""

    kind: Kind
    subject: str
    files: dict
    content: dict
    prefix: str = ""
    entry: object = None
    path: EntryPath = None
    key: str = "alice"
    time: int = 0
    parent: object = None
    person: Person = None
    message: object = None
    tree: object = None
    armor: object = None
    index: tuple = ("", b"")

    def put(self, name, data):
        """Change a file under the signed digest; None takes it away."""
        for where, path in ((self.content, name), (self.files, self.prefix + name)):
            if data is None:
                where.pop(path, None)
            else:
                where[path] = data

    def derive(self, entry):
        """Make the entry this one, and all that follows from it."""
        self.entry = entry
        self.put("baseline.json", baseline_json.to_bytes(entry))
        self.put("SOURCE.md", documents.source_md(self.path, entry))
        row = documents.entry_row(self.path, entry)
        self.files[self.index[0]] = documents.index_after(self.index[1], self.path.series, row)


class Registry:
    """A registry that grows by drafts. ``files`` is the tip's whole content."""

    def __init__(self):
        self.memory = Memory()
        self.chain = Chain(self.memory, sshsig.verify)
        self.files = {}
        self.state = None
        self.commits = []

    def trust(self, **changes):
        keys = {
            KEYS[name].public_key.fingerprint: ListedKey(
                principal=f"{name}@example.org",
                public_key=KEYS[name].public_key.openssh,
                roles=roles,
                families=families,
            )
            for name, (roles, families) in ROLES.items()
        }
        return replace(
            Root(registry_id=REGISTRY_ID, version=1, previous=None, keys=keys), **changes
        )

    def trust_files(self, state):
        folder = trust_folder(state.version)
        return {
            f"{folder}/{ALLOWED_SIGNERS}": root.allowed_signers(state),
            f"{folder}/{DISTRUSTED}": b"",
            f"{folder}/{ROOT_JSON}": root.to_bytes(state),
        }

    def genesis(self, state=None):
        state = state or self.trust()
        files = {
            GIT_ATTRIBUTES: ATTRIBUTES,
            README: readme(REGISTRY_ID),
            **self.trust_files(state),
        }
        return Draft(
            kind=Kind.GENESIS,
            subject=REGISTRY_ID,
            files=dict(files),
            content=dict(files),
            time=BEGAN,
        )

    def next_trust(self, **changes):
        before = self.state.root
        state = replace(
            before, version=before.version + 1, previous=self.state.root_sha256, **changes
        )
        files = self.trust_files(state)
        draft = Draft(
            kind=Kind.TRUST,
            subject=str(state.version),
            files={**self.files, **files},
            content=dict(files),
        )
        draft.time = self.state.time
        return draft

    def entry(self, data=DATA, **changes):
        metric = Metric(value=480.0, unit="GB/s", direction=Direction.HIGHER)
        source = data if isinstance(data, bytes) else None
        whole = digest(data) if source is None else sha256(data)
        size = sum(map(len, data.values())) if source is None else len(data)
        entry = b.Baseline(
            family="llama",
            measurement="busbw",
            value=480.0,
            unit="GB/s",
            direction=Direction.HIGHER,
            metrics={"value": metric},
            source_path="runs/busbw.log",
            source_sha256=whole,
            source_bytes=size,
            source_kind=b.SourceKind.FILE if source is not None else b.SourceKind.DIRECTORY,
            source_format="json",
            snapshot_sha256=whole,
            registered_at_utc=AT,
            registered_by=b.Registrant(operator_user="alice"),
            recorder=b.Recorder(name="git-baseline", version="0.1.0"),
            workstation=b.Workstation(hostname="desk", uname="Linux"),
            git=b.Code(sha="12" * 20, dirty=False),
        )
        entry = replace(entry, **changes)
        if "tier_evidence" not in changes:
            entry = replace(entry, tier_evidence=tier.evidence(entry, ()))
        return entry

    def record(self, data=DATA, entry=None, key="alice", slug=None, schema=None, **changes):
        if schema is not None:
            changes |= {"schema_path": "s.json", "schema_sha256": sha256(schema)}
        entry = entry or self.entry(data, **changes)
        tree = self.chain.trees.tree(self.memory.tree(self._series(entry.series)))
        time = entry.imported.registered_at_utc if entry.imported else entry.registered_at_utc
        slug = slug or str(free_slug(tree, slug_time(time)))
        path = entry_path(entry.family, entry.measurement, slug)
        ordinal = 1
        while f"{path.series}/{index_name(ordinal + 1)}" in self.files:
            ordinal += 1
        index = f"{path.series}/{index_name(ordinal)}"
        draft = Draft(
            kind=Kind.RECORD,
            subject=str(path),
            files=dict(self.files),
            content={},
            prefix=f"{path}/",
            path=path,
            key=key,
            index=(index, self.files.get(index, b"")),
            time=max(self.state.time, epoch_from_utc(entry.registered_at_utc)),
        )
        draft.derive(entry)
        name = snapshot_name(entry.source_kind, entry.source_path)
        stored = {name: data} if isinstance(data, bytes) else data
        for inner, content in stored.items():
            draft.put(inner if isinstance(data, bytes) else f"{name}/{inner}", content)
        if schema is not None:
            draft.put("schema.json", schema)
        return draft

    def event(self, path, kind, key="carol", reason="it was wrong", **changes):
        """Draft an acceptance or a retraction of an entry by path."""
        entry = entry_path(*path.split("/"))
        prefix = f"{path}/"
        said = event.Event(
            kind=kind,
            family=entry.family,
            measurement=entry.measurement,
            slug=str(entry.slug),
            content=digest(
                {p.removeprefix(prefix): d for p, d in self.files.items() if p.startswith(prefix)}
            ),
            at=AT,
            by="carol",
            reason=reason,
        )
        said = replace(said, **changes)
        file, index = event.event_path(entry, kind), f"{entry.series}/INDEX.md"
        row = documents.event_row(said.at, entry, kind, said.by, said.reason)
        grown = documents.index_after(self.files.get(index, b""), entry.series, row)
        data = event.to_bytes(said)
        return Draft(
            kind=Kind.ACCEPT if kind is event.EventKind.ACCEPTED else Kind.RETRACT,
            subject=path,
            files={**self.files, file: data, index: grown},
            content={file: data},
            path=entry,
            key=key,
            time=self.state.time,
        )

    def _series(self, series):
        prefix = series + "/"
        return {p.removeprefix(prefix): d for p, d in self.files.items() if p.startswith(prefix)}

    def message(self, draft):
        before = self.state
        trailers = Trailers(
            kind=draft.kind,
            registry_id=REGISTRY_ID,
            previous=before.raw_sha256 if before else None,
            content=digest(draft.content),
        )
        return message(trailers, draft.subject, entry=draft.entry)

    def commit(self, draft):
        """Sign the draft as it is and return the commit."""
        text = draft.message
        if text is None or callable(text):
            made = self.message(draft)
            text = text(made) if text else made
        name = draft.key
        person = draft.person or Person(
            name=name.title(), email=f"{name}@example.org", time=draft.time
        )
        parent = draft.parent or (self.state.commit if self.state else None)
        signed = payload(
            tree=draft.tree or self.memory.tree(draft.files),
            parent=None if parent == "none" else parent,
            person=person,
            message=text,
        )
        armor = draft.armor or sshsig.sign(signed, KEYS[name])
        return self.memory.put("commit", seal(signed, armor))

    def check(self, draft, now=None):
        """Return what the chain says of the draft, without going on from it."""
        chain = Chain(self.memory, sshsig.verify, now=now)
        return chain.check(self.commit(draft), self.state)

    def judge(self, draft, now=None):
        """Return the rules that the draft breaks, each once."""
        return sorted({one.rule for one in self.check(draft, now).violations})

    def grow(self, draft):
        """Put a draft on the branch; it must be good."""
        checked = self.chain.check(self.commit(draft), self.state)
        if checked.violations:
            raise AssertionError(checked.violations)
        self.state, self.files = checked.state, dict(draft.files)
        self.commits.append(checked.commit)
        return draft

    def fork(self):
        """Return a registry that goes on from here on its own; objects are shared."""
        twin = Registry()
        twin.memory = Memory(dict(self.memory.kept), dict(self.memory.sizes), set())
        twin.chain = Chain(twin.memory, sshsig.verify)
        twin.files, twin.state = dict(self.files), self.state
        twin.commits = list(self.commits)
        return twin

    def pretend(self, files, time=None):
        """Make a commit that nobody judged the tip: a history too long to be signed in a test."""
        draft = Draft(
            kind=Kind.RECORD, subject="x/y/z", files=files, content={}, message="record x\n"
        )
        draft.time = time or self.state.time
        commit = self.commit(draft)
        self.files = dict(files)
        self.state = Chain(self.memory, sshsig.verify).load(commit)
        return self


@pytest.fixture(scope="session")
def _begun():
    registry = Registry()
    registry.grow(registry.genesis())
    return registry


@pytest.fixture(scope="session")
def _grown(_begun):
    registry = _begun.fork()
    registry.grow(registry.record())
    registry.grow(registry.record(key="bob", notes="a second one"))
    registry.grow(registry.record({"a.txt": b"1", "sub/b.txt": b"2"}, measurement="folder"))
    registry.grow(registry.record(schema=b"{}", measurement="schema"))
    registry.grow(registry.record(measurement="latency", standing=b.Standing.CANDIDATE))
    return registry


@pytest.fixture
def begun(_begun):
    """A registry that holds its genesis only."""
    return _begun.fork()


@pytest.fixture
def grown(_grown):
    """A registry with two entries of one second, a folder, a schema and a candidate."""
    return _grown.fork()


@pytest.fixture
def empty():
    """A repository before its registry."""
    return Registry()
