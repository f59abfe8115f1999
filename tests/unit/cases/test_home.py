"""The half of a case that stays at home, folded on top of the shared case."""

import builders as b
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.cases import Equivocal, Equivocation, InOrder, NotInOrder, fold, fold_home
from comity.errors import BadInput
from comity.wire import digest

NOWHERE = digest(b"nowhere")
TWO = ("author", "approver")
SECOND = ("author",)


class Home:
    """The register of one State in the case of a story, as it grows."""

    def __init__(self, state="PT"):
        self.story = b.Story()
        self.state = state
        self.id = self.story.say("GH", "request", b.request_terms(), roles=TWO).id
        self.acts = []

    def note(self, kind, terms, *, about="", number=None, people=None, lawful=True):
        act = self.story.sides[self.state].act(
            kind,
            terms,
            number=number or len(self.acts) + 1,
            about=self.id if about == "" else about,
            people=people,
        )
        self.acts.append(act)
        assert self.fold().standing_of(act) == lawful
        return act.id

    def fold(self):
        home = fold_home(self.story.case(self.state), self.acts, self.state)
        return Seen(home)


class Seen:
    def __init__(self, home):
        self.home = home

    def standing_of(self, act):
        return self.home.standings[act.id].moves

    def __getattr__(self, name):
        return getattr(self.home, name)


def test_a_link_stands_until_it_is_undone_once():
    home = Home()
    tied = home.note("link", {"tie": "evidence"}, about=None)
    other = home.note("link", {"tie": "related"}, about=None)
    assert [one.act for one in home.fold().links] == [tied, other]
    home.note("unlink", {"link": tied}, about=None)
    home.note("unlink", {"link": tied}, about=None, lawful=False)
    assert [one.act for one in home.fold().links] == [other]


def assess(on="2026-11-21"):
    return {"findings": digest(on.encode()), "on": on}


def answer(assessment, finding="mla.dual_criminality", *, resolved=True):
    return {"assessment": assessment, "finding": finding, "resolved": resolved}


def intake(exhibit="EX-1"):
    return {"exhibit": exhibit, "statement": digest(exhibit.encode()), "items": ["mailbox"]}


def other_person(state):
    return {"author": b.Signatory.of(f"{state.lower()}-someone-else")}


def night():
    home = Home("GH")
    home.id = home.story.say("GH", "request", b.preserve_terms()).id
    return home


def test_what_one_person_sent_waits_for_a_second_one():
    home = night()
    (due,) = home.fold().ratifications_due
    assert (due.request, due.by, due.ratified) == (home.id, b.LATER, None)
    home.note("ratify", {"act": home.id, "ratified": True}, lawful=False)  # by the one who sent it
    assert home.fold().standings[home.acts[0].id] == NotInOrder("signers", "one_person_twice")
    home.note("ratify", {"act": home.id, "ratified": True}, people=other_person("GH"))
    assert home.fold().ratifications_due == ()
    assert home.fold().ratifications[0].ratified is True
    home.note("ratify", {"act": home.id, "ratified": False}, people=other_person("GH"), lawful=False)


def test_the_same_pseudonym_with_another_key_does_not_ratify():
    home = night()
    same = b.Signatory("gh-author", b.Signatory.of("another key").key)
    home.note("ratify", {"act": home.id, "ratified": True}, people={"author": same}, lawful=False)


def test_the_other_sides_request_is_not_ours_to_ratify():
    home = night()
    home.state = "PT"
    home.note("ratify", {"act": home.id, "ratified": True}, lawful=False)


def test_the_latest_answer_to_a_finding_counts():
    home = Home()
    first = home.note("assess", assess())
    home.note("answer_finding", answer(first, resolved=False))
    other = home.note("answer_finding", answer(first, "conduct.basis"))
    late = home.note("answer_finding", answer(first))
    answers = home.fold().latest_assessment(home.id).answers
    assert [(a.finding, a.act, a.resolved) for a in answers] == [
        ("conduct.basis", other, True),
        ("mla.dual_criminality", late, True),
    ]
    second = home.note("assess", assess("2026-11-22"))
    assert home.fold().latest_assessment(home.id).id == second
    assert home.fold().assessment(first).on == "2026-11-21"


