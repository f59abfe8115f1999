"""Envelopes: what is signed, and the one way in which it is written."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import dsse
from comity.errors import BadInput, ProofFailed

TYPE = "application/vnd.comity.test.v1+json"


def _key(seed: int) -> tuple[Ed25519PrivateKey, bytes, str]:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    public = private.public_key().public_bytes_raw()
    return private, public, dsse.key_id("ed25519", public)


def test_pae_is_that_of_the_specification() -> None:
    # The test vector of secure-systems-lab/dsse, protocol.md.
    made = dsse.pae("http://example.com/HelloWorld", b"hello world")
    assert made == b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"


def test_id_does_not_depend_on_signatures() -> None:
    private, public, key = _key(1)
    bare = dsse.unsigned(TYPE, b"x")
    signed = dsse.sign(TYPE, b"x", key, private.sign)
    assert bare.id == signed.id
    assert dsse.verify_one(signed, TYPE, public) == b"x"


def test_one_signer_means_that_one_and_no_other() -> None:
    one, public, key = _key(1)
    two, other_public, other_key = _key(2)
    signed = dsse.sign(TYPE, b"x", key, one.sign)
    with pytest.raises(ProofFailed):
        dsse.verify_one(signed, TYPE, other_public)
    with pytest.raises(ProofFailed):
        dsse.verify_one(signed, TYPE + "x", public)
    both = signed.with_signature(dsse.Signature(keyid=other_key, sig=dsse.b64(two.sign(signed.pae))))
    with pytest.raises(ProofFailed):
        dsse.verify_one(both, TYPE, public)
    with pytest.raises(BadInput):
        both.with_signature(both.signatures[0])


def test_a_signature_for_one_type_does_not_hold_for_another() -> None:
    private, public, key = _key(1)
    signed = dsse.sign(TYPE, b"x", key, private.sign)
    moved = dsse.Envelope(payloadType=TYPE + "2", payload=signed.payload, signatures=signed.signatures)
    with pytest.raises(ProofFailed) as caught:
        dsse.verify_one(moved, TYPE + "2", public)
    assert caught.value.id == "dsse.signature_wrong"


def test_signatures_in_another_order_are_refused() -> None:
    one, _, key = _key(1)
    two, _, other = _key(2)
    envelope = dsse.sign(TYPE, b"x", key, one.sign)
    envelope = envelope.with_signature(dsse.Signature(keyid=other, sig=dsse.b64(two.sign(envelope.pae))))
    assert dsse.read(dsse.write(envelope)) == envelope
    swapped = envelope.model_copy(update={"signatures": envelope.signatures[::-1]})
    with pytest.raises(BadInput) as caught:
        dsse.read(dsse.write(swapped))
    assert caught.value.id == "dsse.signatures_unordered"
    doubled = envelope.model_copy(update={"signatures": (envelope.signatures[0],) * 2})
    with pytest.raises(BadInput):
        dsse.read(dsse.write(doubled))


def test_a_changed_copy_is_another_statement() -> None:
    """What was worked out of the first is not kept in the copy: its signature would seem to hold."""
    one = dsse.unsigned("application/x", b"one")
    told = (one.body, one.pae, one.id)
    two = one.model_copy(update={"payload": dsse.unsigned("application/x", b"two").payload})
    assert two.body == b"two"
    assert two.id == dsse.unsigned("application/x", b"two").id
    assert told == (one.body, one.pae, one.id)
    assert two == dsse.unsigned("application/x", b"two")


def test_what_was_verified_a_moment_ago_vouches_for_nothing_else(monkeypatch):
    monkeypatch.setattr(dsse, "_MOST_HELD", 4)
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, other = private.public_key().public_bytes_raw(), bytes(31) + b"\x01"
    signature = private.sign(b"said")
    for _ in range(2):
        dsse.verify_ed25519(public, signature, b"said")
    for changed in (
        (other, signature, b"said"),
        (public, signature, b"sajd"),
        (public, bytes([signature[0] ^ 1]) + signature[1:], b"said"),
    ):
        for _ in range(2):  # nor is a failure taken for a success the second time
            with pytest.raises(ProofFailed):
                dsse.verify_ed25519(*changed)
    for number in range(9):
        dsse.verify_ed25519(public, private.sign(b"%d" % number), b"%d" % number)
    assert len(dsse._held) <= 4
