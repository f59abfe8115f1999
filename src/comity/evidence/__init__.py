"""Evidence: taken in, sealed, kept, handed over, and provable with standard tools.

Promises: what is taken in is hashed and encrypted in one pass; what was sealed can be checked by
anyone with coreutils and openssl; every touch of it is an event in a tree.

Leaves to others: whose keys, which case, what the law allows; it knows no database and no network.
"""

from __future__ import annotations

from comity.evidence.bag import PROFILE, Proof, core_files, signer_pem
from comity.evidence.chunks import (
    CHUNK_SIZE,
    SECRET_SIZE,
    ChunkProof,
    ChunkTrees,
    chunk_salt,
    prove_chunk,
    verify_chunk,
)
from comity.evidence.custody import (
    CUSTODY_TYPE,
    Action,
    CustodyProof,
    Event,
    custody_root,
    event_leaf,
    next_event,
    prove_exhibit,
    read_proof,
    sign_event,
    verify_event,
    verify_events,
    verify_exhibit,
    write_proof,
)
from comity.evidence.delivery import (
    CIPHERTEXT_LIMIT,
    PIECE_SIZE,
    Head,
    PayloadReader,
    Piece,
    Stamp,
    assemble,
    piece_count,
    pieces,
)
from comity.evidence.index import Entry, Index, LeftOut, Remark, manifest_bytes, read_index, write_index
from comity.evidence.inspection import Failure, Report, Stamped, verify_package
from comity.evidence.intake import Progress, Taken, take_in
from comity.evidence.package import add_proof, next_number, stamp_proofs, write_package
from comity.evidence.relay import Taker, spread
from comity.evidence.seal import (
    SEAL_TYPE,
    SealStatement,
    make_statement,
    prove_index,
    read_statement,
    sign_statement,
    verify_statement,
)
from comity.evidence.source import Listing, StreamSource, list_source
from comity.evidence.timestamp import (
    Authority,
    OpenSslAuthority,
    Token,
    read_chain,
    stamp,
    token_time,
    verify_token,
)
from comity.evidence.vault import FileVault, Stored, Vault, VaultWriter

__all__ = [
    "CHUNK_SIZE",
    "CIPHERTEXT_LIMIT",
    "CUSTODY_TYPE",
    "PIECE_SIZE",
    "PROFILE",
    "SEAL_TYPE",
    "SECRET_SIZE",
    "Action",
    "Authority",
    "ChunkProof",
    "ChunkTrees",
    "CustodyProof",
    "Entry",
    "Event",
    "Failure",
    "FileVault",
    "Head",
    "Index",
    "LeftOut",
    "Listing",
    "OpenSslAuthority",
    "PayloadReader",
    "Piece",
    "Progress",
    "Proof",
    "Remark",
    "Report",
    "SealStatement",
    "Stamp",
    "Stamped",
    "Stored",
    "StreamSource",
    "Taken",
    "Taker",
    "Token",
    "Vault",
    "VaultWriter",
    "add_proof",
    "assemble",
    "chunk_salt",
    "core_files",
    "custody_root",
    "event_leaf",
    "list_source",
    "make_statement",
    "manifest_bytes",
    "next_event",
    "next_number",
    "piece_count",
    "pieces",
    "prove_chunk",
    "prove_exhibit",
    "prove_index",
    "read_chain",
    "read_index",
    "read_proof",
    "read_statement",
    "sign_event",
    "sign_statement",
    "signer_pem",
    "spread",
    "stamp",
    "stamp_proofs",
    "take_in",
    "token_time",
    "verify_chunk",
    "verify_event",
    "verify_events",
    "verify_exhibit",
    "verify_package",
    "verify_statement",
    "verify_token",
    "write_index",
    "write_package",
    "write_proof",
]
