"""Seals are stamped together by one token; while the authority is down they wait, and are told to be due."""

from datetime import timedelta

import handing as h
import pytest

from comity import store, worker
from comity.app import custody, exhibit
from comity.app.doctor import Health, examine
from comity.app.stamping import JOB, stamp_due
from comity.app.touch import ITSELF
from comity.errors import Unavailable
from comity.evidence import verify_package

SECONDS = 60


@pytest.fixture
def side(pair):
    node = pair.pt.node
    told = node.settings.model_copy(update={"stamp_seconds": SECONDS})
    object.__setattr__(node, "settings", told)
    return pair.pt


def told(side):
    return {line.message.id: line.health for line in examine(side.node) if "stamps" in line.message.id}


def test_all_seals_of_a_minute_have_one_token_and_each_its_place(pair, side, request_, files, tmp_path):
    case = request_.header.case
    ids = [h.take_in(pair, request_, files / "mail" / "inbox") for _ in range(3)]
    worker.run_due(side.node)
    assert [stamps(side, case, id) for id in ids] == [[], [], []]
    assert told(side) == {"doctor.stamps_soon": Health.OK}
    pair.clock.at += timedelta(seconds=SECONDS)
    worker.run_due(side.node)
    replies = {exhibit_stamp.reply for id in ids for exhibit_stamp in stamps(side, case, id)}
    assert len(replies) == 1
    assert told(side) == {"doctor.stamps": Health.OK}
    for id in ids:
        assert h.actions(side, request_, id) == ["taken_in", "sealed", "stamped"]
        assert custody.custody_list(side.node, case, id)[-1].who == ITSELF
        assert [stamp.proven for stamp in exhibit.verify_exhibit(side.node, case, id).stamps] == [True]
    bag = exhibit.open_exhibit(side.node, case, ids[1], tmp_path / "bag", side["examiner"], "for counsel")
    report = verify_package(bag, [side.node.keys.acts.public], roots=[root(side)])
    assert (report.failures, len(report.stamps)) == ((), 1)
    # What comes later is due again, and a person may ask for it at once.
    last = h.take_in(pair, request_, files / "mail" / "inbox")
    made = stamp_due(side.node, side["examiner"])
    assert (made.exhibits, made.left) == (1, 0)
    assert stamp_due(side.node).at is None
    pair.clock.at += timedelta(seconds=SECONDS)
    worker.run_due(side.node)
    assert len(stamps(side, case, last)) == 1


def test_sealing_goes_on_while_the_authority_is_down_and_what_is_due_is_told(pair, side, request_, files):
    case, key = request_.header.case, side.node.settings.timestamp_folder / "tsa.key"
    root(side)  # it is there, and has its key
    key.rename(key.with_suffix(".away"))
    id = h.take_in(pair, request_, files / "mail" / "inbox")
    pair.clock.at += timedelta(seconds=3 * SECONDS)
    worker.run_due(side.node, 1)
    with pytest.raises(Unavailable):
        stamp_due(side.node)
    assert stamps(side, case, id) == []
    assert told(side) == {"doctor.stamps_due": Health.WARN}
    assert h.actions(side, request_, id) == ["taken_in", "sealed"]
    other = h.take_in(pair, request_, files / "mail" / "inbox")
    key.with_suffix(".away").rename(key)
    pair.clock.at += timedelta(minutes=20)
    worker.run_due(side.node)
    assert [len(stamps(side, case, one)) for one in (id, other)] == [1, 1]
    with side.node.db.read() as conn:
        assert store.waiting(conn, JOB) == ()


def stamps(side, case, id):
    from comity.app.content import read_stamp

    with side.node.db.read() as conn:
        return [read_stamp(data) for data in store.timestamps_of(conn, case, id)]


def root(side):
    from comity.evidence import OpenSslAuthority

    return OpenSslAuthority(side.node.settings.timestamp_folder).root
