"""One thousand statements spoiled, each somewhere in a registry of fifty entries: all found.

What is found has a rule that can be looked up, by a verifier on its own, and by a server that holds
the registry up to the statement before.
"""

from random import Random

import pytest
from corpus.base import BRANCH
from corpus.pile import Pile
from mutations import LIBRARY, Place

from gitbaseline.policy.chain import Chain
from gitbaseline.policy.refs import RefUpdate
from gitbaseline.policy.rules import RULES
from gitbaseline.registry.receive import Guard, judge
from gitbaseline.registry.verify import verify
from gitbaseline.signing import sshsig

ROUNDS = 1000
NOW = 1_900_000_000


@pytest.mark.parametrize("name", LIBRARY)
def test_every_mutation_is_found(fifty, name):
    chance = Random(name)
    for number in range(-(-ROUNDS // len(LIBRARY))):
        place = Place(
            registry=fifty,
            at=chance.randrange(2, len(fifty.commits)),
            chance=chance,
            pile=Pile(fifty.pile),
            signed=bool(number % 3),
        )
        spoiled = LIBRARY[name](place)
        assert spoiled != place.oid, (name, number)
        found = _found(fifty, place, spoiled)
        assert found, (name, number, place.at)
        assert found - RULES.keys() == set()


def _found(registry, place, spoiled):
    """Return the rules that the server names; a verifier must name some of them, or the parent's."""
    held = place.oid if name_of(place, spoiled) == place.oid else place.parent
    place.pile.refs[BRANCH] = held
    guard = Guard(ref=BRANCH, pins=[registry.pin], now=NOW, mark=held)
    push = RefUpdate(old=held, new=spoiled, ref=BRANCH)
    told = {finding.rule for finding in judge(place.pile, sshsig.verify, guard, [push])}
    chain = Chain(place.pile, sshsig.verify)
    answer = verify(chain, spoiled, pins=[registry.pin])
    assert not answer.good
    return told


def name_of(place, spoiled):
    """Return the parent that a spoiled commit names, or nothing where it cannot be read."""
    raw = place.pile.read(spoiled)
    return raw.partition(b"parent ")[2][:40].decode("latin-1")


def test_the_registry_itself_is_good(fifty):
    chain = Chain(fifty.pile, sshsig.verify)
    answer = verify(chain, fifty.commits[-1], pins=[fifty.pin])
    assert (answer.good, answer.kinds) == (
        True,
        {"genesis": 1, "record": 50, "retract": 1, "trust": 1},
    )


def test_every_proper_beginning_is_a_rewind(fifty):
    """Statements taken away from the end: sound by itself, and refused by who saw the end."""
    tip = fifty.commits[-1]
    pile = Pile(fifty.pile)
    pile.refs[BRANCH] = tip
    guard = Guard(ref=BRANCH, pins=[fifty.pin], now=NOW, mark=tip)
    for earlier in fifty.commits[:-1]:
        push = RefUpdate(old=tip, new=earlier, ref=BRANCH)
        assert [f.rule for f in judge(pile, sshsig.verify, guard, [push])] == ["history/rewind"]
