from __future__ import annotations

import os
import subprocess
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gitbaseline.model import tree
from gitbaseline.model.tree import Difference, Node, Tree, TreeFault, differences, parse
from gitbaseline.model.tree_build import build

OID, OTHER = "11" * 20, "22" * 20


@pytest.fixture(params=[0, tree._SMALL], ids=["grown", "small"], scope="module", autouse=True)
def small(request):
    """A small tree is read at once, a grown one from where it differs: both give the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tree, "_SMALL", request.param)
        yield


def entry(mode, name, oid=OID):
    return (
        mode.encode()
        + b" "
        + (name if isinstance(name, bytes) else name.encode())
        + b"\0"
        + bytes.fromhex(oid)
    )


def file(name, oid=OID):
    return entry("100644", name, oid)


def folder(name, oid=OID):
    return entry("40000", name, oid)


FAULTS = {
    "61 same file twice": (file("a") + file("a", OTHER), "tree/order", "'a' is out of order or occurs twice"),
    "61 same folder twice": (folder("a") + folder("a"), "tree/order", "'a' is out of order or occurs twice"),
    "61 unsorted": (file("b") + file("a"), "tree/order", "'a' is out of order or occurs twice"),
    "61 folder sorted as a file": (folder("a") + file("a.b"), "tree/order", "'a.b' is out of order or occurs twice"),
    "61 file and folder": (file("a") + folder("a"), "tree/order", "'a' is both a file and a folder"),
    "61 file and folder apart": (
        file("a") + file("a.b") + folder("a"), "tree/order", "'a' is both a file and a folder"),
    "62 slash": (file("a/b"), "tree/name", "'a/b' is empty or holds a slash"),
    "62 no name": (file(""), "tree/name", "'' is empty or holds a slash"),
    "62 not UTF-8": (file(b"\xff\xfe"), "tree/name", "'\\xff\\xfe' is not UTF-8"),
    "64 symbolic link": (entry("120000", "a"), "tree/mode", "'a': expected mode 100644 or 40000, got '120000'"),
    "64 submodule": (entry("160000", "a"), "tree/mode", "'a': expected mode 100644 or 40000, got '160000'"),
    "64 program": (entry("100755", "a"), "tree/mode", "'a': expected mode 100644 or 40000, got '100755'"),
    "64 100664": (entry("100664", "a"), "tree/mode", "'a': expected mode 100644 or 40000, got '100664'"),
    "64 100666": (entry("100666", "a"), "tree/mode", "'a': expected mode 100644 or 40000, got '100666'"),
    "64 644": (entry("644", "a"), "tree/mode", "'a': expected mode 100644 or 40000, got '644'"),
    "64 040000": (entry("040000", "a"), "tree/mode", "'a': expected mode 100644 or 40000, got '040000'"),
    "64 0100644": (entry("0100644", "a"), "tree/mode", "'a': expected mode 100644 or 40000, got '0100644'"),
    "64 no mode": (entry("", "a"), "tree/mode", "'a': expected mode 100644 or 40000, got ''"),
    "64 second entry": (file("a") + entry("100755", "b"), "tree/mode", "'b': expected mode 100644 or 40000, got '100755'"),
    "cut": (file("a")[:-1], "tree/malformed", "cannot be read after byte 0"),
    "cut behind one": (file("a") + b"100644", "tree/malformed", "cannot be read after byte 29"),
    "junk behind": (file("a") + b"\0", "tree/malformed", "cannot be read after byte 29"),
    "no space": (b"100644a\0" + b"\1" * 20, "tree/malformed", "cannot be read after byte 0"),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "rule", "message"), FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("like", [None, Tree(), "whole", "first"])
def test_a_tree_of_another_spelling_is_refused(raw, rule, message, like):
    if like == "whole":
        like = parse(file("zz"))
    elif like == "first":
        like = parse(file("a") + file("c"))
    with pytest.raises(TreeFault) as caught:
        parse(raw, like)
    assert (caught.value.rule, str(caught.value)) == (rule, message)


def test_a_tree_is_read():
    raw = file("a") + folder("a.b", OTHER) + folder("ab") + file("\u00e9\n", OTHER)
    read = parse(raw)
    assert list(read) == [
        ("a", Node(OID, is_folder=False)),
        ("a.b", Node(OTHER, is_folder=True)),
        ("ab", Node(OID, is_folder=True)),
        ("\u00e9\n", Node(OTHER, is_folder=False)),
    ]
    assert len(read) == 4
    assert read.find("a") == Node(OID, is_folder=False)
    assert read.find("ab") == Node(OID, is_folder=True)
    assert [read.find(name) for name in ("", "b", "a/", "a.", "zz")] == [
        None,
        None,
        None,
        None,
        None,
    ]
    assert build(dict(read)) == raw
    assert read.entries(4, 9) == []


def test_an_object_id_may_hold_any_byte():
    oids = [f"{byte:02x}" * 20 for byte in (0, 10, 32, 47, 52, 255)]
    nodes = {f"n{i}": Node(oid, is_folder=bool(i % 2)) for i, oid in enumerate(oids)}
    assert dict(parse(build(nodes))) == nodes
    assert all(parse(build(nodes)).find(name) == node for name, node in nodes.items())


NAMES = st.from_regex(r"[ab./-]{1,3}", fullmatch=True).map(
    lambda s: s.replace("/", "0")
) | st.sampled_from(["a", "a.b", "a0", "x40000 a", "x100644 a", "\u00e9", "\U0001f600"])
NODES = st.builds(Node, st.sampled_from([OID, OTHER, "20" * 20, "00" * 20]), st.booleans())
TREES = st.dictionaries(NAMES, NODES, max_size=12)
EDITS = st.lists(st.tuples(NAMES, st.none() | NODES), max_size=4)


def edited(nodes, edits):
    result = dict(nodes)
    for name, node in edits:
        result.pop(name, None)
        if node:
            result[name] = node
    return result


@given(TREES)
def test_parse_undoes_build(nodes):
    assert dict(parse(build(nodes))) == nodes


@given(TREES, EDITS)
def test_reading_on_from_a_known_tree_gives_the_same(nodes, edits):
    old, raw = parse(build(nodes)), build(edited(nodes, edits))
    assert parse(raw, old) == parse(raw)


@given(TREES, EDITS)
def test_differences_are_those_of_the_names(nodes, edits):
    after = edited(nodes, edits)
    found = differences(parse(build(nodes)), parse(build(after)))
    expected = {
        name: Difference(name, nodes.get(name), after.get(name))
        for name in nodes.keys() | after.keys()
        if nodes.get(name) != after.get(name)
    }
    assert {one.name: one for one in found} == expected
    assert len(found) == len(expected)


@given(TREES, st.binary(max_size=60), st.integers(0), st.integers(0))
def test_junk_is_judged_the_same_from_a_known_tree(nodes, junk, cut, keep):
    whole = build(nodes)
    raw = whole[: cut % (len(whole) + 1)] + junk + whole[keep % (len(whole) + 1) :]
    assert outcome(raw, parse(whole)) == outcome(raw, None)


def outcome(raw, like):
    try:
        return parse(raw, like)
    except TreeFault as fault:
        return fault.rule, str(fault)


def test_the_same_bytes_need_not_be_the_same_entries():
    """A name may hold what looks like the beginning of the entry that a known tree ends with."""
    known, raw = parse(file("a") + folder("n")), file("a") + file("x40000 n")
    assert raw.endswith(folder("n"))
    assert parse(raw, known) == parse(raw)
    assert differences(known, parse(raw)) == [
        Difference("x40000 n", None, Node(OID, is_folder=False)),
        Difference("n", Node(OID, is_folder=True), None),
    ]
    assert differences(parse(raw), known) == [
        Difference("n", None, Node(OID, is_folder=True)),
        Difference("x40000 n", Node(OID, is_folder=False), None),
    ]


@pytest.mark.parametrize("name", ["c", "d", "a"])
def test_what_was_put_between_known_entries_is_in_order(name):
    raw = file("a") + file(name, OTHER) + file("c")
    with pytest.raises(TreeFault) as caught:
        parse(raw, parse(file("a") + file("c")))
    late = "c" if name == "d" else name
    assert str(caught.value) == f"'{late}' is out of order or occurs twice"


@pytest.mark.parametrize("raw", [b"40000 " * 300_000, b"100644 a" * 300_000])
def test_a_malformed_tree_does_not_take_the_square(raw):
    begun = time.process_time()
    with pytest.raises(TreeFault):
        parse(raw)
    assert time.process_time() - begun < 2


@pytest.fixture(scope="module")
def git(tmp_path_factory):
    top = tmp_path_factory.mktemp("git")
    env = {"PATH": os.environ["PATH"], "HOME": str(top), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*words, give=b""):
        return subprocess.run(
            ["git", *words], cwd=top, env=env, input=give, capture_output=True, check=True
        ).stdout

    run("init", "-q")
    run("hash-object", "-w", "-t", "tree", "--stdin")
    run("hash-object", "-w", "--stdin")
    return run


EMPTY_BLOB = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@settings(max_examples=12, deadline=None)
@given(st.dictionaries(NAMES, st.booleans(), min_size=1, max_size=12))
def test_git_makes_and_lists_the_same_tree(git, names):
    names = {name: is_folder for name, is_folder in names.items() if name not in (".", "..")}
    lines = [
        f"040000 tree {EMPTY_TREE}\t{name}" if is_folder else f"100644 blob {EMPTY_BLOB}\t{name}"
        for name, is_folder in names.items()
    ]
    oid = git("mktree", "-z", give="".join(line + "\0" for line in lines).encode()).decode().strip()
    raw = git("cat-file", "tree", oid)
    nodes = {
        name: Node(EMPTY_TREE if is_folder else EMPTY_BLOB, is_folder)
        for name, is_folder in names.items()
    }
    assert build(nodes) == raw
    listed = git("ls-tree", "-z", oid).decode().split("\0")[:-1]
    assert [line.split("\t")[1] for line in listed] == [name for name, _ in parse(raw)]


def test_only_raw_bytes_are_asked(git):
    """libgit2 and ls-tree show 100664 as 100644; the raw tree does not."""
    raw = entry("100664", "a", EMPTY_BLOB)
    oid = (
        git("hash-object", "-w", "-t", "tree", "--literally", "--stdin", give=raw).decode().strip()
    )
    with pytest.raises(TreeFault):
        parse(git("cat-file", "tree", oid))


def test_long_names_are_shown_in_part():
    assert len(tree._shown(b"x" * 1000)) == 82
