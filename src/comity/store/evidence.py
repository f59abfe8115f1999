"""Exhibits, their keys and their custody.

Promises: an exhibit's key is kept apart and can be erased, and then its content is gone while every
proof of it stays; custody events are added only, each case's in one row of positions from 0, each
exhibit's with a counter from 1, both without gaps.

Leaves to others: sealing and checking (``evidence``), files on disk (the vault), pieces (``pieces``).
An exhibit is named within its case: another State's may bear the same name in another case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, TextClause, text

from comity.clock import read_instant, write_instant
from comity.errors import Conflict, NotFound, NotPermitted

Status = Literal["own", "incoming"]
"""Sealed here, or delivered by the other State."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One exhibit. ``address`` and ``size`` (of the ciphertext, in bytes): none until it is in the vault.

    ``statement`` is the seal statement's DSSE envelope.
    """

    case: str
    id: str
    status: Status
    address: str | None
    size: int | None
    statement: bytes
    added_at: datetime


@dataclass(frozen=True, slots=True)
class IndexedExhibit(Exhibit):
    """An exhibit with its lists of files, which may be longer than all else together, as they were sealed."""

    index: bytes
    manifest: bytes


@dataclass(frozen=True, slots=True)
class ExhibitKey:
    """The exhibit's identity and the secret of its salts, each wrapped to the node's vault key."""

    wrapped_key: bytes
    wrapped_salt: bytes | None


@dataclass(frozen=True, slots=True)
class ExaminationRow:
    """One examination: its DSSE envelope, and the listing, sealed under the exhibit's key."""

    envelope: bytes
    listing: bytes


@dataclass(frozen=True, slots=True)
class CustodyRow:
    """One event: its place in the case's custody tree, the exhibit, its counter, the DSSE envelope."""

    position: int
    exhibit: str
    counter: int
    envelope: bytes


def put_exhibit(conn: Connection, exhibit: IndexedExhibit, key: ExhibitKey | None = None) -> None:
    """Store an exhibit, with its key if it is in the vault.

    Raises:
        Conflict: the case has an exhibit of that id.
    """
    if conn.execute(_EXHIBIT, {"case": exhibit.case, "id": exhibit.id}).first() is not None:
        raise Conflict("store.exhibit_there", exhibit=exhibit.id)
    row = {
        "case": exhibit.case,
        "id": exhibit.id,
        "status": exhibit.status,
        "address": exhibit.address,
        "size": exhibit.size,
        "statement": exhibit.statement,
        "index": exhibit.index,
        "manifest": exhibit.manifest,
        "at": write_instant(exhibit.added_at),
    }
    conn.execute(_PUT_EXHIBIT, row)
    if key is not None:
        _put_key(conn, exhibit.case, exhibit.id, key)


def get_exhibit(conn: Connection, case: str, exhibit: str) -> Exhibit:
    """One exhibit.

    Raises:
        NotFound: the case has no such exhibit.
    """
    return Exhibit(**_exhibit(_one(conn, _EXHIBIT, case, exhibit)))


def indexed_exhibit(conn: Connection, case: str, exhibit: str) -> IndexedExhibit:
    """One exhibit with its lists of files.

    Raises:
        NotFound: the case has no such exhibit.
    """
    row = _one(conn, _INDEXED, case, exhibit)
    return IndexedExhibit(**_exhibit(row), index=row.file_index, manifest=row.manifest)


def exhibits_of(conn: Connection, case: str) -> tuple[Exhibit, ...]:
    """The exhibits of a case, in the order in which they were added."""
    return tuple(Exhibit(**_exhibit(row)) for row in conn.execute(_EXHIBITS, {"case": case}))


def exhibit_key(conn: Connection, case: str, exhibit: str) -> ExhibitKey:
    """The wrapped key.

    Raises:
        NotFound: the case has no such exhibit, or it is not in the vault yet.
        NotPermitted: the key was destroyed; the content is gone for good.
    """
    row = conn.execute(_KEY, {"case": case, "id": exhibit}).one_or_none()
    if row is None:
        get_exhibit(conn, case, exhibit)
        raise NotFound("store.no_exhibit_key", exhibit=exhibit)
    if row.wrapped_key is None:
        raise NotPermitted("store.exhibit_key_erased", exhibit=exhibit, at=row.erased_at, act=row.erased_by)
    return ExhibitKey(row.wrapped_key, row.wrapped_salt)


