"""What a check came to before stands for what it would come to: on equal knowledge, and on no other."""

import ast
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.safeguards.conftest import BASES, ON, case_with, law_with, stated

from comity.acts import Provenance
from comity.safeguards import CHECKS, checks_of
from comity.safeguards import checks as folder
from comity.safeguards.bench import _OF_LAW, Bench, Frame, footings, is_put, work
from comity.safeguards.facts import FactBase, gather
from comity.safeguards.logic import Truth
from comity.safeguards.precedents import Fork, Precedent, Precedents, find
from comity.safeguards.registry import FACTS, Nature
from comity.safeguards.request import RequestFacts

LAW = law_with()
MEASURES = ("access_stored", "preserve", "extradite", "freeze", "intercept_content")
SAYS = (
    ("XA", Provenance.ASSERTED), ("XA", Provenance.DOCUMENT), ("XB", Provenance.OWN_INQUIRY),
)  # fmt: skip
VALUES = {
    "offence.concept": ("illegal_access", "fraud"),
    "offence.max_penalty_months": (48, 60),
    "offence.penalty": ("life", "fine_only"),
}


@st.composite
def knowledge(draw, check):
    """A request of which each fact that the check reads stands in one of all ways, or in two."""
    derived, said = {f"raised.{check.key}": True, check.raised_by or "raised.costs": True}, []
    derived = {key: value for key, value in derived.items() if key in FACTS}
    for key in check.reads:
        entry = FACTS[key]
        if entry.nature is Nature.DERIVED:
            values = VALUES.get(key, (True, False) if entry.type is bool else ("2026-10-01",))
            value = draw(st.sampled_from((None, *values)))
            if value is not None:
                derived[key] = value
            continue
        for by, provenance in draw(st.lists(st.sampled_from(SAYS), max_size=2, unique=True)):
            said.append(stated(key, draw(st.booleans()), by=by, provenance=provenance))
    return gather("XA", "XB", derived, [(fact.stated_by, fact) for fact in said], ())


def anew(check, frame, stands):
    """The finding by the rule itself."""
    bench = Bench(check, frame, stands)
    return bench.finding(check.rule(bench))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.key)
def test_a_precedent_is_what_the_rule_would_come_to(check):
    measure = next((m for m in MEASURES if m in check.measures), min(check.measures))
    like = case_with({}, measure, "uncc" if ("uncc", measure) in BASES else "budapest")

    @settings(max_examples=12)
    @given(knowledge(check))
    def alike(base: FactBase):
        frame = Frame(RequestFacts("0" * 64, measure, "XA", "XB", like.bases, (), base), LAW, "requested", ON)
        for one, stands in footings((check,), frame):
            if is_put(one, frame):
                first, second = work(one, frame, stands), work(one, frame, stands)
                assert first == second == anew(one, frame, stands)

    alike()


def test_precedents_are_found(case):
    law = law_with()
    frame = Frame(case({"law.own_case_permitted": True}), law, "requested", ON)
    (check, stands), *_ = [found for found in footings(checks_of("access_stored"), frame)
                           if found[0].key == "own_case"]  # fmt: skip
    work(check, frame, stands)
    standing = frame.facts.standing("XA")
    assert find(frame.precedents, check, standing) is not None
    assert find(frame.precedents, check, {}) is None, "what is not known is another knowledge"


@pytest.mark.parametrize("change", ["side", "on", "law"])
def test_a_precedent_of_another_setting_is_none(case, change):
    law = law_with()
    before = Frame(case({"law.own_case_permitted": True}), law, "requested", ON)
    for check, stands in footings(checks_of("access_stored"), before):
        work(check, before, stands)
    assert before.precedents
    other = {
        "side": lambda: Frame(before.case, law, "requesting", ON),
        "on": lambda: Frame(before.case, law, "requested", ON.replace(day=22)),
        "law": lambda: Frame(before.case, law_with(), "requested", ON),
    }[change]()
    assert not other.precedents


def test_no_words_of_a_request_are_kept(case):
    words = "Penal Code, art. 5, on the words of Person A"
    law = law_with()
    frame = Frame(case({"offence.law_cited": words}), law, "requested", ON)
    for check, stands in footings(checks_of("access_stored"), frame):
        work(check, frame, stands)
    assert frame.precedents
    seen = []

    def look(node):
        if isinstance(node, Fork):
            seen.extend(node.ways)
            for one in node.ways.values():
                look(one)
        else:
            assert isinstance(node, Precedent)
            assert "facts" not in node.rest
            assert words not in repr(node)

    for node in frame.precedents.values():
        look(node)
    assert words not in seen


def test_only_so_many_are_kept(monkeypatch):
    monkeypatch.setattr("comity.safeguards.precedents.MOST", 2)
    kept = Precedents()
    for n in range(5):
        kept.keep(kept.of("setting"), "rule", {"fact": f"way {n}"}, n)
        assert kept.count <= 2
    for n in range(5):
        kept.of(n)
        assert len(kept.trees) <= 2


def test_a_rule_that_reads_by_chance_is_a_fault():
    kept = Precedents()
    held = kept.of("setting")
    kept.keep(held, "rule", {"one": "true"}, "met")
    with pytest.raises(ValueError, match="on the same knowledge"):
        kept.keep(held, "rule", {"other": "true"}, "met")
    with pytest.raises(ValueError, match="on the same knowledge"):
        kept.keep(held, "rule", {"one": "true"}, "not met")


def test_rules_read_facts_at_the_bench_alone():
    """Else what they came to would hang on more than they are known to have read."""
    files = [p for p in Path(folder.__file__).parent.glob("*.py") if "criminality" not in p.parts]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Attribute) and node.attr == "facts"), (path.name, node.lineno)
            assert not (isinstance(node, ast.Attribute) and node.attr == "stated"), (path.name, node.lineno)


def test_what_was_worked_out_of_the_facts_is_not_taken_along(case):
    assert not {"shared", "facts", "precedents"} & _OF_LAW
    frame = Frame(case({"law.own_case_permitted": True}), LAW, "requested", ON)
    frame.shared["what"] = Truth.TRUE
    assert frame.facts.stated
    other = frame.supposing(case({}).facts)
    assert not other.shared
    assert not other.facts.stated.keys() & {"law.own_case_permitted"}
