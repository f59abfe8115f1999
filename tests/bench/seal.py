"""Sealing: from a file to a durable object in the vault, and open again; against standard tools.

Ours does in one reading what needs three of them: the flat SHA-256 and the trees over chunks of
``openssl dgst``, the encryption of ``age``, and the writing of ``cp``, all of it durable at the end.
``BENCH_SIZE`` is the size in bytes, or with MiB or GiB (256MiB by default).
"""

import os
import re
import subprocess
import sys
import time
from contextlib import closing
from hashlib import sha256
from pathlib import Path

from blake3 import blake3
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from tests.bench.figures import MIB, ROOT, Absent, Table, best, command, peak_memory, tool

from comity import age
from comity.evidence import FileVault, hash_all, take_in
from comity.evidence.blockfile import BlockFile
from comity.evidence.chunks import SECRET_SIZE, ChunkTrees

TIMES = 3
BLOCK = 256 * 1024
CHUNK = 64 * 1024
SECRET = bytes(range(SECRET_SIZE))
SPEED = (("s", "{:.3f}"), ("MiB/s", "{:,.0f}"), ("processor s", "{:.2f}"))

OURS = "comity: seal into the vault, durable"
DGST = "openssl dgst -sha256"
SUM = "sha256sum"
AGE = "age -r -o, sync"
COPY = "cp, sync"
OPEN = "comity: open, prove digest and tree"
BARE = "comity: open, prove nothing"
UNAGE = "age -d to /dev/null"

PASSES = (
    "passes over each byte. Thread 1: read; ChaCha20-Poly1305, into the block that is written; BLAKE3 of the"
    " ciphertext (the address). Thread 2: SHA-256 flat. SHA-256 of 1 MiB chunks (one hashing feeds both"
    " trees): each by whichever of the two has nothing else to do. Thread 3: write past the page cache. Then"
    " fsync. In a folder, every file but the first is hashed once more, in thread 1, for its own digest"
)


def run(folder: Path) -> list[Table]:
    size = size_asked()
    source = folder / "disk.dd"
    fill(source, size)
    identity = age.generate_x25519()
    vault = FileVault(folder / "vault")
    timings = best(
        {
            OURS: lambda: seal(vault, source, identity),
            DGST: lambda: command(tool("openssl"), "dgst", "-sha256", source),
            SUM: lambda: command(tool("sha256sum"), source),
            AGE: lambda: age_to(source, folder / "disk.age", identity),
            COPY: lambda: copy_to(source, folder / "disk.copy"),
        },
        TIMES,
        before=os.sync,
    )
    times = Table(
        f"seal: {size / MIB:,.0f} MiB to a durable file, best of {TIMES}",
        [*SPEED, *((f"x {peer}", "{:.2f}") for peer in (DGST, AGE, COPY))],
    )
    for name, seconds in timings.best.items():
        ratios = (timings.ratio(name, peer) for peer in (DGST, AGE, COPY))
        times.add(name, seconds, size / MIB / seconds, timings.work[name], *ratios)
    times.skipped(timings.absent)
    times.notes.append(PASSES)
    times.notes.append(memory(folder, source))
    alone = passes(folder, source, size, timings.best[OURS], timings.work[OURS])
    return [times, opening(folder, source, size), alone]


def size_asked() -> int:
    """``BENCH_SIZE`` in bytes. ``large`` (which other subjects take) is 2 GiB."""
    text = os.environ.get("BENCH_SIZE", "256MiB")
    found = re.fullmatch(r"(\d+)\s*([MG]iB)?", "2GiB" if text == "large" else text)
    if found is None:
        raise SystemExit(f"BENCH_SIZE is bytes, MiB or GiB, not {text!r}")
    return int(found[1]) * {None: 1, "MiB": MIB, "GiB": 1024 * MIB}[found[2]]