def erase_exhibit_key(conn: Connection, case: str, exhibit: str, erased_at: datetime, by_act: str) -> bool:
    """Destroy the key and the secret of the salts; ``False`` if that was done before.

    The old bytes leave the disk with ``Database.checkpoint``; backups made before still have them.

    Raises:
        NotFound: the case has no such exhibit, or it has no key yet.
    """
    row = {"case": case, "id": exhibit, "at": write_instant(erased_at), "by": by_act}
    if conn.execute(_ERASE_KEY, row).rowcount == 1:
        return True
    if conn.execute(_KEY, row).first() is None:
        get_exhibit(conn, case, exhibit)
        raise NotFound("store.no_exhibit_key", exhibit=exhibit)
    return False


def put_timestamp(  # noqa: PLR0917 - of what, the token, when, by whom
    conn: Connection,
    case: str,
    exhibit: str,
    token: bytes,
    added_at: datetime,
    authority: str | None = None,
) -> int:
    """Add a time-stamp token (RFC 3161) or a renewal; gives its position, from 0.

    ``authority``: the name of the one of this node that gave it; none where it came with the exhibit.

    Raises:
        NotFound: the case has no such exhibit.
    """
    get_exhibit(conn, case, exhibit)
    row = {"case": case, "id": exhibit, "token": token, "at": write_instant(added_at)}
    position = int(conn.execute(_PUT_TIMESTAMP, row).scalar_one())
    if authority is not None:
        stamper = {"case": case, "id": exhibit, "position": position, "authority": authority}
        conn.execute(_PUT_STAMPER, stamper)
    return position


def timestamps_of(conn: Connection, case: str, exhibit: str) -> tuple[bytes, ...]:
    """The exhibit's time-stamp tokens, the first one first."""
    return tuple(bytes(row.token) for row in conn.execute(_TIMESTAMPS, {"case": case, "id": exhibit}))


def put_examination(
    conn: Connection, case: str, exhibit: str, examination: ExaminationRow, added_at: datetime
) -> int:
    """Add an examination; gives its position, from 0.

    Raises:
        NotFound: the case has no such exhibit.
    """
    get_exhibit(conn, case, exhibit)
    row = {
        "case": case,
        "id": exhibit,
        "envelope": examination.envelope,
        "listing": examination.listing,
        "at": write_instant(added_at),
    }
    return int(conn.execute(_PUT_EXAMINATION, row).scalar_one())


def last_examination(conn: Connection, case: str, exhibit: str) -> ExaminationRow:
    """The exhibit's latest examination.

    Raises:
        NotFound: the case has no such exhibit, or it was never examined.
    """
    row = conn.execute(_EXAMINATION, {"case": case, "id": exhibit}).one_or_none()
    if row is None:
        get_exhibit(conn, case, exhibit)
        raise NotFound("store.not_examined", exhibit=exhibit)
    return ExaminationRow(bytes(row.envelope), bytes(row.listing))


def put_custody(conn: Connection, case: str, exhibit: str, counter: int, envelope: bytes) -> int:
    """Add an event to the custody of a case; gives its position in the case's tree, from 0.

    Raises:
        Conflict: the counter is not the exhibit's next (``next_custody_counter``): another touch came
            between, and the event must be made and signed anew.
    """
    wanted = next_custody_counter(conn, case, exhibit)
    if counter != wanted:
        raise Conflict("store.custody_counter", exhibit=exhibit, counter=counter, wanted=wanted)
    row = {"case": case, "exhibit": exhibit, "counter": counter, "envelope": envelope}
    return int(conn.execute(_PUT_CUSTODY, row).scalar_one())


def next_custody_counter(conn: Connection, case: str, exhibit: str) -> int:
    """The counter of the exhibit's next event, from 1."""
    return int(conn.execute(_NEXT_COUNTER, {"case": case, "exhibit": exhibit}).scalar_one())


def custody_of(conn: Connection, case: str, exhibit: str | None = None) -> tuple[CustodyRow, ...]:
    """The custody events of a case, or of one exhibit in it, in their order."""
    rows = conn.execute(_CUSTODY, {"case": case, "exhibit": exhibit})
    return tuple(CustodyRow(row.position, row.exhibit, row.counter, row.envelope) for row in rows)


def erased_exhibits(conn: Connection) -> frozenset[tuple[str, str]]:
    """The exhibits whose key was destroyed, by case and name."""
    return frozenset((row.case_id, row.exhibit) for row in conn.execute(_ERASED))


def named_objects(conn: Connection) -> tuple[frozenset[str], dict[str, frozenset[str]]]:
    """The addresses of all exhibits but those destroyed; and of all pieces, by their ``deliver`` act."""
    exhibits = frozenset(str(row.address) for row in conn.execute(_EXHIBIT_OBJECTS))
    pieces: dict[str, set[str]] = {}
    for row in conn.execute(_PIECE_OBJECTS):
        pieces.setdefault(str(row.delivery), set()).add(str(row.address))
    return exhibits, {delivery: frozenset(found) for delivery, found in pieces.items()}


