"""When something due is over, and when it only seems to be; and for how long a clock stands still."""

from datetime import UTC, datetime, timedelta

import builders as b
from hypothesis import given
from hypothesis import strategies as st
from stages import TWO, asked, consulted, decided, held, requested

from comity.cases import Pause, due, fold_home
from comity.cases.pauses import stood_still
from comity.law import Bundle, HouseLength, packaged_bundle
from comity.wire import dump_bytes

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LAW = packaged_bundle()


def dues(story, *, now=NOW, law=LAW):
    """What is due, as GH sees it, by its clock."""
    case = story.case()
    zones = {state: law.zone(state) for state in ("GH", "PT")}
    return {one.kind: one for one in due(case, fold_home(case, [], "GH"), law, zones, now)}


def ten_days(key):
    """Law data in which this clock has ten days."""
    content = LAW.content
    length = HouseLength(value=10, unit="days")
    clocks = tuple(c.model_copy(update={"house": length}) if c.key == key else c for c in content.clocks)
    other = content.model_copy(update={"clocks": clocks})
    return Bundle(other, dump_bytes(other))


def two_given():
    """Two exhibits of one item are announced."""
    s = decided(b.outcome("mailbox"), b.outcome("logs"))
    first, second = b.delivery(s.decision), b.delivery(s.decision, exhibit="EX-2")
    terms = {**first, "exhibits": [*first["exhibits"], *second["exhibits"]]}
    s.delivery = s.say("PT", "deliver", terms, about=s.id).id
    return s


def test_a_delivery_is_to_be_taken_until_every_exhibit_is():
    s = two_given()
    s.say("GH", "take_custody", b.custody(s.delivery), about=s.id)
    assert dues(s)["house.taking"].state == "GH"
    s.say("GH", "take_custody", b.custody(s.delivery, "EX-2"), about=s.id)
    assert "house.taking" not in dues(s)


def test_what_was_called_back_is_due_until_all_of_it_is_gone():
    s = two_given()
    for exhibit in ("EX-1", "EX-2"):
        s.say("GH", "take_custody", b.custody(s.delivery, exhibit), about=s.id)
    recall = {"exhibits": ["EX-1", "EX-2"], "reason": "sent_in_error", "destroy_by": b.LATER}
    s.say("PT", "recall", recall, about=s.id)
    for exhibit, left in (("EX-1", True), ("EX-2", False)):
        gone = {"exhibits": [exhibit], "at": b.AT, "proof": b.digest(b"record")}
        s.say("GH", "destroyed", gone, about=s.id)
        assert ("house.recall" in dues(s)) == left


def test_one_exhibit_destroyed_leaves_the_date_of_the_other():
    s = requested("mailbox")
    limit = {"id": "gone-by", "kind": "destruction", "until": "2027-01-01T00:00:00Z"}
    granted = b.outcome("mailbox", "grant_on_conditions", conditions=["gone-by"])
    s.decision = s.say("PT", "decide", {**b.decision(granted), "limits": [limit]}, about=s.id).id
    s.say("GH", "accept", {"decision": s.decision, "conditions": ["gone-by"]}, about=s.id)
    for exhibit in ("EX-1", "EX-2"):
        delivery = s.say("PT", "deliver", b.delivery(s.decision, exhibit=exhibit), about=s.id).id
        s.say("GH", "take_custody", b.custody(delivery, exhibit), about=s.id)
    gone = {"exhibits": ["EX-1"], "at": b.AT, "proof": b.digest(b"record")}
    s.say("GH", "destroyed", gone, about=s.id)
    assert dues(s)["house.disposal"].clock.label == "EX-2/gone-by"


def test_an_extension_shorter_than_was_asked_leaves_the_rest_due():
    s = held()
    s.say("GH", "extend", {"until": "2027-06-01T00:00:00Z"}, about=s.kept)
    s.say("PT", "extend", {"until": "2027-05-31T00:00:00Z"}, about=s.kept)
    assert dues(s)["house.extension"].state == "PT"
    s.say("PT", "extend", {"until": "2027-06-01T00:00:00Z"}, about=s.kept)
    assert "house.extension" not in dues(s)


