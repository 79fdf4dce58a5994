"""Rows 48, 49, 56, 58: who may sign at which position. By position, never by date."""

from __future__ import annotations

from corpus import base
from corpus.base import (
    ALICE,
    BOB,
    CAROL,
    ERIN,
    FRANK,
    MALLORY,
    adding,
    commits,
    entry,
    trusting,
)
from corpus.case import case
from corpus.trust import FRANK_IN, key, name, rewritten
from gitbaseline.model.root import ALL_ROLES
from gitbaseline.registry import trust


@case(row="56", rule="path/unexpected")
def key_and_entry_in_one_commit(forge):
    added = trusting(forge, FRANK_IN).draft(forge.state())
    return forge.put(entry(forge), FRANK, files=lambda f: f | dict(added.files))


@case(row="56", rule="signature/unknown-key")
def key_that_adds_itself(forge):
    return forge.put(trusting(forge, FRANK_IN), FRANK)


@case(row="56")
def key_added_then_used(forge):
    added = forge.put(trusting(forge, FRANK_IN), ALICE)
    return forge.put(entry(forge), FRANK, on=added, after=120)


@case(row="56", rule="signature/role")
def trust_stated_by_a_recorder(forge):
    return forge.put(trusting(forge, FRANK_IN), BOB)


@case(row="49", rule="signature/retired-key")
def record_by_a_retired_key(forge):
    return forge.put(entry(forge), CAROL)


@case(row="49", rule="signature/retired-key")
def trust_stated_by_a_retired_key(forge):
    return forge.put(trusting(forge, FRANK_IN), CAROL)


@case(row="49", rule="signature/retired-key")
def key_retired_and_used_in_one_push(forge):
    retired = forge.put(trusting(forge, trust.retire(name(BOB))), ALICE)
    return forge.put(entry(forge), BOB, on=retired, after=120)


@case(row="48", rule="signature/retired-key")
def retired_key_backdates(forge):
    """Carol dates her record like her parent: standing goes by position, not by date."""
    return forge.put(entry(forge), CAROL, after=-base.STEP)


@case(row="58", rule="signature/family")
def record_for_another_family(forge):
    return forge.put(entry(forge, series="qwen/latency"), BOB)


@case(row="58")
def record_for_the_own_family(forge):
    return forge.put(entry(forge, series="llama/nccl"), BOB)


@case(row="58", rule="signature/role")
def record_by_one_who_may_only_accept(forge):
    return forge.put(entry(forge), ERIN)


def compromise(forge, signer, since, **rest):
    """Alice states that a key is compromised since a commit."""
    return forge.put(trusting(forge, trust.compromised(name(signer), since)), ALICE, **rest)


@case(row="49")
def key_compromised(forge):
    return compromise(forge, CAROL, commits()[5])


@case(row="49", rule="signature/retired-key")
def record_by_a_compromised_key(forge):
    lost = compromise(forge, BOB, commits()[5])
    return forge.put(entry(forge), BOB, on=lost, after=120)


@case(row="49")
def compromise_moved_earlier(forge):
    lost = compromise(forge, CAROL, commits()[8])
    return compromise(forge, CAROL, commits()[6], on=lost, after=120)


@case(row="49", rule="trust/compromised")
def compromise_moved_later(forge):
    lost = compromise(forge, CAROL, commits()[6])
    return compromise(forge, CAROL, commits()[8], on=lost, after=120)


@case(row="49", rule="trust/compromised")
def compromise_taken_back(forge):
    lost = compromise(forge, CAROL, commits()[6])
    back = rewritten(key(CAROL, compromised_since=None))
    return forge.put(trusting(forge, FRANK_IN), ALICE, on=lost, after=120, content=back)


@case(row="49", rule="trust/distrusted")
def distrusted_shrinks(forge):
    lost = compromise(forge, CAROL, commits()[6])
    emptied = {".registry/000005/distrusted": b""}
    return forge.put(
        trusting(forge, FRANK_IN), ALICE, on=lost, after=120, content=lambda c: c | emptied
    )


@case(row="49", rule="trust/compromised")
def key_let_in_by_a_compromised_key_stays(forge):
    second = adding((FRANK, "frank@example.org", ALL_ROLES, None))
    one = forge.put(trusting(forge, second), ALICE)
    third = adding((MALLORY, "mallory@example.org", ALL_ROLES, None))
    two = forge.put(trusting(forge, third), FRANK, on=one, after=120)
    return compromise(
        forge,
        FRANK,
        one,
        on=two,
        after=180,
        content=rewritten(key(MALLORY, compromised_since=None)),
    )


@case(row="49")
def key_let_in_by_a_compromised_key_goes_too(forge):
    second = adding((FRANK, "frank@example.org", ALL_ROLES, None))
    one = forge.put(trusting(forge, second), ALICE)
    third = adding((MALLORY, "mallory@example.org", ALL_ROLES, None))
    two = forge.put(trusting(forge, third), FRANK, on=one, after=120)
    return compromise(forge, FRANK, one, on=two, after=180)
