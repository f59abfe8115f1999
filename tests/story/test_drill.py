"""Drills: a synthetic abusive request comes in like any other, goes nowhere, and oversight alone is told."""

from datetime import timedelta

import loopback as l
import pytest

from comity import store
from comity.acts import Outcome, Person
from comity.acts.terms import Execution
from comity.app import (
    assess,
    assign,
    audit,
    correspond,
    decide,
    deeds,
    drill,
    execute,
    people,
    prepare,
    reply,
    show,
)
from comity.app.statistics import statistics_of
from comity.errors import BadInput, NotFound, NotPermitted
from comity.worker import run_due

SCENARIO = "grounds/discrimination"


class NoWire:
    """A courier that nothing may ever ask."""

    def post(self, url, body):
        raise AssertionError(url)

    get = post


@pytest.fixture
def side(tmp_path):
    """PT alone, with someone of the oversight role."""
    pair = l.make_pair(tmp_path)
    pt = pair.pt
    object.__setattr__(pt.node, "courier", NoWire())
    person = Person(name="Overseer", function="oversight", instrument="Appointment 2")
    people.add_person(
        pt.node,
        "overseer",
        office="pt:central-authority",
        deeds=deeds.deeds_of(("auditor",)),
        person=person,
        by=(pt["officer"], pt["approver"]),
    )
    yield pt
    pair.check_lists()
    pair.close()


@pytest.fixture
def overseer(side):
    who = side.node.person("overseer")
    drill.begin(side.node, "XA", who)
    return who


def decided(side, request, outcome):
    made = assess.assess(side.node, request, side["officer"]).act
    it = reply.matter(side.node, request)
    for person in ("officer", "approver"):
        for key in assess.latest_assessment(side.node, it).unanswered:
            assess.answer_finding(side.node, made.id, side[person], finding=key, text="Looked at.")
    grounds = ("budapest.ground.political_offence",) if outcome is Outcome.REFUSE else ()
    if grounds:  # the stand-in never answers; silence until the date satisfies the duty
        until = side.node.clock.now() + timedelta(days=2)
        decide.consult(
            side.node, request, side["officer"], grounds=grounds, answer_by=until, text="May we talk?"
        )
        side.node.clock.at += timedelta(days=3)
    rulings = tuple(
        decide.Ruling(item.id, outcome, "As the paragraph has it.", "Seen by two.", grounds=grounds)
        for item in it.request.live_items
    )
    said = decide.decide(side.node, request, side["officer"], rulings=rulings, approver="approver")
    prepare.approve(side.node, said.act.id, side["approver"])


def test_a_drill_looks_like_any_request_until_it_is_decided(side, overseer):
    sent = drill.send_drill(side.node, SCENARIO, overseer)
    shown = show.show_case(side.node, sent.case)
    assert shown["states"] == ["PT", "XA"]
    assert shown["drill"] is False
    assert "drill" not in {act["kind"] for act in shown["acts"]}
    (told,) = drill.report(side.node, overseer)
    assert told.result == "open"
    again = drill.send_drill(side.node, SCENARIO, overseer)
    with side.node.db.read() as conn:
        headers = [store.get_act(conn, one.request).header for one in (sent, again)]
    assert headers[0].rests_on != headers[1].rests_on, "a value of its own kind would tell a drill"


def test_a_refusal_is_caught_and_a_grant_is_missed_and_neither_uses_the_wire(side, overseer):
    for outcome, result in ((Outcome.REFUSE, "caught"), (Outcome.GRANT, "missed")):
        sent = drill.send_drill(side.node, SCENARIO, overseer)
        decided(side, sent.request, outcome)
        while run_due(side.node):
            pass
        told = next(one for one in drill.report(side.node, overseer) if one.drill == sent)
        assert told.result == result
        assert "persecution" in told.passed
        with side.node.db.read() as conn:
            assert not store.unreceipted(conn, sent.case)
            assert sent.case in drill.drills_of(conn)
        assert show.show_case(side.node, sent.case)["drill"] is True


