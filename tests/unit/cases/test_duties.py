"""Calls back, notice and holders: what is to be done stays to be done until an act says that it was."""

from datetime import UTC, datetime

import builders as b
import limited
import pytest
from stages import extradition

from comity.cases import DueStanding, NotInOrder, due, fold_home, judge_home
from comity.cases.duties import Called, Told, called_back, notices, unafforded, untold
from comity.errors import BadInput
from comity.law import packaged_bundle

LAW = packaged_bundle()
ZONES = {"PT": LAW.zone("PT"), "GH": LAW.zone("GH")}
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
AFTER = datetime(2026, 12, 24, tzinfo=UTC)
SOON = "2026-11-22T12:00:00Z"


class Home:
    """One State's acts at home, said one after the other on top of a story."""

    def __init__(self, story, state):
        self.story, self.state, self.acts = story, state, []

    def fold(self):
        return fold_home(self.story.case(self.state), self.acts, self.state)

    def say(self, kind, terms, lawful=True, roles=("author",)):
        side = self.story.sides[self.state]
        act = side.act(kind, terms, number=len(self.acts) + 1, about=self.story.id, roles=roles)
        verdict = judge_home(self.story.case(self.state), self.fold(), act)
        assert isinstance(verdict, NotInOrder) != lawful, verdict
        if lawful:
            self.acts.append(act)
        return act

    def due(self, now=NOW):
        return {one.kind: one for one in due(self.story.case(self.state), self.fold(), LAW, ZONES, now)}


def emergency():
    s = b.Story()
    terms = b.request_terms("mailbox", measure="emergency_data", ratify_by=b.LATER)
    s.id = s.say("GH", "request", terms).id
    return s, Home(s, "PT")


CALL = {"office": "gh:central-authority", "entry": 1, "outcome": "confirmed", "at": b.AT}


@pytest.mark.parametrize(
    ("calls", "stands"),
    [
        ((), Called.AWAITED),
        (("not_reached",), Called.AWAITED),
        (("confirmed",), Called.CONFIRMED),
        (("confirmed", "not_reached"), Called.CONFIRMED),
        (("confirmed", "denied"), Called.DENIED),
        (("denied", "confirmed"), Called.CONFIRMED),
    ],
)
def test_the_last_call_that_was_answered_counts(calls, stands):
    s, home = emergency()
    for outcome in calls:
        home.say("called_back", {**CALL, "outcome": outcome})
    assert called_back(s.case().request(s.id), home.fold().duties) is stands
    found = home.due(AFTER)
    assert ("house.call_back" in found) == (stands is Called.AWAITED)
    if stands is Called.AWAITED:
        assert found["house.call_back"].standing is DueStanding.LATE


def test_who_asks_calls_nobody_back_and_an_ordinary_request_needs_no_call():
    s, _ = emergency()
    Home(s, "GH").say("called_back", CALL, lawful=False)
    s = limited.given()
    assert called_back(s.case().request(s.id), Home(s, "PT").fold().duties) is Called.NOT_NEEDED
    assert "house.call_back" not in Home(s, "PT").due(AFTER)


def test_notice_is_due_once_something_was_done_waits_while_delayed_and_is_due_again():
    s = limited.given()
    for state in ("GH", "PT"):
        home = Home(s, state)
        told = lambda at: notices(s.case().request(s.id), home.fold().duties, at)[0].stands  # noqa: B023, E731
        assert told(b.AT) is Told.DUE
        assert home.due()["house.notice"].standing is DueStanding.AWAITED
        home.say("delay_notice", {"items": ["nothing"], "by": "court", "until": b.LATER}, lawful=False)
        home.say("delay_notice", {"items": ["mailbox"], "by": "court", "until": b.LATER})
        assert (told(SOON), told("2026-11-25T00:00:00Z")) == (Told.DELAYED, Told.DUE)
        assert home.due()["house.notice"].standing is DueStanding.RUNNING
        assert home.due(AFTER)["house.notice"].standing is DueStanding.LATE
        home.say("notify_person", {"items": ["mailbox"], "at": b.AT})
        assert told("2027-01-01T00:00:00Z") is Told.TOLD
        assert "house.notice" not in home.due(AFTER)


def test_nothing_is_to_be_told_before_something_was_done():
    s, home = emergency()
    assert [one.stands for one in notices(s.case().request(s.id), home.fold().duties, b.AT)] == [Told.EARLY]
    assert "house.notice" not in home.due(AFTER)


