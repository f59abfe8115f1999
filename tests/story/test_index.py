"""The index over all cases grows with the acts, and says nothing that may not be said. (Each story's end asks
whether it is the one that is made anew: ``loopback.Pair.check_lists``.)"""

from dataclasses import replace
from datetime import timedelta

import loopback as l
import pytest
from lists import rows
from sqlalchemy import text

from comity import store
from comity.acts import Role
from comity.acts.kinds import Reply
from comity.acts.knowing_terms import WallTerms
from comity.app import due, search
from comity.app.assign import assign
from comity.app.decide import consult
from comity.app.disclose import erase
from comity.app.index import reindex
from comity.app.look import look
from comity.app.node import Reader, home_of
from comity.app.prepare import Saying, say
from comity.app.question import Asking, answer, ask
from comity.app.reading import entry_of
from comity.app.search import find_cases
from comity.app.wall import Order, wall
from comity.cases import Entry, Whom, assigned
from comity.clock import write_instant
from comity.errors import BadInput
from comity.store import Wanted, find_lines


def found(node, **wanted):
    with node.db.read() as conn:
        return [line.case for line in find_lines(conn, Wanted(node.clock.now(), **wanted))]


def line(node, case):
    with node.db.read() as conn:
        return next(one for one in find_lines(conn, Wanted(node.clock.now())) if one.case == case)


def test_a_case_is_found_on_both_sides_by_what_it_is_and_says(pair, request_):
    case = request_.header.case
    for side, other, way in ((pair.gh, "PT", "out"), (pair.pt, "GH", "in")):
        tags = (("state", other), ("measure", "access_stored"), ("direction", way), ("urgency", "ordinary"))
        assert found(side.node, tags=tags, text="alleged fictional 2026") == [case]
        assert found(side.node, tags=(("state", side.node.state),)) == []
        assert found(side.node, tags=(("office", f"{side.node.state.lower()}:central-authority"),)) == [case]
        body = line(side.node, case).body
        assert (body["with"], [one["direction"] for one in body["requests"]]) == (other, [way])
    assert found(pair.pt.node, text="satisfied") == [case]  # what PT answered to findings stays at home
    assert found(pair.gh.node, text="satisfied") == []
    assert found(pair.gh.node, text="officer") == []  # who signed is no word of the case


def test_a_question_asks_the_other_side_until_it_is_answered(pair):
    request = l.ask(pair, "mailbox")
    assert found(pair.gh.node, tags=(("standing", "asked"),)) == []
    asked = ask(
        pair.pt.node, request.id, pair.pt["officer"], questions=(Asking(id="q1", text="Which account?"),)
    )
    pair.settle()
    for side in (pair.gh, pair.pt):
        assert found(side.node, tags=(("standing", "asked"),)) == [request.header.case]
    answer(
        pair.gh.node, asked.act.id, pair.gh["officer"], replies=(Reply(id="q1", text="That one."),), facts=()
    )
    pair.settle()
    for side in (pair.gh, pair.pt):
        assert found(side.node, tags=(("standing", "asked"),)) == []
        assert found(side.node, text="which that") == [request.header.case]


def test_what_was_destroyed_by_order_has_left_it(pair, request_):
    node = pair.pt.node
    assert found(node, text="alleged") == [request_.header.case]
    erase(
        node,
        request_.id,
        pair.pt["officer"],
        second=pair.pt["approver"],
        field="conduct",
        ground="retention.ended",
        order="Order 1",
    )
    assert found(node, text="alleged") == []
    assert found(node, text="fictional") == [request_.header.case]
    everything = b"".join(file.read_bytes() for file in sorted(node.settings.data.glob("comity.db*")))
    assert b"alleged" not in everything
    assert b"fictional" in everything  # it would have been seen


def test_thrown_away_or_spoiled_it_is_made_again(pair, request_):
    node = pair.pt.node
    before = rows(node)

    def spoil(conn):
        conn.execute(text("UPDATE case_line SET body = '{}', seq = 0, place = place + 1"))
        conn.execute(text("DELETE FROM case_tag"))

    node.db.writer.run(spoil)
    with node.db.read() as conn:
        assert store.stale_cases(conn, node.bundle_on(conn).digest) == (1, 0)
    told = []
    assert reindex(node, lambda done, of: told.append((done, of))) == 1
    assert told == [(1, 1)]
    assert rows(node) == before
    with node.db.read() as conn:
        assert store.stale_cases(conn, node.bundle_on(conn).digest) == (0, 0)


