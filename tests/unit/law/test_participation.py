"""What the shipped law data holds of signing and joining, and the wrong statements that go about."""

from collections import Counter
from datetime import date

import pytest

from comity.errors import BadInput
from comity.law import bound, in_force, relate
from comity.law.standing import missing, reported
from comity.messages import say

TODAY = date(2026, 11, 21)


def signed(law, instrument):
    return {s: e for s, events in law.steps(instrument).items() for e in events if e.event == "signature"}


def test_seventy_two_signed_at_hanoi_and_two_more_are_known_by_name(law):
    held = signed(law, "uncc")
    hanoi = {
        s for s, e in held.items() if (e.on or e.reported or "") < "2025-10-31" and s not in {"MU", "CA"}
    }
    assert len(hanoi) == 72
    assert set(held) - hanoi == {"MU", "CA"}
    assert held["MU"].on == "2025-11-19"
    assert held["CA"].on == "2026-07", "the day is not held"


def test_the_union_and_thirteen_of_its_members_signed_and_it_alone_is_an_organisation(law):
    members = ["AT", "BE", "CZ", "GR", "FR", "IE", "LU", "PL", "PT", "SK", "SI", "ES", "SE"]
    held = signed(law, "uncc")
    assert all(state in held for state in [*members, "EU"])
    assert [s for s, e in held.items() if e.organisation] == ["EU"]


def test_twenty_one_african_states_signed_by_the_end_of_october(law):
    african = {
        "DZ", "AO", "BF", "CI", "CD", "DJ", "EG", "GH", "GW", "LY", "MA", "MZ", "NA", "NG", "ZA", "TG", "UG",
        "TZ", "ZW", "ML", "RW",
    }  # fmt: skip
    assert len(african) == 21
    assert all(state in signed(law, "uncc") for state in african)


def test_what_is_inferred_or_only_in_the_press_says_so(law):
    held = signed(law, "uncc")
    assert held["UY"].mark == "C"
    assert held["UY"].on is None
    assert all(held[s].on is None and held[s].mark == "B" for s in ("ZA", "UG", "ZW", "SE", "GB", "VE", "VN"))


def test_no_day_of_deposit_is_held_for_the_convention(law):
    steps = [e for events in law.steps("uncc").values() for e in events if e.consents]
    assert {e.state for e in steps} == {"AZ", "QA", "VN"}
    assert all(e.on is None and e.reported == "2026-05-21" and e.mark == "B" for e in steps)


def test_wrong_seventy_two_ratified_and_it_entered_into_force_at_hanoi(law):
    for on in (date(2025, 10, 26), TODAY):
        assert in_force(law, "uncc", on).answer == "no"
        assert all(bound(law, s, "uncc", on).answer != "yes" for s in law.steps("uncc"))
    assert missing(law, law.instrument("uncc"), TODAY) == 37
    assert reported(law, law.instrument("uncc"), TODAY) == 3


def test_wrong_there_are_seventy_one_articles_and_access_is_article_six(law):
    assert max(p.article for p in law.provisions_of("uncc")) <= 68
    assert law.provision("uncc.offence.illegal_access").article == 7


def test_wrong_authorised_testing_protects_researchers_from_the_access_offence(law):
    assert law.provision("uncc.offence.misuse_of_devices.testing").article == 11
    assert "no defence" in law.provision("uncc.offence.misuse_of_devices.testing").summary


def test_wrong_preservation_is_refused_for_lack_of_dual_criminality(law):
    (basis,) = [b for b in law.measure("preserve").bases if b.instrument == "uncc"]
    assert basis.dual_criminality == "by_reservation"


@pytest.mark.parametrize("state", ["US", "JP", "NZ", "MX", "IN", "IL", "UA"])
def test_who_did_not_sign_at_hanoi_is_not_said_to_have(law, state):
    assert state not in signed(law, "uncc")
    assert bound(law, state, "uncc", TODAY).answer == "unknown"


def test_seventy_six_parties_to_budapest_and_one_that_acts_as_one(law):
    parties = {
        s
        for s, events in law.steps("budapest").items()
        if any(e.consents or e.event == "party" for e in events)
    }
    assert len(parties) == 76 + 1
    marks = Counter(e.mark for events in law.steps("budapest").values() for e in events if e.event == "party")
    # One of the 39 that were read is held by its accession.
    assert (marks["A"], marks["C"]) == (38, 37)
    assert law.status("IE", "budapest")[0].event == "signature"
    assert bound(law, "IE", "budapest", TODAY).answer != "yes"


