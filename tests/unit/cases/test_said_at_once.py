"""What two sides said at once: each pair of the table, from both sides, and what rests on what fell."""

import itertools

import builders as b
import pytest
from limited import alone, other_people
from refused import INSTEAD
from stages import before_court, extradition, taken

from comity.cases import InOrder, ItemStanding, Void, WithoutEffect, fold

TWO = ("author", "approver")


def start(kind):
    """A case in which both kinds of a pair may be said, and the request concerned."""
    s = b.Story()
    s.conditions = "grant_on_conditions" if "accept" in kind else "grant"
    if "extend" in kind or ("close" in kind and {"use", "take_custody"}.isdisjoint(kind)):
        s.id = s.say("GH", "request", b.preserve_terms("mailbox", "logs")).id
        s.say("PT", "effected", b.effected("mailbox", "logs"), about=s.id)
        return s
    s.id = s.say("GH", "request", b.request_terms("mailbox", "logs"), roles=TWO).id
    if "answer" in kind:
        s.ask = s.say("PT", "ask", b.questions("q1"), about=s.id).id
    if {"accept", "deliver", "effected", "use", "take_custody"} & set(kind):
        outcomes = [b.outcome("mailbox", s.conditions)]
        if "close" in kind:
            outcomes.append(b.outcome("logs", "refuse"))
        s.decision = s.say("PT", "decide", b.decision(*outcomes), about=s.id).id
    if {"use", "take_custody"} & set(kind):
        s.delivery = s.say("PT", "deliver", b.delivery(s.decision), about=s.id).id
    if "use" in kind:
        s.say("GH", "take_custody", b.custody(s.delivery), about=s.id)
    return s


TERMS = {
    "withdraw": lambda s: {"reason": "error"},
    "amend": lambda s: {"add": b.items("more"), "drop": []},
    "ask": lambda s: b.questions("now"),
    "answer": lambda s: {"ask": s.ask, "questions": ["q1"]},
    "accept": lambda s: {"decision": s.decision, "conditions": ["use-limit"]},
    "take_custody": lambda s: b.custody(s.delivery),
    "use": lambda s: {"exhibits": ["EX-1"], "use": "stated"},
    "extend": lambda s: {"until": b.LATER},
    "decide": lambda s: b.decision(b.outcome("logs", "refuse")),
    "consult": lambda s: {"grounds": ["budapest.ground.sovereignty"], "answer_by": b.LATER},
    "effected": lambda s: b.effected("mailbox"),
    "deliver": lambda s: b.delivery(s.decision),
    "close": lambda s: {"outcome": "answered"},
}
OF_THEM = {"decide", "consult", "effected", "deliver", "close"}


def sides_of(pair):
    """Who says which: the pair (withdraw, ask) is a question of the requested side, (ask, decide) not."""
    kinds = (pair.first, pair.second)
    if pair.first == "withdraw":
        return ("GH", "PT")
    return tuple("PT" if kind in OF_THEM else "GH" for kind in kinds)


@pytest.mark.parametrize("pair", b.TABLE.pairs, ids=lambda pair: f"{pair.first}-{pair.second}")
def test_a_pair_said_at_once_stands_as_the_table_says_on_both_sides(pair):
    s = start({pair.first, pair.second})
    one, other = sides_of(pair)
    first = s.say(one, pair.first, TERMS[pair.first](s), about=s.id, roles=roles(pair.first), to_both=False)
    second = s.say(
        other, pair.second, TERMS[pair.second](s), about=s.id, roles=roles(pair.second), to_both=False
    )
    alone = {"first": s.case(one), "second": s.case(other)}
    case = s.meet()
    assert case.dump() == s.case("PT").dump() == fold(reversed(s.acts), b.TABLES).dump()
    assert case.standing(first.id) == (WithoutEffect(second.id) if pair.outcome == "second" else InOrder())
    assert case.standing(second.id) == (WithoutEffect(first.id) if pair.outcome == "first" else InOrder())
    if pair.outcome != "both":
        assert case.effect() == alone[pair.outcome].effect()
    else:
        assert case.effect() not in [c.effect() for c in alone.values()]


def roles(kind):
    return b.DEFAULT_ROLES.get(kind, ("author",))


def test_every_pair_can_be_said_by_two_sides():
    by = {}
    for row in b.TABLE.rows:
        both = {"requesting", "requested"} if row.by == "either" else {row.by}
        by.setdefault(row.kind, set()).update(both)
    for pair in b.TABLE.pairs:
        assert any(x != y for x, y in itertools.product(by[pair.first], by[pair.second])), (
            f"{pair.first}, {pair.second}: only one State says both, and it says one after the other"
        )


