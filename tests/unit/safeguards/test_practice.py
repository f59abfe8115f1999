"""What each check of persons, property, practice and joint work says in the cases a lawyer would put."""

import pytest

from comity.acts import Verdict
from comity.law import Bundle, Reservation
from comity.safeguards.catalogue import BY_KEY

MET, NOT_MET, ASK = Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN
YES, NO = True, False


def of(*pairs):
    return dict(pairs)


CASES = [
    ("ne_bis_in_idem", "extradite", of(("person.judged_before", NO)), MET),
    ("ne_bis_in_idem", "extradite", of(("person.judged_before", YES)), ASK),
    ("ne_bis_in_idem", "extradite", of(("person.judged_before", YES), ("law.judged_bars", NO)), MET),
    ("ne_bis_in_idem", "extradite", of(("person.judged_before", YES), ("law.judged_bars", YES)), NOT_MET),
    ("limitation", "extradite", of(("time.expired_requesting", YES)), NOT_MET),
    ("limitation", "extradite", of(("time.expired_requesting", NO)), ASK),
    ("limitation", "extradite", of(("time.expired_requesting", NO), ("time.expired_requested", NO)), MET),
    (
        "limitation",
        "extradite",
        of(
            ("time.expired_requesting", NO),
            ("time.expired_requested", YES),
            ("law.own_limitation_counts", NO),
        ),
        MET,
    ),
    ("amnesty", "access_stored", of(("amnesty.covers_conduct", YES), ("law.amnesty_bars", YES)), NOT_MET),
    ("immunity", "access_stored", of(("immunity.of_person", NO), ("immunity.of_archive", NO)), MET),
    ("immunity", "access_stored", of(("immunity.of_person", NO), ("immunity.of_archive", YES)), ASK),
    ("in_absentia", "extradite", of(("judgment.in_absence", NO)), MET),
    ("in_absentia", "extradite", of(("judgment.in_absence", YES), ("declared.new_trial", YES)), MET),
    (
        "in_absentia",
        "extradite",
        of(("judgment.in_absence", YES), ("declared.new_trial", NO), ("judgment.knew_and_defended", NO)),
        NOT_MET,
    ),
    ("special_court", "extradite", of(("court.special", YES)), ASK),
    ("political_offence", "extradite", of(("offence.political", YES)), ASK),
    ("military_offence", "extradite", of(("offence.military_only", NO)), MET),
    ("competing_requests", "extradite", of(("requests.competing", YES)), ASK),
    ("parallel_proceedings", "access_stored", of(("proceedings.own_on_same_conduct", YES)), ASK),
    (
        "several_locations",
        "access_stored",
        of(("data.also_elsewhere", YES), ("data.others_asked", NO)),
        NOT_MET,
    ),
    ("several_locations", "access_stored", of(("data.also_elsewhere", YES), ("data.others_asked", YES)), MET),
    ("ill_treatment", "extradite", of(("risk.ill_treatment", NO), ("risk.evidence_by_torture", NO)), MET),
    ("ill_treatment", "extradite", of(("risk.ill_treatment", YES)), ASK),
    (
        "life_sentence",
        "extradite",
        of(("law.life_without_review_possible", YES), ("declared.life_reviewed", NO)),
        NOT_MET,
    ),
    ("nationality", "extradite", of(("person.national_of_requested", NO)), MET),
    (
        "nationality",
        "extradite",
        of(("person.national_of_requested", YES), ("law.nationals_surrendered", NO)),
        ASK,
    ),
    (
        "nationality",
        "extradite",
        of(
            ("person.national_of_requested", YES),
            ("law.nationals_surrendered", NO),
            ("declared.return_to_serve_agreed", NO),
        ),
        NOT_MET,
    ),
    (
        "speciality",
        "extradite",
        of(("declared.speciality_kept", YES), ("declared.no_onward_surrender", YES)),
        MET,
    ),
    ("speciality", "extradite", of(("declared.speciality_kept", NO)), NOT_MET),
    ("arrest_grounds", "provisional_arrest", of(("arrest.warrant_exists", NO)), NOT_MET),
    ("fair_treatment", "extradite", of(("law.court_hears_person", YES)), MET),
    (
        "extraditable",
        "extradite",
        of(("offence.max_penalty_months", 12), ("law.minimum_penalty_reached", YES)),
        MET,
    ),
    (
        "extraditable",
        "extradite",
        of(("offence.max_penalty_months", 11), ("law.minimum_penalty_reached", YES)),
        NOT_MET,
    ),
    ("extraditable", "extradite", of(("law.minimum_penalty_reached", YES)), ASK),
    ("detained_consent", "transfer_detained", of(("person.consents_to_transfer", NO)), NOT_MET),
    ("detained_return", "transfer_detained", of(("declared.custody_and_return", YES)), ASK),
    (
        "hearing_rights",
        "take_statement",
        of(("declared.capacity_of_person", YES), ("declared.rights_told", YES)),
        MET,
    ),
    ("video_link", "video_hearing", of(("law.video_hearing_possible", NO)), NOT_MET),
    ("safe_conduct", "take_statement", of(("declared.safe_conduct", YES), ("person.comes_freely", YES)), MET),
    ("records", "provide_document", of(("records.public", NO), ("law.records_may_go", NO)), NOT_MET),
    ("children", "access_stored", of(("child.accused", NO), ("child.own_private_material", NO)), MET),
    ("children", "access_stored", of(("child.accused", NO), ("child.own_private_material", YES)), ASK),
    ("children", "access_stored", of(("child.accused", YES), ("declared.child_protected", NO)), NOT_MET),
    ("victims", "access_stored", of(("law.victims_protected", YES)), MET),
    (
        "sovereignty",
        "access_stored",
        of(("action.by_asking_officials", YES), ("law.presence_agreed", NO)),
        NOT_MET,
    ),
    (
        "sovereignty",
        "access_stored",
        of(("action.by_asking_officials", YES), ("law.presence_agreed", YES)),
        MET,
    ),
    ("procedure", "access_stored", of(("law.procedure_possible", NO)), NOT_MET),
    (
        "governing_treaty",
        "access_stored",
        of(("treaty.other_governs", YES), ("treaty.rules_agreed", NO)),
        NOT_MET,
    ),
    ("legal_person", "access_stored", of(("subject.legal_person_alone", NO)), MET),
    ("serious_offence", "intercept_content", of(("law.interception_for_offence", NO)), NOT_MET),
    ("traffic_offence", "collect_traffic", of(("law.traffic_for_offence", YES)), MET),
    (
        "duration",
        "intercept_content",
        of(("request.period_bounded", YES), ("declared.duration_justified", YES)),
        MET,
    ),
    ("duration", "intercept_content", of(("request.period_bounded", NO)), NOT_MET),
    ("emergency", "emergency_data", of(("request.emergency_claimed", NO)), NOT_MET),
    (
        "emergency",
        "emergency_data",
        of(
            ("request.emergency_claimed", YES),
            ("request.urgency_explained", YES),
            ("emergency.life_at_risk", YES),
        ),
        MET,
    ),
    ("traffic_path", "disclose_traffic", of(("request.builds_on_preservation", NO)), NOT_MET),
    ("police_channel", "police_cooperation", of(("declared.no_coercion_asked", NO)), NOT_MET),
    ("spontaneous", "inform", of(("law.spontaneous_permitted", YES), ("declared.limits_accepted", YES)), MET),
]
UNCC = [
    ("costs", "access_stored", of(("costs.extraordinary", YES), ("costs.agreed", NO)), NOT_MET),
    ("joint_team", "joint_investigation", of(("joint.agreement_made", NO)), NOT_MET),
    ("freezing_grounds", "freeze", of(("asset.linked_to_offence", YES), ("asset.charge_made", YES)), MET),
    (
        "freezing_grounds",
        "freeze",
        of(("asset.linked_to_offence", YES), ("asset.charge_made", NO), ("asset.order_brought", NO)),
        NOT_MET,
    ),
    ("confiscation_order", "confiscate", of(("asset.order_brought", YES), ("asset.order_final", YES)), MET),
    ("confiscation_order", "confiscate", of(("asset.order_brought", YES), ("asset.order_final", NO)), ASK),
    (
        "confiscation_order",
        "confiscate",
        of(("asset.order_brought", NO), ("law.own_confiscation_possible", NO)),
        NOT_MET,
    ),
    ("third_parties", "freeze", of(("asset.third_party_claim", NO)), MET),
    ("asset_value", "freeze", of(("asset.minimal_value", YES), ("law.minimal_value_bars", YES)), NOT_MET),
    ("return_priority", "return_asset", of(("declared.victims_and_owners_first", YES)), MET),
    (
        "sentenced_person",
        "transfer_sentenced",
        of(("judgment.final", YES), ("person.consents_to_serve_there", NO)),
        NOT_MET,
    ),
    ("proceedings_handed_over", "transfer_proceedings", of(("declared.own_proceedings_end", NO)), NOT_MET),
]


