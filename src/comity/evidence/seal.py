"""The seal statement: what an exhibit is, said once and signed where it was taken in.

Promises: the statement binds the payload (digest, size, trees, manifest) and the circumstances of
intake. It says nothing of any ciphertext, so it is the same for both States and for ever. It is
DSSE-signed by one node key.

Leaves to others: the signing key (a function that signs), and the time-stamp over it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal

from pydantic import Field

from comity import dsse
from comity.clock import read_instant, write_instant
from comity.dsse import Envelope
from comity.errors import ProofFailed
from comity.evidence.chunks import CHUNK_SIZE
from comity.evidence.index import Index, digest_of, index_text, manifest_text
from comity.evidence.intake import Taken
from comity.evidence.names import Alias, CaseId, Digest, ExhibitId, Instant, Line
from comity.wire import Model, Version1, build, dump_bytes, parse

SEAL_TYPE: Final = "application/vnd.comity.seal.v1+json"
STATEMENT_LIMIT: Final = 64 * 1024


class SealStatement(Model):
    """Version 1. Digests and roots are SHA-256 in hexadecimal; sizes are bytes."""

    v: Version1
    exhibit: ExhibitId
    case: CaseId
    taken_at: Instant
    taken_by: Alias
    source: Line
    files: int = Field(ge=1)
    size: int = Field(ge=0)
    sha256: Digest
    chunk_size: Literal[1048576]
    chunk_root: Digest
    salted_root: Digest
    files_root: Digest
    manifest_sha256: Digest
    index_sha256: Digest


def make_statement(
    taken: Taken, *, exhibit: str, case: str, taken_at: datetime, taken_by: str, source: str
) -> SealStatement:
    """The statement over what was taken in. ``source`` says in a line where it came from.

    Raises:
        BadInput: a name that is not spelled as ``names`` has it.
    """
    members = {
        "v": 1,
        "exhibit": exhibit,
        "case": case,
        "taken_at": write_instant(taken_at),
        "taken_by": taken_by,
        "source": source,
        "files": len(taken.index.files),
        "size": taken.index.size,
        "sha256": taken.sha256,
        "chunk_size": CHUNK_SIZE,
        "chunk_root": taken.chunk_root,
        "salted_root": taken.salted_root,
        "files_root": taken.files_root,
        "manifest_sha256": taken.manifest_sha256,
        "index_sha256": taken.index_sha256,
    }
    return build(SealStatement, members)


def sign_statement(statement: SealStatement, public: bytes, sign: Callable[[bytes], bytes]) -> Envelope:
    """Sign it with a node's Ed25519 key: ``public`` raw, ``sign`` gets the PAE's bytes."""
    return dsse.sign(SEAL_TYPE, dump_bytes(statement), dsse.key_id("ed25519", public), sign)


def read_statement(envelope: Envelope) -> SealStatement:
    """Read a statement without proving it.

    Raises:
        BadInput: not a statement of version 1, or an instant that does not exist.
        ProofFailed: an envelope of another type.
    """
    if envelope.payloadType != SEAL_TYPE:
        raise ProofFailed("dsse.other_type", wanted=SEAL_TYPE, found=envelope.payloadType)
    statement = parse(SealStatement, envelope.body, limit=STATEMENT_LIMIT)
    read_instant(statement.taken_at)
    return statement


def verify_statement(envelope: Envelope, public: bytes) -> SealStatement:
    """Prove that one key signed it, and read it.

    Raises:
        ProofFailed: another type or signer, or a wrong signature. BadInput: as ``read_statement``.
    """
    dsse.verify_one(envelope, SEAL_TYPE, public)
    return read_statement(envelope)


def prove_index(statement: SealStatement, index: Index) -> None:
    """Prove that this is the index with which the exhibit was sealed, and its manifest with it.

    Raises:
        ProofFailed: ``evidence.index_wrong``.
    """
    whole = (
        statement.index_sha256 == digest_of(index_text(index))
        and statement.manifest_sha256 == digest_of(manifest_text(index))
        and statement.files == len(index.files)
        and statement.size == index.size
    )
    if not whole:
        raise ProofFailed("evidence.index_wrong", exhibit=statement.exhibit)
