"""What binds two States: signing is not being bound, unknown is not no, and one value for both."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import consent, deposits

from comity.errors import BadInput, NotFound
from comity.law import bound, in_force, packaged_bundle, relate
from comity.messages import say

TODAY = date(2026, 11, 21)
HEAD = "instruments/uncc/instrument.toml"


def by_key(relation):
    return {binding.instrument: binding for binding in relation.bindings}


def test_today_the_convention_is_not_in_force_and_37_more_are_needed(law):
    uncc = by_key(relate(law, "GH", "PT", TODAY))["uncc"]
    assert (uncc.in_force, uncc.missing, uncc.mark) == ("no", 37, "B")
    assert any("37 more" in say(reason) for reason in uncc.reasons)


def test_today_both_are_parties_to_budapest_as_far_as_the_data_says_and_that_is_to_be_confirmed(law):
    relation = relate(law, "GH", "PT", TODAY)
    assert [b.instrument for b in relation.in_force] == ["budapest"]
    assert relation.in_force[0].mark == "C"
    assert relation.in_force[0].to_be_confirmed
    assert "At least these" in say(relation.trace[0])


@given(st.dates(date(2001, 11, 23), date(2040, 1, 1)), st.sampled_from([None, "preserve", "access_stored"]))
def test_a_relation_is_the_same_from_both_sides(on, measure):
    law = packaged_bundle()
    assert relate(law, "GH", "PT", on, measure) == relate(law, "PT", "GH", on, measure)


@given(st.dates(date(2024, 12, 24), date(2040, 1, 1)))
def test_the_convention_is_on_no_day_said_to_be_in_force(on):
    law = packaged_bundle()
    uncc = by_key(relate(law, "GH", "PT", on))["uncc"]
    assert uncc.in_force != "yes"
    # Ninety days must run even if all deposited on the day after the data was looked at.
    certain = on < date(2026, 11, 22) + timedelta(days=90)
    assert uncc.in_force == ("no" if certain else "unknown")
    assert uncc.missing is None or uncc.missing >= 37


def test_before_the_ratifications_were_reported_fewer_are_counted(law):
    assert by_key(relate(law, "GH", "PT", date(2025, 12, 1)))["uncc"].missing == 40
    assert by_key(relate(law, "GH", "PT", date(2026, 3, 15)))["uncc"].missing == 40
    assert by_key(relate(law, "GH", "PT", date(2026, 4, 1)))["uncc"].missing == 39


def test_seventy_two_signatures_do_not_bind_anyone(changed):
    signed = "".join(consent("XA", "2025-10-25", event="signature") for _ in range(72))
    law = changed(**{HEAD: signed})
    assert in_force(law, "uncc", TODAY).answer == "no"
    assert bound(law, "XA", "uncc", TODAY).answer == "no"


def test_with_the_fortieth_deposit_it_enters_into_force_on_the_ninetieth_day(changed):
    both = consent("GH", "2028-01-10") + consent("PT", "2028-01-10")
    law = changed(**{HEAD: deposits(38) + both})
    entry = date(2028, 1, 10) + timedelta(days=90)
    assert by_key(relate(law, "GH", "PT", entry - timedelta(days=1)))["uncc"].in_force == "no"
    assert by_key(relate(law, "GH", "PT", entry))["uncc"].in_force == "yes"


def test_a_unions_deposit_is_never_one_more(changed):
    states = deposits(37) + consent("GH", "2028-01-10") + consent("PT", "2028-01-10")
    union = deposits(1, organisation="true").replace('"XA"', '"EU"')
    law = changed(**{HEAD: states + union})
    assert in_force(law, "uncc", date(2028, 12, 1)).answer != "yes"


def test_in_force_for_others_is_not_in_force_for_one_who_only_signed(changed):
    law = changed(**{HEAD: deposits(40, on="2026-01-10") + consent("GH", "2026-05-01")})
    relation = by_key(relate(law, "GH", "PT", TODAY))["uncc"]
    assert in_force(law, "uncc", TODAY).answer == "yes"
    assert bound(law, "GH", "uncc", TODAY).answer == "yes"
    assert bound(law, "GH", "uncc", date(2026, 5, 30)).answer == "no"
    assert bound(law, "GH", "uncc", date(2026, 5, 31)).answer == "yes"
    assert relation.in_force == "no"
    assert any("Signing is not being bound" in say(reason) for reason in relation.reasons)


def test_a_reported_ratification_without_its_day_is_unknown_not_yes(law):
    assert bound(law, "VN", "uncc", TODAY).answer == "unknown"


def test_a_party_since_when_is_not_held_is_unknown_on_earlier_days(law):
    budapest = by_key(relate(law, "GH", "PT", date(2015, 1, 1)))["budapest"]
    assert budapest.in_force == "unknown"


def test_a_denunciation_ends_it_when_it_takes_effect(changed):
    law = changed(**{"states/GH.toml": consent("GH", "2026-02-10", "budapest", "denunciation")})
    assert bound(law, "GH", "budapest", date(2026, 5, 31)).answer == "yes"
    assert bound(law, "GH", "budapest", date(2026, 6, 1)).answer == "no"
    assert by_key(relate(law, "GH", "PT", TODAY))["budapest"].in_force == "no"


def test_a_state_with_a_file_but_no_step_is_unknown(changed):
    law = changed(**{"states/XA.toml": '[nation]\ncode = "XA"\nname = "Aland of Examples"\n'})
    relation = relate(law, "XA", "GH", TODAY, "preserve")
    assert by_key(relation)["budapest"].in_force == "unknown"
    assert relation.offers == ()
    assert any(reason.id == "law.reason.no_basis" for reason in relation.reasons)


def test_only_what_is_in_force_is_offered_and_what_is_weak_is_flagged(law):
    relation = relate(law, "GH", "PT", TODAY, "preserve")
    assert [offer.instrument for offer in relation.offers] == ["budapest"]
    assert relation.offers[0].to_be_confirmed
    assert relation.offers[0].mark == "C"


def test_when_both_bind_the_bases_come_in_the_order_of_the_measure(changed):
    both = consent("GH", "2026-01-10") + consent("PT", "2026-01-10")
    law = changed(**{HEAD: deposits(38, on="2026-01-10") + both})
    offers = relate(law, "GH", "PT", TODAY, "access_stored").offers
    assert [offer.instrument for offer in offers] == [
        b.instrument for b in law.measure("access_stored").bases
    ]
    assert len(offers) == 2


def test_a_reservation_stands_under_the_name_of_who_made_it_in_one_relation(changed):
    reservation = (
        '\n[[reservation]]\nstate = "PT"\nprovision = "budapest.preservation.reservation"\n'
        'since = "2025-01-01"\nsummary = "An example."\nmark = "A"\nsources = ["S-COE"]\n'
    )
    law = changed(**{"states/PT.toml": reservation})
    relation = relate(law, "GH", "PT", TODAY)
    assert [r.state for r in relation.reservations] == ["PT"]
    assert relation == relate(law, "PT", "GH", TODAY)
    assert relate(law, "GH", "PT", date(2024, 12, 31)).reservations == ()


def test_a_day_after_the_data_says_so(law):
    assert "law.reason.after_data" not in {r.id for r in relate(law, "GH", "PT", TODAY).reasons}
    later = relate(law, "GH", "PT", date(2026, 12, 1))
    assert "law.reason.after_data" in {r.id for r in later.reasons}


def test_an_unknown_state_is_told_with_how_many_are_known(law):
    with pytest.raises(NotFound) as caught:
        relate(law, "GH", "XX", TODAY)
    assert caught.value.id == "law.unknown_state"
    assert caught.value.arguments["known"] == len(law.content.nations) + 2


def test_a_day_before_any_instrument_is_refused(law):
    with pytest.raises(BadInput) as caught:
        relate(law, "GH", "PT", date(2000, 11, 14))
    assert caught.value.id == "law.date_before_data"


def test_before_its_adoption_an_instrument_is_said_not_to_exist_yet(law):
    uncc = by_key(relate(law, "GH", "PT", date(2024, 12, 23)))["uncc"]
    assert uncc.in_force == "no"
    assert "law.reason.not_yet_adopted" in {r.id for r in uncc.reasons}


def test_a_state_has_no_relation_with_itself(law):
    with pytest.raises(BadInput) as caught:
        relate(law, "GH", "GH", TODAY)
    assert caught.value.id == "law.one_state"


def test_an_unknown_measure_is_refused(law):
    with pytest.raises(NotFound):
        relate(law, "GH", "PT", TODAY, "teleport")


def leaving(*steps):
    return "".join(consent("GH", on, "budapest", event) for on, event in steps)


def test_who_left_and_joins_again_years_later_is_not_bound_between(changed):
    law = changed(**{"states/GH.toml": leaving(("2027-02-10", "denunciation"), ("2030-01-10", "accession"))})
    answers = [bound(law, "GH", "budapest", day).answer for day in (
        date(2027, 5, 31), date(2027, 6, 1), date(2029, 6, 1), date(2030, 1, 10), date(2030, 6, 1)
    )]  # fmt: skip
    assert answers == ["yes", "no", "no", "no", "yes"]


def test_a_notice_whose_day_is_held_in_part_is_unknown_while_it_may_have_taken_effect(changed):
    law = changed(**{"states/GH.toml": leaving(("2027", "denunciation"))})
    days = (date(2027, 4, 30), date(2028, 1, 15), date(2028, 4, 1))
    assert [bound(law, "GH", "budapest", day).answer for day in days] == ["yes", "unknown", "no"]


def test_a_denunciation_of_the_convention_takes_effect_a_year_on(changed):
    days = deposits(40, on="2026-01-10") + consent("GH", "2026-01-10")
    law = changed(
        **{"instruments/uncc/instrument.toml": days + consent("GH", "2027-03-01", event="denunciation")}
    )
    assert bound(law, "GH", "uncc", date(2028, 2, 29)).answer == "yes"
    assert bound(law, "GH", "uncc", date(2028, 3, 1)).answer == "no"


def test_who_is_not_bound_by_the_convention_is_not_bound_by_its_protocol(changed):
    joined = consent("GH", "2026-02-10", "budapest_second", "ratification")
    law = changed(**{"states/GH.toml": joined})
    assert bound(law, "GH", "budapest_second", TODAY).answer == "yes"
    gone = changed(**{"states/GH.toml": joined + consent("GH", "2026-02-10", "budapest", "denunciation")})
    after = bound(gone, "GH", "budapest_second", TODAY)
    assert (after.answer, after.reasons[-1].id) == ("no", "law.reason.within_no")
    never = changed(**{"states/IN.toml": joined.replace('"GH"', '"IN"')})
    assert bound(never, "IN", "budapest_second", TODAY).answer == "unknown"


def test_a_unions_step_that_would_count_is_refused(changed):
    with pytest.raises(BadInput) as caught:
        changed(**{HEAD: consent("EU", "2028-01-10")})
    assert caught.value.id == "law.union_counted"
