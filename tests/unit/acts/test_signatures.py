"""Who signed: all that are listed and nobody else, by Ed25519 or by a passkey's assertion."""

import hashlib
import json
from dataclasses import dataclass

import builders as b
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.acts import Act, PublicKey, read_act, verify_signers, write_act
from comity.dsse import Assertion, Envelope, Signature
from comity.errors import BadInput, ProofFailed
from comity.wire import b64, b64u, digest

SIDE = b.Side("GH", "PT")
RP = "node.example"
ORIGIN = "https://node.example"
TERMS = {"reason": "error"}
TWO = ("author", "approver")


def wrong(id, what=None):
    match = rf"^{id}\b" + (f".*what={what}" if what else "")
    return pytest.raises(ProofFailed, match=match)


# -- Ed25519 --------------------------------------------------------------------------------------


def test_all_listed_have_signed():
    act = SIDE.act("withdraw", TERMS, roles=TWO)
    verify_signers(act.envelope, act.header.signers, SIDE.keys)


def stripped(envelope, keyid):
    kept = tuple(s for s in envelope.signatures if s.keyid != keyid)
    return Envelope(payloadType=envelope.payloadType, payload=envelope.payload, signatures=kept)


def test_a_signature_cannot_be_stripped():
    act = SIDE.act("withdraw", TERMS, roles=TWO)
    for signer in act.header.signers:
        with wrong("acts.signer_missing"):
            verify_signers(stripped(act.envelope, signer.key), act.header.signers, SIDE.keys)
    with wrong("acts.signer_missing"):
        unsigned = SIDE.act("withdraw", TERMS, sign=False)
        verify_signers(unsigned.envelope, unsigned.header.signers, SIDE.keys)


def test_a_signature_cannot_be_added():
    act = SIDE.people["judge"].sign(SIDE.act("withdraw", TERMS))
    with wrong("acts.signer_added"):
        verify_signers(act.envelope, act.header.signers, SIDE.keys)


def test_a_key_that_is_not_known_is_not_good():
    act = SIDE.act("withdraw", TERMS)
    with wrong("acts.key_unknown"):
        verify_signers(act.envelope, act.header.signers, {})


def test_another_key_does_not_pass_for_it():
    act = SIDE.act("withdraw", TERMS)
    (signer,) = act.header.signers
    with wrong("acts.key_of_other_kind"):
        verify_signers(act.envelope, (signer,), {signer.key: SIDE.people["judge"].public})
    lying = signer.model_copy(update={"alg": "webauthn-eddsa"})
    with wrong("acts.key_of_other_kind"):
        verify_signers(act.envelope, (lying,), SIDE.keys)


def test_one_persons_signature_is_not_anothers():
    act = SIDE.act("withdraw", TERMS, roles=TWO)
    one, other = act.envelope.signatures
    swapped = act.envelope.model_copy(
        update={
            "signatures": (
                one.model_copy(update={"sig": other.sig}),
                other.model_copy(update={"sig": one.sig}),
            )
        }
    )
    with wrong("dsse.signature_wrong"):
        verify_signers(swapped, act.header.signers, SIDE.keys)


def test_a_signature_over_another_act_does_not_hold():
    one, other = (SIDE.act("withdraw", TERMS) for _ in range(2))
    moved = one.envelope.model_copy(update={"signatures": other.envelope.signatures})
    with wrong("dsse.signature_wrong"):
        verify_signers(moved, one.header.signers, SIDE.keys)


def test_an_ed25519_signature_bears_no_assertion():
    act = SIDE.act("withdraw", TERMS)
    (signature,) = act.envelope.signatures
    dressed = signature.model_copy(update={"webauthn": Assertion(authenticator_data="", client_data="")})
    envelope = act.envelope.model_copy(update={"signatures": (dressed,)})
    with wrong("acts.assertion_not_valid", "superfluous"):
        verify_signers(envelope, act.header.signers, SIDE.keys)


# -- passkeys -------------------------------------------------------------------------------------


