"""What follows a surrender, what stands in its place, and property let go: by consent, or after hearing."""

from dataclasses import replace
from datetime import UTC, datetime

import beyond as y
import builders as b
import pytest
from stages import national, over, surrendered

from comity.cases import ItemStanding, due, fold, fold_home, judge, next_acts
from comity.cases.frozen import frozen
from comity.cases.persons import to_enforce, to_prosecute
from comity.cases.standing import NotInOrder
from comity.law import packaged_bundle

LAW = packaged_bundle()
ZONES = {state: LAW.zone(state) for state in ("GH", "PT")}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NATIONALITY = {"budapest.ground.extradition_nationality"}


def refuses(s, state, kind, terms, reason, **more):
    standing = judge(s.case(), s.draft(state, kind, terms, about=s.id, **more), b.TABLE)
    assert isinstance(standing, NotInOrder), kind
    assert standing.reason == f"requires.{reason}"


def may(s, state):
    return {kind for kind, about in next_acts(s.case(), state, b.TABLE) if about == s.id}


# -- speciality ----------------------------------------------------------------------------------------------


def test_nobody_is_given_up_again_without_consent_and_with_it_only_to_the_state_it_names():
    s = y.consented()
    refuses(s, "GH", "speciality", y.AGAIN, "speciality_allows")  # it has to say on what it rests
    there = {**y.AGAIN, "consent": s.consent}
    refuses(s, "GH", "speciality", {**there, "to": "XD"}, "speciality_allows")
    refuses(s, "GH", "speciality", {**there, "use": "other_offence", "to": None}, "speciality_allows")
    s.say("GH", "speciality", there, about=s.id)


@pytest.mark.parametrize("answer", ["refused", "given_on_conditions"])
def test_consent_that_was_refused_opens_nothing_and_one_on_conditions_does(answer):
    s = y.consented(answer)
    there = {**y.AGAIN, "consent": s.consent}
    s.say("GH", "speciality", there, about=s.id, lawful=answer != "refused")


def test_consent_for_another_offence_is_for_that_alone():
    s = y.consented(use="other_offence", to=None)
    tried = {**y.AGAIN, "use": "other_offence", "consent": s.consent, "to": None}
    refuses(s, "GH", "speciality", {**tried, "items": ["nobody"]}, "speciality_allows")
    s.say("GH", "speciality", tried, about=s.id)


def test_consent_to_give_up_again_names_the_state():
    s = surrendered()
    refuses(s, "GH", "seek_consent", {**y.SEEK, "to": None}, "seeks_known_conditions")
    refuses(s, "GH", "seek_consent", {**y.SEEK, "use": "other_offence"}, "seeks_known_conditions")


def test_who_has_come_back_is_given_up_by_nobody():
    s = surrendered("temporary")
    s.sought = s.say("GH", "seek_consent", y.SEEK, about=s.id).id
    given = {"sought": s.sought, "consent": "given", "conditions": []}
    s.consent = s.say("PT", "consent", given, about=s.id).id
    s.say("PT", "surrender", b.surrender("returned"), about=s.id)
    refuses(s, "GH", "speciality", {**y.AGAIN, "consent": s.consent}, "person_given")


# -- in place of surrender ---------------------------------------------------------------------------------


def test_whose_sentence_is_to_be_enforced_is_not_prosecuted_again():
    s = national()
    owed = lambda: to_prosecute(s.case().request(s.id), NATIONALITY)  # noqa: E731 - a word for a line
    assert owed() == ("person",)
    s.say("GH", "ask_instead", y.ENFORCE, about=s.id)
    assert owed() == ()
    assert to_enforce(s.case().request(s.id)) == ("person",)
    refuses(
        s, "PT", "prosecute_instead", {"items": ["person"], "at": b.AT, "evidence": None}, "prosecution_owed"
    )
    s.say("PT", "enforce_instead", y.ENFORCED, about=s.id)
    assert not {"ask_instead"} & may(s, "GH")
    assert not {"enforce_instead", "prosecute_instead"} & may(s, "PT")


def test_where_the_sentence_is_not_taken_over_prosecution_can_still_be_asked_for():
    s = y.asked_to_enforce()
    s.say("PT", "enforce_instead", {**y.ENFORCED, "taken_over": False}, about=s.id)
    refuses(s, "GH", "ask_instead", y.ENFORCE, "asks_refused_items")
    s.say("GH", "ask_instead", y.PROSECUTE, about=s.id)
    assert to_prosecute(s.case().request(s.id), NATIONALITY) == ("person",)
    s.say("PT", "prosecute_instead", {"items": ["person"], "at": b.AT, "evidence": None}, about=s.id)
    assert "ask_instead" not in may(s, "GH")


def test_who_is_released_on_bail_is_told_apart_and_can_be_arrested_again():
    s = y.extradition()
    s.say("PT", "arrest", b.arrest(), about=s.id)
    s.say("PT", "arrest", b.arrest("released", on_bail=True), about=s.id)
    s.say("PT", "arrest", b.arrest("rearrested"), about=s.id)
    said = [one.terms.on_bail for one in s.case().request(s.id).said("arrest")]
    assert said == [False, True, False]


