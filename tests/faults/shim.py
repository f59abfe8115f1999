"""The fault shim, compiled and spoken to: a C library that stands between a process and its disk.

SQLite writes from C, so nothing in Python sees it; both it and Python call the C library by name, so a
library that is loaded before it (LD_PRELOAD) sees all: that is ``shim.c``, compiled here. ``test_faults``
holds that nothing passes it by: what it recorded, done again, gives the very folder that the process left.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")


class Mode(IntEnum):
    """What happens at the operation. ``TORN``: half of a write is done, then the process is killed."""

    OFF = 0
    COUNT = 1
    KILL = 2
    TORN = 3
    EIO = 4
    ENOSPC = 5


@dataclass(frozen=True)
class Op:
    """One operation that changed the disk, or (``mark``) something that was acknowledged."""

    name: str
    inode: int
    offset: int
    number: int
    path: str
    other: str
    data: bytes


def missing() -> str | None:
    """Why there can be no shim here; none: there can."""
    if sys.platform != "linux":
        return "the fault shim is for Linux"
    return None if shutil.which("cc") else "no C compiler (cc) to make the fault shim with"


def build(folder: Path) -> Path:
    """Compile the shim into a folder."""
    made = folder / "shim.so"
    command = ("cc", "-Wall", "-Wextra", "-Werror", "-O2", "-shared", "-fPIC", "-o", made, SOURCE, "-ldl")
    subprocess.run(command, check=True)
    return made


def environment(library: Path) -> dict[str, str]:
    return {**os.environ, "LD_PRELOAD": str(library)}


class Shim:
    """The shim of this process, which was started with it."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None)
        self._library.fault_count.restype = ctypes.c_long

    def watch(self, folder: Path, marks: Path, journal: Path | None = None) -> None:
        texts = (str(folder), str(marks), "" if journal is None else str(journal))
        self._library.fault_watch(*(os.fsencode(text) for text in texts))

    def arm(self, mode: Mode, at: int = 0, *, onward: bool = False) -> None:
        """From now on: count, or fail at the ``at``-th operation (from 1), or at it and all after it."""
        self._library.fault_arm(int(mode), ctypes.c_long(at), int(onward))

    def count(self) -> int:
        return int(self._library.fault_count())


def read_journal(path: Path) -> list[Op]:
    data, at, ops = path.read_bytes(), 0, []
    while at < len(data):
        end = data.index(b"\n", at)
        name, inode, offset, size, number, one, other = os.fsdecode(data[at:end]).split("\t")
        at = end + 1 + int(size)
        ops.append(Op(name, int(inode), int(offset), int(number), one, other, data[end + 1 : at]))
    return ops