@pytest.mark.parametrize(("check", "measure", "facts", "verdict"), CASES)
def test_by_the_older_instrument_or_the_yardstick(find, check, measure, facts, verdict):
    assert find(BY_KEY[check], facts, measure=measure).verdict is verdict


@pytest.mark.parametrize(("check", "measure", "facts", "verdict"), UNCC)
def test_by_the_convention(find, check, measure, facts, verdict):
    assert find(BY_KEY[check], facts, measure=measure, instrument="uncc").verdict is verdict


def test_the_asking_states_word_alone_brings_nobody_over(find, fact, case, law):
    """Consent that only the State which wants the person asserts is not known."""
    from comity.acts import Provenance
    from comity.safeguards.bench import Frame, run
    from comity.safeguards.facts import gather
    from comity.safeguards.request import RequestFacts

    told = [fact("person.consents_to_transfer", True, by="XA", provenance=Provenance.ASSERTED)]
    plain = case({}, "transfer_detained", "uncc")
    facts = gather("XA", "XB", {}, (), told)
    heard = RequestFacts(plain.act, plain.measure, "XA", "XB", plain.bases, (), facts)
    from datetime import date

    finding = run(BY_KEY["detained_consent"], Frame(heard, law, "requested", date(2026, 11, 21)))
    assert finding.verdict is ASK
    assert "safeguards.any.asserted_only" in {b.id for b in finding.because}


