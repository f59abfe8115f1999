"""Signed notes (C2SP signed-note): a text, and lines of signatures under it.

Promises:
- A note is read in one way only: UTF-8, no control characters but newlines, the text apart from
  its signatures by the last empty line, base64 in its canonical spelling.
- ``verify`` accepts a note when a known key signed it, ignores keys that it does not know, and
  refuses the note when the line of a known key is wrong.
- What ``sign`` gives was verified against the public key before it left: a fault in memory or in
  a token does not get out.

Leaves to others: what the text says (``tlog``), and where private keys live (``keys``).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.errors import BadInput, ProofFailed
from comity.wire import b64, unb64

ED25519: Final = 0x01
"""Signature type: Ed25519 over the text (signed-note, "Signature types")."""

COSIGNATURE: Final = 0x04
"""Signature type: Ed25519 cosignature with a time (C2SP tlog-cosignature)."""

MAX_SIZE: Final = 1_000_000
"""Bytes of a note that are read at most."""

MAX_SIGNATURES: Final = 100
"""Signature lines that are read at most; the specification asks for at least 16."""

Signer = Callable[[bytes], bytes]
"""Whatever signs a message with Ed25519: a private key's ``sign``, or a token behind it."""

_DASH: Final = "\u2014 "
_SHORTEST_SIGNATURE: Final = 5  # four bytes of key id, and something signed
_ID_SIZE: Final = 4
_NOT_TEXT: Final = re.compile("[\\x00-\\x09\\x0b-\\x1f\\ud800-\\udfff]")  # all controls but the newline


