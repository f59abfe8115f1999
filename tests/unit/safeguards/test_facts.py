"""Who said it, what it is worth, and what is no fact at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import messages
from comity.acts import AskWhom, Fact, Provenance
from comity.errors import BadInput
from comity.safeguards.facts import gather
from comity.safeguards.logic import Truth
from comity.safeguards.registry import FACTS, Nature
from comity.safeguards.registry.persecution import INDICATORS
from comity.safeguards.words import question

F, U, T = Truth.FALSE, Truth.UNKNOWN, Truth.TRUE
P = Provenance


def base(*stated, derived=None):
    """Facts as (who said it in an act, key, value, provenance)."""
    said = [
        (
            by,
            Fact(
                key=key,
                value=value,
                provenance=provenance,
                stated_by=by,
                reference="page 1",
                document="1" * 64 if provenance is P.DOCUMENT else None,
            ),
        )
        for by, key, value, provenance in stated
    ]
    return gather("XA", "XB", derived or {}, said, ())


@pytest.mark.parametrize("provenance", [P.ASSERTED, P.OWN_INQUIRY, P.RECORD, P.PERSON])
def test_the_interested_states_word_settles_nothing_in_its_favour(provenance):
    facts = base(("XA", "intent.dishonest_shown", True, provenance))
    read = facts.read("intent.dishonest_shown", wanted=True, interested="XA")
    assert (read.truth, read.why) == (U, "asserted_only")
    assert [s.stated_by for s in facts.readings(["intent.dishonest_shown"])] == ["XA"], "it is shown"


def test_what_it_says_against_itself_counts():
    facts = base(("XA", "intent.dishonest_shown", False, P.ASSERTED))
    assert facts.read("intent.dishonest_shown", wanted=True, interested="XA").truth is F


def test_its_documents_count_and_so_does_the_other_states_inquiry():
    for by, provenance in (("XA", P.DOCUMENT), ("XB", P.OWN_INQUIRY), ("XB", P.ASSERTED)):
        facts = base(
            ("XA", "intent.dishonest_shown", True, P.ASSERTED),
            (by, "intent.dishonest_shown", True, provenance),
        )
        assert facts.read("intent.dishonest_shown", wanted=True, interested="XA").truth is T


@pytest.mark.parametrize(
    ("provenance", "document", "truth"),
    [(P.DOCUMENT, "1" * 64, T), (P.DOCUMENT, None, U), (P.RECORD, "1" * 64, U), (P.ASSERTED, "1" * 64, U)],
)
def test_a_document_that_is_not_bound_by_its_digest_is_an_assertion(provenance, document, truth):
    fact = Fact(
        key="intent.dishonest_shown",
        value=True,
        provenance=provenance,
        stated_by="XA",
        reference="the order of the court, annex 1",
        document=document,
    )
    facts = gather("XA", "XB", {}, [("XA", fact, "a" * 64)], ())
    known = facts.read("intent.dishonest_shown", wanted=True, interested="XA")
    assert known.truth is truth
    (reading,) = facts.readings(["intent.dishonest_shown"])
    assert (reading.document, reading.act, reading.reference) == (document, "a" * 64, fact.reference)


def test_who_signed_is_who_said_it():
    """A request cannot put words into the mouth of the State that it asks."""
    fact = Fact(
        key="law.punishable_requested",
        value=True,
        provenance=P.OWN_INQUIRY,
        stated_by="XB",
        reference="page 1",
    )
    facts = gather("XA", "XB", {}, [("XA", fact)], ())
    read = facts.read("law.punishable_requested", wanted=True, interested="XA")
    assert (read.truth, read.why) == (U, "not_theirs_to_say")
    assert [s.stated_by for s in facts.readings([fact.key])] == ["XA"]
    home = gather("XA", "XB", {}, (), [fact])
    assert home.read("law.punishable_requested", wanted=True, interested="XA").truth is T


def test_each_state_speaks_for_its_own_law_in_both_directions():
    facts = base(("XB", "law.punishable_requesting", False, P.OWN_INQUIRY))
    assert facts.read("law.punishable_requesting", wanted=True, interested="XA").truth is U


def test_a_declaration_is_what_it_is_by_being_made():
    facts = base(("XA", "declared.use_limited_to_purpose", True, P.ASSERTED))
    assert facts.read("declared.use_limited_to_purpose", wanted=True, interested="XA").truth is T
    facts = base(("XB", "declared.use_limited_to_purpose", True, P.ASSERTED))
    assert facts.read("declared.use_limited_to_purpose", wanted=True, interested="XA").truth is U


def test_contradictory_facts_settle_nothing_and_are_both_kept():
    facts = base(
        ("XA", "target.privileged", False, P.DOCUMENT), ("XB", "target.privileged", True, P.OWN_INQUIRY)
    )
    read = facts.read("target.privileged", wanted=False, interested="XA")
    assert (read.truth, read.why) == (U, "contradictory")
    assert [(s.stated_by, s.value) for s in facts.readings(["target.privileged"])] == [
        ("XA", False),
        ("XB", True),
    ]


def test_nobody_said_it():
    read = base().read("target.privileged", wanted=False, interested="XA")
    assert (read.truth, read.why, read.stated) == (U, "missing", False)


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [
        ("no.such_fact", True, "safeguards.unknown_fact"),
        ("target.privileged", 1, "safeguards.wrong_type"),
        ("target.privileged", "true", "safeguards.wrong_type"),
        ("request.two_persons", True, "safeguards.fact_is_derived"),
    ],
)
def test_what_is_no_fact_is_refused(key, value, error):
    with pytest.raises(BadInput) as caught:
        base(("XA", key, value, P.ASSERTED))
    assert caught.value.id == error
    assert all(messages.explain(caught.value))


def test_a_number_is_no_boolean_and_the_other_way_round():
    with pytest.raises(BadInput):
        base(derived={"offence.max_penalty_months": True})
    with pytest.raises(BadInput):
        base().read("target.privileged", wanted=0, interested="XA")


STATED = st.tuples(
    st.sampled_from(["XA", "XB", "XC"]),
    st.sampled_from(["target.privileged", "intent.dishonest_shown", "law.transfer_permitted"]),
    st.booleans(),
    st.sampled_from(list(P)),
)


@given(st.lists(STATED, max_size=6), st.randoms())
def test_the_order_of_what_was_stated_makes_no_difference(stated, random):
    other = list(stated)
    random.shuffle(other)
    assert base(*stated) == base(*other)


def test_who_may_be_asked_follows_the_side_and_the_harm():
    assert FACTS["intent.dishonest_shown"].ask("requested") is AskWhom.THEM
    assert FACTS["intent.dishonest_shown"].ask("requesting") is AskWhom.OWN_FILE
    assert FACTS["law.own_case_permitted"].ask("requested") is AskWhom.OWN_FILE
    for key, entry in FACTS.items():
        if key in {indicator.fact for indicator in INDICATORS if indicator.present}:
            assert {entry.ask("requested"), entry.ask("requesting")} == {AskWhom.NOBODY}


def test_every_fact_has_its_question_in_words():
    for key in FACTS:
        assert messages.say(question(key)).endswith("?")
    assert all(entry.type is bool or entry.nature is Nature.DERIVED for entry in FACTS.values())
