"""Research in good faith: criteria, regimes with their legal effect, AI, and the hooks left open."""

from datetime import date
from itertools import product

import pytest

from comity import messages
from comity.acts import AskWhom, Provenance, Verdict
from comity.law import Bundle, Nation, Regime, packaged_bundle
from comity.safeguards import narrative
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.checks.research import criterion_fact
from comity.safeguards.registry.research import CRITERIA

LAW = packaged_bundle()
ON = date(2026, 11, 21)
MET, ASK = Verdict.MET, Verdict.NEEDS_HUMAN
INDICATED = {"research.indicated": True}
ALL_CRITERIA = [f"research.gf_{n:02}" for n in range(1, CRITERIA + 1)]
RESEARCH = BY_KEY["research"]


def said(finding):
    return [
        (b.id.rsplit(".", 1)[-1], {a.name: a.value for a in b.arguments})
        for b in finding.because
        if b.id.startswith("safeguards.research.")
    ]


def of(finding, reason):
    return [arguments for id, arguments in said(finding) if id == reason]


def hooks(finding):
    return {(a["hook"], id) for id, a in said(finding) if id.startswith("hook_")}


# -- the data -------------------------------------------------------------------------------------


def test_at_least_ten_regimes_each_with_its_effect_sources_and_a_day_to_look_again():
    regimes = [r for nation in LAW.content.nations for r in nation.regimes]
    assert len(regimes) >= 10
    effects = {r.key: r.effect for r in (*regimes, *LAW.content.policies)}
    assert effects["fr.anssi"] == "reporting_confidentiality", "no immunity: said so, researchers rely on it"
    assert {effects["us.doj.2022"], effects["nl.om"]} == {"prosecution_discretion"}
    assert {effects["de.draft.2024"], effects["gb.plan.2025"]} == {"none"}
    assert {effects["pe.30096"], effects["be.research.2024"]} == {"not_offence"}
    assert effects["pt.research.2025"] == "not_punishable"
    assert {r.effect for r in LAW.content.policies} == {"owner_promise"}
    for regime in (*regimes, *LAW.content.policies):
        assert regime.sources
        assert regime.covers
        assert regime.last_checked < regime.review_by
    assert all("research_regime" not in n.not_held for n in LAW.content.nations if n.regimes)


def test_no_regime_of_a_state_protects_the_testing_of_ai():
    regimes = [r for nation in LAW.content.nations for r in nation.regimes]
    assert {r.key for r in (*regimes, *LAW.content.policies) if r.subject == "ai"} == {"owner.ai_research"}


def test_a_regime_stands_from_its_day_to_its_end():
    def keys(day):
        return [r.key for r in LAW.regimes("BE", date.fromisoformat(day))]

    assert keys("2023-02-14") == []
    assert keys("2024-10-17") == ["be.research.2023"]
    assert keys("2024-10-18") == ["be.research.2024"]
    assert [r.key for r in LAW.regimes("FR", date(1999, 1, 1))] == ["fr.anssi", "fr.tools"], "day not held"
    assert [p.key for p in LAW.policies(date(2025, 12, 31))] == ["owner.gold_standard"]


def test_the_fourteen_criteria_of_the_other_list_lead_to_the_seventeen():
    other = {c.label: c.criteria for c in LAW.content.counterparts}
    assert sorted(other) == [f"GF-{n:02}" for n in range(1, 15)]
    assert other["GF-01"] == ("safeguards.gf-02",), "the two lists number differently"
    assert other["GF-12"] == ("safeguards.gf-01",)
    held = {c.key for c in LAW.content.criteria}
    assert {key for keys in other.values() for key in keys} <= held


# -- the test -------------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", ["preserve", "access_stored"])
@pytest.mark.parametrize("instrument", ["budapest", "uncc"])
def test_it_never_ends_in_no_nor_in_lawful_whatever_the_criteria(find, measure, instrument):
    texts = [text for id, text in messages.catalogue("en").items() if id.startswith("safeguards.research.")]
    assert not any("lawful" in text.lower() or "legal to" in text.lower() for text in texts)
    for value in (None, True, False):
        facts = INDICATED if value is None else {**INDICATED, **dict.fromkeys(ALL_CRITERIA, value)}
        assert find(RESEARCH, facts, measure=measure, instrument=instrument).verdict is ASK
    assert find(RESEARCH, {"research.indicated": False}, measure=measure).verdict is MET


