"""Custody: complete or found not to be, in order, signed, and shown for one exhibit alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import dsse
from comity.errors import BadInput, ComityError, ProofFailed
from comity.evidence import (
    Action,
    Event,
    custody_root,
    next_event,
    prove_exhibit,
    read_proof,
    sign_event,
    verify_event,
    verify_events,
    verify_exhibit,
    write_proof,
)
from comity.evidence.seal import SEAL_TYPE
from comity.wire import build

CASE = "0123456789abcdef0123456789abcdef"
AT = datetime(2026, 11, 21, 17, 0, 0, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(b"c" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
OBJECT = "ab" * 32


def record(exhibits: list[str], case: str = CASE) -> list[dsse.Envelope]:
    last: dict[str, Event] = {}
    envelopes = []
    for minute, exhibit in enumerate(exhibits):
        event = next_event(
            last.get(exhibit),
            case=case,
            exhibit=exhibit,
            action=Action.OPENED if exhibit in last else Action.TAKEN_IN,
            who="examiner-a",
            purpose="review under order 7",
            at=AT + timedelta(minutes=minute),
            object=OBJECT,
        )
        last[exhibit] = event
        envelopes.append(sign_event(event, PUBLIC, KEY.sign))
    return envelopes


EVENTS = record(["EX-1", "EX-2", "EX-1", "EX-1", "EX-2"])
ROOT = custody_root(EVENTS)


def test_a_whole_record_is_proven() -> None:
    events = verify_events(EVENTS, ROOT, CASE, [bytes(32), PUBLIC])
    assert [(event.exhibit, event.counter) for event in events] == [
        ("EX-1", 1),
        ("EX-2", 1),
        ("EX-1", 2),
        ("EX-1", 3),
        ("EX-2", 2),
    ]
    assert verify_events([], custody_root([]), CASE, []) == ()


@pytest.mark.parametrize(
    "tampered",
    [EVENTS[:-1], EVENTS[1:], EVENTS[::-1], [*EVENTS, EVENTS[-1]], EVENTS[:2] + EVENTS[3:]],
)
def test_a_record_that_is_not_the_root_s_is_refused(tampered: list[dsse.Envelope]) -> None:
    with pytest.raises(ProofFailed, match="custody_root"):
        verify_events(tampered, ROOT, CASE, [PUBLIC])


def test_a_gap_is_found_even_under_its_own_root() -> None:
    """A node that signs a root over a record with a missing event is found by the counters."""
    for gone in (0, 2):
        kept = EVENTS[:gone] + EVENTS[gone + 1 :]
        with pytest.raises(ProofFailed) as caught:
            verify_events(kept, custody_root(kept), CASE, [PUBLIC])
        assert caught.value.id == "evidence.custody_gap"
        assert caught.value.arguments["exhibit"] == "EX-1"
    doubled = [*EVENTS, EVENTS[-1]]
    with pytest.raises(ProofFailed, match="custody_gap"):
        verify_events(doubled, custody_root(doubled), CASE, [PUBLIC])


def test_another_case_and_another_signer_are_refused() -> None:
    other = record(["EX-1"], case="f" * 32)
    with pytest.raises(ProofFailed, match="custody_case"):
        verify_events(other, custody_root(other), CASE, [PUBLIC])
    with pytest.raises(ProofFailed, match="custody_stranger"):
        verify_events(EVENTS, ROOT, CASE, [bytes(range(32))])
    forged = dsse.Envelope(
        payloadType=EVENTS[0].payloadType,
        payload=EVENTS[1].payload,
        signatures=EVENTS[0].signatures,
    )
    with pytest.raises(ProofFailed, match="signature_wrong"):
        verify_event(forged, [PUBLIC])


def test_a_seal_is_no_custody_event() -> None:
    event = verify_event(EVENTS[0], [PUBLIC])
    body = EVENTS[0].body
    wrong = dsse.sign(SEAL_TYPE, body, dsse.key_id("ed25519", PUBLIC), KEY.sign)
    with pytest.raises(ProofFailed, match="other_type"):
        verify_event(wrong, [PUBLIC])
    assert event.action is Action.TAKEN_IN


def test_an_instant_has_one_spelling() -> None:
    other = str.maketrans("0123456789", "".join(chr(0x660 + n) for n in range(10)))  # Arabic-Indic digits
    event = verify_event(EVENTS[0], [PUBLIC]).model_dump(mode="json")
    with pytest.raises(BadInput):
        build(Event, {**event, "at": event["at"].translate(other)})


def test_one_exhibit_is_shown_without_the_other() -> None:
    proof = prove_exhibit(EVENTS, CASE, "EX-1")
    assert proof.root == ROOT.hex()
    assert read_proof(write_proof(proof)) == proof
    events = verify_exhibit(proof, [PUBLIC])
    assert [event.counter for event in events] == [1, 2, 3]
    assert b"EX-2" not in b"".join(shown.event.body for shown in proof.events)
    with pytest.raises(BadInput, match="custody_nothing"):
        prove_exhibit(EVENTS, CASE, "EX-9")


def test_an_exhibit_s_proof_with_an_event_left_out_or_moved_is_refused() -> None:
    proof = prove_exhibit(EVENTS, CASE, "EX-1")
    one, two, three = proof.events
    for events, id in (
        ((one, three), "evidence.custody_gap"),
        ((two, three), "evidence.custody_gap"),
        ((two, one, three), "evidence.custody_order"),
        ((one, two, two), "evidence.custody_order"),
    ):
        with pytest.raises(ProofFailed) as caught:
            verify_exhibit(proof.model_copy(update={"events": events}), [PUBLIC])
        assert caught.value.id == id
    other = prove_exhibit(EVENTS, CASE, "EX-2").events[0]
    with pytest.raises(ProofFailed, match="custody_order"):
        verify_exhibit(proof.model_copy(update={"events": (one, other, two, three)}), [PUBLIC])
    moved = one.model_copy(update={"index": 1})
    with pytest.raises(ProofFailed):
        verify_exhibit(proof.model_copy(update={"events": (moved, two, three)}), [PUBLIC])


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_any_changed_byte_of_a_proof_is_found(data: st.DataObject) -> None:
    raw = bytearray(write_proof(prove_exhibit(EVENTS, CASE, "EX-2")))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises(ComityError):
        receive(bytes(raw))


def receive(raw: bytes) -> None:
    """What a caller does: prove, and compare the root and the names with those it knows."""
    proof = read_proof(raw)
    verify_exhibit(proof, [PUBLIC])
    if (proof.root, proof.case, proof.exhibit) != (ROOT.hex(), CASE, "EX-2"):
        raise ProofFailed("evidence.custody_root", events=len(proof.events))


def test_an_event_follows_its_own_exhibit_only() -> None:
    event = verify_event(EVENTS[0], [PUBLIC])
    members = {
        "case": CASE,
        "exhibit": "EX-2",
        "action": Action.USED,
        "who": "prosecutor-b",
        "purpose": "hearing",
        "at": AT,
        "object": OBJECT,
    }
    with pytest.raises(BadInput, match="custody_other"):
        next_event(event, **members)
    with pytest.raises(BadInput, match="not_the_model"):
        next_event(None, **{**members, "who": "A Person"})