def test_what_is_due_is_the_end_of_the_first_clock(pair, request_):
    assert line(pair.gh.node, request_.header.case).due is None
    request = l.ask(pair, "mailbox")
    until = pair.clock.now() + timedelta(days=3)
    grounds = ("budapest.ground.political_offence",)
    consult(
        pair.pt.node, request.id, pair.pt["officer"], grounds=grounds, answer_by=until, text="May we talk?"
    )
    pair.settle()
    for side in (pair.gh, pair.pt):
        assert line(side.node, request.header.case).due == until
        assert found(side.node, due_by=until) == [request.header.case]
        assert found(side.node, due_by=until - timedelta(seconds=1)) == []


def test_a_search_gives_pages_and_says_where_the_next_begins(pair, request_):
    cases = {request_.header.case}
    for n in range(3):
        pair.later(minutes=1)
        cases.add(l.ask(pair, f"item{n}").header.case)
    node = pair.pt.node
    shown, after = [], None
    while True:
        found = find_cases(node, text="fictional court", filters={"state": "GH"}, after=after, limit=2)
        shown += [one["case"] for one in found["cases"]]
        after = found["next"]
        if after is None:
            break
    assert len(shown) == len(cases)
    assert set(shown) == cases
    assert find_cases(node, filters={"state": "FR"}) == {"cases": [], "next": None}
    assert find_cases(node, filters={"standing": "resting"}) == {"cases": [], "next": None}
    with pytest.raises(BadInput, match=r"^app\.no_such_standing\b"):
        find_cases(node, filters={"standing": "lost"})


def test_by_urgency_what_is_late_comes_first_then_what_is_due_next_then_what_moved_last(pair, request_):
    """By pages of any size, and each case once, while others move in between."""
    made = [request_]
    for days in (9, 2, 5):
        pair.later(hours=1)
        wanted_by = write_instant(pair.clock.at + timedelta(days=days))
        made.append(l.ask(pair, "mailbox", wanted_by=wanted_by))
    node = pair.pt.node
    pair.later(days=6)  # of those two are late now
    moved = find_cases(node, limit=50)["cases"]
    found = find_cases(node, sort="urgency", limit=50)["cases"]
    due = sorted((one["due"], one["case"]) for one in moved if one["due"] is not None)
    rest = [one["case"] for one in moved if one["due"] is None]
    assert [one["case"] for one in found] == [*(case for _, case in due), *rest]
    over = [one["over"] for one in found]
    assert over == sorted(over, reverse=True)
    assert any(over)
    for limit in (1, 2, 3, len(found)):
        pages, after = [], None
        while True:
            page = find_cases(node, sort="urgency", limit=limit, after=after)
            pages += page["cases"]
            after = page["next"]
            if after is None:
                break
        assert pages == found
    some = {"filters": {"state": "GH"}, "text": "fictional"}
    assert find_cases(node, sort="urgency", **some)["cases"] == [
        one for one in found if one["case"] in {two["case"] for two in find_cases(node, **some)["cases"]}
    ]
    for key in ("-zz", "-", "--1", "x.1"):
        with pytest.raises(BadInput, match=r"^store\.no_such_page\b"):
            find_cases(node, sort="urgency", after=key)


def test_a_search_finds_no_case_that_is_not_there_for_the_reader(pair, request_, monkeypatch):
    """Not on this page, not on the next, and not in a count."""
    others = []
    for n in range(3):
        pair.later(minutes=1)
        others.append(l.ask(pair, f"item{n}").header.case)
    walled = {*others[1:]}
    monkeypatch.setattr(search, "hidden_among", lambda node, conn, cases: walled & {*cases})
    node = pair.pt.node
    for asked in ({}, {"text": "fraud"}, {"filters": {"state": "GH"}}):
        assert [one["case"] for one in find_cases(node, **asked)["cases"]] == [
            others[0],
            request_.header.case,
        ]
        found = find_cases(node, **asked, limit=1)
        assert [one["case"] for one in found["cases"]] == [others[0]]
        more = find_cases(node, **asked, limit=1, after=found["next"])
        assert [one["case"] for one in more["cases"]] == [request_.header.case]
        assert more["next"] is None
    walled.add(request_.header.case)
    assert find_cases(node, limit=1)["next"] is None  # what is left is not there


