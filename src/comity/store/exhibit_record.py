"""What is kept of an exhibit beside its seal: statements signed about it, and proofs that go with it.

Promises: one of a kind for an exhibit, written once.

Leaves to others: what the bytes mean, and their proof (``evidence``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from comity.clock import write_instant
from comity.errors import NotFound
from comity.store.statement import Statement

RecordKind = Literal["root", "part", "rest"]
"""The signed root over its files; what proves it to be part of another; what was left out of that part."""


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


_PUT = Statement(
    "INSERT INTO exhibit_record (case_id, exhibit, kind, data, added_at)"
    " VALUES (:case, :exhibit, :kind, :data, :at)"
)
_GET = Statement(
    "SELECT data FROM exhibit_record WHERE case_id = :case AND exhibit = :exhibit AND kind = :kind"
)
