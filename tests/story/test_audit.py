"""An auditor sees the words that were used again and again, and whether a refusal kept its duties."""

import pytest

from comity.acts import Outcome, Verdict
from comity.acts import Person as Named
from comity.app import deeds, people
from comity.app.assess import answer_finding, assess, latest_assessment
from comity.app.audit import refusals, repeated_reasons
from comity.app.decide import Ruling, decide
from comity.app.prepare import approve
from comity.app.reply import matter
from comity.errors import NotPermitted

SATISFIED = "Looked at; satisfied."


@pytest.fixture
def auditor(pair):
    pt = pair.pt
    people.add_person(
        pt.node,
        "auditor",
        office="pt:central-authority",
        deeds=deeds.deeds_of(("auditor",)),
        person=Named(name="Auditor PT", function="auditor", instrument="Appointment 2"),
        by=(pt["officer"], pt["approver"]),
    )
    return pt.node.person("auditor")


def test_words_used_again_are_shown_with_who_and_how_often_and_only_to_an_auditor(pair, request_, auditor):
    pt = pair.pt
    (found,) = repeated_reasons(pt.node, auditor)
    assert found.text == SATISFIED
    assert {use.case for use in found.uses} == {request_.header.case}
    officer, approver = pt["officer"].key.id, pt["approver"].key.id
    assert set(found.by_person) == {officer, approver}
    assert found.by_person[officer] > found.by_person[approver] > 0, "the approver closes the heavy ones only"
    assert sum(found.by_person.values()) == len(found.uses)
    assert not repeated_reasons(pt.node, auditor, at_least=len(found.uses) + 1)
    with pytest.raises(NotPermitted) as caught:
        repeated_reasons(pt.node, pt["officer"])
    assert caught.value.id == "app.not_an_auditor"


def test_the_same_words_are_the_same_whatever_their_spaces_and_capitals_and_other_words_are_not(
    pair, request_, auditor
):
    pt = pair.pt
    before = len(repeated_reasons(pt.node, auditor)[0].uses)
    made = assess(pt.node, request_.id, pt["officer"]).act
    first, second, *_ = latest_assessment(pt.node, matter(pt.node, request_.id)).unanswered
    answer_finding(pt.node, made.id, pt["officer"], finding=first, text="  looked AT;\nsatisfied. ")
    answer_finding(pt.node, made.id, pt["officer"], finding=second, text="Compared with the order.")
    (found,) = repeated_reasons(pt.node, auditor)
    assert len(found.uses) == before + 1


def test_a_refusal_on_the_states_own_law_names_it_and_takes_two_and_an_auditor_sees_that_it_did(
    pair, request_, auditor
):
    pt = pair.pt
    made = assess(pt.node, request_.id, pt["officer"]).act
    for person in ("officer", "approver"):
        for key in latest_assessment(pt.node, matter(pt.node, request_.id)).unanswered:
            answer_finding(pt.node, made.id, pt[person], finding=key, text=f"{person} on {key}")

    def refuse(outward, approver="approver"):
        ruling = Ruling("logs", Outcome.REFUSE, outward, "Inward.", grounds=("other.constitution",))
        return decide(pt.node, request_.id, pt["officer"], rulings=(ruling,), approver=approver)

    for outward in ("It is against our constitution.", "[] It is.", "[Constitution, art. 34]  "):
        with pytest.raises(NotPermitted) as caught:
            refuse(outward)
        assert caught.value.id == "safeguards.other_law_not_named"
    with pytest.raises(NotPermitted) as caught:
        refuse("[Constitution, art. 34] Not for such data.", approver=None)
    assert caught.value.id == "safeguards.other_second_person"
    assert not refusals(pt.node, auditor)
    said = refuse("[Constitution, art. 34] Not for such data.")
    approve(pt.node, said.act.id, pt["approver"])
    ((act, duties),) = refusals(pt.node, auditor)
    assert act == said.act.id
    assert {fact.key: fact.value for fact in duties.facts}["refusal.grounds_held"] is True
    assert duties.verdict is not Verdict.NOT_MET
    with pytest.raises(NotPermitted):
        refusals(pt.node, pt["approver"])


def test_an_answer_that_waits_for_a_second_person_is_no_auditors_to_read(pair, request_, auditor):
    pt = pair.pt
    made = assess(pt.node, request_.id, pt["officer"]).act
    before = repeated_reasons(pt.node, auditor)
    first = answer_finding(pt.node, made.id, pt["officer"], finding="persecution", text=SATISFIED)
    assert repeated_reasons(pt.node, auditor) == before
    answer_finding(pt.node, made.id, pt["approver"], finding="persecution", text=SATISFIED)
    assert first.id in {use.act for one in repeated_reasons(pt.node, auditor) for use in one.uses}