def test_what_was_said_of_another_request_is_not_said_at_once():
    s = b.Story()
    one = s.say("GH", "request", b.request_terms(), roles=TWO).id
    other = s.say("GH", "request", b.request_terms(), roles=TWO).id
    s.say("GH", "withdraw", {"reason": "error"}, about=one, to_both=False)
    decision = s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=other, to_both=False)
    assert s.meet().standing(decision.id) == InOrder()


def test_what_rests_on_what_fell_falls_with_it():
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms(), roles=TWO).id
    withdrawal = s.say("GH", "withdraw", {"reason": "error"}, about=s.id, to_both=False)
    decision = s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id, to_both=False)
    delivery = s.say("PT", "deliver", b.delivery(decision.id), about=s.id, to_both=False)
    case = s.meet()
    assert case.standing(decision.id) == WithoutEffect(withdrawal.id)
    assert case.standing(delivery.id) == WithoutEffect(withdrawal.id)
    assert case.request(s.id).deliveries == ()


def test_an_item_decided_anew_while_its_old_conditions_are_accepted_stands_as_decided_anew():
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms("mailbox", "logs"), roles=TWO).id
    both = [b.outcome(name, "grant_on_conditions", conditions=[f"c-{name}"]) for name in ("mailbox", "logs")]
    old = s.say("PT", "decide", b.decision(*both), about=s.id).id
    terms = {"decision": old, "conditions": ["c-logs", "c-mailbox"]}
    s.say("GH", "accept", terms, about=s.id, to_both=False)
    s.say("PT", "decide", b.decision(b.outcome("mailbox", "refuse")), about=s.id, to_both=False)
    request = s.meet().request(s.id)
    assert request.item("mailbox").standing is ItemStanding.REFUSED
    assert request.item("logs").standing is ItemStanding.GRANTED


def test_a_rejection_makes_its_act_and_what_rests_on_it_move_nothing():
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms(), roles=TWO).id
    nothing = s.case().effect()
    decision = s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id)
    delivery = s.say("PT", "deliver", b.delivery(decision.id), about=s.id, to_both=False)
    refusal = {"act": decision.id, "step": "competence", "reason": "out_of_competence"}
    reject = s.say("GH", "reject", refusal, about=s.id, roles=("node",), to_both=False)
    case = s.meet()
    assert case.standing(decision.id) == Void(reject.id)
    assert case.standing(delivery.id) == WithoutEffect(reject.id)
    assert case.standing(reject.id) == InOrder()
    assert case.effect() == nothing
    # and the item is open again, for whoever knows of the rejection
    s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id)


def test_a_grant_of_a_person_falls_with_the_finding_of_a_court_that_was_rejected():
    """Else a State could let go through what no judge of its own may have said."""
    s = b.Story()
    terms = b.request_terms(measure="extradite", items=b.items("person", data="person"))
    s.id = s.say("GH", "request", terms, roles=TWO).id
    court = s.say("PT", "court", b.court(), about=s.id, roles=("author", "judge"))
    grant = s.say("PT", "decide", b.decision(b.outcome("person")), about=s.id, to_both=False)
    refusal = {"act": court.id, "step": "competence", "reason": "deed_not_given"}
    reject = s.say("GH", "reject", refusal, about=s.id, roles=("node",), to_both=False)
    case = s.meet()
    assert case.standing(grant.id) == WithoutEffect(reject.id)
    assert case.request(s.id).item("person").standing is ItemStanding.OPEN


def test_a_rejected_request_is_there_for_nobody():
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms(), roles=TWO).id
    s.say("PT", "reject", {"act": s.id, "step": "competence", "reason": "x"}, about=s.id, roles=("node",))
    assert s.case().effect() == {}
    s.say("GH", "withdraw", {"reason": "error"}, about=s.id, lawful=False)


def test_a_rejection_reaches_back_over_what_both_sides_knew():
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms("mailbox", "logs"), roles=TWO).id
    amend = s.say("GH", "amend", {"add": b.items("more"), "drop": []}, about=s.id)
    s.say("GH", "amend", {"add": b.items("still"), "drop": []}, about=s.id)
    s.say("PT", "reject", {"act": amend.id, "step": "x", "reason": "x"}, about=s.id, roles=("node",))
    s.say("GH", "ask", b.questions("q"), about=s.id)
    assert [item.id for item in s.case().request(s.id).items] == ["logs", "mailbox", "still"]


