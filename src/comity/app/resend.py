"""Bring back to a restored peer what was exchanged with it since its copy: its acts, and ours, with receipts.

Promises: only a request by that State's own acts key is done, once; each State has one at a time, and a new
one begins no sooner than ``PAUSE`` after the last. The work goes page by page, one job at a time, so that one
small message never makes much of it at once; a page that is cut begins again, and nothing happens twice. What
the peer answers and does not take is passed over, and counted in the last word.

Leaves to others: what a restored node does with it (``recover``), the statements (``exchange.recovery``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from comity import dsse, store
from comity.acts import Entropy
from comity.app.node import Node
from comity.app.pieces import job_subject
from comity.app.post import address
from comity.clock import read_instant, write_instant
from comity.errors import Conflict, Unavailable
from comity.exchange import (
    Entry,
    Resend,
    Resent,
    Taken,
    answer,
    prove_resend,
    read_taken,
    returned_act,
    returned_entry,
    seal_message,
    sign_statement,
)
from comity.exchange.courier import ACT_PATH
from comity.exchange.message import MessageType
from comity.keys import SigningKey
from comity.store import Connection, Job
from comity.wire import Json, dump

PAUSE: Final = timedelta(minutes=10)
"""Between two requests of one State at least."""

PAGE: Final = 32
"""Acts that one job brings back."""

LEASE_SECONDS: Final = 30
"""How long a page is held while one more act is brought (as the worker leases it)."""

LAST: Final = "resend:"
"""Begins the name of the setting that holds a State's last request."""

_log = structlog.get_logger("resend")


def take_request(node: Node, body: Json) -> bytes:
    """Take in a request to bring acts back; give the answer.

    Raises:
        BadInput, ProofFailed: it is not proven. Conflict: the last one was too short a time ago.
    """
    with node.db.read() as conn:
        asked, id, peer = prove_resend(body, node.directory(conn), node.clock.now())
    node.db.writer.run(lambda conn: _begin(conn, asked, id, node.clock.now()))
    return taken(node.state, id, node.now(), node.keys.acts, peer, node.entropy)


def taken(  # noqa: PLR0917 - what a statement says, by whom, for whom
    state: str, of: str, at: str, key: SigningKey, receiver: Entry, entropy: Entropy
) -> bytes:
    """The answer that something has come in."""
    return answer(sign_statement(Taken(v=1, state=state, of=of, at=at), key), receiver, entropy)


def _begin(conn: Connection, asked: Resend, id: str, now: datetime) -> None:
    subject = {
        "request": id,
        "state": asked.state,
        "since": asked.since,
        "url": asked.url,
        "beyond": 0,
        "acts": 0,
        "not_taken": 0,
    }
    if store.get_job(conn, "resend", subject) is not None:
        return  # a repeat, or a replay: it is done once
    last = store.get_setting(conn, LAST + asked.state)
    if last is not None and read_instant(last["at"]) + PAUSE > now:
        raise Conflict("recover.asked_too_often", state=asked.state)
    store.put_setting(conn, LAST + asked.state, {"request": id, "at": write_instant(now)})
    store.put_job(conn, "resend", subject, now)
    _log.info("resend_asked", state=asked.state, request=id)


def resend(node: Node, job: Job) -> None:
    """Do a ``resend`` job: bring back one page; after the last, the pieces and the last word.

    Raises:
        Unavailable: not reached; the page begins again later. Others: as sealing.
    """
    told = job.subject
    state, request = str(told["state"]), str(told["request"])
    since, beyond = read_instant(str(told["since"])), int(told["beyond"])
    with node.db.read() as conn:
        last = store.get_setting(conn, LAST + state)
        peer = node.directory(conn).entry(state)
        newest = store.get_peer(conn, state).entry
        page = store.receipted_since(conn, state, since, beyond=beyond, most=PAGE)
    if last is None or last["request"] != request:
        # The peer was restored once more, and asks anew: this request is nobody's any longer.
        node.db.writer.run(lambda conn: store.finish(conn, job, node.clock.now()))
        return
    road = _Road(node, job, peer, told["url"] or address(peer))
    if beyond == 0:
        # First, so that the keys are known by which its acts are proven.
        road.bring("returned", returned_entry(request, newest), dsse.read(newest).id)
    refused = 0
    for _, id, side in page:
        with node.db.read() as conn:
            act = store.get_act(conn, id)
            receipt = store.get_receipt(conn, id, side)
        if receipt is None or not road.bring("returned", returned_act(request, act, dsse.read(receipt)), id):
            refused += 1
            _log.warning("not_taken_back", act=id, state=state)
    counts = {"acts": int(told["acts"]) + len(page), "not_taken": int(told["not_taken"]) + refused}
    if page:
        _next_page(node, job, {**told, **counts, "beyond": page[-1][0]})
    else:
        _last_word(node, job, road, since, counts)


def _next_page(node: Node, job: Job, subject: Json) -> None:
    def go_on(conn: Connection) -> None:
        store.put_job(conn, "resend", subject, node.clock.now())
        store.finish(conn, job, node.clock.now())

    node.db.writer.run(go_on)


def _last_word(node: Node, job: Job, road: _Road, since: datetime, counts: Json) -> None:
    state, request = road.peer.state, str(job.subject["request"])
    with node.db.read() as conn:
        delivered = store.delivered_since(conn, state, since)
    again = [piece for piece in delivered if node.vault.has(piece.address)]
    said = Resent(
        v=1, state=node.state, to=state, request=request, at=node.now(), pieces=len(again), **counts
    )
    envelope = sign_statement(said, node.keys.acts)
    if not road.bring("resent", dump(envelope), envelope.id):
        raise Unavailable("app.not_acknowledged", state=state, act=request)

    def end(conn: Connection) -> None:
        now = node.clock.now()
        for piece in again:
            store.put_job(conn, "piece", {**job_subject(piece), "again": request}, now)
        store.finish(conn, job, now)

    node.db.writer.run(end)
    _log.info("resent", state=state, request=request, pieces=len(again), **counts)


class _Road:
    """The way to a peer, for one job."""

    def __init__(self, node: Node, job: Job, peer: Entry, url: str) -> None:
        self.peer = peer
        self._node = node
        self._job = job
        self._url = url

    def bring(self, type: MessageType, body: Json, of: str) -> bool:
        """Bring one thing; whether the peer took it in.

        Raises:
            Unavailable: not reached. Conflict: the lease was lost.
        """
        node = self._node
        node.db.writer.run(lambda conn: store.renew(conn, self._job, node.clock.now(), LEASE_SECONDS))
        data = node.courier.post(
            self._url + ACT_PATH, seal_message(type, body, self.peer.recipients, node.entropy)
        )
        key = self.peer.acts_key.public_key
        return read_taken(data, node.keys.age.identities, key, state=self.peer.state, of=of)
