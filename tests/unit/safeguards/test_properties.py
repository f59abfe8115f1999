"""P1, P2, P4 and E6 over all checks that there are: what learning, weak law, a bare word and order do.

Generic over the catalogue: a check that is added falls under all of it.
"""

import dataclasses
import typing
from datetime import date
from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.safeguards.lowering import lowered

from comity import wire
from comity.acts import Fact, Finding, Outcome, Provenance, Verdict
from comity.law import Bundle, Value
from comity.safeguards import FACTS, Truth, assess
from comity.safeguards.bench import Bench, Check, Frame, run, stand
from comity.safeguards.catalogue import CHECKS
from comity.safeguards.facts import FactBase, gather
from comity.safeguards.grounds import REFUSAL_DUTIES
from comity.safeguards.registry import Nature

ON = date(2026, 11, 21)
MET, NOT_MET, ASK = Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN
INSTRUMENTS = ("budapest", "uncc")
EXHAUSTED = 8
"""Atoms up to which a check is exhausted; above, it is sampled."""
PAIRS = [(check, measure) for check in (*CHECKS, REFUSAL_DUTIES) for measure in sorted(check.measures)]
VALUES = {bool: (True, False), int: (12, 60), str: ("illegal_access", "no_such_concept")}
"""What is tried of each type; of numbers and texts, some on either side of what the law distinguishes."""


OF_ONE = {
    "offence.law_cited": ("Law 175 of 2018, article 25", "Penal Code"),
    # Beside a number of months there is no word for the maximum; one that decides nothing stands for both.
    "offence.penalty": ("court_discretion", "court_discretion"),
    "conduct.began": ("2026-01-01", "2026-02-01"),
    "conduct.ended": ("2026-02-01", "2026-03-01"),
    "request.made_on": ("2026-11-01", "2026-11-21"),
}


def values(key):
    return OF_ONE.get(key, VALUES[FACTS[key].type])


def frame_of(case, law, facts, measure, instrument):
    return Frame(case(facts, measure, instrument), law, "requested", ON)


def truth_of(check, frame):
    """The truth and what it was read of; law and day are sure, so nothing but facts can leave it open."""
    bench = Bench(check, frame)
    truth = check.rule(bench)
    return truth, bench


def atoms(check, measure, law, case, instrument):
    """The facts that a check rests on for this measure, whatever else is known."""
    seen = set()
    for facts in ({}, *({k: values(k)[at] for k in check.reads} for at in (0, 1))):
        _, bench = truth_of(check, frame_of(case, law, facts, measure, instrument))
        seen |= set(bench.read) - bench.shown
    for key, value in ((k, v) for k in check.reads for v in values(k)):
        _, bench = truth_of(check, frame_of(case, law, {key: value}, measure, instrument))
        seen |= set(bench.read) - bench.shown
    return sorted(seen)


# -- P1: learning moves a verdict only out of needs_human ------------------------------------------


class Watched:
    """A frame that notes whether a rule looked at anything but what was stated."""

    def __init__(self, frame):
        self.frame, self.looked = frame, set()

    def __getattr__(self, name):
        if name not in {"facts", "positions", "state"}:
            self.looked.add(name)
        return getattr(self.frame, name)


@pytest.mark.parametrize("check", [*CHECKS, REFUSAL_DUTIES], ids=lambda check: check.key)
def test_learning_a_fact_moves_a_verdict_only_out_of_needs_human(check, law, case):
    """Exhausted for each measure and instrument; for one alone where the rule looks at neither."""
    for measure, instrument in product(sorted(check.measures), INSTRUMENTS):
        found, keys, looked = exhausted(check, measure, instrument, law, case)
        for chosen, before in found.items():
            for at, value in enumerate(chosen):
                if value is None and before is not Truth.UNKNOWN:
                    for learnt in values(keys[at]):
                        after = found[(*chosen[:at], learnt, *chosen[at + 1 :])]
                        assert after is before, (dict(zip(keys, chosen, strict=True)), keys[at], learnt)
        if found and keys and (not looked or check.paragraphs(instrument, measure)):
            reached = set(found.values())
            assert Truth.UNKNOWN in reached, "a check that nothing leaves open asks nothing"
            assert Truth.TRUE in reached, "a check that nothing can satisfy is no check"
        if not looked:
            return


