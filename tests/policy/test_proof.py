"""Proofs over a registry in memory: what holds, and every way to make one that must not."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gitbaseline.errors import InputError, Unable
from gitbaseline.model import proof
from gitbaseline.model.commit import Person, parse
from gitbaseline.model.event import EventKind
from gitbaseline.model.layout import entry_path
from gitbaseline.model.message import Kind
from gitbaseline.model.objects import ObjectKind, object_id
from gitbaseline.model.tree import Node
from gitbaseline.model.tree_build import build
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.proof import damaged
from gitbaseline.registry.prove import examine, make
from gitbaseline.registry.reader import Reader
from gitbaseline.signing import sshsig

FIRST = "llama/busbw/20260520T101112Z"
SECOND = f"{FIRST}-2"
FOLDER = "llama/folder/20260520T101112Z"
SCHEMA = "llama/schema/20260520T101112Z"
CANDIDATE = "llama/latency/20260520T101112Z"


def prove(registry, path=FIRST, *, later=True):
    """Return the proof of an entry at the registry's tip."""
    chain = Chain(registry.memory, sshsig.verify)
    reader = Reader(registry.memory, chain.trees, chain.load(registry.state.commit))
    return make(registry.memory, sshsig.verify, reader, entry_path(*path.split("/")), later=later)[
        0
    ]


def look(data, *pins):
    return examine(data, sshsig.verify, pins, where="p.json")


def rules(data):
    """Return the rules that a proof breaks, each once; a proof that holds gives none."""
    found = look(data)
    assert (found.proved is None) == bool(found.violations)
    return sorted({one.rule for one in found.violations})


@dataclass
class Open:
    """A proof taken apart, to be put together otherwise."""

    claim: proof.Claim
    objects: dict

    @classmethod
    def of(cls, data):
        claim, carried = proof.from_bytes(data)
        return cls(claim, dict(carried.items()))

    def bytes(self, **claim):
        return proof.to_bytes(replace(self.claim, **claim), proof.Carried(self.objects))

    def put(self, registry, *commits):
        """Carry all that is reached from commits of a registry, as a forger would."""
        pending, seen = list(commits), set()
        while pending:
            oid = pending.pop()
            if oid in seen:
                continue
            seen.add(oid)
            kind, data = self.objects[oid] = registry.memory.kept[oid]
            if kind is ObjectKind.COMMIT:
                pending += [parse(data).tree, *filter(None, [parse(data).parent])]
            elif kind is ObjectKind.TREE:
                pending += [node.oid for _, node in registry.chain.trees.tree(oid)]
        return self


def retract(registry, path=FIRST):
    return registry.event(path, EventKind.RETRACTED)


def person(registry, **changes):
    known = {"name": "Alice", "email": "alice@example.org", "time": registry.state.time}
    return Person(**{**known, **changes})


def key_of(registry, who):
    return next(n for n, k in registry.state.root.keys.items() if k.principal.startswith(who))


def retired(registry, who="bob"):
    """Draft the trust state in which a key is retired."""
    keys = dict(registry.state.root.keys)
    name = key_of(registry, who)
    keys[name] = replace(keys[name], retired=registry.state.root.version + 1)
    return registry.next_trust(keys=keys)


def compromised(registry, since, *paths, who="bob"):
    keys = dict(registry.state.root.keys)
    name = key_of(registry, who)
    keys[name] = replace(keys[name], compromised_since=since)
    draft = registry.next_trust(keys=keys)
    folder = f".registry/{int(draft.subject):06d}"
    draft.put(f"{folder}/distrusted", "".join(f"{path}\n" for path in paths).encode())
    return draft


# What holds


