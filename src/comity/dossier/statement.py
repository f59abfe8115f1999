"""The signed statement of a case file: ``dossier.json``, which lists all else that is in it.

Promises: version 1; what is in the file (name, size, digest of each member), what is not in it and
why, whose file it is and for whom, and the digest of the case that its shared acts fold to. DSSE-signed
by the acts key of the node that made it. One encoding.

Leaves to others: whose the key is (``exchange``), and every proof of what is listed (``steps``).
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from pydantic import Field

from comity import dsse
from comity.acts.names import CaseId, Digest, Instant, Key, Salted, State
from comity.clock import read_instant
from comity.dsse import Envelope
from comity.errors import ProofFailed
from comity.wire import Model, Version1, dump_bytes, parse

DOSSIER_TYPE: Final = "application/vnd.comity.dossier.v1+json"
STATEMENT: Final = "dossier.json"
"""The member that it is, the first of all."""

LIMIT: Final = dsse.MAX_ENVELOPE


class Profile(StrEnum):
    """For whom a file is made; what it then holds is ``disclosure``'s to say."""

    PEER = "peer"
    COURT = "court"
    DEFENCE = "defence"
    OVERSIGHT = "oversight"


class Status(StrEnum):
    """Why a field is not open: it is not shown here, or it is nowhere any more."""

    WITHHELD = "withheld"
    DESTROYED = "destroyed"


class ListedMember(Model):
    """One member: its name, size in bytes, SHA-256."""

    name: str = Field(min_length=1, max_length=200)
    size: int = Field(ge=0)
    sha256: Digest


class MissingField(Model):
    """One field of one act that is not open: its salted digest, its name, on which ground, by whose act.

    ``by_act``: the ``disclose`` or ``erase`` act; none where the profile itself leaves the field out.
    """

    act: Digest
    digest: Salted
    field: Key
    status: Status
    ground: Key
    by_act: Digest | None


class Law(Model):
    """The bundles of law data that the acts rely on, by digest, in order; in the file or not.

    ``tables``: the tables of lawful next acts by which the case was folded. A shared act that names another
    is not in order here, as it was not where the file was made.
    """

    bundles: tuple[Digest, ...] = Field(max_length=200)
    tables: tuple[Digest, ...] = Field(max_length=200)


class Dossier(Model):
    """Version 1. ``folds_to``: SHA-256 of the shared case's dump (``cases.Case.dump``)."""

    v: Version1
    profile: Profile
    case: CaseId
    state: State
    made_at: Instant
    members: tuple[ListedMember, ...] = Field(max_length=60_000)
    missing: tuple[MissingField, ...] = Field(max_length=100_000)
    law: Law
    folds_to: Digest | None
    note: str | None = Field(max_length=2000)


def sign_dossier(dossier: Dossier, public: bytes, sign: Callable[[bytes], bytes]) -> Envelope:
    """Sign it with a node's acts key: ``public`` raw Ed25519, ``sign`` gets the PAE's bytes."""
    return dsse.sign(DOSSIER_TYPE, dump_bytes(dossier), dsse.key_id("ed25519", public), sign)


def read_dossier(data: bytes) -> tuple[Envelope, Dossier]:
    """Read the statement without proving it.

    Raises:
        BadInput: not canonical, not of version 1, an instant that does not exist.
        ProofFailed: an envelope of another type.
    """
    envelope = dsse.read(data)
    if envelope.payloadType != DOSSIER_TYPE:
        raise ProofFailed("dsse.other_type", wanted=DOSSIER_TYPE, found=envelope.payloadType)
    dossier = parse(Dossier, envelope.body, limit=LIMIT)
    read_instant(dossier.made_at)
    return envelope, dossier
