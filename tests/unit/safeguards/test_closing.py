"""When a finding is closed, by whom, and when it is in question."""

from itertools import product

import pytest

from comity.acts import Verdict
from comity.safeguards import Answer, Stand, closing, in_question
from comity.safeguards.catalogue import BY_KEY, CHECKS

YES, NO = True, False


def answers(*resolved):
    return tuple(Answer(f"act{n}", f"key{n}", "pt:office", one) for n, one in enumerate(resolved))


@pytest.mark.parametrize("check", [check.key for check in CHECKS])
@pytest.mark.parametrize("n", range(4))
def test_a_grave_finding_waits_for_two_and_any_other_for_one(check, n):
    grave = BY_KEY[check].heavy
    for given in product((YES, NO), repeat=n):
        one = closing(check, answers(*given))
        if n < (2 if grave else 1):
            assert (one.stand, one.answers, one.resolved) == (Stand.OPEN, (), None), "nothing is read"
        elif grave and n == 2 and given[0] != given[1]:
            assert (one.stand, one.resolved) == (Stand.SPLIT, None)
            assert len(one.answers) == 2, "the third reads both"
        else:
            assert one.stand is Stand.CLOSED
            assert len(one.answers) == n


def test_the_third_decides_and_is_no_vote():
    assert closing("persecution", answers(YES, NO, NO)).resolved is NO
    assert closing("persecution", answers(NO, YES, YES)).resolved is YES
    assert closing("persecution", answers(NO, YES, YES)).closed_by == "act2"
    agreed = closing("persecution", answers(YES, YES, NO))
    assert (agreed.resolved, agreed.closed_by) == (YES, "act1"), "what two have closed, a third does not open"


def test_what_this_program_does_not_know_is_grave():
    assert closing("a_check_of_tomorrow", answers(YES)).stand is Stand.OPEN


def test_in_question_is_what_is_present_or_what_somebody_is_not_satisfied_of(find):
    unknown = find(BY_KEY["persecution"], {})
    present = find(BY_KEY["persecution"], {"persecution.opinion": True})
    cited = find(BY_KEY["persecution"], {"offence.law_cited": "Penal Code"})
    assert unknown.verdict is Verdict.NEEDS_HUMAN
    assert not in_question(unknown, answers(YES, YES))
    assert not in_question(cited, answers(YES, YES)), "a citation is no indicator that is present"
    assert in_question(unknown, answers(YES, NO))
    assert in_question(present, answers(YES, YES))
    light = find(BY_KEY["circumstances"], {"indicator.private_matter": True})
    assert not in_question(light, answers(NO)), "no office outside is asked about this"
