"""The contract of the sequencer's lease: one at a time, followed when its time has run out, never back."""

import pytest

from comity.errors import Conflict
from comity.store import (
    hold_sequencer,
    log_size,
    pend_leaf,
    place_leaves,
    release_sequencer,
    take_sequencer,
)


def test_one_holds_it_until_it_lets_go(do, at):
    first = do(take_sequencer, "one", at(), 60)
    with pytest.raises(Conflict) as caught:
        do(take_sequencer, "two", at(), 60)
    assert caught.value.id == "store.sequencer_held"
    assert caught.value.arguments["holder"] == "one"
    assert do(release_sequencer, first)
    assert not do(release_sequencer, first)
    with pytest.raises(Conflict):
        do(hold_sequencer, first, at(), 60)
    assert do(take_sequencer, "two", at(), 60).token > first.token


def test_whoever_is_late_is_followed_and_holds_nothing_more(do, at):
    first = do(take_sequencer, "one", at(), 60)
    do(hold_sequencer, first, at(1), 60)  # late, and nobody has come since
    with pytest.raises(Conflict):
        do(take_sequencer, "two", at(1), 60)
    second = do(take_sequencer, "two", at(2), 60)
    assert second.token > first.token
    with pytest.raises(Conflict) as caught:
        do(hold_sequencer, first, at(2), 60)
    assert caught.value.id == "store.sequencer_lost"
    assert not do(release_sequencer, first)
    do(hold_sequencer, second, at(2), 60)


def test_a_deed_of_a_late_holder_leaves_nothing(db, do, see, at):
    do(pend_leaf, b"x" * 32, b"", at(), kind="dummy")
    first = do(take_sequencer, "one", at(), 60)
    do(take_sequencer, "two", at(2), 60)

    def deed(conn):
        place_leaves(conn, [b"x" * 32])
        hold_sequencer(conn, first, at(2), 60)

    with pytest.raises(Conflict):
        db.writer.run(deed)
    assert see(log_size) == 0
