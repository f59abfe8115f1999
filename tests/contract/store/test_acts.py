"""The contract of acts kept: once, unchanged, erasable field by field, numbered without doubles."""

import pytest

from comity import acts
from comity.acts import read_act, write_act
from comity.dsse import Signature
from comity.errors import Conflict, NotFound, NotPermitted, ProofFailed
from comity.store import (
    act_by_number,
    acts_of_case,
    commitment_of,
    equivocations,
    erase_field,
    erased_fields,
    get_act,
    get_receipt,
    get_record,
    has_act,
    ids_of_case,
    moment,
    next_home_number,
    put_act,
    put_commitment,
    put_equivocation,
    put_receipt,
    receipts_of_case,
    records_of_case,
    unreceipted,
)

KEY = "ab" * 32


@pytest.fixture
def put(do, at):
    def put(act, direction="own", minutes=0):
        return do(put_act, act, received_at=at(minutes), direction=direction)

    return put


def test_an_act_comes_back_byte_for_byte(put, see, make):
    act = make().with_signature(Signature(keyid=KEY, sig="AAAA"))
    assert put(act)
    again = see(get_act, act.id)
    assert write_act(again) == write_act(act)
    assert again.id == act.id
    assert see(has_act, act.id)
    assert not see(has_act, "0" * 64)


def test_an_act_not_here_is_not_found(see):
    with pytest.raises(NotFound) as caught:
        see(get_act, "0" * 64)
    assert caught.value.id == "store.no_such_act"


def test_a_repeat_changes_nothing_and_brings_back_nothing(put, do, see, make, at):
    act = make(from_="pt:desk", to="gh:desk-24-7")
    assert put(act, "peer", minutes=1)
    do(erase_field, act.id, "text", at(2), KEY)
    assert not put(act.with_signature(Signature(keyid=KEY, sig="AAAA")), "peer", minutes=9)
    (record,) = see(records_of_case, act.header.case)
    assert record.arrived_at == at(1)
    assert record.direction == "peer"
    assert record.act.envelope.signatures == ()
    assert "text" not in record.act.fields


def test_acts_of_a_case_come_in_the_order_of_storing_and_by_reach(put, see, make, make_home, case):
    shared, home, peer = make(), make_home(), make(from_="pt:desk", to="gh:desk-24-7")
    elsewhere = make(case="f" * 32)
    for act, direction in ((peer, "peer"), (shared, "own"), (home, "home"), (elsewhere, "own")):
        put(act, direction)
    assert [a.id for a in see(acts_of_case, case)] == [peer.id, shared.id]
    assert [a.id for a in see(acts_of_case, case, "home")] == [home.id]
    assert [a.id for a in see(acts_of_case, case, "all")] == [peer.id, shared.id, home.id]
    assert see(acts_of_case, "e" * 32) == ()


def test_the_register_has_its_own_acts_and_numbers(put, see, make):
    def enrol(number):
        terms = {
            "key": KEY,
            "alg": "ed25519",
            "public": "AAAA",
            "authority": "gh:desk-24-7",
            "deeds": ["sign"],
            "founding": True,
        }
        person = {"name": "Officer A", "function": "Duty officer", "instrument": "None"}
        return make("enrol", {"terms": terms, "person": person}, case=None, to=None, number=number)

    assert see(next_home_number, None, "GH") == 1
    one = enrol(1)
    put(one, "home")
    assert see(next_home_number, None, "GH") == 2
    assert [a.id for a in see(acts_of_case, None, "all")] == [one.id]
    with pytest.raises(Conflict) as caught:
        put(enrol(1), "home")
    assert caught.value.id == "store.number_taken"


def test_the_numbers_of_home_acts_are_counted_apart(put, see, make, make_home, case):
    put(make(number=1))
    put(make(number=2))
    put(make(number=7, from_="pt:desk", to="gh:desk-24-7"), "peer")
    put(make_home(3), "home")
    assert see(next_home_number, case, "GH") == 4
    assert see(next_home_number, "f" * 32, "GH") == 1
    assert see(act_by_number, case, "GH", shared=False, number=3).header.kind == "ratify"
    assert see(act_by_number, case, "GH", shared=True, number=3) is None


def test_this_node_never_gives_one_number_to_two_acts(put, see, make, make_home):
    put(make(number=1))
    with pytest.raises(Conflict) as caught:
        put(make(number=1))
    assert caught.value.id == "store.number_taken"
    put(make_home(1), "home")  # another row of numbers
    with pytest.raises(Conflict):
        put(make_home(1), "home")


def test_two_acts_of_a_peer_with_one_number_are_kept_as_proof(put, do, see, make, at):
    one, two = (make(from_="pt:desk", to="gh:desk-24-7", number=4) for _ in range(2))
    put(one, "peer")
    assert see(act_by_number, one.header.case, "PT", shared=True, number=4).id == one.id
    assert do(put_equivocation, one.id, two, at(5))
    assert not do(put_equivocation, one.id, two, at(6))
    (proof,) = see(equivocations, one.header.case)
    assert (proof.first, proof.found_at) == (one.id, at(5))
    assert (proof.second.id, proof.second.envelope) == (two.id, two.envelope)
    assert set(two.fields) > set(proof.second.fields) == {"terms"}  # what is erased must not live on here
    assert [a.id for a in see(acts_of_case, one.header.case)] == [one.id]
    put(two, "peer")  # the fold may want to read both
    assert see(act_by_number, one.header.case, "PT", shared=True, number=4).id == one.id


