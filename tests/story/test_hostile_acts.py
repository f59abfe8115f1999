"""Bad acts, one a line: each gets the right outcome at the right step, moves nothing, and loses nothing.

Each is a real sealed message with one thing wrong, handed to a node as its bytes. What is not authentic
leaves no trace in the database or the folder; of what is authentic it is said exactly which rows appear. The
honest act that the bad one was made of arrives afterwards as if nothing had been.
"""

import hostile as h
import loopback as l
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

from comity import store
from comity.acts import Role
from comity.app import peers, people
from comity.app.entry import renew_entry
from comity.app.node import case_of
from comity.cases import InOrder, NotInOrder, Parked
from comity.clock import write_instant
from comity.exchange import MAX_SEALED, Step
from comity.wire import encode
from comity.worker import run_due

ARRIVED = {
    "act": (1, 0),
    "case_list": (1, 0),
    "disclosure": (5, 0),
    "log_opening": (1, 0),
    "log_pending": (1, 0),
    "receipt": (1, 0),
}
"""The rows of an act that came in: itself, its fields, its receipt, what the log will commit to, its case."""


@pytest.fixture
def case(world):
    return world.gh.node.entropy(16).hex()


# -- not authentic: one line a case ---------------------------------------------------------------


def officer(w):
    return [(Role.AUTHOR, w.gh["officer"].key)]


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
                officer(w),
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
    assert changes(before, snapshot(world.pt.node)) == ARRIVED


# -- authentic: what appears, and what does not move ----------------------------------------------


REJECTED = {
    "act": (2, 0),
    "case_list": (1, 0),
    "commitment": (1, 0),
    "disclosure": (7, 0),
    "job": (1, 0),
    "log_opening": (2, 0),
    "log_pending": (2, 0),
    "receipt": (1, 0),
}
"""It, its receipt, and PT's own reject with the job that posts it."""


def rejected_of(world, act):
    """The reject that PT said of an act, and how the act stands."""
    with world.pt.node.db.read() as conn:
        case = case_of(world.pt.node, conn, act.header.case)
        rejects = [a for a in store.acts_of_case(conn, act.header.case) if a.header.kind == "reject"]
    (said,) = [a for a in rejects if a.terms.act == act.id]
    assert said.header.signers[0].role is Role.NODE
    return said.terms, case


def other_office(w, a):
    return preview(w.gh, a.header.case, **{"from": "gh:no-such-office"})


NOT_IN_ORDER = {
    "an authority of the sender's that does not exist": ("competence", "authority_unknown", other_office),
    "an authority here that does not exist": (
        "recipient",
        "addressee_unknown",
        lambda w, a: preview(w.gh, a.header.case, to="pt:no-such-office"),
    ),
    "a measure that does not exist": (
        "competence",
        "measure_not_given",
        lambda w, a: h.compose_by(
            w.gh,
            officer(w),
            case=a.header.case,
            fields=h.PREVIEW | {"terms": h.PREVIEW["terms"] | {"measure": "teleport"}},
        ),
    ),
    "signed by one without competence": (
        "competence",
        "deed_not_given",
        lambda w, a: h.compose_by(w.gh, [(Role.AUTHOR, w.gh["examiner"].key)], case=a.header.case),
    ),
    "signed by the node in a person's place": (
        "competence",
        "role_of_other_key",
        lambda w, a: h.compose_by(w.gh, [(Role.AUTHOR, w.gh.node.keys.acts)], case=a.header.case),
    ),
}


@pytest.mark.parametrize("wrong", NOT_IN_ORDER)
def test_what_is_authentic_and_not_in_order_is_receipted_and_rejected(world, case, wrong):
    step, reason, build = NOT_IN_ORDER[wrong]
    honest = preview(world.gh, case, number=2)
    act = build(world, preview(world.gh, case))
    before = snapshot(world.pt.node)
    assert send(world, seal(world.gh, act), act).outcome == "not_in_order"
    assert changes(before, snapshot(world.pt.node)) == REJECTED
    terms, folded = rejected_of(world, act)
    assert (terms.step, terms.reason) == (step, f"exchange.order.{reason}")
    assert not folded.standing(act.id).moves
    assert folded.requests == {}
    with unchanged(world.pt.node):
        assert send(world, seal(world.gh, act), act).outcome == "not_in_order"
    honest = preview(world.gh, case, number=2, after=sorted(folded.heads))
    assert send(world, seal(world.gh, honest), honest).outcome == "folded"


