"""Each content of each measure is read where the request says it; and each measure can be refused."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from comity.acts import Verdict
from comity.acts.terms import Basis
from comity.errors import NotPermitted
from comity.law import packaged_bundle
from comity.safeguards import DESCRIBED_BASIS, Refusal, check_refusal, refusal_duties
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.checks.form import content_facts
from comity.safeguards.measures import ALL
from comity.safeguards.request import request_facts

ON = date(2026, 11, 21)
CHECK = BY_KEY["contents"]
OFFERED = [
    (measure.key, measure.bases[0].instrument)
    for measure in packaged_bundle().content.measures
    if measure.key in ALL
]


def asked_always(law, measure, instrument):
    """What a request on this instrument always has to say."""
    return [
        content
        for content in law.measure(measure).contents
        if content.needed == "always"
        and (content.practice or instrument in {law.provision(p).instrument for p in content.provisions})
    ]


def test_every_measure_is_here():
    assert {measure for measure, _ in OFFERED} == set(ALL)


@pytest.mark.parametrize(("measure", "instrument"), OFFERED)
def test_a_request_that_says_all_meets_it_and_one_that_leaves_a_content_out_does_not(
    find, law, measure, instrument
):
    asked = asked_always(law, measure, instrument)
    assert asked
    every = {fact: True for content in asked for fact in content_facts(content)}
    ask = {"measure": measure, "instrument": instrument}
    assert find(CHECK, every, **ask).verdict is Verdict.MET
    for content in asked:
        for fact in content_facts(content):
            without = {key: value for key, value in every.items() if key != fact}
            found = find(CHECK, without, **ask)
            assert found.verdict is Verdict.NEEDS_HUMAN, content.key
            assert fact in {one.key for one in found.missing}


@pytest.mark.parametrize(("measure", "instrument"), [one for one in OFFERED if one[0] != "inform"])
def test_a_statement_or_a_paper_under_the_contents_key_says_it(law, request_for, measure, instrument):
    own = [c for c in law.measure(measure).contents if c.said_in in {"statement", "paper"}]
    statements = [{"content": c.key, "text": "As stated."} for c in own if c.said_in == "statement"]
    papers = [{"content": c.key, "title": "Paper", "digest": "2" * 64} for c in own if c.said_in == "paper"]
    act = request_for(measure=measure, instrument=instrument, statements=statements, papers=papers)
    facts = request_facts(act).facts
    for content in own:
        (key,) = content_facts(content)
        (said,) = facts.stated[key]
        assert (said.stated_by, said.value, said.act) == ("XA", True, act.id)
        assert said.document == ("2" * 64 if content.said_in == "paper" else None)
    empty = request_for(measure=measure, instrument=instrument, statements=[], papers=[])
    assert not [key for key in request_facts(empty).facts.stated if key.startswith("said.")]


def test_a_fact_that_is_known_says_as_much_as_a_statement(find, law):
    asked = asked_always(law, "emergency_data", "uncc")
    every = {fact: True for content in asked for fact in content_facts(content)}
    del every["said.danger"]
    ask = {"measure": "emergency_data", "instrument": "uncc"}
    assert find(CHECK, {**every, "emergency.life_at_risk": True}, **ask).verdict is Verdict.MET
    assert find(CHECK, {**every, "emergency.life_at_risk": False}, **ask).verdict is Verdict.NEEDS_HUMAN


NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)


def refusing(ground):
    return Refusal(
        grounds=(ground,), reasons_given=True, consulted=(ground,), answer_by=NOW, answered=True, at=NOW,
        law_named=True, persons=2,
    )  # fmt: skip


@pytest.mark.parametrize(("measure", "instrument"), OFFERED)
def test_each_measure_can_be_refused_on_what_the_law_data_holds_and_on_the_states_own_law(
    case, law, measure, instrument
):
    one = case({}, measure, instrument)
    check_refusal(one, law, ON, refusing("other.constitution"))
    for ground in law.grounds(instrument, measure):
        if ground.needs_reservation is None:
            assert check_refusal(one, law, ON, refusing(ground.key)) == (ground,)
    with pytest.raises(NotPermitted):
        check_refusal(one, law, ON, refusing(DESCRIBED_BASIS))


@pytest.mark.parametrize("measure", sorted(ALL))
def test_what_rests_on_a_described_basis_alone_is_refused_on_its_own_terms(case, law, measure):
    bases = (Basis(instrument="described", provision="xb.treaty"),)
    one = case({}, measure, bases=bases)
    for ground in (DESCRIBED_BASIS, "other.court_order"):
        check_refusal(one, law, ON, refusing(ground))
        assert refusal_duties(one, law, ON, refusing(ground)).verdict is Verdict.MET
        for lacking in ({"persons": 1}, {"law_named": False}):
            refusal = replace(refusing(ground), **lacking)
            with pytest.raises(NotPermitted):
                check_refusal(one, law, ON, refusal)
            assert refusal_duties(one, law, ON, refusal).verdict is Verdict.NOT_MET
