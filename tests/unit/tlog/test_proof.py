"""Proof files: what they show offline, and what must not be read as one."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from comity import merkle, note, tlog
from comity.errors import BadInput, ComityError, ProofFailed
from comity.tlog import policy, proof
from comity.wire import sha256

AT = datetime(2026, 11, 21, 17, 55, 49, tzinfo=UTC)


@pytest.fixture
def made(log, entries) -> tlog.Proof:
    signed = log.grow(entries(0, 300))
    return proof.make(log.tiles(), 270, signed)


def test_the_shape_of_the_file(made, log):
    lines = made.encode().decode().split("\n")
    assert lines[:2] == ["c2sp.org/tlog-proof@v1", "index 270"]
    at = lines.index("")
    assert at == 2 + len(made.hashes)
    assert "\n".join(lines[at + 1 :]).encode() == log.signed.encode()
    told = dataclasses.replace(made, extra=b"extra").encode()
    assert told.decode().split("\n")[1] == "extra ZXh0cmE="
    for one in (made.encode(), told):
        assert proof.parse(one).encode() == one
    assert proof.parse(told).extra == b"extra"


def test_it_verifies_offline_with_one_key(made, log, entries):
    read = proof.parse(made.encode())
    proven = proof.verify(read, entries(270, 271)[0], log.vkey)
    assert (proven.index, proven.checkpoint, proven.witnesses) == (270, log.last, {})
    for entry, index in ((entries(271, 272)[0], 270), (entries(270, 271)[0], 271)):
        with pytest.raises(ProofFailed) as caught:
            proof.verify(dataclasses.replace(read, index=index), entry, log.vkey)
        assert caught.value.id == "merkle.not_included"


def test_it_verifies_with_a_policy(made, log, witness, entries):
    vkey, signer = witness(1)
    text = f"log {log.vkey.encode()}\nwitness W {vkey.encode()}\nquorum W\n"
    trusted = policy.parse(text.encode())
    entry = entries(270, 271)[0]
    with pytest.raises(ProofFailed) as caught:
        proof.verify(made, entry, trusted)
    assert caught.value.id == "tlog.too_few_witnesses"
    seen = tlog.Signed(log.last, log.signed.note.signed_also(tlog.cosign(log.signed, vkey, signer, AT)))
    shown = proof.make(log.tiles(), 270, seen)
    assert proof.verify(shown, entry, trusted).witnesses == {"W": AT}


def test_from_act_to_proof(log, entropy):
    """What a receipt carries: opening, proof, and nothing else, show that an act was entered."""
    openings = [tlog.commit("signed", sha256(b"act %d" % number), entropy) for number in range(5)]
    leaves = [tlog.leaf(one) for one in openings]
    leaves += [tlog.leaf(tlog.dummy(entropy)) for _ in range(tlog.pad(5, 64))]
    batch = tlog.mix(leaves)
    signed = log.grow(batch)
    assert signed.checkpoint.size == 64
    index = batch.index(tlog.leaf(openings[3]))
    data = proof.make(log.tiles(), index, signed).encode()
    read = proof.parse(data)
    assert proof.verify(read, tlog.leaf(openings[3]), log.vkey).index == index
    tlog.verify_subject(openings[3], sha256(b"act 3"))
    assert b"signed" not in data
    assert b"signed" not in b"".join(log.files.values())


def test_a_log_of_one_entry(log):
    signed = log.grow([b"only"])
    data = proof.make(log.tiles(), 0, signed).encode()
    assert data.startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example/xa\n1\n")
    proof.verify(proof.parse(data), b"only", log.vkey)


def test_no_proof_is_made_that_would_not_verify(log, entries):
    signed = log.grow(entries(0, 300))
    with pytest.raises(BadInput):
        proof.make(log.tiles(299), 0, signed)
    tile = log.files["tile/0/000"]
    log.files["tile/0/000"] = tile[:-1] + bytes([tile[-1] ^ 1])
    with pytest.raises(ProofFailed):
        proof.make(log.tiles(), 0, signed)


@pytest.mark.parametrize(
    "change",
    [
        lambda data: b"",
        lambda data: b"\n" + data,
        lambda data: data.replace(b"@v1", b"@v2"),
        lambda data: data.replace(b"index 270", b"index 0270"),
        lambda data: data.replace(b"index 270", b"index -1"),
        lambda data: data.replace(b"index 270", b"index %d" % 2**63),
        lambda data: data.replace(b"index 270\n", b""),
        lambda data: data.replace(b"index 270", b"index 270\nextra ZXh0cmE="),
        lambda data: data.replace(b"index 270", b"extra ZXh0cmE\nindex 270"),
        lambda data: data.replace(b"index 270", b"extra ZXh0cmE=\nextra ZXh0cmE=\nindex 270"),
        lambda data: data.replace(b"index 270", b"index 270\nZXh0cmE="),
        lambda data: data.replace(b"index 270", b"index 270 "),
        lambda data: data.replace(b"\n", b"\r\n", 1),
        lambda data: data.replace(b"\n\n", b"\n", 1),
        lambda data: data.replace(b"\n\n", b"\n\n\n", 1),
        lambda data: data[:-1],
        lambda data: data.replace(b"index 270", b"index 270" + (b"\n" + b"A" * 43 + b"=") * 64),
        lambda data: data + b"x" * proof.MAX_SIZE,
    ],
)
def test_what_is_no_proof(made, change):
    data = change(made.encode())
    assert data != made.encode()
    with pytest.raises(BadInput):
        proof.parse(data)


def test_what_cannot_be_written(made):
    for change in (
        {"index": -1},
        {"index": 2**63},
        {"hashes": (bytes(31),)},
        {"hashes": (bytes(32),) * 64},
        {"checkpoint": b"none"},
    ):
        with pytest.raises(BadInput):
            dataclasses.replace(made, **change).encode()


@pytest.fixture(scope="module")
def sealed():
    entries = [b"%d" % number for number in range(9)]
    growth = tlog.integrate(tlog.Frontier(), entries)
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    vkey = note.Vkey("log.example/xc", note.ED25519, key.public_key().public_bytes_raw())
    signed = tlog.sign(growth, vkey, key.sign, None)
    files = {tile.path: data for tile, data in growth.writes}
    made = proof.make(tlog.Tiles(files.__getitem__, 9), 4, signed)
    assert growth.root == merkle.root(map(merkle.leaf_hash, entries))
    return made.encode(), entries[4], vkey


@given(st.data())
def test_any_changed_byte_is_found(sealed, data: st.DataObject):
    """P7: there is no byte of a proof file that can be changed and the file still be accepted."""
    good, entry, vkey = sealed
    proof.verify(proof.parse(good), entry, vkey)
    at = data.draw(st.integers(0, len(good) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != good[at]))
    with pytest.raises(ComityError):
        proof.verify(proof.parse(good[:at] + bytes([byte]) + good[at + 1 :]), entry, vkey)
