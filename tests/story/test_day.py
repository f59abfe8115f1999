"""A person's desk and what can be chased, read of the lines of cases, say what folding each case says."""

from dataclasses import replace
from datetime import timedelta

import loopback as l
import pytest
from slow_desk import assert_desk_as_folded

from comity import store
from comity.acts.terms import WithdrawReason
from comity.app import assign, chase, day, execute, wall
from comity.app.correspond import forward
from comity.app.due import due_everywhere
from comity.app.index import reindex
from comity.app.node import OPERATOR, Reader
from comity.app.pressing import due_by_urgency
from comity.app.search import find_cases
from comity.app.show import show_case
from comity.clock import write_instant
from comity.errors import BadInput, Conflict, NotPermitted
from comity.store import drop_lines


def asked(pair, **more):
    request = l.ask(pair, "mailbox", **more)
    pair.settle()
    return request


def in_days(pair, days):
    return write_instant(pair.clock.at + timedelta(days=days))


def check(pair):
    for side in (pair.gh, pair.pt):
        assert_desk_as_folded(side.node, side.people.values())


def requests(lines):
    return [line["request"] for line in lines]


def test_a_desk_is_read_of_lines_and_says_what_the_cases_say(pair):
    gh, pt = pair.gh, pair.pt
    officer, approver = pt["officer"], pt["approver"]
    before = len(day.day_of(pt.node, officer).unassigned)
    ordinary = asked(pair, wanted_by=in_days(pair, 2))
    pair.later(hours=1)
    urgent = asked(pair, urgency="urgent", wanted_by=in_days(pair, 1))
    pair.later(hours=1)
    grave = asked(pair, urgency="emergency")
    check(pair)
    found = requests(day.day_of(pt.node, officer).unassigned)
    assert found[:2] == [grave.id, urgent.id], "the most urgent first"
    assert len(found) == before + 3
    assert ordinary.id in found[2:]

    assign.assign(pt.node, grave.header.case, approver, office=officer.authority)
    assign.assign(pt.node, urgent.header.case, approver, to="approver")
    check(pair)
    assert requests(day.day_of(pt.node, officer).office) == [grave.id]
    assert requests(day.day_of(pt.node, approver).mine) == [urgent.id]
    assign.hand_over(pt.node, approver, to="officer", text="Night.")
    check(pair)
    (handed,) = day.day_of(pt.node, officer).handed
    assert handed["case"] == urgent.header.case
    assign.take_over(pt.node, officer)
    check(pair)
    assert requests(day.day_of(pt.node, officer).mine) == [urgent.id]

    pair.later(days=3)  # nothing is said, and yet two are late: a line keeps times, and not what has passed
    check(pair)
    assert [line["what"] for line in day.day_of(pt.node, officer).late] == ["wanted", "wanted"]
    assert requests(chase.chasable(gh.node)) == [urgent.id, ordinary.id]
    chase.chase(gh.node, ordinary.id, gh["officer"], text="How far is it?")
    pair.settle()
    check(pair)
    assert [line["reminders"] for line in chase.chasable(gh.node)] == [0, 1]
    assign.hand_over(pt.node, officer, to="approver", text="Morning.")
    execute.withdraw(gh.node, urgent.id, gh["officer"], reason=WithdrawReason.ERROR)
    pair.settle()
    check(pair)
    assert requests(chase.chasable(gh.node)) == [ordinary.id]
    assert not day.day_of(pt.node, officer).mine
    (left,) = day.day_of(pt.node, approver).handed
    assert left["case"] == urgent.header.case, "handed over is handed over, also when nothing in it is live"


def test_what_is_walled_is_on_nobodys_desk_but_theirs_and_what_is_anothers_is_chased_by_none_else(pair):
    gh = pair.gh
    late = asked(pair, wanted_by=in_days(pair, 1))
    assign.assign(gh.node, late.header.case, gh["approver"], to="officer")
    pair.later(days=2)
    strict = gh.node.settings.model_copy(update={"need_to_know": True})

    def as_seen_by(name):
        return replace(gh.node, reader=Reader(gh[name]), settings=strict)

    assert requests(chase.chasable(as_seen_by("officer"))) == [late.id]
    assert chase.chasable(as_seen_by("examiner")) == []
    with pytest.raises(NotPermitted) as caught:
        chase.chasable(replace(gh.node, reader=OPERATOR, settings=strict))
    assert caught.value.id == "app.say_who_lists"

    def desk(name):
        return requests(day.day_of(replace(gh.node, reader=Reader(gh[name])), gh[name]).chase)

    # Where the node does not go by the need to know, an office sees what is late with each of its people.
    assert (desk("officer"), desk("examiner")) == ([late.id], [late.id])
    wall.wall(
        gh.node,
        late.header.case,
        gh["officer"],
        second=gh["approver"],
        order=wall.Order("Fictional Court", "7/2026"),
        enter=("officer", "approver"),
        until=None,
    )
    assert (desk("officer"), desk("examiner")) == ([late.id], [])


