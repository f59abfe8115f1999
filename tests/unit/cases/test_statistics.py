"""Statistics of a period, counted by hand against a story told by two States."""

import csv
import io
import json
from pathlib import Path

import builders as b
import jsonschema
from hypothesis import given
from hypothesis import strategies as st
from test_costs import cost

from comity.cases import fold_home
from comity.cases.counting import Counted, Period
from comity.cases.statistics import as_csv, rounded, schema, statistics
from comity.wire import digest, dump

TWO = ("author", "approver")
HANDED_OVER = frozenset({"access_stored"})
DAY = 86_400
AT_HOME = {"orders", "order_answers", "costs", "request_validations", "callbacks", "notices"}


def on(day, hour=12):
    return f"2026-11-{day:02}T{hour:02}:00:00Z"


def story():
    """A preservation by one person, and what followed: one item given, one refused, one left."""
    s = b.Story()
    s.say("GH", "preview", {"measure": "access_stored", "items": b.items("mailbox")}, at=on(1))
    kept = b.preserve_terms("mailbox", ratify_by=on(4))
    s.kept = s.say("GH", "request", {**kept, "urgency": "emergency"}, at=on(2)).id
    s.say("PT", "effected", b.effected("mailbox", at=on(2, 15)), about=s.kept, at=on(3))
    asked = b.request_terms("mailbox", "logs", "notes", follows=s.kept)
    asked["items"][1]["data"] = "traffic"
    s.id = s.say("GH", "request", asked, roles=TWO, at=on(5)).id
    ruled = b.decision(b.outcome("mailbox"), b.outcome("notes"), b.outcome("logs", "refuse"))
    s.decided = s.say("PT", "decide", ruled, about=s.id, at=on(9)).id
    s.say("PT", "remedy", b.remedy(at=on(9)), about=s.id, at=on(9))
    s.say("PT", "remedy", b.remedy("dismissed", at=on(10)), about=s.id, at=on(10))
    s.say("PT", "effected", b.effected("notes", outcome="nothing_held", at=on(11)), about=s.id, at=on(11))
    s.say("PT", "effected", b.effected("mailbox", at=on(12)), about=s.id, at=on(12))  # nothing given yet
    s.say("PT", "deliver", b.delivery(s.decided), about=s.id, at=on(15))
    s.say("PT", "deliver", b.delivery(s.decided, exhibit="EX-2"), about=s.id, at=on(16))  # more of the same
    return s


class Told:
    """What both sides count of the story."""

    def __init__(self, s):
        self.s = s
        self.home = {"GH": [], "PT": []}

    def note(self, state, kind, terms, at, about=None, *, people=None):
        number = len(self.home[state]) + 1
        about = about or self.s.id
        act = self.s.sides[state].act(kind, terms, number=number, about=about, at=at, people=people)
        self.home[state].append(act)
        assert fold_home(self.s.case(state), self.home[state], state).standings[act.id].moves
        return act.id

    def counted(self, state, **more):
        case = self.s.case(state)
        acts = (*self.s.seen[state], *self.home[state])
        return Counted(case, fold_home(case, self.home[state], state), acts, **more)

    def count(self, state, since=1, until=30, now=30, **more):
        period = Period(on(since, 0), on(until, 0), on(now, 0))
        return count([self.counted(state, **more)], period, state)


def count(cases, period, state="PT", sealed=0):
    law = digest(b"law")
    return statistics(cases, period, state=state, law=law, handed_over=HANDED_OVER, sealed=sealed)


def rows(told, figure):
    return {
        (r.measure, r.data, r.of): (r.count, None if r.seconds is None else r.seconds.total)
        for r in told.rows
        if r.figure == figure
    }


