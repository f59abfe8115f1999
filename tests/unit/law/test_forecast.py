"""What would follow from deposits that are supposed, and what a vote needs."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import BadInput
from comity.law import enters, packaged_bundle
from comity.law.forecast import Deposit, forecast
from comity.law.procedure import stages
from comity.law.vote import needed, whip

TODAY = date(2026, 11, 21)
THEN = date(2027, 3, 1)


def many(number, on=THEN):
    return [Deposit(on)] * number


def test_thirty_seven_more_complete_the_forty_and_it_enters_on_the_ninetieth_day(law):
    assert forecast(law, "uncc", many(36), TODAY).enters is None
    told = forecast(law, "uncc", many(37), TODAY)
    assert (told.completed, told.enters, told.missing) == (THEN, THEN + timedelta(days=90), 0)
    assert told.held == 3


def test_the_organised_crime_convention_would_have_been_foretold(law):
    rule = law.instrument("untoc").entry
    assert enters(rule, [date(2002, 1, 1)] * 39 + [date(2003, 7, 1)]) == date(2003, 9, 29)


def test_the_unions_deposit_leaves_the_count_and_is_told(law):
    with_it = forecast(law, "uncc", [*many(36), Deposit(THEN, "EU")], TODAY)
    without = forecast(law, "uncc", many(36), TODAY)
    assert with_it.enters is without.enters is None
    assert with_it.missing == without.missing == 1
    assert "law.forecast.union" in {r.id for r in with_it.reasons}


def test_a_state_is_one_whether_it_has_joined_or_is_supposed_twice(law):
    twice = [Deposit(THEN, "PT"), Deposit(THEN + timedelta(days=1), "PT"), Deposit(THEN, "VN")]
    told = forecast(law, "uncc", twice, TODAY)
    assert (told.supposed, told.missing) == (1, 36)
    assert sum(r.id == "law.forecast.joined_already" for r in told.reasons) == 2


def test_a_named_state_is_bound_with_all_or_after_its_own_wait(law):
    late = THEN + timedelta(days=100)
    told = forecast(law, "uncc", [*many(36), Deposit(THEN, "PT"), Deposit(late, "GH")], TODAY)
    assert dict(told.bound) == {"PT": THEN + timedelta(days=90), "GH": late + timedelta(days=30)}


def test_too_few_say_how_many_are_missing_and_the_earliest_day(law):
    told = forecast(law, "uncc", [], TODAY)
    assert told.missing == 37
    assert told.earliest == TODAY + timedelta(days=91), "all on the next day"


def test_what_is_past_or_in_force_cannot_be_supposed(law):
    with pytest.raises(BadInput) as caught:
        forecast(law, "uncc", [Deposit(date(2026, 11, 20))], TODAY)
    assert caught.value.id == "law.forecast_past"
    with pytest.raises(BadInput) as caught:
        forecast(law, "budapest", [], TODAY)
    assert caught.value.id == "law.forecast_in_force"


@given(st.lists(st.integers(0, 900), min_size=37, max_size=60), st.integers(0, 900))
def test_one_more_deposit_never_delays(offsets, extra):
    law = packaged_bundle()
    days = [Deposit(TODAY + timedelta(days=d)) for d in offsets]
    before = forecast(law, "uncc", days, TODAY).enters
    after = forecast(law, "uncc", [*days, Deposit(TODAY + timedelta(days=extra))], TODAY).enters
    assert after <= before


@pytest.mark.parametrize(("present", "votes"), [(98, 66), (100, 67), (95, 64), (51, 34), (99, 66), (1, 1)])
def test_two_thirds_of_those_present_are_rounded_up(present, votes):
    assert needed(present, 2, 3) == votes


@given(st.integers(1, 2000), st.integers(1, 12), st.integers(1, 12))
def test_what_is_needed_reaches_the_fraction_and_one_less_does_not(base, numerator, denominator):
    numerator = min(numerator, denominator)
    votes = needed(base, numerator, denominator)
    assert votes * denominator >= base * numerator > (votes - 1) * denominator
    strict = needed(base, numerator, denominator, strict=True)
    assert strict * denominator > base * numerator >= (strict - 1) * denominator


def test_a_majority_is_more_than_half():
    assert [needed(n, 1, 2, strict=True) for n in (1, 2, 3, 100, 101)] == [1, 2, 2, 51, 51]


def test_a_count_says_what_is_still_needed():
    assert whip(98, 66, yes=60, no=30, undecided=8).still_needed == 6
    assert whip(98, 66, yes=60, no=30, undecided=8).answer == "open"
    assert whip(98, 66, yes=60, no=30, undecided=8).may_be_lost == 2
    assert whip(98, 66, yes=66, no=32, undecided=0).answer == "carried"
    assert whip(98, 66, yes=60, no=33, undecided=5).answer == "lost"


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_open_is_just_where_the_undecided_decide(yes, no, undecided):
    base = max(1, yes + no + undecided)
    threshold = needed(base, 2, 3)
    told = whip(base, threshold, yes=yes, no=no, undecided=undecided)
    best, worst = yes + undecided >= threshold, yes >= threshold
    assert told.answer == ("carried" if worst else "open" if best else "lost")


def test_a_count_that_cannot_be_is_refused():
    for counts in ({"yes": 99, "no": 0, "undecided": 0}, {"yes": -1, "no": 0, "undecided": 0}):
        with pytest.raises(BadInput):
            whip(98, 66, **counts)
    with pytest.raises(BadInput):
        needed(0, 2, 3)


def test_the_stages_of_a_state_say_what_is_held_and_never_put_in_anothers_rule(law):
    at = {s.key: s for s in stages(law, "US", "uncc", TODAY)}
    assert list(at) == ["adoption", "signature", "submission", "approval", "deposit", "in_force"]
    assert at["adoption"].done == "yes"
    assert at["signature"].done == at["approval"].done == "unknown"
    assert (at["approval"].rule.numerator, at["approval"].rule.denominator) == (2, 3)
    assert at["approval"].rule.base == "present"
    assert at["submission"].rule is None
    other = {s.key: s for s in stages(law, "GH", "uncc", TODAY)}
    assert other["signature"].done == "yes"
    assert other["approval"].rule is None
    assert other["in_force"].done == "no"


def test_an_approval_by_a_parliament_is_no_deposit(law):
    at = {s.key: s for s in stages(law, "AZ", "uncc", TODAY)}
    assert (at["approval"].done, at["approval"].on) == ("yes", "2026-02-10")
    assert at["deposit"].done == "unknown"


def test_before_the_adoption_there_was_nothing(law):
    assert {s.done for s in stages(law, "GH", "uncc", date(2024, 12, 23))} <= {"no", "unknown"}
