"""What a consent, a grant, a ratification reaches, and what not: another exhibit, person, decision."""

import builders as b
import limited
from limited import alone, other_people
from stages import TWO, extradition, requested

from comity.cases import ItemStanding, NotInOrder, judge
from comity.cases.limits import open_breaches
from comity.cases.ratification import stands
from comity.cases.speciality import speciality

COURT = {"use": "stated", "purpose": "court"}


def two_held(limits=()):
    """GH holds two exhibits, each of a delivery of its own."""
    s = limited.given(*limits)
    delivery = s.say("PT", "deliver", b.delivery(s.decision, exhibit="EX-2"), about=s.id).id
    s.say("GH", "take_custody", b.custody(delivery, "EX-2"), about=s.id)
    return s


def consented(s, exhibits, use="other_proceeding", **answer):
    sought = s.say("GH", "seek_consent", {"use": use, "exhibits": exhibits, "items": []}, about=s.id).id
    given = {"sought": sought, "consent": "given", "conditions": [], **answer}
    return s.say("PT", "consent", given, about=s.id).id


def use_of(s, *exhibits, at=b.AT, **terms):
    """How a use of these stands, for both."""
    act = s.draft("GH", "use", {"exhibits": list(exhibits), **terms}, about=s.id, at=at)
    (standing,) = {judge(s.case(state), act, b.TABLE) for state in s.seen}
    return standing


BARRED = NotInOrder("state", "requires.use_allowed")


def test_consent_for_one_exhibit_is_none_for_another():
    s = two_held()
    consent = consented(s, ["EX-1"])
    for named in ({}, {"consent": consent}):
        assert use_of(s, "EX-1", use="with_consent", **named).moves
        assert use_of(s, "EX-2", use="with_consent", **named) == BARRED
        assert use_of(s, "EX-1", "EX-2", use="with_consent", **named) == BARRED


def test_a_condition_that_is_lifted_for_one_exhibit_binds_the_other():
    gone = limited.limit("gone", "destruction", until="2026-11-22T12:00:00Z")
    s = two_held(limits=(gone,))
    seek = {"use": "condition_lifted", "exhibits": ["EX-1"], "items": [], "conditions": ["gone"]}
    sought = s.say("GH", "seek_consent", seek, about=s.id).id
    s.say("PT", "consent", {"sought": sought, "consent": "given", "conditions": []}, about=s.id)
    assert use_of(s, "EX-1", **COURT, at=b.LATER).moves
    assert use_of(s, "EX-2", **COURT, at=b.LATER) == BARRED


def test_a_breach_that_was_lifted_lifts_no_other():
    s = two_held()
    breach = {"condition": None, "at": b.AT}
    first = s.say("GH", "breach", {"exhibits": ["EX-1"], **breach}, about=s.id).id
    second = s.say("PT", "breach", {"exhibits": ["EX-2"], **breach}, about=s.id).id
    consented(s, ["EX-1"], "condition_lifted", lifts=[first])
    assert [one.id for one in open_breaches(s.case().request(s.id))] == [second]
    assert use_of(s, "EX-1", **COURT).moves
    assert use_of(s, "EX-2", **COURT) == BARRED


def lead():
    return limited.given(measure="desk_assistance", capacity="intelligence")


def granted_later(s, follows):
    later = s.say("GH", "request", b.request_terms("mailbox", follows=follows), roles=TWO).id
    s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=later)
    return later


def test_what_is_no_evidence_becomes_none_by_a_grant_for_something_else():
    s = lead()
    other = s.say("GH", "request", b.request_terms("mailbox"), roles=TWO).id
    granted_later(s, other)
    assert use_of(s, "EX-1", **COURT) == BARRED
    granted_later(s, s.id)
    assert use_of(s, "EX-1", **COURT).moves


def test_what_was_made_evidence_by_a_request_that_was_withdrawn_is_none_again():
    s = lead()
    later = granted_later(s, s.id)
    s.say("GH", "withdraw", {"reason": "error"}, about=later)
    assert use_of(s, "EX-1", **COURT) == BARRED


def two_gone():
    """Two persons were surrendered."""
    s = extradition("one", "two")
    for name in ("one", "two"):
        s.say("PT", "court", b.court("lawful", name), about=s.id)
        s.say("PT", "decide", b.decision(b.outcome(name)), about=s.id)
        s.say("PT", "surrender", b.surrender("temporary", name), about=s.id)
    return s


