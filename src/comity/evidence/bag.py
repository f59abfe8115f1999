"""The layout of an exhibit package: a BagIt bag under a strict profile, version 1.

Promises: every file of the immutable core but the payload follows from the signed statement, the
index and the signer's key: the same exhibit has the same bytes in every State and every year. So a
verifier can write the core anew and name the very file that differs. ``proofs/`` may grow; each
file there carries its own digest in its name.

Leaves to others: writing it to a folder (``package``), holding a folder against it (``inspection``).

Profile, beyond RFC 8493: SHA-256 only; the tag manifest is required; no ``fetch.txt``; no links; paths
as ``index`` spells them; no file that is not listed. The text of ``VERIFY.txt`` is frozen with the version.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity import dsse
from comity.dsse import Envelope
from comity.errors import BadInput
from comity.evidence.index import Index, digest_of, index_text, manifest_text
from comity.evidence.seal import SealStatement, read_statement
from comity.wire import digest

STATEMENT: Final = "seal/statement.dsse.json"
"""Where the signed statement lies; all else is proven from it."""

INDEX: Final = "seal/index.json"
SIGNER: Final = "seal/signer.pem"
MANIFEST: Final = "manifest-sha256.txt"
TAG_MANIFEST: Final = "tagmanifest-sha256.txt"
PROOFS: Final = "proofs/"
PROFILE: Final = "urn:comity:exhibit-package:v1"

PROOF_NAME: Final = re.compile(r"proofs/([0-9]{3})-([a-z][a-z-]{0,39})-([0-9a-f]{64})\.([a-z0-9]{1,10})")
TIMESTAMP: Final = "timestamp"
TSA_CHAIN: Final = "tsa-chain"
RENEWAL: Final = "renewal"
"""A token over the statement and all stamp files of lower numbers (``renewal``)."""

STAMP_PLACE: Final = "stamp-place"
"""Where the statement stands in the tree that a token of the same number is over (``stamp_batch``)."""

STAMP_FILES: Final = frozenset({TIMESTAMP, RENEWAL, TSA_CHAIN, STAMP_PLACE})
"""Kinds of files that make time-stamps; a renewal covers all of lower numbers."""

HANDOVER: Final = "handover"
"""A custody event that says that the exhibit was handed over, as the node signed it (``handover``)."""

HANDOVER_STAMP: Final = "handover-stamp"
"""A token over the hand-over of the same number."""

HANDOVER_CHAIN: Final = "handover-chain"
HANDOVER_PLACE: Final = "handover-place"
HANDOVER_FILES: Final = (HANDOVER, HANDOVER_CHAIN, HANDOVER_PLACE, HANDOVER_STAMP)

CUSTODY: Final = "custody"
"""The events of the exhibit, under the root of the case's tree (``custody``)."""

CERTIFICATE: Final = "certificate"
"""What a person certified of the exhibit (``certificate``)."""

PART: Final = "part"
"""What proves the exhibit to be part of another (``selection``)."""

_BAGIT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_SUFFIX: Final = {
    TIMESTAMP: "tsr",
    TSA_CHAIN: "pem",
    CUSTODY: "json",
    CERTIFICATE: "json",
    "in-toto": "jsonl",
    "case-graph": "jsonld",
    PART: "json",
    STAMP_PLACE: "txt",
    RENEWAL: "tsr",
    HANDOVER: "json",
    HANDOVER_STAMP: "tsr",
    HANDOVER_CHAIN: "pem",
    HANDOVER_PLACE: "txt",
    "limits": "json",
    "tlog-proof": "txt",
    "tlog-policy": "txt",
}


@dataclass(frozen=True, slots=True)
class Proof:
    """One file of ``proofs/``: files of one ``number`` belong together (a token and its chain)."""

    number: int
    kind: str
    data: bytes

    @property
    def path(self) -> str:
        """Its path in the bag.

        Raises:
            BadInput: a kind that is not known, or a number beyond 999.
        """
        suffix = _SUFFIX.get(self.kind)
        path = f"{PROOFS}{self.number:03d}-{self.kind}-{digest(self.data)}.{suffix}"
        if suffix is None or not PROOF_NAME.fullmatch(path):
            raise BadInput("evidence.not_a_proof", path=path)
        return path


Pieces = Callable[[], Iterable[bytes]]
"""What gives a file's bytes piece by piece, as often as it is asked: an index may be very long."""


def core_files(envelope: Envelope, index: Index, signer: bytes) -> dict[str, Pieces]:
    """All files of the immutable core but the payload, by path; ``signer`` is the raw Ed25519 key."""
    statement = read_statement(envelope)
    small = {
        "VERIFY.txt": files("comity.evidence").joinpath("verify-v1.txt").read_bytes(),
        "bag-info.txt": _bag_info(statement),
        "bagit.txt": _BAGIT,
        SIGNER: signer_pem(signer),
        STATEMENT: dsse.write(envelope),
        "seal/statement.json": envelope.body,
        "seal/statement.pae": envelope.pae,
        "seal/statement.sig": envelope.signatures[0].raw,
    }
    core = {path: whole(data) for path, data in small.items()}
    core[MANIFEST] = lambda: manifest_text(index)
    core[INDEX] = lambda: index_text(index)
    told = {MANIFEST: statement.manifest_sha256, INDEX: statement.index_sha256}
    lines = (f"{told.get(path) or digest_of(core[path]())}  {path}\n" for path in sorted(core))
    core[TAG_MANIFEST] = whole("".join(lines).encode("utf-8"))
    return core


def whole(data: bytes) -> Pieces:
    """What is there in one piece."""
    return lambda: (data,)


def signer_pem(public: bytes) -> bytes:
    """A raw Ed25519 public key as ``openssl`` reads it (RFC 8410)."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _bag_info(statement: SealStatement) -> bytes:
    lines = (
        f"BagIt-Profile-Identifier: {PROFILE}",
        f"Bagging-Date: {statement.taken_at[:10]}",
        f"External-Identifier: {statement.exhibit}",
        f"Internal-Sender-Identifier: {statement.case}",
        f"Payload-Oxum: {statement.size}.{statement.files}",
    )
    return "".join(line + "\n" for line in lines).encode("ascii")
