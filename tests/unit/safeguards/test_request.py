"""What follows from a request's own bytes, and what later acts add."""

import hashlib

import pytest

from comity import wire
from comity.acts import Role, compose
from comity.errors import BadInput
from comity.safeguards import request_facts


def derived(case):
    return {k: case.facts.value(k) for k in case.facts.stated if k.startswith(("request.", "offence."))}


def test_an_ordinary_request_shows_what_it_says(request_for):
    case = request_facts(request_for())
    assert (case.measure, case.requesting, case.requested) == ("access_stored", "XA", "XB")
    assert derived(case) == {
        "offence.concept": "illegal_access",
        "offence.law_cited": "Penal Code of XA",
        "offence.max_penalty_months": 60,
        "request.authority_named": True,
        "request.builds_on_preservation": False,
        "request.conduct_described": True,
        "request.confidentiality_asked": True,
        "request.emergency_claimed": False,
        "request.items_described": True,
        "request.judge_signed": False,
        "request.made_on": "2026-11-21",
        "request.least_intrusive_data": False,
        "request.offence_named": True,
        "request.period_bounded": True,
        "request.period_stated": True,
        "request.proceeding_named": True,
        "request.purpose_stated": True,
        "request.ratification_promised": False,
        "request.subject_stated": True,
        "request.targets_identified": True,
        "request.two_persons": True,
        "request.urgency_explained": True,
    }


SELECTOR = {"item": "mailbox", "description": "x", "account": "a", "since": None, "until": None}


@pytest.mark.parametrize(
    ("change", "key", "value"),
    [
        ({"conduct": "  \n"}, "request.conduct_described", False),
        ({"selectors": []}, "request.items_described", False),
        ({"selectors": [{**SELECTOR, "item": "other"}]}, "request.items_described", False),
        ({"selectors": [{**SELECTOR, "account": None}]}, "request.targets_identified", False),
        ({"selectors": [SELECTOR]}, "request.period_stated", False),
        ({"selectors": [{**SELECTOR, "since": "2026-01-01T00:00:00Z"}]}, "request.period_bounded", False),
        (
            {"selectors": [{**SELECTOR, "since": "2026-02-01T00:00:00Z", "until": "2026-01-01T00:00:00Z"}]},
            "request.period_bounded",
            False,
        ),
        (
            {"terms": {"items": [{"id": "mailbox", "data": "subscriber"}]}},
            "request.least_intrusive_data",
            True,
        ),
        ({"terms": {"urgency": "emergency"}}, "request.urgency_explained", False),
        ({"terms": {"urgency": "emergency"}, "urgency": "Lives."}, "request.urgency_explained", True),
        ({"terms": {"follows": "f" * 64}}, "request.builds_on_preservation", True),
        ({"measure": "preserve"}, "request.two_persons", False),
        ({"measure": "preserve"}, "request.ratification_promised", True),
    ],
)
def test_what_a_request_lacks_is_seen(request_for, change, key, value):
    assert request_facts(request_for(**change)).facts.value(key) is value


def test_two_keys_of_one_pseudonym_are_not_two_persons(request_for):
    act = request_for()
    signers = [s.model_copy(update={"alias": "officer-a"}) for s in act.header.signers]
    header = act.header.model_copy(update={"signers": tuple(signers)})
    same = type(act)(act.envelope, act.disclosures, header)
    assert request_facts(same).facts.value("request.two_persons") is False


def test_of_a_paper_that_was_registered_nobody_knows_how_many_signed(request_for):
    act = request_for()
    (one, *_) = act.header.signers
    signers = (one.model_copy(update={"role": Role.REGISTRAR}),)
    header = act.header.model_copy(update={"signers": signers})
    facts = request_facts(type(act)(act.envelope, act.disclosures, header)).facts
    assert (facts.value("request.two_persons"), facts.value("request.judge_signed")) == (None, None)


def test_a_field_that_is_not_open_leaves_its_facts_unknown(request_for):
    case = request_facts(request_for().without(["purpose", "selectors", "offence", "proceeding"]))
    for key in (
        "request.purpose_stated",
        "request.items_described",
        "request.offence_named",
        "offence.concept",
    ):
        assert case.facts.value(key) is None


def later(request, kind, terms, by="xa", number=2, **fields):
    header = {
        **{k: v for k, v in wire.dump(request.header).items() if k not in {"v", "fields"}},
        "kind": kind,
        "from": f"{by}:central-authority",
        "to": f"{'xb' if by == 'xa' else 'xa'}:central-authority",
        "about": request.id,
        "number": number,
    }
    return compose(header, {"terms": terms, **fields}, lambda n: hashlib.shake_256(kind.encode()).digest(n))


def test_an_answer_adds_facts_of_the_state_that_signed_it(request_for, fact):
    act = request_for()
    said = [wire.dump(fact("declared.link_of_data_to_offence", True, by="XB"))]
    replies = [{"id": "q-1", "text": "The account sent the message."}]
    answer = later(act, "answer", {"ask": "a" * 64, "questions": ["q-1"]}, facts=said, replies=replies)
    case = request_facts(act, later=[answer])
    read = case.facts.read("declared.link_of_data_to_offence", wanted=True, interested="XA")
    (shown,) = case.facts.readings(["declared.link_of_data_to_offence"])
    assert shown.stated_by == "XA", "it is XA that signed, whatever the fact says"
    assert read.truth.value == "true"


def test_an_amendment_changes_what_is_asked_for(request_for):
    act = request_for()
    amend = later(
        act, "amend", {"add": [{"id": "name", "data": "subscriber"}], "drop": ["mailbox"]},
        selectors=[{**SELECTOR, "item": "name"}], facts=[], text="Only who holds it.",
    )  # fmt: skip
    case = request_facts(act, later=[amend])
    assert [item.id for item in case.items] == ["name"]
    assert case.facts.value("request.least_intrusive_data") is True
    assert case.facts.value("request.items_described") is True
    hidden = request_facts(act, later=[amend.without(["selectors"])])
    assert hidden.facts.value("request.items_described") is None


def test_what_is_about_another_request_adds_nothing(request_for):
    act = request_for()
    other = request_for(subject="Another matter")
    answer = later(other, "answer", {"ask": "a" * 64, "questions": ["q"]}, facts=[], replies=[])
    with pytest.raises(BadInput) as caught:
        request_facts(act, later=[answer])
    assert caught.value.id == "safeguards.not_about_the_request"
    with pytest.raises(BadInput) as caught:
        request_facts(answer)
    assert caught.value.id == "safeguards.not_a_request"
