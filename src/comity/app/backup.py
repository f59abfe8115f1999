"""A copy of a node while it runs, and a node made again from one.

Promises: the copy holds the database of one moment, and whatever that moment names: sealed objects, tiles,
keys as they are protected, people, settings; each member's digest is in it. It never holds ``guard/``, the
last signed checkpoint, so that a restored node cannot mistake an old log for the last word (P12).
Restoring overwrites nothing, and gives a whole node or none.

Leaves to others: the database's own copy (``store``), where copies are kept and for how long; publishing,
which refuses while the guard is missing (``publish``).
"""

from __future__ import annotations

import fcntl
import io
import os
import secrets
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Final

from comity import settings, store
from comity.app.continuation import continue_log
from comity.app.node import Node, open_node
from comity.app.publish import RESTORED
from comity.app.recovery import Continued, Restoration, begin, put_restoration, restoration
from comity.app.rolls import rolls_folder
from comity.app.stand_in import is_stand_in
from comity.app.time_authority import folder as authorities
from comity.clock import Clock, SystemClock, read_instant, write_instant
from comity.durable import sync_folder, write_new
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.store import Connection
from comity.wire import Model, Version1, dump_bytes, parse

if TYPE_CHECKING:
    from hashlib import _Hash

LIST: Final = "backup.json"
"""The last member: what the others are."""

DATABASE: Final = "comity.db"
LIST_LIMIT: Final = 512 * 1024 * 1024
BLOCK: Final = 1024 * 1024
MARGIN: Final = timedelta(days=1)
"""Acts are asked back from so long before the copy on: peers' clocks are not ours."""

_UNFINISHED: Final = ".comity-backup-"
_NEVER: Final = frozenset({"guard", "incoming", "unfinished"})
"""What must not come back: by an older journal of what was sent, a key's counters would be used twice."""


class Member(Model):
    """One file in a copy. ``mode``: its owner's rights."""

    name: str
    size: int
    sha256: str
    mode: int


class BackupList(Model):
    """Version 1 of the list of a copy's members."""

    v: Version1
    made_at: str
    state: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Copied:
    """What was copied: how many files, and their bytes."""

    members: int
    size: int


@dataclass(frozen=True)
class Restored:
    """What was restored, and how far the log reaches; none while its last checkpoint is not known."""

    copied: Copied
    log: Continued | None


def backup(node: Node, target: Path) -> Copied:
    """Write a copy of a node to a new file (tar), readable by its owner only; the node may run meanwhile.

    Raises:
        Conflict: there is such a file. NotPermitted: the database is not in the data folder.
        Unavailable: the disk is full or fails; nothing is left behind.
    """
    data = node.settings.data
    if node.settings.database_url != store.url_of(node.settings.database):
        raise NotPermitted("backup.database_elsewhere", folder=str(data))
    if target.exists():
        raise Conflict("backup.there", file=str(target))
    made_at = node.now()  # before the copy: whatever was said later is asked back from here on
    try:
        with _beside(target.absolute().parent) as beside:
            copy = beside / DATABASE
            # First the database, then what it names: objects and tiles are there before it names them.
            store.back_up(node.db, copy)
            part = beside / "part"
            members = _write(part, node, copy, made_at)
            os.link(part, target)  # unlike a rename, it does not overwrite
            sync_folder(target.absolute().parent)
    except FileExistsError as error:
        raise Conflict("backup.there", file=str(target)) from error
    except OSError as error:
        raise Unavailable("backup.disk", what=error.strerror or "OSError") from error
    return Copied(len(members), sum(one.size for one in members))


def restore(
    archive: Path,
    data: Path,
    environment: Mapping[str, str],
    *,
    last_checkpoint: bytes | None = None,
    log: Path | None = None,
    clock: Clock | None = None,
) -> Restored:
    """Make a node again from a copy, in a folder that is empty or not there.

    ``last_checkpoint``: the last one that the node published (peers, witnesses and readers have it). Without
    it the restored node publishes nothing, since it cannot know what its log has signed since the copy.
    ``log``: the log's folder or a mirror of it, from which the log goes on (``continuation``).

    Raises:
        Conflict: the folder holds something; or the checkpoint is older than the copy's own, or it, the copy
            and ``log`` tell different logs.
        NotFound: no such copy; or ``log`` lacks a tile.
        BadInput: not a copy; or ``log`` without a checkpoint.
        ProofFailed: a member is not what was copied; or the checkpoint is not this node's.
        NotPermitted: the settings name another database. Unavailable: the disk is full or fails.
    """
    if log is not None and last_checkpoint is None:
        raise BadInput("backup.log_without_checkpoint", folder=str(log))
    folder = data.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict("backup.folder_there", folder=str(data))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            listed = _read(archive, made)
            _mark(made, environment)
            reached = _begin_again(made, environment, listed, last_checkpoint, log, clock)
            made.rename(folder)
        except BaseException:  # whatever it was, nothing half made is left; it goes on to the caller
            shutil.rmtree(made)
            raise
        sync_folder(folder.parent)
    except FileNotFoundError as error:
        raise NotFound("backup.not_found", file=str(archive)) from error
    except OSError as error:
        raise Unavailable("backup.disk", what=error.strerror or "OSError") from error
    return Restored(Copied(len(listed.members), sum(one.size for one in listed.members)), reached)


