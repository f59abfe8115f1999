"""Each step of judging an act refuses what it should; what may follow is shown."""

import builders as b
import pytest
from stages import CONSULT, asked, closed, consulted, decided, requested

from comity.cases import InOrder, NotInOrder, Parked, fold, judge, next_acts, refuse_unless_in_order
from comity.errors import BadInput, NotPermitted
from comity.wire import build, digest, dump

GRANT = b.decision(b.outcome("mailbox"))
NOWHERE = digest(b"nowhere")


def rejected(act, reason="other_side"):
    return {"act": act, "step": "side", "reason": reason}


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
    "signers_missing": ("signers", requested, "PT", "decide", {"roles": ("node", "judge")}),
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
def test_no_request_of_ours_for_an_intrusive_measure_without_a_second_person(roles):
    act = b.Side("GH", "PT").act("request", b.request_terms(ratify_by=None), roles=roles)
    assert judge(fold([], b.TABLES), act, b.TABLE, own=True) == NotInOrder("signers", "signers_missing")


@pytest.mark.parametrize("roles", [("author",), ("node",), ("node", "approver"), ("node", "judge")])
def test_no_decision_of_ours_without_two_persons(roles):
    s = requested()
    act = s.draft("PT", "decide", GRANT, about=s.id, roles=roles)
    assert judge(s.case(), act, b.TABLE, own=True) == NotInOrder("signers", "signers_missing")


@pytest.mark.parametrize("roles", [("node",), ("node", "approver"), ("node", "judge")])
def test_no_decision_of_anyone_without_a_person_who_wrote_it(roles):
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
        ("inform", None),
        ("ask", s.id),
        ("consult", s.id),
        ("forward", s.id),
        ("status", s.id),
        ("correspond", s.id),
        ("decide", s.id),
        ("offer_costs", s.id),
        ("remedy", s.id),
    )
    asking = ("amend", "withdraw", "ask", "status", "correspond")
    assert next_acts(s.case(), "GH", b.TABLE)[3:] == tuple((kind, s.id) for kind in asking)
    over = closed()
    late = ("status", "correspond", "remedy", "recall", "breach")
    assert next_acts(over.case(), "PT", b.TABLE)[3:] == tuple((kind, over.id) for kind in late)
