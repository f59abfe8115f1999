"""A person's day: what waits for this person, for the office, for nobody yet, and what is late.

Promises: what is shown follows from the acts and from what was prepared; the most urgent comes first, and of
equals the oldest. Nothing is changed, and nothing is sent.

Leaves to others: the law's own periods (``cases.clocks``), layout (``cli``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity import store
from comity.app.node import Node, Person, case_of, home_of
from comity.app.prepare import waiting_of
from comity.app.reading import shown_cases, shown_prepared
from comity.app.roster import rosters
from comity.cases import Case, HomeCase, RequestState
from comity.cases.chasing import chases, outstanding
from comity.cases.roster import on_duty
from comity.law import Bundle
from comity.store import Connection
from comity.wire import Json


@dataclass
class Day:
    """What waits, each as lines; a line names the case, and mostly a request with its measure and urgency."""

    sign: list[Json] = field(default_factory=list)
    handed: list[Json] = field(default_factory=list)
    mine: list[Json] = field(default_factory=list)
    office: list[Json] = field(default_factory=list)
    unassigned: list[Json] = field(default_factory=list)
    late: list[Json] = field(default_factory=list)
    chase: list[Json] = field(default_factory=list)
    on_duty: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Looking:
    """Who looks, when, and in what things are looked up."""

    node: Node
    conn: Connection
    who: Person
    names: Mapping[str, str]
    now: str
    bundle: Bundle

    def line(self, case: str, request: RequestState | None, since: str, **more: Json) -> Json:
        urgency = None if request is None or request.urgency is None else request.urgency.value
        return {
            "case": case,
            "request": None if request is None else request.id,
            "measure": None if request is None else request.measure,
            "urgency": urgency,
            "rank": self.bundle.urgency_rank(urgency or "ordinary"),
            "since": since,
            **more,
        }


def day_of(node: Node, who: Person) -> Day:
    """Everything that waits, as one person of an office sees it."""
    day = Day()
    with node.db.read() as conn:
        names = {person.key_id: person.name for person in store.list_people(conn)}
        it = _Looking(node, conn, who, names, node.now(), node.bundle_on(conn))
        day.on_duty = [names.get(key, key) for key in on_duty(rosters(conn), who.authority, it.now)]
        for one in shown_prepared(node, conn):
            if who.key.id in waiting_of(one.act):
                header = one.act.header
                day.sign.append({"act": one.act.id, "kind": header.kind, "case": header.case})
        for id in shown_cases(node, conn):
            case = case_of(node, conn, id)
            _sort(it, day, id, case, home_of(node, conn, id, case))
    for lines in (day.handed, day.mine, day.office, day.unassigned, day.late, day.chase):
        lines.sort(key=lambda one: (one["rank"], one["since"], one["case"], one["request"] or ""))
    return day


def _sort(it: _Looking, day: Day, id: str, case: Case, home: HomeCase) -> None:
    """Put what waits in one case where it belongs."""
    live = [one for one in case.requests.values() if _live(one)]
    offer, now = home.work.waiting, home.work.assigned
    if offer is not None and offer.to == it.who.key.id:
        day.handed.append(it.line(id, None, offer.at, **{"from": it.names.get(offer.by, offer.by)}))
    if now is None:
        live = [one for one in live if _office(it, one) == it.who.authority]
        day.unassigned += [it.line(id, one, one.at) for one in live]
    elif now.person == it.who.key.id:
        day.mine += [it.line(id, one, one.at) for one in live]
    elif now.office != it.who.authority:
        return
    elif now.person is None:
        day.office += [it.line(id, one, one.at) for one in live]
    shown = {one.id for one in live}
    for one in home.ratifications_due:
        if one.by <= it.now and one.request in shown:
            day.late.append(it.line(id, case.request(one.request), one.by, what="ratify"))
    for request in live:
        wanted = request.wanted_by
        if request.requested == it.node.state and wanted and wanted <= it.now and outstanding(request):
            day.late.append(it.line(id, request, wanted, what="wanted"))
    for chase in chases(case, it.node.state, it.now):
        if chase.request in shown:
            more = {"what": chase.passed.value, "reminders": chase.reminders}
            day.chase.append(it.line(id, case.request(chase.request), chase.at, **more))


def _live(request: RequestState) -> bool:
    return not request.draft and request.withdrawn is None and request.closed is None


def _office(it: _Looking, request: RequestState) -> str:
    """Our office in a request; where it was passed on at home, the one it was passed on to."""
    passed = [one.terms.authority for one in request.said("forward") if one.by == it.node.state]
    if passed:
        return str(passed[-1])
    header = store.get_act(it.conn, request.id).header
    return header.from_ if header.state == it.node.state else str(header.to)
