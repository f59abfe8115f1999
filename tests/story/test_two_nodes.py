"""Two States at random, as ``unit/cases/test_machine``, over two real nodes: stores, jobs, keys, inbox.

Lawful and unlawful acts; messages lost, late, doubled, out of turn; nodes ended and opened again. When all is
delivered: both nodes fold one case; nothing unlawful moved it, as ``house_laws`` judges without the table,
and each such act was rejected; what was acknowledged is in both case files; every clock has its reminder;
the index is the one made anew. ``COMITY_TEST_SEED``, ``COMITY_TEST_NODE_STORIES``: as there.
"""

import os
import random
import shutil
import tempfile
from functools import partial
from pathlib import Path

import builders as b
import two_nodes as two
from house_laws import broken
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from lists import assert_as_made_anew
from speech import Speech
from tricks import BEGINNINGS, RESTS_ON, TRICKS, WINNERS, at_once, forged
from two_nodes import CASE, STATES

from comity import store
from comity.app.export import export_case
from comity.app.index import refresh
from comity.app.ledger import log_event
from comity.app.node import home_of
from comity.app.peers import own_entry
from comity.app.receive import receive
from comity.app.reminders import LATE, STAGES
from comity.cases import InOrder, NotInOrder, Parked, WithoutEffect, due, fold, judge, next_acts
from comity.clock import write_instant
from comity.dossier import Profile, Trust
from comity.dossier.verify import examine
from comity.exchange import seal_act, trust

WHO = st.sampled_from(STATES)
CHANCE = st.integers(0, 2**32 - 1).map(random.Random)
TURNS = 64


