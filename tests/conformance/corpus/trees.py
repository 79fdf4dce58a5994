"""Rows 61 to 66: trees. Two modes, one order, names that mean the same on every machine.

``raw`` cases rebuild one folder of the new statement from raw bytes; Alice signs the result.
"""

from __future__ import annotations

from corpus import base
from corpus.base import ALICE, FIRST, entry
from corpus.case import add, case
from gitbaseline.model import tree as trees
from gitbaseline.model import tree_build
from gitbaseline.model.names import Oid
from gitbaseline.model.objects import ObjectKind
from gitbaseline.model.tree import Node

SERIES = "llama/step_time"
NEW = "llama/step_time/20240520T231112Z"
ADDED = "path/unexpected"


def at(pile, top, path, change) -> Oid:
    """Return the tree in which the raw bytes of the folder at ``path`` are changed."""
    if not path:
        return pile.write_tree(change(pile.read(top)))
    head, _, rest = path.partition("/")
    nodes = pile.nodes(top)
    nodes[head] = Node(at(pile, nodes[head].oid, rest, change), is_folder=True)
    return pile.write_tree(tree_build.build(nodes))


def line(mode, name, oid) -> bytes:
    """Return one entry of a raw tree."""
    return mode + b" " + name + b"\0" + bytes.fromhex(oid)


def raw_tree(case_name, folder, change, rule, row, **rest):
    """Add a case. ``change`` gets the pile and the raw tree."""

    def make(forge):
        pile = forge.pile
        return forge.put(
            entry(forge), ALICE, tree=lambda top: at(pile, top, folder, lambda r: change(pile, r))
        )

    add(case_name, make, row=row, rule=rule, **rest)


def mode(spelled, name=b"SOURCE.md"):
    """Return the change of one file's mode."""
    return lambda pile, raw: raw.replace(b"100644 " + name, spelled + b" " + name)


def more(*entries, first=False):
    """Return the change that adds entries, as (mode, name, data), unsorted."""

    def change(pile, raw):
        made = b"".join(line(m, name, _object(pile, m, data)) for m, name, data in entries)
        return made + raw if first else raw + made

    return change


def _object(pile, mode, data):
    if mode == b"40000":
        return pile.write_tree(line(b"100644", b"inner", pile.write_blob(data)))
    return pile.write_blob(data)


def pairs(raw):
    """Return the entries of a raw tree as bytes."""
    return [
        line(b"40000" if node.is_folder else b"100644", name.encode(), node.oid)
        for name, node in trees.parse(raw)
    ]


def _twin(pile, raw):
    nodes = pairs(raw)
    twin = line(b"40000", b"README.md", _object(pile, b"40000", b"x"))
    return b"".join(sorted([*nodes, twin], key=_key))


def _key(entry):
    mode, name = entry.split(b"\0")[0].split(b" ")
    return name + (b"/" if mode == b"40000" else b"")


raw_tree(
    "tree_name_twice", NEW, lambda _, raw: b"".join(pairs(raw)[:1] + pairs(raw)), "tree/order", "61"
)
raw_tree("tree_unsorted", NEW, lambda _, raw: b"".join(pairs(raw)[::-1]), "tree/order", "61")
raw_tree("tree_top_unsorted", "", lambda _, raw: b"".join(pairs(raw)[::-1]), "tree/order", "61")
raw_tree(
    "tree_file_and_folder_of_one_name", "", more((b"40000", b"README.md", b"x")), "tree/order", "61"
)
raw_tree(
    "tree_file_and_folder_of_one_name_sorted",
    "",
    _twin,
    "tree/order",
    "61",
)
raw_tree("tree_truncated", NEW, lambda _, raw: raw[:-1], "tree/malformed", "61", raw=True)
raw_tree("tree_is_text", NEW, lambda *_: b"not a tree\n", "tree/malformed", "61", raw=True)
raw_tree(
    "tree_empty_folder",
    NEW,
    lambda pile, raw: raw + line(b"40000", b"zzz", pile.write_tree(b"")),
    "tree/empty",
    "66",
)
raw_tree("tree_all_gone", "", lambda *_: b"", "trust/unreadable", "66")


for _mode in (b"100755", b"100664", b"100666", b"120000", b"160000", b"644", b"0100644", b"100600"):
    raw_tree(f"mode_{_mode.decode()}", NEW, mode(_mode), "tree/mode", "64", raw=_mode == b"644")
raw_tree(
    "mode_of_folder_padded",
    "",
    lambda _, r: r.replace(b"40000 llama", b"040000 llama"),
    "tree/mode",
    "64",
)
raw_tree("mode_of_an_older_file", FIRST, mode(b"100755"), "tree/mode", "64")

for _name, _bytes in {
    "dot": b".",
    "dots": b"..",
    "slash": b"a/b",
    "git": b".git",
    "git_in_capitals": b".GIT",
    "git_short": b"git~1",
    "git_with_an_unseen_letter": ".g\u200cit".encode(),
    "backslash": b"a\\b",
    "line_feed": b"a\nb",
    "device": b"nul",
    "trailing_dot": b"x.",
}.items():
    _rule = "tree/name" if _name == "slash" else ADDED
    raw_tree(f"name_{_name}", NEW, lambda _, raw, b=_bytes: _sorted(_, raw, b), _rule, "62")


