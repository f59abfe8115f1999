"""The node's people by their keys: a projection of the enrolments in its own register.

Promises: one row a key; a key that is retired or revoked stays known, with since when.

Leaves to others: who may enrol whom, and what a deed allows (``app``, ``cases``). Names here are the
short ones by which a person is called on the command line, never civil names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from comity.clock import read_instant, write_instant
from comity.errors import Conflict, NotFound
from comity.store.statement import Statement
from comity.wire import encode

KeyStatus = Literal["active", "retired", "revoked"]


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person's key. ``since``: when it got its status; ``enrolment``: the id of the act that gave it."""

    key_id: str
    name: str
    alg: str
    public: bytes
    authority: str
    deeds: tuple[str, ...]
    status: KeyStatus
    since: datetime
    enrolment: str


def put_person(conn: Connection, person: PersonRow) -> None:
    """Add a key.

    Raises:
        Conflict: the key, or the short name, is there already.
    """
    if _TAKEN.first(conn, {"key": person.key_id, "name": person.name}) is not None:
        raise Conflict("store.person_there", name=person.name, key=person.key_id)
    row = {
        "key": person.key_id,
        "name": person.name,
        "alg": person.alg,
        "public": person.public,
        "authority": person.authority,
        "deeds": encode(person.deeds).decode("utf-8"),
        "status": person.status,
        "since": write_instant(person.since),
        "enrolment": person.enrolment,
    }
    _PUT.run(conn, row)


def get_person(conn: Connection, key_id: str) -> PersonRow:
    """The person of a key.

    Raises:
        NotFound: no such key was enrolled.
    """
    row = _GET.first(conn, {"key": key_id})
    if row is None:
        raise NotFound("store.no_such_person", person=key_id)
    return _person(row)


def person_by_name(conn: Connection, name: str) -> PersonRow:
    """The person of a short name.

    Raises:
        NotFound: nobody of that name was enrolled.
    """
    row = _BY_NAME.first(conn, {"name": name})
    if row is None:
        raise NotFound("store.no_such_person", person=name)
    return _person(row)


def list_people(conn: Connection, authority: str | None = None) -> tuple[PersonRow, ...]:
    """All people, or an authority's, by short name."""
    return tuple(_person(row) for row in _LIST.all(conn, {"authority": authority}))


def set_person_status(conn: Connection, key_id: str, status: KeyStatus, since: datetime) -> None:
    """Retire or revoke a key, or make it active again, since then.

    Raises:
        NotFound: no such key was enrolled.
    """
    row = {"key": key_id, "status": status, "since": write_instant(since)}
    if _STATUS.run(conn, row) != 1:
        raise NotFound("store.no_such_person", person=key_id)


def _person(row: Any) -> PersonRow:
    return PersonRow(
        key_id=row.key_id,
        name=row.name,
        alg=row.alg,
        public=row.public,
        authority=row.authority,
        deeds=tuple(json.loads(row.deeds)),
        status=row.status,
        since=read_instant(row.since),
        enrolment=row.enrolment,
    )


_PUT = Statement(
    "INSERT INTO person (key_id, name, alg, public, authority, deeds, status, since, enrolment)"
    " VALUES (:key, :name, :alg, :public, :authority, :deeds, :status, :since, :enrolment)"
)
_TAKEN = Statement("SELECT 1 FROM person WHERE key_id = :key OR name = :name")
_GET = Statement("SELECT * FROM person WHERE key_id = :key")
_BY_NAME = Statement("SELECT * FROM person WHERE name = :name")
_LIST = Statement(
    "SELECT * FROM person WHERE CAST(:authority AS TEXT) IS NULL OR authority = :authority ORDER BY name"
)
_STATUS = Statement("UPDATE person SET status = :status, since = :since WHERE key_id = :key")
