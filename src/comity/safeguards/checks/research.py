"""Might the conduct be security research in good faith, and which legal hook is then open?

Promises: one check, ``research``. It is met only where it is known, and not by the asking State's word
alone, that nothing indicates research. Otherwise it ends in the regimes of both States, criterion by
criterion, each with its legal effect, and in the hooks of the instruments that bear on the offence;
it never says *lawful*, and is never ``not_met``: a person decides.

Leaves to others: whether the requested State's law has used a hook, and all weighing (a person).

Summary: no article of the Convention exempts research; one speaks of tools only. What a State can do
lies in the options of the offence articles, in its own defences, in recognising researchers, and, asked
by another State, in the grounds of refusal. Criteria, regimes and hooks are law data.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from comity.law import Hook, Regime
from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.logic import Truth, not_
from comity.safeguards.measures import ACCESS
from comity.safeguards.registry.research import CRITERIA


def criterion_fact(criterion: str) -> str:
    """The fact that answers a criterion of the law data (``safeguards.gf-02``: ``research.gf_02``)."""
    return f"research.{criterion.rsplit('.', 1)[-1].replace('-', '_')}"


def rule(bench: Bench) -> Truth:
    """Nothing indicates research; else regimes and hooks, and a person."""
    absent = bench.holds("research.indicated", wanted=False)
    if absent is Truth.TRUE:
        return Truth.TRUE
    if absent is Truth.FALSE:
        states = (bench.frame.case.requested, bench.frame.case.requesting)
        answers = {key: _answer(bench, key) for key in _asked(bench, states)}
        for state in states:
            _regimes(bench, state, answers)
        _hooks(bench)
    return Truth.UNKNOWN


def _asked(bench: Bench, states: tuple[str, ...]) -> tuple[str, ...]:
    """The criteria that a regime of one of the two asks for; where none is held, all."""
    law = bench.frame.law
    wanted = {key for state in states for r in law.regimes(state, bench.frame.on) for key in r.criteria}
    criteria = tuple(criterion.key for criterion in law.content.criteria)
    return tuple(key for key in criteria if key in wanted) or criteria


def _answer(bench: Bench, criterion: str) -> Truth:
    # It favours the asking State that a criterion is *not* fulfilled.
    return not_(bench.holds(criterion_fact(criterion), wanted=False))


def _regimes(bench: Bench, state: str, answers: dict[str, Truth]) -> None:
    law, on = bench.frame.law, bench.frame.on
    regimes = law.regimes(state, on)
    if not regimes:
        bench.say("regime_not_held", state=state)
    for regime in regimes:
        bench.law_read(regime.key, regime.effect, regime.since, regime.mark, regime.last_checked)
        found = [answers[key] for key in regime.criteria]
        bench.say(
            f"regime_{regime.effect}",
            state=state,
            regime=regime.key,
            met=sum(a is Truth.TRUE for a in found),
            not_met=sum(a is Truth.FALSE for a in found),
            unknown=sum(a is Truth.UNKNOWN for a in found),
        )
        if not _covers(bench, regime):
            bench.say("regime_other_offence", regime=regime.key)
        if bench.is_weak(regime.mark) or on > date.fromisoformat(regime.review_by):
            bench.say("regime_to_confirm", regime=regime.key, mark=regime.mark)


def _covers(bench: Bench, regime: Regime) -> bool:
    concept = bench.value("offence.concept")
    return concept is None or concept in regime.concepts


def _hooks(bench: Bench) -> None:
    for hook in bench.frame.law.content.hooks:
        if not _bears(bench, hook):
            continue
        kinds = {bench.frame.law.provision(key).kind for key in hook.provisions}
        bench.point(*hook.provisions)
        bench.law_read(hook.key, None, None, hook.mark, None)
        # A ground of refusal can be used on this request; the rest is room for the State's own law.
        bench.say("hook_on_request" if "refusal" in kinds else "hook_in_own_law", hook=hook.key)


def _bears(bench: Bench, hook: Hook) -> bool:
    """Whether a hook bears on the offence named; a general one always does."""
    concept = bench.value("offence.concept")
    offences = {o.provision: o.concept for o in bench.frame.law.content.offences}
    concepts = {
        name
        for key in hook.provisions
        for start, name in offences.items()
        if f"{key}.".startswith(f"{start}.")
    }
    return concept is None or not concepts or concept in concepts


CHECKS: Final = (
    Check(
        key="research",
        version=1,
        measures=ACCESS,
        relies=(
            Paragraphs("uncc", ACCESS, ("uncc.offence.misuse_of_devices.testing",)),
            Paragraphs("budapest", ACCESS, ("budapest.offence.misuse_of_devices.testing",)),
        ),
        yardstick=("uncc.offence.misuse_of_devices.testing",),
        also=("uncc.prevention.research",),
        reads=(
            "research.indicated",
            "offence.concept",
            *(f"research.gf_{n:02}" for n in range(1, CRITERIA + 1)),
        ),
        interested="requesting",
        heavy=False,
        rule=rule,
    ),
)
"""The checks of this group."""
