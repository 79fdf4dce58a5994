from __future__ import annotations

from dataclasses import replace

import pytest

from gitbaseline.model.event import EventKind
from gitbaseline.model.objects import ObjectKind
from gitbaseline.model.tree import Node
from gitbaseline.policy import series

FIRST = "llama/busbw/20260520T101112Z"
CANDIDATE = "llama/latency/20260520T101112Z"
ACCEPTED, RETRACTED = EventKind.ACCEPTED, EventKind.RETRACTED


def retraction(registry, path=FIRST, **changes):
    return registry.event(path, RETRACTED, **changes)


def acceptance(registry, path=CANDIDATE, **changes):
    return registry.event(path, ACCEPTED, **changes)


def content(change):
    """Change the event's bytes under the signed digest."""

    def apply(draft):
        [file] = draft.content
        draft.put(file, change(draft.content[file]))

    return apply


def subject(draft):
    draft.message = lambda made: made.replace(f"retract {FIRST}", "retract llama/busbw")


def other_row(draft):
    index = "llama/busbw/INDEX.md"
    draft.files[index] = draft.files[index].replace(b"it was wrong", b"no reason at all")


def no_row(draft):
    draft.files["llama/busbw/INDEX.md"] = draft.files["llama/busbw/INDEX.md"].rpartition(b"| 2026")[
        0
    ]


def gone(draft):
    [file] = draft.content
    del draft.files[file]


BROKEN = {
    "event/subject": (subject, {"append-only/modified", "path/unexpected"}),
    "event/file": (gone, set()),
    "event/shape": (content(lambda data: data.replace(b'"carol"', b"1")), set()),
    "event/path": (
        content(lambda data: data.replace(b'"busbw"', b'"other"')), set()),
    "event/time": (
        content(lambda data: data.replace(b"10:11:12Z", b"23:11:12Z", 1)), {"index/row"}),
    "index/row": (other_row, set()),
    "path/unexpected": (lambda draft: draft.files.update({f"{FIRST}.accepted.json": b"x"}), set()),
    "append-only/modified": (lambda draft: draft.files.update({"README.md": b"x"}), set()),
    "signature/role": (lambda draft: setattr(draft, "key", "bob"), set()),
    "trailer/content": (lambda draft: draft.content.clear(), set()),
}  # fmt: skip


@pytest.mark.parametrize("rule", BROKEN)
def test_one_broken_rule_is_found(grown, rule):
    change, consequences = BROKEN[rule]
    draft = retraction(grown)
    change(draft)
    found = grown.judge(draft)
    assert rule in found
    assert set(found) <= {rule} | consequences


def test_events_are_taken(grown):
    assert grown.judge(retraction(grown)) == []
    assert grown.judge(acceptance(grown)) == []


def test_a_spelling_that_is_not_canonical(grown):
    draft = retraction(grown)
    content(lambda data: data + b"\n")(draft)
    assert grown.judge(draft) == ["event/shape"]


def test_the_content_is_the_entrys(grown):
    assert grown.judge(retraction(grown, content="ab" * 32)) == ["event/content"]


def test_a_missing_row(grown):
    draft = retraction(grown)
    no_row(draft)
    assert grown.judge(draft) == ["index/missing"]


def test_only_a_candidate_is_accepted_and_once(grown):
    assert grown.judge(acceptance(grown, FIRST)) == ["accept/standing"]
    grown.grow(acceptance(grown))
    again = acceptance(grown, reason="again")
    assert grown.judge(again) == ["append-only/modified"]


def test_a_retracted_entry_gets_no_further_event(grown):
    grown.grow(retraction(grown, CANDIDATE))
    assert grown.judge(acceptance(grown)) == ["event/retracted"]


def test_the_entry_is_there(grown):
    draft = retraction(grown, "llama/busbw/20260520T101112Z-9")
    assert grown.judge(draft) == ["event/entry"]


@pytest.mark.parametrize(("now", "rules"), [(0, []), (-20 * 3600, ["event/time"])])
def test_a_server_bounds_the_time_by_its_clock(grown, now, rules):
    found = grown.judge(retraction(grown), now=grown.state.time + now)
    assert [rule for rule in found if rule.startswith("event")] == rules


def test_a_file_too_large_is_not_read(grown):
    draft = retraction(grown)
    bomb = grown.memory.put("blob", b"bomb")
    draft.files[f"{FIRST}.retracted.json"] = Node(bomb, is_folder=False)
    grown.memory.sizes[bomb] = (ObjectKind.BLOB, 400_000_000)
    grown.memory.closed.add(bomb)
    assert grown.judge(draft) == ["event/file"]


def test_a_row_goes_into_the_newest_index(grown, monkeypatch):
    monkeypatch.setattr(series, "ROWS", 2)
    draft = retraction(grown)
    row = draft.files["llama/busbw/INDEX.md"].removeprefix(grown.files["llama/busbw/INDEX.md"])
    head = grown.files["llama/busbw/INDEX.md"].partition(b"| 2026")[0]
    moved = replace(
        draft,
        files={
            **draft.files,
            "llama/busbw/INDEX.md": grown.files["llama/busbw/INDEX.md"],
            "llama/busbw/INDEX-2.md": head + row,
        },
    )
    assert grown.judge(moved) == []
    assert grown.judge(draft) == ["append-only/modified", "index/missing"]


def test_an_entry_with_folders_is_read_whole(grown):
    path = "llama/folder/20260520T101112Z"
    assert grown.judge(retraction(grown, path)) == []
    assert grown.judge(retraction(grown, path, content="ab" * 32)) == ["event/content"]


def test_nothing_is_said_on_top_of_nothing(grown, monkeypatch):
    """Unreachable through the chain, which has refused a first commit of another kind by then."""
    from gitbaseline.policy import events

    seen = []
    monkeypatch.setattr(events, "check", lambda view: seen.append(view) or ())
    draft = retraction(grown)
    grown.judge(draft)
    monkeypatch.undo()
    view = replace(seen[0], before=None)
    assert {one.rule for one in events.check(view)} == {
        "event/subject",
        "path/unexpected",
        "append-only/modified",
    }
    [file] = draft.content
    found = {one.rule for one in events._file(view, draft.path, RETRACTED, file)}
    assert found == {"index/row"}
