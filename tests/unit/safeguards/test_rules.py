"""What each check says in the cases that a lawyer would put to it."""

import pytest

from comity.acts import AskWhom, Verdict
from comity.law import Bundle
from comity.safeguards import open_findings
from comity.safeguards.catalogue import BY_KEY

MET, NOT_MET, ASK = Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN
YES, NO = True, False

INTENT = ("declared.dishonest_intent", "intent.dishonest_shown")
ASKED = ("law.intent_required_requesting", "law.intent_required_requested")
PUNISHED = ("request.conduct_described", "law.punishable_requesting", "law.punishable_requested")
PROPORTION = {
    "request.least_intrusive_data": NO,
    "necessity.lesser_not_enough": YES,
    "declared.link_of_data_to_offence": YES,
}
BREADTH = {
    "indicator.wide_selectors": NO,
    "request.targets_identified": YES,
    "request.least_intrusive_data": NO,
    "request.period_bounded": YES,
}


def of(keys, *values):
    return dict(zip(keys, values, strict=True))


@pytest.mark.parametrize(
    ("check", "facts", "verdict"),
    [
        ("intent", of(INTENT, YES, YES), MET),
        ("intent", of(INTENT, YES, NO), ASK),
        ("intent", of(ASKED, NO, NO), MET),
        ("intent", of(ASKED, NO, YES), ASK),
        ("intent", of(ASKED, YES, NO) | of(INTENT, NO, NO), ASK),
        ("intent", of(ASKED, NO, YES) | of(INTENT, YES, NO), ASK),
        ("dual_criminality", of(PUNISHED, YES, YES, YES), MET),
        ("dual_criminality", of(PUNISHED, YES, YES, NO), ASK),
        ("dual_criminality", of(PUNISHED, YES, NO, YES), ASK),
        ("dual_criminality", {"law.punishable_requested": YES}, ASK),
        ("proportionality", PROPORTION, MET),
        ("proportionality", PROPORTION | {"declared.link_of_data_to_offence": NO}, NOT_MET),
        ("proportionality", PROPORTION | {"necessity.lesser_not_enough": NO}, NOT_MET),
        (
            "proportionality",
            PROPORTION | {"request.least_intrusive_data": YES, "necessity.lesser_not_enough": NO},
            MET,
        ),
        ("breadth", BREADTH, MET),
        ("breadth", BREADTH | {"request.period_bounded": NO}, NOT_MET),
        ("breadth", BREADTH | {"request.period_bounded": NO, "request.least_intrusive_data": YES}, MET),
        ("breadth", BREADTH | {"request.targets_identified": NO}, NOT_MET),
        ("third_persons", {"necessity.third_persons_limited": NO}, NOT_MET),
        ("privileged", {"target.privileged": NO}, MET),
        ("privileged", {"target.privileged": YES}, ASK),
        ("independent_review", {"authorisation.independent": YES}, MET),
        ("independent_review", {"authorisation.independent": NO}, ASK),
        ("independent_review", {"authorisation.independent": NO, "law.independent_review": YES}, MET),
        ("independent_review", {"authorisation.independent": NO, "law.independent_review": NO}, NOT_MET),
        ("data_protection", {"law.transfer_permitted": YES}, MET),
        ("data_protection", {"law.transfer_permitted": NO, "law.conditions_would_cure": YES}, MET),
        ("data_protection", {"law.transfer_permitted": NO, "law.conditions_would_cure": NO}, NOT_MET),
        ("onward_transfer", {"declared.onward_only_with_consent": NO}, NOT_MET),
        ("received_protection", {"law.received_data_protected": YES}, MET),
        ("death_penalty", {"law.death_penalty_possible": NO}, MET),
        ("death_penalty", {"law.death_penalty_possible": YES}, ASK),
        ("death_penalty", {"law.death_penalty_possible": YES, "declared.death_penalty_excluded": YES}, MET),
        (
            "death_penalty",
            {"law.death_penalty_possible": YES, "declared.death_penalty_excluded": NO},
            NOT_MET,
        ),
        ("scope", {"request.proceeding_named": NO}, NOT_MET),
        ("legal_system", {"law.assistance_known": NO}, NOT_MET),
        ("use_limits", {"request.purpose_stated": YES, "declared.use_limited_to_purpose": YES}, MET),
        ("use_limits", {"request.purpose_stated": YES}, ASK),
        ("use_limits", {"request.purpose_stated": NO}, NOT_MET),
        ("confidentiality", {"request.confidentiality_asked": NO}, MET),
        ("confidentiality", {"request.confidentiality_asked": YES}, ASK),
        ("confidentiality", {"request.confidentiality_asked": YES, "law.confidentiality_possible": YES}, MET),
        (
            "confidentiality",
            {"request.confidentiality_asked": YES, "law.confidentiality_possible": NO},
            NOT_MET,
        ),
        ("own_case", {"law.own_case_permitted": YES}, MET),
        ("own_case", {"law.own_case_permitted": NO}, NOT_MET),
        ("essential_interests", {"law.essential_interests_touched": NO}, MET),
        ("essential_interests", {"law.essential_interests_touched": YES}, NOT_MET),
        ("research", {"research.indicated": NO}, MET),
        ("research", {"research.indicated": YES}, ASK),
        ("two_persons", {"request.two_persons": YES}, MET),
        ("two_persons", {"request.two_persons": NO, "request.ratification_promised": YES}, ASK),
        ("two_persons", {"request.two_persons": NO, "law.signers_suffice": YES}, MET),
        ("two_persons", {"request.two_persons": NO, "law.signers_suffice": NO}, NOT_MET),
    ],
)
def test_access_to_stored_data(find, check, facts, verdict):
    assert find(BY_KEY[check], facts).verdict is verdict


