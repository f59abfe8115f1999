"""Each step of the proof, reached by exactly one fault; and what is authentic is never a stranger."""

from __future__ import annotations

import inspect
import os
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import age
from comity.acts import ACT_TYPE, write_act
from comity.dsse import Assertion, Signature
from comity.exchange import (
    MAX_SEALED,
    SIZES,
    Authentic,
    NotInOrder,
    Status,
    Step,
    Stranger,
    inbox,
    message,
    prove,
    seal_act,
    seal_message,
    write_message,
)
from comity.messages import render
from comity.wire import b64, b64u, decode, dump, encode, sha256


@pytest.fixture
def send(two):
    """Seal an act (or anything) to XB and prove it there."""

    def run(act, known=None, directory=None, now=two.NOW, **more):
        sealed = act if isinstance(act, bytes) else seal(two, act)
        known = known or two.Memory()
        return prove(sealed, two.XB.age.identities, directory or two.directory(), known, now, **more)

    return run


def seal(two, act):
    """As ``seal_act``, but without its own checks: a hostile sender's."""
    body = decode(write_act(act), limit=MAX_SEALED)
    return seal_message("act", body, two.XB.entry.recipients, os.urandom)


def seal_bytes(two, plain):
    return age.seal(plain, [age.parse_recipient(two.XB.entry.recipients[0])])


def test_an_act_that_is_in_order(two, send):
    act = two.preview()
    sealed = seal_act(act, two.XB.entry, os.urandom)
    assert len(sealed) < SIZES[0] + 400
    assert send(sealed) == Authentic(act, two.XA.entry, repeat=False, equivocates=None, not_in_order=None)


# -- strangers ------------------------------------------------------------------------------------


def test_1_size(two, send):
    assert send(bytes(MAX_SEALED + 1)) == Stranger(Step.SIZE)
    assert send(bytes(MAX_SEALED)) == Stranger(Step.SEAL)


def test_2_seal_for_another_and_no_seal(two, send):
    other = seal_message("act", {}, two.XA.entry.recipients, os.urandom)
    for data in (b"", b"age-encryption.org/v1\n", other, other[:-1]):
        assert send(data) == Stranger(Step.SEAL)
    longer = seal_bytes(two, bytes(SIZES[-1] + 1))
    assert len(longer) < MAX_SEALED
    assert send(longer) == Stranger(Step.SEAL)


def test_3_message_of_another_type_version_encoding_or_padding(two, send):
    body = decode(write_act(two.preview()), limit=MAX_SEALED)
    right = write_message("act", body)
    value = decode(right, limit=len(right))
    wrong = [
        write_message("receipt", body),
        encode(value | {"v": 2}),
        encode(value | {"pad": value["pad"][:-1]}),
        encode(value | {"pad": value["pad"] + "0" * (SIZES[1] - SIZES[0])}),  # a larger size than needed
        encode(value | {"pad": value["pad"][:-1] + "1"}),
        encode(value | {"more": 1}),
        right[:-1] + b" }",
        b"\xff",
        b"",
    ]
    assert isinstance(send(seal_bytes(two, right)), Authentic)
    for plain in wrong:
        assert send(seal_bytes(two, plain)) == Stranger(Step.MESSAGE)


def test_3_a_message_of_a_million_members_is_not_read(two, send, monkeypatch):
    """Anyone can seal it to a node, and each member costs many times its byte to read."""
    plain = write_message("act", {"a": [[]] * 1_000_000})
    for reading in ("parse", "canonical"):
        monkeypatch.setattr(message, reading, lambda *_, **__: pytest.fail("it was read"))
    assert send(seal_bytes(two, plain)) == Stranger(Step.MESSAGE)


def test_4_schema(two, send):
    body = decode(write_act(two.preview()), limit=MAX_SEALED)
    unordered = body | {"disclosures": body["disclosures"][::-1]}
    twice = body | {"disclosures": [*body["disclosures"], body["disclosures"][-1]]}
    for wrong in ({}, unordered, twice, body | {"more": 1}):
        sealed = seal_message("act", wrong, two.XB.entry.recipients, os.urandom)
        assert send(sealed) == Stranger(Step.SCHEMA)
    header = decode(two.preview().envelope.body, limit=MAX_SEALED) | {"at": "2026-02-31T00:00:00Z"}
    moved = body | {"envelope": body["envelope"] | {"payload": b64(encode(header))}}
    sealed = seal_message("act", moved, two.XB.entry.recipients, os.urandom)
    assert send(sealed) == Stranger(Step.SCHEMA)


