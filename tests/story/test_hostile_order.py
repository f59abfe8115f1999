"""Bad acts that their signers truly signed: out of order, said twice, too early, by a key that ended.

Each is receipted, and the rows that appear are told one by one; nothing of it moves the case.
"""

import hostile as h
import loopback as l
import pytest
from hostile import preview, seal, send
from snapshot import changes, snapshot, unchanged
from test_hostile_acts import STRANGERS

from comity import store
from comity.acts import Role
from comity.app import peers, people
from comity.app.entry import renew_entry
from comity.app.node import case_of
from comity.cases import InOrder, NotInOrder, Parked
from comity.clock import write_instant
from comity.exchange import Step
from comity.worker import run_due

# -- authentic: what appears, and what does not move ----------------------------------------------


REJECTED = {
    "act": (2, 0),
    "case_list": (1, 0),
    "commitment": (1, 0),
    "disclosure": (7, 0),
    "job": (1, 0),
    "log_opening": (2, 0),
    "log_pending": (2, 0),
    "receipt": (1, 0),
}
"""It, its receipt, and PT's own reject with the job that posts it."""


def rejected_of(world, act):
    """The reject that PT said of an act, and how the act stands."""
    with world.pt.node.db.read() as conn:
        case = case_of(world.pt.node, conn, act.header.case)
        rejects = [a for a in store.acts_of_case(conn, act.header.case) if a.header.kind == "reject"]
    (said,) = [a for a in rejects if a.terms.act == act.id]
    assert said.header.signers[0].role is Role.NODE
    return said.terms, case


def other_office(w, a):
    return preview(w.gh, a.header.case, **{"from": "gh:no-such-office"})


NOT_IN_ORDER = {
    "an authority of the sender's that does not exist": ("competence", "authority_unknown", other_office),
    "an authority here that does not exist": (
        "recipient",
        "addressee_unknown",
        lambda w, a: preview(w.gh, a.header.case, to="pt:no-such-office"),
    ),
    "a measure that does not exist": (
        "competence",
        "measure_not_given",
        lambda w, a: h.compose_by(
            w.gh,
            h.officer(w),
            case=a.header.case,
            fields=h.PREVIEW | {"terms": h.PREVIEW["terms"] | {"measure": "teleport"}},
        ),
    ),
    "signed by one without competence": (
        "competence",
        "deed_not_given",
        lambda w, a: h.compose_by(w.gh, [(Role.AUTHOR, w.gh["examiner"].key)], case=a.header.case),
    ),
    "signed by the node in a person's place": (
        "competence",
        "role_of_other_key",
        lambda w, a: h.compose_by(w.gh, [(Role.AUTHOR, w.gh.node.keys.acts)], case=a.header.case),
    ),
}


@pytest.mark.parametrize("wrong", NOT_IN_ORDER)
def test_what_is_authentic_and_not_in_order_is_receipted_and_rejected(world, case, wrong):
    step, reason, build = NOT_IN_ORDER[wrong]
    honest = preview(world.gh, case, number=2)
    act = build(world, preview(world.gh, case))
    before = snapshot(world.pt.node)
    assert send(world, seal(world.gh, act), act).outcome == "not_in_order"
    assert changes(before, snapshot(world.pt.node)) == REJECTED
    terms, folded = rejected_of(world, act)
    assert (terms.step, terms.reason) == (step, f"exchange.order.{reason}")
    assert not folded.standing(act.id).moves
    assert folded.requests == {}
    with unchanged(world.pt.node):
        assert send(world, seal(world.gh, act), act).outcome == "not_in_order"
    honest = preview(world.gh, case, number=2, after=sorted(folded.heads))
    assert send(world, seal(world.gh, honest), honest).outcome == "folded"


def test_not_permitted_next(world, case):
    """A withdrawal of what was never asked: receipted, rejected, nothing moved."""
    first = preview(world.gh, case)
    assert send(world, seal(world.gh, first), first).outcome == "folded"
    act = h.compose_by(
        world.gh,
        h.officer(world),
        case=case,
        kind="accept",
        number=2,
        after=[first.id],
        about=first.id,
        fields={"terms": {"decision": first.id, "conditions": ["c"]}, "text": None},
    )
    before = snapshot(world.pt.node)
    effect = effect_of(world, case)
    assert send(world, seal(world.gh, act), act).outcome == "not_in_order"
    found = changes(before, snapshot(world.pt.node))
    assert found["act"] in {(1, 0), (2, 0)}
    with world.pt.node.db.read() as conn:
        folded = case_of(world.pt.node, conn, case)
    assert isinstance(folded.standing(act.id), NotInOrder)
    assert effect_of(world, case) == effect
    honest = preview(world.gh, world.gh.node.entropy(16).hex())
    assert send(world, seal(world.gh, honest), honest).outcome == "folded"


