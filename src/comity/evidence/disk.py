"""What the kernel tells of a disk: whether it is the one that it was, and whether anything was written to it.

Promises: two states are equal only if the machine was not started anew, the disk was not taken out, and no
sector of it was written or discarded in between, as far as this kernel knows; of a disk that is made of files
or of other disks, those are asked too. What cannot be asked so gives no state.

Leaves to others: reading (``source``), what hangs on it (``unfinished``). What another machine writes to a
disk that both have, no kernel here is told: a disk of a network gives no state, where it is seen to be one.

Source: Linux, Documentation/ABI/stable/sysfs-block (``diskseq``, ``stat``), Documentation/block/stat.rst.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

KERNEL: Final = Path("/sys/dev/block")
_BOOT: Final = Path("/proc/sys/kernel/random/boot_id")

_WRITTEN: Final = 6
_DISCARDED: Final = 13
"""Places of two numbers in ``stat``: sectors written, sectors discarded."""

_DEEP: Final = 8
"""Disks made of disks, at most: a partition, a volume, its encryption, a mirror."""

_ELSEWHERE: Final = frozenset({"rbd", "session"})
"""Folders of the kernel's tree of devices in which disks of a network stand."""


@dataclass(frozen=True, slots=True)
class DiskState:
    """``own``: of the disk or partition itself; ``whole``: of all beneath it too, and of this machine."""

    own: tuple[str, ...]
    whole: tuple[str, ...]


def disk_state(device: int, *, kernel: Path = KERNEL) -> DiskState | None:
    """The state of a block device by its number (``st_rdev``); nothing where the kernel does not tell."""
    folder = kernel / f"{os.major(device)}:{os.minor(device)}"
    try:
        own = _counted(folder)
        whole = (_BOOT.read_text("ascii").strip(), *_beneath(folder.resolve(strict=True), _DEEP))
    except (OSError, LookupError):
        return None
    return DiskState(own, whole)


def _beneath(folder: Path, deep: int) -> list[str]:
    """What is to be the same of a device and all that it is made of.

    Raises:
        OSError, LookupError: it cannot be asked, or would not tell what another machine does.
    """
    if not deep or _ELSEWHERE & {part.rstrip("0123456789") for part in folder.parts}:
        raise LookupError
    if (folder / "partition").exists():
        # What is written to the whole disk is counted there, and nowhere else.
        return [*_counted(folder), *_beneath(folder.parent, deep - 1)]
    told = [(folder / "diskseq").read_text("ascii").strip(), *_counted(folder)]
    inner = sorted((folder / "slaves").iterdir())
    file = folder / "loop" / "backing_file"
    if file.exists():
        state = os.stat(file.read_text("utf-8").removesuffix("\n"))  # noqa: PTH116  the kernel's own spelling
        told += map(str, (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns))
        told += [(folder / "loop" / name).read_text("ascii").strip() for name in ("offset", "sizelimit")]
    elif "virtual" in folder.parts and not inner:
        raise LookupError
    for one in inner:
        told += _beneath(one.resolve(strict=True), deep - 1)
    return told


def _counted(folder: Path) -> tuple[str, ...]:
    numbers = (folder / "stat").read_text("ascii").split()
    return ((folder / "size").read_text("ascii").strip(), numbers[_WRITTEN], numbers[_DISCARDED])
