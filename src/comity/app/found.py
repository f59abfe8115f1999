"""Found a node: its data folder, keys, database, offices and the secret of its pseudonyms.

Promises: a folder that holds a node already is left as it is. Keys come before the database, and the
entry last, so that a founding that was cut short is seen for what it is.

Leaves to others: people (``people``), peers (``peers``).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from comity import settings, store
from comity.acts import Entropy
from comity.app.entry import first_entry, put_entry
from comity.app.node import ALIAS_SECRET, Node, open_node
from comity.app.offices import ANY_HOUR
from comity.clock import Clock
from comity.errors import BadInput
from comity.exchange import Authority
from comity.exchange.courier import Courier
from comity.keys import NodeKeys, find_protection
from comity.law import packaged_bundle

SECRET_BYTES: Final = 32


def office(spec: str, name: str | None = None) -> Authority:
    """An office from ``ID=FUNCTION,FUNCTION``; it is competent for what the law data lets these ask.

    Raises:
        BadInput: no such function in the law data, or the text is no office.
    """
    id, equals, listed = spec.partition("=")
    functions = tuple(sorted(part.strip() for part in listed.split(",") if part.strip()))
    if not equals or not functions:
        raise BadInput("app.not_an_office", text=spec[:80])
    bundle = packaged_bundle()
    for function in functions:
        if not bundle.has_function(function):
            known = ", ".join(f.key for f in bundle.content.functions)
            raise BadInput("app.unknown_function", function=function[:60], known=known)
    measures = sorted(
        m.key
        for m in bundle.content.measures
        if any(asker.function in functions for asker in (*m.may_ask, *m.may_answer))
    )
    try:
        return Authority(
            id=id,
            name=name or id,
            functions=functions,
            measures=tuple(measures),
            territory=id[:2].upper(),
            hours=ANY_HOUR if "desk_24_7" in functions else None,  # a desk of this name never closes
        )
    except ValidationError as error:
        raise BadInput("app.not_an_office", text=spec[:80]) from error


def found(
    data: Path,
    environment: Mapping[str, str],
    *,
    state: str,
    name: str,
    offices: tuple[Authority, ...],
    demo: bool = False,
    hybrid: bool = False,
    clock: Clock | None = None,
    courier: Courier | None = None,
    entropy: Entropy = secrets.token_bytes,
    **more: str | int | tuple[str, ...] | None,
) -> Node:
    """Make a node. ``hybrid``: peers seal to it with the post-quantum hybrid, beside X25519 for answers.

    ``more``: other settings, as ``settings.create`` takes them.

    Raises:
        Conflict: the folder holds a node; or the database, something. NotPermitted: no protection for keys.
        BadInput: a setting that is not valid, or an office of another State.
        Unavailable: the database does not answer, or cannot be relied on.
    """
    for one in offices:
        if one.id[:2].upper() != state:
            raise BadInput("app.office_of_other_state", office=one.id, state=state)
    # Before anything is written: without protection, or a database, there would be half a node.
    protection = find_protection(environment, demo=demo)
    database = settings.told_by(environment).get("database_url", more.get("database_url"))
    if database is not None:
        store.Database.check_new(str(database))
    settings.create(data, state=state, node=name, demo=demo, **more)
    told = settings.load(data, environment)
    NodeKeys.create(told.keys, protection, entropy, hybrid=hybrid)
    told.people.mkdir(mode=0o700, exist_ok=True)
    with store.Database.create(told.database_url):
        pass
    node = open_node(data, environment, clock=clock, courier=courier, entropy=entropy)

    def begin(conn: store.Connection) -> None:
        store.put_setting(conn, ALIAS_SECRET, entropy(SECRET_BYTES).hex())
        store.put_bundle(conn, node.bundle.digest, node.bundle.data, node.clock.now())
        put_entry(node, conn, first_entry(node, offices))
        store.put_job(conn, "publish", {}, node.clock.now())

    node.db.writer.run(begin)
    return node
