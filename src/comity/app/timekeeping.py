"""Whether this node's clock can be right: it cannot run behind what the node itself has written down.

Promises: nothing is signed (act, receipt, custody event, checkpoint) while the clock says that it is earlier
than what the node stored or signed last, beyond the tolerance of the settings. A smaller step does no harm.

Leaves to others: peers' clocks (``exchange.inbox``), setting the clock (the machine's administrator).
"""

from __future__ import annotations

from datetime import datetime

from comity import store
from comity.app.node import Node
from comity.clock import read_instant, write_instant
from comity.errors import Unavailable
from comity.exchange import Entry
from comity.store import Connection


def last_told(node: Node, conn: Connection, own: Entry | None = None) -> datetime:
    """The latest instant that this node wrote down: of an act in a case, a checkpoint, its own entry.

    ``own``: that entry, where it was read on ``conn`` already.
    """
    if own is None:
        own = node.directory(conn).own
    known = [read_instant(own.issued_at)]
    stored = store.last_stored(conn)
    if stored is not None:
        known.append(stored)
    checkpoint = store.last_checkpoint(conn)
    if checkpoint is not None:
        known.append(checkpoint.at)
    return max(known)


def refuse_clock_behind(node: Node, conn: Connection, own: Entry | None = None) -> None:
    """Refuse to go on while the clock runs behind. ``own``: as ``last_told``.

    Raises:
        Unavailable: it does; nothing is changed, and what was to be done can be done when the clock is set.
    """
    now, last = node.clock.now(), last_told(node, conn, own)
    if now + node.settings.clock_tolerance < last:
        raise Unavailable("app.clock_behind", now=write_instant(now), last=write_instant(last))
