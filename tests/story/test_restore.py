"""P12: a node comes back from a copy; its log goes on, its acts come back, and nothing is said twice."""

import shutil
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

import handing as h
import loopback as l
import pytest
from test_life import draft, dumps
from test_not_in_order import forged, request_fields, sent

from comity import dsse, merkle, store, tlog
from comity.acts import Person, Receipt, Reply, Role, write_act
from comity.acts.act import ActFile
from comity.app import deeds, people, question, recovery
from comity.app.backup import backup, restore, take_up_log
from comity.app.custody import custody_list, take_custody
from comity.app.doctor import Health, examine
from comity.app.entry import log_vkey
from comity.app.node import open_node
from comity.app.peers import add_peer, own_entry, refresh_peer
from comity.app.prepare import approve
from comity.app.publish import publish, reader
from comity.app.question import Asking
from comity.app.receive import receive
from comity.app.recover import ask_back, go_on_without, not_here
from comity.app.resend import PAUSE
from comity.app.send import send_draft
from comity.app.show import show_act, show_case
from comity.clock import write_instant
from comity.errors import ComityError, Conflict, Unavailable
from comity.exchange import Resend, seal_message, sign_receipt, sign_statement
from comity.exchange.answers import open_answer
from comity.exchange.recovery import Returned
from comity.wire import dump, parse
from comity.worker import run_due, run_one


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


def test_the_log_goes_on_and_what_was_exchanged_comes_back(pair, request_, files, tmp_path):
    """P12 in one story: several cases, both directions, evidence; the machine dies, nothing shared does."""
    gh = pair.gh
    seen = [publish(gh.node)]
    first = put(pair, request_, "q1")
    backup(gh.node, tmp_path / "copy.tar")
    kept = {id for _, id in spoken(gh)}
    pair.later(hours=2)
    second = l.ask(pair, "mailbox")
    l.grant(pair, second, "mailbox", condition="use-limit")
    tell(pair, first, "q1")
    seen.append(publish(gh.node))
    id = h.sealed_and_released(pair, request_, files)
    delivery = h.hand_over(pair, request_, id)
    pair.settle()
    take_custody(gh.node, delivery.id, gh["examiner"])
    asked = put(pair, second, "q2")
    seen.append(publish(gh.node))
    before, told = dumps(pair, request_.header.case), sorted(spoken(gh))
    mirror = die(gh, tmp_path)
    made = come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    assert made.log.behind == 0
    assert 0 < made.log.lost < made.log.size - made.log.had  # what waited in the copy has its opening
    gh = pair.gh
    publish(gh.node)
    with pytest.raises(Conflict) as caught:
        tell(pair, first, "q1")
    assert caught.value.id == "recover.not_yet"
    pair.settle()
    one = of_peer(gh, "PT")
    assert (one.status, one.not_taken, one.incomplete, one.numbers) == ("done", 0, 0, 0)
    assert one.own > 2
    assert one.theirs > 2
    assert_same(pair)
    assert dumps(pair, request_.header.case) == before
    assert sorted(spoken(gh)) == told
    with gh.node.db.read() as conn:
        assert not store.unreceipted(conn)
        exhibits = delivery.terms.exhibits
        assert not [p for e in exhibits for p in store.missing_pieces(conn, delivery.id, e.exhibit)]
        assert not_here(gh.node, conn) == ((request_.header.case, id),)
    assert "doctor.exhibit_not_back" in ids(gh, Health.BAD)
    said = take_custody(gh.node, delivery.id, gh["examiner"]).act
    assert said.id in {act for _, act in told}  # not said a second time
    assert [event.action.value for event in custody_list(gh.node, request_.header.case, id)] == [
        "received",
        "checked",
    ]
    assert ids(gh, Health.BAD) <= {"doctor.timestamp_missing"}  # GH never stamped anything
    assert {"doctor.restored", "doctor.recovered", "doctor.log_continued"} <= ids(gh, Health.OK)
    assert {"doctor.home_lost"} <= ids(gh, Health.WARN)
    answer = tell(pair, asked, "q2")
    assert (("GH", answer.header.case, answer.header.number)) not in dict(told)
    assert_same(pair)
    publish(gh.node)
    for one in seen:
        verify_follows(gh, one)
    shown = show_case(gh.node, request_.header.case)["acts"]
    in_case = {id for (_, case, _), id in told if case == request_.header.case}
    assert {a["id"] for a in shown if a["returned"]} == in_case - kept
    assert show_act(gh.node, delivery.id)["returned"]["from"] == "PT"


