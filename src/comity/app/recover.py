"""Ask acts back after a restore, and take in what peers bring: each proven, none twice, no number given anew.

Promises: what comes back is stored as it was: ours with the peer's receipt and never posted again, the
peer's with the receipt that this node once gave. It is committed to the log anew, in the same transaction.
Only what was asked for is taken, from the peer that was asked, until that peer has said that this was all.
An act of ours whose number was given anew meanwhile is kept as proof, and moves nothing.

Leaves to others: what is known of it (``recovery``), the peer's side (``resend``), the proof
(``exchange.recovery``).
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Final

import structlog

from comity import dsse, store
from comity.acts import Act, state_of
from comity.app import pieces
from comity.app.index import refresh
from comity.app.ledger import log_event
from comity.app.node import Node, Person, case_of
from comity.app.peers import refresh_peer
from comity.app.post import address, reject_within
from comity.app.reading import shown_cases
from comity.app.recovery import (
    RETURNED,
    Recovery,
    job_subject,
    put_recovery,
    recoveries,
    recovery,
    restoration,
)
from comity.app.resend import take_request, taken
from comity.cases import Parked, Void
from comity.clock import read_instant, write_instant
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.exchange import (
    Entry,
    ProvenReturn,
    Resend,
    check_spoken,
    open_message,
    prove_resent,
    prove_returned,
    read_returned,
    read_taken,
    seal_message,
    sign_statement,
    update,
)
from comity.exchange.courier import ACT_PATH
from comity.store import Connection, Job
from comity.wire import Json, dump

AGAIN: Final = timedelta(minutes=10)
"""After so long a peer is asked once more whether it has the request; it does it once."""

NONCE_BYTES: Final = 16

_log = structlog.get_logger("recover")


def take(node: Node, data: bytes) -> bytes | None:
    """Take in a sealed message that is no act; the answer, or none for whoever is a stranger.

    Raises:
        Unavailable: it could not be stored; nothing was acknowledged.
    """
    try:
        message = open_message(data, node.keys.age.identities)
        if message.type == "resend":
            return take_request(node, message.body)
        if message.type == "returned":
            return _take_returned(node, message.body)
        if message.type == "resent":
            return _take_resent(node, message.body)
    except (BadInput, ProofFailed, NotFound, NotPermitted, Conflict) as error:
        # To the sender all of these are one constant answer; the reason is for this node's people.
        _log.info("not_taken", error=error.id)
    return None


def recover(node: Node, job: Job) -> None:
    """Do a ``recover`` job: ask a peer, and again from time to time, until it has said that this was all.

    Raises:
        As ``ask_back``.
    """
    state = str(job.subject["state"])
    with node.db.read() as conn:
        one, now = recovery(conn, state), restoration(conn)
    if one is None or now is None or job.subject != job_subject(now, state) or one.word is not None:
        node.db.writer.run(lambda conn: store.finish(conn, job, node.clock.now()))
        return
    ask_back(node, state)
    node.db.writer.run(lambda conn: store.repeat(conn, job, node.clock.now() + AGAIN))


def ask_back(node: Node, state: str) -> None:
    """Ask a peer for everything since the copy.

    Raises:
        NotFound: there is nothing to ask of it. NotPermitted: its node does not know this road.
        Unavailable: not reached, or it did not acknowledge the request.
    """
    with node.db.read() as conn:
        _known(conn, state)
        address(node.directory(conn).entry(state))
    refresh_peer(node, state)  # its newest keys: by them the acts are proven
    request = node.db.writer.run(lambda conn: _request(node, conn, state))
    with node.db.read() as conn:
        peer = node.directory(conn).entry(state)
    check_spoken(peer)
    data = node.courier.post(
        address(peer) + ACT_PATH, seal_message("resend", dump(request), peer.recipients, node.entropy)
    )
    key = peer.acts_key.public_key
    if not read_taken(data, node.keys.age.identities, key, state=state, of=request.id):
        raise Unavailable("recover.not_acknowledged", state=state)


def go_on_without(node: Node, state: str, who: Person) -> None:
    """Say new things to a State although its node has not brought everything back; a person answers for it.

    Raises:
        NotFound: there is nothing that it has to bring back.
    """

    def decide(conn: Connection) -> None:
        one = _known(conn, state)
        if one.pending:
            put_recovery(conn, one.model_copy(update={"status": "gone_on", "by": who.key.id}))
            _reject_what_waits(node, conn, state)

    node.db.writer.run(decide)
    _log.warning("gone_on_without", state=state, key=who.key.id)


def not_here(node: Node, conn: Connection) -> tuple[tuple[str, str], ...]:
    """Exhibits that shared acts say are here, and that are not: their case and name.

    Those that this node delivered, or took into custody, after the copy that it came from.
    """
    found = []
    for case in shown_cases(node, conn):
        held = {exhibit.id for exhibit in store.exhibits_of(conn, case)}
        for request in case_of(node, conn, case).requests.values():
            found += [
                (case, one.exhibit)
                for one in request.exhibits
                if one.exhibit not in held and (one.taken is not None or request.requested == node.state)
            ]
    return tuple(found)


def _known(conn: Connection, state: str) -> Recovery:
    found = recovery(conn, state)
    if found is None:
        raise NotFound("recover.nothing_to_ask", state=state)
    return found


def _reject_what_waits(node: Node, conn: Connection, state: str) -> None:
    """Say what is not in order of that State's, before anybody here can build on it (ADR 8)."""
    for job in store.waiting(conn, "reject"):
        act = store.get_act(conn, str(job.subject["act"]))
        if act.header.state != state:
            continue
        standing = case_of(node, conn, str(act.header.case)).standing(act.id)
        if not isinstance(standing, Parked | Void):
            # By the case's own table it may move nothing anyway: a word about it is not due.
            with suppress(NotPermitted):
                reject_within(node, conn, act, str(job.subject["step"]), str(job.subject["reason"]))


