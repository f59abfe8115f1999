"""A proof of logging that verifies offline, in one file (C2SP tlog-proof).

Promises: the file is read in one spelling only; ``verify`` accepts it when a trusted log signed the
checkpoint, the policy's witnesses cosigned it, and the entry is where the proof says it is.

Leaves to others: what the entry is (``event``). The extra data of a file is nobody's word: it is
carried, and not believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from comity import merkle, note
from comity.errors import BadInput
from comity.tlog import checkpoint as checkpoints
from comity.tlog.checkpoint import MAX_TREE, Checkpoint, Signed
from comity.tlog.policy import Policy
from comity.tlog.tiles import Tiles
from comity.wire import b64, unb64

HEADER: Final = "c2sp.org/tlog-proof@v1"
MAX_SIZE: Final = note.MAX_SIZE + 65_536
"""Bytes of a proof file that are read at most."""

_INDEX: Final = re.compile("index (0|[1-9][0-9]{0,18})")
_MAX_HASHES: Final = 63
"""Hashes on the path through the largest tree that is read."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The parts of a proof file; nothing is verified by having them."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    """The signed note, as it was published."""
    extra: bytes | None = None

    def encode(self) -> bytes:
        """The file (extension ``.tlog-proof``).

        Raises:
            BadInput: a part that the file cannot carry.
        """
        if not 0 <= self.index < MAX_TREE or len(self.hashes) > _MAX_HASHES:
            raise BadInput("tlog.not_a_proof")
        if any(len(hash) != merkle.HASH_SIZE for hash in self.hashes):
            raise BadInput("tlog.not_a_proof")
        checkpoints.parse(note.parse(self.checkpoint).text)
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {b64(self.extra)}")
        lines += [f"index {self.index}", *map(b64, self.hashes), "", ""]
        return "\n".join(lines).encode() + self.checkpoint


@dataclass(frozen=True, slots=True)
class Proven:
    """What a verified proof shows: where the entry is, in which log, and who saw that when."""

    index: int
    checkpoint: Checkpoint
    witnesses: dict[str, datetime] = field(default_factory=dict)
    """Times stated by those witnesses of the policy that cosigned, by the policy's names."""


def make(tiles: Tiles, index: int, signed: Signed, extra: bytes | None = None) -> Proof:
    """Make the proof for entry ``index`` under a checkpoint of the size that ``tiles`` has.

    Raises:
        BadInput: no such entry, or tiles and checkpoint are of two sizes.
        NotFound, ProofFailed: tiles that are missing, damaged or of another log.
    """
    if signed.checkpoint.size != tiles.size:
        raise BadInput("merkle.no_such_size", size=signed.checkpoint.size, limit=tiles.size)
    hashes = tiles.inclusion(index)
    merkle.verify_inclusion(
        tiles.node(0, index), index, tiles.size, hashes, signed.checkpoint.root
    )  # a proof that does not verify must not leave the house
    return Proof(index, hashes, signed.encode(), extra)


def parse(data: bytes) -> Proof:
    """Read a proof file.

    Raises:
        BadInput: any other shape or spelling; too long.
    """
    if len(data) > MAX_SIZE:
        raise BadInput("note.too_long", size=len(data), limit=MAX_SIZE)
    head, empty, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii", errors="strict").split("\n")
    except UnicodeDecodeError as error:
        raise BadInput("tlog.not_a_proof") from error
    if not empty or lines.pop(0) != HEADER or not lines:
        raise BadInput("tlog.not_a_proof")
    extra = unb64(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else None
    found = _INDEX.fullmatch(lines.pop(0)) if lines else None
    if not found or int(found[1]) >= MAX_TREE or len(lines) > _MAX_HASHES:
        raise BadInput("tlog.not_a_proof")
    hashes = tuple(unb64(line) for line in lines)
    if any(len(hash) != merkle.HASH_SIZE for hash in hashes):
        raise BadInput("tlog.not_a_proof")
    checkpoints.parse(note.parse(checkpoint).text)
    return Proof(int(found[1]), hashes, checkpoint, extra)


def verify(proof: Proof, entry: bytes, trusted: note.Vkey | Policy) -> Proven:
    """Check that a trusted log holds this entry, by what stands in the proof alone.

    Args:
        proof: the file, read.
        entry: the log entry (for our logs: the 32 bytes of ``event.leaf``).
        trusted: a policy, or one log's key where no witness is asked for.

    Raises:
        ProofFailed: the checkpoint is not accepted, or the entry is not shown to be there.
        BadInput: the checkpoint cannot be read.
    """
    if isinstance(trusted, Policy):
        signed, witnesses = trusted.open(proof.checkpoint)
    else:
        signed, witnesses = checkpoints.open(proof.checkpoint, trusted), {}
    verify_under(proof.index, proof.hashes, entry, signed.checkpoint)
    return Proven(proof.index, signed.checkpoint, witnesses)


def verify_under(index: int, hashes: Sequence[bytes], entry: bytes, checkpoint: Checkpoint) -> None:
    """Check an inclusion proof against a checkpoint that is trusted already.

    Raises:
        ProofFailed: the entry is not shown to be there.
    """
    merkle.verify_inclusion(merkle.leaf_hash(entry), index, checkpoint.size, hashes, checkpoint.root)
