"""Bytes and names that outlive a power cut.

Promises: what these return from is on the disk, as far as the disk tells the truth.

Leaves to others: ``OSError``, which comes as it is; the caller knows what it was writing.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write and sync a new file, for its owner alone (0600); the folder is the caller's to sync.

    Raises:
        FileExistsError: the name is taken. OSError: the disk does not take it.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_over(path: Path, data: bytes, top: Path, mode: int = 0o666) -> None:
    """Write a file whole in the place of what was there: a temporary file beside it, fsync, rename.

    Args:
        path: the file; its folder is there.
        data: its content.
        top: every folder from the file's up to this one is synced: a run that was killed may have made them
            and synced no name.
        mode: of a new file, less the umask.

    Raises:
        OSError: the disk does not take it.
    """
    beside = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    for folder in path.relative_to(top).parents:
        sync_folder(top / folder)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable.

    Raises:
        OSError: there is no such folder, or the disk fails.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder (0700), and those above it that are missing, each with a durable name.

    Raises:
        OSError: the disk does not take it, or a file is in the way.
    """
    missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
    for one in reversed(missing):
        one.mkdir(mode=0o700, exist_ok=True)
        sync_folder(one.parent)
