"""P12: the log of a restored node goes on where it was signed, or not at all."""

import shutil

import pytest
import restoring as r

from comity import store, tlog
from comity.app import recovery
from comity.app.backup import backup, take_up_log
from comity.app.doctor import Health
from comity.app.entry import log_vkey
from comity.app.publish import publish
from comity.errors import ComityError, Conflict


@pytest.fixture
def published(pair, request_, tmp_path):
    """GH published once before the copy and twice after it; its log as a mirror has it."""
    seen = [publish(pair.gh.node)]
    backup(pair.gh.node, tmp_path / "copy.tar")
    for number in range(2):
        r.put(pair, request_, f"q{number}")
        seen.append(publish(pair.gh.node))
    return seen, r.die(pair.gh, tmp_path)


def bundles(mirror):
    return [path for path in sorted((mirror / "tile" / "entries").rglob("*")) if path.is_file()]


def change_entry(mirror):
    for path in bundles(mirror):
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)


def cut_bundle(mirror):
    for path in bundles(mirror):
        path.write_bytes(path.read_bytes()[:-1])


def lose_bundle(mirror):
    for path in bundles(mirror):
        path.unlink()


def another_checkpoint(mirror):
    (mirror / "checkpoint").write_bytes((mirror / "checkpoint").read_bytes()[:-8] + b"AAAAAAA=")


@pytest.mark.parametrize("harm", [change_entry, cut_bundle, lose_bundle, another_checkpoint])
def test_a_harmed_log_is_not_taken_up(pair, published, tmp_path, harm):
    seen, mirror = published
    pair.by_hand = True  # the node that was lost is closed, and no other comes back
    harm(mirror)
    with pytest.raises(ComityError):
        r.come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    assert not (tmp_path / "again-gh").exists()


def test_a_harmed_hash_tile_is_made_anew_from_the_entries(pair, published, tmp_path):
    seen, mirror = published
    true = {path: path.read_bytes() for path in (mirror / "tile" / "0").rglob("*") if path.is_file()}
    for path, data in true.items():
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    r.come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    publish(pair.gh.node)
    for one in seen:
        r.verify_follows(pair.gh, one)
    kept = max(true)
    assert (pair.gh.node.settings.log / kept.relative_to(mirror)).read_bytes() == true[kept]


def test_the_later_of_two_signed_checkpoints_counts(pair, published, tmp_path):
    """The person knew an older one; the folder has the log's own word of a later one."""
    seen, mirror = published
    made = r.come_back(pair, "gh", tmp_path, last_checkpoint=seen[1], log=mirror)
    assert made.log.size == tlog.checkpoint.open(seen[2], log_vkey(pair.gh.node)).checkpoint.size
    publish(pair.gh.node)
    r.verify_follows(pair.gh, seen[2])


def test_tiles_without_a_checkpoint_of_their_own_are_enough(pair, published, tmp_path):
    seen, mirror = published
    (mirror / "checkpoint").unlink()
    r.come_back(pair, "gh", tmp_path, last_checkpoint=seen[2], log=mirror)
    publish(pair.gh.node)
    r.verify_follows(pair.gh, seen[2])


def test_the_tiles_of_another_log_are_refused(pair, published, tmp_path):
    seen, mirror = published
    pair.by_hand = True  # as above
    shutil.rmtree(mirror)
    for _ in range(3):
        publish(pair.pt.node)
    shutil.copytree(pair.pt.node.settings.log, mirror)
    with pytest.raises(ComityError):
        r.come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    (mirror / "checkpoint").unlink()
    with pytest.raises(Conflict) as caught:
        r.come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    assert caught.value.id == "backup.log_differs"


def test_a_log_without_its_tiles_waits_until_they_are_found(pair, published, tmp_path):
    """It publishes nothing and gives no place away; told later, it goes on."""
    seen, mirror = published
    made = r.come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1])
    assert made.log.behind > 0
    gh = pair.gh
    with gh.node.db.read() as conn:
        size = store.log_size(conn)
    for _ in range(2):
        with pytest.raises(Conflict) as caught:
            publish(gh.node)
        assert caught.value.id == "app.log_behind"
    with gh.node.db.read() as conn:
        assert store.log_size(conn) == size
    assert "doctor.log_behind" in r.ids(gh, Health.BAD)
    pair.settle()
    r.assert_same(pair)
    assert take_up_log(gh.node, seen[-1], mirror).lost > 0
    assert take_up_log(gh.node, seen[-1], mirror).lost == 0  # done again, it changes nothing
    publish(gh.node)
    for one in seen:
        r.verify_follows(gh, one)
    assert "doctor.log_behind" not in r.ids(gh, Health.BAD)
    with gh.node.db.read() as conn:
        assert recovery.restoration(conn).lost > 0


def test_without_a_checkpoint_nothing_is_published_until_it_is_told(pair, published, tmp_path):
    seen, mirror = published
    with pytest.raises(ComityError) as caught:
        r.come_back(pair, "gh", tmp_path, log=mirror)
    assert caught.value.id == "backup.log_without_checkpoint"
    assert r.come_back(pair, "gh", tmp_path).log is None
    with pytest.raises(Conflict) as caught:
        publish(pair.gh.node)
    assert caught.value.id == "app.guard_lost"
    take_up_log(pair.gh.node, seen[-1], mirror)
    publish(pair.gh.node)
    for one in seen:
        r.verify_follows(pair.gh, one)


def test_what_waited_in_the_copy_keeps_its_opening(pair, request_, tmp_path):
    """Committed before the copy, placed after it: its leaf is found among the lost ones."""
    backup(pair.gh.node, tmp_path / "copy.tar")
    last = publish(pair.gh.node)
    with pair.gh.node.db.read() as conn:
        before = store.opening_of(conn, request_.id)
    mirror = r.die(pair.gh, tmp_path)
    made = r.come_back(pair, "gh", tmp_path, last_checkpoint=last, log=mirror)
    with pair.gh.node.db.read() as conn:
        after = store.opening_of(conn, request_.id)
        waiting = store.pending_leaves(conn)
    assert (after.leaf, after.position) == (before.leaf, before.position)
    assert not waiting
    assert made.log.lost < made.log.size - made.log.had
