"""Targets: what a peer or a stranger sends. Sealed bytes, messages, acts, answers, receipts, entries.

Promises: beside the raw bytes each target also takes what a hostile program with valid keys would write: the
input is sealed, or signed, as it would have to be, so that the inner parsers are reached.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache

from fuzz import world
from fuzz.target import cut, target

from comity import age, dsse, wire
from comity.acts import (
    PIECE_RECEIPT_TYPE,
    RECEIPT_TYPE,
    PublicKey,
    read_act,
    read_disclosure,
    verify_signature,
    write_act,
)
from comity.age.bech32 import read_key_text
from comity.dsse import Assertion, Signature
from comity.errors import BadInput, Conflict, NotFound, ProofFailed
from comity.exchange import (
    MAX_SEALED,
    SIZES,
    Authentic,
    Stranger,
    answer,
    constant_answer,
    open_message,
    prove,
    read_answer,
    read_piece_answer,
    seal_act,
    sign_entry,
    sign_receipt,
    trust,
    update,
    write_message,
)
from comity.exchange.entry import DIRECTORY_TYPE, MAX_ENTRY
from comity.exchange.message import frame, read_message
from comity.exchange.receipts import verify_piece_receipt, verify_receipt

ACT = "a" * 64


@cache
def preview():
    return world.two().preview()


@cache
def act_body() -> bytes:
    return write_act(preview())


def seal(plain: bytes) -> bytes:
    two = world.two()
    return age.seal(plain, [age.parse_recipient(two.XB.entry.recipients[0])])


def proved(sealed: bytes) -> Authentic | Stranger:
    """The whole inbox. It never raises, whatever the bytes are."""
    two = world.two()
    outcome = prove(sealed, two.XB.age.identities, two.directory(), two.Memory(), two.NOW)
    if isinstance(outcome, Authentic):
        assert read_act(write_act(outcome.act)) == outcome.act
    return outcome


def message_of(content: bytes) -> bytes:
    """A message whose body is this text, padded as it must be, whatever it is."""
    head, tail = b'{"body":' + content + b',"pad":"', b'","type":"act","v":1}'
    size = next(one for one in SIZES if one >= len(head) + len(tail))
    return head + b"0" * (size - len(head) - len(tail)) + tail


@target(
    "comity.wire.decode",
    "comity.wire.parse",
    seeds=lambda: {"act": act_body(), "json": b'{"a":[1,true,null,"\xc3\xa9"]}'},
)
def json(data):
    value = wire.decode(data, limit=len(data))
    assert wire.encode(value) == data


@target(
    "comity.wire.unb64",
    "comity.wire.unb64u",
    seeds=lambda: {"padded": b"YQ==", "slack": b"YR==", "url": b"-_8"},
)
def base64(data):
    text = data.decode("utf-8", errors="surrogateescape")
    for read, write in ((wire.unb64, wire.b64), (wire.unb64u, wire.b64u)):
        try:
            assert write(read(text)) == text
        except BadInput:
            continue


@target("comity.dsse.read", seeds=lambda: {"act": dsse.write(preview().envelope), "entry": entry_bytes()})
def envelope(data):
    assert dsse.write(dsse.read(data)) == data


@target("comity.acts.act.read_act", seeds=lambda: {"preview": act_body()} | from_case_file("acts/"))
def act(data):
    assert write_act(read_act(data)) == data


@target(
    "comity.acts.disclosure.read_disclosure", seeds=lambda: {"terms": preview().disclosures[0].text.encode()}
)
def disclosure(data):
    text = data.decode("utf-8", errors="surrogateescape")
    assert read_disclosure(text).text == text


def framed(message):
    return frame(message.type, message.content)


@target("comity.exchange.message.read_message", seeds=lambda: {"act": write_message("act", {})})
def message(data):
    assert framed(read_message(data)) == data


@target(
    "comity.exchange.inbox.prove",
    raises=(),
    seeds=lambda: {"act": seal_act(preview(), world.two().XB.entry, os.urandom)},
)
def inbox_sealed(data):
    proved(data)


@target(
    "comity.exchange.message.open_message",
    raises=(BadInput,),
    seeds=lambda: {"act": write_message("act", wire.decode(act_body(), limit=MAX_SEALED))},
)
def inbox_opened(data):
    sealed = seal(data)
    proved(sealed)
    assert framed(open_message(sealed, world.two().XB.age.identities)) == data


@target(raises=(), seeds=lambda: {"preview": act_body()} | from_case_file("acts/", 2))
def inbox_act(data):
    """What is inside a well-padded message."""
    if len(data) < SIZES[2]:
        proved(seal(message_of(data)))


@target(
    "comity.acts.act.open_act",
    "comity.dsse.checked",
    raises=(),
    seeds=lambda: {"preview": preview().envelope.body},
)
def inbox_header(data):
    """A header of any content that a peer's officer truly signed."""
    two, right = world.two(), preview()
    author = two.XA.keys["author"]
    bare = dsse.unsigned(right.envelope.payloadType, data)
    file = {
        "envelope": wire.dump(bare.with_signature(author.cosign(bare))),
        "disclosures": [one.text for one in right.disclosures],
    }
    proved(seal(message_of(wire.encode(file))))


