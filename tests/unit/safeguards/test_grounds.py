"""A refusal: a ground that the law data holds, consultation where it comes first, and reasons."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from comity import messages
from comity.acts import Verdict
from comity.errors import NotPermitted
from comity.law import Bundle, Nation, Reservation
from comity.safeguards import Refusal, check_refusal, grounds_for, grounds_of, refusal_duties

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
