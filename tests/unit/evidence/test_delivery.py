"""Delivery: pieces of any fault are found, and what arrives is what was sealed, byte for byte."""

from __future__ import annotations

import gc
import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from comity import age
from comity.errors import NotFound, ProofFailed
from comity.evidence import (
    CIPHERTEXT_LIMIT,
    Head,
    Piece,
    Stamp,
    Token,
    assemble,
    delivery,
    index,
    piece_count,
    pieces,
    write_index,
)
from comity.wire import digest, dump_bytes

RECEIVER = age.generate_x25519()
SMALL = 300_000


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch) -> None:
    """The exhibit of the tests makes some pieces; the real size is tried on the real images."""
    monkeypatch.setattr(delivery, "PIECE_SIZE", SMALL)


@pytest.fixture
def cut(exhibit) -> list[Piece]:
    stamps = [Stamp.of(Token(b"reply", b"chain"))]
    return list(
        pieces(exhibit.envelope, exhibit.taken.index, exhibit.payload(), [RECEIVER.recipient], stamps=stamps)
    )


def put_together(cut, exhibit, *, announced=None, identity=RECEIVER):
    announced = announced or [(piece.sha256, piece.size) for piece in cut]
    sources = (io.BytesIO(piece.data) for piece in cut)
    return assemble(sources, announced, [identity], [exhibit.node.public])


def test_what_is_cut_is_put_together(cut, exhibit) -> None:
    assert [piece.number for piece in cut] == list(range(len(cut)))
    assert len(cut) == piece_count(len(write_index(exhibit.taken.index)), exhibit.taken.index.size) == 7
    assert all(piece.size <= CIPHERTEXT_LIMIT and piece.sha256 == digest(piece.data) for piece in cut)
    head, statement, listed, payload, part = put_together(cut, exhibit)
    assert part is None
    assert head.stamps[0].token == Token(b"reply", b"chain")
    assert head.statement == exhibit.envelope
    assert listed == exhibit.taken.index
    assert statement.sha256 == exhibit.taken.sha256
    assert payload.read() == exhibit.payload().read()


def test_each_piece_has_its_own_file_key(cut, exhibit) -> None:
    again = list(pieces(exhibit.envelope, exhibit.taken.index, exhibit.payload(), [RECEIVER.recipient]))
    assert not {piece.sha256 for piece in cut} & {piece.sha256 for piece in again}


def test_a_changed_piece_is_named_before_it_is_opened(cut, exhibit) -> None:
    announced = [(piece.sha256, piece.size) for piece in cut]
    for number, piece in enumerate(cut):
        wrong = Piece(number, piece.data[:-1] + bytes([piece.data[-1] ^ 1]))
        with pytest.raises(ProofFailed) as caught:
            put_together([*cut[:number], wrong, *cut[number + 1 :]], exhibit, announced=announced)[3].read()
        assert caught.value.id == "evidence.piece_wrong"
        assert caught.value.arguments == {"number": number, "what": "digest"}
    longer = Piece(2, cut[2].data + b"\0")
    with pytest.raises(ProofFailed) as caught:
        put_together([*cut[:2], longer, *cut[3:]], exhibit, announced=announced)[3].read()
    assert caught.value.arguments == {"number": 2, "what": "size"}


def test_a_missing_piece_is_named(cut, exhibit) -> None:
    announced = [(piece.sha256, piece.size) for piece in cut]
    with pytest.raises(ProofFailed) as caught:
        put_together(cut[:-1], exhibit, announced=announced)[3].read()
    assert caught.value.arguments == {"number": len(cut) - 1}
    with pytest.raises(ProofFailed, match="piece_count"):
        put_together(cut[:-1], exhibit)


