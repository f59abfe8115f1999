"""E10: the smallest sets that settle a finding, each way tried; whom to ask; what leaves the node."""

import dataclasses
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity import wire
from comity.acts import AskWhom, Question, Verdict, compose
from comity.acts.terms import AskTerms, QuestionTerm
from comity.law import Bundle
from comity.messages import say
from comity.safeguards import FACTS, Draft, assess, drafts, fact_key, request_facts, settle, to_do
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY, CHECKS
from comity.safeguards.registry import Nature
from comity.safeguards.settling import MOST_RUNS, MOST_WAYS

ON = date(2026, 11, 21)
MET, NOT_MET, ASK = Verdict.MET, Verdict.NOT_MET, Verdict.NEEDS_HUMAN


def settling(check, found):
    return next(one for one in found if one.check == check)


def ways(check, found):
    return {(way.answers, way.verdict) for one in settling(check, found).sets for way in one.ways}


def test_each_open_finding_has_what_would_settle_it_or_says_why_nothing_can(request_for, law):
    case = request_facts(request_for())
    open_ = [f.check for f in assess(case, law, "requested", ON) if f.verdict is ASK]
    found = settle(case, law, "requested", ON)
    assert [one.check for one in found] == open_, "none of a check that is not put"
    assert all(bool(one.sets) != (one.why is not None) for one in found)


def test_the_smallest_sets_and_which_way_each_goes(request_for, law):
    found = settle(request_facts(request_for()), law, "requested", ON)
    assert ways("use_limits", found) == {
        ((("declared.use_limited_to_purpose", True),), MET),
        ((("declared.use_limited_to_purpose", False),), NOT_MET),
    }
    both = ("law.punishable_requested", "law.punishable_requesting")
    # An officer's word on the own law can say yes; only law that the State has adopted can say no.
    assert ways("dual_criminality", found) == {(((both[0], True), (both[1], True)), MET)}
    assert len(settling("dual_criminality", found).sets) == 1
    cures = ("law.conditions_would_cure", "law.transfer_permitted")
    assert ways("data_protection", found) == {
        (((cures[0], True),), MET),
        (((cures[1], True),), MET),
        (((cures[0], False), (cures[1], False)), NOT_MET),
    }
    assert [{f.key for f in one.facts} for one in settling("data_protection", found).sets] == [set(cures)]


def test_a_standing_answer_for_one_offence_speaks_in_the_search_too(request_for, content):
    """Broken once: a check that does not read the offence lost the answers given for that offence."""
    from comity.law import Position, Settled

    answer = Position(
        key="xb.position.transfer",
        question="conditions_would_cure",
        answer=True,
        concepts=("illegal_access",),
        basis="Code of XB, s. 1",
        since="2026-01-01",
        mark="A",
        sources=(content.sources[0].key,),
        last_checked="2026-11-01",
        review_by="2027-11-01",
        settled=Settled(how="adopted", state="XB", on="2026-11-01", source="Code of XB", act="ab" * 32),
    )
    asks, asked = content.nations
    nations = (asks, asked.model_copy(update={"positions": (answer,)}))
    bundle = Bundle(content.model_copy(update={"nations": nations}), b"")
    frame = Frame(request_facts(request_for()), bundle, "requested", ON)
    assert "law.conditions_would_cure" in frame.positions
    check = BY_KEY["data_protection"]
    assert run(check, frame).verdict is MET
    few = frame.supposing(frame.case.facts.only(check.reads))
    assert run(check, few).verdict is MET


def test_what_only_the_other_state_asserts_can_be_shown_and_not_turned(request_for, law, fact):
    """Its own word for *yes*: a paper would settle it; our *no* beside its *yes* would be a contradiction."""
    from comity.acts import Provenance

    said = [fact("law.punishable_requesting", True, by="XA", provenance=Provenance.ASSERTED)]
    home = [fact("law.punishable_requested", True)]
    found = settle(request_facts(request_for(facts=said), home=home), law, "requested", ON)
    assert ways("dual_criminality", found) == {((("law.punishable_requesting", True),), MET)}


def test_weak_law_is_settled_by_no_fact_and_says_so(request_for, law, content):
    weak = tuple(p.model_copy(update={"mark_content": "C"}) for p in content.provisions)
    bundle = Bundle(content.model_copy(update={"provisions": weak}), b"")
    found = settle(request_facts(request_for()), bundle, "requested", ON)
    assert {one.why for one in found if one.check != "basis"} == {"law"}
    assert not any(one.sets for one in found if one.why)


def test_a_contradiction_and_a_judgement_are_settled_by_no_fact(request_for, law, fact):
    said = [fact("intent.dishonest_shown", True, by="XA")]
    home = [fact("intent.dishonest_shown", False), fact("research.indicated", True)]
    found = settle(request_facts(request_for(facts=said), home=home), law, "requested", ON)
    assert settling("intent", found).why == "contradiction"
    assert settling("research", found).why == "judgement"


