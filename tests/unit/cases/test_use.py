"""Each use held against each limit: what bars it, what would lift that, and what only a person judges."""

import beyond
import builders as b
import limited
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from limited import alone, limit, other_people, sought_under

from comity.acts.terms import OF_PERSONS, LimitKind, OtherUse, Purpose, UseKind
from comity.cases import Asked, NotInOrder, bars, judge, judge_use
from comity.cases.limits import holders, holding, in_force, open_breaches
from comity.cases.ratification import Backing, backing
from comity.cases.use import no_evidence
from comity.law import packaged_bundle
from comity.wire import digest

SOON = "2026-11-22T12:00:00Z"
LONG_AFTER = "2027-11-21T12:00:00Z"
STATED = ("2026/1",)


def asked(purpose="court", use="stated", **more):
    return Asked(("EX-1",), UseKind(use), purpose and Purpose(purpose), **{"at": b.AT, **more})


def judged(s, one, *, proceeding="2026/1", stated=STATED, **more):
    case = s.case()
    return judge_use(
        case.request(s.id), case.requests, one, b.TABLE, proceeding=proceeding, stated=stated, **more
    )


def found(it):
    return it.verdict.value, {bar.limit for bar in it.bars} or {bar.limit for bar in it.questions}


ALLOWED = ("allowed", set())
UNTIL = {"until": SOON}
COURT_ONLY = {"purposes": ["court"]}

# A condition in force x a use under it -> what the rule says.
TABLE = [
    (None, asked(), ALLOWED),
    (None, asked("lead"), ALLOWED),
    (None, asked("onward", to="ES"), ("needs_consent", {"onward"})),
    (None, asked("publication"), ("needs_human", {"made_public"})),
    (None, asked("defence", "exculpatory"), ("needs_human", {"told_after"})),
    (None, asked("defence", "exculpatory", on=SOON), ALLOWED),
    (None, asked("court", "exculpatory", on=SOON), ("refused", {"not_for_defence"})),
    (None, asked(use="with_consent"), ("needs_consent", {"other_use"})),
    (limit(**COURT_ONLY), asked(), ALLOWED),
    (limit(**COURT_ONLY), asked(None), ALLOWED),
    (limit(**COURT_ONLY), asked("administrative"), ("needs_consent", {"use_limit"})),
    (limit(**COURT_ONLY), asked("defence", "exculpatory", on=SOON), ALLOWED),
    (limit("secret", "confidentiality"), asked(), ALLOWED),
    (limit("secret", "confidentiality"), asked("publication"), ("needs_consent", {"confidentiality"})),
    (limit("secret", "confidentiality"), asked("defence"), ("needs_human", {"confidentiality"})),
    (limit("stay", "no_onward_transfer"), asked(), ALLOWED),
    (limit("stay", "no_onward_transfer"), asked("onward", to="ES"), ("needs_consent", {"onward"})),
    (limit("life", "no_death_penalty"), asked(), ("needs_human", {"no_death_penalty"})),
    (limit("life", "no_death_penalty"), asked("lead"), ALLOWED),
    (limit("gone", "destruction", **UNTIL), asked(), ALLOWED),
    (limit("gone", "destruction", **UNTIL), asked(at=b.LATER), ("needs_consent", {"destruction"})),
    (limit("gone", "destruction", **UNTIL), asked(on=b.LATER), ("needs_consent", {"destruction"})),
    (limit("back", "return", **UNTIL), asked("lead", at=b.LATER), ("needs_consent", {"return"})),
    (limit("back", "return", **UNTIL), asked("defence", "exculpatory", at=b.LATER, on=LONG_AFTER), ALLOWED),
    (limit("words", "other"), asked("lead"), ("needs_human", {"other"})),
    *((limit("hers", kind), asked("lead"), ("needs_human", {kind})) for kind in sorted(OF_PERSONS)),
]


def test_what_was_given_for_an_item_that_fell_is_no_evidence_and_stops_nobody():
    """The item is gone with the act that added it, whose number was used twice; the delivery stands."""
    s = b.Story()
    items = b.items("logs", data="traffic")
    s.id = s.say(
        "GH", "request", b.request_terms(measure="desk_assistance", items=items, ratify_by=b.LATER)
    ).id
    amend = s.say("GH", "amend", {"add": b.items("mailbox", data="content"), "drop": []}, about=s.id)
    decision = s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id).id
    given = s.say("PT", "deliver", b.delivery(decision, capacity="intelligence"), about=s.id).id
    s.acts.append(beyond.twin(s, amend))
    s.meet()
    later = s.say("GH", "request", b.request_terms("mailbox", follows=s.id), roles=b.TWO).id
    s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=later)
    case = s.case()
    assert not case.standing(amend.id).moves
    assert case.standing(given).moves
    assert case.request(s.id).item("mailbox") is None
    assert no_evidence(case.request(s.id), case.requests, b.TABLE, b.AT) == frozenset({"EX-1"})