def test_by_the_need_to_know_what_is_late_with_a_colleague_is_a_number_until_a_reason_is_on_record(pair):
    gh = pair.gh
    strict = gh.node.settings.model_copy(update={"need_to_know": True})
    cases = [asked(pair, wanted_by=in_days(pair, 1)) for _ in range(3)]
    for one in cases[:2]:
        assign.assign(gh.node, one.header.case, gh["approver"], to="officer")
    pair.later(days=2)

    def desk(name, reason=None):
        return day.day_of(replace(gh.node, reader=Reader(gh[name], reason), settings=strict), gh[name])

    def looks():
        with gh.node.db.read() as conn:
            return [act.header.case for act in store.home_acts_of_kind(conn, "look")]

    before = looks()
    own, others = desk("officer"), desk("examiner")
    late = {one.id for one in cases[:2]}
    assert late <= set(requests(own.chase))
    assert own.others_late == 0
    assert not late & set(requests(others.chase))
    assert cases[2].id in requests(others.chase), "nobody has it: whoever is in the office may take it"
    assert others.others_late == 2
    assert looks() == before
    with pytest.raises(BadInput) as caught:
        desk("examiner", " ")
    assert caught.value.id == "app.reason_empty"
    led = desk("examiner", "I lead this shift.")
    assert (set(requests(led.chase)) >= late, led.others_late) == (True, 0)
    assert sorted(looks()) == sorted([*before, *(one.header.case for one in cases[:2])])
    assert late <= set(requests(desk("examiner").chase)), "for some hours, without asking again"
    wall.wall(
        gh.node,
        cases[0].header.case,
        gh["officer"],
        second=gh["approver"],
        order=wall.Order("Fictional Court", "7/2026"),
        enter=("officer", "approver"),
        until=None,
    )
    pair.later(days=2)
    assert desk("examiner").others_late == 1, "what is walled is not counted"
    assert cases[0].id not in requests(desk("examiner", "I lead this shift.").chase)


def test_what_is_due_can_be_listed_by_urgency_and_then_by_when(pair):
    asked(pair)
    pair.later(days=1)
    urgent, grave = asked(pair, urgency="urgent"), asked(pair, urgency="emergency")
    pair.later(days=1)
    asked(pair)
    within = timedelta(days=300)
    for side in (pair.gh, pair.pt):
        by_time = due_everywhere(side.node, within=within, awaited=True)
        told = due_by_urgency(side.node, within=within, awaited=True)
        of = {grave.id: "emergency", urgent.id: "urgent"}
        assert {line["urgency"] for line in told} == {"emergency", "urgent", "ordinary"}
        expected = [
            {**line, "urgency": of.get(line["request"], "ordinary")}
            for level in ("emergency", "urgent", "ordinary")
            for line in by_time
            if of.get(line["request"], "ordinary") == level
        ]
        assert told == expected
        assert [line["case"] for line in told] != [line["case"] for line in by_time]


def test_lists_that_are_being_made_again_are_refused_and_never_shown_in_part(pair, request_):
    gh = pair.gh
    gh.node.db.writer.run(drop_lines)
    for read in (lambda: day.day_of(gh.node, gh["officer"]), lambda: chase.chasable(gh.node)):
        with pytest.raises(Conflict) as caught:
            read()
        assert caught.value.id == "store.lists_not_whole"
    reindex(gh.node)
    check(pair)


def test_no_list_of_cases_tells_what_a_line_keeps_for_the_desk(pair, request_):
    (line,) = find_cases(pair.pt.node)["cases"]
    assert "desk" not in line


def test_who_sees_on_the_desk_what_was_passed_on_to_the_office_may_read_it_and_take_it_up(pair):
    pt = pair.pt
    request = asked(pair)
    case = request.header.case
    elsewhere = replace(pt["examiner"], authority="pt:second-office")
    strict = pt.node.settings.model_copy(update={"need_to_know": True})
    theirs = replace(pt.node, reader=Reader(elsewhere), settings=strict)
    with pytest.raises(NotPermitted):
        show_case(theirs, case)
    forward(pt.node, request.id, pt["officer"], authority=elsewhere.authority)
    assert requests(day.day_of(theirs, elsewhere).unassigned) == [request.id]
    assert [one["case"] for one in find_cases(theirs)["cases"]] == [case]
    assert show_case(theirs, case)["case"] == case
    assign.assign(pt.node, case, pt["approver"], to="officer")
    assert find_cases(theirs)["cases"] == []
    with pytest.raises(NotPermitted):
        show_case(theirs, case)