def exhausted(check, measure, instrument, law, case):
    """What comes of every choice of facts, which facts these are, and what else the rule looked at."""
    keys = atoms(check, measure, law, case, instrument)
    if len(keys) > EXHAUSTED:
        return {}, keys, {"more than can be exhausted"}  # sampled below
    bare = frame_of(case, law, {}, measure, instrument)
    said = {(key, value): case({key: value}).facts.stated[key] for key in keys for value in values(key)}
    found, looked = {}, set()
    for chosen in product(*((None, *values(key)) for key in keys)):
        facts = {k: said[k, v] for k, v in zip(keys, chosen, strict=True) if v is not None}
        stated = FactBase("XA", "XB", {**bare.case.facts.stated, **facts})
        bench = Bench(check, bare.supposing(stated))
        bench.frame = Watched(bench.frame)
        found[chosen] = check.rule(bench)
        looked |= bench.frame.looked
        assert not bench.doubts
        assert not bench.torn
    return found, keys, looked


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_learning_many_facts_in_any_order_settles_each_check_once(data, session_case, session_law):
    """Sampled over all checks and measures, whatever the size: a chain of facts, learnt one by one."""
    check, measure = data.draw(st.sampled_from(PAIRS))
    instrument = data.draw(st.sampled_from(INSTRUMENTS))
    order = data.draw(st.permutations(sorted(check.reads)))
    favour = data.draw(st.sampled_from([None, 0, 1]))  # most checks settle only where all goes one way
    known, settled = {}, None
    for key in order:
        known[key] = values(key)[favour] if favour is not None else data.draw(st.sampled_from(values(key)))
        truth, _ = truth_of(check, frame_of(session_case, session_law, known, measure, instrument))
        if settled is not None:
            assert truth is settled, (check.key, known)
        elif truth is not Truth.UNKNOWN:
            settled = truth


# -- the word of the interested State alone --------------------------------------------------------


BARE = (
    (Provenance.ASSERTED, None),
    (Provenance.RECORD, None),
    (Provenance.OWN_INQUIRY, None),
    (Provenance.PERSON, None),
    (Provenance.DOCUMENT, None),
    (Provenance.ASSERTED, "1" * 64),
)
"""Every way to say something without a paper that is bound by its digest."""


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_what_the_interested_state_only_asserts_never_settles_in_its_favour(data, session_case, session_law):
    """Whatever is known by others, no bare word of the interested State makes a safeguard met."""
    check = data.draw(st.sampled_from(CHECKS))
    measure = data.draw(st.sampled_from(sorted(check.measures)))
    instrument = data.draw(st.sampled_from(INSTRUMENTS))
    word = [k for k in check.reads if FACTS[k].nature not in {Nature.DERIVED, Nature.DECLARED}]
    if not word:
        return
    claimed = data.draw(st.lists(st.sampled_from(word), min_size=1, unique=True))
    others = [k for k in check.reads if k not in claimed]
    known = {k: data.draw(st.sampled_from(values(k))) for k in others if data.draw(st.booleans())}
    by = "XA" if check.interested == "requesting" else "XB"
    provenance, document = data.draw(st.sampled_from(BARE))
    said = [
        Fact(
            key=key,
            value=data.draw(st.sampled_from(values(key))),
            provenance=provenance,
            stated_by=by,
            reference="annex 1",
            document=document,
        )
        for key in claimed
    ]
    before = session_case(known, measure, instrument)
    derived = {k: v for k, v in known.items() if FACTS[k].nature is Nature.DERIVED}
    home = [_own(k, v) for k, v in known.items() if FACTS[k].nature is not Nature.DERIVED]
    after = dataclasses.replace(
        before, facts=gather("XA", "XB", derived, [(by, fact, "a" * 64) for fact in said], home)
    )
    verdicts = []
    for case in (before, after):
        finding = run(check, Frame(case, session_law, "requested", ON))
        if finding is None:
            return
        verdicts.append(finding.verdict)
    assert verdicts[1] is not MET or verdicts[0] is MET, (check.key, known, said)


