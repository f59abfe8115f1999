"""One act of looking answers what nothing raises, and only that; it is the own file's, and a person's."""

from datetime import date

import pytest

from comity.acts import Verdict
from comity.safeguards import INDICATORS, NONE_SEEN, assess, request_facts
from comity.safeguards.looking import MARK, as_entered

ON = date(2026, 11, 21)
MET, ASK = Verdict.MET, Verdict.NEEDS_HUMAN
SIGNS = {one.fact for one in INDICATORS}
LIGHT = (
    "treatment",
    "circumstances",
    "privileged",
    "breadth",
    "third_persons",
    "onward_transfer",
    "research",
)


@pytest.fixture
def judged(good_request, own_file, law, fact):
    def _judged(*more, looked_by="XB", unanswered=False, said=(), **changed):
        home = [f for f in own_file if f.key not in SIGNS] + [fact(k, v, by="XB") for k, v in more]
        if looked_by:
            home.append(fact(NONE_SEEN, True, by=looked_by))
        act = good_request(**changed)
        found = assess(request_facts(act, home=home, unanswered=unanswered), law, "requested", ON)
        return {f.check: f for f in found}

    return _judged


def test_it_answers_every_light_sign_and_leaves_the_grave_ones_to_two_persons(judged):
    with_, without = judged(), judged(looked_by=None)
    assert {without[check].verdict for check in LIGHT} == {ASK}
    assert {with_[check].verdict for check in LIGHT} == {MET}
    assert with_["persecution"] == without["persecution"]
    assert len(with_["persecution"].missing) == 5


def test_the_asking_state_cannot_say_it(judged):
    assert {judged(looked_by="XA")[check].verdict for check in LIGHT} == {ASK}


@pytest.mark.parametrize("key", sorted(one.fact for one in INDICATORS if not one.heavy and one.present))
def test_a_sign_that_anyone_holds_present_stays_with_a_person(judged, key):
    check = next(one.check for one in INDICATORS if one.fact == key)
    assert judged((key, True))[check].verdict is ASK


def test_what_the_request_itself_raises_stays_a_question_of_its_own(judged):
    silent = judged(unanswered=True)["circumstances"]
    assert [m.key for m in silent.missing] == ["indicator.no_real_reply"]
    assert judged(("indicator.no_real_reply", False), unanswered=True)["circumstances"].verdict is MET
    offence = {"title": "A", "law": "B", "max_penalty_months": 48, "offence_class": "illegal_access"}
    exact = judged(offence=offence, instrument="uncc")["circumstances"]
    assert [m.key for m in exact.missing] == ["indicator.threshold_penalty"]
    wide = [{"item": "mailbox", "description": "All", "account": None, "since": None, "until": None}]
    raised = judged(selectors=wide)
    assert "indicator.wide_selectors" not in {f.key for f in raised["breadth"].facts}
    assert [m.key for m in raised["circumstances"].missing] == ["indicator.acts_not_told"]


def test_what_is_kept_is_read_back_as_the_one_statement(judged):
    readings = [f for one in judged().values() for f in one.facts if f.reference.startswith(MARK)]
    assert len({f.key for f in readings}) == 14
    assert {as_entered(f).key for f in readings} == {NONE_SEEN}
    assert {as_entered(f).reference for f in readings} == {"exhibit 1 of the file"}