def test_the_deliverers_side_comes_back_too(pair, request_, files, tmp_path):
    pt = pair.pt
    backup(pt.node, tmp_path / "copy.tar")
    id = h.sealed_and_released(pair, request_, files)
    h.hand_over(pair, request_, id)
    asked = put(pair, request_, "q1")
    tell(pair, asked, "q1")
    last = publish(pt.node)
    mirror = die(pt, tmp_path)
    come_back(pair, "pt", tmp_path, last_checkpoint=last, log=mirror)
    pair.settle()
    assert of_peer(pair.pt, "GH").status == "done"
    assert_same(pair)
    publish(pair.pt.node)
    verify_follows(pair.pt, last)
    with pair.pt.node.db.read() as conn:
        assert not_here(pair.pt.node, conn) == ((request_.header.case, id),)
    put(pair, request_, "q2")
    assert_same(pair)


def test_a_copy_while_people_write_loses_nothing_shared(pair, request_, tmp_path):
    """Whatever moment the copy is of, what was said before and after it stands in the end, once."""
    going_on, said, faults = threading.Event(), [], []

    def write():
        try:
            for number in range(12):
                asked = question.ask(
                    pair.pt.node, request_.id, pair.pt["officer"], questions=(Asking(f"w{number}", "Why?"),)
                )
                said.append(asked.act.id)
                pair.settle()
                if number == 3:
                    going_on.set()
        except ComityError as error:
            faults.append(error)
        finally:
            going_on.set()

    writing = threading.Thread(target=write)
    writing.start()
    going_on.wait()
    backup(pair.pt.node, tmp_path / "copy.tar")
    writing.join()
    assert not faults
    last = publish(pair.pt.node)
    mirror = die(pair.pt, tmp_path)
    come_back(pair, "pt", tmp_path, last_checkpoint=last, log=mirror)
    pair.settle()
    assert_same(pair)
    assert set(said) <= {id for _, id in spoken(pair.pt)}
    assert_nothing_twice(pair)


def test_a_peer_that_is_down_is_asked_until_it_answers(pair, request_, tmp_path):
    asked = lost_answer(pair, request_, tmp_path)
    pair.courier.cut = {l.ACT_PATH, l.DIRECTORY_PATH}
    assert run_due(pair.gh.node)
    assert of_peer(pair.gh, "PT").status == "waiting"
    assert {"doctor.recover_waiting", "doctor.job_fails"} <= ids(pair.gh, Health.WARN)
    with pytest.raises(Unavailable):
        ask_back(pair.gh.node, "PT")
    with pytest.raises(Conflict):
        tell(pair, asked, "q1")
    pair.courier.cut = set()
    pair.later(hours=1)
    pair.settle()
    assert of_peer(pair.gh, "PT").status == "done"
    assert_same(pair)


@pytest.mark.parametrize("after", range(6))
def test_cut_anywhere_it_is_gone_on_with_and_nothing_happens_twice(pair, request_, tmp_path, after):
    """The carrier dies after so many messages, and the answer to the last one is lost."""
    lost_answer(pair, request_, tmp_path)
    post, count = pair.courier.post, []

    def dying(url, body):
        count.append(url)
        if len(count) == after + 1:
            post(url, body)
        if len(count) > after:
            raise Unavailable("exchange.peer_unreachable", url=url, what="dead")
        return post(url, body)

    pair.courier.post = dying
    pair.settle()
    pair.courier.post = post
    for _ in range(3):
        pair.later(hours=1)
        pair.settle()
    assert of_peer(pair.gh, "PT").status == "done"
    assert_same(pair)
    assert_nothing_twice(pair)


