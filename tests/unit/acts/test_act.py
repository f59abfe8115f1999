"""Acts are well formed or refused; fields can be withheld or destroyed, and nothing else changes."""

import itertools

import builders as b
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.acts import (
    ACT_TYPE,
    KINDS,
    compose,
    kind,
    open_act,
    read_act,
    state_of,
    verify_signers,
    write_act,
)
from comity.acts.disclosure import disclose, read_disclosure
from comity.dsse import unsigned
from comity.errors import BadInput, ProofFailed
from comity.wire import b64, b64u, decode, digest, dump, encode, sha256

SIDE = b.Side("GH", "PT")
NOWHERE = digest(b"nowhere")

TERMS = {
    "preview": {"measure": "access_stored", "items": b.items("a")},
    "request": b.request_terms(),
    "amend": {"add": [], "drop": []},
    "withdraw": {"reason": "error"},
    "reject": {"act": NOWHERE, "step": "x", "reason": "y"},
    "ask": b.questions("q"),
    "answer": {"ask": NOWHERE, "questions": ["q"]},
    "consult": {"grounds": ["a.b"], "answer_by": b.LATER},
    "decide": b.decision(b.outcome("a")),
    "accept": {"decision": NOWHERE, "conditions": ["c"]},
    "effected": b.effected(),
    "deliver": b.delivery(NOWHERE),
    "take_custody": b.custody(NOWHERE),
    "extend": {"until": b.LATER},
    "use": {"exhibits": ["EX-1"], "use": "stated"},
    "close": {"outcome": "answered"},
    "forward": {"authority": "gh:court-1"},
    "status": {"asked": None, "progress": None},
    "correspond": {"answers": None},
    "inform": {**b.information(), "conditions": []},
    "arrest": {"event": "arrested", "items": ["person"], "at": b.AT, "until": b.LATER},
    "court": {"items": ["person"], "finding": "consented", "at": b.AT},
    "surrender": {"items": ["person"], "manner": "full", "at": b.AT},
    "prosecute_instead": {"items": ["person"], "at": b.AT, "evidence": None},
    "ask_instead": {"items": ["person"], "instead": "enforcement"},
    "enforce_instead": {"items": ["person"], "taken_over": True, "at": b.AT},
    "speciality": {"items": ["person"], "use": "re_extradition", "consent": NOWHERE, "to": "XC", "at": b.AT},
    "sentence": b.sentence(),
    "lift": {"items": ["asset"], "consultation": NOWHERE, "at": b.AT},
    "afford": {"items": ["person"], "afforded": "counsel", "at": b.AT},
    "seek_consent": {"use": "other_proceeding", "exhibits": ["EX-1"], "items": []},
    "consent": {"sought": NOWHERE, "consent": "given", "conditions": []},
    "recall": {"exhibits": ["EX-1"], "reason": "order_annulled", "destroy_by": b.LATER},
    "breach": {"exhibits": ["EX-1"], "condition": None, "at": b.AT},
    "destroyed": {"exhibits": ["EX-1"], "at": b.AT, "proof": NOWHERE},
    "remedy": b.remedy(),
    "ratified": {"decision": NOWHERE, "ratified": True},
    "enrol": {
        "key": NOWHERE,
        "alg": "ed25519",
        "public": "AAAA",
        "authority": "gh:central-authority",
        "deeds": ["send"],
        "founding": False,
    },
    "adopt_law": {"state": "GH", "version": 1, "overlay": "0" * 64, "base": "1" * 64},
    "confirm_law": {
        "instrument": "uncc",
        "document": "0" * 64,
        "language": "en",
        "ticks": [{"provision": "uncc.mla.reasons", "record": "1" * 64}],
    },
    "ratify": {"act": NOWHERE, "ratified": True},
    "assess": {"findings": NOWHERE, "on": "2026-11-21"},
    "answer_finding": {"assessment": NOWHERE, "finding": "a.b", "resolved": True},
    "tell": {"assessment": NOWHERE, "finding": "a.b", "told": ["PT"]},
    "deliberate": {"assessment": NOWHERE, "answers": []},
    "register": {"channel": "embassy", "scan": NOWHERE, "confirm_by": None},
    "ask_use": {
        "exhibits": ["EX-1"],
        "use": "stated",
        "purpose": "court",
        "verdict": "refused",
        "limits": ["recalled"],
        "questions": [],
        "answered": False,
    },
    "called_back": {"office": "pt:desk", "entry": 1, "outcome": "confirmed", "at": "2026-11-21T12:00:00Z"},
    "notify_person": {"items": ["a"], "at": "2026-11-21T12:00:00Z"},
    "delay_notice": {"items": ["a"], "by": "court", "until": "2026-11-21T12:00:00Z"},
    "tell_holder": {"act": NOWHERE, "to": "ES", "at": "2026-11-21T12:00:00Z"},
    "confirm": {"entry": NOWHERE, "act": NOWHERE, "case": "0" * 32, "scan": None, "differs": ["terms.items"]},
    "dispatch": {
        "act": NOWHERE,
        "channel": "post",
        "at": "2026-11-21T10:00:00Z",
        "letter": NOWHERE,
        "scan": None,
    },
    "pass_on": {
        "entry": NOWHERE,
        "state": "PT",
        "returned": False,
        "channel": "post",
        "at": "2026-11-21T10:00:00Z",
    },
    "contact": {
        "contact": "pt:ministry",
        "role": "authority",
        "channels": ["diplomatic"],
        "functions": [],
        "active": True,
    },
    "originate": {"contact": "gh:police", "at": "2026-11-21T10:00:00Z", "scan": None},
    "order": {
        "contact": "gh:provider",
        "items": ["a"],
        "document": NOWHERE,
        "bases": ["uncc.mla"],
        "language": "en",
        "at": "2026-11-21T10:00:00Z",
        "answer_by": None,
    },
    "return": {
        "order": NOWHERE,
        "outcome": "objected",
        "items": ["a"],
        "at": "2026-11-21T10:00:00Z",
        "scan": NOWHERE,
        "exhibits": [],
    },
    "rule_objection": {"objection": NOWHERE, "ruled": "heeded", "act": None},
    "import_case": {
        "direction": "incoming",
        "state": "PT",
        "measure": "access_stored",
        "opened": "2019-02-01",
        "closed": None,
        "outcome": None,
        "scan": None,
        "file": NOWHERE,
        "line": 2,
    },
    "assign": {"office": "gh:central-authority", "person": None},
    "hand_over": {"office": "gh:central-authority", "to": NOWHERE},
    "take_over": {"hand_over": NOWHERE},
    "offer_costs": {"items": ["a"], "amount": 1, "currency": "XAF", "answer_by": b.LATER},
    "answer_costs": {"offer": NOWHERE, "answer": "shared", "share": 1},
    "cost": {"event": "estimated", "extraordinary": True, "items": ["a"], "amount": 1, "currency": "XAF"},
    "proceed": {"estimate": NOWHERE},
    "roster": {
        "office": "gh:desk-24-7",
        "since": b.AT,
        "until": b.LATER,
        "turns": [{"person": NOWHERE, "since": b.AT, "until": b.LATER}],
    },
    "intake": {"exhibit": "EX-1", "statement": NOWHERE, "items": ["a"]},
    "unit_key": {"office": "gh:unit", "recipients": ["age1a"]},
    "confirm_unit_key": {"act": NOWHERE, "office": "gh:unit", "recipients": ["age1a"]},
    "mark": {"exhibit": "EX-1", "protected": {"material": "grooming", "unit": "gh:unit"}},
    "unseal": {
        "exhibit": "EX-1",
        "statement": NOWHERE,
        "unit": "gh:unit",
        "what": "open",
        "until": b.LATER,
        "to": None,
        "delivery": None,
    },
    "review": {"exhibit": "EX-1", "release": True},
    "certify": {"exhibit": "EX-1", "seal": NOWHERE, "certifies": "custodian", "departed": False},
    "look": {"until": b.LATER},
    "wall": {"until": None, "enter": ["0" * 64, "1" * 64]},
    "unwall": {"wall": NOWHERE},
    "link": {"tie": "evidence"},
    "unlink": {"link": NOWHERE},
    "deconflict": {"asked": [NOWHERE]},
    "export": {"form": "case_file", "profile": "court", "subject": None, "file": NOWHERE},
    "erase": {"act": NOWHERE, "field": "conduct", "ground": "a.b"},
    "disclose": {"profile": "defence", "withheld": []},
}
REQUEST = SIDE.act("request", TERMS["request"], roles=("author", "approver"))