@target(
    raises=(),
    seeds=lambda: {
        f"field-{n}": bytes([n]) + wire.encode(one.value) for n, one in enumerate(preview().disclosures)
    },
)
def inbox_field(data):
    """A field of any content, of which the header truly has the digest."""
    two, right = world.two(), preview()
    chosen, value = cut(data, 1)
    name = right.disclosures[int.from_bytes(chosen, "big") % len(right.disclosures)].name
    text = wire.b64u(b'["' + b"A" * 22 + b'","' + name.encode() + b'",' + value + b"]")
    texts = [one.text for one in right.disclosures if one.name != name] + [text]
    by_digest = sorted((wire.b64u(wire.sha256(one.encode())), one) for one in texts)
    header = wire.decode(right.envelope.body, limit=MAX_SEALED) | {"fields": [one for one, _ in by_digest]}
    bare = dsse.unsigned(right.envelope.payloadType, wire.encode(header))
    signed = wire.dump(bare.with_signature(two.XA.keys["author"].cosign(bare)))
    file = {"envelope": signed, "disclosures": [one for _, one in by_digest]}
    proved(seal(message_of(wire.encode(file))))


@cache
def passkeys() -> dict[str, bytes]:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    keys = {
        "webauthn-es256": ec.derive_private_key(7, ec.SECP256R1()).public_key(),
        "webauthn-eddsa": ed25519.Ed25519PrivateKey.from_private_bytes(b"p" * 32).public_key(),
    }
    return {
        alg: key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for alg, key in keys.items()
    }


def client_data() -> bytes:
    challenge = wire.b64u(bytes.fromhex(preview().id))
    return wire.encode({"type": "webauthn.get", "challenge": challenge, "origin": "https://xa.example"})


def authenticator_data() -> bytes:
    return wire.sha256(b"xa.example") + b"\x05" + bytes(4)


@target(
    "comity.acts.signatures.verify_signature",
    "comity.acts.signatures.verify_signers",
    seeds=lambda: {"right": authenticator_data() + bytes(72) + client_data()},
)
def passkey_signature(data):
    """An assertion: authenticator data, signature, client data."""
    authenticator, signature, client = cut(data, 37, 72)
    told = Assertion(authenticator_data=wire.b64(authenticator), client_data=wire.b64(client))
    for alg, public in passkeys().items():
        key = PublicKey(alg, public, "xa.example")
        signed = Signature(keyid=key.id, sig=wire.b64(signature), webauthn=told)
        try:
            verify_signature(preview().envelope, signed, key)
        except ProofFailed:
            continue
        raise AssertionError("a signature that nobody made")


