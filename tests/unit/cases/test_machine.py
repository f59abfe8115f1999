"""Two States at random: lawful and unlawful acts of every kind and measure, lost, late, doubled, out of turn.

Each side is a pure model with its own set of acts. When all is delivered both cases are equal, byte for byte;
nothing unlawful moved anything, and each such act was rejected with its reason; no lawful act is found out of
order on any side; no clock that was set is gone, but by an act that stops it. ``COMITY_TEST_SEED`` searches
elsewhere; ``COMITY_TEST_STORIES`` says how many stories are told (a soak asks for many).
"""

import itertools
import os
import random

import builders as b
import pytest
from half import LAW, ZONES, Half
from house_laws import broken, fewer
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from speech import MEASURES, Speech
from tricks import BEGINNINGS, RESTS_ON, TRICKS, WINNERS, at_once, forged

from comity.acts import KINDS, verify_signers
from comity.cases import (
    InOrder,
    NotInOrder,
    Parked,
    WithoutEffect,
    clocks,
    fewer_signed,
    fold,
    judge,
    next_acts,
)
from comity.cases.folding import _EMPTY
from comity.errors import ProofFailed

STATES = st.sampled_from(["GH", "PT"])
CHANCE = st.integers(0, 2**32 - 1).map(random.Random)