def effect_of(world, case):
    with world.pt.node.db.read() as conn:
        return case_of(world.pt.node, conn, case).effect()


def test_replayed(world, case):
    act = preview(world.gh, case)
    first = send(world, seal(world.gh, act), act)
    with unchanged(world.pt.node):
        again = send(world, seal(world.gh, act), act)
    assert again.receipt == first.receipt
    assert again.answer != first.answer


def test_a_number_used_twice_is_kept_as_proof(world, case):
    first, second = preview(world.gh, case), preview(world.gh, case)
    assert first.id != second.id
    assert send(world, seal(world.gh, first), first).outcome == "folded"
    effect = effect_of(world, case)
    before = snapshot(world.pt.node)
    assert send(world, seal(world.gh, second), second).outcome == "not_in_order"
    found = changes(before, snapshot(world.pt.node))
    assert found == REJECTED | {"equivocation": (1, 0), "case_list": (1, 1)}
    assert rejected_of(world, second)[0].step == "number"
    assert effect_of(world, case) == effect
    with unchanged(world.pt.node):
        assert send(world, seal(world.gh, first), first).outcome == "folded"
        assert send(world, seal(world.gh, second), second).outcome == "not_in_order"


def test_a_missing_predecessor_parks(world, case):
    first = preview(world.gh, case)
    second = preview(world.gh, case, number=2, after=[first.id])
    before = snapshot(world.pt.node)
    assert send(world, seal(world.gh, second), second).outcome == "parked"
    assert changes(before, snapshot(world.pt.node)) == h.ARRIVED
    assert effect_of(world, case) == {}
    assert send(world, seal(world.gh, first), first).outcome == "folded"
    with world.pt.node.db.read() as conn:
        folded = case_of(world.pt.node, conn, case)
    assert all(isinstance(folded.standing(act.id), InOrder) for act in (first, second))


def accepted_unasked(gh, signers, first, after, number, **changes):
    """Conditions are accepted that nobody laid down: never in order."""
    terms = {"decision": first.id, "conditions": ["c"]}
    fields = {"terms": terms, "text": None}
    return h.compose_by(
        gh,
        signers,
        case=first.header.case,
        kind="accept",
        number=number,
        after=[after.id],
        about=first.id,
        fields=fields,
        **changes,
    )


def test_what_is_found_not_in_order_when_it_is_parked_no_more_is_rejected_then(pair):
    """P5: each act that waited for a missing one is judged as it is let in, and the word goes out."""
    gh, pt, case = pair.gh, pair.pt, "ab" * 16
    first = preview(gh, case)
    second = accepted_unasked(gh, h.officer(pair), first, first, 2)
    examiner = [(Role.AUTHOR, gh["examiner"].key)]  # found at once to have no competence; said once
    third = accepted_unasked(gh, examiner, first, second, 3)
    fourth = preview(gh, case, number=4, after=[third.id])
    for act in (first, second, third, fourth):
        l.force(gh, act)
    for act, outcome in ((fourth, "parked"), (third, "not_in_order"), (second, "parked"), (first, "folded")):
        assert send(pair, seal(gh, act), act).outcome == outcome
    with pt.node.db.read() as conn:
        before = case_of(pt.node, conn, case)
        rejects = {a.terms.act: a.terms for a in store.acts_of_case(conn, case) if a.header.kind == "reject"}
    assert set(rejects) == {second.id, third.id}
    assert rejects[third.id].step == "competence"
    found = before.standing(second.id)
    assert (rejects[second.id].step, rejects[second.id].reason) == (found.step, found.reason)
    assert isinstance(before.standing(fourth.id), InOrder)
    pair.later(hours=1)
    pair.settle()
    pair.later(hours=1)
    pair.settle()
    for side in (gh, pt):
        with side.node.db.read() as conn:
            assert case_of(side.node, conn, case).dump() == before.dump()
            assert len(store.acts_of_case(conn, case)) == 6
            assert store.waiting(conn, "reject") == ()
            assert store.waiting(conn, "post") == ()