def _own(key, value):
    entry = FACTS[key]
    speaks = entry.nature in {Nature.OWN_LAW, Nature.DECLARED} and entry.known_to == "requesting"
    by, provenance = ("XA", Provenance.DOCUMENT) if speaks else ("XB", Provenance.OWN_INQUIRY)
    return Fact(key=key, value=value, provenance=provenance, stated_by=by, reference="1", document="1" * 64)


# -- P2: weak law ----------------------------------------------------------------------------------


def overdue(content, targets, _):
    return content.model_copy(
        update={
            "provisions": tuple(
                p.model_copy(update={"review_by": "2026-11-20"}) if p.key in targets else p
                for p in content.provisions
            )
        }
    )


def torn(content, targets, _):
    numbers = tuple(
        Value(name="n", value=v, unit="days", bound="exact", since="2026-01-01", mark="A", sources=("S-MEM",))
        for v in (1, 2)
    )
    return content.model_copy(
        update={
            "provisions": tuple(
                p.model_copy(update={"values": (*p.values, *numbers)}) if p.key in targets else p
                for p in content.provisions
            )
        }
    )


@settings(max_examples=250, deadline=None)
@given(data=st.data())
def test_law_that_weakens_leaves_a_verdict_or_makes_it_a_persons(data, content, session_case, session_law):
    check = data.draw(st.sampled_from(CHECKS))
    measure = data.draw(st.sampled_from(sorted(check.measures)))
    instrument = data.draw(st.sampled_from(INSTRUMENTS))
    facts = data.draw(
        st.fixed_dictionaries({}, optional={k: st.sampled_from(values(k)) for k in check.reads})
    )
    few = [p.key for p in content.provisions if p.instrument == instrument][:3]
    keys = sorted({*check.provisions, *few, f"basis.{instrument}", f"status.{instrument}"})
    targets = set(data.draw(st.lists(st.sampled_from(keys), min_size=1, max_size=4)))
    how = data.draw(st.sampled_from([lowered, overdue, torn]))
    mark = data.draw(st.sampled_from(["B", "C+", "C", "C-"]))
    weak = Bundle(how(content, targets, mark), b"")
    before = run(check, frame_of(session_case, session_law, facts, measure, instrument))
    after = run(check, frame_of(session_case, weak, facts, measure, instrument))
    if before is None:
        assert after is None
        return
    assert after.verdict in {before.verdict, ASK}
    if how is lowered and mark == "B":
        assert after.verdict is before.verdict, "B is not weak"


@pytest.fixture(scope="module")
def doubtful(content):
    """Law data of which one paragraph is doubtful; made once, and taken by each check that has it."""
    return cache(lambda how, key: Bundle(how(content, {key}, "C"), b""))


@pytest.mark.parametrize("how", [lowered, overdue, torn])
@pytest.mark.parametrize("check", [*CHECKS, REFUSAL_DUTIES], ids=lambda check: check.key)
def test_each_paragraph_that_a_check_stands_on_can_take_any_verdict_away(check, how, doubtful, case, law):
    """What it stands on has the doubt for every measure; that it leaves no verdict is seen once."""
    seen = set()
    for measure, instrument in product(sorted(check.measures), INSTRUMENTS):
        if stand(check, frame_of(case, law, {}, measure, instrument)) is None:
            continue
        for key in check.paragraphs(instrument, measure):
            weak = doubtful(how, key)
            assert stand(check, frame_of(case, weak, {}, measure, instrument)).doubts, (measure, key)
            for at in () if key in seen else (0, 1):
                facts = {k: values(k)[at] for k in check.reads}
                finding = run(check, frame_of(case, weak, facts, measure, instrument))
                assert finding.verdict is ASK, (key, at)
            seen.add(key)


