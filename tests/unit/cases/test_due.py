"""What is due in a case: by whom, until when, how late; and that no deadline is lost."""

from datetime import UTC, datetime, timedelta

import builders as b
from hypothesis import given
from hypothesis import strategies as st

from comity.cases import PAUSES, STARTS, DueStanding, Whom, due, fold, fold_home, resting
from comity.law import Bundle, packaged_bundle
from comity.wire import dump_bytes

LAW = packaged_bundle()
ZONES = {"PT": LAW.zone("PT"), "GH": LAW.zone("GH")}
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TWO = ("author", "approver")


def asked(story, state="GH", *, now=NOW, law=LAW, home=()):
    case = story.case(state)
    return {one.kind: one for one in due(case, fold_home(case, home, state), law, ZONES, now)}


def requested(**more):
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms(**more), roles=TWO).id
    return s


def test_every_start_and_pause_that_law_data_names_is_there_and_every_one_is_used():
    assert {clock.starts for clock in LAW.content.clocks} == set(STARTS)
    assert {name for clock in LAW.content.clocks for name in clock.suspended_by} == set(PAUSES)


def test_a_request_waits_for_a_decision_and_is_never_late_where_no_law_says_when():
    found = asked(requested(), now=NOW + timedelta(days=4000))["house.decision"]
    assert (found.whom, found.state, found.standing) == (Whom.OTHER, "PT", DueStanding.AWAITED)
    assert (found.at, found.late) == (None, timedelta())
    assert asked(requested(), "PT")["house.decision"].whom is Whom.OWN


def test_a_question_unanswered_lets_the_request_rest_and_its_answer_wakes_it():
    s = requested()
    ask = s.say("PT", "ask", {"questions": [{"id": "q1", "about": None}]}, about=s.id).id
    early = asked(s)
    assert early["house.question"].standing is DueStanding.RUNNING
    assert early["house.question"].whom is Whom.OWN
    assert early["house.decision"].standing is DueStanding.STILL
    assert resting(early.values()) == frozenset()
    end = datetime(2026, 12, 22, tzinfo=UTC)  # thirty whole days of Accra after 21 November
    assert early["house.question"].at == end
    late = asked(s, now=end + timedelta(hours=3))
    assert late["house.question"].standing is DueStanding.RESTS
    assert late["house.question"].late == timedelta(hours=3)
    assert resting(late.values()) == {s.id}
    s.say("GH", "answer", {"ask": ask, "questions": ["q1"]}, about=s.id)
    awake = asked(s, now=end + timedelta(hours=3))
    assert "house.question" not in awake
    assert awake["house.decision"].standing is DueStanding.AWAITED


def test_silence_to_an_offer_of_consultation_is_no_lateness():
    s = requested()
    terms = {"grounds": ["budapest.ground.sovereignty"], "answer_by": "2026-11-24T12:00:00Z"}
    s.say("PT", "consult", terms, about=s.id)
    assert asked(s)["house.consultation"].standing is DueStanding.RUNNING
    later = asked(s, now=datetime(2026, 11, 24, 12, tzinfo=UTC))["house.consultation"]
    assert (later.standing, later.late) == (DueStanding.PASSED, timedelta())


def test_a_day_of_review_counts_whole_where_the_decision_is_made():
    s = requested()
    s.say("PT", "decide", b.decision(b.outcome("mailbox", "postpone", review_on="2027-07-01")), about=s.id)
    found = asked(s)["house.review"]
    assert found.at == datetime(2027, 7, 1, 23, tzinfo=UTC)  # midnight in Lisbon's summer
    assert found.clock.label == "mailbox"
    s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id)
    assert "house.review" not in asked(s)
    assert asked(s)["house.execution"].state == "PT"


def test_preservation_is_followed_up_or_asked_to_last_longer_by_who_asked():
    s = b.Story()
    s.id = s.say("GH", "request", b.preserve_terms()).id
    assert "budapest.clock.preservation" not in asked(s)
    s.say("PT", "effected", b.effected("mailbox"), about=s.id)
    kept = asked(s)["budapest.clock.preservation"]
    assert (kept.whom, kept.clock.where, kept.standing) == (Whom.OWN, "PT", DueStanding.RUNNING)
    assert (kept.clock.provision, kept.clock.law) == ("budapest.preservation.min_period", LAW.digest)
    s.say("PT", "extend", {"until": "2027-03-01T00:00:00Z"}, about=s.id)
    longer = asked(s)["budapest.clock.preservation"]
    assert longer.at == datetime(2027, 3, 1, tzinfo=UTC)
    assert longer.clock.extended_by == s.acts[-1].id
    follow = s.say("GH", "request", b.request_terms(follows=s.id), roles=TWO).id
    held = asked(s, now=NOW + timedelta(days=4000))["budapest.clock.preservation"]
    assert (held.standing, held.clock.held_for) == (DueStanding.HELD, (follow,))


def test_one_person_alone_is_for_a_second_person_and_only_at_home():
    s = b.Story()
    s.id = s.say("GH", "request", b.preserve_terms()).id
    alone = asked(s)["house.ratification"]
    assert (alone.whom, alone.at) == (Whom.PERSON, datetime(2026, 11, 24, 12, tzinfo=UTC))
    late = asked(s, now=NOW + timedelta(days=3))["house.ratification"]
    assert (late.standing, late.late) == (DueStanding.LATE, timedelta(days=1))
    assert "house.ratification" not in asked(s, "PT")
    side = s.sides["GH"]
    people = {"author": side.people["approver"]}
    second = side.act("ratify", {"act": s.id, "ratified": True}, about=s.id, people=people)
    assert "house.ratification" not in asked(s, home=[second])


