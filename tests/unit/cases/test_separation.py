"""Two persons: what a node asks of its own State is asked of no other, and of its own always.

Random stories; of each lawful act, all sets of signers with whom its author could have signed it.
"""

import itertools
import random

import builders as b
import pytest
from house_laws import fewer
from speech import Speech
from stages import requested

from comity.cases import InOrder, NotInOrder, fewer_signed, fold, judge
from comity.cases.ratification import Backing, backing
from comity.wire import dump

BESIDE = ("approver", "judge")
SUBSETS = [("author", *some) for size in range(3) for some in itertools.combinations(BESIDE, size)]
APART = {"reject", "ratified"}
"""A node's word; and what by its own meaning is a second person's."""
GRANT = b.decision(b.outcome("mailbox"))


def told(seed):
    """A story, act by act: the case before each, the side that speaks, and what it says."""
    chance = random.Random(seed)
    measure = chance.choice(["access_stored", "intercept_content", "emergency_data", "extradite", "freeze"])
    speech, acts = Speech(chance, measures={measure}), []
    sides = {"GH": b.Side("GH", "PT"), "PT": b.Side("PT", "GH")}
    for _ in range(12):
        case, side = fold(acts, b.TABLES), sides[chance.choice(["GH", "PT"])]
        act = speech.lawful(case, side)
        if act is not None:
            yield case, side, act
            acts.append(act)


def with_signers(side, act, roles):
    """The same act as it would be if these had signed it."""
    header = act.header
    return side.act(
        header.kind,
        dump(act.terms),
        number=header.number,
        after=header.after,
        about=header.about,
        roles=roles,
        at=header.at,
        table=header.law.table,
        sign=False,
    )


@pytest.mark.parametrize("seed", range(12))
def test_theirs_is_never_refused_for_want_of_a_second_person_and_ours_always(seed):
    for case, side, act in told(seed):
        if act.header.kind in APART:
            continue
        opened = case.origin.history
        about = opened.acts[opened.place[act.header.about]] if act.header.about in opened.place else None
        for roles in SUBSETS:
            if len(roles) > 1 and getattr(act.terms, "ratify_by", None) is not None:
                continue  # two sign, and say that a second one will
            one = with_signers(side, act, roles)
            assert judge(case, one, b.TABLE) == InOrder(), (act.header.kind, roles)
            mine = judge(case, one, b.TABLE, own=True)
            assert isinstance(mine, NotInOrder) == any(fewer(one, about)), (act.header.kind, roles, mine)
            assert mine == InOrder() or mine.reason in {"signers_missing", "requires.ratification_due"}
            folded = fold([*opened.acts, one], b.TABLES)
            assert (one.id in fewer_signed(folded)) == isinstance(mine, NotInOrder)


def test_the_stories_hold_what_two_persons_sign():
    """Else the property above would hold of nothing."""
    said = {act.header.kind for seed in range(12) for _, _, act in told(seed)}
    assert {"request", "amend", "decide", "court"} <= said


def test_a_decision_of_one_person_stands_where_it_names_no_time_to_ratify():
    s = requested()
    decided = s.say("PT", "decide", GRANT, about=s.id, roles=("author",))
    request = s.meet().request(s.id)
    (decision,) = request.decisions
    assert backing(request, decision, b.LATER) is Backing.WHOLE
    assert fewer_signed(s.case()) == {decided.id: "signers_missing"}
    s.say("PT", "deliver", b.delivery(decided.id), about=s.id)


def test_who_decides_alone_and_says_by_when_another_ratifies_is_held_to_it():
    s = requested()
    s.say("PT", "decide", {**GRANT, "ratify_by": b.LATER}, about=s.id, roles=("author",))
    request = s.meet().request(s.id)
    (decision,) = request.decisions
    assert backing(request, decision, b.AT) is Backing.AWAITED
    assert backing(request, decision, "2099-01-01T00:00:00Z") is Backing.OVERDUE


def test_what_we_ask_of_our_own_is_always_enough_to_be_in_order():
    for row in b.TABLE.rows:
        for roles in row.signers:
            assert any(set(roles) >= set(least) for least in row.at_least or row.signers), row.kind


def test_the_table_says_of_each_row_with_several_persons_who_must_be_there_at_least():
    rows = [row for row in b.TABLE.rows if all(len(roles) > 1 for roles in row.signers)]
    assert rows
    assert all(row.at_least == (("author",),) for row in rows)
