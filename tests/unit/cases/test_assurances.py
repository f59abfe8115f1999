"""Conditions on which a person was surrendered: asked by every deed after it, broken aloud or not at all."""

import beyond as y
import builders as b
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stages import DEATH, SERVE, TRIAL, assured, promised, surrenderable
from test_duties import Home
from test_undertakings import found

from comity.acts.person_terms import Penalty, SentenceStage, SentenceTerms
from comity.acts.terms import LimitKind
from comity.cases import fold, judge
from comity.cases.assurances import ask, assurances, broken_assurances, in_force
from comity.cases.standing import InOrder, NotInOrder
from comity.wire import build

LIFT_DEATH = {"use": "condition_lifted", "exhibits": [], "items": ["person"], "conditions": ["no-death"]}


def standing(s, terms, kind="sentence", state="GH", **more):
    return judge(s.case(), s.draft(state, kind, terms, about=s.id, **more), b.TABLE)


def refused(s, terms, reason, **more):
    assert standing(s, terms, **more) == NotInOrder("state", f"requires.{reason}")


def names(held):
    return [one.limit.id for one in held]


def test_nobody_is_surrendered_while_a_condition_is_not_accepted():
    s = promised(DEATH, TRIAL)
    refused(s, b.surrender("temporary"), "granted_or_given", kind="surrender", state="PT")
    s.say("GH", "accept", {"decision": s.decision, "conditions": ["no-death"]}, about=s.id)
    refused(s, b.surrender("temporary"), "granted_or_given", kind="surrender", state="PT")
    s.say("GH", "accept", {"decision": s.decision, "conditions": ["new-trial"]}, about=s.id)
    s.say("PT", "surrender", b.surrender("temporary"), about=s.id)


def test_a_condition_that_the_decision_anew_leaves_out_binds_nobody():
    s = promised(DEATH)
    s.say("PT", "decide", b.decision(b.outcome("person")), about=s.id)
    s.say("PT", "surrender", b.surrender(), about=s.id)
    assert assurances(s.case().request(s.id)) == ()
    s.say("GH", "sentence", b.sentence("death", "sought"), about=s.id)


def test_death_is_not_sought_where_it_was_promised_not_to_be_before_consent_lifts_that():
    s = assured(DEATH)
    refused(s, b.sentence("death", "sought"), "assurances_allow")
    refused(s, b.sentence("death", "sought", kept=["no-death"]), "assurances_allow")
    s.say("GH", "sentence", b.sentence("prison", "sought"), about=s.id)
    sought = s.say("GH", "seek_consent", LIFT_DEATH, about=s.id).id
    refused(s, b.sentence("death", "sought"), "assurances_allow")
    given_ = {"sought": sought, "consent": "given", "conditions": []}
    s.say("PT", "consent", given_, about=s.id)
    s.say("GH", "sentence", b.sentence("death", "sought"), about=s.id)


def test_consent_that_is_refused_lifts_nothing():
    s = assured(DEATH)
    sought = s.say("GH", "seek_consent", LIFT_DEATH, about=s.id).id
    s.say("PT", "consent", {"sought": sought, "consent": "refused", "conditions": []}, about=s.id)
    refused(s, b.sentence("death", "sought"), "assurances_allow")


def test_only_a_condition_that_binds_this_person_is_to_be_lifted():
    s = assured(DEATH)
    terms = {**LIFT_DEATH, "conditions": ["another"]}
    refused(s, terms, "seeks_known_conditions", kind="seek_consent")


def test_a_sentence_of_death_is_told_as_the_breach_that_it_is_and_both_sides_see_it():
    s = assured(DEATH)
    refused(s, b.sentence("death"), "assurances_answered")
    refused(s, b.sentence("death", kept=["no-death"]), "assurances_answered")
    told = s.say("GH", "sentence", b.sentence("death", broken=["no-death"]), about=s.id).id
    assert [one.id for one in broken_assurances(s.case("PT").request(s.id))] == [told]
    (due,) = found(Home(s, "PT"), "house.assurance")
    assert (due.state, due.act) == ("GH", told)


def test_nobody_calls_a_promise_broken_that_binds_not_or_that_the_deed_does_not_touch():
    s = assured(DEATH)
    refused(s, b.sentence("prison", broken=["no-death"]), "assurances_answered")
    refused(s, b.sentence("prison", kept=["another"]), "assurances_answered")


