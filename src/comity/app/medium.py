"""Evidence on a medium: exhibits for a State without a node, sealed into a folder that is carried there.

Promises: each exhibit is one age file, sealed to the key that its receiver gave, in which lies the package
that any court can check: ``age`` and ``tar`` open it, no node is needed. Nothing rests unsealed on the way,
and each byte is proven against its seal while it is written. The folder is whole, or it is not there.

Leaves to others: what may leave, and saying that it does (``deliver``), sending the medium (``dispatch``).
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Final

from comity import age, dsse
from comity.acts.terms import Piece
from comity.app.content import FileDigests, opened, sealing_key
from comity.app.cutting import Content
from comity.app.node import Node
from comity.durable import sync_folder, write_new
from comity.errors import Conflict, ProofFailed, Unavailable
from comity.evidence import Index, Proof, SealStatement, stamp_proofs, verify_statement
from comity.evidence.bag import CERTIFICATE, PART, core_files, whole
from comity.evidence.index import PAYLOAD
from comity.evidence.rows import Joined
from comity.evidence.seal import prove_index

SUMS: Final = "SHA256SUMS"
"""The digests of the sealed files, as ``sha256sum --check`` reads them."""


@dataclass(frozen=True)
class Medium:
    """A folder that is not there yet, and the age recipient that the receiving office gave."""

    folder: Path
    recipient: str


@contextmanager
def written(node: Node, medium: Medium, contents: Sequence[Content]) -> Iterator[tuple[Piece, ...]]:
    """Write a medium, and give the digest and size of each sealed file; it is taken away if the deed fails.

    Raises:
        BadInput: the recipient is none. Conflict: the folder is there. NotFound, ProofFailed: an exhibit in
            the vault is not there, or not what was sealed. Unavailable: the disk did not take it.
    """
    recipient = age.parse_recipient(medium.recipient)
    folder = medium.folder
    if folder.exists() or folder.is_symlink():
        raise Conflict("evidence.folder_exists", path=folder.name)
    with ExitStack() as undo:
        try:
            folder.mkdir(parents=True, mode=0o700)
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            sealed = tuple(
                _seal(node, one, folder / file_name(one.exhibit.id), recipient) for one in contents
            )
            lines = (
                f"{piece.digest}  {file_name(one.exhibit.id)}\n"
                for one, piece in zip(contents, sealed, strict=True)
            )
            write_new(folder / SUMS, "".join(lines).encode("ascii"))
            sync_folder(folder)
            sync_folder(folder.parent)
        except OSError as error:
            raise Unavailable("evidence.package_disk", reason=error.strerror or "") from error
        yield sealed
        undo.pop_all()


def file_name(exhibit: str) -> str:
    """How the sealed file of an exhibit is called on a medium."""
    return f"{exhibit}.tar.age"


def _seal(node: Node, one: Content, path: Path, recipient: age.Recipient) -> Piece:
    with node.db.read() as conn:
        signer = sealing_key(node.directory(conn), node.state, one.envelope)
    statement = verify_statement(one.envelope, signer)
    prove_index(statement, one.index)
    with path.open("xb") as file:
        out = _Hashing(file)
        with (
            opened(node, one.exhibit, one.key) as payload,
            age.encrypt([recipient], out) as sealer,
            tarfile.open(fileobj=_Sink(sealer), mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            _fill(tar, one, signer, payload, statement)
        file.flush()
        os.fsync(file.fileno())
    return Piece(digest=out.hash.hexdigest(), size=out.size)


def _fill(
    tar: tarfile.TarFile, one: Content, signer: bytes, payload: age.Reader, statement: SealStatement
) -> None:
    source = _Payload(payload, one.index)
    for entry in one.index.files:
        tar.addfile(_member(one, PAYLOAD + entry.path, entry.size), source)
    if source.finish() != statement.sha256:
        raise ProofFailed("evidence.stream_wrong", exhibit=one.exhibit.id, what="digest")
    files = core_files(one.envelope, one.index, signer)
    for number, stamp in enumerate(one.stamps, start=1):
        files |= {proof.path: whole(proof.data) for proof in stamp_proofs(number, stamp.token)}
    if one.part:
        proof = Proof(len(one.stamps) + 1, PART, one.part)
        files[proof.path] = whole(proof.data)
    for number, certificate in enumerate(one.certificates, start=len(one.stamps) + 2):
        proof = Proof(number, CERTIFICATE, dsse.write(certificate))
        files[proof.path] = whole(proof.data)
    for path, pieces in files.items():
        tar.addfile(_member(one, path, sum(map(len, pieces()))), io.BufferedReader(Joined(pieces())))


def _member(one: Content, path: str, size: int) -> tarfile.TarInfo:
    # Neither owner nor time of this machine: the package says when it was sealed, and by whom.
    info = tarfile.TarInfo(f"{one.exhibit.id}/{path}")
    info.size, info.mode = size, 0o644
    return info


class _Hashing:
    """Writes to a file, and keeps digest and size of what was written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.hash = sha256()
        self.size = 0

    def write(self, data: bytes | bytearray | memoryview, /) -> int:
        """Write all of it."""
        self.hash.update(data)
        self.size += len(data)
        self._file.write(data)
        return len(data)


class _Sink(io.RawIOBase):
    """What ``tarfile`` writes to: the sealer."""

    def __init__(self, sealer: age.Writer) -> None:
        super().__init__()
        self._sealer = sealer

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # tarfile gives bytes
        """Seal all of it."""
        self._sealer.write(data)
        return len(data)


class _Payload(io.RawIOBase):
    """What ``tarfile`` reads from: the payload, each file held against the index."""

    def __init__(self, payload: age.Reader, index: Index) -> None:
        super().__init__()
        self._payload = payload
        self._files = FileDigests(index)
        self._whole = sha256()
        self._last = index.files[-1].path

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes, never fewer.

        Raises:
            ProofFailed: there are fewer, or a file that ends here is not the one that was sealed.
        """
        data = bytearray(size)
        if age.fill(self._payload, memoryview(data)) != size:
            raise ProofFailed("evidence.payload_wrong", path=self._last, what="is cut")
        self._whole.update(data)
        self._files.update(memoryview(data))
        return bytes(data)

    def finish(self) -> str:
        """The digest of the whole stream, once it is at its end.

        Raises:
            ProofFailed: it goes on, or its last file is not the one that was sealed.
        """
        if age.fill(self._payload, memoryview(bytearray(1))):
            raise ProofFailed("evidence.payload_wrong", path=self._last, what="goes on")
        self._files.finish()
        return self._whole.hexdigest()
