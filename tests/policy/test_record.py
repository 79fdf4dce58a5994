from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.model import baseline as b
from gitbaseline.model import baseline_json, documents, tier
from gitbaseline.model.metric import Direction, Metric, Validity, from_samples
from gitbaseline.model.objects import ObjectKind
from gitbaseline.model.pointer import from_bytes, pointer_of, to_bytes
from gitbaseline.model.root import Limits
from gitbaseline.model.tree import Node
from gitbaseline.policy import record, series

SERIES = "llama/busbw"


def findings(registry, draft, now=None):
    return [(one.rule, one.message, one.path) for one in registry.check(draft, now).violations]


def derived(**changes):
    def apply(draft):
        draft.derive(replace(draft.entry, **changes))

    return apply


def raw(change):
    """Change the bytes of baseline.json under the signed digest."""
    return lambda draft: draft.put("baseline.json", change(draft.content["baseline.json"]))


def put(name, data):
    return lambda draft: draft.put(name, data)


def invalid(draft):
    metric = replace(draft.entry.metrics["value"], validity=Validity.INVALID)
    draft.derive(replace(draft.entry, metrics={"value": metric}))


def rows(change):
    def apply(draft):
        draft.files[f"{SERIES}/INDEX.md"] = change(draft.files[f"{SERIES}/INDEX.md"])

    return apply


def forget_row(draft):
    draft.files[f"{SERIES}/INDEX.md"] = draft.index[1]


BROKEN = {
    "entry/missing SOURCE.md": (put("SOURCE.md", None), "entry/missing"),
    "entry/missing baseline.json": (put("baseline.json", None), "entry/missing"),
    "baseline/canonical spaces": (raw(lambda data: data.replace(b": ", b":  ", 1)), "baseline/canonical"),
    "baseline/canonical NaN": (raw(lambda data: data.replace(b'"n": 1', b'"n": NaN', 1)), "baseline/canonical"),
    "baseline/canonical not JSON": (raw(lambda data: b"x"), "baseline/canonical"),
    "baseline/shape": (raw(lambda data: data.replace(b'"cohort": null', b'"cohort": 1')), "baseline/shape"),
    "baseline/path": (derived(measurement="other"), "baseline/path"),
    "baseline/time slug": (derived(registered_at_utc="2026-05-20T10:11:11Z"), "baseline/time"),
    "baseline/invalid": (invalid, "baseline/invalid"),
    "baseline/tier evidence": (derived(tier_evidence=b.TierEvidence(shown=("three-trials",))), "baseline/tier"),
    "baseline/tier VERDICT": (derived(tier=b.Tier.VERDICT), "baseline/tier"),
    "entry/schema none": (derived(schema_path="s.json", schema_sha256="ab" * 32), "entry/schema"),
    "entry/schema unnamed": (put("schema.json", b"{}"), "entry/schema"),
    "entry/continues": (derived(continues="llama/folder"), "entry/continues"),
    "snapshot/digest": (put("source-snapshot.log", b"busbw 490 GB/s\n"), "snapshot/digest"),
    "snapshot/source digest": (derived(source_sha256="ab" * 32), "snapshot/source"),
    "snapshot/source size": (derived(source_bytes=1), "snapshot/source"),
    "snapshot/missing": (put("source-snapshot.log", None), "snapshot/missing"),
    "path/unexpected": (put("notes.txt", b"x"), "path/unexpected"),
    "path/unexpected statement": (put("statement", b"x"), "path/unexpected"),
    "path/unexpected LFS": (put("source-snapshot.lfs.log", b"x"), "path/unexpected"),
    "path/unexpected LFS folder": (put("source-snapshot.lfs/x", b"x"), "path/unexpected"),
    "path/unexpected folder": (put("source-snapshot/x", b"x"), "path/unexpected"),
    "source-md/differs": (put("SOURCE.md", b"# forged\n"), "source-md/differs"),
    "index/missing": (forget_row, "index/missing"),
    "index/row more": (rows(lambda index: index + b"| x |\n"), "index/row"),
    "index/row other": (rows(lambda index: index.replace(b"| 480 |", b"| 490 |")), "index/row"),
    "index/row gone": (rows(lambda index: index.replace(b"a second one", b"")), "index/row"),
}  # fmt: skip
CONSEQUENCES = {
    "snapshot/digest": {"snapshot/source"},  # the source is said to be what is stored
}


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_rule_is_found(grown, name):
    change, rule = BROKEN[name]
    draft = grown.record()
    change(draft)
    found = grown.judge(draft)
    assert rule in found
    assert set(found) <= {rule} | CONSEQUENCES.get(rule, set())


