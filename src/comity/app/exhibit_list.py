"""The exhibits of a case on this node, for reading, as plain JSON values.

Promises: nothing is said that the store and the case do not say; a face can print or send it as it is.

Leaves to others: words and layout (``cli``), sealing and review (``exhibit``), handing over (``deliver``).
"""

from __future__ import annotations

from comity import store
from comity.app.look import find_case
from comity.app.mark import mark_of
from comity.app.node import Node, case_of, home_of
from comity.clock import write_instant
from comity.wire import Json, dump


def list_exhibits(node: Node, case: str) -> list[Json]:
    """The exhibits of a case on this node, with how far each has come.

    Raises:
        NotFound, BadInput: as ``find_case``.
    """
    with node.db.read() as conn:
        id = find_case(node, conn, case)
        shared = case_of(node, conn, id)
        home = home_of(node, conn, id, shared)
        delivered = {
            one.exhibit: one.taken for request in shared.requests.values() for one in request.exhibits
        }
        found = []
        for one in store.exhibits_of(conn, id):
            intake = home.intake(one.id)
            mark = mark_of(conn, id, one.id)
            found.append(
                {
                    "exhibit": one.id,
                    "case": id,
                    "status": one.status,
                    "address": one.address,
                    "sealed_size": one.size,
                    "added_at": write_instant(one.added_at),
                    "intake": None if intake is None else intake.id,
                    "items": [] if intake is None else list(intake.items),
                    "released": None if intake is None else intake.released,
                    "timestamps": len(store.timestamps_of(conn, id, one.id)),
                    "delivered": one.id in delivered,
                    "taken": delivered.get(one.id),
                    "protected": None if mark is None else dump(mark),
                }
            )
        return found
