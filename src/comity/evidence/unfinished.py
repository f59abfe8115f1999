"""What is kept of an intake that was interrupted, so that a second run goes on with it.

Promises: what is kept is what had been sealed, and stays sealed: the age file without its end, and beside
it a note, sealed to the vault's key, with the key that opens it. Of it, a second run takes only what
proves authentic, block by block, and only while every file of the source has the state that it had: device,
inode, size, times of change; a disk, what the kernel tells of it (``disk``). Else it says so, and keeps
nothing. A stream has no state; it is compared (``again``). A note counts only if made with the vault's own
key. What went on is sealed anew under a fresh key, so that no key's counter is ever used twice. Of two
runs, one has what is kept, never both.

Leaves to others: reading (``intake``), removing what nobody came back for (``vault``), and a vault that is no
folder.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from hmac import compare_digest
from hmac import digest as hmac
from io import FileIO
from pathlib import Path
from typing import Final, Protocol

from comity import age
from comity.errors import ComityError, Conflict, Unavailable
from comity.evidence.names import Digest
from comity.evidence.source import Listing, StreamSource
from comity.evidence.task import Noted, Task, read_back, written
from comity.evidence.vault import NOTE, FileVault, FileWriter, VaultWriter
from comity.wire import Model, Version1, dump_bytes, parse

FROM: Final = 256 * 1024 * 1024
"""Bytes of a source from which on it is worth keeping: less is read again in a second or two."""

_NOTE_LIMIT: Final = 128 * 1024


class Note(Model):
    """Version 1. ``task``: what for, by whom, from where (``written``); ``states``: of all files."""

    v: Version1
    task: Noted
    states: Digest
    identity: str
    proof: Digest
    """Of all that, under the vault's own key: to seal to it, anybody can, and give us another beginning."""