@dataclass
class Passkey:
    """A software authenticator: what it signs can be made wrong in each part."""

    alg: str
    key: object

    @classmethod
    def of(cls, alg):
        makers = {
            "webauthn-es256": lambda: ec.generate_private_key(ec.SECP256R1()),
            "webauthn-eddsa": ed25519.Ed25519PrivateKey.generate,
            "webauthn-rs256": lambda: rsa.generate_private_key(65537, 2048),
        }
        return cls(alg, makers[alg]())

    @property
    def public(self):
        spki = self.key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return PublicKey(self.alg, spki, RP)

    def raw(self, message):
        if self.alg == "webauthn-es256":
            return self.key.sign(message, ec.ECDSA(hashes.SHA256()))
        if self.alg == "webauthn-rs256":
            return self.key.sign(message, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(message)

    def sign(self, act, *, flags=0x05, rp=RP, data=None, client=None, **said):
        words = {"type": "webauthn.get", "challenge": b64u(bytes.fromhex(act.id)), "origin": ORIGIN, **said}
        client = json.dumps(words).encode() if client is None else client
        if data is None:
            data = hashlib.sha256(rp.encode()).digest() + bytes([flags]) + (7).to_bytes(4, "big")
        return Signature(
            keyid=self.public.id,
            sig=b64(self.raw(data + hashlib.sha256(client).digest())),
            webauthn=Assertion(authenticator_data=b64(data), client_data=b64(client)),
        )


PASSKEYS = {alg: Passkey.of(alg) for alg in ("webauthn-es256", "webauthn-eddsa", "webauthn-rs256")}


@pytest.fixture(params=PASSKEYS)
def passkey(request):
    return PASSKEYS[request.param]


def listed(passkey, **more) -> Act:
    signer = {"role": "author", "key": passkey.public.id, "alg": passkey.alg, "alias": "gh-author"}
    return SIDE.act("withdraw", TERMS, sign=False, header={"signers": [{**signer, **more}]})


def verify(passkey, act, signature, key=None):
    signed = act.with_signature(signature)
    verify_signers(signed.envelope, signed.header.signers, {passkey.public.id: key or passkey.public})
    return signed


def test_a_passkey_signs_an_act(passkey):
    act = listed(passkey)
    signed = verify(passkey, act, passkey.sign(act))
    again = read_act(write_act(signed))
    assert again.id == act.id
    verify_signers(again.envelope, again.header.signers, {passkey.public.id: passkey.public})


def test_more_flags_and_a_quiet_cross_origin_do_no_harm(passkey):
    act = listed(passkey)
    verify(passkey, act, passkey.sign(act, flags=0x1D, crossOrigin=False))


@pytest.mark.parametrize(
    ("how", "what"),
    [
        ({"challenge": b64u(b"another act" * 3)}, "challenge"),
        ({"challenge": digest(b"x")}, "challenge"),
        ({"challenge": None}, "challenge"),
        ({"type": "webauthn.create"}, "type"),
        ({"crossOrigin": True}, "crossOrigin"),
        ({"client": b"[]"}, "type"),
        ({"client": b"{"}, "clientDataJSON"),
        ({"client": b"\xff\xfe\xfa"}, "clientDataJSON"),
        ({"client": b"[" * 100_000}, "clientDataJSON"),
        ({"client": b"1" * 10_000}, "clientDataJSON"),
        ({"flags": 0x00}, "flags"),
        ({"flags": 0x01}, "flags"),
        ({"flags": 0x04}, "flags"),
        ({"rp": "evil.example"}, "rpIdHash"),
        ({"data": b"\0" * 36}, "authenticatorData"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_assertion_for_something_else_is_refused(passkey, how, what):
    act = listed(passkey)
    with wrong("acts.assertion_not_valid", what):
        verify(passkey, act, passkey.sign(act, **how))


def test_an_assertion_of_another_act_is_refused(passkey):
    one, other = listed(passkey), listed(passkey)
    with wrong("acts.assertion_not_valid", "challenge"):
        verify(passkey, one, passkey.sign(other))


def test_a_passkey_without_its_assertion_is_refused(passkey):
    act = listed(passkey)
    bare = passkey.sign(act).model_copy(update={"webauthn": None})
    with wrong("acts.assertion_not_valid", "missing"):
        verify(passkey, act, bare)


def test_a_signature_that_does_not_hold_is_refused(passkey):
    act = listed(passkey)
    signature = passkey.sign(act)
    other = Passkey.of(passkey.alg).sign(act)
    with wrong("dsse.signature_wrong"):
        verify(passkey, act, signature.model_copy(update={"sig": other.sig}))
    # the client data is under the signature, even where no check reads it
    client = json.dumps(
        {"type": "webauthn.get", "challenge": b64u(bytes.fromhex(act.id)), "origin": "https://x.example"}
    )
    assertion = signature.webauthn.model_copy(update={"client_data": b64(client.encode())})
    with wrong("dsse.signature_wrong"):
        verify(passkey, act, signature.model_copy(update={"webauthn": assertion}))
    # and so is the counter
    data = hashlib.sha256(RP.encode()).digest() + b"\x05" + (8).to_bytes(4, "big")
    assertion = signature.webauthn.model_copy(update={"authenticator_data": b64(data)})
    with wrong("dsse.signature_wrong"):
        verify(passkey, act, signature.model_copy(update={"webauthn": assertion}))


def test_a_key_bound_to_no_site_or_another_verifies_nothing(passkey):
    act = listed(passkey)
    for rp in (None, "other.example"):
        with wrong("acts.assertion_not_valid", "rpIdHash"):
            verify(passkey, act, passkey.sign(act), PublicKey(passkey.alg, passkey.public.public, rp))


def test_an_algorithm_that_is_not_the_keys_is_refused():
    es256, eddsa = PASSKEYS["webauthn-es256"], PASSKEYS["webauthn-eddsa"]
    lying = Passkey("webauthn-eddsa", es256.key)  # the key's bytes under another name
    act = listed(lying)
    with wrong("acts.key_of_other_kind"):
        verify(lying, act, eddsa.sign(act).model_copy(update={"keyid": lying.public.id}))
    act = listed(es256, alg="ed25519")
    with wrong("acts.key_of_other_kind"):
        verify(es256, act, es256.sign(act))


def test_another_curve_is_not_es256():
    other = Passkey("webauthn-es256", ec.generate_private_key(ec.SECP384R1()))
    act = listed(other)
    with wrong("acts.key_of_other_kind"):
        verify(other, act, other.sign(act))


def test_a_short_rsa_key_is_no_key():
    short = Passkey("webauthn-rs256", rsa.generate_private_key(65537, 1024))
    act = listed(short)
    with wrong("acts.key_of_other_kind"):
        verify(short, act, short.sign(act))


def test_a_key_that_cannot_be_read_is_bad_input():
    class Broken(Passkey):
        public = PublicKey("webauthn-es256", b"not a key", RP)

    broken = Broken("webauthn-es256", PASSKEYS["webauthn-es256"].key)
    act = listed(broken)
    with pytest.raises(BadInput, match=r"^acts\.key_unreadable"):
        verify(broken, act, broken.sign(act))


# -- an independent judge -------------------------------------------------------------------------


def cose(key):
    """The ES256 public key as COSE (RFC 9053, section 7.1.1), for the other verifier."""
    from webauthn.helpers import encode_cbor

    numbers = key.public_key().public_numbers()
    return encode_cbor(
        {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
    )


def judged_by_webauthn(passkey, act, signature):
    """What the ``webauthn`` package says of the same assertion."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    from comity.wire import unb64

    credential = {
        "id": "AAAA",
        "rawId": "AAAA",
        "type": "public-key",
        "response": {
            "authenticatorData": b64u(unb64(signature.webauthn.authenticator_data)),
            "clientDataJSON": b64u(unb64(signature.webauthn.client_data)),
            "signature": b64u(signature.raw),
        },
    }
    try:
        verify_authentication_response(
            credential=credential,
            expected_challenge=bytes.fromhex(act.id),
            expected_rp_id=RP,
            expected_origin=ORIGIN,
            credential_public_key=cose(passkey.key),
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except WebAuthnException:
        return False
    return True


def judged_by_us(passkey, act, signature):
    try:
        verify(passkey, act, signature)
    except ProofFailed:
        return False
    return True


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"flags": 0x1D},
        {"flags": 0x01},
        {"flags": 0x04},
        {"rp": "evil.example"},
        {"type": "webauthn.create"},
        {"challenge": b64u(b"x" * 32)},
        {"other": True},
    ],
    ids=str,
)
def test_another_verifier_says_the_same(how):
    passkey = PASSKEYS["webauthn-es256"]
    act = listed(passkey)
    if how.pop("other", False):
        signature = passkey.sign(act).model_copy(update={"sig": Passkey.of("webauthn-es256").sign(act).sig})
        expected = False
    else:
        signature = passkey.sign(act, **how)
        expected = how in ({}, {"flags": 0x1D})
    assert judged_by_webauthn(passkey, act, signature) is expected
    assert judged_by_us(passkey, act, signature) is expected
