"""A node's entry in the directory, version 1: what a State says of its own node, signed by it.

Promises: an ``Entry`` that exists is consistent: lists in their one order, each key's id is its
digest, one acts key and one log key are active, what is sealed to it can be sealed. It is trusted
first by a fingerprint that people compared, and followed from there: never an older version, never
another State, no key forgotten or brought back, a new acts key only by the old one's signature.
A person's key carries no name.

Leaves to others: fetching and keeping entries (``courier``, ``store``), looking up (``directory``).

Source: The Update Framework specification, 5.3 (new root signed by the old and the new, no rollback).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Final, Self

from pydantic import Field, model_validator

from comity import age, dsse, note
from comity.acts import PublicKey, state_of
from comity.acts.header import Algorithm
from comity.acts.names import Authority as AuthorityId
from comity.acts.names import Digest, Instant, Key, Line, State
from comity.clock import read_instant
from comity.errors import BadInput, Conflict, ProofFailed
from comity.keys import SigningKey
from comity.wire import Model, Version1, digest, dump_bytes, parse, unb64u

DIRECTORY_TYPE: Final = "application/vnd.comity.directory.v1+json"
MAX_ENTRY: Final = dsse.MAX_ENVELOPE
MOST_LISTINGS: Final = 16
"""Of a unit's keys: those of now, and those that were listed without its word."""

PayloadType = Annotated[str, Field(pattern=r"^application/vnd\.comity\.[a-z-]+\.v[1-9][0-9]?\+json$")]
TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]


class Purpose(StrEnum):
    """What a key is for; a key is for one thing."""

    ACTS = "acts"
    LOG = "log"
    PDF = "pdf"
    PERSON = "person"
    WITNESS = "witness"


class Status(StrEnum):
    """``retired`` in good order; ``revoked``: others may hold it, so nothing later is believed."""

    ACTIVE = "active"
    RETIRED = "retired"
    REVOKED = "revoked"


_FORWARD: Final = (Status.ACTIVE, Status.RETIRED, Status.REVOKED)


class Hours(Model):
    """When an office answers: weekdays (1 is Monday) and local times in an IANA zone.

    On single days on which the offices of its State rest it does not answer, unless it answers at any hour
    of all seven days; on a day that is worked instead, it does.
    """

    zone: str = Field(pattern=r"^[A-Za-z0-9_+/-]{1,60}$")
    days: tuple[Annotated[int, Field(ge=1, le=7)], ...] = Field(min_length=1)
    opens: TimeOfDay
    closes: TimeOfDay

    @model_validator(mode="after")
    def _some_time(self) -> Self:
        if list(self.days) != sorted(set(self.days)) or not self.opens < self.closes:
            raise ValueError("hours: days in their order, and closing after opening")
        return self


def keys_digest(recipients: Sequence[str]) -> str:
    """A digest of a unit's keys, in their order."""
    return digest("\n".join(recipients).encode("ascii"))


class KeyListing(Model):
    """That keys of a unit were listed. ``keys``: their digest; ``act``: at home, by which two listed them.

    ``alone``: before any person of the unit had said that they are its own. It is told for as long as there
    is an entry, even if one said so later. ``confirmed``: the act at home by which a person of the unit did.
    """

    keys: Digest
    since: Instant
    act: Digest
    alone: bool
    confirmed: Digest | None

    @model_validator(mode="after")
    def _by_somebody(self) -> Self:
        read_instant(self.since)
        if not self.alone and self.confirmed is None:
            raise ValueError("confirmed: by nobody")
        return self


class Authority(Model):
    """An office of the State: its functions, and the measures that it may ask for and take."""

    id: AuthorityId
    name: Line
    functions: tuple[Key, ...] = Field(max_length=40)
    measures: tuple[Key, ...] = Field(max_length=80)
    territory: Line
    hours: Hours | None
    """None: the State has not told them; nobody else may."""
    phone: Annotated[str, Field(pattern=r"^\+[0-9]{6,15}$")] | None = None
    """Under which the office is called back, as ITU-T E.164 writes it; entries of before have none."""
    recipients: tuple[str, ...] = Field(default=(), max_length=4)
    """Of a unit: the age keys that are its own and no node's, to all of which material is sealed that it
    alone opens. None: nobody seals such material to it."""
    listings: tuple[KeyListing, ...] = Field(default=(), max_length=MOST_LISTINGS)
    """Who listed its keys: last, the present ones; before, all that were listed without the unit's word.
    None: it is not told."""

    @property
    def keys_digest(self) -> str:
        """A digest of the unit's keys, in their order."""
        return keys_digest(self.recipients)

    @property
    def listing(self) -> KeyListing | None:
        """Who listed the keys of now; none where that is not told."""
        return self.listings[-1] if self.listings else None

    @model_validator(mode="after")
    def _listed(self) -> Self:
        if self.listings and self.listings[-1].keys != self.keys_digest:
            raise ValueError("listings: of other keys")
        if not all(one.alone for one in self.listings[:-1]):
            raise ValueError("listings: of before, and not alone")
        acts = [one.act for one in self.listings]
        if len(set(acts)) != len(acts):
            raise ValueError("listings: one twice")
        return self