def test_what_is_no_equivocation_is_not_kept_as_one(put, do, make, at):
    one = make(from_="pt:desk", to="gh:desk-24-7", number=4)
    put(one, "peer")
    for other in (one, make(from_="pt:desk", to="gh:desk-24-7", number=5), make(number=4)):
        with pytest.raises(Conflict) as caught:
            do(put_equivocation, one.id, other, at())
        assert caught.value.id == "store.no_equivocation"


def test_direction_must_fit_the_addressee(put, make, make_home):
    for act, direction in ((make(), "home"), (make_home(), "own"), (make_home(2), "peer")):
        with pytest.raises(Conflict) as caught:
            put(act, direction)
        assert caught.value.id == "store.rule_broken"


def test_an_erased_field_leaves_an_act_that_reads_and_says_what_is_missing(put, do, see, make, at):
    act = make()
    put(act)
    (lost,) = (d for d in act.disclosures if d.name == "text")
    assert do(erase_field, act.id, "text", at(3), KEY)
    assert not do(erase_field, act.id, "text", at(4), "cd" * 32)
    again = see(get_act, act.id)
    assert again.id == act.id
    assert again.unopened == (lost.digest,)
    assert again.terms == act.terms
    assert read_act(write_act(again)) == again
    (erased,) = see(erased_fields, act.id)
    assert (erased.digest, erased.name, erased.erased_at, erased.by_act) == (lost.digest, "text", at(3), KEY)


def test_terms_stay_and_only_what_is_there_is_erased(put, do, make, at):
    act = make()
    put(act)
    with pytest.raises(NotPermitted) as caught:
        do(erase_field, act.id, "terms", at(), KEY)
    assert caught.value.id == "store.terms_stay"
    for id, field in ((act.id, "facts"), ("0" * 64, "text")):
        with pytest.raises(NotFound) as caught:
            do(erase_field, id, field, at(), KEY)
        assert caught.value.id == "store.no_such_field"


def test_what_an_act_rests_on_is_kept_if_it_opens_its_commitment(put, do, see, make, entropy):
    rests_on = acts.commit("rests_on", ["ab" * 32], entropy)
    act = make(rests_on=rests_on.digest)
    put(act)
    assert see(commitment_of, act.id) is None
    with pytest.raises(ProofFailed) as caught:
        do(put_commitment, act.id, acts.commit("rests_on", ["ab" * 32], entropy).text)
    assert caught.value.id == "store.commitment_of_another"
    do(put_commitment, act.id, rests_on.text)
    assert see(commitment_of, act.id) == rests_on.text


def test_the_first_receipt_stays_and_a_repeat_gets_the_same(put, do, see, make, at):
    act = make()
    put(act)
    assert see(unreceipted) == (act.id,)
    assert see(get_receipt, act.id, "peer") is None
    assert do(put_receipt, act.id, "peer", b"first", at(1))
    assert not do(put_receipt, act.id, "peer", b"second", at(2))
    assert see(get_receipt, act.id, "peer") == b"first"
    assert see(get_receipt, act.id, "own") is None
    assert see(receipts_of_case, act.header.case) == {(act.id, "peer"): b"first"}
    assert see(unreceipted) == ()
    with pytest.raises(NotFound):
        do(put_receipt, "0" * 64, "own", b"x", at())


def test_a_deed_sees_what_it_has_written_and_fails_whole(db, make, at, case):
    act = make()

    def deed(conn):
        put_act(conn, act, received_at=at(), direction="own")
        assert has_act(conn, act.id)
        put_receipt(conn, "0" * 64, "own", b"", at())

    with pytest.raises(NotFound):
        db.writer.run(deed)
    with db.read() as conn:
        assert not has_act(conn, act.id)
        assert acts_of_case(conn, case, "all") == ()


def test_what_is_read_of_a_case_in_one_moment_is_what_is_read_each_for_itself(put, see, make, make_home, db):
    acts_ = [make(number=1), make(from_="pt:desk", to="gh:desk-24-7", number=1)]
    case = acts_[0].header.case
    homes = [make_home(number=1), make_home(case=None, number=1)]
    for act, direction in zip((*acts_, *homes), ("own", "peer", "home", "home"), strict=True):
        put(act, direction)
    reads = [
        *((records_of_case, of, which) for which in ("home", "shared", "all") for of in (case, None)),
        *((ids_of_case, of, which) for which in ("all", "shared", "home") for of in (case, None)),
        *((get_record, one.id) for one in (*acts_, *homes)),
    ]
    alone = [plain(see(read, *told)) for read, *told in reads]
    for order in (1, -1):
        with db.read() as conn, moment(conn):
            together = [plain(read(conn, *told)) for read, *told in reads[::order]][::order]
            with pytest.raises(NotFound):
                get_act(conn, "0" * 64)
        assert together == alone


def plain(read):
    """What was read, as bytes and plain values."""
    records = read if isinstance(read, tuple) else (read,)
    return [
        one if isinstance(one, tuple) else (write_act(one.act), one.seq, one.direction) for one in records
    ]
