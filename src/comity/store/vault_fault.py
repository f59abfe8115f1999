"""What the vault should hold, and what was found wrong there.

Promises: each object that an exhibit or a piece needs is named, with what needs it; one whose key was
destroyed is not. A fault stays until the object is found well.

Leaves to others: reading the objects (``app.scrub``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.store.statement import Statement

FaultKind = Literal["damaged", "missing", "unreadable"]


@dataclass(frozen=True, slots=True)
class Need:
    """An object of the vault, and an exhibit that needs it. ``delivery``: the act whose piece it is, or none.

    ``may_be_gone``: a piece that came in, which is removed when its exhibit is taken into custody.
    """

    address: str
    case: str
    exhibit: str
    delivery: str | None
    may_be_gone: bool
    since: datetime | None


@dataclass(frozen=True, slots=True)
class VaultFault:
    """An object that is not well, and when that was found."""

    address: str
    what: FaultKind
    found_at: datetime


def needs_of_vault(conn: Connection) -> tuple[Need, ...]:
    """What is needed of the vault, by address. ``since``: when the exhibit was added, where it is one."""
    return tuple(
        Need(
            address=row.address,
            case=row.case_id or "",
            exhibit=row.exhibit,
            delivery=row.delivery,
            may_be_gone=bool(row.gone),
            since=None if row.added_at is None else read_instant(row.added_at),
        )
        for row in _NEEDS.all(conn, {})
    )


def put_fault(conn: Connection, address: str, what: FaultKind, found_at: datetime) -> None:
    """An object is not well. When that was found first stays."""
    _PUT.run(conn, {"address": address, "what": what, "at": write_instant(found_at)})


def drop_fault(conn: Connection, address: str) -> bool:
    """An object is well, or no longer needed; whether it was not."""
    return _DROP.run(conn, {"address": address}) == 1


def vault_faults(conn: Connection) -> tuple[VaultFault, ...]:
    """Every object that is not well, by address."""
    return tuple(VaultFault(r.address, r.what, read_instant(r.found_at)) for r in _FAULTS.all(conn, {}))


# A piece that was sent has served, and is swept one day (``app.sweep``).
_NEEDS = Statement(
    "SELECT e.address, e.case_id, e.id AS exhibit, NULL AS delivery, 0 AS gone, e.added_at FROM exhibit AS e"
    " WHERE e.address IS NOT NULL AND NOT EXISTS (SELECT 1 FROM exhibit_key AS k"
    " WHERE k.case_id = e.case_id AND k.exhibit = e.id AND k.erased_at IS NOT NULL)"
    " UNION SELECT p.address, a.case_id, p.exhibit, p.delivery, 1, NULL FROM piece AS p"
    " LEFT JOIN act AS a ON a.id = p.delivery WHERE p.address IS NOT NULL"
    " UNION SELECT o.address, a.case_id, o.exhibit, o.delivery, 0, NULL FROM outgoing AS o"
    " LEFT JOIN act AS a ON a.id = o.delivery WHERE o.delivered_at IS NULL"
    " ORDER BY 1, 2, 3, 4"
)
_PUT = Statement(
    "INSERT INTO vault_fault (address, what, found_at) VALUES (:address, :what, :at)"
    " ON CONFLICT (address) DO UPDATE SET what = excluded.what"
)
_DROP = Statement("DELETE FROM vault_fault WHERE address = :address")
_FAULTS = Statement("SELECT address, what, found_at FROM vault_fault ORDER BY address")
