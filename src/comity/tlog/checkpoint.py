"""Checkpoints: what a log signs (C2SP tlog-checkpoint), and what witnesses sign beside it.

Promises:
- A checkpoint is an origin, a size and a root, in the one text that the specification gives.
- ``open`` gives a checkpoint only when the log's key signed it under the log's own name.
- A cosignature (tlog-cosignature, Ed25519) is verified together with the time that it states.

Leaves to others: whether one checkpoint follows another (``integrate``, ``merkle``), and which
witnesses are enough (``policy``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from comity import merkle, note
from comity.errors import BadInput, ProofFailed
from comity.wire import b64, unb64

MAX_TREE: Final = 2**63 - 1
"""Largest tree size that is read: what other implementations can hold."""

_SIZE: Final = re.compile("0|[1-9][0-9]{0,18}")
_STAMP: Final = 8  # bytes of the time before a cosignature
_LATEST: Final = 253402300799  # 9999-12-31T23:59:59Z: a time that no calendar here can hold is no time


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's tree at one size. ``extensions`` are other logs' opaque lines; ours has none."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The note text (tlog-checkpoint, "Note text").

        Raises:
            BadInput: a part that the text cannot carry.
        """
        lines = (self.origin, *self.extensions)
        if (
            any(not line or "\n" in line for line in lines)
            or not 0 <= self.size <= MAX_TREE
            or len(self.root) != merkle.HASH_SIZE
        ):
            raise BadInput("tlog.not_a_checkpoint")
        return "\n".join([self.origin, str(self.size), b64(self.root), *self.extensions, ""])


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint whose log signature was verified, and the note that it came in."""

    checkpoint: Checkpoint
    note: note.Note

    def encode(self) -> bytes:
        """The bytes of the signed note, as served at ``<prefix>/checkpoint``."""
        return self.note.encode()


def parse(text: str) -> Checkpoint:
    """Read a checkpoint's text; nothing is verified by that.

    Raises:
        BadInput: another shape, a size with leading zeroes or beyond 2^63 - 1, a root that is not
            32 bytes, or an empty line.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):  # noqa: PLR2004 - three lines and an end
        raise BadInput("tlog.not_a_checkpoint")
    origin, size, root, *extensions = lines[:-1]
    if not _SIZE.fullmatch(size) or int(size) > MAX_TREE:
        raise BadInput("tlog.not_a_checkpoint")
    raw = unb64(root)
    if len(raw) != merkle.HASH_SIZE:
        raise BadInput("tlog.not_a_checkpoint")
    return Checkpoint(origin, int(size), raw, tuple(extensions))


def sign(checkpoint: Checkpoint, vkey: note.Vkey, signer: note.Signer) -> Signed:
    """Sign a checkpoint as the log. Whether it *may* be signed is asked by ``integrate``.

    Raises:
        BadInput: the key's name is not the origin.
        ProofFailed: what was signed does not verify.
    """
    if vkey.name != checkpoint.origin:
        raise BadInput("tlog.another_origin", origin=checkpoint.origin, name=vkey.name)
    text = checkpoint.text()
    return Signed(checkpoint, note.Note(text, (note.sign(text, vkey, signer),)))


def open(data: bytes, *logs: note.Vkey) -> Signed:
    """Read a checkpoint and verify that a known log signed it, under its own name.

    Several keys may have one name: a log that changes its key.

    Raises:
        BadInput: not a signed note, not a checkpoint.
        ProofFailed: no known log signed it, or it speaks of another log.
    """
    signed = note.parse(data)
    by = note.verify(signed, logs)
    checkpoint = parse(signed.text)
    if all(vkey.name != checkpoint.origin for vkey in by):
        raise ProofFailed("tlog.checkpoint_of_another", origin=checkpoint.origin[:80], name=by[0].name)
    return Signed(checkpoint, signed)


def cosign(signed: Signed, witness: note.Vkey, signer: note.Signer, at: datetime) -> note.Signature:
    """Sign as a witness: "at this time, this was the largest consistent tree that I saw".

    The witness has verified consistency with what it saw before; this only signs.

    Raises:
        BadInput: the key is not a witness's (type 4).
        ProofFailed: what was signed does not verify.
    """
    if witness.type != note.COSIGNATURE:
        raise BadInput("note.key_type", name=witness.name, type=witness.type)
    stamp = int(at.timestamp())
    value = note.signed(_cosigned(signed.note.text, stamp), witness, signer)
    return note.Signature(witness.name, witness.id, stamp.to_bytes(_STAMP, "big") + value)


def witnessed(signed: Signed, witness: note.Vkey) -> datetime | None:
    """When this witness says to have seen the checkpoint; ``None`` when it did not cosign.

    Of several cosignatures of one witness the earliest time is given; all must verify.

    Raises:
        ProofFailed: a cosignature that says to be of this witness is wrong.
        BadInput: the key is not a witness's (type 4).
    """
    if witness.type != note.COSIGNATURE:
        raise BadInput("note.key_type", name=witness.name, type=witness.type)
    times: list[int] = []
    for value in signed.note.of(witness):
        stamp = int.from_bytes(value[:_STAMP], "big")
        message = _cosigned(signed.note.text, stamp)
        if stamp > _LATEST or not witness.check(message, value[_STAMP:]):
            raise ProofFailed("note.signature_wrong", name=witness.name)
        times.append(stamp)
    return datetime.fromtimestamp(min(times), UTC) if times else None


def witnesses(signed: Signed, known: Iterable[note.Vkey]) -> dict[note.Vkey, datetime]:
    """Those of the known witnesses that cosigned, each with its time.

    Raises:
        ProofFailed: a cosignature that says to be of a known witness is wrong.
    """
    found = {one: witnessed(signed, one) for one in known}
    return {one: at for one, at in found.items() if at is not None}


def _cosigned(text: str, stamp: int) -> bytes:
    """The message of an Ed25519 cosignature (tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {stamp}\n{text}".encode()
