"""Clocks of what was undertaken or is protected: promises, returns, safe conduct, orders to keep at home."""

from datetime import UTC, datetime, timedelta

import builders as b
import pytest
from stages import surrenderable
from test_duties import Home

from comity.cases import DueStanding, clocks, due
from comity.law import packaged_bundle

LAW = packaged_bundle()
ZONES = {"PT": LAW.zone("PT"), "GH": LAW.zone("GH")}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BOTH = {
    "bases": [
        {"instrument": "uncc", "provision": "uncc.mla.purpose.statement"},
        {"instrument": "budapest", "provision": "budapest.stored.mla"},
    ]
}


def found(home, kind, now=NOW):
    """What is due of one kind, and nothing where it is over."""
    case = home.story.case(home.state)
    return [one for one in due(case, home.fold(), LAW, ZONES, now) if one.kind == kind]


def requested(**more):
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms(**more), roles=b.TWO).id
    return s


def test_a_promised_word_is_due_until_the_next_word_and_is_not_forgotten():
    s = requested()
    first = s.say("GH", "status", {"asked": None, "progress": None, "by": None}, about=s.id).id
    told = {"asked": first, "progress": "under_review", "by": "2026-11-25T12:00:00Z"}
    promise = s.say("PT", "status", told, about=s.id).id
    (one,) = found(Home(s, "GH"), "house.promise")
    assert (one.act, one.state, one.standing) == (promise, "PT", DueStanding.RUNNING)
    (late,) = found(Home(s, "GH"), "house.promise", NOW + timedelta(days=4))
    assert late.standing is DueStanding.LATE
    again = s.say("GH", "status", {"asked": None, "progress": None, "by": None}, about=s.id).id
    s.say("PT", "status", {"asked": again, "progress": "with_a_court", "by": None}, about=s.id)
    assert found(Home(s, "GH"), "house.promise", NOW + timedelta(days=4)) == []


def test_who_was_handed_over_for_a_time_is_due_back_when_the_other_state_undertook_it():
    s = surrenderable()
    back = "2027-03-01T12:00:00Z"
    s.say("PT", "surrender", b.surrender("temporary", return_by=back), about=s.id)
    (one,) = found(Home(s, "PT"), "house.return")
    assert (one.state, one.at) == ("GH", datetime(2027, 3, 1, 12, tzinfo=UTC))
    s.say("PT", "surrender", b.surrender("returned"), about=s.id)
    assert found(Home(s, "PT"), "house.return") == []
    later = "2027-09-01T12:00:00Z"
    again = s.say("PT", "surrender", b.surrender("temporary", return_by=later), about=s.id).id
    assert [one.act for one in found(Home(s, "PT"), "house.return")] == [again], "who came back, came back"


@pytest.mark.parametrize(
    ("manner", "back"), [("full", "2027-03-01T12:00:00Z"), ("temporary", "2026-01-01T00:00:00Z")]
)
def test_nobody_undertakes_to_send_back_who_stays_or_before_the_person_left(manner, back):
    s = surrenderable()
    s.say("PT", "surrender", b.surrender(manner, return_by=back), about=s.id, lawful=False)


def test_safe_conduct_runs_from_being_told_is_marked_as_weak_and_ends_by_itself():
    s = requested(measure="take_statement", **BOTH)
    home = Home(s, "GH")
    assert found(home, "uncc.clock.safe_conduct") == []
    home.say("notify_person", {"items": ["mailbox"], "at": "2026-11-21T09:00:00Z", "presence_over": True})
    (one,) = found(home, "uncc.clock.safe_conduct")
    assert one.at == datetime(2026, 12, 7, tzinfo=UTC)  # fifteen whole days after the day of the notice
    assert (one.clock.bound, one.clock.doubt) == ("exact", "weak")
    (after,) = found(home, "uncc.clock.safe_conduct", NOW + timedelta(days=60))
    assert (after.standing, after.late) == (DueStanding.PASSED, timedelta())
    assert home.fold().duties.notices == ()


def ordered(home, *items, contact="pt:provider"):
    terms = {
        "contact": contact, "items": list(items), "document": "cd" * 32, "bases": [], "language": "pt",
        "at": b.AT, "answer_by": None,
    }  # fmt: skip
    return home.say("order", terms).id


def test_an_order_to_keep_at_home_ends_with_its_longest_time_unless_it_is_renewed():
    s = b.Story()
    bases = [
        {"instrument": name, "provision": f"{name}.preservation.request"} for name in ("uncc", "budapest")
    ]
    s.id = s.say("GH", "request", b.preserve_terms("mailbox", "logs", bases=bases)).id
    home = Home(s, "PT")
    first = ordered(home, "mailbox")
    every = [one for one in clocks(s.case("PT"), LAW, ZONES, home.fold()) if "domestic_order" in one.clock]
    assert {(one.clock, one.bound, one.act) for one in every} == {
        ("uncc.clock.domestic_order", "maximum", first),
        ("budapest.clock.domestic_order", "maximum", first),
    }
    assert {one.mark for one in every} == {"C"}
    (one,) = found(home, "uncc.clock.domestic_order")
    assert one.at.date() == (datetime.fromisoformat(b.AT) + timedelta(days=91)).date()
    ordered(home, "logs")
    assert len(found(home, "uncc.clock.domestic_order")) == 2
    renewed = ordered(home, "mailbox", "logs")
    assert [one.act for one in found(home, "uncc.clock.domestic_order")] == [renewed]
    (lapsed,) = found(home, "uncc.clock.domestic_order", NOW + timedelta(days=120))
    assert lapsed.standing is DueStanding.LAPSED


def test_no_other_measure_starts_the_clock_of_an_order_to_keep():
    s = requested(**BOTH)
    home = Home(s, "PT")
    ordered(home, "mailbox")
    assert found(home, "uncc.clock.domestic_order") == []