def test_a_carrier_that_doubles_everything_brings_nothing_twice(pair, request_, tmp_path):
    lost_answer(pair, request_, tmp_path)
    pair.courier.doubled = True
    pair.settle()
    assert of_peer(pair.gh, "PT").own == 1
    assert_same(pair)
    assert_nothing_twice(pair)


def test_what_is_new_goes_out_at_once_and_what_is_not_waits(pair, request_, tmp_path):
    asked = lost_answer(pair, request_, tmp_path)
    pair.later(minutes=1)
    case = request_.header.case
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    with pytest.raises(Conflict):
        send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver", case=case)
    with pytest.raises(Conflict):  # a case that this node has forgotten looks like a new one
        send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver", case="ab" * 16)
    with pytest.raises(Conflict) as caught:
        people.add_person(
            pair.gh.node, "late", office="gh:central-authority", deeds=deeds.deeds_of(("officer",)),
            person=Person(name="Late GH", function="officer", instrument="A"),
            by=(pair.gh["officer"], pair.gh["approver"]),
        )  # fmt: skip
    assert caught.value.id == "recover.entry_not_yet"
    with pytest.raises(Conflict):
        tell(pair, asked, "q1")
    pair.settle()
    assert_same(pair)
    send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver", case=case)


def test_what_was_prepared_before_the_copy_waits_too(pair, request_, tmp_path):
    """It was signed and said after the copy: the restored node must not take it for unsaid."""
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    backup(pair.gh.node, tmp_path / "copy.tar")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    pair.settle()
    last = publish(pair.gh.node)
    mirror = die(pair.gh, tmp_path)
    come_back(pair, "gh", tmp_path, last_checkpoint=last, log=mirror)
    with pytest.raises(Conflict) as caught:
        approve(pair.gh.node, said.act.id, pair.gh["approver"])
    assert caught.value.id == "recover.not_yet"
    pair.settle()
    assert_same(pair)
    with pair.gh.node.db.read() as conn:
        assert store.has_act(conn, said.act.id)
        assert not store.list_prepared(conn)


def test_a_person_can_go_on_and_what_was_said_twice_is_proof(pair, request_, tmp_path):
    asked = lost_answer(pair, request_, tmp_path)
    pair.courier.cut = {l.ACT_PATH, l.DIRECTORY_PATH}
    go_on_without(pair.gh.node, "PT", pair.gh["officer"])
    replies = (Reply(id="q1", text="Something else."),)
    again = question.answer(pair.gh.node, asked.id, pair.gh["officer"], replies=replies, facts=()).act
    pair.courier.cut = set()
    pair.later(hours=1)
    pair.settle()
    one = of_peer(pair.gh, "PT")
    assert (one.status, one.by, one.numbers) == ("gone_on", pair.gh["officer"].key.id, 1)
    assert "doctor.numbers_twice" in ids(pair.gh, Health.BAD)
    with pair.gh.node.db.read() as conn:
        (kept,) = store.equivocations(conn, request_.header.case)
    assert kept.first == again.id
    assert kept.second.header.number == again.header.number


def test_people_enrolled_after_the_copy_are_known_by_what_they_signed(pair, request_, tmp_path):
    """Their keys come back with the node's own entry, which goes on from the version that peers know."""
    gh, pt = pair.gh, pair.pt
    asked = put(pair, request_, "q1")
    backup(gh.node, tmp_path / "copy.tar")
    people.add_person(
        gh.node, "late", office="gh:central-authority", deeds=deeds.deeds_of(("officer",)),
        person=Person(name="Late GH", function="officer", instrument="A"), by=(gh["officer"], gh["approver"]),
    )  # fmt: skip
    version = refresh_peer(pt.node, "GH").version
    late = gh.node.person("late")
    replies = (Reply(id="q1", text="Because."),)
    act = question.answer(gh.node, asked.id, late, replies=replies, facts=()).act
    pair.settle()
    last = publish(gh.node)
    mirror = die(gh, tmp_path)
    come_back(pair, "gh", tmp_path, last_checkpoint=last, log=mirror)
    pair.settle()
    gh = pair.gh
    assert of_peer(gh, "PT").not_taken == 0
    assert_same(pair)
    with gh.node.db.read() as conn:
        assert store.has_act(conn, act.id)
        assert gh.node.directory(conn).own.version == version
    assert "doctor.people_lost" in ids(gh, Health.WARN)
    people.add_person(
        gh.node, "later", office="gh:central-authority", deeds=deeds.deeds_of(("officer",)),
        person=Person(name="Later GH", function="officer", instrument="A"),
        by=(gh["officer"], gh["approver"]),
    )  # fmt: skip
    assert refresh_peer(pt.node, "GH").version == version + 1
    with pt.node.db.read() as conn:
        assert late.key.id in {key.key for key in pt.node.directory(conn).entry("GH").keys}


