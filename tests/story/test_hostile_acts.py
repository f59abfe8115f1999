"""Bad acts, one a line: each gets the right outcome at the right step, moves nothing, and loses nothing.

Each is a real sealed message with one thing wrong, handed to a node as its bytes. What is not authentic
leaves no trace in the database or the folder; of what is authentic it is said exactly which rows appear. The
honest act that the bad one was made of arrives afterwards as if nothing had been.
"""

import hostile as h
import pytest
from hostile import (
    file_of,
    flip,
    plain_of,
    preview,
    seal,
    seal_body,
    seal_plain,
    send,
    slack,
    with_fields,
    with_header,
)
from snapshot import changes, snapshot, unchanged

from comity.acts import Role
from comity.exchange import MAX_SEALED, Step
from comity.wire import encode

# -- not authentic: one line a case ---------------------------------------------------------------


def text_field(name, value):
    """Other bytes for the field of that name, truly digested and signed."""

    def change(triples):
        return [(t[0], t[1], value) if t[1] == name else t for t in triples]

    return change


def drop(body, *path):
    """A body without one member."""
    if len(path) == 1:
        return {name: value for name, value in body.items() if name != path[0]}
    return body | {path[0]: drop(body[path[0]], *path[1:])}


def in_envelope(body, **members):
    return body | {"envelope": body["envelope"] | members}


def first_signature(body, **members):
    first, *rest = body["envelope"]["signatures"]
    return in_envelope(body, signatures=[first | members, *rest])


def of_state(w, state, **changes):
    """An act by another State's officer."""
    side = w.others[state]
    told = {"from": f"{state.lower()}:central-authority"}
    return h.compose_by(side, [(Role.AUTHOR, side["officer"].key)], **{**told, **changes})


def two_signed(w, a, *, keep):
    """A request by author and approver, of which one signature was taken off."""
    signers = [(Role.AUTHOR, w.gh["officer"].key), (Role.APPROVER, w.gh["approver"].key)]
    act = h.compose_by(w.gh, signers, case=a.header.case)
    kept = [s for s in file_of(act)["envelope"]["signatures"] if s["keyid"] == w.gh[keep].key.id]
    return in_envelope(file_of(act), signatures=kept)


def with_sealed(cut):
    return lambda w, a: cut(seal(w.gh, a))


