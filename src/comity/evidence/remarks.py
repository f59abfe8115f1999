"""What is to be known of files beside their bytes: links, holes, names that other systems cannot have.

Promises: the same listing gives the same remarks, in the order of the paths' UTF-8 bytes. A remark changes
nothing about what is taken in: every file is, whole, under its own path.

Leaves to others: listing (``source``), sealing (``intake``), showing (the faces).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import Final

from comity.evidence.index import Remark
from comity.evidence.source import Found, Listing

_SMALL: Final = 64 * 1024
"""Bytes: smaller files may lie in the folder's own record, and take no place of their own."""

_WINDOWS: Final = re.compile(
    r"(?:^|/)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.[^/]*)?(?:/|$)"
    r"|[<>:\"|?*]|\.(?:/|$)",
    re.IGNORECASE,
)
"""Names of devices (with any extension), characters and endings that Win32 does not take.

Source: Microsoft, Naming Files, Paths, and Namespaces.
"""


def remarks_of(listing: Listing, *more: Remark) -> tuple[Remark, ...]:
    """All remarks on a listing. ``more``: what reading it came to."""
    made = [
        *more,
        *_links(listing.files),
        *_holes(listing.files),
        *_names([found.path for found in listing.files]),
    ]
    made.sort(key=lambda remark: (remark.path.encode("utf-8"), remark.what))
    return tuple(made)


def _links(files: tuple[Found, ...]) -> Iterator[Remark]:
    linked = [found for found in files if found.links > 1]
    inside = Counter(found.state[:2] for found in linked)
    first: dict[tuple[int, ...], str] = {}
    for found in linked:
        other = first.setdefault(found.state[:2], found.path)
        if other != found.path:
            yield Remark(path=found.path, what="hard_link", other=other)
        elif inside[found.state[:2]] < found.links:
            yield Remark(path=found.path, what="hard_link", other=None)


def _holes(files: tuple[Found, ...]) -> Iterator[Remark]:
    for found in files:
        if not found.block and found.size >= _SMALL and found.allocated < found.size:
            yield Remark(path=found.path, what="sparse", other=None)


def _names(paths: list[str]) -> Iterator[Remark]:
    first: dict[str, str] = {}
    for path in paths:
        other = first.setdefault(unicodedata.normalize("NFC", path.casefold()), path)
        if other != path:
            yield Remark(path=path, what="case_collision", other=other)
        if _WINDOWS.search(path):
            yield Remark(path=path, what="windows_name", other=None)