PRESERVATION = {
    "request.authority_named": YES,
    "request.offence_named": YES,
    "request.conduct_described": YES,
    "request.items_described": YES,
    "declared.link_of_data_to_offence": YES,
    "declared.need_of_preservation": YES,
    "declared.request_will_follow": YES,
}


@pytest.mark.parametrize("missing", [None, *PRESERVATION])
def test_each_content_of_a_preservation_is_needed(find, missing):
    facts = {k: v for k, v in PRESERVATION.items() if k != missing}
    finding = find(BY_KEY["contents"], facts, measure="preserve")
    assert finding.verdict is (MET if missing is None else ASK)
    assert [m.key for m in finding.missing] == ([] if missing is None else [missing])
    if missing is not None:
        without = find(BY_KEY["contents"], {**facts, missing: NO}, measure="preserve")
        assert without.verdict is NOT_MET


def test_one_person_alone_needs_the_law_to_allow_it_and_a_promise_to_ratify(find, content):
    facts = {"request.two_persons": NO, "request.ratification_promised": YES}
    assert find(BY_KEY["two_persons"], facts, measure="preserve").verdict is MET
    unpromised = {**facts, "request.ratification_promised": NO}
    assert find(BY_KEY["two_persons"], unpromised, measure="preserve").verdict is ASK
    for change in ({"intrusive": True}, {"signing": content.measures[0].signing}):
        measures = tuple(m.model_copy(update=change) if m.key == "preserve" else m for m in content.measures)
        law = Bundle(content.model_copy(update={"measures": measures}), b"")
        assert find(BY_KEY["two_persons"], facts, measure="preserve", bundle=law).verdict is ASK
    assert find(BY_KEY["two_persons"], facts, measure="emergency_data").verdict is MET  # used when ratified
    assert find(BY_KEY["two_persons"], unpromised, measure="emergency_data").verdict is ASK


def test_fewer_than_we_ask_of_our_own_is_a_question_to_the_law_of_the_asking_state(find):
    finding = find(BY_KEY["two_persons"], {"request.two_persons": NO, "request.ratification_promised": NO})
    assert finding.verdict is ASK
    assert [(one.key, one.ask) for one in finding.missing] == [("law.signers_suffice", AskWhom.THEM)]
    assert "budapest.mla.expedited_means" in {cite.provision for cite in finding.cites}
    assert finding in open_findings([finding]), "answered before anything is decided"


def test_who_asks_to_intercept_has_a_judge_beside_two_persons_or_a_law_that_wants_none(find):
    check, two = BY_KEY["two_persons"], {"request.two_persons": YES}
    found = {
        judged: find(check, {**two, "request.judge_signed": judged}, measure="intercept_content")
        for judged in (YES, NO)
    }
    assert found[YES].verdict is MET
    assert found[NO].verdict is ASK
    no_judge = {**two, "request.judge_signed": NO}
    for suffices, verdict in ((YES, MET), (NO, NOT_MET)):
        facts = {**no_judge, "law.signers_suffice": suffices}
        assert find(BY_KEY["two_persons"], facts, measure="intercept_content").verdict is verdict
    assert find(BY_KEY["two_persons"], two, measure="access_stored").verdict is MET, "no judge is asked for"


def test_a_weak_participation_makes_the_basis_a_persons_question(find, content):
    assert find(BY_KEY["basis"], {}).verdict is MET
    status = tuple(e.model_copy(update={"mark": "C"}) for e in content.status)
    law = Bundle(content.model_copy(update={"status": status}), b"")
    finding = find(BY_KEY["basis"], {}, bundle=law)
    assert finding.verdict is ASK
    assert "safeguards.basis.to_be_confirmed" in [b.id for b in finding.because]


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"offence.concept": "illegal_access", "offence.fits_concept": YES}, MET),
        ({"offence.concept": "illegal_access"}, ASK),
        ({"offence.concept": "illegal_access", "offence.fits_concept": NO}, ASK),
        ({"offence.concept": "theft", "offence.fits_concept": YES}, ASK),
        ({"offence.concept": "theft", "offence.fits_concept": YES, "offence.max_penalty_months": 48}, MET),
        (
            {"offence.concept": "theft", "offence.fits_concept": YES, "offence.max_penalty_months": 47},
            NOT_MET,
        ),
    ],
)
def test_the_class_of_the_offence_where_an_instrument_asks_for_it(find, facts, verdict):
    assert find(BY_KEY["basis"], facts, instrument="uncc").verdict is verdict


def test_an_instrument_that_does_not_offer_the_measure_carries_nothing(find, content):
    measures = tuple(
        m.model_copy(update={"bases": tuple(b for b in m.bases if b.instrument != "budapest")})
        for m in content.measures
    )
    law = Bundle(content.model_copy(update={"measures": measures}), b"")
    assert find(BY_KEY["basis"], {}, bundle=law).verdict is NOT_MET