def arrested(**more):
    s = b.Story()
    terms = b.request_terms("person", measure="provisional_arrest", items=b.items("person", data="person"))
    s.id = s.say("GH", "request", {**terms, **more}, roles=TWO).id
    s.say("PT", "decide", b.decision(b.outcome("person")), about=s.id)
    s.say("PT", "arrest", b.arrest(), about=s.id)
    return s


def test_custody_runs_from_the_arrest_and_outlives_the_request():
    s = arrested()
    assert asked(s)["house.papers"].whom is Whom.OWN
    s.say("GH", "withdraw", {"reason": "error"}, about=s.id)
    found = asked(s, "PT", now=NOW + timedelta(days=9))
    assert "house.papers" not in found
    custody = found["house.custody"]
    assert (custody.whom, custody.standing) == (Whom.OWN, DueStanding.LATE)
    assert custody.since == datetime(2026, 11, 21, 12, tzinfo=UTC)
    s.say("PT", "arrest", b.arrest("released"), about=s.id)
    assert "house.custody" not in asked(s, "PT")


def with_length(key, **length):
    content = LAW.content
    house = type(LAW.clock("house.question").house)(**length)
    clocks = tuple(c.model_copy(update={"house": house}) if c.key == key else c for c in content.clocks)
    other = content.model_copy(update={"clocks": clocks})
    return Bundle(other, dump_bytes(other))


def test_a_clock_runs_on_for_as_long_as_it_stood_still():
    law = with_length("house.decision", value=10, unit="days")
    s = requested()
    before = asked(s, law=law)["house.decision"].at
    ask = s.say("PT", "ask", {"questions": [{"id": "q1", "about": None}]}, about=s.id).id
    still = asked(s, law=law, now=NOW + timedelta(days=90))["house.decision"]
    assert (still.standing, still.at) == (DueStanding.STILL, None)
    s.say("GH", "answer", {"ask": ask, "questions": ["q1"]}, about=s.id, at="2026-11-23T13:00:00Z")
    after = asked(s, law=law)["house.decision"]
    assert after.at == before + timedelta(days=3)  # two days and an hour, begun days whole
    assert [(one.why, one.act) for one in after.clock.pauses] == [("question", ask)]


def test_what_cannot_be_counted_is_due_and_says_why():
    law = with_length("house.decision", value=10, unit="days")
    case = requested().case()
    found = {one.kind: one for one in due(case, fold_home(case, [], "GH"), law, {}, NOW)}
    assert found["house.decision"].standing is DueStanding.UNKNOWN
    assert found["house.decision"].clock.unknown.id == "cases.no_zone"


def busy():
    s = b.Story()
    other = s.say("GH", "request", b.preserve_terms()).id
    s.say("PT", "effected", b.effected("mailbox"), about=other)
    s.say("PT", "ask", {"questions": [{"id": "q1", "about": None}]}, about=other)
    data = s.say("GH", "request", b.request_terms(), roles=TWO).id
    s.say("PT", "decide", b.decision(b.outcome("mailbox", "postpone")), about=data)
    return s


def refused_for_nationality():
    s = arrested()
    terms = b.request_terms(measure="extradite", items=b.items("person", data="person"), follows=s.id)
    s.asked = s.say("GH", "request", terms, roles=TWO).id
    refused = b.outcome("person", "refuse", grounds=["uncc.ground.extradition_nationality"])
    s.say("PT", "decide", b.decision(refused), about=s.asked)
    return s


BUSY, PERSON = busy(), refused_for_nationality()


def test_a_refusal_because_of_nationality_is_due_at_once_and_until_it_is_reported():
    s = refused_for_nationality()
    owed = asked(s, "PT")["house.prosecution"]
    assert (owed.whom, owed.standing, owed.request) == (Whom.OWN, DueStanding.AWAITED, s.asked)
    s.say("PT", "close", {"outcome": "refused"}, about=s.asked)
    assert "house.prosecution" in asked(s, "PT")
    s.say("PT", "prosecute_instead", {"items": ["person"], "at": b.AT, "evidence": None}, about=s.asked)
    assert "house.prosecution" not in asked(s, "PT")


@given(st.sampled_from([BUSY, PERSON]), st.randoms(), st.integers(0, 4000))
def test_no_deadline_is_lost_by_learning_acts_in_another_order(story, chance, days):
    now = NOW + timedelta(days=days)
    acts = chance.sample(story.acts, len(story.acts))
    case, other = story.case(), fold(acts, b.TABLES)
    assert due(other, fold_home(other, [], "GH"), LAW, ZONES, now) == due(
        case, fold_home(case, [], "GH"), LAW, ZONES, now
    )


@given(st.integers(0, len(BUSY.acts)), st.lists(st.integers(0, 400), min_size=2, max_size=2))
def test_what_is_late_stays_due_and_is_later(known, days):
    case = fold(BUSY.acts[:known], b.TABLES)
    home = fold_home(case, [], "GH")
    early, late = (due(case, home, LAW, ZONES, NOW + timedelta(days=d)) for d in sorted(days))
    for one, other in zip(early, late, strict=True):
        assert one.clock == other.clock
        assert one.late <= other.late
