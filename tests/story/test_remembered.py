"""What is remembered between two deeds is never stale: acts, cases, the directory."""

import loopback as l
import pytest

from comity import dsse, store
from comity.acts import Question, read_act, write_act
from comity.acts.terms import AskTerms, QuestionTerm
from comity.app import node as nodes
from comity.app.node import case_of, tables_of
from comity.app.prepare import Saying, say
from comity.app.receive import receive
from comity.cases import fold
from comity.exchange import seal_act, sign_entry
from comity.exchange.entry import Status
from comity.store.opened import Opened


def held(side, act):
    with side.node.db.read() as conn:
        return store.get_act(conn, act.id)


@pytest.fixture
def forgotten():
    """Nothing is remembered of earlier tests."""
    store.forget_opened()


def test_an_act_that_was_stored_is_not_opened_again(pair, request_, forgotten):
    assert held(pair.pt, request_) is held(pair.pt, request_)


def test_a_field_erased_in_between_is_gone_from_what_is_remembered(pair, request_, forgotten):
    node = pair.pt.node
    assert held(pair.pt, request_).fields["conduct"] == "What is alleged."
    with node.db.read() as conn:
        case_of(node, conn, request_.header.case)
    at = node.clock.now()
    pair.by_hand = True
    node.db.writer.run(lambda conn: store.erase_field(conn, request_.id, "conduct", at, request_.id))
    assert "conduct" not in held(pair.pt, request_).fields
    with node.db.read() as conn:
        kept = case_of(node, conn, request_.header.case).origin.history.acts
    assert {d.name for act in kept for d in act.disclosures} == {"terms"}


def test_a_case_is_what_folding_all_of_its_acts_gives(pair, request_):
    """After each act anew, though the one before is remembered."""
    for side, other in ((pair.gh, pair.pt), (pair.pt, pair.gh)):
        l.said(pair, side, "ask", question(side), request=request_)
        for one in (side, other):
            with one.node.db.read() as conn:
                acts = store.acts_of_case(conn, request_.header.case)
                remembered = case_of(one.node, conn, request_.header.case)
            assert remembered.dump() == fold(acts, tables_of(one.node)).dump()
            assert acts[-1].id in remembered.standings


def test_another_set_of_tables_is_another_case(pair, request_, monkeypatch):
    node = pair.pt.node
    with node.db.read() as conn:
        before = case_of(node, conn, request_.header.case)
        monkeypatch.setattr(nodes, "tables_of", lambda _: {})
        after = case_of(node, conn, request_.header.case)
    assert before.standing(request_.id).moves
    assert not after.standing(request_.id).moves


def test_a_key_revoked_in_between_is_no_good_for_the_next_message(pair, request_):
    gh, pt = pair.gh.node, pair.pt.node
    saying = Saying(
        kind="ask",
        from_="gh:central-authority",
        to="pt:central-authority",
        case=request_.header.case,
        about=request_.id,
        fields=question(pair.gh),
    )
    act = say(gh, saying, pair.gh["officer"]).act
    with gh.db.read() as conn, pt.db.read() as there:
        data = seal_act(act, gh.directory(conn).entry("PT"), gh.entropy)
        old = pt.directory(there).entry("GH")
    revoke(pair, old, pair.gh["officer"].key.id)
    receive(pt, data)
    with pt.db.read() as conn:
        assert not store.has_act(conn, act.id)


def test_the_directory_is_made_anew_for_each_version_and_only_then(pair):
    node = pair.pt.node
    with node.db.read() as conn:
        first = node.directory(conn)
        assert node.directory(conn) is first
    revoke(pair, first.entry("GH"), pair.gh["officer"].key.id)
    with node.db.read() as conn:
        second = node.directory(conn)
    assert second.entry("GH").version == first.entry("GH").version + 1
    # Two nodes with one program have each its own.
    with pair.gh.node.db.read() as conn:
        assert pair.gh.node.directory(conn).own.state == "GH"


def test_what_is_remembered_of_acts_is_bounded_and_found_by_all_of_its_bytes(request_):
    key = (b"e" * 60, ("t" * 40,))
    kept = Opened(250)
    kept.put(key, request_)
    assert kept.get(key) is request_
    assert kept.get((b"e" * 60, ("t" * 39 + "u",))) is None
    assert kept.get((b"e" * 60, ())) is None
    other = read_act(write_act(request_))
    kept.put((b"f" * 100, ()), other)
    assert kept.get(key) is request_  # used last
    kept.put((b"g" * 100, ()), other)
    assert kept.get((b"f" * 100, ())) is None
    assert kept.get(key) is request_
    kept.clear()
    assert kept.get(key) is None


def question(side):
    id = f"q{side.node.entropy(4).hex()}"
    return {
        "terms": AskTerms(questions=(QuestionTerm(id=id, about=None),)),
        "questions": (Question(id=id, text="What is it?", fact=None),),
    }


def revoke(pair, entry, key):
    """GH's next entry, in which a key is revoked from before anything; PT is shown it."""
    keys = tuple(
        k.model_copy(update={"status": Status.REVOKED, "until": k.since}) if k.key == key else k
        for k in entry.keys
    )
    fresh = entry.model_copy(update={"version": entry.version + 1, "keys": keys})
    data = dsse.write(sign_entry(fresh, pair.gh.node.keys.acts))
    pt = pair.pt.node
    at = pt.clock.now()
    pt.db.writer.run(lambda conn: store.update_peer(conn, "GH", entry=data, version=fresh.version, at=at))
