"""Change one byte in each kind of part, and see that each change is found and named.

Promises: every change is made on a copy and undone before the next; for each there is a row that says what
was changed, whether it was found, and under which name. Headers and tails of every file are among them.

Leaves to others: finding (``dossier``, ``evidence``), telling (``teller``).
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.dossier import Part, Place, Trust, verify_path

LOCAL_HEADER: Final = 30
"""Bytes of a zip's local header before the name (APPNOTE, section 4.3.7)."""

_CENTRAL_HEADER: Final = 46
_END_RECORD: Final = 22


@dataclass(frozen=True)
class Change:
    """One changed byte: in which file, at which offset, in which part. ``within``: the file of a folder."""

    file: str
    within: str
    offset: int
    part: Part


@dataclass(frozen=True)
class Found:
    """What came of one change."""

    change: Change
    found: bool
    named: str
    rightly: bool


def changes_of_zip(path: Path) -> Iterator[Change]:
    """A byte in each member's local header, head, middle and tail, its central entry, and the end record."""
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        central = archive.start_dir
    size = path.stat().st_size
    for info in infos:
        name = info.filename
        start = info.header_offset + LOCAL_HEADER + len(name)
        places = [(info.header_offset + 14, Place.LOCAL_HEADER)]
        places += [(at, Place.CONTENT) for at in _spread(start, info.file_size)]
        places.append((central + 10, Place.CENTRAL_ENTRY))
        for offset, place in places:
            yield Change(path.name, "", offset, Part(place, name))
        central += _CENTRAL_HEADER + len(name)
    yield Change(path.name, "", size - _END_RECORD, Part(Place.END_RECORD))
    yield Change(path.name, "", size - 1, Part(Place.END_RECORD))


def changes_of_folder(path: Path) -> Iterator[Change]:
    """The first, the middle and the last byte of every file of a folder."""
    for file in sorted(one for one in path.rglob("*") if one.is_file()):
        within = file.relative_to(path).as_posix()
        for offset in _spread(0, file.stat().st_size):
            yield Change(path.name, within, offset, Part(Place.FILE, within))


def changes_of_letter(path: Path) -> Iterator[Change]:
    """The first, the middle and the last byte of a letter and of its seal."""
    for file in (path, path.with_name(path.name + ".seal.json")):
        for offset in _spread(0, file.stat().st_size):
            yield Change(path.name, file.name, offset, Part(Place.FILE, file.name))


def tried(path: Path, changes: Iterator[Change], trust: Trust, scratch: Path) -> Iterator[Found]:
    """Make each change on a copy of ``path``, verify the copy, undo it."""
    copy = scratch / path.name
    if path.is_dir():
        shutil.copytree(path, copy)
    else:
        for beside in path.parent.glob(path.name + "*"):
            shutil.copy(beside, scratch / beside.name)
    for change in changes:
        target = copy / change.within if path.is_dir() else scratch / (change.within or path.name)
        target.chmod(0o600)
        with target.open("r+b") as file:
            file.seek(change.offset)
            before = file.read(1)
            file.seek(change.offset)
            file.write(bytes([before[0] ^ 0x01]))
        report = verify_path(copy, trust)
        with target.open("r+b") as file:
            file.seek(change.offset)
            file.write(before)
        named = [line.part for line in report.failures if line.part is not None]
        told = named[0].say() if named else ""
        yield Found(change, not report.holds, told, change.part in named)


def _spread(start: int, size: int) -> tuple[int, ...]:
    """The first, the middle and the last of so many bytes."""
    return tuple(sorted({start, start + size // 2, start + size - 1})) if size else ()
