"""What a person is shown who has to compare conduct with a State's law, and why a test came out as it did.

Promises: nothing here changes a verdict. What was compared is named by element, with the provision of
the State's law that asks for it; what the data holds of a State that has adopted nothing informs only.

Leaves to others: the test (``elements``), the questions (``bench``).
"""

from __future__ import annotations

from collections.abc import Iterable

from comity.acts import Because
from comity.safeguards.bench import Bench
from comity.safeguards.checks.criminality.elements import OwnLaw, Part, Tested
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
        offence = tested.offence
        key = f"{own.state.lower()}.offence.{offence.concept}"
        bench.law_read(key, offence.max_months, offence.since, offence.mark, offence.last_checked)
        for part in tested.parts:
            _read(bench, part)
        lines = tested.told.get(bench.check.key)
        if lines is None:
            lines = tested.told[bench.check.key] = _lines(bench.check.key, own.state, tested)
        bench.because += lines
    if truth is Truth.UNKNOWN:
        if own.day_matters:
            bench.say("day_matters", state=own.state)
        if not own.complete and not any(t.truth is not Truth.FALSE for t in own.current):
            bench.say("not_complete", state=own.state)


def _lines(check: str, state: str, tested: Tested) -> tuple[Because, ...]:
    """What is said of one offence: that it fits, and which elements fail or are open."""
    named = {"state": state, "provision": tested.offence.provision}
    lines = [("fits", named)] if tested.truth is Truth.TRUE else []
    for part in tested.parts:
        if part.truth is Truth.FALSE:
            said = "element_fails" if part.wanted else "exception_applies"
        elif part.truth is Truth.UNKNOWN:
            said = "element_open" if part.wanted else "exception_open"
        else:
            continue
        lines.append((said, {"element": part.name, **named}))
    return tuple(because(f"safeguards.{check}.{said}", **arguments) for said, arguments in lines)


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
    alive = [t for t in current if t.truth is not Truth.FALSE]
    if truth is Truth.TRUE:
        return tuple(t for t in alive if t.truth is Truth.TRUE)[:1]
    done = [t for t in current if t.done]
    open_ = [t for t in done if t.truth is not Truth.FALSE]
    concept = bench.value("offence.concept") if not done else None
    named = [t for t in current if t.offence.concept == concept]
    return tuple(open_ or done or named)


def _read(bench: Bench, part: Part) -> None:
    for element in part.asked.any_of:
        fact = ELEMENT_FACTS.get(element)
        if fact is None:
            continue
        if part.truth is Truth.TRUE:
            bench.show(fact)
        else:
            bench.holds(fact, wanted=part.wanted)


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