@target(seeds=passkeys)
def passkey_key(data):
    """A public key that a State lists: nobody has read it before the first signature."""
    told = Assertion(authenticator_data=wire.b64(authenticator_data()), client_data=wire.b64(client_data()))
    for alg in ("webauthn-es256", "webauthn-eddsa", "webauthn-rs256"):
        key = PublicKey(alg, data, "xa.example")
        try:
            verify_signature(preview().envelope, Signature(keyid=key.id, sig="AAAA", webauthn=told), key)
        except (BadInput, ProofFailed):
            continue
        raise AssertionError("a signature that nobody made")


# -- answers and receipts -------------------------------------------------------------------------


def receipt_body() -> bytes:
    two = world.two()
    log = {"origin": "xb.example/log", "by": "2026-11-21T12:05:00Z"}
    told = {
        "v": 1,
        "act": ACT,
        "case": two.CASE,
        "state": "XB",
        "at": "2026-11-21T12:00:00Z",
        "outcome": "folded",
    }
    return wire.encode(told | {"log": log})


def piece_receipt_body() -> bytes:
    return wire.encode({"v": 1, "piece": ACT, "state": "XB", "at": "2026-11-21T12:00:00Z"})


def answers() -> dict[str, bytes]:
    two = world.two()
    signed = two.XB.keys["acts"].state(RECEIPT_TYPE, receipt_body())
    return {"receipt": answer(signed, two.XA.entry, os.urandom), "constant": constant_answer(os.urandom)}


def read_both(data: bytes) -> None:
    two = world.two()
    for read, about in ((read_answer, "act"), (read_piece_answer, "piece")):
        try:
            read(data, two.XA.age.identities, two.XB.keys["acts"].public_key, state="XB", **{about: ACT})
        except (BadInput, ProofFailed):
            continue


@target("comity.exchange.answers.read_answer", "comity.exchange.answers.read_piece_answer", seeds=answers)
def answer_sealed(data):
    read_both(data)


@target(
    seeds=lambda: {
        name: age.open_sealed(one, world.two().XA.age.identities, 4096)
        for name, one in answers().items()
        if name == "receipt"
    }
)
def answer_opened(data):
    two = world.two()
    read_both(age.seal(data, [age.parse_recipient(two.XA.entry.recipients[0])]))


@target(
    "comity.exchange.receipts.verify_receipt",
    "comity.exchange.receipts.verify_piece_receipt",
    seeds=lambda: {"act": receipt_body(), "piece": piece_receipt_body()},
)
def receipt(data):
    """A receipt of any content that the peer truly signed."""
    key = world.two().XB.keys["acts"]
    for kind, verify in ((RECEIPT_TYPE, verify_receipt), (PIECE_RECEIPT_TYPE, verify_piece_receipt)):
        try:
            read = verify(key.state(kind, data), key.public_key, "XB")
        except (BadInput, ProofFailed):
            continue
        assert wire.dump_bytes(read.receipt) == data
        assert sign_receipt(read.receipt, key) == read.envelope


# -- the directory --------------------------------------------------------------------------------


@cache
def entry_bytes() -> bytes:
    two = world.two()
    return dsse.write(sign_entry(two.XA.entry, two.XA.keys["acts"]))


@target("comity.exchange.entry.trust", seeds=lambda: {"entry": entry_bytes()})
def entry(data):
    trust(data, world.two().XA.keys["acts"].id)


@target(
    "comity.exchange.entry.update",
    raises=(BadInput, ProofFailed, Conflict),
    seeds=lambda: {"entry": dsse.read(entry_bytes()).body},
)
def entry_signed(data):
    """An entry of any content that the peer truly signed; what is trusted is used: an act is proved by it."""
    two = world.two()
    own = two.XA.keys["acts"]
    signed = dsse.write(own.state(DIRECTORY_TYPE, data))
    read = trust(signed, own.id)
    said = wire.decode(data, limit=MAX_ENTRY)
    for office in said["authorities"]:
        office.setdefault("phone", None)  # entries of before have none,
        office.setdefault("recipients", [])  # and no keys of units
        office.setdefault("listings", [])  # nor how those came to be listed
    assert wire.dump(read) == said
    update(two.XA.entry, signed)
    peer = replace(two.XA, entry=read)
    if read.state == "XA":
        prove(
            seal(message_of(act_body())),
            two.XB.age.identities,
            two.directory(two.XB, peer),
            two.Memory(),
            two.NOW,
        )
        answer(own.state(RECEIPT_TYPE, receipt_body()), read, os.urandom)


