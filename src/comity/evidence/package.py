"""Writing an exhibit as a package that any court can check with standard tools.

Promises: the same exhibit gives the same bytes. The payload is written while it is read, once, and
proven against index and seal; if anything fails, no package is left behind.

Leaves to others: the layout (``bag``), and holding a package against it (``inspection``).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from comity import age
from comity.dsse import Envelope
from comity.durable import Syncs, sync_folder
from comity.errors import BadInput, Conflict, ProofFailed, Unavailable
from comity.evidence.bag import PROOFS, RENEWAL, STAMP_PLACE, TIMESTAMP, TSA_CHAIN, Proof, core_files
from comity.evidence.index import PAYLOAD, Index, checked
from comity.evidence.payload import write_payload
from comity.evidence.seal import prove_index, verify_statement
from comity.evidence.timestamp import Token


def write_package(
    folder: Path,
    envelope: Envelope,
    index: Index,
    payload: age.ByteSource,
    signer: bytes,
    *,
    proofs: Sequence[Proof] = (),
) -> None:
    """Write a package to ``folder``, which must not exist. ``signer`` is the sealing node's raw key.

    Raises:
        Conflict: the folder exists, or the file system takes two of the names for one.
        ProofFailed: the statement is not signed so, or index or payload are not what it says.
        Unavailable: the disk did not take it.
    """
    statement = verify_statement(envelope, signer)
    checked(index)
    prove_index(statement, index)
    core = core_files(envelope, index, signer)
    unfinished = folder.with_name(folder.name + ".unfinished")
    try:
        if folder.exists() or folder.is_symlink():
            raise Conflict("evidence.folder_exists", path=folder.name)
        made = [one for one in folder.parents if not one.exists()]
        unfinished.mkdir(parents=True)
    except FileExistsError as error:
        raise Conflict("evidence.package_unfinished", path=unfinished.name) from error
    except OSError as error:
        raise Unavailable("evidence.package_disk", reason=error.strerror or "") from error
    try:
        with Syncs() as syncs:
            whole = write_payload(unfinished / PAYLOAD, index, payload, syncs)
            if whole != statement.sha256:
                raise ProofFailed("evidence.stream_wrong", exhibit=statement.exhibit, what="digest")
            for path, pieces in core.items():
                _write(unfinished / path, pieces(), syncs)
            for proof in proofs:
                _write(unfinished / proof.path, (proof.data,), syncs)
            for inner in _folders(unfinished):
                syncs.take_folder(inner)
        unfinished.rename(folder)
        for one in (folder, *made):
            sync_folder(one.parent)
    except FileExistsError as error:
        shutil.rmtree(unfinished)
        name = Path(error.filename or folder).name
        raise Conflict("evidence.name_taken", path=name) from error
    except OSError as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise Unavailable("evidence.package_disk", reason=error.strerror or "") from error
    except BaseException:  # whatever it was, nothing half made is left; it goes on to the caller
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def add_proof(folder: Path, proof: Proof) -> None:
    """Add a proof to a package; nothing that is there is changed. The same proof may be added again."""
    path = folder / proof.path
    if path.exists():
        if path.read_bytes() != proof.data:
            raise ProofFailed("evidence.package_damaged", path=proof.path)
        return
    with Syncs() as syncs:
        _write(path, (proof.data,), syncs)


def stamp_proofs(number: int, token: Token) -> tuple[Proof, ...]:
    """The files that a time-stamp over the signed statement (``dsse.write``) makes in ``proofs/``."""
    kind = RENEWAL if token.renews else TIMESTAMP
    both = Proof(number, kind, token.reply), Proof(number, TSA_CHAIN, token.chain)
    return (*both, Proof(number, STAMP_PLACE, token.place)) if token.place else both


def next_number(folder: Path) -> int:
    """The number for the next group of proofs."""
    place = folder / PROOFS
    taken = [int(path.name[:3]) for path in place.iterdir()] if place.is_dir() else []
    if max(taken, default=0) >= 999:  # noqa: PLR2004  three digits
        raise BadInput("evidence.not_a_proof", path=PROOFS)
    return max(taken, default=0) + 1


def _write(path: Path, pieces: Iterable[bytes], syncs: Syncs) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb", buffering=0) as file:
        for piece in pieces:
            age.pour(file, piece)
        syncs.take(os.dup(file.fileno()))


def _folders(top: Path) -> Iterator[str]:
    """A folder and all below it; of the files in them, no list is made."""
    waiting = [str(top)]
    while waiting:
        folder = waiting.pop()
        yield folder
        with os.scandir(folder) as scan:
            waiting += [one.path for one in scan if one.is_dir(follow_symlinks=False)]