def test_a_breach_ends_when_the_state_that_surrendered_lifts_it_and_not_before():
    s = assured(DEATH)
    told = s.say("GH", "sentence", b.sentence("death", broken=["no-death"]), about=s.id).id
    s.say("GH", "sentence", b.sentence("prison"), about=s.id)
    assert found(Home(s, "GH"), "house.assurance") != []
    sought = s.say("GH", "seek_consent", LIFT_DEATH, about=s.id).id
    terms = {"sought": sought, "consent": "given", "conditions": [], "lifts": [told]}
    s.say("PT", "consent", terms, about=s.id)
    assert found(Home(s, "GH"), "house.assurance") == []
    assert broken_assurances(s.case().request(s.id)) == ()


def test_the_state_that_surrendered_says_itself_that_a_promise_was_broken():
    s = assured(TRIAL)
    broken = {**y.BROKEN, "condition": "new-trial"}
    told = s.say("PT", "breach", broken, about=s.id).id
    assert [one.id for one in broken_assurances(s.case("GH").request(s.id))] == [told]
    refused(s, {**broken, "exhibits": ["EX-1"]}, "breaks_an_assurance", kind="breach", state="PT")
    refused(s, {**broken, "items": []}, "breaks_an_assurance", kind="breach", state="PT")
    refused(s, {**broken, "items": ["person", "person"]}, "breaks_an_assurance", kind="breach", state="PT")


@pytest.mark.parametrize("said", [{}, {"kept": ["new-trial"], "broken": ["new-trial"]}, {"kept": ["serve"]}])
def test_what_no_rule_can_judge_a_person_says_of_every_deed(said):
    s = assured(TRIAL)
    refused(s, b.sentence(**said), "assurances_answered")
    s.say("GH", "sentence", b.sentence(kept=["new-trial"]), about=s.id)
    s.say("GH", "sentence", b.sentence(stage="final", broken=["new-trial"]), about=s.id)


def test_death_where_no_life_sentence_was_promised_is_for_a_person_to_answer():
    s = assured({"id": "no-life", "kind": "no_life_sentence"})
    refused(s, b.sentence("death"), "assurances_answered")
    s.say("GH", "sentence", b.sentence("death", broken=["no-life"]), about=s.id)


def test_who_is_to_serve_at_home_is_owed_back_from_the_final_sentence_until_the_return():
    s = assured(SERVE)
    home = Home(s, "PT")
    s.say("GH", "sentence", b.sentence(), about=s.id)
    assert found(home, "house.serve") == []
    final = s.say("GH", "sentence", b.sentence(stage="final"), about=s.id).id
    (due,) = found(home, "house.serve")
    assert (due.state, due.act, due.at) == ("GH", final, None)
    refused(s, b.sentence(stage="carried_out"), "assurances_answered")
    s.say("PT", "surrender", b.surrender("returned"), about=s.id)
    assert found(home, "house.serve") == []


@pytest.mark.parametrize("stage", ["sought", "passed"])
@pytest.mark.parametrize("penalty", ["lesser", "prison"])
def test_what_is_not_final_yet_takes_nobodys_return_back(penalty, stage):
    s = assured(SERVE)
    final = s.say("GH", "sentence", b.sentence(stage="final"), about=s.id).id
    s.say("GH", "sentence", b.sentence(penalty, stage), about=s.id)
    assert [one.act for one in found(Home(s, "PT"), "house.serve")] == [final]


@pytest.mark.parametrize("penalty", ["acquitted", "lesser"])
def test_who_has_nothing_to_serve_is_not_owed_back(penalty):
    s = assured(SERVE)
    s.say("GH", "sentence", b.sentence(penalty, "final"), about=s.id)
    assert found(Home(s, "PT"), "house.serve") == []


def test_a_sentence_quashed_is_served_nowhere():
    s = assured(SERVE)
    s.say("GH", "sentence", b.sentence(stage="final"), about=s.id)
    s.say("GH", "sentence", b.sentence("acquitted", "final"), about=s.id)
    assert found(Home(s, "PT"), "house.serve") == []


def test_what_a_consent_was_given_on_binds_once_somebody_acts_on_it():
    s = surrenderable()
    s.say("PT", "surrender", b.surrender(), about=s.id)
    seek = {**y.SEEK, "use": "other_offence", "to": None}
    sought = s.say("GH", "seek_consent", seek, about=s.id).id
    terms = {
        "sought": sought,
        "consent": "given_on_conditions",
        "conditions": ["no-death"],
        "limits": [DEATH],
    }
    s.consent = s.say("PT", "consent", terms, about=s.id).id
    assert names(in_force(s.case().request(s.id), ["person"])) == []
    tried = {**y.AGAIN, "use": "other_offence", "to": None, "consent": s.consent}
    s.say("GH", "speciality", tried, about=s.id)
    assert names(in_force(s.case().request(s.id), ["person"])) == ["no-death"]
    refused(s, b.sentence("death", "sought"), "assurances_allow")