def _sorted(pile, raw, name):
    new = line(b"100644", name, pile.write_blob(b"x"))
    return b"".join(sorted([*pairs(raw), new], key=_key))


raw_tree("name_not_utf8", NEW, lambda pile, raw: _sorted(pile, raw, b"\xff"), "tree/name", "62")


def folder(case_name, files, row, rule="snapshot/path"):
    """Add a case: a directory source, consistent in itself, with a path that may not be."""

    def make(forge):
        return forge.put(entry(forge, series="llama/nccl", files=files), ALICE)

    add(case_name, make, row=row, rule=rule)


for _name, _path in {
    "git": ".git/config",
    "git_in_capitals": "a/.GIT/config",
    "git_short": "git~1/config",
    "git_with_an_unseen_letter": ".g\u200cit/config",
    "gitmodules": ".gitmodules",
    "gitattributes": ".gitattributes",
    "backslash": "a\\b",
    "colon": "c:x",
    "trailing_dot": "x./y",
    "trailing_space": "x /y",
    "escape": "a\x1b[2Jb",
    "line_feed": "a\nb",
    "right_to_left": "a\u202eb",
    "not_normal": "e\u0301",
    "star": "*",
}.items():
    folder(f"snapshot_path_{_name}", {_path: b"x"}, "62")
folder("snapshot_path_too_deep", {"/".join("d" * 40): b"x"}, "62", "limit/depth")
folder("snapshot_case_pair", {"A": b"1", "a": b"2"}, "63")
folder("snapshot_case_pair_of_folders", {"Run/x": b"1", "run/y": b"2"}, "63")
folder("snapshot_sharp_s_pair", {"ss": b"1", "\xdf": b"2"}, "63")
folder("snapshot_normal_form_pair", {"\xe9": b"1", "e\u0301": b"2"}, "63")
folder("snapshot_of_plain_folders", {"a/b/c": b"1", "a/d": b"2", "\xe9": b"3"}, "63", None)


@case(row="65", rule="tree/kind")
def blob_that_is_a_tree(forge):
    """The mode says file, the object is a folder."""
    return _misled(forge, b"100644", lambda pile: pile.write_tree(b""))


@case(row="65", rule="tree/kind", raw=True)
def folder_that_is_a_blob(forge):
    return _misled(forge, b"40000", lambda pile: pile.write_blob(b"x"))


@case(row="65", rule="tree/kind")
def blob_that_is_a_commit(forge):
    return _misled(forge, b"100644", lambda pile: base.commits()[0])


@case(row="65", rule="tree/kind")
def blob_that_is_a_tag(forge):
    text = f"object {base.commits()[0]}\ntype commit\ntag x\ntagger A <a@b> 1716250272 +0000\n\nx\n"
    return _misled(forge, b"100644", lambda pile: pile.write(ObjectKind.TAG, text.encode()))


def _misled(forge, mode, make):
    pile = forge.pile

    def change(raw):
        return b"".join(sorted([*pairs(raw), line(mode, b"zzz", make(pile))], key=_key))

    return forge.put(entry(forge), ALICE, tree=lambda top: at(pile, top, NEW, change))


def extra(case_name, path, *, data=b"x\n", rule=ADDED, row="66"):
    """Add a case: a record that adds one file more, somewhere."""

    def make(forge):
        return forge.put(entry(forge), ALICE, files=lambda files: files | {path: data})

    add(case_name, make, row=row, rule=rule)


extra("file_at_the_top", "evil.sh")
extra("workflow", ".github/workflows/run.yml", data=b"on: push\n")
extra("gitmodules", ".gitmodules")
extra("gitattributes_of_a_family", "llama/.gitattributes", data=b"* filter=evil\n")
extra("file_in_a_family", "llama/README.md")
extra("file_in_a_measurement", "llama/step_time/README.md")
extra("file_in_an_older_entry", f"{FIRST}/note.txt")
extra("snapshot_into_an_older_entry", f"{FIRST}/source-snapshot/x")
extra("event_with_a_record", f"{FIRST}.retracted.json")
extra("trust_file_with_a_record", ".registry/000002/note")
extra("trust_version_with_a_record", ".registry/000004/root.json", rule="trust/unreadable")
extra("second_entry", "llama/step_time/20240520T231112Z-2/baseline.json", row="67")
extra("index_of_another_measurement", "llama/nccl/INDEX-2.md", row="67")
extra("next_index_too_early", "llama/step_time/INDEX-2.md", row="67")
extra("folder_named_like_an_index", "llama/step_time/INDEX-2.md/x", row="67")
extra("entry_of_a_misspelt_slug", "llama/step_time/20240520T231112Z-1/baseline.json", row="68")
extra("family_in_capitals", "Llama/step_time/x", row="63")
extra("file_in_the_new_entry", f"{NEW}/note.txt")
extra("hidden_file_in_the_new_entry", f"{NEW}/.note")
extra("statement_in_a_record", f"{NEW}/statement")
extra("second_snapshot", f"{NEW}/source-snapshot.txt", row="69")
extra("snapshot_folder_beside_the_file", f"{NEW}/source-snapshot/x", row="69")
extra("lfs_snapshot_beside_the_file", f"{NEW}/source-snapshot.lfs.log", row="69")
