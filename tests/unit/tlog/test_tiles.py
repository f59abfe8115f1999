"""Tiles: the paths and sizes that the specification names, and damage that must be seen."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity import merkle, tlog
from comity.errors import BadInput, NotFound, ProofFailed
from comity.tlog.tiles import ENTRIES, Tile, Tiles, bundle, entries_of, parse_path, written


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "tile/0/x001/x234/067"),  # tlog-tiles, "Merkle Tree"
        (Tile(0, 0, 1), "tile/0/000.p/1"),
        (Tile(1, 999, 255), "tile/1/999.p/255"),
        (Tile(63, 1000), "tile/63/x001/000"),
        (Tile(ENTRIES, 273, 112), "tile/entries/273.p/112"),
    ],
)
def test_paths(tile: Tile, path: str):
    assert tile.path == path
    assert parse_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/1000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000\n",
        "tile/-1/000",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/٠٠٠",
        "tile/entries/000/",
        "tile/8/0/000",
    ],
)
def test_what_is_no_path(path: str):
    with pytest.raises(BadInput):
        parse_path(path)


@given(st.integers(-1, 63), st.integers(0, 2**60), st.integers(1, 256))
def test_every_tile_has_one_path(level: int, index: int, width: int):
    tile = Tile(level, index, width)
    assert parse_path(tile.path) == tile


def test_the_tree_of_70000_of_the_specification():
    tiles = written(0, 70_000)
    by_level = {level: [t for t in tiles if t.level == level] for level in range(-1, 4)}
    assert [len(by_level[level]) for level in range(-1, 4)] == [274, 274, 2, 1, 0]
    assert by_level[0][-1].width == by_level[ENTRIES][-1].width == 112
    assert [t.width for t in by_level[1]] == [256, 17]
    assert [t.width for t in by_level[2]] == [1]
    assert written(0, 256) == (Tile(ENTRIES, 0), Tile(0, 0), Tile(1, 0, 1))


def test_growth_writes_only_what_changed():
    assert written(0, 0) == written(300, 300) == ()
    assert written(256, 257) == (Tile(ENTRIES, 1, 1), Tile(0, 1, 1))
    assert written(255, 256) == (Tile(ENTRIES, 0), Tile(0, 0), Tile(1, 0, 1))
    assert written(65_535, 65_536)[-2:] == (Tile(1, 0), Tile(2, 0, 1))
    with pytest.raises(BadInput):
        written(2, 1)


def test_bundles():
    entries = [b"", b"a", bytes(65_535)]
    data = bundle(entries)
    assert data[:5] == b"\x00\x00\x00\x01a"
    assert entries_of(data, 3) == entries
    for bad, count in ((data, 2), (data, 4), (data[:-1], 3), (data + b"\x00", 3), (b"\x00", 1), (b"", 1)):
        with pytest.raises(ProofFailed):
            entries_of(bad, count)
    with pytest.raises(BadInput):
        bundle([bytes(65_536)])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 700])
def test_roots_and_proofs_from_tiles(log, entries, size: int):
    given_ = entries(0, size)
    signed = log.grow(given_)
    tiles = log.tiles()
    hashes = [merkle.leaf_hash(entry) for entry in given_]
    assert tiles.root() == merkle.root(hashes) == signed.checkpoint.root
    tiles.verify(signed.checkpoint.root)
    assert [e for n in range(-(-size // 256)) for e in tiles.entries(n)] == given_
    tree = merkle.Tree(hashes)
    for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
        assert tiles.inclusion(index) == tree.inclusion(index)
    for older in {1, 2, 128, 255, 256, 257, size - 1, size} & set(range(1, size + 1)):
        assert tiles.consistency(older) == tree.consistency(older)
        assert tiles.root(older) == tree.root(older)


def test_a_full_tile_serves_for_a_partial_one_that_was_deleted(log, entries):
    log.grow(entries(0, 300))
    early = log.signed.checkpoint
    log.grow(entries(300, 600))
    for path in [path for path in log.files if "/001.p/" in path]:
        del log.files[path]
    old = log.tiles(300)
    old.verify(early.root)
    assert old.entries(1) == entries(256, 300)
    with pytest.raises(NotFound):
        log.tiles(700).root()


def test_one_flipped_bit_is_found(log, entries):
    log.grow(entries(0, 600))
    root = log.signed.checkpoint.root
    for path in ("tile/0/002.p/88", "tile/1/000.p/2"):
        good = log.files[path]
        log.files[path] = bytes([good[0] ^ 1]) + good[1:]
        with pytest.raises(ProofFailed) as caught:
            log.tiles().verify(root)
        assert caught.value.id == "tlog.tiles_differ"
        log.files[path] = good[:-1]
        with pytest.raises(ProofFailed) as caught:
            log.tiles().verify(root)
        assert caught.value.id == "tlog.tile_damaged"
        log.files[path] = good
    log.tiles().verify(root)
    data = log.files["tile/entries/001"]
    log.files["tile/entries/001"] = data[:100] + bytes([data[100] ^ 1]) + data[101:]
    with pytest.raises(ProofFailed) as caught:
        log.tiles().entries(1)
    assert caught.value.id == "tlog.entry_differs"
    assert caught.value.arguments["index"] == 256 + 100 // 34


def test_nothing_is_read_beyond_the_size(log, entries):
    log.grow(entries(0, 300))
    tiles = Tiles(log.read, 10)
    for level, index in ((0, 10), (4, 0), (0, -1), (-1, 0)):
        with pytest.raises(BadInput):
            tiles.node(level, index)
    with pytest.raises(BadInput):
        tiles.inclusion(10)
    assert Tiles(log.read, 0).root() == merkle.EMPTY_ROOT
    with pytest.raises(BadInput):
        tlog.Tiles(log.read, -1)
