"""Commit what happened to the transparency log, in the transaction in which it happens.

Promises: one salted commitment per event; the opening stays here. The leaf is durable with the event
and gets its place in the log at the end of the epoch (``publish``).

Leaves to others: tiles, checkpoints, publication.
"""

from __future__ import annotations

from comity import store, tlog
from comity.app.node import Node
from comity.store import Connection
from comity.wire import dump_bytes


def log_event(node: Node, conn: Connection, kind: tlog.Kind, subject: str, case: str | None) -> None:
    """Commit to an event. ``subject``: the id of the act, or the custody root, in hexadecimal.

    Raises:
        Conflict: that kind of event of that subject is committed to already.
    """
    opening = tlog.commit(kind, subject, node.entropy)
    store.pend_leaf(
        conn,
        tlog.leaf(opening),
        dump_bytes(opening),
        node.clock.now(),
        kind=kind,
        subject=subject,
        case=case,
    )