def test_an_old_acceptance_does_not_accept_a_new_offer_whichever_comes_first():
    orders = set()
    for seed in range(12):
        s = b.Story()
        s.id = s.say("GH", "request", b.request_terms("mailbox", "logs"), roles=TWO).id
        offer = b.decision(b.outcome("mailbox", "grant_on_conditions"))
        old = s.say("PT", "decide", offer, about=s.id).id
        terms = {"decision": old, "conditions": ["use-limit"]}
        accepted = s.say("GH", "accept", terms, about=s.id, to_both=False, salt=f"a{seed}")
        again = s.say("PT", "decide", offer, about=s.id, to_both=False, salt=f"d{seed}")
        orders.add(accepted.id < again.id)
        request = s.meet().request(s.id)
        assert request.item("mailbox").standing is ItemStanding.CONDITIONAL
        assert request.item("mailbox").decision == again.id
    assert orders == {True, False}


def test_a_use_falls_with_the_custody_that_it_rests_on():
    s = start({"use"})
    custody = s.acts[-1]
    used = s.say("GH", "use", TERMS["use"](s), about=s.id, to_both=False)
    refusal = {"act": custody.id, "step": "x", "reason": "y"}
    reject = s.say("PT", "reject", refusal, about=s.id, roles=("node",), to_both=False)
    case = s.meet()
    assert case.standing(custody.id) == Void(reject.id)
    assert case.standing(used.id) == WithoutEffect(reject.id)
    assert case.request(s.id).uses == ()


def test_closing_what_was_withdrawn_falls_with_the_withdrawal():
    s = start({"withdraw", "close"})
    s.say("GH", "withdraw", {"reason": "error"}, about=s.id, to_both=False)
    gone = s.say("GH", "close", {"outcome": "withdrawn"}, about=s.id, to_both=False)
    closed = s.say("PT", "close", {"outcome": "answered"}, about=s.id, to_both=False)
    case = s.meet()
    assert case.standing(gone.id) == WithoutEffect(closed.id)
    assert case.request(s.id).closed.id == closed.id


def asked_for_two():
    s = b.Story()
    s.id = s.say("GH", "request", b.request_terms("mailbox", "logs"), roles=TWO).id
    return s


def refusal_and_closing(s):
    """PT refuses everything and closes on that, before GH has said anything of it."""
    refused = b.decision(b.outcome("mailbox", "refuse"), b.outcome("logs", "refuse"))
    decision = s.say("PT", "decide", refused, about=s.id, to_both=False)
    return decision, s.say("PT", "close", {"outcome": "refused"}, about=s.id, to_both=False)


def rejected(s, act):
    """GH rejects an act of PT; of what came after it GH has nothing."""
    if act not in s.seen["GH"]:
        s.seen["GH"].append(act)
    refusal = {"act": act.id, "step": "competence", "reason": "out_of_competence"}
    return s.say("GH", "reject", refusal, about=s.id, roles=("node",), to_both=False)


def both_sides(s):
    case = s.meet()
    assert case.dump() == s.case("PT").dump() == fold(reversed(s.acts), b.TABLES).dump()
    return case


def test_a_closing_falls_with_the_refusal_that_it_rests_on():
    """Else a State could close what it never validly decided."""
    s = asked_for_two()
    decision, closed = refusal_and_closing(s)
    reject = rejected(s, decision)
    case = both_sides(s)
    assert case.standing(decision.id) == Void(reject.id)
    assert case.standing(closed.id) == WithoutEffect(reject.id)
    assert case.request(s.id).closed is None
    s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id)


def test_a_closing_falls_with_the_delivery_that_fell_with_its_decision():
    s = asked_for_two()
    s.say("PT", "decide", b.decision(b.outcome("logs", "refuse")), about=s.id)
    decision = s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id)
    s.say("PT", "deliver", b.delivery(decision.id), about=s.id, to_both=False)
    closed = s.say("PT", "close", {"outcome": "answered"}, about=s.id, to_both=False)
    reject = rejected(s, decision)
    assert both_sides(s).standing(closed.id) == WithoutEffect(reject.id)


def test_a_closing_stands_as_long_as_one_delivery_of_each_item_does():
    s = asked_for_two()
    s.say("PT", "decide", b.decision(b.outcome("logs", "refuse")), about=s.id)
    decision = s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id)
    first = s.say("PT", "deliver", b.delivery(decision.id), about=s.id)
    last = s.say("PT", "deliver", b.delivery(decision.id, exhibit="EX-2"), about=s.id)
    closed = s.say("PT", "close", {"outcome": "answered"}, about=s.id, to_both=False)
    rejected(s, last)
    case = both_sides(s)
    assert not case.standing(last.id).moves
    assert case.standing(closed.id) == InOrder()
    assert case.request(s.id).closed.id == closed.id
    rejected(s, first)
    assert not both_sides(s).standing(closed.id).moves