class DirectoryKey(Model):
    """A verification key. ``public``: base64url, as ``acts.PublicKey`` has it.

    ``deeds``: what it may sign, as ``KIND.ROLE`` (``request.author``). Good from ``since`` until
    before ``until``, judged by the instant of the earliest receipt.
    """

    key: Digest
    alg: Algorithm
    public: str = Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=2000)
    rp_id: str | None = Field(max_length=253)
    purpose: Purpose
    authority: AuthorityId | None
    deeds: tuple[Key, ...] = Field(max_length=100)
    since: Instant
    status: Status
    until: Instant | None

    @cached_property
    def public_key(self) -> PublicKey:
        return PublicKey(self.alg, unb64u(self.public), self.rp_id)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for instant in (self.since, self.until):
            if instant is not None:
                read_instant(instant)
        if self.public_key.id != self.key:
            raise ValueError("key: not the digest of alg and public")
        passkey = self.alg.startswith("webauthn-")
        if passkey != (self.rp_id is not None):
            raise ValueError("rp_id")
        if (self.purpose is Purpose.PERSON) != (self.authority is not None):
            raise ValueError("authority")
        if passkey and self.purpose is not Purpose.PERSON:
            raise ValueError("alg: a node's key is ed25519")
        if (self.status is Status.ACTIVE) != (self.until is None):
            raise ValueError("until")
        if self.until is not None and self.until < self.since and self.status is not Status.REVOKED:
            raise ValueError("until: before since")
        return self


class LogName(Model):
    """The node's public log: its origin and its verifier key (C2SP signed-note)."""

    origin: str = Field(min_length=1, max_length=200)
    vkey: str = Field(min_length=1, max_length=400)


class Entry(Model):
    """What a State says of its node."""

    v: Version1
    state: State
    node: Line
    version: int = Field(ge=1)
    issued_at: Instant
    url: str | None = Field(pattern=r"^https?://[^\s/?#@]+(/[^\s?#]*[^\s?#/])?$", max_length=300)
    speaks: tuple[PayloadType, ...] = Field(min_length=1, max_length=40)
    authorities: tuple[Authority, ...] = Field(min_length=1, max_length=1000)
    keys: tuple[DirectoryKey, ...] = Field(min_length=1, max_length=10_000)
    recipients: tuple[str, ...] = Field(min_length=1, max_length=4)
    log: LogName

    @cached_property
    def acts_key(self) -> DirectoryKey:
        """The node's active acts key: it signs receipts, and this entry."""
        return next(k for k in self.keys if k.purpose is Purpose.ACTS and k.status is Status.ACTIVE)

    @property
    def fingerprint(self) -> str:
        """What two people read to each other before they trust: the id of the active acts key."""
        return self.acts_key.key

    def office(self, id: str) -> Authority | None:
        """An authority by its id, where it is listed."""
        return next((authority for authority in self.authorities if authority.id == id), None)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        read_instant(self.issued_at)
        _in_order("speaks", self.speaks)
        _in_order("authorities", tuple(a.id for a in self.authorities))
        _in_order("keys", tuple(k.key for k in self.keys))
        for purpose in (Purpose.ACTS, Purpose.LOG):
            if len(self._active(purpose)) != 1:
                raise ValueError(f"keys: one active key for {purpose}")
        for name in [a.id for a in self.authorities] + [k.authority for k in self.keys if k.authority]:
            if state_of(name) != self.state:
                raise ValueError("authorities: of another State")
        offices = {a.id for a in self.authorities}
        if any(k.authority not in offices for k in self._active(Purpose.PERSON)):
            raise ValueError("keys: active for an authority that is not listed")
        # Answers are always of the X25519 shape (``answers``), so one such recipient must be there.
        if not any(isinstance(age.parse_recipient(text), age.X25519Recipient) for text in self.recipients):
            raise ValueError("recipients: no X25519")
        if len(set(self.recipients)) != len(self.recipients):
            raise ValueError("recipients: one twice")
        _own_keys(self)
        vkey = note.parse_vkey(self.log.vkey)
        if vkey.name != self.log.origin or vkey.key != self._active(Purpose.LOG)[0].public_key.public:
            raise ValueError("log: not of the active log key")
        return self

    def _active(self, purpose: Purpose) -> list[DirectoryKey]:
        return [k for k in self.keys if k.purpose is purpose and k.status is Status.ACTIVE]


def _own_keys(entry: Entry) -> None:
    """The keys of units are age keys of one type each, and nobody else's, least of all the node's own."""
    listed = [text for office in entry.authorities for text in office.recipients]
    if len({*listed, *entry.recipients}) != len(listed) + len(entry.recipients):
        raise ValueError("authorities: a recipient of two")
    for office in entry.authorities:
        if len({type(age.parse_recipient(text)) for text in office.recipients}) > 1:
            raise ValueError("authorities: recipients of two types")


