"""The chronicle of a package: whatever lies among its proofs, it is refused in words or hides no event."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import dsse
from comity.clock import read_instant
from comity.errors import ProofFailed
from comity.evidence import (
    Action,
    Event,
    Proof,
    add_proof,
    chronicle_of,
    next_event,
    prove_exhibit,
    sign_event,
    write_package,
    write_proof,
)
from comity.evidence.custody import CustodyProof
from comity.evidence.seal import read_statement

KEY = Ed25519PrivateKey.from_private_bytes(b"c" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


@pytest.fixture
def bag(exhibit, tmp_path) -> Path:
    folder = tmp_path / "bag"
    write_package(
        folder, exhibit.envelope, exhibit.taken.index, exhibit.payload(), exhibit.node.public, proofs=[]
    )
    return folder


def custody(exhibit, count: int, key: Ed25519PrivateKey = KEY) -> CustodyProof:
    """A proof of so many events of the exhibit."""
    seal = read_statement(exhibit.envelope)
    last: Event | None = None
    envelopes = []
    for _ in range(count):
        last = next_event(
            last,
            case=seal.case,
            exhibit=seal.exhibit,
            action=Action.OPENED,
            who="p-1",
            purpose="for counsel",
            at=read_instant(seal.taken_at),
            object=seal.sha256,
        )
        envelopes.append(sign_event(last, public(key), key.sign))
    return prove_exhibit(envelopes, seal.case, seal.exhibit)


def put(bag: Path, *proofs: CustodyProof) -> None:
    for number, proof in enumerate(proofs, start=1):
        add_proof(bag, Proof(number, "custody", write_proof(proof)))


def test_an_early_proof_or_a_stranger_s_put_in_later_hides_no_event(exhibit, bag) -> None:
    put(bag, custody(exhibit, 5), custody(exhibit, 2), custody(exhibit, 1, OTHER))
    told = chronicle_of(bag, [exhibit.node.public, public(KEY)])
    assert (len(told.events), told.tree_size, told.custody_signer) == (5, 5, None)
    unknown = chronicle_of(bag, [exhibit.node.public])
    assert (unknown.events, unknown.custody_signer) == ((), dsse.key_id("ed25519", public(OTHER)))


@pytest.mark.parametrize("change", ["no events", "no signature"])
def test_a_proof_of_nothing_or_by_nobody_is_refused_in_words(exhibit, bag, change: str) -> None:
    good = custody(exhibit, 1)
    shown = good.events[0]
    bare = shown.model_copy(update={"event": shown.event.model_copy(update={"signatures": ()})})
    put(bag, good.model_copy(update={"events": () if change == "no events" else (bare,)}))
    with pytest.raises(ProofFailed, match="package_damaged"):
        chronicle_of(bag, [exhibit.node.public, public(KEY)])
