"""A server held against a model of five lines, whatever is pushed in whatever order.

The model: a push lands if, and only if, it adds sound statements of live keys to what is there.
"""

from corpus import base
from corpus.base import ALICE, BOB, BRANCH, CAROL, MALLORY, entry, trusting
from corpus.forge import Forge
from corpus.pile import Pile
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from gitbaseline.model import commit as commits
from gitbaseline.model.manifest import sha256
from gitbaseline.policy.chain import Chain
from gitbaseline.policy.refs import ZERO, RefUpdate
from gitbaseline.registry import trust
from gitbaseline.registry.receive import Guard, judge
from gitbaseline.registry.verify import verify
from gitbaseline.signing import sshsig

NOW = 1_900_000_000
KEYS = {"alice": ALICE, "bob": BOB, "carol": CAROL, "mallory": MALLORY}
depth = st.integers(min_value=1, max_value=4)


class Registry(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.forge = Forge(pile=Pile(), tip=None, time=base.BEGAN)
        genesis = self.forge.put(base.genesis(), ALICE)
        self.forge.tip = self.forge.put(trusting(self.forge, base.TEAM), ALICE, on=genesis)
        self.forge.pile.refs[BRANCH] = self.forge.tip
        self.pin = sha256(self.forge.pile.read(genesis))
        self.forge.time += base.STEP
        self.history = [genesis, self.forge.tip]  # the model: what landed, and whose keys live
        self.live = {"alice", "bob", "carol"}

    def push(self, new, *, sound, adds=()):
        """Push, and hold the answer against the model's."""
        old = self.history[-1]
        guard = Guard(ref=BRANCH, pins=[self.pin], now=NOW, mark=old)
        update = RefUpdate(old=old, new=new, ref=BRANCH)
        found = judge(self.forge.pile, sshsig.verify, guard, [update])
        assert (not found) is sound, found
        if sound:
            self.history += adds
            self.forge.tip = self.forge.pile.refs[BRANCH] = new
            self.forge.time += base.STEP

    @rule(name=st.sampled_from(sorted(KEYS)), count=depth)
    def append(self, name, count):
        adds = [self.forge.tip]
        for step in range(count):
            made = self.forge.put(entry(self.forge), KEYS[name], on=adds[-1], after=60 * step)
            adds.append(made)
        self.push(adds[-1], sound=name in self.live, adds=adds[1:])

    @rule(back=depth)
    def fork(self, back):
        start = self.history[max(0, len(self.history) - 1 - back)]
        signer = ALICE
        self.push(self.forge.put(entry(self.forge), signer, on=start), sound=False)

    @rule(back=depth)
    def rewind(self, back):
        self.push(self.history[max(0, len(self.history) - 1 - back)], sound=False)

    @precondition(lambda self: len(self.history) > 3)
    @rule()
    def drop_one(self):
        """The last but one is left out, and the last signed again on what was before it."""
        last = self.forge.pile.read(self.history[-1])
        self.push(self.signed_again(last, ALICE, parent=self.history[-3]), sound=False)

    @rule(name=st.sampled_from(sorted(KEYS)))
    def sign_again(self, name):
        last = self.forge.pile.read(self.history[-1])
        again = self.signed_again(last, KEYS[name])
        self.push(again, sound=again == self.history[-1])

    @rule()
    def delete(self):
        self.push(ZERO, sound=False)

    @precondition(lambda self: len(self.live) > 1)
    @rule(name=st.sampled_from(["bob", "carol"]))
    def retire(self, name):
        if name not in self.live:
            return
        change = trust.retire(KEYS[name].public_key.fingerprint)
        made = self.forge.put(trusting(self.forge, change), ALICE)
        self.push(made, sound=True, adds=[made])
        self.live.remove(name)

    @invariant()
    def the_history_is_what_the_model_says(self):
        pile, tip = self.forge.pile, self.history[-1]
        answer = verify(Chain(pile, sshsig.verify), tip, pins=[self.pin])
        assert (answer.good, answer.statements, answer.tip) == (
            True,
            len(self.history),
            self.forge.pile.refs[BRANCH],
        )

    def signed_again(self, raw, signer, parent=None):
        old = commits.parse(raw)
        payload = commits.payload(
            tree=old.tree, parent=parent or old.parent, person=old.person, message=old.message
        )
        armor = sshsig.sign(payload, signer)
        return self.forge.pile.write_commit(commits.seal(payload, armor))


TestRegistry = Registry.TestCase
TestRegistry.settings = settings(
    max_examples=40, stateful_step_count=20, deadline=None, derandomize=True
)
