"""Chasing: what the other side left unanswered past a stated time, and a reminder of it.

Promises: a reminder is sent by a person, never by itself; it is a question how far a request is, and each
is counted in the case. What can be chased is read of the lines of cases; none is folded for it.

Leaves to others: which times have passed (``cases.chasing``), the question itself (``correspond``).
"""

from __future__ import annotations

from datetime import datetime

from comity.app.correspond import ask_status
from comity.app.desk_line import CHASE, MEMBER, lines_for
from comity.app.node import Node, Person
from comity.app.prepare import Said
from comity.app.reading import check_named, may_read
from comity.app.reply import matter
from comity.cases.chasing import outstanding
from comity.errors import NotPermitted
from comity.wire import Json


def chasable(node: Node) -> list[Json]:
    """Every request of ours of which a stated time has passed, the longest ago first.

    Raises:
        NotPermitted: as ``check_named``. Conflict: the lists are not whole.
    """
    now = node.now()
    check_named(node)
    with node.db.read() as conn:
        found = [
            {
                "case": line.case,
                "request": one["id"],
                "what": one["what"],
                "said": one["said"],
                "at": one["at"],
                "reminders": one["reminders"],
            }
            for line in lines_for(conn, node.clock.now(), CHASE)
            for one in line.body[MEMBER]["chase"]
            if one["at"] <= now and may_read(node, conn, line.case)
        ]
    return sorted(found, key=lambda one: (one["at"], one["case"], one["request"], one["what"]))


def chase(
    node: Node, about: str, who: Person, *, by: datetime | None = None, text: str | None = None
) -> Said:
    """Remind the other side of a request of ours. ``by``: until when an answer is asked for.

    Raises:
        NotPermitted: the request is theirs, or nothing of it is outstanding.
    """
    it = matter(node, about)
    if it.request.requesting != node.state:
        raise NotPermitted("app.not_our_request", act=it.act.id)
    if not outstanding(it.request):
        raise NotPermitted("app.nothing_outstanding", request=it.act.id)
    return ask_status(node, it.act.id, who, text=text, by=by)