@pytest.mark.parametrize("path", [FIRST, SECOND, FOLDER, SCHEMA, CANDIDATE])
@pytest.mark.parametrize("later", [True, False])
def test_every_kind_of_entry(grown, path, later):
    found = look(prove(grown, path, later=later))
    place = [FIRST, SECOND, FOLDER, SCHEMA, CANDIDATE].index(path) + 1
    line = found.proved.line
    prefix = f"{path}/"
    assert found.violations == ()
    assert found.good
    assert line.record.commit == grown.commits[place]
    assert line.tip.commit == grown.commits[-1 if later else place]
    assert line.later == (5 - place if later else 0)
    assert line.record.principal == ("bob" if path == SECOND else "alice") + "@example.org"
    assert (line.trust, line.events) == (1, ())
    assert found.proved.files == {
        name.removeprefix(prefix): data
        for name, data in grown.files.items()
        if name.startswith(prefix)
    }
    assert found.proved.entry.status == ("candidate" if path == CANDIDATE else "ok")


def test_the_same_proof_each_time(grown):
    assert prove(grown) == prove(grown)


def test_it_carries_nothing_of_other_entries(grown):
    shown = {data for kind, data in Open.of(prove(grown)).objects.values() if kind == "blob"}
    for path in (SECOND, FOLDER, CANDIDATE):
        assert grown.files[f"{path}/baseline.json"] not in shown


def test_what_was_stated_of_the_entry(grown):
    grown.grow(retract(grown))
    grown.grow(retract(grown, SECOND))
    found = look(prove(grown))
    (said,) = found.proved.line.events
    assert (said.kind, said.commit, said.principal) == (
        Kind.RETRACT,
        grown.commits[-2],
        "carol@example.org",
    )
    assert (found.proved.entry.status, found.proved.stands, found.good) == (
        "retracted",
        False,
        False,
    )
    assert look(prove(grown, later=False)).good


def test_an_accepted_candidate(grown):
    grown.grow(grown.event(CANDIDATE, EventKind.ACCEPTED))
    found = look(prove(grown, CANDIDATE))
    assert [said.kind for said in found.proved.line.events] == [Kind.ACCEPT]
    assert (found.proved.entry.status, found.good) == ("ok", True)
    grown.grow(retract(grown, CANDIDATE))
    found = look(prove(grown, CANDIDATE))
    assert [said.kind for said in found.proved.line.events] == [Kind.ACCEPT, Kind.RETRACT]


def test_trust_states_before_and_after(grown):
    grown.grow(retired(grown, "carol"))
    grown.grow(grown.record(measurement="newer"))
    grown.grow(retired(grown))
    path = "llama/newer/20260520T101112Z"
    for data, trust, later in ((prove(grown, path), 2, 1), (prove(grown, path, later=False), 2, 0)):
        line = look(data).proved.line
        assert (line.trust, line.later, len(line.anchors)) == (trust, later, 2 + later)
    assert look(prove(grown, SECOND)).good  # its key was live when it signed


def test_a_compromised_key_takes_its_entries_along(grown):
    second = grown.commits[2]
    grown.grow(compromised(grown, second, SECOND))
    found = look(prove(grown, SECOND))
    assert found.violations == ()
    assert (found.proved.entry.status, found.good) == ("distrusted", False)
    assert look(prove(grown)).good


def test_a_void_retraction(grown):
    grown.grow(retract(grown))
    lost = f"{FIRST}.retracted.json"
    grown.grow(compromised(grown, grown.commits[-1], lost, who="carol"))
    found = look(prove(grown))
    assert [said.kind for said in found.proved.line.events] == [Kind.RETRACT]
    assert (found.proved.entry.status, found.good) == ("ok", True)


def test_pins(grown):
    grown.grow(retired(grown))
    data = prove(grown)
    anchors = look(data).proved.line.anchors
    assert look(data).claim.pin == anchors[0]
    assert (look(data).pinned, look(data).good) == (None, True)
    for pin in anchors:
        assert (look(data, "0" * 64, pin).pinned, look(data, pin).good) == (True, True)
    foreign = look(data, "0" * 64)
    assert (foreign.pinned, foreign.good, foreign.violations) == (False, False, ())
    assert look(prove(grown, later=False), anchors[1]).pinned is False  # not in that proof


# What cannot be made


def refused_making(registry, path=FIRST, *, later=True):
    with pytest.raises(Unable) as refused:
        prove(registry, path, later=later)
    return refused.value.code, refused.value.hint


