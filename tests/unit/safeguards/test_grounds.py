"""A refusal: a ground that the law data holds, consultation where it comes first, and reasons."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from comity import messages
from comity.acts import Verdict
from comity.errors import NotPermitted
from comity.law import Bundle, Nation, Reservation
from comity.safeguards import OTHER, Refusal, check_refusal, grounds_for, grounds_of, refusal_duties, reserved

ON = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
DUAL = "budapest.ground.dual_criminality"
GOOD = Refusal(
    grounds=(DUAL,),
    reasons_given=True,
    consulted=(DUAL,),
    answer_by=NOW - timedelta(hours=1),
    answered=False,
    at=NOW,
)


def why(case, law, refusal):
    with pytest.raises(NotPermitted) as caught:
        check_refusal(case, law, ON, refusal)
    assert all(messages.explain(caught.value))
    return caught.value.id.removeprefix("safeguards.")


def test_silence_by_the_date_of_the_offer_satisfies_the_duty(case, law):
    assert [g.key for g in check_refusal(case({}), law, ON, GOOD)] == [DUAL]
    finding = refusal_duties(case({}), law, ON, GOOD)
    assert finding.verdict is Verdict.MET
    assert {f.stated_by for f in finding.facts} == {"XB"}


def test_an_answer_before_the_date_does_too(case, law):
    later = replace(GOOD, answer_by=NOW + timedelta(days=9), answered=True)
    assert check_refusal(case({}), law, ON, later)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"grounds": ()}, "no_ground"),
        ({"grounds": ("budapest.ground.dislike",)}, "unknown_ground"),
        ({"grounds": (DUAL, "budapest.ground.preserve_political_offence")}, "unknown_ground"),
        ({"grounds": ("uncc.ground.own_case_bar",)}, "unknown_ground"),
        ({"grounds": ("budapest.ground.fiscal_alone",)}, "forbidden_ground"),
        ({"grounds": (DUAL, "other.constitution")}, "other_law_not_named"),
        ({"grounds": (DUAL, "other.constitution"), "law_named": True}, "other_second_person"),
        ({"grounds": ("other.dislike",), "law_named": True, "persons": 2}, "unknown_ground"),
        ({"reasons_given": False}, "no_reasons"),
        ({"consulted": ()}, "consultation_first"),
        ({"consulted": ("budapest.ground.political_offence",)}, "consultation_first"),
        ({"answer_by": NOW + timedelta(seconds=1)}, "consultation_open"),
        ({"answer_by": None}, "consultation_open"),
    ],
)
def test_what_a_refusal_may_not_lack(case, law, change, reason):
    refusal = replace(GOOD, **change)
    assert why(case({}), law, refusal) == reason
    assert refusal_duties(case({}), law, ON, refusal).verdict is Verdict.NOT_MET


def test_where_no_consultation_comes_first_none_is_waited_for(case, law):
    ground = "budapest.ground.preserve_political_offence"
    refusal = Refusal((ground,), reasons_given=True, consulted=(), answer_by=None, answered=False, at=NOW)
    assert [g.key for g in check_refusal(case({}, "preserve"), law, ON, refusal)] == [ground]
    assert refusal_duties(case({}, "preserve"), law, ON, refusal).verdict is Verdict.MET


def test_grounds_differ_by_instrument_and_measure(case, law):
    def keys(*args):
        return {g.key for g in grounds_of(case({}, *args), law, ON)}

    assert "uncc.ground.own_case_bar" in keys("access_stored", "uncc")
    assert not any("own_case" in key for key in keys("access_stored", "budapest"))
    assert not keys("preserve", "uncc") & keys("access_stored", "uncc")


def test_a_class_of_offence_takes_a_ground_away_only_when_it_is_known(case, law):
    key = "budapest.ground.preserve_reservation"
    ask = {"law": law, "measure": "preserve", "instruments": ["budapest"], "requested": "XB"}
    offered = {c: {g.key for g in grounds_for(offence_class=c, **ask)} for c in ("convention", "other", None)}
    assert [key in offered[c] for c in ("convention", "other", None)] == [False, True, True]
    named = case({"offence.concept": "illegal_access"}, "preserve")
    assert key not in {g.key for g in grounds_of(named, law, ON)}


@pytest.mark.parametrize(
    ("penalty", "offered"), [("life", True), ("court_discretion", True), ("fine_only", False)]
)
def test_a_maximum_that_is_no_number_of_months_has_a_class_too(case, law, penalty, offered):
    named = case({"offence.concept": "other", "offence.penalty": penalty}, "preserve", "uncc")
    assert ("uncc.ground.preserve_reservation" in {g.key for g in grounds_of(named, law, ON)}) is offered


def test_a_ground_that_needs_a_reservation_is_offered_unless_none_was_made(case, content):
    key = "budapest.ground.preserve_reservation"
    known = tuple(Nation(code=c, name=c) for c in ("XA", "XB"))
    none = content.model_copy(update={"nations": known})
    made = Reservation(
        state="XB", provision="budapest.preservation.reservation", since="2020-01-01", summary="Reserved.",
        mark="A", sources=(content.sources[0].key,),
    )  # fmt: skip
    some = none.model_copy(update={"reservations": (made,)})
    offers = [
        key in {g.key for g in grounds_of(case({}, "preserve"), Bundle(c, b""), ON)}
        for c in (content, none, some)
    ]
    assert offers == [True, False, True]


def test_a_reservation_made_brings_dual_criminality_into_preservation(case, content):
    from comity.safeguards.bench import Frame, run
    from comity.safeguards.catalogue import BY_KEY

    known = tuple(Nation(code=c, name=c) for c in ("XA", "XB"))
    made = Reservation(
        state="XB", provision="budapest.preservation.reservation", since="2020-01-01", summary="Reserved.",
        mark="A", sources=(content.sources[0].key,),
    )  # fmt: skip

    def verdict(facts, reservations):
        law = Bundle(content.model_copy(update={"nations": known, "reservations": reservations}), b"")
        return run(BY_KEY["dual_criminality"], Frame(case(facts, "preserve"), law, "requested", ON)).verdict

    other = {"offence.concept": "no_such_concept"}
    assert verdict({}, ()) is Verdict.MET
    assert verdict({}, (made,)) is Verdict.NEEDS_HUMAN
    assert (
        verdict({**other, "law.punishable_requested": False, "offence.fits_concept": True}, (made,))
        is Verdict.NEEDS_HUMAN
    )
    fits = {"offence.concept": "illegal_access", "offence.fits_concept": True}
    assert verdict({**fits, "law.punishable_requested": False}, (made,)) is Verdict.MET, (
        "the instrument's own offence"
    )
    assert (
        verdict({**other, "law.punishable_requested": False}, (made.model_copy(update={"mark": "C"}),))
        is Verdict.NEEDS_HUMAN
    )


@pytest.mark.parametrize("key", OTHER)
def test_a_ground_of_the_states_own_law_is_always_open_with_its_law_named_and_two_persons(case, law, key):
    refusal = Refusal(
        (key,),
        reasons_given=True,
        consulted=(),
        answer_by=None,
        answered=False,
        at=NOW,
        law_named=True,
        persons=2,
    )
    for measure, instrument in (("preserve", "uncc"), ("extradite", "budapest"), ("freeze", "uncc")):
        asked = case({}, measure, instrument)
        assert check_refusal(asked, law, ON, refusal) == ()
        assert refusal_duties(asked, law, ON, refusal).verdict is Verdict.MET
        alone = replace(refusal, persons=1)
        assert why(asked, law, alone) == "other_second_person"
        assert refusal_duties(asked, law, ON, alone).verdict is Verdict.NOT_MET


def test_conditions_come_before_a_refusal_for_data_protection(case, law):
    key = "uncc.ground.data_protection"
    asked = case({}, "access_stored", "uncc")
    refusal = replace(GOOD, grounds=(key,), consulted=())
    assert why(asked, law, refusal) == "conditions_first"
    assert check_refusal(asked, law, ON, replace(refusal, consulted=(key,)))


def test_a_forbidden_ground_is_refused_with_the_paragraph_that_forbids_it(case, law):
    with pytest.raises(NotPermitted) as caught:
        check_refusal(
            case({}, "access_stored", "uncc"), law, ON, replace(GOOD, grounds=("uncc.ground.bank_secrecy",))
        )
    told, _ = messages.explain(caught.value)
    assert "art. 40(24)" in told
    assert "Bank secrecy is no ground" in told


@pytest.mark.parametrize(
    ("measure", "instrument", "has", "has_not"),
    [
        ("extradite", "uncc", "uncc.ground.extradition_nationality", "uncc.ground.own_case_bar"),
        ("disclose_traffic", "uncc", "uncc.ground.traffic_own_case_bar", "uncc.ground.de_minimis"),
        (
            "disclose_traffic",
            "budapest",
            "budapest.ground.traffic_political_offence",
            "budapest.ground.requested_law",
        ),
        ("freeze", "uncc", "uncc.ground.asset_evidence_or_value", "uncc.ground.extradition_conditions"),
        ("take_statement", "untoc", "untoc.ground.own_case_bar", "untoc.ground.bank_secrecy"),
        ("preserve", "uncc", "uncc.ground.preserve_own_case_bar", "uncc.ground.available_elsewhere"),
        ("access_stored", "uncc", "uncc.ground.available_elsewhere", "uncc.ground.preserve_own_case_bar"),
    ],
)
def test_each_measure_has_its_grounds_under_each_instrument(  # noqa: PLR0917 - fixtures and parameters, by name
    case, law, measure, instrument, has, has_not
):
    offered = {g.key for g in grounds_of(case({}, measure, instrument), law, ON)}
    assert has in offered
    assert has_not not in offered


def test_a_reservation_opens_a_ground_to_who_made_it_and_towards_who_made_it(content):
    ground = next(g for g in content.grounds if g.key == "budapest.ground.preserve_reservation")
    known = tuple(Nation(code=c, name=c) for c in ("XA", "XB"))

    def by(state, **more):
        made = Reservation(
            state=state, provision="budapest.preservation.reservation", since="2020-01-01", summary="R.",
            mark="A", sources=(content.sources[0].key,), **more,
        )  # fmt: skip
        bundle = Bundle(content.model_copy(update={"nations": known, "reservations": (made,)}), b"")
        return reserved(bundle, ground, "XB", "XA", ON)

    assert by("XB") == "own"
    assert by("XA") == "reciprocal"
    assert by("XA", reciprocal=False) == "none"
    assert by("XA", kind="declaration") == "none"
    assert by("XB", until="2026-01-01") == "none"
    nobody = Bundle(content.model_copy(update={"nations": known, "reservations": ()}), b"")
    assert reserved(nobody, ground, "XB", "XA", ON) == "none"
    unheld = (known[0].model_copy(update={"not_held": ("reservations",)}), known[1])
    unsure = Bundle(content.model_copy(update={"nations": unheld, "reservations": ()}), b"")
    assert reserved(unsure, ground, "XB", "XA", ON) == "not_known"