def fill(path: Path, size: int) -> None:
    """Random bytes, read back once so that they lie in the page cache for everyone."""
    with path.open("wb") as file:
        for _ in range(0, size, MIB):
            file.write(os.urandom(MIB))
        file.truncate(size)
        file.flush()
        os.fsync(file.fileno())
    command("cat", path)


def seal(vault: FileVault, source: Path, identity: age.X25519Identity) -> float:
    start = time.perf_counter()
    taken = take_in(source, vault, [identity.recipient], SECRET)
    seconds = time.perf_counter() - start
    vault.remove(taken.stored.digest)
    return seconds


def age_to(source: Path, target: Path, identity: age.X25519Identity) -> float:
    seconds = command(tool("age"), "-r", str(identity.recipient), "-o", target, source)
    seconds += command("sync", target)
    target.unlink()
    return seconds


def copy_to(source: Path, target: Path) -> float:
    seconds = command("cp", source, target) + command("sync", target)
    target.unlink()
    return seconds


def opening(folder: Path, source: Path, size: int) -> Table:
    """Opening what we sealed: by us, and by ``age``."""
    identity = age.generate_x25519()
    vault = FileVault(folder / "opened")
    taken = take_in(source, vault, [identity.recipient], SECRET)
    keyfile = folder / "key.txt"
    keyfile.write_text(f"{identity}\n", encoding="ascii")
    block = memoryview(bytearray(BLOCK))

    def proven() -> None:
        whole, trees = sha256(), ChunkTrees(SECRET)
        with vault.open(taken.stored.digest) as sealed:
            hash_all(age.decrypt([identity], sealed), trees, whole.update)
        if whole.hexdigest() != taken.sha256 or trees.finish()[0].hex() != taken.chunk_root:
            raise RuntimeError("what was opened is not what was sealed")

    def bare() -> None:
        with vault.open(taken.stored.digest) as sealed:
            plain = age.decrypt([identity], sealed)
            while age.fill(plain, block):
                pass

    def other() -> float:
        return command(tool("age"), "-d", "-i", keyfile, "-o", "/dev/null", vault.path(taken.stored.digest))

    peers = (UNAGE, DGST)
    timings = best(
        {
            OPEN: proven,
            BARE: bare,
            UNAGE: other,
            DGST: lambda: command(tool("openssl"), "dgst", "-sha256", source),
        },
        TIMES,
    )
    table = Table(
        f"open: {size / MIB:,.0f} MiB from the vault, content not written, best of {TIMES}",
        [*SPEED, *((f"x {peer}", "{:.2f}") for peer in peers)],
    )
    for name, seconds in timings.best.items():
        table.add(
            name,
            seconds,
            size / MIB / seconds,
            timings.work[name],
            *(timings.ratio(name, peer) for peer in peers),
        )
    table.skipped(timings.absent)
    table.notes.append(
        "passes, proving. Thread 1: read; ChaCha20-Poly1305. Thread 2: SHA-256 flat. SHA-256 of 1 MiB chunks:"
        " by whichever has nothing else to do. Proving nothing: thread 1 alone"
    )
    vault.remove(taken.stored.digest)
    return table