def test_giving_up_again_rests_on_consent_and_a_person_says_what_else_is_kept():
    s = y.consented(before=lambda: assured(TRIAL, {"id": "stay", "kind": "no_re_extradition"}))
    there = {**y.AGAIN, "consent": s.consent}
    refused(s, {**there, "consent": None}, "speciality_allows", kind="speciality")
    refused(s, there, "assurances_answered", kind="speciality")
    refused(s, {**there, "kept": ["new-trial", "stay"]}, "assurances_answered", kind="speciality")
    s.say("GH", "speciality", {**there, "kept": ["new-trial"]}, about=s.id)


def test_who_has_come_back_is_still_reported_on():
    s = assured(DEATH, manner="temporary")
    s.say("PT", "surrender", b.surrender("returned"), about=s.id)
    s.say("GH", "sentence", b.sentence("death", broken=["no-death"]), about=s.id)


def test_what_is_said_of_a_person_falls_with_the_surrender():
    s = assured(DEATH)
    surrender = next(act for act in s.acts if act.id == s.surrender)
    told = s.say("GH", "sentence", b.sentence(), about=s.id).id
    case = fold([*s.acts, y.twin(s, surrender)], b.TABLES)
    assert not case.standing(s.surrender).moves
    assert not case.standing(told).moves


def test_what_consent_allowed_falls_with_the_consent():
    s = assured(DEATH)
    sought = s.say("GH", "seek_consent", LIFT_DEATH, about=s.id).id
    consent = s.say("PT", "consent", {"sought": sought, "consent": "given", "conditions": []}, about=s.id)
    told = s.say("GH", "sentence", b.sentence("death", "sought"), about=s.id).id
    case = fold([*s.acts, y.twin(s, consent)], b.TABLES)
    assert not case.standing(consent.id).moves
    assert not case.standing(told).moves


KINDS = [k for k in LimitKind if k not in {"destruction", "return"}]
OUTCOMES = st.tuples(st.sampled_from(list(Penalty)), st.sampled_from(list(SentenceStage)))


@settings(max_examples=40, deadline=None)
@given(kinds=st.sets(st.sampled_from(KINDS), max_size=3), deed=OUTCOMES, data=st.data())
def test_no_deed_passes_over_a_condition_in_silence(kinds, deed, data):
    """Whatever binds, and whatever is said of it: an act in order accounts for every condition once."""
    limits = [{"id": kind.value.replace("_", "-"), "kind": kind.value} for kind in sorted(kinds)]
    s = assured(*limits) if limits else assured_nothing()
    labels = [one["id"] for one in limits]
    kept = data.draw(st.lists(st.sampled_from(labels), unique=True)) if labels else []
    rest = [label for label in labels if label not in kept]
    broken = data.draw(st.lists(st.sampled_from(rest), unique=True)) if rest else []
    penalty, stage = deed
    it = standing(s, b.sentence(penalty, stage, kept=kept, broken=broken))
    if it != InOrder():
        return
    assert not (stage == "sought" and broken)
    for kind, penal in (("no_death_penalty", "death"), ("no_life_sentence", "life")):
        if kind in kinds and penalty == penal:
            assert stage != "sought"
            assert kind.replace("_", "-") in broken
    if "return_to_serve" in kinds and stage == "carried_out" and penalty not in {"acquitted", "lesser"}:
        assert "return-to-serve" in broken
    for kind in kinds & {"trial_guarantee", "other"}:
        assert kind.replace("_", "-") in {*kept, *broken}
    assert set(kept).isdisjoint(broken)


@settings(max_examples=30, deadline=None)
@given(kinds=st.sets(st.sampled_from(KINDS), max_size=3), deed=OUTCOMES)
def test_every_fact_can_be_told(kinds, deed):
    """Whatever happened can be said, once each condition is answered: no fact is locked out of the case."""
    penalty, stage = deed
    if stage == "sought" or (penalty == "acquitted" and stage == "carried_out"):
        return
    limits = [{"id": kind.value.replace("_", "-"), "kind": kind.value} for kind in sorted(kinds)]
    s = assured(*limits) if limits else assured_nothing()
    asked = ask(s.case().request(s.id), build(SentenceTerms, b.sentence(penalty, stage)))
    s.say("GH", "sentence", b.sentence(penalty, stage, kept=asked.open, broken=asked.broken), about=s.id)


def assured_nothing():
    s = surrenderable()
    s.surrender = s.say("PT", "surrender", b.surrender("to_return"), about=s.id).id
    return s
