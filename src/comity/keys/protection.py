"""How a key is protected at rest: under a passphrase, or, for a demonstration only, not at all.

Promises: where a passphrase is told (a systemd credential, a file), it is used; where none is told
and the folder is no demonstration, there is no protection and therefore an error, never a bare key.

Leaves to others: asking a person at the terminal (``cli``), the files of keys (``file``).

Source: systemd.exec(5), ``LoadCredential=`` and ``$CREDENTIALS_DIRECTORY``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from comity.age.scrypt import WORK_FACTOR
from comity.errors import BadInput, NotPermitted, Unavailable
from comity.settings import PASSPHRASE_VARIABLE

CREDENTIAL: Final = "comity-passphrase"
_CREDENTIALS_FOLDER: Final = "CREDENTIALS_DIRECTORY"
_LIMIT: Final = 4096


@dataclass(frozen=True, slots=True)
class Passphrase:
    """The key file is an age file for this passphrase. ``work_factor``: log2 of scrypt's N."""

    text: str = field(repr=False)
    work_factor: int = WORK_FACTOR

    def __post_init__(self) -> None:
        if not self.text:
            raise BadInput("keys.passphrase_empty")


@dataclass(frozen=True, slots=True)
class Bare:
    """The key file is the key. Only in a data folder that is marked a demonstration."""


BARE: Final = Bare()
Protection = Passphrase | Bare


def find_protection(environment: Mapping[str, str], *, demo: bool) -> Protection:
    """The protection that the surroundings tell: systemd's credential, else the passphrase file.

    Raises:
        NotPermitted: nothing is told and it is no demonstration; or others can read the file.
        BadInput: the passphrase is empty, longer than 4096 bytes or not UTF-8.
        Unavailable: the file that is told cannot be read.
    """
    folder = environment.get(_CREDENTIALS_FOLDER)
    if folder is not None and (credential := Path(folder) / CREDENTIAL).exists():
        # systemd guards it by an access list, which shows as rights of the group: not judged here.
        return _read(credential, judged=False)
    told = environment.get(PASSPHRASE_VARIABLE)
    if told is not None:
        return _read(Path(told), judged=True)
    if demo:
        return BARE
    raise NotPermitted("keys.no_protection")


def _read(file: Path, *, judged: bool) -> Passphrase:
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            data = opened.read(_LIMIT + 1)
    except OSError as error:
        raise Unavailable("keys.unreadable", file=str(file), what=error.strerror or "?") from error
    if judged and mode & stat.S_IRWXO:
        raise NotPermitted("keys.open_to_others", file=str(file), mode=f"{mode:04o}")
    if len(data) > _LIMIT:
        raise BadInput("keys.passphrase_not_text", file=str(file))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("keys.passphrase_not_text", file=str(file)) from error
    return Passphrase(text.removesuffix("\n").removesuffix("\r"))
