"""Which legal clocks a case has started, and when they are over."""

from datetime import UTC, datetime

import builders as b
import pytest

from comity.cases import clocks, fold
from comity.errors import BadInput
from comity.law import Bundle, packaged_bundle
from comity.wire import dump_bytes

TWO = ("author", "approver")
LAW = packaged_bundle()
ZONES = {"PT": LAW.zone("PT"), "GH": LAW.zone("GH")}
BASES = {
    "bases": [
        {"instrument": "uncc", "provision": "uncc.preservation.request"},
        {"instrument": "budapest", "provision": "budapest.preservation.request"},
    ]
}


def legal(case, law=LAW, zones=ZONES):
    """The clocks of the instruments alone."""
    return [one for one in clocks(case, law, zones) if one.provision is not None]


def kept(**more):
    s = b.Story()
    s.id = s.say("GH", "request", b.preserve_terms("mailbox", "logs", **BASES)).id
    s.say("PT", "effected", b.effected("mailbox", **more), about=s.id)
    return s


def test_nothing_runs_before_the_event_whatever_came_in():
    s = b.Story()
    s.say("GH", "request", b.preserve_terms(**BASES))
    assert legal(s.case(), LAW, ZONES) == []


def test_preservation_runs_from_the_event_in_the_days_of_who_keeps():
    at = "2026-11-20T23:30:00Z"
    found = legal(kept(at=at).case(), LAW, ZONES)
    assert [one.clock.split(".")[0] for one in found] == ["budapest", "uncc"]
    for one in found:
        days = LAW.length(one.clock, datetime(2026, 11, 20, tzinfo=UTC).date()).value
        assert days == 60
        assert one.started == datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
        assert one.ends == datetime(2027, 1, 20, tzinfo=UTC)  # the 60th day, 19 January, counts whole
        assert (one.bound, one.stopped) == ("minimum", False)


def test_the_first_success_starts_the_clock_and_nothing_held_does_not():
    s = kept(outcome="nothing_held")
    assert legal(s.case(), LAW, ZONES) == []
    s.say("PT", "effected", b.effected("logs", at="2026-11-21T11:00:00Z"), about=s.id)
    s.say("PT", "effected", b.effected("mailbox", at="2026-11-21T11:30:00Z"), about=s.id)
    assert {one.started.hour for one in legal(s.case(), LAW, ZONES)} == {11}
    assert {one.started.minute for one in legal(s.case(), LAW, ZONES)} == {0}


def test_asking_to_extend_and_extending_are_shown_apart():
    s = kept()
    s.say("GH", "extend", {"until": "2027-03-01T00:00:00Z"}, about=s.id)
    (one, *_) = legal(s.case(), LAW, ZONES)
    assert (one.asked_until, one.extended_until) == (datetime(2027, 3, 1, tzinfo=UTC), None)
    s.say("PT", "extend", {"until": "2027-02-01T00:00:00Z"}, about=s.id)
    (one, *_) = legal(s.case(), LAW, ZONES)
    assert one.extended_until == datetime(2027, 2, 1, tzinfo=UTC)
    assert one.ends == datetime(2027, 1, 21, tzinfo=UTC)


def test_data_is_held_for_the_request_that_follows_until_it_is_decided():
    s = kept()
    request = s.say("GH", "request", b.request_terms(follows=s.id), roles=TWO).id
    assert {one.held_for for one in legal(s.case(), LAW, ZONES)} == {(request,)}
    s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=request)
    assert {one.held_for for one in legal(s.case(), LAW, ZONES)} == {()}


def test_a_clock_stops_by_withdrawal_and_by_expiry():
    s = kept()
    s.say("GH", "withdraw", {"reason": "error"}, about=s.id)
    assert {one.stopped for one in legal(s.case(), LAW, ZONES)} == {True}
    s = kept()
    s.say("PT", "effected", b.effected("mailbox", outcome="expired"), about=s.id)
    assert {one.stopped for one in legal(s.case(), LAW, ZONES)} == {True}


def test_closing_lets_nothing_go_until_what_follows_was_decided():
    """What is preserved is held for its time also once it was reported and closed; no deadline is lost."""
    s = kept()
    s.say("PT", "effected", b.effected("logs", outcome="nothing_held"), about=s.id)
    s.say("PT", "close", {"outcome": "answered"}, about=s.id)
    assert {one.stopped for one in legal(s.case(), LAW, ZONES)} == {False}
    request = s.say("GH", "request", b.request_terms("mailbox", follows=s.id), roles=TWO).id
    assert {(one.stopped, one.held_for) for one in legal(s.case(), LAW, ZONES)} == {(False, (request,))}
    s.say("PT", "decide", b.decision(b.outcome("mailbox", "refuse")), about=request)
    assert {one.stopped for one in legal(s.case(), LAW, ZONES)} == {True}


def test_a_request_that_follows_and_is_taken_back_undecided_lets_nothing_go():
    s = kept()
    s.say("PT", "effected", b.effected("logs", outcome="nothing_held"), about=s.id)
    s.say("PT", "close", {"outcome": "answered"}, about=s.id)
    request = s.say("GH", "request", b.request_terms("mailbox", follows=s.id), roles=TWO).id
    s.say("GH", "withdraw", {"reason": "error"}, about=request)
    assert {one.stopped for one in legal(s.case(), LAW, ZONES)} == {False}


def changed(**clock):
    content = LAW.content
    clocks_ = tuple(one.model_copy(update=clock) for one in content.clocks)
    other = content.model_copy(update={"clocks": clocks_})
    return Bundle(other, dump_bytes(other))


def test_a_clock_starts_with_what_its_law_names():
    case = kept().case()
    assert legal(case, changed(starts="decide"), ZONES) == []
    assert {one.started for one in legal(case, changed(starts="request"), ZONES)} == {
        datetime(2026, 11, 21, 12, tzinfo=UTC)
    }
    with pytest.raises(BadInput) as caught:
        legal(case, changed(starts="receipt"), ZONES)
    assert caught.value.id == "cases.clock_not_started_so"


def in_units(unit, value):
    content = LAW.content
    provisions = tuple(
        p.model_copy(
            update={"values": tuple(v.model_copy(update={"unit": unit, "value": value}) for v in p.values)}
        )
        for p in content.provisions
    )
    other = content.model_copy(update={"provisions": provisions})
    return Bundle(other, dump_bytes(other))


def test_lengths_are_in_hours_days_or_months():
    case = kept().case()
    assert {one.ends for one in legal(case, in_units("hours", 48), ZONES)} == {
        datetime(2026, 11, 23, 12, tzinfo=UTC)
    }
    assert {one.ends for one in legal(case, in_units("months", 3), ZONES)} == {
        datetime(2027, 2, 22, tzinfo=UTC)
    }
    with pytest.raises(BadInput) as caught:
        legal(case, in_units("parties", 3), ZONES)
    assert caught.value.id == "calendar.no_such_unit"


def test_no_zone_is_guessed():
    for one in legal(kept().case(), zones={"GH": ZONES["GH"]}):
        assert one.ends is None
        assert one.unknown.id == "cases.no_zone"


def test_no_acts_no_legal():
    assert clocks(fold([], b.TABLES), LAW, ZONES) == ()
