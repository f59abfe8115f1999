"""Checking a graph of custody, against ``case_validate``.

``BENCH_EXHIBITS``: how many ours checks (1,000). ``case_validate`` gets ``BENCH_THEIRS`` (20) of the same,
since it takes long for each; its time for all is scaled from that, less what it takes to start.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import held as made
from tests.bench.figures import MIB, Absent, Table, best

from comity.interop import check_graph, held, write_graph

OURS = "comity evidence graph-check"
THEIRS = "case_validate"


def run(folder: Path) -> list[Table]:
    count, few = int(os.environ.get("BENCH_EXHIBITS", "1000")), int(os.environ.get("BENCH_THEIRS", "20"))
    one, some, many = folder / "one.jsonld", folder / "some.jsonld", folder / "many.jsonld"
    for path, exhibits in ((one, 1), (some, few), (many, count)):
        start = time.perf_counter()
        with path.open("wb") as file:
            file.writelines(write_graph(made.CASE, exhibits_of(exhibits)))
        wrote = time.perf_counter() - start

    def ours() -> None:
        assert not check_graph(many.read_bytes()).faults

    timings = best({OURS: ours}, 3)
    table = Table(
        f"graph: {count:,} exhibits of 4 events each, {many.stat().st_size / MIB:.1f} MiB",
        (("exhibits", "{:,.0f}"), ("s", "{:.2f}"), ("ms/exhibit", "{:.3f}"), ("x ours", "{:,.0f}")),
    )
    each = timings.best[OURS] / count
    table.add(OURS, count, timings.best[OURS], each * 1000, 1)
    try:
        alone, whole = validate(one), validate(some)
    except Absent as reason:
        table.skipped({THEIRS: str(reason)})
    else:
        theirs = (whole - alone) / (few - 1)
        table.add(f"{THEIRS}, to start with one", 1, alone)
        table.add(THEIRS, few, whole, theirs * 1000, theirs / each)
        scaled = alone + theirs * (count - 1)
        table.add(f"{THEIRS}, scaled", count, scaled, theirs * 1000, scaled / timings.best[OURS])
    table.notes.append(
        f"ours is best of 3 in a process that has started; writing the graph took {wrote:.2f} s"
    )
    table.notes.append("the limit that is met: Python, for each value")
    return [table]


def exhibits_of(count: int):
    """Exhibits one after another, each in a case tree of its own, so that making them costs little."""
    for number in range(1, count + 1):
        name = f"PT-{number}"
        yield held(made.proof_of(name, shown=name), made.seal(name))


def validate(path: Path) -> float:
    program = Path(sys.executable).with_name("case_validate")
    if not program.is_file():
        raise Absent("case-utils is not installed")
    start = time.perf_counter()
    done = subprocess.run([str(program), str(path)], capture_output=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode or b"Conforms: True" not in done.stdout:
        raise Absent(f"ended with {done.returncode}")
    return seconds
