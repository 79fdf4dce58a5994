"""The valid registry under every case.

Alice holds all roles. Bob may record for the family ``llama`` only, Dora (ECDSA) and Rick (RSA) may
record, Erin may only accept. Carol held all roles and is retired. Mallory is listed nowhere.

The branch holds a genesis, records of a file, of a directory and with a schema, two entries of one
second, a candidate that was accepted, one that was not, and a retraction.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from corpus import keys
from corpus.forge import Forge
from corpus.pile import Pile
from gitbaseline.model import root as roots
from gitbaseline.model import tier
from gitbaseline.model.baseline import (
    Baseline,
    Code,
    Recorder,
    Registrant,
    SourceKind,
    Standing,
    Workstation,
)
from gitbaseline.model.event import EventKind
from gitbaseline.model.layout import (
    ALLOWED_SIGNERS,
    ATTRIBUTES,
    DISTRUSTED,
    GIT_ATTRIBUTES,
    README,
    ROOT_JSON,
    entry_path,
    readme,
    trust_folder,
)
from gitbaseline.model.manifest import digest, sha256
from gitbaseline.model.message import Kind
from gitbaseline.model.metric import Direction, Metric
from gitbaseline.model.names import epoch_from_utc, utc_from_epoch
from gitbaseline.model.root import ALL_ROLES, ListedKey, Role, Root
from gitbaseline.registry import trust
from gitbaseline.registry.branch import Draft
from gitbaseline.registry.event import Happening
from gitbaseline.registry.record import Record
from gitbaseline.registry.trust import TrustChange
from gitbaseline.signing import sshsig

BRANCH = "refs/heads/baselines"
REGISTRY = "5eed" * 8
BEGAN = epoch_from_utc("2024-05-20T10:11:12Z")
STEP = 3600

ALICE = keys.ed25519("alice")
BOB = keys.ed25519("bob")
CAROL = keys.ed25519("carol")
DORA = keys.p256("dora")
ERIN = keys.ed25519("erin")
FRANK = keys.ed25519("frank")  # listed by a case, not by the base
MALLORY = keys.ed25519("mallory")
RICK = keys.rsa2048("rick")

FIRST = "llama/step_time/20240520T111112Z"
TWIN = "llama/step_time/20240520T111112Z-2"
RETRACTED = "llama/step_time/20240520T131112Z"
FOLDER = "llama/nccl/20240520T141112Z"
ACCEPTED = "qwen/latency/20240520T161112Z"
WAITING = "qwen/latency/20240520T181112Z"


def listed(signer, principal, roles=ALL_ROLES, **rest) -> ListedKey:
    """Return how ``root.json`` lists a key."""
    return ListedKey(principal=principal, public_key=signer.public_key.openssh, roles=roles, **rest)


def genesis(key=ALICE, principal="alice@example.org", registry_id=REGISTRY, **rest) -> Draft:
    """Return the first statement of a registry."""
    root = Root(
        registry_id=registry_id,
        version=1,
        previous=None,
        keys={key.public_key.fingerprint: listed(key, principal)},
        **rest,
    )
    folder = trust_folder(1)
    files = {
        GIT_ATTRIBUTES: ATTRIBUTES,
        README: readme(registry_id),
        f"{folder}/{ALLOWED_SIGNERS}": roots.allowed_signers(root),
        f"{folder}/{DISTRUSTED}": b"",
        f"{folder}/{ROOT_JSON}": roots.to_bytes(root),
    }
    return Draft(kind=Kind.GENESIS, subject=registry_id, content=files, files=files)


def entry(
    forge,
    *,
    files=None,
    schema=None,
    at=None,
    series="llama/step_time",
    value=412.5,
    **changes,
) -> Record:
    """Return a record of one number. ``files``: a directory source in place of a log."""
    family, measurement = series.split("/")
    log = f"step_time: {value} ms\n".encode()
    stored = {"source-snapshot.log": log} if files is None else _below("source-snapshot", files)
    source = sha256(log) if files is None else digest(files)
    payload = stored | ({"schema.json": schema} if schema else {})
    made = Baseline(
        family=family,
        measurement=measurement,
        metrics={
            "step_time": Metric(value=value, unit="ms", direction=Direction.LOWER, headline=True)
        },
        value=value,
        unit="ms",
        direction=Direction.LOWER,
        source_path="run.log" if files is None else "run",
        source_sha256=source,
        source_bytes=sum(map(len, stored.values())),
        source_kind=SourceKind.FILE if files is None else SourceKind.DIRECTORY,
        source_format="scalar",
        snapshot_sha256=source,
        registered_at_utc=at or utc_from_epoch(forge.time),
        registered_by=Registrant(operator_user="alice"),
        recorder=Recorder(name="git-baseline", version="0.1.0"),
        workstation=Workstation(hostname="bench", uname="Linux"),
        git=Code(sha="c0de" * 10, dirty=False),
        schema_path="schema.json" if schema else None,
        schema_sha256=sha256(schema) if schema else None,
    )
    made = replace(made, **changes)
    if "tier_evidence" not in changes:
        made = replace(made, tier_evidence=tier.evidence(made, ()))
    return Record(entry=made, payload=payload, objects=forge.pile, trees=forge.trees)


def event(forge, kind: EventKind, path: str, **changes) -> Happening:
    """Return an acceptance or a retraction."""
    said = {"at": utc_from_epoch(forge.time), "by": "alice", "reason": "looked at it"} | changes
    where = entry_path(*path.split("/"))
    return Happening(kind=kind, entry=where, objects=forge.pile, trees=forge.trees, **said)


def trusting(forge, change: trust.Change) -> TrustChange:
    """Return a trust statement."""
    return TrustChange(change=change, objects=forge.pile, verify=sshsig.verify)


def adding(*people):
    """Return the change that lists (signer, principal, roles, families) each."""

    def change(root):
        for signer, principal, roles, families in people:
            key = listed(signer, principal, roles, families=families)
            root = trust.add(signer.public_key.fingerprint, key)(root)
        return root

    return change


TEAM = adding(
    (BOB, "bob@example.org", (Role.RECORD,), ("llama",)),
    (CAROL, "carol@example.org", ALL_ROLES, None),
    (DORA, "dora@example.org", (Role.RECORD,), None),
    (ERIN, "erin@example.org", (Role.ACCEPT,), None),
    (RICK, "rick@example.org", (Role.RECORD,), None),
)


def grow(forge, make, signer=ALICE, **stages):
    """Put a statement, made by a function of the forge, and move the tip onto it."""
    forge.time += STEP
    forge.tip = forge.put(make(forge), signer, **stages)
    return forge.tip


def history(forge) -> list:
    """Return the base's statements after the genesis: (function of the forge, signer)."""
    return [
        (entry, ALICE),
        (lambda f: entry(f, at=utc_from_epoch(BEGAN + STEP), value=413), ALICE),
        (lambda f: entry(f, value=99), ALICE),
        (lambda f: entry(f, series="llama/nccl", files=TREE), ALICE),
        (lambda f: trusting(f, TEAM), ALICE),
        (lambda f: entry(f, series="qwen/latency", standing=Standing.CANDIDATE), CAROL),
        (lambda f: event(f, EventKind.ACCEPTED, ACCEPTED), ALICE),
        (lambda f: entry(f, series="qwen/latency", standing=Standing.CANDIDATE), DORA),
        (lambda f: event(f, EventKind.RETRACTED, RETRACTED), ALICE),
        (lambda f: entry(f, series="llama/step_time", schema=b'{"type": "object"}\n'), BOB),
        (lambda f: trusting(f, trust.retire(CAROL.public_key.fingerprint)), ALICE),
        (lambda f: entry(f, series="qwen/latency"), RICK),
    ]


TREE = {"run/rank0.log": b"rank 0\n", "run/rank1.log": b"rank 1\n", "summary.txt": b"ok\n"}


def fresh() -> Forge:
    """Return a forge with nothing in it."""
    return Forge(pile=Pile(), tip=None, time=BEGAN)


@cache
def made() -> tuple[Forge, tuple]:
    """Return the base as it stands, and its commits, oldest first."""
    forge = fresh()
    forge.tip = forge.put(genesis(), ALICE)
    commits = [forge.tip]
    forge.pin = sha256(forge.pile.read(forge.tip))
    for make, signer in history(forge):
        commits.append(grow(forge, make, signer))
    forge.time += STEP
    forge.pile.refs[BRANCH] = forge.tip
    return forge, tuple(commits)


def on_top() -> Forge:
    """Return a forge that goes on from the base without changing it."""
    forge, _ = made()
    return Forge(
        pile=Pile(forge.pile), tip=forge.tip, time=forge.time, base=forge.tip, pin=forge.pin
    )


def commits():
    """Return the base's commits, oldest first."""
    return made()[1]


def _below(folder, files):
    return {f"{folder}/{path}": data for path, data in files.items()}