def test_a_field_destroyed_at_the_peer_comes_back_missing_and_the_act_verifies(pair, request_, tmp_path):
    asked = lost_answer(pair, request_, tmp_path)
    answers = [id for (s, _, _), id in spoken(pair.pt) if s == "GH"]
    pair.pt.node.db.writer.run(
        lambda conn: store.erase_field(conn, answers[-1], "replies", pair.clock.now(), asked.id)
    )
    pair.settle()
    assert of_peer(pair.gh, "PT").incomplete == 1
    with pair.gh.node.db.read() as conn:
        act = store.get_act(conn, answers[-1])
    assert not act.complete
    assert "replies" not in act.fields
    assert show_act(pair.gh.node, act.id)["not_open"] == ["replies"]
    assert_same(pair)


def test_a_peers_act_not_in_order_is_rejected_when_numbers_are_known(pair, request_, tmp_path):
    lost_answer(pair, request_, tmp_path)
    pt = pair.pt
    signers = [(Role.AUTHOR, pt["officer"].key), (Role.APPROVER, pt["approver"].key)]
    for case, number in (("ab" * 16, 1), (request_.header.case, 9)):
        bad = forged(
            pt, "request", request_fields(), signers=signers, case=case, to="gh:nonexistent", number=number
        )  # fmt: skip
        assert sent(pair, pt, pair.gh, bad) == "not_in_order"
        assert not rejections(pair.gh, case)
    pair.settle()
    pair.later(hours=1)
    pair.settle()
    assert of_peer(pair.gh, "PT").status == "done"
    assert len(rejections(pair.gh, "ab" * 16)) == 1
    assert not jobs(pair.gh, "reject")
    assert_nothing_twice(pair)


def test_what_waited_to_be_rejected_is_before_anything_is_built_on_it(pair, request_, tmp_path):
    """In the very transaction in which the node may speak again, and not by a job a little later."""
    lost_answer(pair, request_, tmp_path)
    pt = pair.pt
    signers = [(Role.AUTHOR, pt["officer"].key), (Role.APPROVER, pt["approver"].key)]
    bad = forged(pt, "request", request_fields(), signers=signers, case="ab" * 16, to="gh:nonexistent")
    assert sent(pair, pt, pair.gh, bad) == "not_in_order"
    assert not rejections(pair.gh, "ab" * 16)
    go_on_without(pair.gh.node, "PT", pair.gh["officer"])
    assert len(rejections(pair.gh, "ab" * 16)) == 1


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
    assert [a.terms.act for a in rejections(gh, "ab" * 16)] == [bad.id]


def test_a_peer_that_is_trusted_anew_holds_nothing_up_unless_it_brings_something(pair, request_, tmp_path):
    lost_answer(pair, request_, tmp_path)
    pair.settle()
    third = l.make_side(tmp_path / "FR", "FR", pair.clock, pair.courier)
    add_peer(pair.gh.node, own_entry(third.node), third.node.keys.acts.id)
    assert not of_peer(pair.gh, "FR").pending
    people.add_person(
        pair.gh.node, "late", office="gh:central-authority", deeds=deeds.deeds_of(("officer",)),
        person=Person(name="Late GH", function="officer", instrument="A"),
        by=(pair.gh["officer"], pair.gh["approver"]),
    )  # fmt: skip
    with pytest.raises(Conflict):  # it may have been a case with FR that was lost
        send_draft(
            pair.gh.node,
            draft(to="fr:central-authority"),
            pair.gh["officer"],
            approver="approver",
            case="ab" * 16,
        )
    send_draft(pair.gh.node, draft(to="fr:central-authority"), pair.gh["officer"], approver="approver")
    third.node.db.close()


