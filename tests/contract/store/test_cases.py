"""The contract of the list of cases: it says what the acts say, and can be made again."""

import pytest
from sqlalchemy import text

from comity.errors import NotFound
from comity.store import get_case_line, last_stored, list_cases, put_act, reindex

CASES = ("a" * 32, "b" * 32, "c" * 32)


def test_a_case_names_its_own_state_alone_until_an_act_is_shared(do, see, make, make_home, at):
    case = CASES[0]
    do(put_act, make_home(1, case=case), received_at=at(1), direction="home")
    line = see(get_case_line, case)
    assert (line.states, line.shared_acts, line.home_acts) == (("GH",), 0, 1)
    do(put_act, make(case=case), received_at=at(2), direction="own")
    line = see(get_case_line, case)
    assert line.states == ("GH", "PT")
    assert (line.first_at, line.last_at, line.last_kind) == (at(1), at(2), "withdraw")
    assert (line.shared_acts, line.home_acts) == (1, 1)


def test_what_moved_last_comes_first_and_a_state_can_be_asked_for(do, see, make, at):
    assert see(last_stored) is None
    for minutes, (case, to) in enumerate(zip(CASES, ("pt:desk", "fr:desk", "pt:desk"), strict=True)):
        do(put_act, make(case=case, to=to), received_at=at(minutes), direction="own")
    do(put_act, make(case=CASES[0], number=2), received_at=at(9), direction="own")
    assert [line.case for line in see(list_cases)] == [CASES[0], CASES[2], CASES[1]]
    assert [line.case for line in see(list_cases, state="PT")] == [CASES[0], CASES[2]]
    assert [line.case for line in see(list_cases, limit=1, offset=1)] == [CASES[2]]
    assert see(last_stored) == at(9)
    with pytest.raises(NotFound) as caught:
        see(get_case_line, "f" * 32)
    assert caught.value.id == "store.no_such_case"


def test_made_again_it_is_the_same(do, see, make, make_home, at):
    for number, case in enumerate([*CASES, *CASES[:2]], 1):
        do(put_act, make(case=case, number=number), received_at=at(number), direction="own")
        do(put_act, make_home(number, case=case), received_at=at(number + 20), direction="home")
    do(put_act, make_home(1, case=None), received_at=at(), direction="home")  # the register is no case
    before = see(list_cases)

    def disturb(conn):
        conn.execute(text("UPDATE case_list SET last_kind = 'wrong', shared_acts = 99"))
        conn.execute(text("DELETE FROM case_list WHERE case_id = :case"), {"case": CASES[1]})
        conn.execute(
            text("UPDATE case_list SET case_id = 'nowhere' WHERE case_id = :case"), {"case": CASES[2]}
        )

    do(disturb)
    assert see(list_cases) != before
    assert do(reindex) == 3
    assert see(list_cases) == before
