"""P1 and P2 for each check: all subsets of facts known and unknown; marks lowered."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.acts import Verdict
from comity.law import packaged_bundle
from comity.messages import catalogue
from comity.safeguards.bench import Bench, Frame, run
from comity.safeguards.catalogue import CHECKS, checks_of, is_heavy
from comity.safeguards.checks.basis import CLASSES
from comity.safeguards.grounds import REFUSAL_DUTIES
from comity.safeguards.matters import MATTERS
from comity.safeguards.measures import ALL
from comity.safeguards.registry import FACTS

ON = date(2026, 11, 21)
ASK = Verdict.NEEDS_HUMAN
PAIRS = [(check, measure) for check in (*CHECKS, REFUSAL_DUTIES) for measure in sorted(check.measures)]
IDS = [f"{check.key}-{measure}" for check, measure in PAIRS]
LAW = packaged_bundle()


def alike(check, measure):
    """What makes a check read other paragraphs or facts for a measure than for another."""
    paragraphs = tuple(check.paragraphs(i, measure) for i in ("budapest", "uncc", "untoc"))
    bases = [(b.instrument, b.dual_criminality, b.offence_classes) for b in LAW.measure(measure).bases]
    by_measure = check.key in {"basis", "dual_criminality", "two_persons", "proportionality"}
    return (check.key, paragraphs, tuple(bases) if by_measure else ())


EXHAUSTED = list({alike(check, measure): (check, measure) for check, measure in reversed(PAIRS)}.values())
"""Each check once for all measures that it treats alike."""
COMPOSED = {"research", "contents"}
"""Checks of more than eight atoms: compositions, sampled instead of exhausted."""
VALUES = {
    "offence.concept": (None, "illegal_access", "no_such_concept"),
    "offence.max_penalty_months": (None, 12, 60),
}


def values(key):
    return VALUES.get(key, (None, True, False))


def atoms(check, measure, law, case, instrument):
    """The facts that a check reads for this measure, whatever else is known."""
    read = set()
    for value in (None, True, False):
        at = {None: 0, True: 1, False: 2}[value]
        facts = {k: values(k)[at] for k in check.reads if value is not None}
        bench = Bench(check, Frame(case(facts, measure, instrument), law, "requested", ON))
        check.rule(bench)
        read |= set(bench.read) - bench.shown
    return sorted(read)


@pytest.mark.parametrize("instrument", ["budapest", "uncc"])
@pytest.mark.parametrize(
    ("check", "measure"), EXHAUSTED, ids=[f"{check.key}-{measure}" for check, measure in EXHAUSTED]
)
def test_learning_a_fact_moves_a_verdict_only_out_of_needs_human(check, measure, instrument, law, case):
    if check.key in COMPOSED:
        return
    keys = atoms(check, measure, law, case, instrument)
    if not check.paragraphs(instrument, measure):
        return
    if not keys:
        every = [b for b in LAW.measure(measure).bases if len(b.offence_classes) == CLASSES]
        offered = [b for b in LAW.measure(measure).bases if b.instrument == instrument]
        assert check.key == "basis", "the law alone settles no other check"
        assert not offered or instrument in {b.instrument for b in every}, "it takes every offence, or none"
        return
    assert len(keys) <= 8, "a check has at most eight atoms"
    verdicts = {}
    for chosen in product(*(values(key) for key in keys)):
        facts = {k: v for k, v in zip(keys, chosen, strict=True) if v is not None}
        bench = Bench(check, Frame(case(facts, measure, instrument), law, "requested", ON))
        truth = check.rule(bench)
        assert not bench.doubts
        verdicts[chosen] = truth
    for chosen, before in verdicts.items():
        for at, value in enumerate(chosen):
            if value is None and before.value != "unknown":
                for learnt in values(keys[at])[1:]:
                    after = verdicts[(*chosen[:at], learnt, *chosen[at + 1 :])]
                    assert after is before, (dict(zip(keys, chosen, strict=True)), keys[at], learnt)
    reached = {truth.value for truth in verdicts.values()}
    assert "unknown" in reached
    assert "true" in reached, "a check that nothing can satisfy is no check"


def some_facts(keys):
    return st.fixed_dictionaries({}, optional={k: st.sampled_from(values(k)[1:]) for k in keys})


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_compositions_are_monotone_too(data, law_of_all, case_of_all):
    check = next(c for c in CHECKS if c.key in COMPOSED)
    facts = data.draw(some_facts(check.reads))
    before = run(check, Frame(case_of_all(facts), law_of_all, "requested", ON))
    unknown = [k for k in check.reads if k not in facts]
    if not unknown or before.verdict is ASK:
        return
    key = data.draw(st.sampled_from(unknown))
    more = {**facts, key: data.draw(st.sampled_from(values(key)[1:]))}
    assert run(check, Frame(case_of_all(more), law_of_all, "requested", ON)).verdict is before.verdict


@pytest.fixture(scope="session")
def law_of_all(content):
    from comity.law import Bundle

    return Bundle(content, b"")


@pytest.fixture(scope="session")
def case_of_all(request):
    return request.getfixturevalue("session_case")


@pytest.mark.parametrize(
    "key", [c.key for c in CHECKS if f"safeguards.{c.key}.not_met" not in catalogue("en")]
)
def test_some_checks_never_end_in_no(key, law, case):
    check = next(c for c in CHECKS if c.key == key)
    for value in (True, False):
        for keys in ([], check.reads, check.reads[:1], check.reads[1:]):
            facts = {k: value if FACTS[k].type is bool else "illegal_access" for k in keys}
            measure = min(check.measures)
            finding = run(check, Frame(case(facts, measure), law, "requested", ON))
            assert finding.verdict is not Verdict.NOT_MET


# -- P2 -------------------------------------------------------------------------------------------


def lowered(content, targets, mark):
    """The law data with the marks of some records lowered."""

    def lower(provision):
        return provision.model_copy(update={"mark_content": mark}) if provision.key in targets else provision

    def base(basis):
        return basis.model_copy(update={"mark": mark}) if f"basis.{basis.instrument}" in targets else basis

    return content.model_copy(
        update={
            "provisions": tuple(lower(p) for p in content.provisions),
            "measures": tuple(
                m.model_copy(update={"bases": tuple(base(b) for b in m.bases)}) for m in content.measures
            ),
            "status": tuple(
                e.model_copy(update={"mark": mark}) if f"status.{e.instrument}" in targets else e
                for e in content.status
            ),
        }
    )


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_lowering_a_mark_leaves_a_verdict_or_makes_it_a_persons(data, content, law_of_all, case_of_all):
    from comity.law import Bundle

    check = data.draw(st.sampled_from(CHECKS))
    measure = data.draw(st.sampled_from(sorted(check.measures)))
    instrument = data.draw(st.sampled_from(["budapest", "uncc"]))
    facts = data.draw(some_facts(check.reads))
    keys = [*(p.key for p in content.provisions if p.instrument == instrument)]
    keys = sorted({*check.provisions, *keys[:3], f"basis.{instrument}", f"status.{instrument}"})
    targets = set(data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=4)))
    mark = data.draw(st.sampled_from(["B", "C+", "C", "C-"]))
    weak = Bundle(lowered(content, targets, mark), b"")
    before = run(check, Frame(case_of_all(facts, measure, instrument), law_of_all, "requested", ON))
    after = run(check, Frame(case_of_all(facts, measure, instrument), weak, "requested", ON))
    if before is None:
        assert after is None
        return
    assert after.verdict in {before.verdict, ASK}
    if mark == "B":
        assert after.verdict is before.verdict, "B is not weak"


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
    assert set(FACTS) - read == {f"raised.{name}" for name in MATTERS}


def test_checks_have_one_key_and_each_measure_has_checks():
    keys = [check.key for check in (*CHECKS, REFUSAL_DUTIES)]
    assert len(set(keys)) == len(keys)
    for measure in ALL:
        assert len(checks_of(measure)) >= 6
    assert is_heavy("persecution")
    assert not is_heavy("basis")


def test_the_law_datas_contents_criteria_and_elements_are_understood():
    from comity.law import packaged_bundle
    from comity.safeguards.checks.criminality import ELEMENTS
    from comity.safeguards.checks.form import content_facts
    from comity.safeguards.checks.research import criterion_fact

    law = packaged_bundle()
    for measure in ALL:
        for content in law.measure(measure).contents:
            assert all(fact in one("contents").reads for fact in content_facts(content.key))
    criteria = {criterion_fact(c.key) for c in law.content.criteria}
    assert criteria == {key for key in FACTS if key.startswith("research.gf_")}
    elements = {e for nation in law.content.nations for o in nation.offences for e in o.elements}
    assert elements <= set(ELEMENTS), "an element without a fact is only named"


def test_a_check_reads_no_fact_that_it_did_not_register(law, case):
    from dataclasses import replace

    from comity.errors import BadInput

    sly = replace(one("own_case"), reads=())
    with pytest.raises(BadInput, match="fact_not_registered"):
        run(sly, Frame(case({}), law, "requested", ON))