def rejections(side, case):
    with side.node.db.read() as conn:
        return [a for a in store.acts_of_case(conn, case) if a.header.kind == "reject"]


# -- what a hostile peer brings -----------------------------------------------------------------------


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
    lost_answer(pair, request_, tmp_path)
    ask_back(pair.gh.node, "PT")
    with pair.pt.node.db.read() as conn:
        acts = [a for a in store.acts_of_case(conn, request_.header.case) if a.header.kind == "answer"]
        receipt = dsse.read(store.get_receipt(conn, acts[-1].id, "own"))
    return Hostile(pair, of_peer(pair.gh, "PT").request, acts[-1], receipt)


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
    before = everything(hostile.pair.gh)
    assert not hostile.bring(make(hostile))
    assert everything(hostile.pair.gh) == before
    assert hostile.bring(hostile.body())  # and what is true does
    assert everything(hostile.pair.gh) != before


def test_after_the_last_word_nothing_is_taken(hostile):
    hostile.pair.settle()
    assert of_peer(hostile.pair.gh, "PT").status == "done"
    assert not hostile.bring(hostile.body())


def test_an_act_does_not_enter_the_case_of_another_pair(hostile):
    """Ours, signed and receipted, and yet of a case that GH has with a third State."""
    gh, case = hostile.pair.gh, "cd" * 16
    signers = [(Role.AUTHOR, gh["officer"].key)]
    kind, fields = hostile.act.header.kind, dict(hostile.act.fields)
    first = forged(gh, kind, fields, signers=signers, case=case, to="fr:central-authority")
    gh.node.db.writer.run(
        lambda conn: store.put_act(conn, first, received_at=hostile.pair.clock.now(), direction="own")
    )
    second = forged(gh, kind, fields, signers=signers, case=case, to="pt:central-authority", number=2)
    before = everything(gh)
    assert not hostile.bring(hostile.body(second, hostile.signed(second)))
    assert everything(gh) == before


# -- the peer's side ----------------------------------------------------------------------------------


def jobs(side, kind):
    with side.node.db.read() as conn:
        return [job for job in store.waiting(conn) if job.kind == kind]


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
    assert len(jobs(pair.pt, "resend")) == 1
    receive(pair.pt.node, resend_message(pair, nonce="1" * 32))
    assert len(jobs(pair.pt, "resend")) == 1
    pair.clock.at += PAUSE
    receive(pair.pt.node, resend_message(pair, nonce="1" * 32))
    assert len(jobs(pair.pt, "resend")) == 2
    posted = len(pair.courier.posted)
    run_one(pair.pt.node)  # the first is nobody's any longer
    assert len(pair.courier.posted) == posted
    pair.clock.at += PAUSE
    receive(pair.pt.node, resend_message(pair, at=at))  # a replay of what was done
    assert len(jobs(pair.pt, "resend")) == 1


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
    assert not jobs(pair.pt, "resend")


def test_a_node_that_asked_for_nothing_takes_nothing_back(pair, request_):
    with pair.pt.node.db.read() as conn:
        act = store.get_act(conn, request_.id)
        receipt = dsse.read(store.get_receipt(conn, act.id, "own"))
    it = Hostile(pair, "0" * 64, act, receipt)
    before = everything(pair.gh)
    assert not it.bring(it.body())
    assert everything(pair.gh) == before


# -- the log ------------------------------------------------------------------------------------------


@pytest.fixture
def published(pair, request_, tmp_path):
    """GH published once before the copy and twice after it; its log as a mirror has it."""
    seen = [publish(pair.gh.node)]
    backup(pair.gh.node, tmp_path / "copy.tar")
    for number in range(2):
        put(pair, request_, f"q{number}")
        seen.append(publish(pair.gh.node))
    return seen, die(pair.gh, tmp_path)


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
    harm(mirror)
    with pytest.raises(ComityError):
        come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    assert not (tmp_path / "again-gh").exists()


