"""Every measure from its request to its close, and by its side what it may not: a life for each, no nodes."""

import builders as b
import pytest
from speech import BASES, MEASURES

from comity.acts.terms import DataType
from comity.cases import InOrder, NotInOrder, clocks, judge
from comity.cases.speciality import speciality
from comity.law import packaged_bundle
from comity.wire import digest

LAW = packaged_bundle()
ZONES = {"GH": LAW.zone("GH"), "PT": LAW.zone("PT")}
GIVES = {key: measure.capacities[0] for key, measure in MEASURES.items() if measure.capacities}
PERSONS = ("extradite", "transit", "transfer_sentenced", "transfer_detained")
ASKED = sorted(set(MEASURES) - {"inform"})


class Life(b.Story):
    """A request of a measure, and both sides in step."""

    def __init__(self, measure, **more):
        super().__init__()
        self.measure = measure
        self.item = MEASURES[measure].items[0]
        self.id = self.ask(measure, **more)

    def ask(self, measure, **more):
        signers = min((s.roles for s in MEASURES[measure].signed_by("request")), key=len)
        intercepts = measure == "intercept_content"
        terms = b.request_terms(
            measure=measure,
            items=b.items("one", "two", data=DataType(MEASURES[measure].items[0])),
            bases=BASES[measure],
            ratify_by=b.LATER if len(signers) == 1 else None,
            **more,
        )
        return self.say(
            "GH", "request", terms, roles=("author", "approver", "judge") if intercepts else signers
        ).id

    def tell(self, state, kind, terms, **more):
        return self.say(state, kind, terms, about=self.id, **more).id

    def grant(self, *names):
        if self.measure == "extradite":
            self.tell("PT", "court", b.court("lawful", *names))
        roles = ("author", "judge") if self.measure == "intercept_content" else ("author", "approver")
        rulings = [b.outcome(name) for name in names]
        return self.tell("PT", "decide", b.decision(*rulings), roles=roles)

    def refuses(self, state, kind, terms, **more):
        standing = judge(self.case(), self.draft(state, kind, terms, about=self.id, **more), b.TABLE)
        assert isinstance(standing, NotInOrder), f"{kind} was let through"
        return standing.reason


@pytest.mark.parametrize("measure", ASKED)
def test_a_measure_lives_from_request_to_close(measure):
    life = Life(measure)
    ask = life.tell("PT", "ask", b.questions("q1"))
    life.tell("GH", "answer", {"ask": ask, "questions": ["q1"]})
    granted = life.grant("one")
    refused = b.decision(b.outcome("two", "refuse"))
    roles = ("author", "judge") if measure == "intercept_content" else ("author", "approver")
    life.tell("PT", "decide", refused, roles=roles)
    assert life.refuses("PT", "close", {"outcome": "answered"}).startswith("requires.")
    if measure in PERSONS:
        life.tell("PT", "surrender", b.surrender("full", "one"))
    elif measure == "provisional_arrest":
        life.tell("PT", "arrest", b.arrest("arrested", "one"))
        life.tell("PT", "arrest", b.arrest("released", "one"))
        life.tell("PT", "effected", b.effected("one"))
    elif measure not in GIVES:
        life.tell("PT", "effected", b.effected("one"))
    else:
        other = {"evidence": "intelligence"}.get(GIVES[measure], "evidence")
        wrong = b.delivery(granted, "one", capacity=other)
        assert life.refuses("PT", "deliver", wrong) == "requires.capacity_granted"
        sent = life.tell("PT", "deliver", b.delivery(granted, "one", capacity=GIVES[measure]))
        life.tell("GH", "take_custody", b.custody(sent))
    life.tell("PT", "close", {"outcome": "answered"})
    assert life.refuses("GH", "amend", {"add": b.items("three"), "drop": []})
    case = life.meet()
    assert case.request(life.id).closed is not None
    assert set(case.standings.values()) == {InOrder()}
    assert case.dump() == life.case("PT").dump()


@pytest.mark.parametrize("measure", sorted(key for key, capacity in GIVES.items() if capacity != "evidence"))
def test_what_is_no_evidence_waits_for_a_request_that_makes_it_so(measure):
    if measure == "inform":
        life = b.Story()
        life.id = life.say("PT", "inform", b.information("one", conditions=())).id
        life.tell = lambda state, kind, terms: life.say(state, kind, terms, about=life.id).id
        granted = life.id
    else:
        life = Life(measure)
        granted = life.grant("one")
    life.tell(
        "GH",
        "take_custody",
        b.custody(life.tell("PT", "deliver", b.delivery(granted, "one", capacity=GIVES[measure]))),
    )
    stated = {"exhibits": ["EX-1"], "use": "stated"}
    life.say("GH", "use", stated, about=life.id, lawful=False)