def refused(id):
    return pytest.raises(BadInput, match=rf"^{id}\b")


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_can_be_said_written_and_read(name):
    act = SIDE.act(name, TERMS[name])
    data = write_act(act)
    again = read_act(data)
    assert again == act
    assert write_act(again) == data
    assert again.id == digest(act.envelope.pae)
    assert again.complete
    assert set(again.fields) == set(KINDS[name].fields)
    assert again.header.shared == KINDS[name].travels
    verify_signers(again.envelope, again.header.signers, SIDE.keys)


@pytest.mark.parametrize("name", KINDS)
def test_terms_hold_no_free_text(name):
    """Whatever a terms model takes as text has a pattern that no sentence fits."""

    def texts(schema, defs):
        if "$ref" in schema:
            schema = defs[schema["$ref"].rsplit("/", 1)[1]]
        if schema.get("type") == "string" and not {"pattern", "enum", "const"} & set(schema):
            yield schema
        for inner in (*schema.get("properties", {}).values(), *schema.get("anyOf", ())):
            yield from texts(inner, defs)
        if "items" in schema:
            yield from texts(schema["items"], defs)

    schema = KINDS[name].fields["terms"].model_json_schema()
    assert list(texts(schema, schema.get("$defs", {}))) == []


@given(st.sets(st.sampled_from(sorted(set(KINDS["request"].fields) - {"terms"}))))
def test_any_fields_can_be_withheld_and_the_rest_verifies(names):
    copy = REQUEST.without(names)
    assert copy.id == REQUEST.id
    assert copy.terms == REQUEST.terms
    assert set(copy.fields) == set(REQUEST.fields) - names
    digests = {d.digest for d in REQUEST.disclosures if d.name in names}
    assert set(copy.unopened) == digests
    assert copy.complete == (not names)
    verify_signers(copy.envelope, copy.header.signers, SIDE.keys)
    again = read_act(write_act(copy))
    assert again == copy
    # and what was withheld can be opened again later
    assert open_act(copy.envelope, [d.text for d in REQUEST.disclosures]) == REQUEST


