"""The contract of exhibits, custody and pieces."""

import dataclasses

import pytest

from comity.errors import Conflict, NotFound, NotPermitted
from comity.store import (
    Exhibit,
    ExhibitKey,
    Handover,
    IndexedExhibit,
    Outgoing,
    announce_pieces,
    count_unstamped,
    custody_of,
    erase_exhibit_key,
    exhibit_key,
    exhibits_of,
    get_exhibit,
    handover_stamps,
    indexed_exhibit,
    is_unstamped,
    last_stamp_of,
    missing_pieces,
    next_custody_counter,
    outgoing_delivered,
    outgoing_of,
    outgoing_undelivered,
    piece_expected,
    piece_got,
    pieces_of,
    put_custody,
    put_exhibit,
    put_handover,
    put_handover_stamp,
    put_outgoing,
    put_timestamp,
    timestamps_of,
    unstamped,
    unstamped_handovers,
)

OTHER = "f" * 32
ACT = "ab" * 32
KEY = ExhibitKey(b"wrapped key", b"wrapped salt")


@pytest.fixture
def exhibit(case, at):
    return IndexedExhibit(case, "PT-1", "own", "aa" * 32, 1234, b"statement", at(), b"index", b"manifest")


def without_lists(one):
    return Exhibit(one.case, one.id, one.status, one.address, one.size, one.statement, one.added_at)


def test_an_exhibit_comes_back_and_is_named_within_its_case(do, see, exhibit, case):
    do(put_exhibit, exhibit, KEY)
    elsewhere = dataclasses.replace(exhibit, case=OTHER, statement=b"another")
    do(put_exhibit, elsewhere)
    assert see(indexed_exhibit, case, "PT-1") == exhibit
    assert see(get_exhibit, case, "PT-1") == without_lists(exhibit)
    assert see(exhibits_of, OTHER) == (without_lists(elsewhere),)
    assert see(exhibit_key, case, "PT-1") == KEY
    with pytest.raises(Conflict) as caught:
        do(put_exhibit, exhibit)
    assert caught.value.id == "store.exhibit_there"
    with pytest.raises(NotFound) as caught:
        see(exhibit_key, OTHER, "PT-1")
    assert caught.value.id == "store.no_exhibit_key"
    with pytest.raises(NotFound) as caught:
        see(exhibit_key, OTHER, "PT-2")
    assert caught.value.id == "store.no_such_exhibit"


def test_an_erased_key_is_gone_and_the_proofs_stay(do, see, exhibit, case, at):
    do(put_exhibit, exhibit, KEY)
    do(put_custody, case, "PT-1", 1, b"sealed")
    assert do(erase_exhibit_key, case, "PT-1", at(3), ACT)
    assert not do(erase_exhibit_key, case, "PT-1", at(4), ACT)
    with pytest.raises(NotPermitted) as caught:
        see(exhibit_key, case, "PT-1")
    assert caught.value.id == "store.exhibit_key_erased"
    assert caught.value.arguments["at"] == "2026-11-21T17:58:49Z"
    assert see(indexed_exhibit, case, "PT-1") == exhibit
    assert len(see(custody_of, case)) == 1
    with pytest.raises(NotFound):
        do(erase_exhibit_key, case, "PT-2", at(), ACT)


def test_time_stamps_are_added_in_order(do, see, exhibit, case, at):
    do(put_exhibit, exhibit)
    assert [do(put_timestamp, case, "PT-1", token, at()) for token in (b"first", b"renewal")] == [0, 1]
    assert see(timestamps_of, case, "PT-1") == (b"first", b"renewal")
    with pytest.raises(NotFound):
        do(put_timestamp, OTHER, "PT-1", b"", at())


def test_seals_and_hand_overs_wait_for_each_authority_by_itself(do, see, exhibit, case, at):
    def waits(authority, since=None):
        found = see(unstamped, authority, since, 9)
        assert see(count_unstamped, authority, since) == len(found)
        assert see(is_unstamped, case, "PT-1", authority, since) is bool(found)
        return len(found)

    do(put_exhibit, exhibit)
    assert (waits("xa"), waits("xb", at())) == (1, 1)
    do(put_timestamp, case, "PT-1", b"token", at(), "xa")
    # It has one: another authority is asked only for what was sealed since it was added.
    assert (waits("xa", at()), waits("xb"), waits("xb", at())) == (0, 0, int(exhibit.added_at >= at()))
    assert see(last_stamp_of, "xa") == (b"token", at())
    assert see(last_stamp_of, "xb") is None
    one, two = (Handover(case, "PT-1", n, b"event %d" % n, at(n)) for n in (2, 11))
    for handover in (two, one):
        do(put_handover, handover)
    assert see(unstamped_handovers, "xa", None, 9) == (one, two)
    assert do(put_handover_stamp, one, "xa", b"over one", at())
    assert not do(put_handover_stamp, one, "xa", b"again", at())
    assert see(unstamped_handovers, "xa", None, 9) == (two,)
    assert see(unstamped_handovers, "x", at(), 9) == (one, two)  # a name is no beginning of another
    assert see(unstamped_handovers, "xb", at(3), 9) == (two,)
    assert see(handover_stamps, case, "PT-1") == ((one, b"over one"),)