def test_a_missing_text_or_number_is_left_to_a_person(case, law):
    found = settle(case({}, instrument="uncc"), law, "requested", ON)
    basis = settling("basis", found)
    assert (basis.why, basis.sets) == ("not_searched", ())
    assert [fact.key for fact in basis.not_searched] == ["offence.concept", "offence.max_penalty_months"]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_way_is_what_an_assessment_finds_and_none_can_spare_a_fact(data, session_case, session_law):
    """Over all checks there are: each way said is what comes of it, and with one answer less it does not."""
    law = session_law
    measure = data.draw(st.sampled_from(sorted({m for check in CHECKS for m in check.measures})))
    instrument = data.draw(st.sampled_from(["budapest", "uncc"]))
    keys = [k for k, f in FACTS.items() if f.type is bool]
    known = data.draw(st.dictionaries(st.sampled_from(keys), st.booleans(), max_size=12))
    case = session_case(known, measure, instrument)
    for one in settle(case, law, "requested", ON):
        check = BY_KEY[one.check]

        def verdict(answers, check=check):
            return run(
                check, Frame(session_case(known | answers, measure, instrument), law, "requested", ON)
            ).verdict

        seen = {way for sets in one.sets for way in sets.ways}
        for way in sorted(seen, key=repr)[:6]:
            answers = dict(way.answers)
            assert not set(answers) & set(known)
            assert verdict(answers) is way.verdict
            for key in answers:
                assert verdict({k: v for k, v in answers.items() if k != key}) is not way.verdict, (way, key)
        for sets in one.sets:
            assert {f.key for f in sets.facts} >= {key for way in sets.ways for key, _ in way.answers}
            assert all(f.ask is fact_key(f.key).ask("requested") for f in sets.facts)


def test_the_search_is_bounded(case, law):
    """A check that no small set settles: 30 facts, any ten of which would do."""
    from comity.safeguards.bench import Bench, Check, footings
    from comity.safeguards.logic import at_least
    from comity.safeguards.settling import _Search

    # Of derived facts some are known of any request.
    keys = [k for k, f in FACTS.items() if f.type is bool and f.nature is not Nature.DERIVED][:30]
    wide = dataclasses.replace(
        BY_KEY["own_case"],
        reads=tuple(keys),
        rule=lambda bench: at_least(10, *(bench.holds(key) for key in keys)),
    )
    assert isinstance(wide, Check)
    frame = Frame(case({}), law, "requested", ON)
    ((_, stands),) = footings((wide,), frame)
    bench = Bench(wide, frame, stands)
    wide.rule(bench)
    search = _Search(wide, frame, stands, bench)
    found = search.settling()
    assert search.runs <= MOST_RUNS + 6 * len(keys)
    assert all(len(one.ways) <= 2 * MOST_WAYS for one in found.sets)
    assert {len(way.answers) for one in found.sets for way in one.ways if way.verdict is MET} == {10}


# -- what may leave -------------------------------------------------------------------------------


def test_questions_name_only_what_may_be_asked_and_each_once(request_for, law):
    found = settle(request_facts(request_for()), law, "requested", ON)
    asked = drafts(found)
    assert len({one.fact for one in asked}) == len(asked) > 0
    assert all(fact_key(one.fact).ask("requested") is AskWhom.THEM for one in asked)
    listed = to_do(found)
    assert {one.ask for one in listed} <= {AskWhom.OWN_FILE, AskWhom.NOBODY}
    assert not {one.fact for one in listed} & {one.fact for one in asked}
    helpful = {fact.key for one in found for fact in one.facts}
    assert helpful >= {one.fact for one in (*asked, *listed)}


def test_of_several_sets_the_one_that_asks_least_of_them_is_asked(request_for, law):
    found = settle(request_facts(request_for()), law, "requested", ON)
    about_intent = [one.fact for one in drafts(found) if one.about == "intent"]
    assert about_intent == ["law.intent_required_requesting"]


def test_a_draft_has_no_place_for_an_answer_or_a_verdict():
    """P8, by type: what goes out of a settling set is a fact's key and a check's, and text made of these."""
    assert {field.name: field.type for field in dataclasses.fields(Draft)} == {"fact": "str", "about": "str"}
    with pytest.raises((AttributeError, TypeError)):
        Draft("a.b", "c").verdict = MET  # slots and frozen: nothing can be hung on it


def test_the_act_that_asks_holds_nothing_of_which_way_an_answer_goes(request_for, law):
    """Two requests whose questions are the same, and whose answers would go other ways: the same bytes."""
    case = request_facts(request_for())
    found = settle(case, law, "requested", ON)
    turned = tuple(
        dataclasses.replace(
            one,
            sets=tuple(
                dataclasses.replace(
                    each,
                    ways=tuple(
                        dataclasses.replace(
                            way, answers=tuple((key, not value) for key, value in way.answers)
                        )
                        for way in each.ways
                    ),
                )
                for each in one.sets
            ),
        )
        for one in found
    )
    acts = [_asking(drafts(one)) for one in (found, turned)]
    assert acts[0] == acts[1]
    text = acts[0].decode()
    for word in ("met", "not_met", "needs_human", "true", "false", "persecution", "asylum"):
        assert f'"{word}"' not in text, word
    for one in found:
        for fact in one.facts:
            if fact.ask is not AskWhom.THEM:
                assert fact.key not in text


def _asking(asked):
    """The open fields of the act that puts these questions."""
    questions = tuple(
        Question(id=f"q{n}", text=say(one.text), fact=one.fact) for n, one in enumerate(asked, 1)
    )
    terms = AskTerms(
        questions=tuple(QuestionTerm(id=f"q{n}", about=one.about) for n, one in enumerate(asked, 1))
    )
    header = {
        "kind": "ask",
        "case": "c" * 32,
        "from": "xb:central-authority",
        "to": "xa:central-authority",
        "number": 1,
        "after": [],
        "at": "2026-11-21T18:00:00Z",
        "about": "d" * 64,
        "law": {"bundle": "d" * 64, "table": "e" * 64},
        "signers": [{"role": "author", "key": "a" * 64, "alg": "ed25519", "alias": "officer-a"}],
        "rests_on": "A" * 43,
    }
    act = compose(header, {"terms": terms, "questions": questions}, lambda n: b"\0" * n)
    return wire.encode([wire.dump(act.terms), [wire.dump(q) for q in act.fields["questions"]]])
