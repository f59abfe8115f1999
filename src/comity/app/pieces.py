"""Pieces of exhibits on their way: expected, taken in, receipted; sent, until a receipt is here.

Promises: a piece is taken in only if a ``deliver`` act in order announced its digest, and is receipted only
when it is durable in the vault; with the last piece of an exhibit its custody says that it came in. Whoever
else posts bytes gets the constant answer, and nothing is kept. Each piece can be sent again, alone, as often
as it takes: nothing happens twice.

Leaves to others: cutting (``cutting``), putting together (``custody``), when to try again (``worker``).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from hashlib import sha256

from comity import age, dsse, store
from comity.acts import Act, PieceReceipt, state_of
from comity.acts.terms import DeliverTerms
from comity.app.node import Node
from comity.app.touch import Touch, record
from comity.errors import NotFound, NotPermitted, ProofFailed, Unavailable
from comity.evidence import CIPHERTEXT_LIMIT, Action
from comity.exchange import answer, constant_answer, read_piece_answer, sign_receipt
from comity.exchange.courier import PIECE_PATH
from comity.store import Connection, Outgoing
from comity.wire import Json


def expect(node: Node, conn: Connection, act: Act) -> None:  # noqa: ARG001 - one shape of such steps
    """Expect the pieces that a ``deliver`` act in order announces. Doing it twice changes nothing."""
    if not isinstance(act.terms, DeliverTerms):
        return
    for exhibit in act.terms.exhibits:
        if not store.pieces_of(conn, act.id, exhibit.exhibit):
            pieces = enumerate(exhibit.sealed)
            announced = ((n, piece.digest, piece.size) for n, piece in pieces)
            store.announce_pieces(conn, act.id, exhibit.exhibit, announced)


def receive_piece(node: Node, source: bytes | age.ByteSource) -> bytes:
    """Take in a piece; give the answer to send back, of one size whatever happened.

    Raises:
        Unavailable: the disk did not take it; nothing was acknowledged, and the sender tries again.
    """
    data = source if isinstance(source, bytes) else _read(source)
    value = sha256(data).hexdigest()
    with node.db.read() as conn:
        row = store.piece_expected(conn, value, len(data))
        if row is None or len(data) > CIPHERTEXT_LIMIT:
            return constant_answer(node.entropy)
    sender_state, _ = _parties(node.db, row.delivery)  # reads by itself: one reader must not need two
    with node.db.read() as conn:
        sender = node.directory(conn).entry(sender_state)
    if row.address is None:
        with node.vault.held():
            stored = node.vault.put(io.BytesIO(data), announced=True)
            node.db.writer.run(lambda conn: _got(node, conn, row, stored.digest))
    receipt = PieceReceipt(v=1, piece=value, state=node.state, at=node.now())
    return answer(sign_receipt(receipt, node.keys.acts), sender, node.entropy)


def _got(node: Node, conn: Connection, piece: store.PieceRow, address: str) -> None:
    """Keep that a piece lies here; with the last one, that its exhibit came in."""
    if not store.piece_got(conn, piece.digest, address, node.clock.now()):
        return
    if store.is_missing_pieces(conn, piece.delivery, piece.exhibit):
        return
    act = store.get_act(conn, piece.delivery)
    announced = next(one for one in act.terms.exhibits if one.exhibit == piece.exhibit)
    case = str(act.header.case)
    if any(one.id == piece.exhibit for one in store.exhibits_of(conn, case)):
        return  # an exhibit of that name is here: what came under it is refused when custody is to be taken
    came = Touch(piece.exhibit, Action.RECEIVED, act.header.kind, announced.stream, act.id)
    record(node, conn, case, None, came)


def job_subject(piece: Outgoing) -> Json:
    """What the ``piece`` job of an outgoing piece is about: all of it, so that no list is searched."""
    return {
        "delivery": piece.delivery,
        "exhibit": piece.exhibit,
        "n": piece.n,
        "digest": piece.digest,
        "size": piece.size,
    }


def piece_of(conn: Connection, subject: Json) -> Outgoing:  # noqa: ARG001 - a job is done with the store at hand
    """The piece that a ``piece`` job is about, by the job's subject."""
    digest = str(subject["digest"])
    return Outgoing(
        str(subject["delivery"]),
        str(subject["exhibit"]),
        int(subject["n"]),
        digest,
        int(subject["size"]),
        address=digest,
        receipt=None,
    )


def send_piece(node: Node, piece: Outgoing, *, also: Callable[[Connection], None] | None = None) -> None:
    """Bring a piece to its receiver, and keep the receipt. ``also`` runs in the transaction that keeps it.

    Raises:
        Unavailable: the act that announces it is not receipted yet; not reached; or reached and not
            acknowledged. ProofFailed: the piece is damaged here, or the receipt does not hold.
    """
    _, receiver_state = _parties(node.db, piece.delivery)
    with node.db.read() as conn:
        peer = node.directory(conn).entry(receiver_state)
        told = store.get_receipt(conn, piece.delivery, "peer") is not None
    if not told:
        raise Unavailable("deliver.act_not_there_yet", act=piece.delivery, state=peer.state)
    if peer.url is None:
        raise Unavailable("deliver.peer_without_address", state=peer.state)
    data = piece_bytes(node, piece)
    answered = node.courier.post(peer.url + PIECE_PATH, data)
    received = read_piece_answer(
        answered,
        node.keys.age.identities,
        peer.acts_key.public_key,
        state=peer.state,
        piece=piece.digest,
    )
    if received is None:
        raise Unavailable("deliver.piece_not_acknowledged", state=peer.state, number=piece.n)
    envelope = dsse.write(received.envelope)

    def keep(conn: Connection) -> None:
        store.outgoing_delivered(conn, piece.digest, envelope, node.clock.now())
        if also is not None:
            also(conn)

    node.db.writer.run(keep)


def piece_bytes(node: Node, piece: Outgoing) -> bytes:
    """A piece as it is sent, or carried on a disk.

    Raises:
        NotFound, ProofFailed: the vault does not have it, or has it damaged.
    """
    with node.vault.open(piece.address) as file:
        data = file.read()
    found = sha256(data).hexdigest()
    if found != piece.digest:
        raise ProofFailed("evidence.vault_damaged", address=piece.address, found=found)
    return data


def drop_pieces(node: Node, delivery: str) -> None:
    """Remove the received pieces of a delivery that was taken into custody: they lie there sealed anew.

    Else the content would outlive the exhibit's own key, which can be erased. May be done again.
    """
    with node.db.read() as conn:
        act = store.get_act(conn, delivery)
        rows = [row for e in act.terms.exhibits for row in store.pieces_of(conn, act.id, e.exhibit)]
    for row in rows:
        if row.address is not None:
            with suppress(NotFound, NotPermitted):  # a bucket may lock by itself: the sweep removes it later
                node.vault.remove(row.address)


@lru_cache(maxsize=256)
def _parties(db: store.Database, delivery: str) -> tuple[str, str]:
    """From which State to which a delivery goes. Remembered: the act of a large one takes long to read."""
    with db.read() as conn:
        header = store.get_act(conn, delivery).header
    return header.state, state_of(str(header.to))


def _read(source: age.ByteSource) -> bytes:
    """At most one byte more than a piece can have, so that one too long is seen to be."""
    block = bytearray(CIPHERTEXT_LIMIT + 1)
    size = age.fill(source, memoryview(block))
    return bytes(memoryview(block)[:size])
