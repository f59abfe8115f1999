"""P12: a node comes back from a copy; its acts come back from its peers, and nothing is said twice."""

import threading

import handing as h
import loopback as l
import pytest
import restoring as r
from test_life import draft, dumps
from test_not_in_order import forged, request_fields, sent

from comity import store
from comity.acts import Person, Reply, Role
from comity.app import deeds, people, question
from comity.app.backup import backup
from comity.app.custody import custody_list, take_custody
from comity.app.doctor import Health
from comity.app.peers import add_peer, own_entry, refresh_peer
from comity.app.prepare import approve
from comity.app.publish import publish
from comity.app.question import Asking
from comity.app.recover import ask_back, go_on_without, not_here
from comity.app.send import send_draft
from comity.app.show import show_act, show_case
from comity.errors import ComityError, Conflict, Unavailable
from comity.worker import run_due


def test_the_log_goes_on_and_what_was_exchanged_comes_back(pair, request_, files, tmp_path):
    """P12 in one story: several cases, both directions, evidence; the machine dies, nothing shared does."""
    gh = pair.gh
    seen = [publish(gh.node)]
    first = r.put(pair, request_, "q1")
    backup(gh.node, tmp_path / "copy.tar")
    kept = {id for _, id in r.spoken(gh)}
    pair.later(hours=2)
    second = l.ask(pair, "mailbox")
    l.grant(pair, second, "mailbox", condition="use-limit")
    r.tell(pair, first, "q1")
    seen.append(publish(gh.node))
    id = h.sealed_and_released(pair, request_, files)
    delivery = h.hand_over(pair, request_, id)
    pair.settle()
    take_custody(gh.node, delivery.id, gh["examiner"])
    asked = r.put(pair, second, "q2")
    seen.append(publish(gh.node))
    before, told = dumps(pair, request_.header.case), sorted(r.spoken(gh))
    mirror = r.die(gh, tmp_path)
    made = r.come_back(pair, "gh", tmp_path, last_checkpoint=seen[-1], log=mirror)
    assert made.log.behind == 0
    assert 0 < made.log.lost < made.log.size - made.log.had  # what waited in the copy has its opening
    gh = pair.gh
    publish(gh.node)
    with pytest.raises(Conflict) as caught:
        r.tell(pair, first, "q1")
    assert caught.value.id == "recover.not_yet"
    pair.settle()
    one = r.of_peer(gh, "PT")
    assert (one.status, one.not_taken, one.incomplete, one.numbers) == ("done", 0, 0, 0)
    assert one.own > 2
    assert one.theirs > 2
    r.assert_same(pair)
    assert dumps(pair, request_.header.case) == before
    assert sorted(r.spoken(gh)) == told
    with gh.node.db.read() as conn:
        assert not store.unreceipted(conn)
        exhibits = delivery.terms.exhibits
        assert not [p for e in exhibits for p in store.missing_pieces(conn, delivery.id, e.exhibit)]
        assert not_here(gh.node, conn) == ((request_.header.case, id),)
    assert "doctor.exhibit_not_back" in r.ids(gh, Health.BAD)
    said = take_custody(gh.node, delivery.id, gh["examiner"]).act
    assert said.id in {act for _, act in told}  # not said a second time
    assert [event.action.value for event in custody_list(gh.node, request_.header.case, id)] == [
        "received",
        "checked",
    ]
    assert r.ids(gh, Health.BAD) <= {"doctor.timestamp_missing"}  # GH never stamped anything
    assert {"doctor.restored", "doctor.recovered", "doctor.log_continued"} <= r.ids(gh, Health.OK)
    assert {"doctor.home_lost"} <= r.ids(gh, Health.WARN)
    answer = r.tell(pair, asked, "q2")
    assert (("GH", answer.header.case, answer.header.number)) not in dict(told)
    r.assert_same(pair)
    publish(gh.node)
    for one in seen:
        r.verify_follows(gh, one)
    shown = show_case(gh.node, request_.header.case)["acts"]
    in_case = {id for (_, case, _), id in told if case == request_.header.case}
    assert {a["id"] for a in shown if a["returned"]} == in_case - kept
    assert show_act(gh.node, delivery.id)["returned"]["from"] == "PT"


