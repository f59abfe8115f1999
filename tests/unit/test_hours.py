"""Working hours: what the wall of the office shows, on days that it works, and nothing that is not known."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import hours
from comity.calendar import Offset, RestDays, Zone, offset_at
from comity.errors import BadInput
from comity.hours import OfficeHours

START = datetime(2020, 1, 1, tzinfo=UTC)
UNTIL = datetime(2030, 1, 1, tzinfo=UTC)
FORTH, BACK = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)
LISBON = Zone("Europe/Lisbon", (Offset(START, 0), Offset(FORTH, 60), Offset(BACK, 0)), UNTIL)
AHEAD = Zone("Example/Ahead", (Offset(START, 13 * 60),), UNTIL)
MOVED = Zone(
    "Example/Moved", (Offset(START, -600), Offset(datetime(2026, 12, 30, 10, tzinfo=UTC), 840)), UNTIL
)
REST = RestDays({6, 7}, {date(2026, 12, 25)}, worked={date(2026, 12, 19)}, estimated={date(2026, 12, 25)})
WEEK = frozenset(range(1, 6))
OFFICE = OfficeHours(LISBON, WEEK, 9 * 60, 17 * 60, REST)
NIGHT = OfficeHours(LISBON, frozenset(range(1, 8)), 0, 3 * 60)
ALWAYS = OfficeHours(LISBON, frozenset(range(1, 8)), 0, 1440, REST)
offices = st.builds(
    lambda zone, days, edges, rest: OfficeHours(zone, days, min(edges), max(edges), rest),
    st.sampled_from([LISBON, AHEAD, MOVED]),
    st.frozensets(st.integers(1, 7), min_size=1),
    st.lists(st.integers(0, 48).map(lambda n: 30 * n), min_size=2, max_size=2, unique=True),
    st.sampled_from([None, REST]),
)
instants = st.datetimes(datetime(2025, 12, 1), datetime(2027, 2, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda i: i.replace(microsecond=0)
)


def at(day, hour=0, minute=0, month=12):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        (at(1, 9), at(1, 9)),
        (at(1, 16, 59), at(1, 16, 59)),
        (at(1, 17), at(2, 9)),
        (at(1, 8, 59), at(1, 9)),
        (at(4, 17), at(7, 9)),
        (at(18, 18), at(19, 9)),  # a Saturday that is worked
        (at(24, 17), at(28, 9)),  # Christmas Day, then the weekend
        (at(3, 8, month=6), at(3, 8, month=6)),  # nine o'clock there, in summer
    ],
)
def test_an_office_opens_on_the_next_day_that_it_works(asked, opens):
    assert hours.next_open(OFFICE, asked) == opens
    assert hours.is_open(OFFICE, asked) == (asked == opens)


def test_an_office_that_answers_at_any_hour_rests_on_no_day():
    assert hours.next_open(ALWAYS, at(25, 3)) == at(25, 3)
    assert hours.next_closing(ALWAYS, at(25)) is None
    assert hours.add_working_hours(at(25), 5, ALWAYS) == at(25, 5)
    assert ALWAYS.certain(at(1), at(31))


def test_hours_of_work_stop_at_closing_and_go_on_when_the_office_opens_again():
    assert hours.add_working_hours(at(1, 15), 1, OFFICE) == at(1, 16)
    assert hours.add_working_hours(at(1, 15), 2, OFFICE) == at(1, 17)
    assert hours.add_working_hours(at(1, 15), 3, OFFICE) == at(2, 10)
    assert hours.add_working_hours(at(24, 16), 8, OFFICE) == at(28, 16)
    assert hours.add_working_hours(at(26, 3), 0, OFFICE) == at(26, 3)


def test_on_a_day_on_which_clocks_are_moved_the_wall_counts():
    forth = hours.next_open(NIGHT, FORTH - timedelta(hours=1, seconds=1))
    assert (forth, hours.next_closing(NIGHT, forth)) == (
        FORTH - timedelta(hours=1),
        FORTH + timedelta(hours=1),
    )
    back = hours.next_open(NIGHT, BACK - timedelta(hours=2))
    assert (back, hours.next_closing(NIGHT, back)) == (BACK - timedelta(hours=2), BACK + timedelta(hours=2))


def test_what_is_not_known_is_refused_or_said():
    known = RestDays({6, 7}, set(), until=date(2026, 12, 31))
    with pytest.raises(BadInput, match="outside_the_days"):
        hours.next_open(OfficeHours(LISBON, WEEK, 540, 1020, known), at(31, 18))
    with pytest.raises(BadInput, match="outside_the_zone"):
        hours.next_open(OFFICE, UNTIL - timedelta(hours=1))
    assert not OFFICE.certain(at(24), at(26))
    assert OFFICE.certain(at(1), at(24))
    assert not OfficeHours(LISBON, WEEK, 540, 1020).certain(at(1), at(2))
    for days, opens, closes in (
        ({1}, 600, 600),
        ({1}, 600, 540),
        ({8}, 0, 60),
        (set(), 0, 60),
        ({1}, 0, 1441),
    ):
        with pytest.raises(BadInput, match="hours_not_right"):
            OfficeHours(LISBON, frozenset(days), opens, closes)
    never = OfficeHours(
        LISBON, {7}, 0, 60, RestDays({6}, {date(2020, 1, 5) + timedelta(7 * n) for n in range(600)})
    )
    with pytest.raises(BadInput):
        hours.next_open(never, at(1))


@given(offices, instants, st.integers(0, 30))
def test_while_it_is_open_the_wall_is_within_its_hours_and_hours_never_run_backwards(office, start, number):
    opens = hours.next_open(office, start)
    assert opens >= start
    assert hours.next_open(office, opens) == opens
    if not office.always and office.zone is AHEAD:  # where no clock is ever moved
        closes = hours.next_closing(office, opens)
        for moment in (opens, closes - timedelta(seconds=1)):
            wall = moment + offset_at(office.zone, moment)
            minutes = wall.hour * 60 + wall.minute
            assert office.opens <= minutes < office.closes
    end = hours.add_working_hours(start, number, office)
    assert end >= start + timedelta(hours=number)
    assert hours.add_working_hours(start, number + 1, office) >= end + timedelta(hours=1)
