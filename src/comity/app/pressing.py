"""What is due over all cases, the most urgent requests first, and of equals by when it is due.

Promises: the same lines as the list by time has, each with the urgency that its request states; none is left
out, and no case is folded for it. What concerns no request stands among the ordinary.

Leaves to others: what is due (``due``), the order of urgencies (law data), pages: this list is told whole.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from comity.acts.terms import Urgency
from comity.app.desk_line import lines_with
from comity.app.due import due_everywhere
from comity.app.node import Node, Person
from comity.wire import Json

PRESSING: Final = tuple(one.value for one in Urgency if one is not Urgency.ORDINARY)


def due_by_urgency(
    node: Node, *, within: timedelta, mine: Person | None = None, awaited: bool = False
) -> list[Json]:
    """All that is due by then, or was, by urgency and then by when. Arguments: as ``due_everywhere``.

    Raises:
        As ``due_everywhere``.
    """
    lines = due_everywhere(node, within=within, mine=mine, awaited=awaited)
    with node.db.read() as conn:
        bundle = node.bundle_on(conn)
        stated = {
            request["id"]: str(request["urgency"])
            for line in lines_with(conn, node.clock.now(), "urgency", *PRESSING)
            for request in line.body["requests"]
        }
    told = [{**line, "urgency": stated.get(line["request"], Urgency.ORDINARY.value)} for line in lines]
    # Sorting keeps the order of equals: that by when they are due.
    return sorted(told, key=lambda line: bundle.urgency_rank(line["urgency"]))
