"""The listing of what lies inside an exhibit's files: types, members of archives, files of images, messages.

Promises: names are kept as they can be shown; what could not be read is named, with its reason; digests that
an acquisition stored stand beside those found, equal or not. A listing has a salt: its digest tells nothing
to one who guesses what it lists. It is signed by what names its digest (``Examination``).

Leaves to others: reading (``archive``, ``mailbox``, ``image``), keeping it sealed (``app.examine``).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Final, Literal

from pydantic import Field, PlainSerializer, PlainValidator

from comity import dsse
from comity.age import ByteSource
from comity.clock import read_instant
from comity.dsse import Envelope
from comity.errors import ProofFailed
from comity.evidence.index import INDEX_LIMIT, safe
from comity.evidence.names import Alias, CaseId, Digest, ExhibitId, Instant, Tool
from comity.evidence.rows import Foreign, Rows
from comity.wire import Model, Version1, dump_bytes, parse

EXAMINATION_TYPE: Final = "application/vnd.comity.examination.v1+json"
STATEMENT_LIMIT: Final = 64 * 1024
INSIDE_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a listing for what is inside of all files together: some 250,000 things."""

LISTING_LIMIT: Final = 2 * INDEX_LIMIT + INSIDE_LIMIT
"""Bytes of a listing. Its rows, one a file, always fit: none is twice as long as that file's in the index."""

NAME_LETTERS: Final = 1000
"""Letters of a name that are kept; what is longer is cut, and ends in an ellipsis."""

Reason = Literal[
    "encrypted", "damaged", "no_reader", "too_large", "ratio", "entries", "depth", "time", "memory", "died",
    "deleted", "parts_missing", "listing",
]  # fmt: skip
"""Why something was not read, or what is inside it not listed.

``no_reader``: nothing here reads that format, or not within another. ``too_large``, ``ratio``, ``entries``,
``depth``, ``time``, ``memory``: a bound was met. ``died``: the reader's process ended. ``deleted``: its place
may hold other content by now. ``listing``: the exhibit's listing had no room left (``INSIDE_LIMIT``).
"""

Time = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z?$")]
"""An instant; without Z where what told it knows no zone."""

Label = Annotated[str, Field(max_length=NAME_LETTERS + 1)]


class Times(Model):
    """What a member's container says of its times; they are as easily wrong as right."""

    modified: Time | None
    accessed: Time | None
    changed: Time | None
    born: Time | None


class StoredHash(Model):
    """A digest that an acquisition stored, and the same computed over what was read of it here."""

    algorithm: Literal["md5", "sha1"]
    stored: Annotated[str, Field(pattern=r"^[0-9a-f]{32}([0-9a-f]{8})?$")]
    found: Annotated[str, Field(pattern=r"^[0-9a-f]{32}([0-9a-f]{8})?$")] | None

    @property
    def same(self) -> bool | None:
        """Whether they are equal; nothing, where it could not be read to its end."""
        return None if self.found is None else self.found == self.stored


class Inner(Model):
    """One thing inside; ``path`` has a part for each container on the way.

    ``unread`` beside a digest: its bytes were read, and what is inside of it is not listed. ``hashes``: those
    that its container stored for it when it was acquired.
    """

    path: tuple[Label, ...] = Field(min_length=1)
    what: Literal["file", "link", "message", "special"]
    size: int | None = Field(ge=0)
    sha256: Digest | None
    times: Times | None
    type: Label | None
    hashes: tuple[StoredHash, ...]
    unread: Reason | None


class Acquired(Model):
    """What an image says of its acquisition. ``sha256``: of the media; ``told``: date and program."""

    parts: tuple[str, ...]
    media_size: int = Field(ge=0)
    sha256: Digest | None
    hashes: tuple[StoredHash, ...]
    told: tuple[tuple[Label, Label], ...]


class Examined(Model):
    """One file of the exhibit: its type by content, what is inside. ``part_of``: an image's first part."""

    path: str
    type: Label | None
    part_of: str | None
    acquired: Acquired | None
    inside: tuple[Inner, ...]
    unread: Reason | None


EXAMINED: Final = Rows(Examined, nested=True, longest=2 * INSIDE_LIMIT)


class Inside(Model):
    """The whole listing, in the order of the exhibit's index. Its rows lie packed."""

    v: Version1
    salt: Digest
    files: Annotated[Sequence[Examined], PlainValidator(EXAMINED.pack), PlainSerializer(list)]


class _Rest(Model):
    """What follows the rows."""

    salt: Digest
    v: Version1


_FILES: Final = b'{"files":['
_THEN_REST: Final = b'],"salt":'
_REST_LIMIT: Final = 100


class Examination(Model):
    """Version 1: who examined an exhibit, with what, and which listing came of it (by its digest).

    ``differs``: digests that an acquisition stored and that were not found; ``unread``: things not read.
    """

    v: Version1
    case: CaseId
    exhibit: ExhibitId
    seal: Digest
    at: Instant
    by: Alias
    tools: tuple[Tool, ...]
    listing_sha256: Digest
    types: int = Field(ge=0)
    inside: int = Field(ge=0)
    unread: int = Field(ge=0)
    agrees: int = Field(ge=0)
    differs: int = Field(ge=0)


def label(text: str) -> str:
    """A foreign name as it can stand in a listing."""
    shown = safe(text)
    return shown if len(shown) <= NAME_LETTERS else shown[:NAME_LETTERS] + "…"


def listing_text(inside: Inside) -> Iterator[bytes]:
    """Its canonical bytes piece by piece; the examination holds their digest."""
    yield _FILES
    yield from EXAMINED.text(inside.files)
    yield b'],"salt":"%b","v":%d}' % (inside.salt.encode("ascii"), inside.v)


def write_listing(inside: Inside) -> bytes:
    """Its canonical bytes in one piece."""
    return b"".join(listing_text(inside))


def read_listing(data: bytes | ByteSource) -> Inside:
    """Read a listing, in one piece or as it comes.

    Raises:
        BadInput: it is none, in its one encoding.
    """
    text = Foreign(io.BytesIO(data) if isinstance(data, bytes) else data, "Inside", LISTING_LIMIT)
    text.expect(_FILES)
    files = text.rows(EXAMINED, "files", _THEN_REST)
    rest = parse(_Rest, b'{"salt":' + text.rest(_REST_LIMIT), limit=2 * _REST_LIMIT)
    return Inside(v=rest.v, salt=rest.salt, files=files)


def sign_examination(said: Examination, public: bytes, sign: Callable[[bytes], bytes]) -> Envelope:
    """Sign it with a node's Ed25519 key: ``public`` raw, ``sign`` gets the PAE's bytes."""
    return dsse.sign(EXAMINATION_TYPE, dump_bytes(said), dsse.key_id("ed25519", public), sign)


def verify_examination(envelope: Envelope, public: bytes) -> Examination:
    """Prove that one key signed it, and read it.

    Raises:
        ProofFailed: another type or signer, or a wrong signature. BadInput: no examination.
    """
    if envelope.payloadType != EXAMINATION_TYPE:
        raise ProofFailed("dsse.other_type", wanted=EXAMINATION_TYPE, found=envelope.payloadType)
    dsse.verify_one(envelope, EXAMINATION_TYPE, public)
    said = parse(Examination, envelope.body, limit=STATEMENT_LIMIT)
    read_instant(said.at)
    return said