@pytest.mark.parametrize("measure", ["desk_assistance", "police_cooperation", "joint_investigation"])
def test_help_that_needs_no_exhibit_is_reported_and_closed(measure):
    life = Life(measure)
    life.grant("one", "two")
    assert life.refuses("PT", "close", {"outcome": "answered"}) in {"requires.settled", "requires.ended"}
    life.tell("PT", "effected", b.effected("one", "two"))
    life.tell("PT", "close", {"outcome": "answered"})


def test_either_state_hands_over_a_sentenced_person_and_nobody_whom_the_other_did_not_take():
    life = Life("transfer_sentenced")
    life.refuses("GH", "surrender", b.surrender("full", "one"))
    life.grant("one")
    assert life.refuses("GH", "surrender", b.surrender("full", "two")) == "requires.surrenders_granted_items"
    life.tell("GH", "surrender", b.surrender("full", "one"))
    other = Life("extradite")
    other.grant("one")
    assert other.refuses("GH", "surrender", b.surrender("full", "one")) in {
        "other_side",
        "measure_not_covered",
    }


@pytest.mark.parametrize("measure", sorted(set(MEASURES) - set(GIVES)))
def test_where_nothing_is_given_nothing_can_be_delivered(measure):
    life = Life(measure)
    granted = life.grant("one")
    for capacity in ("evidence", "intelligence", "emergency"):
        assert life.refuses("PT", "deliver", b.delivery(granted, "one", capacity=capacity))


@pytest.mark.parametrize("measure", ASKED)
def test_its_clocks_start_from_a_legal_event_and_not_from_the_request_coming_in(measure):
    life = Life(measure)
    law = {c.clock for c in clocks(life.case(), LAW, ZONES) if c.provision is not None}
    assert law == set()
    if measure == "preserve":
        life.tell("PT", "effected", b.effected("one", "two"))
        begun = [c for c in clocks(life.case(), LAW, ZONES) if c.provision is not None]
        assert {c.clock.split(".")[0] for c in begun} == {"budapest", "uncc"}


def test_preservation_is_extended_held_for_what_follows_and_expires():
    life = Life("preserve")
    life.tell("PT", "effected", b.effected("one", "two"))
    life.tell("GH", "extend", {"until": "2027-04-01T00:00:00Z"})
    life.tell("PT", "extend", {"until": "2027-04-01T00:00:00Z"})
    assert life.refuses("PT", "extend", {"until": "2027-03-01T00:00:00Z"}) == "requires.extends_further"
    later = life.ask("access_stored", follows=life.id)
    running = [c for c in clocks(life.case(), LAW, ZONES) if c.request == life.id and c.provision is not None]
    assert {c.held_for for c in running} == {(later,)}
    assert {c.over.isoformat()[:10] for c in running} == {"2027-04-01"}
    life.tell("PT", "effected", b.effected("one", "two", outcome="expired"))
    assert all(c.stopped for c in clocks(life.case(), LAW, ZONES) if c.provision and c.request == life.id)
    life.tell("PT", "close", {"outcome": "lapsed"})


def test_information_is_given_once_its_limits_are_accepted_and_not_before():
    s = b.Story()
    s.id = s.say("PT", "inform", b.information("one", "two", conditions=("use-limit", "secret"))).id
    given = b.delivery(s.id, "one", capacity="intelligence")
    s.say("PT", "deliver", given, about=s.id, lawful=False)
    s.say("GH", "accept", {"decision": s.id, "conditions": ["secret"]}, about=s.id)
    s.say("PT", "deliver", given, about=s.id, lawful=False)
    s.say("GH", "accept", {"decision": s.id, "conditions": ["use-limit"]}, about=s.id)
    sent = s.say("PT", "deliver", given, about=s.id).id
    s.say("GH", "take_custody", b.custody(sent), about=s.id)
    s.say("GH", "use", {"exhibits": ["EX-1"], "use": "stated"}, about=s.id, lawful=False)
    s.say("GH", "use", {"exhibits": ["EX-1"], "use": "exculpatory"}, about=s.id)