def test_terms_are_never_withheld():
    with refused("acts.terms_stay"):
        REQUEST.without(["terms"])
    with refused("acts.field_not_open"):
        REQUEST.without(["subject"]).without(["subject"])
    texts = [d.text for d in REQUEST.disclosures if d.name != "terms"]
    with refused("acts.terms_missing"):
        open_act(REQUEST.envelope, texts)


def test_equal_fields_of_two_acts_have_other_digests():
    one, other = (SIDE.act("withdraw", TERMS["withdraw"]) for _ in range(2))
    assert set(one.header.fields).isdisjoint(other.header.fields)


# -- disclosures ----------------------------------------------------------------------------------


def test_a_disclosure_is_the_one_of_the_sd_jwt_specification():
    """RFC 9901, section 4.2.1: our text is canonical JSON, the digest is over the text."""
    text = b64u(b'["_26bc4LT-ac6q2KI6cBW5es","family_name","M\xc3\xb6bius"]')
    found = read_disclosure(text)
    assert (found.name, found.value) == ("family_name", "Möbius")
    assert found.digest == b64u(sha256(text.encode()))


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (b64u(b'["AAAAAAAAAAAAAAAAAAAAAA","name"]'), "acts.not_a_disclosure"),
        (b64u(b'{"a":1}'), "acts.not_a_disclosure"),
        (b64u(b'["AAAAAAAAAAAAAAAAAAAAAA",1,"value"]'), "acts.not_a_disclosure"),
        (b64u(b'["AAAAAAAAAAAAAAAAAAAA","name","value"]'), "acts.salt_too_short"),
        (b64u(b'["AAAAAAAAAAAAAAAAAAAAAB","name","value"]'), "wire.not_base64"),
        (b64u(b'["AAAAAAAAAAAAAAAAAAAAAA", "name","value"]'), "wire.not_canonical"),
        (b64u(b'["AAAAAAAAAAAAAAAAAAAAAA","name","value"]') + "=", "wire.not_base64"),
        ("not*base64", "wire.not_base64"),
        (
            b64u(b'["AAAAAAAAAAAAAAAAAAAAAA","name",[' + b",".join([b"[]"] * 70_000) + b"]]"),
            "wire.not_the_model",
        ),
    ],
)
def test_another_disclosure_is_refused(text, id):
    with refused(id):
        read_disclosure(text)