def test_nothing_is_proved_of_a_broken_history(grown):
    grown.pretend(grown.files)  # a commit that nobody judged
    assert refused_making(grown) == ("trailer/previous", "git baseline verify --full")
    assert look(prove(grown, later=False)).good


def test_nothing_is_proved_of_an_entry_that_breaks_a_rule(grown):
    draft = grown.record(measurement="bad")
    draft.put("SOURCE.md", b"else")
    commit = grown.commit(draft)
    grown.state = grown.chain.load(commit)
    assert refused_making(grown, str(draft.path)) == (
        "source-md/differs",
        "git baseline verify --full",
    )


@pytest.mark.parametrize("place", [0, 1])
def test_a_history_with_a_gap(grown, place):
    """In front of the entry, and in its own place."""
    del grown.memory.kept[grown.commits[place]]
    assert refused_making(grown) == ("history/missing", None)


def test_an_entry_whose_file_is_gone(grown):
    gone = object_id(ObjectKind.BLOB, grown.files[f"{FIRST}/source-snapshot.log"])
    del grown.memory.kept[gone]
    assert refused_making(grown)[0] == "history/missing"


def test_a_malformed_commit_on_the_way(grown):
    raw = grown.memory.read(grown.commits[0]).replace(b"\ngpgsig", b"\ngpgsix", 1)
    draft = grown.record(measurement="next")
    draft.parent = grown.memory.put("commit", raw)
    grown.state = grown.chain.load(grown.commit(draft))
    assert refused_making(grown, str(draft.path))[0] == "commit/headers"


def test_one_that_would_be_too_large(grown, monkeypatch):
    monkeypatch.setattr(proof, "CONTENT_LIMIT", 4000)
    code, hint = refused_making(grown)
    assert (code, "--without-later" in hint) == ("proof/large", True)
    assert refused_making(grown, later=False) == ("proof/large", None)
    monkeypatch.setattr(proof, "CONTENT_LIMIT", 1 << 20)
    monkeypatch.setattr(proof, "LIMIT", 4000)
    assert refused_making(grown)[0] == "proof/large"


# Every byte


def test_every_prefix_is_no_proof(grown):
    data = prove(grown, later=False)
    for end in range(len(data)):
        with pytest.raises(InputError):
            look(data[:end])


def test_every_byte_of_the_file(grown):
    data = prove(grown, later=False)
    for at in range(len(data)):
        try:
            found = look(flipped(data, at))
        except InputError:
            continue
        assert found.violations, at


def flipped(data, at):
    changed = bytearray(data)
    changed[at] ^= 1 << (at * 5 % 8)
    return bytes(changed)


def test_every_byte_of_every_object(grown):
    whole = Open.of(prove(grown, later=False))
    for oid, (kind, data) in whole.objects.items():
        for at in range(len(data)):
            (found,) = damaged(proof.Carried({oid: (kind, flipped(data, at))}))
            assert found.rule == "proof/object"
        if data:
            carried = proof.Carried({**whole.objects, oid: (kind, flipped(data, 0))})
            assert rules(proof.to_bytes(whole.claim, carried)) == ["proof/object"]


def renamed(raw, old, new):
    return raw.replace(old.encode(), new.encode()).replace(bytes.fromhex(old), bytes.fromhex(new))


def rebound(whole, oid, data):
    """Return the proof with one object changed, and every id that follows from that."""
    objects = {**whole.objects, oid: (whole.objects[oid][0], data)}
    names = {}
    while True:  # until every object has the id that its content gives
        wrong = next((n for n, (kind, d) in objects.items() if object_id(kind, d) != n), None)
        if wrong is None:
            break
        kind, fresh = objects.pop(wrong)
        new = object_id(kind, fresh)
        names |= {name: new for name, now in names.items() if now == wrong} | {wrong: new}
        objects = {n: (k, renamed(d, wrong, new)) for n, (k, d) in objects.items()}
        objects[new] = (kind, fresh)
    parts = ("genesis", "record", "tip")
    claim = {
        part: names.get(getattr(whole.claim, part), getattr(whole.claim, part)) for part in parts
    }
    return Open(whole.claim, objects).bytes(**claim)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(pick=st.randoms(use_true_random=False))
