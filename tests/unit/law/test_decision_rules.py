"""Decisions that the law data must lead to, whatever else changes in it: the rules of the reference notes."""

from datetime import date

import pytest
from made import consent, deposits, reservation

from comity.law import Bundle, in_force, look_up, read_citation, relate
from comity.safeguards import grounds_for

TODAY = date(2026, 11, 21)


@pytest.fixture
def reserved(changed):
    """The law data in which all that Portugal reserved is held: one paragraph, or none."""

    def make(*provisions) -> Bundle:
        texts = "".join(reservation(provision) for provision in provisions)
        held = '"languages", "reservations",'
        return changed(
            "states/PT.toml", held, held.replace(', "reservations"', ""), **{"states/PT.toml": texts}
        )

    return make


def notions(law, instrument, measure, offence_class):
    return {g.notion for g in grounds_for(law, measure, offence_class, (instrument,), "PT")}


def test_1_what_is_not_in_force_carries_no_measure(law):
    for measure in law.content.measures:
        for pair in (("GH", "PT"), ("AZ", "QA"), ("VN", "FR"), ("CN", "RU")):
            for offer in relate(law, *pair, TODAY, measure.key).offers:
                assert in_force(law, offer.instrument, TODAY).answer == "yes"
                assert offer.instrument != "uncc"


def test_2_preservation_for_one_of_its_own_offences_is_not_refused_for_lack_of_dual_criminality(reserved):
    with_reservation = reserved("uncc.preservation.reservation")
    for law in (reserved(), with_reservation):
        assert notions(law, "uncc", "preserve", "convention") == {
            "essential_interests", "own_case_bar", "discrimination",
        }  # fmt: skip


def test_3_for_another_serious_offence_it_may_be_by_who_has_reserved_so_and_nobody_else(reserved):
    assert "dual_criminality" in notions(
        reserved("uncc.preservation.reservation"), "uncc", "preserve", "serious"
    )
    assert "dual_criminality" not in notions(reserved(), "uncc", "preserve", "serious")


def test_3_where_reservations_are_not_held_it_stays_possible(law):
    assert "dual_criminality" in notions(law, "uncc", "preserve", "serious")


EXTRADITE = """
[measure]
key = "extradite"
summary = "A person is surrendered, an example."
intrusive = true
may_ask = [{ function = "central_authority" }]
may_answer = [{ function = "central_authority" }]
signing = [{ act = "request", roles = ["author", "approver"] }]
contents = [{ key = "facts", needed = "always", summary = "The facts." }]

[[measure.bases]]
instrument = "uncc"
provisions = ["uncc.extradition.scope"]
offence_classes = ["convention"]
dual_criminality = "may_be_required"
mark = "C"
"""


@pytest.fixture
def in_force_for_all(law, changed):
    """The law data with forty deposits, Ghana's and Portugal's among them, and with extradition."""
    held = {m.key for m in law.content.measures}
    more = {} if "extradite" in held else {"measures/extradite.toml": EXTRADITE}
    days = deposits(38, on="2026-01-10") + consent("GH", "2026-01-10") + consent("PT", "2026-01-10")
    another = '\n[[concept]]\nkey = "theft"\nsummary = "Taking a thing, an example."\n'
    return changed(**{"instruments/uncc/instrument.toml": days, "vocabulary/offences.toml": another, **more})


def offered(law, measure, offence, months):
    found = relate(law, "GH", "PT", TODAY, measure, offence=offence, max_months=months)
    return "uncc" in {o.instrument for o in found.offers}


def test_4_a_serious_crime_that_it_does_not_create_carries_evidence_and_no_extradition(in_force_for_all):
    """Also of the wrong statement that any crime of four years is extraditable under it."""
    law = in_force_for_all
    assert law.offence_class("uncc", "theft", 48, TODAY) == "serious"
    assert offered(law, "access_stored", "theft", 48)
    assert not offered(law, "extradite", "theft", 48)
    assert not offered(law, "extradite", "theft", 600)
    assert not offered(law, "access_stored", "theft", 47)
    assert offered(law, "extradite", "illegal_access", 12)
    for measure in law.content.measures:
        if measure.key.startswith("extradite"):
            (basis,) = [b for b in measure.bases if b.instrument == "uncc"]
            assert basis.offence_classes == ("convention",)
    scope = law.provision("uncc.extradition.scope")
    assert (scope.article, "Convention's offences" in scope.summary) == (37, True)


def test_6_a_national_who_is_not_surrendered_is_brought_before_ones_own_authorities(law):
    duty = look_up(law, read_citation("37(11)", law)).provisions
    assert [p.key for p in duty] == ["uncc.extradition.extradite_or_prosecute"]
    assert duty[0].kind == "duty"
    assert "sole reason of nationality" in duty[0].summary
    assert "to its own authorities" in duty[0].summary
    for ground in law.content.grounds:
        if ground.instrument == "uncc" and "national" in ground.notion.split("_"):
            assert duty[0].key in ground.provisions, "a ground of nationality leads to the duty"


def test_7_fiscal_matters_or_bank_secrecy_alone_are_no_ground(law):
    for offence_class in ("convention", "serious", None):
        assert not {"fiscal", "bank_secrecy"} & notions(law, "uncc", "access_stored", offence_class)
    assert {g.notion for g in law.grounds("uncc", "access_stored", allowed=False)} == {
        "fiscal",
        "bank_secrecy",
    }


def test_11_a_researchers_case_has_the_elements_no_defence_by_article_eleven_and_the_domestic_regime(law):
    access = next(d for d in law.demands("uncc") if d.concept == "illegal_access")
    assert {"access", "intentional", "without_right"} == {e.key for e in access.elements}
    assert not access.carve_outs
    assert law.regimes("PT", TODAY)
    hooks = {p for h in law.content.hooks for p in h.provisions}
    assert "uncc.offence.misuse_of_devices.testing" in hooks
