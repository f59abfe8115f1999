"""The two checks that extradition has beside dual criminality; worked on a measure that the law data has."""

from dataclasses import replace
from datetime import date

import pytest
from tests.unit.safeguards.adopted import adopt, offence, rule

from comity.acts import Verdict
from comity.law import Bundle
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY

ON = date(2026, 11, 21)
MET, NOT_MET, ASK = Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN


@pytest.fixture
def verdict(content, case):
    def _verdict(key, facts, **adopted):
        check = replace(BY_KEY[key], measures=frozenset({"access_stored"}), relies=())
        law = adopt(content, "XB", offence("illegal_access", "access"), rule(**adopted)) if adopted else None
        return run(check, Frame(case(facts), law or Bundle(content, b""), "requested", ON)).verdict

    return _verdict


@pytest.mark.parametrize(
    ("facts", "adopted", "verdict_"),
    [
        ({"offence.max_penalty_months": 12}, {"minimum_months": 12}, MET),
        ({"offence.max_penalty_months": 11}, {"minimum_months": 12}, NOT_MET),
        ({"offence.penalty": "life"}, {"minimum_months": 12}, MET),
        ({"offence.penalty": "fine_only"}, {"minimum_months": 12}, NOT_MET),
        ({"offence.penalty": "court_discretion"}, {"minimum_months": 12}, ASK),
        ({}, {"minimum_months": 12}, ASK),
        ({"offence.max_penalty_months": 1}, {}, ASK),
        ({"law.penalty_suffices": True}, {}, MET),
        ({"law.penalty_suffices": False}, {}, ASK),
        ({"law.penalty_suffices": True, "offence.max_penalty_months": 1}, {"minimum_months": 12}, NOT_MET),
    ],
)
def test_the_minimum_is_the_one_that_the_requested_state_adopted(verdict, facts, adopted, verdict_):
    assert verdict("penalty", facts, **adopted) is verdict_


NATIONALS = {"jurisdiction": {"measures": ["preserve"], "bases": ["victim_national", "offender_national"]}}


@pytest.mark.parametrize(
    ("facts", "adopted", "verdict_"),
    [
        ({"conduct.elsewhere": False}, {}, MET),
        ({"conduct.elsewhere": True}, {}, ASK),
        ({"conduct.elsewhere": True, "law.jurisdiction_in_like_case": True}, {}, MET),
        ({"conduct.elsewhere": True, "law.jurisdiction_in_like_case": False}, {}, ASK),
        ({}, {}, ASK),
        ({"conduct.elsewhere": True, "conduct.victim_national": True}, NATIONALS, MET),
        ({"conduct.elsewhere": True, "conduct.victim_national": False}, NATIONALS, ASK),
        ({"conduct.elsewhere": True, "conduct.effect_at_home": True}, NATIONALS, ASK),
        (
            {
                "conduct.elsewhere": True,
                "conduct.victim_national": False,
                "conduct.offender_national": False,
                "law.jurisdiction_in_like_case": True,
            },
            NATIONALS,
            NOT_MET,
        ),
    ],
)
def test_jurisdiction_in_like_circumstances(verdict, facts, adopted, verdict_):
    assert verdict("jurisdiction", facts, **adopted) is verdict_