def test_a_folder_in_place_of_the_stored_file(grown):
    """It was once a KeyError, which every verifier would have met."""
    draft = grown.record()
    draft.put("source-snapshot.log", None)
    draft.put("source-snapshot.log/x", b"x")
    assert grown.judge(draft) == ["path/unexpected", "snapshot/missing"]


def test_a_file_in_place_of_the_stored_folder(grown):
    draft = grown.record({"a.txt": b"1"}, measurement="folder")
    draft.put("source-snapshot/a.txt", None)
    draft.put("source-snapshot", b"x")
    assert grown.judge(draft) == ["path/unexpected", "snapshot/missing"]


def test_an_old_index_is_never_changed(grown, monkeypatch):
    """Only the newest one grows; it was once enough that a name began with INDEX."""
    monkeypatch.setattr(series, "ROWS", 2)
    draft = grown.record()
    draft.files[f"{SERIES}/INDEX-2.md"] = documents.index_after(
        b"", SERIES, documents.entry_row(draft.path, draft.entry)
    )
    draft.files[f"{SERIES}/INDEX.md"] = draft.index[1].replace(b"480", b"999")
    assert grown.judge(draft) == ["append-only/modified"]


def test_a_place_is_told(grown):
    draft = grown.record()
    draft.put("source-snapshot.log", None)
    assert findings(grown, draft) == [
        ("snapshot/missing", "the entry has no payload", f"{draft.path}/source-snapshot.log")
    ]


# when


def imported(at, **changes):
    return {"imported": b.Imported(origin="csv", registered_at_utc=at), **changes}


def test_an_import_lies_at_its_original_time(grown):
    draft = grown.record(**imported("2020-01-02T03:04:05Z"))
    assert str(draft.path) == f"{SERIES}/20200102T030405Z"
    assert grown.judge(draft) == []


def test_an_import_from_the_future(grown):
    draft = grown.record(**imported("2099-01-01T00:00:00Z"))
    assert findings(grown, draft) == [
        (
            "baseline/time",
            "imported from 2099-01-01T00:00:00Z, which was not yet",
            f"{draft.path}/baseline.json",
        )
    ]


def test_an_entry_registered_after_its_commit(grown):
    draft = grown.record(registered_at_utc="2026-05-20T10:20:00Z")
    draft.time -= 1
    assert findings(grown, draft) == [
        (
            "baseline/time",
            "registered at 2026-05-20T10:20:00Z, after its commit",
            f"{draft.path}/baseline.json",
        )
    ]


# slugs and full measurements


def test_a_suffix_is_the_smallest_free_one(grown):
    assert grown.judge(grown.record(slug="20260520T101112Z-4")) == ["entry/slug"]


def test_a_taken_slug_is_an_entry_that_changes(grown):
    draft = grown.record(slug="20260520T101112Z", notes="other")
    assert grown.judge(draft) == ["append-only/modified", "entry/missing"]


def test_a_full_measurement_goes_on_under_the_next_name(grown, monkeypatch):
    for module in (series, record):
        monkeypatch.setattr(module, "ENTRY_LIMIT", 4)
    for _ in range(2):
        grown.grow(grown.record())
    assert grown.judge(grown.record()) == ["limit/measurement"]
    second = grown.record(measurement="busbw.2", continues=SERIES)
    assert grown.judge(second) == []
    assert grown.judge(grown.record(measurement="busbw.2")) == ["entry/continues"]
    assert grown.judge(grown.record(measurement="busbw.2", continues="llama/folder")) == [
        "entry/continues"
    ]
    assert grown.judge(grown.record(measurement="busbw.3", continues="llama/busbw.2")) == [
        "entry/continues"
    ]
    assert grown.judge(grown.record(measurement="folder.2", continues="llama/folder")) == [
        "entry/continues"
    ]
    grown.grow(second)
    assert grown.judge(grown.record(measurement="busbw.2")) == []
    assert grown.judge(grown.record(measurement="busbw.2", continues=SERIES)) == ["entry/continues"]