def test_disclosures_that_belong_to_nothing_or_stand_twice_are_refused():
    texts = [d.text for d in REQUEST.disclosures]
    stray = disclose("subject", "Another account", b.Entropy("stray"))
    with refused("acts.disclosure_of_nothing"):
        open_act(
            REQUEST.envelope, [*(d.text for d in REQUEST.disclosures if d.name != "subject"), stray.text]
        )
    with refused("acts.field_twice"):
        open_act(REQUEST.envelope, [*texts, stray.text])
    with refused("acts.field_twice"):
        open_act(REQUEST.envelope, [*texts, texts[0]])
    file = decode(write_act(REQUEST), limit=10**6)
    with refused("acts.disclosures_unordered"):
        read_act(encode({**file, "disclosures": file["disclosures"][::-1]}))


# -- header ---------------------------------------------------------------------------------------

BODY = dump(REQUEST.header)
GOOD = {**{("from" if name == "from_" else name): value for name, value in BODY.items()}}


def opened(**changes):
    body = {**GOOD, **changes}
    body = {name: value for name, value in body.items() if value is not ...}
    return open_act(unsigned(ACT_TYPE, encode(body)), [d.text for d in REQUEST.disclosures])


def signer(role, seed, alias="x"):
    return {"role": role, "key": digest(seed.encode()), "alg": "ed25519", "alias": alias}


TWO = sorted([signer("author", "1"), signer("author", "2")], key=lambda s: s["key"])
FIELDS = list(GOOD["fields"])


@pytest.mark.parametrize(
    ("changes", "id"),
    [
        ({"v": 2}, "wire.not_the_model"),
        ({"v": True}, "wire.not_the_model"),
        ({"v": ...}, "wire.not_the_model"),
        ({"more": 1}, "wire.not_the_model"),
        ({"kind": "surrender_fleet"}, "acts.unknown_kind"),
        ({"kind": "Request"}, "wire.not_the_model"),
        ({"kind": "withdraw"}, "acts.wrong_number_of_fields"),
        ({"kind": "ratify"}, "acts.wrong_reach"),
        ({"to": None}, "acts.wrong_reach"),
        ({"to": "gh:other-office"}, "wire.not_the_model"),
        ({"case": None}, "wire.not_the_model"),
        ({"case": "A" * 32}, "wire.not_the_model"),
        ({"from": "GH:office"}, "wire.not_the_model"),
        ({"number": 0}, "wire.not_the_model"),
        ({"number": "1"}, "wire.not_the_model"),
        ({"after": ["b" * 64, "a" * 64]}, "wire.not_the_model"),
        ({"after": ["a" * 64, "a" * 64]}, "wire.not_the_model"),
        ({"at": "2026-11-21T12:00:00+00:00"}, "wire.not_the_model"),
        ({"at": "2026-11-31T12:00:00Z"}, "wire.not_the_model"),
        ({"at": "２０２６-11-21T12:00:00Z"}, "wire.not_the_model"),
        ({"at": "2026-11-21T12:00:00Z\n"}, "wire.not_the_model"),
        ({"law": {"bundle": "a" * 64}}, "wire.not_the_model"),
        ({"signers": []}, "wire.not_the_model"),
        ({"signers": TWO}, "wire.not_the_model"),
        ({"signers": [signer("approver", "1")]}, "wire.not_the_model"),
        ({"signers": [signer("author", "1"), signer("approver", "2")]}, "wire.not_the_model"),
        ({"signers": [signer("approver", "1"), signer("author", "1")]}, "wire.not_the_model"),
        ({"signers": [{**signer("author", "1"), "alg": "rsa"}]}, "wire.not_the_model"),
        ({"signers": [{**signer("author", "1"), "role": "king"}]}, "wire.not_the_model"),
        ({"rests_on": None}, "wire.not_the_model"),
        ({"rests_on": "a" * 64}, "wire.not_the_model"),
        ({"fields": FIELDS[::-1]}, "wire.not_the_model"),
        ({"fields": FIELDS[:-1]}, "acts.disclosure_of_nothing"),
        ({"fields": sorted([*FIELDS, "A" * 43])}, "acts.wrong_number_of_fields"),
    ],
    ids=str,
)
def test_another_header_is_refused(changes, id):
    assert opened() is not None
    with refused(id):
        opened(**changes)


