"""Standing answers: what adopted law answers once for all, for the cases that it names and no others."""

from datetime import date
from pathlib import Path

import pytest

from comity import messages
from comity.acts import Verdict
from comity.errors import BadInput
from comity.law import apply_overlay, compile_bundle, compile_overlay, load_overlay, packaged_files, remade
from comity.safeguards.adopted import facts_answered
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY

ON = date(2026, 11, 21)
ACT = "ab" * 32
OWN = {"question": "own_case_permitted", "answer": True}


def overlay_of(state, *positions, review_by="2027-11-21"):
    head = (
        f'state = "{state}"\nname = "Law of {state}"\nversion = 1\n'
        f'on = "2026-11-21"\nreview_by = "{review_by}"\n\n[nation]\n'
    )
    for number, told in enumerate(positions):
        record = {
            "key": f"{state.lower()}.position.n{number}",
            "basis": f"Code of Criminal Procedure of {state}, s. 3",
            "since": "2020-01-01",
            "mark": "A",
            "sources": ["S-MEM"],
            "last_checked": "2026-11-21",
            "review_by": review_by,
            **told,
        }
        head += "\n[[nation.positions]]\n"
        head += "".join(f"{name} = {written(value)}\n" for name, value in record.items())
    return "[overlay]\n" + head.replace("[nation]\n", "", 1) if not positions else "[overlay]\n" + head


