"""The rules that every statement shares: position, signature, message, trees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.model.commit import Person, seal
from gitbaseline.model.objects import ObjectKind
from gitbaseline.model.root import Limits
from gitbaseline.model.tree import Node
from gitbaseline.policy import chain as chains
from gitbaseline.policy.chain import Checked
from gitbaseline.policy.state import NotARegistry

HOUR = 3600
FIRST = "llama/busbw/20260520T101112Z"


def test_a_good_registry_has_no_finding(grown):
    assert len(grown.commits) == 6
    state, kinds = None, []
    for oid in grown.commits:
        checked = grown.chain.check(oid, state)
        assert checked.violations == ()
        state = checked.state
        kinds.append((str(checked.kind), checked.principal))
    assert kinds == [
        ("genesis", "alice@example.org"),
        ("record", "alice@example.org"),
        ("record", "bob@example.org"),
        *[("record", "alice@example.org")] * 3,
    ]
    assert state == grown.state


def test_what_was_checked_is_told(grown):
    draft = grown.record(key="bob")
    checked = grown.check(draft)
    assert checked == Checked(
        commit=checked.commit,
        violations=(),
        state=grown.chain.load(checked.commit),
        kind=draft.kind,
        subject=f"record {draft.path}",
        signer=checked.signer,
        principal="bob@example.org",
    )
    assert str(draft.path) == FIRST + "-3"


def change(**values):
    def apply(draft):
        for name, value in values.items():
            setattr(draft, name, value)

    return apply


def dated(seconds):
    def apply(draft):
        draft.time += seconds

    return apply


def forged(text):
    return change(message=lambda made: made.replace(*text))


def put(path, data):
    def apply(draft):
        draft.files[path] = data

    return apply


BROKEN = {
    "commit/date": dated(-12 * HOUR),
    "history/parent": change(parent="ab" * 20),
    "signature/unknown-key": change(key="mallory"),
    "signature/role": change(key="carol"),
    "signature/armor": change(armor=b"-----BEGIN SSH SIGNATURE-----\nAAAA\n"),
    "signature/kind": change(armor=b"-----BEGIN PGP SIGNATURE-----\nAAAA\n"),
    "commit/message": forged((", higher is better,", ", better,")),
    "commit/kind": change(message="recorded it all\n"),
    "record/subject": forged((f"record {FIRST}-3\n", "record a/b\n")),
    "trailer/kind": forged(("Kind: record", "Kind: collect")),
    "trailer/registry": forged(("Registry: 5eed", "Registry: 0bad")),
    "trailer/previous": forged(("Previous: sha256:", "Previous: sha256:00")),
    "trailer/content": forged(("Content: sha256:", "Content: sha1:")),
}


CONSEQUENCES = {
    "commit/date": {"baseline/time"},  # the entry is now registered after its commit
    # A first line that names no entry leaves all files unexplained.
    "record/subject": {"path/unexpected", "append-only/modified"},
}


@pytest.mark.parametrize("rule", BROKEN)
def test_one_broken_rule_is_found(grown, rule):
    draft = grown.record()
    BROKEN[rule](draft)
    found = grown.judge(draft)
    assert rule in found
    assert set(found) <= {rule} | CONSEQUENCES.get(rule, set())


def test_a_signature_of_no_kind(grown):
    draft = grown.record()
    draft.armor = b"-----BEGIN JUNK-----\n"
    assert grown.judge(draft) == ["signature/armor"]


def test_a_signature_over_something_else(grown):
    one, other = grown.record(), grown.record(notes="other")
    raw = grown.memory.read(grown.commit(one))
    other.armor = grown.chain.check(grown.commit(one), grown.state) and _armor(raw)
    assert grown.judge(other) == ["signature/mismatch"]


def _armor(raw):
    from gitbaseline.model.commit import parse

    return parse(raw).armor


def test_a_trailer_that_is_missing_is_told(grown):
    draft = grown.record()
    draft.message = lambda made: made.replace("Baseline-Kind: record\n", "")
    [finding] = grown.check(draft).violations
    assert finding.message == "Baseline-Kind: expected record, got none"


def test_a_signer_for_another_family(grown):
    draft = grown.record(entry=grown.entry(family="qwen"), key="bob")
    [finding] = grown.check(draft).violations
    assert finding.rule == "signature/family"
    assert finding.message == "bob@example.org may sign for llama, not for qwen"


def test_a_role_that_is_lacking_is_told(grown):
    [finding] = grown.check(replace(grown.record(), key="carol")).violations
    assert finding.message == "carol@example.org has not the role record, only accept, retract"


def test_a_key_that_is_not_live(begun):
    from gitbaseline.model.root import Root

    keys = {
        name: replace(key, retired=1) if key.principal.startswith("bob") else key
        for name, key in begun.state.root.keys.items()
    }
    begun.state = replace(begun.state, root=replace(begun.state.root, keys=keys))
    assert isinstance(begun.state.root, Root)
    assert begun.judge(begun.record(key="bob")) == ["signature/retired-key"]


@pytest.mark.parametrize(
    ("now", "offset", "rules"),
    [
        (0, 0, []),
        (0, 300, []),
        (0, 301, ["commit/date"]),
        (HOUR, 300 + HOUR, []),
        (-HOUR, 0, ["baseline/time"]),  # the parent's date bounds the commit's, not the entry's
    ],
)
def test_a_server_bounds_dates_by_its_clock(grown, now, offset, rules):
    draft = grown.record()
    draft.time += offset
    assert grown.judge(draft, now=grown.state.time + now) == rules
    assert grown.judge(draft) == []


@pytest.mark.parametrize("kind", ["record", "retract", "accept", "trust"])
def test_only_a_genesis_has_no_parent(grown, empty, kind):
    empty.memory = grown.memory
    draft = replace(grown.record(), message=f"{kind} {FIRST}\n")
    assert "history/genesis" in empty.judge(draft)


def test_a_second_root(grown):
    draft = grown.genesis()
    draft.time = grown.state.time
    draft.parent = "none"
    assert grown.judge(draft) == ["history/genesis", "history/parent"]


def test_a_genesis_on_top(grown):
    draft = grown.genesis()
    draft.time = grown.state.time
    draft.files = {**grown.files, **draft.files}
    assert grown.judge(draft) == ["history/genesis"]


def test_a_kind_of_a_later_version(grown):
    draft = replace(grown.record(), message=f"weigh {FIRST}\n")
    assert grown.judge(draft) == ["commit/kind"]


def test_no_commit_at_all(grown):
    blob = grown.memory.put("blob", b"x")
    [finding] = grown.chain.check(blob, grown.state).violations
    assert (finding.rule, finding.message) == ("commit/kind", "a blob of 1 bytes")
    assert grown.chain.check(blob, grown.state).state is None
    [finding] = grown.chain.check("ab" * 20, grown.state).violations
    assert (finding.rule, finding.message) == (
        "history/missing",
        f"the repository lacks {'ab' * 20}",
    )


def test_a_commit_too_large_is_not_read(grown):
    oid = grown.commit(grown.record())
    grown.memory.sizes[oid] = (ObjectKind.COMMIT, 300_000)
    grown.memory.closed.add(oid)
    [finding] = grown.chain.check(oid, grown.state).violations
    assert finding.rule == "commit/kind"


def test_a_misspelt_commit_stops_the_walk(grown):
    raw = grown.memory.read(grown.commit(grown.record()))
    oid = grown.memory.put("commit", raw.replace(b"\ngpgsig", b"\nencoding x\ngpgsig"))
    checked = grown.chain.check(oid, grown.state)
    assert [one.rule for one in checked.violations] == ["commit/headers"]
    assert checked.state is None


def test_a_broken_position_is_told_beside_what_stops_the_walk(grown):
    draft = replace(grown.record(), parent="ab" * 20)
    draft.files["llama/busbw/x"] = bytearray(b"junk")
    checked = grown.check(draft)
    assert [one.rule for one in checked.violations] == ["history/parent", "tree/malformed"]
    assert checked.state is None


def entry(mode, name, oid):
    return mode + b" " + name + b"\0" + bytes.fromhex(oid)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (lambda blob: entry(b"120000", b"a", blob), "tree/mode"),
        (lambda blob: entry(b"160000", b"a", "ab" * 20), "tree/mode"),
        (lambda blob: entry(b"100755", b"a", blob), "tree/mode"),
        (lambda blob: entry(b"100644", b"a", blob) * 2, "tree/order"),
        (lambda blob: entry(b"100644", b"a/b", blob), "tree/name"),
        (lambda blob: entry(b"40000", b"a", blob), "tree/kind"),
        (lambda blob: b"", "tree/empty"),
        (lambda blob: b"junk", "tree/malformed"),
    ],
)
@pytest.mark.parametrize("where", ["extra", "llama/other", f"{FIRST}-3/source-snapshot"])
def test_a_misspelt_tree_is_refused_wherever_it_lies(grown, raw, rule, where):
    draft = grown.record()
    draft.files[where] = bytearray(raw(grown.memory.put("blob", b"x")))
    checked = grown.check(draft)
    assert [one.rule for one in checked.violations] == [rule]
    assert where in checked.violations[0].message
    assert checked.state is None


@pytest.mark.parametrize("depth", [30, 40])
def test_trees_are_followed_to_their_depth(grown, depth):
    draft = grown.record()
    draft.files["x/" * depth + "x"] = b""
    assert grown.judge(draft) == (["limit/depth"] if depth == 40 else ["path/unexpected"])


def test_a_tree_too_large_is_not_read(grown):
    draft = grown.record()
    tree = grown.memory.put("tree", b"x")
    grown.memory.sizes[tree] = (ObjectKind.TREE, 5_000_000)
    grown.memory.closed.add(tree)
    draft.files["huge"] = Node(tree, is_folder=True)
    assert grown.judge(draft) == ["limit/tree"]


def test_a_folder_that_is_missing(grown):
    draft = grown.record()
    draft.files["huge"] = Node("ab" * 20, is_folder=True)
    assert grown.judge(draft) == ["history/missing"]


def test_too_many_paths(grown, monkeypatch):
    monkeypatch.setattr(chains, "_MAX_CHANGES", 3)
    assert grown.judge(grown.record()) == ["limit/files"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (put("extra", b"x"), ["path/unexpected"]),
        (put(".github/workflows/x.yml", b"x"), ["path/unexpected"]),
        (put(".gitmodules", b"x"), ["path/unexpected"]),
        (put("llama/busbw/notes.txt", b"x"), ["path/unexpected"]),
        (put(".registry/000002/root.json", b"x"), ["trust/unreadable"]),
        (put("README.md", b"x"), ["append-only/modified"]),
        (put(".gitattributes", b"x"), ["append-only/modified"]),
        (put(f"{FIRST}/SOURCE.md", b"x"), ["append-only/modified"]),
        (put("llama/busbw/INDEX-2.md", b"x"), ["path/unexpected"]),
        (put("llama/busbw/INDEX-x.md", b"x"), ["path/unexpected"]),
        (put("llama/folder/INDEX.md", b"x"), ["append-only/modified"]),
        (lambda draft: draft.files.pop("README.md"), ["append-only/deleted"]),
        (lambda draft: draft.files.pop(f"{FIRST}/SOURCE.md"), ["append-only/deleted"]),
        (
            lambda draft: [draft.files.pop(p) for p in list(draft.files) if p.startswith(FIRST + "/")],
            ["append-only/deleted"],
        ),
    ],
)  # fmt: skip
def test_nothing_but_the_statement_is_changed(grown, change, expected):
    draft = grown.record()
    change(draft)
    assert grown.judge(draft) == expected


def test_a_file_in_place_of_a_folder_is_a_deletion(grown):
    draft = grown.record()
    for path in [p for p in draft.files if p.startswith(FIRST + "/")]:
        del draft.files[path]
    draft.files[FIRST] = b"x"
    assert grown.judge(draft) == ["append-only/deleted"]


def test_a_folder_in_place_of_a_file_is_a_deletion(grown):
    draft = grown.record()
    del draft.files["README.md"]
    draft.files["README.md/x"] = b"x"
    assert grown.judge(draft) == ["append-only/deleted", "path/unexpected"]


def test_another_registrys_statement_does_not_count(grown, begun):
    """Same files, same parent tree: only the trailer tells the registries apart."""
    from gitbaseline.policy.chain import Chain
    from gitbaseline.signing import sshsig

    draft = begun.record()
    raw = begun.memory.read(begun.commit(draft))
    state = replace(begun.state, root=replace(begun.state.root, registry_id="0bad" * 8))
    found = Chain(begun.memory, sshsig.verify).check(begun.memory.put("commit", raw), state)
    assert [one.rule for one in found.violations] == ["trailer/registry"]


def test_limits_are_those_of_the_parent(begun):
    root = replace(begun.state.root, limits=Limits(file_bytes=10))
    begun.state = replace(begun.state, root=root)
    assert begun.judge(begun.record()) == ["limit/file"]


def test_a_branch_without_trust_is_no_registry(empty):
    draft = empty.genesis()
    draft.files = {"README.md": b"x"}
    checked = empty.check(draft)
    assert [(one.rule, one.message) for one in checked.violations] == [
        ("trust/unreadable", "no folder .registry on the branch")
    ]
    with pytest.raises(NotARegistry):
        empty.chain.load(checked.commit)


def test_a_signature_may_be_of_a_listed_kind(grown):
    """A listed OpenPGP key lets its signatures through to the program that knows it."""
    from gitbaseline.model.root import ListedKey, Role
    from gitbaseline.model.signature import SignedBy
    from gitbaseline.policy.chain import Chain

    name = "openpgp:" + "AB" * 20
    key = ListedKey(principal="pat", public_key="openpgp " + "AB" * 20, roles=(Role.RECORD,))
    root = replace(grown.state.root, keys={**grown.state.root.keys, name: key})
    grown.state = replace(grown.state, root=root)
    draft = grown.record()
    draft.armor = b"-----BEGIN PGP SIGNATURE-----\nAAAA\n"
    oid = grown.commit(draft)
    chain = Chain(grown.memory, lambda *_: SignedBy(fingerprint=name, key_type="openpgp"))
    checked = chain.check(oid, grown.state)
    assert (checked.violations, checked.principal) == ((), "pat")


def test_a_person_may_be_anyone(grown):
    draft = grown.record()
    draft.person = Person(name="\u00c5sa", email="", time=draft.time, zone="-0330")
    assert grown.judge(draft) == []


def test_seal_is_what_the_draft_uses(grown):
    assert seal(b"a\n\nb", b"x\n") == b"a\ngpgsig x\n\nb"
