"""Post an act to its addressee's node, and keep the receipt; reject what came in and is not in order.

Promises: an act counts as delivered when the peer's signed receipt for it is stored, and is posted
again until then. Posting twice is harmless: the receiver gives the same receipt.

Leaves to others: when to try again (``worker``), what an answer looks like (``exchange``).
"""

from __future__ import annotations

from contextlib import suppress

from comity import dsse, store
from comity.acts import Act, state_of
from comity.acts.terms import RejectTerms
from comity.app.node import Node, case_of
from comity.app.prepare import Saying, say_within
from comity.app.recovery import refuse_while_pending
from comity.app.stand_in import is_stand_in, receipt
from comity.cases import OPENS, NotInOrder, Parked, Void, unrejected
from comity.clock import read_instant
from comity.errors import NotPermitted, Unavailable
from comity.exchange import Entry, SignedReceipt, read_answer, seal_act, verify_receipt
from comity.exchange.courier import ACT_PATH
from comity.store import Connection, Job


def post(node: Node, job: Job) -> None:
    """Do a ``post`` job: bring the act to its addressee, and store the receipt with the job's end.

    Raises:
        Unavailable: not reached, or reached and not acknowledged. Others: as sealing.
    """
    act_id = str(job.subject["act"])
    with node.db.read() as conn:
        act = store.get_act(conn, act_id)
        peer = node.directory(conn).entry(state_of(str(act.header.to)))
        local = is_stand_in(conn, peer.state)
    if local:
        envelope = receipt(node, act_id, str(act.header.case), peer)
        received = verify_receipt(envelope, peer.acts_key.public_key, peer.state)
    else:
        received = _carried(node, act, peer)
    at = read_instant(received.receipt.at)

    def keep(conn: Connection) -> None:
        store.put_receipt(conn, act_id, "peer", dsse.write(received.envelope), at)
        store.finish(conn, job, node.clock.now())

    node.db.writer.run(keep)


def _carried(node: Node, act: Act, peer: Entry) -> SignedReceipt:
    data = node.courier.post(address(peer) + ACT_PATH, seal_act(act, peer, node.entropy))
    received = read_answer(
        data, node.keys.age.identities, peer.acts_key.public_key, state=peer.state, act=act.id
    )
    if received is None:
        raise Unavailable("app.not_acknowledged", state=peer.state, act=act.id)
    return received


def reject(node: Node, job: Job) -> None:
    """Do a ``reject`` job: what was parked and is not in order is rejected when it is parked no more."""
    act_id = str(job.subject["act"])
    step, reason = str(job.subject["step"]), str(job.subject["reason"])

    def deed(conn: Connection) -> None:
        act = store.get_act(conn, act_id)
        case = case_of(node, conn, str(act.header.case))
        standing = case.standing(act_id)
        if isinstance(standing, Parked):
            raise Unavailable("app.still_parked", act=act_id)
        said = isinstance(standing, NotInOrder) and act_id not in unrejected(case, node.state)
        if not said and not isinstance(standing, Void):
            refuse_while_pending(conn, act.header.from_)
            # By the case's own table it may be not in order: it moves nothing, and a word is not due.
            with suppress(NotPermitted):
                reject_within(node, conn, act, step, reason)
        store.finish(conn, job, node.clock.now())

    node.db.writer.run(deed)


def reject_within(node: Node, conn: Connection, act: Act, step: str, reason: str) -> None:
    """Say, as the node and in an open transaction, that an authentic act is not in order, and why.

    Raises:
        NotPermitted: the case does not allow it, because the act moves nothing anyway.
    """
    own = [authority.id for authority in node.directory(conn).own.authorities]
    addressed = str(act.header.to)
    saying = Saying(
        kind="reject",
        from_=addressed if addressed in own else own[0],
        to=act.header.from_,
        case=act.header.case,
        about=act.id if act.header.kind in OPENS else act.header.about,
        fields={"terms": RejectTerms(act=act.id, step=step, reason=reason), "text": None},
    )
    say_within(node, conn, saying)


def address(peer: Entry) -> str:
    """Where a peer's node is reached.

    Raises:
        Unavailable: it takes messages from carriers only.
    """
    if peer.url is None:
        raise Unavailable("app.peer_without_address", state=peer.state)
    return peer.url
