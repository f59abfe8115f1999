"""Receipts: that an act came in, signed by the side that took it in.

Promises: one receipt an act and side, kept for ever; a repeat gets the same one.

Leaves to others: making and checking them (``exchange``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from comity.clock import write_instant
from comity.errors import NotFound
from comity.store import acts
from comity.store.statement import Statement

Side = Literal["own", "peer"]
"""Issued by this node, or by a peer for an act of ours."""


def put_receipt(conn: Connection, act_id: str, side: Side, envelope: bytes, at: datetime) -> bool:
    """Keep a receipt (the bytes of its DSSE envelope); ``False`` if there is one, which then stays.

    ``at``: the time that the receipt says.

    Raises:
        NotFound: the act is not here.
    """
    if not acts.has_act(conn, act_id):
        raise NotFound("store.no_such_act", act=act_id)
    row = {"id": act_id, "side": side, "envelope": envelope, "at": write_instant(at)}
    return _PUT.run(conn, row) == 1


def get_receipt(conn: Connection, act_id: str, side: Side) -> bytes | None:
    """The receipt's envelope, where there is one."""
    found = _GET.scalar(conn, {"id": act_id, "side": side})
    return None if found is None else bytes(found)


def receipts_of_case(conn: Connection, case: str) -> dict[tuple[str, Side], bytes]:
    """All receipts of a case's acts, by act and side."""
    return {(row.act_id, row.side): row.envelope for row in _OF_CASE.all(conn, {"case": case})}


def unreceipted(conn: Connection, case: str | None = None) -> tuple[str, ...]:
    """Our own shared acts for which no peer's receipt has come, in the order of storing."""
    asked = _UNRECEIPTED if case is None else _UNRECEIPTED_IN_CASE
    return tuple(str(id) for id in asked.scalars(conn, {"case": case}))


def receipted_since(
    conn: Connection, state: str, since: datetime, *, beyond: int = 0, most: int
) -> tuple[tuple[int, str, Side], ...]:
    """Acts between us and a State that their addressee's node receipted from an instant on.

    In the order of storing, beyond a place in it (``seq``): that place, the act, and the receipt's side.
    """
    wanted = {"state": state, "since": write_instant(since), "beyond": beyond, "most": most}
    return tuple((row.seq, row.id, row.side) for row in _SINCE.all(conn, wanted))


_PUT = Statement(
    "INSERT INTO receipt (act_id, side, at, envelope) VALUES (:id, :side, :at, :envelope)"
    " ON CONFLICT DO NOTHING"
)
_GET = Statement("SELECT envelope FROM receipt WHERE act_id = :id AND side = :side")
_OF_CASE = Statement(
    "SELECT r.act_id, r.side, r.envelope FROM act AS a JOIN receipt AS r ON r.act_id = a.id"
    " WHERE a.case_id = :case ORDER BY a.seq, r.side"
)
# Two, since SQLite uses no index for "none is named, or it is this one".
_UNRECEIPTED, _UNRECEIPTED_IN_CASE = (
    Statement(
        "SELECT a.id FROM act AS a LEFT JOIN receipt AS r ON r.act_id = a.id AND r.side = 'peer'"  # noqa: S608
        f" WHERE a.direction = 'own' AND r.act_id IS NULL{in_case} ORDER BY a.seq"
    )
    for in_case in ("", " AND a.case_id = :case")
)
_SINCE = Statement(
    "SELECT a.seq, a.id, r.side FROM act AS a JOIN receipt AS r ON r.act_id = a.id"
    " WHERE a.seq > :beyond AND r.at >= :since AND ("
    "(a.direction = 'own' AND r.side = 'peer' AND upper(substr(a.to_authority, 1, 2)) = :state)"
    " OR (a.direction = 'peer' AND r.side = 'own' AND a.state = :state)) ORDER BY a.seq LIMIT :most"
)
