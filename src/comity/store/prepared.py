"""Acts whose bytes are frozen, and that wait for a co-signer.

Promises: what is signed while it waits only gains signatures: two officers who sign at once do not
undo one another. Dropping leaves no trace of its fields in the file (once checkpointed).

Leaves to others: asking permission again when it is committed (``app``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text

from comity.acts import Act, read_act, write_act
from comity.clock import read_instant, write_instant
from comity.errors import Conflict, NotFound
from comity.wire import Json, encode


@dataclass(frozen=True, slots=True)
class Prepared:
    """An act that waits, and what its preparer must remember (the opening of ``rests_on``, notes)."""

    act: Act
    extra: Json
    prepared_at: datetime


def put_prepared(conn: Connection, act: Act, extra: Json, prepared_at: datetime) -> str:
    """Keep an act that waits for signatures; gives its id.

    Raises:
        Conflict: it waits already.
        BadInput: ``extra`` is no JSON value of ours.
    """
    if conn.execute(_GET, {"id": act.id}).first() is not None:
        raise Conflict("store.prepared_already", act=act.id)
    row = {
        "id": act.id,
        "case": act.header.case,
        "act": write_act(act),
        "extra": encode(extra).decode("utf-8"),
        "at": write_instant(prepared_at),
    }
    conn.execute(_PUT, row)
    return act.id


def get_prepared(conn: Connection, act_id: str) -> Prepared:
    """The act that waits.

    Raises:
        NotFound: none of that id waits.
    """
    row = conn.execute(_GET, {"id": act_id}).one_or_none()
    if row is None:
        raise NotFound("store.not_prepared", act=act_id)
    return Prepared(read_act(row.act), json.loads(row.extra), read_instant(row.prepared_at))


def list_prepared(conn: Connection, case: str | None = None) -> tuple[Prepared, ...]:
    """All that wait, or those of one case; oldest first."""
    return tuple(
        Prepared(read_act(row.act), json.loads(row.extra), read_instant(row.prepared_at))
        for row in conn.execute(_LIST, {"case": case})
    )


def update_prepared(conn: Connection, act_id: str, act: Act) -> None:
    """Keep the same act with more signatures.

    Raises:
        NotFound: none of that id waits.
        Conflict: it is another act; or a signature that came meanwhile would be lost.
    """
    before = get_prepared(conn, act_id).act
    if act.id != act_id or act.disclosures != before.disclosures:
        raise Conflict("store.prepared_other", act=act_id)
    if not set(before.envelope.signatures) <= set(act.envelope.signatures):
        raise Conflict("store.prepared_moved", act=act_id)
    conn.execute(_UPDATE, {"id": act_id, "act": write_act(act)})


def drop_prepared(conn: Connection, act_id: str) -> bool:
    """Forget it: it was committed, or given up. ``False`` if it was not there."""
    return conn.execute(_DROP, {"id": act_id}).rowcount == 1


_PUT = text(
    "INSERT INTO prepared (id, case_id, act, extra, prepared_at) VALUES (:id, :case, :act, :extra, :at)"
)
_GET = text("SELECT act, extra, prepared_at FROM prepared WHERE id = :id")
_LIST = text(
    "SELECT act, extra, prepared_at FROM prepared WHERE CAST(:case AS TEXT) IS NULL OR case_id = :case"
    " ORDER BY prepared_at, id"
)
_UPDATE = text("UPDATE prepared SET act = :act WHERE id = :id")
_DROP = text("DELETE FROM prepared WHERE id = :id")
