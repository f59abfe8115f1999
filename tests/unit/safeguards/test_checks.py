"""Each check beside the law and the registry; the gate of weak law, case by case."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.safeguards.conftest import stated
from tests.unit.safeguards.lowering import lowered

from comity.acts import Verdict
from comity.messages import catalogue
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import CHECKS, check_of, checks_of, is_heavy
from comity.safeguards.facts import gather
from comity.safeguards.grounds import REFUSAL_DUTIES
from comity.safeguards.logic import Truth
from comity.safeguards.matters import MATTERS
from comity.safeguards.measures import ALL
from comity.safeguards.registry import FACTS
from comity.safeguards.registry.persecution import NONE_SEEN

ON = date(2026, 11, 21)
ASK = Verdict.NEEDS_HUMAN
PAIRS = [(check, measure) for check in (*CHECKS, REFUSAL_DUTIES) for measure in sorted(check.measures)]
IDS = [f"{check.key}-{measure}" for check, measure in PAIRS]


@pytest.mark.parametrize(
    "key", [c.key for c in CHECKS if f"safeguards.{c.key}.not_met" not in catalogue("en")]
)
def test_some_checks_never_end_in_no(key, law, case):
    check = next(c for c in CHECKS if c.key == key)
    for value in (True, False):
        for keys in ([], check.reads, check.reads[:1], check.reads[1:]):
            other = {"offence.concept": "illegal_access", "offence.max_penalty_months": 48}
            facts = {k: value if FACTS[k].type is bool else other.get(k, "Penal Code") for k in keys}
            finding = run(check, Frame(case(facts, min(check.measures)), law, "requested", ON))
            assert finding.verdict is not Verdict.NOT_MET


# -- P2 -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("check", "measure"), PAIRS, ids=IDS)
def test_each_paragraph_relied_on_can_take_the_verdict_away(check, measure, content, case, law):
    """Broken once: a gate that looked at the first paragraph only let the others through."""
    from comity.law import Bundle

    for instrument in ("budapest", "uncc"):
        sure = run(check, Frame(case({}, measure, instrument), law, "requested", ON))
        for key in check.paragraphs(instrument, measure):
            weak = Bundle(lowered(content, {key}, "C"), b"")
            finding = run(check, Frame(case({}, measure, instrument), weak, "requested", ON))
            assert finding.verdict is ASK
            doubts = [b for b in finding.because if b.id == "safeguards.any.law_weak"]
            assert [a.value for a in doubts[0].arguments if a.name == "provision"] == [key]
            assert not any(b.id == "safeguards.any.law_weak" for b in sure.because)


def one(key):
    return next(check for check in CHECKS if check.key == key)


def test_law_overdue_for_review_settles_nothing(find, content):
    from comity.law import Bundle

    facts = {"law.own_case_permitted": True}
    assert find(one("own_case"), facts).verdict is Verdict.MET
    old = tuple(p.model_copy(update={"review_by": "2026-11-20"}) for p in content.provisions)
    finding = find(one("own_case"), facts, bundle=Bundle(content.model_copy(update={"provisions": old}), b""))
    assert finding.verdict is ASK
    assert finding.because[1].id == "safeguards.any.law_overdue"
    assert not finding.missing, "no fact is missing; the law is"


def test_law_that_contradicts_itself_settles_nothing(find, content):
    from comity.law import Bundle, Value

    facts = {"law.own_case_permitted": True}
    numbers = tuple(
        Value(name="n", value=v, unit="days", bound="exact", since="2026-01-01", mark="A", sources=("S-MEM",))
        for v in (1, 2)
    )
    torn = tuple(
        p.model_copy(update={"values": numbers}) if p.key == "budapest.mla.requested_law" else p
        for p in content.provisions
    )
    finding = find(
        one("own_case"), facts, bundle=Bundle(content.model_copy(update={"provisions": torn}), b"")
    )
    assert finding.verdict is ASK
    assert "safeguards.any.law_conflicting" in [b.id for b in finding.because]


def test_doubt_about_a_number_is_shown_and_settles_nothing(find, content):
    from comity.law import Bundle

    doubtful = tuple(p.model_copy(update={"mark_number": "C-"}) for p in content.provisions)
    bundle = Bundle(content.model_copy(update={"provisions": doubtful}), b"")
    finding = find(one("own_case"), {"law.own_case_permitted": True}, bundle=bundle)
    assert finding.verdict is Verdict.MET
    assert all(c.verify for c in finding.cites)
    assert not any(c.verify for c in find(one("own_case"), {}).cites)


# -- the catalogue --------------------------------------------------------------------------------


def test_every_paragraph_cited_is_in_the_packaged_law_and_every_fact_in_the_registry():
    from comity.law import packaged_bundle

    law = packaged_bundle()
    for check in (*CHECKS, REFUSAL_DUTIES):
        assert check.provisions
        for key in check.provisions:
            assert law.provision(key)
        for paragraphs in check.relies:
            assert all(law.provision(k).instrument == paragraphs.instrument for k in paragraphs.provisions)
            assert paragraphs.measures <= check.measures
        assert set(check.reads) <= set(FACTS)
        assert check.measures <= ALL


def test_every_fact_is_read_by_some_check_or_shown_beside_it():
    read = {key for check in (*CHECKS, REFUSAL_DUTIES) for key in check.reads}
    assert set(FACTS) - read == {NONE_SEEN, *(f"raised.{name}" for name in MATTERS)}


def test_checks_have_one_key_and_each_measure_has_checks():
    keys = [check.key for check in (*CHECKS, REFUSAL_DUTIES)]
    assert len(set(keys)) == len(keys)
    for measure in ALL:
        assert len(checks_of(measure)) >= 6
    assert is_heavy("persecution")
    assert not is_heavy("basis")


def test_the_law_datas_contents_criteria_and_elements_are_understood():
    from comity.acts import ACTS, ELEMENTS
    from comity.law import packaged_bundle
    from comity.safeguards.checks.form import content_facts
    from comity.safeguards.checks.research import criterion_fact
    from comity.safeguards.registry.conduct import ELEMENT_FACTS

    law = packaged_bundle()
    for measure in ALL:
        for content in law.measure(measure).contents:
            assert all(fact in one("contents").reads for fact in content_facts(content))
    criteria = {criterion_fact(c.key) for c in law.content.criteria}
    assert criteria == {key for key in FACTS if key.startswith("research.gf_")}
    told = {e.key: e.aspect for e in law.content.elements}
    assert {k for k, aspect in told.items() if aspect not in {"penalty", "open"}} == set(ELEMENTS)
    assert {k for k, aspect in told.items() if aspect == "act"} == set(ACTS)
    assert set(ELEMENT_FACTS) == set(ELEMENTS)
    assert {c.key for c in law.content.concepts} == {c for e in law.content.elements for c in e.acts_of}


def test_a_check_reads_no_fact_that_it_did_not_register(law, case):
    from comity.errors import BadInput

    sly = replace(one("own_case"), reads=())
    with pytest.raises(BadInput, match="fact_not_registered"):
        run(sly, Frame(case({}), law, "requested", ON))


def test_a_grave_check_is_not_settled_by_a_paper_that_nobody_here_says_to_have_read(law, case):
    """Its digest shows which paper it is, and not that anyone of ours has it; a light check takes it."""
    known = {"child.accused": False, "child.own_private_material": False}
    papers = {key: [stated(key, value, by="XA")] for key, value in known.items()}

    def children(read_here):
        said = [("XA", fact) for facts in papers.values() for fact in facts]
        home = [stated(key, value, by="XB") for key, value in known.items() if key in read_here]
        base = gather("XA", "XB", {"raised.child": True}, said, home)
        frame = Frame(replace(case({}), facts=base), law, "requested", ON)
        return run(check_of("children"), frame)

    unread = children(())
    assert unread.verdict is Verdict.NEEDS_HUMAN
    assert {one.key for one in unread.missing} >= set(known)
    assert "safeguards.any.asserted_only" in {one.id for one in unread.because}
    assert children(("child.accused",)).verdict is Verdict.NEEDS_HUMAN
    assert children(tuple(known)).verdict is Verdict.MET
    light = gather("XA", "XB", {}, [("XA", fact) for facts in papers.values() for fact in facts], ())
    assert light.read("child.accused", wanted=False, interested="XA").truth is Truth.TRUE
