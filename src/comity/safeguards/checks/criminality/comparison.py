"""What a person is shown who has to compare conduct with a State's law, and why a test came out as it did.

Promises: nothing here changes a verdict. What was compared is named by element, with the provision of
the State's law that asks for it; what the data holds of a State that has adopted nothing informs only.

Leaves to others: the test (``elements``), the questions (``bench``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from comity.acts import Because
from comity.safeguards.bench import Bench
from comity.safeguards.checks.criminality.elements import OwnLaw, Tested
from comity.safeguards.footing import because
from comity.safeguards.logic import Truth
from comity.safeguards.registry import Side
from comity.safeguards.registry.conduct import ELEMENT_FACTS, PART_FACTS


def explain(bench: Bench, own: OwnLaw) -> None:
    """Name the offence that the conduct fits, or the elements that fail or are open, and read their facts."""
    truth = own.punishable
    _read_days(bench, own)
    if own.lapsed:
        bench.say("adopted_overdue", state=own.state)
    for tested in _worth_showing(bench, own, truth):
        told: Told | None = tested.told.get(bench.check.key)
        if told is None:
            told = tested.told[bench.check.key] = _told_of(bench.check.key, own.state, tested)
        offence = tested.offence
        bench.law_read(told.law, offence.max_months, offence.since, offence.mark, offence.last_checked)
        for fact in told.shown:
            bench.show(fact)
        for fact, wanted in told.asked:
            bench.holds(fact, wanted)
        bench.because += told.lines
    if truth is Truth.UNKNOWN:
        if own.day_matters:
            bench.say("day_matters", state=own.state)
        if not own.complete and not any(t.truth is not Truth.FALSE for t in own.current):
            bench.say("not_complete", state=own.state)


class Told(NamedTuple):
    """What one check tells of conduct held against one offence: the same wherever as much is known."""

    law: str
    shown: tuple[str, ...]
    """Facts of what is as the offence asks."""
    asked: tuple[tuple[str, bool], ...]
    """Facts on which the rest hangs, each with the value by which it would be as the offence asks."""
    lines: tuple[Because, ...]
    """That it fits, and which elements fail or are open."""


def _told_of(check: str, state: str, tested: Tested) -> Told:
    named = {"state": state, "provision": tested.offence.provision}
    lines = [("fits", named)] if tested.truth is Truth.TRUE else []
    shown: list[str] = []
    asked: list[tuple[str, bool]] = []
    for part in tested.parts:
        facts = [ELEMENT_FACTS[element] for element in part.any_of if element in ELEMENT_FACTS]
        if part.truth is Truth.TRUE:
            shown += facts
            continue
        asked += [(fact, part.wanted) for fact in facts]
        if part.truth is Truth.FALSE:
            said = "element_fails" if part.wanted else "exception_applies"
        else:
            said = "element_open" if part.wanted else "exception_open"
        lines.append((said, {"element": part.name, **named}))
    return Told(
        law=f"{state.lower()}.offence.{tested.offence.concept}",
        shown=tuple(shown),
        asked=tuple(asked),
        lines=tuple(because(f"safeguards.{check}.{said}", **arguments) for said, arguments in lines),
    )


def _read_days(bench: Bench, own: OwnLaw) -> None:
    """The days that decided, where law that changed has made them matter."""
    if own.changed:
        _read_derived(bench, ("conduct.began", "conduct.ended", "request.made_on"))


def _read_derived(bench: Bench, keys: Iterable[str]) -> None:
    """Record derived facts on which nothing rests alone; what the request does not show is not missed."""
    for key in keys:
        if bench.frame.case.facts.value(key) is not None:
            bench.value(key)
            bench.shown.add(key)


def untold(bench: Bench) -> None:
    """Which parts of the statement of conduct say nothing, where there is a statement."""
    for part, key in PART_FACTS.items():
        if bench.frame.case.facts.value(key) is False:
            _read_derived(bench, (key,))
            bench.say("part_untold", part=part)


def _worth_showing(bench: Bench, own: OwnLaw, truth: Truth) -> tuple[Tested, ...]:
    """The offences of which a person should hear: those that the conduct comes nearest to."""
    current = own.current
    if truth is Truth.TRUE:
        return tuple([t for t in current if t.truth is Truth.TRUE][:1])
    done = [t for t in current if t.done]
    if done:
        return tuple([t for t in done if t.truth is not Truth.FALSE] or done)
    concept = bench.value("offence.concept")
    return tuple([t for t in current if t.offence.concept == concept])


def inform(bench: Bench, side: Side) -> None:
    """What the data holds of a State that has adopted nothing, and how each element of it is told."""
    frame = bench.frame
    state, concept = frame.state(side), bench.value("offence.concept")
    held = frame.law.national_offence(state, concept) if isinstance(concept, str) else None
    if held is None:
        bench.say("law_not_held", state=state)
        asked = _demanded(bench, concept)
    else:
        key = f"{state.lower()}.offence.{held.concept}"
        bench.law_read(key, held.max_months, held.text_as_of, held.mark, held.last_checked)
        bench.say("law_to_compare", state=state, provision=held.provision, mark=held.mark)
        asked = (*held.elements, *held.further)
    words = frame.law.elements
    for word in asked:
        fact = ELEMENT_FACTS.get(words[word].key) if word in words else None
        told = "not_stated" if fact is None else _told(bench, fact)
        bench.say(f"compare_{told}", element=word)


def _demanded(bench: Bench, concept: object) -> tuple[str, ...]:
    """The elements that the instrument's own article has, by the words of national law."""
    demands = [d for i in bench.frame.instruments for d in bench.frame.law.demands(i) if d.concept == concept]
    return tuple(dict.fromkeys(e.national[0] for d in demands[:1] for e in d.elements if e.national))


def _told(bench: Bench, fact: str) -> str:
    truth = bench.show(fact)
    known = bench.read.get(fact)
    if truth is Truth.UNKNOWN and known is not None and known.why == "asserted_only":
        return "asserted"
    return {Truth.TRUE: "present", Truth.FALSE: "absent"}.get(truth, "not_stated")
