"""Sweep: remove what killed processes left behind, and sealed pieces that have served.

Promises: an object of the vault goes only if no lock keeps it and nothing names it: no exhibit, and no piece
that is still to be sent, or to be taken over, or that was taken over less than ``KEPT`` ago (a receiver
restored from a backup may need it again). Whoever is between writing an object and saying what it is holds
the vault (``Vault.held``), and then nothing is swept. A bucket is in no copy of a node, so it may hold what a
newer copy names: for ``KEPT`` after a node was restored, no object of it goes. Half-written files of the log
go too; nothing that was published does.

Leaves to others: when to sweep (``comity serve``, at its start), and what an erasure removes.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from comity import store
from comity.app.interrupted import forget_needless
from comity.app.log_files import alone, unfinished
from comity.app.node import Node, case_of
from comity.app.recovery import restoration
from comity.clock import read_instant
from comity.errors import NotFound, NotPermitted
from comity.evidence import FileVault
from comity.store import Connection

KEPT: Final = timedelta(days=30)
"""How long a sealed piece is kept by its sender after its receiver took the exhibit into custody."""


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files were removed. ``busy``: another process was at work, so the vault was left alone."""

    unfinished: int
    objects: int
    busy: bool


def sweep(node: Node) -> Swept:
    """Remove what nothing names. May be done at any time, by any process, any number of times.

    Raises:
        Unavailable: the disk or the store does not answer; what is left, the next sweep removes.
    """
    with alone(node.settings.guard):
        left = unfinished(node)
    with node.vault.held(alone=True) as ours:
        if not ours:
            return Swept(left, 0, busy=True)
        left += forget_needless(node) + node.vault.clear_incoming()
        lying = node.vault.addresses()
        with node.db.read() as conn:
            spared = _may_be_newer(node, conn)
            needless = frozenset() if spared else node.vault.sweepable(lying - named(node, conn, lying))
        for address in sorted(needless):
            with suppress(NotFound, NotPermitted):  # held by the store itself: the next sweep tries again
                node.vault.remove(address)
    return Swept(left, len(needless), busy=False)


def _may_be_newer(node: Node, conn: Connection) -> bool:
    """Whether the vault may hold what a newer copy of this node names, which somebody still brings back."""
    told = restoration(conn)
    if told is None or isinstance(node.vault, FileVault):
        return False
    return node.clock.now() - read_instant(told.restored_at) < KEPT


def named(node: Node, conn: Connection, lying: frozenset[str]) -> frozenset[str]:
    """The addresses that are still needed, of those that are there; all exhibits' beside."""
    exhibits, pieces = store.named_objects(conn)
    named = set(exhibits)
    for delivery, addresses in pieces.items():
        # Only what still lies there is worth folding a case for.
        if addresses & lying and not _served(node, conn, delivery):
            named |= addresses
    return frozenset(named)


def _served(node: Node, conn: Connection, delivery: str) -> bool:
    """Whether all that a delivery announced was taken into custody: here, or there and long ago."""
    act = store.get_act(conn, delivery)
    request = case_of(node, conn, str(act.header.case)).requests.get(str(act.header.about))
    known = None if request is None else request.delivery(delivery)
    if known is None or any(exhibit.taken is None for exhibit in known.exhibits):
        return False
    if act.header.state != node.state:
        # Taken, and here: a node restored from a copy has its word for it, and asks for the pieces again.
        held = {exhibit.id for exhibit in store.exhibits_of(conn, str(act.header.case))}
        return held.issuperset(exhibit.exhibit for exhibit in known.exhibits)
    latest = max(store.get_record(conn, str(exhibit.taken)).arrived_at for exhibit in known.exhibits)
    return node.clock.now() - latest >= KEPT