STRANGERS = {
    # 1. size
    "longer than any message": (Step.SIZE, lambda w, a: seal(w.gh, a) + bytes(MAX_SEALED)),
    # 2. seal
    "nothing at all": (Step.SEAL, lambda w, a: b""),
    "no age file": (Step.SEAL, lambda w, a: b"not sealed " * 100),
    "cut by one byte": (Step.SEAL, with_sealed(lambda d: d[:-1])),
    "cut in its middle": (Step.SEAL, with_sealed(lambda d: d[: len(d) // 2])),
    "cut in its header": (Step.SEAL, with_sealed(lambda d: d[:60])),
    "one byte more": (Step.SEAL, with_sealed(lambda d: d + b"\0")),
    "reordered": (
        Step.SEAL,
        with_sealed(lambda d: d[:200] + d[-800:-400] + d[600:-800] + d[200:600] + d[-400:]),
    ),
    "a bit flipped in the header": (Step.SEAL, with_sealed(lambda d: flip(d, 60))),
    "a bit flipped in its code": (Step.SEAL, with_sealed(lambda d: flip(d, d.index(b"--- ") + 10))),
    "a bit flipped in the payload": (Step.SEAL, with_sealed(lambda d: flip(d, 1000, 7))),
    "a bit flipped at the end": (Step.SEAL, with_sealed(lambda d: flip(d, len(d) - 1))),
    "sealed to another State": (
        Step.SEAL,
        lambda w, a: seal_body(w.gh, file_of(a), recipient=w.others["ES"].node.keys.age.recipients),
    ),
    # 3. message
    "no message inside": (Step.MESSAGE, lambda w, a: seal_plain(w.gh, b"hello")),
    "a message of an unknown version": (
        Step.MESSAGE,
        lambda w, a: seal_plain(w.gh, plain_of(a).replace(b'"type":"act","v":1}', b'"type":"act","v":2}')),
    ),
    "a message of another type": (Step.MESSAGE, lambda w, a: seal_body(w.gh, file_of(a), type="receipt")),
    "a message with a member twice": (
        Step.MESSAGE,
        lambda w, a: seal_plain(w.gh, plain_of(a).replace(b'"pad":"' + b"0" * 9, b'"pad":"","pad":"')),
    ),
    "white space in it": (
        Step.MESSAGE,
        lambda w, a: seal_plain(w.gh, plain_of(a).replace(b'0","type"', b'", "type"')),
    ),
    "less padding than it needs": (
        Step.MESSAGE,
        lambda w, a: seal_plain(w.gh, plain_of(a).replace(b'0","type"', b'","type"')),
    ),
    # 4. schema
    "no act in it": (Step.SCHEMA, lambda w, a: seal_body(w.gh, {})),
    "an unknown member": (Step.SCHEMA, lambda w, a: seal_body(w.gh, file_of(a) | {"more": 1})),
    "an unknown member of the envelope": (
        Step.SCHEMA,
        lambda w, a: seal_body(w.gh, in_envelope(file_of(a), more=1)),
    ),
    "an unknown member of the header": (
        Step.SCHEMA,
        lambda w, a: with_header(w.gh, a, lambda v: v | {"more": 1}),
    ),
    "a member of the header missing": (
        Step.SCHEMA,
        lambda w, a: with_header(w.gh, a, lambda v: drop(v, "about")),
    ),
    "a member of the header twice": (
        Step.SCHEMA,
        lambda w, a: with_header(
            w.gh, a, lambda v: encode(v).replace(b'"number":1', b'"number":1,"number":1')
        ),
    ),
    "a header with white space": (Step.SCHEMA, lambda w, a: with_header(w.gh, a, lambda v: encode(v) + b" ")),
    "a number that is a fraction": (
        Step.SCHEMA,
        lambda w, a: with_header(w.gh, a, lambda v: encode(v).replace(b'"number":1', b'"number":1.0')),
    ),
    "a number that is true": (Step.SCHEMA, lambda w, a: with_header(w.gh, a, lambda v: v | {"number": True})),
    "a day that does not exist": (
        Step.SCHEMA,
        lambda w, a: with_header(w.gh, a, lambda v: v | {"at": "2026-02-31T00:00:00Z"}),
    ),
    "a header of version 2": (Step.SCHEMA, lambda w, a: with_header(w.gh, a, lambda v: v | {"v": 2})),
    "a kind that does not exist": (
        Step.SCHEMA,
        lambda w, a: with_header(w.gh, a, lambda v: v | {"kind": "order"}),
    ),
    "a State that cannot be one": (
        Step.SCHEMA,
        lambda w, a: with_header(w.gh, a, lambda v: v | {"from": "g:x"}),
    ),
    "addressed to its own State": (
        Step.SCHEMA,
        lambda w, a: with_header(w.gh, a, lambda v: v | {"to": "gh:central-authority"}),
    ),
    "a field twice": (
        Step.SCHEMA,
        lambda w, a: with_fields(w.gh, a, lambda ts: [*ts, ["B" * 22, *ts[0][1:]]]),
    ),
    "a disclosure twice": (
        Step.SCHEMA,
        lambda w, a: seal_body(
            w.gh, (b := file_of(a)) | {"disclosures": [b["disclosures"][0], *b["disclosures"]]}
        ),
    ),
    "disclosures in another order": (
        Step.SCHEMA,
        lambda w, a: seal_body(w.gh, (b := file_of(a)) | {"disclosures": b["disclosures"][::-1]}),
    ),
    "an unknown field": (
        Step.SCHEMA,
        lambda w, a: with_fields(
            w.gh, a, lambda ts: [(t[0], "extra", t[2]) if t[1] == "purpose" else t for t in ts]
        ),
    ),
    "a field less": (
        Step.SCHEMA,
        lambda w, a: with_fields(w.gh, a, lambda ts: [t for t in ts if t[1] != "purpose"]),
    ),
    "a field more": (
        Step.SCHEMA,
        lambda w, a: with_fields(w.gh, a, lambda ts: [*ts, ["C" * 22, "text", "More"]]),
    ),
    "a field of another type": (Step.SCHEMA, lambda w, a: with_fields(w.gh, a, text_field("purpose", 5))),
    "a text that is too long": (
        Step.SCHEMA,
        lambda w, a: with_fields(w.gh, a, text_field("conduct", "x" * 20_001)),
    ),
    "a text with a lone surrogate": (
        Step.SCHEMA,
        lambda w, a: with_fields(
            w.gh,
            a,
            lambda ts: [
                b'["' + b"A" * 22 + b'","purpose","\\ud800"]' if t[1] == "purpose" else t for t in ts
            ],
        ),
    ),
    "a salt that is too short": (
        Step.SCHEMA,
        lambda w, a: with_fields(
            w.gh, a, lambda ts: [("AAAA", *t[1:]) if t[1] == "purpose" else t for t in ts]
        ),
    ),
    "a measure that cannot be one": (
        Step.SCHEMA,
        lambda w, a: with_fields(w.gh, a, text_field("terms", h.PREVIEW["terms"] | {"measure": "Access!"})),
    ),
    "terms with a member missing": (
        Step.SCHEMA,
        lambda w, a: with_fields(w.gh, a, text_field("terms", drop(h.PREVIEW["terms"], "items"))),
    ),
    "a signature in another spelling": (
        Step.SCHEMA,
        lambda w, a: seal_body(
            w.gh, first_signature(b := file_of(a), sig=slack(b["envelope"]["signatures"][0]["sig"]))
        ),
    ),
    "a signature without padding": (
        Step.SCHEMA,
        lambda w, a: seal_body(
            w.gh, first_signature(b := file_of(a), sig=b["envelope"]["signatures"][0]["sig"].rstrip("="))
        ),
    ),
    # 5. version
    "an act of version 2": (
        Step.VERSION,
        lambda w, a: seal_body(
            w.gh, in_envelope(file_of(a), payloadType="application/vnd.comity.act.v2+json")
        ),
    ),
    "another kind of statement": (
        Step.VERSION,
        lambda w, a: seal_body(
            w.gh, in_envelope(file_of(a), payloadType="application/vnd.comity.receipt.v1+json")
        ),
    ),
    # 6. complete
    "a field held back": (Step.COMPLETE, lambda w, a: seal(w.gh, a.without(["facts"]))),
    # 7. addressee
    "addressed to another State": (
        Step.ADDRESSEE,
        lambda w, a: seal(w.gh, preview(w.gh, a.header.case, to="es:central-authority")),
    ),
    "addressed to a State that does not exist": (
        Step.ADDRESSEE,
        lambda w, a: seal(w.gh, preview(w.gh, a.header.case, to="zz:central-authority")),
    ),
    "a kind that stays at home": (
        Step.ADDRESSEE,
        lambda w, a: seal(
            w.gh,
            h.compose_by(
                w.gh,
                h.officer(w),
                case=a.header.case,
                kind="ratify",
                to=None,
                fields={"terms": {"act": "a" * 64, "ratified": True}, "text": "Text"},
            ),
        ),
    ),
    # 8. sender
    "from a State that is not known here": (
        Step.SENDER,
        lambda w, a: seal(w.others["FR"], of_state(w, "FR")),
    ),
    "from a State that does not exist": (
        Step.SENDER,
        lambda w, a: seal(w.gh, preview(w.gh, a.header.case, **{"from": "zz:central-authority"})),
    ),
    # 9. parties: a case of GH and PT
    "a third State in the case of two": (
        Step.PARTIES,
        lambda w, a: seal(w.others["ES"], of_state(w, "ES", case=w.theirs.header.case, number=2)),
    ),
    # 10. keys
    "signed by another State's officer": (
        Step.KEYS,
        lambda w, a: seal(
            w.gh, h.compose_by(w.gh, [(Role.AUTHOR, w.others["ES"]["officer"].key)], case=a.header.case)
        ),
    ),
    "signed by an officer of the receiver": (
        Step.KEYS,
        lambda w, a: seal(w.gh, h.compose_by(w.gh, [(Role.AUTHOR, w.pt["officer"].key)], case=a.header.case)),
    ),
    "signed by a key that nobody lists": (
        Step.KEYS,
        lambda w, a: seal(
            w.gh, h.compose_by(w.gh, [(Role.AUTHOR, w.others["FR"]["officer"].key)], case=a.header.case)
        ),
    ),
    "signed by the log's key": (
        Step.KEYS,
        lambda w, a: seal(w.gh, h.compose_by(w.gh, [(Role.NODE, w.gh.node.keys.log)], case=a.header.case)),
    ),
    # 11. signatures
    "unsigned": (Step.SIGNATURES, lambda w, a: seal_body(w.gh, in_envelope(file_of(a), signatures=[]))),
    "the approver stripped": (
        Step.SIGNATURES,
        lambda w, a: seal_body(w.gh, two_signed(w, a, keep="officer")),
    ),
    "the author stripped": (Step.SIGNATURES, lambda w, a: seal_body(w.gh, two_signed(w, a, keep="approver"))),
    "a signer added": (
        Step.SIGNATURES,
        lambda w, a: seal(w.gh, a.with_signature(w.gh["approver"].key.cosign(a.envelope))),
    ),
    "a signature of another act": (
        Step.SIGNATURES,
        lambda w, a: seal_body(
            w.gh,
            in_envelope(
                file_of(a), signatures=file_of(preview(w.gh, a.header.case))["envelope"]["signatures"]
            ),
        ),
    ),
    "a signature by another key under the name of the listed one": (
        Step.SIGNATURES,
        lambda w, a: seal_body(
            w.gh,
            first_signature(
                file_of(a),
                sig=file_of(a.with_signature(w.gh["approver"].key.cosign(a.envelope)))["envelope"][
                    "signatures"
                ][other(w, a)]["sig"],
            ),
        ),
    ),
    "a header changed after it was signed": (
        Step.SIGNATURES,
        lambda w, a: seal_body(
            w.gh,
            in_envelope(
                file_of(preview(w.gh, a.header.case)), signatures=file_of(a)["envelope"]["signatures"]
            ),
        ),
    ),
}
"""By what is wrong: the step that must find it, and the bytes."""


def other(w, a):
    """Where the approver's signature stands beside the officer's."""
    return int(w.gh["approver"].key.id > w.gh["officer"].key.id)


@pytest.mark.parametrize("wrong", STRANGERS)
def test_what_is_not_authentic_leaves_no_trace(world, case, wrong):
    step, build = STRANGERS[wrong]
    honest = preview(world.gh, case)
    data = build(world, honest)
    with unchanged(world.pt.node):
        told = send(world, data, honest)
        again = send(world, data, honest)
    assert (told.step, told.outcome) == (step, None)
    assert (again.step, len(again.answer)) == (step, len(told.answer))
    before = snapshot(world.pt.node)
    told = send(world, seal(world.gh, honest), honest)
    assert told.outcome == "folded"
    assert changes(before, snapshot(world.pt.node)) == h.ARRIVED
