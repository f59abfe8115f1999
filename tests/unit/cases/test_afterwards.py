"""After a grant: a remedy bars delivery (P13), use keeps to what was granted, and recall reaches it."""

import builders as b
import pytest
from refused import CONSENT, DESTROYED, RECALL
from stages import TWO, appealed, consent_sought, decided, informed, taken

from comity.cases import NotInOrder, judge
from comity.cases.afterwards import barred_items


def use(kind="stated"):
    return {"exhibits": ["EX-1"], "use": kind}


def refuses(s, state, kind, terms, name):
    standing = judge(s.case(), s.draft(state, kind, terms, about=s.id), b.TABLE)
    assert standing == NotInOrder("state", f"requires.{name}")


@pytest.mark.parametrize("came_of_it", ["dismissed", "withdrawn"])
def test_a_remedy_that_suspends_bars_delivery_until_it_failed(came_of_it):
    s = appealed()
    assert barred_items(s.case().request(s.id)) == {"mailbox"}
    refuses(s, "PT", "deliver", b.delivery(s.decision), "no_remedy_bars")
    s.say("PT", "remedy", b.remedy(came_of_it), about=s.id)
    s.say("PT", "deliver", b.delivery(s.decision), about=s.id)


def test_a_remedy_that_was_upheld_bars_for_good():
    s = appealed()
    s.say("PT", "remedy", b.remedy("upheld"), about=s.id)
    refuses(s, "PT", "deliver", b.delivery(s.decision), "no_remedy_bars")


def test_a_remedy_bars_what_it_concerns_and_nothing_where_it_does_not_suspend():
    s = decided(b.outcome("mailbox"), b.outcome("logs"))
    s.say("PT", "remedy", b.remedy("lodged", "logs"), about=s.id)
    s.say("PT", "remedy", b.remedy("lodged", remedy="appeal-2", suspends=False), about=s.id)
    s.say("PT", "deliver", b.delivery(s.decision, "mailbox"), about=s.id)
    refuses(s, "PT", "deliver", b.delivery(s.decision, "logs", exhibit="EX-2"), "no_remedy_bars")


def test_one_of_two_remedies_that_failed_does_not_lift_the_other():
    s = appealed()
    s.say("PT", "remedy", b.remedy(remedy="appeal-2"), about=s.id)
    s.say("PT", "remedy", b.remedy("dismissed"), about=s.id)
    refuses(s, "PT", "deliver", b.delivery(s.decision), "no_remedy_bars")


def test_other_use_waits_for_consent_and_a_refusal_is_none():
    s = taken()
    refuses(s, "GH", "use", use("with_consent"), "use_allowed")
    for answer, allowed in (("refused", False), ("given", True)):
        s = consent_sought()
        s.say("PT", "consent", {**CONSENT, "sought": s.sought, "consent": answer}, about=s.id)
        if allowed:
            s.say("GH", "use", use("with_consent"), about=s.id)
        else:
            refuses(s, "GH", "use", use("with_consent"), "use_allowed")


def test_what_was_recalled_serves_the_person_concerned_only():
    s = taken()
    s.say("PT", "recall", RECALL, about=s.id)
    refuses(s, "GH", "use", use(), "use_allowed")
    s.say("GH", "use", use("exculpatory"), about=s.id)
    s.say("GH", "destroyed", DESTROYED, about=s.id)
    refuses(s, "GH", "use", use("exculpatory"), "use_allowed")


def in_capacity(measure, capacity):
    s = b.Story()
    terms = b.request_terms("mailbox", measure=measure, ratify_by=b.LATER)
    s.id = s.say("GH", "request", terms).id
    decision = s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id).id
    delivered = s.say("PT", "deliver", b.delivery(decision, capacity=capacity), about=s.id).id
    s.say("GH", "take_custody", b.custody(delivered), about=s.id)
    return s


@pytest.mark.parametrize(
    ("measure", "capacity"), [("desk_assistance", "intelligence"), ("emergency_data", "emergency")]
)
def test_what_is_no_evidence_is_used_in_court_once_assistance_is_granted_for_it(measure, capacity):
    s = in_capacity(measure, capacity)
    refuses(s, "GH", "use", use(), "use_allowed")
    s.say("GH", "use", use("exculpatory"), about=s.id)
    later = s.say("GH", "request", b.request_terms("mailbox", follows=s.id), roles=TWO).id
    refuses(s, "GH", "use", use(), "use_allowed")
    s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=later)
    s.say("GH", "use", use(), about=s.id)


def test_information_is_offered_accepted_then_given_and_is_intelligence():
    s = informed()
    refuses(s, "PT", "deliver", b.delivery(s.id, capacity="intelligence"), "item_granted")
    s.say("GH", "accept", {"decision": s.id, "conditions": ["use-limit"]}, about=s.id)
    refuses(s, "PT", "deliver", b.delivery(s.id), "capacity_granted")
    given = s.say("PT", "deliver", b.delivery(s.id, capacity="intelligence"), about=s.id).id
    s.say("GH", "take_custody", b.custody(given), about=s.id)
    refuses(s, "GH", "use", use(), "use_allowed")
    s.say("PT", "close", {"outcome": "answered"}, about=s.id)
    assert s.meet().dump() == s.case("PT").dump()


def test_who_is_offered_information_can_decline_and_cannot_change_or_decide_it():
    s = informed()
    for state, kind, terms in (
        ("GH", "amend", {"add": b.items("more"), "drop": []}),
        ("PT", "decide", b.decision(b.outcome("mailbox"))),
    ):
        standing = judge(s.case(), s.draft(state, kind, terms, about=s.id), b.TABLE)
        assert standing == NotInOrder("measure", "measure_not_covered")
    s.say("GH", "withdraw", {"reason": "no_longer_needed"}, about=s.id)


def test_a_question_of_status_is_answered_once_by_the_other_side():
    s = decided()
    asked = s.say("GH", "status", {"asked": None, "progress": None}, about=s.id).id
    answer = {"asked": asked, "progress": "being_carried_out"}
    refuses(s, "GH", "status", answer, "status_answers")
    s.say("PT", "status", answer, about=s.id)
    refuses(s, "PT", "status", answer, "status_answers")
