"""The contract of the log's rows: no gap, no change, no second truth."""

from hashlib import sha256

import pytest

from comity.errors import BadInput, Conflict
from comity.store import (
    last_checkpoint,
    leaves,
    log_size,
    opening_of,
    openings,
    pend_leaf,
    pending_leaves,
    place_leaves,
    put_checkpoint,
)


def append_leaf(conn, leaf, opening, at, **of):
    """Commit to something and give it its place at once: its position."""
    pend_leaf(conn, leaf, opening, at, **of)
    return place_leaves(conn, [leaf])


def leaf(n):
    return sha256(b"leaf %d" % n).digest()


@pytest.fixture
def grow(do, see, at):
    def grow(count):
        for n in range(see(log_size), see(log_size) + count):
            do(append_leaf, leaf(n), b"opening", at(), kind="dummy")

    return grow


def note(body, *signatures):
    return body + b"\n\n" + b"".join(signatures)


def test_leaves_stand_in_their_order_from_zero(do, see, at):
    positions = [do(append_leaf, leaf(n), b"%d" % n, at(), kind="dummy") for n in range(5)]
    assert positions == [0, 1, 2, 3, 4]
    assert see(log_size) == 5
    assert see(leaves, 1, 4) == (leaf(1), leaf(2), leaf(3))
    assert see(leaves, 5, 5) == ()
    for start, end in ((0, 6), (-1, 2), (3, 2)):
        with pytest.raises(BadInput) as caught:
            see(leaves, start, end)
        assert caught.value.id == "store.no_such_leaves"


def test_a_failed_deed_leaves_no_gap(db, do, see, at):
    do(append_leaf, leaf(0), b"", at(), kind="dummy")

    def deed(conn):
        append_leaf(conn, leaf(1), b"", at(), kind="dummy")
        raise RuntimeError("not permitted after all")

    with pytest.raises(RuntimeError):
        db.writer.run(deed)
    assert do(append_leaf, leaf(2), b"", at(), kind="dummy") == 1


def test_a_batch_is_placed_in_the_order_given_and_once(do, see, at):
    for n in range(4):
        do(pend_leaf, leaf(n), b"%d" % n, at(n), kind="signed", subject=f"act {n}")
    assert see(log_size) == 0
    assert [opened.opening for opened in see(pending_leaves)] == [b"0", b"1", b"2", b"3"]
    assert do(place_leaves, [leaf(2), leaf(0)]) == 0
    assert do(place_leaves, [leaf(3)]) == 2
    assert see(leaves, 0, 3) == (leaf(2), leaf(0), leaf(3))
    assert [opened.leaf for opened in see(pending_leaves)] == [leaf(1)]
    for again in ([leaf(1), leaf(0)], [leaf(9)]):
        with pytest.raises(Conflict) as caught:
            do(place_leaves, again)
        assert caught.value.id == "store.leaf_not_pending"
    assert see(log_size) == 3
    assert [opened.leaf for opened in see(pending_leaves)] == [leaf(1)]


def test_an_opening_is_found_by_subject_and_by_case(do, see, at, case):
    do(pend_leaf, leaf(1), b"late", at(1), kind="signed", subject="act", case=case)
    do(append_leaf, leaf(2), b"early", at(2), kind="received", subject="act", case=case)
    do(append_leaf, leaf(3), b"other", at(3), kind="dummy")
    assert see(opening_of, "act").opening == b"late"
    found = see(opening_of, "act", "received")
    assert (found.opening, found.position, found.case, found.kind) == (b"early", 0, case, "received")
    assert see(opening_of, "nothing") is None
    assert [(o.opening, o.position) for o in see(openings, case)] == [(b"early", 0), (b"late", None)]
    assert [o.opening for o in see(openings)] == [b"early", b"other", b"late"]


def test_nothing_is_committed_to_twice(do, at):
    do(pend_leaf, leaf(1), b"", at(), kind="signed", subject="act")
    for again in ((leaf(1), "other act"), (leaf(2), "act")):
        with pytest.raises(Conflict) as caught:
            do(pend_leaf, again[0], b"", at(), kind="signed", subject=again[1])
        assert caught.value.id == "store.rule_broken"
    do(pend_leaf, leaf(3), b"", at(), kind="received", subject="act")


def test_a_checkpoint_covers_what_is_there_and_never_shrinks(do, see, at, grow):
    assert see(last_checkpoint) is None
    grow(4)
    with pytest.raises(Conflict) as caught:
        do(put_checkpoint, 5, note(b"size 5"), at())
    assert caught.value.id == "store.checkpoint_ahead"
    do(put_checkpoint, 4, note(b"size 4"), at(1))
    with pytest.raises(Conflict) as caught:
        do(put_checkpoint, 3, note(b"size 3"), at())
    assert caught.value.id == "store.checkpoint_shrinks"
    kept = see(last_checkpoint)
    assert (kept.size, kept.note, kept.at) == (4, note(b"size 4"), at(1))


def test_one_size_never_says_two_things_but_gains_witnesses(do, see, at, grow):
    grow(2)
    do(put_checkpoint, 2, note(b"root A", b"- log\n"), at(1))
    do(put_checkpoint, 2, note(b"root A", b"- log\n", b"- witness\n"), at(2))
    assert see(last_checkpoint).note.endswith(b"witness\n")
    with pytest.raises(Conflict) as caught:
        do(put_checkpoint, 2, note(b"root B", b"- log\n"), at(3))
    assert caught.value.id == "store.checkpoint_forks"
    with pytest.raises(BadInput) as caught:
        do(put_checkpoint, 2, b"no note", at(3))
    assert caught.value.id == "store.not_a_note"
