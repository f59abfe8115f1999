"""The log: durable commitments per second, by how many callers wait; and the end of an epoch.

A commitment is a leaf with its opening, written by a deed through the store's one writer, which commits
many deeds at once and answers their callers when the disk has them. Beside it: what the same two rows cost
SQLite without the writer, and what the disk gives at most. Then ``publish``: placing, hashing, tiles,
signature.
"""

import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pysqlite3 import dbapi2
from tests.bench.figures import Table, best

from comity import store, tlog
from comity.app.found import found, office
from comity.app.publish import publish
from comity.wire import dump_bytes

TIMES = 3
ALONE = 200
CALLERS = ((64, 4_096), (1_024, 8_192))
EPOCHS = (64, 1_024, 8_192)
PAGE = 4096
AT = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)

Leaf = tuple[bytes, bytes]
RAW = f"raw: {PAGE} bytes overwritten, fdatasync"


def run(folder: Path) -> list[Table]:
    return [appends(folder), epochs(folder)]


def appends(folder: Path) -> Table:
    table = Table(
        f"log: durable commitments through the writer, best of {TIMES}",
        [
            ("per s", "{:,.0f}"),
            ("ms a call", "{:.2f}"),
            ("per commit", "{:.1f}"),
            ("processor ms each", "{:.3f}"),
            ("x raw", "{:.2f}"),
        ],
    )
    database = store.Database.create(store.url_of(folder / "log.db"))
    bare = store.Database.create(store.url_of(folder / "bare.db"))
    bare.close()
    commits: dict[str, int] = {}

    def many(name: str, callers: int, count: int) -> float:
        made = commitments(count)
        before = database.writer.commits
        seconds = called(lambda one: database.writer.run(lambda conn: pend(conn, one)), made, callers)
        commits[name] = database.writer.commits - before
        return seconds

    contenders = {
        RAW: (ALONE, 1, lambda: raw(folder / "raw", grow=False)),
        f"raw: {PAGE} bytes appended, fdatasync": (ALONE, 1, lambda: raw(folder / "raw", grow=True)),
        "SQLite alone: the same two rows, COMMIT": (ALONE, 1, lambda: sqlite(folder / "bare.db")),
        "comity, 1 caller": (ALONE, 1, lambda: many("comity, 1 caller", 1, ALONE)),
    }
    for callers, count in CALLERS:
        name = f"comity, {callers:,} callers"
        contenders[name] = (count, callers, lambda n=name, a=callers, c=count: many(n, a, c))
    timings = best({name: one for name, (_, _, one) in contenders.items()}, TIMES)
    disk = timings.best[RAW] / ALONE
    for name, seconds in timings.best.items():
        count, callers, _ = contenders[name]
        per_commit = count / commits[name] if name in commits else 1.0
        each = timings.work[name] / count * 1000
        table.add(
            name, count / seconds, seconds / count * callers * 1000, per_commit, each, disk * count / seconds
        )
    making = best({"making": lambda: commitments(2_000) and None}, TIMES).best["making"] / 2_000
    table.notes.append(
        f"making a commitment (two salts, leaf, opening as JSON) comes before: {making * 1000:.3f} ms each;"
        " processor ms of the rows above include it"
    )
    database.close()
    return table


def commitments(count: int) -> list[Leaf]:
    """Leaves with their openings, each of a subject of its own."""
    openings = [tlog.commit("signed", os.urandom(32), os.urandom) for _ in range(count)]
    return [(tlog.leaf(one), dump_bytes(one)) for one in openings]


def pend(conn: store.Connection, one: Leaf) -> None:
    store.pend_leaf(conn, *one, AT, kind="signed", subject=one[0].hex())


def called(work: Callable[[Leaf], None], made: list[Leaf], callers: int) -> float:
    """Share the calls among threads that all wait for their answers; the seconds until the last has it."""
    ready = threading.Barrier(callers + 1)

    def caller(share: list[Leaf]) -> None:
        ready.wait()
        for one in share:
            work(one)

    size = threading.stack_size(256 * 1024)  # so that a thousand threads are small
    threads = [threading.Thread(target=caller, args=(made[at::callers],)) for at in range(callers)]
    for thread in threads:
        thread.start()
    threading.stack_size(size)
    ready.wait()
    start = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - start


