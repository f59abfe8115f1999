"""Zones and days of rest of the law data, against the libraries they were written from; how periods count."""

import zoneinfo
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from inspect import signature

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.calendar import (
    RestDays,
    Rule,
    add_working_days,
    end_of_period,
    is_working,
    local_day,
    near_an_estimate,
    offset_at,
)
from comity.errors import BadInput, NotFound
from comity.law import packaged_bundle

LAW = packaged_bundle()
CALENDAR = LAW.content.calendars[0]
STATES = sorted(CALENDAR.states)
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2035, 12, 31, 23, 59, tzinfo=UTC)
EU = LAW.counting("eu_e_evidence")
RULE = Rule(full_hour=EU.hours_from == "next_full_hour", runs_on=EU.runs_on)


def test_every_state_has_a_zone_and_the_seat_of_government_stands_first():
    states = [n.code for n in LAW.content.nations if n.kind == "state"]
    assert sorted(states) == STATES
    assert sorted(LAW.zones(states)) == STATES
    assert LAW.zone("RU").name == "Europe/Moscow"
    assert LAW.zone("BR").name == "America/Sao_Paulo"


@given(st.sampled_from(sorted(CALENDAR.zones)), st.integers(0, int((LAST - FIRST).total_seconds())))
def test_offsets_are_those_of_zoneinfo(name, seconds):
    at = FIRST + timedelta(seconds=seconds)
    assert offset_at(CALENDAR.zone(name), at) == at.astimezone(library_zone(name)).utcoffset()


def test_every_change_of_every_zone_is_to_the_minute():
    for name in CALENDAR.zones:
        zone, library = CALENDAR.zone(name), library_zone(name)
        for offset in zone.offsets[1:]:
            before = offset.since - timedelta(seconds=1)
            assert offset_at(zone, before) == before.astimezone(library).utcoffset(), name
            assert offset_at(zone, offset.since) == offset.since.astimezone(library).utcoffset(), name


@cache
def library_zone(name):
    tzdata = pytest.importorskip("tzdata", reason="the library that knows the zones is not here")
    with resources.files(tzdata).joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return zoneinfo.ZoneInfo.from_file(file, key=name)


@cache
def library_days(state):
    holidays = pytest.importorskip(
        "holidays", reason="the library that the days were written from is not here"
    )
    kind = type(holidays.country_holidays(state))
    asked = {"islamic_show_estimated": True}
    asked = asked if "islamic_show_estimated" in signature(kind.__init__).parameters else {}
    return kind(years=range(2025, 2031), language="en_US", **asked)


@pytest.mark.parametrize("state", ["BD", "CN", "GH", "IL", "JP", "MA", "NP", "PT", "SA", "UA", "US"])
def test_every_day_is_worked_or_not_as_the_library_says(state):
    rest, library = LAW.rest_days(state), library_days(state)
    days = (rest.until - rest.since).days + 1
    for day in (rest.since + timedelta(days=n) for n in range(days)):
        assert is_working(day, rest) == library.is_working_day(day), day


@given(st.sampled_from(["GH", "PT"]), st.dates(date(2025, 1, 1), date(2029, 12, 31)), st.integers(1, 60))
def test_working_days_are_counted_as_the_library_counts(state, start, days):
    assert add_working_days(start, days, LAW.rest_days(state)) == library_days(state).get_nth_working_day(
        start, days
    )


def test_beyond_the_years_that_are_held_nothing_is_guessed():
    with pytest.raises(BadInput) as caught:
        is_working(date(2031, 1, 2), LAW.rest_days("PT"))
    assert caught.value.id == "calendar.outside_the_days"
    # What is decreed year by year is not known ahead.
    with pytest.raises(BadInput):
        is_working(date(2027, 1, 4), LAW.rest_days("CN"))
    with pytest.raises(NotFound):
        LAW.rest_days("EU")


