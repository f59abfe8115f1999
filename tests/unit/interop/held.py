"""Custody of exhibits, made by the dozen for the formats that show it: signed, without any payload."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import dsse
from comity.clock import write_instant
from comity.evidence import (
    Action,
    CustodyProof,
    Event,
    SealStatement,
    Tool,
    next_event,
    prove_exhibit,
    sign_event,
)
from comity.wire import build, digest

CASE = "0123456789abcdef0123456789abcdef"
AT = datetime(2026, 11, 21, 17, 0, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"c" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
ACT = "5a" * 32
TOOLS = (Tool(name="a tool", version="1.2"),)


def seal(exhibit: str = "PT-1") -> SealStatement:
    value = digest(exhibit.encode())
    members = {
        "v": 1, "exhibit": exhibit, "case": CASE, "taken_at": write_instant(AT), "taken_by": "p-1",
        "source": "disk", "files": 2, "size": 4096, "sha256": value, "chunk_size": 1048576,
        "chunk_root": value, "salted_root": value, "files_root": value,
        "manifest_sha256": digest(b"manifest"), "index_sha256": value,
    }  # fmt: skip
    return build(SealStatement, members)


def touch(exhibit: str, before: Event | None, action: Action, minute: int, **more: object) -> Event:
    told = {"who": "p-1", "purpose": "intake", "object": seal(exhibit).sha256, "note": ACT} | more
    return next_event(
        before, case=CASE, exhibit=exhibit, action=action, at=AT + timedelta(minutes=minute), **told
    )


def custody(*exhibits: str, signer: Ed25519PrivateKey = KEY) -> list[dsse.Envelope]:
    """Four events of each: taken in, sealed, time-stamped by the node itself, analysed by another."""
    envelopes = []
    public = signer.public_key().public_bytes_raw()
    for exhibit in exhibits:
        first = touch(exhibit, None, Action.TAKEN_IN, 0)
        second = touch(exhibit, first, Action.SEALED, 1, object=digest(b"statement of " + exhibit.encode()))
        third = touch(exhibit, second, Action.STAMPED, 2, who="node", purpose="timestamp", note=None)
        fourth = touch(
            exhibit, third, Action.ANALYSED, 3, who="p-2", purpose="for counsel ‘B’", note=None, tools=TOOLS
        )
        envelopes += [sign_event(event, public, signer.sign) for event in (first, second, third, fourth)]
    return envelopes


def proof_of(*exhibits: str, shown: str, signer: Ed25519PrivateKey = KEY) -> CustodyProof:
    return prove_exhibit(custody(*exhibits, signer=signer), CASE, shown)


def proof(exhibit: str = "PT-1", signer: Ed25519PrivateKey = KEY) -> CustodyProof:
    return proof_of("PT-1", "PT-2", shown=exhibit, signer=signer)