def _request(node: Node, conn: Connection, state: str) -> dsse.Envelope:
    """The signed request: made once, so that repeating it asks for nothing more.

    It is known as asked before it is sent: the peer may bring acts before its answer is here.
    """
    one = _known(conn, state)
    if one.envelope is not None:
        return one.envelope
    asked = Resend(
        v=1,
        state=node.state,
        to=state,
        since=one.since,
        at=node.now(),
        url=node.settings.url,
        nonce=node.entropy(NONCE_BYTES).hex(),
    )
    envelope = sign_statement(asked, node.keys.acts)
    status = "asked" if one.status == "waiting" else one.status
    more = {"status": status, "request": envelope.id, "envelope": envelope, "asked_at": node.now()}
    put_recovery(conn, one.model_copy(update=more))
    return envelope


def _take_returned(node: Node, body: Json) -> bytes:
    returned = read_returned(body)
    with node.db.read() as conn:
        directory = node.directory(conn)
        one = next((r for r in recoveries(conn) if r.request == returned.request and r.open), None)
    if one is None:
        raise NotFound("recover.not_asked_for")
    peer = directory.entry(one.state)
    if returned.entry is not None:
        _take_entry(node, dsse.write(returned.entry))
        return _ack(node, returned.entry.id, peer)
    proven = prove_returned(returned, directory, peer, one.since)
    node.db.writer.run(lambda conn: _keep(node, conn, one, proven))
    return _ack(node, proven.act.id, peer)


def _take_entry(node: Node, data: bytes) -> None:
    """Go on from the newest entry of our own that a peer knows: our keys signed it, and we forgot it.

    Raises:
        ProofFailed, Conflict: our acts key did not sign it, or it forgets a key that we know of.
    """

    def go_on(conn: Connection) -> None:
        known = node.directory(conn)
        if store.get_peer(conn, node.state).entry == data:
            return
        new = update(known.own, data)
        if new.version > known.own.version:
            store.update_peer(conn, node.state, entry=data, version=new.version, at=node.clock.now())

    try:
        node.db.writer.run(go_on)
    except Conflict as error:
        if error.id != "exchange.entry_rolled_back":
            raise
        _log.info("entry_known", error=error.id)  # ours is newer: another peer brought it


