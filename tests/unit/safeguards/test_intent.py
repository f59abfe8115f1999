"""Intent: who asks for it, by which law; what shows it; what follows where it is absent."""

from datetime import date
from itertools import product

import pytest
from tests.unit.safeguards.adopted import both, offence, rule

from comity.acts import Fact, Provenance, Verdict
from comity.law import Bundle, packaged_bundle
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.facts import gather
from comity.safeguards.registry.conduct import ELEMENT_FACTS
from comity.safeguards.request import RequestFacts

ON = date(2026, 11, 21)
MET, NOT_MET, ASK = Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN
CHECK = BY_KEY["intent"]
NEEDS_NONE = (offence("illegal_access", "access", "intentional"), rule())
NEEDS_ONE = (offence("illegal_access", "access", "dishonest_intent|intent_to_gain"), rule())


def elements(**told):
    return {ELEMENT_FACTS[name]: value for name, value in told.items() if value is not None}


def reasons(finding, name):
    told = [b for b in finding.because if b.id == f"safeguards.intent.{name}"]
    return [{a.name: a.value for a in b.arguments} for b in told]


@pytest.fixture
def intent(content, case):
    def _intent(facts, xa, xb):
        law = both(content, xa, xb) if xa else Bundle(content, b"")
        return run(CHECK, Frame(case(facts), law, "requested", ON))

    return _intent


def test_it_is_asked_for_by_adopted_law_and_shown_or_not(content, case):
    """Every value of three facts, for each pair of laws, against a second telling."""
    for xa, xb in product((NEEDS_NONE, NEEDS_ONE), repeat=2):
        law = both(content, xa, xb)
        for dishonest, gain, meant in product((None, True, False), repeat=3):
            facts = elements(access=True, intentional=meant, dishonest_intent=dishonest, intent_to_gain=gain)
            finding = run(CHECK, Frame(case(facts), law, "requested", ON))
            shown = True if dishonest or gain else None if None in {dishonest, gain} else False
            expected = MET if NEEDS_ONE not in {xa, xb} or shown else NOT_MET if shown is False else ASK
            assert finding.verdict is expected, (dishonest, gain, meant)
            named = {r["state"] for r in reasons(finding, "if_absent")}
            needing = {s for s, law_ in (("XA", xa), ("XB", xb)) if law_ is NEEDS_ONE}
            assert named == (set() if finding.verdict is MET else needing)


def test_a_state_that_punishes_it_without_such_an_intent_asks_for_none(intent):
    two = (*NEEDS_ONE[:1], offence("illegal_interception", "interception"), rule())
    facts = elements(access=True, interception=True, dishonest_intent=False, intent_to_gain=False)
    finding = intent(facts, NEEDS_NONE, two)
    assert finding.verdict is MET
    assert {"state": "XB"} in reasons(finding, "not_required")
    assert intent(facts | elements(interception=False), NEEDS_NONE, two).verdict is NOT_MET


def test_law_that_changed_in_between_leaves_it_to_a_person_unless_the_day_is_known(intent):
    changed = (
        offence("illegal_access", "access", until="2026-05-31"),
        offence("illegal_access", "access", "dishonest_intent", since="2026-06-01"),
        rule(assessed_at="conduct"),
    )
    absent = elements(access=True, dishonest_intent=False)
    assert intent(absent, NEEDS_NONE, changed).verdict is ASK
    for day, verdict in (("2026-03-01", MET), ("2026-07-01", NOT_MET)):
        days = {"conduct.began": day, "conduct.ended": day}
        assert intent({**absent, **days}, NEEDS_NONE, changed).verdict is verdict


def test_each_fact_that_shows_it_is_named_with_its_source(content):
    said = [
        ("XA", Fact(key="intent.dishonest_shown", value=True, provenance=Provenance.DOCUMENT, stated_by="XA",
                    reference="charge: count 2")),
        ("XB", Fact(key="intent.dishonest_shown", value=False, provenance=Provenance.OWN_INQUIRY,
                    stated_by="XB", reference="interview of the owner")),
    ]  # fmt: skip
    facts = gather("XA", "XB", {}, said, ())
    request = RequestFacts("0" * 64, "access_stored", "XA", "XB", (), (), facts)
    finding = run(CHECK, Frame(request, Bundle(content, b""), "requested", ON))
    assert finding.verdict is ASK
    assert reasons(finding, "shown_by") == [{"state": "XA", "source": "charge: count 2"}]
    assert reasons(finding, "denied_by") == [{"state": "XB", "source": "interview of the owner"}]
    assert reasons(finding, "silent") == [{}]


def test_a_row_that_nobody_adopted_informs_and_settles_nothing(case):
    law = packaged_bundle()
    state, row = next(
        (n.code, o) for n in law.content.nations for o in n.offences
        if "dishonest_intent" in o.elements and o.concept == "illegal_access"
    )  # fmt: skip
    facts = gather("GH", state, {"offence.concept": row.concept}, [], ())
    request = RequestFacts("0" * 64, "access_stored", "GH", state, (), (), facts)
    finding = run(CHECK, Frame(request, law, "requested", ON))
    assert finding.verdict is ASK
    assert {r["element"] for r in reasons(finding, "informed_required")} >= {"dishonest_intent"}
    assert not reasons(finding, "if_absent")
