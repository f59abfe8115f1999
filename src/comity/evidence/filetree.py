"""A tree over the files of an exhibit, for showing that some files are of it, and nothing else.

Promises: each file is a leaf under a salt of its own; the leaves stand in the order of their hashes, and are
filled up to a power of two with leaves that look the same. So who sees the root and the proof of some files
learns those files, and of the rest only between which two powers of two the number of all lies: no name, no
digest, no place in an order of names, not even whether a file that he knows was there. One proof shows any
number of files.

Leaves to others: where the secret is kept, who signs the root (``selection``, ``seal``).
"""

from __future__ import annotations

import hmac
from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Final

from pydantic import Field

from comity import merkle
from comity.errors import BadInput, ProofFailed
from comity.evidence.chunks import SALT_SIZE, SECRET_SIZE
from comity.evidence.index import ENTRIES, Entry, Index
from comity.evidence.names import Digest
from comity.merkle import HASH_SIZE
from comity.wire import Model, dump_bytes, encode_rows

LEAST: Final = 64
"""Leaves at least: of a smaller exhibit is told that it has no more files."""

MOST: Final = 2**24
"""Leaves at most, in a proof that is looked at."""

_STRETCH: Final = 1024 * 1024
"""Bytes of a row that are folded at once."""

_FILE: Final = b"comity/file-salt/v1\x00"
_FILLER: Final = b"comity/file-filler/v1\x00"


class FileRecord(Model):
    """What a leaf says of a file; ``index.Entry`` has it, with the place in the stream."""

    path: str
    size: int = Field(ge=0)
    sha256: Digest
    found_as: str | None


class Placed(Model):
    """Where a shown file's leaf stands in the tree, and the salt that opens it, in hexadecimal."""

    place: int = Field(ge=0)
    salt: Digest


class FileProof(Model):
    """Shows some files. ``files``: in the order in which they are given; ``nodes``: from the leaves up."""

    leaves: int = Field(ge=LEAST, le=MOST)
    files: tuple[Placed, ...] = Field(min_length=1)
    nodes: tuple[Digest, ...]


class FileTree:
    """The tree over all files of an index, for who has the exhibit's secret."""

    def __init__(self, index: Index, secret: bytes) -> None:
        self._secret = secret
        self._place = array("I", bytes(4 * len(index.files)))
        self._leaves = bytearray()
        numbered = (leaf + number.to_bytes(4, "big") for number, leaf in enumerate(_leaves(index, secret)))
        for place, row in enumerate(_in_order(numbered, HASH_SIZE + 4)):
            self._leaves += row[:HASH_SIZE]
            number = int.from_bytes(row[HASH_SIZE:], "big")
            if number < len(self._place):
                self._place[number] = place

    def __len__(self) -> int:
        return len(self._leaves) // HASH_SIZE

    @property
    def root(self) -> bytes:
        """The root, which a statement of the seal holds."""
        return next(bytes(row) for row in self._rows() if len(row) == HASH_SIZE)

    def prove(self, numbers: Sequence[int]) -> FileProof:
        """Show the files of these numbers (places in the index), in this order.

        Raises:
            BadInput: none, one that is not there, or one twice.
        """
        within = range(len(self._place))
        if not numbers or len(set(numbers)) != len(numbers) or not all(n in within for n in numbers):
            raise BadInput("evidence.no_such_files")
        known = sorted(self._place[number] for number in numbers)
        nodes: list[str] = []
        for row in self._rows():
            if len(row) > HASH_SIZE:
                nodes.extend(row[at * HASH_SIZE : (at + 1) * HASH_SIZE].hex() for at in _beside(known))
                known = _above(known)
        placed = tuple(
            Placed(place=self._place[n], salt=_derive(self._secret, _FILE, n).hex()) for n in numbers
        )
        return FileProof(leaves=len(self), files=placed, nodes=tuple(nodes))

    def _rows(self) -> Iterator[bytearray]:
        """The rows of the tree from the leaves to the root. They are worked out anew: kept is the first."""
        row = self._leaves
        yield row
        while len(row) > HASH_SIZE:
            above = bytearray()
            for at in range(0, len(row), _STRETCH):
                above += merkle.fold(bytes(row[at : at + _STRETCH]))
            row = above
            yield row


