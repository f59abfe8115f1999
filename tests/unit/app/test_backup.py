"""A copy of a running node, and a node made again: whole, unchanged, and never with an old last word."""

import fcntl
import io
import os
import shutil
import tarfile
from datetime import UTC, datetime, timedelta

import pytest

from comity import store
from comity.app.backup import LIST, backup, restore
from comity.app.doctor import Health, examine
from comity.app.found import found, office
from comity.app.node import open_node
from comity.app.publish import publish
from comity.app.rolls import rolls_folder
from comity.clock import FixedClock
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, ProofFailed
from comity.evidence.sent import Journal

ENVIRONMENT = {}
START = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def origin(tmp_path_factory):
    folder = tmp_path_factory.mktemp("origin") / "gh"
    offices = (office("gh:central-authority=central_authority"),)
    clock = FixedClock(START)
    with found(
        folder, ENVIRONMENT, state="GH", name="Node", offices=offices, demo=True, clock=clock
    ).db as db:
        db.checkpoint()
    return folder


@pytest.fixture
def node(origin, tmp_path):
    made = open_node(
        shutil.copytree(origin, tmp_path / "gh"), ENVIRONMENT, clock=FixedClock(START + timedelta(hours=1))
    )
    made.vault.put(io.BytesIO(b"sealed"))
    publish(made)
    with made.db:
        yield made