def raw(path: Path, *, grow: bool) -> float:
    """The disk: pages made durable one after the other, in a file that is there or in one that grows."""
    page = os.urandom(PAGE)
    path.write_bytes(b"" if grow else bytes(PAGE * ALONE))
    handle = os.open(path, os.O_WRONLY)
    os.fsync(handle)
    start = time.perf_counter()
    for number in range(ALONE):
        os.pwrite(handle, page, number * PAGE)
        os.fdatasync(handle)
    seconds = time.perf_counter() - start
    os.close(handle)
    return seconds


def sqlite(path: Path) -> float:
    """The same rows and the same durability, by SQLite's own interface."""
    made = commitments(ALONE)
    raw = dbapi2.connect(str(path), isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON"):
        raw.execute(f"PRAGMA {pragma}")
    start = time.perf_counter()
    for leaf, opening in made:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute(
            "INSERT INTO log_opening (leaf, opening, kind, subject, case_id, pended_at) VALUES (?,?,?,?,?,?)",
            (leaf, opening, "signed", leaf.hex(), None, "2026-11-21T12:00:00Z"),
        )
        raw.execute("INSERT INTO log_pending (leaf) VALUES (?)", (leaf,))
        raw.execute("COMMIT")
    seconds = time.perf_counter() - start
    raw.close()
    return seconds


def epochs(folder: Path) -> Table:
    """The end of an epoch: so many leaves placed, hashed into tiles, signed and published."""
    table = Table(
        "log: the end of an epoch, each size once, on one growing log",
        [
            ("publish s", "{:.3f}"),
            ("entries/s", "{:,.0f}"),
            ("placing s", "{:.3f}"),
            ("integrate s", "{:.3f}"),
            ("files", "{:.0f}"),
        ],
    )
    node = found(
        folder / "node",
        {},
        state="GH",
        name="Node of GH",
        offices=(office("gh:central-authority=central_authority"),),
        demo=True,
        url="http://127.0.0.1:1",
        epoch_seconds=86_400,
    )
    publish(node)
    for count in EPOCHS:
        made = commitments(count)
        node.db.writer.run(lambda conn, made=made: [pend(conn, one) for one in made] and None)
        placing = placed_in(node, folder)
        start = time.perf_counter()
        tlog.integrate(tlog.Frontier(), tlog.mix(leaf for leaf, _ in made))
        integrating = time.perf_counter() - start
        files = sum(1 for path in node.settings.log.rglob("*") if path.is_file())
        start = time.perf_counter()
        publish(node)
        seconds = time.perf_counter() - start
        files = sum(1 for path in node.settings.log.rglob("*") if path.is_file()) - files
        table.add(f"{count:,} commitments", seconds, count / seconds, placing, integrating, files)
    table.notes.append(
        "placing: the same rows in a copy of the database; integrate: hashing alone, in memory"
    )
    table.notes.append(
        "files: tiles, bundles and the checkpoint that are new; each is synced, and two folders with it"
    )
    node.db.close()
    return table


def placed_in(node: object, folder: Path) -> float:
    """What giving the pending leaves their places takes, in a copy that is thrown away."""
    copy = folder / "copy.db"
    node.db.copy_to(copy)
    with store.Database.open(store.url_of(copy)) as database:
        start = time.perf_counter()
        database.writer.run(
            lambda conn: store.place_leaves(conn, tlog.mix(one.leaf for one in store.pending_leaves(conn)))
        )
        seconds = time.perf_counter() - start
    for path in folder.glob("copy.db*"):
        path.unlink()
    return seconds


if sys.platform != "linux":
    raise SystemExit("the log's bench asks for fdatasync and a current SQLite, as the server does")
