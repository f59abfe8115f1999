"""The case is a function of the set of its acts: any order, any side, any number of times."""

import dataclasses
import random

import builders as b
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity import wire
from comity.cases import (
    Equivocal,
    Equivocation,
    InOrder,
    NotInOrder,
    Parked,
    Void,
    WithoutEffect,
    fold,
    folding,
    judge,
    next_acts,
)
from comity.cases.folding import _EMPTY, Folding
from comity.cases.history import bits
from comity.errors import Conflict, NotFound

TWO = ("author", "approver")
REASONS = st.randoms(use_true_random=False)
FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])


RARE = frozenset(
    {"withdraw", "consult", "amend", "ask", "inform", "status", "correspond", "forward", "remedy", "breach"}
)


class Wild:
    """Two sides who say all sorts of things, lawful and not, with and without knowing of each other's."""

    def __init__(self, chance):
        self.chance = chance
        self.story = b.Story()

    def pick(self, choices, default=None):
        return self.chance.choice(list(choices)) if choices else default

    def terms(self, case, kind, about):  # noqa: C901 - one branch a kind
        request = case.requests.get(about or "")
        names = [item.id for item in request.items] if request else ["mailbox"]
        some = self.chance.sample(names, self.chance.randint(1, len(names)))
        nowhere = wire.digest(b"nowhere")
        ids = lambda states: [one.id for one in states]  # noqa: E731 - a word for a line
        decided = [item.decision for item in request.items if item.decision] if request else []
        decision = self.pick(decided, nowhere)
        match kind:
            case "request":
                alone = self.chance.random() < 0.5
                return b.preserve_terms("mailbox", "logs") if alone else b.request_terms("mailbox", "logs")
            case "amend":
                return {"add": b.items(f"i{self.chance.randint(0, 9)}"), "drop": some[:1]}
            case "withdraw":
                return {"reason": "error"}
            case "ask":
                return b.questions("q1", "q2")
            case "answer":
                return {"ask": self.pick(ids(request.asks) if request else [], nowhere), "questions": ["q1"]}
            case "consult":
                return {"grounds": ["a.b"], "answer_by": b.LATER}
            case "decide":
                how = ["grant", "grant", "grant_on_conditions", "postpone", "refuse"]
                return b.decision(*(b.outcome(name, self.pick(how)) for name in some))
            case "accept":
                if request and request.deliveries and self.chance.random() < 0.5:
                    return {"decision": request.deliveries[-1].id, "conditions": ["own"]}
                return {"decision": decision, "conditions": ["use-limit"]}
            case "effected":
                return b.effected(*some, outcome=self.pick(["done", "expired", "nothing_held"]))
            case "extend":
                return {"until": f"2026-12-{self.chance.randint(10, 28)}T00:00:00Z"}
            case "deliver":
                own = ["own"] if self.chance.random() < 0.3 else []
                exhibit = f"EX-{self.chance.randint(1, 3)}"
                return {**b.delivery(decision, *some[:1], exhibit=exhibit), "conditions": own}
            case "take_custody":
                exhibits = [e.exhibit for e in request.exhibits] if request else []
                delivery = self.pick(ids(request.deliveries) if request else [], nowhere)
                return b.custody(delivery, self.pick(exhibits, "EX-1"))
            case "use":
                return {"exhibits": [f"EX-{self.chance.randint(1, 3)}"], "use": "stated"}
            case "ratified":
                return {"decision": decision, "ratified": self.chance.random() < 0.7}
            case "close":
                return {"outcome": self.pick(["answered", "refused", "withdrawn"])}
        return self.since(kind, request, some)

    def since(self, kind, request, some):  # noqa: C901 - one branch a kind
        """Terms of what is said of persons, and after a grant."""
        ids = lambda kind: [one.id for one in request.said(kind)] if request else []  # noqa: E731 - a word
        exhibits = [f"EX-{self.chance.randint(1, 3)}"]
        nowhere = wire.digest(b"nowhere")
        match kind:
            case "forward":
                return {"authority": "pt:court-1"}
            case "status":
                asked = self.pick(ids("status")) if self.chance.random() < 0.5 else None
                return {"asked": asked, "progress": asked and "received"}
            case "correspond":
                return {"answers": self.pick(ids("correspond")) if self.chance.random() < 0.5 else None}
            case "offer_costs":
                return {"items": some, "amount": 1000, "currency": "XAF", "answer_by": b.LATER}
            case "answer_costs":
                return {
                    "offer": self.pick(ids("offer_costs"), nowhere),
                    "answer": "not_agreed",
                    "share": None,
                }
            case "inform":
                return b.information("mailbox", "logs")
            case "arrest":
                return b.arrest(self.pick(["arrested", "released", "rearrested"]), *some)
            case "court":
                return b.court(self.pick(["consented", "lawful", "not_lawful"]), *some)
            case "surrender":
                return b.surrender(self.pick(["full", "temporary", "to_return", "returned"]), *some)
            case "prosecute_instead":
                return {"items": some, "at": b.AT, "evidence": None}
            case "ask_instead":
                return {"items": some, "instead": self.pick(["prosecution", "enforcement"])}
            case "enforce_instead":
                return {"items": some, "taken_over": self.chance.random() < 0.5, "at": b.AT}
            case "speciality":
                consent = self.pick(ids("consent"), None)
                return {"items": some, "use": "other_offence", "consent": consent, "to": None, "at": b.AT}
            case "sentence":
                return b.sentence(self.pick(["prison", "death"]), self.pick(["passed", "final"]), *some)
            case "lift":
                return {"items": some, "consultation": None, "at": b.AT}
            case "seek_consent":
                return {"use": "other_proceeding", "exhibits": exhibits, "items": []}
            case "consent":
                return {
                    "sought": self.pick(ids("seek_consent"), nowhere),
                    "consent": self.pick(["given", "refused"]),
                    "conditions": [],
                    "lifts": ids("breach")[:1] if self.chance.random() < 0.5 else [],
                }
            case "recall":
                return {"exhibits": exhibits, "reason": "sent_in_error", "destroy_by": "2026-12-24T00:00:00Z"}
            case "breach":
                return {"exhibits": exhibits, "condition": None, "at": b.AT}
            case "destroyed":
                return {"exhibits": exhibits, "at": b.AT, "proof": nowhere}
            case "remedy":
                return b.remedy(self.pick(["lodged", "dismissed", "upheld"]), *some[:1])
        raise AssertionError(kind)

    def speak(self, state, case, acts):
        """One more act of a State that has these acts, of which comes this case."""
        kinds = sorted({row.kind for row in b.TABLE.rows} - {"preview", "request"})
        shown = [pair for pair in next_acts(case, state, b.TABLE) if pair[0] in kinds]
        kind, about = self.pick(kinds), self.pick(case.requests)
        if not case.requests or self.chance.random() < 0.05:
            kind, about = "request", None
        elif self.chance.random() < 0.1:
            kind = "reject"
        elif shown and self.chance.random() < 0.8:
            rare = RARE if self.chance.random() < 0.8 else frozenset()
            calm = [pair for pair in shown if pair[0] not in rare]
            kind, about = self.pick(calm or shown)
        if kind == "reject":
            target = self.pick([act for act in acts if act.header.state != state][-1:])
            if target is None:
                return None
            terms = {"act": target.id, "step": "x", "reason": "y"}
            opens = target.header.kind in {"request", "inform"}
            about = target.id if opens else target.header.about
        else:
            terms = self.terms(case, kind, about)
        access = kind == "request" and terms["measure"] != "preserve"
        return self.story.sides[state].act(
            kind,
            terms,
            number=case.next_number(state) + (self.chance.random() < 0.03),
            after=case.heads,
            about=about,
            roles=TWO if access or kind in b.DEFAULT_ROLES else ("author",),
            at=self.pick([b.AT, b.LATER]),
            sign=False,
            salt=str(self.chance.random()),
        )

    def talk(self, turns, *, equivocate=0.0):
        said = self.story.acts
        for _ in range(turns):
            state = self.pick(["GH", "PT"])
            seen = self.story.seen[state]
            if self.chance.random() < 0.6:  # something of the other side comes in
                rest = [act for act in said if act not in seen]
                seen.extend(rest[: self.chance.randint(0, len(rest))])
            told = seen
            if self.chance.random() < equivocate:  # a State that forgets gives one number to two acts
                told = seen[: -self.chance.randint(1, 3)]
            act = self.speak(state, fold(told, b.TABLES), told)
            if act is not None and act not in said:
                said.append(act)
                seen.append(act)
        return said


