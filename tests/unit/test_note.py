"""Signed notes: the format's own example, and everything that must not pass for a note."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from comity import note
from comity.errors import BadInput, ComityError, ProofFailed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
VKEY = note.Vkey("log.example/xa", note.ED25519, KEY.public_key().public_bytes_raw())
STRANGER = note.Vkey("log.example/xb", note.ED25519, OTHER.public_key().public_bytes_raw())

# The example of golang.org/x/mod/sumdb/note.
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZ"
    "b6KE6RyyBwJnAM=\n"
)


def signed(text: str = "first\n\nsecond\n") -> note.Note:
    return note.Note(text, (note.sign(text, VKEY, KEY.sign),))


def fails(call, id: str, kind: type[ComityError] = BadInput):
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.id == id


def test_the_example_of_others_verifies():
    vkey = note.parse_vkey(GO_VKEY)
    read = note.parse(GO_NOTE.encode())
    assert note.verify(read, [vkey]) == (vkey,)
    assert read.text.endswith("problem is.\n")
    assert vkey.encode() == GO_VKEY


def test_the_text_goes_up_to_the_last_empty_line():
    data = signed().encode()
    read = note.parse(data)
    assert read == signed()
    assert read.text == "first\n\nsecond\n"
    assert note.verify(read, [STRANGER, VKEY]) == (VKEY,)
    assert data.decode().count("\u2014 log.example/xa ") == 1


def test_a_known_key_that_signed_wrongly_spoils_the_note():
    good = signed()
    bad = note.Signature(STRANGER.name, STRANGER.id, bytes(64))
    both = good.signed_also(bad)
    assert note.verify(both, [VKEY]) == (VKEY,)  # unknown keys are ignored
    fails(lambda: note.verify(both, [VKEY, STRANGER]), "note.signature_wrong", ProofFailed)
    fails(lambda: note.verify(good, [STRANGER]), "note.no_known_key", ProofFailed)
    fails(lambda: note.verify(good, []), "note.no_known_key", ProofFailed)
    changed = note.Note(good.text.replace("first", "other"), good.signatures)
    fails(lambda: note.verify(changed, [VKEY]), "note.signature_wrong", ProofFailed)


def test_name_and_id_must_both_be_the_keys():
    value = signed().signatures[0].value
    for line in (
        note.Signature("log.example/xc", VKEY.id, value),
        note.Signature(VKEY.name, STRANGER.id, value),
    ):
        lone = note.Note("first\n\nsecond\n", (line,))
        fails(lambda lone=lone: note.verify(lone, [VKEY]), "note.no_known_key", ProofFailed)


def test_a_signature_of_a_wrong_length_is_wrong_and_not_a_fault():
    good = signed()
    cut = note.Note(good.text, (note.Signature(VKEY.name, VKEY.id, good.signatures[0].value[:-1]),))
    fails(lambda: note.verify(cut, [VKEY]), "note.signature_wrong", ProofFailed)


def test_a_signer_at_fault_is_found_before_anything_leaves():
    fails(lambda: note.sign("x\n", VKEY, OTHER.sign), "note.signer_fault", ProofFailed)
    fails(lambda: note.sign("x\n", VKEY, lambda _: b""), "note.signer_fault", ProofFailed)


def test_signing_what_is_no_text():
    fails(lambda: note.sign("x", VKEY, KEY.sign), "note.text_ends")
    fails(lambda: note.sign("x\ty\n", VKEY, KEY.sign), "note.not_text")
    fails(lambda: note.sign("\udc80\n", VKEY, KEY.sign), "note.not_text")
    witness = note.Vkey(VKEY.name, note.COSIGNATURE, VKEY.key)
    fails(lambda: note.sign("x\n", witness, KEY.sign), "note.key_type")
    fails(lambda: note.verify(signed(), [witness]), "note.key_type")
    fails(lambda: note.Note("x\n", ()).encode(), "note.no_signatures")


LINE = signed().signatures[0].line()


@pytest.mark.parametrize(
    ("data", "id"),
    [
        (b"", "note.no_signatures"),
        (b"text\n", "note.no_signatures"),
        (b"text\n\n", "note.no_signatures"),
        (f"text\n{LINE}".encode(), "note.no_signatures"),
        (f"text\n\n{LINE}".encode()[:-1], "note.no_signatures"),
        (f"text\n\n{LINE}\n".encode(), "note.no_signatures"),
        (f"text\n\n{LINE}tail\n".encode(), "note.signature_line"),
        (f"text\r\n\n{LINE}".encode(), "note.not_text"),
        (f"te\x00xt\n\n{LINE}".encode(), "note.not_text"),
        (b"\xff\n\n" + LINE.encode(), "note.not_text"),
        (f"text\n\n{LINE}".replace("\u2014", "-").encode(), "note.signature_line"),
        (f"text\n\n{LINE}".replace("\u2014 ", "\u2014  ").encode(), "note.key_name"),
        ("text\n\n\u2014 name\n".encode(), "note.signature_line"),
        ("text\n\n\u2014 name AAAAAA==\n".encode(), "note.signature_line"),
        ("text\n\n\u2014 name AAAAAB==\n".encode(), "wire.not_base64"),
        ("text\n\n\u2014 na+me AAAAAAAA\n".encode(), "note.key_name"),
        ("text\n\n\u2014 na\u00a0me AAAAAAAA\n".encode(), "note.key_name"),
        ("text\n\n\u2014 name AAAAAAAA \n".encode(), "wire.not_base64"),
        (("text\n\n" + LINE * 101).encode(), "note.too_many_signatures"),
        (b"x" * (note.MAX_SIZE + 1), "note.too_long"),
    ],
)
def test_what_is_no_note(data: bytes, id: str):
    fails(lambda: note.parse(data), id)


def test_sixteen_signatures_of_post_quantum_size_are_read():
    lines = tuple(note.Signature(f"w{n}.example", bytes(4), bytes(5000)) for n in range(16))
    assert len(note.parse(signed().signed_also(*lines).encode()).signatures) == 17


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("", "note.vkey_malformed"),
        ("name", "note.vkey_malformed"),
        ("name+c74f20a3", "note.vkey_malformed"),
        ("name+c74f20a3+", "note.vkey_malformed"),
        (GO_VKEY[:-4], "note.vkey_malformed"),
        (GO_VKEY.replace("c74f20a3", "C74F20A3"), "note.vkey_id"),
        (GO_VKEY.replace("c74f20a3", "c74f20a4"), "note.vkey_id"),
        (GO_VKEY.replace("Peter", "Petra"), "note.vkey_id"),
        (GO_VKEY.replace("+AR", "+BR"), "note.key_type"),
        ("Peter Neumann" + GO_VKEY[12:], "note.key_name"),
    ],
)
def test_what_is_no_verifier_key(text: str, id: str):
    fails(lambda: note.parse_vkey(text), id)


def test_type_and_name_are_in_the_id():
    ids = {VKEY.id, STRANGER.id, note.Vkey(VKEY.name, note.COSIGNATURE, VKEY.key).id}
    ids.add(note.Vkey(STRANGER.name, note.ED25519, VKEY.key).id)
    assert len(ids) == 4


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]) | st.just("\n")).map(
    lambda text: text + "\n"
)


@given(TEXTS)
def test_what_is_signed_is_read_back(text: str):
    made = signed(text)
    assert note.parse(made.encode()) == made
    assert note.verify(note.parse(made.encode()), [VKEY]) == (VKEY,)


@given(st.binary(max_size=200) | TEXTS.map(lambda text: (text + "\n" + LINE).encode()))
def test_a_note_is_read_in_one_spelling_or_refused(data: bytes):
    try:
        read = note.parse(data)
    except BadInput:
        return
    assert read.encode() == data
