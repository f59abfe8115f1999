"""What is inside a mailbox of the format mbox: its messages in their order, and what is attached to them.

Also one message that is a file of its own, as ``.eml``, or in a folder of the format maildir.

Promises: a message is what follows a line that begins with ``From ``, has a time of day, and stands first or
after an empty line; byte for byte, up to the next of them; it is hashed without that line. Of what a message
says, only its date and the names of its attachments are listed: no address, no subject.

Leaves to others: bounds (``allowance``), and the process that all this is done in (``reader``).
"""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import IO, Final, cast

from comity.evidence.inside.allowance import HELD
from comity.evidence.inside.member import Members, no_time

LINE: Final = 64 * 1024
"""Bytes of a line that are read at once; a longer one goes on in the next piece."""

_START: Final = re.compile(rb"From [^\r\n]*[0-9]:[0-9]{2}")


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
    parsed = None if message.cut else _parsed(message.held)
    times = no_time(modified=None if parsed is None else _date(parsed))
    with members.entered(name, "message", times) as member:
        # What is attached is listed here, below; the member must not be looked into as a message again.
        member.read(io.BytesIO(message.held), counted=False, nested=False)
        if message.cut:
            member.fail("too_large")
    if parsed is not None:
        _attachments(parsed, members.within(name))


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
    while line := source.readline(LINE):
        members.allowance.take(len(line))
        if at_start and empty and _START.match(line):
            if message is not None:
                yield message.finish()
            message = _Held()
        elif message is not None:
            message.take(line)
        empty = at_start and line in {b"\n", b"\r\n"}
        at_start = line.endswith(b"\n")
    if message is not None:
        yield message.finish()


def _parsed(data: bytes) -> Message | None:
    """A message, as far as it can be understood; the standard library never refuses one, but stumbles."""
    try:
        return email.message_from_bytes(data, policy=email.policy.compat32)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, LookupError, RecursionError):
        return None


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


def _attachments(message: Message, members: Members) -> None:
    try:
        parts = [part for part in message.walk() if not part.is_multipart()]
    except (AttributeError, TypeError, RecursionError):
        return
    for part in parts:
        try:
            name = part.get_filename()
            content = part.get_payload(decode=True) if name else None
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, LookupError):
            continue
        if name and isinstance(content, bytes):
            with members.entered(str(name), "file", None) as member:
                member.read(cast(IO[bytes], io.BytesIO(content)))
