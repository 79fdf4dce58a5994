from __future__ import annotations

import pytest

from gitbaseline.policy import refs
from gitbaseline.policy.refs import ZERO, RefUpdate, parse_updates

GUARDED = "refs/heads/baselines"
OLD, NEW = "a1" * 20, "b2" * 20
HELD = {GUARDED: OLD, f"{GUARDED}-inbox/{OLD}": OLD}


def judge(*updates, aliases=(), standing=()):
    found = refs.check(
        updates,
        guarded=GUARDED,
        held=HELD.get,
        alias_of=dict(aliases).get,
        stands=lambda oid: oid in standing,
    )
    return [(one.rule, one.path) for one in found]


@pytest.mark.parametrize(
    ("ref", "old", "new", "rule"),
    [
        (GUARDED, OLD, NEW, None),
        ("refs/heads/main", ZERO, NEW, None),
        ("refs/heads/main", OLD, ZERO, None),
        ("refs/heads/baselines2", ZERO, NEW, None),
        ("refs/heads/x/baselines", ZERO, NEW, None),
        ("refs/tags/v1", ZERO, NEW, None),
        (f"{GUARDED}-inbox/{NEW}", ZERO, NEW, None),
        (GUARDED, OLD, ZERO, "ref/deleted"),
        (GUARDED, ZERO, NEW, "ref/stale"),
        (GUARDED, NEW, NEW, "ref/stale"),
        (f"refs/replace/{OLD}", ZERO, NEW, "ref/replace"),
        (f"refs/replace/{OLD}", ZERO, OLD, "ref/replace"),
        ("refs/heads/Baselines", ZERO, NEW, "ref/look-alike"),
        ("refs/heads/BASELINES", ZERO, NEW, "ref/look-alike"),
        ("refs/heads/baselines\u200b", ZERO, NEW, "ref/look-alike"),
        ("refs/heads/\uff42aselines", ZERO, NEW, "ref/look-alike"),
        ("refs/heads/baselines/x", ZERO, NEW, "ref/look-alike"),
        ("refs/heads/baselines-inbox", ZERO, NEW, "ref/look-alike"),
        ("refs/tags/baselines", ZERO, NEW, "ref/look-alike"),
        ("refs/baselines", ZERO, NEW, "ref/look-alike"),
        ("baselines", ZERO, NEW, "ref/look-alike"),
        (f"{GUARDED}-inbox/{OLD}", OLD, ZERO, "ref/inbox-deleted"),
        (f"{GUARDED}-inbox/{OLD}", OLD, NEW, "ref/inbox-updated"),
        (f"{GUARDED}-inbox/x", ZERO, NEW, "ref/inbox-name"),
    ],
)
def test_each_ref_is_judged(ref, old, new, rule):
    found = judge(RefUpdate(old=old, new=new, ref=ref))
    assert found == ([(rule, ref)] if rule else [])


def test_a_waiting_record_goes_once_it_stands():
    update = RefUpdate(old=OLD, new=ZERO, ref=f"{GUARDED}-inbox/{OLD}")
    assert judge(update, standing=[OLD]) == []
    assert judge(update, standing=[NEW]) == [("ref/inbox-deleted", update.ref)]
    gone = RefUpdate(old=NEW, new=ZERO, ref=f"{GUARDED}-inbox/{NEW}")
    assert judge(gone) == []  # there is nothing to lose


def test_a_branch_begins_from_nothing():
    update = RefUpdate(old=ZERO, new=NEW, ref=GUARDED)
    assert (
        list(refs.check([update], guarded=GUARDED, held={}.get, alias_of={}.get, stands=bool)) == []
    )


def test_another_name_for_the_branch():
    update = RefUpdate(old=ZERO, new=NEW, ref="refs/heads/alias")
    assert judge(update, aliases={"refs/heads/alias": GUARDED}) == [("ref/alias", update.ref)]
    assert judge(update, aliases={GUARDED: "refs/heads/alias"}) == [("ref/alias", update.ref)]


def test_a_ref_occurs_once():
    one = RefUpdate(old=ZERO, new=NEW, ref="refs/heads/main")
    assert judge(one, one) == [("push/duplicate-ref", "refs/heads/main")]


def test_refs_are_counted_before_they_are_judged(monkeypatch):
    monkeypatch.setattr(refs, "MAX_REFS", 1)
    updates = [RefUpdate(old=ZERO, new=ZERO, ref=GUARDED)] * 2
    assert judge(*updates) == [("push/refs", None)]


@pytest.mark.parametrize(
    ("lines", "updates"),
    [
        (b"", []),
        (
            f"{OLD} {NEW} refs/heads/a b\n\n".encode(),
            [RefUpdate(old=OLD, new=NEW, ref="refs/heads/a b")],
        ),
        (
            f"{OLD} {NEW} refs/heads/".encode() + b"\xff",
            [RefUpdate(old=OLD, new=NEW, ref="refs/heads/\udcff")],
        ),
        (f"{OLD} {NEW}\n".encode(), None),
        (f"{OLD} {NEW[:-1]} x\n".encode(), None),
        (f"x {NEW} x\n".encode(), None),
    ],
)
def test_a_hooks_input_is_read(lines, updates):
    assert parse_updates(lines) == updates
