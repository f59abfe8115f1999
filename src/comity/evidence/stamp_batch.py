"""One time-stamp over many statements: a tree over them is stamped, and each carries its place in it.

Promises: the stamped bytes are the root (32 bytes) of an RFC 6962 tree; a leaf is a 32-byte random salt and
the statement, so a place tells nothing of what else was stamped with it, not even to one who guesses it; and
the tree is filled up to a power of two, so that of their number it tells only that they are no more. A place
is written as lines that a shell can follow, in one way only.

Leaves to others: the token over the root (``timestamp``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from comity import merkle
from comity.errors import BadInput
from comity.evidence.chunks import SALT_SIZE

LEAST: Final = 64
"""Leaves of the smallest tree."""

MOST: Final = 4096
"""Statements that are stamped at once."""

PLACE_LIMIT: Final = 8192
"""Bytes of a place."""

_PLACE: Final = re.compile(rb"salt [0-9a-f]{64}\n(?:(?:left|right) [0-9a-f]{64}\n){0,40}")


def batch(statements: Sequence[bytes], entropy: Callable[[int], bytes]) -> tuple[bytes, tuple[bytes, ...]]:
    """The root over some statements, and the place of each under it.

    Raises:
        BadInput: none, or more than ``MOST``.
    """
    if not 0 < len(statements) <= MOST:
        raise BadInput("evidence.batch_size", count=len(statements), limit=MOST)
    salts = [entropy(SALT_SIZE) for _ in statements]
    leaves = [merkle.leaf_hash(salt + one) for salt, one in zip(salts, statements, strict=True)]
    size = max(LEAST, 1 << (len(leaves) - 1).bit_length())
    filled = [*leaves, *(entropy(SALT_SIZE) for _ in range(size - len(leaves)))]
    # By their hashes, which the salts make random: where a statement came in the batch is not told either.
    ordered = sorted(range(size), key=lambda at: filled[at])
    tree = merkle.Tree(filled[at] for at in ordered)
    place_of = {at: number for number, at in enumerate(ordered)}
    places = (_written(salt, place_of[at], tree) for at, salt in enumerate(salts))
    return tree.root(), tuple(places)


def root_at(place: bytes, statement: bytes) -> bytes:
    """The root that a statement at this place belongs to: what the token is over.

    Raises:
        BadInput: it is no place.
    """
    if len(place) > PLACE_LIMIT or not _PLACE.fullmatch(place):
        raise BadInput("evidence.not_a_place")
    first, *steps = place.decode("ascii").splitlines()
    value = merkle.leaf_hash(bytes.fromhex(first.partition(" ")[2]) + statement)
    for step in steps:
        side, _, text = step.partition(" ")
        other = bytes.fromhex(text)
        value = merkle.node_hash(other, value) if side == "left" else merkle.node_hash(value, other)
    return value


def _written(salt: bytes, number: int, tree: merkle.Tree) -> bytes:
    """The place of a leaf: its salt, then from the leaf up what stands on which side (RFC 9162, 2.1.3.2)."""
    lines = [f"salt {salt.hex()}"]
    bits, last = number, len(tree) - 1
    for sibling in tree.inclusion(number):
        left = bool(bits & 1 or bits == last)
        lines.append(f"{'left' if left else 'right'} {sibling.hex()}")
        while left and not bits & 1 and bits:
            bits >>= 1
            last >>= 1
        bits >>= 1
        last >>= 1
    return "".join(line + "\n" for line in lines).encode("ascii")
