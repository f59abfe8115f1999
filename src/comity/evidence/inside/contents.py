"""What is inside one file of an exhibit, whatever kind of container it is.

Promises: gives what it read until it ended, and why it ended early, if it did. It trusts nothing, and it is
meant to be run where it can do no harm (``reader``).

Leaves to others: each kind of container (``archive``, ``mailbox``, ``image``, ``logical``), which files are
asked about (``examining``).
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import IO, cast

from comity.evidence.inside.allowance import Allowance, Spent
from comity.evidence.inside.archive import list_compressed, list_tar, list_zip
from comity.evidence.inside.image import Media, list_image
from comity.evidence.inside.listing import Acquired, Inner, Reason
from comity.evidence.inside.logical import list_logical
from comity.evidence.inside.mailbox import list_mailbox, list_message
from comity.evidence.inside.member import Members
from comity.evidence.inside.signature import AD1, CLOSED, COMPRESSED, DISKS, EWF, LOCKED, MESSAGE


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the exhibit, open for reading."""

    name: str
    size: int
    source: IO[bytes]


def read_inside(
    parts: Sequence[Part],
    type: str,
    emit: Callable[[Inner], None],
    acquired: Callable[[Acquired], None],
) -> Reason | None:
    """List what is inside; gives why that ended early, if it did. ``parts``: a file, or an image's parts."""
    first = parts[0]
    weight = sum(part.size for part in parts)
    members = Members(Allowance(weight), emit, _within)
    try:
        if type == EWF:
            return _acquisition(parts, weight, members, acquired)
        if type.startswith(DISKS):
            list_image(first.source, first.size, members)
        elif type == AD1:
            list_logical([(part.source, part.size) for part in parts], members)
        elif type in CLOSED:
            return "encrypted" if type == LOCKED else "no_reader"
        else:
            _open(first.source, type, first.name, members)
    except Spent as spent:
        return spent.reason
    except MemoryError:
        return "memory"
    return None


def _acquisition(
    parts: Sequence[Part], weight: int, members: Members, acquired: Callable[[Acquired], None]
) -> Reason | None:
    media = Media([part.source for part in parts])
    acquired(media.acquired([part.name for part in parts], weight))
    try:
        list_image(media, media.size, members)
    except Spent as spent:
        return media.trouble or spent.reason
    return media.trouble


def _open(source: IO[bytes], type: str, name: str, members: Members) -> None:
    if type == "application/zip":
        list_zip(source, members)
    elif type == "application/x-tar":
        list_tar(source, members)
    elif type == "application/mbox":
        list_mailbox(source, members)
    elif type == MESSAGE:
        list_message(source, members)
    elif type == AD1:
        list_logical([(source, source.seek(0, io.SEEK_END))], members)
    elif type in COMPRESSED:
        list_compressed(source, type, name, members)
    else:
        raise Spent("no_reader")


def _within(data: bytes, type: str, members: Members) -> None:
    """Open a container that lies in another, and is held in memory."""
    _open(cast(IO[bytes], io.BytesIO(data)), type, members.path[-1], members)