@pytest.fixture
def shared_out(pair, request_):
    """Cases of every kind of owner at PT: granted, nobody's, one person's, another's, walled, looked into."""
    node, people = pair.pt.node, pair.pt.people
    cases = [request_.header.case]
    for n in range(6):
        pair.later(minutes=1)
        cases.append(l.ask(pair, f"item{n}").header.case)
    for case, to in zip(cases[2:], ("examiner", "approver", "officer", "officer"), strict=False):
        assign(node, case, people["officer"], to=to)
    order = Order("Fictional Court", "1")
    wall(
        node, cases[3], people["officer"], second=people["approver"], order=order,
        enter=("officer", "approver"), until=node.clock.now() + timedelta(days=3),
    )  # fmt: skip
    look(node, cases[4], people["examiner"], "I was asked to help.")
    keys = tuple(sorted(people[name].key.id for name in ("officer", "approver")))
    fields = {"terms": WallTerms(until=None, enter=keys), "court": "C", "number": "2", "text": None}
    cosigners = ((Role.APPROVER, people["approver"].key.id),)
    saying = Saying("wall", "pt:central-authority", fields, case=cases[5], cosigners=cosigners)
    assert say(node, saying, people["officer"]).waiting
    return cases


def reading(node, person):
    """The node as it goes by the need to know, open for one person."""
    return replace(
        node, settings=node.settings.model_copy(update={"need_to_know": True}), reader=Reader(person=person)
    )


def paged(node, **asked):
    shown, after = [], None
    while True:
        found = find_cases(node, after=after, limit=2, **asked)
        shown += [one["case"] for one in found["cases"]]
        after = found["next"]
        if after is None:
            return shown


def test_a_person_s_list_is_what_the_door_lets_in(pair, shared_out, monkeypatch):
    """The index says of each case what its acts say, while a look and a wall hold, and after."""
    told = []
    for few in (2000, -1):
        monkeypatch.setattr("comity.store.pages.FEW", few)
        for name in ("officer", "approver", "examiner"):
            node = reading(pair.pt.node, pair.pt[name])
            with node.db.read() as conn:
                allowed = {one for one in shared_out if entry_of(node, conn, one) is Entry.ALLOWED}
            assert {*paged(node)} == allowed
            assert {*paged(node, text="fraud", filters={"state": "GH"})} == allowed
            told.append(len(allowed))
        pair.later(days=4)
    assert len({*told}) > 2, "where everybody reads all, nothing is proved"
    assert told[:3] != told[3:]


def test_what_is_due_in_a_person_s_cases_is_what_their_folds_say(pair, shared_out, monkeypatch):
    far = timedelta(days=90)
    told = []
    for few, days in ((2000, 0), (-1, 80)):
        pair.later(days=days)
        monkeypatch.setattr("comity.store.dues.FEW", few)
        for name in ("officer", "approver", "examiner"):
            node = reading(pair.pt.node, pair.pt[name])
            now = node.clock.now()
            expected, mine = [], []
            with node.db.read() as conn:
                for case in shared_out:
                    if entry_of(node, conn, case) is not Entry.ALLOWED:
                        continue
                    lines = [one for one in due.due_lines(node, conn, case, now) if is_due(one, now + far)]
                    expected += lines
                    given = assigned(home_of(node, conn, case))
                    if given is None or given.person == node.reader.person.key.id:
                        mine += [one for one in lines if one["whom"] != Whom.OTHER]
            everywhere = due.due_everywhere(node, within=far, awaited=True)
            assert sorted(map(str, everywhere)) == sorted(map(str, expected))
            assert [one["at"] or "~" for one in everywhere] == sorted(one["at"] or "~" for one in expected)
            seen = due.due_everywhere(node, within=far, awaited=True, mine=node.reader.person)
            assert sorted(map(str, seen)) == sorted(map(str, mine))
            told.append((len(expected), len(mine)))
    assert len({*told}) > 2, "where everybody is due the same, nothing is proved"


def is_due(line, until):
    return line["at"] is None or (line["at"] <= write_instant(until) and line["standing"] != "held")


def test_what_was_counted_by_other_law_is_counted_anew(pair, shared_out):
    node = pair.pt.node
    right = due.due_everywhere(node, within=timedelta(days=90), awaited=True)
    assert right
    pair.by_hand = True

    def spoil(conn):
        conn.execute(text("UPDATE case_line SET law = 'other'"))
        conn.execute(text('UPDATE case_clock SET body = replace(body, \'"bound":\', \'"bound":"x","was":\')'))

    node.db.writer.run(spoil)
    assert due.due_everywhere(node, within=timedelta(days=90), awaited=True) == right
