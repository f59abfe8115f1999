"""Whole assessments: the ordinary good request, the researcher, what was said by whom, byte for byte."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import messages, wire
from comity.acts import AskWhom, Finding, Provenance, Verdict
from comity.acts.terms import Basis
from comity.errors import BadInput, NotFound
from comity.law import packaged_bundle
from comity.safeguards import assess, narrative, open_findings, questions, request_facts
from comity.safeguards.facts import gather
from comity.safeguards.registry.persecution import INDICATORS

ON = date(2026, 11, 21)
MET, NOT_MET, ASK = Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN
ACCESS = [
    "basis", "scope", "contents", "two_persons", "dual_criminality", "intent", "research", "persecution",
    "treatment", "circumstances", "proportionality", "breadth", "third_persons", "privileged",
    "independent_review", "death_penalty", "data_protection", "received_protection", "onward_transfer",
    "use_limits", "confidentiality", "own_case", "legal_system", "essential_interests",
]  # fmt: skip
PRESERVE = [
    "basis", "contents", "two_persons", "dual_criminality", "research", "persecution", "treatment",
    "circumstances", "proportionality", "breadth", "third_persons", "privileged",
    "onward_transfer", "confidentiality", "essential_interests",
]  # fmt: skip


def verdicts(findings):
    return {f.check: f.verdict for f in findings}


def of(findings, check):
    return next(f for f in findings if f.check == check)


def reasons(finding):
    return [b.id.rsplit(".", 1)[-1] for b in finding.because]


# -- the ordinary good request --------------------------------------------------------------------


@pytest.mark.parametrize(("measure", "checks"), [("access_stored", ACCESS), ("preserve", PRESERVE)])
@pytest.mark.parametrize("instrument", ["budapest", "uncc"])
def test_an_ordinary_good_request_sails_through(  # noqa: PLR0917 - fixtures and parameters, by name
    good_request, own_file, law, measure, checks, instrument
):
    act = good_request(measure=measure, instrument=instrument)
    findings = assess(request_facts(act, home=own_file), law, "requested", ON)
    assert [f.check for f in findings if f.check != "own_case"] == [c for c in checks if c != "own_case"]
    assert set(verdicts(findings).values()) == {MET}, [(f.check, reasons(f)) for f in open_findings(findings)]
    assert not questions(findings)


def test_it_leaves_open_before_the_own_file_speaks_only_what_the_own_file_knows(good_request, law):
    findings = assess(request_facts(good_request()), law, "requested", ON)
    assert {f.check for f in open_findings(findings)} == {
        "dual_criminality", "research", "persecution", "treatment", "circumstances", "breadth",
        "third_persons", "privileged", "onward_transfer",
        "data_protection", "confidentiality", "own_case", "legal_system", "essential_interests",
    }  # fmt: skip
    assert not questions(findings), "nothing that the other State could answer is missing"


def test_a_bare_request_is_asked_about_and_nothing_is_held_against_it(request_for, law):
    findings = assess(request_facts(request_for()), law, "requested", ON)
    assert of(findings, "contents").verdict is ASK
    asked = dict(questions(findings))
    assert asked["declared.link_of_data_to_offence"] == "contents"
    assert asked["law.punishable_requesting"] == "dual_criminality"
    assert all(not key.startswith(("persecution.", "indicator.", "research.", "target.")) for key in asked)
    assert NOT_MET not in verdicts(findings).values()


def test_the_asking_side_sees_the_same_findings_and_asks_its_own_file(request_for, law):
    case = request_facts(request_for())
    here, there = (assess(case, law, side, ON) for side in ("requesting", "requested"))
    assert verdicts(here) == verdicts(there)
    assert [f.because for f in here] == [f.because for f in there]
    own = {m.key for f in here for m in f.missing if m.ask is AskWhom.OWN_FILE}
    assert "declared.link_of_data_to_offence" in own


# -- what fails -----------------------------------------------------------------------------------


def test_an_open_period_and_one_signature_are_named(good_request, own_file, law):
    act = good_request(
        selectors=[
            {"item": "mailbox", "description": "All of it", "account": "a", "since": None, "until": None}
        ]
    )
    findings = assess(request_facts(act, home=own_file), law, "requested", ON)
    assert verdicts(findings)["breadth"] is NOT_MET
    assert "period_open" in reasons(of(findings, "breadth"))
    assert len(open_findings(findings)) == 1


def test_a_request_for_access_by_one_person_alone_is_for_a_person_to_judge(case, law):
    from comity.safeguards.bench import Frame, run
    from comity.safeguards.catalogue import BY_KEY

    alone = {"request.two_persons": False, "request.ratification_promised": True}
    verdict = {
        m: run(BY_KEY["two_persons"], Frame(case(alone, m), law, "requested", ON)).verdict
        for m in ("access_stored", "preserve")
    }
    assert verdict == {"access_stored": ASK, "preserve": MET}


def test_contradictory_statements_leave_it_to_a_person_with_both_shown(good_request, own_file, law, fact):
    home = [*own_file, fact("intent.dishonest_shown", False, by="XB")]
    finding = of(assess(request_facts(good_request(), home=home), law, "requested", ON), "intent")
    assert finding.verdict is ASK
    assert "contradictory" in reasons(finding)
    shown = {(f.stated_by, f.value) for f in finding.facts if f.key == "intent.dishonest_shown"}
    assert shown == {("XA", True), ("XB", False)}


def test_a_contradiction_is_not_hidden_by_another_limb(good_request, own_file, law, fact):
    """No intent is asked for by either law, so the facts of intent would not matter; still a person looks."""
    home = [
        *own_file,
        fact("law.intent_required_requested", False),
        fact("law.intent_required_requesting", False),
        fact("intent.dishonest_shown", False, by="XB"),
    ]
    assert of(assess(request_facts(good_request(), home=home), law, "requested", ON), "intent").verdict is ASK


def test_one_indicator_present_goes_to_two_persons_and_no_further(good_request, own_file, law, fact):
    home = [f for f in own_file if f.key != "persecution.opinion"]
    home.append(fact("persecution.opinion", True, by="XB"))
    finding = of(assess(request_facts(good_request(), home=home), law, "requested", ON), "persecution")
    assert finding.verdict is ASK
    assert {"indicator_opinion", "two_persons_close"} <= set(reasons(finding))


@pytest.mark.parametrize("provenance", list(Provenance))
def test_the_asking_states_denial_of_persecution_settles_nothing(good_request, law, fact, provenance):
    """Nor do its papers: broken once, where a document of its own closed the grave finding with nobody."""
    denial = [fact(one.fact, False, by="XA", provenance=provenance) for one in INDICATORS]
    act = good_request(facts=denial)
    findings = assess(request_facts(act), law, "requested", ON)
    for check, asked in (("persecution", 5), ("treatment", 2), ("circumstances", 7), ("privileged", 1)):
        assert of(findings, check).verdict is ASK
        assert reasons(of(findings, check)).count("asserted_only") == asked
    assert of(findings, "research").verdict is ASK


def test_a_withheld_field_makes_nothing_false(good_request, own_file, law):
    act = good_request().without(["purpose", "selectors", "conduct", "offence"])
    findings = assess(request_facts(act, home=own_file), law, "requested", ON)
    assert NOT_MET not in verdicts(findings).values()
    assert verdicts(findings)["contents"] is ASK


# -- bases ----------------------------------------------------------------------------------------


def test_today_the_convention_carries_nothing_and_the_other_is_to_be_confirmed(good_request):
    law = packaged_bundle()
    act = good_request(states=("gh", "pt"), facts=(), instrument="uncc")
    finding = of(assess(request_facts(act), law, "requested", ON), "basis")
    assert finding.verdict is not MET
    assert "in_force_no" in reasons(finding)
    act = good_request(states=("gh", "pt"), facts=())
    finding = of(assess(request_facts(act), law, "requested", ON), "basis")
    assert "in_force_yes" in reasons(finding)
    assert {read.mark for read in finding.law if read.key == "budapest.in_force"} <= {
        "A",
        "B",
        "C+",
        "C",
        "C-",
    }


def test_of_two_bases_one_that_holds_is_enough(good_request, law, content):
    from comity.law import Bundle

    none = tuple(e for e in content.status if e.instrument != "uncc")
    act = good_request(
        terms={
            "bases": [
                {"instrument": "budapest", "provision": "budapest.stored.request"},
                {"instrument": "uncc", "provision": "uncc.stored.request"},
            ]
        }
    )
    unbound = Bundle(content.model_copy(update={"status": none}), b"")
    assert of(assess(request_facts(act), unbound, "requested", ON), "basis").verdict is MET


@pytest.mark.parametrize(
    ("provision", "instrument", "reason"),
    [
        ("budapest.no.such", "budapest", "not_held"),
        ("a.bilateral.treaty", "bilateral", "not_held"),
        ("uncc.stored.request", "budapest", "not_held"),
        ("budapest.mla.spontaneous", "budapest", "other_paragraph"),
    ],
)
def test_a_basis_that_is_not_held_is_for_a_person(case, law, provision, instrument, reason):
    frame_case = case({}, bases=(Basis(instrument=instrument, provision=provision),))
    finding = of(assess(frame_case, law, "requested", ON), "basis")
    assert finding.verdict is ASK
    assert reason in reasons(finding)


def test_where_no_instrument_has_a_paragraph_the_yardstick_is_said_to_be_one(case, law):
    frame_case = case({}, bases=(Basis(instrument="bilateral", provision="a.treaty"),))
    findings = assess(frame_case, law, "requested", ON)
    assert "yardstick" in reasons(of(findings, "persecution"))
    assert "own_case" not in verdicts(findings)


# -- the researcher -------------------------------------------------------------------------------


def test_the_researcher_ends_in_hooks_and_regimes_and_never_in_no(good_request, fact):
    """Ghana asks Portugal for the data of one who found a flaw, reported it and took nothing."""
    law = packaged_bundle()
    shown = [f"research.gf_{n:02}" for n in (2, 3, 4, 6, 7, 8, 9, 10, 12, 13, 15)]
    home = [
        fact("research.indicated", True, by="PT"),
        *(fact(key, True, by="PT") for key in shown),
        fact("research.gf_01", False, by="PT"),
    ]
    act = good_request(states=("gh", "pt"), facts=())
    finding = of(assess(request_facts(act, home=home), law, "requested", ON), "research")
    assert finding.verdict is ASK
    said = {b.id.rsplit(".", 1)[-1]: {a.name: a.value for a in b.arguments} for b in finding.because}
    assert said["regime_not_punishable"] == {
        "regime": "pt.research.2025", "read": "2026-11-21", "not_met": "-", "unknown": "-",
        "met": "GF-02, GF-03, GF-04, GF-06, GF-07, GF-08, GF-09, GF-10, GF-12, GF-13, GF-15",
    }  # fmt: skip
    assert said["ask_requesting"] == {"state": "GH", "regimes": "-"}
    hooks = [a.value for b in finding.because if ".hook_" in b.id for a in b.arguments]
    assert hooks == ["treaty.h1", "treaty.h2", "treaty.h7", "treaty.h8"], "h3 is about another offence"
    assert "budapest.mla.requested_law" in {c.provision for c in finding.cites}
    assert {read.value for read in finding.law if read.key == "pt.research.2025"} == {"not_punishable"}


def test_what_the_asking_state_says_against_the_researcher_is_open(good_request, fact):
    from comity.acts import Provenance

    against = [fact("research.gf_12", False, by="GH", provenance=Provenance.ASSERTED)]
    home = [fact("research.indicated", True, by="PT")]
    act = good_request(states=("gh", "pt"), facts=against)
    finding = of(assess(request_facts(act, home=home), packaged_bundle(), "requested", ON), "research")
    assert "asserted_only" in reasons(finding)
    missing = {m.key for m in finding.missing}
    assert missing >= {"research.gf_12", "research.gf_08"}
    assert "research.gf_17" not in missing, "no regime of the two asks for it"
    asked = {m.key for m in finding.missing if m.ask is AskWhom.THEM}
    assert asked == {"law.research_weighed_requesting"}, "how she worked would show what is suspected"


def test_without_an_indication_no_one_is_asked_about_research(good_request):
    act = good_request(states=("gh", "pt"), facts=())
    finding = of(assess(request_facts(act), packaged_bundle(), "requested", ON), "research")
    assert [m.key for m in finding.missing] == ["research.indicated"]


# -- errors ---------------------------------------------------------------------------------------


def test_a_measure_without_checks_is_an_error_and_not_silence(case, law):
    from dataclasses import replace

    with pytest.raises(BadInput) as caught:
        assess(replace(case({}), measure="no_such_measure"), law, "requested", ON)
    assert caught.value.id == "safeguards.measure_without_checks"


def test_an_unknown_state_is_an_error(good_request, law):
    with pytest.raises(NotFound):
        assess(request_facts(good_request(states=("xa", "xq"))), law, "requested", ON)


def test_only_a_request_is_assessed_and_only_its_own_answers_count(good_request):
    act = good_request()
    with pytest.raises(BadInput) as caught:
        request_facts(act, later=[act])
    assert caught.value.id == "safeguards.not_about_the_request"


# -- byte for byte --------------------------------------------------------------------------------


def encoded(findings):
    return wire.encode([wire.dump(f) for f in findings])


@settings(max_examples=30, deadline=None)
@given(st.randoms())
def test_the_order_of_the_own_file_makes_no_difference(random):
    law, case, home = _shuffled(random)
    assert encoded(assess(case, law, "requested", ON)) == encoded(assess(home, law, "requested", ON))


def _shuffled(random):
    from comity.acts import Fact, Provenance
    from comity.safeguards.request import RequestFacts

    facts = [
        Fact(key=key, value=value, provenance=Provenance.OWN_INQUIRY, stated_by=by, reference="1")
        for key in (*(indicator.fact for indicator in INDICATORS),)
        for value, by in ((True, "GH"), (False, "PT"))
    ]
    bases = (Basis(instrument="budapest", provision="budapest.stored.request"),)
    cases = []
    for _ in range(2):
        random.shuffle(facts)
        base = gather("GH", "PT", {}, (), facts)
        cases.append(RequestFacts("0" * 64, "access_stored", "GH", "PT", bases, (), base))
    return packaged_bundle(), *cases


REPLAY = """
import random, sys
sys.path.insert(0, {folder!r})
from test_assess import ON, _shuffled, encoded
from comity.safeguards import assess
law, case, _ = _shuffled(random.Random(1))
print(encoded(assess(case, law, "requested", ON)).hex())
"""


def test_another_process_with_another_hash_seed_finds_the_same_bytes():
    import os
    import random

    law, case, _ = _shuffled(random.Random(1))
    here = encoded(assess(case, law, "requested", ON))
    code = REPLAY.format(folder=str(Path(__file__).parent))
    env = {**os.environ, "PYTHONHASHSEED": "4711"}
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert there.stdout.strip() == here.hex()


def test_a_finding_survives_the_wire_and_reads_in_english(good_request, fact):
    home = [fact("research.indicated", True, by="PT"), fact("persecution.timing", True, by="PT")]
    act = good_request(states=("gh", "pt"), facts=())
    for finding in assess(request_facts(act, home=home), packaged_bundle(), "requested", ON):
        assert wire.parse(Finding, wire.dump_bytes(finding), limit=100_000) == finding
        for sentence in narrative(finding):
            text = messages.say(sentence)
            assert text.strip()
            assert "{" not in text


NEVER_NO = {
    "research", "persecution", "treatment", "circumstances", "privileged", "ill_treatment",
    "immunity", "special_court",
    "political_offence", "military_offence",
}  # fmt: skip


def test_every_reason_that_code_can_give_has_words():
    from comity.safeguards import CHECKS

    texts = messages.catalogue("en")
    for check in CHECKS:
        never_no = check.key in NEVER_NO
        for ending in ("title", "met", "needs_human", *(() if never_no else ("not_met",))):
            assert f"safeguards.{check.key}.{ending}" in texts


GOLDEN = Path(__file__).parent / "finding.json"


def test_the_bytes_of_a_finding_are_what_they_were(find):
    """Broken by any change of the model, the order or the reasons: stored decisions must replay."""
    from comity.safeguards.catalogue import BY_KEY

    finding = find(BY_KEY["intent"], {"intent.dishonest_shown": True, "law.intent_required_requested": True})
    plain = wire.dump(finding)
    plain["cites"] = [{**c, "pointer": "(as the law data says)"} for c in plain["cites"]]
    plain["law"] = [{**read, "last_checked": None} for read in plain["law"]]
    assert wire.encode(plain) == GOLDEN.read_bytes().strip()
