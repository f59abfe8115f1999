"""Custody: who touched an exhibit, when and for what, in one tree per case.

Promises: each event is signed by a node and names the person by pseudonym. Events of an exhibit
are numbered from 1 without a gap, so that a list of them is complete or is found not to be. All
events of a case are the leaves of one RFC 6962 tree: its root, once public, fixes their order and
number; the events of one exhibit can be shown under it without those of another.

Leaves to others: keeping the events (``store``), publishing the root (``tlog``), and saying whose
the keys are. Instants are as the node claims them: the public root is what dates them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import Field

from comity import dsse, merkle
from comity.clock import read_instant, write_instant
from comity.dsse import Envelope
from comity.errors import BadInput, ProofFailed
from comity.evidence.names import Alias, CaseId, Digest, ExhibitId, Instant, Line, Tool
from comity.wire import Model, Version1, build, dump_bytes, parse

CUSTODY_TYPE: Final = "application/vnd.comity.custody.v1+json"
EVENT_LIMIT: Final = 16 * 1024
MOST_TOOLS: Final = 16
"""Programs that one event can name."""

PROOF_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a proof for one exhibit: some ten thousand events."""


class Action(StrEnum):
    """What was done with an exhibit. Reads are events too; so is that its sealed bytes were found not well.

    ``exported``: copied out as a package. ``handed_out``: put on a medium for another State. ``moved``: its
    sealed bytes were carried to another place of the vault, and found well there.
    """

    TAKEN_IN = "taken_in"
    SEALED = "sealed"
    STAMPED = "stamped"
    EXAMINED = "examined"
    ANALYSED = "analysed"
    OPENED = "opened"
    REVIEWED = "reviewed"
    CERTIFIED = "certified"
    SELECTED = "selected"
    SENT = "sent"
    HANDED_OUT = "handed_out"
    RECEIVED = "received"
    CHECKED = "checked"
    REFUSED_ACCESS = "refused_access"
    EXPORTED = "exported"
    USED = "used"
    RETURNED = "returned"
    DAMAGED = "damaged"
    DESTROYED = "destroyed"
    MARKED = "marked"
    UNSEALED = "unsealed"
    MOVED = "moved"


class Event(Model):
    """Version 1: one touch of one exhibit. ``object`` is the digest of what was in hand.

    ``tools``: the programs that examined or analysed it. ``beside``: the second person, of what one may not
    do alone.
    """

    v: Version1
    case: CaseId
    exhibit: ExhibitId
    counter: int = Field(ge=1)
    action: Action
    who: Alias
    purpose: Line
    at: Instant
    object: Digest
    note: Line | None
    tools: tuple[Tool, ...] = Field(max_length=MOST_TOOLS)
    beside: Alias | None = None


class Shown(Model):
    """One event in a proof: its place in the case's tree, its envelope, the path to the root."""

    index: int = Field(ge=0)
    event: Envelope
    path: tuple[Digest, ...]


class CustodyProof(Model):
    """All events of one exhibit, shown under the root of the case's tree."""

    v: Version1
    case: CaseId
    exhibit: ExhibitId
    tree_size: int = Field(ge=1)
    root: Digest
    events: tuple[Shown, ...]


def next_event(
    before: Event | None,
    *,
    case: str,
    exhibit: str,
    action: Action,
    who: str,
    purpose: str,
    at: datetime,
    object: str,  # noqa: A002  the custody word for what was in hand
    note: str | None = None,
    tools: Sequence[Tool] = (),
    beside: str | None = None,
) -> Event:
    """The event that follows ``before``, the exhibit's last one (or nothing).

    Raises:
        BadInput: a name that is not spelled as ``names`` has it, or ``before`` is of another exhibit.
    """
    if before is not None and (before.case, before.exhibit) != (case, exhibit):
        raise BadInput("evidence.custody_other", exhibit=exhibit, found=before.exhibit)
    members = {
        "v": 1,
        "case": case,
        "exhibit": exhibit,
        "counter": before.counter + 1 if before else 1,
        "action": action.value,
        "who": who,
        "purpose": purpose,
        "at": write_instant(at),
        "object": object,
        "note": note,
        "tools": [tool.model_dump() for tool in tools],
        "beside": beside,
    }
    return build(Event, members)


def sign_event(event: Event, public: bytes, sign: Callable[[bytes], bytes]) -> Envelope:
    """Sign it with a node's Ed25519 key: ``public`` raw, ``sign`` gets the PAE's bytes."""
    return dsse.sign(CUSTODY_TYPE, dump_bytes(event), dsse.key_id("ed25519", public), sign)


