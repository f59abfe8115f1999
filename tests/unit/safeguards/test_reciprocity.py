"""A reservation works both ways, and what is not known of it is never taken for none."""

import pytest

from comity import wire
from comity.acts import Verdict
from comity.law import Bundle, Nation, Reservation
from comity.safeguards.catalogue import CHECKS

PARAGRAPH = "uncc.preservation.reservation"
NEITHER = {
    "request.conduct_described": True,
    "law.punishable_requesting": True,
    "law.punishable_requested": False,
    "offence.concept": "no_such_concept",
    "offence.max_penalty_months": 60,
}


def made(state, source, **more):
    return Reservation(
        state=state,
        provision=PARAGRAPH,
        since="2026-01-01",
        summary="An example.",
        mark="A",
        sources=(source,),
        **more,
    )


@pytest.fixture
def verdict(find, content):
    (check,) = [c for c in CHECKS if c.key == "dual_criminality"]
    source = content.sources[0].key

    def ask(*reservations, unheld=()):
        nations = tuple(
            Nation(code=s, name=s, not_held=("reservations",) if s in unheld else ()) for s in ("XA", "XB")
        )
        changed = {
            "nations": nations,
            "reservations": tuple(made(s, source, **more) for s, more in reservations),
        }
        other = content.model_copy(update=changed)
        law = Bundle(other, wire.dump_bytes(other))
        return find(check, NEITHER, measure="preserve", instrument="uncc", bundle=law).verdict

    return ask


def test_preservation_needs_no_dual_criminality_where_nobody_reserved(verdict):
    assert verdict() is Verdict.MET


def test_who_reserved_may_ask_for_it(verdict):
    assert verdict(("XB", {})) is Verdict.NEEDS_HUMAN, "nothing that it adopted says no"


def test_on_a_reservation_of_the_asking_state_the_requested_one_may_rely_so_a_person_looks(verdict):
    assert verdict(("XA", {})) is Verdict.NEEDS_HUMAN
    assert verdict(("XA", {"reciprocal": False})) is Verdict.MET
    assert verdict(("XA", {"kind": "declaration"})) is Verdict.MET


def test_a_withdrawn_one_counts_no_more_and_one_of_unsure_days_is_for_a_person(verdict):
    assert verdict(("XB", {"until": "2026-06-01"})) is Verdict.MET
    assert verdict(("XB", {"until": "2026"})) is Verdict.NEEDS_HUMAN


@pytest.mark.parametrize("unheld", [("XA",), ("XB",), ("XA", "XB")])
def test_where_reservations_of_either_are_not_held_a_person_looks(verdict, unheld):
    assert verdict(unheld=unheld) is Verdict.NEEDS_HUMAN