@dataclass(frozen=True, slots=True)
class Vkey:
    """A verifier key: a name, a signature type, and an Ed25519 public key of 32 bytes."""

    name: str
    type: int
    key: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.type not in (ED25519, COSIGNATURE):
            raise BadInput("note.key_type", name=self.name, type=self.type)
        if len(self.key) != 32:  # noqa: PLR2004 - RFC 8032, section 5.1.5
            raise BadInput("note.vkey_malformed")

    @property
    def id(self) -> bytes:
        """The four bytes that a signature line carries to say which key made it."""
        told = self.name.encode() + b"\n" + bytes([self.type]) + self.key
        return hashlib.sha256(told).digest()[:_ID_SIZE]

    def encode(self) -> str:
        """The text form: ``name+hexid+base64(type, key)`` (signed-note, "Verifier keys")."""
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.type]) + self.key)}"

    def check(self, message: bytes, signature: bytes) -> bool:
        """Whether this key made this Ed25519 signature (64 bytes) over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed, with which key, and the bytes."""

    name: str
    id: bytes
    value: bytes

    def line(self) -> str:
        """The line, with its newline."""
        return f"{_DASH}{self.name} {b64(self.id + self.value)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that ends in a newline, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The bytes of the note; ``parse`` gives the same note again.

        Raises:
            BadInput: the text does not end in a newline, has control characters, or nobody
                signed.
        """
        _check_text(self.text)
        if not self.text.endswith("\n") or not self.signatures:
            raise BadInput("note.no_signatures")
        return (self.text + "\n" + "".join(one.line() for one in self.signatures)).encode()

    def of(self, vkey: Vkey) -> tuple[bytes, ...]:
        """The signatures that say to be of this key, not yet verified."""
        return tuple(one.value for one in self.signatures if one.name == vkey.name and one.id == vkey.id)

    def signed_also(self, *more: Signature) -> Note:
        """The same note with more signatures; lines that are there already are not repeated."""
        new = tuple(one for one in more if one not in self.signatures)
        return Note(self.text, self.signatures + new)


def parse_vkey(text: str) -> Vkey:
    """Read a verifier key.

    Raises:
        BadInput: another shape, a type that is not Ed25519, or an id that is not the key's.
    """
    name, plus, rest = text.partition("+")
    id, second, material = rest.partition("+")
    if not plus or not second or not name:
        raise BadInput("note.vkey_malformed")
    raw = unb64(material)
    if not raw:
        raise BadInput("note.vkey_malformed")
    vkey = Vkey(name, raw[0], raw[1:])
    if id != vkey.id.hex():
        raise BadInput("note.vkey_id", name=name)
    return vkey


def parse(data: bytes, *, limit: int = MAX_SIZE) -> Note:
    """Read a signed note; nothing is verified yet.

    Raises:
        BadInput: too long, not a note, or more than ``MAX_SIGNATURES`` signatures.
    """
    if len(data) > limit:
        raise BadInput("note.too_long", size=len(data), limit=limit)
    try:
        whole = data.decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise BadInput("note.not_text", offset=error.start) from error
    _check_text(whole)
    at = whole.rfind("\n\n")
    if at < 0 or at + 2 == len(whole) or not whole.endswith("\n"):
        raise BadInput("note.no_signatures")
    lines = whole[at + 2 : -1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadInput("note.too_many_signatures", count=len(lines), limit=MAX_SIGNATURES)
    signatures = tuple(_signature(line, number) for number, line in enumerate(lines, start=1))
    return Note(whole[: at + 1], signatures)


def sign(text: str, vkey: Vkey, signer: Signer) -> Signature:
    """Sign a note's text with the private key that belongs to ``vkey`` (type Ed25519).

    Raises:
        BadInput: the text cannot be a note's, or the key is of another type.
        ProofFailed: the signer's answer does not verify.
    """
    _check_text(text)
    if not text.endswith("\n"):
        raise BadInput("note.text_ends")
    if vkey.type != ED25519:
        raise BadInput("note.key_type", name=vkey.name, type=vkey.type)
    return Signature(vkey.name, vkey.id, signed(text.encode(), vkey, signer))


def signed(message: bytes, vkey: Vkey, signer: Signer) -> bytes:
    """A signature over any message, verified before it is given out.

    Raises:
        ProofFailed: the signer's answer does not verify: a fault, or another private key.
    """
    value = signer(message)
    if not vkey.check(message, value):
        raise ProofFailed("note.signer_fault", name=vkey.name)
    return value


def verify(note: Note, vkeys: Iterable[Vkey]) -> tuple[Vkey, ...]:
    """The known keys that signed the text, at least one.

    Cosignatures sign more than the text: ``vkeys`` of that type are for ``tlog``, not for here.

    Raises:
        ProofFailed: the line of a known key is wrong, or no known key signed.
        BadInput: a key of another type than Ed25519.
    """
    message = note.text.encode()
    found: list[Vkey] = []
    for vkey in vkeys:
        if vkey.type != ED25519:
            raise BadInput("note.key_type", name=vkey.name, type=vkey.type)
        values = note.of(vkey)
        if not all(vkey.check(message, value) for value in values):
            raise ProofFailed("note.signature_wrong", name=vkey.name)
        if values:
            found.append(vkey)
    if not found:
        raise ProofFailed("note.no_known_key")
    return tuple(found)


def check_name(name: str) -> None:
    """Refuse what cannot be a key name: empty, or with white space, ``+`` or control characters.

    Raises:
        BadInput: it cannot.
    """
    if not name or "+" in name or any(c.isspace() for c in name):
        raise BadInput("note.key_name", name=name[:80])
    _check_text(name)


def _signature(line: str, number: int) -> Signature:
    if not line.startswith(_DASH):
        raise BadInput("note.signature_line", number=number)
    name, space, coded = line[len(_DASH) :].partition(" ")
    if not space:
        raise BadInput("note.signature_line", number=number)
    check_name(name)
    raw = unb64(coded)
    if len(raw) < _SHORTEST_SIGNATURE:
        raise BadInput("note.signature_line", number=number)
    return Signature(name, raw[:_ID_SIZE], raw[_ID_SIZE:])


def _check_text(text: str) -> None:
    found = _NOT_TEXT.search(text)
    if found:
        raise BadInput("note.not_text", offset=found.start())