def test_an_accession_of_july_2024_binds_from_november(law):
    assert bound(law, "CI", "budapest", date(2024, 10, 31)).answer == "no"
    assert bound(law, "CI", "budapest", date(2024, 11, 1)).answer == "yes"


def test_the_second_protocol_is_never_said_to_be_in_force(law):
    assert in_force(law, "budapest_second", date(2026, 6, 1)).answer == "no"
    assert in_force(law, "budapest_second", TODAY).answer == "unknown"
    assert missing(law, law.instrument("budapest_second"), TODAY) == 3


def test_of_human_rights_treaties_no_fact_of_participation_is_invented(law):
    assert {i.key for i in law.instruments} <= {"budapest", "budapest_second", "uncc", "untoc"}
    assert law.steps("untoc") == {}


def test_every_pair_of_signatories_hears_that_the_convention_is_not_in_force(law):
    for pair in (("FR", "DE"), ("CN", "RU"), ("VN", "QA"), ("EU", "AZ")):
        (uncc,) = [b for b in relate(law, *pair, TODAY).bindings if b.instrument == "uncc"]
        assert (uncc.in_force, uncc.missing) == ("no", 37)


def test_where_nothing_binds_it_is_said_what_would_and_what_is_missing(law):
    relation = relate(law, "CN", "RU", TODAY, "access_stored")
    assert relation.offers == ()
    assert set(relation.would) == {"budapest", "uncc"}
    (uncc,) = [b for b in relation.bindings if b.instrument == "uncc"]
    told = [say(lack) for lack in uncc.lacks]
    assert any("37 more ratifications" in one for one in told)
    assert any("deposit of CN" in one for one in told)
    assert any("deposit of RU" in one for one in told)


def test_a_territory_is_reached_only_where_a_note_says_so(changed):
    base = (
        '\n[[status]]\nstate = "CN"\ninstrument = "budapest"\nevent = "party"\non = "2020-01-01"\n'
        'mark = "A"\nsources = ["S-COE"]\n'
    )
    note = (
        '\n[[status]]\nstate = "CN"\ninstrument = "budapest"\nevent = "territorial"\nterritory = "HK"\n'
        'extends = true\non = "2021-05-01"\nmark = "B"\nsources = ["S-COE"]\n'
    )
    silent, extended = changed(**{"states/CN.toml": base}), changed(**{"states/CN.toml": base + note})
    assert bound(silent, "CN", "budapest", TODAY).answer == "yes"
    assert bound(silent, "HK", "budapest", TODAY).answer == "unknown"
    assert bound(extended, "HK", "budapest", TODAY).answer == "yes"
    assert bound(extended, "HK", "budapest", TODAY).mark == "B"
    assert bound(extended, "HK", "budapest", date(2021, 4, 30)).answer == "unknown"
    assert bound(extended, "MO", "budapest", TODAY).answer == "unknown"


def test_a_state_has_no_relation_with_its_own_territory(law):
    with pytest.raises(BadInput) as caught:
        relate(law, "CN", "HK", TODAY)
    assert caught.value.id == "law.one_state"


def test_a_measure_and_an_offence_are_covered_by_what_is_in_force(law):
    relation = relate(law, "GH", "PT", TODAY, "preserve", offence="illegal_access")
    assert dict(relation.offence_classes) == {"budapest": "convention", "uncc": "convention"}
    assert {"access_stored", "preserve", "disclose_traffic", "extradite"} <= set(relation.measures)
    # Assets go back under the other Convention only, which does not bind the two.
    assert not {"confiscate", "return_asset", "transfer_sentenced"} & set(relation.measures)
    assert dict(relate(law, "GH", "PT", TODAY, offence="intimate_images").offence_classes)["uncc"] is None


def test_a_basis_that_does_not_take_the_offence_is_not_offered(changed):
    law = changed("measures/preserve.toml", '["convention", "serious", "other"]', '["serious"]')
    assert relate(law, "GH", "PT", TODAY, "preserve", offence="illegal_access").offers == ()
    assert relate(law, "GH", "PT", TODAY, "preserve").offers