def test_the_deliverers_side_comes_back_too(pair, request_, files, tmp_path):
    pt = pair.pt
    backup(pt.node, tmp_path / "copy.tar")
    id = h.sealed_and_released(pair, request_, files)
    h.hand_over(pair, request_, id)
    asked = r.put(pair, request_, "q1")
    r.tell(pair, asked, "q1")
    last = publish(pt.node)
    mirror = r.die(pt, tmp_path)
    r.come_back(pair, "pt", tmp_path, last_checkpoint=last, log=mirror)
    pair.settle()
    assert r.of_peer(pair.pt, "GH").status == "done"
    r.assert_same(pair)
    publish(pair.pt.node)
    r.verify_follows(pair.pt, last)
    with pair.pt.node.db.read() as conn:
        assert not_here(pair.pt.node, conn) == ((request_.header.case, id),)
    r.put(pair, request_, "q2")
    r.assert_same(pair)


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
    mirror = r.die(pair.pt, tmp_path)
    r.come_back(pair, "pt", tmp_path, last_checkpoint=last, log=mirror)
    pair.settle()
    r.assert_same(pair)
    assert set(said) <= {id for _, id in r.spoken(pair.pt)}
    r.assert_nothing_twice(pair)


def test_a_peer_that_is_down_is_asked_until_it_answers(pair, request_, tmp_path):
    asked = r.lost_answer(pair, request_, tmp_path)
    pair.courier.cut = {l.ACT_PATH, l.DIRECTORY_PATH}
    assert run_due(pair.gh.node)
    assert r.of_peer(pair.gh, "PT").status == "waiting"
    assert {"doctor.recover_waiting", "doctor.job_fails"} <= r.ids(pair.gh, Health.WARN)
    with pytest.raises(Unavailable):
        ask_back(pair.gh.node, "PT")
    with pytest.raises(Conflict):
        r.tell(pair, asked, "q1")
    pair.courier.cut = set()
    pair.later(hours=1)
    pair.settle()
    assert r.of_peer(pair.gh, "PT").status == "done"
    r.assert_same(pair)


@pytest.mark.parametrize("after", range(6))
def test_cut_anywhere_it_is_gone_on_with_and_nothing_happens_twice(pair, request_, tmp_path, after):
    """The carrier dies after so many messages, and the answer to the last one is lost."""
    r.lost_answer(pair, request_, tmp_path)
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
    assert r.of_peer(pair.gh, "PT").status == "done"
    r.assert_same(pair)
    r.assert_nothing_twice(pair)


def test_a_carrier_that_doubles_everything_brings_nothing_twice(pair, request_, tmp_path):
    r.lost_answer(pair, request_, tmp_path)
    pair.courier.doubled = True
    pair.settle()
    assert r.of_peer(pair.gh, "PT").own == 1
    r.assert_same(pair)
    r.assert_nothing_twice(pair)


def test_what_is_new_goes_out_at_once_and_what_is_not_waits(pair, request_, tmp_path):
    asked = r.lost_answer(pair, request_, tmp_path)
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
        r.tell(pair, asked, "q1")
    pair.settle()
    r.assert_same(pair)
    send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver", case=case)


def test_what_was_prepared_before_the_copy_waits_too(pair, request_, tmp_path):
    """It was signed and said after the copy: the restored node must not take it for unsaid."""
    said = send_draft(pair.gh.node, draft(), pair.gh["officer"], approver="approver")
    backup(pair.gh.node, tmp_path / "copy.tar")
    approve(pair.gh.node, said.act.id, pair.gh["approver"])
    pair.settle()
    last = publish(pair.gh.node)
    mirror = r.die(pair.gh, tmp_path)
    r.come_back(pair, "gh", tmp_path, last_checkpoint=last, log=mirror)
    with pytest.raises(Conflict) as caught:
        approve(pair.gh.node, said.act.id, pair.gh["approver"])
    assert caught.value.id == "recover.not_yet"
    pair.settle()
    r.assert_same(pair)
    with pair.gh.node.db.read() as conn:
        assert store.has_act(conn, said.act.id)
        assert not store.list_prepared(conn)


def test_a_person_can_go_on_and_what_was_said_twice_is_proof(pair, request_, tmp_path):
    asked = r.lost_answer(pair, request_, tmp_path)
    pair.courier.cut = {l.ACT_PATH, l.DIRECTORY_PATH}
    go_on_without(pair.gh.node, "PT", pair.gh["officer"])
    replies = (Reply(id="q1", text="Something else."),)
    again = question.answer(pair.gh.node, asked.id, pair.gh["officer"], replies=replies, facts=()).act
    pair.courier.cut = set()
    pair.later(hours=1)
    pair.settle()
    one = r.of_peer(pair.gh, "PT")
    assert (one.status, one.by, one.numbers) == ("gone_on", pair.gh["officer"].key.id, 1)
    assert "doctor.numbers_twice" in r.ids(pair.gh, Health.BAD)
    with pair.gh.node.db.read() as conn:
        (kept,) = store.equivocations(conn, request_.header.case)
    assert kept.first == again.id
    assert kept.second.header.number == again.header.number