def test_a_harmed_hash_tile_is_made_anew_from_the_entries(pair, published, tmp_path):
    seen, mirror = published
    true = {path: path.read_bytes() for path in (mirror / "tile" / "0").rglob("*") if path.is_file()}
    for path, data in true.items():
        path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    publish(pair.gh.node)
    for one in seen:
        verify_follows(pair.gh, one)
    kept = max(true)
    assert (pair.gh.node.settings.log / kept.relative_to(mirror)).read_bytes() == true[kept]


def test_the_later_of_two_signed_checkpoints_counts(pair, published, tmp_path):
    """The person knew an older one; the folder has the log's own word of a later one."""
    seen, mirror = published
    made = come_back(pair, "gh", tmp_path, last_checkpoint=seen[1], log=mirror)
    assert made.log.size == tlog.checkpoint.open(seen[2], log_vkey(pair.gh.node)).checkpoint.size
    publish(pair.gh.node)
    verify_follows(pair.gh, seen[2])


def test_tiles_without_a_checkpoint_of_their_own_are_enough(pair, published, tmp_path):
    seen, mirror = published
    (mirror / "checkpoint").unlink()
    come_back(pair, "gh", tmp_path, last_checkpoint=seen[2], log=mirror)
    publish(pair.gh.node)
    verify_follows(pair.gh, seen[2])


def test_the_tiles_of_another_log_are_refused(pair, published, tmp_path):
    seen, mirror = published
    shutil.rmtree(mirror)
    for _ in range(3):
        publish(pair.pt.node)
    shutil.copytree(pair.pt.node.settings.log, mirror)
    with pytest.raises(ComityError):
        come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    (mirror / "checkpoint").unlink()
    with pytest.raises(Conflict) as caught:
        come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    assert caught.value.id == "backup.log_differs"


def test_a_log_without_its_tiles_waits_until_they_are_found(pair, published, tmp_path):
    """It publishes nothing and gives no place away; told later, it goes on."""
    seen, mirror = published
    made = come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1])
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
    assert "doctor.log_behind" in ids(gh, Health.BAD)
    pair.settle()
    assert_same(pair)
    assert take_up_log(gh.node, seen[-1], mirror).lost > 0
    assert take_up_log(gh.node, seen[-1], mirror).lost == 0  # done again, it changes nothing
    publish(gh.node)
    for one in seen:
        verify_follows(gh, one)
    assert "doctor.log_behind" not in ids(gh, Health.BAD)
    with gh.node.db.read() as conn:
        assert recovery.restoration(conn).lost > 0


def test_without_a_checkpoint_nothing_is_published_until_it_is_told(pair, published, tmp_path):
    seen, mirror = published
    with pytest.raises(ComityError) as caught:
        come_back(pair, "gh", tmp_path, log=mirror)
    assert caught.value.id == "backup.log_without_checkpoint"
    assert come_back(pair, "gh", tmp_path).log is None
    with pytest.raises(Conflict) as caught:
        publish(pair.gh.node)
    assert caught.value.id == "app.guard_lost"
    take_up_log(pair.gh.node, seen[-1], mirror)
    publish(pair.gh.node)
    for one in seen:
        verify_follows(pair.gh, one)


def test_what_waited_in_the_copy_keeps_its_opening(pair, request_, tmp_path):
    """Committed before the copy, placed after it: its leaf is found among the lost ones."""
    backup(pair.gh.node, tmp_path / "copy.tar")
    last = publish(pair.gh.node)
    with pair.gh.node.db.read() as conn:
        before = store.opening_of(conn, request_.id)
    mirror = die(pair.gh, tmp_path)
    made = come_back(pair, "gh", tmp_path, last_checkpoint=last, log=mirror)
    with pair.gh.node.db.read() as conn:
        after = store.opening_of(conn, request_.id)
        waiting = store.pending_leaves(conn)
    assert (after.leaf, after.position) == (before.leaf, before.position)
    assert not waiting
    assert made.log.lost < made.log.size - made.log.had
