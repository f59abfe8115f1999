"""What the node stands on: law bundles by their digest, and small settings that change while it runs.

Promises: a bundle of one digest never changes, and stays, since acts rely on it; a setting is one
JSON value.

Leaves to others: reading bundles (``law``); settings of the installation (``settings``).
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, text

from comity.clock import write_instant
from comity.errors import Conflict, NotFound
from comity.wire import Json, encode


def put_bundle(conn: Connection, digest: str, data: bytes, at: datetime) -> bool:
    """Keep a law bundle; ``False`` if it is here already.

    Raises:
        Conflict: another content is kept under that digest.
    """
    known = conn.execute(_BUNDLE, {"digest": digest}).scalar()
    if known is not None:
        if bytes(known) != data:
            raise Conflict("store.bundle_two_contents", digest=digest)
        return False
    conn.execute(_PUT_BUNDLE, {"digest": digest, "data": data, "at": write_instant(at)})
    return True


def get_bundle(conn: Connection, digest: str) -> bytes:
    """A law bundle.

    Raises:
        NotFound: it is not here.
    """
    known = conn.execute(_BUNDLE, {"digest": digest}).scalar()
    if known is None:
        raise NotFound("store.no_such_bundle", digest=digest)
    return bytes(known)


def list_bundles(conn: Connection) -> tuple[str, ...]:
    """The digests of all law bundles, in the order in which they came."""
    return tuple(str(row.digest) for row in conn.execute(_BUNDLES))


def put_setting(conn: Connection, name: str, value: Json) -> None:
    """Set a value, instead of what it was.

    Raises:
        BadInput: it is no JSON value of ours.
    """
    conn.execute(_PUT_SETTING, {"name": name, "value": encode(value).decode("utf-8")})


def get_setting(conn: Connection, name: str) -> Json:
    """The value, or ``None`` where it was never set."""
    found = conn.execute(_SETTING, {"name": name}).scalar()
    return None if found is None else json.loads(found)


_BUNDLE = text("SELECT data FROM law_bundle WHERE digest = :digest")
_PUT_BUNDLE = text("INSERT INTO law_bundle (digest, data, got_at) VALUES (:digest, :data, :at)")
_BUNDLES = text("SELECT digest FROM law_bundle ORDER BY got_at, digest")
_PUT_SETTING = text(
    "INSERT INTO setting (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
_SETTING = text("SELECT value FROM setting WHERE name = :name")
