"""One sequencer of the log among several processes: killed and followed, paused and awake again too late."""

import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import loopback as l
import pytest
from publishing_process import POINTS

from comity import merkle, store, tlog
from comity.app import found, log_files, publish
from comity.app.entry import log_vkey
from comity.app.node import open_node
from comity.clock import FixedClock
from comity.errors import Conflict, NotFound, Unavailable
from comity.wire import dump_bytes

PROCESS = Path(__file__).with_name("publishing_process.py")
LOCKED = ("a tile", "before the guard", "after the guard", "before it is published")
"""Points at which the lock on the log's files is held."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def founded(request, tmp_path_factory):
    """A node whose log has one epoch, and more to publish; its folder, and its database on a server."""
    folder = tmp_path_factory.mktemp("founded") / "GH"
    server, database, more = None, None, {}
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql")
        database = server.create()
        more = {"database_url": server.url(database)}
    made = found.found(
        folder,
        {},
        state="GH",
        name="Node of GH",
        offices=(found.office("gh:central-authority=central_authority"),),
        demo=True,
        clock=FixedClock(l.AT),
        **more,
    )
    with made.db:
        happen(made, 3)
        publish.publish(made)
        happen(made, 70)
    return folder, server, database


@pytest.fixture
def node(founded, tmp_path):
    """A copy of it, open."""
    original, server, database = founded
    folder = Path(shutil.copytree(original, tmp_path / "GH"))
    copy = None
    if server is not None:
        copy = server.copy(database)
        file = folder / "settings.toml"
        file.write_text(file.read_text().replace(server.url(database), server.url(copy)))
    opened = open_node(folder, {}, clock=FixedClock(l.AT))
    with opened.db:
        yield opened
    if server is not None:
        server.drop(copy)


def happen(node, count):
    """Commit to so many things."""

    def deed(conn):
        for _ in range(count):
            opening = tlog.commit("signed", node.entropy(32), node.entropy)
            leaf = tlog.leaf(opening)
            store.pend_leaf(conn, leaf, dump_bytes(opening), node.clock.now(), kind="signed")

    node.db.writer.run(deed)


@contextmanager
def process(node, point):
    """Another process that publishes, stopped at that point."""
    started = subprocess.Popen(
        [sys.executable, str(PROCESS), str(node.settings.data), point],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert started.stdout.readline() == "here\n"
        yield started
    finally:
        started.kill()
        started.communicate()


def goes_on(started):
    """Let it go on; gives what it says at its end."""
    output, _ = started.communicate("go\n", timeout=60)
    return output.strip().splitlines()[-1]


def files(node):
    return {
        path.relative_to(node.settings.data): path.read_bytes()
        for folder in (node.settings.log, node.settings.guard)
        for path in folder.rglob("*")
        if path.is_file()
    }


def checkpoints(node):
    """The guard, the published one, and the stored one."""
    guard = publish.checkpoint_in(node, node.settings.guard / publish.GUARD)
    published = publish.checkpoint_in(node, node.settings.log / publish.CHECKPOINT)
    with node.db.read() as conn:
        last = store.last_checkpoint(conn)
    return guard, published, tlog.checkpoint.open(last.note, log_vkey(node)).checkpoint


class Backend:
    """tlog-scales reads a log through ``get(*path elements)``."""

    def __init__(self, folder):
        self.folder = folder

    def get(self, *path):
        file = self.folder.joinpath(*path)
        return file.read_bytes() if file.is_file() else None


def verify_whole(node, earlier):
    """Guard, database, tiles and publication are one log, which extends all that was signed before.

    By our own code from the files alone, and by another's (tlog-scales).
    """
    from tlog_scales.reader import TilesReader
    from tlog_scales.signing import Vkey

    guard, published, last = checkpoints(node)
    assert guard == published == last
    with node.db.read() as conn:
        assert store.log_size(conn) == last.size
        entries = store.leaves(conn, 0, last.size)
        assert len(set(entries)) == len(entries)
        assert store.pending_leaves(conn) == ()
        kinds = [one.kind for one in store.openings(conn)]
        assert all(one.position is not None for one in store.openings(conn))
    assert kinds.count("signed") == 73
    assert last.size % publish.BATCH == 0
    tiles = tlog.Tiles(publish.reader(node.settings.log), last.size)
    tiles.verify(last.root)
    read = [entry for index in range(-(-last.size // 256)) for entry in tiles.entries(index)]
    assert tuple(read) == entries
    for one in earlier:
        merkle.verify_consistency(one.size, one.root, last.size, last.root, tiles.consistency(one.size))
    theirs = TilesReader(Backend(node.settings.log))
    checkpoint = theirs.get_checkpoint()
    checkpoint.verify(Vkey.from_string(log_vkey(node).encode()))
    assert (checkpoint.size, checkpoint.root_hash) == (last.size, last.root)
    assert theirs.calculate_root_hash() == last.root
    for one in earlier:
        theirs.get_consistency_proof(one.size, last.size).check(one.root, last.root)


@pytest.mark.parametrize("point", POINTS)
def test_whoever_is_killed_is_followed_and_nothing_is_forked(node, point):
    signed = set(checkpoints(node))
    with process(node, point) as other:
        other.kill()
        other.wait()
    before = files(node)
    signed |= set(checkpoints(node))
    with pytest.raises(Conflict) as caught:
        publish.publish(node)  # its time has not run out yet
    assert caught.value.id == "store.sequencer_held"
    assert files(node) == before
    node.clock.at += l.timedelta(seconds=publish.LEASE_SECONDS)
    publish.publish(node)
    verify_whole(node, signed)


@pytest.mark.parametrize("point", [point for point in POINTS if point not in (*LOCKED, "in the deed")])
def test_whoever_was_paused_and_wakes_up_too_late_writes_nothing(node, point):
    signed = set(checkpoints(node))
    with process(node, point) as other:
        node.clock.at += l.timedelta(seconds=publish.LEASE_SECONDS)
        publish.publish(node)
        signed |= set(checkpoints(node))
        verify_whole(node, signed)
        before = files(node)
        said = goes_on(other)
    assert files(node) == before
    if point not in {"stored", "published"}:  # then all was done but to say so
        assert said == "store.sequencer_lost"
    verify_whole(node, signed)
    publish.publish(node)  # whose lease it was: the late one has not let go of it
    verify_whole(node, signed)


@pytest.mark.parametrize("point", LOCKED)
def test_whoever_is_paused_amid_the_files_is_waited_for_and_not_written_over(node, point, monkeypatch):
    signed = set(checkpoints(node))
    with process(node, point) as other:
        node.clock.at += l.timedelta(seconds=publish.LEASE_SECONDS)
        monkeypatch.setattr(log_files, "LOCK_SECONDS", 0)
        before = files(node)
        with pytest.raises(Unavailable) as caught:
            publish.publish(node)
        assert caught.value.id == "app.log_locked"
        assert files(node) == before
        said = goes_on(other)
    if point == "before it is published":
        assert said.isdigit()  # the database had taken it in: it was this process's to publish
    else:
        assert said == "store.sequencer_lost"  # what it signed is in the guard, the database has it not
    signed |= set(checkpoints(node))
    publish.publish(node)
    verify_whole(node, signed)


def test_a_late_lease_writes_no_leaf_and_no_checkpoint(node):
    """In the database itself: whatever the files say, and however the two clocks run."""
    with process(node, "placed") as other:
        node.clock.at += l.timedelta(seconds=publish.LEASE_SECONDS)
        with node.db.read() as conn:
            size = store.log_size(conn)
        lease = publish._Lease(node)
        assert goes_on(other) == "store.sequencer_lost"
        with node.db.read() as conn:
            assert store.log_size(conn) == size
            assert store.last_checkpoint(conn).size < size
        lease.release()
    publish.publish(node)


def test_a_published_tile_is_never_said_otherwise(node):
    with process(node, "after the guard") as other:
        other.kill()
        other.wait()
    tile = next(
        path for path in sorted((node.settings.log / "tile" / "entries").rglob("*")) if path.is_file()
    )
    shutil.copy(tile, tile.with_name("kept"))
    tile.write_bytes(tile.read_bytes()[::-1])
    with pytest.raises(Conflict) as caught:
        log_files.write_once(node, tile, tile.with_name("kept").read_bytes())
    assert caught.value.id == "app.tile_differs"
    assert tile.read_bytes() != tile.with_name("kept").read_bytes()


def test_without_the_tiles_nothing_is_signed(node):
    shutil.rmtree(node.settings.log / "tile")
    before = files(node)
    with pytest.raises(NotFound):
        publish.publish(node)
    assert files(node) == before
