"""What is kept of an exhibit beside its seal: statements about it, proofs that go with it; what is due.

Promises: one of a kind for an exhibit, written once; certificates are numbered.

Leaves to others: what the bytes mean, and their proof (``evidence``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.errors import NotFound
from comity.store.statement import Statement

RecordKind = Literal["root", "part", "rest", "mark"]
"""The signed root over its files; what proves it to be part of another; what was left out of that part;
that only a competent unit opens it."""


def put_records(
    conn: Connection, case: str, exhibit: str, records: Mapping[RecordKind, bytes], added_at: datetime
) -> None:
    """Keep records of an exhibit.

    Raises:
        Conflict: one of that kind is there.
    """
    for kind, data in records.items():
        row = {"case": case, "exhibit": exhibit, "kind": kind, "data": data, "at": write_instant(added_at)}
        _PUT.run(conn, row)


def find_record(conn: Connection, case: str, exhibit: str, kind: RecordKind) -> bytes | None:
    """The exhibit's record of that kind, where there is one."""
    row = _GET.first(conn, {"case": case, "exhibit": exhibit, "kind": kind})
    return None if row is None else bytes(row.data)


def get_record_of(conn: Connection, case: str, exhibit: str, kind: RecordKind) -> bytes:
    """The same, where there has to be one.

    Raises:
        NotFound: there is none.
    """
    found = find_record(conn, case, exhibit, kind)
    if found is None:
        raise NotFound("store.no_exhibit_record", exhibit=exhibit, kind=kind)
    return found


def put_certificate(conn: Connection, case: str, exhibit: str, data: bytes, added_at: datetime) -> int:
    """Keep a certificate of an exhibit; give its number, from 1."""
    number = len(certificates_of(conn, case, exhibit)) + 1
    kind = f"{_CERTIFICATE}{number:03d}"
    row = {"case": case, "exhibit": exhibit, "kind": kind, "data": data, "at": write_instant(added_at)}
    _PUT.run(conn, row)
    return number


def certificates_of(conn: Connection, case: str, exhibit: str) -> tuple[bytes, ...]:
    """The certificates of an exhibit, in the order in which they came."""
    return tuple(data for data, _ in certificates_kept(conn, case, exhibit))


def certificates_kept(conn: Connection, case: str, exhibit: str) -> tuple[tuple[bytes, datetime], ...]:
    """The same, each with the time since when it is here."""
    rows = _LIKE.all(conn, {"case": case, "exhibit": exhibit, "kind": f"{_CERTIFICATE}%"})
    return tuple((bytes(row.data), read_instant(row.added_at)) for row in rows)


@dataclass(frozen=True, slots=True)
class Unstamped:
    """An exhibit that was sealed here and has no time-stamp; ``statement``: its seal statement's envelope."""

    case: str
    exhibit: str
    statement: bytes
    added_at: datetime


def unstamped(conn: Connection, authority: str, since: datetime | None, most: int) -> tuple[Unstamped, ...]:
    """The exhibits that wait for an authority's time-stamp, those that wait longest first.

    Those that have none at all; and, of those taken in at ``since`` or later, those without this authority's.
    """
    rows = _UNSTAMPED.all(conn, _waiting(authority, since) | {"most": most})
    return tuple(Unstamped(r.case_id, r.id, bytes(r.statement), read_instant(r.added_at)) for r in rows)


def count_unstamped(conn: Connection, authority: str, since: datetime | None) -> int:
    """How many wait."""
    return int(_COUNT.scalar(conn, _waiting(authority, since)))


def is_unstamped(conn: Connection, case: str, exhibit: str, authority: str, since: datetime | None) -> bool:
    """Whether one exhibit is among those that wait."""
    return int(_ONE.scalar(conn, _waiting(authority, since) | {"case": case, "id": exhibit})) > 0


def last_stamp_of(conn: Connection, authority: str) -> tuple[bytes, datetime] | None:
    """The token that an authority gave last, and when it was kept; none where it gave none."""
    rows = _LAST_OF.all(conn, {"authority": authority})
    return (bytes(rows[0].token), read_instant(rows[0].added_at)) if rows else None


def _waiting(authority: str, since: datetime | None) -> dict[str, object]:
    return {"authority": authority, "since": _NEVER if since is None else write_instant(since)}


_NEVER: Final = "~"
"""After every instant."""

_WAIT: Final = (
    " FROM exhibit AS e WHERE status = 'own' AND (NOT EXISTS"
    " (SELECT 1 FROM exhibit_timestamp AS t WHERE t.case_id = e.case_id AND t.exhibit = e.id)"
    " OR (added_at >= :since AND NOT EXISTS (SELECT 1 FROM exhibit_stamper AS s"
    " WHERE s.case_id = e.case_id AND s.exhibit = e.id AND s.authority = :authority)))"
)
_UNSTAMPED = Statement(
    f"SELECT case_id, id, statement, added_at{_WAIT} ORDER BY added_at, case_id, id LIMIT :most"
)
_COUNT = Statement(f"SELECT count(*){_WAIT}")
_ONE = Statement(f"SELECT count(*){_WAIT} AND case_id = :case AND id = :id")
_LAST_OF = Statement(
    "SELECT t.token, t.added_at FROM exhibit_stamper AS s JOIN exhibit_timestamp AS t"
    " ON t.case_id = s.case_id AND t.exhibit = s.exhibit AND t.position = s.position"
    " WHERE s.authority = :authority ORDER BY t.added_at DESC LIMIT 1"
)
_PUT = Statement(
    "INSERT INTO exhibit_record (case_id, exhibit, kind, data, added_at)"
    " VALUES (:case, :exhibit, :kind, :data, :at)"
)
_CERTIFICATE: Final = "certificate-"
_LIKE = Statement(
    "SELECT data, added_at FROM exhibit_record"
    " WHERE case_id = :case AND exhibit = :exhibit AND kind LIKE :kind"
    " ORDER BY kind"
)
_GET = Statement(
    "SELECT data FROM exhibit_record WHERE case_id = :case AND exhibit = :exhibit AND kind = :kind"
)