# -- age ------------------------------------------------------------------------------------------


SEALED_ONE = b"a message of two chunks" * 4000


@cache
def identity() -> age.X25519Identity:
    return age.generate_x25519(world.two().stream("fuzz"))


@cache
def sealed_one() -> bytes:
    return age.seal(SEALED_ONE[:1000], [identity().recipient], entropy=world.two().stream("seal"))


@cache
def hybrid_one() -> tuple[age.HybridIdentity, bytes]:
    made = age.generate_hybrid(world.two().stream("hybrid"))
    return made, age.seal(b"hybrid", [made.recipient], entropy=world.two().stream("seal"))


def opened(data: bytes) -> None:
    identities = [identity(), hybrid_one()[0], age.PassphraseIdentity("fuzz", 2)]
    for wanted in identities:
        try:
            age.open_sealed(data, [wanted], 2**20)
        except (BadInput, NotFound, ProofFailed):
            continue


@target(
    "comity.age.file.decrypt",
    "comity.age.file.open_sealed",
    "comity.age.header.read_header",
    raises=(),
    seeds=lambda: {
        "x25519": sealed_one(),
        "hybrid": hybrid_one()[1],
        "scrypt": age.seal(
            b"text", [age.PassphraseRecipient("fuzz", 2)], entropy=world.two().stream("scrypt")
        ),
    },
)
def age_file(data):
    opened(data)


@target(
    "comity.age.file.decrypt_unfinished",
    raises=(BadInput, NotFound, ProofFailed),
    seeds=lambda: {"whole": sealed_one(), "stopped": sealed_one()[:-9]},
)
def age_unfinished(data):
    """What a writer left behind gives a beginning of what it was given, and no error after the header."""
    import io

    told = age.decrypt_unfinished([identity()], io.BytesIO(data)).read()
    whole = age.open_sealed(sealed_one(), [identity()], 2**20)
    assert whole.startswith(told)


@target(
    "comity.age.file.open_range",
    raises=(BadInput, NotFound, ProofFailed),
    seeds=lambda: {"range": b"\x00\x05\x00\x20" + sealed_one()},
)
def age_range(data):
    import io

    start, length, sealed = cut(data, 2, 2)
    source = io.BytesIO(sealed)
    age.open_range([identity()], source, int.from_bytes(start, "big"), int.from_bytes(length, "big")).read()


@target(seeds=lambda: {"armored": age.armor(sealed_one())})
def age_armor(data):
    import io

    inside = age.ArmorReader(io.BytesIO(data)).read()
    assert age.armor(inside).strip() == data.strip().replace(b"\r\n", b"\n")


@target(
    "comity.age.file.parse_recipient",
    "comity.age.file.parse_identity",
    "comity.age.x25519.read_recipient",
    "comity.age.x25519.read_identity",
    "comity.age.hybrid.read_recipient",
    "comity.age.hybrid.read_identity",
    "comity.age.bech32.read_key_text",
    raises=(),
    seeds=lambda: {
        "recipient": str(identity().recipient).encode(),
        "identity": str(identity()).encode(),
        "hybrid": str(hybrid_one()[0].recipient).encode(),
        "hybrid-identity": str(hybrid_one()[0]).encode(),
    },
)
def age_key_text(data):
    text = data.decode("utf-8", errors="surrogateescape")
    for read in (age.parse_recipient, age.parse_identity):
        try:
            assert str(read(text)) == text
        except BadInput:
            continue
    for upper in (False, True):
        try:
            read_key_text(text, "age", 32, upper=upper)
        except BadInput:
            continue


def from_case_file(beginning: str, most: int = 4) -> dict[str, bytes]:
    found = world.members(world.full_case_file(), beginning)[:most]
    return {f"case-{number}": one for number, one in enumerate(found)}
