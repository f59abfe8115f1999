"""What waits on a person's desk, and what can be chased, told the slow way: by folding every case."""

from dataclasses import asdict

from comity import store
from comity.app.chase import chasable
from comity.app.day import day_of, pressing
from comity.app.index import Seen, _dues
from comity.app.node import case_of, home_of
from comity.app.paper import with_unsent
from comity.app.reading import hidden_from
from comity.cases.chasing import chases, outstanding
from comity.clock import write_instant

LISTS = ("handed", "mine", "office", "unassigned", "late", "chase")


def due_of_case(node, conn, id, case, home):
    """When the first thing in a case is due, without what its passing has settled."""
    seen = Seen(node, conn, id, case, with_unsent(node, conn, id, home), node.bundle_on(conn))
    now = node.clock.now()
    return min((at for at, outcome in _dues(seen) if outcome != "settles" or at > now), default=None)


def slow_day(node, who):
    """The lists of a desk."""
    lists = {name: [] for name in LISTS}
    with node.db.read() as conn:
        hidden = hidden_from(node, conn)
        names = {person.key_id: person.name for person in store.list_people(conn)}
        for stored in store.list_cases(conn, limit=-1):
            if stored.case not in hidden:
                for name, line in in_case(node, conn, who, names, stored.case):
                    lists[name].append(line)
    return {name: sorted(lines, key=pressing) for name, lines in lists.items()}


def in_case(node, conn, who, names, id):
    case = case_of(node, conn, id)
    home = home_of(node, conn, id, case)
    due, now = due_of_case(node, conn, id, case, home), node.now()

    def line(request, since, **more):
        urgency = None if request is None or request.urgency is None else request.urgency.value
        return {
            "case": id,
            "request": None if request is None else request.id,
            "measure": None if request is None else request.measure,
            "urgency": urgency,
            "rank": node.bundle_on(conn).urgency_rank(urgency or "ordinary"),
            "due": None if due is None else write_instant(due),
            "since": since,
            **more,
        }

    def office(request):
        passed = [one.terms.authority for one in request.said("forward") if one.by == node.state]
        header = store.get_act(conn, request.id).header
        return passed[-1] if passed else header.from_ if header.state == node.state else header.to

    live = [r for r in case.requests.values() if not r.draft and not r.withdrawn and not r.closed]
    offer, has = home.work.waiting, home.work.assigned
    if offer is not None and offer.to == who.key.id:
        yield "handed", line(None, offer.at, **{"from": names.get(offer.by, offer.by)})
    if has is None:
        live = [one for one in live if office(one) == who.authority]
        yield from (("unassigned", line(one, one.at)) for one in live)
    elif has.person == who.key.id:
        yield from (("mine", line(one, one.at)) for one in live)
    elif has.office != who.authority:
        return
    elif has.person is None:
        yield from (("office", line(one, one.at)) for one in live)
    shown = {one.id: one for one in live}
    for one in home.ratifications_due:
        if one.by <= now and one.request in shown:
            yield "late", line(shown[one.request], one.by, what="ratify")
    for one in live:
        wanted = one.wanted_by
        if one.requested == node.state and wanted and wanted <= now and outstanding(one):
            yield "late", line(one, wanted, what="wanted")
    for one in chases(case, node.state, now):
        if one.request in shown:
            more = {"what": one.passed.value, "reminders": one.reminders}
            yield "chase", line(shown[one.request], one.at, **more)


def slow_chase(node):
    """What can be chased, in the order of its list; for a reader who may read all."""
    with node.db.read() as conn:
        found = [
            {
                "case": stored.case,
                "request": one.request,
                "what": one.passed.value,
                "said": one.said,
                "at": one.at,
                "reminders": one.reminders,
            }
            for stored in store.list_cases(conn, limit=-1)
            for one in chases(case_of(node, conn, stored.case), node.state, node.now())
        ]
    return sorted(found, key=lambda one: (one["at"], one["case"], one["request"], one["what"]))


def assert_desk_as_folded(node, people):
    """Each person's desk, and the chase, say what every case says."""
    for who in people:
        day = asdict(day_of(node, who))
        assert {name: day[name] for name in LISTS} == slow_day(node, who)
    assert chasable(node) == slow_chase(node)
