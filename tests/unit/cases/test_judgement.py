"""Each step of judging an act, and each condition of each row of the table, refuses what it should."""

import builders as b
import pytest

from comity.cases import InOrder, NotInOrder, Parked, fold, judge, next_acts, refuse_unless_in_order
from comity.errors import BadInput, NotPermitted
from comity.wire import build, digest, dump

TWO = ("author", "approver")
EARLIER = "2026-11-20T12:00:00Z"


def preserved():
    s = b.Story()
    s.kept = s.say("GH", "request", b.preserve_terms("mailbox", "logs")).id
    return s


def held():
    s = preserved()
    s.say("PT", "effected", b.effected("mailbox", "logs"), about=s.kept)
    return s


def requested(*names):
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms(*(names or ("mailbox", "logs"))), roles=TWO).id
    return s


def decided(*outcomes):
    s = requested()
    s.decision = s.say("PT", "decide", b.decision(*(outcomes or (b.outcome("mailbox"),))), about=s.id).id
    return s


def offered():
    return decided(b.outcome("mailbox", "grant_on_conditions"))


def delivered():
    s = decided(b.outcome("mailbox"), b.outcome("logs", "refuse"))
    s.delivery = s.say("PT", "deliver", b.delivery(s.decision), about=s.id).id
    return s


def taken():
    s = delivered()
    s.say("GH", "take_custody", b.custody(s.delivery), about=s.id)
    return s


def closed():
    s = delivered()
    s.say("PT", "close", {"outcome": "answered"}, about=s.id)
    return s


def withdrawn(before=requested):
    s = before()
    s.say("GH", "withdraw", {"reason": "no_longer_needed"}, about=getattr(s, "id", None) or s.kept)
    return s


def asked():
    s = requested()
    s.ask = s.say("PT", "ask", b.questions("q1", "q2"), about=s.id).id
    return s


def consulted():
    s = requested()
    s.offer = s.say("PT", "consult", CONSULT, about=s.id).id
    return s