def test_a_day_that_the_moon_decides_is_said_to_be_an_estimate():
    rest = LAW.rest_days("MA")
    (eid, *_) = sorted(day for day in rest.estimated if day.year == 2027)
    assert near_an_estimate(eid - timedelta(days=9), eid - timedelta(days=2), rest)
    assert not near_an_estimate(eid - timedelta(days=9), eid - timedelta(days=3), rest)
    assert not LAW.rest_days("PT").estimated


def eu(state, local, number, unit):
    """When a period of the Regulation is over, in local time of the State that enforces."""
    zone = LAW.zone(state)
    naive = datetime.fromisoformat(local).replace(tzinfo=UTC)
    start = naive - offset_at(zone, naive)
    end = end_of_period(start, number, unit, zone, rest=LAW.rest_days(state), rule=RULE)
    return (end + offset_at(zone, end)).replace(tzinfo=None).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("received", "number", "unit", "over"),
    [
        ("2026-11-20T17:10", 8, "hours", "2026-11-21T02:00"),  # Friday: the guidance's own example
        ("2026-11-20T17:00", 8, "hours", "2026-11-21T01:00"),
        ("2026-10-24T23:30", 8, "hours", "2026-10-25T07:00"),  # eight hours, one of them lived twice
        ("2026-11-16T09:00", 10, "days", "2026-11-27T00:00"),  # the day of receipt does not count
        ("2026-11-19T09:00", 10, "days", "2026-12-01T00:00"),  # ends on a Sunday: Monday counts whole
        ("2026-11-20T23:59", 10, "days", "2026-12-01T00:00"),  # ends on a Monday that is worked
        ("2026-11-21T09:00", 10, "days", "2026-12-03T00:00"),  # 1 December is a day of rest in Portugal
        ("2026-11-03T09:00", 60, "days", "2027-01-05T00:00"),  # ends on Saturday 2 January
    ],
)
def test_the_eu_e_evidence_periods_count_as_the_commissions_guidance_says(received, number, unit, over):
    assert eu("PT", received, number, unit) == over


def test_it_is_the_enforcing_states_rest_that_moves_the_last_day():
    assert eu("DE", "2026-11-21T09:00", 10, "days") == "2026-12-02T00:00"
    assert EU.sources == ("S-EECOUNT",)


def test_the_full_hour_is_one_on_the_wall():
    kathmandu = LAW.zone("NP")  # 5:45 ahead
    start = datetime(2026, 11, 20, 11, 20, tzinfo=UTC)  # 17:05 there
    end = end_of_period(start, 8, "hours", kathmandu, rule=RULE)
    assert end == datetime(2026, 11, 20, 20, 15, tzinfo=UTC)  # 02:00 there


def test_working_days_need_days_of_rest_and_a_unit_is_one_that_is_known():
    zone = LAW.zone("PT")
    with pytest.raises(BadInput) as caught:
        end_of_period(FIRST, 3, "working_days", zone)
    assert caught.value.id == "calendar.no_days_of_rest"
    with pytest.raises(BadInput) as caught:
        end_of_period(FIRST, 3, "weeks", zone)
    assert caught.value.id == "calendar.no_such_unit"
    worked = RestDays({6, 7}, {date(2026, 11, 23)}, worked=frozenset({date(2026, 11, 21)}))
    end = end_of_period(datetime(2026, 11, 20, 12, tzinfo=UTC), 2, "working_days", zone, rest=worked)
    assert local_day(zone, end - timedelta(seconds=1)) == date(2026, 11, 24)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"Africa/Abidjan" = "20240101T0000+0"', '"Africa/Abidjan" = "2024-01-01+0"'),
        ('PT = "Europe/Lisbon', 'PT = "Europe/Lisboa'),
        ('GH = "Africa/Accra; 67; 2030-12-31; 2025 0101', 'GH = "Africa/Accra; 67; 2030-12-31; 2025 0230'),
    ],
)
def test_a_calendar_that_cannot_be_read_is_not_compiled(changed, old, new):
    with pytest.raises(BadInput) as caught:
        changed("calendars.toml", old, new)
    assert caught.value.id in {"law.calendar_not_read", "law.leads_nowhere"}