def test_people_enrolled_after_the_copy_are_known_by_what_they_signed(pair, request_, tmp_path):
    """Their keys come back with the node's own entry, which goes on from the version that peers know."""
    gh, pt = pair.gh, pair.pt
    asked = r.put(pair, request_, "q1")
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
    mirror = r.die(gh, tmp_path)
    r.come_back(pair, "gh", tmp_path, last_checkpoint=last, log=mirror)
    pair.settle()
    gh = pair.gh
    assert r.of_peer(gh, "PT").not_taken == 0
    r.assert_same(pair)
    with gh.node.db.read() as conn:
        assert store.has_act(conn, act.id)
        assert gh.node.directory(conn).own.version == version
    assert "doctor.people_lost" in r.ids(gh, Health.WARN)
    people.add_person(
        gh.node, "later", office="gh:central-authority", deeds=deeds.deeds_of(("officer",)),
        person=Person(name="Later GH", function="officer", instrument="A"),
        by=(gh["officer"], gh["approver"]),
    )  # fmt: skip
    assert refresh_peer(pt.node, "GH").version == version + 1
    with pt.node.db.read() as conn:
        assert late.key.id in {key.key for key in pt.node.directory(conn).entry("GH").keys}


def test_a_field_destroyed_at_the_peer_comes_back_missing_and_the_act_verifies(pair, request_, tmp_path):
    asked = r.lost_answer(pair, request_, tmp_path)
    answers = [id for (s, _, _), id in r.spoken(pair.pt) if s == "GH"]
    pair.by_hand = True
    pair.pt.node.db.writer.run(
        lambda conn: store.erase_field(conn, answers[-1], "replies", pair.clock.now(), asked.id)
    )
    pair.settle()
    assert r.of_peer(pair.gh, "PT").incomplete == 1
    with pair.gh.node.db.read() as conn:
        act = store.get_act(conn, answers[-1])
    assert not act.complete
    assert "replies" not in act.fields
    assert show_act(pair.gh.node, act.id)["not_open"] == ["replies"]
    r.assert_same(pair)


def test_a_peers_act_not_in_order_is_rejected_when_numbers_are_known(pair, request_, tmp_path):
    r.lost_answer(pair, request_, tmp_path)
    pt = pair.pt
    signers = [(Role.AUTHOR, pt["officer"].key), (Role.APPROVER, pt["approver"].key)]
    for case, number in (("ab" * 16, 1), (request_.header.case, 9)):
        bad = forged(
            pt, "request", request_fields(), signers=signers, case=case, to="gh:nonexistent", number=number
        )  # fmt: skip
        assert sent(pair, pt, pair.gh, bad) == "not_in_order"
        assert not r.rejections(pair.gh, case)
    pair.settle()
    pair.later(hours=1)
    pair.settle()
    assert r.of_peer(pair.gh, "PT").status == "done"
    assert len(r.rejections(pair.gh, "ab" * 16)) == 1
    assert not r.jobs(pair.gh, "reject")
    r.assert_nothing_twice(pair)


def test_what_waited_to_be_rejected_is_before_anything_is_built_on_it(pair, request_, tmp_path):
    """In the very transaction in which the node may speak again, and not by a job a little later."""
    r.lost_answer(pair, request_, tmp_path)
    pt = pair.pt
    signers = [(Role.AUTHOR, pt["officer"].key), (Role.APPROVER, pt["approver"].key)]
    bad = forged(pt, "request", request_fields(), signers=signers, case="ab" * 16, to="gh:nonexistent")
    assert sent(pair, pt, pair.gh, bad) == "not_in_order"
    assert not r.rejections(pair.gh, "ab" * 16)
    go_on_without(pair.gh.node, "PT", pair.gh["officer"])
    assert len(r.rejections(pair.gh, "ab" * 16)) == 1


def test_a_peer_that_is_trusted_anew_holds_nothing_up_unless_it_brings_something(pair, request_, tmp_path):
    r.lost_answer(pair, request_, tmp_path)
    pair.settle()
    third = l.make_side(tmp_path / "FR", "FR", pair.clock, pair.courier)
    add_peer(pair.gh.node, own_entry(third.node), third.node.keys.acts.id)
    assert not r.of_peer(pair.gh, "FR").pending
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
