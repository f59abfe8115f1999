"""What the log commits to: events under a salt, and the openings that show one of them.

Promises:
- A leaf is 32 bytes, uniformly random to whoever has not its opening: it tells no kind, no act,
  no number of acts. A dummy's leaf is made as every other leaf is.
- An opening shows, in two steps that can be taken apart, which kind of event a leaf is (enough to
  count) and which act, receipt or root it speaks of (``Opening.subject``).
- Forgetting the salts (the opening) makes the leaf say nothing for ever.

Leaves to others: randomness (``entropy`` is handed in), keeping the openings (``store``), and what
is committed when (``app``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final, Literal

from pydantic import StringConstraints, model_validator

from comity.errors import BadInput, ProofFailed
from comity.wire import Model, Version1, b64u, dump_bytes, sha256, unb64u

Entropy = Callable[[int], bytes]
"""Gives that many random bytes: ``secrets.token_bytes``, or a fixed source in tests."""

Kind = Literal["signed", "received", "custody_root", "enrolment", "dummy"]

SALT_SIZE: Final = 32
SUBJECT_SIZE: Final = 32

# Both domains end in a byte that no longer domain could continue with; what follows has fixed sizes.
_LEAF_DOMAIN: Final = b"comity/tlog/leaf/v1\n"
_SUBJECT_DOMAIN: Final = b"comity/tlog/subject/v1\n"

_B64u32 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$")]
"""32 bytes in base64url: the last of 43 characters carries four bits."""
_Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Event(Model):
    """What is committed: that something of this kind was entered. Its shape never varies."""

    v: Version1 = 1
    kind: Kind
    digest: _B64u32
    """Salted digest of the subject."""
    reserved: None = None
    """For commitments to counts, one day; until then it is always there and always null."""


class Opening(Model):
    """What must be known to show that a leaf is an event, and of what.

    ``inner_salt`` and ``subject`` are absent together from an opening that is to show the kind
    alone (``of_kind_only``).
    """

    salt: _B64u32
    event: Event
    inner_salt: _B64u32 | None
    subject: _Hex32 | None
    """Id of the act, receipt or enrolment, or the custody root: 64 hexadecimal digits."""

    @model_validator(mode="after")
    def _together(self) -> Opening:
        if (self.inner_salt is None) != (self.subject is None):
            raise ValueError("inner_salt and subject are known together or not at all")
        return self

    def of_kind_only(self) -> Opening:
        """The same opening without its subject: enough to count, too little to name."""
        return Opening(salt=self.salt, event=self.event, inner_salt=None, subject=None)


def commit(kind: Kind, subject: bytes | str, entropy: Entropy) -> Opening:
    """Make the opening of a new event; ``leaf`` of it is what the log takes in.

    Args:
        kind: what happened.
        subject: 32 bytes, or their 64 lower-case hexadecimal digits.
        entropy: the source of both salts.

    Raises:
        BadInput: the subject is not 32 bytes, or the source of randomness gives too little.
    """
    raw = _subject(subject)
    salt, inner = _salt(entropy), _salt(entropy)
    event = Event(kind=kind, digest=b64u(_subject_digest(inner, raw)))
    return Opening(salt=b64u(salt), event=event, inner_salt=b64u(inner), subject=raw.hex())


def dummy(entropy: Entropy) -> Opening:
    """An event of nothing, to hide how many others there are; it can be shown to be a dummy."""
    return commit("dummy", entropy(SUBJECT_SIZE), entropy)


def leaf(opening: Opening) -> bytes:
    """The log entry: SHA-256(domain, salt, canonical event), 32 bytes."""
    return sha256(_LEAF_DOMAIN + unb64u(opening.salt) + dump_bytes(opening.event))


def verify_leaf(opening: Opening, entry: bytes) -> Kind:
    """Check that the opening opens this log entry; gives the kind of the event.

    Raises:
        ProofFailed: it does not.
    """
    if leaf(opening) != entry:
        raise ProofFailed("tlog.opening_of_another_leaf")
    return opening.event.kind


def verify_subject(opening: Opening, subject: bytes | str) -> None:
    """Check that the event speaks of this subject.

    Raises:
        ProofFailed: it speaks of another, or the opening does not say of which.
        BadInput: the subject is not 32 bytes.
    """
    raw = _subject(subject)
    if opening.inner_salt is None or opening.subject is None:
        raise ProofFailed("tlog.opening_without_subject")
    digest = b64u(_subject_digest(unb64u(opening.inner_salt), raw))
    if digest != opening.event.digest or opening.subject != raw.hex():
        raise ProofFailed("tlog.opening_of_another_subject", subject=raw.hex())


def _subject_digest(salt: bytes, subject: bytes) -> bytes:
    return sha256(_SUBJECT_DOMAIN + salt + subject)


def _salt(entropy: Entropy) -> bytes:
    salt = entropy(SALT_SIZE)
    if len(salt) != SALT_SIZE:
        raise BadInput("tlog.too_little_entropy", size=len(salt), asked=SALT_SIZE)
    return salt


def _subject(subject: bytes | str) -> bytes:
    if isinstance(subject, str):
        try:
            raw = bytes.fromhex(subject)
        except ValueError as error:
            raise BadInput("tlog.not_a_subject") from error
        if raw.hex() != subject:  # upper case, or blanks between the digits
            raise BadInput("tlog.not_a_subject")
    else:
        raw = subject
    if len(raw) != SUBJECT_SIZE:
        raise BadInput("tlog.not_a_subject")
    return raw
