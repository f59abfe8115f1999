"""Salted, separately digested fields: the digest-and-disclosure construction of IETF SD-JWT.

Promises: a disclosure is base64url of the JSON ``[salt, name, value]``; its digest is base64url of
the SHA-256 of that text's ASCII bytes (RFC 9901, sections 4.2.1 and 4.2.3). With 16 random bytes of salt
the value cannot be guessed from the digest. One encoding only.

Leaves to others: which fields a kind has (``kinds``), and where disclosures are kept or erased.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from comity.errors import BadInput
from comity.wire import Json, b64u, decode, encode, sha256, unb64u

SALT_BYTES: Final = 16
"""At least 128 bits (RFC 9901, section 9.3)."""

MAX_DISCLOSURE: Final = 2 * 1024 * 1024
"""Bytes of one disclosure at most."""

MAX_COMMAS: Final = 60_000
"""Commas in a disclosure at most, counted before it is read: the terms of the largest delivery have 40,000.

A field is read before its signature can be; two megabytes of empty lists would take seconds.
"""

Entropy = Callable[[int], bytes]
"""Gives that many random bytes; ``secrets.token_bytes`` outside tests."""


@dataclass(frozen=True)
class Disclosure:
    """A field opened: its salt, name and value, and the text that carries them.

    ``json``: the value's canonical bytes, which stand in the text.
    """

    text: str
    name: str
    value: Json
    json: bytes = field(repr=False, compare=False)

    @cached_property
    def digest(self) -> str:
        """The field's salted digest, 43 characters of base64url."""
        return b64u(sha256(self.text.encode("ascii")))


def disclose(name: str, value: Json, entropy: Entropy) -> Disclosure:
    """Make a field: salt it, so that its digest tells nothing.

    Raises:
        BadInput: too long, or too many members: nobody would read it.
    """
    salt = b64u(entropy(SALT_BYTES))
    data = encode([salt, name, value])
    _check_size(data)
    return Disclosure(b64u(data), name, value, _value_of(data, salt, name))


def read_disclosure(text: str) -> Disclosure:
    """Read a field's disclosure.

    Raises:
        BadInput: not base64url, too long, not canonical, not a triple, or its salt is too short.
    """
    data = unb64u(text)
    _check_size(data)
    triple = decode(data, limit=MAX_DISCLOSURE)
    if not (
        isinstance(triple, list)
        and len(triple) == 3  # noqa: PLR2004 - salt, name, value
        and isinstance(triple[0], str)
        and isinstance(triple[1], str)
    ):
        raise BadInput("acts.not_a_disclosure")
    if len(unb64u(triple[0])) < SALT_BYTES:
        raise BadInput("acts.salt_too_short", bytes=SALT_BYTES)
    return Disclosure(text, triple[1], triple[2], _value_of(data, triple[0], triple[1]))


def _check_size(data: bytes) -> None:
    if len(data) > MAX_DISCLOSURE:
        raise BadInput("wire.too_long", size=len(data), limit=MAX_DISCLOSURE)
    if data.count(b",") > MAX_COMMAS:
        raise BadInput("wire.not_the_model", model="Disclosure", where="(the whole)", what="too_many_members")


def _value_of(data: bytes, salt: str, name: str) -> bytes:
    """The canonical bytes of the value in a canonical triple: what stands after salt and name."""
    before = len(f'["{salt}",') + len(encode(name)) + len(",")  # nothing of base64url is escaped
    return data[before:-1]


def commit(name: str, value: Json, entropy: Entropy) -> Disclosure:
    """A salted commitment to something that stays at home, in the shape of a field."""
    return disclose(name, value, entropy)
