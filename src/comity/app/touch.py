"""A touch of an exhibit: entered in its custody, in the transaction of what it records.

Promises: each event is numbered without a gap, signed by the node and names the person by pseudonym; the root
over all events of the case goes into the public log with it.

Leaves to others: what is done with exhibits (``exhibit``, ``opening``, ``custody``, ``scrub``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from comity import dsse, merkle, store
from comity.app.ledger import log_event
from comity.app.node import Node, Person
from comity.app.timekeeping import refuse_clock_behind
from comity.clock import read_instant
from comity.dsse import Envelope
from comity.errors import ProofFailed
from comity.evidence import Action, Event, Tool, next_event, read_statement, sign_event, verify_event
from comity.exchange import Directory, Purpose, revoked
from comity.store import Connection

ITSELF: Final = "node"
"""In place of a person's pseudonym (which begins with ``p-``), where the node did something by itself."""


@dataclass(frozen=True)
class Touch:
    """One thing done with an exhibit. ``object``: digest of what was in hand. ``purpose``: a line.

    ``tools``: the programs that examined or analysed it. ``beside``: the key of the second person, of what
    one may not do alone.
    """

    exhibit: str
    action: Action
    purpose: str
    object: str
    note: str | None = None
    tools: tuple[Tool, ...] = ()
    beside: str | None = None


def record(node: Node, conn: Connection, case: str, who: Person | None, *touches: Touch) -> str:
    """Enter touches into the custody of a case, in the transaction of what they record; give the root.

    The new root is committed to the public log. ``who``: none for what the node does by itself.

    Raises:
        BadInput: a purpose or a note that is no line. Unavailable: the clock runs behind.
    """
    refuse_clock_behind(node, conn)
    alias = ITSELF if who is None else node.alias(conn, case, who.key.id)
    keys = custody_keys(node.directory(conn), node.state)
    for touch in touches:
        rows = store.custody_of(conn, case, touch.exhibit)
        event = next_event(
            _read(rows[-1], keys) if rows else None,
            case=case,
            exhibit=touch.exhibit,
            action=touch.action,
            who=alias,
            purpose=touch.purpose,
            at=node.clock.now(),
            object=touch.object,
            note=touch.note,
            tools=touch.tools,
            beside=None if touch.beside is None else node.alias(conn, case, touch.beside),
        )
        envelope = sign_event(event, node.keys.acts.public, node.keys.acts.sign)
        store.put_custody(conn, case, touch.exhibit, event.counter, dsse.write(envelope))
    root = root_of(conn, case)
    log_event(node, conn, "custody_root", root, case)
    return root


def record_use(
    node: Node, conn: Connection, case: str, exhibit: str, who: Person, *, purpose: str, act: str
) -> None:
    """Enter that an exhibit is used, in the transaction of the act that says so (``act``: its id).

    Raises:
        NotFound: this node has no such exhibit. BadInput: the purpose is no line.
    """
    statement = read_statement(dsse.read(store.get_exhibit(conn, case, exhibit).statement))
    record(node, conn, case, who, Touch(exhibit, Action.USED, purpose, statement.sha256, act))


def root_of(conn: Connection, case: str) -> str:
    """The root over all custody events of a case as they stand, in hexadecimal."""
    rows = store.custody_of(conn, case)
    return merkle.root(merkle.leaf_hash(row.envelope) for row in rows).hex()


def committed_root(conn: Connection, case: str) -> str:
    """The root as ``root_of`` has it, if the log was told it last: no event was taken away at the end.

    Every root that was committed must be one over the first events as they stand.

    Raises:
        ProofFailed: it is not.
    """
    tree = merkle.Tree(merkle.leaf_hash(row.envelope) for row in store.custody_of(conn, case))
    root = tree.root().hex()
    committed = {one.subject for one in store.openings(conn, case) if one.kind == "custody_root"}
    if root not in committed or not committed <= {tree.root(n).hex() for n in range(1, len(tree) + 1)}:
        raise ProofFailed("evidence_app.root_not_committed", root=root)
    return root


def custody_keys(directory: Directory, state: str) -> tuple[bytes, ...]:
    """The raw acts keys by which a node's custody events may be signed, those of before it was revoked too.

    What an event of a revoked key is worth depends on its time: ``check_signers`` asks.
    """
    keys = (key for key in directory.entry(state).keys if key.purpose is Purpose.ACTS)
    return tuple(key.public_key.public for key in keys)


def check_signers(
    directory: Directory, state: str, envelopes: Iterable[Envelope], events: Iterable[Event]
) -> None:
    """Check that no event claims a time at which others may have held the key that signed it.

    Raises:
        ProofFailed: one does.
    """
    keys = {key.key: key for key in directory.entry(state).keys if key.purpose is Purpose.ACTS}
    for envelope, event in zip(envelopes, events, strict=True):
        key = keys[envelope.signatures[0].keyid]
        if revoked(key, read_instant(event.at)):
            raise ProofFailed(
                "evidence_app.event_of_revoked_key", exhibit=event.exhibit, number=event.counter, key=key.key
            )


def _read(row: store.CustodyRow, keys: tuple[bytes, ...]) -> Event:
    return verify_event(dsse.read(row.envelope), keys)