def test_a_byte_changed_with_every_id_above_it(grown, pick):
    """What is left to refuse it then are the signature and the rules."""
    whole = Open.of(prove(grown))
    oid = pick.choice(sorted(oid for oid, (_, data) in whole.objects.items() if data))
    data = whole.objects[oid][1]
    assert rules(rebound(whole, oid, flipped(data, pick.randrange(len(data))))) != []


# What a forger can put together


def test_an_object_more_or_less(grown):
    whole = Open.of(prove(grown))
    for oid in list(whole.objects):
        less = Open(whole.claim, {k: v for k, v in whole.objects.items() if k != oid})
        assert rules(less.bytes()) == ["proof/missing"], oid
    whole.objects[object_id(ObjectKind.BLOB, b"x")] = (ObjectKind.BLOB, b"x")
    assert rules(whole.bytes()) == ["proof/needless"]


def test_an_object_of_another_kind(grown):
    whole = Open.of(prove(grown))
    oid = next(oid for oid, (kind, _) in whole.objects.items() if kind is ObjectKind.TREE)
    whole.objects[oid] = (ObjectKind.BLOB, whole.objects[oid][1])
    assert rules(whole.bytes()) == ["proof/object"]


def test_another_entry_of_the_same_registry(grown):
    first, second = Open.of(prove(grown)), Open.of(prove(grown, SECOND))
    both = Open(first.claim, first.objects | second.objects)
    assert rules(both.bytes(record=second.claim.record)) == ["proof/entry"]
    assert rules(both.bytes(entry=second.claim.entry)) == ["proof/entry"]
    assert rules(both.bytes()) == ["proof/needless"]
    assert rules(both.bytes(record=first.claim.genesis)) == ["history/genesis"]


@pytest.fixture
def aged(grown):
    """The registry with two more trust states and an entry after each."""
    for who, name in (("carol", "second"), ("bob", "third")):
        grown.grow(retired(grown, who))
        grown.grow(grown.record(measurement=name))
    return grown


THIRD = "llama/third/20260520T101112Z"


def test_trust_statements_out_of_order(aged):
    """One left out, two swapped, one twice, one of another kind in their place."""
    whole = Open.of(prove(aged, THIRD)).put(aged, aged.commits[-1])
    one, two = whole.claim.trust
    assert rules(whole.bytes()) == ["proof/needless"]
    assert rules(whole.bytes(trust=(two,))) == ["proof/trust"]
    assert rules(whole.bytes(trust=(one,))) == ["proof/trust"]
    assert rules(whole.bytes(trust=(two, one))) == ["proof/trust"]
    assert rules(whole.bytes(trust=(one, one, two))) == ["proof/trust"]
    assert rules(whole.bytes(trust=(aged.commits[1], one, two))) == ["proof/kind"]
    assert rules(whole.bytes(trust=(one, two, whole.claim.genesis))) == ["history/genesis"]
    assert rules(whole.bytes(record=two)) == ["proof/trust"]


def test_a_pin_or_a_genesis_that_is_not_its_own(grown):
    whole = Open.of(prove(grown)).put(grown, grown.commits[-1])
    assert rules(whole.bytes(pin="0" * 64)) == ["proof/pin"]
    assert "history/genesis" in rules(whole.bytes(genesis=grown.commits[1]))
    assert rules(whole.bytes(genesis=whole.claim.record, record=whole.claim.genesis))


def test_a_genesis_of_somebody_else(grown, empty):
    """The same names and another key: it holds in itself, under a pin of its own."""
    keys = {
        name: key for name, key in empty.trust().keys.items() if not key.principal.startswith("bob")
    }
    empty.grow(empty.genesis(empty.trust(keys=keys)))
    empty.grow(empty.record())
    forged = prove(empty)
    assert look(forged).good
    pin = look(prove(grown)).claim.pin
    assert (look(forged, pin).pinned, look(forged, pin).good) == (False, False)
    mixed = Open.of(forged)
    mixed.objects |= Open.of(prove(grown)).objects
    real = Open.of(prove(grown)).claim
    assert rules(mixed.bytes(genesis=real.genesis, pin=real.pin)) == ["proof/trust"]


