"""One key, one file: made durably, once, for its owner alone.

Promises: a file that is there is whole (written beside, synced, then linked to its name) and is
never overwritten; it is read only if no one but its owner can, through no symbolic link. Under a
passphrase it is an ordinary age file, so ``age -d`` opens it. A bare file is written and read only
in a data folder that is marked a demonstration.

Leaves to others: what the key is (``signing``, ``sealing``).
"""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Final

from comity import age
from comity.acts import Entropy
from comity.durable import sync_folder, write_new
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.keys.protection import Bare, Passphrase, Protection
from comity.keys.token import Token, TokenIdentity, key_in_token
from comity.settings import DEMO_MARKER

KEY_FILE_LIMIT: Final = 64 * 1024
"""Bytes of a key file at most."""

SUFFIX: Final = ".key"
AGE_MAGIC: Final = b"age-encryption.org/"
"""How an age file begins."""


def write_key_file(path: Path, secret: bytes, protection: Protection, entropy: Entropy) -> None:
    """Write a key to a new file, mode 0600. ``path`` is DATA/FOLDER/NAME.key.

    Raises:
        NotPermitted: bare, and DATA is not marked a demonstration.
        Conflict: the file is there already; it stays as it was.
        Unavailable: the disk refuses.
    """
    check_protection(path.parent, protection)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, protect(secret, protection, entropy))
    except FileExistsError as error:
        raise Conflict("keys.exists", file=str(path)) from error
    except OSError as error:
        raise Unavailable("keys.unwritable", file=str(path), what=error.strerror or "?") from error


def read_key_file(path: Path, protection: Protection, token: Token | None = None) -> bytes:
    """The key's secret bytes. ``token``: for a file that is under a key of a token.

    Raises:
        NotFound: no such file.
        NotPermitted: others than its owner can read or write it, it is a link or no file, or it is
            bare outside a demonstration; or it is under a passphrase and none was given, or under a
            key of a token and none was set.
        ProofFailed: the passphrase is wrong.
        BadInput: the file is cut, changed, or longer than a key can be.
        Unavailable: the disk refuses.
    """
    data = read_raw(path)
    if not data.startswith(AGE_MAGIC):
        check_bare(path.parent)
        if isinstance(protection, Passphrase):
            # Never quietly less than was asked for: the file may have been put in its place.
            raise NotPermitted("keys.bare_despite_passphrase", file=str(path))
        return data
    if _is_in_token(data, path):
        if token is None:
            raise NotPermitted("keys.token_needed", file=str(path))
        return age.open_sealed(data, [TokenIdentity(token)], KEY_FILE_LIMIT)
    if isinstance(protection, Bare):
        raise NotPermitted("keys.passphrase_needed", file=str(path))
    return open_by_passphrase(data, protection.text, str(path))


def open_by_passphrase(data: bytes, passphrase: str, file: str) -> bytes:
    """What an age file under a passphrase holds; ``file`` is named where it cannot be opened.

    Raises:
        ProofFailed: the passphrase is wrong. BadInput: the file is cut or changed.
    """
    try:
        return age.open_sealed(data, [age.PassphraseIdentity(passphrase)], KEY_FILE_LIMIT)
    except NotFound as error:
        raise ProofFailed("keys.passphrase_wrong", file=file) from error
    except (BadInput, ProofFailed) as error:
        raise BadInput("keys.file_damaged", file=file) from error


def protect(secret: bytes, protection: Protection, entropy: Entropy) -> bytes:
    """The bytes of a key file."""
    if isinstance(protection, Bare):
        return secret
    recipient = age.PassphraseRecipient(protection.text, protection.work_factor)
    return age.seal(secret, [recipient], entropy=entropy)


def check_protection(folder: Path, protection: Protection) -> None:
    """Refuse bare keys in a folder of a node that is no demonstration.

    Raises:
        NotPermitted: as said.
    """
    if isinstance(protection, Bare):
        check_bare(folder)


def check_bare(folder: Path) -> None:
    """Refuse unless the data folder, one above ``folder``, is marked a demonstration.

    Raises:
        NotPermitted: as said.
    """
    if not (folder.parent / DEMO_MARKER).is_file():
        raise NotPermitted("keys.bare_outside_demo", folder=str(folder.parent))


def write_durably(path: Path, data: bytes) -> None:
    """Write beside, sync, link to the name, sync the folder; raises ``OSError`` as it comes."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_new(beside, data)
        os.link(beside, path)  # unlike a rename, it refuses a name that is taken
    finally:
        beside.unlink(missing_ok=True)
    sync_folder(path.parent)


def check_key_file(path: Path) -> None:
    """Refuse a file that is missing or that others can read; its content is not looked at.

    Raises:
        NotFound, NotPermitted, Unavailable: as ``read_key_file``.
    """
    os.close(_open(path))


def read_raw(path: Path) -> bytes:
    """A key file as it lies there.

    Raises:
        NotFound, NotPermitted, BadInput, Unavailable: as ``read_key_file``.
    """
    descriptor = _open(path)
    try:
        with os.fdopen(descriptor, "rb") as file:
            data = file.read(KEY_FILE_LIMIT + 1)
    except OSError as error:
        raise Unavailable("keys.unreadable", file=str(path), what=error.strerror or "?") from error
    if len(data) > KEY_FILE_LIMIT:
        raise BadInput("keys.file_damaged", file=str(path))
    return data


def _is_in_token(data: bytes, path: Path) -> bool:
    try:
        return key_in_token(data) is not None
    except BadInput as error:
        raise BadInput("keys.file_damaged", file=str(path)) from error


def _open(path: Path) -> int:
    try:
        if path.is_symlink():
            raise NotPermitted("keys.not_a_file", file=str(path))
        # O_NONBLOCK: a pipe put in its place must not hold the node up.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError as error:
        raise NotFound("keys.missing", file=str(path)) from error
    except OSError as error:
        raise Unavailable("keys.unreadable", file=str(path), what=error.strerror or "?") from error
    # Of the open file, not of the name: the name may point elsewhere a moment later.
    status = os.fstat(descriptor)
    mode = stat.S_IMODE(status.st_mode)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise NotPermitted("keys.not_a_file", file=str(path))
    if mode & (stat.S_IRWXG | stat.S_IRWXO) or status.st_uid not in (0, os.geteuid()):
        os.close(descriptor)
        raise NotPermitted("keys.open_to_others", file=str(path), mode=f"{mode:04o}")
    return descriptor
