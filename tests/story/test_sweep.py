"""What killed processes leave is swept; nothing that anyone names, or is about to name, goes with it."""

import fcntl
import os
from contextlib import contextmanager

import handing as h
import pytest

from comity import store
from comity.app import custody, exhibit
from comity.app.publish import publish
from comity.app.sweep import KEPT, sweep
from comity.errors import Unavailable
from comity.evidence.vault import LOCK


def leave(side):
    """What a process leaves that is killed while it writes, and just after."""
    vault = side.node.vault
    (side.node.settings.vault / "incoming" / "ab12").write_bytes(b"half")
    with vault.writer() as writer:
        writer.write(os.urandom(5000))
        orphan = writer.commit().digest
    publish(side.node)
    (side.node.settings.log / "tile" / "0" / ".000.new").write_bytes(b"half")
    return orphan


def lying(side):
    return {str(path) for path in side.node.settings.data.rglob("*") if path.is_file()}


@contextmanager
def swept_before_commits(side, told):
    """A sweep comes before each deed that names what lies in the vault; ``told``: was it found held."""
    run = side.node.db.writer.run

    def swept_first(deed):
        told.append(sweep(side.node).busy)
        return run(deed)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(side.node.db.writer, "run", swept_first)
        yield


def test_what_is_left_goes_and_what_is_named_stays(pair, request_, files):
    h.take_in(pair, request_, files / "mail" / "inbox")
    publish(pair.pt.node)
    sweep(pair.pt.node)  # makes its own lock's file
    before = lying(pair.pt)
    orphan = leave(pair.pt)
    assert pair.pt.node.vault.has(orphan)
    swept = sweep(pair.pt.node)
    assert (swept.unfinished, swept.objects, swept.busy) == (2, 1, False)
    assert not pair.pt.node.vault.has(orphan)
    gone = {path for path in before - lying(pair.pt) if "/log/" not in path}
    assert gone == set()
    assert exhibit.verify_exhibit(pair.pt.node, request_.header.case, "PT-1").files == 1
    again = sweep(pair.pt.node)
    assert (again.unfinished, again.objects) == (0, 0)


def test_nothing_is_swept_while_any_process_is_between_writing_and_naming(pair):
    orphan = leave(pair.pt)
    handle = os.open(pair.pt.node.settings.vault / LOCK, os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)  # as another process would
        assert sweep(pair.pt.node).busy
        assert pair.pt.node.vault.has(orphan)
    finally:
        os.close(handle)
    assert sweep(pair.pt.node).objects == 1


def test_each_deed_that_fills_the_vault_holds_it_until_it_is_committed(pair, request_, files):
    """Swept at the worst moment of each: before the transaction that names what lies there."""
    swept = []
    with swept_before_commits(pair.pt, swept):
        id = h.take_in(pair, request_, files)
    assert swept == [True]
    h.release(pair, request_, id)
    swept.clear()
    with swept_before_commits(pair.pt, swept):
        act = h.hand_over(pair, request_, id)
    assert swept == [True]
    swept.clear()
    with swept_before_commits(pair.gh, swept):
        pair.settle()
    assert swept.count(True) == 5  # the pieces: each of them
    swept.clear()
    with swept_before_commits(pair.gh, swept):
        custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
    assert swept == [True]
    sweep(pair.gh.node)
    assert exhibit.verify_exhibit(pair.gh.node, request_.header.case, id).files == 3


def test_pieces_are_kept_until_they_have_served(pair, request_, files):
    case, gh, pt = request_.header.case, pair.gh, pair.pt
    id = h.sealed_and_released(pair, request_, files)
    act = h.hand_over(pair, request_, id)
    for side in (gh, pt):
        sweep(side.node)
    pair.settle()
    for side in (gh, pt):
        assert sweep(side.node).objects == 0
    custody.take_custody(gh.node, act.id, gh["examiner"])
    pair.settle()
    pieces = {piece.digest for e in act.terms.exhibits for piece in (e.head, *e.pieces)}
    assert sweep(pt.node).objects == 0
    assert pieces < h.vault_objects(pt)
    pair.clock.at += KEPT
    assert sweep(pt.node).objects == len(pieces)
    with pt.node.db.read() as conn:
        assert h.vault_objects(pt) == {store.get_exhibit(conn, case, id).address}


def test_pieces_that_a_killed_taking_of_custody_left_go(pair, request_, files, monkeypatch):
    """The answer is that custody is taken; what the disk did not let go is swept later."""
    gh = pair.gh
    id = h.sealed_and_released(pair, request_, files)
    act = h.hand_over(pair, request_, id)
    pair.settle()

    def fails(address):
        raise Unavailable("evidence.vault_disk", reason="Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(gh.node.vault, "remove", fails)
        assert custody.take_custody(gh.node, act.id, gh["examiner"]).act.header.kind == "take_custody"
    assert sweep(gh.node).objects == 5
    assert exhibit.verify_exhibit(gh.node, request_.header.case, id).files == 3


@pytest.fixture(autouse=True)
def calm(pair):
    """The log has been published once, so that an epoch's files are there."""
    pair.settle()