def test_5_version(two, send):
    body = decode(write_act(two.preview()), limit=MAX_SEALED)
    body["envelope"]["payloadType"] = ACT_TYPE.replace("v1", "v2")
    sealed = seal_message("act", body, two.XB.entry.recipients, os.urandom)
    assert send(sealed) == Stranger(Step.VERSION)


def test_6_a_stripped_copy_is_not_judged(two, send):
    assert send(two.preview().without(["facts"])) == Stranger(Step.COMPLETE)


def test_7_an_act_for_another_state_passed_on(two, send):
    assert send(two.preview(to="xc:central-authority")) == Stranger(Step.ADDRESSEE)


def test_7_an_act_that_stays_at_home(two, send):
    from comity.acts import compose

    header = dump(two.preview().header) | {"kind": "ratify", "to": None}
    del header["v"], header["fields"]
    act = compose(header, {"terms": {"act": "a" * 64, "ratified": True}, "text": "Text"}, os.urandom)
    act = act.with_signature(two.XA.keys["author"].cosign(act.envelope))
    assert send(act) == Stranger(Step.ADDRESSEE)


def test_8_a_state_that_is_not_trusted(two, send):
    xc = two.node("XC")
    act = two.preview(sender=xc, **{"from": "xc:central-authority"})
    assert send(act) == Stranger(Step.SENDER)
    assert isinstance(send(act, directory=two.directory(two.XB, two.XA, xc)), Authentic)


def test_8_our_own_state_is_no_peer(two, send):
    act = two.preview(sender=two.XB, **{"from": "xb:central-authority", "to": "xa:central-authority"})
    assert send(act) == Stranger(Step.ADDRESSEE)


def test_9_a_third_state_has_no_say_in_a_case(two, send):
    act = two.preview()
    for parties, wanted in (({"XB", "XC"}, Stranger), ({"XA", "XB"}, Authentic)):
        known = two.Memory(cases={two.CASE: frozenset(parties)})
        assert isinstance(send(act, known), wanted)
    assert send(act, two.Memory(cases={two.CASE: frozenset({"XB", "XC"})})) == Stranger(Step.PARTIES)


def test_10_keys_that_are_not_listed_or_not_for_acts_or_of_another_state(two, send):
    unlisted = two.Node("XA", two.XA.entry, two.XA.keys | {"author": two.signing_key("else")}, two.XA.age)
    assert send(two.preview(sender=unlisted)) == Stranger(Step.KEYS)
    assert send(two.preview((("author", "log"),))) == Stranger(Step.KEYS)
    foreign = two.Node("XA", two.XA.entry, two.XB.keys, two.XA.age)
    assert send(two.preview(sender=foreign)) == Stranger(Step.KEYS)


def test_10_a_revoked_key_proves_nobody_but_what_was_received_before(two, send):
    key = two.XA.keys["author"].id
    revoked = two.XA.with_key(key, status=Status.REVOKED, until="2026-11-21T12:00:00Z")
    directory = two.directory(two.XB, revoked)
    act = two.preview()
    assert send(act, directory=directory) == Stranger(Step.KEYS)
    earlier = two.NOW - timedelta(seconds=1)
    assert isinstance(send(act, directory=directory, now=earlier), Authentic)
    # The time that it claims counts for nothing; the earliest receipt does.
    for received, wanted in ((earlier, Authentic), (two.NOW, Stranger)):
        assert isinstance(send(act, two.Memory({act.id: received}), directory), wanted)


def test_11_signatures_missing_added_and_wrong(two, send):
    both = (("author", "author"), ("approver", "approver"))
    assert send(two.preview(both, unsigned_by="approver")) == Stranger(Step.SIGNATURES)
    act = two.preview()
    added = act.with_signature(two.XA.keys["approver"].cosign(act.envelope))
    assert send(added) == Stranger(Step.SIGNATURES)
    unsigned = two.preview(unsigned_by="author")
    wrong = two.XA.keys["author"].sign(b"another message")
    signed = unsigned.with_signature(Signature(keyid=two.XA.keys["author"].id, sig=b64(wrong)))
    assert send(signed) == Stranger(Step.SIGNATURES)


