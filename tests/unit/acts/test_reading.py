"""A reading is a plain value within, and is held against its model where it comes from outside."""

import pytest

from comity import wire
from comity.acts import Because, Citation, Finding, Provenance, Reading, Verdict
from comity.errors import BadInput

READING = Reading("offence.concept", "fraud", Provenance.DOCUMENT, "XA", "count 1", "1" * 64)
FINDING = Finding(
    check="basis",
    verdict=Verdict.MET,
    cites=(Citation(provision="uncc.scope", pointer="UNCC", verify=True),),
    because=(Because(id="safeguards.basis.met", arguments=()),),
    facts=(READING,),
    law=(),
    missing=(),
    rule_version=1,
    on="2026-11-21",
)


def read(**change):
    told = wire.dump(FINDING)
    told["facts"][0].update(change)
    return wire.build(Finding, told)


def test_it_is_written_with_all_its_members_and_read_back_the_same():
    (told,) = wire.dump(FINDING)["facts"]
    assert told == {
        "key": "offence.concept", "value": "fraud", "provenance": "document", "stated_by": "XA",
        "reference": "count 1", "document": "1" * 64, "act": None,
    }  # fmt: skip
    again = wire.parse(Finding, wire.dump_bytes(FINDING), limit=10_000)
    assert again == FINDING
    assert isinstance(again.facts[0], Reading)
    assert again.facts[0].provenance is Provenance.DOCUMENT


@pytest.mark.parametrize(
    "change",
    [
        {"key": "Not a key"},
        {"value": None},
        {"provenance": "rumour"},
        {"stated_by": "somewhere"},
        {"reference": "x" * 301},
        {"document": "1" * 63},
        {"act": "the act"},
        {"weight": 1},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_comes_from_outside_is_held_against_the_model(change):
    with pytest.raises(BadInput) as refused:
        read(**change)
    assert refused.value.id == "wire.not_the_model"
    assert str(refused.value.arguments["where"]).startswith("facts.0")
