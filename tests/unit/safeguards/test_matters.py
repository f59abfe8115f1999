"""Matters of practice: put where something raises them, absent where nothing does, never met by silence."""

from datetime import date

import pytest

from comity.acts import Verdict
from comity.safeguards import FACTS, assess, open_findings, request_facts
from comity.safeguards.catalogue import BY_KEY, CHECKS
from comity.safeguards.matters import MATTERS, raised
from comity.safeguards.registry import Nature
from comity.safeguards.registry.raised import MATTERS as NAMES

ON = date(2026, 11, 21)
RAISED = [check for check in CHECKS if check.raised_by is not None]


def keys(findings):
    return {finding.check for finding in findings}


def test_every_matter_has_a_check_and_every_such_check_a_matter():
    assert {check.raised_by for check in RAISED} == {f"raised.{name}" for name in MATTERS}
    assert set(NAMES) == set(MATTERS)
    for matter in MATTERS.values():
        assert set(matter.facts) <= set(FACTS)


@pytest.mark.parametrize("check", RAISED, ids=[check.key for check in RAISED])
def test_a_fact_of_the_check_that_a_person_states_brings_it_in(check, good_request, law, fact):
    """A matter that forgot a fact of its check would leave what a person stated unread."""
    matter = MATTERS[str(check.raised_by).removeprefix("raised.")]
    stated = [k for k in check.reads if FACTS[k].nature in {Nature.WORLD, Nature.DECLARED}]
    assert set(stated) <= set(matter.facts)
    measure = min(check.measures - matter.always, default=None)
    if measure is None or measure not in {"access_stored", "preserve"}:
        assert raised(min(check.measures), None, {stated[0]} if stated else set(matter.facts))
        return
    before = assess(request_facts(good_request(measure=measure)), law, "requested", ON)
    home = [fact(k, False, by="XB") for k in (stated or matter.facts)[:1]]
    after = assess(request_facts(good_request(measure=measure), home=home), law, "requested", ON)
    assert check.key not in keys(before)
    assert keys(after) - keys(before) >= {check.key}


def test_whatever_the_value_stating_a_fact_raises_it_and_nothing_else_changes(
    good_request, own_file, law, fact
):
    quiet = assess(request_facts(good_request(), home=own_file), law, "requested", ON)
    assert not open_findings(quiet)
    for value, expected in ((False, Verdict.MET), (True, Verdict.NEEDS_HUMAN)):
        told = [*own_file, fact("person.judged_before", value, by="XB")]
        findings = assess(request_facts(good_request(), home=told), law, "requested", ON)
        assert [f for f in findings if f.check != "ne_bis_in_idem"] == list(quiet)
        assert {f.check: f.verdict for f in findings}["ne_bis_in_idem"] is expected


def test_where_a_person_is_handed_over_the_bars_are_always_put():
    always = {f"raised.{name}" for name, matter in MATTERS.items() if "extradite" in matter.always}
    assert always == set(raised("extradite", None, ()))
    assert {"raised.judged_before", "raised.political", "raised.ill_treatment"} <= always
    assert not raised("access_stored", "illegal_access", ())


def test_an_offence_with_victims_raises_them_by_its_concept():
    assert set(raised("access_stored", "grooming", ())) == {"raised.victims"}
    assert "victims" in BY_KEY


def test_nobody_can_state_that_a_matter_is_not_raised(fact):
    from comity.errors import BadInput
    from comity.safeguards import check_fact

    with pytest.raises(BadInput, match="fact_is_derived"):
        check_fact("raised.immunity", False)