def test_11_a_passkeys_hostile_client_data(two, send):
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    spki = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    public = spki.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    passkey = two.SigningKey(public, lambda _: b"", alg="webauthn-es256")
    author = next(k for k in two.XA.entry.keys if k.key == two.XA.keys["author"].id)
    listed = two.listed(
        passkey,
        two.Purpose.PERSON,
        alg="webauthn-es256",
        rp_id="xa.example",
        authority=author.authority,
        deeds=author.deeds,
    )
    keys = tuple(sorted((*two.XA.entry.keys, listed), key=lambda k: k.key))
    directory = two.directory(two.XB, replace(two.XA, entry=two.rebuilt(two.XA.entry, keys=keys)))
    signer = {"role": "author", "key": passkey.id, "alg": "webauthn-es256", "alias": "officer-a"}
    act = two.preview(unsigned_by="author", signers_told=[signer])
    for client in (b"[" * 100_000, b"{", b"[]", b"\xff", b'{"type":"webauthn.get"}'):
        assertion = Assertion(authenticator_data=b64(bytes(37)), client_data=b64(client))
        signed = act.with_signature(Signature(keyid=passkey.id, sig=b64(b"x"), webauthn=assertion))
        assert send(signed, directory=directory) == Stranger(Step.SIGNATURES)
    bare = act.with_signature(Signature(keyid=passkey.id, sig=b64(b"x")))
    assert send(bare, directory=directory) == Stranger(Step.SIGNATURES)


def test_11_a_passkey_of_an_algorithm_that_nobody_knows(two, send):
    """A State may list any bytes as a key: nobody reads them before the first signature."""
    unknown = bytes.fromhex("302a300506032b6578032100") + bytes(32)
    passkey = two.SigningKey(unknown, lambda _: b"", alg="webauthn-eddsa")
    more = {"alg": "webauthn-eddsa", "rp_id": "xa.example", "authority": "xa:central-authority"}
    listed = two.listed(passkey, two.Purpose.PERSON, **more, deeds=("preview.author",))
    keys = tuple(sorted((*two.XA.entry.keys, listed), key=lambda k: k.key))
    directory = two.directory(two.XB, replace(two.XA, entry=two.rebuilt(two.XA.entry, keys=keys)))
    signer = {"role": "author", "key": passkey.id, "alg": "webauthn-eddsa", "alias": "officer-a"}
    act = two.preview(unsigned_by="author", signers_told=[signer])
    client = encode({"type": "webauthn.get", "challenge": b64u(bytes.fromhex(act.id))})
    right = sha256(b"xa.example") + b"\x05" + bytes(4)
    told = Assertion(authenticator_data=b64(right), client_data=b64(client))
    signed = act.with_signature(Signature(keyid=passkey.id, sig=b64(b"x"), webauthn=told))
    assert send(signed, directory=directory) == Stranger(Step.SIGNATURES)