def verify_event(envelope: Envelope, keys: Sequence[bytes]) -> Event:
    """Prove that one of these node keys signed the event, and read it.

    Raises:
        ProofFailed: another type or signer, a wrong signature. BadInput: not an event of version 1.
    """
    public = dsse.named_signer(envelope, keys)
    if public is None:
        stranger = envelope.signatures[0].keyid if envelope.signatures else ""
        raise ProofFailed("evidence.custody_stranger", key=stranger)
    event = parse(Event, dsse.verify_one(envelope, CUSTODY_TYPE, public), limit=EVENT_LIMIT)
    read_instant(event.at)
    return event


def event_leaf(envelope: Envelope) -> bytes:
    """The leaf hash of an event in its case's tree: over the envelope's canonical bytes."""
    return merkle.leaf_hash(dsse.write(envelope))


def custody_root(envelopes: Iterable[Envelope]) -> bytes:
    """The root over all events of a case, in the order in which they were entered."""
    return merkle.root(event_leaf(envelope) for envelope in envelopes)


def verify_events(
    envelopes: Sequence[Envelope], root: bytes, case: str, keys: Sequence[bytes]
) -> tuple[Event, ...]:
    """Prove the whole list of a case's events: root, signatures, one case, counters without a gap.

    Raises:
        ProofFailed: ``evidence.custody_root`` (one changed, missing, more, or out of order);
            another fault names the event by its place, from 0.
    """
    if custody_root(envelopes) != root:
        raise ProofFailed("evidence.custody_root", events=len(envelopes))
    events = tuple(verify_event(envelope, keys) for envelope in envelopes)
    _gapless(enumerate(events), case)
    return events


def prove_exhibit(envelopes: Sequence[Envelope], case: str, exhibit: str) -> CustodyProof:
    """Show the events of one exhibit under the root of the whole case.

    Raises:
        BadInput: the case has no event of that exhibit, or an event cannot be read.
    """
    tree = merkle.Tree(event_leaf(envelope) for envelope in envelopes)
    shown = tuple(
        Shown(index=at, event=envelope, path=tuple(step.hex() for step in tree.inclusion(at)))
        for at, envelope in enumerate(envelopes)
        if parse(Event, envelope.body, limit=EVENT_LIMIT).exhibit == exhibit
    )
    if not shown:
        raise BadInput("evidence.custody_nothing", exhibit=exhibit)
    return CustodyProof(
        v=1, case=case, exhibit=exhibit, tree_size=len(tree), root=tree.root().hex(), events=shown
    )


def verify_exhibit(proof: CustodyProof, keys: Sequence[bytes]) -> tuple[Event, ...]:
    """Prove the events of one exhibit under ``proof.root``, which the caller compares with a public one.

    That none is missing *between* follows from the counters; that none is missing at the end only
    from a root that is public and later than the last event one asks about.

    Raises:
        ProofFailed: an event is not under the root, not signed, of another exhibit, out of order,
            or one is missing.
    """
    events: list[tuple[int, Event]] = []
    last = -1
    for shown in proof.events:
        event = verify_event(dsse.checked(shown.event), keys)
        path = [bytes.fromhex(step) for step in shown.path]
        merkle.verify_inclusion(
            event_leaf(shown.event), shown.index, proof.tree_size, path, bytes.fromhex(proof.root)
        )
        if shown.index <= last or event.exhibit != proof.exhibit:
            raise ProofFailed("evidence.custody_order", place=shown.index, exhibit=event.exhibit)
        last = shown.index
        events.append((shown.index, event))
    _gapless(events, proof.case)
    return tuple(event for _, event in events)


def write_proof(proof: CustodyProof) -> bytes:
    """Its canonical bytes."""
    return dump_bytes(proof)


def read_proof(data: bytes) -> CustodyProof:
    """Read a proof without proving it.

    Raises:
        BadInput: not canonical, or not a proof of version 1.
    """
    return parse(CustodyProof, data, limit=PROOF_LIMIT)


def _gapless(events: Iterable[tuple[int, Event]], case: str) -> None:
    counters: dict[str, int] = {}
    for place, event in events:
        if event.case != case:
            raise ProofFailed("evidence.custody_case", place=place, found=event.case)
        wanted = counters.get(event.exhibit, 0) + 1
        if event.counter != wanted:
            raise ProofFailed(
                "evidence.custody_gap",
                place=place,
                exhibit=event.exhibit,
                found=event.counter,
                wanted=wanted,
            )
        counters[event.exhibit] = wanted