@pytest.mark.parametrize(("condition", "one", "verdict"), TABLE)
@pytest.mark.parametrize("own", [False, True], ids=["of-the-decision", "of-the-delivery"])
def test_each_use_under_each_condition(condition, one, verdict, own):
    conditions = [condition] if condition else []
    s = limited.given(own=conditions) if own else limited.given(*conditions)
    assert found(judged(s, one)) == verdict


def test_every_kind_of_condition_is_in_the_table_and_a_word_of_the_law():
    assert {c["kind"] for c, _, _ in TABLE if c} == set(LimitKind)
    words = packaged_bundle().limits
    assert {key for key, word in words.items() if word.condition} == set(LimitKind)
    assert {key for _, _, (_, keys) in TABLE for key in keys} <= set(words)


def test_a_condition_that_no_rule_reads_is_for_a_person():
    s = sought_under()
    terms = {"sought": s.sought, "consent": "given_on_conditions", "conditions": ["in-camera"]}
    s.say("PT", "consent", terms, about=s.id)
    assert found(judged(s, asked(use="with_consent"), proceeding="2027/9")) == ("needs_human", {"other"})
    assert found(judged(s, asked())) == ALLOWED, "it binds what rests on that consent"


def test_another_proceeding_is_told_by_its_number_and_waits_for_consent():
    s = limited.given()
    assert found(judged(s, asked(), proceeding=" 2026/1 ")) == ALLOWED
    assert found(judged(s, asked(), proceeding="2026/2")) == ("needs_consent", {"other_proceeding"})
    assert found(judged(s, asked(), stated=None)) == ("needs_human", {"proceeding_unknown"})


def test_our_own_request_that_nobody_ratified_bars_use_but_for_the_defence():
    s = limited.given()
    assert found(judged(s, asked(), ratified=False)) == ("refused", {"own_not_ratified"})
    assert found(judged(s, asked("defence", "exculpatory", on=SOON), ratified=False)) == ALLOWED


def test_consent_to_pass_on_names_the_state_and_lets_nothing_else_be_done():
    s = limited.given()
    terms = {"use": "onward_transfer", "exhibits": ["EX-1"], "items": [], "to": "ES"}
    sought = s.say("GH", "seek_consent", terms, about=s.id).id
    s.say("PT", "consent", {"sought": sought, "consent": "given", "conditions": []}, about=s.id)
    go = {"use": "with_consent", "purpose": "onward"}
    assert found(judged(s, asked(**go, to="ES"))) == ALLOWED
    assert found(judged(s, asked(**go, to="FR"))) == ("needs_consent", {"onward"})
    assert found(judged(s, asked(use="with_consent"))) == ("needs_consent", {"other_use"})
    assert holders(s.case().request(s.id), "EX-1") == ()
    used = s.say("GH", "use", {"exhibits": ["EX-1"], **go, "to": "ES"}, about=s.id).id
    assert holders(s.case().request(s.id), "EX-1") == (("ES", used),)


def test_a_condition_ends_by_consent_to_lift_it_and_for_that_exhibit_only():
    s = limited.given(limit("gone", "destruction", **UNTIL))
    terms = {"use": "condition_lifted", "exhibits": ["EX-1"], "items": [], "conditions": ["gone"]}
    sought = s.say("GH", "seek_consent", terms, about=s.id).id
    assert judged(s, asked(at=b.LATER)).bars[0].seek is OtherUse.CONDITION_LIFTED
    consent = s.say("PT", "consent", {"sought": sought, "consent": "given", "conditions": []}, about=s.id).id
    assert found(judged(s, asked(at=b.LATER))) == ALLOWED
    request = s.case().request(s.id)
    assert in_force(request, "EX-1") == ()
    assert [one.lifted for one in holding(request)] == [consent]


def test_a_breach_bars_use_until_the_state_that_gave_lifts_it():
    s = limited.given()
    breach = s.say("GH", "breach", {"exhibits": ["EX-1"], "condition": None, "at": b.AT}, about=s.id).id
    assert found(judged(s, asked())) == ("needs_consent", {"breach"})
    terms = {"use": "condition_lifted", "exhibits": ["EX-1"], "items": []}
    for lifts, verdict in (([], ("needs_consent", {"breach"})), ([breach], ALLOWED)):
        sought = s.say("GH", "seek_consent", terms, about=s.id).id
        answer = {"sought": sought, "consent": "given", "conditions": [], "lifts": lifts}
        s.say("PT", "consent", answer, about=s.id)
        assert found(judged(s, asked())) == verdict
    assert open_breaches(s.case().request(s.id)) == ()