# -- P4: the same bytes ----------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_order_in_which_things_came_makes_no_difference_to_a_byte(data, session_law, session_case):
    keys = sorted(k for k, f in FACTS.items() if f.nature is not Nature.DERIVED)
    drawn = data.draw(st.lists(st.tuples(st.sampled_from(keys), st.booleans()), min_size=1, max_size=20))
    said = [("XA", _own(k, v), f"{n:064x}") for n, (k, v) in enumerate(drawn)]
    measure = data.draw(st.sampled_from(sorted({m for check in CHECKS for m in check.measures})))
    frame = session_case({}, measure, data.draw(st.sampled_from(INSTRUMENTS)))
    results = []
    for order in (said, data.draw(st.permutations(said))):
        case = dataclasses.replace(frame, facts=gather("XA", "XB", {}, order, ()))
        found = assess(case, session_law, "requested", ON)
        results.append(wire.encode([wire.dump(finding) for finding in found]))
    assert results[0] == results[1]


def test_what_was_read_before_makes_no_difference_either(case, law, content):
    """The shelf of what was read of a bundle: a fresh bundle of the same content gives the same bytes."""
    fresh = Bundle(content, law.data)
    for measure in sorted({m for check in CHECKS for m in check.measures}):
        for instrument in INSTRUMENTS:
            found = [assess(case({}, measure, instrument), one, "requested", ON) for one in (law, law, fresh)]
            assert len({wire.encode([wire.dump(f) for f in each]) for each in found}) == 1


def test_a_shelf_does_not_outlive_its_day_or_its_law(case, law, content):
    """Broken once: what a check stands on was kept without its day, and a review that was due went unseen."""
    soon = tuple(p.model_copy(update={"review_by": "2026-11-21"}) for p in content.provisions)
    bundle = Bundle(content.model_copy(update={"provisions": soon}), b"")
    facts = {"law.own_case_permitted": True}
    verdicts = []
    for day in (date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 21)):
        findings = assess(case(facts), bundle, "requested", day)
        verdicts.append(next(f.verdict for f in findings if f.check == "own_case"))
    assert verdicts == [MET, ASK, MET]


def test_findings_made_without_validation_are_as_if_they_were_read(case, law):
    for measure in sorted({m for check in CHECKS for m in check.measures}):
        facts = {k: values(k)[0] for k in FACTS if k.startswith(("request.", "declared.", "persecution."))}
        for finding in assess(case(facts, measure), law, "requested", ON):
            again = wire.parse(Finding, wire.dump_bytes(finding), limit=10**6)
            assert again == finding
            assert again.model_fields_set == finding.model_fields_set
            assert finding.model_copy(update={"on": "2026-11-22"}).on == "2026-11-22"
            assert finding.on == "2026-11-21"


# -- E6: no check grants or refuses ----------------------------------------------------------------


def test_no_check_can_grant_or_refuse_a_type_says_so():
    """A rule gives a Truth, a finding a Verdict; neither has a word for what only a person may say."""
    hints = typing.get_type_hints(Check, vars(__import__("comity.safeguards.bench", fromlist=["Bench"])))
    arguments, result = typing.get_args(hints["rule"])
    assert arguments == [Bench]
    assert result is Truth
    assert Finding.model_fields["verdict"].annotation is Verdict
    said = {one.value for one in (*Truth, *Verdict)}
    assert not said & {one.value for one in Outcome}
    assert not any(word in one for one in said for word in ("grant", "refus", "allow", "den", "approv"))
    returned = typing.get_type_hints(assess)["return"]
    assert typing.get_args(returned) == (Finding, ...)


@pytest.mark.parametrize("check", [*CHECKS, REFUSAL_DUTIES], ids=lambda check: check.key)
def test_each_rule_says_by_its_type_that_it_gives_a_truth(check):
    hints = check.rule.__annotations__
    assert hints["return"] in {"Truth", Truth}, "so that mypy holds it"