def regime(**more):
    base = {
        "key": "xb.research",
        "name": "Law of XB",
        "effect": "not_punishable",
        "since": "2026-01-01",
        "concepts": ("illegal_access",),
        "covers": "Access.",
        "mark": "A",
        "sources": ("S-PT",),
        "criteria": ("safeguards.gf-02", "safeguards.gf-04"),
        "one_of": ("safeguards.gf-08", "safeguards.gf-09"),
        "last_checked": "2026-11-01",
        "review_by": "2027-05-21",
    }
    return Regime(**{**base, **more})


def with_regimes(content, *regimes):
    nations = (
        Nation(code="XA", name="Fictional State XA"),
        Nation(code="XB", name="Fictional State XB", regimes=regimes, not_held=("reservations",)),
    )
    return Bundle(content.model_copy(update={"nations": nations}), b"")


def test_each_criterion_is_met_not_met_or_unknown_and_what_can_show_it_is_told(find, content):
    law = with_regimes(content, regime())
    facts = {**INDICATED, "research.gf_02": True, "research.gf_04": False, "research.gf_09": True}
    finding = find(RESEARCH, facts, bundle=law)
    assert of(finding, "criterion_met") == [{"criterion": "GF-02"}, {"criterion": "GF-09"}]
    assert of(finding, "criterion_not_met") == [{"criterion": "GF-04"}]
    assert {id for id, _ in said(finding) if id.startswith("wanted_")} == {"wanted_gf_01", "wanted_gf_08"}
    assert of(finding, "regime_not_punishable") == [
        {
            "regime": "xb.research",
            "read": "2026-11-01",
            "met": "GF-02, GF-08/GF-09",
            "not_met": "GF-04",
            "unknown": "-",
        }
    ]
    words = [messages.say(one) for one in narrative(finding)]
    assert "GF-08: unknown. What can show it: the message, with its time." in words


@pytest.mark.parametrize(("first", "second"), list(product((None, True, False), repeat=2)))
def test_one_of_two_is_enough_and_both_missing_is_unknown(find, content, first, second):
    known = {"research.gf_08": first, "research.gf_09": second}
    facts = {**INDICATED, **{k: v for k, v in known.items() if v is not None}}
    (told,) = of(find(RESEARCH, facts, bundle=with_regimes(content, regime())), "regime_not_punishable")
    column = next(name for name in ("met", "not_met", "unknown") if "GF-08/GF-09" in str(told[name]))
    expected = "met" if True in {first, second} else "not_met" if {first, second} == {False} else "unknown"
    assert column == expected


def test_the_effect_the_offences_the_limits_and_weak_marks_of_a_regime_are_told(find, content):
    from comity.law import Value

    limit = Value(
        name="report",
        value=24,
        unit="hours",
        bound="maximum",
        since="2026-01-01",
        mark="C-",
        sources=("S-PT",),
    )
    law = with_regimes(
        content,
        regime(values=(limit,)),
        regime(
            key="xb.tools", effect="not_offence", concepts=("misuse_of_devices",), subject="tools", mark="C"
        ),
        regime(key="xb.report", effect="reporting_confidentiality", concepts=()),
        regime(key="xb.later", since="2027-01-01"),
    )
    finding = find(RESEARCH, {**INDICATED, "offence.concept": "illegal_access"}, bundle=law)
    assert of(finding, "limit_hours") == [{"limit": "xb.research.report", "value": 24, "mark": "C-"}]
    assert of(finding, "regime_other_offence") == [{"regime": "xb.tools"}]
    assert of(finding, "regime_tools_only") == [{"regime": "xb.tools"}]
    assert of(finding, "regime_to_confirm") == [{"regime": "xb.tools", "mark": "C"}]
    assert of(finding, "regime_offences_not_held") == [{"regime": "xb.report"}]
    assert "xb.later" not in str(said(finding))
    assert of(finding, "regime_not_held") == []


def test_the_requesting_states_rules_are_a_question_to_put_to_it_and_count_for_nothing(find, content):
    nations = (
        Nation(code="XA", name="Fictional State XA", regimes=(regime(key="xa.research"),)),
        Nation(code="XB", name="Fictional State XB", not_held=("reservations",)),
    )
    law = Bundle(content.model_copy(update={"nations": nations}), b"")
    finding = find(RESEARCH, INDICATED, bundle=law)
    assert of(finding, "ask_requesting") == [{"state": "XA", "regimes": "xa.research"}]
    assert of(finding, "regime_not_punishable") == []
    assert of(finding, "regime_not_held") == [{"state": "XB"}]
    asks = {m.key: m.ask for m in finding.missing}
    assert asks["law.research_weighed_requesting"] is AskWhom.THEM