# -- frozen property -----------------------------------------------------------------------------------------


def test_property_is_let_go_only_when_the_other_state_had_its_say():
    s = y.to_be_lifted()
    lift = {**y.LIFT, "consultation": s.offer}
    refuses(s, "PT", "lift", lift, "heard_first")
    s.say("GH", "correspond", {"answers": None}, about=s.id)
    refuses(s, "PT", "lift", lift, "heard_first")  # a letter about something else is no answer
    s.say("GH", "correspond", {"answers": s.offer}, about=s.id)
    s.say("PT", "lift", lift, about=s.id)
    assert frozen(s.case().request(s.id)) == ()
    refuses(s, "PT", "lift", lift, "frozen")


def test_it_is_let_go_after_closing_too_and_silence_until_the_stated_time_is_an_answer():
    s = y.frozen()
    s.say("PT", "close", {"outcome": "answered"}, about=s.id)
    s.offer = s.say("PT", "consult", y.CONSULT, about=s.id).id
    lift = {**y.LIFT, "consultation": s.offer}
    refuses(s, "PT", "lift", lift, "heard_first")
    s.say("PT", "lift", lift, about=s.id, at=b.LATER)


def test_an_offer_from_before_the_freezing_was_about_something_else():
    s = y.asked_to_freeze()
    s.offer = s.say("PT", "consult", y.CONSULT, about=s.id).id
    s.say("GH", "correspond", {"answers": s.offer}, about=s.id)
    both = (b.outcome("asset"), b.outcome("other", "refuse"))
    s.say("PT", "decide", b.decision(*both, consultation=s.offer), about=s.id, at=b.LATER)
    s.say("PT", "effected", b.effected("asset", at=b.LATER), about=s.id, at=b.LATER)
    refuses(s, "PT", "lift", {**y.LIFT, "consultation": s.offer}, "heard_first", at=b.LATER)


def test_what_is_no_longer_asked_for_is_let_go_unheard():
    s = over(y.frozen())
    s.say("PT", "lift", y.LIFT, about=s.id)


def test_who_preserves_names_the_state_of_another_provider():
    s = y.to_preserve()
    s.say("PT", "effected", {**b.effected(), "pointed_to": "XC"}, about=s.id)
    (told,) = s.case().request(s.id).effected
    assert told.pointed_to == "XC"


def test_one_person_decides_on_preserving_and_says_who_ratifies_and_on_access_two_do():
    s = y.to_preserve()
    alone = {**b.decision(b.outcome("mailbox")), "ratify_by": b.LATER}
    s.say("PT", "decide", alone, about=s.id, roles=("author",))
    t = b.Story()
    t.id = t.say("GH", "request", b.request_terms(), roles=y.TWO).id
    decision = t.draft("PT", "decide", alone, about=t.id, roles=("author",))
    assert judge(t.case("PT"), decision, b.TABLE, own=True) == NotInOrder("signers", "signers_missing")


@pytest.mark.parametrize("named", ["nothing", "the request"])
def test_what_names_no_offer_of_consultation_lets_nothing_go_though_the_request_was_withdrawn(named):
    """Else an id that is nowhere would stop both folds."""
    s = y.frozen()
    s.say("GH", "withdraw", {"reason": "no_longer_needed"}, about=s.id)
    consultation = "0" * 64 if named == "nothing" else s.id
    refuses(s, "PT", "lift", {**y.LIFT, "consultation": consultation}, "heard_first")
    lift = s.draft("PT", "lift", {**y.LIFT, "consultation": consultation}, about=s.id)
    assert frozen(fold([*s.acts, lift], b.TABLES).request(s.id)) == ("asset",)


def test_property_that_was_let_go_and_frozen_again_is_frozen_and_let_go_only_after_another_hearing():
    s = y.let_go()
    assert frozen(s.case().request(s.id)) == ()
    again = "2026-11-25T12:00:00Z"
    s.say("PT", "effected", b.effected("asset", at=again), about=s.id, at=again)
    assert frozen(s.case().request(s.id)) == ("asset",)
    lift = {**y.LIFT, "at": again}
    refuses(s, "PT", "lift", {**lift, "consultation": s.offer}, "heard_first", at=again)
    new = s.say("PT", "consult", {**y.CONSULT, "answer_by": "2026-11-26T12:00:00Z"}, about=s.id, at=again).id
    s.say("GH", "correspond", {"answers": new}, about=s.id, at=again)
    s.say("PT", "lift", {**lift, "consultation": new}, about=s.id, at=again)
    assert frozen(s.case().request(s.id)) == ()


def test_property_that_is_reported_as_gone_is_not_frozen():
    s = y.frozen()
    s.say("PT", "effected", b.effected("asset", outcome="expired"), about=s.id)
    assert frozen(s.case().request(s.id)) == ()


