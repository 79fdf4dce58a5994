"""Rows 8, 9, 11 to 13, 19, 20, 23 to 25: what a push does to refs. There is no history to verify
in most of these: they are asked of the server only, pushed, in process, and as the program.
"""

from __future__ import annotations

from corpus import base
from corpus.base import ALICE, BRANCH, commits, entry
from corpus.case import ZERO, Attack, Server, Update, add, case
from gitbaseline.model.objects import ObjectKind
from gitbaseline.policy.refs import MAX_REFS
from gitbaseline.registry.receive import MAX_COMMITS

INBOX = f"{BRANCH}-inbox"


def pushed(case_name, ref, rule, row, *, new=None, **rest):
    """Add a case: a sound commit is pushed to another ref."""

    def make(forge):
        return Attack(updates=(Update(ref=ref, new=new or forge.tip),))

    add(case_name, make, row=row, rule=rule, **rest)


LOOK_ALIKES = {
    "capital": "refs/heads/Baselines",
    "capitals": "refs/heads/BASELINES",
    "zero_width_space": "refs/heads/baselines\u200b",
    "zero_width_joiner": "refs/heads/base\u200dlines",
    "soft_hyphen": "refs/heads/base\xadlines",
    "right_to_left_mark": "refs/heads/baselines\u200f",
    "variation_selector": "refs/heads/baselines\ufe0f",
    "tag_character": "refs/heads/baselines\U000e0041",
    "hangul_filler": "refs/heads/baselines\u3164",
    "no_break_space": "refs/heads/baselines\xa0",
    "full_width": "refs/heads/\uff42aselines",
    "mathematical": "refs/heads/\U0001d41baselines",
    "long_s": "refs/heads/ba\u017felines",
    "tag": "refs/tags/baselines",
    "tag_in_capitals": "refs/tags/Baselines",
    "other_namespace": "refs/baselines",
    "below": "refs/heads/baselines/x",
    "inbox_itself": INBOX,
    "inbox_in_capitals": "refs/heads/Baselines-Inbox",
}
for _name, _ref in LOOK_ALIKES.items():
    pushed(f"look_alike_{_name}", _ref, "ref/look-alike", "19")
pushed(
    "look_alike_deleted",
    "refs/heads/Baselines",
    "ref/look-alike",
    "19",
    new=ZERO,
    server=Server(refs={"refs/heads/Baselines": commits()[0]}),
)
pushed("ref_of_another_name", "refs/heads/baselines2", None, "19")
pushed("ref_of_a_longer_name", "refs/heads/my-baselines", None, "19")
pushed("tag_of_another_name", "refs/tags/v1", None, "21")

pushed("replace_ref", f"refs/replace/{commits()[1]}", "ref/replace", "12", new=commits()[0])
pushed(
    "replace_ref_by_itself", f"refs/replace/{commits()[1]}", "ref/replace", "13", new=commits()[1]
)
pushed("replace_ref_of_a_blob", f"refs/replace/{'0' * 39}1", "ref/replace", "12")
pushed(
    "replace_ref_deleted",
    f"refs/replace/{commits()[1]}",
    "ref/replace",
    "12",
    new=ZERO,
    server=Server(refs={f"refs/replace/{commits()[1]}": commits()[0]}),
)

ALIAS = "refs/heads/alias"
ALIASED = Server(aliases={ALIAS: BRANCH})
pushed("alias_rewound", ALIAS, "ref/alias", "11", new=commits()[0], server=ALIASED)
pushed("alias_deleted", ALIAS, "ref/alias", "11", new=ZERO, server=ALIASED)
pushed(
    "alias_of_an_alias",
    "refs/heads/b",
    "ref/alias",
    "11",
    new=commits()[0],
    server=Server(aliases={ALIAS: BRANCH, "refs/heads/b": ALIAS}),
)
pushed("branch_deleted", BRANCH, "ref/deleted", "7", new=ZERO)

pushed("inbox_of_another_name", f"{INBOX}/hello", "ref/inbox-name", "7")
pushed("inbox_of_another_commit", f"{INBOX}/{commits()[1]}", "ref/inbox-name", "7")
pushed(
    "inbox_updated",
    f"{INBOX}/{commits()[1]}",
    "ref/inbox-updated",
    "7",
    server=Server(refs={f"{INBOX}/{commits()[1]}": commits()[1]}),
)
pushed(
    "inbox_deleted",
    f"{INBOX}/{commits()[0]}",
    "ref/inbox-deleted",
    "7",
    new=ZERO,
    server=Server(refs={f"{INBOX}/{commits()[0]}": commits()[0]}),
)


