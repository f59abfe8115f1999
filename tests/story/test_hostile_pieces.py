"""Bad pieces of an exhibit, one a line: the constant answer, no trace; and the true piece still arrives."""

import io
import random
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import handing
import pytest
from snapshot import changes, snapshot, unchanged

from comity import age, store
from comity.app import custody, pieces
from comity.errors import NotFound
from comity.evidence import CIPHERTEXT_LIMIT, PIECE_SIZE
from comity.exchange.courier import PIECE_PATH
from comity.wire import digest


@pytest.fixture
def sent(pair, request_, files):
    """An exhibit of several pieces that PT announced to GH, and the pieces, which nobody has carried yet."""
    id = handing.sealed_and_released(pair, request_, files)
    pair.courier.cut = {PIECE_PATH}
    act = handing.hand_over(pair, request_, id)
    pair.settle()
    with pair.pt.node.db.read() as conn:
        rows = store.outgoing_of(conn, act.id)
    return act, [pieces.piece_bytes(pair.pt.node, row) for row in rows]


def flip(data, at):
    changed = bytearray(data)
    changed[at] ^= 1
    return bytes(changed)


def to(node, plain):
    return age.seal(plain, [age.parse_recipient(node.keys.age.recipients[0])])


CHUNK = 65536 + 16

WRONG = {
    "nothing": lambda p, d: b"",
    "cut by one byte": lambda p, d: d[1][:-1],
    "cut in its middle": lambda p, d: d[1][: len(d[1]) // 2],
    "one byte more": lambda p, d: d[1] + b"\0",
    "a bit flipped in its header": lambda p, d: flip(d[1], 40),
    "a bit flipped in its payload": lambda p, d: flip(d[1], len(d[1]) // 2),
    "a bit flipped at its end": lambda p, d: flip(d[1], -1),
    "chunks in another order": lambda p, d: (
        d[2][:CHUNK] + d[2][2 * CHUNK : 3 * CHUNK] + d[2][CHUNK : 2 * CHUNK] + d[2][3 * CHUNK :]
    ),
    "two pieces in one": lambda p, d: d[0] + d[1],
    "the right size and other bytes": lambda p, d: bytes(len(d[1])),
    "the right content sealed anew": lambda p, d: to(
        p.gh.node, age.open_sealed(d[0], p.gh.node.keys.age.identities, PIECE_SIZE)
    ),
    "sealed to another": lambda p, d: to(p.pt.node, b"text"),
    "over the size limit": lambda p, d: bytes(CIPHERTEXT_LIMIT + 1),
}


@pytest.mark.parametrize("as_stream", [False, True])
def test_bad_pieces_leave_no_trace_and_the_true_ones_arrive(pair, sent, as_stream):
    act, data = sent
    gh = pair.gh.node
    lengths = set()
    for name, build in WRONG.items():
        bad = build(pair, data)
        with unchanged(gh):
            answer = pieces.receive_piece(gh, io.BytesIO(bad) if as_stream else bad)
        with pytest.raises(NotFound, match=r"^age\.no_match"):  # sealed to nobody
            age.open_sealed(answer, pair.pt.node.keys.age.identities, 4096)
        lengths.add(len(answer))
        assert lengths == {len(answer)}, name
    for true in data[::-1]:  # in any order
        before = snapshot(gh)
        answer = pieces.receive_piece(gh, true)
        found = changes(before, snapshot(gh))
        address = digest(true)
        assert found.pop("piece") == (1, 1)
        file, *rows = sorted(found, key=lambda name: not name.startswith("vault/"))
        # With the last one the exhibit is here: its custody says so, and the log commits to it.
        assert rows == (["custody_event", "log_opening", "log_pending"] if true is data[0] else [])
        assert file.startswith("vault/")
        assert file.replace("/", "").endswith(address)
        assert len(answer) in lengths
        with unchanged(gh):  # once more
            assert len(pieces.receive_piece(gh, true)) in lengths
    pair.courier.cut.clear()
    pair.later(hours=1)
    pair.settle()
    assert custody.take_custody(gh, act.id, pair.gh["examiner"]).act


def test_cut_at_any_byte_and_sent_by_many_at_once_each_piece_arrives_once(pair, sent):
    """What arrives whole need not be sent again; what was cut leaves nothing; the order does not matter."""
    act, data = sent
    gh, chance = pair.gh.node, random.Random(48)
    cuts = [one[: chance.randrange(len(one))] for one in data for _ in range(6)]
    with unchanged(gh):
        for cut in cuts:
            pieces.receive_piece(gh, io.BytesIO(cut))
    with gh.db.read() as conn:
        exhibit = act.terms.exhibits[0].exhibit
        assert len(store.missing_pieces(conn, act.id, exhibit)) == len(data)
    mixed = [*data, *data, *cuts]
    chance.shuffle(mixed)
    with ThreadPoolExecutor(4) as many:
        assert len(set(map(len, many.map(partial(pieces.receive_piece, gh), mixed)))) == 1
    with gh.db.read() as conn:
        assert store.missing_pieces(conn, act.id, exhibit) == ()
    pair.courier.cut.clear()
    pair.later(hours=1)
    pair.settle()
    assert custody.take_custody(gh, act.id, pair.gh["examiner"]).act
    came = [event.action.value for event in custody.custody_list(gh, str(act.header.case), exhibit)]
    assert came.count("received") == 1


def test_pieces_that_nobody_announced_are_strangers_though_a_peer_sealed_them(pair, sent):
    """Nor are those of a delivery that was announced to another, or in an act that is not here."""
    _, data = sent
    with unchanged(pair.pt.node):  # to the node that announced them itself
        for true in data:
            pieces.receive_piece(pair.pt.node, true)