def test_questions_are_due_until_the_last_is_answered():
    s = asked()
    s.say("GH", "answer", {"ask": s.ask, "questions": ["q1"]}, about=s.id)
    assert dues(s)["house.question"].state == "GH"
    s.say("GH", "answer", {"ask": s.ask, "questions": ["q2"]}, about=s.id)
    assert "house.question" not in dues(s)


def test_an_offer_of_consultation_is_for_who_asked():
    assert dues(consulted())["house.consultation"].state == "GH"


def test_what_is_wanted_by_a_time_is_wanted_until_all_of_it_is_given():
    s = b.Story()
    terms = b.request_terms("mailbox", "logs", wanted_by="2026-12-24T00:00:00Z")
    s.id = s.say("GH", "request", terms, roles=TWO).id
    decision = b.decision(b.outcome("mailbox"), b.outcome("logs"))
    decided = s.say("PT", "decide", decision, about=s.id).id
    s.say("PT", "deliver", b.delivery(decided), about=s.id)
    assert dues(s)["house.wanted"].state == "PT"
    s.say("PT", "deliver", b.delivery(decided, "logs", exhibit="EX-2"), about=s.id)
    assert "house.wanted" not in dues(s)


def test_what_was_granted_first_says_since_when_it_is_to_be_carried_out():
    s = decided(b.outcome("mailbox"))
    s.say("PT", "decide", b.decision(b.outcome("logs")), about=s.id, at=b.LATER)
    found = dues(s, now=NOW + timedelta(days=9))["house.execution"]
    assert (found.act, found.since) == (s.decision, datetime(2026, 11, 21, 12, tzinfo=UTC))


def refused_and_closed(followed):
    """Data is held; of the request to keep it everything is refused, and it is closed."""
    s = held()
    if followed:
        s.say("GH", "request", b.request_terms(follows=s.kept), roles=TWO)
    refused = b.decision(b.outcome("mailbox", "refuse"), b.outcome("logs", "refuse"))
    s.say("PT", "decide", refused, about=s.kept)
    s.say("PT", "close", {"outcome": "refused"}, about=s.kept)
    return "budapest.clock.preservation" in dues(s)


def test_data_held_for_a_request_that_follows_stays_held_when_the_first_is_closed():
    assert refused_and_closed(followed=True)
    assert not refused_and_closed(followed=False)


# -- standing still ---------------------------------------------------------------------------------


def test_a_clock_stands_still_until_the_last_question_is_answered():
    law = ten_days("house.decision")
    before = dues(requested(), law=law)["house.decision"].at
    s = asked()
    s.say("GH", "answer", {"ask": s.ask, "questions": ["q1"]}, about=s.id, at="2026-11-22T12:00:00Z")
    assert dues(s, law=law)["house.decision"].at is None
    s.say("GH", "answer", {"ask": s.ask, "questions": ["q2"]}, about=s.id, at="2026-11-26T12:00:00Z")
    assert dues(s, law=law)["house.decision"].at == before + timedelta(days=5)


def test_questions_of_who_asks_for_something_stop_no_clock_of_the_other():
    law = ten_days("house.decision")
    s = requested()
    before = dues(s, law=law)["house.decision"]
    s.say("GH", "ask", b.questions("q1"), about=s.id)
    after = dues(s, law=law)["house.decision"]
    assert (after.at, after.clock.pauses) == (before.at, ())


def test_only_a_remedy_that_suspends_stops_the_clock_of_carrying_out():
    for suspends in (True, False):
        s = decided(b.outcome("mailbox"))
        s.say("PT", "remedy", b.remedy(suspends=suspends), about=s.id)
        found = dues(s)["house.execution"].clock
        assert [one.why for one in found.pauses] == ["remedy"] * suspends


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 30)), max_size=6)


@given(spans, st.integers(0, 60))
def test_time_in_which_pauses_lie_over_each_other_counts_once(spans, since):
    """Beside a count of hours, one by one."""
    still = {hour for start, length in spans for hour in range(start, start + length) if hour >= since}
    some = [Pause("question", str(n), NOW + a * HOUR, NOW + (a + c) * HOUR) for n, (a, c) in enumerate(spans)]
    assert stood_still(some, NOW + since * HOUR) == len(still) * HOUR
    assert stood_still([*some, Pause("question", "open", NOW, None)], NOW + since * HOUR) is None
