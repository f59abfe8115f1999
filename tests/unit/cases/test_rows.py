"""Each condition of each row of the table refuses what it should, and moves nothing."""

import beyond
import builders as b
import limited
import pytest
import refused
from stages import (
    CONSULT,
    TWO,
    asked,
    closed,
    consulted,
    decided,
    decided_twice,
    delivered,
    extradition,
    held,
    offered,
    preserved,
    requested,
    taken,
    theirs,
    withdrawn,
)

from comity.cases import NotInOrder, fold, judge, next_acts
from comity.wire import digest

EARLIER = "2026-11-20T12:00:00Z"
AMEND = {"add": b.items("more"), "drop": []}
WITHDRAW = {"reason": "error"}
USE = {"exhibits": ["EX-1"], "use": "stated"}
GRANT = b.decision(b.outcome("mailbox"))
NOWHERE = digest(b"nowhere")


OFFER = {"items": ["mailbox"], "amount": 1000, "currency": "EUR", "answer_by": b.LATER}


def costed():
    s = requested()
    s.offer = s.say("PT", "offer_costs", OFFER, about=s.id).id
    return s


def rejected(act, reason="other_side"):
    return {"act": act, "step": "side", "reason": reason}


# (state, kind, reason): (how the case came there, the act's terms made from it, further members)
REFUSED = {
    ("GH", "preview", "requires.items_distinct"): (
        b.Story,
        lambda s: {"measure": "access_stored", "items": b.items("a", "a")},
        {"about": None},
    ),
    ("GH", "request", "requires.items_distinct"): (
        b.Story,
        lambda s: b.request_terms("a", "a"),
        {"about": None, "roles": TWO},
    ),
    ("GH", "request", "requires.ratification_said"): (
        b.Story,
        lambda s: b.preserve_terms(ratify_by=EARLIER),
        {"about": None},
    ),
    ("GH", "request", "requires.urgency_founded"): (
        b.Story,
        lambda s: b.request_terms(urgent_for=["custody_ends"]),
        {"about": None, "roles": TWO},
    ),
    ("GH", "request", "requires.wanted_later"): (
        b.Story,
        lambda s: b.request_terms(wanted_by=EARLIER),
        {"about": None, "roles": TWO},
    ),
    ("GH", "request", "requires.previous_distinct"): (
        b.Story,
        lambda s: b.request_terms(previous=[NOWHERE, NOWHERE]),
        {"about": None, "roles": TWO},
    ),
    ("GH", "request", "requires.supplements_own_request"): (
        theirs,
        lambda s: b.request_terms(supplements=s.id),
        {"about": None, "roles": TWO},
    ),
    ("GH", "request", "requires.file_apart"): (
        extradition,
        lambda s: b.request_terms(),
        {"about": None, "roles": TWO},
    ),
    ("GH", "inform", "requires.file_apart"): (
        extradition,
        lambda s: b.information(),
        {"about": None, "roles": TWO},
    ),
    ("GH", "request", "requires.file_of_its_own"): (
        preserved,
        lambda s: b.request_terms(measure="extradite", items=b.items("person", data="person")),
        {"about": None, "roles": TWO},
    ),
    ("PT", "offer_costs", "requires.reports_known_items"): (
        requested,
        lambda s: OFFER | {"items": ["nothing"]},
        {},
    ),
    ("PT", "offer_costs", "requires.offer_leaves_time"): (
        requested,
        lambda s: OFFER | {"answer_by": EARLIER},
        {},
    ),
    ("PT", "offer_costs", "forbids.closed"): (closed, lambda s: OFFER, {}),
    ("PT", "offer_costs", "forbids.withdrawn"): (withdrawn, lambda s: OFFER, {}),
    ("GH", "answer_costs", "requires.costs_offered"): (
        requested,
        lambda s: {"offer": NOWHERE, "answer": "not_agreed", "share": None},
        {"roles": TWO},
    ),
    ("GH", "answer_costs", "requires.answers_open_costs"): (
        costed,
        lambda s: {"offer": s.offer, "answer": "shared", "share": 1000},
        {"roles": TWO},
    ),
    ("GH", "answer_costs", "forbids.closed"): (
        closed,
        lambda s: {"offer": NOWHERE, "answer": "not_agreed", "share": None},
        {"roles": TWO},
    ),
    ("GH", "answer_costs", "forbids.withdrawn"): (
        withdrawn,
        lambda s: {"offer": NOWHERE, "answer": "not_agreed", "share": None},
        {"roles": TWO},
    ),
    ("PT", "effected", "requires.points_elsewhere"): (
        decided,
        lambda s: b.effected("mailbox", outcome="done") | {"pointed_to": "XC"},
        {},
    ),
    ("GH", "request", "requires.follows_own_request"): (
        b.Story,
        lambda s: b.request_terms(follows=NOWHERE),
        {"about": None, "roles": TWO},
    ),
    ("GH", "amend", "requires.item_undecided"): (taken, lambda s: AMEND, {}),
    ("GH", "amend", "requires.amends_undecided_items"): (
        decided,
        lambda s: {"add": [], "drop": ["mailbox"]},
        {},
    ),
    ("GH", "amend", "forbids.closed"): (closed, lambda s: AMEND, {}),
    ("GH", "amend", "forbids.withdrawn"): (withdrawn, lambda s: AMEND, {}),
    ("GH", "withdraw", "forbids.closed"): (closed, lambda s: WITHDRAW, {}),
    ("GH", "withdraw", "forbids.withdrawn"): (withdrawn, lambda s: WITHDRAW, {}),
    ("PT", "ask", "requires.questions_distinct"): (requested, lambda s: b.questions("q", "q"), {}),
    ("PT", "ask", "forbids.closed"): (closed, lambda s: b.questions("q"), {}),
    ("PT", "ask", "forbids.withdrawn"): (withdrawn, lambda s: b.questions("q"), {}),
    ("GH", "answer", "requires.question_open"): (
        requested,
        lambda s: {"ask": NOWHERE, "questions": ["q1"]},
        {},
    ),
    ("GH", "answer", "requires.answers_open_questions"): (
        asked,
        lambda s: {"ask": s.ask, "questions": ["q3"]},
        {},
    ),
    ("GH", "answer", "forbids.closed"): (closed, lambda s: {"ask": NOWHERE, "questions": ["q1"]}, {}),
    ("GH", "answer", "forbids.withdrawn"): (
        lambda: withdrawn(asked),
        lambda s: {"ask": s.ask, "questions": ["q1"]},
        {},
    ),
    ("PT", "consult", "requires.item_undecided"): (taken, lambda s: CONSULT, {}),
    ("PT", "consult", "requires.offer_leaves_time"): (
        requested,
        lambda s: {**CONSULT, "answer_by": b.AT},
        {},
    ),
    ("PT", "consult", "forbids.closed"): (closed, lambda s: CONSULT, {}),
    ("PT", "consult", "forbids.withdrawn"): (withdrawn, lambda s: CONSULT, {}),
    ("PT", "decide", "requires.item_undecided"): (taken, lambda s: GRANT, {}),
    ("PT", "decide", "requires.decides_undecided_items"): (decided, lambda s: GRANT, {}),
    ("PT", "decide", "requires.refusals_grounded"): (
        requested,
        lambda s: b.decision(b.outcome("mailbox", "refuse", grounds=[])),
        {},
    ),
    ("PT", "decide", "requires.postponements_dated"): (
        requested,
        lambda s: b.decision(b.outcome("mailbox", "postpone", review_on="2026-11-21")),
        {},
    ),
    ("PT", "decide", "requires.conditions_named"): (
        requested,
        lambda s: b.decision(b.outcome("mailbox", "grant_on_conditions", conditions=[])),
        {},
    ),
    ("PT", "decide", "requires.consultation_known"): (
        requested,
        lambda s: b.decision(b.outcome("mailbox"), consultation=NOWHERE),
        {},
    ),
    ("PT", "decide", "requires.consultation_satisfied"): (
        consulted,
        lambda s: b.decision(b.outcome("mailbox", "refuse"), consultation=s.offer),
        {},
    ),
    ("PT", "decide", "forbids.closed"): (closed, lambda s: GRANT, {}),
    ("PT", "decide", "forbids.withdrawn"): (withdrawn, lambda s: GRANT, {}),
    ("GH", "accept", "requires.conditions_offered"): (
        decided,
        lambda s: {"decision": s.decision, "conditions": ["use-limit"]},
        {},
    ),
    ("GH", "accept", "requires.accepts_offered_conditions"): (
        offered,
        lambda s: {"decision": s.decision, "conditions": ["other"]},
        {},
    ),
    ("PT", "effected", "requires.reports_known_items"): (preserved, lambda s: b.effected("unknown"), {}),
    ("PT", "effected", "requires.event_not_later"): (
        preserved,
        lambda s: b.effected(at="2026-11-21T12:00:01Z"),
        {},
    ),
    ("PT", "effected", "requires.item_granted"): (requested, lambda s: b.effected(), {}),
    ("PT", "effected", "requires.reports_granted_items"): (decided, lambda s: b.effected("logs"), {}),
    ("PT", "effected", "forbids.closed"): (closed, lambda s: b.effected(), {}),
    ("PT", "effected", "forbids.withdrawn"): (lambda: withdrawn(preserved), lambda s: b.effected(), {}),
    ("GH", "extend", "requires.held"): (preserved, lambda s: {"until": b.LATER}, {}),
    ("GH", "extend", "requires.extends_further"): (held, lambda s: {"until": b.AT}, {}),
    ("GH", "extend", "forbids.withdrawn"): (lambda: withdrawn(held), lambda s: {"until": b.LATER}, {}),
    ("PT", "deliver", "requires.item_granted"): (offered, lambda s: b.delivery(s.decision), {}),
    ("PT", "deliver", "requires.delivers_granted_items"): (
        decided,
        lambda s: b.delivery(s.decision, "mailbox", "logs"),
        {},
    ),
    ("PT", "deliver", "requires.capacity_granted"): (
        decided,
        lambda s: b.delivery(s.decision, capacity="intelligence"),
        {},
    ),
    ("PT", "deliver", "requires.exhibits_new"): (delivered, lambda s: b.delivery(s.decision), {}),
    ("PT", "deliver", "forbids.closed"): (closed, lambda s: b.delivery(s.decision, exhibit="EX-2"), {}),
    ("PT", "deliver", "forbids.withdrawn"): (
        lambda: withdrawn(decided),
        lambda s: b.delivery(s.decision),
        {},
    ),
    ("GH", "take_custody", "requires.exhibit_announced"): (taken, lambda s: b.custody(s.delivery), {}),
    ("GH", "take_custody", "requires.takes_announced_exhibits"): (
        delivered,
        lambda s: b.custody(s.delivery, "EX-2"),
        {},
    ),
    ("GH", "use", "requires.exhibit_in_custody"): (delivered, lambda s: USE, {}),
    ("GH", "use", "requires.uses_held_exhibits"): (taken, lambda s: {**USE, "exhibits": ["EX-2"]}, {}),
    ("PT", "close", "requires.executed"): (preserved, lambda s: {"outcome": "answered"}, {}),
    ("PT", "close", "requires.settled"): (decided, lambda s: {"outcome": "answered"}, {}),
    ("PT", "close", "requires.outcome_true"): (delivered, lambda s: {"outcome": "refused"}, {}),
    ("PT", "close", "forbids.closed"): (closed, lambda s: {"outcome": "answered"}, {}),
    ("PT", "close", "forbids.withdrawn"): (
        lambda: withdrawn(delivered),
        lambda s: {"outcome": "answered"},
        {},
    ),
    ("GH", "close", "requires.withdrawn"): (requested, lambda s: {"outcome": "withdrawn"}, {}),
    ("GH", "close", "requires.outcome_true"): (withdrawn, lambda s: {"outcome": "answered"}, {}),
    ("GH", "close", "forbids.closed"): (closed, lambda s: {"outcome": "withdrawn"}, {}),
    ("PT", "reject", "requires.rejects_their_act"): (requested, lambda s: rejected(NOWHERE), {}),
    ("PT", "reject", "requires.rejects_at_once"): (asked, lambda s: rejected(s.id), {}),
    **refused.REFUSED,
    **limited.REFUSED,
    **beyond.REFUSED,
}