def written(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + ", ".join(f'"{one}"' for one in value) + "]"
    return str(value) if isinstance(value, int) else f'"{value}"'


def adopted(law, state, *positions, **more):
    overlay = load_overlay(compile_overlay(overlay_of(state, *positions, **more).encode()))
    return remade(apply_overlay(law.content, overlay, ACT))


@pytest.fixture
def verdict(law, case):
    def ask(check, facts, *positions, state="XB", bundle=None, on=ON, **more):
        held = bundle or adopted(law, state, *positions, **more)
        return run(BY_KEY[check], Frame(case(facts, instrument="uncc"), held, "requested", on))

    return ask


@pytest.mark.parametrize(("answer", "expected"), [(True, Verdict.MET), (False, Verdict.NOT_MET)])
def test_an_answer_adopted_once_settles_the_question_for_its_state(verdict, answer, expected):
    assert verdict("own_case", {}).verdict is Verdict.NEEDS_HUMAN
    finding = verdict("own_case", {}, OWN | {"answer": answer})
    assert finding.verdict is expected
    (reading,) = finding.facts
    assert (reading.key, reading.value, reading.stated_by) == ("law.own_case_permitted", answer, "XB")
    (read,) = [read for read in finding.law if read.key == "xb.position.n0"]
    assert (read.mark, read.since, read.last_checked) == ("A", "2020-01-01", "2026-11-21")


def test_the_asking_states_adopted_law_counts_for_its_own_law_and_for_no_other(verdict):
    protected = {"question": "received_data_protected", "answer": True}
    assert verdict("received_protection", {}, protected, state="XA").verdict is Verdict.MET
    assert verdict("received_protection", {}, protected, state="XB").verdict is Verdict.NEEDS_HUMAN
    assert verdict("own_case", {}, OWN, state="XA").verdict is Verdict.NEEDS_HUMAN


ELSE = {"offence.concept": "other"}
"""An offence that no instrument makes its Parties create."""
HACKING = {"offence.concept": "illegal_access", "offence.max_penalty_months": 60}


@pytest.mark.parametrize(
    ("limits", "facts", "speaks"),
    [
        ({"measures": ["access_stored"]}, {}, True),
        ({"measures": ["preserve"]}, {}, False),
        ({"concepts": ["illegal_access"]}, HACKING, True),
        ({"concepts": ["illegal_access"]}, {}, False),
        ({"concepts": ["fraud"]}, HACKING, False),
        ({"offence_classes": ["convention"]}, HACKING, True),
        ({"offence_classes": ["serious"]}, HACKING, False),
        ({"offence_classes": ["convention"]}, {}, False),
        ({"min_penalty_months": 60}, HACKING, True),
        ({"min_penalty_months": 61}, HACKING, False),
        ({"min_penalty_months": 1}, {}, False),
        ({"min_penalty_months": 240}, {"offence.penalty": "life"}, True),
        ({"min_penalty_months": 1}, {"offence.penalty": "fine_only"}, False),
        ({"min_penalty_months": 1}, {"offence.penalty": "court_discretion"}, False),
        ({"offence_classes": ["serious"]}, ELSE | {"offence.penalty": "life"}, True),
        ({"offence_classes": ["other"]}, ELSE | {"offence.penalty": "fine_only"}, True),
        ({"offence_classes": ["serious", "other"]}, ELSE | {"offence.penalty": "court_discretion"}, False),
        ({"since": "2026-11-21"}, {}, True),
        ({"since": "2026-11-22"}, {}, False),
        ({"since": "2026-11"}, {}, False),
    ],
)
def test_it_speaks_of_the_cases_that_it_names_and_is_silent_where_a_case_is_not_known_to_be_one(
    verdict, limits, facts, speaks
):
    finding = verdict("own_case", facts, OWN | limits)
    assert (finding.verdict is Verdict.MET) is speaks
    assert bool(finding.facts) is speaks


def test_a_weak_answer_and_one_overdue_are_for_a_person(verdict):
    weak = verdict("own_case", {}, OWN | {"mark": "C"})
    assert weak.verdict is Verdict.NEEDS_HUMAN
    assert "safeguards.any.law_weak" in {b.id for b in weak.because}
    late = verdict("own_case", {}, OWN, on=date(2027, 5, 21), review_by="2027-05-20")
    assert late.verdict is Verdict.NEEDS_HUMAN
    assert "xb.position.n0" in {a.value for b in late.because for a in b.arguments}


def test_what_no_state_adopted_settles_nothing(verdict, law):
    held = adopted(law, "XB", OWN).content
    nations = tuple(
        n.model_copy(update={"positions": tuple(p.model_copy(update={"settled": None}) for p in n.positions)})
        for n in held.nations
    )
    bundle = remade(held.model_copy(update={"nations": nations}))
    assert verdict("own_case", {}, bundle=bundle).verdict is Verdict.NEEDS_HUMAN


def test_an_answer_and_another_word_of_that_state_contradict_each_other(verdict):
    same = verdict("own_case", {"law.own_case_permitted": True}, OWN)
    other = verdict("own_case", {"law.own_case_permitted": False}, OWN)
    assert same.verdict is Verdict.MET
    assert other.verdict is Verdict.NEEDS_HUMAN
    assert "safeguards.any.contradictory" in {b.id for b in other.because}


def test_a_question_of_both_sides_is_answered_on_the_side_where_the_state_stands():
    assert dict(facts_answered("punishable")) == {
        "requesting": "law.punishable_requesting",
        "requested": "law.punishable_requested",
    }
    assert dict(facts_answered("death_penalty_excluded")) == {"requesting": "declared.death_penalty_excluded"}


def test_what_no_check_asks_of_a_states_own_law_is_an_error(verdict):
    for question in ("dislike", "privileged", "concept"):
        with pytest.raises(BadInput) as caught:
            verdict("own_case", {}, OWN | {"question": question})
        assert caught.value.id == "safeguards.unknown_question"
        assert all(messages.explain(caught.value))


def test_only_an_act_says_that_an_answer_was_adopted_and_only_of_its_own_state(law):
    with pytest.raises(BadInput):
        adopted(law, "XB", OWN | {"key": "xa.position.n0"})
    told = overlay_of("XB", OWN) + f'settled = {{ how = "adopted", act = "{ACT}" }}\n'
    overlay = load_overlay(compile_overlay(told.encode()))
    with pytest.raises(BadInput) as caught:
        apply_overlay(law.content, overlay, ACT)
    assert caught.value.arguments["where"] == "nation.positions.settled"


def test_the_packaged_data_answers_for_no_state():
    files = dict(packaged_files())
    name = "states/AZ.toml"
    files[name] += b'\n[[nation.positions]]\nkey = "az.position.x"\n'
    with pytest.raises(BadInput) as caught:
        compile_bundle(files)
    assert caught.value.arguments["file"] == name
    assert Path(name).suffix == ".toml"
