"""Checking one file of a large exhibit, without reading the rest.

Promises: the statement is proven first, the index by the statement, the file by the index; of the payload
only the file's own bytes are read, each authenticated where they lie sealed. Of other files it says nothing.

Leaves to others: opening what is sealed (``app``), the whole of a package (``inspection``).
"""

from __future__ import annotations

import stat
from bisect import bisect_left
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from comity import age, dsse
from comity.errors import BadInput, NotFound, ProofFailed, Unavailable
from comity.evidence.bag import INDEX, STATEMENT
from comity.evidence.index import PAYLOAD, Entry, Index, read_index, safe
from comity.evidence.relay import BLOCK
from comity.evidence.seal import SealStatement, prove_index, verify_statement


class Spotted(NamedTuple):
    """A file that was found to be as sealed, and the statement and key (raw) that say so."""

    entry: Entry
    statement: SealStatement
    signer: bytes


def entry_of(index: Index, path: str) -> Entry:
    """The file of that path.

    Raises:
        NotFound: the exhibit has no such file.
    """
    wanted = path.encode("utf-8", "surrogatepass")
    place = bisect_left(index.files, wanted, key=lambda entry: entry.path.encode("utf-8"))
    found = index.files[place] if place < len(index.files) else None
    if found is None or found.path != path:
        raise NotFound("evidence.no_such_file", path=safe(path)[:200])
    return found


def check_stream(entry: Entry, stream: age.ByteSource) -> None:
    """Hold a stream against the sealed digest and size of a file.

    Raises:
        ProofFailed: it is not that file, or damaged.
    """
    block, value, total = memoryview(bytearray(BLOCK)), sha256(), 0
    while total <= entry.size and (size := age.fill(stream, block)):
        value.update(block[:size])
        total += size
    if total != entry.size:
        what = "goes on" if total > entry.size else "is cut"
        raise ProofFailed("evidence.payload_wrong", path=entry.path, what=what)
    if value.hexdigest() != entry.sha256:
        raise ProofFailed("evidence.payload_wrong", path=entry.path, what="is another")


def check_packaged(folder: Path, path: str, trusted: Sequence[bytes]) -> Spotted:
    """Check one file of a package: its path in the exhibit, below ``data/``.

    ``trusted``: raw Ed25519 keys of nodes that may have sealed it.

    Raises:
        NotFound: no package, or it has no such file. ProofFailed: statement, index or file do not hold; the
            file is missing, or behind a link. BadInput: a statement or an index that is none. Unavailable: it
            cannot be read.
    """
    envelope = dsse.read(_read(folder, STATEMENT, dsse.MAX_ENVELOPE))
    signer = dsse.named_signer(envelope, trusted)
    if signer is None:
        raise ProofFailed("evidence.package_damaged", path=STATEMENT)
    statement = verify_statement(envelope, signer)
    try:
        with (folder / INDEX).open("rb", buffering=0) as file:
            index = read_index(file)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound("evidence.no_package", path=folder.name) from error
    except OSError as error:
        raise Unavailable("evidence.cannot_read", path=INDEX, reason=error.strerror or "") from error
    prove_index(statement, index)
    entry = entry_of(index, path)
    place = folder / PAYLOAD / entry.path
    try:
        linked = any(one.is_symlink() for one in place.parents if folder in one.parents)
        if linked or not stat.S_ISREG(place.lstat().st_mode):
            raise ProofFailed("evidence.package_damaged", path=PAYLOAD + entry.path)
        with place.open("rb", buffering=0) as file:
            check_stream(entry, file)
    except FileNotFoundError as error:
        raise ProofFailed("evidence.package_damaged", path=PAYLOAD + entry.path) from error
    except OSError as error:
        raise Unavailable("evidence.cannot_read", path=entry.path, reason=error.strerror or "") from error
    return Spotted(entry, statement, signer)


def _read(folder: Path, name: str, limit: int) -> bytes:
    try:
        with (folder / name).open("rb") as file:
            data = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound("evidence.no_package", path=folder.name) from error
    except OSError as error:
        raise Unavailable("evidence.cannot_read", path=name, reason=error.strerror or "") from error
    if len(data) > limit:
        raise BadInput("evidence.package_too_long", path=name, limit=limit)
    return data