def test_who_holds_what_was_recalled_is_told_once():
    s = limited.given()
    terms = {"use": "onward_transfer", "exhibits": ["EX-1"], "items": [], "to": "ES"}
    sought = s.say("GH", "seek_consent", terms, about=s.id).id
    s.say("PT", "consent", {"sought": sought, "consent": "given", "conditions": []}, about=s.id)
    passed = {"exhibits": ["EX-1"], "use": "with_consent", "purpose": "onward", "to": "ES"}
    s.say("GH", "use", passed, about=s.id)
    home = Home(s, "GH")
    assert "house.holder" not in home.due()
    terms = {"exhibits": ["EX-1"], "reason": "order_annulled", "destroy_by": b.LATER}
    recall = s.say("PT", "recall", terms, about=s.id).id
    assert [(one.to, one.act) for one in untold(s.case().request(s.id), home.fold().duties)] == [
        ("ES", recall)
    ]
    assert home.due()["house.holder"].state == "GH"
    home.say("tell_holder", {"act": recall, "to": "FR", "at": b.AT}, lawful=False)
    home.say("tell_holder", {"act": recall, "to": "ES", "at": b.AT})
    home.say("tell_holder", {"act": recall, "to": "ES", "at": b.AT}, lawful=False)
    assert "house.holder" not in home.due()


NOBODY = {"profile": None, "subject": None, "file": "0" * 64}
RECALL = {"exhibits": ["EX-1"], "reason": "order_annulled", "destroy_by": b.LATER}
BREACH = {"exhibits": ["EX-1"], "condition": None, "at": b.AT}


@pytest.mark.parametrize("state", ["GH", "PT"])
@pytest.mark.parametrize(
    "handed",
    [
        ("export", {**NOBODY, "form": "evidence", "exhibits": ["EX-1"]}),
        ("disclose", {"profile": "defence", "withheld": [], "exhibits": ["EX-0", "EX-1"]}),
    ],
)
@pytest.mark.parametrize(("event", "said"), [("recall", RECALL), ("breach", BREACH)])
def test_whoever_it_was_handed_out_to_at_home_is_told_on_either_side(state, handed, event, said):
    s = limited.given()
    home = Home(s, state)
    by = home.say(*handed, roles=b.TWO).id
    other = home.say("export", {**NOBODY, "form": "evidence", "exhibits": ["EX-0"]}, roles=b.TWO).id
    home.say("export", {**NOBODY, "form": "letter"}, roles=b.TWO)
    assert "house.holder" not in home.due()
    called = s.say("PT", event, said, about=s.id).id
    assert home.due()["house.holder"].state == state
    found, request = home.fold(), s.case(state).request(s.id)
    left = untold(request, found.duties, found.handed, home=state)
    assert [(one.exhibit, one.to, one.act) for one in left] == [("EX-1", by, called)]
    told = {"act": called, "at": b.AT}
    home.say("tell_holder", {**told, "handed": other}, lawful=False)
    home.say("tell_holder", {**told, "to": "ES"}, lawful=False)
    home.say("tell_holder", {**told, "handed": by})
    home.say("tell_holder", {**told, "handed": by}, lawful=False)
    assert "house.holder" not in home.due()


@pytest.mark.parametrize(
    ("kind", "terms"),
    [
        ("export", {**NOBODY, "form": "case_file", "exhibits": ["EX-1"]}),
        ("disclose", {"profile": "defence", "withheld": [], "exhibits": ["EX-1"]}),
    ],
)
def test_whoever_holds_a_file_that_tells_of_a_breach_still_hears_of_what_comes_after_it(kind, terms):
    s = limited.given()
    home = Home(s, "GH")
    breach = s.say("PT", "breach", BREACH, about=s.id).id
    by = home.say(kind, {**terms, "tells": [breach]}, roles=b.TWO).id
    assert "house.holder" not in home.due()
    recall = s.say("PT", "recall", RECALL, about=s.id).id
    found = home.fold()
    left = untold(s.case("GH").request(s.id), found.duties, found.handed, home="GH")
    assert [(one.exhibit, one.to, one.act) for one in left] == [("EX-1", by, recall)]


def test_who_was_handed_a_part_hears_what_became_of_the_whole():
    s = limited.given()
    home = Home(s, "GH")
    intake = {"statement": "0" * 64, "items": ["mailbox"]}
    home.say("intake", {**intake, "exhibit": "EX-1"})
    home.say("intake", {**intake, "exhibit": "EX-2", "part_of": "EX-1"})
    by = home.say("export", {**NOBODY, "form": "evidence", "exhibits": ["EX-2"]}, roles=b.TWO).id
    recall = s.say("PT", "recall", RECALL, about=s.id).id
    request = s.case("GH").request(s.id)
    found = home.fold()
    assert [(one.exhibit, one.to, one.act) for one in untold(request, found.duties, found.handed)] == [
        ("EX-1", by, recall)
    ]