@FEW
@given(REASONS, st.sampled_from([0.0, 0.15]))
def test_in_any_order_with_doubles_and_in_parts_the_same_acts_give_the_same_case(chance, equivocate):
    acts = Wild(chance).talk(20, equivocate=equivocate)
    case = fold(acts, b.TABLES)
    doubled = acts + chance.sample(acts, len(acts) // 2)
    chance.shuffle(doubled)
    again = fold(doubled, b.TABLES)
    assert again.dump() == case.dump()
    assert again == case
    assert again.origin.history.acts == case.origin.history.acts
    part = fold(doubled[: len(doubled) // 2], b.TABLES)
    for id, standing in part.standings.items():
        if not isinstance(standing, Parked):  # judged once: in order or not never changes
            final = case.standing(id)
            assert isinstance(standing, NotInOrder) == isinstance(final, NotInOrder)
            assert not isinstance(standing, NotInOrder) or final == standing


@FEW
@given(REASONS, st.sampled_from([0.0, 0.3]))
def test_a_state_made_step_by_step_is_the_state_made_anew(chance, equivocate):
    made = Folding(Wild(chance).talk(20, equivocate=equivocate), b.TABLES)
    for among in {*made.history.past, made.history.all}:
        assert made.picture(among) == made._extend(_EMPTY, among)


@FEW
@given(REASONS)
def test_an_act_that_the_table_forbids_moves_nothing(chance):
    wild = Wild(chance)
    acts = wild.talk(16)
    before = fold(acts, b.TABLES)
    for _ in range(8):
        state = wild.pick(["GH", "PT"])
        act = wild.speak(state, wild.story.case(state), wild.story.seen[state])
        if act is None or act.id in before.standings:
            continue
        standing = judge(before, act, b.TABLE)
        after = fold([*acts, act], b.TABLES)
        if isinstance(standing, NotInOrder):
            assert after.standing(act.id) == standing
            assert after.effect() == before.effect()
        else:
            assert not isinstance(after.standing(act.id), NotInOrder)


def test_wild_stories_say_something_of_everything():
    kinds, standings = set(), set()
    for seed in range(48):
        acts = Wild(random.Random(seed)).talk(24, equivocate=0.1)
        case = fold(acts, b.TABLES)
        standings |= {standing.name for standing in case.standings.values()}
        kinds |= {act.header.kind for act in acts if case.standing(act.id).moves}
    assert standings == {"in_order", "not_in_order", "void", "without_effect", "equivocal"}
    assert {"decide", "accept", "deliver", "withdraw", "reject", "answer", "effected", "extend"} <= kinds
    assert {"inform", "remedy", "status", "correspond", "forward", "recall"} <= kinds


def test_the_whole_story_comes_out_the_same_on_both_sides():
    s = b.told()
    case = s.case("GH")
    assert case.dump() == s.case("PT").dump()
    assert {standing.name for standing in case.standings.values()} == {"in_order"}
    kept, request = (
        r for r in sorted(case.requests.values(), key=lambda r: r.measure, reverse=True) if not r.draft
    )
    assert (kept.preserved_since, request.follows) == (b.AT, kept.id)
    assert [(e.exhibit, e.taken is not None) for e in request.exhibits] == [("EX-1", True)]
    assert request.closed.outcome == "answered"
    assert wire.decode(case.dump(), limit=100_000)["case"] == b.CASE


def test_an_act_whose_past_is_not_whole_waits_and_is_then_folded():
    acts = b.told().acts
    gap, rest = acts[4], [*acts[:4], *acts[5:]]
    case = fold(rest, b.TABLES)
    assert {case.standing(act.id) for act in rest[4:]} == {Parked((gap.id,))}
    assert case.missing == (gap.id,)
    assert case.heads == (acts[3].id,)
    assert case.effect() == fold(acts[:4], b.TABLES).effect()
    assert fold([gap, *rest], b.TABLES).dump() == fold(acts, b.TABLES).dump()
    assert fold(acts[1:], b.TABLES).standing(acts[-1].id) == Parked((acts[0].id,))


def test_of_two_acts_with_one_number_the_smaller_id_has_effect_and_both_are_proof():
    s = b.Story()
    id = s.say("GH", "request", b.request_terms(), roles=TWO).id
    two = [s.draft("GH", "amend", {"add": b.items(name), "drop": []}, about=id) for name in ("one", "two")]
    small, large = sorted(two, key=lambda act: act.id)
    case = fold([*s.acts, *two], b.TABLES)
    assert case.standing(small.id) == InOrder()
    assert case.standing(large.id) == Equivocal(small.id)
    assert case.equivocations == (Equivocation("GH", 2, (small.id, large.id)),)
    assert case.effect() == fold([*s.acts, small], b.TABLES).effect()
    # what that State built on the branch that fell, falls with it
    act = s.sides["GH"].act("withdraw", {"reason": "error"}, number=3, after=(large.id,), about=id)
    after = fold([*s.acts, *two, act], b.TABLES)
    assert after.standing(act.id) == WithoutEffect(small.id)
    assert after.effect() == case.effect()
    # once both are named, it goes on
    healed = s.sides["GH"].act(
        "withdraw", {"reason": "error"}, number=4, after=(small.id, large.id), about=id
    )
    after = fold([*s.acts, *two, healed], b.TABLES)
    assert after.standing(healed.id) == InOrder()
    assert after.request(id).withdrawn is not None


def test_the_smaller_id_has_effect_also_where_it_comes_later_in_the_canonical_order():
    seen = set()
    for seed in range(48):  # which ids come out hangs on the digest of the table
        s = b.Story()
        id = s.say("GH", "request", b.request_terms(), roles=TWO).id
        early = s.draft("GH", "withdraw", {"reason": "error"}, about=id, salt=f"e{seed}")
        s.say("PT", "ask", b.questions("q"), about=id, salt=f"q{seed}")
        late = s.draft("GH", "withdraw", {"reason": "error"}, about=id, salt=f"l{seed}")
        case = fold([*s.acts, early, late], b.TABLES)
        small, large = sorted((early, late), key=lambda act: act.id)
        order = [act.id for act in case.origin.history.acts]
        seen.add(order.index(small.id) < order.index(large.id))
        assert case.standing(small.id) == InOrder()
        assert case.standing(large.id) == Equivocal(small.id)
    assert seen == {True, False}


@pytest.mark.parametrize("seed", range(6))
def test_an_act_that_was_answered_is_not_taken_back_by_a_second_one_of_its_number(seed):
    s = b.Story()
    id = s.say("GH", "request", b.request_terms(), roles=TWO).id
    first = s.draft("GH", "amend", {"add": b.items("one"), "drop": []}, about=id, salt=f"f{seed}")
    second = s.draft("GH", "amend", {"add": b.items("two"), "drop": []}, about=id, salt=f"s{seed}")
    asked = s.sides["PT"].act("ask", b.questions("q"), number=1, after=(first.id,), about=id)
    terms = {"act": second.id, "step": "number", "reason": "number_used_twice"}
    heads = (asked.id, second.id)
    told = s.sides["PT"].act("reject", terms, number=2, after=heads, about=id, roles=("node",))
    # what that State built on the second one alone falls with it; on both, it goes on
    alone = s.sides["GH"].act("ask", b.questions("g"), number=3, after=(second.id,), about=id)
    both = s.sides["GH"].act("ask", b.questions("h"), number=5, after=(told.id, alone.id), about=id)
    acts = [*s.acts, first, second, asked, told, alone, both]
    case = fold(acts, b.TABLES)
    assert [case.standing(act.id) for act in (first, second, asked, told, alone, both)] == [
        *(InOrder(), Void(told.id), InOrder(), InOrder(), WithoutEffect(first.id), InOrder())
    ]
    assert [item.id for item in case.request(id).items if item.id in {"one", "two"}] == ["one"]
    assert case.equivocations == (Equivocation("GH", 2, tuple(sorted((first.id, second.id)))),)
    assert fold(acts[::-1], b.TABLES).dump() == case.dump()


def test_a_number_is_counted_not_believed():
    s = b.Story()
    id = s.say("GH", "request", b.request_terms(), roles=TWO).id
    wrong = s.say("GH", "ask", b.questions("q"), about=id, number=7, lawful=False)
    assert s.case().standing(wrong.id) == NotInOrder("number", "wrong_number")
    assert s.case().next_number("GH") == 3
    s.say("GH", "ask", b.questions("q"), about=id)
    assert s.case().equivocations == ()


def test_what_other_fields_a_copy_opens_makes_no_difference():
    s = b.told()
    bare = [act.without([name for name in act.fields if name != "terms"]) for act in s.acts]
    assert fold(bare, b.TABLES).dump() == s.case().dump()


def test_of_no_acts_comes_an_empty_case():
    case = fold([], b.TABLES)
    assert (case.id, case.heads, case.next_number("GH"), case.effect()) == (None, (), 1, {})
    with pytest.raises(NotFound):
        case.standing("0" * 64)
    with pytest.raises(NotFound):
        case.request("0" * 64)


def test_a_case_that_was_not_folded_is_not_judged_on():
    case = dataclasses.replace(fold([], b.TABLES), origin=None)
    with pytest.raises(Conflict):
        judge(case, b.told().acts[0], b.TABLE)


def test_the_canonical_order_of_a_part_is_that_of_the_whole():
    acts = Wild(random.Random(7)).talk(40)
    history = Folding(acts, b.TABLES).history
    for past in history.past:
        part = Folding([history.acts[i] for i in bits(past)], b.TABLES).history
        assert [a.id for a in part.acts] == [history.acts[i].id for i in bits(past)]


def long_story(turns, *, at_once):
    """A request and many questions of both sides, by hand: composing is slower than folding."""
    gh, pt = b.Side("GH", "PT"), b.Side("PT", "GH")
    request = gh.act("request", b.request_terms(), roles=TWO, sign=False)
    acts, heads = [request], (request.id,)
    for turn in range(turns):
        one = gh.act("ask", b.questions("q"), number=turn + 2, after=heads, about=request.id, sign=False)
        base = heads if at_once else (one.id,)
        other = pt.act("ask", b.questions("q"), number=turn + 1, after=base, about=request.id, sign=False)
        acts += [one, other]
        heads = (one.id, other.id) if at_once else (other.id,)
    return acts


@pytest.mark.parametrize("at_once", [False, True])
def test_the_work_of_a_long_case_grows_with_its_length(monkeypatch, at_once):
    """Each act is applied a few times, not once for each act after it."""
    applied = []
    real = folding.apply
    monkeypatch.setattr(folding, "apply", lambda *args: applied.append(1) or real(*args))
    acts = long_story(100, at_once=at_once)
    assert {s.name for s in fold(acts, b.TABLES).standings.values()} == {"in_order"}
    assert len(applied) <= 4 * len(acts)