def test_not_permitted_next(world, case):
    """A withdrawal of what was never asked: receipted, rejected, nothing moved."""
    first = preview(world.gh, case)
    assert send(world, seal(world.gh, first), first).outcome == "folded"
    act = h.compose_by(
        world.gh,
        officer(world),
        case=case,
        kind="accept",
        number=2,
        after=[first.id],
        about=first.id,
        fields={"terms": {"decision": first.id, "conditions": ["c"]}, "text": None},
    )
    before = snapshot(world.pt.node)
    effect = effect_of(world, case)
    assert send(world, seal(world.gh, act), act).outcome == "not_in_order"
    found = changes(before, snapshot(world.pt.node))
    assert found["act"] in {(1, 0), (2, 0)}
    with world.pt.node.db.read() as conn:
        folded = case_of(world.pt.node, conn, case)
    assert isinstance(folded.standing(act.id), NotInOrder)
    assert effect_of(world, case) == effect
    honest = preview(world.gh, world.gh.node.entropy(16).hex())
    assert send(world, seal(world.gh, honest), honest).outcome == "folded"


def effect_of(world, case):
    with world.pt.node.db.read() as conn:
        return case_of(world.pt.node, conn, case).effect()


def test_replayed(world, case):
    act = preview(world.gh, case)
    first = send(world, seal(world.gh, act), act)
    with unchanged(world.pt.node):
        again = send(world, seal(world.gh, act), act)
    assert again.receipt == first.receipt
    assert again.answer != first.answer


def test_a_number_used_twice_is_kept_as_proof(world, case):
    first, second = preview(world.gh, case), preview(world.gh, case)
    assert first.id != second.id
    assert send(world, seal(world.gh, first), first).outcome == "folded"
    effect = effect_of(world, case)
    before = snapshot(world.pt.node)
    assert send(world, seal(world.gh, second), second).outcome == "not_in_order"
    found = changes(before, snapshot(world.pt.node))
    assert found == REJECTED | {"equivocation": (1, 0), "case_list": (1, 1)}
    assert rejected_of(world, second)[0].step == "number"
    assert effect_of(world, case) == effect
    with unchanged(world.pt.node):
        assert send(world, seal(world.gh, first), first).outcome == "folded"
        assert send(world, seal(world.gh, second), second).outcome == "not_in_order"


def test_a_missing_predecessor_parks(world, case):
    first = preview(world.gh, case)
    second = preview(world.gh, case, number=2, after=[first.id])
    before = snapshot(world.pt.node)
    assert send(world, seal(world.gh, second), second).outcome == "parked"
    assert changes(before, snapshot(world.pt.node)) == ARRIVED
    assert effect_of(world, case) == {}
    assert send(world, seal(world.gh, first), first).outcome == "folded"
    with world.pt.node.db.read() as conn:
        folded = case_of(world.pt.node, conn, case)
    assert all(isinstance(folded.standing(act.id), InOrder) for act in (first, second))


def test_from_the_future_parks_until_its_time_comes(pair):
    """Either clock may be wrong, so nothing is rejected; a job takes it up, and with it what came after."""
    gh, pt = pair.gh, pair.pt
    case = "ab" * 16
    ahead = l.timedelta(hours=2)
    act = preview(gh, case, at=write_instant(l.AT + ahead))
    after = preview(gh, case, number=2, after=[act.id], at=write_instant(l.AT + ahead))
    before = snapshot(pt.node)
    assert send(pair, seal(gh, act), act).outcome == "parked"
    assert changes(before, snapshot(pt.node)) == ARRIVED | {"job": (1, 0)}
    assert send(pair, seal(gh, after), after).outcome == "parked"
    with unchanged(pt.node):
        assert send(pair, seal(gh, act), act).outcome == "parked"
        assert run_due(pt.node) == 0
    assert isinstance(standing(pair, act), Parked)
    assert effect_of(pair, case) == {}
    assert pt.node.now() < write_instant(l.AT + ahead)
    tolerance = pt.node.settings.clock_tolerance
    pair.clock.at = l.AT + ahead - tolerance - l.timedelta(seconds=1)
    assert run_due(pt.node) == 0
    pair.later(seconds=1)
    assert run_due(pt.node) > 0
    assert isinstance(standing(pair, act), InOrder)
    assert isinstance(standing(pair, after), InOrder)
    assert set(effect_of(pair, case)) == {act.id, after.id}


