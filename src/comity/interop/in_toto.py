"""Custody as in-toto Statements, for whoever has tools for those and none of ours.

Promises: each custody event of an exhibit becomes one Statement v1, whose subject is the exhibit as it was
sealed and whose predicate says what the event says, member for member, and no more. Each stands in a DSSE
envelope of its own, signed by a node; together they are a bundle: one envelope a line, in the order of the
counter. The same events, signed by the same key, give the same bytes. What is read has that one spelling.

Leaves to others: whose the keys are, and that the events themselves are signed and in the case's tree
(``evidence.custody``). The statements say again what the events say: they prove no more.

Sources: github.com/in-toto/attestation, spec/v1 (statement, envelope, bundle). docs/custody-predicate.md has
the predicate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field

from comity import dsse
from comity.clock import read_instant
from comity.dsse import Envelope
from comity.errors import BadInput, ProofFailed
from comity.evidence import MOST_TOOLS, Action, CustodyProof, SealStatement, Tool
from comity.evidence.custody import EVENT_LIMIT, PROOF_LIMIT, Event
from comity.evidence.names import Alias, CaseId, Digest, ExhibitId, Instant, Line
from comity.wire import Model, decode, dump, dump_bytes, encode, parse

PAYLOAD_TYPE: Final = "application/vnd.in-toto+json"
STATEMENT_TYPE: Final = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE: Final = "urn:comity:custody:v1"
MANIFEST: Final = "manifest-sha256.txt"

BUNDLE_LIMIT: Final = PROOF_LIMIT
_LINE_LIMIT: Final = 2 * EVENT_LIMIT


class DigestSet(Model):
    """Digests of one subject."""

    sha256: Digest


class Subject(Model):
    """What a statement is about: a name, and its digest."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    digest: DigestSet


class Predicate(Model):
    """Version 1: a custody event (``evidence.custody.Event``); ``event``: the id of its signed envelope."""

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
    beside: Alias | None
    event: Digest


class Statement(Model):
    """An in-toto Statement v1 with our predicate."""

    type: Literal["https://in-toto.io/Statement/v1"] = Field(alias="_type")
    subject: tuple[Subject, ...] = Field(min_length=1, max_length=2)
    predicateType: Literal["urn:comity:custody:v1"]  # noqa: N815 - in-toto's own name
    predicate: Predicate


def statement_bytes(event: Event, signed: Envelope, seal: SealStatement) -> bytes:
    """The statement of one event; ``signed``: its envelope, ``seal``: of the exhibit."""
    said = {name: value for name, value in dump(event).items() if name != "v"}
    value = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": seal.exhibit, "digest": {"sha256": seal.sha256}},
            {"name": MANIFEST, "digest": {"sha256": seal.manifest_sha256}},
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {**said, "event": signed.id},
    }
    return encode(value)


def write_bundle(
    proof: CustodyProof, seal: SealStatement, public: bytes, sign: Callable[[bytes], bytes]
) -> bytes:
    """All events of an exhibit as a bundle, signed by a node: ``public`` raw Ed25519, ``sign`` gets the PAE.

    The events are not proven here.

    Raises:
        BadInput: an event cannot be read, or the seal is another exhibit's.
    """
    if (proof.case, proof.exhibit) != (seal.case, seal.exhibit):
        raise BadInput("evidence.custody_other", exhibit=seal.exhibit, found=proof.exhibit)
    keyid = dsse.key_id("ed25519", public)
    lines = []
    for shown in proof.events:
        event = parse(Event, shown.event.body, limit=EVENT_LIMIT)
        lines.append(_line(dsse.sign(PAYLOAD_TYPE, statement_bytes(event, shown.event, seal), keyid, sign)))
    return b"".join(lines)


def read_bundle(data: bytes) -> tuple[Envelope, ...]:
    """The envelopes of a bundle, in order; none is proven.

    Raises:
        BadInput: too long, or a line is not the one spelling of an envelope with one plain signature.
    """
    if len(data) > BUNDLE_LIMIT:
        raise BadInput("wire.too_long", size=len(data), limit=BUNDLE_LIMIT)
    if not data.endswith(b"\n"):
        raise BadInput("interop.bundle_cut", place=data.count(b"\n") + 1)
    found = []
    for place, line in enumerate(data[:-1].split(b"\n"), start=1):
        envelope = dsse.checked(parse(Envelope, line, limit=_LINE_LIMIT))
        if len(envelope.signatures) != 1 or _line(envelope) != line + b"\n":
            raise BadInput("interop.bundle_line", place=place)
        found.append(envelope)
    return tuple(found)


def verify_bundle(data: bytes, keys: Sequence[bytes]) -> tuple[Statement, ...]:
    """Prove that one of these node keys signed every statement, and that none is missing between.

    Raises:
        BadInput: as ``read_bundle``, or a payload that is no such statement.
        ProofFailed: another type or signer, a wrong signature, another exhibit, or a gap.
    """
    found: list[Statement] = []
    for place, envelope in enumerate(read_bundle(data), start=1):
        public = dsse.named_signer(envelope, keys)
        if public is None:
            raise ProofFailed("evidence.custody_stranger", key=envelope.signatures[0].keyid)
        body = dsse.verify_one(envelope, PAYLOAD_TYPE, public)
        one = parse(Statement, body, limit=_LINE_LIMIT)
        read_instant(one.predicate.at)
        said, first = one.predicate, found[0] if found else one
        of_one = (said.case, said.exhibit, one.subject) == (
            first.predicate.case,
            first.predicate.exhibit,
            first.subject,
        )
        if not of_one or one.subject[0].name != said.exhibit:
            raise ProofFailed("interop.bundle_mixed", place=place, exhibit=said.exhibit)
        if said.counter != place:
            raise ProofFailed(
                "evidence.custody_gap", place=place, exhibit=said.exhibit, found=said.counter, wanted=place
            )
        found.append(one)
    return tuple(found)


def compare(statements: Sequence[Statement], proof: CustodyProof, seal: SealStatement) -> None:
    """Prove that statements say what the (proven) events say, all of them, of the (proven) seal's exhibit.

    Raises:
        ProofFailed: ``interop.bundle_differs``, with the place of the first that does not.
        BadInput: an event cannot be read.
    """
    for place, (one, shown) in enumerate(zip(statements, proof.events, strict=False), start=1):
        event = parse(Event, shown.event.body, limit=EVENT_LIMIT)
        if dump_bytes(one) != statement_bytes(event, shown.event, seal):
            raise ProofFailed("interop.bundle_differs", place=place, exhibit=proof.exhibit)
    if len(statements) != len(proof.events):
        place = min(len(statements), len(proof.events)) + 1
        raise ProofFailed("interop.bundle_differs", place=place, exhibit=proof.exhibit)


def is_bundle(head: bytes) -> bool:
    """Whether the first line of a file looks like one of a bundle."""
    line, newline, _ = head.partition(b"\n")
    if not newline or len(line) > _LINE_LIMIT or PAYLOAD_TYPE.encode() not in line:
        return False
    try:
        value = decode(line, limit=_LINE_LIMIT)
    except BadInput:
        return False
    return isinstance(value, dict) and value.get("payloadType") == PAYLOAD_TYPE


def _line(envelope: Envelope) -> bytes:
    """An envelope as DSSE has it, with none of the members that only ours has."""
    value = {
        "payload": envelope.payload,
        "payloadType": envelope.payloadType,
        "signatures": [{"keyid": one.keyid, "sig": one.sig} for one in envelope.signatures],
    }
    return encode(value) + b"\n"
