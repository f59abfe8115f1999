"""Is a dishonest intent stated and shown, where one of the two States asks for it?

Promises: which State asks for an intent beyond acting knowingly follows from what it has adopted of its own
law; a row of the data, or a word of its officer, only informs. Each fact by which an intent is shown is named
with its source. What follows where it is absent is said: which offence fails, of which State.

Leaves to others: the rest of the elements (``dual``); asking (``app``).

Summary: the articles on access, interception and forgery let a State ask for a dishonest or criminal
intent; others have one of their own. Who asks is one thing, whether it is shown another.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.criminality.elements import PLAIN, OwnLaw, Tested, own_law
from comity.safeguards.logic import Truth, all_, any_, left_to_a_person, not_
from comity.safeguards.measures import ACCESS
from comity.safeguards.registry import Side
from comity.safeguards.registry.conduct import ELEMENT_FACTS

SIDES: Final[tuple[Side, ...]] = ("requesting", "requested")
STATED: Final = "declared.dishonest_intent"
SHOWN: Final = "intent.dishonest_shown"


def rule(bench: Bench) -> Truth:
    """For each of the two States: it asks for no such intent, or the one that it asks for is shown."""
    _tell_what_is_stated(bench)
    return all_(*(_satisfied(bench, own_law(bench, side)) for side in SIDES))


def _satisfied(bench: Bench, own: OwnLaw) -> Truth:
    if own.adopted:
        return _by_adopted_law(bench, own)
    both = all_(bench.holds(STATED), bench.holds(SHOWN))
    asks_not = bench.holds(f"law.intent_required_{own.side}", wanted=False)
    if asks_not is Truth.FALSE:
        bench.say("required_by", state=own.state)
    truth = any_(left_to_a_person(asks_not), left_to_a_person(both))
    if truth is not Truth.TRUE:
        _inform(bench, own)
    return truth


def _by_adopted_law(bench: Bench, own: OwnLaw) -> Truth:
    """Some offence that needs no such intent fits; or the intent is shown that those which fit ask for."""
    days = {day for which in own.deciding for day in own.days(which)}
    truths = {_on(own, day) for day in days}
    truth = truths.pop() if len(truths) == 1 else Truth.UNKNOWN
    if truth is not Truth.TRUE:
        for tested in own.current:
            if tested.special and tested.rest is not Truth.FALSE:
                _tell_what_fails(bench, own, tested)
    elif any(t.truth is Truth.TRUE and not t.special for t in own.current):
        bench.say("not_required", state=own.state)
    return truth


def _on(own: OwnLaw, day: str) -> Truth:
    """By the law of one day."""
    found, held = own.tested(day)
    tested = [t for t in found if t.truth is not Truth.FALSE or t.done]
    special = [t for t in tested if t.special]
    without = [t.truth for t in tested if not t.special]
    shown = [t.truth for t in special]
    fitting = [t.rest for t in special]
    enough = any_(Truth.FALSE, *without, *shown)
    if own.complete and held:
        return any_(enough, not_(any_(Truth.FALSE, *fitting)))
    return left_to_a_person(enough)


def _tell_what_fails(bench: Bench, own: OwnLaw, tested: Tested) -> None:
    offence = tested.offence
    key = f"{own.state.lower()}.offence.{offence.concept}"
    bench.law_read(key, offence.max_months, offence.since, offence.mark, offence.last_checked)
    for part in tested.special:
        if part.truth is not Truth.TRUE:
            bench.say("if_absent", state=own.state, provision=offence.provision, element=part.name)
            for element in part.any_of:
                bench.holds(ELEMENT_FACTS[element])


def _inform(bench: Bench, own: OwnLaw) -> None:
    """Whether the data, which nobody there has adopted, has the State ask for such an intent."""
    concept = bench.frame.case.facts.value("offence.concept")
    held = bench.frame.law.national_offence(own.state, concept) if isinstance(concept, str) else None
    if held is None:
        bench.say("law_not_held", state=own.state)
        return
    key = f"{own.state.lower()}.offence.{held.concept}"
    bench.law_read(key, held.max_months, held.text_as_of, held.mark, held.last_checked)
    words = bench.frame.law.elements
    asked = [
        w for w in (*held.elements, *held.further) if words[w].aspect == "intent" and words[w].key != PLAIN
    ]
    named = {"state": own.state, "provision": held.provision, "mark": held.mark}
    for word in asked:
        bench.say("informed_required", element=word, **named)
    if not asked:
        bench.say("informed_not_required", **named)


def _tell_what_is_stated(bench: Bench) -> None:
    """Whether the request states such an intent, and each thing by which it is shown, with its source."""
    bench.show(STATED)
    bench.show(SHOWN)
    stated = {one.value for one in bench.statements(STATED)}
    if len(stated) > 1:
        bench.say("states_both")
    else:
        bench.say("silent" if not stated else "states_one" if True in stated else "states_none")
    for one in bench.statements(SHOWN):
        source = one.reference or one.provenance.value
        bench.say("shown_by" if one.value else "denied_by", state=one.stated_by, source=source)


CHECK: Final = Check(
    key="intent",
    version=2,
    measures=ACCESS,
    relies=(
        Paragraphs(
            "uncc",
            ACCESS,
            (
                "uncc.offence.illegal_access.options",
                "uncc.offence.illegal_interception.options",
                "uncc.offence.forgery.options",
            ),
        ),
        Paragraphs(
            "budapest",
            ACCESS,
            (
                "budapest.offence.illegal_access",
                "budapest.offence.illegal_interception",
                "budapest.offence.forgery",
            ),
        ),
    ),
    yardstick=("uncc.offence.illegal_access.options",),
    also=(),
    reads=(
        STATED,
        SHOWN,
        "law.intent_required_requested",
        "law.intent_required_requesting",
        *sorted(set(ELEMENT_FACTS.values()) - {SHOWN}),
    ),
    interested="requesting",
    heavy=False,
    rule=rule,
)
