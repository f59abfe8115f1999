"""What is inside a seal: a typed body, padded to one of few sizes.

Promises: one encoding only, the padding included; the sealed size tells a carrier no more than which
of six classes a message fell in.

Leaves to others: sealing (``outbox``), proving (``inbox``), pieces of exhibits, which travel as age
files of their own and are known by their digests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal, get_args

from pydantic import Field

from comity import age
from comity.errors import BadInput
from comity.wire import Canonical, Json, Model, Version1, canonical, decode, dump_bytes, encode, parse

KIB: Final = 1024
SIZES: Final = tuple(KIB << shift for shift in (4, 6, 8, 10, 12, 14))
"""Bytes of a message before it is sealed: 16 KiB, then four times as much each, to 16 MiB."""

MAX_HEADER: Final = 16 * KIB
MAX_SEALED: Final = MAX_HEADER + age.payload_size(SIZES[-1])
"""Bytes of a sealed message at most."""

MAX_COMMAS: Final = 1024
"""Commas in a message at most: it holds few members, and text without commas in them.

Whoever knows a node's recipient can seal anything to it. Sixteen megabytes of empty lists take half a
minute to read; so they are counted before they are read.
"""

MessageType = Literal["act", "receipt", "resend", "returned", "resent"]


class Padded(Model):
    """What is sealed. ``pad``: so many zeros that the whole has one of the sizes.

    ``act``: an act with its disclosures, as ``write_act`` gives it. ``receipt``: its envelope, for
    carriers that bring no answer back. ``resend``, ``returned``, ``resent``: see ``recovery``.
    """

    v: Version1
    type: MessageType
    body: dict[str, Json]
    pad: str = Field(pattern=r"^0*$")


# ``Padded`` as it stands on the wire, its members in the order of their names. What is between these is
# the body alone, and then zeros: so neither needs to be written, or read, through a model.
_OPENS: Final = b'{"body":'
_PAD: Final = b',"pad":"'
_CLOSES: Final[Mapping[MessageType, bytes]] = {
    type: b'","type":"%s","v":1}' % type.encode("ascii") for type in get_args(MessageType)
}


@dataclass(frozen=True)
class Message:
    """A message as read: its type, and its body's canonical bytes."""

    type: MessageType
    content: Canonical

    @cached_property
    def body(self) -> dict[str, Any]:
        """The body's members."""
        found: dict[str, Any] = decode(self.content, limit=SIZES[-1])
        return found


def write_message(type: MessageType, body: Mapping[str, Json]) -> bytes:
    """The padded bytes of a message.

    Raises:
        BadInput: longer than the largest size.
    """
    return frame(type, encode(dict(body)))


def frame(type: MessageType, content: bytes) -> bytes:
    """The padded bytes of a message whose body has these canonical bytes: an object's.

    Raises:
        BadInput: longer than the largest size.
    """
    bare = len(_OPENS) + len(content) + len(_PAD) + len(_CLOSES[type])
    return b"".join((_OPENS, content, _PAD, b"0" * (smallest(bare) - bare), _CLOSES[type]))


def read_message(data: bytes) -> Message:
    """Read a message from its padded bytes.

    Raises:
        BadInput: not canonical, not one of the sizes, more padding than that size needs, or more members
            than any message has.
    """
    for type, closes in _CLOSES.items():
        if data.startswith(_OPENS) and data.endswith(closes):
            end = len(data) - len(closes)
            start = data.rfind(b'"', 0, end) + 1
            padding = end - start
            content = data[len(_OPENS) : start - len(_PAD)]
            if data[start - len(_PAD) : start] != _PAD or data[start:end] != b"0" * padding:
                break
            if not content.startswith(b"{"):
                break
            if content.count(b",") > MAX_COMMAS:
                raise _too_many()
            read = canonical(content, limit=SIZES[-1])
            if len(data) != smallest(len(data) - padding):
                raise BadInput("exchange.padding", size=len(data))
            return Message(type, read)
    if data.count(b",") > MAX_COMMAS:
        raise _too_many()
    parse(Padded, data, limit=SIZES[-1])  # says what is wrong with it
    raise BadInput("exchange.padding", size=len(data))


def _too_many() -> BadInput:
    return BadInput("wire.not_the_model", model="Message", where="(the whole)", what="too_many_members")


def open_message(data: bytes, identities: Sequence[age.Identity]) -> Message:
    """Open and read a sealed message of any type; it proves nothing of its sender.

    Raises:
        BadInput: too long, not an age file, not a message. NotFound: for none of these identities.
        ProofFailed: changed on its way.
    """
    if len(data) > MAX_SEALED:
        raise BadInput("exchange.message_too_long", size=len(data), limit=MAX_SEALED)
    return read_message(age.open_sealed(data, identities, SIZES[-1]))


def smallest(size: int, sizes: Sequence[int] = SIZES) -> int:
    """The smallest of the sizes that holds so many bytes.

    Raises:
        BadInput: none does.
    """
    for one in sizes:
        if size <= one:
            return one
    raise BadInput("exchange.message_too_long", size=size, limit=sizes[-1])


def pad_to(model: Model, size: int) -> bytes:
    """The canonical bytes of a model whose first member, ``pad``, is lengthened until there are ``size``."""
    short = dump_bytes(model)
    empty = b'{"pad":"'
    if not short.startswith(empty + b'"'):
        raise ValueError("pad: not the first member, or not empty")
    return b"".join((empty, b"0" * (size - len(short)), short[len(empty) :]))
