"""What is inside a mailbox of the format mbox: its messages in their order, and what is attached to them.

Also one message that is a file of its own, as ``.eml``, or in a folder of the format maildir.

Promises: a message is what follows a line that begins with ``From ``, has a time of day, and stands first or
after an empty line; byte for byte, up to the next of them; it is hashed without that line. Where the first
such line has no time, a header field after it is asked for instead. Of what a message says, only its date and
the names of its attachments are listed: no address, no subject. A message that is attached is listed as it
was sent, and what is attached to it beside it; what has no name is numbered. Where attachments cannot be
found, the message says so.

Leaves to others: bounds (``allowance``), and the process that all this is done in (``reader``).
"""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from datetime import UTC
from email.errors import MessageError
from email.message import Message
from email.utils import parsedate_to_datetime
from itertools import count
from typing import IO, Final, cast

from comity.evidence.inside.allowance import HELD
from comity.evidence.inside.listing import Reason
from comity.evidence.inside.member import Members, no_time
from comity.evidence.inside.signature import BOM

LINE: Final = 64 * 1024
"""Bytes of a line that are read at once; a longer one goes on in the next piece."""

_START: Final = re.compile(rb"From [^\r\n]*[0-9]:[0-9]{2}")
_FIELD: Final = re.compile(rb"[!-9;-~]{1,76}:")
_MESSAGES: Final = frozenset({"message/rfc822", "message/global"})

_STUMBLES: Final = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, LookupError, AssertionError, MessageError,
)  # fmt: skip
"""In how many ways the standard library stumbles over a message; it never refuses one."""


def list_mailbox(source: IO[bytes], members: Members) -> None:
    """List a mailbox.

    Raises:
        Spent: a bound was met.
    """
    for number, message in enumerate(_messages(source, members), start=1):
        _list(message, number, members)


def list_message(source: IO[bytes], members: Members) -> None:
    """List one message.

    Raises:
        Spent: a bound was met.
    """
    message = _Held()
    while line := source.readline(LINE):
        members.allowance.take(len(line))
        message.take(line)
    _list(message.finish(), 1, members)


def _list(message: _Held, number: int, members: Members) -> None:
    name = f"message-{number:06d}"
    # The bytes of what comes from the file were told to the allowance; a message that is attached comes out.
    waiting = _one(message.held, name, members, cut=message.cut, counted=False)
    inner, numbers = members.within(name), count(1)
    while waiting:
        part = waiting.pop()
        named, content = _name(part), _content(part)
        is_message = part.get_content_type() in _MESSAGES
        if not named and not is_message and _is_text(part):
            continue
        named = named or f"part-{next(numbers):06d}"
        if is_message and content is not None:
            waiting += _one(content, named, inner)
            continue
        with inner.entered(named, "file", None) as member:
            if content is None:
                member.fail("damaged")
            else:
                member.read(cast(IO[bytes], io.BytesIO(content)))


def _one(
    data: bytes, name: str, members: Members, *, cut: bool = False, counted: bool = True
) -> list[Message]:
    """List one message; gives its parts, the last one first."""
    parts: list[Message] = []
    trouble: Reason | None = None
    parsed: Message | None = None
    if not cut:
        try:
            parsed = _parsed(data)
            parts = [part for part in parsed.walk() if not part.is_multipart()]
        except RecursionError:
            trouble = "depth"
        except _STUMBLES:
            trouble = "damaged"
    times = no_time(modified=None if parsed is None else _date(parsed))
    with members.entered(name, "message", times) as member:
        # What is attached is listed by us; the member must not be looked into as a message again.
        member.read(io.BytesIO(data), counted=counted, nested=False)
        if cut:
            member.fail("too_large")
        elif trouble is not None:
            member.unread = trouble
    return parts[::-1]


class _Held:
    """One message, up to the bytes of it that are held."""

    def __init__(self) -> None:
        self.held = b""
        self.cut = False
        self._lines: list[bytes] = []
        self._size = 0

    def take(self, line: bytes) -> None:
        if self._size + len(line) > HELD:
            self.cut = True
        else:
            self._size += len(line)
            self._lines.append(line)

    def finish(self) -> _Held:
        self.held = b"".join(self._lines)
        self._lines = []
        return self


def _messages(source: IO[bytes], members: Members) -> Iterator[_Held]:
    message: _Held | None = None
    empty, at_start = True, True
    after = source.readline(LINE).removeprefix(BOM)
    dated = _START.match(after) is not None
    while line := after:
        after = source.readline(LINE)
        members.allowance.take(len(line))
        if at_start and empty and _begins(line, after, dated=dated):
            if message is not None:
                yield message.finish()
            message = _Held()
        elif message is not None:
            message.take(line)
        empty = at_start and line in {b"\n", b"\r\n"}
        at_start = line.endswith(b"\n")
    if message is not None:
        yield message.finish()


def _begins(line: bytes, after: bytes, *, dated: bool) -> bool:
    """Whether a message begins after a line. ``dated``: such lines have a time in this mailbox."""
    if dated:
        return _START.match(line) is not None
    return line.startswith(b"From ") and _FIELD.match(after) is not None


class _Part(Message):
    """A part of a message. A message within stays as it came, byte for byte, and is parsed by itself."""

    def get_content_maintype(self) -> str:
        """As what the parser treats it: it would go into what says that it is a message."""
        told = super().get_content_maintype()
        return "application" if told == "message" else told


def _parsed(data: bytes) -> Message:
    return email.message_from_bytes(data.removeprefix(BOM), _Part, policy=email.policy.compat32)


def _date(message: Message) -> str | None:
    told = message.get("Date")
    try:
        at = parsedate_to_datetime(str(told)) if told is not None else None
        if at is None:
            return None
        if at.tzinfo is None:  # "-0000": the sender says no zone
            return at.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")
        return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _name(part: Message) -> str | None:
    try:
        name = part.get_filename()
    except _STUMBLES:
        return None
    return None if name is None else str(name)


def _content(part: Message) -> bytes | None:
    try:
        content = part.get_payload(decode=True)
    except _STUMBLES:
        return None
    return content if isinstance(content, bytes) else None


def _is_text(part: Message) -> bool:
    """Whether it is what the message itself says."""
    return part.get_content_maintype() == "text" and part.get_content_disposition() != "attachment"