def test_a_deliberation_rests_on_answers_that_count():
    home = Home()
    one = home.note("assess", assess())
    stale = home.note("answer_finding", answer(one, resolved=False))
    good = home.note("answer_finding", answer(one))
    home.note("deliberate", {"assessment": one, "answers": [stale]}, lawful=False)
    home.note("deliberate", {"assessment": one, "answers": [good]})
    assert [d.answers for d in home.fold().deliberations] == [(good,)]
    home.note("deliberate", {"assessment": NOWHERE, "answers": []}, lawful=False)
    home.note("answer_finding", answer(NOWHERE), lawful=False)


def test_nothing_is_released_before_a_review_says_so_and_the_last_one_counts():
    home = Home()
    home.note("review", {"exhibit": "EX-1", "release": True}, lawful=False)
    home.note("intake", intake())
    assert not home.fold().released("EX-1")
    home.note("intake", intake(), lawful=False)
    home.note("review", {"exhibit": "EX-1", "release": True})
    assert home.fold().released("EX-1")
    home.note("review", {"exhibit": "EX-1", "release": False})
    assert not home.fold().released("EX-1")
    assert not home.fold().released("EX-2")


def test_what_is_noted_is_there():
    home = Home()
    home.note("register", {"channel": "embassy", "scan": NOWHERE, "confirm_by": None}, about=None)
    home.note("erase", {"act": home.id, "field": "conduct", "ground": "retention.over"})
    withheld = [{"act": home.id, "field": "conduct", "ground": "third_party"}]
    home.note("disclose", {"profile": "defence", "withheld": withheld})
    seen = home.fold()
    assert [r.channel for r in seen.registers] == ["embassy"]
    assert [(e.act, e.field, e.ground) for e in seen.erasures] == [(home.id, "conduct", "retention.over")]
    assert seen.disclosures[0].withheld == ((home.id, "conduct", "third_party"),)
    assert seen.next_number == 4


def test_what_concerns_an_unknown_request_is_not_in_order():
    home = Home()
    home.note("assess", assess(), about=NOWHERE, lawful=False)
    assert home.fold().standings[home.acts[0].id] == NotInOrder("about", "about_unknown")
    home.note("intake", intake(), about=None, lawful=False)


def test_numbers_have_no_gap_and_no_double():
    home = Home()
    one = home.note("assess", assess())
    home.note("assess", assess("2026-11-22"), number=3, lawful=False)
    assert home.fold().standings[home.acts[-1].id] == NotInOrder("number", "wrong_number")
    act = home.story.sides["PT"].act("assess", assess("2026-11-23"), number=1, about=home.id)
    home.acts.append(act)
    small, large = sorted([one, act.id])
    seen = home.fold()
    assert (seen.standings[small], seen.standings[large]) == (InOrder(), Equivocal(small))
    assert seen.equivocations == (Equivocation("PT", 1, (small, large)),)
    assert [a.id for a in seen.assessments] == [small]


@settings(max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(chance):
    home = Home()
    one = home.note("assess", assess())
    home.note("answer_finding", answer(one))
    home.note("intake", intake())
    home.note("review", {"exhibit": "EX-1", "release": True})
    home.note("assess", assess("2026-11-22"))
    before = home.fold().home
    chance.shuffle(home.acts)
    home.acts.append(home.acts[0])
    assert home.fold().home == before


def test_only_ones_own_acts_at_home_in_this_case_are_taken():
    home = Home()
    pt, gh = home.story.sides["PT"], home.story.sides["GH"]
    for act in (
        home.story.acts[0],
        gh.act("assess", assess(), about=home.id),
        pt.act("assess", assess(), about=home.id, case="0" * 32),
    ):
        with pytest.raises(BadInput):
            fold_home(home.story.case(), [act], "PT")


def test_a_register_may_begin_before_the_shared_case_does():
    act = b.Side("PT", "GH").act("register", {"channel": "telephone", "scan": NOWHERE, "confirm_by": b.LATER})
    home = fold_home(fold([], b.TABLES), [act], "PT")
    assert home.standings[act.id] == InOrder()
