"""Tiles (C2SP tlog-tiles): the log as static files that anyone can keep and check.

Promises:
- Paths and contents are those of the specification, and are read in that one spelling only.
- ``Tiles`` gives roots and proofs for one tree size from nothing but a reader of paths; a tile of
  a wrong length is refused. What it gives is only as true as the tiles are: compare the root with
  a signed checkpoint (``Tiles.verify``).

Leaves to others: where files are kept, and how they are served (``store``, ``api``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from comity import merkle
from comity.errors import BadInput, NotFound, ProofFailed

Reader = Callable[[str], bytes]
"""Gives the bytes at a path below the log's prefix; raises ``NotFound`` when there are none."""

WIDTH: Final = 256
"""Hashes, or entries, in a full tile."""

HEIGHT: Final = 8
"""Levels of the tree that a tile spans."""

MAX_ENTRY: Final = 0xFFFF
"""Bytes of an entry at most: its length stands in two bytes."""

ENTRIES: Final = -1
"""The level that stands for entry bundles."""

_MAX_LEVEL: Final = 63
_PATH: Final = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """The name of one tile: its level (``ENTRIES`` for a bundle), index, and width."""

    level: int
    index: int
    width: int = WIDTH

    def __post_init__(self) -> None:
        if not (ENTRIES <= self.level <= _MAX_LEVEL and self.index >= 0 and 1 <= self.width <= WIDTH):
            raise BadInput("tlog.no_such_tile", level=self.level, index=self.index, width=self.width)

    @property
    def path(self) -> str:
        """The path below the log's prefix, such as ``tile/0/x001/x234/067.p/8``."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        elements = f"{self.index % 1000:03}"
        rest = self.index // 1000
        while rest:
            elements = f"x{rest % 1000:03}/{elements}"
            rest //= 1000
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{elements}{partial}"

    def full(self) -> Tile:
        """The full tile that replaces this one as the log grows."""
        return Tile(self.level, self.index)


def parse_path(path: str) -> Tile:
    """Read the path of a tile or bundle, for whoever serves them.

    Raises:
        BadInput: any spelling but the one that ``Tile.path`` writes.
    """
    found = _PATH.fullmatch(path)
    if not found:
        raise BadInput("tlog.not_a_tile_path", path=path[:80])
    level, index, width = found.groups()
    number = int(index.replace("x", "").replace("/", ""))
    if width is not None and int(width) >= WIDTH:
        raise BadInput("tlog.not_a_tile_path", path=path[:80])
    tile = Tile(ENTRIES if level == "entries" else int(level), number, WIDTH if width is None else int(width))
    if tile.path != path:  # leading x000
        raise BadInput("tlog.not_a_tile_path", path=path[:80])
    return tile


def written(before: int, after: int) -> tuple[Tile, ...]:
    """The tiles and bundles that growing from ``before`` to ``after`` entries writes.

    Bundles first, then levels from the leaves up, each from the left. All of them are to be durable
    before the checkpoint of ``after`` is published.

    Raises:
        BadInput: the log would shrink.
    """
    if not 0 <= before <= after:
        raise BadInput("tlog.shrinks", before=before, after=after)
    tiles: list[Tile] = []
    for level in range(ENTRIES, _MAX_LEVEL + 1):
        bits = HEIGHT * max(level, 0)
        old, new = before >> bits, after >> bits
        if old == new:
            break
        tiles.extend(
            Tile(level, index, min(WIDTH, new - index * WIDTH))
            for index in range(old // WIDTH, -(-new // WIDTH))
        )
    return tuple(tiles)


def bundle(entries: Iterable[bytes]) -> bytes:
    """An entry bundle: each entry after its length in two bytes, big-endian.

    Raises:
        BadInput: an entry is longer than 65,535 bytes.
    """
    parts: list[bytes] = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise BadInput("tlog.entry_too_long", size=len(entry), limit=MAX_ENTRY)
        parts += (len(entry).to_bytes(2, "big"), entry)
    return b"".join(parts)


def entries_of(data: bytes, count: int) -> list[bytes]:
    """The entries of a bundle, which must be ``count``.

    Raises:
        ProofFailed: more, fewer, or one cut short.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) <= count:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data) or len(entries) != count:
        raise ProofFailed("tlog.bundle_damaged", count=count)
    return entries


