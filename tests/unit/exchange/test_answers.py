"""Answers look alike; receipts prove what they say; what goes out is whole."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from comity import age
from comity.acts import LogPromise, PieceReceipt, Receipt
from comity.errors import BadInput, NotPermitted, ProofFailed
from comity.exchange import (
    ANSWER_PLAIN,
    MAX_ANSWER,
    MAX_SEALED,
    SIZES,
    answer,
    constant_answer,
    open_message,
    read_answer,
    read_piece_answer,
    seal_act,
    seal_message,
    seal_receipt,
    sign_receipt,
    verify_receipt,
)
from comity.messages import explain


def receipt(two, outcome="folded", act="a" * 64, state="XB", origin="xb.example/log"):
    return Receipt(
        v=1,
        act=act,
        case=two.CASE,
        state=state,
        at="2026-11-21T12:00:00Z",
        outcome=outcome,
        log=LogPromise(origin=origin, by="2026-11-21T12:05:00Z"),
    )


def fails(kind, id, call):
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.id == id
    assert all(explain(caught.value))


@pytest.fixture
def read(two):
    def run(data, act="a" * 64, identities=two.XA.age.identities, peer=two.XB.keys["acts"]):
        return read_answer(data, identities, peer.public_key, state="XB", act=act)

    return run


def shape(data):
    """All that one who cannot open it sees: length, header with its random parts blanked."""
    header = data[: data.index(b"\n---")].split(b"\n")
    kinds = [line.split(b" ")[1] if line.startswith(b"->") else b"" for line in header]
    return len(data), kinds, [len(line) for line in header]


def test_the_sender_reads_its_receipt(two, read):
    envelope = sign_receipt(receipt(two), two.XB.keys["acts"])
    sealed = answer(envelope, two.XA.entry, os.urandom)
    assert read(sealed).receipt == receipt(two)
    assert read(sealed).envelope == envelope
    assert len(sealed) < MAX_ANSWER


def test_answers_are_of_one_size_and_shape(two):
    hybrid = two.rebuilt(
        two.XA.entry,
        recipients=(str(age.generate_hybrid().recipient), *two.XA.entry.recipients),
    )
    answers = [constant_answer(os.urandom), constant_answer(os.urandom)]
    answers += [
        answer(sign_receipt(receipt(two, outcome), two.XB.keys["acts"]), peer, os.urandom)
        for outcome in ("folded", "parked", "not_in_order")
        for peer in (two.XA.entry, hybrid)
    ]
    piece = PieceReceipt(v=1, piece="b" * 64, state="XB", at="2026-11-21T12:00:00Z")
    answers.append(answer(sign_receipt(piece, two.XB.keys["acts"]), two.XA.entry, os.urandom))
    assert len({str(shape(a)) for a in answers}) == 1
    assert len(set(answers)) == len(answers)


def test_the_longest_receipt_fits(two):
    longest = receipt(two, "not_in_order", origin="x" * 200)
    answer(sign_receipt(longest, two.XB.keys["acts"]), two.XA.entry, os.urandom)
    too_long = receipt(two, origin="x" * ANSWER_PLAIN)
    envelope = sign_receipt(too_long, two.XB.keys["acts"])
    fails(BadInput, "exchange.message_too_long", lambda: answer(envelope, two.XA.entry, os.urandom))


def test_the_constant_answer_is_no_receipt(two, read):
    assert read(constant_answer(os.urandom)) is None


def test_a_receipt_that_is_not_the_one(two, read):
    acts = two.XB.keys["acts"]

    def sealed(body, key=acts):
        return answer(sign_receipt(body, key), two.XA.entry, os.urandom)

    fails(ProofFailed, "exchange.receipt_of_other_act", lambda: read(sealed(receipt(two)), act="b" * 64))
    fails(ProofFailed, "dsse.other_signers", lambda: read(sealed(receipt(two), two.XB.keys["log"])))
    fails(ProofFailed, "exchange.receipt_of_other_state", lambda: read(sealed(receipt(two, state="XC"))))
    piece = PieceReceipt(v=1, piece="a" * 64, state="XB", at="2026-11-21T12:00:00Z")
    fails(ProofFailed, "dsse.other_type", lambda: read(sealed(piece)))
    got = read_piece_answer(sealed(piece), two.XA.age.identities, acts.public_key, state="XB", piece="a" * 64)
    assert got.receipt == piece
    fails(
        ProofFailed,
        "exchange.receipt_of_other_act",
        lambda: read_piece_answer(
            sealed(piece), two.XA.age.identities, acts.public_key, state="XB", piece="b" * 64
        ),
    )


def test_any_bit_changed_in_an_answer_is_no_receipt(two, read):
    good = answer(sign_receipt(receipt(two), two.XB.keys["acts"]), two.XA.entry, os.urandom)
    for at in [*range(300 * 8), *range(300 * 8, len(good) * 8, 997)]:
        changed = bytearray(good)
        changed[at // 8] ^= 1 << at % 8
        try:
            assert read(bytes(changed)) is None
        except (BadInput, ProofFailed):
            continue


def test_an_answer_padded_otherwise_is_none(two, read):
    plain = age.seal(b"{}", [age.parse_recipient(two.XA.entry.recipients[0])])
    fails(BadInput, "exchange.padding", lambda: read(plain))


# -- going out ------------------------------------------------------------------------------------


def test_sealed_sizes_tell_the_class_alone(two):
    sizes = {
        len(seal_message("act", {"text": "x" * n}, two.XB.entry.recipients, os.urandom))
        for n in (0, 1, 500, 10_000, 16_000)
    }
    assert len(sizes) == 1
    edge = SIZES[0] - len('{"body":{"text":""},"pad":"","type":"act","v":1}')
    for n, wanted in ((edge, SIZES[0]), (edge + 1, SIZES[1])):
        sealed = seal_message("act", {"text": "x" * n}, two.XB.entry.recipients, os.urandom)
        assert len(age.open_sealed(sealed, two.XB.age.identities, SIZES[1])) == wanted
    with pytest.raises(BadInput):
        seal_message("act", {"text": "x" * SIZES[-1]}, two.XB.entry.recipients, os.urandom)


def test_the_largest_message_with_the_largest_header_is_not_too_large(two):
    recipients = [str(age.generate_hybrid().recipient) for _ in range(4)]
    sealed = seal_message("act", {"text": "x" * (SIZES[-1] - 100)}, recipients, os.urandom)
    assert len(sealed) <= MAX_SEALED


def test_the_stronger_recipient_is_taken_and_never_both(two):
    hybrid = age.generate_hybrid()
    both = two.rebuilt(two.XB.entry, recipients=(*two.XB.entry.recipients, str(hybrid.recipient)))
    sealed = seal_act(two.preview(), both, os.urandom)
    assert b"-> mlkem768x25519 " in sealed
    assert b"-> X25519 " not in sealed
    assert open_message(sealed, [hybrid]).type == "act"


def test_an_act_leaves_whole_or_not_at_all(two):
    act = two.preview()

    def going(what, receiver=two.XB.entry):
        return lambda: seal_act(what, receiver, os.urandom)

    fails(NotPermitted, "exchange.act_incomplete", going(act.without(["facts"])))
    fails(NotPermitted, "exchange.act_unsigned", going(two.preview(unsigned_by="author")))
    fails(NotPermitted, "exchange.other_addressee", going(act, two.XA.entry))
    newer = two.rebuilt(two.XB.entry, speaks=("application/vnd.comity.act.v2+json",))
    fails(NotPermitted, "exchange.not_spoken", going(act, newer))


def test_a_receipt_carried_as_a_message(two):
    envelope = sign_receipt(receipt(two), two.XB.keys["acts"])
    message = open_message(seal_receipt(envelope, two.XA.entry, os.urandom), two.XA.age.identities)
    from comity.dsse import read

    assert message.type == "receipt"
    key = two.XB.keys["acts"].public_key
    assert verify_receipt(read(message.content), key, "XB").receipt == receipt(two)
    deaf = replace(two.XA, entry=two.rebuilt(two.XA.entry, speaks=two.XA.entry.speaks[:1]))
    fails(NotPermitted, "exchange.not_spoken", lambda: seal_receipt(envelope, deaf.entry, os.urandom))
