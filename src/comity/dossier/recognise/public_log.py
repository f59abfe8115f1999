"""A public log: a folder with a checkpoint and tiles (C2SP tlog-tiles).

Promises: the checkpoint's signature is verified with a key that the reader brings; the root is computed
from the entries up through every tile, and each tile and bundle that is there (partial ones of earlier
sizes too) is compared. What is changed, missing or not of a log is named by its path.

Leaves to others: consistency with what peers saw before (``tlog``), what the entries open to (a case file).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from comity import merkle, note, tlog
from comity.dossier.report import CONTENT_FAULTS, Part, Place, Report, Step, Subject
from comity.dossier.source import Source
from comity.dossier.trust import Trust
from comity.errors import BadInput, ProofFailed
from comity.messages import message
from comity.tlog.tiles import ENTRIES, HEIGHT, MAX_ENTRY, WIDTH, parse_path, written

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
    tiles = tlog.Tiles(lambda path: found.read(path, _TILE_LIMIT), checkpoint.size)
    sound = _tree(tiles, whole)
    if sound:
        try:
            tiles.verify(checkpoint.root)
            told = message("dossier.log_whole", size=checkpoint.size, origin=checkpoint.origin[:80])
            whole.ok(told, here)
        except CONTENT_FAULTS as error:
            whole.fault(error, here)
        _files(found, found.names(), tiles, whole)
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


def _tree(tiles: tlog.Tiles, step: Step) -> bool:
    """Every tile against the level below it, every bundle against its tile."""
    before = len(step.lines)
    for tile in written(0, tiles.size):
        try:
            if tile.level == ENTRIES:
                tiles.entries(tile.index)
            elif tile.level > 0:
                _tile(tiles, tile)
        except CONTENT_FAULTS as error:
            step.fault(error, Part(Place.FILE, tile.path))
    return len(step.lines) == before


def _tile(tiles: tlog.Tiles, tile: tlog.Tile) -> None:
    level = HEIGHT * tile.level
    for at in range(tile.index * WIDTH, tile.index * WIDTH + tile.width):
        below = merkle.node_hash(tiles.node(level - 1, 2 * at), tiles.node(level - 1, 2 * at + 1))
        if below != tiles.node(level, at):
            raise ProofFailed("dossier.tile_differs", path=tile.path)


def _files(found: Source, names: Iterable[str], tiles: tlog.Tiles, step: Step) -> None:
    """Whatever else lies there: tiles of earlier sizes must be beginnings of what replaced them."""
    for name in names:
        if name == CHECKPOINT:
            continue
        here = Part(Place.FILE, name)
        try:
            tile = parse_path(name)
            data = found.read(name, _TILE_LIMIT)
            count = tiles.size >> (HEIGHT * max(tile.level, 0))
            if tile.index * WIDTH + tile.width > count:
                step.note(message("dossier.tile_beyond"), here)  # written, and not yet signed for
            elif data != _expected(tiles, tile):
                raise ProofFailed("dossier.tile_differs", path=name)
        except BadInput as error:
            if error.id == "tlog.not_a_tile_path":
                step.note(message("dossier.not_of_the_log"), here)
            else:
                step.fault(error, here)
        except CONTENT_FAULTS as error:
            step.fault(error, here)


def _expected(tiles: tlog.Tiles, tile: tlog.Tile) -> bytes:
    first = tile.index * WIDTH
    if tile.level == ENTRIES:
        return tlog.tiles.bundle(tiles.entries(tile.index)[: tile.width])
    return b"".join(tiles.node(HEIGHT * tile.level, at) for at in range(first, first + tile.width))
