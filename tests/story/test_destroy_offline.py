"""An exhibit is destroyed while the vault's store is down: the key goes at once, the sealed bytes later."""

import json
from datetime import timedelta

import handing as h
import pytest

from comity import store, worker
from comity.app import custody, exhibit
from comity.app.destroy import destroy
from comity.app.doctor import examine
from comity.app.removal import JOB
from comity.clock import write_instant
from comity.errors import NotPermitted, Unavailable


@pytest.fixture
def taken(pair, request_, files):
    """An exhibit that GH took into custody; its id and its address."""
    id = h.sealed_and_released(pair, request_, files / "mail" / "inbox")
    act = h.hand_over(pair, request_, id)
    pair.settle()
    custody.take_custody(pair.gh.node, act.id, pair.gh["examiner"])
    pair.settle()
    with pair.gh.node.db.read() as conn:
        return id, store.get_exhibit(conn, request_.header.case, id).address


def down(*_, **__):
    raise Unavailable("evidence.s3_silent", what="ConnectTimeoutError")


def destroyed(side, request, id):
    act = destroy(side.node, request.id, side["officer"], exhibits=(id,), text="Before two persons.").act
    (paper,) = json.loads(act.fields["text"].splitlines()[-1])["exhibits"]
    return paper["sealed_kept_until"]


def waiting(side):
    with side.node.db.read() as conn:
        return store.waiting(conn, JOB)


def told(side):
    return {line.message.id: dict(line.message.arguments) for line in examine(side.node)}


def test_what_a_lock_keeps_where_the_vault_was_is_not_said_to_be_gone(pair, request_, taken):
    """The settings name that place no more, so nobody asks it: a signed record must not deny it."""
    gh, at = pair.gh, write_instant(pair.gh.node.clock.now())
    before = "s3:https://store.example/before"
    moved = {"before": before, "to": "files", "began": at, "after": "g", "open": [], "objects": 1, "size": 1}
    moved |= {"verified": at, "left": at, "kept": 1}
    gh.node.db.writer.run(lambda conn: store.put_setting(conn, "vault_move", moved))
    assert destroyed(gh, request_, taken[0]) == "unknown"
    worker.run_due(gh.node)
    assert not gh.node.vault.has(taken[1])


def test_a_store_that_is_down_holds_no_destruction_up(pair, request_, taken, monkeypatch, tmp_path):
    gh, (id, address) = pair.gh, taken
    for name in ("kept_until", "remove"):
        monkeypatch.setattr(gh.node.vault, name, down)
    assert destroyed(gh, request_, id) == "unknown"
    with h.fails(NotPermitted, "store.exhibit_key_erased"):
        exhibit.open_exhibit(gh.node, request_.header.case, id, tmp_path / "gone", gh["examiner"], "x")
    worker.run_due(gh.node)
    (job,) = waiting(gh)
    assert job.last_error == "evidence.s3_silent"
    assert told(gh)["doctor.removal_waits"]["address"] == address
    assert gh.node.vault.has(address)
    monkeypatch.undo()
    pair.clock.at += worker.LONGEST_WAIT
    worker.run_due(gh.node)
    assert not gh.node.vault.has(address)
    assert waiting(gh) == ()
    assert "doctor.removal_waits" not in told(gh)


def test_what_a_lock_keeps_goes_when_that_is_over(pair, request_, taken, monkeypatch):
    gh, (id, address) = pair.gh, taken
    until = (pair.clock.now() + timedelta(days=40)).replace(microsecond=0)
    over = lambda *_, **__: until if pair.clock.now() < until else None  # noqa: E731
    monkeypatch.setattr(gh.node.vault, "kept_until", over)
    assert destroyed(gh, request_, id) == write_instant(until)
    (job,) = waiting(gh)
    assert (job.due, job.last_error) == (until, None)
    worker.run_due(gh.node)
    assert gh.node.vault.has(address)
    pair.clock.at = until
    worker.run_due(gh.node)
    assert not gh.node.vault.has(address)


def test_what_was_removed_before_the_process_died_is_removed_once(pair, request_, taken, monkeypatch):
    gh, (id, address) = pair.gh, taken
    remove = gh.node.vault.remove

    def killed(address):
        remove(address)
        raise KeyboardInterrupt

    monkeypatch.setattr(gh.node.vault, "remove", killed)
    with pytest.raises(KeyboardInterrupt):
        destroyed(gh, request_, id)
    monkeypatch.undo()
    assert len(waiting(gh)) == 1
    pair.clock.at += timedelta(hours=1)  # its lease ran out
    worker.run_due(gh.node)
    assert (waiting(gh), gh.node.vault.has(address)) == ((), False)