def test_a_story_counted_by_hand():
    told = Told(story()).count("PT")
    assert rows(told, "requests_issued") == {
        ("preserve", "content", "alone"): (1, None),
        ("access_stored", "several", "whole"): (1, None),
    }
    assert rows(told, "items_issued") == {
        ("preserve", "content", None): (1, None),
        ("access_stored", "content", None): (2, None),
        ("access_stored", "traffic", None): (1, None),
    }
    assert rows(told, "items_fulfilled") == {
        ("preserve", "content", "done"): (1, 3 * 3600),
        ("access_stored", "content", "delivered"): (1, 10 * DAY),
    }
    assert rows(told, "items_not_had") == {("access_stored", "content", "nothing_held"): (1, None)}
    assert rows(told, "items_decided") == {
        ("access_stored", "content", "grant"): (2, 8 * DAY),
        ("access_stored", "traffic", "refuse"): (1, 4 * DAY),
    }
    assert rows(told, "refusal_grounds") == {
        ("access_stored", "traffic", "budapest.ground.sovereignty"): (1, None)
    }
    assert rows(told, "remedies") == {
        ("access_stored", "content", "lodged"): (1, None),
        ("access_stored", "content", "dismissed"): (1, None),
    }
    assert rows(told, "requests_followed_up") == {("preserve", "content", None): (1, 3 * DAY)}
    assert rows(told, "items_pending") == {}
    assert told.of("requests_issued", situation="emergency") == 1
    assert {r.addressee for r in told.rows if r.figure == "requests_issued"} == {"pt:central-authority"}
    assert {(r.direction, r.partner) for r in told.rows} == {("answered", "GH")}


def test_both_sides_count_the_shared_acts_alike():
    both = Told(story())
    both.note("PT", "cost", cost("claimed"), on(16))

    def plain(state):
        rows = both.count(state).rows
        return [r.model_copy(update={"direction": "asked", "partner": "XA"}) for r in rows]

    one, other = plain("GH"), plain("PT")
    assert [r for r in one if r.figure not in AT_HOME] == [r for r in other if r.figure not in AT_HOME]
    assert {r.direction for r in both.count("GH").rows} == {"asked"}


