"""The statement of conduct: what a request says by it, which facts follow, and by whose word."""

import pytest

from comity import wire
from comity.acts import ACTS, Conduct, Offence, Provenance
from comity.errors import BadInput
from comity.law import packaged_bundle
from comity.safeguards import Truth, request_facts
from comity.safeguards.checks.criminality.penalty import reaches
from comity.safeguards.registry.conduct import PART_FACTS

STATEMENT = {
    "began": "2026-10-01",
    "ended": None,
    "places": ["XA", "XC"],
    "who": "An unknown person",
    "did": "Entered the server with a stolen password and copied files.",
    "system": "A hospital's server",
    "right": None,
    "measure": "The login",
    "intent": None,
    "caused": None,
    "elements": [
        {"element": "access", "present": True, "cites": ["charge", "order"]},
        {"element": "without_right", "present": True, "cites": []},
        {"element": "dishonest_intent", "present": False, "cites": ["charge"]},
    ],
    "documents": [
        {"id": "charge", "kind": "charge", "reference": "Charge, count 1", "digest": "1" * 64},
        {"id": "order", "kind": "order", "reference": "Order of 3 November", "digest": "2" * 64},
    ],
}


def facts_of(request_for, **change):
    return request_facts(request_for(conduct={**STATEMENT, **change})).facts


def test_parts_days_and_places_follow_from_the_statement(request_for):
    facts = facts_of(request_for)
    told = {part: facts.value(key) for part, key in PART_FACTS.items()}
    assert told == {
        "who": True, "did": True, "system": True, "right": False, "measure": True, "intent": False,
        "caused": False,
    }  # fmt: skip
    assert facts.value("conduct.began") == "2026-10-01"
    assert facts.value("conduct.ended") is None, "not stated is not known"
    assert facts.value("conduct.elsewhere") is True
    assert facts_of(request_for, places=["XA"]).value("conduct.elsewhere") is False
    assert facts_of(request_for, places=[]).value("conduct.elsewhere") is None
    assert facts.value("request.conduct_described") is True


def test_running_text_of_before_is_read_and_leaves_its_parts_unknown(request_for):
    facts = request_facts(request_for()).facts
    assert facts.value("request.conduct_described") is True
    assert {facts.value(key) for key in PART_FACTS.values()} == {None}
    assert facts.value("conduct.elsewhere") is None


def test_an_element_with_its_document_settles_and_one_without_is_a_word_alone(request_for):
    facts = facts_of(request_for)
    entered = facts.read("conduct.access", True, "XA")
    assert entered.truth is Truth.TRUE
    (said,) = facts.stated["conduct.access"]
    assert (said.stated_by, said.provenance) == ("XA", Provenance.DOCUMENT)
    assert "Charge, count 1" in said.reference
    assert "1" * 64 in said.reference
    assert "Order of 3 November" in said.reference
    alone = facts.read("conduct.without_right", True, "XA")
    assert (alone.truth, alone.why) == (Truth.UNKNOWN, "asserted_only")
    assert facts.read("declared.dishonest_intent", True, "XA").truth is Truth.FALSE
    assert facts.read("intent.dishonest_shown", True, "XA").truth is Truth.FALSE


def test_who_lists_what_was_done_alleges_nothing_else(request_for):
    facts = facts_of(request_for)
    assert {facts.read(f"conduct.{act}", True, "XA").truth for act in ACTS if act != "access"} == {
        Truth.FALSE
    }
    none = facts_of(request_for, elements=STATEMENT["elements"][1:])
    assert {none.read(f"conduct.{act}", True, "XA").truth for act in ACTS} == {Truth.UNKNOWN}


def test_the_statement_can_be_withheld_and_leaves_all_unknown(request_for):
    act = request_for(conduct=STATEMENT).without(["conduct"])
    facts = request_facts(act).facts
    assert facts.value("request.conduct_described") is None
    assert facts.read("conduct.access", True, "XA").truth is Truth.UNKNOWN


@pytest.mark.parametrize(
    "change",
    [
        {"offence": "Unlawful access"},
        {"did": ""},
        {"elements": [{"element": "theft", "present": True, "cites": []}]},
        {"elements": [{"element": "access", "present": True, "cites": ["nowhere"]}]},
        {"elements": [STATEMENT["elements"][0]] * 2},
        {"documents": [STATEMENT["documents"][0]] * 2},
        {"documents": [{**STATEMENT["documents"][0], "kind": "opinion"}]},
        {"documents": [{**STATEMENT["documents"][0], "digest": "x"}]},
        {"ended": "2026-09-30"},
        {"places": ["XA", "XA"]},
    ],
)
def test_a_statement_of_another_shape_is_refused(request_for, change):
    with pytest.raises(BadInput):
        request_for(conduct={**STATEMENT, **change})


def test_no_member_and_no_element_names_an_offence():
    """A label would be compared by someone, some day."""
    schema = str(Conduct.model_json_schema()).lower()
    concepts = {c.key for c in packaged_bundle().content.concepts}
    for word in (*concepts, "fraud", "forgery", "laundering", "grooming", "theft", "hacking"):
        assert f"'{word}'" not in schema


# -- penalties -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("months", "penalty", "truth"),
    [
        (12, None, Truth.TRUE), (11, None, Truth.FALSE), (None, None, Truth.UNKNOWN),
        (None, "life", Truth.TRUE), (None, "fine_only", Truth.FALSE),
        (None, "court_discretion", Truth.UNKNOWN),
    ],
)  # fmt: skip
def test_a_maximum_that_is_no_number_is_a_value_of_its_own(law, months, penalty, truth):
    from tests.unit.safeguards.conftest import ON

    assert reaches(months, penalty, 12) is truth
    serious = {Truth.TRUE: "serious", Truth.FALSE: "other", Truth.UNKNOWN: None}[truth]
    many = None if months is None else months * 4
    assert law.offence_class("uncc", "no_such_concept", many, ON, penalty) == serious
    assert law.offence_class("uncc", "illegal_access", months, ON, penalty) == "convention", (
        "no penalty stands before an offence of the Convention's own"
    )


def test_an_offence_has_one_maximum_and_those_of_before_read_as_they_did():
    before = {"title": "A", "law": "B", "max_penalty_months": 60, "offence_class": None}
    assert wire.build(Offence, before).penalty is None
    with pytest.raises(BadInput):
        wire.build(Offence, {**before, "penalty": "life"})
    assert wire.build(Offence, {**before, "max_penalty_months": None, "penalty": "life"}).penalty == "life"


def test_a_basis_for_serious_offences_takes_what_bears_imprisonment_for_life(find, request_for):
    from comity.safeguards.catalogue import BY_KEY

    facts = {"offence.concept": "no_such_concept", "offence.fits_concept": True}
    for penalty, told in (("life", "serious"), ("fine_only", "other"), ("court_discretion", None)):
        finding = find(BY_KEY["basis"], {**facts, "offence.penalty": penalty}, instrument="uncc")
        classes = [a.value for b in finding.because for a in b.arguments if a.name == "offence_class"]
        assert classes == ([] if told is None else [told])