def sign_entry(entry: Entry, *signers: SigningKey) -> dsse.Envelope:
    """The entry as a signed statement: by its acts key; in a rotation by the old and the new one."""
    envelope = dsse.unsigned(DIRECTORY_TYPE, dump_bytes(entry))
    for signer in signers:
        envelope = envelope.with_signature(signer.cosign(envelope))
    return envelope


def trust(data: bytes, pinned: str) -> Entry:
    """Trust an entry for the first time: ``pinned`` is the fingerprint that people compared.

    Raises:
        BadInput: not an entry of version 1. ProofFailed: another fingerprint, or not signed by it.
    """
    envelope, entry = _read(data)
    if entry.fingerprint != pinned:
        raise ProofFailed("exchange.fingerprint_differs", state=entry.state, found=entry.fingerprint)
    _check_signers(envelope, entry, {pinned: entry.acts_key.public_key}, others=True)
    return entry


def update(old: Entry, data: bytes, *, pinned: str | None = None) -> Entry:
    """Follow a trusted entry to its next one. The same one again gives the old one.

    A rotation of the acts key must be followed step by step, each version signed by the key before
    it. ``pinned``: people compared the new fingerprint, since the old key was lost or revoked.

    Raises:
        BadInput: not an entry of version 1.
        ProofFailed: not signed by the acts key that was trusted (and by the new one).
        Conflict: another State, an older version, another entry of the same version, a key
            forgotten, changed or brought back.
    """
    envelope, new = _read(data)
    if new.state != old.state:
        raise Conflict("exchange.entry_of_other_state", state=old.state, found=new.state)
    trusted = {new.fingerprint: new.acts_key.public_key}
    if pinned is None:
        trusted[old.fingerprint] = old.acts_key.public_key
    elif pinned != new.fingerprint:
        raise ProofFailed("exchange.fingerprint_differs", state=new.state, found=new.fingerprint)
    if new == old:
        return old
    _check_signers(envelope, new, trusted, others=pinned is not None)
    if new.version < old.version or (new.version > old.version and new.issued_at < old.issued_at):
        raise Conflict(
            "exchange.entry_rolled_back", state=old.state, version=new.version, trusted=old.version
        )
    if new.version == old.version:
        raise Conflict("exchange.entry_equivocates", state=old.state, version=new.version)
    _check_history(old, new)
    _check_listings(old, new)
    return new


def _read(data: bytes) -> tuple[dsse.Envelope, Entry]:
    envelope = dsse.read(data)
    if envelope.payloadType != DIRECTORY_TYPE:
        raise BadInput("exchange.entry_unknown_version", type=envelope.payloadType)
    return envelope, parse(Entry, envelope.body, limit=MAX_ENTRY)


def _check_signers(
    envelope: dsse.Envelope, entry: Entry, wanted: dict[str, PublicKey], *, others: bool
) -> None:
    """All of ``wanted`` must have signed; others only where they may: a predecessor's, unjudged."""
    signatures = {s.keyid: s for s in envelope.signatures}
    for key in sorted(wanted):
        if key not in signatures:
            raise ProofFailed("exchange.entry_not_signed", state=entry.state, key=key)
        dsse.verify_ed25519(wanted[key].public, signatures[key].raw, envelope.pae)
    if not others and set(signatures) != set(wanted):
        raise ProofFailed("exchange.entry_signed_by_others", state=entry.state)


def _check_history(old: Entry, new: Entry) -> None:
    now = {k.key: k for k in new.keys}
    for before in old.keys:
        after = now.get(before.key)
        if after is None:
            raise Conflict("exchange.key_forgotten", state=old.state, key=before.key)
        fixed = {"status", "until", "deeds"}
        if before.model_dump(exclude=fixed) != after.model_dump(exclude=fixed):
            raise Conflict("exchange.key_changed", state=old.state, key=before.key)
        if _FORWARD.index(after.status) < _FORWARD.index(before.status) or (
            before.until is not None and (after.until is None or after.until > before.until)
        ):
            raise Conflict("exchange.key_brought_back", state=old.state, key=before.key)


def _check_listings(old: Entry, new: Entry) -> None:
    """What was listed without a unit's word stays told, whatever is listed or confirmed after it."""
    for before in old.authorities:
        told = {one.act: one for one in before.listings if one.alone}
        after = new.office(before.id)
        now = {} if after is None else {one.act: one for one in after.listings}
        for act, one in told.items():
            found = now.get(act)
            # Only a confirmation may come to it, once.
            if found != one and (
                found is None
                or one.confirmed is not None
                or found.model_copy(update={"confirmed": None}) != one
            ):
                raise Conflict("exchange.listing_forgotten", state=old.state, office=before.id, act=act)


def _in_order(name: str, values: tuple[str, ...]) -> None:
    if list(values) != sorted(set(values)):
        raise ValueError(f"{name}: order")
