"""A part of an exhibit: chosen files that prove to be files of what was sealed at intake.

Promises: at intake the root over the exhibit's files (``filetree``) is signed in a statement of its own, so
that it can be shown without the seal statement, whose plain digests would let who guesses the rest confirm
it. A selection is signed: from what, by whom, on which criteria and why; what was left out, by number, bytes
and reason, stays at home behind a salted digest, and can be shown to a court. Who has the part, the three
statements and the proof can prove that each file of the part, and no other byte, was sealed at intake.

Leaves to others: choosing (``criteria``), sealing the part (``intake``, ``seal``), who may select (``app``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from pydantic import Field

from comity import dsse
from comity.clock import read_instant
from comity.dsse import Envelope
from comity.errors import ProofFailed
from comity.evidence.criteria import Criteria, LeftOver, Pattern
from comity.evidence.filetree import LEAST, MOST, FileProof, FileTree, verify_files
from comity.evidence.index import Index
from comity.evidence.names import Alias, CaseId, Digest, ExhibitId, Instant, Line
from comity.evidence.seal import SealStatement
from comity.wire import Model, Version1, digest, dump_bytes, parse

ROOT_TYPE: Final = "application/vnd.comity.files-root.v1+json"
SELECTION_TYPE: Final = "application/vnd.comity.selection.v1+json"
PART_LIMIT: Final = 256 * 1024 * 1024
"""Bytes of a part's proof: a million files or so."""

_STATEMENT_LIMIT: Final = 256 * 1024


class RootStatement(Model):
    """Version 1: what was signed at intake beside the seal statement, and can be shown without it.

    ``leaves``: of the tree, a power of two: that the exhibit has no more files is all it tells of it.
    """

    v: Version1
    exhibit: ExhibitId
    case: CaseId
    taken_at: Instant
    leaves: int = Field(ge=LEAST, le=MOST)
    files_root: Digest


class Rest(Model):
    """Version 1: what a selection left out. It stays at home; the statement holds its digest."""

    v: Version1
    salt: Digest
    excluded: tuple[Pattern, ...]
    left: tuple[LeftOver, ...]


class Selection(Model):
    """Version 1: ``exhibit`` was selected from ``source``.

    ``statement``: id of the part's own seal statement; ``root``: of the root statement of its source;
    ``rest``: digest of ``Rest``; ``files``, ``size`` (bytes): of the part.
    """

    v: Version1
    exhibit: ExhibitId
    case: CaseId
    source: ExhibitId
    statement: Digest
    root: Digest
    selected_at: Instant
    selected_by: Alias
    why: Line
    criteria: Criteria
    files: int = Field(ge=1)
    size: int = Field(ge=0)
    rest: Digest


class Part(Model):
    """Version 1: what goes with a part, and proves it: the two statements, and the proof of its files."""

    v: Version1
    selection: Envelope
    root: Envelope
    proof: FileProof


def make_root(statement: SealStatement, leaves: int) -> RootStatement:
    """The root statement that belongs to a seal statement."""
    return RootStatement(
        v=1,
        exhibit=statement.exhibit,
        case=statement.case,
        taken_at=statement.taken_at,
        leaves=leaves,
        files_root=statement.files_root,
    )


def sign_root(root: RootStatement, public: bytes, sign: Callable[[bytes], bytes]) -> Envelope:
    """Sign it with a node's Ed25519 key: ``public`` raw, ``sign`` gets the PAE's bytes."""
    return dsse.sign(ROOT_TYPE, dump_bytes(root), dsse.key_id("ed25519", public), sign)


def sign_selection(selection: Selection, public: bytes, sign: Callable[[bytes], bytes]) -> Envelope:
    """Sign it, as ``sign_root``."""
    return dsse.sign(SELECTION_TYPE, dump_bytes(selection), dsse.key_id("ed25519", public), sign)


def verify_root(envelope: Envelope, keys: Sequence[bytes]) -> RootStatement:
    """Prove that one of these raw keys signed a root statement, and read it.

    Raises:
        ProofFailed: another type or signer, or a wrong signature. BadInput: none of version 1.
    """
    body = _body(envelope, ROOT_TYPE, keys)
    root = parse(RootStatement, body, limit=_STATEMENT_LIMIT)
    read_instant(root.taken_at)
    return root


def verify_selection(envelope: Envelope, keys: Sequence[bytes]) -> Selection:
    """Prove that one of these raw keys signed a selection, and read it.

    Raises:
        ProofFailed, BadInput: as ``verify_root``.
    """
    body = _body(envelope, SELECTION_TYPE, keys)
    selection = parse(Selection, body, limit=_STATEMENT_LIMIT)
    read_instant(selection.selected_at)
    return selection


def prove_part(source: Index, secret: bytes, taken: Sequence[int]) -> FileProof:
    """The proof that the files of these places in the source's index are of it."""
    return FileTree(source, secret).prove(taken)


def write_part(part: Part) -> bytes:
    """Its canonical bytes."""
    return dump_bytes(part)


def read_part(data: bytes) -> Part:
    """Read a part's proof without proving it.

    Raises:
        BadInput: not canonical, or none of version 1.
    """
    return parse(Part, data, limit=PART_LIMIT)


def verify_part(part: Part, seal: Envelope, index: Index, keys: Sequence[bytes]) -> Selection:
    """Prove that the exhibit of this seal and index, both proven before, is exactly what was selected.

    ``keys``: raw Ed25519 keys of the node that took in and selected.

    Raises:
        ProofFailed: ``evidence.part_wrong``, ``evidence.files_wrong``, or a signature as in ``verify_root``.
        BadInput: a statement that is none.
    """
    selection = verify_selection(dsse.checked(part.selection), keys)
    root = verify_root(dsse.checked(part.root), keys)
    same = {
        "statement": selection.statement == seal.id,
        "root": selection.root == part.root.id,
        "case": selection.case == root.case,
        "source": selection.source == root.exhibit != selection.exhibit,
        "leaves": part.proof.leaves == root.leaves,
        "size": (selection.files, selection.size) == (len(index.files), index.size),
        "left out": not index.left_out and not index.remarks,
    }
    for what, holds in same.items():
        if not holds:
            raise ProofFailed("evidence.part_wrong", exhibit=selection.exhibit, what=what)
    verify_files(index.files, part.proof, bytes.fromhex(root.files_root))
    return selection


def prove_rest(selection: Selection, rest: Rest) -> None:
    """Prove that this is what the selection left out.

    Raises:
        ProofFailed: ``evidence.part_wrong``.
    """
    if digest(dump_bytes(rest)) != selection.rest:
        raise ProofFailed("evidence.part_wrong", exhibit=selection.exhibit, what="rest")


def _body(envelope: Envelope, type: str, keys: Sequence[bytes]) -> bytes:
    public = dsse.named_signer(envelope, keys)
    if public is None:
        stranger = envelope.signatures[0].keyid if envelope.signatures else ""
        raise ProofFailed("evidence.part_stranger", key=stranger)
    return dsse.verify_one(envelope, type, public)
