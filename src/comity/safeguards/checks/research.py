"""Might the conduct be security research in good faith, and which legal hook is then open?

Promises: one check, ``research``. It is met only where it is known, and not by the asking State's word or
papers, that nothing indicates research. Otherwise it says of each criterion whether it is met, not met
or unknown, and then what can show it; of each regime of the requested State its legal effect, what it covers,
its time limits, and the day on which it was read; and it ends in the hooks that the instruments of the
request leave open for this measure and offence. It never says *lawful*, and is never ``not_met``: a person
decides. That no plan, report or policy is held leaves a criterion unknown.
Use of an AI system beyond its owner's policy speaks to authorisation, and to no security measure.

Leaves to others: whether the requested State's law has used a hook, and all weighing (a person). What
the requesting State's own rules say is a question to put to it.

Summary: no article of the Convention exempts research; one speaks of tools only. What a State can do
lies in the options of the offence articles, in its own defences, in recognising researchers, and, asked
by another State, in the grounds of refusal. Criteria, regimes and hooks are law data.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from comity.law import Hook, Regime
from comity.safeguards.bench import OF_OFFENCE, Bench, Check, Frame, Paragraphs
from comity.safeguards.checks.indicator import absent, seen
from comity.safeguards.footing import kept
from comity.safeguards.grounds import grounds_of
from comity.safeguards.logic import Truth, any_, not_
from comity.safeguards.measures import ALL
from comity.safeguards.registry import FactValue
from comity.safeguards.registry.research import CRITERIA

AI_CRITERION: Final = "safeguards.gf-17"
"""The criterion that is asked where an AI system is in play, and not otherwise."""
NONE: Final = "-"


def criterion_fact(criterion: str) -> str:
    """The fact that answers a criterion of the law data (``safeguards.gf-02``: ``research.gf_02``)."""
    return f"research.{criterion.rsplit('.', 1)[-1].replace('-', '_')}"


def rule(bench: Bench) -> Truth:
    """Nothing indicates research; else criteria, regimes and hooks, and a person."""
    nothing = absent(bench, "research.indicated")
    if nothing is Truth.TRUE:
        return nothing
    if nothing is Truth.FALSE:
        regimes = _regimes(bench)
        answers = {key: _answer(bench, key) for key in _asked(bench, regimes)}
        _criteria(bench, answers)
        for regime in regimes:
            _regime(bench, regime, answers)
        _requesting(bench)
        _hooks(bench)
    return Truth.UNKNOWN


def _regimes(bench: Bench) -> tuple[Regime, ...]:
    """The regimes of the requested State, and promises of owners; those for AI where AI is in play."""
    state, law, on = bench.frame.case.requested, bench.frame.law, bench.frame.on
    # That it was beyond the policy would favour the asking State, as its absence would the researcher.
    with_ai = bench.holds("research.ai_beyond_policy")
    if with_ai is Truth.TRUE:
        bench.say("ai_authorisation")
        bench.say("ai_no_statute")
    held = law.regimes(state, on)
    if not held:
        bench.say("regime_not_held", state=state)
    return tuple(r for r in (*held, *law.policies(on)) if r.subject != "ai" or with_ai is Truth.TRUE)


def _asked(bench: Bench, regimes: Iterable[Regime]) -> tuple[str, ...]:
    """The criteria that a regime of the requested State asks for; where none is held, all."""
    all_keys = tuple(criterion.key for criterion in bench.frame.law.content.criteria)
    states = [r for r in regimes if r.effect != "owner_promise"]
    wanted = {key for r in regimes for key in (*r.criteria, *r.one_of)} if states else set(all_keys)
    if bench.read["research.ai_beyond_policy"].truth is Truth.TRUE:
        wanted.add(AI_CRITERION)
    else:
        wanted.discard(AI_CRITERION)
    return tuple(key for key in all_keys if key in wanted)


def _answer(bench: Bench, criterion: str) -> Truth:
    # It favours the asking State that a criterion is *not* fulfilled.
    return not_(bench.holds(criterion_fact(criterion), wanted=False))


def _criteria(bench: Bench, answers: dict[str, Truth]) -> None:
    for key, answer in answers.items():
        if answer is Truth.UNKNOWN:
            bench.say(f"wanted_{criterion_fact(key).rsplit('.', 1)[-1]}")
        else:
            met = "met" if answer is Truth.TRUE else "not_met"
            bench.say(f"criterion_{met}", criterion=bench.frame.law.criterion(key).label)


def _regime(bench: Bench, regime: Regime, answers: dict[str, Truth]) -> None:
    bench.law_read(regime.key, regime.effect, regime.since, regime.mark, regime.last_checked)
    found = [(_label(bench, (key,)), answers.get(key, Truth.UNKNOWN)) for key in regime.criteria]
    if regime.one_of:
        either = any_(*(answers.get(key, Truth.UNKNOWN) for key in regime.one_of))
        found.append((_label(bench, regime.one_of), either))
    bench.say(
        f"regime_{regime.effect}",
        regime=regime.key,
        read=regime.last_checked,
        met=_list(found, Truth.TRUE),
        not_met=_list(found, Truth.FALSE),
        unknown=_list(found, Truth.UNKNOWN),
    )
    for value in regime.values:
        name = f"{regime.key}.{value.name}"
        bench.law_read(name, value.value, value.since, value.mark, regime.last_checked)
        bench.say(f"limit_{value.unit}", limit=name, value=value.value, mark=value.mark)
    _covers(bench, regime)
    if bench.is_weak(regime.mark) or bench.frame.on > date.fromisoformat(regime.review_by):
        bench.say("regime_to_confirm", regime=regime.key, mark=regime.mark)


def _covers(bench: Bench, regime: Regime) -> None:
    concept = bench.value("offence.concept")
    if not regime.concepts:
        bench.say("regime_offences_not_held", regime=regime.key)
    elif concept is not None and concept not in regime.concepts:
        bench.say("regime_other_offence", regime=regime.key)
    if regime.subject == "tools":
        bench.say("regime_tools_only", regime=regime.key)


def _label(bench: Bench, keys: Iterable[str]) -> str:
    return "/".join(bench.frame.law.criterion(key).label for key in keys)


def _list(found: Iterable[tuple[str, Truth]], wanted: Truth) -> str:
    return ", ".join(label for label, answer in found if answer is wanted) or NONE


def _requesting(bench: Bench) -> None:
    """What the requesting State's own rules say is for it to say."""
    state = bench.frame.case.requesting
    bench.holds("law.research_weighed_requesting", wanted=False)
    held = bench.frame.law.regimes(state, bench.frame.on)
    for regime in held:
        bench.law_read(regime.key, regime.effect, regime.since, regime.mark, regime.last_checked)
    bench.say("ask_requesting", state=state, regimes=", ".join(r.key for r in held) or NONE)