def test_4096_entries_fill_a_measurement(grown):
    slug = grown.record().path.slug.time
    whole = grown.chain.trees.find(grown.state.tree, f"{SERIES}/{slug}")
    index = grown.files[f"{SERIES}/INDEX.md"]
    files = {
        path: data for path, data in grown.files.items() if not path.startswith(SERIES + "/")
    } | {f"{SERIES}/INDEX.md": index}
    for count in range(1, 4097):
        files[f"{SERIES}/{slug}{f'-{count}' if count > 1 else ''}"] = whole
    grown.pretend({path: node for path, node in files.items() if not path.endswith("-4096")})
    draft = grown.record(slug=f"{slug}-4096")
    assert grown.judge(draft) == []
    grown.pretend(files)
    assert grown.judge(grown.record(slug=f"{slug}-4097")) == ["limit/measurement"]
    draft = grown.record(measurement="busbw.2", continues=SERIES)
    assert grown.judge(draft) == []


def test_a_first_entry_may_go_on_from_another_series(grown):
    assert grown.judge(grown.record(measurement="new", continues="llama/folder")) == []
    assert grown.judge(grown.record(measurement="new", continues="llama/none")) == [
        "entry/continues"
    ]
    assert grown.judge(grown.record(measurement="new", continues="llama/new")) == [
        "entry/continues"
    ]
    assert grown.judge(grown.record(measurement="folder", continues="llama/busbw")) == [
        "entry/continues"
    ]


def test_what_is_no_series_cannot_be_gone_on_from(grown):
    draft = grown.record(measurement="new", continues="llama/folder")
    draft.put(
        "baseline.json",
        draft.content["baseline.json"].replace(b'"llama/folder"', b'".registry/000001"'),
    )
    assert grown.judge(draft) == ["baseline/shape"]


# indexes


def long_index(count):
    slug = b"20260520T101112Z"
    row = b"| 2026-05-20T10:11:12Z | [%b](%b/) | 1 | s | lower | DRAFT | alice | |\n" % (slug, slug)
    return documents.index_after(b"", SERIES, "") + row * count


@pytest.mark.parametrize(
    ("names", "counts", "grows"),
    [
        (["INDEX.md"], [999], "INDEX.md"),
        (["INDEX.md"], [1000], "INDEX-2.md"),
        (["INDEX.md", "INDEX-2.md"], [1000, 999], "INDEX-2.md"),
        (["INDEX.md", "INDEX-2.md"], [1000, 1000], "INDEX-3.md"),
    ],
)
def test_an_index_goes_on_in_the_next_file(grown, names, counts, grows):
    files = dict(grown.files)
    for name, count in zip(names, counts, strict=True):
        files[f"{SERIES}/{name}"] = long_index(count)
    grown.pretend(files)
    draft = grown.record()
    for name in [*names, "INDEX-2.md", "INDEX-3.md"]:
        draft.files.pop(f"{SERIES}/{name}", None)
    draft.files.update({f"{SERIES}/{name}": files[f"{SERIES}/{name}"] for name in names})
    row = documents.entry_row(draft.path, draft.entry)
    for name in dict.fromkeys([*names, "INDEX-2.md", "INDEX-3.md"]):
        path = f"{SERIES}/{name}"
        old = files.get(path, b"")
        if name == names[-1] or name == grows:
            placed = replace(
                draft, files={**draft.files, path: documents.index_after(old, SERIES, row)}
            )
            assert (grown.judge(placed) == []) is (name == grows)


def test_a_bomb_of_an_index_is_not_read(grown):
    """A refused commit may have brought it; the next one is judged all the same."""
    files = dict(grown.files)
    bomb = grown.memory.put("blob", b"bomb")
    files[f"{SERIES}/INDEX.md"] = Node(bomb, is_folder=False)
    grown.memory.sizes[bomb] = (ObjectKind.BLOB, 400_000_000)
    grown.memory.closed.add(bomb)
    draft = grown.record()
    grown.pretend(files)
    draft.time = grown.state.time
    assert grown.judge(draft) == ["limit/index"]


# limits


@pytest.mark.parametrize(
    ("limits", "rules"),
    [
        ({"file_bytes": 2000}, []),
        ({"file_bytes": 14}, ["limit/file"]),
        ({"baseline_bytes": 100}, ["limit/file"]),
        ({"entry_bytes": 1000}, ["limit/entry"]),
        ({"entry_files": 2}, ["limit/files"]),
        ({"entry_files": 3}, []),
    ],
)
def test_limits_hold_for_files_and_for_the_entry(grown, limits, rules):
    root = replace(grown.state.root, limits=Limits(**limits))
    grown.state = replace(grown.state, root=root)
    assert grown.judge(grown.record()) == rules


