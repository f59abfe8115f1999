"""Who has a case: assignments, hand-overs, and what nobody may do with another's case."""

import builders as b
from hypothesis import given
from hypothesis import strategies as st
from test_home import NOWHERE, Home

from comity.cases import NotInOrder, assigned, fold_home
from comity.cases.chasing import chases, outstanding
from comity.cases.roster import duties, on_duty

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


def turn(name, since, until):
    return {"person": key(name), "since": since, "until": until}


def day(hour):
    return f"2026-12-01T{hour:02}:00:00Z"


def roster(number, *turns, since=0, until=20):
    terms = {"office": "pt:desk-24-7", "since": day(since), "until": day(until), "turns": list(turns)}
    return b.Side("PT", "GH").act("roster", terms, number=number, case=None)


def test_a_roster_tells_who_is_on_duty_and_when_nobody_is():
    first = roster(1, turn("a", day(0), day(8)), turn("b", day(6), day(12)))
    found = duties([first], "pt:desk-24-7", day(0), day(23))
    assert [(one.since, one.until, len(one.persons)) for one in found] == [
        (day(0), day(6), 1), (day(6), day(8), 2), (day(8), day(12), 1), (day(12), day(20), 0),
        (day(20), day(23), 0),
    ]  # fmt: skip
    assert [one.act for one in found[-2:]] == [first.id, None]
    assert on_duty([first], "pt:desk-24-7", day(8)) == (key("b"),)
    assert on_duty([first], "pt:court", day(8)) == ()


def test_a_later_roster_replaces_its_own_time_and_no_other():
    acts = [roster(1, turn("a", day(0), day(20))), roster(2, since=4, until=6)]
    for shuffled in (acts, acts[::-1]):
        assert on_duty(shuffled, "pt:desk-24-7", day(3)) == (key("a"),)
        assert on_duty(shuffled, "pt:desk-24-7", day(5)) == ()
        assert on_duty(shuffled, "pt:desk-24-7", day(6)) == (key("a"),)


def stated(wanted=None):
    s = b.Story()
    terms = b.request_terms("mailbox", "logs", wanted_by=wanted)
    s.id = s.say("GH", "request", terms, roles=("author", "approver")).id
    return s


def passed(s, now, state="GH"):
    return [(one.passed.value, one.reminders) for one in chases(s.case(), state, now)]


def test_only_a_time_that_was_stated_and_has_passed_is_chased():
    assert passed(stated(), "2030-01-01T00:00:00Z") == []
    s = stated(b.LATER)
    assert passed(s, "2026-11-24T11:59:59Z") == []
    assert passed(s, b.LATER) == [("wanted", 0)]
    assert passed(s, b.LATER, "PT") == []


def test_reminders_are_counted_and_an_answer_moves_the_time():
    s = stated(b.LATER)
    asked = s.say("GH", "status", {"asked": None, "progress": None, "by": b.LATER}, about=s.id).id
    late = "2026-12-01T12:00:00Z"
    assert passed(s, late) == [("asked", 1), ("wanted", 1)]
    answer = {"asked": asked, "progress": "with_a_court", "by": late}
    s.say("PT", "status", answer, about=s.id)
    assert passed(s, "2026-11-30T12:00:00Z") == [("wanted", 1)]
    assert passed(s, late) == [("wanted", 1), ("promised", 1)]


def test_what_is_refused_given_or_not_to_be_had_is_not_chased():
    s = stated(b.LATER)
    s.say("PT", "decide", b.decision(b.outcome("mailbox"), b.outcome("logs", "refuse")), about=s.id)
    assert passed(s, b.LATER) == [("wanted", 0)]
    s.say("PT", "effected", b.effected("mailbox", outcome="nothing_held"), about=s.id)
    assert passed(s, b.LATER) == []
    assert not outstanding(s.case().request(s.id))