def test_who_was_handed_a_whole_hears_what_became_of_a_part_of_it_and_not_of_a_part_beside_it():
    s = limited.given()
    home = Home(s, "GH")
    intake = {"statement": "0" * 64, "items": ["mailbox"]}
    home.say("intake", {**intake, "exhibit": "EX-9"})
    by = home.say("export", {**NOBODY, "form": "evidence", "exhibits": ["EX-9"]}, roles=b.TWO).id
    home.say("intake", {**intake, "exhibit": "EX-8", "part_of": "EX-9"})
    home.say("intake", {**intake, "exhibit": "EX-7", "part_of": "EX-9"})
    beside = home.say("export", {**NOBODY, "form": "evidence", "exhibits": ["EX-7"]}, roles=b.TWO).id
    home.say("intake", {**intake, "exhibit": "EX-1", "part_of": "EX-8"})
    recall = s.say("PT", "recall", RECALL, about=s.id).id
    found, request = home.fold(), s.case("GH").request(s.id)
    left = untold(request, found.duties, found.handed, home="GH")
    assert [(one.exhibit, one.to, one.act) for one in left] == [("EX-1", by, recall)]
    told = {"act": recall, "at": b.AT}
    home.say("tell_holder", {**told, "handed": beside}, lawful=False)
    home.say("tell_holder", {**told, "handed": by})
    assert "house.holder" not in home.due()


def test_who_was_told_is_a_state_or_one_to_whom_something_was_handed_out_never_both():
    for both in ({}, {"to": "ES", "handed": "0" * 64}):
        with pytest.raises(BadInput):
            b.Side("GH", "PT").act("tell_holder", {"act": "0" * 64, "at": b.AT, **both})


def test_what_is_to_be_destroyed_or_ratified_is_due_and_then_late():
    s = limited.given(limited.limit("gone", "destruction", until=SOON))
    assert Home(s, "GH").due()["house.disposal"].standing is DueStanding.LATE
    s.say("GH", "destroyed", {"exhibits": ["EX-1"], "at": b.AT, "proof": "0" * 64}, about=s.id)
    assert "house.disposal" not in Home(s, "GH").due()
    s = limited.alone(ratify_by=SOON)
    for state in ("GH", "PT"):
        assert Home(s, state).due()["house.decided_alone"].state == "PT"
    terms = {"decision": s.decision, "ratified": True}
    s.say("PT", "ratified", terms, about=s.id, people=limited.other_people(s))
    assert "house.decided_alone" not in Home(s, "PT").due()


def wanting(story, home):
    """What is asked after for each person under arrest."""
    found = unafforded(story.case("PT").request(story.id), home.fold().duties)
    return {(one.item, one.what.value) for one in found}


def afforded(what, **more):
    return {"items": ["person"], "afforded": what, "at": b.AT, **more}


def test_consular_notice_and_counsel_are_asked_after_from_the_arrest_until_something_is_said_of_them():
    s = extradition()
    home = Home(s, "PT")
    home.say("afford", afforded("counsel"), lawful=False)  # nobody is under arrest
    assert wanting(s, home) == set()
    s.say("PT", "arrest", b.arrest(), about=s.id)
    assert wanting(s, home) == {("person", "consular_notice"), ("person", "counsel")}
    home.say("afford", afforded("consular_declined"))
    home.say("afford", afforded("bail_asked"))
    assert wanting(s, home) == {("person", "counsel")}
    home.say("afford", afforded("counsel", items=["nobody"]), lawful=False)
    home.say("afford", afforded("counsel", at="2027-01-01T00:00:00Z"), lawful=False)
    s.say("PT", "arrest", b.arrest("released", on_bail=True), about=s.id)
    assert wanting(s, home) == set()
    s.say("PT", "arrest", b.arrest("rearrested"), about=s.id)
    assert wanting(s, home) == {("person", "counsel")}


def test_who_asked_for_the_arrest_says_nothing_of_what_is_afforded_there():
    s = extradition()
    s.say("PT", "arrest", b.arrest(), about=s.id)
    Home(s, "GH").say("afford", afforded("counsel"), lawful=False)
