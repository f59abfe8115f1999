"""A public log: a folder with a checkpoint and tiles (C2SP tlog-tiles).

Promises: the checkpoint's signature is verified with a key that the reader brings; the tree is built
from the entries, and each tile and bundle that is there (partial ones of earlier sizes too) is compared
with it. What is changed, missing or not of a log is named by its path, and nothing else is.

Leaves to others: consistency with what peers saw before (``tlog``), what the entries open to (a case file).
"""

from __future__ import annotations

from typing import Final

from comity import merkle, note, tlog
from comity.dossier.report import CONTENT_FAULTS, Part, Place, Report, Step, Subject, Verdict
from comity.dossier.source import Source
from comity.dossier.trust import Trust
from comity.errors import BadInput, NotFound, ProofFailed
from comity.messages import message
from comity.tlog.tiles import ENTRIES, HEIGHT, MAX_ENTRY, WIDTH, Tile, entries_of, parse_path, written

CHECKPOINT: Final = "checkpoint"
_TILE_LIMIT: Final = WIDTH * (MAX_ENTRY + 2)


def recognises(found: Source) -> bool:
    """Whether it is a folder with a checkpoint or tiles."""
    return found.has(CHECKPOINT) or (found.is_folder and (found.path / "tile").is_dir())


def check(found: Source, trust: Trust) -> Report:
    """Verify it."""
    return verify_log(found, trust)


def verify_log(found: Source, trust: Trust) -> Report:
    """Verify a log's checkpoint, and every tile and bundle in its folder."""
    signed, whole = Step(1, "checkpoint"), Step(2, "tiles")
    here = Part(Place.FILE, CHECKPOINT)
    try:
        checkpoint = _checkpoint(found.read(CHECKPOINT, note.MAX_SIZE), signed, trust, here)
    except CONTENT_FAULTS as error:
        signed.fault(error, here)
        return Report(Subject.LOG, (signed,))
    tree = _tree(found, checkpoint, whole, here)
    if tree is not None:
        _files(found, tree, checkpoint.size, whole)
        if whole.verdict is not Verdict.FAILED:
            told = message("dossier.log_whole", size=checkpoint.size, origin=checkpoint.origin[:80])
            whole.ok(told, here)
    return Report(Subject.LOG, (signed, whole))


def _checkpoint(data: bytes, step: Step, trust: Trust, here: Part) -> tlog.Checkpoint:
    """The checkpoint; without a key of that log it is read, and told to be unproven."""
    parsed = tlog.checkpoint.parse(note.parse(data).text)
    keys = [one for one in trust.log_keys() if one.type == note.ED25519]
    if not keys:
        step.note(message("dossier.log_key_not_given", origin=parsed.origin[:80]), here)
        return parsed
    opened = tlog.checkpoint.open(data, *keys).checkpoint
    step.ok(message("dossier.log_signed", origin=opened.origin[:80], size=opened.size), here)
    return opened


def _tree(found: Source, checkpoint: tlog.Checkpoint, step: Step, here: Part) -> merkle.Tree | None:
    """The tree that the checkpoint describes, from the entries, or else from the lowest tiles.

    Each holds the other's hashes, so a byte changed in one leaves the other to say which of them it is.
    """
    trees = [_from_below(found, checkpoint.size, level) for level in (ENTRIES, 0)]
    for tree in trees:
        if tree is not None and tree.root() == checkpoint.root:
            return tree
    if None not in trees:
        step.fault(ProofFailed("dossier.log_other_root", origin=checkpoint.origin[:80]), here)
    for tile in written(0, checkpoint.size):
        if tile.level not in {ENTRIES, 0}:
            continue
        part = Part(Place.FILE, tile.path)
        try:
            _hashes(found, tile)
        except CONTENT_FAULTS as error:
            step.fault(error, part)
    return None


def _from_below(found: Source, size: int, level: int) -> merkle.Tree | None:
    """The tree over the hashes of all entries, or of all tiles of level 0; none if one is unreadable."""
    hashes: list[bytes] = []
    for tile in written(0, size):
        if tile.level == level:
            try:
                hashes += _hashes(found, tile)
            except CONTENT_FAULTS:
                return None  # the walk over the files names it
    return merkle.Tree(hashes)


def _hashes(found: Source, tile: Tile) -> list[bytes]:
    data = found.read(tile.path, _TILE_LIMIT)
    if tile.level == ENTRIES:
        return [merkle.leaf_hash(entry) for entry in entries_of(data, tile.width)]
    if len(data) != tile.width * merkle.HASH_SIZE:
        raise ProofFailed("dossier.tile_differs", path=tile.path)
    return [data[at : at + merkle.HASH_SIZE] for at in range(0, len(data), merkle.HASH_SIZE)]


def _files(found: Source, tree: merkle.Tree, size: int, step: Step) -> None:
    """Every file against the tree, partial tiles of earlier sizes too; every file that must be there."""
    needed = {tile.path for tile in written(0, size)}
    names = [name for name in found.names() if name != CHECKPOINT]
    for name in sorted(needed - set(names)):
        step.fault(NotFound("dossier.no_such_file", path=name), Part(Place.FILE, name))
    for name in names:
        here = Part(Place.FILE, name)
        try:
            tile = parse_path(name)
            if tile.index * WIDTH + tile.width > size >> (HEIGHT * max(tile.level, 0)):
                step.note(message("dossier.tile_beyond"), here)  # written, and not yet signed for
            elif _hashes(found, tile) != _expected(tree, tile):
                raise ProofFailed("dossier.tile_differs", path=name)
        except BadInput as error:
            if error.id == "tlog.not_a_tile_path":
                step.note(message("dossier.not_of_the_log"), here)
            else:
                step.fault(error, here)
        except CONTENT_FAULTS as error:
            step.fault(error, here)


def _expected(tree: merkle.Tree, tile: Tile) -> list[bytes]:
    level, first = HEIGHT * max(tile.level, 0), tile.index * WIDTH
    return [tree.node(level, at) for at in range(first, first + tile.width)]