def _put_key(conn: Connection, case: str, exhibit: str, key: ExhibitKey) -> None:
    row = {"case": case, "id": exhibit, "key": key.wrapped_key, "salt": key.wrapped_salt}
    conn.execute(_PUT_KEY, row)


def _one(conn: Connection, statement: TextClause, case: str, exhibit: str) -> Any:
    row = conn.execute(statement, {"case": case, "id": exhibit}).one_or_none()
    if row is None:
        raise NotFound("store.no_such_exhibit", exhibit=exhibit)
    return row


def _exhibit(row: Any) -> dict[str, Any]:
    return {
        "case": row.case_id,
        "id": row.id,
        "status": row.status,
        "address": row.address,
        "size": row.size,
        "statement": row.statement,
        "added_at": read_instant(row.added_at),
    }


_PUT_EXHIBIT = text(
    "INSERT INTO exhibit (case_id, id, status, address, size, statement, file_index, manifest, added_at)"
    " VALUES (:case, :id, :status, :address, :size, :statement, :index, :manifest, :at)"
)
_EXHIBIT = text(
    "SELECT case_id, id, status, address, size, statement, added_at"
    " FROM exhibit WHERE case_id = :case AND id = :id"
)
_INDEXED = text("SELECT * FROM exhibit WHERE case_id = :case AND id = :id")
_EXHIBITS = text(
    "SELECT case_id, id, status, address, size, statement, added_at"
    " FROM exhibit WHERE case_id = :case ORDER BY added_at, id"
)
_PUT_KEY = text(
    "INSERT INTO exhibit_key (case_id, exhibit, wrapped_key, wrapped_salt) VALUES (:case, :id, :key, :salt)"
)
_KEY = text("SELECT * FROM exhibit_key WHERE case_id = :case AND exhibit = :id")
_ERASE_KEY = text(
    "UPDATE exhibit_key SET wrapped_key = NULL, wrapped_salt = NULL, erased_at = :at, erased_by = :by"
    " WHERE case_id = :case AND exhibit = :id AND erased_at IS NULL"
)
_PUT_TIMESTAMP = text(
    "INSERT INTO exhibit_timestamp (case_id, exhibit, position, token, added_at)"
    " SELECT :case, :id, coalesce(max(position) + 1, 0), :token, :at FROM exhibit_timestamp"
    " WHERE case_id = :case AND exhibit = :id RETURNING position"
)
_PUT_STAMPER = text(
    "INSERT INTO exhibit_stamper (case_id, exhibit, position, authority)"
    " VALUES (:case, :id, :position, :authority)"
)
_TIMESTAMPS = text(
    "SELECT token FROM exhibit_timestamp WHERE case_id = :case AND exhibit = :id ORDER BY position"
)
_PUT_EXAMINATION = text(
    "INSERT INTO exhibit_examination (case_id, exhibit, position, envelope, listing, added_at)"
    " SELECT :case, :id, coalesce(max(position) + 1, 0), :envelope, :listing, :at FROM exhibit_examination"
    " WHERE case_id = :case AND exhibit = :id RETURNING position"
)
_EXAMINATION = text(
    "SELECT envelope, listing FROM exhibit_examination"
    " WHERE case_id = :case AND exhibit = :id ORDER BY position DESC LIMIT 1"
)
_PUT_CUSTODY = text(
    "INSERT INTO custody_event (case_id, position, exhibit, counter, envelope)"
    " SELECT :case, coalesce(max(position) + 1, 0), :exhibit, :counter, :envelope FROM custody_event"
    " WHERE case_id = :case RETURNING position"
)
_NEXT_COUNTER = text(
    "SELECT coalesce(max(counter) + 1, 1) FROM custody_event WHERE case_id = :case AND exhibit = :exhibit"
)
_CUSTODY = text(
    "SELECT position, exhibit, counter, envelope FROM custody_event"
    " WHERE case_id = :case AND (CAST(:exhibit AS TEXT) IS NULL OR exhibit = :exhibit) ORDER BY position"
)
_EXHIBIT_OBJECTS = text(
    "SELECT address FROM exhibit AS e WHERE address IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM exhibit_key AS k WHERE k.case_id = e.case_id AND k.exhibit = e.id"
    " AND k.erased_at IS NOT NULL)"
)
_ERASED = text("SELECT case_id, exhibit FROM exhibit_key WHERE erased_at IS NOT NULL")
_PIECE_OBJECTS = text(
    "SELECT delivery, address FROM piece WHERE address IS NOT NULL"
    " UNION SELECT delivery, address FROM outgoing"
)