def test_from_the_future_parks_until_its_time_comes(pair):
    """Either clock may be wrong, so nothing is rejected; a job takes it up, and with it what came after."""
    gh, pt = pair.gh, pair.pt
    case = "ab" * 16
    ahead = l.timedelta(hours=2)
    act = preview(gh, case, at=write_instant(l.AT + ahead))
    after = preview(gh, case, number=2, after=[act.id], at=write_instant(l.AT + ahead))
    before = snapshot(pt.node)
    assert send(pair, seal(gh, act), act).outcome == "parked"
    assert changes(before, snapshot(pt.node)) == h.ARRIVED | {"job": (1, 0)}
    assert send(pair, seal(gh, after), after).outcome == "parked"
    with unchanged(pt.node):
        assert send(pair, seal(gh, act), act).outcome == "parked"
        assert run_due(pt.node) == 0
    assert isinstance(standing(pair, act), Parked)
    assert effect_of(pair, case) == {}
    assert pt.node.now() < write_instant(l.AT + ahead)
    tolerance = pt.node.settings.clock_tolerance
    pair.clock.at = l.AT + ahead - tolerance - l.timedelta(seconds=1)
    assert run_due(pt.node) == 0
    pair.later(seconds=1)
    assert run_due(pt.node) > 0
    assert isinstance(standing(pair, act), InOrder)
    assert isinstance(standing(pair, after), InOrder)
    assert set(effect_of(pair, case)) == {act.id, after.id}


def test_from_the_future_and_not_in_order_is_rejected_when_its_time_comes(pair):
    """What the table does not allow is said then, since only then is it judged."""
    gh, pt = pair.gh, pair.pt
    case = "ab" * 16
    first = preview(gh, case)
    assert send(pair, seal(gh, first), first).outcome == "folded"
    tomorrow = write_instant(l.AT + l.timedelta(days=1))
    act = accepted_unasked(gh, h.officer(pair), first, first, 2, at=tomorrow)
    after = accepted_unasked(gh, h.officer(pair), first, act, 3)
    assert send(pair, seal(gh, after), after).outcome == "parked"
    assert send(pair, seal(gh, act), act).outcome == "parked"
    pair.later(days=2)
    run_due(pt.node)
    for one in (act, after):
        assert isinstance(standing(pair, one), NotInOrder)
        assert rejected_of(pair, one)[0].step == "about"
    effect = effect_of(pair, case)
    assert set(effect) == {first.id}


def standing(pair, act):
    with pair.pt.node.db.read() as conn:
        return case_of(pair.pt.node, conn, act.header.case).standing(act.id)


# -- keys that were good once ---------------------------------------------------------------------


def end_key(pair, name, status):
    """GH's officer's key ends now; PT learns of it."""
    gh, key = pair.gh.node, pair.gh[name].key.id
    gh.db.writer.run(lambda conn: store.set_person_status(conn, key, status, pair.clock.now()))
    gh.db.writer.run(lambda conn: renew_entry(gh, conn))
    peers.follow_peer(pair.pt.node, "GH", peers.own_entry(gh))


@pytest.mark.parametrize("status", ["retired", "revoked"])
def test_a_key_that_ended(pair, status):
    """What came before stays and is receipted again; what comes later is a retired officer's, or nobody's."""
    gh, pt = pair.gh, pair.pt
    second = new_officer(pair)
    before, unknown = preview(gh, "a1" * 16), preview(gh, "a2" * 16)
    first = send(pair, seal(gh, before), before)
    assert first.outcome == "folded"
    pair.later(hours=1)
    end_key(pair, "officer", status)
    pair.later(hours=1)
    with unchanged(pt.node):
        assert send(pair, seal(gh, before), before).receipt == first.receipt
    assert isinstance(standing(pair, before), InOrder)
    was = snapshot(pt.node)
    # It claims a time at which the key was good; the time of its coming counts.
    told = send(pair, seal(gh, unknown), unknown)
    if status == "revoked":
        assert (told.outcome, told.step) == (None, Step.KEYS)
        assert changes(was, snapshot(pt.node)) == {}
    else:
        assert told.outcome == "not_in_order"
        assert changes(was, snapshot(pt.node)) == REJECTED
        assert rejected_of(pair, unknown)[0].step == "keys"
    honest = h.compose_by(gh, [(Role.AUTHOR, second.key)], case="a3" * 16)
    assert send(pair, seal(gh, honest), honest).outcome == "folded"


def new_officer(pair):
    """GH enrols another officer; PT learns of it."""
    from comity.acts import Person
    from comity.app import deeds

    gh = pair.gh
    people.add_person(
        gh.node,
        "second",
        office="gh:central-authority",
        deeds=deeds.deeds_of(("officer",)),
        person=Person(name="Officer B", function="officer", instrument="Appointment 2"),
        by=(gh["officer"], gh["approver"]),
    )
    peers.follow_peer(pair.pt.node, "GH", peers.own_entry(gh.node))
    return gh.node.person("second")


# -- completeness ---------------------------------------------------------------------------------


def test_each_step_of_the_inbox_is_reached_by_some_act_of_this_catalogue():
    reached = {step for step, _ in STRANGERS.values()}
    reached |= {Step(step) for step, _, _ in NOT_IN_ORDER.values()}
    reached |= {Step.NUMBER}  # test_a_number_used_twice_is_kept_as_proof
    reached |= {Step.CLOCK}  # test_from_the_future_parks_until_its_time_comes
    assert reached == set(Step)
