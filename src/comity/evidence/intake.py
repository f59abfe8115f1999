"""Taking in: one pass over the data that hashes it in every way, and seals it into the vault.

Promises: each byte is read once, into a few buffers that are used again. In that pass it goes into the
digest of its file and of the stream, both chunk trees, and the age file in the vault; nothing
unencrypted touches the disk. A file that changes meanwhile is found and named, and nothing is kept.
What an earlier run sealed before it was interrupted can stand for the beginning of files or of a disk; with a
stream, which comes again from its beginning, it is compared.

Leaves to others: the statement over what was found (``seal``), what is kept of an interrupted run
(``unfinished``), keys, time, custody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from comity import age
from comity.errors import Conflict, ProofFailed, Unavailable
from comity.evidence.again import Again
from comity.evidence.chunks import ChunkTrees
from comity.evidence.filetree import files_root
from comity.evidence.hashing import Hashing
from comity.evidence.index import (
    ENTRIES,
    Entry,
    Index,
    Remark,
    check_path,
    checked,
    digest_of,
    index_text,
    manifest_text,
)
from comity.evidence.remarks import remarks_of
from comity.evidence.source import Found, Listing, PartSource, StreamSource, list_source, opened
from comity.evidence.unfinished import Kept
from comity.evidence.vault import Stored, Vault

if TYPE_CHECKING:
    from hashlib import _Hash

Progress = Callable[[int, int | None], None]
"""Told how many bytes are done, and how many there are in all where that is known."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in: the index, all digests and roots (hexadecimal), and where the sealed stream lies."""

    index: Index
    sha256: str
    chunk_root: str
    salted_root: str
    files_root: str
    manifest_sha256: str
    index_sha256: str
    stored: Stored


def take_in(
    source: Path | Sequence[Path] | Listing | StreamSource | PartSource,
    vault: Vault,
    recipients: Sequence[age.Recipient],
    secret: bytes,
    *,
    progress: Progress | None = None,
    keeping: Kept | None = None,
) -> Taken:
    """Take in files, folders, a disk, a stream or a part, and seal it into ``vault`` for ``recipients``.

    ``secret`` is the exhibit's own 32 random bytes, from which the chunks' salts come. With ``keeping``: what
    an earlier run sealed is taken from there, or compared, and what this one seals may be kept.

    Raises:
        BadInput, NotFound: as ``list_source``. Conflict: a file changed while it was read.
        Unavailable: a file cannot be read, or the vault's disk did not take it.
        ProofFailed: a file of a part is not the one that was sealed.
    """
    listing: Listing | None = None
    if isinstance(source, StreamSource):
        check_path(source.name)
    if isinstance(source, StreamSource | PartSource):
        total = source.size
    else:
        if isinstance(source, Listing):
            listing = source
        else:
            listing = list_source(*([source] if isinstance(source, Path) else source))
        total = listing.size
    earlier = None if keeping is None else keeping.earlier()
    with vault.writer() if keeping is None else keeping.writer() as object_writer:
        whole, trees = sha256(), ChunkTrees(secret)

        def told(done: int, total: int | None) -> None:
            if keeping is not None:
                keeping.reached(done, object_writer)
            if progress is not None:
                progress(done, total)

        try:
            sealing = age.encrypt if keeping is None else keeping.sealer
            with sealing(recipients, object_writer) as sealer, Hashing(trees, whole.update) as hashing:
                reading = _Reading(sealer, hashing, whole, trees, secret, progress=told, total=total)
                reading.earlier = earlier
                reading.all(listing or source)
            stored = object_writer.commit()
            if keeping is not None:
                keeping.stored()
        except BaseException as error:  # whatever it was goes on; only what is kept depends on it
            if keeping is not None:
                keeping.failed(error)
            raise
    return reading.taken(listing, stored)


