"""Merkle trees of RFC 6962: roots, proofs, and what a verifier must refuse.

Promises:
- Roots and proofs are those of RFC 6962, section 2.1 (SHA-256), and of RFC 9162, section 2.1;
  proofs over subtrees are those of draft-ietf-plants-merkle-tree-certs, section 4.
- A verifier accepts a proof of exactly the right length, made of 32-byte hashes, and nothing else:
  every other proof raises ``ProofFailed``, whatever the sizes and indices are.
- Proofs are made from perfect nodes alone (``Nodes``), wherever these are kept; a ``Tree`` keeps
  them in memory, a ``CompactRange`` keeps only what is needed to grow.

Leaves to others: what a leaf means, where hashes are kept (``tlog``, ``evidence``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from comity.errors import BadInput, ProofFailed

_sha256 = hashlib.sha256

HASH_SIZE: Final = 32
"""Bytes of a SHA-256 hash."""

EMPTY_ROOT: Final = _sha256(b"").digest()
"""The root of a tree without leaves (RFC 6962, section 2.1)."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry: SHA-256(0x00, entry) (RFC 6962, section 2.1)."""
    return _sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node: SHA-256(0x01, left, right) (RFC 6962, section 2.1)."""
    return _sha256(b"\x01" + left + right).digest()


def fold(row: bytes) -> bytes:
    """The row above a row of hashes, both concatenated; an odd last hash has no parent yet."""
    sha256 = _sha256
    whole = len(row) - len(row) % (2 * HASH_SIZE)
    return b"".join([sha256(b"\x01" + row[at : at + 64]).digest() for at in range(0, whole, 2 * HASH_SIZE)])


class Nodes(Protocol):
    """Whatever can say the hash of a perfect subtree."""

    def __call__(self, level: int, index: int, /) -> bytes:
        """The hash over leaves ``[index * 2**level, (index + 1) * 2**level)``."""
        ...


@dataclass(frozen=True, slots=True)
class CompactRange:
    """The little that a growing tree must remember: one hash for each bit set in its size.

    ``hashes`` are the roots of the perfect subtrees that make up the leaves, from the left, so
    the largest comes first.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise BadInput("merkle.not_a_range", size=self.size, count=len(self.hashes))
        if any(len(one) != HASH_SIZE for one in self.hashes):
            raise BadInput("merkle.not_a_hash")

    def extend(self, leaf_hashes: Iterable[bytes]) -> CompactRange:
        """The range after these leaves, given as leaf hashes; about one hashing a leaf."""
        sha256 = _sha256
        size = self.size
        stack = list(self.hashes)
        for leaf in leaf_hashes:
            carry = leaf
            bits = size
            while bits & 1:
                carry = sha256(b"\x01" + stack.pop() + carry).digest()
                bits >>= 1
            stack.append(carry)
            size += 1
        return CompactRange(size, tuple(stack))

    def append(self, leaf: bytes) -> CompactRange:
        """The range after one more leaf, given as its leaf hash."""
        return self.extend((leaf,))

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self.hashes:
            return EMPTY_ROOT
        *rest, root = self.hashes
        for left in reversed(rest):
            root = node_hash(left, root)
        return root


