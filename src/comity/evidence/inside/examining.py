"""Examining a sealed exhibit: the type of each file, and what is inside of those that hold others.

Promises: what is looked at is what was sealed, read from the vault, not from where it came. Foreign bytes
are parsed in a process of its own (``reader``), held by ``warden``. Each file of the exhibit has a row, and
what is inside of all of them together has so much room (``INSIDE_LIMIT``): the files that found none left
say so. Memory does not grow with the sizes of files.

Leaves to others: keys, and keeping the listing (``app.examine``).
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from comity.evidence.index import Entry, Index
from comity.evidence.inside.listing import EXAMINED, INSIDE_LIMIT, Examined
from comity.evidence.inside.signature import AD1, EWF, HEAD, is_container, type_of
from comity.evidence.inside.warden import Patience, Payload, Readers, Room, Told, bytes_of

_PART: Final = {
    EWF: re.compile(r"(.*)\.([e-z][0-9a-z]{2})", re.IGNORECASE | re.DOTALL),
    AD1: re.compile(r"(.*)\.ad([1-9][0-9]{0,4})", re.IGNORECASE | re.DOTALL),
}
"""How the parts of an image are named: what they have in common, and which part it is."""

COMMAND: Final = (sys.executable, "-I", "-m", "comity.evidence.inside.reader")

_PATIENT: Final = Patience()


def examine(
    index: Index,
    payload: Payload,
    *,
    command: Sequence[str] = COMMAND,
    patience: Patience = _PATIENT,
    room: int = INSIDE_LIMIT,
) -> Sequence[Examined]:
    """Examine each file of an exhibit, in the order of its index. ``room``: bytes for what is inside.

    Raises:
        ProofFailed: the sealed object is damaged.
    """
    types = _Types(type_of(bytes_of(payload, one.offset, min(HEAD, one.size))) for one in index.files)
    images = _images(zip(index.files, types, strict=True))
    first = {part.path: parts[0].path for parts in images.values() for part in parts[1:]}
    made = EXAMINED.packing()
    with Readers(payload, command, patience, Room(room)) as readers:
        for entry, type in zip(index.files, types, strict=True):
            told = Told()
            if entry.path not in first and type is not None and is_container(type):
                readers.read(images.get(entry.path, (entry,)), type, told)
            made.add(
                Examined.made(
                    path=entry.path,
                    type=type,
                    part_of=first.get(entry.path),
                    acquired=told.acquired,
                    inside=tuple(sorted(told.inside, key=lambda inner: inner.path)),
                    unread=told.reason,
                )
            )
    return made.packed()


class _Types:
    """The type of each file, by a number: there are few."""

    def __init__(self, types: Iterable[str | None]) -> None:
        self._names: dict[str | None, int] = {}
        self._each = array("H", (self._names.setdefault(type, len(self._names)) for type in types))

    def __iter__(self) -> Iterator[str | None]:
        names = list(self._names)
        return (names[number] for number in self._each)


def _images(files: Iterable[tuple[Entry, str | None]]) -> dict[str, tuple[Entry, ...]]:
    """The parts of each acquired image, by the ends of their names, under the path of the first."""
    parts: dict[tuple[str, str], list[tuple[str, str, Entry]]] = {}
    for entry, type in files:
        named = _PART[type].fullmatch(entry.path) if type in _PART else None
        if type is not None and named is not None:
            # The tenth of a logical image stands before its second: its parts tell their places themselves.
            parts.setdefault((type, named[1].lower()), []).append((named[2].lower(), named[1], entry))
    apart: list[list[tuple[str, str, Entry]]] = []
    for some in parts.values():
        if len({number for number, _, _ in some}) == len(some):
            apart.append(some)
        else:  # two images, whose names differ in small and capital letters alone
            apart += [
                [one for one in some if one[1] == stem] for stem in dict.fromkeys(s for _, s, _ in some)
            ]
    ordered = [tuple(entry for _, _, entry in sorted(some, key=lambda one: one[0])) for some in apart]
    return {some[0].path: some for some in ordered}
