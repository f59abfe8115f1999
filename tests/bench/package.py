"""A package: written from the vault, and verified, against hashing it and against sealing it.

Of one large file (``BENCH_SIZE``, 256MiB), and of a folder of files of a MiB each, as many bytes in all.
Verifying hashes each file, the whole stream, and its chunks: three passes side by side; of a file alone, two.
"""

import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.bench.figures import MIB, Absent, Table, best, command, tool
from tests.bench.seal import size_asked

from comity import age
from comity.evidence import (
    FileVault,
    make_statement,
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
DGST = "openssl dgst -sha256"
SUM = "sha256sum -c manifest-sha256.txt"
BAGIT = "bagit.py --validate"


def run(folder: Path) -> list[Table]:
    size = size_asked()
    return [packaged(folder / "one", size, 1), packaged(folder / "many", size, max(1, size // MIB))]


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

    def write_again() -> float:
        seconds = write(folder / "again")
        shutil.rmtree(folder / "again")
        return seconds

    def seal() -> float:
        start = time.perf_counter()
        made = take_in(source, vault, [key.recipient], SECRET)
        seconds = time.perf_counter() - start
        vault.remove(made.stored.digest)
        return seconds

    def verify() -> None:
        if not verify_package(bag, [public]).holds:
            raise RuntimeError("the package does not hold")

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
    return table


def _random(size: int) -> bytes:
    with Path("/dev/urandom").open("rb") as file:
        return file.read(size)