def content(folder):
    """Every file of a data folder but the database's own and the guard's."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "comity.db" not in path.name and "guard" not in path.parts
    }


def remade(archive, target, change):
    """The archive with its members changed: ``change(name, data)`` gives new pairs."""
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for info in old:
            for name, data in change(info.name, old.extractfile(info).read()):
                again = tarfile.TarInfo(name)
                again.size, again.mode = len(data), info.mode
                new.addfile(again, io.BytesIO(data))
    return target


def test_a_node_comes_back_as_it_was(node, tmp_path):
    roll = rolls_folder(node.settings.data) / "uncc.toml"
    roll.parent.mkdir(parents=True)
    roll.write_bytes(b"# what a depositary's list was read into\n")
    made = backup(node, tmp_path / "copy.tar")
    assert (tmp_path / "copy.tar").stat().st_mode & 0o077 == 0
    restored = restore(tmp_path / "copy.tar", tmp_path / "again", ENVIRONMENT)
    assert restored.copied == made
    assert restored.log is None
    assert content(tmp_path / "again") == content(node.settings.data)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["again", "copy.tar", "gh"]
    again = open_node(tmp_path / "again", ENVIRONMENT)
    with again.db, node.db.read() as conn, again.db.read() as other:
        assert store.log_size(other) == store.log_size(conn) > 0
        assert again.directory(other).own == node.directory(conn).own
        assert again.keys.vault.recipients == node.keys.vault.recipients


def test_what_is_copied_names_nothing_that_is_not_copied(node, tmp_path):
    """The database is copied first: what is stored after that may be in the copy, and is never lacking."""
    sent = Journal(node.settings.vault, b"a note, sealed")
    sent.begin("data/ab/cd", "upload-1")
    sent.close()
    backup(node, tmp_path / "copy.tar")
    with tarfile.open(tmp_path / "copy.tar") as tar:
        names = tar.getnames()
    assert names.index("comity.db") < min(i for i, name in enumerate(names) if name.startswith("vault/"))
    assert names[-1] == LIST
    assert not [name for name in names if "guard" in name or "incoming" in name or name.startswith(".")]
    # By an older one, a key's counters would be used twice.
    assert not [name for name in names if name.endswith(".sent")]


def test_a_restored_node_publishes_nothing_without_its_last_word(node, tmp_path):
    """P12: whatever was published after the copy, an old log is not signed again."""
    backup(node, tmp_path / "copy.tar")
    publish(node)
    restore(tmp_path / "copy.tar", tmp_path / "again", ENVIRONMENT)
    again = open_node(tmp_path / "again", ENVIRONMENT, clock=node.clock)
    with again.db:
        with pytest.raises(Conflict) as caught:
            publish(again)
        assert caught.value.id == "app.guard_lost"
        assert "doctor.guard_missing" in {line.message.id for line in examine(again)}


def test_a_copy_older_than_the_first_publication_starts_no_second_log(origin, tmp_path):
    """P12: neither database nor guard knows of a checkpoint, and yet one may be out there."""
    fresh = open_node(shutil.copytree(origin, tmp_path / "gh"), ENVIRONMENT, clock=FixedClock(START))
    with fresh.db:
        backup(fresh, tmp_path / "copy.tar")
        publish(fresh)
    restore(tmp_path / "copy.tar", tmp_path / "again", ENVIRONMENT)
    again = open_node(tmp_path / "again", ENVIRONMENT, clock=FixedClock(START))
    with again.db:
        with again.db.read() as conn:
            before = store.log_size(conn)
        with pytest.raises(Conflict) as caught:
            publish(again)
        assert caught.value.id == "app.guard_lost"
        with again.db.read() as conn:
            assert store.log_size(conn) == before
        assert "doctor.guard_missing" in {line.message.id for line in examine(again)}


def test_the_last_published_checkpoint_lets_a_restored_node_go_on_or_not(node, tmp_path):
    before = (node.settings.log / "checkpoint").read_bytes()
    backup(node, tmp_path / "copy.tar")
    restore(tmp_path / "copy.tar", tmp_path / "same", ENVIRONMENT, last_checkpoint=before)
    same = open_node(tmp_path / "same", ENVIRONMENT, clock=node.clock)
    with same.db:
        publish(same)  # nothing was published since: the log goes on
        assert all(line.health is not Health.BAD for line in examine(same))
    publish(node)
    later = (node.settings.log / "checkpoint").read_bytes()
    restore(tmp_path / "copy.tar", tmp_path / "older", ENVIRONMENT, last_checkpoint=later)
    older = open_node(tmp_path / "older", ENVIRONMENT, clock=node.clock)
    with older.db:
        assert "doctor.log_behind" in {line.message.id for line in examine(older)}
        with pytest.raises(Conflict):
            publish(older)
    backup(node, tmp_path / "second.tar")
    with pytest.raises(Conflict) as caught:
        restore(tmp_path / "second.tar", tmp_path / "no", ENVIRONMENT, last_checkpoint=before)
    assert caught.value.id == "backup.checkpoint_older"
    assert not (tmp_path / "no").exists()


def test_a_checkpoint_of_another_log_is_not_taken(node, origin, tmp_path):
    backup(node, tmp_path / "copy.tar")
    forged = (node.settings.log / "checkpoint").read_bytes().replace(b"\xe2\x80\x94", b"-")
    with pytest.raises((BadInput, ProofFailed)):
        restore(tmp_path / "copy.tar", tmp_path / "no", ENVIRONMENT, last_checkpoint=forged)
    assert not (tmp_path / "no").exists()


def test_work_that_was_in_hand_when_the_copy_was_made_is_done_anew(node, tmp_path):
    node.db.writer.run(lambda conn: store.put_job(conn, "post", {"act": "0"}, START))
    node.db.writer.run(lambda conn: store.lease(conn, node.clock.now(), 3600, kinds=("post",)))
    backup(node, tmp_path / "copy.tar")
    restore(tmp_path / "copy.tar", tmp_path / "again", ENVIRONMENT, clock=node.clock)
    again = open_node(tmp_path / "again", ENVIRONMENT, clock=node.clock)
    with again.db:
        job = again.db.writer.run(lambda conn: store.lease(conn, node.clock.now(), 60, kinds=("post",)))
    assert job is not None


def test_what_a_killed_backup_left_goes_and_what_another_writes_stays(node, tmp_path):
    place = tmp_path / "copies"
    place.mkdir()
    killed, busy = (place / f".comity-backup-{name}" for name in ("killed", "busy"))
    for folder in (killed, busy):
        folder.mkdir()
        (folder / "comity.db.part").write_bytes(b"a database")
    handle = os.open(busy, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # as the process that writes it does
        backup(node, place / "one.tar")
        assert {path.name for path in place.iterdir()} == {"one.tar", busy.name}
    finally:
        os.close(handle)
    backup(node, place / "two.tar")
    assert {path.name for path in place.iterdir()} == {"one.tar", "two.tar"}


def test_nothing_is_overwritten(node, tmp_path):
    backup(node, tmp_path / "copy.tar")
    with pytest.raises(Conflict):
        backup(node, tmp_path / "copy.tar")
    with pytest.raises(Conflict):
        restore(tmp_path / "copy.tar", node.settings.data, ENVIRONMENT)
    (tmp_path / "empty").mkdir()
    restore(tmp_path / "copy.tar", tmp_path / "empty", ENVIRONMENT)
    with pytest.raises(Conflict):
        restore(tmp_path / "copy.tar", tmp_path / "empty", ENVIRONMENT)


def flip(name, data):
    yield name, bytes([data[0] ^ 1]) + data[1:] if name == "keys/vault.key" else data


def drop(name, data):
    if name != "keys/vault.key":
        yield name, data


def add(name, data):
    yield name, data
    if name == "settings.toml":
        yield "more.txt", b"x"


def guard(name, data):
    yield name, data
    if name == "settings.toml":
        yield "guard/checkpoint", b"x"


def outside(name, data):
    yield ("../outside" if name == "settings.toml" else name), data


def absolute(name, data):
    yield ("/tmp/outside" if name == "settings.toml" else name), data


def unlisted(name, data):
    if name != LIST:
        yield name, data


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (flip, ProofFailed),
        (drop, ProofFailed),
        (add, ProofFailed),
        (guard, BadInput),
        (outside, BadInput),
        (absolute, BadInput),
        (unlisted, BadInput),
    ],
)
def test_a_changed_copy_is_not_restored(node, tmp_path, change, kind):
    backup(node, tmp_path / "copy.tar")
    changed = remade(tmp_path / "copy.tar", tmp_path / "changed.tar", change)
    with pytest.raises(kind):
        restore(changed, tmp_path / "no", ENVIRONMENT)
    assert not (tmp_path / "no").exists()
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_a_cut_copy_and_what_is_no_copy_are_refused(node, tmp_path):
    backup(node, tmp_path / "copy.tar")
    data = (tmp_path / "copy.tar").read_bytes()
    for size in (0, 100, 5000, len(data) // 2, data.rindex(LIST.encode())):
        (tmp_path / "cut.tar").write_bytes(data[:size])
        with pytest.raises((BadInput, ProofFailed)):
            restore(tmp_path / "cut.tar", tmp_path / "no", ENVIRONMENT)
    with pytest.raises(NotFound):
        restore(tmp_path / "none.tar", tmp_path / "no", ENVIRONMENT)
    assert not (tmp_path / "no").exists()


def test_a_database_elsewhere_is_not_copied_as_if_it_were_here(node, tmp_path):
    with store.Database.create(store.url_of(tmp_path / "other.db")):
        pass
    told = {"COMITY_DATABASE_URL": store.url_of(tmp_path / "other.db")}
    elsewhere = open_node(node.settings.data, told)
    with elsewhere.db, pytest.raises(NotPermitted):
        backup(elsewhere, tmp_path / "copy.tar")
    assert not (tmp_path / "copy.tar").exists()
