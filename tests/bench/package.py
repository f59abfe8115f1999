"""A package: written from the vault, and verified, against hashing it and against sealing it.

Of one large file (``BENCH_SIZE``, 256MiB), and of folders of files of a MiB and of 64 KiB each, as many bytes
in all. A package that was opened is verified without a key: verifying hashes each file, the whole stream, and
its chunks: three passes side by side; of a file alone, two. What a delivery brings is verified with the key:
each piece is hashed as it came and opened, and the stream hashed, whole and by chunks; nothing is written.
"""

import subprocess
import sys
import time
from datetime import UTC, datetime
from io import FileIO
from itertools import count as count_from
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.bench.figures import MIB, Absent, Table, best, command, tool
from tests.bench.seal import size_asked

from comity import age
from comity.evidence import (
    FileVault,
    assemble,
    make_statement,
    pieces,
    sign_statement,
    take_in,
    verify_package,
    write_package,
)

TIMES = 3
SECRET = bytes(range(32))
SEAL = "comity: seal into the vault, durable"
WRITE = "comity: open, write as a package, durable"
VERIFY = "comity: verify the package"
ARRIVED = "comity: open and verify a delivery, with the key"
DGST = "openssl dgst -sha256"
SUM = "sha256sum -c manifest-sha256.txt"
BAGIT = "bagit.py --validate"
LIMITS = (
    "the limit that is met: of verifying, SHA-256 on two cores (three passes over a folder take no less than "
    "1.2 times the one of openssl); of opening, the disk, and what the file system takes to make a file"
)


def run(folder: Path) -> list[Table]:
    size = size_asked()
    counts = {"one": 1, "many": max(1, size // MIB), "small": max(1, size // (64 * 1024))}
    return [packaged(folder / name, size, count) for name, count in counts.items()]


def packaged(folder: Path, size: int, count: int) -> Table:
    source, bag = folder / "source", folder / "bag"
    source.mkdir(parents=True)
    for number in range(count):
        (source / f"{number:06d}.dd").write_bytes(_random(size // count))
    key, node = age.generate_x25519(), Ed25519PrivateKey.generate()
    public = node.public_key().public_bytes_raw()
    vault = FileVault(folder / "vault")
    taken = take_in(source, vault, [key.recipient], SECRET)
    at = datetime(2026, 11, 22, tzinfo=UTC)
    statement = make_statement(
        taken, exhibit="XA-1", case="0" * 32, taken_at=at, taken_by="examiner", source="a bench"
    )
    envelope = sign_statement(statement, public, node.sign)

    def write(target: Path) -> float:
        start = time.perf_counter()
        with vault.open(taken.stored.digest) as sealed:
            write_package(target, envelope, taken.index, age.decrypt([key], sealed), public)
        return time.perf_counter() - start

    # Nothing is removed between the runs: ext4 is slow to make files where many went just before.
    numbers = count_from(1)

    def write_again() -> float:
        return write(folder / f"again-{next(numbers)}")

    def seal() -> float:
        start = time.perf_counter()
        take_in(source, vault, [key.recipient], SECRET)
        return time.perf_counter() - start

    def verify() -> None:
        if not verify_package(bag, [public]).holds:
            raise RuntimeError("the package does not hold")

    with vault.open(taken.stored.digest) as sealed:
        announced = [
            (piece.sha256, (folder / f"piece-{piece.number}").write_bytes(piece.data))
            for piece in pieces(envelope, taken.index, age.decrypt([key], sealed), [key.recipient])
        ]
    block = memoryview(bytearray(MIB))

    def arrived() -> None:
        sources = (FileIO(folder / f"piece-{number}") for number in range(len(announced)))
        payload = assemble(sources, announced, [key], [public]).payload
        while payload.readinto(block):
            pass

    def bagit() -> float:
        start = time.perf_counter()
        words = [sys.executable, "-m", "bagit", "--validate", "--quiet", str(bag)]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            raise Absent("bagit.py failed")
        return time.perf_counter() - start

    def summed() -> float:
        start = time.perf_counter()
        words = [tool("sha256sum"), "-c", "--quiet", "manifest-sha256.txt"]
        if subprocess.run(words, cwd=bag, capture_output=True, check=False).returncode:
            raise Absent("sha256sum failed")
        return time.perf_counter() - start

    write(bag)
    files = sorted(path for path in (bag / "data").rglob("*") if path.is_file())
    command("cat", *files)
    timings = best(
        {
            VERIFY: verify,
            DGST: lambda: command(tool("openssl"), "dgst", "-sha256", *files),
            SUM: summed,
            BAGIT: bagit,
            SEAL: seal,
            WRITE: write_again,
            ARRIVED: arrived,
        },
        TIMES,
        before=None,
    )
    table = Table(
        f"package: {size / MIB:,.0f} MiB in {count:,} files, best of {TIMES}",
        [
            ("s", "{:.3f}"),
            ("MiB/s", "{:,.0f}"),
            ("processor s", "{:.2f}"),
            (f"x {DGST}", "{:.2f}"),
            (f"x {SUM}", "{:.2f}"),
            (f"x {SEAL}", "{:.2f}"),
        ],
    )
    for name, seconds in timings.best.items():
        ratios = (timings.ratio(name, peer) for peer in (DGST, SUM, SEAL))
        table.add(name, seconds, size / MIB / seconds, timings.work[name], *ratios)
    table.skipped(timings.absent)
    table.notes.append(LIMITS)
    return table


def _random(size: int) -> bytes:
    with Path("/dev/urandom").open("rb") as file:
        return file.read(size)