CONSULT = {"grounds": ["budapest.ground.sovereignty"], "answer_by": b.LATER}
AMEND = {"add": b.items("more"), "drop": []}
WITHDRAW = {"reason": "error"}
USE = {"exhibits": ["EX-1"], "use": "stated"}
GRANT = b.decision(b.outcome("mailbox"))
NOWHERE = digest(b"nowhere")


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
    ("GH", "request", "requires.ratification_due"): (
        b.Story,
        lambda s: b.preserve_terms(ratify_by=None),
        {"about": None},
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
    ("GH", "accept", "forbids.closed"): (
        closed,
        lambda s: {"decision": s.decision, "conditions": ["use-limit"]},
        {},
    ),
    ("GH", "accept", "forbids.withdrawn"): (
        lambda: withdrawn(offered),
        lambda s: {"decision": s.decision, "conditions": ["use-limit"]},
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
        "requires.ratification_due",
    ),
    "ratification in the past": (
        b.Story,
        "GH",
        "request",
        lambda s: b.preserve_terms(ratify_by=EARLIER),
        {},
        "requires.ratification_due",
    ),
    "follows the other side's request": (
        lambda: theirs(),  # noqa: PLW0108 - defined below
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
        lambda: decided_twice(),  # noqa: PLW0108 - likewise
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


def theirs():
    s = b.Story()
    s.id = s.say("PT", "request", b.request_terms(), roles=TWO).id
    return s


def decided_twice():
    s = decided(b.outcome("mailbox"))
    s.second = s.say("PT", "decide", b.decision(b.outcome("logs")), about=s.id).id
    return s


@pytest.mark.parametrize("name", MORE_REFUSED)
def test_what_else_a_condition_refuses(name):
    came, state, kind, terms, more, reason = MORE_REFUSED[name]
    s = came()
    about = None if kind == "request" else getattr(s, "id", None) or getattr(s, "kept", None)
    act = s.draft(state, kind, terms(s), about=about, **more)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("state", reason)


def test_an_offer_of_consultation_is_satisfied_by_silence_or_by_a_reply_that_knew_it():
    s = consulted()
    refusal = b.decision(b.outcome("mailbox", "refuse"), consultation=s.offer)
    late = s.draft("PT", "decide", refusal, about=s.id, at=b.LATER)
    assert judge(s.case(), late, b.TABLE) == InOrder()
    grant = s.draft("PT", "decide", GRANT, about=s.id)
    assert judge(s.case(), grant, b.TABLE) == InOrder()
    s.say("GH", "ask", b.questions("why"), about=s.id)
    assert judge(s.case(), s.draft("PT", "decide", refusal, about=s.id), b.TABLE) == InOrder()


def test_what_was_said_without_knowing_the_offer_is_no_reply():
    s = requested()
    s.say("GH", "ask", b.questions("why"), about=s.id, to_both=False)
    offer = s.say("PT", "consult", CONSULT, about=s.id, to_both=False).id
    s.meet()
    refusal = b.decision(b.outcome("mailbox", "refuse"), consultation=offer)
    act = s.draft("PT", "decide", refusal, about=s.id)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("state", "requires.consultation_satisfied")


# -- the steps before the state -------------------------------------------------------------------


def other_table():
    return build(type(b.TABLE), {**dump(b.TABLE), "version": 2})


def unknown_condition():
    rows = [{**dump(row), "requires": [*row.requires, "moon_is_full"]} for row in b.TABLE.rows]
    return build(type(b.TABLE), {**dump(b.TABLE), "rows": rows})


def test_a_table_that_is_not_known_or_not_the_one_named_is_the_first_step():
    s = requested()
    act = s.draft("PT", "ask", b.questions("q"), about=s.id, table=other_table().digest)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("table", "table_unknown")
    assert fold([*s.acts, act], b.TABLES).standing(act.id) == NotInOrder("table", "table_unknown")
    assert judge(s.case(), act, other_table()) == InOrder()


def test_a_condition_that_this_program_does_not_know_is_never_taken_to_hold():
    s = requested()
    table = unknown_condition()
    act = s.draft("PT", "ask", b.questions("q"), about=s.id, table=table.digest)
    assert judge(s.case(), act, table) == NotInOrder("table", "table_not_understood")


def test_a_kind_without_a_row_is_not_in_order():
    rows = [dump(row) for row in b.TABLE.rows if row.kind != "ask"]
    table = build(type(b.TABLE), {**dump(b.TABLE), "rows": rows})
    s = requested()
    act = s.draft("PT", "ask", b.questions("q"), about=s.id, table=table.digest)
    assert judge(s.case(), act, table) == NotInOrder("kind", "kind_not_in_table")


STEPS = {
    "not_heads": ("after", requested, "PT", "ask", {"after": "all"}),
    "wrong_number": ("number", requested, "PT", "ask", {"number": 2}),
    "about_superfluous": ("about", requested, "GH", "preview", {}),
    "about_missing": ("about", requested, "PT", "ask", {"about": None}),
    "about_unknown": ("about", requested, "PT", "ask", {"about": NOWHERE}),
    "other_side": ("side", requested, "GH", "decide", {}),
    "measure_not_covered": ("measure", decided, "GH", "extend", {}),
    "signers_missing": ("signers", requested, "PT", "decide", {"roles": ("author",)}),
}
TERMS = {
    "ask": b.questions("q"),
    "preview": {"measure": "access_stored", "items": b.items("a")},
    "decide": GRANT,
    "extend": {"until": b.LATER},
}


@pytest.mark.parametrize("reason", STEPS)
def test_each_step_before_the_state_refuses(reason):
    step, came, state, kind, more = STEPS[reason]
    s = came()
    s.say("GH", "ask", b.questions("x"), about=s.id)
    if more.get("after") == "all":
        more = {"after": tuple(act.id for act in s.acts)}
    act = s.draft(state, kind, TERMS[kind], **{"about": s.id, **more})
    assert judge(s.case(), act, b.TABLE) == NotInOrder(step, reason)


def test_a_preview_can_be_asked_about_and_not_decided():
    s = b.Story()
    draft = s.say("GH", "preview", TERMS["preview"]).id
    act = s.draft("PT", "decide", b.decision(b.outcome("a")), about=draft)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("about", "about_a_draft")
    ask = s.say("PT", "ask", b.questions("q"), about=draft).id
    s.say("GH", "answer", {"ask": ask, "questions": ["q"]}, about=draft)


def test_two_keys_of_one_pseudonym_are_not_two_persons():
    s = requested()
    side = s.sides["PT"]
    people = {**side.people, "approver": b.Signatory("pt-author", b.Signatory.of("another key").key)}
    act = s.draft("PT", "decide", GRANT, about=s.id, people=people)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("signers", "one_person_twice")


@pytest.mark.parametrize("roles", [("author",), ("node",), ("author", "judge")])
def test_no_request_for_an_intrusive_measure_without_a_second_person(roles):
    act = b.Side("GH", "PT").act("request", b.request_terms(ratify_by=b.LATER), roles=roles)
    assert judge(fold([], b.TABLES), act, b.TABLE) == NotInOrder("signers", "signers_missing")


@pytest.mark.parametrize("roles", [("author",), ("node",), ("node", "approver"), ("node", "judge")])
def test_no_decision_without_two_persons(roles):
    s = requested()
    act = s.draft("PT", "decide", GRANT, about=s.id, roles=roles)
    assert judge(s.case(), act, b.TABLE) == NotInOrder("signers", "signers_missing")


def test_more_signers_than_asked_for_do_no_harm():
    s = requested()
    act = s.draft("PT", "decide", GRANT, about=s.id, roles=("author", "approver", "judge"))
    assert judge(s.case(), act, b.TABLE) == InOrder()


def test_an_act_before_what_it_follows_is_parked_with_what_is_missing():
    s = asked()
    act = s.draft("GH", "answer", {"ask": s.ask, "questions": ["q1"]}, about=s.id)
    assert judge(fold(s.acts[:1], b.TABLES), act, b.TABLE) == Parked((s.ask,))
    late = fold([s.acts[1]], b.TABLES)
    assert judge(late, act, b.TABLE) == Parked((s.id,))


def test_only_what_is_in_order_may_be_signed():
    refuse_unless_in_order(InOrder())
    with pytest.raises(NotPermitted) as caught:
        refuse_unless_in_order(NotInOrder("state", "forbids.closed"))
    assert caught.value.id == "cases.forbids.closed"
    with pytest.raises(NotPermitted) as caught:
        refuse_unless_in_order(Parked((NOWHERE,)))
    assert caught.value.arguments == {"missing": NOWHERE}


def test_acts_of_another_case_or_state_or_of_home_are_no_part_of_a_case():
    s = requested()
    strangers = [
        s.draft("PT", "ask", b.questions("q"), about=s.id, case="0" * 32),
        s.draft("PT", "ask", b.questions("q"), about=s.id, header={"to": "xa:office"}),
        b.Side("XA", "GH").act("ask", b.questions("q"), about=s.id),
        b.Side("PT", "GH").act("ratify", {"act": s.id, "ratified": True}),
    ]
    for act in strangers:
        with pytest.raises(BadInput):
            judge(s.case(), act, b.TABLE)
        with pytest.raises(BadInput):
            fold([*s.acts, act], b.TABLES)


def test_what_may_follow_is_shown_for_each_side():
    s = requested()
    assert next_acts(s.case(), "PT", b.TABLE) == (
        ("preview", None),
        ("request", None),
        ("ask", s.id),
        ("consult", s.id),
        ("decide", s.id),
    )
    assert next_acts(s.case(), "GH", b.TABLE)[2:] == (("amend", s.id), ("withdraw", s.id), ("ask", s.id))
    assert next_acts(closed().case(), "PT", b.TABLE)[2:] == ()


def test_what_is_not_shown_as_next_is_never_in_order():
    for which, (came, terms, more) in REFUSED.items():
        state, kind, _ = which
        s = came()
        members = {"about": getattr(s, "id", None) or getattr(s, "kept", None), **more}
        shown = next_acts(s.case(), state, b.TABLE)
        if (kind, members["about"]) not in shown and kind != "reject":
            assert not judge(s.case(), s.draft(state, kind, terms(s), **members), b.TABLE).moves
