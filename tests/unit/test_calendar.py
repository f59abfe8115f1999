"""Legal days: whole days where they are lived, exact hours, nothing beyond what is known."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import calendar
from comity.calendar import Offset, RestDays, Zone
from comity.errors import BadInput

UNTIL = datetime(2030, 1, 1, tzinfo=UTC)
START = datetime(2020, 1, 1, tzinfo=UTC)
ACCRA = Zone("Africa/Accra", (Offset(START, 0),), UNTIL)
LISBON = Zone(
    "Europe/Lisbon",
    (
        Offset(START, 0),
        Offset(datetime(2026, 3, 29, 1, tzinfo=UTC), 60),
        Offset(datetime(2026, 10, 25, 1, tzinfo=UTC), 0),
    ),
    UNTIL,
)
# Clocks that jump over midnight, and clocks that are put back when it is half past midnight.
JUMPY = Zone(
    "Example/Jumpy",
    (
        Offset(START, -240),
        Offset(datetime(2026, 9, 6, 4, tzinfo=UTC), -180),
        Offset(datetime(2027, 4, 4, 3, 30, tzinfo=UTC), -240),
    ),
    UNTIL,
)
# A place that moved across the date line and left one day out.
MOVED = Zone(
    "Example/Moved", (Offset(START, -600), Offset(datetime(2026, 12, 30, 10, tzinfo=UTC), 840)), UNTIL
)
ZONES = st.sampled_from([ACCRA, LISBON, JUMPY, MOVED])
WEEKEND = RestDays({6, 7}, {date(2026, 12, 25)})
instants = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda i: i.replace(microsecond=0)
)


@given(instants, st.integers(0, 400), ZONES)
def test_a_period_of_days_ends_when_its_last_day_is_over_there(start, days, zone):
    last = calendar.local_day(zone, start) + timedelta(days=days)
    end = calendar.add_days(start, days, zone)
    assert calendar.local_day(zone, end - timedelta(seconds=1)) <= last
    for later in (timedelta(), timedelta(minutes=29), timedelta(hours=1), timedelta(hours=25)):
        assert calendar.local_day(zone, end + later) > last
    assert end > start


@given(instants, st.integers(0, 400), st.sampled_from([ACCRA, LISBON, JUMPY]))
def test_a_minimum_of_days_is_never_cut_short(start, days, zone):
    slack = timedelta(hours=1)  # a day on which clocks are put forward has an hour less
    assert calendar.add_days(start, days, zone) >= start + timedelta(days=days) - slack


@given(instants, st.integers(0, 60), st.integers(0, 60), ZONES)
def test_more_days_never_end_earlier(start, fewer, more, zone):
    low, high = sorted((fewer, more))
    assert calendar.add_days(start, low, zone) <= calendar.add_days(start, high, zone)


def test_sixty_days_from_a_night_in_november():
    effected = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)
    assert calendar.add_days(effected, 60, ACCRA) == datetime(2027, 1, 21, tzinfo=UTC)


def test_a_night_in_summer_is_already_the_next_day_in_lisbon():
    effected = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert calendar.add_days(effected, 60, ACCRA) == datetime(2026, 8, 31, tzinfo=UTC)
    assert calendar.add_days(effected, 60, LISBON) == datetime(2026, 8, 31, 23, tzinfo=UTC)


def test_a_period_across_the_change_of_clocks_ends_at_the_local_midnight_then():
    effected = datetime(2026, 9, 1, 12, tzinfo=UTC)
    assert calendar.add_days(effected, 60, LISBON) == datetime(2026, 11, 1, tzinfo=UTC)


def test_a_day_that_clocks_skip_the_start_of_is_preceded_by_one_that_ends_there():
    assert calendar.end_of_day(JUMPY, date(2026, 9, 5)) == datetime(2026, 9, 6, 4, tzinfo=UTC)


def test_a_day_that_comes_back_is_over_only_the_second_time():
    # Half an hour into 4 April clocks went back to 23:30 of 3 April.
    assert calendar.local_day(JUMPY, datetime(2027, 4, 4, 3, 15, tzinfo=UTC)) == date(2027, 4, 4)
    assert calendar.local_day(JUMPY, datetime(2027, 4, 4, 3, 45, tzinfo=UTC)) == date(2027, 4, 3)
    assert calendar.end_of_day(JUMPY, date(2027, 4, 3)) == datetime(2027, 4, 4, 4, tzinfo=UTC)


def test_a_day_that_a_place_left_out_ends_with_the_day_before_it():
    moved = datetime(2026, 12, 30, 10, tzinfo=UTC)
    assert calendar.local_day(MOVED, moved - timedelta(seconds=1)) == date(2026, 12, 29)
    assert calendar.local_day(MOVED, moved) == date(2026, 12, 31)
    assert calendar.end_of_day(MOVED, date(2026, 12, 29)) == moved
    assert calendar.end_of_day(MOVED, date(2026, 12, 30)) == moved


def test_hours_are_exact_whatever_clocks_do():
    start = datetime(2026, 10, 24, 18, tzinfo=timezone(timedelta(hours=1)))
    assert calendar.add_hours(start, 72) == datetime(2026, 10, 27, 17, tzinfo=UTC)


def test_the_last_day_that_a_date_can_say_is_outside_every_zone():
    with pytest.raises(BadInput, match="outside_the_zone"):
        calendar.end_of_day(JUMPY, date.max)


@pytest.mark.parametrize("at", [START - timedelta(seconds=1), UNTIL])
def test_what_lies_outside_the_zones_data_is_refused(at):
    with pytest.raises(BadInput) as caught:
        calendar.local_day(ACCRA, at)
    assert caught.value.id == "calendar.outside_the_zone"


def test_a_period_that_runs_out_of_the_data_is_refused():
    with pytest.raises(BadInput):
        calendar.add_days(UNTIL - timedelta(days=3), 10, ACCRA)


def test_an_instant_without_offset_is_refused():
    naive = datetime(2026, 1, 1)  # noqa: DTZ001
    for ask in (lambda: calendar.add_hours(naive, 1), lambda: calendar.add_days(naive, 1, ACCRA)):
        with pytest.raises(BadInput) as caught:
            ask()
        assert caught.value.id == "calendar.naive_instant"


@pytest.mark.parametrize("offsets", [(), (Offset(UNTIL, 0),), (Offset(START, 0), Offset(START, 60))])
def test_a_zone_out_of_order_is_refused(offsets):
    with pytest.raises(BadInput):
        Zone("Example/Broken", offsets, UNTIL)


@pytest.mark.parametrize("weekdays", [{1, 2, 3, 4, 5, 6, 7}, {0}, {8}])
def test_a_week_without_work_or_with_an_eighth_day_is_refused(weekdays):
    with pytest.raises(BadInput):
        RestDays(weekdays, set())


def test_working_days_skip_weekends_and_holidays():
    thursday = date(2026, 12, 24)
    assert calendar.add_working_days(thursday, 1, WEEKEND) == date(2026, 12, 28)
    assert calendar.next_working_day(date(2026, 12, 25), WEEKEND) == date(2026, 12, 28)
    assert calendar.next_working_day(thursday, WEEKEND) == thursday


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 40))
def test_between_a_day_and_the_nth_working_day_lie_n_working_days(start, number):
    end = calendar.add_working_days(start, number, WEEKEND)
    span = [start + timedelta(days=i + 1) for i in range((end - start).days)]
    assert sum(calendar.is_working(day, WEEKEND) for day in span) == number
    assert calendar.is_working(end, WEEKEND)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_months_keep_the_day_or_take_the_last(day, months):
    later = calendar.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
    assert later.day <= day.day


@pytest.mark.parametrize(
    "ask",
    [
        lambda: calendar.add_hours(START, -1),
        lambda: calendar.add_days(START, -1, ACCRA),
        lambda: calendar.add_working_days(date(2026, 1, 1), -1, WEEKEND),
        lambda: calendar.add_months(date(2026, 1, 1), -1),
    ],
)
def test_a_period_is_never_negative(ask):
    with pytest.raises(BadInput) as caught:
        ask()
    assert caught.value.id == "calendar.negative_period"
