"""What a hostile program sends to a node, each built of a real sealed message with one thing wrong.

GH is a peer with valid keys, and its program is not ours; PT receives. Nothing here asks permission.
"""

import base64
import json
from dataclasses import dataclass

from structlog.testing import capture_logs

from comity import age, dsse
from comity.acts import Role, compose, write_act
from comity.app.receive import receive
from comity.exchange import MAX_SEALED, read_answer, seal_message, write_message
from comity.wire import b64u, decode, encode, sha256

CASE = "cd" * 16


@dataclass(frozen=True)
class Told:
    """What PT made of bytes: the receipt's outcome (none for a stranger), the step that the log names."""

    outcome: str | None
    step: str | None
    answer: bytes
    receipt: bytes | None = None


def header(side, case, **changes):
    node = side.node
    return {
        "kind": "preview",
        "case": case,
        "from": f"{node.state.lower()}:central-authority",
        "to": "pt:central-authority",
        "number": 1,
        "after": [],
        "at": node.now(),
        "about": None,
        "law": {"bundle": node.bundle.digest, "table": node.table.digest},
        "rests_on": "A" * 43,
        **changes,
    }


PREVIEW = {
    "terms": {"measure": "access_stored", "items": [{"id": "mailbox", "data": "content"}]},
    "subject": "An account",
    "conduct": "What is alleged.",
    "facts": [],
    "purpose": "Investigation",
}


def compose_by(side, signers, *, fields=PREVIEW, case=CASE, sign=True, **changes):
    """An act of any header, signed by these: pairs of role and key."""
    listed = sorted(
        (
            {"role": str(r), "key": k.id, "alg": "ed25519", "alias": f"a{n}"}
            for n, (r, k) in enumerate(signers)
        ),
        key=lambda s: (s["role"], s["key"]),
    )
    act = compose(header(side, case, signers=listed, **changes), fields, side.node.entropy)
    for _, key in signers if sign else ():
        act = act.with_signature(key.cosign(act.envelope))
    return act


def preview(side, case=CASE, **changes):
    """An act in order: a preview by the officer."""
    return compose_by(side, [(Role.AUTHOR, side["officer"].key)], case=case, **changes)


def file_of(act):
    return decode(write_act(act), limit=MAX_SEALED)


def seal_body(side, body, *, type="act", recipient=None):
    """A message of any body, sealed to PT."""
    with side.node.db.read() as conn:
        pt = side.node.directory(conn).entry("PT")
    return seal_message(type, body, recipient or pt.recipients, side.node.entropy)


def seal(side, act):
    return seal_body(side, file_of(act))


def seal_plain(side, plain):
    with side.node.db.read() as conn:
        pt = side.node.directory(conn).entry("PT")
    return age.seal(plain, [age.parse_recipient(pt.recipients[0])])


def plain_of(act):
    return write_message("act", file_of(act))


def with_header(side, act, change, key=None):
    """The act with other bytes as its header, which the officer truly signed."""
    body = file_of(act)
    data = change(json.loads(act.envelope.body))
    data = data if isinstance(data, bytes) else encode(data)
    bare = dsse.unsigned(body["envelope"]["payloadType"], data)
    key = key or side["officer"].key
    signed = decode(dsse.write(bare.with_signature(key.cosign(bare))), limit=MAX_SEALED)
    return seal_body(side, body | {"envelope": signed})


def with_fields(side, act, change):
    """The act with other disclosures, whose digests the header truly has."""
    triples = [json.loads(base64.urlsafe_b64decode(one.text + "==")) for one in act.disclosures]
    texts = [b64u(one if isinstance(one, bytes) else encode(one)) for one in change(triples)]
    by_digest = sorted((b64u(sha256(text.encode())), text) for text in texts)
    head = json.loads(act.envelope.body) | {"fields": [digest for digest, _ in by_digest]}
    bare = dsse.unsigned(act.envelope.payloadType, encode(head))
    key = side["officer"].key
    signed = decode(dsse.write(bare.with_signature(key.cosign(bare))), limit=MAX_SEALED)
    return seal_body(side, {"envelope": signed, "disclosures": [text for _, text in by_digest]})


def send(pair, data, act=None, sender=None):
    """Hand bytes to PT; ``act``: to read the answer as the receipt for it."""
    side = sender or pair.gh
    with capture_logs() as logs:
        answer = receive(pair.pt.node, data)
    steps = [line["step"] for line in logs if line["event"] == "stranger"]
    told = None
    if act is not None:
        key = pair.pt.node.keys.acts.public_key
        told = read_answer(answer, side.node.keys.age.identities, key, state="PT", act=act.id)
    return Told(
        None if told is None else told.receipt.outcome,
        steps[0] if steps else None,
        answer,
        None if told is None else dsse.write(told.envelope),
    )


def flip(data, at, bit=0):
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


def slack(text):
    """The same bytes in another base64 spelling: ``YR==`` for ``YQ==``; the text must have slack."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    alphabet += "-_" if "=" not in text else "+/"
    bare = text.rstrip("=")
    assert len(bare) % 4, "no slack in it"
    return bare[:-1] + alphabet[alphabet.index(bare[-1]) ^ 1] + "=" * (len(text) - len(bare))


def officer(w):
    return [(Role.AUTHOR, w.gh["officer"].key)]


ARRIVED = {
    "act": (1, 0),
    "case_list": (1, 0),
    "disclosure": (5, 0),
    "log_opening": (1, 0),
    "log_pending": (1, 0),
    "receipt": (1, 0),
}
"""The rows of an act that came in: itself, its fields, its receipt, what the log will commit to, its case."""