class _Reading:
    """One pass over a source."""

    def __init__(
        self,
        sealer: age.Writer,
        hashing: Hashing,
        whole: _Hash,
        trees: ChunkTrees,
        secret: bytes,
        *,
        progress: Progress | None,
        total: int | None,
    ) -> None:
        self._sealer = sealer
        self._hashing = hashing
        self._whole = whole
        self._trees = trees
        self._secret = secret
        self._progress = progress
        self._total = total
        self._size = 0
        self._entries = ENTRIES.packing()
        self._last, self._began = "", 0
        """The path of the last of them, and where it begins."""
        self._block: memoryview | None = None
        self._filled = 0
        self.earlier: age.ByteSource | None = None
        """What an earlier run sealed of the same stream: it is read first, and then the source from there."""
        self._said: tuple[Remark, ...] = ()

    def all(self, source: object) -> None:
        """Read all files of a listing, all of a part, or a stream."""
        if isinstance(source, Listing):
            for found in source.files:
                self.listed(found)
        elif isinstance(source, PartSource):
            for entry, stream in source.files:
                self.part(entry, stream)
        elif isinstance(source, StreamSource):
            self.stream(source)
        self.finish()

    def listed(self, found: Found) -> None:
        with opened(found) as file:
            try:
                entry = self._file(self._continued(file, found), found.path, found.found_as)
            except OSError as error:
                raise Unavailable(
                    "evidence.cannot_read", path=found.path, reason=error.strerror or ""
                ) from error
        if entry.size != found.size:
            raise Conflict("evidence.changed_while_read", path=found.path)

    def _continued(self, file: FileIO, found: Found) -> age.ByteSource:
        if self.earlier is None:
            return file

        def ended(at: int) -> None:
            self.earlier = None
            self._said = (Remark(path=found.path, what="resumed", other=None, at=at),)

        return _Continued(self.earlier, file, found.size, ended)

    def stream(self, source: StreamSource) -> None:
        # It cannot be sought in: it comes from its beginning, and is compared while it comes.
        again = None if self.earlier is None else Again(source.stream, self.earlier)
        self.earlier = None
        try:
            entry = self._file(again or source.stream, source.name, None)
        except OSError as error:
            raise Unavailable(
                "evidence.cannot_read", path=source.name, reason=error.strerror or ""
            ) from error
        if source.size not in (None, entry.size):
            raise Conflict("evidence.changed_while_read", path=source.name)
        remark = None if again is None else again.remark(source.name)
        self._said = () if remark is None else (remark,)

    def part(self, sealed: Entry, stream: age.ByteSource) -> None:
        entry = self._file(stream, sealed.path, sealed.found_as)
        if (entry.size, entry.sha256) != (sealed.size, sealed.sha256):
            raise ProofFailed("evidence.payload_wrong", path=sealed.path, what="is another")

    def taken(self, listing: Listing | None, stored: Stored) -> Taken:
        plain, salted = self._trees.finish()
        index = checked(
            Index(
                v=1,
                size=self._size,
                files=self._entries.packed(),
                left_out=listing.left_out if listing else (),
                remarks=remarks_of(listing, *self._said) if listing else self._said,
            )
        )
        return Taken(
            index=index,
            sha256=self._whole.hexdigest(),
            chunk_root=plain.hex(),
            salted_root=salted.hex(),
            files_root=files_root(index, self._secret).hex(),
            manifest_sha256=digest_of(manifest_text(index)),
            index_sha256=digest_of(index_text(index)),
            stored=stored,
        )

    def finish(self) -> None:
        """Hand over what is left."""
        self._send()
        if self.earlier is not None:  # all of it had been sealed
            size = self._size - self._began
            self._said = (Remark(path=self._last, what="resumed", other=None, at=size),)

    def _room(self) -> memoryview:
        """What is left of the block: small files share one, since handing each over would cost more."""
        if self._block is None:
            self._block, self._filled = self._hashing.lend(), 0
        return self._block[self._filled :]

    def _send(self) -> None:
        if self._block is not None:
            self._hashing.send(self._block, self._filled)
            self._block = None

    def _file(self, src: age.ByteSource, path: str, found_as: str | None) -> Entry:
        # Up to the end of the first file, the stream's digest is the file's: hash it only once.
        own: _Hash | None = sha256() if self._entries else None
        offset = self._size
        ended = False
        while not ended:
            room = self._room()
            piece = room[: age.fill(src, room)]
            ended = len(piece) < len(room)
            if not len(piece):
                break
            self._filled += len(piece)
            if not ended:
                self._send()  # first: so that it is hashed while it is encrypted here
            self._sealer.write(piece)
            if own is not None:
                own.update(piece)
            self._size += len(piece)
            if self._progress is not None:
                self._progress(self._size, self._total)
        if own is None:
            self._send()
            self._hashing.settle()
            own = self._whole.copy()
        size, value = self._size - offset, own.hexdigest()
        entry = Entry.made(path=path, offset=offset, size=size, sha256=value, found_as=found_as)
        self._entries.add(entry)
        self._last, self._began = path, offset
        return entry


class _Continued:
    """A file whose beginning an earlier run sealed: that comes from there, the rest from the file.

    ``ended``: told where in this file what was sealed earlier comes to its end.
    """

    def __init__(
        self, earlier: age.ByteSource, file: FileIO, size: int, ended: Callable[[int], None]
    ) -> None:
        self._earlier: age.ByteSource | None = earlier
        self._file = file
        self._left = size
        self._at = 0
        self._ended = ended

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:
        """Give some bytes; 0 at the end."""
        if self._earlier is not None:
            view = memoryview(buffer)[: self._left]
            count = (self._earlier.readinto(view) or 0) if view else 0
            if count:
                self._at += count
                self._left -= count
                return count
            if view:
                self._ended(self._at)
            self._earlier = None
            self._file.seek(self._at)
        return self._file.readinto(buffer)