def test_pieces_announced_in_another_order_do_not_make_the_exhibit(cut, exhibit) -> None:
    swapped = [*cut[:2], cut[3], cut[2], *cut[4:]]
    with pytest.raises(ProofFailed, match="stream_wrong"):
        put_together(swapped, exhibit)[3].read()
    doubled = [*cut[:3], cut[2], *cut[4:]]
    with pytest.raises(ProofFailed, match="stream_wrong"):
        put_together(doubled, exhibit)[3].read()


def test_the_last_bytes_come_only_of_a_stream_that_holds(cut, exhibit) -> None:
    swapped = [*cut[:2], cut[3], cut[2], *cut[4:]]
    payload = put_together(swapped, exhibit)[3]
    got: list[int] = []
    with pytest.raises(ProofFailed):
        got.extend(iter(lambda: len(payload.read(10_000)), 0))
    assert SMALL < sum(got) < exhibit.taken.index.size


def test_another_index_or_another_sealer_is_refused(cut, exhibit) -> None:
    listed = exhibit.taken.index
    other = listed.model_copy(update={"left_out": ()})
    with pytest.raises(ProofFailed, match="index_wrong"):
        next(pieces(exhibit.envelope, other, exhibit.payload(), [RECEIVER.recipient]))
    # Slipped in later, by whoever can encrypt to the receiver.
    data = age.seal(index.write_index(other), [RECEIVER.recipient])
    head = Head(
        v=1,
        statement=exhibit.envelope,
        index_size=len(index.write_index(other)),
        part_size=0,
        stamps=(),
        certificates=(),
    )
    first = age.seal(dump_bytes(head), [RECEIVER.recipient])
    forged = [Piece(0, first), Piece(1, data), *cut[2:]]
    with pytest.raises(ProofFailed, match="index_wrong"):
        put_together(forged, exhibit)
    with pytest.raises(ProofFailed, match="sealed_by_stranger"):
        assemble(
            (io.BytesIO(piece.data) for piece in cut),
            [(piece.sha256, piece.size) for piece in cut],
            [RECEIVER],
            [bytes(range(32))],
        )


def test_a_payload_that_is_not_the_sealed_one_is_not_sent(exhibit) -> None:
    wrong = bytearray(exhibit.payload().read())
    wrong[5] ^= 1
    for payload in (bytes(wrong), bytes(wrong[:-1]), bytes(wrong) + b"x"):
        with pytest.raises(ProofFailed, match="stream_wrong"):
            list(pieces(exhibit.envelope, exhibit.taken.index, io.BytesIO(payload), [RECEIVER.recipient]))


@pytest.mark.parametrize("member", ["sha256", "chunk_root"])
def test_a_seal_that_is_not_so_is_not_sent(exhibit, resealed, member: str) -> None:
    envelope = resealed(exhibit, **{member: "0" * 64})
    with pytest.raises(ProofFailed, match="stream_wrong"):
        list(pieces(envelope, exhibit.taken.index, exhibit.payload(), [RECEIVER.recipient]))


def test_only_the_receiver_opens_it(cut, exhibit) -> None:
    with pytest.raises(NotFound, match="no_match"):
        put_together(cut, exhibit, identity=exhibit.identity)


@pytest.mark.skipif(shutil.which("age") is None, reason="the program `age` is not installed")
def test_pieces_open_by_hand_and_make_the_payload(cut, exhibit, tmp_path) -> None:
    key = tmp_path / "key.txt"
    key.write_text(str(RECEIVER))
    opened = b"".join(
        subprocess.run(
            ["age", "-d", "-i", str(key)], input=piece.data, capture_output=True, check=True
        ).stdout
        for piece in cut[2:]
    )
    assert opened == exhibit.payload().read()


def test_a_reader_that_is_let_go_waits_for_no_thread(cut, exhibit, monkeypatch) -> None:
    """A collector runs in any thread, also in one that is starting: to join threads there waits for ever."""
    ended = []
    reader = put_together(cut, exhibit).payload
    assert reader.read(1)
    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", lambda *_, **__: ended.append("waited"))
    del reader
    gc.collect()
    assert ended == []