class Kept(Protocol):
    """What is kept of one intake between two runs, in whichever vault; to be closed at the end."""

    def take_up(self) -> age.X25519Identity | age.HybridIdentity:
        """The identity that opens what this run seals: an earlier run's, where it goes on with its key."""
        ...

    def earlier(self) -> age.Reader | None:
        """What an earlier run sealed, where it can be read; as ``Keeping.earlier``."""
        ...

    def writer(self) -> VaultWriter:
        """Start the object that this run seals into."""
        ...

    def sealer(self, recipients: Sequence[age.Recipient], dst: age.ByteSink) -> age.Writer:
        """Seal into that object."""
        ...

    def reached(self, size: int, writer: VaultWriter) -> None:
        """So many bytes of the source are sealed."""
        ...

    def failed(self, error: BaseException) -> None:
        """This run ends without an exhibit."""
        ...

    def stored(self) -> None:
        """All of it lies under its address; it is no exhibit yet."""
        ...

    def done(self) -> None:
        """It is an exhibit: nothing more need be kept."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...


class Keeping:
    """What is kept of one intake into a vault of files: by an earlier run, and by this one as it goes on.

    ``task``: words that a second run has again. ``key``: the identity that opens what this run seals.
    """

    def __init__(
        self,
        vault: FileVault,
        task: Sequence[str],
        source: Listing | StreamSource,
        *,
        key: age.X25519Identity | age.HybridIdentity,
        recipients: Sequence[age.Recipient],
        identities: Sequence[age.X25519Identity | age.HybridIdentity],
        least: int = FROM,
    ) -> None:
        self._vault = vault
        self._place = vault.incoming
        self._key = key
        told = (written(task), states_of(source), str(key))
        proof = _proof(identities[0], *told)
        self._note = Note(v=1, task=told[0], states=told[1], identity=told[2], proof=proof)
        self._recipients = recipients
        self._identities = identities
        self._least = least if _keepable(source) else None
        self._writer: FileWriter | None = None
        self._held: list[FileIO] = []
        self._earlier: FileIO | None = None

    def take_up(self) -> age.X25519Identity | age.HybridIdentity:
        """This run's own key: what goes on is sealed anew."""
        return self._key

    def writer(self) -> FileWriter:
        """Start an object of its own."""
        return self._vault.writer()

    def sealer(self, recipients: Sequence[age.Recipient], dst: age.ByteSink) -> age.Writer:
        """Seal under a fresh file key."""
        return age.encrypt(recipients, dst)

    def earlier(self) -> age.Reader | None:
        """What an earlier run sealed, as far as it proves authentic; nothing where none left anything.

        Raises:
            Conflict: ``evidence.changed_since``: the source is not as it was; what was kept is gone.
        """
        found = list(self._of_this_task())
        same = [one for one in found if one[1].states == self._note.states]
        for path, note in found:
            if note.states != self._note.states:
                _remove(path, path.with_suffix(""))
        if found and not same:
            raise Conflict("evidence.changed_since")
        reader = None
        for path, note in sorted(same, key=lambda one: _size(one[0].with_suffix("")), reverse=True):
            sealed = path.with_suffix("")
            try:
                if reader is None:
                    file = FileIO(sealed)
                    self._held.append(file)
                    reader = age.decrypt_unfinished([age.parse_identity(note.identity)], file)
                    self._earlier = file
                    continue
            except (ComityError, OSError):  # cut within its header, or its own note is of another
                pass
            _remove(path, sealed)  # that, or shorter than the one that is gone on with
        return reader

    def reached(self, size: int, writer: VaultWriter) -> None:
        """So many bytes of the source are sealed; from the bound on, they are worth keeping.

        Raises:
            Unavailable: the disk did not take the note.
        """
        if self._writer is not None or self._least is None or size < self._least:
            return
        if not isinstance(writer, FileWriter):
            return
        path = writer.path.with_name(writer.path.name + NOTE)
        unnamed = path.with_suffix(".making")
        try:
            file = FileIO(os.open(unnamed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
            self._held.append(file)
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            age.pour(file, age.seal(dump_bytes(self._note), self._recipients))
            os.fsync(file.fileno())
            unnamed.rename(path)  # there is a note, whole and held, or none
        except OSError as error:
            _remove(unnamed)
            raise Unavailable("evidence.vault_disk", reason=error.strerror or "") from error
        self._writer = writer
        writer.keep = True

    def failed(self, error: BaseException) -> None:
        """This run ends without an exhibit: of what it and an earlier one sealed, the longer is kept.

        Nothing is kept where the source changed, or the disk is full.
        """
        writer = self._writer
        if writer is None:
            return
        stays = isinstance(error, KeyboardInterrupt) or (
            isinstance(error, Unavailable) and error.id == "evidence.cannot_read"
        )
        earlier = 0 if self._earlier is None else os.fstat(self._earlier.fileno()).st_size
        # Committed, it is an object of the vault, and not here to be gone on with.
        if stays and writer.size > earlier and writer.path.exists():
            self._drop_earlier()
        else:
            writer.keep = False
            _remove(writer.path.with_name(writer.path.name + NOTE))

    def stored(self) -> None:
        """Nothing: what was kept stays until it is an exhibit."""

    def done(self) -> None:
        """It is an exhibit: nothing more need be kept."""
        self._drop_earlier()
        if self._writer is not None:
            _remove(self._writer.path.with_name(self._writer.path.name + NOTE))

    def close(self) -> None:
        """Let go of what is held, so that another run may have it."""
        for file in (*self._held, *([] if self._earlier is None else [self._earlier])):
            file.close()

    def _drop_earlier(self) -> None:
        if self._earlier is not None:
            sealed = Path(os.fsdecode(self._earlier.name))
            _remove(sealed.with_name(sealed.name + NOTE), sealed)

    def _of_this_task(self) -> Iterator[tuple[Path, Note]]:
        for path in sorted(self._place.glob(f"*{NOTE}")):
            note = self._taken(path)
            if note is not None:
                yield path, note

    def _taken(self, path: Path) -> Note | None:
        """A note of ours for this task, held from now on; nothing where another run has it."""
        taken = _take(path, self._identities)
        if taken is None:
            return None
        file, note = taken
        if note.task != self._note.task:
            file.close()  # not held: its own task may ask for it
            return None
        self._held.append(file)
        return note


def forget(
    place: Path,
    identities: Sequence[age.X25519Identity | age.HybridIdentity],
    fits: Callable[[Task], bool],
) -> int:
    """Remove what interrupted runs kept, by whomever, of each task that ``fits``; how many. None at work.

    ``place``, ``identities``: as ``Keeping``.
    """
    count = 0
    for path in sorted(place.glob(f"*{NOTE}")):
        taken = _take(path, identities)
        if taken is None:
            continue
        file, note = taken
        with file:
            if fits(Task.of(read_back(note.task))):
                _remove(path, path.with_suffix(""))
                count += 1
    return count


def _take(
    path: Path, identities: Sequence[age.X25519Identity | age.HybridIdentity]
) -> tuple[FileIO, Note] | None:
    """A note of ours, held; nothing where it is none, or another run has it."""
    try:
        file = FileIO(path)
    except OSError:
        return None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        sealed = file.read(_NOTE_LIMIT)
        note = parse(Note, age.open_sealed(sealed, identities, _NOTE_LIMIT), limit=_NOTE_LIMIT)
    except (OSError, ComityError):
        file.close()
        return None
    if not compare_digest(note.proof, _proof(identities[0], note.task, note.states, note.identity)):
        file.close()
        return None
    return file, note


def _proof(
    vault: age.X25519Identity | age.HybridIdentity, task: Sequence[str], states: str, identity: str
) -> str:
    told = f"comity unfinished intake, version 1\n{' '.join(task)}\n{states}\n{identity}"
    return hmac(str(vault).encode("ascii"), told.encode("ascii"), "sha256").hex()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _keepable(source: Listing | StreamSource) -> bool:
    """Whether a second run can tell if the source is what it was: of a disk, if the kernel tells."""
    if isinstance(source, StreamSource):
        return True
    return not any(found.block and found.disk is None for found in source.files)


def states_of(source: Listing | StreamSource) -> str:
    """A digest of what a source was when it was listed: every path, its state, and what was left out."""
    value = sha256()
    if isinstance(source, StreamSource):
        value.update(b"stream")
        return value.hexdigest()
    listing = source
    for found in listing.files:
        value.update(
            repr((found.raw, found.path, found.size, found.state, found.changed, found.disk)).encode()
        )
    for left in listing.left_out:
        value.update(dump_bytes(left))
    return value.hexdigest()


def _remove(*paths: Path) -> None:
    for path in paths:
        with suppress(OSError):  # the sweep finds what is left
            path.unlink()
