"""Entry into force: rules as data, against dates that really happened."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from comity.law import EntryRule, ExitRule, StatusEvent, binds_from, enters, leaves
from comity.law.entry import counted, entry_day, undated

DAYS = EntryRule(kind="days", count=40, wait=90, later_wait=30, provisions=("x.entry",))
MONTHS = EntryRule(kind="first_of_month", count=5, wait=3, later_wait=3, provisions=("x.entry",))
days = st.dates(date(2000, 1, 1), date(2040, 1, 1))


def test_the_fortieth_deposit_of_1_july_2003_gave_29_september_2003():
    deposits = [date(2002, 1, 1)] * 39
    assert enters(DAYS, deposits) is None
    assert enters(DAYS, [*deposits, date(2003, 7, 1)]) == date(2003, 9, 29)


def test_an_accession_of_29_july_2024_gave_1_november_2024():
    assert binds_from(MONTHS, date(2004, 7, 1), date(2024, 7, 29)) == date(2024, 11, 1)


def test_a_period_that_ends_on_the_first_of_a_month_waits_for_the_next_first():
    assert binds_from(MONTHS, date(2004, 7, 1), date(2024, 8, 1)) == date(2024, 12, 1)
    assert binds_from(MONTHS, date(2004, 7, 1), date(2024, 11, 30)) == date(2025, 3, 1)


def test_who_joins_later_waits_its_own_days_but_not_less_than_the_others():
    general = date(2030, 1, 1)
    assert binds_from(DAYS, general, date(2031, 3, 1)) == date(2031, 3, 31)
    assert binds_from(DAYS, general, date(2029, 12, 30)) == date(2030, 1, 29)
    assert binds_from(DAYS, general, date(2029, 1, 1)) == general


def test_denunciation_takes_effect_a_year_on():
    year = ExitRule(kind="months", months=12, provision="x.exit")
    assert leaves(year, date(2030, 5, 7)) == date(2031, 5, 7)
    assert leaves(year, date(2028, 2, 29)) == date(2029, 2, 28)


def test_the_shipped_rules_are_those_of_the_instruments(law):
    uncc, budapest = law.instrument("uncc"), law.instrument("budapest")
    assert enters(uncc.entry, [date(2003, 7, 1)] * 40) == date(2003, 9, 29)
    assert binds_from(budapest.entry, date(2004, 7, 1), date(2024, 7, 29)) == date(2024, 11, 1)
    assert leaves(uncc.exit, date(2030, 5, 7)) == date(2031, 5, 7)
    assert leaves(budapest.exit, date(2030, 5, 7)) == date(2030, 9, 1)


@given(st.lists(days, max_size=60), st.randoms())
def test_the_order_of_deposits_makes_no_difference_and_more_never_delay(deposits, rng):
    shuffled = list(deposits)
    rng.shuffle(shuffled)
    entry = enters(DAYS, deposits)
    assert enters(DAYS, shuffled) == entry
    if entry is not None:
        sooner = enters(DAYS, [*deposits, date(2000, 1, 1)])
        assert sooner is not None
        assert sooner <= entry


@given(days, days)
def test_nobody_is_bound_before_the_instrument_is_in_force(general, deposit):
    for rule in (DAYS, MONTHS):
        bound = binds_from(rule, general, deposit)
        assert bound >= general
        assert bound >= deposit + timedelta(days=30)


def test_signatures_reports_without_a_day_and_a_union_are_not_counted(law):
    assert counted(law.steps("uncc"), date(2040, 1, 1)) == ()
    assert undated(law.steps("uncc"), date(2040, 1, 1)) == 3


def step(state, event, on, **more):
    return StatusEvent(
        state=state, instrument="uncc", event=event, on=on, mark="A", sources=("S-UNTC",), **more
    )


def by_state(*events):
    steps = {}
    for event in events:
        steps.setdefault(event.state, []).append(event)
    return steps


TWO = EntryRule(kind="days", count=2, wait=90, later_wait=30, provisions=("x.entry",))


def test_a_deposit_withdrawn_before_enough_stood_is_not_counted():
    back = by_state(
        step("XA", "ratification", "2027-01-01"),
        step("XA", "withdrawal", "2027-02-01"),
        step("XB", "accession", "2027-03-01"),
        step("XC", "approval", "2027-05-01"),
    )
    assert entry_day(TWO, back, date(2027, 12, 31)) == date(2027, 5, 1) + timedelta(days=90)
    assert counted(back, date(2027, 4, 1)) == (date(2027, 3, 1),)


def test_a_withdrawal_after_enough_stood_changes_nothing():
    late = by_state(
        step("XA", "ratification", "2027-01-01"),
        step("XB", "accession", "2027-03-01"),
        step("XB", "withdrawal", "2027-08-01"),
    )
    assert entry_day(TWO, late, date(2028, 1, 1)) == date(2027, 3, 1) + timedelta(days=90)


def test_a_state_counts_once_and_a_bracketed_step_or_a_union_not_at_all():
    odd = by_state(
        step("XA", "ratification", "2027-01-01"),
        step("XA", "acceptance", "2027-02-01"),
        step("XB", "accession", "2027-02-01", withdrawn=True),
        step("EU", "formal_confirmation", "2027-02-01", organisation=True),
    )
    assert counted(odd, date(2030, 1, 1)) == (date(2027, 1, 1),)
    assert entry_day(TWO, odd, date(2030, 1, 1)) is None


def test_two_deposits_on_the_day_that_completes_the_number_give_one_date():
    same = by_state(*(step(s, "accession", "2027-03-01") for s in ("XA", "XB", "XC")))
    assert entry_day(TWO, same, date(2027, 3, 1)) == date(2027, 5, 30)