class TwoNodes(RuleBasedStateMachine):
    """GH and PT in one case, each a node with a store of its own."""

    fresh = None
    """Puts two founded nodes into a folder, for one story."""

    @initialize(chance=CHANCE)
    def begin(self, chance):
        self.folder = Path(tempfile.mkdtemp(prefix="two-nodes-"))
        self.fresh(self.folder / "nodes")
        self.half, self.clock, self.net = two.open_halves(self.folder / "nodes", chance)
        self.honest, self.unlawful, self.hollow = {}, {}, {}
        self.calm, self.forked = True, False
        """Whether nobody used a number twice so far, or rejected what is in order."""
        self.net.calm = True
        self.come_to(chance, *chance.choice(BEGINNINGS))
        self.net.calm = False
        for _ in range(chance.randint(2, 5)):
            self.speak(chance.choice(STATES), chance)

    def come_to(self, chance, measure, *kinds):
        """Bring the case some way, everything arriving: GH asks PT, and both say these kinds, by luck."""
        for kind in ("request", *kinds):
            for state in chance.sample(STATES, 2) if kinds else ():
                half = self.half[state]
                case = half.case
                about = chance.choice([*case.requests]) if case.requests else None
                if (kind == "request") != (about is None) or state != ("GH" if about is None else state):
                    continue
                speech = Speech(chance, measures={measure}, now=half.now)
                drawn = (speech.act(case, half.side, kind, about) for _ in range(8))
                act = next((one for one in drawn if judge(case, one, b.TABLE).moves), None)
                if act is not None:
                    self.say(half, act)
                    self.catch_up()
                    if kind == "request":  # the other State has said nothing yet, but that it came in
                        self.all_is_acknowledged(half, half.acts)

    def say(self, half, act):
        if half.say(act):
            assert half.case.standing(act.id) == InOrder()
            self.honest[act.id] = act

    def force(self, half, act):
        """A hostile program keeps what it said, also where it gave the number to another act before."""
        used = {(one.header.state, one.header.number) for one in half.acts.values()}
        direction = "peer" if (half.state, act.header.number) in used else "own"

        def keep(conn):
            store.put_act(conn, act, received_at=half.clock.now(), direction=direction)
            log_event(half.node, conn, "signed", act.id, CASE)
            store.put_job(conn, "post", {"act": act.id}, half.clock.now())
            refresh(half.node, conn, CASE)

        half.node.db.writer.run(keep)

    # -- what is said -----------------------------------------------------------------------------

    @rule(state=WHO, chance=CHANCE)
    def speak(self, state, chance, work=True):
        """An honest State says something that its table permits."""
        half = self.half[state]
        case = half.case
        act = Speech(chance, now=half.now).lawful(case, half.side)
        if act is None:
            return
        assert (act.header.kind, act.header.about) in next_acts(case, state, b.TABLE)
        self.say(half, act)
        if work and chance.random() < 0.7:
            half.work()

    @rule(chance=CHANCE)
    def at_once(self, chance):
        """Both sides speak of one request, neither having heard of the other: of a pair that is listed."""
        self.catch_up()
        self.net.calm = False
        shown = {state: set(next_acts(half.case, state, b.TABLE)) for state, half in self.half.items()}
        pairs = at_once(self.half["GH"].case, shown)
        if not pairs:
            return
        about, kinds = chance.choice(pairs)
        for half, kind in zip(self.half.values(), kinds, strict=True):
            case = half.case
            act = Speech(chance, now=half.now).act(case, half.side, kind, about)
            if judge(case, act, b.TABLE).moves:
                self.say(half, act)

    @rule(state=WHO, chance=CHANCE, how=st.sampled_from(TRICKS))
    def cheat(self, state, chance, how):
        """A hostile program says what cannot be in order, whatever the predicates hold."""
        half = self.half[state]
        act = forged(half, Speech(chance, now=half.now), how)
        if act is None or act.id in half.acts:
            return
        assert isinstance(judge(half.case, act, b.TABLE), NotInOrder), (
            f"{how}: {act.header.kind} was let through"
        )
        self.force(half, act)
        self.unlawful[act.id] = act
        self.calm = self.calm and how != "number"  # a number that is used too early is used twice later

    @rule(state=WHO, chance=CHANCE)
    def overstep(self, state, chance):
        """In order by the table, and signed by one whom its own State lets do something else."""
        half = self.half[state]
        case = half.case
        half.side.people["author"] = half.staff["examiner"].key
        act = Speech(chance, now=half.now).lawful(case, half.side)
        half.side.people["author"] = half.staff["officer"].key
        examiner = half.staff["examiner"].key.id
        if act is None or examiner not in {signer.key for signer in act.header.signers}:
            return
        if act.header.kind == "take_custody":
            return  # that is an examiner's to say
        self.force(half, act)
        self.hollow[act.id] = act
        self.calm = False

    @rule(state=WHO, chance=CHANCE)
    def out_of_turn(self, state, chance):
        """Several things, lawful and not, come in the other way round, and no answer comes back."""
        half = self.half[state]
        before = set(half.acts)
        self.speak(state, chance, work=False)
        for _ in range(chance.randint(1, 2)):
            self.cheat(state, chance, chance.choice(TRICKS))
        self.speak(state, chance, work=False)
        acts = half.acts
        for id in reversed([id for id in acts if id not in before]):
            self.hand(half, acts[id])

    @rule(state=WHO, chance=CHANCE)
    def foresee(self, state, chance):
        """A State whose clock is days ahead says something in order, and more: that waits for its time."""
        half, other = self.half[state], self.half[self.half[state].other]
        ahead = write_instant(self.clock.at + two.l.timedelta(days=chance.randint(1, 3)))
        act = Speech(chance, now=ahead).lawful(half.case, half.side)
        if act is None or act.header.at != ahead:
            return
        self.force(half, act)
        self.honest[act.id] = act
        self.cheat(state, chance, chance.choice(TRICKS))
        for id, one in half.acts.items():
            if id not in other.acts:
                self.hand(half, one)
        assert isinstance(other.case.standing(act.id), Parked)

    def hand(self, half, act):
        """Bring an act over by another way, of which its State hears nothing."""
        with half.node.db.read() as conn:
            peer = half.node.directory(conn).entry(half.other)
        receive(self.half[half.other].node, seal_act(act, peer, half.node.entropy))

    @precondition(lambda self: self.honest)
    @rule(state=WHO, chance=CHANCE)
    def fork(self, state, chance):
        """A State forgets what it said last, and gives the number to another act."""
        half = self.half[state]
        case, acts = half.case, half.acts
        own = [act for act in acts.values() if act.header.state == state and act.header.kind != "reject"]
        told = chance.choice(own[-3:]) if own else None
        if told is None or isinstance(case.standing(told.id), Parked):
            return
        history = case.origin.history
        past = history.past[history.place[told.id]]
        before = fold([a for i, a in enumerate(history.acts) if past >> i & 1], b.TABLES)
        act = Speech(chance, now=half.now).lawful(before, half.side)
        if act is None or act.id in acts:
            return
        self.calm, self.forked = False, True
        self.force(half, act)

    @rule(state=WHO, chance=CHANCE)
    def refuse_to_hear(self, state, chance):
        """A hostile program rejects what is in order: its act moves nothing then, on either side."""
        half = self.half[state]
        theirs = [a for a in half.acts.values() if a.header.state != state and a.header.kind != "reject"][-1:]
        for act in theirs:
            opens = act.header.kind in {"preview", "request", "inform"}
            terms = {"act": act.id, "step": "x", "reason": "y"}
            about = act.id if opens else act.header.about
            said = half.compose("reject", terms, about=about, roles=("node",))
            if chance.random() > 0.3 or not judge(half.case, said, b.TABLE).moves:
                continue
            self.calm = False
            self.force(half, said)
            assert not half.case.standing(act.id).moves

    # -- the network, and time ----------------------------------------------------------------------

    @rule(state=WHO)
    def work(self, state):
        """A node does what is due."""
        self.half[state].work()

    @precondition(lambda self: self.net.held)
    @rule()
    def come_late(self):
        """What was held back on the way arrives, out of turn."""
        self.net.release()

    @rule(chance=CHANCE)
    def wait(self, chance):
        """Time passes, and what failed is tried again."""
        self.clock.at += chance.choice([two.l.timedelta(minutes=5), two.l.timedelta(hours=7)])
        for state in chance.sample(STATES, 2):
            self.half[state].work()

    @rule(state=WHO)
    def restart(self, state):
        """A node ends, and is opened anew."""
        self.half[state].restart()

    @rule()
    def deliver_all(self):
        """Everything has arrived: both have the same case."""
        self.catch_up()
        self.agree()
        self.net.calm = False

    def catch_up(self):
        """All goes well for so long that nothing waits any more, on either side, but for a day to come."""
        self.net.calm = True
        while self.net.held:
            self.net.release()
        for _ in range(TURNS):
            done = sum(half.work() for half in self.half.values())
            left = {kind for half in self.half.values() for _, kind, *_ in half.jobs()}
            if not done and not left & {"post", "reject", "early"}:
                return
            self.clock.at += two.l.timedelta(hours=12) if "early" in left else two.l.timedelta(minutes=16)
        raise AssertionError("the two nodes do not come to an end")

    # -- what holds -------------------------------------------------------------------------------

    def agree(self):
        one, other = self.half.values()
        acts, case = one.acts, one.case
        assert {id: act.envelope for id, act in acts.items()} == {
            id: a.envelope for id, a in other.acts.items()
        }
        assert case.dump() == other.case.dump() == fold(acts.values(), b.TABLES).dump()
        assert not any(isinstance(standing, Parked) for standing in case.standings.values())
        said = [act.terms.act for act in acts.values() if act.header.kind == "reject"]
        for id, act in self.unlawful.items():
            assert isinstance(case.standing(id), NotInOrder)
            assert said.count(id) == 1, (
                f"{act.header.kind}: not in order, and {said.count(id)} words about it"
            )
        for id, act in self.hollow.items():
            assert not case.standing(id).moves, f"{act.header.kind} by one without competence stands"
        if not self.forked:  # a State that told two stories can find both to stand, once one is rejected
            assert broken(case, acts.values()) == []
        self.lawful_stays_lawful(case, acts)
        for half in self.half.values():
            self.all_is_acknowledged(half, acts)
            self.all_is_reminded_of(half)

    def lawful_stays_lawful(self, case, acts):
        for id, act in self.honest.items():
            standing = case.standing(id)
            assert not isinstance(standing, NotInOrder), f"{act.header.kind}: {standing}"
            if self.calm and standing != InOrder():
                assert isinstance(standing, WithoutEffect)
                rival = acts[standing.by].header.kind
                assert rival in {winner for _, winner in WINNERS}, f"fell to {rival}, which wins no pair"
        for act in acts.values():
            named = getattr(act.terms, RESTS_ON.get(act.header.kind, ""), None)
            if named is not None and case.standing(act.id).moves:
                assert case.standing(named).moves, f"{act.header.kind} stands, and what it rests on fell"

    def all_is_acknowledged(self, half, acts):
        """Each act has its receipt on both sides, and stands in the case file that either can write."""
        with half.node.db.read() as conn:
            for act in acts.values():
                side = "peer" if act.header.state == half.state else "own"
                assert store.get_receipt(conn, act.id, side) is not None, f"{act.header.kind}: no receipt"
        file = export_case(half.node, CASE, Profile.COURT, letters=False)
        entries = (trust(own_entry(one.node), one.node.keys.acts.id) for one in self.half.values())
        report, given = examine(file, Trust(entries=tuple(entries)))
        assert report.holds, report.failures
        assert set(given.acts) >= set(acts)

    def all_is_reminded_of(self, half):
        """Each clock that the pure functions show has a job, and one that is not over waits for its day."""
        with half.node.db.read() as conn:
            shared = half.case
            bundle = half.node.bundle_on(conn)
            home = home_of(half.node, conn, CASE, shared)
            for one in due(shared, home, bundle, bundle.zones((*STATES,)), self.clock.now()):
                if one.at is None:
                    continue
                name = {"case": CASE, "clock": one.kind, "act": one.act, "label": one.clock.label}
                stages = (*(stage for stage, _ in STAGES), LATE)
                subjects = [{**name, "at": write_instant(one.at), "stage": stage} for stage in stages]
                jobs = [store.get_job(conn, store.REMIND, subject) for subject in subjects]
                assert any(job is not None and job.done_at is None for job in jobs), (
                    f"{one.kind} has no reminder"
                )

    def teardown(self):
        if not hasattr(self, "half"):
            return
        try:
            self.deliver_all()
            for half in self.half.values():
                half.restart()
                assert_as_made_anew(half.node)
        finally:
            for half in self.half.values():
                half.node.db.close()
            shutil.rmtree(self.folder)


def told(fresh, stories):
    """Tell so many stories, or as many and from the seed that the environment names."""
    chosen = os.environ.get("COMITY_TEST_SEED")

    class Told(TwoNodes):
        pass

    Told.fresh = staticmethod(fresh)
    machine = seed(int(chosen))(Told) if chosen else Told
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("COMITY_TEST_NODE_STORIES", stories)),
            stateful_step_count=12,
            derandomize=chosen is None,
            # To make a failure small takes minutes: only who looks for it (with a seed) waits for that.
            phases=[Phase.generate, Phase.shrink] if chosen else [Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_two_nodes_tell_one_story(tmp_path):
    """On SQLite; on PostgreSQL in the soak."""
    two.found_nodes(tmp_path / "founded")
    told(partial(shutil.copytree, tmp_path / "founded"), 6)
