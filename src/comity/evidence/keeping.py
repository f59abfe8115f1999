"""Which vault the settings tell of: files in the data folder, a bucket, or both while it is moved.

Promises: the store's credentials come from a file, by systemd or by name, and from nowhere else; a bucket is
not spoken to before it is first needed.

Leaves to others: what a vault does (``vault``, ``s3vault``).

Source: systemd.exec(5), ``LoadCredential=`` and ``$CREDENTIALS_DIRECTORY``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from comity.clock import SystemClock
from comity.errors import BadInput, NotPermitted, Unavailable
from comity.evidence.bucket import Bucket, Credentials, Place
from comity.evidence.moving import MovingVault
from comity.evidence.s3vault import Lock, S3Vault
from comity.evidence.vault import FileVault, Vault
from comity.settings import STORE_VARIABLE, Settings

CREDENTIAL: Final = "comity-s3"
_CREDENTIALS_FOLDER: Final = "CREDENTIALS_DIRECTORY"
_LIMIT: Final = 4096


def open_vault(told: Settings, environment: Mapping[str, str], owner: Callable[[], str]) -> Vault:
    """The vault of a node. A lock's end is told to a store, which goes by its own clock: so does this.

    ``owner``: gives the node's id, for the mark in a bucket.

    Raises:
        NotPermitted: no credentials are told, or others can read them. BadInput: they are none; or the vault
            is to be moved to where it is.
        Unavailable: the disk refuses.
    """
    lock = None if told.vault_lock == "none" else Lock(told.vault_lock, told.vault_lock_days)
    vault = _open(told.vault_store, told, environment, owner, lock)
    if told.vault_before is None:
        return vault
    if told.vault_before == told.vault_store:
        raise BadInput("evidence.vault_same_place", place=told.vault_store)
    # Nothing is put there any more, so nothing is locked there anew.
    return MovingVault(vault, _open(told.vault_before, told, environment, owner, None))


def _open(
    place: str, told: Settings, environment: Mapping[str, str], owner: Callable[[], str], lock: Lock | None
) -> Vault:
    if place == "files":
        return FileVault(told.vault)
    bucket = Bucket(_place(place, told.vault_region), _credentials(environment))
    return S3Vault(bucket, told.vault, SystemClock(), owner=owner, lock=lock)


def _place(told: str, region: str) -> Place:
    scheme, _, rest = told.removeprefix("s3:").partition("://")
    host, bucket, *prefix = rest.split("/", 2)
    return Place(f"{scheme}://{host}", bucket, prefix[0] if prefix else "", region)


def _credentials(environment: Mapping[str, str]) -> Credentials:
    """Two lines: the access key's id, and the secret key."""
    folder = environment.get(_CREDENTIALS_FOLDER)
    if folder is not None and (credential := Path(folder) / CREDENTIAL).exists():
        # systemd guards it by an access list, which shows as rights of the group: not judged here.
        return _read(credential, judged=False)
    named = environment.get(STORE_VARIABLE)
    if named is None:
        raise NotPermitted("evidence.s3_no_credentials")
    return _read(Path(named), judged=True)


def _read(file: Path, *, judged: bool) -> Credentials:
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            data = opened.read(_LIMIT)
    except OSError as error:
        raise Unavailable("keys.unreadable", file=str(file), what=error.strerror or "?") from error
    if judged and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise NotPermitted("keys.open_to_others", file=str(file), mode=f"{mode:04o}")
    try:
        lines = data.decode("ascii").split()
    except UnicodeDecodeError:
        lines = []
    if len(lines) != len(("id", "secret")):
        raise BadInput("evidence.s3_not_credentials", file=str(file))
    return Credentials(*lines)
