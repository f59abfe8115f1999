"""What is due over all cases of a node, the reminders of it, and its calendar file, read by others' code."""

from datetime import datetime, timedelta

import icalendar
import loopback as l
import pytest

from comity import store
from comity.app.agenda import agenda
from comity.app.due import due_everywhere, due_in
from comity.app.index import refresh, reindex
from comity.app.offices import set_hours
from comity.app.peers import follow_peer, own_entry
from comity.app.show import show_case
from comity.clock import write_instant
from comity.errors import Conflict, NotFound
from comity.exchange import Hours

FAR = timedelta(days=400)


@pytest.fixture
def pair(tmp_path):
    pair = l.make_pair(tmp_path)
    yield pair
    pair.close()


def asked(pair):
    """GH asked PT for data, and PT asked back."""
    request = l.ask(pair, "mailbox")
    l.said(
        pair,
        pair.pt,
        "ask",
        {
            "terms": {"questions": [{"id": "q1", "about": None}]},
            "questions": [{"id": "q1", "text": "Which account?", "fact": None}],
        },
        request=request,
    )
    pair.settle()
    return request


def only(lines, clock):
    (found,) = [one for one in lines if one["clock"] == clock]
    return found


def waiting(side):
    """The reminders that wait: case, clock and stage."""
    with side.node.db.read() as conn:
        jobs = store.waiting(conn, store.REMIND)
    return {(one.subject["case"], one.subject["clock"], one.subject["stage"]) for one in jobs}


def test_what_is_due_is_told_on_both_sides_with_both_local_times(pair):
    request = asked(pair)
    gh, pt = due_everywhere(pair.gh.node, within=FAR), due_everywhere(pair.pt.node, within=FAR)
    ours, theirs = only(gh, "house.question"), only(pt, "house.question")
    assert (ours["whom"], theirs["whom"], ours["state"]) == ("own_office", "other_state", "GH")
    same = ("case", "request", "since", "at", "local", "standing", "act", "rule", "law", "late_seconds")
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}
    assert set(ours["local"]) == {"GH", "PT"}
    assert ours["request"] == request.id
    assert ours["rule"]["length_from"] == "house"
    assert due_everywhere(pair.gh.node, within=timedelta(days=20)) == []
    every = due_in(pair.gh.node, request.header.case)
    assert only(every, "house.decision")["standing"] == "still"
    assert show_case(pair.gh.node, request.header.case)["due"] == every
    awaited = due_everywhere(pair.gh.node, within=timedelta(), awaited=True)
    assert {one["clock"] for one in awaited} == {"house.decision"}


def test_both_sides_know_when_the_office_that_has_to_act_opens_next_once_it_has_told(pair):
    asked(pair)
    (gh, pt) = (pair.gh.node, pair.pt.node)
    office = only(due_everywhere(gh, within=FAR), "house.question")["office"]
    assert (office["open"], office["unknown"]["id"]) == (None, "cases.no_hours")
    told = Hours(zone="Africa/Accra", days=(1, 2, 3, 4, 5), opens="08:00", closes="16:30")
    entry = set_hours(gh, office["office"], told)
    follow_peer(pt, "GH", own_entry(gh))
    for node, whom in ((gh, "own_office"), (pt, "other_state")):
        line = only(due_everywhere(node, within=FAR), "house.question")
        assert line["whom"] == whom
        assert line["office"] == {
            "office": office["office"],
            "entry": entry.version,
            "open": False,  # it is a Saturday
            "opens": "2026-11-23T08:00:00Z",
            "opens_there": "2026-11-23 08:00 Africa/Accra",
            "closes": "2026-11-23T16:30:00Z",
            "certain": True,
            "unknown": None,
        }
    with pytest.raises(NotFound):
        set_hours(gh, office["office"], told.model_copy(update={"zone": "Africa/Nowhere"}))
    assert set_hours(gh, office["office"], None).office(office["office"]).hours is None
    assert only(due_everywhere(gh, within=FAR), "house.question")["office"]["open"] is None