def test_from_the_future_and_not_in_order_is_rejected_when_its_time_comes(pair):
    """What the table does not allow is said then, since only then is it judged."""
    gh, pt = pair.gh, pair.pt
    case = "ab" * 16
    first = preview(gh, case)
    assert send(pair, seal(gh, first), first).outcome == "folded"
    act = h.compose_by(
        gh,
        officer(pair),
        case=case,
        kind="accept",
        number=2,
        after=[first.id],
        about=first.id,
        at=write_instant(l.AT + l.timedelta(days=1)),
        fields={"terms": {"decision": first.id, "conditions": ["c"]}, "text": None},
    )
    assert send(pair, seal(gh, act), act).outcome == "parked"
    pair.later(days=2)
    run_due(pt.node)
    assert isinstance(standing(pair, act), NotInOrder)
    effect = effect_of(pair, case)
    assert set(effect) == {first.id}


def standing(pair, act):
    with pair.pt.node.db.read() as conn:
        return case_of(pair.pt.node, conn, act.header.case).standing(act.id)


# -- keys that were good once ---------------------------------------------------------------------


def end_key(pair, name, status):
    """GH's officer's key ends now; PT learns of it."""
    gh, key = pair.gh.node, pair.gh[name].key.id
    gh.db.writer.run(lambda conn: store.set_person_status(conn, key, status, pair.clock.now()))
    gh.db.writer.run(lambda conn: renew_entry(gh, conn))
    peers.follow_peer(pair.pt.node, "GH", peers.own_entry(gh))


@pytest.mark.parametrize("status", ["retired", "revoked"])
def test_a_key_that_ended(pair, status):
    """What came before stays and is receipted again; what comes later is a retired officer's, or nobody's."""
    gh, pt = pair.gh, pair.pt
    second = new_officer(pair)
    before, unknown = preview(gh, "a1" * 16), preview(gh, "a2" * 16)
    first = send(pair, seal(gh, before), before)
    assert first.outcome == "folded"
    pair.later(hours=1)
    end_key(pair, "officer", status)
    pair.later(hours=1)
    with unchanged(pt.node):
        assert send(pair, seal(gh, before), before).receipt == first.receipt
    assert isinstance(standing(pair, before), InOrder)
    was = snapshot(pt.node)
    # It claims a time at which the key was good; the time of its coming counts.
    told = send(pair, seal(gh, unknown), unknown)
    if status == "revoked":
        assert (told.outcome, told.step) == (None, Step.KEYS)
        assert changes(was, snapshot(pt.node)) == {}
    else:
        assert told.outcome == "not_in_order"
        assert changes(was, snapshot(pt.node)) == REJECTED
        assert rejected_of(pair, unknown)[0].step == "keys"
    honest = h.compose_by(gh, [(Role.AUTHOR, second.key)], case="a3" * 16)
    assert send(pair, seal(gh, honest), honest).outcome == "folded"


def new_officer(pair):
    """GH enrols another officer; PT learns of it."""
    from comity.acts import Person
    from comity.app import deeds

    gh = pair.gh
    people.add_person(
        gh.node,
        "second",
        office="gh:central-authority",
        deeds=deeds.deeds_of(("officer",)),
        person=Person(name="Officer B", function="officer", instrument="Appointment 2"),
        by=(gh["officer"], gh["approver"]),
    )
    peers.follow_peer(pair.pt.node, "GH", peers.own_entry(gh.node))
    return gh.node.person("second")


# -- completeness ---------------------------------------------------------------------------------


def test_each_step_of_the_inbox_is_reached_by_some_act_of_this_catalogue():
    reached = {step for step, _ in STRANGERS.values()}
    reached |= {Step(step) for step, _, _ in NOT_IN_ORDER.values()}
    reached |= {Step.NUMBER}  # test_a_number_used_twice_is_kept_as_proof
    reached |= {Step.CLOCK}  # test_from_the_future_parks_until_its_time_comes
    assert reached == set(Step)
