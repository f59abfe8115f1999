"""P12: a node comes back from a copy; its log goes on, its acts come back, and nothing is said twice."""

import shutil
import threading
from datetime import timedelta

import handing as h
import loopback as l
import pytest
from test_life import draft, dumps

from comity import merkle, store, tlog
from comity.acts import Reply
from comity.app import recover as asking
from comity.app import question, recovery
from comity.app.backup import backup, restore
from comity.app.custody import take_custody
from comity.app.entry import log_vkey
from comity.app.node import open_node
from comity.app.publish import publish, reader
from comity.app.question import Asking
from comity.app.send import send_draft
from comity.errors import ComityError, Conflict
from comity.worker import run_due, run_one


def checkpoint(side):
    """What a monitor of the public log keeps."""
    return (side.node.settings.log / "checkpoint").read_bytes()


def die(pair, side, tmp_path):
    """The machine is lost; of its public log a mirror has everything."""
    mirror = shutil.copytree(side.node.settings.log, tmp_path / "mirror")
    side.node.db.close()
    shutil.rmtree(side.node.settings.data)
    return mirror


def come_back(pair, name, tmp_path, archive, **how):
    """Restore a side from the copy, under its address."""
    folder = tmp_path / f"again-{name}"
    told = restore(archive, folder, {}, clock=pair.clock, **how)
    node = open_node(folder, {}, clock=pair.clock, courier=pair.courier)
    pair.courier.nodes[str(node.settings.url)] = node
    side = l.Side(node, {person: node.person(person) for person in l.STAFF})
    setattr(pair, name, side)
    return told


def put(pair, request, label):
    """PT asks GH something about a request."""
    said = question.ask(pair.pt.node, request.id, pair.pt["officer"], questions=(Asking(label, "Why?"),))
    pair.settle()
    return said.act


def tell(pair, asked, label):
    """GH answers it."""
    replies = (Reply(id=label, text="Because."),)
    said = question.answer(pair.gh.node, asked.id, pair.gh["officer"], replies=replies, facts=())
    pair.settle()
    return said.act


def cases(pair):
    found = set()
    for side in (pair.gh, pair.pt):
        with side.node.db.read() as conn:
            found |= {line.case for line in store.list_cases(conn, limit=-1)}
    return sorted(found)


def same(pair):
    """Both sides fold every case to the same bytes, of the same acts."""
    for case in cases(pair):
        one, other = dumps(pair, case)
        assert one == other
    return True


def spoken(side):
    """Every shared act that this side holds: State, case and number, with its id."""
    with side.node.db.read() as conn:
        return [
            ((a.header.state, a.header.case, a.header.number), a.id)
            for line in store.list_cases(conn, limit=-1)
            for a in store.acts_of_case(conn, line.case)
        ]


def verify_follows(side, earlier):
    """The present log extends an earlier checkpoint of it (RFC 6962 consistency)."""
    vkey = log_vkey(side.node)
    old = tlog.checkpoint.open(earlier, vkey).checkpoint
    new = tlog.checkpoint.open(checkpoint(side), vkey).checkpoint
    tiles = tlog.Tiles(reader(side.node.settings.log), new.size)
    tiles.verify(new.root)
    merkle.verify_consistency(old.size, old.root, new.size, new.root, tiles.consistency(old.size))


def state_of_recovery(side, state):
    with side.node.db.read() as conn:
        return recovery.recovery(conn, state)


def test_both_ways_whole(pair, request_, files, tmp_path):
    gh, pt = pair.gh, pair.pt
    seen = [publish(gh.node)]
    first = put(pair, request_, "q1")
    backup(gh.node, tmp_path / "copy.tar")
    pair.later(hours=2)
    second = l.ask(pair, "mailbox")
    l.grant(pair, second, "mailbox", condition="use-limit")
    tell(pair, first, "q1")
    seen.append(publish(gh.node))
    delivery = None
    id = h.sealed_and_released(pair, request_, files)
    delivery = h.hand_over(pair, request_, id)
    pair.settle()
    asked = put(pair, second, "q2")
    seen.append(publish(gh.node))
    before, told = dumps(pair, request_.header.case), sorted(spoken(gh))
    mirror = die(pair, gh, tmp_path)
    made = come_back(pair, "gh", tmp_path, tmp_path / "copy.tar", last_checkpoint=seen[-1], log=mirror)
    assert made.log.behind == 0
    assert made.log.lost > 0
    gh = pair.gh
    publish(gh.node)
    for one in seen:
        verify_follows(gh, one)
    with pytest.raises(ComityError) as caught:
        tell(pair, first, "q1")
    assert caught.value.id == "recover.not_yet"
    pair.settle()
    assert state_of_recovery(gh, "PT").status == "done"
    assert same(pair)
    assert dumps(pair, request_.header.case) == before
    assert sorted(spoken(gh)) == told
    publish(gh.node)
    for one in seen:
        verify_follows(gh, one)
    with gh.node.db.read() as conn:
        assert not store.unreceipted(conn)
        assert not [j for j in store.waiting(conn) if j.kind not in {"publish", "recover"}]
        missing = [
            p for e in delivery.terms.exhibits for p in store.missing_pieces(conn, delivery.id, e.exhibit)
        ]
    assert not missing
    take_custody(gh.node, delivery.id, gh["examiner"])
    pair.settle()
    said = tell(pair, asked, "q2")
    assert said.header.number not in {n for (s, c, n), _ in told if s == "GH" and c == said.header.case}
    assert same(pair)