def test_the_absence_of_a_plan_or_of_evidence_is_unknown_and_never_no(find, content):
    finding = find(RESEARCH, INDICATED, bundle=with_regimes(content, regime()))
    (told,) = of(finding, "regime_not_punishable")
    assert (told["met"], told["not_met"]) == ("-", "-")
    assert of(finding, "criterion_not_met") == []


def test_the_asking_states_papers_do_not_make_the_research_go_away(case, law, fact):
    from dataclasses import replace

    from comity.safeguards.facts import gather

    denied = [fact("research.indicated", False, by="XA", provenance=Provenance.DOCUMENT)]
    known = replace(case({}), facts=gather("XA", "XB", {}, (), denied))
    assert run(RESEARCH, Frame(known, law, "requested", ON)).verdict is ASK


# -- AI -------------------------------------------------------------------------------------------


AI = {**INDICATED, "research.ai_beyond_policy": True}


def test_an_ai_system_used_beyond_policy_is_a_matter_of_authorisation_with_an_owners_promise_beside_it(find):
    finding = find(RESEARCH, AI)
    ids = [id for id, _ in said(finding)]
    assert {"ai_authorisation", "ai_no_statute", "wanted_gf_17"} <= set(ids)
    promises = {told["regime"] for told in of(finding, "regime_owner_promise")}
    assert promises == {"owner.gold_standard", "owner.ai_research"}
    assert "conduct.security_measure_defeated" not in {f.key for f in finding.facts}
    without = find(RESEARCH, INDICATED)
    assert {told["regime"] for told in of(without, "regime_owner_promise")} == {"owner.gold_standard"}
    assert "wanted_gf_17" not in [id for id, _ in said(without)]


def test_illegal_access_of_an_ai_system_beyond_policy_stays_with_a_person(case):
    """Portugal asks for a security measure in no case, Germany in every: Germany is asked here."""
    facts = {**AI, "offence.concept": "illegal_access", "conduct.without_right": True}
    from dataclasses import replace

    from comity.acts import Fact
    from comity.safeguards.facts import gather

    derived = {"offence.concept": "illegal_access"}
    said_at_home = [
        Fact(key=k, value=v, provenance=Provenance.OWN_INQUIRY, stated_by="DE", reference="file")
        for k, v in facts.items()
        if k not in derived
    ]
    known = replace(
        case({}), requesting="GH", requested="DE", facts=gather("GH", "DE", derived, (), said_at_home)
    )
    for key in ("research", "dual_criminality"):
        assert run(BY_KEY[key], Frame(known, LAW, "requested", ON)).verdict is ASK


# -- hooks ----------------------------------------------------------------------------------------


OWN, ON_REQUEST = "hook_in_own_law", "hook_on_request"
ROOM = {  # by offence: the hooks of its own articles
    "illegal_access": {"h1", "h2"},
    "illegal_interception": {"h1", "h2"},
    "data_interference": {"h1", "h3"},
    "system_interference": {"h1", "h9"},
    "misuse_of_devices": {"h1", "h4"},
    "forgery": {"h1", "h2"},
    "fraud": {"h1", "h9"},
}


@pytest.mark.parametrize("concept", ROOM)
@pytest.mark.parametrize("measure", ["access_stored", "preserve"])
@pytest.mark.parametrize("instrument", ["uncc", "budapest"])
def test_the_hooks_are_those_of_the_offence_the_measure_and_the_instrument(
    find, concept, measure, instrument
):
    finding = find(
        RESEARCH, {**INDICATED, "offence.concept": concept}, measure=measure, instrument=instrument
    )
    general = {"h5", "h6", "h8"} if instrument == "uncc" else {"h8"}
    gap = {"h9.preservation"} if measure == "preserve" else set()
    expected = {(f"treaty.{hook}", OWN) for hook in ROOM[concept] | general | gap}
    assert hooks(finding) == expected | {("treaty.h7", ON_REQUEST)}
    for cite in finding.cites:
        offered = cite.provision.split(".")[0] == instrument
        assert offered or cite.provision == "uncc.prevention.research"


def test_a_ground_that_the_measure_does_not_leave_is_no_hook(find):
    """Preservation for an offence of the Convention cannot be refused for lack of dual criminality."""
    facts = {**INDICATED, "offence.concept": "illegal_access"}
    cites = {
        measure: {c.provision for c in find(RESEARCH, facts, measure=measure, instrument="uncc").cites}
        for measure in ("access_stored", "preserve")
    }
    assert "uncc.mla.dual_criminality" in cites["access_stored"]
    assert "uncc.mla.dual_criminality" not in cites["preserve"]
    assert "uncc.preservation.refusal_only" in cites["preserve"]
    assert criterion_fact("safeguards.gf-02") == "research.gf_02"
