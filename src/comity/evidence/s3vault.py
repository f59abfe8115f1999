"""The vault in a bucket of an S3 store.

An address is known at an object's end, a key of S3 at its beginning. So the bytes go, while they are made,
under a random key (``data/PLACE/…``), and then, once, a small object under the address (``name/ab/cdef…``)
says where they are. PLACE is an id of the data folder that wrote them.

Promises: as ``vault``: an object is there once it is whole, and stays what it is. The version that was put
under an address first is the one that is read, whatever somebody with our credentials put there later. Under
a lock, nothing is taken for stored before the store shows that lock; no exhibit goes to a store whose lock
was found to be none. A lock's days count from when the object is whole. Nothing is put or removed where
another node's exhibits are. A crash leaves parts, or bytes without a name: ``clear_incoming`` removes them,
unless a journal keeps them for a second run (``sent``), and then once that is old.

Leaves to others: speaking to the store (``bucket``), sending and reading (``s3content``), trying the store
(``probe``), whose it is (``owner``). What an act announces by its SHA-256 is on its way to somebody, and is
removed when it has served: it goes under no lock.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock as Mutex
from typing import TYPE_CHECKING, BinaryIO, Final, Literal, Self, cast

from pydantic import Field

from comity.age import ByteSource, fill
from comity.clock import Clock, write_instant
from comity.durable import make_folder, sync_folder, write_new
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.evidence.bucket import Bucket, Retention, Version
from comity.evidence.owner import claim
from comity.evidence.probe import Mode, Probed, clear, probe
from comity.evidence.s3content import PART, PARTS, Content, ContentReader, Sender, Stretch
from comity.evidence.sent import Journal, keys_kept
from comity.evidence.vault import ADDRESS, BLOCK, AddressHash, Stored, address_hash, disk, hashed, hold
from comity.wire import Model, dump_bytes, parse

if TYPE_CHECKING:
    from types import TracebackType

    from _typeshed import ReadableBuffer

ABANDONED: Final = timedelta(days=7)
"""What another data folder began, and did not end in so long, has been given up."""

_PLACE: Final = ".place"
_NAME_LIMIT: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Lock:
    """What keeps exhibits from being deleted: for ``days`` from when they were there whole."""

    mode: Mode
    days: int

    def retention(self, now: datetime) -> Retention:
        return Retention(self.mode.upper(), now.replace(microsecond=0) + timedelta(days=self.days))


class _Stretch(Model):
    key: str = Field(pattern=r"^data/[0-9a-f]+/[0-9a-f]+$")
    version: str | None
    size: int = Field(ge=0)


class _Name(Model):
    """Where the content of an address is; ``v``: of this writing down."""

    v: Literal[1]
    content: tuple[_Stretch, ...] = Field(min_length=1)


class S3Vault:
    """A vault in a bucket. ``folder``: where on this machine it may keep its id and its lock (flock(2)).

    ``owner``: gives the id of the node whose it is (64 hexadecimal digits), when that is first wanted.
    """

    def __init__(
        self,
        bucket: Bucket,
        folder: Path,
        clock: Clock,
        *,
        owner: Callable[[], str],
        lock: Lock | None = None,
        part: int = PART,
        parts: int = PARTS,
    ) -> None:
        self.bucket = bucket
        self.lock = lock
        self._folder = folder
        self._clock = clock
        self._owner = owner
        self._owned = False
        self._part = part
        self._parts = parts
        self._mutex = Mutex()
        self._probed: Probed | None = None
        try:
            make_folder(folder)
        except OSError as error:
            raise disk(error) from error

    @property
    def folder(self) -> Path:
        """Where on this machine it keeps what is its own."""
        return self._folder

    def writer(
        self, *, announced: bool = False, address: str | None = None, journal: Journal | None = None
    ) -> S3Writer:
        """Start an object, or go on with what a ``journal`` tells; the others as in ``Vault.writer``.

        Raises:
            Unavailable: the store does not answer, or does not lock what it should.
            Conflict: it is another node's.
        """
        probed = self.probed()
        if probed.faults and not announced:
            raise Unavailable("evidence.vault_not_locked", what=probed.faults[0])
        self.own()
        start = f"data/{self._place()}/"
        sender = Sender(self.bucket, start, part=self._part, parts=self._parts, journal=journal)
        lock = None if announced else self.lock
        return S3Writer(self, sender, address_hash(announced=announced, address=address), lock)

    def put(self, src: ByteSource, *, announced: bool = False) -> Stored:
        """Store a whole stream; ``announced`` as in ``Vault.writer``."""
        block = memoryview(bytearray(BLOCK))
        with self.writer(announced=announced) as writer:
            while size := fill(src, block):
                writer.write(block[:size])
            return writer.commit()

    def has(self, address: str) -> bool:
        """Whether an object is there (not whether it is undamaged: ``verify``)."""
        return self._first(address) is not None

    def open(self, address: str) -> BinaryIO:
        """Open an object for reading, by ranges."""
        return cast(BinaryIO, ContentReader(self.bucket, address, self._find(address)))

    def verify(self, address: str, told: Callable[[int], object] | None = None) -> Stored:
        """Hash an object anew and compare with its address."""
        with self.open(address) as file:
            found, size = hashed(file, address, told)
        if found != address:
            raise ProofFailed("evidence.vault_damaged", address=address, found=found)
        return Stored(address, size)

    def remove(self, address: str) -> None:
        """Remove an object.

        Raises:
            NotPermitted: a lock keeps it. Conflict: it is another node's.
        """
        self.own()
        content = self._as_far_as_told(address)
        until = self.kept_until(address)
        if until is not None:
            raise NotPermitted("evidence.vault_locked", address=address, until=write_instant(until))
        # The name first: without it the object is gone, and the sweep finds the rest.
        self._delete(_key(address))
        for one in content:
            self._delete(one.key)

    def kept_until(self, address: str, *, hasty: bool = False) -> datetime | None:
        """Until when a lock keeps an object, or none; it may be longer than when it was put there."""
        if hasty:
            with closing(self.bucket.hasty()) as bucket:
                asking = copy(self)
                asking.bucket = bucket
                return asking.kept_until(address)
        found = [self._retention(one.key, one.version) for one in self._as_far_as_told(address)]
        first = self._first(address)
        if first is not None:
            found.append(self._retention(first.key, first.id))
        now = self._clock.now()
        return max((one.until for one in found if one is not None and one.until > now), default=None)

    def lock_anew(self, address: str) -> None:
        """As ``Vault.lock_anew``."""
        if self.lock is not None:
            self._prolong(address, self.lock.retention(self._clock.now()))

    @contextmanager
    def held(self, *, alone: bool = False) -> Iterator[bool]:
        """As ``Vault.held``, for processes of this data folder; of others of this node, age decides."""
        with hold(self._folder, alone=alone) as ours:
            yield ours

    def addresses(self) -> frozenset[str]:
        """The addresses of all objects that are there."""
        found = (_address(key) for key, _ in self.bucket.keys("name/"))
        return frozenset(name for name in found if ADDRESS.fullmatch(name))

    def sweepable(self, addresses: frozenset[str]) -> frozenset[str]:
        """Those that nobody is still at work on, and no lock keeps; for who holds the vault alone.

        Raises:
            Conflict: they are another node's.
        """
        self.own()
        gone = set()
        for address in addresses:
            first = self._first(address)
            if first is None:
                continue
            content = self._as_far_as_told(address)
            ours = bool(content) and all(self._is_ours(one.key) for one in content)
            if (ours or self._is_old(first.at)) and self.kept_until(address) is None:
                gone.add(address)
        return frozenset(gone)

    def clear_incoming(self) -> int:
        """Remove what a crash left behind; to be called by who holds the vault alone. How many there were.

        Raises:
            Conflict: it is another node's.
        """
        self.own()
        kept = keys_kept(self._folder, self._clock.now() - ABANDONED)
        count = 0
        for one in self.bucket.uploads("data/"):
            if one.key not in kept and (self._is_ours(one.key) or self._is_old(one.at)):
                self.bucket.abort(one.key, one.id)
                count += 1
        count += sum(self.discard(key) for key in self._nameless() if key not in kept)
        clear(self.bucket)
        return count

    def probed(self, *, anew: bool = False) -> Probed:
        """What the store does when it is tried; once for this process.

        Raises:
            NotPermitted, Unavailable: as ``probe``.
        """
        with self._mutex:
            if self._probed is None or anew:
                mode = None if self.lock is None else self.lock.mode
                self._probed = probe(self.bucket, mode, self._clock.now())
            return self._probed

    def own(self, *, anew: bool = False) -> None:
        """See to it that the bucket is this node's; once for this process.

        Raises:
            Conflict: it is another's. NotPermitted, Unavailable: as ``probe``.
        """
        if anew or not self._owned:
            wrote, once = f"data/{self._place()}/", self.probed().once
            claim(self.bucket, self._owner(), wrote=wrote, once=once)
            self._owned = True

    def close(self) -> None:
        """Let go of the connections."""
        self.bucket.close()

    def name(self, stored: Stored, made: Content, kept: Lock | None) -> bool:
        """Put finished content under its address; whether it was: not where it lies there, sound, already.

        Raises:
            ProofFailed: it lies there damaged, under a lock.
        """
        probed = self.probed()
        if not probed.checks:
            self._read_again(stored, made)
        # From now on, when it is there whole: to make it can take longer than the days.
        lock = None if kept is None else kept.retention(self._clock.now())
        self._check(made, lock)
        stretches = tuple(_Stretch(key=one.key, version=one.version, size=one.size) for one in made)
        text = dump_bytes(_Name(v=1, content=stretches))
        key = _key(stored.digest)
        try:
            if not probed.once and self.has(stored.digest):
                raise Conflict("evidence.s3_taken", what="seen")
            version = self.bucket.put(key, text, new=probed.once, retention=lock)
        except Conflict:
            try:
                self.verify(stored.digest)
                # Ours, where the answer to it was lost and it was put again: then its content must stay.
                ours = {one.key for one in self._find(stored.digest)} == {one.key for one in made}
            except (ProofFailed, NotFound):
                if self.kept_until(stored.digest) is not None:
                    raise
                # Sealed twice to the same bytes, and those that lie there are damaged: these heal them.
                self._delete(key)
                version = self.bucket.put(key, text, retention=lock)
            else:
                if not ours:
                    if lock is not None:
                        self._prolong(stored.digest, lock)
                    return False
                version = None
        if lock is not None:
            self._shown(key, version, lock)
        return True

    def _check(self, made: Content, lock: Retention | None) -> None:
        """Believe the store what it shows, and nothing else."""
        for one in made:
            if lock is not None:
                self.bucket.retain(one.key, one.version, lock)
            if self._shown(one.key, one.version, lock) != one.size:
                raise Unavailable("evidence.s3_silent", what="size")

    def _read_again(self, stored: Stored, made: Content) -> None:
        with ContentReader(self.bucket, stored.digest, made) as file:
            found, _ = hashed(cast(BinaryIO, file), stored.digest)
        if found != stored.digest:
            raise ProofFailed("evidence.vault_damaged", address=stored.digest, found=found)

    def _prolong(self, address: str, lock: Retention) -> None:
        """Let a lock on what lies there last as long as that of what was put there again."""
        first = self._first(address)
        if first is None:
            raise NotFound("evidence.not_in_vault", address=address)
        for key, version in ((first.key, first.id), *((one.key, one.version) for one in self._read(first))):
            held = self._retention(key, version)
            if held is None or held.until < lock.until:
                self.bucket.retain(key, version, lock)
            self._shown(key, version, held if held is not None and held.until > lock.until else lock)

    def _shown(self, key: str, version: str | None, lock: Retention | None) -> int:
        """The size of what was put, if the store shows it under its lock."""
        size, shown = self.bucket.head(key, version)
        if lock is not None and (shown is None or shown.mode != lock.mode or shown.until < lock.until):
            raise Unavailable("evidence.vault_not_locked", what="not_shown")
        return size

    def _as_far_as_told(self, address: str) -> Content:
        """Where content is, for who would remove it: a damaged name tells nothing, and can go too."""
        try:
            return self._find(address)
        except ProofFailed:
            return ()

    def _find(self, address: str) -> Content:
        first = self._first(address)
        if first is None:
            raise NotFound("evidence.not_in_vault", address=address)
        return self._read(first)

    def _read(self, first: Version) -> Content:
        address = _address(first.key)
        try:
            name = parse(_Name, self.bucket.read(first.key, first.id), limit=_NAME_LIMIT)
        except NotFound as error:
            raise NotFound("evidence.not_in_vault", address=address) from error
        except BadInput as error:
            raise ProofFailed("evidence.vault_damaged", address=address, found="-") from error
        return tuple(Stretch(one.key, one.version, one.size) for one in name.content)

    def _first(self, address: str) -> Version | None:
        key = _key(address)
        found = [one for one in self.bucket.versions(key) if one.key == key and not one.marker]
        return found[-1] if found else None

    def _retention(self, key: str, version: str | None) -> Retention | None:
        try:
            return self.bucket.head(key, version)[1]
        except NotFound:
            return None

    def _delete(self, key: str) -> None:
        for one in self.bucket.versions(key):
            if one.key == key:
                with suppress(NotFound):
                    self.bucket.delete(key, one.id)

    def discard(self, key: str) -> bool:
        """Remove an object of the store that no name tells of; whether a lock let it go."""
        with suppress(NotPermitted):  # under a lock: once that is over
            self._delete(key)
            return True
        return False

    def _nameless(self) -> list[str]:
        """Content that a crash left without a name, of ours or old.

        None where a name is damaged: what lies there may be its content. A name that was deleted is one
        still: it is read on, and so it keeps its content.
        """
        lying = dict(self.bucket.keys("data/"))
        named = {
            one.key: one for one in self.bucket.versions("name/") if not one.marker
        }  # of each, the first
        firsts = [one for key, one in named.items() if ADDRESS.fullmatch(_address(key))]
        if len(lying) <= len(firsts):
            return []
        for first in firsts:
            try:
                for one in self._read(first):
                    lying.pop(one.key, None)
            except ProofFailed:
                return []
            except NotFound:
                continue  # removed meanwhile
        return sorted(key for key, at in lying.items() if self._is_ours(key) or self._is_old(at))

    def _is_ours(self, key: str) -> bool:
        return key.startswith(f"data/{self._place()}/")

    def _is_old(self, at: datetime) -> bool:
        return at < self._clock.now() - ABANDONED

    def _place(self) -> str:
        """The id of this data folder; made when it is first asked for."""
        path = self._folder / _PLACE
        with self._mutex:
            try:
                return path.read_text("ascii")
            except FileNotFoundError:
                id = os.urandom(8).hex()
            except OSError as error:
                raise disk(error) from error
            beside = path.with_name(f"{_PLACE}.{id}")
            try:
                write_new(beside, id.encode("ascii"))
                with suppress(FileExistsError):  # another process made one meanwhile: it is that
                    os.link(beside, path)
                beside.unlink()
                sync_folder(self._folder)
                return path.read_text("ascii")
            except OSError as error:
                raise disk(error) from error


class S3Writer:
    """An object being sent to the store."""

    def __init__(self, vault: S3Vault, sender: Sender, hashing: AddressHash, lock: Lock | None) -> None:
        self._vault = vault
        self._sender = sender
        self._hash = hashing
        self._lock = lock
        self._size = 0
        self._named = False
        self.keep = False
        """Whether what was sent stays where it is if it is left without ``commit``."""

    def write(self, data: ReadableBuffer, /) -> int:
        """Take all of ``data``."""
        view = memoryview(data).cast("B")
        self._hash.update(view)
        self._sender.write(view)
        self._size += len(view)
        return len(view)

    def commit(self) -> Stored:
        """Make it durable and give its address; once, whatever comes of it."""
        stored = Stored(self._hash.hexdigest(), self._size)
        self._named = self._vault.name(stored, self._sender.finish(), self._lock)
        return stored

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
        /,
    ) -> None:
        self._sender.close(keep=self._named or self.keep)


def _address(key: str) -> str:
    return key.removeprefix("name/").replace("/", "")


def _key(address: str) -> str:
    if not ADDRESS.fullmatch(address):
        raise BadInput("evidence.not_an_address", address=address[:80])
    return f"name/{address[:2]}/{address[2:]}"
