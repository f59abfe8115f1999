"""What a reservation does between two States: the law of treaties, from both sides."""

from datetime import date

import pytest
from made import ALLOWED, OTHER, TODAY, objection, reservation

from comity.law import relate
from comity.messages import say


@pytest.fixture
def between(changed):
    """The paragraphs reserved between two States, with texts added to Portugal's file and to Ghana's."""

    def ask(pt, gh="", a="GH", on=TODAY, instrument=None):
        law = changed(**{"states/PT.toml": pt, "states/GH.toml": gh})
        relation = relate(law, a, "PT", on)
        key = instrument or ("budapest" if "budapest" in pt else "uncc")
        return next(x for x in relation.bindings if x.instrument == key)

    return ask


def test_one_that_the_instrument_allows_stands_at_once_and_works_both_ways(between):
    (made,) = between(reservation(ALLOWED)).reserved
    assert (made.effect, made.author, made.reciprocal) == ("modified", "PT", True)
    assert made.towards("PT") == made.towards("GH") == "modified"


def test_one_that_cannot_work_both_ways_is_one_sided(between):
    (made,) = between(reservation(ALLOWED, reciprocal=False)).reserved
    assert made.towards("PT") == "modified"
    assert made.towards("GH") is None


def test_a_declaration_touches_nobody_else(between):
    (made,) = between(reservation(ALLOWED, kind="declaration")).reserved
    assert made.effect == "declared"
    assert made.towards("GH") is None


def test_silence_of_twelve_months_accepts_and_before_that_it_is_unknown_with_the_day(between):
    text = reservation(OTHER, notified="2026-02-10")
    (early,) = between(text, on=date(2026, 11, 21)).reserved
    assert (early.effect, early.certain_on) == ("unknown", date(2027, 2, 10))
    assert any("2027-02-10" in say(reason) for reason in early.reasons)
    (last,) = between(text, on=date(2027, 2, 9)).reserved
    assert last.effect == "unknown"
    (late,) = between(text, on=date(2027, 2, 10)).reserved
    assert (late.effect, late.certain_on) == ("modified", None)


def test_who_joins_after_the_twelve_months_accepts_by_joining(between):
    joined = (
        '\n[[status]]\nstate = "GH"\ninstrument = "uncc"\nevent = "ratification"\n'
        'on = "2027-06-01"\nmark = "A"\nsources = ["S-UNTC"]\n'
    )
    text = reservation(OTHER, notified="2026-02-10")
    (before,) = between(text, joined, on=date(2027, 5, 31)).reserved
    assert (before.effect, before.certain_on) == ("unknown", date(2027, 6, 1))
    (after,) = between(text, joined, on=date(2027, 6, 1)).reserved
    assert after.effect == "modified"


def test_one_that_was_never_circulated_is_unknown(between):
    (made,) = between(reservation(OTHER)).reserved
    assert (made.effect, made.certain_on) == ("unknown", None)


def test_an_objection_takes_the_paragraph_away_between_the_two_only(between):
    text, against = reservation(OTHER, notified="2025-01-10"), objection(OTHER)
    (made,) = between(text, against).reserved
    assert made.effect == "excluded"
    assert made.towards("GH") == made.towards("PT") == "excluded"
    (other,) = between(text, against, a="FR").reserved
    assert other.effect == "modified", "France said nothing"


def test_an_objection_that_precludes_keeps_the_instrument_from_the_two(between):
    joined = "".join(
        f'\n[[status]]\nstate = "{s}"\ninstrument = "budapest"\nevent = "party"\n'
        'on = "2020-01-01"\nmark = "A"\nsources = ["S-COE"]\n'
        for s in ("GH", "PT")
    )
    text, against = joined + reservation(ALLOWED), objection(ALLOWED, precludes="true")
    assert between(text, against).in_force == "no"
    assert between(text, against, on=date(2025, 1, 31)).in_force == "yes", "not before the objection"
    assert between(text, against, a="FR", instrument="budapest").in_force == "yes", "France did not object"


def test_an_objection_to_what_the_instrument_allows_is_for_a_person(between):
    (made,) = between(reservation(ALLOWED), objection(ALLOWED)).reserved
    assert made.effect == "unknown"


def test_one_that_the_instrument_does_not_name_is_for_a_person_where_it_allows_no_other(between):
    (made,) = between(reservation("budapest.preservation.min_period", notified="2020-01-01")).reserved
    assert made.effect == "unknown"


def test_a_withdrawn_one_stands_no_more(between):
    text = reservation(ALLOWED, until="2026-01-01")
    assert between(text).reserved == ()
    assert between(text, on=date(2025, 12, 31)).reserved


def test_a_day_held_in_part_settles_nothing_inside_it(between):
    text = reservation(ALLOWED, since="2026")
    assert between(text, on=date(2025, 12, 31)).reserved == ()
    (inside,) = between(text, on=date(2026, 6, 1)).reserved
    assert inside.effect == "unknown"


def test_a_relation_with_reservations_is_the_same_from_both_sides(changed):
    law = changed(**{"states/PT.toml": reservation(ALLOWED), "states/GH.toml": objection(ALLOWED)})
    assert relate(law, "GH", "PT", TODAY) == relate(law, "PT", "GH", TODAY)


def test_an_answer_by_the_law_of_treaties_is_no_surer_than_what_is_held_of_it(between):
    (made,) = between(reservation(ALLOWED)).reserved
    assert made.mark == "C"


PARTIES = "".join(
    f'\n[[status]]\nstate = "{s}"\ninstrument = "budapest"\nevent = "party"\n'
    'on = "2020-01-01"\nmark = "A"\nsources = ["S-COE"]\n'
    for s in ("GH", "PT")
)


def test_an_objection_after_twelve_months_of_silence_comes_too_late(between):
    text = reservation(OTHER, notified="2024-02-10")
    (late,) = between(text, objection(OTHER, since="2025-02-11")).reserved
    assert late.effect == "modified"
    (timely,) = between(text, objection(OTHER, since="2025-02-10")).reserved
    assert timely.effect == "excluded"


def test_an_objection_falls_with_the_reservation_that_it_was_made_to(between):
    against = objection(ALLOWED, precludes="true")
    withdrawn = PARTIES + reservation(ALLOWED, until="2026-01-01")
    assert between(withdrawn, against, on=date(2025, 12, 31)).in_force == "no"
    assert between(withdrawn, against).in_force == "yes"


def test_an_objection_whose_day_is_held_in_part_leaves_it_unknown(between):
    against = objection(ALLOWED, precludes="true", since="2026")
    binding = between(PARTIES + reservation(ALLOWED), against)
    assert binding.in_force == "unknown"
    assert "law.reason.precluded_perhaps" in {r.id for r in binding.reasons}
    assert between(PARTIES + reservation(ALLOWED), against, on=date(2025, 12, 31)).in_force == "yes"
