"""What is kept of an exhibit that only a competent unit opens: its new seal, and pieces cut beforehand.

Promises: sealed anew, the key that opened it before is gone from its row in the same transaction; the old
bytes leave the disk with ``Database.checkpoint``, and backups made before still have them.

Leaves to others: what the mark says and to whom the key is sealed (``app.protected``).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from comity.errors import NotFound
from comity.store.evidence import ExhibitKey, IndexedExhibit
from comity.store.exhibit_record import RecordKind
from comity.store.statement import Statement


def seal_anew(
    conn: Connection,
    exhibit: IndexedExhibit,
    key: ExhibitKey,
    records: Mapping[tuple[str, RecordKind], bytes],
) -> None:
    """Let an exhibit lie under another address, index and key. ``records``: by exhibit, sealed likewise.

    Raises:
        NotFound: there is no such exhibit, or its key was destroyed.
    """
    row = {"case": exhibit.case, "id": exhibit.id}
    place = {
        "address": exhibit.address,
        "size": exhibit.size,
        "index": exhibit.index,
        "rest": exhibit.manifest,
    }
    wrapped = {"key": key.wrapped_key, "salt": key.wrapped_salt}
    if not (_PLACE.run(conn, {**row, **place}) and _WRAP.run(conn, {**row, **wrapped})):
        raise NotFound("store.no_such_exhibit", exhibit=exhibit.id)
    for (id, kind), data in records.items():
        _RECORD.run(conn, {"case": exhibit.case, "id": id, "kind": kind, "data": data})


def move_outgoing(conn: Connection, before: str, after: str) -> int:
    """Pieces that were cut under one act (``before``) go out under another; how many there are."""
    return _MOVE.run(conn, {"before": before, "after": after})


def drop_outgoing(conn: Connection, delivery: str) -> None:
    """Pieces that were cut under an act, and will not be sent, are needed no longer."""
    _DROP.run(conn, {"delivery": delivery})


_PLACE = Statement(
    "UPDATE exhibit SET address = :address, size = :size, file_index = :index, manifest = :rest"
    " WHERE case_id = :case AND id = :id"
)
_WRAP = Statement(
    "UPDATE exhibit_key SET wrapped_key = :key, wrapped_salt = :salt"
    " WHERE case_id = :case AND exhibit = :id AND erased_at IS NULL"
)
_RECORD = Statement(
    "UPDATE exhibit_record SET data = :data WHERE case_id = :case AND exhibit = :id AND kind = :kind"
)
_MOVE = Statement("UPDATE outgoing SET delivery = :after WHERE delivery = :before")
_DROP = Statement("DELETE FROM outgoing WHERE delivery = :delivery")