def test_reminders_come_in_stages_are_marked_and_never_end_while_it_is_late(pair):
    request = asked(pair)
    name = (request.header.case, "house.question")
    assert waiting(pair.gh) == {(*name, "week")}
    for days, stage in ((24, "day"), (6, "end"), (1, "late"), (1, "late")):
        pair.later(days=days)
        pair.settle()
        assert waiting(pair.gh) == {(*name, stage)}
        assert only(due_everywhere(pair.gh.node, within=FAR), "house.question")["reminded_at"] is not None
    pair.later(days=500)
    pair.settle()
    late = only(due_everywhere(pair.gh.node, within=timedelta()), "house.question")
    assert late["standing"] == "rests"
    assert late["late_seconds"] > timedelta(days=500).total_seconds()


def test_a_reminder_of_what_is_over_is_done_and_one_that_begins_again_waits_again(pair):
    request = asked(pair)
    (job,) = jobs(pair.gh)
    pair.gh.node.db.writer.run(lambda conn: finish(conn, pair.gh.node.clock.now()))
    assert jobs(pair.gh) == ()
    pair.gh.node.db.writer.run(lambda conn: refresh(pair.gh.node, conn, request.header.case))
    assert [one.subject for one in jobs(pair.gh)] == [job.subject]
    l.said(
        pair,
        pair.gh,
        "answer",
        {
            "terms": {"ask": job.subject["act"], "questions": ["q1"]},
            "replies": [{"id": "q1", "text": "This one."}],
            "facts": [],
        },
        request=request,
    )
    pair.settle()
    assert due_everywhere(pair.gh.node, within=FAR) == []
    pair.later(days=40)
    pair.settle()
    assert jobs(pair.gh) == ()


def jobs(side):
    with side.node.db.read() as conn:
        return store.waiting(conn, store.REMIND)


def finish(conn, now):
    job = store.lease(conn, now + FAR, 30, kinds=(store.REMIND,))
    store.finish(conn, job, now)


def test_reindexing_writes_what_waits_again_and_until_then_nothing_is_said_to_be_due(pair):
    asked(pair)
    (job,) = jobs(pair.gh)
    pair.gh.node.db.writer.run(lambda conn: finish(conn, pair.gh.node.clock.now()))
    pair.gh.node.db.writer.run(store.drop_lines)
    with pytest.raises(Conflict):
        due_everywhere(pair.gh.node, within=FAR)
    reindex(pair.gh.node)
    assert [one.subject for one in jobs(pair.gh)] == [job.subject]
    assert only(due_everywhere(pair.gh.node, within=FAR), "house.question")


def test_the_calendar_file_is_read_by_another_reader_and_tells_nothing_of_the_case(pair):
    asked(pair)
    now = pair.gh.node.clock.now()
    lines = due_everywhere(pair.gh.node, within=FAR, awaited=True)
    data = agenda(lines, now)
    assert all(len(row) <= 75 for row in data.split(b"\r\n"))
    read = icalendar.Calendar.from_ical(data)
    dated = [one for one in lines if one["at"] is not None]
    events = list(read.walk("VEVENT"))
    assert [write_instant(event.decoded("DTSTART")) for event in events] == [one["at"] for one in dated]
    assert len({str(event["UID"]) for event in events}) == len(events) == 1
    assert isinstance(events[0].decoded("DTSTAMP"), datetime)
    again = icalendar.Calendar.from_ical(agenda(lines, now + FAR))
    assert [str(event["UID"]) for event in again.walk("VEVENT")] == [str(event["UID"]) for event in events]
    for word in (b"Which account", b"mailbox", b"access_stored", lines[0]["case"].encode()):
        assert word not in data
    assert not list(icalendar.Calendar.from_ical(agenda([], now)).walk("VEVENT"))
    long = {**dated[0], "clock": "house." + ",;\\" * 60}
    (event,) = icalendar.Calendar.from_ical(agenda([long], now)).walk("VEVENT")
    assert str(event["SUMMARY"]).startswith(long["clock"])