def test_a_tip_that_does_not_go_on_from_the_entry(grown):
    whole = Open.of(prove(grown, SECOND)).put(grown, grown.commits[-1])
    assert rules(whole.bytes(tip=grown.commits[1])) == ["proof/tip"]
    assert rules(whole.bytes(tip=whole.claim.genesis)) == ["proof/tip"]
    assert rules(whole.bytes(tip=next(iter(whole.objects)))) != []


def follow_on(registry, draft, **claim):
    """Return what is found where the tip of a proof is a forged commit on top of the branch."""
    forged = registry.commit(draft)
    whole = Open.of(prove(registry)).put(registry, forged)
    return set(rules(whole.bytes(tip=forged, **claim)))


def test_a_later_statement_as_it_should_be(grown):
    assert follow_on(grown, grown.record(measurement="later")) == {"proof/needless"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"key": "mallory"}, "signature/unknown-key"),
        ({"key": "carol"}, "signature/role"),
        ({"armor": b"-----BEGIN NOTHING-----\n"}, "signature/armor"),
        ({"message": lambda made: made.replace("record", "nothing", 1)}, "commit/kind"),
        ({"message": lambda made: made.replace("record", "genesis")}, "proof/kind"),
        (
            {"message": lambda made: made.replace("Baseline-Previous", "Baseline-Next")},
            "trailer/previous",
        ),
        ({"message": lambda made: made.replace("5eed", "feed")}, "trailer/previous"),
        ({"message": "record x/y/z\n"}, "trailer/previous"),
    ],
)
def test_a_later_statement_that_breaks_a_rule(grown, change, rule):
    draft = grown.record(measurement="later")
    for name, value in change.items():
        setattr(draft, name, value)
    assert follow_on(grown, draft) == {rule}


def test_a_later_statement_dated_before_its_parent(grown):
    draft = grown.record(measurement="later")
    draft.person = person(grown, time=grown.state.time - 1)
    assert follow_on(grown, draft) == {"commit/date"}


def test_a_later_statement_by_a_key_of_another_family(grown):
    draft = grown.record(measurement="later", family="other", key="bob")
    assert follow_on(grown, draft) == {"signature/role"}


def test_a_later_statement_by_a_key_that_was_retired(grown):
    grown.grow(retired(grown))
    assert follow_on(grown, grown.record(measurement="later", key="bob")) == {
        "signature/retired-key"
    }


def test_a_later_statement_that_changes_who_may_sign(grown):
    """As a record, whose files nobody checks here: the tip's own trust state gives it away."""
    draft = grown.record(measurement="later")
    draft.files |= grown.trust_files(replace(grown.state.root, version=2, previous="0" * 64))
    assert follow_on(grown, draft) == {"proof/trust"}


def test_a_later_statement_that_trusts_again(grown):
    grown.grow(compromised(grown, grown.commits[2], SECOND))
    draft = grown.record(measurement="later")
    draft.files[".registry/000002/distrusted"] = b""
    assert follow_on(grown, draft) == {"proof/trust"}


def test_a_tip_without_the_trust_state(grown):
    draft = grown.record(measurement="later")
    draft.files = {path: data for path, data in draft.files.items() if ".registry" not in path}
    assert follow_on(grown, draft) == {"trust/unreadable"}


def test_a_tip_whose_tree_is_misspelt(grown):
    draft = grown.record(measurement="later")
    draft.tree = grown.memory.put("tree", b"100664 a\0" + b"\0" * 20)
    forged = grown.commit(draft)
    whole = Open.of(prove(grown))
    for oid in (forged, draft.tree):
        whole.objects[oid] = grown.memory.kept[oid]
    assert rules(whole.bytes(tip=forged)) == ["tree/mode"]


def test_a_tip_that_lost_or_changed_the_entry(grown):
    for change in ({}, {f"{FIRST}/baseline.json": b"{}\n"}):
        draft = grown.record(measurement="later")
        kept = {p: d for p, d in draft.files.items() if not p.startswith(f"{FIRST}/")}
        draft.files = {**kept, **change}
        assert follow_on(grown, draft) == {"proof/tip"}