def test_who_does_not_want_information_is_given_none():
    s = b.Story()
    s.id = s.say("PT", "inform", b.information("one")).id
    s.say("GH", "withdraw", {"reason": "no_longer_needed"}, about=s.id)
    s.say("PT", "deliver", b.delivery(s.id, "one", capacity="intelligence"), about=s.id, lawful=False)
    s.say("GH", "close", {"outcome": "withdrawn"}, about=s.id)


def test_an_arrest_waits_for_its_request_and_a_released_person_is_arrested_again_on_it():
    life = Life("provisional_arrest")
    life.grant("one")
    life.tell("PT", "arrest", b.arrest("arrested", "one"))
    awaited = {c.clock: c for c in clocks(life.case(), LAW, ZONES)}
    assert not awaited["house.custody"].stopped
    assert not awaited["house.papers"].stopped
    life.tell("PT", "arrest", b.arrest("released", "one"))
    assert {c.stopped for c in clocks(life.case(), LAW, ZONES) if c.clock == "house.custody"} == {True}
    life.tell("PT", "arrest", b.arrest("rearrested", "one"))
    asked = life.ask("extradite", follows=life.id)
    papers = [c for c in clocks(life.case(), LAW, ZONES) if c.clock == "house.papers"]
    assert all(c.stopped for c in papers)
    life.say("PT", "arrest", b.arrest("arrested", "one"), about=asked)


def test_consent_before_a_judge_a_loan_surrender_and_consent_to_another_offence():
    life = Life("extradite")
    life.tell("PT", "court", b.court("consented", "one", "two"))
    life.tell("PT", "decide", b.decision(b.outcome("one"), b.outcome("two", "refuse")))
    seek = {"use": "other_offence", "exhibits": [], "items": ["one"]}
    assert life.refuses("GH", "seek_consent", seek) == "requires.something_given"
    for manner in ("temporary", "returned", "to_return"):
        life.tell("PT", "surrender", b.surrender(manner, "one"))
    onward = {**seek, "use": "re_extradition", "to": "XC"}
    for sought in (seek, onward):
        asked = life.tell("GH", "seek_consent", sought)
        life.tell("PT", "consent", {"sought": asked, "consent": "refused", "conditions": []})
    life.tell("PT", "close", {"outcome": "answered"})
    life.tell("PT", "surrender", b.surrender("returned", "one"))


def test_speciality_binds_while_the_person_is_there_and_consent_opens_what_was_asked_for():
    life = Life("extradite")
    life.grant("one")
    bound = lambda: {one.item: one for one in speciality(life.case().request(life.id))}  # noqa: E731
    assert bound() == {}
    life.tell("PT", "surrender", b.surrender("temporary", "one"))
    assert bound()["one"].re_extradition == ()
    asked = life.tell(
        "GH", "seek_consent", {"use": "re_extradition", "exhibits": [], "items": ["one"], "to": "XC"}
    )
    no = life.tell("PT", "consent", {"sought": asked, "consent": "refused", "conditions": []})
    again = life.tell(
        "GH", "seek_consent", {"use": "re_extradition", "exhibits": [], "items": ["one"], "to": "XC"}
    )
    yes = life.tell("PT", "consent", {"sought": again, "consent": "given", "conditions": []})
    assert (bound()["one"].re_extradition, bound()["one"].other_offences) == ((yes,), ())
    assert no != yes
    life.tell("PT", "surrender", b.surrender("returned", "one"))
    assert bound() == {}


@pytest.mark.parametrize("measure", sorted(set(ASKED) - {"extradite", "provisional_arrest", "transit"}))
def test_nothing_else_is_asked_for_in_the_file_of_an_extradition_nor_extradition_in_another(measure):
    life = Life("extradite")
    with pytest.raises(AssertionError, match="file_apart"):
        life.ask(measure)
    other = Life(measure)
    with pytest.raises(AssertionError, match="file_of_its_own"):
        other.ask("extradite")


def test_refusal_because_of_nationality_opens_the_duty_to_prosecute_with_the_case_of_the_evidence():
    life = Life("extradite")
    ground = ["uncc.ground.extradition_nationality"]
    life.tell(
        "PT", "decide", b.decision(b.outcome("one", "refuse", grounds=ground), b.outcome("two", "refuse"))
    )
    evidence = digest(b"the evidence's case")[:32]
    life.tell("PT", "close", {"outcome": "refused"})
    said = {"items": ["one"], "at": b.AT, "evidence": evidence}
    assert life.refuses("PT", "prosecute_instead", {**said, "items": ["two"]})
    life.tell("PT", "prosecute_instead", said)
    (told,) = life.case().request(life.id).said("prosecute_instead")
    assert told.terms.evidence == evidence != life.case().id
