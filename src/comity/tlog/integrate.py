"""Growing the log: a batch of entries becomes tiles, a root, and at last a signed checkpoint.

Promises:
- The root of every batch is computed by two routes that share no intermediate value: from the
  entries as handed in, over the compact range; and from the very bytes that are to be written, over
  the tiles. Where they differ (a bit that flipped in memory), nothing is given out.
- ``sign`` refuses a tree that is smaller than, or does not extend, the last checkpoint signed, also
  when the log was restored from a backup. It never signs "the first" checkpoint of a log that has entries.
- The order of a batch tells nothing (``mix``), nor does its number (``pad``).

Leaves to others: writing tiles before the checkpoint, and keeping the last signed checkpoint outside
backups (``store``, ``app``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity import merkle, note
from comity.errors import BadInput, Conflict, ProofFailed
from comity.tlog import checkpoint as checkpoints
from comity.tlog.checkpoint import Checkpoint, Signed
from comity.tlog.tiles import ENTRIES, WIDTH, Reader, Tile, Tiles, bundle, entries_of

_TILE: Final = WIDTH * merkle.HASH_SIZE


@dataclass(frozen=True, slots=True)
class Frontier:
    """What must be known of a log to grow it: its compact range and its partial tiles.

    At most 8 KiB a level of tiles, and one bundle. ``Frontier()`` is the empty log.
    """

    range: merkle.CompactRange = field(default_factory=merkle.CompactRange)
    tail: bytes = b""
    """The partial entry bundle; empty when the size is a multiple of 256."""
    upper: tuple[bytes, ...] = ()
    """The partial tiles of levels 1 and up."""

    @property
    def size(self) -> int:
        return self.range.size


@dataclass(frozen=True, slots=True)
class Growth:
    """A batch, integrated: what to write, and the frontier and root that stand afterwards."""

    before: Frontier
    entries: tuple[bytes, ...]
    frontier: Frontier
    root: bytes
    writes: tuple[tuple[Tile, bytes], ...]

    @property
    def size(self) -> int:
        return self.frontier.size

    def root_at(self, size: int) -> bytes:
        """The root at a size from before the batch to after it."""
        return self.before.range.extend(
            merkle.leaf_hash(entry) for entry in self.entries[: size - self.before.size]
        ).root()


def load(read: Reader, checkpoint: Checkpoint) -> Frontier:
    """The frontier of the log that a checkpoint describes, from its tiles.

    Raises:
        NotFound: a tile of the right edge is not there.
        ProofFailed: the tiles, or the last bundle, are not what the checkpoint says.
    """
    tiles = Tiles(read, checkpoint.size)
    tiles.verify(checkpoint.root)
    full, rest = divmod(checkpoint.size, WIDTH)
    tail = bundle(tiles.entries(full)) if rest else b""
    return Frontier(tiles.compact(), tail, tiles.upper_edge())


def integrate(frontier: Frontier, entries: Sequence[bytes]) -> Growth:
    """Append a batch; costs some five hashings an entry, whatever the size of the log.

    Raises:
        ProofFailed: the two routes give two roots; this machine cannot be trusted now.
        BadInput: an entry is longer than 65,535 bytes.
    """
    batch = tuple(entries)
    grown = frontier.range.extend([merkle.leaf_hash(entry) for entry in batch])
    root = grown.root()
    writes, tail, upper = _tiles(frontier, batch)
    if _root_of(tail, upper, grown.size % WIDTH) != root:
        raise ProofFailed("tlog.routes_differ", size=grown.size)
    return Growth(frontier, batch, Frontier(grown, tail, upper), root, writes)


def sign(
    growth: Growth,
    vkey: note.Vkey,
    signer: note.Signer,
    last: Checkpoint | None,
    proof: Sequence[bytes] = (),
) -> Signed:
    """Sign the checkpoint of a growth, after everything that was ever signed.

    Args:
        growth: the batch.
        vkey: the log's key, named as the log.
        signer: what signs with it.
        last: the last checkpoint that the log signed, from outside all backups; ``None`` only for
            a log that never signed any.
        proof: where ``last`` is older than what the batch grew from: the consistency proof from
            ``last`` to there (``Tiles.consistency``).

    Raises:
        Conflict: the tree is smaller than the last signed, or another one; or there is no last
            signed checkpoint, and yet entries.
        ProofFailed: the consistency proof does not hold, or what was signed does not verify.
        BadInput: the last checkpoint is another log's.
    """
    refuse_fork(growth, vkey, last, proof)
    return checkpoints.sign(Checkpoint(vkey.name, growth.size, growth.root), vkey, signer)


def refuse_fork(
    growth: Growth, vkey: note.Vkey, last: Checkpoint | None, proof: Sequence[bytes] = ()
) -> None:
    """What ``sign`` asks before it signs: whether the growth comes after everything that was ever signed.

    Raises:
        Conflict, ProofFailed, BadInput: as ``sign``.
    """
    before = growth.before.size
    if last is None:
        if before:
            raise Conflict("tlog.last_signed_unknown", size=before)
    elif last.origin != vkey.name:
        raise BadInput("tlog.another_origin", origin=last.origin, name=vkey.name)
    elif last.size > growth.size:
        raise Conflict("tlog.smaller_than_signed", size=growth.size, signed=last.size)
    elif last.size >= before:
        if growth.root_at(last.size) != last.root:
            raise Conflict("tlog.other_than_signed", signed=last.size)
    elif last.size:
        merkle.verify_consistency(last.size, last.root, before, growth.before.range.root(), proof)
    elif last.root != merkle.EMPTY_ROOT:
        raise Conflict("tlog.other_than_signed", signed=last.size)


def pad(count: int, multiple: int) -> int:
    """How many dummies to add to ``count`` entries, to reach a multiple; none makes a whole one.

    Raises:
        BadInput: the multiple is below 1, or the count below 0.
    """
    if multiple < 1 or count < 0:
        raise BadInput("tlog.cannot_pad", count=count, multiple=multiple)
    return -count % multiple or (0 if count else multiple)


def mix(leaves: Iterable[bytes]) -> tuple[bytes, ...]:
    """A batch of salted leaves in an order that tells nothing: that of their bytes.

    Leaves are uniformly random to whoever has not their openings, and so is their order; the same
    batch is in the same order when it is tried again.
    """
    return tuple(sorted(leaves))


def _tiles(
    frontier: Frontier, batch: tuple[bytes, ...]
) -> tuple[tuple[tuple[Tile, bytes], ...], bytes, tuple[bytes, ...]]:
    """What to write; the new partial bundle; the new partial tiles of levels 1 and up.

    Level 0 is hashed from the bundles' bytes, those of the old partial bundle included.
    """
    if not batch:
        return (), frontier.tail, frontier.upper
    bundles: list[tuple[Tile, bytes]] = []
    levels: list[tuple[Tile, bytes]] = []
    index, held = divmod(frontier.size, WIDTH)
    tail = frontier.tail
    full: list[bytes] = []
    at = 0
    while at < len(batch):
        taken = batch[at : at + WIDTH - held]
        at += len(taken)
        width = held + len(taken)
        data = tail + bundle(taken)
        row = b"".join([merkle.leaf_hash(entry) for entry in entries_of(data, width)])
        bundles.append((Tile(ENTRIES, index, width), data))
        levels.append((Tile(0, index, width), row))
        if width == WIDTH:
            full.append(_root_of_full(row))
            tail, held, index = b"", 0, index + 1
        else:
            tail = data
    upper = list(frontier.upper)
    level, count = 1, frontier.size // WIDTH
    while full:
        if level > len(upper):
            upper.append(b"")
        row = upper[level - 1] + b"".join(full)
        first = count // WIDTH
        parts = [row[start : start + _TILE] for start in range(0, len(row), _TILE)]
        levels.extend(
            (Tile(level, first + number, len(part) // merkle.HASH_SIZE), part)
            for number, part in enumerate(parts)
        )
        upper[level - 1] = parts[-1] if len(parts[-1]) < _TILE else b""
        full = [_root_of_full(part) for part in parts if len(part) == _TILE]
        level, count = level + 1, first
    return (*bundles, *levels), tail, tuple(upper)


def _root_of_full(row: bytes) -> bytes:
    while len(row) > merkle.HASH_SIZE:
        row = merkle.fold(row)
    return row


def _root_of(tail: bytes, upper: tuple[bytes, ...], held: int) -> bytes:
    """The root over the partial tiles, from the smallest perfect subtree to the largest."""
    lowest = b"".join([merkle.leaf_hash(entry) for entry in entries_of(tail, held)])
    root = b""
    for row in (lowest, *upper):
        rest = row
        while rest:
            count = len(rest) // merkle.HASH_SIZE
            size = (count & -count) * merkle.HASH_SIZE
            hash = _root_of_full(rest[-size:])
            root = merkle.node_hash(hash, root) if root else hash
            rest = rest[:-size]
    return root or merkle.EMPTY_ROOT