def test_periods_that_follow_one_another_hold_everything_once_and_pending_is_told_of_their_end():
    both = Told(story())
    whole, parts = both.count("PT"), [both.count("PT", a, z) for a, z in ((1, 5), (5, 9), (9, 30))]
    for figure in {r.figure for r in whole.rows}:  # nothing is pending in the end
        assert sum(part.of(figure) for part in parts) == whole.of(figure) > 0
    assert rows(parts[0], "items_pending") == {}
    assert rows(parts[1], "items_pending") == {
        ("access_stored", "content", "open"): (2, 7 * DAY),
        ("access_stored", "traffic", "open"): (1, 7 * DAY // 2),
    }
    open_ = b.Story()
    open_.id = open_.say("GH", "request", b.request_terms("mailbox"), roles=TWO, at=on(5)).id
    told = Told(open_).count("PT", 1, 30, now=20)
    assert not told.over
    assert rows(told, "items_pending") == {("access_stored", "content", "open"): (1, 29 * DAY // 2)}


def test_what_rests_is_pending_as_resting_from_then_on():
    both = Told(story())
    for since, standing in ((on(8), "resting"), (on(20), "open")):
        told = both.count("PT", 5, 9, rests={both.s.id: since})
        assert {of for _, _, of in rows(told, "items_pending")} == {standing}


def test_what_one_person_sent_alone_is_validated_refused_or_overdue():
    second = {"author": b.Signatory.of("gh-second")}
    for ratified, of in ((True, "given"), (False, "refused")):
        both = Told(story())
        both.note(
            "GH", "ratify", {"act": both.s.kept, "ratified": ratified}, on(3), both.s.kept, people=second
        )
        assert rows(both.count("GH"), "request_validations") == {("preserve", None, of): (1, None)}
    both = Told(story())
    assert rows(both.count("GH"), "request_validations") == {("preserve", None, "overdue"): (1, None)}
    assert not both.count("GH", 1, 4).of("request_validations")
    assert not both.count("PT").of("request_validations"), "it is theirs to validate"


def test_costs_keep_their_currencies_and_orders_tell_the_role_of_whom_they_went_to():
    both = Told(story())
    both.note("PT", "cost", cost("claimed", amount=5), on(10))
    both.note("PT", "cost", cost("claimed", amount=7), on(11))
    both.note("PT", "cost", cost("reimbursed", amount=9, currency="XAF"), on(12))
    order = {
        "contact": "pt:provider-1", "items": ["mailbox"], "document": digest(b"order"), "bases": [],
        "language": "pt", "at": on(10), "answer_by": None,
    }  # fmt: skip
    given = both.note("PT", "order", order, on(10))
    back = {
        "order": given, "outcome": "objected", "items": [], "at": on(12), "scan": digest(b"scan"),
        "exhibits": [],
    }  # fmt: skip
    both.note("PT", "return", back, on(13))
    told = both.count("PT", roles={"pt:provider-1": "provider"})
    costs = {(r.of, r.currency): (r.count, r.amount) for r in told.rows if r.figure == "costs"}
    assert costs == {("claimed", "EUR"): (2, 12), ("reimbursed", "XAF"): (1, 9)}
    (answer,) = (r for r in told.rows if r.figure == "order_answers")
    assert (answer.addressee, answer.of, answer.data, answer.seconds.total) == (
        "provider", "objected", "content", 2 * DAY,
    )  # fmt: skip


def test_the_middle_and_the_ninetieth_are_those_of_the_times():
    def one(day):
        s = b.Story()
        kept = s.say("GH", "request", b.preserve_terms("mailbox"), at=on(1)).id
        s.say("PT", "effected", b.effected("mailbox", at=on(1 + day)), about=kept, at=on(1 + day))
        return Told(s).counted("PT")

    told = count((one(day) for day in range(1, 21)), Period(on(1, 0), on(30, 0), on(30, 0)))
    (row,) = (r for r in told.rows if r.figure == "items_fulfilled")
    assert (row.count, row.seconds.total) == (20, 210 * DAY)
    assert (row.seconds.median, row.seconds.p90) == (10 * DAY, 18 * DAY)


def test_cases_are_taken_one_at_a_time():
    alive = []

    def cases():
        import weakref

        for _ in range(5):
            one = Told(story()).counted("PT")
            alive.append(weakref.ref(one.acts[0]))
            yield one
            del one
            assert sum(ref() is not None for ref in alive) <= 2

    assert count(cases(), Period(on(1, 0), on(30, 0), on(30, 0))).of("requests_issued") == 10


@given(st.integers(0, 400), st.integers(2, 20))
def test_a_rounded_number_tells_no_more_than_its_multiple(number, base):
    told = Told(story()).count("PT") if not hasattr(story, "told") else story.told
    story.told = told
    changed = told.model_copy(
        update={
            "sealed": number,
            "rows": tuple(r.model_copy(update={"count": number}) for r in told.rows),
        }
    )
    public = rounded(changed, base)
    for shown in (public.sealed, *(r.count for r in public.rows)):
        assert shown % base == 0
        assert abs(shown - number) <= base / 2
    assert bool(public.rows) == (public.sealed > 0)
    if number < base:
        assert all(r.seconds is None and r.amount is None for r in public.rows)


def test_the_schema_is_the_one_that_ships_and_what_is_told_fits_it():
    shipped = json.loads((Path(__file__).parents[3] / "docs" / "statistics.schema.json").read_text())
    assert shipped == schema()
    both = Told(story())
    both.note("PT", "cost", cost("claimed"), on(10))
    told = both.count("PT")
    for one in (told, rounded(told, 5)):
        jsonschema.validate(dump(one), shipped, cls=jsonschema.Draft202012Validator)
    assert dump(told)["schema"] == shipped["$id"]


def test_csv_says_what_the_rows_say():
    told = Told(story()).count("PT")
    lines = list(csv.DictReader(io.StringIO(as_csv(told))))
    assert len(lines) == len(told.rows)
    for line, row in zip(lines, told.rows, strict=True):
        assert (line["state"], line["since"], line["figure"]) == ("PT", told.since, row.figure)
        assert (line["count"], line["of"]) == (str(row.count), row.of or "")
        assert line["seconds_total"] == ("" if row.seconds is None else str(row.seconds.total))


def test_a_decision_by_a_clock_that_runs_behind_still_decides_what_was_asked_before_it():
    """By the times claimed it came before its request, and would have decided nothing."""
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms("mailbox"), roles=TWO, at=on(5, 12)).id
    s.say("PT", "decide", b.decision(b.outcome("mailbox", "refuse")), about=s.id, at=on(5, 11))
    told = Told(s).count("GH")
    assert rows(told, "items_decided") == {("access_stored", "content", "refuse"): (1, 0)}
    assert rows(told, "items_pending") == {}
