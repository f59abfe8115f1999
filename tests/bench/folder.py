"""A folder of many small files, against ``bagit.py``; and a file of holes, in memory that does not grow.

``BENCH_FILES``: how many (100,000); ``BENCH_HOLES``: ``large`` for a file of 20 GiB of holes, not 2 GiB. Ours
hashes each file, the whole stream and its chunks, encrypts, and is durable at the end; ``bagit.py`` hashes
and writes manifests.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.bench.figures import MIB, ROOT, Absent, Table, best, command

from comity import age
from comity.evidence import FileVault, Index, take_in, write_index
from comity.evidence.inside import examine

TIMES = 2
SECRET = bytes(range(32))
OURS = "comity: seal into the vault, durable"
BAGIT = "bagit.py --sha256"
LOOK = "comity: look at the type of each"


def run(folder: Path) -> list[Table]:
    count = int(os.environ.get("BENCH_FILES", "100000"))
    source = folder / "files"
    fill(source, count)
    identity = age.generate_x25519()
    vault = FileVault(folder / "vault")
    kept: list[tuple[Index, str]] = []

    def seal() -> None:
        taken = take_in(source, vault, [identity.recipient], SECRET)
        kept.append((taken.index, taken.stored.digest))

    def look() -> None:
        index, address = kept[-1]
        with vault.open(address) as sealed:
            examine(index, age.open_range([identity], sealed, 0, index.size))

    timings = best({OURS: seal, BAGIT: lambda: bagit(folder, source), LOOK: look}, TIMES, before=os.sync)
    table = Table(
        f"folder: {count:,} files of 1 to 4 KiB, best of {TIMES}",
        (("s", "{:.2f}"), ("files/s", "{:,.0f}"), ("processor s", "{:.2f}"), (f"x {BAGIT}", "{:.2f}")),
    )
    for name, seconds in timings.best.items():
        table.add(name, seconds, count / seconds, timings.work[name], timings.ratio(name, BAGIT))
    table.skipped(timings.absent)
    listed = len(write_index(kept[-1][0])) / MIB
    table.notes.append(f"the index has {listed:.1f} MiB; the limit that is met: Python, for each file")
    table.notes.append(
        "bagit.py works on the folder itself: each run has a copy by hard links, made before its time"
    )
    return [table, holes(folder)]


def fill(source: Path, count: int) -> None:
    """Files in folders of a thousand, and read back once, so that they lie in the page cache for everyone."""
    data = os.urandom(8192)
    for number in range(count):
        if not number % 1000:
            (source / f"{number // 1000:04d}").mkdir(parents=True)
        start, size = number % 4096, 1024 + number * 37 % 3072
        (source / f"{number // 1000:04d}" / f"{number:07d}.dat").write_bytes(data[start : start + size])
    os.sync()


def bagit(folder: Path, source: Path) -> float:
    copy = folder / "bag"
    command("cp", "-rl", source, copy)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "bagit", "--sha256", "--quiet", str(copy)], capture_output=True, check=False
    )
    seconds = time.perf_counter() - start
    shutil.rmtree(copy)
    if done.returncode:
        raise Absent("bagit.py failed")
    return seconds


def holes(folder: Path) -> Table:
    """A sparse file is taken in by a process that does nothing else; what it sealed is thrown away."""
    size = 20 * 1024 * MIB if os.environ.get("BENCH_HOLES") == "large" else 2 * 1024 * MIB
    source = folder / "holes"
    with source.open("wb") as file:
        file.truncate(size)
    script = (
        "import sys; from pathlib import Path\n"
        "from tests.bench import figures, folder\n"
        "before = figures.peak_memory()\n"
        "folder.take_holes(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "print(before, figures.peak_memory())"
    )
    words = [sys.executable, "-c", script, str(source), str(folder / "holes-vault")]
    start = time.perf_counter()
    done = subprocess.run(words, capture_output=True, text=True, check=True, cwd=ROOT)
    seconds = time.perf_counter() - start
    before, peak = map(int, done.stdout.split())
    table = Table(
        f"a file of {size / MIB / 1024:,.0f} GiB of holes",
        (("s", "{:.1f}"), ("MiB/s", "{:,.0f}"), ("peak MiB", "{:.0f}"), ("of it imports", "{:.0f}")),
    )
    table.add("comity: seal", seconds, size / MIB / seconds, peak / MIB, before / MIB)
    return table


def take_holes(source: Path, vault: Path) -> None:
    """Seal it."""
    take_in(source, FileVault(vault), [age.generate_x25519().recipient], SECRET)