@pytest.mark.parametrize("which", REFUSED, ids="-".join)
def test_each_condition_of_each_row_refuses(which):
    state, kind, reason = which
    came, terms, more = REFUSED[which]
    s = came()
    members = {"about": getattr(s, "id", None) or getattr(s, "kept", None), **more}
    act = s.draft(state, kind, terms(s), **members)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("state", reason)
    before = s.case().effect()
    assert fold([*s.acts, act], b.TABLES).effect() == before


def test_every_condition_of_every_kind_was_refused_above():
    asked_for = {(row.kind, f"requires.{name}") for row in b.TABLE.rows for name in row.requires}
    asked_for |= {(row.kind, f"forbids.{name}") for row in b.TABLE.rows for name in row.forbids}
    assert asked_for == {(kind, reason) for _, kind, reason in REFUSED}


MORE_REFUSED = {
    "a person alone with a later approver": (
        b.Story,
        "GH",
        "request",
        lambda s: b.preserve_terms(),
        {"roles": TWO},
        "requires.ratification_said",
    ),
    "follows the other side's request": (
        theirs,
        "GH",
        "request",
        lambda s: b.request_terms(follows=s.id),
        {"roles": TWO},
        "requires.follows_own_request",
    ),
    "follows a withdrawn one": (
        lambda: withdrawn(preserved),
        "GH",
        "request",
        lambda s: b.request_terms(follows=s.kept),
        {"roles": TWO},
        "requires.follows_own_request",
    ),
    "drops everything": (
        requested,
        "GH",
        "amend",
        lambda s: {"add": [], "drop": ["mailbox", "logs"]},
        {},
        "requires.amends_undecided_items",
    ),
    "adds a name that is taken": (
        requested,
        "GH",
        "amend",
        lambda s: {"add": b.items("logs"), "drop": []},
        {},
        "requires.amends_undecided_items",
    ),
    "answers its own question": (
        asked,
        "PT",
        "answer",
        lambda s: {"ask": s.ask, "questions": ["q1"]},
        {},
        "requires.question_open",
    ),
    "answers twice in one": (
        asked,
        "GH",
        "answer",
        lambda s: {"ask": s.ask, "questions": ["q1", "q1"]},
        {},
        "requires.answers_open_questions",
    ),
    "decides one item twice": (
        requested,
        "PT",
        "decide",
        lambda s: b.decision(b.outcome("mailbox"), b.outcome("mailbox", "refuse")),
        {},
        "requires.decides_undecided_items",
    ),
    "grants with a ground": (
        requested,
        "PT",
        "decide",
        lambda s: b.decision(b.outcome("mailbox", grounds=["a.b"])),
        {},
        "requires.refusals_grounded",
    ),
    "postpones without a ground": (
        requested,
        "PT",
        "decide",
        lambda s: b.decision(b.outcome("mailbox", "postpone", grounds=[])),
        {},
        "requires.refusals_grounded",
    ),
    "postpones without a day": (
        requested,
        "PT",
        "decide",
        lambda s: b.decision(b.outcome("mailbox", "postpone", review_on=None)),
        {},
        "requires.postponements_dated",
    ),
    "refuses with a day": (
        requested,
        "PT",
        "decide",
        lambda s: b.decision(b.outcome("mailbox", "refuse", review_on="2026-12-24")),
        {},
        "requires.postponements_dated",
    ),
    "refuses on conditions": (
        requested,
        "PT",
        "decide",
        lambda s: b.decision(b.outcome("mailbox", "refuse", conditions=["use-limit"])),
        {},
        "requires.conditions_named",
    ),
    "reports nothing at all": (
        preserved,
        "PT",
        "effected",
        lambda s: {**b.effected(), "items": []},
        {},
        "requires.reports_known_items",
    ),
    "takes what has other bytes": (
        delivered,
        "GH",
        "take_custody",
        lambda s: {
            "delivery": s.delivery,
            "exhibits": [{**b.custody(s.delivery)["exhibits"][0], "stream": NOWHERE}],
        },
        {},
        "requires.takes_announced_exhibits",
    ),
    "delivers what another decision granted": (
        decided_twice,
        "PT",
        "deliver",
        lambda s: b.delivery(s.second),
        {},
        "requires.delivers_granted_items",
    ),
    "closes as answered what is refused": (
        lambda: decided(b.outcome("mailbox", "refuse"), b.outcome("logs", "refuse")),
        "PT",
        "close",
        lambda s: {"outcome": "answered"},
        {},
        "requires.outcome_true",
    ),
    "closes as lapsed what has not": (
        delivered,
        "PT",
        "close",
        lambda s: {"outcome": "lapsed"},
        {},
        "requires.outcome_true",
    ),
    "rejects its own act": (
        requested,
        "GH",
        "reject",
        lambda s: rejected(s.id),
        {},
        "requires.rejects_their_act",
    ),
}


@pytest.mark.parametrize("name", MORE_REFUSED)
def test_what_else_a_condition_refuses(name):
    came, state, kind, terms, more, reason = MORE_REFUSED[name]
    s = came()
    about = None if kind == "request" else getattr(s, "id", None) or getattr(s, "kept", None)
    act = s.draft(state, kind, terms(s), about=about, **more)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("state", reason)


def test_what_is_not_shown_as_next_is_never_in_order():
    for which, (came, terms, more) in REFUSED.items():
        state, kind, _ = which
        s = came()
        members = {"about": getattr(s, "id", None) or getattr(s, "kept", None), **more}
        shown = next_acts(s.case(), state, b.TABLE)
        if (kind, members["about"]) not in shown and kind != "reject":
            assert not judge(s.case(), s.draft(state, kind, terms(s), **members), b.TABLE).moves