class Tiles:
    """The tree of one size, read from tiles. Tiles once read are kept, with their inner nodes."""

    def __init__(self, read: Reader, size: int) -> None:
        if size < 0:
            raise BadInput("tlog.shrinks", before=0, after=size)
        self._read = read
        self._rows: dict[tuple[int, int], list[bytes]] = {}
        self.size = size

    def node(self, level: int, index: int, /) -> bytes:
        """The hash of a perfect subtree (``merkle.Nodes``).

        Raises:
            BadInput: the tree does not reach that far.
            NotFound: the tile is not there.
            ProofFailed: the tile has a wrong length.
        """
        if not (level >= 0 and index >= 0 and (index + 1) << level <= self.size):
            raise BadInput("merkle.no_such_node", level=level, index=index)
        tile_level, inner = divmod(level, HEIGHT)
        number, at = divmod(index, WIDTH >> inner)
        rows = self._tile(tile_level, number)
        while len(rows) <= inner:
            rows.append(merkle.fold(rows[-1]))
        return rows[inner][at * merkle.HASH_SIZE : (at + 1) * merkle.HASH_SIZE]

    def root(self, size: int | None = None) -> bytes:
        """The root of the tree, or of an earlier one."""
        return merkle.subtree_root(self.node, 0, self.size if size is None else size)

    def inclusion(self, index: int) -> tuple[bytes, ...]:
        """The proof that entry ``index`` is in the tree (RFC 6962, section 2.1.1)."""
        return merkle.inclusion_proof(self.node, index, self.size)

    def consistency(self, older: int) -> tuple[bytes, ...]:
        """The proof that the tree extends that of ``older`` entries (RFC 6962, section 2.1.2)."""
        return merkle.consistency_proof(self.node, older, self.size)

    def entries(self, index: int) -> list[bytes]:
        """The entries of bundle number ``index``, each checked against the leaf hash in its tile.

        Raises:
            NotFound: the bundle or its tile is not there.
            ProofFailed: the bundle is damaged, or an entry is not the one that was hashed.
        """
        tile = self._named(ENTRIES, index)
        entries = entries_of(self._load(tile), tile.width)
        for at, entry in enumerate(entries, start=index * WIDTH):
            if merkle.leaf_hash(entry) != self.node(0, at):
                raise ProofFailed("tlog.entry_differs", index=at)
        return entries

    def upper_edge(self) -> tuple[bytes, ...]:
        """The contents of the partial tiles of levels 1 and up, empty where there is none."""
        edge: list[bytes] = []
        count = self.size // WIDTH
        while count:
            full, width = divmod(count, WIDTH)
            edge.append(self._tile(len(edge) + 1, full)[0] if width else b"")
            count = full
        return tuple(edge)

    def compact(self) -> merkle.CompactRange:
        """The compact range of the tree, from which it can grow."""
        return merkle.CompactRange(
            self.size, tuple(self.node(*one) for one in merkle.perfect_nodes(0, self.size))
        )

    def verify(self, root: bytes) -> None:
        """Check the tiles at the right edge against the root of a checkpoint of this size.

        Raises:
            ProofFailed: they make another root.
        """
        if self.root() != root:
            raise ProofFailed("tlog.tiles_differ", size=self.size)

    def _named(self, level: int, index: int) -> Tile:
        width = min(WIDTH, (self.size >> (HEIGHT * max(level, 0))) - index * WIDTH)
        return Tile(level, index, width)

    def _tile(self, level: int, index: int) -> list[bytes]:
        rows = self._rows.get((level, index))
        if rows is None:
            tile = self._named(level, index)
            data = self._load(tile)
            if len(data) != tile.width * merkle.HASH_SIZE:
                raise ProofFailed("tlog.tile_damaged", path=tile.path, size=len(data))
            rows = self._rows[level, index] = [data]
        return rows

    def _load(self, tile: Tile) -> bytes:
        """A partial tile may be gone once the full one is there ("Partial Tiles")."""
        try:
            return self._read(tile.path)
        except NotFound:
            if tile.width == WIDTH:
                raise
            whole = self._read(tile.full().path)
        if tile.level == ENTRIES:
            return bundle(entries_of(whole, WIDTH)[: tile.width])
        if len(whole) != WIDTH * merkle.HASH_SIZE:
            raise ProofFailed("tlog.tile_damaged", path=tile.full().path, size=len(whole))
        return whole[: tile.width * merkle.HASH_SIZE]
