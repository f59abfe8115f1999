"""The contract of acts that wait: signatures are only ever gained."""

import pytest

from comity.dsse import Signature
from comity.errors import Conflict, NotFound
from comity.store import drop_prepared, get_prepared, list_prepared, put_prepared, update_prepared

ONE, TWO = (Signature(keyid=digit * 64, sig="AAAA") for digit in "12")


def test_an_act_waits_with_what_its_preparer_must_remember(do, see, make, at, case):
    act = make()
    assert do(put_prepared, act, {"rests_on": "abc", "notes": ["check the date"]}, at(2)) == act.id
    waiting = see(get_prepared, act.id)
    assert (waiting.act, waiting.prepared_at) == (act, at(2))
    assert waiting.extra == {"rests_on": "abc", "notes": ["check the date"]}
    earlier = make(number=2)
    do(put_prepared, earlier, None, at(1))
    do(put_prepared, make(case="f" * 32), None, at(3))
    assert [p.act.id for p in see(list_prepared, case)] == [earlier.id, act.id]
    assert len(see(list_prepared)) == 3
    with pytest.raises(Conflict) as caught:
        do(put_prepared, act, {}, at(3))
    assert caught.value.id == "store.prepared_already"


def test_two_who_sign_at_once_do_not_undo_one_another(do, see, make, at):
    act = make()
    do(put_prepared, act, None, at())
    do(update_prepared, act.id, act.with_signature(ONE))
    with pytest.raises(Conflict) as caught:
        do(update_prepared, act.id, act.with_signature(TWO))
    assert caught.value.id == "store.prepared_moved"
    both = see(get_prepared, act.id).act.with_signature(TWO)
    do(update_prepared, act.id, both)
    assert see(get_prepared, act.id).act == both


def test_another_act_or_another_content_is_not_what_waits(do, make, at):
    act = make()
    do(put_prepared, act, None, at())
    for other in (make(number=2), act.without(["text"])):
        with pytest.raises(Conflict) as caught:
            do(update_prepared, act.id, other)
        assert caught.value.id == "store.prepared_other"


def test_what_was_dropped_waits_no_more(do, see, make, at):
    act = make()
    do(put_prepared, act, None, at())
    assert do(drop_prepared, act.id)
    assert not do(drop_prepared, act.id)
    for function, arguments in ((get_prepared, (act.id,)), (update_prepared, (act.id, act))):
        with pytest.raises(NotFound) as caught:
            do(function, *arguments)
        assert caught.value.id == "store.not_prepared"
