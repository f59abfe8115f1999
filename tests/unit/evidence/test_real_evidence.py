"""Images and logs that others made, the whole way: intake, vault, delivery, package; byte-identical."""

from __future__ import annotations

import io
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import age
from comity.evidence import (
    PIECE_SIZE,
    FileVault,
    StreamSource,
    assemble,
    make_statement,
    pieces,
    sign_statement,
    take_in,
    verify_package,
    write_package,
)

EVIDENCE = Path(__file__).parents[4] / "shared" / "data" / "evidence"
KEY = Ed25519PrivateKey.from_private_bytes(b"r" * 32)
PUBLIC = KEY.public_key().public_bytes_raw()
SECRET = b"s" * 32

present = pytest.mark.skipif(
    not EVIDENCE.is_dir(), reason="the evidence files are not beside this repository"
)


def sources() -> list[tuple[Path, ...]]:
    """The folder, and each file by itself; but of an image in parts, all of them together."""
    if not EVIDENCE.is_dir():
        return []
    later = {part: part.with_suffix(".E01") for part in EVIDENCE.glob("*.E02")}
    parts = {first: (first, part) for part, first in later.items()}
    files = sorted(set(EVIDENCE.iterdir()).difference(later))
    return [(EVIDENCE,), *(parts.get(file, (file,)) for file in files)]


def sealed(taken):
    statement = make_statement(
        taken,
        exhibit="EX-R-1",
        case="c" * 32,
        taken_at=datetime(2026, 11, 21, 9, 0, 0, tzinfo=UTC),
        taken_by="examiner-b",
        source="public test data",
    )
    return sign_statement(statement, PUBLIC, KEY.sign)


@present
@pytest.mark.parametrize("source", sources(), ids=lambda paths: paths[0].name)
def test_the_whole_way(source: tuple[Path, ...], tmp_path) -> None:
    ours, theirs = age.generate_x25519(), age.generate_hybrid()
    here, there = FileVault(tmp_path / "here"), FileVault(tmp_path / "there")
    taken = take_in(source, here, [ours.recipient], SECRET)
    envelope = sealed(taken)
    # Cut for the other State; each piece is kept there under its digest.
    announced = []
    with here.open(taken.stored.digest) as object_file:
        payload = age.decrypt([ours], object_file)
        for piece in pieces(envelope, taken.index, payload, [theirs.recipient]):
            stored = there.put(io.BytesIO(piece.data), announced=True)
            assert (stored.digest, stored.size) == (piece.sha256, piece.size)
            announced.append((stored.digest, stored.size))
    # Put together there, written as a package, proven, and compared with the originals.
    files = [there.open(digest) for digest, _ in announced]
    try:
        head, _, index, stream, _ = assemble(files, announced, [theirs], [PUBLIC])
        write_package(tmp_path / "package", head.statement, index, stream, PUBLIC)
    finally:
        for file in files:
            file.close()
    assert verify_package(tmp_path / "package", [PUBLIC]).holds
    originals = sorted(EVIDENCE.iterdir()) if source == (EVIDENCE,) else list(source)
    assert sorted(path.name for path in (tmp_path / "package" / "data").iterdir()) == [
        p.name for p in originals
    ]
    for original in originals:
        assert (tmp_path / "package" / "data" / original.name).read_bytes() == original.read_bytes()


class Zeros(io.RawIOBase):
    """A long stream that costs no memory itself."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.left = size

    def readinto(self, buffer) -> int:
        size = min(len(buffer), self.left)
        self.left -= size
        buffer[:size] = bytes(size)
        return size


def test_memory_does_not_grow_with_the_evidence(tmp_path) -> None:
    size = 3 * PIECE_SIZE
    vault = FileVault(tmp_path)
    key = age.generate_x25519()
    tracemalloc.start()
    try:
        taken = take_in(StreamSource("disk.dd", Zeros(size)), vault, [key.recipient], SECRET)
        _, peak = tracemalloc.get_traced_memory()
        assert peak < 4 * 1024 * 1024
        envelope = sealed(taken)
        with vault.open(taken.stored.digest) as file:
            payload = age.decrypt([key], file)
            announced = [
                (vault.put(io.BytesIO(piece.data), announced=True).digest, piece.size)
                for piece in pieces(envelope, taken.index, payload, [key.recipient])
            ]
        tracemalloc.reset_peak()

        def opened():
            for digest, _ in announced:
                with vault.open(digest) as piece:
                    yield piece

        stream = assemble(opened(), announced, [key], [PUBLIC])[3]
        block = bytearray(100_000)
        while stream.readinto(block):
            pass
        _, peak = tracemalloc.get_traced_memory()
        assert peak < 6 * PIECE_SIZE
    finally:
        tracemalloc.stop()