def test_consent_for_one_person_opens_nothing_for_another():
    s = two_gone()
    seek = {"use": "other_offence", "exhibits": [], "items": ["one"]}
    sought = s.say("GH", "seek_consent", seek, about=s.id).id
    terms = {"sought": sought, "consent": "given", "conditions": []}
    consent = s.say("PT", "consent", terms, about=s.id).id
    bound = {one.item: one.other_offences for one in speciality(s.case().request(s.id))}
    assert bound == {"one": (consent,), "two": ()}


def test_speciality_binds_by_the_last_surrender():
    s = two_gone()
    s.say("PT", "surrender", b.surrender("returned", "one"), about=s.id)
    last = s.say("PT", "surrender", b.surrender("full", "one"), about=s.id).id
    bound = {one.item: (one.act, one.manner) for one in speciality(s.case().request(s.id))}
    assert bound["one"] == (last, "full")
    assert bound["two"] != bound["one"]


def decided_alone_twice():
    """One person granted two items in an emergency, each by a decision; both are to be ratified."""
    s = b.Story()
    terms = b.request_terms("mailbox", "logs", measure="emergency_data", ratify_by=b.LATER)
    s.id = s.say("GH", "request", terms).id
    s.decisions = [
        s.say("PT", "decide", {**b.decision(b.outcome(name)), "ratify_by": b.LATER}, about=s.id, roles=ONE).id
        for name in ("mailbox", "logs")
    ]
    return s


ONE = ("author",)
A_SECOND_LATER = "2026-11-24T12:00:01Z"


def test_a_decision_is_ratified_by_what_names_it():
    s = decided_alone_twice()
    first, second = s.decisions
    terms = {"decision": first, "ratified": True}
    s.say("PT", "ratified", terms, about=s.id, people=other_people(s))
    request = s.case().request(s.id)
    assert stands(request, first, A_SECOND_LATER)
    assert not stands(request, second, A_SECOND_LATER)


def test_a_decision_of_one_stands_to_the_very_end_of_its_time():
    s = alone(ratify_by=b.LATER)
    request = s.case().request(s.id)
    assert stands(request, s.decision, b.LATER)
    assert not stands(request, s.decision, A_SECOND_LATER)


def test_nobody_ratifies_the_own_decision_under_another_key_or_another_name():
    s = alone()
    decider, other = (s.sides["PT"].people[name] for name in ("author", "approver"))
    terms = {"decision": s.decision, "ratified": True}
    for alias, key, stands_by in (
        (other.alias, other.key, True),
        (decider.alias, other.key, False),
        (other.alias, decider.key, False),
    ):
        act = s.draft("PT", "ratified", terms, about=s.id, people={"author": b.Signatory(alias, key)})
        standing = judge(s.case(), act, b.TABLE)
        assert standing.moves == stands_by
        assert standing.moves or standing == NotInOrder("state", "requires.ratified_by_another")


def test_the_name_of_an_item_that_was_dropped_is_not_given_again():
    s = requested("mailbox", "logs")
    s.say("GH", "amend", {"add": [], "drop": ["logs"]}, about=s.id, roles=TWO)
    again = s.draft("GH", "amend", {"add": b.items("logs"), "drop": []}, about=s.id)
    assert judge(s.case(), again, b.TABLE) == NotInOrder("state", "requires.amends_undecided_items")


def test_conditions_are_accepted_of_the_decision_that_laid_them_down():
    """Two decisions lay down a condition of one name, and one of another; each is accepted by itself."""
    s = requested("mailbox", "logs")
    both = [
        s.say(
            "PT",
            "decide",
            b.decision(b.outcome(name, "grant_on_conditions", conditions=["use-limit", *more])),
            about=s.id,
        ).id
        for name, *more in (("mailbox",), ("logs", "secret"))
    ]
    accept = {"decision": both[0], "conditions": ["use-limit"]}
    wrong = s.draft("GH", "accept", {**accept, "conditions": ["secret"]}, about=s.id)
    assert judge(s.case(), wrong, b.TABLE) == NotInOrder("state", "requires.accepts_offered_conditions")
    s.say("GH", "accept", accept, about=s.id)
    standing = {item.id: item.standing for item in s.case().request(s.id).items}
    assert standing == {"mailbox": ItemStanding.GRANTED, "logs": ItemStanding.CONDITIONAL}
    assert not judge(s.case(), s.draft("GH", "accept", accept, about=s.id), b.TABLE).moves
    s.say("GH", "accept", {"decision": both[1], "conditions": ["secret", "use-limit"]}, about=s.id)
    assert {item.standing for item in s.case().request(s.id).items} == {ItemStanding.GRANTED}