def test_a_refused_consent_lifts_nothing_and_may_not_say_so():
    s = limited.given()
    breach = s.say("GH", "breach", {"exhibits": ["EX-1"], "condition": None, "at": b.AT}, about=s.id).id
    terms = {"use": "condition_lifted", "exhibits": ["EX-1"], "items": []}
    sought = s.say("GH", "seek_consent", terms, about=s.id).id
    answer = {"sought": sought, "consent": "refused", "conditions": [], "lifts": [breach]}
    act = s.draft("PT", "consent", answer, about=s.id)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("state", "requires.lifts_open_breaches")


@pytest.mark.parametrize("capacity", ["intelligence", "emergency"])
def test_what_is_no_evidence_leads_on_and_serves_no_court_before_assistance(capacity):
    measure = {"intelligence": "desk_assistance", "emergency": "emergency_data"}[capacity]
    s = limited.given(measure=measure, capacity=capacity)
    assert found(judged(s, asked("lead"))) == ALLOWED
    for purpose in ("court", "administrative", "publication", None):
        assert judged(s, asked(purpose)).verdict == "refused"
        assert {bar.limit for bar in judged(s, asked(purpose)).bars} == {"no_evidence"}
    later = s.say("GH", "request", b.request_terms("mailbox", follows=s.id), roles=("author", "approver")).id
    s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=later)
    assert found(judged(s, asked())) == ALLOWED


@pytest.mark.parametrize(
    ("name", "sort", "verdict"),
    [
        ("mailbox", "subscriber", "refused"),
        ("mailbox", "content", "allowed"),
        ("another-mailbox", "content", "refused"),
    ],
)
def test_a_grant_of_the_less_or_of_something_else_makes_no_evidence_of_it(name, sort, verdict):
    s = limited.given(measure="emergency_data", capacity="emergency")  # a mailbox: content
    terms = b.request_terms(name, follows=s.id) | {"items": b.items(name, data=sort)}
    later = s.say("GH", "request", terms, roles=("author", "approver")).id
    s.say("PT", "decide", b.decision(b.outcome(name)), about=later)
    assert judged(s, asked()).verdict == verdict


@pytest.mark.parametrize(("ratified", "verdict"), [(None, "refused"), (False, "refused"), (True, "allowed")])
def test_a_grant_that_nobody_ratified_in_time_makes_no_evidence(ratified, verdict):
    s = limited.given(measure="emergency_data", capacity="emergency")
    later = s.say("GH", "request", b.request_terms("mailbox", follows=s.id), roles=b.TWO).id
    terms = b.decision(b.outcome("mailbox")) | {"ratify_by": b.LATER}
    s.decision = s.say("PT", "decide", terms, about=later, roles=("author",)).id
    assert judged(s, asked()).verdict == "allowed", "the time to ratify is not over"
    if ratified is not None:
        said = {"decision": s.decision, "ratified": ratified}
        s.say("PT", "ratified", said, about=later, people=other_people(s))
    assert judged(s, asked(at=LONG_AFTER)).verdict == verdict


@pytest.mark.parametrize("measure", ["preserve", "emergency_data"])
def test_a_grant_of_what_gives_no_evidence_makes_none(measure):
    """Else what came in an emergency would be read in court once it is also preserved."""
    s = limited.given(measure="emergency_data", capacity="emergency")
    terms = b.request_terms("mailbox", measure=measure, follows=s.id, ratify_by=b.LATER)
    later = s.say("GH", "request", terms).id
    s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=later)
    assert found(judged(s, asked())) == ("refused", {"no_evidence"})
    used = s.draft("GH", "use", {"exhibits": ["EX-1"], "use": "stated"}, about=s.id)
    assert judge(s.case(), used, b.TABLE) == NotInOrder("state", "requires.use_allowed")


def frozen():
    s = alone()
    given = s.say("PT", "deliver", b.delivery(s.decision, capacity="emergency"), about=s.id).id
    s.say("GH", "take_custody", b.custody(given), about=s.id)
    return s


def test_use_freezes_when_nobody_ratified_in_time_and_thaws_when_somebody_does_late():
    s = frozen()
    lead = {"exhibits": ["EX-1"], "use": "stated", "purpose": "lead"}
    s.say("GH", "use", lead, about=s.id)
    late = s.draft("GH", "use", lead, about=s.id, at=LONG_AFTER)
    for side in ("GH", "PT"):
        assert judge(s.case(side), late, b.TABLE) == NotInOrder("state", "requires.use_allowed")
    assert found(judged(s, asked("lead", at=LONG_AFTER))) == ("refused", {"not_ratified"})
    assert found(judged(s, asked("defence", "exculpatory", at=b.LATER, on=LONG_AFTER))) == ALLOWED
    terms = {"decision": s.decision, "ratified": True}
    s.say("PT", "ratified", terms, about=s.id, people=other_people(s), at=LONG_AFTER)
    s.say("GH", "use", lead, about=s.id, at=LONG_AFTER)
    assert s.case("GH").dump() == s.case("PT").dump()