def test_who_was_lent_while_the_request_was_withdrawn_can_still_come_back():
    s = y.extradition()
    s.say("PT", "court", b.court("lawful"), about=s.id)
    s.say("PT", "decide", b.decision(b.outcome("person")), about=s.id, to_both=False)
    s.say("PT", "surrender", b.surrender("temporary"), about=s.id, to_both=False)
    s.say("GH", "withdraw", {"reason": "error"}, about=s.id, to_both=False)
    request = s.meet().request(s.id)
    assert request.withdrawn is not None
    assert request.item("person").standing.value == "open", "the decision fell to the withdrawal"
    assert "surrender" in may(s, "PT")
    refuses(s, "PT", "surrender", b.surrender("full"), "surrenders_granted_items")
    s.say("PT", "surrender", b.surrender("returned"), about=s.id)
    assert "surrender" not in may(s, "PT")


@pytest.mark.parametrize("after", ["ask_instead", "enforce_instead"])
def test_what_is_asked_in_place_of_a_surrender_falls_with_its_refusal(after):
    s = national()
    refusal = s.acts[-1]
    said = [s.say("GH", "ask_instead", y.ENFORCE, about=s.id)]
    if after == "enforce_instead":
        said.append(s.say("PT", "enforce_instead", y.ENFORCED, about=s.id))
    case = fold([*s.acts, y.twin(s, refusal)], b.TABLES)
    assert [case.standing(one.id).moves for one in (refusal, *said)] == [False] * (1 + len(said))
    assert to_enforce(case.request(s.id)) == ()


def test_an_answer_on_enforcement_falls_with_what_asked_for_it():
    s = y.asked_to_enforce()
    asked = s.acts[-1]
    answered = s.say("PT", "enforce_instead", y.ENFORCED, about=s.id)
    case = fold([*s.acts, y.twin(s, asked)], b.TABLES)
    assert not case.standing(answered.id).moves
    assert to_prosecute(case.request(s.id), NATIONALITY) == ("person",)


def test_letting_go_falls_with_the_freezing():
    """The report of the freezing is rejected while the other side lets go what it froze."""
    s = y.frozen()
    freezing = s.acts[-1].id
    offer = s.say("PT", "consult", y.CONSULT, about=s.id, to_both=False).id
    lift = {**y.LIFT, "consultation": offer}
    lifted = s.say("PT", "lift", lift, about=s.id, at=b.LATER, to_both=False).id
    terms = {"act": freezing, "step": "x", "reason": "y"}
    s.say("GH", "reject", terms, about=s.id, roles=("node",), to_both=False)
    case = s.meet()
    assert [case.standing(id).moves for id in (freezing, lifted)] == [False, False]


def test_a_sentence_is_to_be_enforced_of_nobody_who_is_not_refused():
    s = y.asked_to_enforce()
    request = s.case().request(s.id)
    granted = replace(request.item("person"), standing=ItemStanding.GRANTED)
    assert to_enforce(request) == ("person",)
    assert to_enforce(replace(request, items=(granted,))) == ()


# -- transit -------------------------------------------------------------------------------------------------


def held(s, state="PT"):
    return due(s.case(state), fold_home(s.case(state), (), state), LAW, ZONES, NOW)


def test_custody_in_transit_is_due_to_end_until_the_person_has_left():
    s = y.in_transit()
    (custody,) = [one for one in held(s) if one.kind == "house.custody"]
    assert (custody.state, custody.at) == ("PT", datetime(2026, 11, 24, 12, tzinfo=UTC))
    refuses(s, "PT", "close", {"outcome": "answered"}, "ended")
    s.say("PT", "surrender", b.surrender(), about=s.id, roles=("author",))
    assert [one for one in held(s) if one.kind == "house.custody"] == []
    s.say("PT", "close", {"outcome": "answered"}, about=s.id)


def test_nobody_is_held_in_transit_without_an_end_or_before_it_is_granted():
    s = y.in_transit()
    s.say("PT", "arrest", b.arrest("released"), about=s.id)
    refuses(s, "PT", "arrest", b.arrest("rearrested", until=None), "custody_has_end")
    asked = b.Story()
    terms = b.request_terms(measure="transit", items=b.items("person", data="person"))
    asked.id = asked.say("GH", "request", terms, roles=y.TWO).id
    refuses(asked, "PT", "arrest", b.arrest(), "item_granted")
    refuses(asked, "PT", "surrender", b.surrender(), "granted_or_given")


def test_a_request_for_transit_that_is_withdrawn_leaves_the_release_to_be_told():
    s = over(y.in_transit())
    refuses(s, "PT", "surrender", b.surrender(), "open_or_return")
    s.say("PT", "arrest", b.arrest("released"), about=s.id)


def test_no_speciality_binds_the_state_of_transit_and_no_sentence_is_told_to_it():
    s = y.in_transit()
    s.say("PT", "surrender", b.surrender(), about=s.id, roles=("author",))
    assert not {"speciality", "sentence"} & may(s, "GH")