@settings(max_examples=300)
@given(bit=st.integers(min_value=0))
def test_a_bit_changed_anywhere_makes_a_stranger(two, bit):
    sealed = SEALED.setdefault("act", seal(two, two.preview()))
    at = bit % (len(sealed) * 8) if bit % 2 else bit % (300 * 8)  # the header as often as the payload
    changed = bytearray(sealed)
    changed[at // 8] ^= 1 << at % 8
    outcome = prove(bytes(changed), two.XB.age.identities, two.directory(), two.Memory(), two.NOW)
    assert isinstance(outcome, Stranger)


SEALED: dict[str, bytes] = {}


@settings(max_examples=200)
@given(data=st.data())
def test_a_bit_changed_inside_the_seal_makes_a_stranger(two, data):
    """As one does who opened it: everything but the signatures' own slack must be bound."""
    plain = bytearray(write_message("act", decode(write_act(two.preview()), limit=MAX_SEALED)))
    at = data.draw(st.integers(min_value=0, max_value=len(plain) * 8 - 1))
    plain[at // 8] ^= 1 << at % 8
    outcome = prove(
        seal_bytes(two, bytes(plain)), two.XB.age.identities, two.directory(), two.Memory(), two.NOW
    )
    assert isinstance(outcome, Stranger)


@settings(max_examples=100)
@given(data=st.binary(max_size=2000))
def test_no_bytes_make_it_raise(two, data):
    for sealed in (data, seal_bytes(two, data)):
        outcome = prove(sealed, two.XB.age.identities, two.directory(), two.Memory(), two.NOW)
        assert isinstance(outcome, Stranger)


# -- authentic ------------------------------------------------------------------------------------


def order(send, act, **how):
    outcome = send(act, **how)
    assert isinstance(outcome, Authentic)
    assert outcome.not_in_order is not None
    assert render(outcome.not_in_order.reason)
    assert render(f"{outcome.not_in_order.reason}.do")
    return outcome.not_in_order


def test_12_a_repeat_is_not_judged_again(two, send):
    act = two.preview(at="2027-01-01T00:00:00Z", to="xb:no-such-office")
    known = two.Memory({act.id: two.NOW}, {(two.CASE, "XA", 1): "e" * 64})
    assert send(act, known) == Authentic(act, two.XA.entry, repeat=True, equivocates=None, not_in_order=None)


def test_13_a_number_used_twice_is_kept_as_proof(two, send):
    first, second = two.preview(), two.preview(seed="another")
    known = two.Memory({first.id: two.NOW}, {(two.CASE, "XA", 1): first.id})
    outcome = send(second, known)
    assert isinstance(outcome, Authentic)
    assert outcome.equivocates == first.id
    assert outcome.not_in_order == NotInOrder("number", "exchange.order.number_used_twice")
    assert send(two.preview(seed="another", number=2), known).not_in_order is None


def test_14_from_the_future(two, send):
    assert send(two.preview(at="2026-11-21T12:10:00Z")).early is None
    ahead = send(two.preview(at="2026-11-21T12:10:01Z"))
    assert ahead.not_in_order is None
    assert ahead.early == two.NOW + timedelta(seconds=1)  # from then on it is within the tolerance
    assert send(two.preview(at="2026-11-21T12:10:01Z"), now=ahead.early).early is None
    stricter = send(two.preview(at="2026-11-21T12:00:06Z"), tolerance=timedelta(seconds=5))
    assert stricter.early == two.NOW + timedelta(seconds=1)
    assert send(two.preview(at="9999-12-31T23:59:59Z")).early is not None


@pytest.mark.parametrize(
    ("change", "at_fault"),
    [
        ({"status": Status.RETIRED, "until": "2026-11-21T12:00:00Z"}, True),
        ({"status": Status.RETIRED, "until": "2026-11-21T12:00:01Z"}, False),
        ({"since": "2026-11-21T12:00:01Z"}, True),
        ({"since": "2026-11-21T12:00:00Z"}, False),
    ],
)
def test_15_a_key_not_in_force(two, send, change, at_fault):
    changed = two.XA.with_key(two.XA.keys["author"].id, **change)
    outcome = send(two.preview(), directory=two.directory(two.XB, changed))
    wanted = NotInOrder("keys", "exchange.order.key_not_good") if at_fault else None
    assert isinstance(outcome, Authentic)
    assert outcome.not_in_order == wanted


@pytest.mark.parametrize(
    ("signers", "header", "reason"),
    [
        ((("author", "clerk"),), {}, "key_of_other_authority"),
        ((("author", "author"), ("approver", "approver")), {}, "deed_not_given"),
        ((("author", "approver"),), {}, "deed_not_given"),
        ((("author", "author"), ("judge", "judge")), {}, "deed_not_given"),
        ((("node", "author"),), {}, "role_of_other_key"),
        ((("author", "acts"),), {}, "role_of_other_key"),
        ((("node", "acts"),), {}, "deed_not_given"),
        ((("author", "author"),), {"from": "xa:no-such-office"}, "authority_unknown"),
        ((("author", "author"),), {"measure": "extradite"}, "measure_not_given"),
    ],
)
def test_16_out_of_competence(two, send, signers, header, reason):
    fault = order(send, two.preview(signers, **header))
    assert fault == ("competence", f"exchange.order.{reason}")


def test_16_a_court_signs_as_judge_for_another_authority(two, send):
    judge = two.XA.keys["judge"].id
    able = two.XA.with_key(judge, deeds=("preview.judge",))
    outcome = send(
        two.preview((("author", "author"), ("judge", "judge"))), directory=two.directory(two.XB, able)
    )
    assert isinstance(outcome, Authentic)
    assert outcome.not_in_order is None


def test_17_the_authority_addressed(two, send):
    fault = order(send, two.preview(to="xb:no-such-office"))
    assert fault == ("recipient", "exchange.order.addressee_unknown")
    fault = order(send, two.preview(to="xb:court"))
    assert fault == ("recipient", "exchange.order.measure_not_taken")


def test_each_numbered_step_of_the_proof_has_a_test_of_its_number():
    """A step that is added without a test of its own is found here."""
    steps = {
        int(n)
        for n in re.findall(
            r"(?m)(?:^    # |\. )(\d+)\. [A-Z][a-z]+(?: in force)?:", inspect.getsource(inbox)
        )
    }
    tests = {int(name.split("_")[1]) for name in globals() if re.match(r"test_\d+_", name)}
    assert steps == set(range(1, max(steps) + 1))
    assert tests == steps
    assert len(steps) == len(Step) + 2  # a repeat ends without a step; keys are asked twice
