"""What stories of a restore do: lose a machine, come back from a copy, and see that both sides are whole."""

import shutil

import loopback as l
from test_life import dumps

from comity import merkle, store, tlog
from comity.acts import Reply
from comity.app import question, recovery
from comity.app.backup import backup, restore
from comity.app.doctor import examine
from comity.app.entry import log_vkey
from comity.app.node import open_node
from comity.app.publish import publish, reader
from comity.app.question import Asking


def checkpoint(side):
    """What a monitor of the public log keeps."""
    return (side.node.settings.log / "checkpoint").read_bytes()


def die(side, tmp_path):
    """The machine is lost; of its public log a mirror has everything."""
    mirror = shutil.copytree(side.node.settings.log, tmp_path / "mirror")
    side.node.db.close()
    shutil.rmtree(side.node.settings.data)
    return mirror


def come_back(pair, name, tmp_path, **how):
    """Restore a side from the copy, under its address."""
    folder = tmp_path / f"again-{name}"
    told = restore(tmp_path / "copy.tar", folder, {}, clock=pair.clock, **how)
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


def assert_same(pair):
    """Both sides fold every case to the same bytes, of the same acts."""
    for case in cases(pair):
        one, other = dumps(pair, case)
        assert one == other


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


def of_peer(side, state):
    with side.node.db.read() as conn:
        return recovery.recovery(conn, state)


def ids(side, health):
    return {line.message.id for line in examine(side.node) if line.health is health}


def lost_answer(pair, request, tmp_path):
    """GH answered PT after the copy, lost its machine, and came back; gives the question."""
    asked = put(pair, request, "q1")
    backup(pair.gh.node, tmp_path / "copy.tar")
    tell(pair, asked, "q1")
    last = publish(pair.gh.node)
    mirror = die(pair.gh, tmp_path)
    come_back(pair, "gh", tmp_path, last_checkpoint=last, log=mirror)
    return asked


def everything(side):
    """What something that enters would change."""
    with side.node.db.read() as conn:
        own = store.get_peer(conn, side.node.state).entry
        return sorted(spoken(side)), len(store.openings(conn)), own, recovery.recoveries(conn)


def assert_nothing_twice(pair):
    for side in (pair.gh, pair.pt):
        said = spoken(side)
        assert len({turn for turn, _ in said}) == len(said)


def jobs(side, kind):
    with side.node.db.read() as conn:
        return [job for job in store.waiting(conn) if job.kind == kind]


def rejections(side, case):
    with side.node.db.read() as conn:
        return [a for a in store.acts_of_case(conn, case) if a.header.kind == "reject"]
