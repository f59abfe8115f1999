"""The core checks agree with an independent second version in another logic (``second.lp``, run by clingo).

Both are given the same random facts; where they differ, one of them misreads the paragraph, and a lawyer
says which. What is a matter of the law room (what binds two States, what a basis takes) is given to both.
"""

import random
from datetime import date
from pathlib import Path

import pytest

from comity.acts import Verdict
from comity.acts.terms import Basis
from comity.law import Bundle
from comity.safeguards.bench import Frame, run
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.checks.form import content_facts
from comity.safeguards.registry import FACTS
from comity.safeguards.registry.persecution import INDICATORS

clingo = pytest.importorskip("clingo", reason="clingo is a tool of the tests only, and is not installed")

ON = date(2026, 11, 21)
PROGRAM = (Path(__file__).parent / "second.lp").read_text(encoding="utf-8")
ENCODED = (
    "basis", "contents", "two_persons", "dual_criminality", "intent", "research", "persecution", "treatment",
    "circumstances", "proportionality", "breadth", "third_persons", "privileged",
    "independent_review", "use_limits", "data_protection", "received_protection", "onward_transfer",
    "confidentiality", "own_case", "essential_interests",
)  # fmt: skip
NEVER_NO = {
    "dual_criminality", "intent", "research", "persecution", "treatment", "circumstances", "privileged",
}  # fmt: skip
"""Checks that leave every doubt to a person; the first two, where neither State has adopted its own law."""
SAMPLES = 400


def solved(program):
    """What the second version says of each check."""
    control = clingo.Control(["--warn=none"])
    control.add("base", [], PROGRAM + program)
    control.ground([("base", [])])
    found = {}
    with control.solve(yield_=True) as handle:
        models = [model.symbols(shown=True) for model in handle]
    assert len(models) == 1, "it has one meaning"
    for symbol in models[0]:
        found[symbol.arguments[0].string] = Verdict.MET if symbol.positive else Verdict.NOT_MET
    return {check: found.get(check, Verdict.NEEDS_HUMAN) for check in ENCODED}


def told(facts, frame, reservation):
    """The facts, and what the law room gives, as the second version reads them."""
    law, measure = frame.law, frame.measure
    lines = [f'measure("{measure.key}").', f"reservation({reservation})."]
    for key, value in facts.items():
        if FACTS[key].type is bool:
            lines.append(f'{"" if value else "-"}t("{key}").')
    if "offence.concept" in facts:
        lines.append(f'concept("{facts["offence.concept"]}").')
    if "offence.max_penalty_months" in facts:
        lines.append(f"months({facts['offence.max_penalty_months']}).")
    bases = {basis.instrument for basis in frame.case.bases}
    for name in bases:
        lines += [f'base("{name}").', f'in_force("{name}",{frame.bindings[name].in_force}).']
        lines += [f'creates("{name}","{o.concept}").' for o in law.content.offences if o.instrument == name]
        threshold = law.instrument(name).threshold
        if threshold is not None:
            months = law.value(threshold, "maximum_penalty", ON).value
            lines.append(f'threshold("{name}",{months}).')
    for offered in measure.bases:
        if offered.instrument in bases:
            lines += [f'takes("{offered.instrument}",{one}).' for one in offered.offence_classes]
        if offered.instrument in frame.instruments:
            lines.append(f'role("{offered.instrument}",{offered.dual_criminality}).')
    lines += [f'indicator("{one.label}","{one.fact}").' for one in INDICATORS]
    for content in measure.contents:
        instruments = {law.provision(key).instrument for key in content.provisions}
        if content.needed == "always" and (content.practice or instruments & set(frame.instruments)):
            lines += [f'always("{fact}").' for fact in content_facts(content)]
    return "\n".join(lines)


def drawn(seed):
    """Random facts about a random request, mostly one way, so that every verdict comes up."""
    dice = random.Random(seed)
    favour = dice.choice([0.1, 0.5, 0.9, 1.0])
    known = dice.choice([0.5, 0.9, 1.0])
    read = sorted({key for check in ENCODED for key in BY_KEY[check].reads})
    against = {
        k for k in read
        if k.startswith(("law.essential", "law.intent_required")) or k in {one.fact for one in INDICATORS}
    }  # fmt: skip
    facts = {}
    for key in read:
        if FACTS[key].type is bool and dice.random() < known:
            facts[key] = (dice.random() < favour) is not (key in against)
    if dice.random() < known:
        facts["offence.concept"] = dice.choice(["illegal_access", "no_such_concept"])
    if dice.random() < known:
        facts["offence.max_penalty_months"] = dice.choice([12, 47, 48, 60])
    measure = dice.choice(["access_stored", "preserve"])
    named = dice.choice([("budapest",), ("uncc",), ("budapest", "uncc")])
    return facts, measure, named, dice.choice(["yes", "no", "unknown"]), dice.random() < 0.2


BASES = {
    ("budapest", "access_stored"): "budapest.stored.request",
    ("budapest", "preserve"): "budapest.preservation.request",
    ("uncc", "access_stored"): "uncc.stored.request",
    ("uncc", "preserve"): "uncc.preservation.request",
}


def law_of(content, reservation, *, unbound):
    """Law data in which XB has reserved, has not, or in which that is not held; ``unbound``: by one alone."""
    asks, asked = content.nations
    asked = asked.model_copy(update={"not_held": ("reservations",) if reservation == "unknown" else ()})
    made = ()
    if reservation == "yes":
        made = tuple(
            _reservation(content, key)
            for key in ("budapest.preservation.reservation", "uncc.preservation.reservation")
        )
    status = tuple(e for e in content.status if not unbound or e.instrument != "uncc")
    changed = {"nations": (asks, asked), "reservations": made, "status": status}
    return Bundle(content.model_copy(update=changed), b"")


def _reservation(content, provision):
    from comity.law import Reservation

    return Reservation(
        state="XB",
        provision=provision,
        summary="It may refuse preservation where dual criminality is not met.",
        since="2026-01-01",
        mark="A",
        sources=(content.sources[0].key,),
    )


def test_the_second_version_agrees_on_random_facts(content, case):
    seen = {}
    for seed in range(SAMPLES):
        facts, measure, named, reservation, unbound = drawn(seed)
        bases = tuple(Basis(instrument=one, provision=BASES[one, measure]) for one in named)
        law = law_of(content, reservation, unbound=unbound)
        frame = Frame(case(facts, measure, bases=bases), law, "requested", ON)
        second = solved(told(facts, frame, reservation))
        for check in ENCODED:
            finding = run(BY_KEY[check], frame) if measure in BY_KEY[check].measures else None
            if finding is None:
                continue
            assert finding.verdict is second[check], (seed, check, facts, named, reservation)
            seen.setdefault(check, set()).add(finding.verdict)
    for check in ENCODED:
        assert seen[check] == set(Verdict) - ({Verdict.NOT_MET} if check in NEVER_NO else set()), check