def test_another_payload_type_is_another_version():
    other = unsigned("application/vnd.comity.act.v2+json", REQUEST.envelope.body)
    with refused("acts.unknown_version"):
        open_act(other, [d.text for d in REQUEST.disclosures])


def test_a_field_of_another_kind_or_type_is_refused():
    header = {name: value for name, value in GOOD.items() if name not in {"v", "fields"}}
    fields = {d.name: d.value for d in REQUEST.disclosures}
    with refused("acts.unknown_field"):
        compose(header, {**fields, "colour": "blue"}, b.Entropy("x"))
    with refused("acts.field_missing"):
        compose(header, {n: v for n, v in fields.items() if n != "conduct"}, b.Entropy("x"))
    for name, value in [("conduct", ""), ("conduct", 1), ("facts", {}), ("terms", {}), ("offence", None)]:
        with refused("acts.field_not_valid"):
            compose(header, {**fields, name: value}, b.Entropy("x"))
    with refused("acts.unknown_kind"):
        kind("surrender_fleet")


@pytest.mark.parametrize("authority", ["", "gh", "ghana:x", "gh-x"])
def test_what_is_no_authority_has_no_state(authority):
    with refused("acts.not_an_authority"):
        state_of(authority)


# -- one encoding ---------------------------------------------------------------------------------


def test_no_byte_of_a_written_act_is_free_to_change():
    """Any one changed bit gives a refusal, another act, or a signature that does not hold."""
    act = SIDE.act("withdraw", TERMS["withdraw"])
    data = write_act(act)
    for place, bit in itertools.product(range(0, len(data), 3), (0, 1, 5)):
        changed = bytearray(data)
        changed[place] ^= 1 << bit
        try:
            other = read_act(bytes(changed))
            verify_signers(other.envelope, other.header.signers, SIDE.keys)
        except (BadInput, ProofFailed):
            continue
        raise AssertionError(place)


@pytest.mark.parametrize("member", ["payload", "sig"])
def test_base64_in_another_spelling_is_refused(member):
    act = SIDE.act("withdraw", TERMS["withdraw"])
    file = decode(write_act(act), limit=10**6)
    spots = {"payload": file["envelope"], "sig": file["envelope"]["signatures"][0]}
    text = spots[member][member]
    if member == "sig":  # 64 bytes end in two free bits... of four, which must be zero
        assert text.endswith("==")
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        spellings = [text[:-3] + alphabet[alphabet.index(text[-3]) + 1] + "==", text.rstrip("=")]
    else:
        spellings = [text + "\n", text.replace("A", "A\n", 1), "*" + text[1:]]
    for spelling in spellings:
        spots[member][member] = spelling
        with refused("wire.not_base64"):
            read_act(encode(file))


def test_text_that_is_not_the_canonical_one_is_refused():
    data = write_act(REQUEST)
    with refused("wire.not_canonical"):
        read_act(data.replace(b'","', b'", "', 1))
    with refused("wire.not_the_model"):
        read_act(encode({**decode(data, limit=10**6), "more": 1}))
    body = REQUEST.envelope.body.replace(b":1,", b": 1,", 1)
    with refused("wire.not_canonical"):
        open_act(unsigned(ACT_TYPE, body), [d.text for d in REQUEST.disclosures])


def test_the_payload_type_is_signed():
    act = SIDE.act("withdraw", TERMS["withdraw"])
    other = unsigned("application/vnd.comity.receipt.v1+json", act.envelope.body)
    assert other.id != act.id
    with pytest.raises(ProofFailed):
        verify_signers(other.with_signature(act.envelope.signatures[0]), act.header.signers, SIDE.keys)


def test_the_signatures_stand_in_one_order_and_once():
    file = decode(write_act(REQUEST), limit=10**6)
    signatures = file["envelope"]["signatures"]
    for wrong in (signatures[::-1], [*signatures, signatures[-1]]):
        with refused("dsse.signatures_unordered"):
            read_act(encode({**file, "envelope": {**file["envelope"], "signatures": wrong}}))
    with refused("dsse.signed_twice"):
        SIDE.people["author"].sign(REQUEST)
    assert b64(REQUEST.envelope.body) == file["envelope"]["payload"]