class TwoStates(RuleBasedStateMachine):
    """GH and PT in one case, and a network between them that keeps nothing in order."""

    @initialize(chance=CHANCE)
    def begin(self, chance):
        self.half = {"GH": Half("GH", "PT"), "PT": Half("PT", "GH")}
        self.flying = []
        self.honest, self.unlawful = {}, {}
        self.calm, self.forked = True, False
        """Whether nobody used a number twice so far, or rejected what is in order."""
        self.come_to(chance, *chance.choice(BEGINNINGS))
        self.stretch(chance)

    def come_to(self, chance, measure, *kinds):
        """Bring the case some way, everything arriving: GH asks PT, and both say these kinds, by luck."""
        asks = Speech(chance, measures={measure})
        for kind in ("request", *kinds):
            for state in chance.sample(["GH", "PT"], 2) if kinds else ():
                half = self.half[state]
                about = chance.choice([*half.case.requests]) if half.case.requests else None
                if (kind == "request") != (about is None):
                    continue
                drawn = (asks.act(half.case, half.side, kind, about) for _ in range(8))
                act = next((one for one in drawn if judge(half.case, one, b.TABLE).moves), None)
                if act is not None:
                    half.take(act)
                    self.honest[act.id] = act
                    self.catch_up()

    def other(self, state):
        return "PT" if state == "GH" else "GH"

    def send(self, act):
        self.flying.append((self.other(act.header.state), act))

    def arrive(self, state, act):
        half = self.half[state]
        half.latest = act.id
        half.take(act)
        for said in half.reject():
            self.send(said)

    # -- what is said -----------------------------------------------------------------------------

    @rule(state=STATES, chance=CHANCE)
    def speak(self, state, chance):
        """An honest State says something that its table permits."""
        half = self.half[state]
        act = Speech(chance, few=0.2).lawful(half.case, half.side)
        if act is None:
            return
        pair = (act.header.kind, act.header.about)
        assert pair in next_acts(half.case, state, b.TABLE), "permitted, and not shown"
        before = half.case.effect()
        half.take(act)
        assert half.case.standing(act.id) == InOrder()
        quiet = {"preview", "reject"} if act.header.kind == "preview" else {"reject"}
        assert half.case.effect() != before or act.header.kind in quiet, "in order, and moved nothing"
        self.honest[act.id] = act
        self.send(act)

    @rule(chance=CHANCE)
    def stretch(self, chance):
        """A quiet time: some acts in turn, each of which arrives."""
        for _ in range(chance.randint(2, 5)):
            self.speak(chance.choice(["GH", "PT"]), chance)
            if chance.random() < 0.8:
                self.catch_up()

    @rule(chance=CHANCE)
    def at_once(self, chance):
        """Both sides speak of one request, neither having heard of the other: of a pair that is listed."""
        self.catch_up()
        shown = {state: set(next_acts(half.case, state, b.TABLE)) for state, half in self.half.items()}
        pairs = at_once(self.half["GH"].case, shown)
        if not pairs:
            return
        about, kinds = chance.choice(pairs)
        for half, kind in zip(self.half.values(), kinds, strict=True):
            act = Speech(chance).act(half.case, half.side, kind, about)
            if judge(half.case, act, b.TABLE).moves:
                half.take(act)
                self.honest[act.id] = act
                self.send(act)
                self.speak(half.side.state, chance)

    @rule(state=STATES, chance=CHANCE, how=st.sampled_from(TRICKS))
    def cheat(self, state, chance, how):
        """A hostile program says what cannot be in order, whatever the predicates hold."""
        half, speech = self.half[state], Speech(chance)
        act = forged(half, speech, how)
        if act is None or act.id in half.acts:
            return
        before = half.case.effect()
        half.take(act)
        standing = half.case.standing(act.id)
        assert isinstance(standing, NotInOrder), f"{how}: {act.header.kind} was let through"
        assert half.case.effect() == before
        self.unlawful[act.id] = act
        self.calm = self.calm and how != "number"  # a number that is used too early is used twice later
        self.send(act)

    @precondition(lambda self: self.honest)
    @rule(state=STATES, chance=CHANCE)
    def fork(self, state, chance):
        """A State forgets what it said last, and gives the number to another act."""
        half, speech = self.half[state], Speech(chance)
        own = [act for act in half.acts.values() if act.header.state == state and act.header.kind != "reject"]
        told = speech.pick(own[-3:])
        if told is None or isinstance(half.case.standing(told.id), Parked):
            return
        history = half.case.origin.history
        past = history.past[history.place[told.id]]
        act = speech.lawful(
            fold([a for i, a in enumerate(history.acts) if past >> i & 1], b.TABLES), half.side
        )
        if act is None or act.id in half.acts:
            return
        self.calm, self.forked = False, True
        half.take(act)
        self.send(act)

    @rule(state=STATES, chance=CHANCE)
    def refuse_to_hear(self, state, chance):
        """A hostile program rejects what is in order: its act moves nothing then, on either side."""
        half = self.half[state]
        theirs = [a for a in half.acts.values() if a.header.state != state and a.header.kind != "reject"][-1:]
        for act in theirs:
            if chance.random() > 0.3 or act.id in half.rejected:
                continue
            opens = act.header.kind in {"preview", "request", "inform"}
            terms = {"act": act.id, "step": "x", "reason": "y"}
            about = act.id if opens else act.header.about
            said = half.compose("reject", terms, about=about, roles=("node",))
            if not judge(half.case, said, b.TABLE).moves:
                continue
            self.calm = False
            half.rejected.add(act.id)
            half.take(said)
            assert not half.case.standing(act.id).moves
            self.send(said)

    @precondition(lambda self: self.honest)
    @rule(chance=CHANCE)
    def strip(self, chance):
        """A signature is taken off on the way: what is left is not authentic, and reaches no case."""
        act = chance.choice(list(self.honest.values()))
        side = self.half[act.header.state].side
        people = {person.id: person for person in side.people.values()}
        whole = b.signed(act, [people[signer.key] for signer in act.header.signers])
        verify_signers(whole.envelope, act.header.signers, side.keys)
        for left in range(len(act.header.signers)):
            some = b.signed(act, [people[s.key] for i, s in enumerate(act.header.signers) if i != left])
            with pytest.raises(ProofFailed):
                verify_signers(some.envelope, act.header.signers, side.keys)

    # -- the network ------------------------------------------------------------------------------

    @precondition(lambda self: self.flying)
    @rule(chance=CHANCE, keep=st.booleans())
    def deliver_any(self, chance, keep):
        """One message arrives, whichever; it may be doubled on the way."""
        at = chance.randrange(len(self.flying))
        state, act = self.flying[at] if keep else self.flying.pop(at)
        self.arrive(state, act)

    @precondition(lambda self: self.flying)
    @rule(chance=CHANCE)
    def lose(self, chance):
        """A message is lost; its sender has it still, and no receipt."""
        self.flying.pop(chance.randrange(len(self.flying)))

    @rule()
    def deliver_all(self):
        """Everything has arrived: both have the same case."""
        self.catch_up()
        self.agree()

    def catch_up(self):
        """Everything that has no receipt is sent again, until both have everything."""
        for _ in range(32):
            lacking = [
                (self.other(state), act)
                for state, half in self.half.items()
                for act in half.acts.values()
                if act.id not in self.half[self.other(state)].acts
            ]
            if not lacking:
                break
            for state, act in lacking:
                self.arrive(state, act)
        else:
            raise AssertionError("the two sides do not come to an end")
        self.flying = []

    # -- what holds -------------------------------------------------------------------------------

    def agree(self):
        ours, theirs = (self.half[state].case for state in ("GH", "PT"))
        assert ours.dump() == theirs.dump()
        acts = list(self.half["GH"].acts.values())
        chance = random.Random(len(acts))
        again = acts + chance.sample(acts, len(acts) // 3)
        chance.shuffle(again)
        assert fold(again, b.TABLES).dump() == ours.dump()
        assert clocks(ours, LAW, ZONES) == clocks(theirs, LAW, ZONES)
        assert fewer_signed(ours) == fewer_signed(theirs)
        self.fewer_are_shown(ours)
        origin = ours.origin
        assert origin.picture(origin.history.all) == origin._extend(_EMPTY, origin.history.all)
        rejected = {act.terms.act for act in acts if act.header.kind == "reject"}
        if self.calm:
            self.pairs_stand_as_listed(ours, acts)
        for act in acts:
            named = getattr(act.terms, RESTS_ON.get(act.header.kind, ""), None)
            if named is not None and ours.standing(act.id).moves:
                assert ours.standing(named).moves, f"{act.header.kind} stands, and what it rests on fell"
        for id in self.unlawful:
            assert isinstance(ours.standing(id), NotInOrder)
            assert id in rejected, "not in order, and no word about it"

    def fewer_are_shown(self, case):
        """What fewer signed than our house asks of its own is told: by rules said a second time."""
        acts = self.half["GH"].acts
        told = {
            id
            for id, act in acts.items()
            if not isinstance(case.standing(id), NotInOrder | Parked)
            and any(fewer(act, acts.get(act.header.about or "")))
        }
        assert told == set(fewer_signed(case))

    def pairs_stand_as_listed(self, case, acts):
        """Of a listed pair said at once, the one that wins stands alone."""
        past = {}
        for act in case.origin.history.acts:
            past[act.id] = set(act.header.after).union(*(past[id] for id in act.header.after))
        for one, other in itertools.permutations([act for act in acts if act.header.about is not None], 2):
            if (
                one.header.state == other.header.state
                or one.header.about != other.header.about
                or (one.header.kind, other.header.kind) not in WINNERS
                or one.id in past[other.id]
                or other.id in past[one.id]
            ):
                continue
            loser, winner = case.standing(one.id), case.standing(other.id)
            if isinstance(winner, InOrder):
                assert not loser.moves, f"{one.header.kind} stands beside {other.header.kind}"

    @invariant()
    def lawful_acts_stay_lawful(self):
        for half in self.half.values():
            for id, act in self.honest.items():
                standing = half.case.standings.get(id)
                if standing is None or isinstance(standing, Parked | InOrder):
                    continue
                assert not isinstance(standing, NotInOrder), f"{act.header.kind}: {standing}"
                if self.calm:
                    assert isinstance(standing, WithoutEffect)
                    rival = half.acts[standing.by]
                    fell = {kind for kind, winner in WINNERS if winner == rival.header.kind}
                    assert fell, f"{act.header.kind} fell to {rival.header.kind}, which wins no pair"
                    assert half.case.standing(rival.id) == InOrder()

    def teardown(self):
        if not hasattr(self, "half"):
            return
        self.deliver_all()
        half = self.half["GH"]
        if not self.forked:  # a State that told two stories can find both to stand, once one is rejected
            assert broken(half.case, half.acts.values()) == []


def told(stories):
    chosen = os.environ.get("COMITY_TEST_SEED")
    machine = seed(int(chosen))(TwoStates) if chosen else TwoStates
    machine.TestCase.settings = settings(
        max_examples=int(os.environ.get("COMITY_TEST_STORIES", stories)),
        stateful_step_count=14,
        derandomize=chosen is None,
        # To make a failure small takes minutes: only who looks for it (with a seed) waits for that.
        phases=[Phase.generate, Phase.shrink] if chosen else [Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    return machine.TestCase


TestTwoStates = told(50)


def test_the_stories_say_every_kind():
    kinds, wanted = set(), {kind.name for kind in KINDS.values() if kind.travels} - {"reject"}
    for number in range(200):
        if kinds == wanted:
            break
        own = {"preserve", "access_stored", "extradite", "emergency_data"}
        own.add(sorted(MEASURES)[number % len(MEASURES)])
        if number < 16 or (number % 2 and {"speciality", "sentence"} - kinds):
            own = {"extradite"}  # what follows a surrender, or a refusal of it, is said of nothing else
        elif "lift" not in kinds:
            own = {"freeze"}  # and so is what is let go
        speech, acts = Speech(random.Random(number), measures=own), []
        sides = {state: Half(state, other).side for state, other in (("GH", "PT"), ("PT", "GH"))}
        for _ in range(22):
            case, side = fold(acts, b.TABLES), sides[speech.pick(sorted(sides))]
            act = speech.unheard(case, side, kinds) or speech.lawful(case, side)
            if act is not None:
                acts.append(act)
                kinds.add(act.header.kind)
    assert kinds == wanted
