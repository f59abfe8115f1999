"""A person's day: what waits for this person, for the office, for nobody yet, and what is late.

Promises: what is shown follows from the acts and from what was prepared; the most urgent comes first, of
equals what is due first in its case, and then the oldest. It is read of the lines of cases that this person
or office has: no case is folded for it. Nothing is sent. Where the node goes by the need to know, what is
late with a colleague is a number, and no case; for a stated reason, as of whoever leads a shift, those cases
are looked into, which is on record in each (``look``) before its line is shown.

Leaves to others: what a line keeps (``desk_line``), the law's periods (``cases.clocks``), layout (``cli``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from comity import store
from comity.app.desk_line import MEMBER, for_office, for_person, lines_for
from comity.app.look import look_into_all
from comity.app.node import Node, Person
from comity.app.prepare import waiting_of
from comity.app.reading import hidden_from, readership, shown_prepared
from comity.app.roster import rosters
from comity.cases.roster import on_duty
from comity.clock import write_instant
from comity.law import Bundle
from comity.store import Connection, Line
from comity.wire import Json

LOOKS: Final = 50
"""Colleagues' cases that one asking looks into at most: the most pressing ones."""


@dataclass
class Day:
    """What waits, each as lines; a line names the case, and mostly a request with its measure and urgency.

    ``others_late``: cases of colleagues in which something is late and which this person may not read as yet.
    """

    sign: list[Json] = field(default_factory=list)
    handed: list[Json] = field(default_factory=list)
    mine: list[Json] = field(default_factory=list)
    office: list[Json] = field(default_factory=list)
    unassigned: list[Json] = field(default_factory=list)
    late: list[Json] = field(default_factory=list)
    chase: list[Json] = field(default_factory=list)
    on_duty: list[str] = field(default_factory=list)
    others_late: int = 0


@dataclass(frozen=True)
class _Looking:
    """Who looks, when, and in what things are looked up."""

    who: Person
    names: Mapping[str, str]
    now: str
    bundle: Bundle

    def line(self, line: Line, request: Json | None, since: str, **more: Json) -> Json:
        urgency = None if request is None else request["urgency"]
        return {
            "case": line.case,
            "request": None if request is None else request["id"],
            "measure": None if request is None else request["measure"],
            "urgency": urgency,
            "rank": self.bundle.urgency_rank(urgency or "ordinary"),
            "due": None if line.due is None else write_instant(line.due),
            "since": since,
            **more,
        }


def day_of(node: Node, who: Person) -> Day:
    """Everything that waits, as one person of an office sees it.

    Raises:
        Conflict: the lists are not whole. NotPermitted: as ``check_named``. BadInput: the reason is empty.
    """
    day, others = Day(), list[Line]()
    with node.db.read() as conn:
        names = {person.key_id: person.name for person in store.list_people(conn)}
        it = _Looking(who, names, node.now(), node.bundle_on(conn))
        day.on_duty = [names.get(key, key) for key in on_duty(rosters(conn), who.authority, it.now)]
        for one in shown_prepared(node, conn):
            if who.key.id in waiting_of(one.act):
                header = one.act.header
                day.sign.append({"act": one.act.id, "kind": header.kind, "case": header.case})
        hidden = hidden_from(node, conn)
        readable = _readable(node, conn, who)
        wanted = (for_person(who.key.id), for_office(who.authority))
        for line in lines_for(conn, node.clock.now(), *wanted):
            if line.case in hidden:
                continue
            if readable is None or line.case in readable or not _is_colleagues(line, who):
                _sort(it, day, line)
            elif any(_late_in(it, line)):
                others.append(line)
    if others and node.reader.person is not None and node.reader.reason is not None:
        others.sort(key=lambda line: min(pressing(one) for one in _late_in(it, line)))
        seen, others = others[:LOOKS], others[LOOKS:]
        look_into_all(node, tuple(line.case for line in seen), node.reader.person, node.reader.reason)
        for line in seen:
            _sort(it, day, line)
    day.others_late = len(others)
    for lines in (day.handed, day.mine, day.office, day.unassigned, day.late, day.chase):
        lines.sort(key=pressing)
    return day


def _readable(node: Node, conn: Connection, who: Person) -> frozenset[str] | None:
    """The office's cases that the reader may read; none where the node does not go by the need to know."""
    readers = readership(node, conn)
    if readers is None:
        return None
    found = lines_for(conn, node.clock.now(), for_office(who.authority), readers=readers)
    return frozenset(line.case for line in found)


def _is_colleagues(line: Line, who: Person) -> bool:
    """Whether another person has the case; what is nobody's yet is everybody's in its office to take."""
    has, offer = line.body[MEMBER]["has"], line.body[MEMBER]["offer"]
    if offer is not None and offer["to"] == who.key.id:
        return False
    return has is not None and has["person"] not in {None, who.key.id}


def _late_in(it: _Looking, line: Line) -> Iterator[Json]:
    """What is late in one case."""
    day = Day()
    _sort(it, day, line)
    yield from (*day.late, *day.chase)


def pressing(line: Json) -> tuple[int, bool, str, str, str, str]:
    """The order of a list: by urgency, then by what is due first in the case, then the oldest first."""
    due = line["due"]
    return (line["rank"], due is None, due or "", line["since"], line["case"], line["request"] or "")


def _sort(it: _Looking, day: Day, line: Line) -> None:
    """Put what waits in one case where it belongs."""
    desk = line.body[MEMBER]
    live, offer, has = desk["live"], desk["offer"], desk["has"]
    if offer is not None and offer["to"] == it.who.key.id:
        by = offer["by"]
        day.handed.append(it.line(line, None, offer["at"], **{"from": it.names.get(by, by)}))
    if has is None:
        live = [one for one in live if one["office"] == it.who.authority]
        day.unassigned += [it.line(line, one, one["at"]) for one in live]
    elif has["person"] == it.who.key.id:
        day.mine += [it.line(line, one, one["at"]) for one in live]
    elif has["office"] != it.who.authority:
        return
    elif has["person"] is None:
        day.office += [it.line(line, one, one["at"]) for one in live]
    shown = {one["id"]: one for one in live}

    def passed(member: str) -> list[Json]:
        return [one for one in desk[member] if one["at"] <= it.now and one["id"] in shown]

    for what in ("ratify", "wanted"):
        day.late += [it.line(line, shown[one["id"]], one["at"], what=what) for one in passed(what)]
    for one in passed("chase"):
        more = {"what": one["what"], "reminders": one["reminders"]}
        day.chase.append(it.line(line, shown[one["id"]], one["at"], **more))
