"""The stand-in: a fictional State that lives on this node alone, so that drills can come from it.

Promises: it has an entry and keys of its own, is trusted like a peer, and has no address: what is said to it
is receipted here and leaves by no wire. Nothing is done in a case with it but to judge: what would reach a
court, a provider or another person is refused. What is held of its law is its own overlay's, for its cases
alone; the law data that this node's acts name stays as it is.

Leaves to others: which requests it makes, and what came of them (``drill``).
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from comity import dsse, note, store
from comity.acts import Receipt
from comity.acts.names import State
from comity.acts.receipt import LogPromise
from comity.app.entry import SPEAKS, node_key, person_key
from comity.app.found import office
from comity.app.node import Node
from comity.app.peers import add_peer
from comity.clock import write_instant
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.exchange import Entry, LogName, Purpose, sign_entry, sign_receipt
from comity.keys import NodeKeys, SigningKey, create_person_key, load_person_key
from comity.law import Bundle, load_overlay
from comity.safeguards import with_law_of
from comity.store import Connection
from comity.wire import Model, build, dump

SETTING: Final = "stand_in"
KEYS: Final = "stand-in"
"""Folder of its keys, in the data folder; its officers' lie beside it."""

OFFICERS: Final = ("author", "approver")
JUDGING: Final = frozenset(
    {
        *("ask", "consult", "decide", "reject", "status", "correspond", "assess", "answer_finding"),
        *("deliberate", "look", "wall", "unwall", "tell"),
        # Sharing out work, passing it to the competent office: what is barred here would tell a drill.
        *("assign", "hand_over", "take_over", "forward"),
    }
)
"""Kinds of act that a case with the stand-in may hold: whatever goes further is refused."""

_FICTIONAL: Final = re.compile(r"X[A-Z]")


class StandIn(Model):
    """Which State it is, and what is held of its law: a compiled overlay."""

    state: State
    name: str
    overlay: str


def stand_in(conn: Connection) -> StandIn | None:
    """The stand-in of this node, if it has one."""
    held = store.get_setting(conn, SETTING)
    return None if held is None else build(StandIn, held)


def _of(conn: Connection, state: str) -> StandIn | None:
    """The stand-in, if this State is it. Of a State with a code of its own the store is not asked."""
    if _FICTIONAL.fullmatch(state) is None:
        return None
    found = stand_in(conn)
    return found if found is not None and found.state == state else None


def is_stand_in(conn: Connection, state: str) -> bool:
    """Whether this State is the node's stand-in."""
    return _of(conn, state) is not None


def set_up(node: Node, overlay: bytes) -> StandIn:
    """Make the stand-in, or give it a newer overlay. ``overlay``: compiled; its State is the stand-in.

    Raises:
        BadInput: the State is no fictional one (user-assigned codes XA to XZ), or it is our own.
        Conflict: another stand-in is there, or a peer has that State's code.
    """
    told = load_overlay(overlay)
    if _FICTIONAL.fullmatch(told.state) is None or told.state == node.state:
        raise BadInput("app.drill_state", state=told.state)
    with node.db.read() as conn:
        before = stand_in(conn)
        known = told.state in node.directory(conn).peers
    if before is not None and before.state != told.state:
        raise Conflict("app.drill_other_state", state=before.state, given=told.state)
    if before is None and known:
        raise Conflict("app.drill_is_peer", state=told.state)
    made = StandIn(state=told.state, name=told.name, overlay=overlay.decode())
    law_with(node.bundle, made)  # what does not fit is refused before anything is kept
    if not (node.settings.data / KEYS).is_dir():
        _introduce(node, made)
    node.db.writer.run(lambda conn: store.put_setting(conn, SETTING, dump(made)))
    return made


def with_stand_in(conn: Connection, bundle: Bundle, state: str) -> Bundle:
    """The law data by which a request of that State is judged: with the stand-in's own, where it is that."""
    found = _of(conn, state)
    return bundle if found is None else law_with(bundle, found)


def law_with(bundle: Bundle, made: StandIn) -> Bundle:
    """A bundle with what is held of the stand-in's own law."""
    return with_law_of(bundle, load_overlay(made.overlay.encode()))


def keys_of(node: Node) -> NodeKeys:
    """The stand-in's node keys.

    Raises:
        NotFound: they are not here: a restored copy has none, and no drill goes on in it.
    """
    folder = node.settings.data / KEYS
    if not folder.is_dir():
        raise NotFound("app.drill_no_keys")
    return NodeKeys.load(folder, node.protection)


def officers_of(node: Node) -> tuple[SigningKey, ...]:
    """The keys of the stand-in's two officers, author first."""
    folder = node.settings.data / f"{KEYS}-officers"
    return tuple(load_person_key(folder, name, node.protection) for name in OFFICERS)


def receipt(node: Node, act: str, case: str, peer: Entry) -> dsse.Envelope:
    """The stand-in's receipt for what was said to it, made here."""
    now = node.clock.now()
    said = Receipt(
        v=1,
        act=act,
        case=case,
        state=peer.state,
        at=write_instant(now),
        outcome="folded",
        log=LogPromise(origin=peer.log.origin, by=write_instant(now + timedelta(days=1))),
    )
    return sign_receipt(said, keys_of(node).acts)


def refuse_beyond(conn: Connection, states: tuple[str, ...], kind: str, *, registered: bool = False) -> None:
    """Nothing in a case with the stand-in goes further than its judgement.

    ``registered``: what came on paper is taken in, whatever it is: it goes nowhere. An order is refused, as
    it would be served on a provider by people who do not know.

    Raises:
        NotPermitted: this would.
    """
    if not registered and kind not in JUDGING and any(is_stand_in(conn, state) for state in states):
        raise NotPermitted("app.drill_ends_here", kind=kind)


def _introduce(node: Node, made: StandIn) -> None:
    """Make its keys, and trust its entry."""
    keys = NodeKeys.create(node.settings.data / KEYS, node.protection, node.entropy)
    folder = node.settings.data / f"{KEYS}-officers"
    folder.mkdir(mode=0o700)
    people = [create_person_key(folder, name, node.protection, node.entropy) for name in OFFICERS]
    now = node.now()
    where = office(f"{made.state.lower()}:central-authority=central_authority", made.name)
    deeds = {"author": ("request.author",), "approver": ("request.approver",)}
    listed = [
        person_key(
            store.PersonRow(
                key_id=key.id,
                name=role,
                alg=key.alg,
                public=key.public,
                authority=where.id,
                deeds=deeds[role],
                status="active",
                since=node.clock.now(),
                enrolment="0" * 64,
            ),
            now,
        )
        for role, key in zip(OFFICERS, people, strict=True)
    ]
    listed += [
        node_key(getattr(keys, purpose.value), purpose, now)
        for purpose in (Purpose.ACTS, Purpose.LOG, Purpose.PDF, Purpose.WITNESS)
    ]
    origin = f"{made.state.lower()}.stand-in.invalid/log"
    entry = Entry(
        v=1,
        state=made.state,
        node=made.name,
        version=1,
        issued_at=now,
        url=None,
        speaks=SPEAKS,
        authorities=(where,),
        keys=tuple(sorted(listed, key=lambda k: k.key)),
        recipients=keys.age.recipients,
        log=LogName(origin=origin, vkey=note.Vkey(origin, note.ED25519, keys.log.public).encode()),
    )
    add_peer(node, dsse.write(sign_entry(entry, keys.acts)), keys.acts.id)
