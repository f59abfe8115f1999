"""Clocks that run by the hours of an office, and lengths that a State gives to clocks of ours."""

from datetime import UTC, datetime, timedelta

import builders as b
import pytest

from comity.cases import DueStanding, clocks, due, fold_home
from comity.errors import BadInput, NotFound
from comity.hours import OfficeHours
from comity.law import (
    Bundle,
    OwnLength,
    apply_overlay,
    compile_overlay,
    load_overlay,
    packaged_bundle,
    remade,
)

LAW = packaged_bundle()
ZONES = {"PT": LAW.zone("PT"), "GH": LAW.zone("GH")}
ACT = "ab" * 32
HEAD = """
[overlay]
state = "{state}"
name = "Lengths of our own"
version = 1
on = "2026-11-21"
review_by = "2027-11-21"

[[overlay.source]]
key = "S-OWN"
title = "A rule of ours"

[[nation.lengths]]
key = "{clock}"
mark = "A"
sources = ["S-OWN"]
"""
OFFICE = OfficeHours(ZONES["PT"], frozenset(range(1, 6)), 9 * 60, 17 * 60, LAW.rest_days("PT"))


def own(text, clock="house.question", state="GH") -> Bundle:
    head = HEAD.format(state=state, clock=clock)
    return remade(apply_overlay(LAW.content, load_overlay(compile_overlay((head + text).encode())), ACT))


def given(clock="house.question", state="PT", **length) -> Bundle:
    """As ``own``, without compiling law data anew."""
    record = OwnLength(key=clock, mark="A", sources=("S-OWN",), **length)
    nations = [
        one.model_copy(update={"lengths": (record,)}) if one.code == state else one
        for one in LAW.content.nations
    ]
    return Bundle(LAW.content.model_copy(update={"nations": tuple(nations)}), LAW.data)


def hours_of(office):
    if office != "pt:central-authority":
        raise NotFound("cases.no_hours", office=office)
    return OFFICE


def running(story, law, kind, **more):
    (found,) = [one for one in clocks(story.case(), law, ZONES, **more) if one.clock == kind]
    return found


def requested():
    """A request, made on a Friday at ten."""
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms(), roles=b.TWO, at="2026-11-20T10:00:00Z").id
    return s


def asked(by="GH", at="2026-11-20T15:30:00Z"):
    """One side asked the other something, on a Friday at half past three in Lisbon and Accra."""
    s = requested()
    s.ask = s.say(by, "ask", {"questions": [{"id": "q1", "about": None}]}, about=s.id, at=at).id
    return s


def test_a_state_gives_a_length_to_clocks_of_ours_that_it_has_to_keep_and_to_no_others():
    ours, theirs = asked("PT"), asked("GH")
    law = own('value = 10\nunit = "days"\n')
    found = running(ours, law, "house.question")
    assert (found.by, found.length_from, found.adopted) == ("GH", "own", ACT)
    assert found.ends == datetime(2026, 12, 1, tzinfo=UTC)
    other = running(theirs, law, "house.question")
    assert (other.by, other.length_from, other.adopted) == ("PT", "house", None)
    assert other.ends == datetime(2026, 12, 21, tzinfo=UTC)
    assert running(ours, LAW, "house.question").length_from == "house"


def test_what_was_only_awaited_is_late_once_its_own_state_says_how_long_it_takes():
    s = asked("GH")
    law = given("house.decision", value=5, unit="working_days")
    home = fold_home(s.case("GH"), (), "GH")
    late = datetime(2026, 12, 1, tzinfo=UTC)
    before, after = (
        {one.kind: one for one in due(s.case("GH"), home, each, ZONES, late)}["house.decision"]
        for each in (LAW, law)
    )
    assert (before.standing, after.standing) == (DueStanding.AWAITED, DueStanding.LATE)
    assert after.at == datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize("clock", ["uncc.clock.preservation", "house.none"])
def test_a_state_sets_the_length_of_clocks_of_ours_only(clock):
    with pytest.raises(BadInput, match="leads_nowhere"):
        own('value = 10\nunit = "days"\n', clock)


@pytest.mark.parametrize(
    ("length", "ends"),
    [
        ({"value": 1, "unit": "working_hours"}, datetime(2026, 11, 20, 16, 30, tzinfo=UTC)),
        ({"value": 8, "unit": "working_hours"}, datetime(2026, 11, 23, 15, 30, tzinfo=UTC)),
        ({"value": 8, "unit": "hours"}, datetime(2026, 11, 20, 23, 30, tzinfo=UTC)),
        ({"value": 8, "unit": "hours", "ends_open": True}, datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ({"value": 1, "unit": "hours", "ends_open": True}, datetime(2026, 11, 20, 16, 30, tzinfo=UTC)),
        # the first and the eighth of December are holidays there, and the eighth is a Tuesday
        ({"value": 80, "unit": "working_hours"}, datetime(2026, 12, 7, 15, 30, tzinfo=UTC)),
        ({"value": 88, "unit": "working_hours"}, datetime(2026, 12, 9, 15, 30, tzinfo=UTC)),
    ],
)
def test_a_clock_counts_the_hours_of_the_office_or_ends_while_it_is_open(length, ends):
    found = running(asked("GH"), given(**length), "house.question", offices=hours_of)
    assert (found.ends, found.office, found.unknown) == (ends, "pt:central-authority", None)


def test_hours_that_nobody_told_are_not_made_up():
    law = given(state="GH", value=8, unit="working_hours")
    found = running(asked("PT"), law, "house.question", offices=hours_of)
    assert (found.ends, found.unknown.id) == (None, "cases.no_hours")
    assert found.unknown.arguments == {"office": "gh:central-authority"}
    s = asked("PT")
    home = fold_home(s.case("GH"), (), "GH")
    dues = due(s.case("GH"), home, law, ZONES, datetime(2027, 1, 1, tzinfo=UTC))
    assert {one.standing for one in dues if one.kind == "house.question"} == {DueStanding.UNKNOWN}


def test_hours_that_stood_still_are_left_out_and_its_last_stretch_is_not_cut_short():
    s = requested()
    law = given("house.decision", value=8, unit="working_hours")
    plain = running(s, law, "house.decision", offices=hours_of)
    assert plain.ends == datetime(2026, 11, 23, 10, tzinfo=UTC)
    question = {"questions": [{"id": "q1", "about": None}]}
    ask = s.say("PT", "ask", question, about=s.id, at="2026-11-20T12:00:00Z").id
    assert running(s, law, "house.decision", offices=hours_of).ends is None
    s.say("GH", "answer", {"ask": ask, "questions": ["q1"]}, about=s.id, at="2026-11-22T20:00:00Z")
    found = running(s, law, "house.decision", offices=hours_of)
    assert found.ends == datetime(2026, 11, 23, 15, tzinfo=UTC)  # two hours on Friday, six on Monday
    assert found.ends - plain.ends == timedelta(hours=5)


def test_a_request_passed_on_runs_by_the_hours_of_the_office_that_has_it_now():
    s = asked("GH")
    s.say("PT", "forward", {"authority": "pt:court"}, about=s.id)
    law = given(value=8, unit="working_hours")
    found = running(s, law, "house.question", offices=hours_of)
    assert (found.office, found.unknown.id) == ("pt:court", "cases.no_hours")