def files_root(index: Index, secret: bytes) -> bytes:
    """The root of ``FileTree``, without keeping the tree."""
    return merkle.root(_in_order(_leaves(index, secret), HASH_SIZE))


def leaf_count(files: int) -> int:
    """Leaves of the tree of an exhibit with so many files: all that a proof tells of their number."""
    return max(LEAST, 1 << (files - 1).bit_length())


def verify_files(entries: Sequence[Entry], proof: FileProof, root: bytes) -> None:
    """Check that these are files of the exhibit whose tree has this root; where they stand is not looked at.

    Raises:
        ProofFailed: ``evidence.files_wrong``: one is not, or the proof is not one of exactly these.
    """
    places = [one.place for one in proof.files]
    fits = (
        len(entries) == len(places) == len(set(places))
        and proof.leaves.bit_count() == 1
        and max(places) < proof.leaves
    )
    if not fits:
        raise ProofFailed("evidence.files_wrong", files=len(entries))
    row = {
        one.place: file_leaf(bytes.fromhex(one.salt), entry)
        for one, entry in zip(proof.files, entries, strict=True)
    }
    given = iter(proof.nodes)
    for _ in range((proof.leaves - 1).bit_length()):
        known = sorted(row)
        for place in _beside(known):
            node = next(given, None)
            if node is None:
                raise ProofFailed("evidence.files_wrong", files=len(entries))
            row[place] = bytes.fromhex(node)
        row = {place: merkle.node_hash(row[2 * place], row[2 * place + 1]) for place in _above(known)}
    if next(given, None) is not None or row != {0: root}:
        raise ProofFailed("evidence.files_wrong", files=len(entries))


def file_leaf(salt: bytes, entry: Entry) -> bytes:
    """The leaf of a file. A salt has one length, so that no filler can be opened as a file."""
    record = FileRecord.made(path=entry.path, size=entry.size, sha256=entry.sha256, found_as=entry.found_as)
    if len(salt) != SALT_SIZE:
        raise BadInput("evidence.secret_size", size=len(salt), wanted=SALT_SIZE)
    return merkle.leaf_hash(salt + dump_bytes(record))


def _leaves(index: Index, secret: bytes) -> Iterator[bytes]:
    if len(secret) != SECRET_SIZE:
        raise BadInput("evidence.secret_size", size=len(secret), wanted=SECRET_SIZE)
    number = 0
    for rows in ENTRIES.members(index.files):
        for row in rows:
            del row["offset"]  # what is left is a ``FileRecord``
            yield merkle.leaf_hash(_derive(secret, _FILE, number) + encode_rows([row])[1:-1])
            number += 1
    for number in range(len(index.files), leaf_count(len(index.files))):
        yield merkle.leaf_hash(_derive(secret, _FILLER, number))


def _in_order(rows: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Hashes in order, with what is behind each, ``size`` bytes in all; without an object for each of all."""
    parts = [bytearray() for _ in range(256)]
    for row in rows:
        parts[row[0]] += row
    for part in parts:
        whole = bytes(part)
        part.clear()
        yield from sorted(whole[at : at + size] for at in range(0, len(whole), size))


def _derive(secret: bytes, label: bytes, number: int) -> bytes:
    return hmac.digest(secret, label + number.to_bytes(8, "big"), sha256)


def _beside(known: Iterable[int]) -> list[int]:
    """The places of a row that are not known, and stand beside one that is; from the left."""
    here = set(known)
    return sorted(place ^ 1 for place in here if place ^ 1 not in here)


def _above(known: Iterable[int]) -> list[int]:
    return sorted({place // 2 for place in known})
