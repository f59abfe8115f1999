"""What a peer may not bring to a restored node, and what nobody may ask of a peer."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import loopback as l
import pytest
import restoring as r
from test_not_in_order import forged, request_fields

from comity import dsse, store
from comity.acts import Receipt, Role, write_act
from comity.acts.act import ActFile
from comity.app.peers import own_entry
from comity.app.receive import receive
from comity.app.recover import ask_back, go_on_without
from comity.app.resend import PAUSE
from comity.clock import write_instant
from comity.exchange import Resend, seal_message, sign_receipt, sign_statement
from comity.exchange.answers import open_answer
from comity.exchange.recovery import Returned
from comity.wire import dump, parse
from comity.worker import run_one


@dataclass
class Hostile:
    """What PT can make, once it was asked: its keys, what it holds, and the request's id."""

    pair: l.Pair
    request: str
    act: object
    receipt: dsse.Envelope

    def body(self, act=None, receipt=None, **changes):
        file = parse(ActFile, write_act(act or self.act), limit=2**23)
        made = Returned(v=1, request=self.request, act=file, receipt=receipt or self.receipt, entry=None)
        return dump(made.model_copy(update=changes))

    def bring(self, body, type="returned"):
        """Whether GH takes it in."""
        with self.pair.pt.node.db.read() as conn:
            peer = self.pair.pt.node.directory(conn).entry("GH")
        data = receive(
            self.pair.gh.node, seal_message(type, body, peer.recipients, self.pair.pt.node.entropy)
        )
        return open_answer(data, self.pair.pt.node.keys.age.identities) is not None

    def signed(self, act, /, **changes):
        """PT's own receipt, for whatever act."""
        plain = parse(Receipt, self.receipt.body, limit=4096)
        changed = plain.model_copy(update={"act": act.id, "case": act.header.case} | changes)
        return sign_receipt(changed, self.pair.pt.node.keys.acts)


@pytest.fixture
def hostile(pair, request_, tmp_path):
    r.lost_answer(pair, request_, tmp_path)
    ask_back(pair.gh.node, "PT")
    with pair.pt.node.db.read() as conn:
        acts = [a for a in store.acts_of_case(conn, request_.header.case) if a.header.kind == "answer"]
        receipt = dsse.read(store.get_receipt(conn, acts[-1].id, "own"))
    return Hostile(pair, r.of_peer(pair.gh, "PT").request, acts[-1], receipt)


def altered(it):
    """A byte of what was signed is another."""
    payload = it.act.envelope.body.replace(b'"number":', b'"number":1', 1)
    envelope = it.act.envelope.model_copy(update={"payload": dsse.unsigned("a/b", payload).payload})
    body = it.body()
    body["act"]["envelope"] = dump(envelope)
    body["receipt"] = dump(it.receipt)
    return body


def unsigned_by_us(it):
    """An act in GH's name that PT made up, with PT's own receipt."""
    act = made_up(it, it.pair.pt["officer"].key)
    return it.body(act, it.signed(act))


def stripped(it):
    envelope = it.act.envelope.model_copy(update={"signatures": ()})
    return it.body(replace(it.act, envelope=envelope))


def never_receipted_by_us(it):
    """PT's own new act, with PT's receipt in the place of GH's."""
    act = made_up(it, it.pair.pt["officer"].key, state="pt", to="gh")
    return it.body(act, it.signed(act))


def receipt_of_another(it):
    return it.body(receipt=it.signed(it.act, act="0" * 64))


def receipt_of_another_case(it):
    return it.body(receipt=it.signed(it.act, case="0" * 32))


def receipt_in_our_name(it):
    return it.body(receipt=it.signed(it.act, state="GH"))


def older_than_asked(it):
    return it.body(receipt=it.signed(it.act, at=write_instant(l.AT - timedelta(days=40))))


def not_asked(it):
    return it.body(request="0" * 64)


def neither(it):
    return it.body() | {"act": None}


def both(it):
    return it.body() | {"entry": dump(dsse.read(own_entry(it.pair.gh.node)))}


def foreign_entry(it):
    return it.body() | {"act": None, "receipt": None, "entry": dump(dsse.read(own_entry(it.pair.pt.node)))}


def made_up(it, key, state="gh", to="pt"):
    side = it.pair.gh if state == "gh" else it.pair.pt
    return forged(
        side, it.act.header.kind, dict(it.act.fields), signers=[(Role.AUTHOR, key)],
        about=it.act.header.about, case=it.act.header.case, to=f"{to}:central-authority", number=77,
        after=it.act.header.after,
    )  # fmt: skip


@pytest.mark.parametrize(
    "make",
    [
        altered, unsigned_by_us, stripped, never_receipted_by_us, receipt_of_another, receipt_of_another_case,
        receipt_in_our_name, older_than_asked, not_asked, neither, both, foreign_entry,
    ],
)  # fmt: skip
def test_what_a_hostile_peer_brings_does_not_enter(hostile, make):
    before = r.everything(hostile.pair.gh)
    assert not hostile.bring(make(hostile))
    assert r.everything(hostile.pair.gh) == before
    assert hostile.bring(hostile.body())  # and what is true does
    assert r.everything(hostile.pair.gh) != before


