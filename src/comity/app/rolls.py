"""The law data below a node: what ships with the program, and the rolls that were read here.

Promises: what was read from a depositary lies in the data folder, under ``law/rolls``, one file an
instrument; it never changes the package. Every process that reads the same files has the same bundle.

Leaves to others: reading the depositary's file (``law.depositary``), what a roll means (``law.roll``).
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

from comity.durable import write_over
from comity.errors import BadInput, Unavailable
from comity.law import Bundle, compile_bundle, packaged_bundle, packaged_files

ROLLS: Final = "rolls"
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes of one roll; the longest list of the depositary is far below."""


@lru_cache(maxsize=16)
def rolls_folder(data: Path) -> Path:
    """Where the rolls of a data folder lie."""
    return data / "law" / ROLLS


def base_of(data: Path) -> Bundle:
    """The law data by which a data folder goes; the packaged one where it holds no roll.

    Raises:
        BadInput: a roll is too long, or not of the shape of law data. Unavailable: the disk does not give it.
    """
    own = _rolls(data)
    return _compiled(own) if own else packaged_bundle()


def keep_roll(data: Path, instrument: str, roll: bytes) -> tuple[Path, Bundle]:
    """Put a roll in the place of an earlier one of its instrument; the file, and the law data from now on.

    Raises:
        BadInput: with it the law data does not hold together; nothing was changed.
        Unavailable: the disk does not take it.
    """
    name = f"{ROLLS}/{instrument}.toml"
    after = tuple(sorted({**dict(_rolls(data)), name: roll}.items()))
    bundle = _compiled(after)
    folder = rolls_folder(data)
    path = folder / f"{instrument}.toml"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_over(path, roll, data, 0o600)
    except OSError as error:
        raise Unavailable("app.law_not_written", file=str(path), what=error.strerror or "?") from error
    return path, bundle


def _rolls(data: Path) -> tuple[tuple[str, bytes], ...]:
    folder = rolls_folder(data)
    found: list[tuple[str, bytes]] = []
    try:
        if not folder.is_dir():
            return ()
        for path in sorted(folder.glob("[!.]*.toml")):
            if path.stat().st_size > _LARGEST:
                raise BadInput("app.law_too_long", file=str(path), limit=_LARGEST)
            found.append((f"{ROLLS}/{path.name}", path.read_bytes()))
    except OSError as error:
        raise Unavailable("app.law_not_read", file=str(folder), what=error.strerror or "?") from error
    return tuple(found)


@lru_cache(maxsize=4)
def _compiled(rolls: tuple[tuple[str, bytes], ...]) -> Bundle:
    return Bundle.load(compile_bundle({**packaged_files(), **dict(rolls)}))
