"""Who has a case: assignments, hand-overs, and what nobody may do with another's case."""

import builders as b
from hypothesis import given
from hypothesis import strategies as st
from test_home import NOWHERE, Home

from comity.cases import NotInOrder, assigned, fold_home

OFFICE = "pt:central-authority"


def signer(name):
    return {"author": b.Signatory.of(name)}


def key(name):
    return b.Signatory.of(name).id


def give(home, to, by="chief"):
    return home.note(
        "assign", {"office": OFFICE, "person": None if to is None else key(to)}, about=None, people=signer(by)
    )


def offer(home, by, to, **more):
    terms = {"office": OFFICE, "to": key(to)}
    return home.note("hand_over", terms, about=None, people=signer(by), **more)


def take(home, by, act, **more):
    return home.note("take_over", {"hand_over": act}, about=None, people=signer(by), **more)


def test_nobody_has_a_case_that_nobody_assigned():
    assert assigned(Home().fold().home) is None


def test_the_latest_assignment_holds_and_the_earlier_ones_stay():
    home = Home()
    first, second = give(home, "day"), give(home, None)
    now = assigned(home.fold().home)
    assert (now.act, now.person, now.by) == (second, None, key("chief"))
    assert [one.act for one in home.fold().work.assignments] == [first, second]


def test_a_shift_is_the_next_persons_only_once_it_is_taken_over():
    home = Home()
    give(home, "day")
    offered = offer(home, "day", "night")
    assert assigned(home.fold().home).person == key("day")
    take(home, "someone", offered, lawful=False)
    home.acts.pop()
    taken = take(home, "night", offered)
    now = assigned(home.fold().home)
    assert (now.person, now.act) == (key("night"), taken)
    assert home.fold().work.waiting is None
    take(home, "night", offered, lawful=False)


def test_nobody_hands_over_what_another_has_nor_to_oneself():
    home = Home()
    give(home, "day")
    offer(home, "someone", "night", lawful=False)
    assert home.fold().standings[home.acts[-1].id] == NotInOrder("reference", "another_has_the_case")
    home = Home()
    give(home, "day")
    offer(home, "day", "day", lawful=False)
    assert home.fold().standings[home.acts[-1].id] == NotInOrder("signers", "one_person_twice")


def test_whoever_is_of_the_office_hands_over_what_the_office_has():
    home = Home()
    give(home, None)
    take(home, "night", offer(home, "day", "night"))
    assert assigned(home.fold().home).person == key("night")


def test_an_assignment_ends_an_offer_that_waits_and_so_does_another_offer():
    home = Home()
    give(home, "day")
    late = offer(home, "day", "night")
    give(home, "day")
    take(home, "night", late, lawful=False)
    home = Home()
    give(home, "day")
    first = offer(home, "day", "night")
    second = offer(home, "day", "other")
    take(home, "night", first, lawful=False)
    home.acts.pop()
    take(home, "other", second)
    assert assigned(home.fold().home).person == key("other")


def test_what_was_never_offered_is_not_taken():
    home = Home()
    take(home, "night", NOWHERE, lawful=False)


@given(st.permutations(range(4)))
def test_the_order_of_arrival_changes_nothing(order):
    home = Home()
    give(home, "day")
    take(home, "night", offer(home, "day", "night"))
    give(home, None)
    shuffled = [home.acts[i] for i in order]
    assert fold_home(home.story.case("PT"), shuffled, "PT").work == home.fold().work