def test_after_the_last_word_nothing_is_taken(hostile):
    hostile.pair.settle()
    assert r.of_peer(hostile.pair.gh, "PT").status == "done"
    assert not hostile.bring(hostile.body())


def test_an_act_does_not_enter_the_case_of_another_pair(hostile):
    """Ours, signed and receipted, and yet of a case that GH has with a third State."""
    gh, case = hostile.pair.gh, "cd" * 16
    hostile.pair.by_hand = True  # an act is put into the store beside every deed
    signers = [(Role.AUTHOR, gh["officer"].key)]
    kind, fields = hostile.act.header.kind, dict(hostile.act.fields)
    first = forged(gh, kind, fields, signers=signers, case=case, to="fr:central-authority")
    gh.node.db.writer.run(
        lambda conn: store.put_act(conn, first, received_at=hostile.pair.clock.now(), direction="own")
    )
    second = forged(gh, kind, fields, signers=signers, case=case, to="pt:central-authority", number=2)
    before = r.everything(gh)
    assert not hostile.bring(hostile.body(second, hostile.signed(second)))
    assert r.everything(gh) == before


def test_what_was_rejected_before_stays_so_though_the_rejection_is_not_back(hostile):
    """A peer brings back its bad act alone, and keeps our rejection of it to itself."""
    pair = hostile.pair
    pt, gh = pair.pt, pair.gh
    signers = [(Role.AUTHOR, pt["officer"].key), (Role.APPROVER, pt["approver"].key)]
    bad = forged(pt, "request", request_fields(), signers=signers, case="ab" * 16, to="gh:nonexistent")
    plain = parse(Receipt, hostile.receipt.body, limit=4096)
    changes = {"act": bad.id, "case": "ab" * 16, "state": "GH", "outcome": "not_in_order"}
    assert hostile.bring(hostile.body(bad, sign_receipt(plain.model_copy(update=changes), gh.node.keys.acts)))
    go_on_without(gh.node, "PT", gh["officer"])
    assert [a.terms.act for a in r.rejections(gh, "ab" * 16)] == [bad.id]


def resend_message(pair, **changes):
    """What GH's node asks of PT's, with changes, sealed."""
    told = {
        "v": 1, "state": "GH", "to": "PT", "since": "2026-11-20T00:00:00Z", "at": pair.gh.node.now(),
        "url": None, "nonce": "0" * 32,
    }  # fmt: skip
    key = changes.pop("key", pair.gh.node.keys.acts)
    body = dump(sign_statement(Resend(**(told | changes)), key))
    with pair.gh.node.db.read() as conn:
        peer = pair.gh.node.directory(conn).entry("PT")
    return seal_message("resend", body, peer.recipients, pair.gh.node.entropy)


def test_a_request_is_done_once_and_another_only_after_a_while(pair):
    at = pair.gh.node.now()
    receive(pair.pt.node, resend_message(pair, at=at))
    receive(pair.pt.node, resend_message(pair, at=at))
    assert len(r.jobs(pair.pt, "resend")) == 1
    receive(pair.pt.node, resend_message(pair, nonce="1" * 32))
    assert len(r.jobs(pair.pt, "resend")) == 1
    pair.clock.at += PAUSE
    receive(pair.pt.node, resend_message(pair, nonce="1" * 32))
    assert len(r.jobs(pair.pt, "resend")) == 2
    posted = len(pair.courier.posted)
    run_one(pair.pt.node)  # the first is nobody's any longer
    assert len(pair.courier.posted) == posted
    pair.clock.at += PAUSE
    receive(pair.pt.node, resend_message(pair, at=at))  # a replay of what was done
    assert len(r.jobs(pair.pt, "resend")) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda p: {"key": p.gh["officer"].key},
        lambda p: {"key": p.pt.node.keys.acts},
        lambda p: {"state": "PT"},
        lambda p: {"to": "FR"},
        lambda p: {"at": "2030-01-01T00:00:00Z"},
        lambda p: {"since": "2026-13-01T00:00:00Z"},
    ],
)
def test_a_request_that_is_not_the_peers_does_nothing(pair, change):
    with suppress(ValueError):
        answered = receive(pair.pt.node, resend_message(pair, **change(pair)))
        assert open_answer(answered, pair.gh.node.keys.age.identities) is None
    assert not r.jobs(pair.pt, "resend")


def test_a_node_that_asked_for_nothing_takes_nothing_back(pair, request_):
    with pair.pt.node.db.read() as conn:
        act = store.get_act(conn, request_.id)
        receipt = dsse.read(store.get_receipt(conn, act.id, "own"))
    it = Hostile(pair, "0" * 64, act, receipt)
    before = r.everything(pair.gh)
    assert not it.bring(it.body())
    assert r.everything(pair.gh) == before
