"""Seals are stamped together by one token; while the authority is down they wait, and are told to be due."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import handing as h
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import store, worker
from comity.app import custody, exhibit
from comity.app.doctor import Health, examine
from comity.app.node import Node
from comity.app.stamping import JOB, stamp_due
from comity.app.touch import ITSELF
from comity.clock import write_instant
from comity.errors import ProofFailed, Unavailable
from comity.evidence import verify_package
from comity.exchange import Purpose, Status
from comity.keys import SigningKey
from comity.wire import b64u

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
    (made,) = stamp_due(side.node, side["examiner"])
    assert (made.authority, made.exhibits, made.left) == ("local", 1, 0)
    assert [one.at for one in stamp_due(side.node)] == [None]
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
    (came,) = stamp_due(side.node)
    assert isinstance(came.trouble, Unavailable)
    assert (came.exhibits, came.at, came.left) == (0, None, 1)
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


def test_a_key_that_was_revoked_does_not_stop_custody_and_signs_nothing_later(
    pair, side, request_, files, monkeypatch
):
    """What it signed before stands; else one exhibit would hold up the token of all that wait with it."""
    case, node = request_.header.case, side.node
    ids = [h.take_in(pair, request_, files / "mail" / "inbox") for _ in range(2)]
    with node.db.read() as conn:
        directory = node.directory(conn)
    secret = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
    fresh = SigningKey(secret.public_key().public_bytes_raw(), secret.sign)
    named = {"key": fresh.id, "public": b64u(fresh.public)}
    until = write_instant(pair.clock.at + timedelta(seconds=1))
    keys = [
        key.model_copy(update={"status": Status.REVOKED, "until": until})
        if key.purpose is Purpose.ACTS
        else key
        for key in directory.own.keys
    ]
    own = directory.own.model_copy(update={"keys": (*keys, directory.own.acts_key.model_copy(update=named))})
    monkeypatch.setattr(Node, "directory", lambda *_: replace(directory, own=own))
    pair.clock.at += timedelta(seconds=SECONDS)
    renewed = replace(node, keys=SimpleNamespace(acts=fresh))
    (made,) = stamp_due(renewed)
    assert (made.exhibits, made.left) == (2, 0)
    for id in ids:
        assert [event.action for event in custody.custody_list(renewed, case, id)][2:] == ["stamped"]
    stamp_due(renewed)
    # The old key still signs here, as a thief's would: what it says after it was revoked is not believed.
    exhibit.stamp(node, case, ids[0], side["examiner"])
    with h.fails(ProofFailed, "evidence_app.event_of_revoked_key"):
        custody.custody_list(renewed, case, ids[0])
    assert len(custody.custody_list(renewed, case, ids[1])) == 3


def stamps(side, case, id):
    from comity.app.content import read_stamp

    with side.node.db.read() as conn:
        return [read_stamp(data) for data in store.timestamps_of(conn, case, id)]


def root(side):
    from comity.evidence import OpenSslAuthority

    return OpenSslAuthority(side.node.settings.timestamp_folder).root
