"""What the node stands on: law bundles by their digest, and small settings that change while it runs.

Promises: a bundle of one digest never changes, and stays, since acts rely on it; a setting is one
JSON value.

Leaves to others: reading bundles (``law``); settings of the installation (``settings``).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection

from comity.clock import write_instant
from comity.errors import Conflict, NotFound
from comity.store.statement import Statement
from comity.wire import Json, encode

_AT_ONCE: Final = 150
"""Settings that are named in one statement."""


def put_bundle(conn: Connection, digest: str, data: bytes, at: datetime) -> bool:
    """Keep a law bundle; ``False`` if it is here already.

    Raises:
        Conflict: another content is kept under that digest.
    """
    known = _BUNDLE.scalar(conn, {"digest": digest})
    if known is not None:
        if bytes(known) != data:
            raise Conflict("store.bundle_two_contents", digest=digest)
        return False
    _PUT_BUNDLE.run(conn, {"digest": digest, "data": data, "at": write_instant(at)})
    return True


def get_bundle(conn: Connection, digest: str) -> bytes:
    """A law bundle.

    Raises:
        NotFound: it is not here.
    """
    known = _BUNDLE.scalar(conn, {"digest": digest})
    if known is None:
        raise NotFound("store.no_such_bundle", digest=digest)
    return bytes(known)


def list_bundles(conn: Connection) -> tuple[str, ...]:
    """The digests of all law bundles, in the order in which they came."""
    return tuple(str(digest) for digest in _BUNDLES.scalars(conn))


def has_bundle(conn: Connection, digest: str) -> bool:
    """Whether that law bundle is here."""
    return _HAS_BUNDLE.first(conn, {"digest": digest}) is not None


def get_settings(conn: Connection, names: Sequence[str]) -> dict[str, Json]:
    """Those of some settings that there are, by name."""
    found: dict[str, Json] = {}
    for first in range(0, len(names), _AT_ONCE):
        some = names[first : first + _AT_ONCE]
        values = {f"name{n}": name for n, name in enumerate(some)}
        found |= {row.name: json.loads(row.value) for row in _get_some(len(some)).all(conn, values)}
    return found


def put_setting(conn: Connection, name: str, value: Json) -> None:
    """Set a value, instead of what it was.

    Raises:
        BadInput: it is no JSON value of ours.
    """
    _PUT_SETTING.run(conn, {"name": name, "value": encode(value).decode("utf-8")})


def get_setting(conn: Connection, name: str) -> Json:
    """The value, or ``None`` where it was never set."""
    found = _SETTING.scalar(conn, {"name": name})
    return None if found is None else json.loads(found)


@lru_cache(maxsize=_AT_ONCE)
def _get_some(settings: int) -> Statement:
    named = ", ".join(f":name{n}" for n in range(settings))
    return Statement(f"SELECT name, value FROM setting WHERE name IN ({named})")  # noqa: S608 - names of values


_BUNDLE = Statement("SELECT data FROM law_bundle WHERE digest = :digest")
_HAS_BUNDLE = Statement("SELECT 1 FROM law_bundle WHERE digest = :digest")
_PUT_BUNDLE = Statement("INSERT INTO law_bundle (digest, data, got_at) VALUES (:digest, :data, :at)")
_BUNDLES = Statement("SELECT digest FROM law_bundle ORDER BY got_at, digest")
_PUT_SETTING = Statement(
    "INSERT INTO setting (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_SETTING = Statement("SELECT value FROM setting WHERE name = :name")
