"""The node's six keys, each for one purpose, each in its own file.

Promises: the six are made together or not at all (a folder beside, then renamed), and never over
others. A key is opened when it is first used, and then kept: a command that needs one passphrase
file's work does not pay for six. Which files are there, and that no one else can read them, is
checked at once.

Leaves to others: which of them peers trust (``exchange``); the recovery key, whose private half is
never on the node (``settings.recovery`` has its recipient).
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from comity.acts import Entropy
from comity.durable import sync_folder
from comity.errors import Conflict, Unavailable
from comity.keys.file import (
    SUFFIX,
    check_key_file,
    check_protection,
    protect,
    read_key_file,
    write_durably,
)
from comity.keys.protection import Protection
from comity.keys.sealing import SealingKey, generate_sealing_key, read_sealing_key
from comity.keys.signing import SigningKey, generate_private, read_private
from comity.keys.token import Token

SIGNING: Final = ("acts", "log", "pdf", "witness")
SEALING: Final = ("age", "vault")
NAMES: Final = tuple(sorted(SIGNING + SEALING))


@dataclass(frozen=True)
class NodeKeys:
    """The keys of one node; each of its properties may raise what ``read_key_file`` raises."""

    folder: Path
    protection: Protection = field(repr=False)
    token: Token | None = None

    @classmethod
    def create(
        cls, folder: Path, protection: Protection, entropy: Entropy, *, hybrid: bool = False
    ) -> NodeKeys:
        """Make the six keys in a new folder DATA/keys. ``hybrid``: for messages, beside X25519.

        Raises:
            NotPermitted: bare, and DATA is not marked a demonstration.
            Conflict: the folder is there already and is not empty.
            Unavailable: the disk refuses.
        """
        check_protection(folder, protection)
        try:
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
            try:
                for name in NAMES:
                    secret = _generate(name, entropy, hybrid=hybrid)
                    write_durably(beside / (name + SUFFIX), protect(secret, protection, entropy))
                sync_folder(beside)
                beside.rename(folder)  # refuses a folder that is not empty
            except BaseException:  # whatever it was, nothing half made is left; it goes on to the caller
                shutil.rmtree(beside)
                raise
            sync_folder(folder.parent)
        except OSError as error:
            if folder.is_dir() and any(folder.iterdir()):
                raise Conflict("keys.exists", file=str(folder)) from error
            raise Unavailable("keys.unwritable", file=str(folder), what=error.strerror or "?") from error
        return cls.load(folder, protection)

    @classmethod
    def load(cls, folder: Path, protection: Protection, token: Token | None = None) -> NodeKeys:
        """The keys of a folder, not opened yet. ``token``: that the vault's may be in.

        Raises:
            NotFound: one is missing. NotPermitted: others can read one. Unavailable: the disk.
        """
        for name in NAMES:
            check_key_file(folder / (name + SUFFIX))
        return cls(folder, protection, token)

    @cached_property
    def acts(self) -> SigningKey:
        """Signs acts of the node itself, receipts, directory entries, custody, seal statements."""
        return self._signing("acts")

    @cached_property
    def log(self) -> SigningKey:
        """Signs the checkpoints of the node's own public log, and nothing else."""
        return self._signing("log")

    @cached_property
    def witness(self) -> SigningKey:
        """Cosigns other nodes' checkpoints, and nothing else."""
        return self._signing("witness")

    @cached_property
    def pdf(self) -> SigningKey:
        """Signs letters."""
        return self._signing("pdf")

    @cached_property
    def age(self) -> SealingKey:
        """Opens messages and pieces that peers seal to the node."""
        return self._sealing("age")

    @cached_property
    def vault(self) -> SealingKey:
        """Opens the keys of exhibits."""
        return self._sealing("vault")

    def open_all(self) -> None:
        """Open the six now, so that a wrong passphrase stops a server at its start.

        Raises:
            ComityError: as ``read_key_file``.
        """
        for name in NAMES:
            getattr(self, name)

    def _signing(self, name: str) -> SigningKey:
        path = self.folder / (name + SUFFIX)
        return read_private(read_key_file(path, self.protection), str(path))

    def _sealing(self, name: str) -> SealingKey:
        path = self.folder / (name + SUFFIX)
        return read_sealing_key(read_key_file(path, self.protection, self.token), str(path))


def _generate(name: str, entropy: Entropy, *, hybrid: bool) -> bytes:
    if name in SIGNING:
        return generate_private(entropy)
    return generate_sealing_key(entropy, hybrid=hybrid and name == "age").text()