def passes(folder: Path, source: Path, size: int, seconds: float, work: float) -> Table:
    """Each pass alone, in one thread, over the same number of bytes, in a buffer that stays in the cache."""
    block = memoryview(bytearray(os.urandom(BLOCK)))
    out = memoryview(bytearray(CHUNK + 16))
    cipher = ChaCha20Poly1305(bytes(32))
    rounds = -(-size // BLOCK)

    def read() -> None:
        with source.open("rb", buffering=0) as file:
            while file.readinto(block):
                pass

    def hash_() -> None:
        digest = sha256()
        for _ in range(rounds):
            digest.update(block)

    def address() -> None:
        digest = blake3()
        for _ in range(rounds):
            digest.update(block)

    def encrypt() -> None:
        for _ in range(rounds * (BLOCK // CHUNK)):
            cipher.encrypt_into(bytes(12), block[:CHUNK], None, out)

    def write() -> float:
        target = folder / "written"
        start = time.perf_counter()
        with closing(BlockFile(target, lambda _: None)) as file:
            for _ in range(rounds * (BLOCK // CHUNK)):  # what the cipher leaves there, less the cipher
                file.room()
                file.filled(CHUNK)
            file.finish()
        seconds = time.perf_counter() - start
        target.unlink()
        return seconds

    def cached() -> float:
        target = folder / "cached"
        start = time.perf_counter()
        with target.open("wb", buffering=0) as file:
            for _ in range(rounds):
                file.write(block)
            os.fsync(file.fileno())
        seconds = time.perf_counter() - start
        target.unlink()
        return seconds

    timings = best(
        {
            "read (page cache)": read,
            "SHA-256": hash_,
            "BLAKE3": address,
            "ChaCha20-Poly1305": encrypt,
            "write past the page cache, fsync": write,
            "write through the page cache, fsync": cached,
        },
        TIMES,
        before=os.sync,
    )
    table = Table(
        f"each pass alone: {size / MIB:,.0f} MiB, one thread, best of {TIMES}",
        [*SPEED, ("times in a sealing", "{:.0f}")],
    )
    counts = {"SHA-256": 2.0, "write through the page cache, fsync": 0.0}
    for name, alone in timings.best.items():
        table.add(name, alone, size / MIB / alone, timings.work[name], counts.get(name, 1.0))
    shares = {name: took * counts.get(name, 1.0) for name, took in timings.work.items()}
    least = sum(shares.values())
    table.notes.append(
        f"so a sealing asks for {least:.2f} s of processor: {least / 2:.2f} s on two idle cores, at best"
    )
    table.notes.append(limit(seconds, work, shares, timings.best["write past the page cache, fsync"]))
    return table


def limit(seconds: float, work: float, shares: dict[str, float], disk: float) -> str:
    """Which limit a sealing met: the disk, a pass over the bytes, or neither, because others were at work."""
    cores, busy = len(os.sched_getaffinity(0)), work / seconds
    most = max(shares, key=shares.__getitem__)
    if disk > 0.9 * seconds:
        met = "the disk"
    elif busy > 0.75 * min(cores, 2):
        met = f"{most}, of {busy:.2f} cores that were busy"
    else:
        met = f"none, {busy:.2f} cores were busy: others work here, or the disk was slower than alone"
    parts = ", ".join(f"{name} {100 * share / work:.0f}" for name, share in shares.items() if share)
    rest = 100 * (1 - sum(shares.values()) / work)
    return f"limit met: {met}. Of the processor's time, %: {parts}; Python and the system {rest:.0f}"


def memory(folder: Path, source: Path) -> str:
    """The peak of a process that does nothing but seal, and of ``age``."""
    script = (
        "import sys; from pathlib import Path\n"
        "from comity import age; from tests.bench import figures, seal\n"
        "before = figures.peak_memory()\n"
        "seal.seal(seal.FileVault(Path(sys.argv[2])), Path(sys.argv[1]), age.generate_x25519())\n"
        "print(before, figures.peak_memory())"
    )
    words = [sys.executable, "-c", script, str(source), str(folder / "alone")]
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    before, peak = map(int, done.stdout.split())
    try:
        other = f"; age {age_memory(folder, source) / MIB:.0f} MiB"
    except Absent as reason:
        other = f"; {reason}"
    return f"peak memory: a process that seals {peak / MIB:.0f} MiB, {before / MIB:.0f} of it imports{other}"


def age_memory(folder: Path, source: Path) -> int:
    recipient = str(age.generate_x25519().recipient)
    words = [tool("age"), "-r", recipient, "-o", "/dev/null", str(source)]
    peak = 0
    with subprocess.Popen(words, cwd=folder) as process:
        while process.poll() is None:
            peak = max(peak, peak_memory(process.pid))
            time.sleep(0.01)
    return peak
