"""What is to be known of files beside their bytes: links, holes, names that other systems cannot have.

Promises: the same listing gives the same remarks, in the order of the paths' UTF-8 bytes. A remark changes
nothing about what is taken in: every file is, whole, under its own path.

Leaves to others: listing (``source``), sealing (``intake``), showing (the faces).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import Final

from comity.evidence.index import REMARKS, Remark
from comity.evidence.source import Found, Listing

_SMALL: Final = 64 * 1024
"""Bytes: smaller files may lie in the folder's own record, and take no place of their own."""

_SLOTS: Final = 4
"""Bytes for each file at least, to find those of which there may be another."""

_WINDOWS: Final = re.compile(
    r"(?:^|/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.[^/]*)?(?:/|$)"
    r"|[<>:\"|?*]|\.(?:/|$)",
    re.IGNORECASE,
)
"""Names of devices (with any extension), characters and endings that Win32 does not take.

Source: Microsoft, Naming Files, Paths, and Namespaces.
"""


def remarks_of(listing: Listing, *more: Remark) -> Sequence[Remark]:
    """All remarks on a listing. ``more``: what reading it came to.

    Packed, as the listing is: where names have a colon, there is a remark on each file.
    """
    made = REMARKS.packing()
    links, names = _Links(listing.files), _Names(listing.files)
    for found in listing.files:
        of_file = [*links.of(found), *names.of(found.path)]
        if not found.block and found.size >= _SMALL and found.allocated < found.size:
            of_file.append(("sparse", None))
        remarks = [Remark.made(path=found.path, what=what, other=other, at=None) for what, other in of_file]
        remarks += [remark for remark in more if remark.path == found.path]
        made.extend(sorted(remarks, key=lambda remark: remark.what))
    return made.packed()


_Said = tuple[str, str | None]
"""What a remark says, and of what other path; there is one of a kind at most on each file."""


class _Again:
    """Which keys may come again: all that do, and some few others. It holds no key, but a bit or two."""

    def __init__(self, keys: Iterable[Hashable], count: int) -> None:
        self._again = bytearray(_SLOTS << count.bit_length())
        once = bytearray(len(self._again))
        for key in keys:
            byte, bit = self._slot(key)
            if once[byte] & bit:
                self._again[byte] |= bit
            else:
                once[byte] |= bit

    def __contains__(self, key: Hashable) -> bool:
        byte, bit = self._slot(key)
        return bool(self._again[byte] & bit)

    def _slot(self, key: Hashable) -> tuple[int, int]:
        slot = hash(key)
        return (slot >> 3) % len(self._again), 1 << (slot & 7)


class _Links:
    """Of files with several names; kept are those alone that may have two of them here."""

    def __init__(self, files: Sequence[Found]) -> None:
        self._again = _Again((_itself(found) for found in files if found.links > 1), len(files))
        self._inside = Counter(
            _itself(found) for found in files if found.links > 1 and _itself(found) in self._again
        )
        self._first: dict[tuple[int, int], str] = {}

    def of(self, found: Found) -> Iterator[_Said]:
        if found.links == 1:
            return
        it, other = _itself(found), found.path
        if it in self._again:
            other = self._first.setdefault(it, other)
        if other != found.path:
            yield "hard_link", other
        elif self._inside.get(it, 1) < found.links:
            yield "hard_link", None


class _Names:
    """Of names that differ in capitals only; kept are those alone that may have such another."""

    def __init__(self, files: Sequence[Found]) -> None:
        self._again = _Again((_folded(found.path) for found in files), len(files))
        self._first: dict[str, str] = {}

    def of(self, path: str) -> Iterator[_Said]:
        folded = _folded(path)
        if folded in self._again:
            other = self._first.setdefault(folded, path)
            if other != path:
                yield "case_collision", other
        if _WINDOWS.search(path):
            yield "windows_name", None


def _itself(found: Found) -> tuple[int, int]:
    """Device and inode."""
    return found.state[0], found.state[1]


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path.casefold())