def test_what_a_second_person_declined_to_ratify_is_never_used():
    s = frozen()
    terms = {"decision": s.decision, "ratified": False}
    s.say("PT", "ratified", terms, about=s.id, people=other_people(s))
    assert found(judged(s, asked("lead"))) == ("refused", {"not_ratified"})
    request = s.case().request(s.id)
    assert backing(request, request.decision(s.decision), b.AT) is Backing.DECLINED
    terms = {"decision": s.decision, "ratified": True}
    again = s.draft("PT", "ratified", terms, about=s.id, people=other_people(s))
    assert judge(s.case(), again, b.TABLE) == NotInOrder("state", "requires.ratification_open")


# What is said after custody, by whom; each may lift some bars, and set some.
EVENTS = {
    "recall": ("PT", {"exhibits": ["EX-1"], "reason": "sent_in_error", "destroy_by": b.LATER}),
    "breach": ("GH", {"exhibits": ["EX-1"], "condition": None, "at": b.AT}),
    "destroyed": ("GH", {"exhibits": ["EX-1"], "at": b.AT, "proof": digest(b"record")}),
    "lift": ("GH", {"use": "condition_lifted", "exhibits": ["EX-1"], "items": [], "conditions": ["gone"]}),
    "other": ("GH", {"use": "other_proceeding", "exhibits": ["EX-1"], "items": []}),
    "ratified": ("PT", None),
    "close": ("PT", {"outcome": "answered"}),
    "withdraw": ("GH", {"reason": "error"}),
}
LIFTED_BY = {
    "destruction": ["lift"],
    "breach": ["lift"],
    "not_ratified": ["ratified"],
    "other_use": ["other", "lift"],
}


def limited_and_frozen():
    s = b.Story()
    terms = b.request_terms("mailbox", measure="emergency_data", ratify_by=b.LATER)
    s.id = s.say("GH", "request", terms).id
    terms = {
        **b.decision(b.outcome("mailbox", "grant_on_conditions", conditions=["gone"])),
        "limits": [limit("gone", "destruction", until=SOON)],
        "ratify_by": SOON,
    }
    s.decision = s.say("PT", "decide", terms, about=s.id, roles=("author",)).id
    s.say("GH", "accept", {"decision": s.decision, "conditions": ["gone"]}, about=s.id)
    delivery = s.say("PT", "deliver", b.delivery(s.decision, capacity="emergency"), about=s.id).id
    s.say("GH", "take_custody", b.custody(delivery), about=s.id)
    return s


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(sorted(EVENTS)), st.booleans()), min_size=1, max_size=5))
def test_no_sequence_of_acts_lets_a_barred_use_through_without_the_act_that_lifts_it(events):
    """A bar that stood before an act and not after it was lifted by that very act, said by who may."""
    s = limited_and_frozen()
    uses = [asked("lead", at=LONG_AFTER), asked("lead", "with_consent", at=LONG_AFTER)]

    def standing():
        case = s.case()
        return [{bar.limit for bar in bars(case.request(s.id), case.requests, one, b.TABLE)} for one in uses]

    for name, agreed in events:
        before = standing()
        state, terms = EVENTS[name]
        kind = {"lift": "seek_consent", "other": "seek_consent"}.get(name, name)
        more = {"people": other_people(s)} if kind == "ratified" else {}
        terms = terms or {"decision": s.decision, "ratified": agreed}
        act = s.draft(state, kind, terms, about=s.id, **more)
        if not judge(s.case(), act, b.TABLE).moves:
            continue
        s.say(state, kind, terms, about=s.id, **more)
        if kind == "seek_consent":
            assert standing() == before, "asking lifts nothing"
            breaches = [one.id for one in open_breaches(s.case().request(s.id))] if name == "lift" else []
            answer = {
                "sought": s.acts[-1].id,
                "consent": "given" if agreed else "refused",
                "conditions": [],
                "lifts": breaches if agreed else [],
            }
            s.say("PT", "consent", answer, about=s.id)
        for was, now in zip(before, standing(), strict=True):
            gone = was - now
            if "destroyed" in now:
                continue  # nothing is left to use, whatever else held
            assert all(agreed and name in LIFTED_BY.get(one, ()) for one in gone), gone