@case(row="7")
def inbox_entry(forge):
    made = forge.put(entry(forge), ALICE, on=commits()[-3])
    return Attack(updates=(Update(ref=f"{INBOX}/{made}", new=made),))


def lying(case_name, old):
    """Add a case: the client says that the branch held something else."""

    def make(forge):
        new = forge.put(entry(forge), ALICE)
        return Attack(updates=(Update(new=new, old=old(forge, new)),))

    add(case_name, make, row="9", rule="ref/stale", raw=True)


lying("lie_that_the_branch_is_new", lambda *_: ZERO)
lying("lie_of_an_ancestor", lambda *_: commits()[-3])
lying("lie_of_a_descendant", lambda _, new: new)
lying("lie_of_a_commit_nobody_has", lambda *_: "12" * 20)


@case(row="9", rule="ref/stale", raw=True)
def lie_that_hides_a_rewind(forge):
    """Old is said to be the genesis, so that the new tip would seem to go on from it."""
    new = forge.put(entry(forge), ALICE, on=commits()[0])
    return Attack(updates=(Update(new=new, old=commits()[0]),))


@case(row="8", rule="push/duplicate-ref", raw=True)
def deleted_and_created_in_one_push(forge):
    return Attack(updates=(Update(new=ZERO), Update(new=commits()[0], old=ZERO)))


@case(row="8", rule="push/duplicate-ref", raw=True)
def pushed_twice_in_one_push(forge):
    new = forge.put(entry(forge), ALICE)
    return Attack(updates=(Update(new=new), Update(new=new)))


def not_a_commit(case_name, make_object):
    """Add a case: the branch shall hold something else than a commit."""

    def make(forge):
        return Attack(updates=(Update(new=make_object(forge)),))

    add(case_name, make, row="20", rule="commit/kind", raw=True)


def _tag(forge):
    text = f"object {forge.tip}\ntype commit\ntag x\ntagger A <a@b> 1716250272 +0000\n\nx\n"
    return forge.pile.write(ObjectKind.TAG, text.encode())


not_a_commit("tag_on_the_branch", _tag)
not_a_commit("blob_on_the_branch", lambda forge: forge.pile.write_blob(b"x"))
not_a_commit("tree_on_the_branch", lambda forge: forge.state().tree)


def unsigned(forge):
    """Return a record whose signature is not there."""
    return forge.put(entry(forge), ALICE, raw=lambda raw: raw.replace(b"gpgsig", b"gpgsiG"))


for _option in ("skip-verify", "baseline.root=", "$(id)", "--force; exit 0"):
    add(
        f"push_option_{'_'.join(filter(str.isalnum, _option))}",
        unsigned,
        row="23",
        rule="commit/headers",
        options=(_option,),
    )


@case(row="24", rule="commit/headers")
def good_ref_beside_a_bad_one(forge):
    """None of a push lands where one of it is refused."""
    bad = unsigned(forge)
    good = Update(ref="refs/heads/feature", new=commits()[0])
    return Attack(updates=(good, Update(new=bad)), tip=bad)


@case(row="24")
def two_good_refs(forge):
    new = forge.put(entry(forge), ALICE)
    feature = Update(ref="refs/heads/feature", new=commits()[0])
    return Attack(updates=(feature, Update(new=new)), tip=new)


@case(row="25", rule="push/refs", raw=True)
def too_many_refs(forge):
    return Attack(
        updates=tuple(
            Update(ref=f"refs/heads/n{number}", new=forge.tip) for number in range(MAX_REFS + 1)
        )
    )


@case(
    row="25",
    rule="push/commits",
    alone="signature/mismatch",
    raw=True,
    why="a verifier has the time to judge them, one after another",
)
def too_many_commits(forge):
    tip = forge.put(entry(forge), ALICE)
    raw = forge.pile.read(tip)
    old = f"parent {forge.tip}\n".encode()
    for _ in range(MAX_COMMITS):
        tip = forge.pile.write_commit(raw.replace(old, f"parent {tip}\n".encode()))
    return tip


@case(row="83", rule="commit/date", alone="commit/date")
def findings_without_end(forge):
    """Thirty commits, each wrong in three ways: the server tells twenty findings and a count."""
    tip = forge.tip
    for _ in range(30):
        tip = forge.put(entry(forge, value=1), base.MALLORY, on=tip, after=-2 * base.STEP)
    return tip