def test_a_drill_does_not_disturb_the_sharing_of_work_nor_the_auditors_list(side, overseer):
    """Broken once: a shift with a drill could not be handed over, and the list of refusals failed."""
    sent = drill.send_drill(side.node, SCENARIO, overseer)
    assign.assign(side.node, sent.case, side["officer"], to="officer")
    assert len(assign.hand_over(side.node, side["officer"], to="approver", text="To the night.")) == 1
    decided(side, sent.request, Outcome.REFUSE)
    assert audit.refusals(side.node, overseer) == ()
    today = side.node.clock.now().date()
    assert statistics_of(side.node, overseer, today, today).rows == ()


def test_nothing_follows_a_drills_decision(side, overseer):
    sent = drill.send_drill(side.node, SCENARIO, overseer)
    decided(side, sent.request, Outcome.GRANT)
    with pytest.raises(NotPermitted) as refused:
        execute.effected(
            side.node,
            sent.request,
            side["officer"],
            outcome=Execution.DONE,
            items=("mailbox",),
            at=side.node.clock.now(),
            text="done",
        )
    assert refused.value.id == "app.drill_ends_here"


def test_a_drill_is_passed_on_like_any_request_and_leaves_by_no_wire(side, overseer):
    """Broken once: to forward it was refused, which told the officer what it was."""
    sent = drill.send_drill(side.node, SCENARIO, overseer)
    said = correspond.forward(
        side.node, sent.request, side["officer"], authority="pt:court-of-the-port", text="Yours."
    )
    while run_due(side.node):
        pass
    with side.node.db.read() as conn:
        assert not store.unreceipted(conn, sent.case)
        assert store.has_act(conn, said.act.id)
    assert show.show_case(side.node, sent.case)["drill"] is False


def test_only_the_oversight_role_makes_drills_or_is_told_of_them(side, overseer):
    drill.send_drill(side.node, SCENARIO, overseer)
    for deed in (
        lambda who: drill.begin(side.node, "XA", who),
        lambda who: drill.send_drill(side.node, SCENARIO, who),
        lambda who: drill.report(side.node, who),
    ):
        with pytest.raises(NotPermitted) as refused:
            deed(side["officer"])
        assert refused.value.id == "app.not_oversight"


def test_an_urgent_scenario_is_no_drill(side, overseer, tmp_path):
    file = tmp_path / "urgent.yaml"
    text = "like: good/access-mailbox\ntitle: urgent\nwhy: urgent\n"
    asked = "request: {urgency: emergency, why_urgent: life}\n"
    file.write_text(text + asked + "expect: {others: any}\n")
    with pytest.raises(BadInput) as refused:
        drill.send_drill(side.node, str(file), overseer)
    assert refused.value.id == "app.drill_urgent"
    assert drill.report(side.node, overseer) == ()


def test_a_drill_needs_a_stand_in_and_that_is_no_real_state(side, tmp_path):
    who = side.node.person("overseer")
    with pytest.raises(NotFound) as refused:
        drill.send_drill(side.node, SCENARIO, who)
    assert refused.value.id == "app.no_stand_in"
    real = tmp_path / "real.toml"
    real.write_text(
        '[overlay]\nstate = "GH"\nname = "x"\nversion = 1\non = "2026-11-21"\nreview_by = "2027-11-21"\n'
    )
    with pytest.raises(BadInput) as wrong:
        drill.begin(side.node, str(real), who)
    assert wrong.value.id == "app.drill_state"
    assert "GH" in str(wrong.value.arguments)


def test_what_is_held_of_the_stand_ins_law_changes_no_law_that_acts_name(side):
    before = side.node.bundle.digest
    drill.begin(side.node, "XA", side.node.person("overseer"))
    assert side.node.bundle.digest == before