def test_a_closed_group_is_kept_out_by_a_reservation_of_the_requested_state_only(find, content):
    def law(*reservations, held=True):
        nations = tuple(
            n.model_copy(update={"not_held": () if held else ("reservations",)}) for n in content.nations
        )
        return Bundle(content.model_copy(update={"reservations": reservations, "nations": nations}), b"")

    def made(state):
        return Reservation(
            state=state,
            provision="budapest.procedure.reservation_closed_groups",
            since="2020-01-01",
            summary="An example.",
            mark="A",
            sources=(content.sources[0].key,),
        )

    def verdict(facts, bundle):
        return find(BY_KEY["closed_group"], facts, measure="intercept_content", bundle=bundle).verdict

    closed = {"target.closed_group": True}
    assert verdict(closed, law()) is MET
    assert verdict(closed, law(held=False)) is ASK
    assert verdict(closed, law(made("XA"))) is MET
    assert verdict(closed, law(made("XB"))) is NOT_MET
    assert verdict({"target.closed_group": False}, law(made("XB"))) is MET
    assert verdict({}, law(made("XB"))) is ASK


def test_the_figure_of_an_extraditable_offence_is_law_data(find, content):
    facts = {"offence.max_penalty_months": 12, "law.minimum_penalty_reached": True}
    scope = "budapest.extradition.scope"
    raised = tuple(
        p.model_copy(update={"values": tuple(v.model_copy(update={"value": 13}) for v in p.values)})
        if p.key == scope
        else p
        for p in content.provisions
    )
    law = Bundle(content.model_copy(update={"provisions": raised}), b"")
    assert find(BY_KEY["extraditable"], facts, measure="extradite", bundle=law).verdict is NOT_MET
    without = find(BY_KEY["extraditable"], facts, measure="extradite", instrument="uncc")
    assert without.verdict is MET, "the Convention names no figure"