def test_a_retraction_of_what_was_put_in_the_place_of_the_entry(grown):
    """By a statement whose files nobody looks at; however deep the folders are."""
    forger = grown.fork()
    draft = forger.record(measurement="later")
    oid = forger.memory.tree({"f": b"x"})
    for _ in range(2000):
        oid = forger.memory.put("tree", build({"d": Node(oid, is_folder=True)}))
    draft.files[f"{FIRST}/d"] = Node(oid, is_folder=True)
    forger.state = forger.chain.load(forger.commit(draft))
    forged = forger.commit(retract(forger))
    whole = Open.of(prove(grown)).put(forger, forged)
    assert rules(whole.bytes(tip=forged)) == ["proof/tip"]


def test_a_tip_that_lost_the_retraction(grown):
    grown.grow(retract(grown))
    draft = grown.record(measurement="later")
    del draft.files[f"{FIRST}.retracted.json"]
    assert follow_on(grown, draft) == {"proof/tip"}


@pytest.mark.parametrize("event", list(EventKind))
def test_a_tip_with_an_event_that_nobody_stated(grown, event):
    draft = grown.record(measurement="later")
    draft.files[f"{FIRST}.{event}.json"] = b"{}\n"
    assert follow_on(grown, draft) == {"proof/tip"}


def test_an_event_that_breaks_a_rule(grown):
    assert follow_on(grown, grown.event(FIRST, EventKind.ACCEPTED)) == {"accept/standing"}


def test_an_entry_that_breaks_a_rule(grown):
    draft = grown.record(measurement="bad")
    draft.put("SOURCE.md", b"else")
    forged = grown.commit(draft)
    whole = Open.of(prove(grown)).put(grown, forged)
    assert rules(whole.bytes(entry=draft.path, record=forged, tip=forged)) == ["source-md/differs"]


def test_a_record_on_a_parent_of_the_forgers_own(grown):
    """Any tree may stand below it, but not another trust state, nor another genesis."""
    state = grown.state
    roots = replace(state.root, keys={**state.root.keys})
    mallory = grown.trust().keys[key_of(grown, "bob")]
    roots = replace(
        roots, keys={**roots.keys, key_of(grown, "bob"): replace(mallory, families=None)}
    )
    forger = grown.fork()
    forger.pretend({**grown.files, **grown.trust_files(roots)})
    draft = forger.record(measurement="own", family="other", key="bob")
    forged = forger.commit(draft)
    whole = Open.of(prove(grown)).put(forger, forged)
    assert rules(whole.bytes(entry=draft.path, record=forged, tip=forged)) == ["proof/trust"]


# Any mixture


EDITS = st.sampled_from(["genesis", "record", "tip", "entry", "pin", "trust", "drop", "add"])


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(edits=st.lists(EDITS, min_size=1, max_size=3), pick=st.randoms(use_true_random=False))
def test_no_other_mixture_proves_another_entry(grown, edits, pick):
    """Whatever is put in whose place: what holds is a proof that the registry itself would give."""
    registry = grown
    whole = Open.of(prove(registry))
    pool = Open(whole.claim, {}).put(registry, registry.commits[-1]).objects
    claim = {}
    for edit in edits:
        if edit == "drop":
            whole.objects.pop(pick.choice(sorted(whole.objects)))
        elif edit == "add":
            oid = pick.choice(sorted(pool))
            whole.objects[oid] = pool[oid]
        elif edit == "trust":
            claim["trust"] = tuple(pick.sample(registry.commits, pick.randint(0, 2)))
        elif edit == "pin":
            claim["pin"] = pick.choice([whole.claim.pin, "0" * 64])
        elif edit == "entry":
            claim["entry"] = entry_path(*pick.choice([FIRST, SECOND, FOLDER]).split("/"))
        else:
            claim[edit] = pick.choice(registry.commits)
    found = look(whole.bytes(**claim))
    if found.proved:
        path = str(found.claim.entry)
        assert found.claim.genesis == registry.commits[0]
        assert whole.bytes(**claim) in (prove(registry, path), prove(registry, path, later=False))