def _hooks(bench: Bench) -> None:
    """The hooks open to the requested State for this measure, offence and instrument."""
    seen(bench, "offence.max_penalty_months")
    offence = tuple([bench.peek(fact) for fact in OF_OFFENCE])  # by these, grounds are offered
    concept = bench.value("offence.concept")
    for hook, provisions, on_request in _found(bench.frame, concept, offence):
        bench.point(*provisions)
        bench.law_read(hook.key, None, None, hook.mark, None)
        # A ground of refusal can be used on this request; the rest is room for the State's own law.
        bench.say("hook_on_request" if on_request else "hook_in_own_law", hook=hook.key)


def _found(
    frame: Frame, concept: FactValue | None, offence: tuple[FactValue | None, ...]
) -> tuple[tuple[Hook, tuple[str, ...], bool], ...]:
    """Each open hook, its paragraphs, and whether one is a ground; worked out once for such an offence."""
    case, law, on = frame.case, frame.law, frame.on

    def make() -> tuple[tuple[Hook, tuple[str, ...], bool], ...]:
        offered = {key for ground in grounds_of(case, law, on) for key in ground.provisions}
        # A paragraph that is a ground of refusal somewhere counts only where it is offered here.
        left_out = {key for ground in law.content.grounds for key in ground.provisions} - offered
        each = ((hook, _open(frame, hook, left_out, concept)) for hook in law.content.hooks)
        return tuple((hook, open_, bool(offered & set(open_))) for hook, open_ in each if open_)

    states = (case.requesting, case.requested)
    return kept(frame.shelf.hooks, (case.measure, states, frame.instruments, offence, on), make)


def _open(frame: Frame, hook: Hook, left_out: set[str], concept: FactValue | None) -> tuple[str, ...]:
    """The paragraphs by which a hook is open: of the request's instruments, for its measure and offence."""
    law, measure = frame.law, frame.case.measure
    if hook.measures and measure not in hook.measures:
        return ()
    return tuple(
        key
        for key in hook.provisions
        if law.provision(key).instrument in frame.instruments
        and key not in left_out
        and _bears(frame, key, concept)
    )


def _bears(frame: Frame, key: str, concept: FactValue | None) -> bool:
    """Whether a paragraph bears on the offence named; one about no offence always does."""
    if concept is None:
        return True
    concepts = _concepts(frame, key)
    return not concepts or concept in concepts


def _concepts(frame: Frame, key: str) -> frozenset[str]:
    """The concepts of offence of which a paragraph speaks."""

    def make() -> frozenset[str]:
        offences = frame.law.content.offences
        return frozenset(o.concept for o in offences if f"{key}.".startswith(f"{o.provision}."))

    return kept(frame.shelf.concepts, key, make)


CHECKS: Final = (
    Check(
        key="research",
        version=2,
        measures=ALL,
        relies=(
            Paragraphs("uncc", ALL, ("uncc.offence.misuse_of_devices.testing",)),
            Paragraphs("budapest", ALL, ("budapest.offence.misuse_of_devices.testing",)),
        ),
        yardstick=("uncc.offence.misuse_of_devices.testing",),
        also=("uncc.prevention.research",),
        reads=(
            "research.indicated",
            "research.ai_beyond_policy",
            "law.research_weighed_requesting",
            "offence.concept",
            "offence.max_penalty_months",
            *(f"research.gf_{n:02}" for n in range(1, CRITERIA + 1)),
        ),
        interested="requesting",
        heavy=False,
        rule=rule,
    ),
)
"""The checks of this group."""