def _keep(node: Node, conn: Connection, asked: Recovery, proven: ProvenReturn) -> None:
    one = _known(conn, asked.state)
    if one.request != asked.request or not one.open:
        raise Conflict("recover.not_asked_for")
    act, envelope = proven.act, dsse.write(proven.receipt.envelope)
    now = node.clock.now()
    # By a peer's clock, which may be ahead of ours.
    at = min(read_instant(proven.receipt.receipt.at), now)
    own = act.header.state == node.state
    side: store.Side = "peer" if own else "own"
    if store.has_act(conn, act.id):
        store.put_receipt(conn, act.id, side, envelope, at)
        return
    _check_parties(conn, act)
    taken_by = store.act_by_number(
        conn, act.header.case, act.header.state, shared=True, number=act.header.number
    )
    if taken_by is not None:
        store.put_equivocation(conn, taken_by.id, act, now)
        if own:  # a person went on without this peer, and the number was given anew
            put_recovery(conn, one.model_copy(update={"numbers": one.numbers + 1}))
            _log.error("number_given_twice", first=taken_by.id, second=act.id)
            return
    store.put_act(conn, act, received_at=at, direction="own" if own else "peer")
    log_event(node, conn, "signed" if own else "received", act.id, act.header.case)
    store.put_receipt(conn, act.id, side, envelope, at)
    if not own and proven.receipt.receipt.outcome == "not_in_order":
        # Our rejection comes back with the rest; if it does not, it is said anew.
        subject = {"act": act.id, "step": "receipt", "reason": "recover.rejected_before"}
        store.put_job(conn, "reject", subject, now)
    store.drop_prepared(conn, act.id)  # it was signed by all and said, after the copy
    store.put_setting(conn, RETURNED + act.id, {"at": write_instant(now), "from": one.state})
    count = {"own": one.own + 1} if own else {"theirs": one.theirs + 1}
    put_recovery(conn, one.model_copy(update={**count, "incomplete": one.incomplete + (not act.complete)}))
    _expect(node, conn, str(act.header.case))
    refresh(node, conn, act.header.case)


def _check_parties(conn: Connection, act: Act) -> None:
    """A case is between two States; a third has no say in it.

    Raises:
        ProofFailed: the act is of another pair of States than its case.
    """
    case = str(act.header.case)
    before = store.acts_of_case(conn, case)
    if before:
        one = before[0].header
        pair = {one.state, state_of(str(one.to))}
        if {act.header.state, state_of(str(act.header.to))} != pair:
            raise ProofFailed("recovery.of_others", act=act.id)


def _expect(node: Node, conn: Connection, case: str) -> None:
    """Expect the pieces of every delivery to us that stands now; what came before is not asked twice."""
    deliveries = [
        act
        for act in store.acts_of_case(conn, case)
        if act.header.kind == "deliver" and act.header.state != node.state
    ]
    if not deliveries:
        return
    folded = case_of(node, conn, case)
    for act in deliveries:
        if folded.standing(act.id).moves:
            pieces.expect(node, conn, act)


def _take_resent(node: Node, body: Json) -> bytes:
    with node.db.read() as conn:
        said, envelope, peer = prove_resent(body, node.directory(conn))

    def end(conn: Connection) -> None:
        one = recovery(conn, peer.state)
        if one is None or one.request != said.request:
            raise NotFound("recover.not_asked_for")
        if one.word is None:
            status = "gone_on" if one.status == "gone_on" else "done"
            more = {
                "status": status,
                "word": envelope,
                "done_at": node.now(),
                "not_taken": said.not_taken,
            }
            put_recovery(conn, one.model_copy(update=more))
            _reject_what_waits(node, conn, peer.state)
        told = restoration(conn)
        if told is not None:
            store.hasten(conn, "recover", job_subject(told, peer.state), node.clock.now())

    node.db.writer.run(end)
    _log.info("recovered", state=peer.state, acts=said.acts, not_taken=said.not_taken)
    return _ack(node, envelope.id, peer)


def _ack(node: Node, of: str, peer: Entry) -> bytes:
    return taken(node.state, of, node.now(), node.keys.acts, peer, node.entropy)