@pytest.mark.parametrize("name", ["source-snapshot.log", "baseline.json", "SOURCE.md", "other"])
def test_a_bomb_is_refused_by_its_header_and_never_read(grown, name):
    draft = grown.record()
    bomb = grown.memory.put("blob", b"bomb")
    draft.files[draft.prefix + name] = Node(bomb, is_folder=False)
    grown.memory.sizes[bomb] = (ObjectKind.BLOB, 400_000_000)
    grown.memory.closed.add(bomb)
    assert grown.judge(draft) == ["limit/entry", "limit/file"]


def test_an_index_of_another_size_is_not_read(grown):
    draft = grown.record()
    bomb = grown.memory.put("blob", b"bomb")
    draft.files[f"{SERIES}/INDEX.md"] = Node(bomb, is_folder=False)
    grown.memory.sizes[bomb] = (ObjectKind.BLOB, 400_000_000)
    grown.memory.closed.add(bomb)
    assert grown.judge(draft) == ["index/row"]


@pytest.mark.parametrize("where", ["baseline.json", "source-snapshot.log"])
def test_a_mode_that_lies_about_its_object(grown, where):
    draft = grown.record()
    draft.files[draft.prefix + where] = Node(grown.state.tree, is_folder=False)
    assert grown.judge(draft) == ["tree/kind"]


def test_an_index_that_is_no_blob(grown):
    draft = grown.record()
    draft.files[f"{SERIES}/INDEX.md"] = Node(grown.state.tree, is_folder=False)
    assert grown.judge(draft) == ["index/row"]


@pytest.mark.parametrize("name", ["source-snapshot.log", "SOURCE.md"])
def test_a_file_that_the_repository_lacks(grown, name):
    draft = grown.record()
    draft.files[draft.prefix + name] = Node("ab" * 20, is_folder=False)
    assert grown.judge(draft) == ["history/missing"]


# snapshots


@pytest.mark.parametrize(
    ("kind", "source", "name"),
    [
        (b.SourceKind.FILE, "runs/x.LOG", "source-snapshot.log"),
        (b.SourceKind.FILE, "x.d/noext", "source-snapshot.bin"),
        (b.SourceKind.FILE, "x.lfs", "source-snapshot.bin"),
        (b.SourceKind.INLINE, None, "source-snapshot.txt"),
        (b.SourceKind.DIRECTORY, "runs.lfs", "source-snapshot"),
    ],
)
def test_every_kind_of_source_has_its_name(grown, kind, source, name):
    data = {"a": b"1"} if kind is b.SourceKind.DIRECTORY else b"1"
    draft = grown.record(data, measurement="new", source_kind=kind, source_path=source)
    assert {path.split("/")[0] for path in draft.content} == {"baseline.json", "SOURCE.md", name}
    assert grown.judge(draft) == []


@pytest.mark.parametrize(
    ("files", "rules"),
    [
        ({"a": b"", "b/a": b"", "caf\u00e9/\u4e2d": b"1"}, []),
        ({"d/" * 31 + "f": b""}, []),
        ({"d/" * 32 + "f": b""}, ["snapshot/path"]),
        ({"a": b"1", "A": b"1"}, ["snapshot/path"]),
        ({"dir/x": b"1", "Dir/y": b"1"}, ["snapshot/path"]),
        ({"a": b"1", "A/b": b"1"}, ["snapshot/path"]),
        ({"stra\u00dfe": b"1", "STRASSE": b"1"}, ["snapshot/path"]),
        ({"a\u200d": b"1", "a": b"1"}, ["snapshot/path"]),
        ({"e\u0301": b"1"}, ["snapshot/path"]),
        ({".git": b"1"}, ["snapshot/path"]),
        ({"x/.GitModules": b"1"}, ["snapshot/path"]),
        ({"git~1": b"1"}, ["snapshot/path"]),
        ({"a\nb": b"1"}, ["snapshot/path"]),
        ({"a\\b": b"1"}, ["snapshot/path"]),
        ({"..": b"1"}, ["snapshot/path"]),
    ],
)
def test_a_folder_can_be_checked_out_everywhere(grown, files, rules):
    assert grown.judge(grown.record(files, measurement="new")) == rules


def test_twins_are_told_once_with_their_place(grown):
    draft = grown.record({"dir/x": b"1", "Dir/y": b"1"}, measurement="new")
    assert findings(grown, draft) == [
        (
            "snapshot/path",
            "'Dir' is the same name in another case",
            f"{draft.path}/source-snapshot/dir",
        )
    ]


