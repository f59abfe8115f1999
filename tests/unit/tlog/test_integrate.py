"""Growing a log: any batches give the same log, and nothing contradictory is signed."""

from __future__ import annotations

import dataclasses
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import merkle, tlog
from comity.errors import BadInput, Conflict, ProofFailed
from comity.tlog.tiles import bundle, written


def some(start: int, end: int) -> list[bytes]:
    return [b"%d" % number for number in range(start, end)]  # entries of unequal lengths


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 600), max_size=5))
def test_however_it_is_batched_the_log_is_the_same(steps: list[int]):
    frontier, files, size = tlog.Frontier(), {}, 0
    for step in steps:
        growth = tlog.integrate(frontier, some(size, size + step))
        assert [tile for tile, _ in growth.writes] == list(written(size, size + step))
        files.update({tile.path: data for tile, data in growth.writes})
        frontier, size = growth.frontier, size + step
    whole = tlog.integrate(tlog.Frontier(), some(0, size))
    assert whole.frontier == frontier
    assert whole.root == merkle.root(merkle.leaf_hash(entry) for entry in some(0, size))
    for tile, data in whole.writes:
        assert files[tile.path] == data


def test_across_two_levels_of_tiles(log, entries):
    log.grow(entries(0, 65_400))
    for start, end in ((65_400, 65_535), (65_535, 65_536), (65_536, 65_537), (65_537, 65_900)):
        signed = log.grow(entries(start, end))
        log.tiles().verify(signed.checkpoint.root)
    assert log.tiles().root() == merkle.root(merkle.leaf_hash(e) for e in entries(0, 65_900))
    assert tlog.load(log.read, log.last) == log.frontier


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600])
def test_a_frontier_is_loaded_from_tiles(log, entries, size: int):
    log.grow(entries(0, size))
    assert tlog.load(log.read, log.last) == log.frontier
    if size:
        wrong = dataclasses.replace(log.last, root=bytes(32))
        with pytest.raises(ProofFailed):
            tlog.load(log.read, wrong)


def test_a_flipped_bit_in_memory_is_never_signed(log, entries):
    log.grow(entries(0, 700))
    good = log.frontier

    def flip(data: bytes, at: int = 5) -> bytes:
        return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]

    hashes = good.range.hashes
    spoilt = [
        dataclasses.replace(
            good, range=merkle.CompactRange(good.size, (*hashes[:at], flip(hashes[at]), *hashes[at + 1 :]))
        )
        for at in range(len(hashes))
    ]
    spoilt += [
        dataclasses.replace(good, tail=flip(good.tail)),
        dataclasses.replace(good, upper=(flip(good.upper[0]),)),
    ]
    for frontier in spoilt:
        for batch in ([], entries(700, 701), entries(700, 1500)):
            with pytest.raises(ProofFailed) as caught:
                tlog.integrate(frontier, batch)
            assert caught.value.id == "tlog.routes_differ"


def test_a_bit_flipped_between_the_routes_is_never_signed(log, entries, monkeypatch):
    """The second route reads the very bytes that will be written."""
    module = sys.modules["comity.tlog.integrate"]  # behind the function of the same name

    def faulty(batch):
        data = bundle(batch)
        return data[:-1] + bytes([data[-1] ^ 1])

    monkeypatch.setattr(module, "bundle", faulty)
    with pytest.raises(ProofFailed) as caught:
        tlog.integrate(log.frontier, entries(0, 3))
    assert caught.value.id == "tlog.routes_differ"


def test_a_smaller_tree_is_not_signed(log, entries):
    log.grow(entries(0, 10))
    restored = log.frontier
    log.grow(entries(10, 20))
    short = tlog.integrate(restored, entries(10, 15))
    with pytest.raises(Conflict) as caught:
        tlog.sign(short, log.vkey, log.signer, log.last)
    assert caught.value.id == "tlog.smaller_than_signed"


def test_a_restored_node_does_not_fork_its_log(log, entries):
    """P12: from an older state, other entries are refused at every size; the same ones are taken."""
    log.grow(entries(0, 10))
    restored = log.frontier
    log.grow(entries(10, 20))
    for size in (20, 21, 300):
        fork = tlog.integrate(restored, [*entries(10, 19), b"another", *entries(20, size)])
        with pytest.raises(Conflict) as caught:
            tlog.sign(fork, log.vkey, log.signer, log.last)
        assert caught.value.id == "tlog.other_than_signed"
        same = tlog.integrate(restored, entries(10, size))
        assert tlog.sign(same, log.vkey, log.signer, log.last).checkpoint.size == size


def test_the_same_tree_may_be_signed_again(log, entries):
    first = log.grow(entries(0, 10))
    idle = tlog.integrate(log.frontier, [])
    assert idle.writes == ()
    assert tlog.sign(idle, log.vkey, log.signer, log.last) == first


def test_a_log_with_entries_has_signed_something(log, entries):
    log.grow(entries(0, 10))
    growth = tlog.integrate(log.frontier, entries(10, 11))
    with pytest.raises(Conflict) as caught:
        tlog.sign(growth, log.vkey, log.signer, None)
    assert caught.value.id == "tlog.last_signed_unknown"
    other = dataclasses.replace(log.last, origin="log.example/xb")
    with pytest.raises(BadInput):
        tlog.sign(growth, log.vkey, log.signer, other)
    other = dataclasses.replace(log.last, root=bytes(32))
    with pytest.raises(Conflict):
        tlog.sign(growth, log.vkey, log.signer, other)
    nothing = tlog.Checkpoint(log.name, 0, bytes(32))
    with pytest.raises(Conflict):
        tlog.sign(growth, log.vkey, log.signer, nothing)
    nothing = tlog.Checkpoint(log.name, 0, merkle.EMPTY_ROOT)
    tlog.sign(growth, log.vkey, log.signer, nothing)


def test_what_was_integrated_but_not_signed_needs_a_proof(log, entries):
    """Tiles may be ahead of the last signed checkpoint, after a crash between the two."""
    log.grow(entries(0, 10))
    last = log.last
    log.grow(entries(10, 20))
    growth = tlog.integrate(log.frontier, entries(20, 30))
    with pytest.raises(ProofFailed):
        tlog.sign(growth, log.vkey, log.signer, last)
    proof = log.tiles().consistency(10)
    assert tlog.sign(growth, log.vkey, log.signer, last, proof).checkpoint.size == 30
    with pytest.raises(ProofFailed):
        tlog.sign(growth, log.vkey, log.signer, dataclasses.replace(last, root=bytes(32)), proof)


def test_padding_and_order_tell_nothing(entropy):
    assert [tlog.pad(count, 64) for count in (0, 1, 63, 64, 65)] == [64, 63, 1, 0, 63]
    assert tlog.pad(5, 1) == 0
    for count, multiple in ((-1, 64), (1, 0)):
        with pytest.raises(BadInput):
            tlog.pad(count, multiple)
    real = [tlog.leaf(tlog.commit("signed", bytes(32), entropy)) for _ in range(20)]
    dummies = [tlog.leaf(tlog.dummy(entropy)) for _ in range(tlog.pad(20, 64))]
    mixed = tlog.mix(real + dummies)
    assert mixed == tlog.mix(dummies[::-1] + real)
    assert len(mixed) == 64
    places = [mixed.index(leaf) for leaf in real]
    assert places != sorted(places)
    assert max(places) > 32 > min(places)