def take_up_log(node: Node, last_checkpoint: bytes, log: Path | None) -> Continued:
    """Tell a restored node what its log published last, and where the entries are; may be done again.

    Raises:
        As ``continuation.continue_log``.
    """
    reached = continue_log(node, last_checkpoint, log)

    def keep(conn: Connection) -> None:
        told = restoration(conn)
        if told is not None:
            put_restoration(conn, told.reached(reached))

    node.db.writer.run(keep)
    return reached


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """A folder beside the copy for what is not whole yet; held (flock(2)) while it is filled.

    What killed backups to the same place left, and nobody holds, is removed first: it holds a database.
    """
    for left in place.glob(f"{_UNFINISHED}*"):
        with suppress(BlockingIOError), _held(left):
            shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=place))
    try:
        with _held(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _write(part: Path, node: Node, database: Path, made_at: str) -> list[Member]:
    members = []
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name, path in _files(node, database):
                # A piece that was taken over meanwhile, or a temporary file, may be gone: nothing names it.
                with suppress(FileNotFoundError):
                    members.append(_add(tar, name, path))
            listed = BackupList(v=1, made_at=made_at, state=node.state, members=tuple(members))
            text = dump_bytes(listed)
            info = tarfile.TarInfo(LIST)
            info.size, info.mode = len(text), 0o600
            tar.addfile(info, io.BytesIO(text))
        file.flush()
        os.fsync(file.fileno())
    return members


def _files(node: Node, database: Path) -> Iterator[tuple[str, Path]]:
    told = node.settings
    for name in (settings.FILE, settings.DEMO_MARKER):
        if (told.data / name).is_file():
            yield name, told.data / name
    yield DATABASE, database
    folders = [told.keys, told.people, rolls_folder(told.data), told.vault, told.log, authorities(told)]
    authority = told.timestamp_folder
    if authority is not None and told.data in authority.parents:
        folders.append(authority)
    for folder in dict.fromkeys(folders):
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(told.data)
            hidden = any(part.startswith(".") or part in _NEVER for part in inside.parts)
            if not hidden and path.is_file() and not path.is_symlink():
                yield inside.as_posix(), path


@dataclass
class _Hashing:
    """Reads a file and hashes what it reads."""

    file: IO[bytes]
    hash: _Hash = field(default_factory=sha256)

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.hash.update(data)
        return data


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Member:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = status.st_size, status.st_mode & 0o700, int(status.st_mtime)
        hashing = _Hashing(file)
        tar.addfile(info, hashing)
    return Member(name=name, size=info.size, sha256=hashing.hash.hexdigest(), mode=info.mode)


def _read(archive: Path, folder: Path) -> BackupList:
    found: dict[str, Member] = {}
    listed: BackupList | None = None
    try:
        with tarfile.open(archive, mode="r:") as tar:
            for info in tar:
                stream = tar.extractfile(info)
                if not info.isreg() or stream is None or not _safe(info.name) or info.name in found:
                    raise BadInput("backup.strange_member", member=info.name[:100])
                if info.name == LIST:
                    listed = parse(BackupList, stream.read(LIST_LIMIT + 1), limit=LIST_LIMIT)
                    continue
                found[info.name] = _put(folder, info, stream)
    except (tarfile.TarError, EOFError) as error:
        raise BadInput("backup.not_a_copy", file=str(archive)) from error
    if listed is None:
        raise BadInput("backup.not_a_copy", file=str(archive))
    wanted = {one.name: one for one in listed.members}
    for name in sorted({*wanted, *found}):
        if wanted.get(name) != found.get(name):
            raise ProofFailed("backup.member_wrong", member=name[:100])
    return listed


def _put(folder: Path, info: tarfile.TarInfo, stream: IO[bytes]) -> Member:
    path = folder / info.name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    hash = sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while block := stream.read(BLOCK):
            hash.update(block)
            file.write(block)
        file.flush()
        os.fchmod(file.fileno(), info.mode & 0o700)
        os.fsync(file.fileno())
    return Member(name=info.name, size=info.size, sha256=hash.hexdigest(), mode=info.mode & 0o700)


def _safe(name: str) -> bool:
    """Whether a member's name stays in the folder, and is none that a copy never has."""
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not name.startswith("/")
        and "/".join(parts) == name
        and not any(part in {"..", "."} or part.startswith(".") for part in parts)
        and _NEVER.isdisjoint(parts)
    )


def _mark(folder: Path, environment: Mapping[str, str]) -> None:
    """Say where ``publish`` looks that nobody knows here what was published last (P12)."""
    told = settings.load(folder, environment)
    told.guard.mkdir(mode=0o700)
    write_new(told.guard / RESTORED, b"")
    sync_folder(told.guard)


def _begin_again(  # noqa: PLR0917 - as ``restore``, and what was read
    folder: Path,
    environment: Mapping[str, str],
    listed: BackupList,
    last_checkpoint: bytes | None,
    log: Path | None,
    clock: Clock | None,
) -> Continued | None:
    """Write into the database that it is a copy's, and have every peer asked for what it has since."""
    now = (clock or SystemClock()).now()
    told = Restoration(
        id=secrets.token_hex(16),
        made_at=listed.made_at,
        since=write_instant(read_instant(listed.made_at) - MARGIN),
        restored_at=write_instant(now),
    )

    def keep(conn: Connection) -> None:
        put_restoration(conn, told)
        store.free_leases(conn)  # the copy was made while a worker worked: that worker is no more
        peers = (peer.state for peer in store.list_peers(conn) if peer.state != listed.state)
        begin(conn, told, (state for state in peers if not is_stand_in(conn, state)))

    with store.Database.open(store.url_of(folder / DATABASE)) as db:
        db.writer.run(keep)
    if last_checkpoint is None:
        return None
    # Read anew where the folder is for now; the settings' own database is the one beside them.
    node = open_node(folder, environment, clock=clock)
    with node.db:
        if node.settings.database_url != store.url_of(folder / DATABASE):
            raise NotPermitted("backup.database_elsewhere", folder=str(folder))
        return take_up_log(node, last_checkpoint, log)