def test_custody_counts_each_exhibit_and_places_each_case_without_gaps(do, see, case):
    assert see(next_custody_counter, case, "A") == 1
    events = [(case, "A", 1), (case, "B", 1), (OTHER, "A", 1), (case, "A", 2)]
    assert [do(put_custody, *event, b"e%d" % n) for n, event in enumerate(events)] == [0, 1, 0, 2]
    assert see(next_custody_counter, case, "A") == 3
    for wrong in (2, 4, 0):
        with pytest.raises(Conflict) as caught:
            do(put_custody, case, "A", wrong, b"")
        assert caught.value.id == "store.custody_counter"
    assert [(row.position, row.exhibit, row.counter, row.envelope) for row in see(custody_of, case)] == [
        (0, "A", 1, b"e0"),
        (1, "B", 1, b"e1"),
        (2, "A", 2, b"e3"),
    ]
    assert [row.counter for row in see(custody_of, case, "A")] == [1, 2]


def test_pieces_are_expected_got_once_and_missed_until_then(do, see, at):
    do(announce_pieces, ACT, "PT-1", [(n, f"{n:064x}", 10 + n) for n in range(3)])
    assert see(piece_expected, "f" * 64) is None
    expected = see(piece_expected, f"{1:064x}")
    assert (expected.n, expected.size, expected.delivery, expected.address) == (1, 11, ACT, None)
    assert do(piece_got, f"{1:064x}", "vault/1", at())
    assert not do(piece_got, f"{1:064x}", "vault/2", at())
    assert [piece.n for piece in see(missing_pieces, ACT, "PT-1")] == [0, 2]
    assert [piece.address for piece in see(pieces_of, ACT, "PT-1")] == [None, "vault/1", None]
    with pytest.raises(NotFound) as caught:
        do(piece_got, "f" * 64, "vault/9", at())
    assert caught.value.id == "store.piece_unexpected"
    with pytest.raises(Conflict):
        do(announce_pieces, ACT, "PT-1", [(0, "0" * 64, 10)])


def test_a_piece_announced_again_is_expected_again(do, see, at):
    do(announce_pieces, "ac" * 32, "PT-1", [(0, "0" * 64, 10)])
    do(piece_got, "0" * 64, "vault/0", at())
    do(announce_pieces, "ab" * 32, "PT-1", [(0, "0" * 64, 10)])
    do(announce_pieces, "ad" * 32, "PT-1", [(0, "0" * 64, 10)])
    assert see(piece_expected, "0" * 64).delivery == "ab" * 32
    assert do(piece_got, "0" * 64, "vault/1", at())
    assert see(missing_pieces, "ad" * 32, "PT-1") == ()


def test_a_piece_stays_undelivered_until_its_receipt(do, see, at):
    for n in range(2):
        do(put_outgoing, Outgoing(ACT, "PT-1", n, f"{n:064x}", 10, f"out/{n}", None))
    do(put_outgoing, Outgoing("cd" * 32, "PT-2", 0, "9" * 64, 10, "out/9", None))
    assert len(see(outgoing_undelivered)) == 3
    assert do(outgoing_delivered, f"{0:064x}", b"receipt", at())
    assert not do(outgoing_delivered, f"{0:064x}", b"another", at())
    assert [piece.n for piece in see(outgoing_undelivered, ACT)] == [1]
    assert [piece.receipt for piece in see(outgoing_of, ACT)] == [b"receipt", None]
    with pytest.raises(NotFound) as caught:
        do(outgoing_delivered, "e" * 64, b"", at())
    assert caught.value.id == "store.piece_not_outgoing"
    with pytest.raises(Conflict):
        do(put_outgoing, Outgoing(ACT, "PT-1", 1, "8" * 64, 10, "out/8", None))