def test_a_file_more_or_less_in_a_folder(grown):
    draft = grown.record({"a": b"1", "b": b"2"}, measurement="new")
    draft.put("source-snapshot/c", b"")
    assert grown.judge(draft) == ["snapshot/digest", "snapshot/source"]
    draft.put("source-snapshot/c", None)
    assert grown.judge(draft) == []
    draft.put("source-snapshot/b", None)
    assert grown.judge(draft) == ["snapshot/digest", "snapshot/source"]


def pointed(draft, change=lambda name, data: data):
    """Put pointers in place of the snapshot's files."""
    for name, data in list(draft.content.items()):
        if name.startswith("source-snapshot"):
            draft.put(name, None)
            there = name.replace("source-snapshot", "source-snapshot.lfs", 1)
            draft.put(there, change(there, to_bytes(pointer_of(data))))
    return draft


@pytest.mark.parametrize("data", [b"480 GB/s\n", {"a": b"1", "b/c": b"22", "empty": b""}])
def test_pointers_stand_for_what_they_name(grown, data):
    about = {} if isinstance(data, dict) else {"source_path": "x.log"}
    draft = pointed(grown.record(data, measurement="new", **about))
    assert any(name.startswith("source-snapshot.lfs") for name in draft.content)
    assert grown.judge(draft) == []
    redacted = grown.record(data, measurement="new", **about, redacted=("x",), source_bytes=9999)
    assert grown.judge(pointed(redacted)) == []


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        (lambda _, data: data.replace(b"sha256:", b"sha256:0")[:-2] + b"\n", ["snapshot/pointer"]),
        (lambda _, data: to_bytes(replace(from_bytes(data), oid="ab" * 32)), ["snapshot/digest", "snapshot/source"]),
        (lambda _, data: to_bytes(replace(from_bytes(data), size=77)), ["snapshot/source"]),
        (lambda *_: b"480 GB/s\n", ["snapshot/pointer"]),
    ],
)  # fmt: skip
def test_a_pointer_that_says_something_else(grown, change, rules):
    assert grown.judge(pointed(grown.record(measurement="new"), change)) == rules


def test_of_several_pointers_each_bad_one_is_told(grown):
    draft = grown.record({"a": b"1", "b": b"2", "c": b"3"}, measurement="new")
    pointed(draft, lambda name, data: data if name.endswith("a") else b"2")
    said = "expected the three lines of a Git LFS pointer, got 1 other bytes"
    assert findings(grown, draft) == [
        ("snapshot/pointer", said, f"{draft.path}/source-snapshot.lfs/{name}") for name in "bc"
    ]


def test_an_extension_that_begins_like_a_pointer_s(grown):
    assert grown.judge(grown.record(measurement="new", source_path="x.lfsx")) == []


def test_a_redacted_source_has_another_digest(grown):
    draft = grown.record(redacted=("env.HOME",), source_sha256="ab" * 32, source_bytes=9999)
    assert grown.judge(draft) == []


# tiers and schemas


def test_a_verdict_shows_everything(grown):
    samples = from_samples([480.0, 481.0, 479.0], unit="GB/s", direction=Direction.HIGHER)
    entry = grown.entry(
        metrics={"value": samples},
        capture_command="run it",
        environment={"gpu": "H100"},
        context={
            "grounding": {"same_node": True},
            **{group: {"x": 1} for group in ("identity", "workload", "regime")},
        },
        tier=b.Tier.VERDICT,
    )
    good = replace(entry, tier_evidence=tier.evidence(entry, tier.WORDS))
    assert grown.judge(grown.record(entry=good)) == []
    silent = replace(entry, tier_evidence=tier.evidence(entry, ()))
    assert findings(grown, grown.record(entry=silent))[0][:2] == (
        "baseline/tier",
        "VERDICT without isolated-metric, production-representative",
    )


def test_another_schema_than_the_named_one(grown):
    draft = grown.record(schema=b"{}", measurement="schema")
    assert grown.judge(draft) == []
    draft.put("schema.json", b"[]")
    assert grown.judge(draft) == ["entry/schema"]


def test_a_structured_entry(grown):
    metrics = {key: Metric(value=1, unit="s", direction=Direction.LOWER) for key in ("one", "two")}
    draft = grown.record(metrics=metrics, value=None, unit=None, direction=None)
    assert grown.judge(draft) == []
    assert baseline_json.from_bytes(draft.content["baseline.json"]) == draft.entry