class Tree:
    """A tree in memory, over leaf hashes; it grows at its right end only.

    It holds every perfect node, about 64 bytes a leaf.
    """

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._rows: list[list[bytes]] = [[]]
        self.extend(leaf_hashes)

    def __len__(self) -> int:
        return len(self._rows[0])

    def extend(self, leaf_hashes: Iterable[bytes]) -> None:
        """Append leaves, given as leaf hashes.

        Raises:
            BadInput: one of them is not 32 bytes long; nothing is appended then.
        """
        new = list(leaf_hashes)
        if any(len(leaf) != HASH_SIZE for leaf in new):
            raise BadInput("merkle.not_a_hash")
        self._rows[0].extend(new)
        level = 0
        while len(self._rows[level]) > 1:
            row = self._rows[level]
            if level + 1 == len(self._rows):
                self._rows.append([])
            above = self._rows[level + 1]
            above.extend(node_hash(row[at], row[at + 1]) for at in range(2 * len(above), len(row) - 1, 2))
            level += 1

    def node(self, level: int, index: int, /) -> bytes:
        """The hash of one perfect subtree (see ``Nodes``).

        Raises:
            BadInput: the tree does not reach that far.
        """
        if not (0 <= level < len(self._rows) and 0 <= index < len(self._rows[level])):
            raise BadInput("merkle.no_such_node", level=level, index=index)
        return self._rows[level][index]

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves, or over all."""
        return subtree_root(self.node, 0, self._within(size))

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that leaf ``index`` is in the tree of ``size`` leaves, or in the whole."""
        return inclusion_proof(self.node, index, self._within(size))

    def consistency(self, older: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that the tree of ``size`` leaves, or the whole, extends that of ``older``."""
        return consistency_proof(self.node, older, self._within(size))

    def _within(self, size: int | None) -> int:
        if size is None:
            return len(self)
        if not 0 <= size <= len(self):
            raise BadInput("merkle.no_such_size", size=size, limit=len(self))
        return size


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """The root over leaf hashes (RFC 6962, section 2.1, MTH)."""
    return CompactRange().extend(leaf_hashes).root()


# --- making proofs ---------------------------------------------------------------------------


def subtree_root(nodes: Nodes, start: int, end: int) -> bytes:
    """The root over leaves ``[start, end)`` as a tree of their own.

    Raises:
        BadInput: the range is not a subtree (draft-ietf-plants-merkle-tree-certs, section 4.1).
    """
    if not is_subtree(start, end):
        raise BadInput("merkle.not_a_subtree", start=start, end=end)
    if start == end:
        return EMPTY_ROOT
    *rest, (level, index) = perfect_nodes(start, end)
    hash = nodes(level, index)
    for level, index in reversed(rest):
        hash = node_hash(nodes(level, index), hash)
    return hash


def inclusion_proof(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """The path from leaf ``index`` to the root over ``size`` leaves (RFC 6962, section 2.1.1).

    Raises:
        BadInput: there is no such leaf.
    """
    return subtree_inclusion_proof(nodes, index, 0, size)


def subtree_inclusion_proof(nodes: Nodes, index: int, start: int, end: int) -> tuple[bytes, ...]:
    """The path from leaf ``index`` to the root of the subtree ``[start, end)``.

    Raises:
        BadInput: the range is not a subtree, or the leaf is outside it.
    """
    if not is_subtree(start, end):
        raise BadInput("merkle.not_a_subtree", start=start, end=end)
    if not start <= index < end:
        raise BadInput("merkle.no_such_leaf", index=index, size=end - start)
    proof: list[bytes] = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(subtree_root(nodes, middle, end))
            end = middle
        else:
            proof.append(subtree_root(nodes, start, middle))
            start = middle
    return tuple(reversed(proof))


def consistency_proof(nodes: Nodes, older: int, size: int) -> tuple[bytes, ...]:
    """The proof that the tree of ``size`` leaves extends that of ``older`` (RFC 6962, 2.1.2).

    Raises:
        BadInput: ``older`` is zero (every tree extends the empty one: there is nothing to
            prove), or larger than ``size``.
    """
    if older == 0:
        raise BadInput("merkle.nothing_to_prove", size=size)
    return subtree_consistency_proof(nodes, 0, older, size)


def subtree_consistency_proof(nodes: Nodes, start: int, end: int, size: int) -> tuple[bytes, ...]:
    """The proof that the subtree ``[start, end)`` is part of the tree of ``size`` leaves.

    Source: draft-ietf-plants-merkle-tree-certs, section 4.4.1.

    Raises:
        BadInput: the range is not a subtree, or ends beyond the tree.
    """
    if not is_subtree(start, end):
        raise BadInput("merkle.not_a_subtree", start=start, end=end)
    if end > size:
        raise BadInput("merkle.no_such_size", size=end, limit=size)
    proof: list[bytes] = []
    if start == end:
        return ()
    known = True  # the verifier has the subtree's hash, until it is cut in two
    low, high = 0, size
    while (start, end) != (low, high):
        middle = low + _split(high - low)
        if end <= middle:
            proof.append(subtree_root(nodes, middle, high))
            high = middle
        elif start >= middle:
            proof.append(subtree_root(nodes, low, middle))
            low = middle
        else:  # a subtree that starts where the tree does, and ends right of its middle
            proof.append(subtree_root(nodes, low, middle))
            low = start = middle
            known = False
    if not known:
        proof.append(subtree_root(nodes, low, high))
    return tuple(reversed(proof))


# --- verifying proofs ------------------------------------------------------------------------


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf with hash ``leaf`` is number ``index`` under ``root``.

    Source: RFC 9162, section 2.1.3.2.

    Raises:
        ProofFailed: it is not shown to be.
    """
    if not 0 <= index < size:
        raise ProofFailed("merkle.leaf_outside", index=index, size=size)
    _hashes(leaf, *proof)
    bits, last = index, size - 1
    hash = leaf
    for sibling in proof:
        if last == 0:
            raise ProofFailed("merkle.proof_too_long", count=len(proof))
        if bits & 1 or bits == last:
            hash = node_hash(sibling, hash)
            while not bits & 1 and bits:
                bits >>= 1
                last >>= 1
        else:
            hash = node_hash(hash, sibling)
        bits >>= 1
        last >>= 1
    if last:
        raise ProofFailed("merkle.proof_too_short", count=len(proof))
    if hash != root:
        raise ProofFailed("merkle.not_included", index=index, size=size)


def verify_subtree_inclusion(
    leaf: bytes, index: int, proof: Sequence[bytes], root: bytes, *, start: int, end: int
) -> None:
    """Check that leaf ``index`` of the tree is under ``root``, the root of ``[start, end)``.

    Source: draft-ietf-plants-merkle-tree-certs, section 4.3.2. A subtree is a tree of its own.

    Raises:
        ProofFailed: it is not shown to be, or the range is not a subtree.
    """
    if not is_subtree(start, end):
        raise ProofFailed("merkle.proof_of_no_subtree", start=start, end=end)
    if not start <= index < end:
        raise ProofFailed("merkle.leaf_outside", index=index, size=end - start)
    verify_inclusion(leaf, index - start, end - start, proof, root)


def verify_consistency(older: int, older_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree of ``size`` leaves extends the tree of ``older`` leaves.

    Source: RFC 9162, section 2.1.4.2. Nothing can be shown of an empty tree, so ``older`` = 0
    fails: who has seen nothing yet has nothing to compare.

    Raises:
        ProofFailed: it is not shown to.
    """
    if older == 0:
        raise ProofFailed("merkle.proof_of_nothing", size=size)
    verify_subtree_consistency(older_root, size, root, proof, start=0, end=older)


def verify_subtree_consistency(
    subtree: bytes, size: int, root: bytes, proof: Sequence[bytes], *, start: int, end: int
) -> None:
    """Check that ``subtree``, the root of ``[start, end)``, is part of the tree under ``root``.

    Source: draft-ietf-plants-merkle-tree-certs, section 4.4.3. Of an empty subtree nothing is
    looked at but its own hash, as there.

    Raises:
        ProofFailed: it is not shown to be, or the range is not a subtree.
    """
    if not is_subtree(start, end):
        raise ProofFailed("merkle.proof_of_no_subtree", start=start, end=end)
    if end > size:
        raise ProofFailed("merkle.beyond_the_tree", end=end, size=size)
    if proof:
        _hashes(subtree, *proof)
    if start < end:
        inner, outer = _rebuilt(subtree, size, proof, start=start, end=end)
    elif proof:
        raise ProofFailed("merkle.proof_too_long", count=len(proof))
    else:
        inner, outer = EMPTY_ROOT, root
    if inner != subtree or outer != root:
        raise ProofFailed("merkle.not_consistent", end=end, size=size)


def is_subtree(start: int, end: int) -> bool:
    """Whether the leaves ``[start, end)`` are a subtree.

    They are when ``start`` is a multiple of the smallest power of two that is not below their
    number (draft-ietf-plants-merkle-tree-certs, section 4.1).
    """
    return 0 <= start <= end and (start == end or start % (1 << (end - start - 1).bit_length()) == 0)


def _rebuilt(
    subtree: bytes, size: int, proof: Sequence[bytes], *, start: int, end: int
) -> tuple[bytes, bytes]:
    """The roots of the subtree and of the tree as the proof has them (steps 3 to 8)."""
    first, last, top = start, end - 1, size - 1
    while first != last and (last == top or last & 1):
        first, last, top = first >> 1, last >> 1, top >> 1
    # When the subtree is not one node of the tree, its largest right part leads the proof.
    path = iter(proof if first == last else proof[1:])
    if first != last and not proof:
        raise ProofFailed("merkle.proof_too_short", count=0)
    inner = outer = subtree if first == last else proof[0]
    for sibling in path:
        if top == 0:
            raise ProofFailed("merkle.proof_too_long", count=len(proof))
        if last & 1 or last == top:
            if first < last:
                inner = node_hash(sibling, inner)
            outer = node_hash(sibling, outer)
            while not last & 1 and last:
                first, last, top = first >> 1, last >> 1, top >> 1
        else:
            outer = node_hash(outer, sibling)
        first, last, top = first >> 1, last >> 1, top >> 1
    if top:
        raise ProofFailed("merkle.proof_too_short", count=len(proof))
    return inner, outer


def _split(size: int) -> int:
    """The largest power of two below ``size`` (RFC 6962, section 2.1, k)."""
    return 1 << ((size - 1).bit_length() - 1)


def perfect_nodes(start: int, end: int) -> list[tuple[int, int]]:
    """The perfect nodes, as (level, index), that make up a subtree, from the left."""
    nodes: list[tuple[int, int]] = []
    while start < end:
        level = (end - start).bit_length() - 1
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def _hashes(*values: bytes) -> None:
    """Of other lengths, two neighbours could trade bytes and hash to the same node."""
    if any(len(value) != HASH_SIZE for value in values):
        raise ProofFailed("merkle.proof_not_of_hashes")
