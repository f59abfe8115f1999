"""What is inside a seal: a typed body, padded to one of few sizes.

Promises: one encoding only, the padding included; the sealed size tells a carrier no more than which
of six classes a message fell in.

Leaves to others: sealing (``outbox``), proving (``inbox``), pieces of exhibits, which travel as age
files of their own and are known by their digests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from pydantic import Field

from comity import age
from comity.errors import BadInput
from comity.wire import Json, Model, Version1, dump_bytes, encode, parse

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


class Message(Model):
    """A body and its type; ``pad``: so many zeros that the whole has one of the sizes.

    ``act``: an act with its disclosures, as ``write_act`` gives it. ``receipt``: its envelope, for
    carriers that bring no answer back. ``resend``, ``returned``, ``resent``: see ``recovery``.
    """

    v: Version1
    type: MessageType
    body: dict[str, Json]
    pad: str = Field(pattern=r"^0*$")

    @property
    def content(self) -> bytes:
        """The body's canonical bytes."""
        return encode(self.body)


def write_message(type: MessageType, body: Mapping[str, Json]) -> bytes:
    """The padded bytes of a message.

    Raises:
        BadInput: longer than the largest size.
    """
    bare = Message(v=1, type=type, body=dict(body), pad="")
    return pad_to(bare, smallest(len(dump_bytes(bare))))


def read_message(data: bytes) -> Message:
    """Read a message from its padded bytes.

    Raises:
        BadInput: not canonical, not one of the sizes, more padding than that size needs, or more members
            than any message has.
    """
    if data.count(b",") > MAX_COMMAS:
        raise BadInput("wire.not_the_model", model="Message", where="(the whole)", what="too_many_members")
    message = parse(Message, data, limit=SIZES[-1])
    if len(data) != smallest(len(data) - len(message.pad)):
        raise BadInput("exchange.padding", size=len(data))
    return message


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
    """The canonical bytes of a model whose member ``pad`` is lengthened until there are ``size``."""
    short = len(dump_bytes(model))
    return dump_bytes(model.model_copy(update={"pad": "0" * (size - short)}))