def test_a_closing_falls_with_the_report_that_it_rests_on():
    s = start({"close"})
    report = s.say("PT", "effected", b.effected("logs", outcome="part"), about=s.id)
    closed = s.say("PT", "close", {"outcome": "answered"}, about=s.id, to_both=False)
    reject = rejected(s, report)
    case = both_sides(s)
    assert case.standing(closed.id) == WithoutEffect(reject.id)


def test_of_withdrawal_refusal_and_closing_said_at_once_the_withdrawal_alone_falls():
    """The closing takes the withdrawal's place, which then takes the refusal's no more."""
    s = asked_for_two()
    withdrawal = s.say("GH", "withdraw", {"reason": "error"}, about=s.id, to_both=False)
    decision, closed = refusal_and_closing(s)
    case = both_sides(s)
    assert case.standing(withdrawal.id) == WithoutEffect(closed.id)
    assert case.standing(decision.id) == case.standing(closed.id) == InOrder()
    assert not case.request(s.id).undecided
    # and once the refusal is rejected, and the closing with it, nothing stands against the withdrawal
    reject = rejected(s, decision)
    case = both_sides(s)
    assert case.standing(closed.id) == WithoutEffect(reject.id)
    assert case.standing(withdrawal.id) == InOrder()
    assert case.request(s.id).withdrawn.id == withdrawal.id


def asked_to_surrender():
    s = before_court()
    return s, b.outcome("person"), "surrender", b.surrender()


def asked_to_surrender_a_national():
    refused = b.outcome("person", "refuse", grounds=["budapest.ground.extradition_nationality"])
    return extradition(), refused, "prosecute_instead", INSTEAD


def asked_to_give():
    return asked_for_two(), b.outcome("mailbox"), "effected", b.effected("mailbox")


@pytest.mark.parametrize("before", [asked_to_surrender, asked_to_surrender_a_national, asked_to_give])
def test_what_was_done_on_a_decision_falls_with_it(before):
    """Else a person is gone, or an item is done, in a case in which nobody validly decided it."""
    s, outcome, kind, terms = before()
    decision = s.say("PT", "decide", b.decision(outcome), about=s.id)
    done = s.say("PT", kind, terms, about=s.id, to_both=False)
    reject = rejected(s, decision)
    case = both_sides(s)
    assert case.standing(done.id) == WithoutEffect(reject.id)
    assert case.request(s.id).said(kind) == case.request(s.id).effected == ()


@pytest.mark.parametrize("before", [asked_to_surrender, asked_to_give])
def test_what_was_done_was_done_though_the_request_was_withdrawn_at_once(before):
    s, outcome, kind, terms = before()
    s.say("PT", "decide", b.decision(outcome), about=s.id, to_both=False)
    done = s.say("PT", kind, terms, about=s.id, to_both=False)
    s.say("GH", "withdraw", {"reason": "no_longer_needed"}, about=s.id, to_both=False)
    assert both_sides(s).standing(done.id) == InOrder()


def test_a_report_of_a_preservation_needs_no_decision_and_falls_with_none():
    s = b.Story()
    s.id = s.say("GH", "request", b.preserve_terms("mailbox")).id
    decision = s.say("PT", "decide", b.decision(b.outcome("mailbox")), about=s.id)
    done = s.say("PT", "effected", b.effected("mailbox"), about=s.id, to_both=False)
    rejected(s, decision)
    assert both_sides(s).standing(done.id) == InOrder()


def test_a_ratification_falls_with_its_decision():
    s = alone()
    decision = next(act for act in s.acts if act.id == s.decision)
    terms = {"decision": s.decision, "ratified": True}
    ratified = s.say("PT", "ratified", terms, about=s.id, people=other_people(s), to_both=False)
    reject = rejected(s, decision)
    case = both_sides(s)
    assert case.standing(ratified.id) == WithoutEffect(reject.id)
    assert case.request(s.id).said("ratified") == ()


def test_a_consent_falls_with_what_was_sought():
    """GH says two things under one number, of which one falls; PT had consented to that one."""
    s = taken()
    case = s.case()
    at_once = {"number": case.next_number("GH"), "after": case.heads, "about": s.id}
    seek = {"use": "other_proceeding", "exhibits": ["EX-1"], "items": []}
    sought = s.say("GH", "seek_consent", seek, **at_once)
    answer = {"sought": sought.id, "consent": "given", "conditions": []}
    consent = s.say("PT", "consent", answer, about=s.id)
    status = {"asked": None, "progress": None}
    drafts = (s.draft("GH", "status", status, salt=f"s{n}", **at_once) for n in range(64))
    s.acts.append(next(act for act in drafts if act.id < sought.id))
    case = both_sides(s)
    assert case.standing(consent.id) == WithoutEffect(s.acts[-1].id)
    assert case.request(s.id).said("consent") == ()
