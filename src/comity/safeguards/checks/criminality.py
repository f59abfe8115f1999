"""Is the conduct an offence in both States, where that matters; and is a dishonest intent shown?

Promises: conduct is compared, never the names of offences. Each State speaks for its own law alone:
what the data holds of a State's law is shown beside the facts, and settles nothing until that State
has adopted it. The asking State's word that its law is broken is not enough without a document.

Leaves to others: the comparison itself (a person of the requested State), and what follows.

Summary: where dual criminality is asked for, the conduct counts, under whatever name. Preservation
needs none, unless the requested State has reserved it; for access to stored data it is an option of
the requested State. Some States ask for a dishonest intent, as the offence articles let them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.logic import Truth, all_, any_, known, not_
from comity.safeguards.measures import ACCESS, ALL, PRESERVE
from comity.safeguards.registry import Side

ELEMENTS: Final = MappingProxyType(
    {
        "without_right": "conduct.without_right",
        "without_permission": "conduct.without_right",
        "intentional": "conduct.intentional",
        "dishonest_intent": "intent.dishonest_shown",
        "security_measure": "conduct.security_measure_defeated",
        "security_measure_aggravates": "conduct.security_measure_defeated",
        "harm": "conduct.harm_caused",
        "serious_harm": "conduct.harm_caused",
    }
)
"""Which fact answers an element that the law data names for a national offence."""


def dual_criminality(bench: Bench) -> Truth:
    """Not asked for, or asked for by reservation only, or the conduct is punishable in both States."""
    frame = bench.frame
    punishable = all_(
        bench.holds("request.conduct_described"),
        bench.holds("law.punishable_requesting"),
        bench.holds("law.punishable_requested"),
    )
    limbs = []
    for basis in frame.measure.bases:
        if frame.instruments and basis.instrument not in frame.instruments:
            continue
        if bench.is_weak(basis.mark):
            bench.doubt("reading_weak", instrument=basis.instrument, mark=basis.mark)
        role = {"instrument": frame.law.instrument(basis.instrument).short_name}
        bench.say(f"role_{basis.dual_criminality}", **role)
        if basis.dual_criminality == "not_required":
            limbs.append(Truth.TRUE)
        elif basis.dual_criminality == "by_reservation":
            free = any_(not_(_reserved(bench, basis.instrument)), _created_by(bench, basis.instrument))
            limbs.append(any_(free, punishable))
        else:
            limbs.append(punishable)
    truth = all_(*limbs) if limbs else punishable
    if truth is Truth.UNKNOWN:
        _show_elements(bench)
    return truth


def _reserved(bench: Bench, instrument: str) -> Truth:
    """Whether the requested State is known to have reserved dual criminality for preservation."""
    frame = bench.frame
    state = frame.state("requested")
    paragraphs = [
        key
        for key in bench.check.paragraphs(instrument, frame.case.measure)
        if frame.law.provision(key).kind == "reservation"
    ]
    for made in frame.law.reservations(state):
        stands = made.stands(frame.on)
        if made.kind == "reservation" and made.provision in paragraphs and stands is not False:
            bench.law_read(made.provision, True, made.since, made.mark, None)  # noqa: FBT003 - a value that was read
            bench.say("reserved", state=state)
            sure = stands and not bench.is_weak(made.mark)
            return Truth.TRUE if sure else Truth.UNKNOWN
    # A reservation works both ways: on one of the asking State the requested one may rely too.
    other = frame.state("requesting")
    for made in frame.law.reservations(other):
        works_back = made.reciprocal and made.kind == "reservation" and made.stands(frame.on) is not False
        if made.provision in paragraphs and works_back:
            bench.law_read(made.provision, True, made.since, made.mark, None)  # noqa: FBT003 - a value that was read
            bench.say("reserved_by_other", state=other)
            return Truth.UNKNOWN
    unheld = [one for one in (state, other) if "reservations" in frame.law.nation(one).not_held]
    for one in unheld:
        bench.say("reservations_not_held", state=one)
    return Truth.UNKNOWN if unheld else Truth.FALSE


def _created_by(bench: Bench, instrument: str) -> Truth:
    """Whether the facts fit an offence that the instrument itself makes its Parties create."""
    concept = bench.value("offence.concept")
    fits = bench.holds("offence.fits_concept")
    if not isinstance(concept, str):
        return Truth.UNKNOWN
    of_class = bench.frame.law.offence_class(instrument, concept, None, bench.frame.on)
    return all_(known(of_class == "convention"), fits)


def _show_elements(bench: Bench) -> None:
    """What the data holds of the requested State's law for this concept, and which elements are open."""
    frame = bench.frame
    state, concept = frame.state("requested"), bench.value("offence.concept")
    held = frame.law.national_offence(state, concept) if isinstance(concept, str) else None
    if held is None:
        bench.say("law_not_held", state=state)
        return
    bench.law_read(
        f"{state.lower()}.offence.{held.concept}",
        held.max_months,
        held.text_as_of,
        held.mark,
        held.last_checked,
    )
    bench.say("law_to_compare", state=state, provision=held.provision, mark=held.mark)
    for element in held.elements:
        if element not in ELEMENTS or bench.show(ELEMENTS[element]) is not Truth.TRUE:
            bench.say("element_open", element=element)
    for element in held.further:
        bench.say("element_open", element=element)


def intent(bench: Bench) -> Truth:
    """A dishonest intent is stated and shown; or neither State asks for one."""
    stated = bench.holds("declared.dishonest_intent")
    shown = bench.holds("intent.dishonest_shown")
    asks_here = bench.holds("law.intent_required_requested", wanted=False)
    asks_there = bench.holds("law.intent_required_requesting", wanted=False)
    limbs: tuple[tuple[Side, Truth], ...] = (("requesting", asks_there), ("requested", asks_here))
    for side, limb in limbs:
        if limb is Truth.FALSE:
            bench.say("required_by", state=bench.frame.state(side))
    return any_(all_(stated, shown), all_(asks_here, asks_there))


CHECKS: Final = (
    Check(
        key="dual_criminality",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs("uncc", ACCESS, ("uncc.cooperation.conduct", "uncc.mla.dual_criminality")),
            Paragraphs(
                "uncc",
                PRESERVE,
                ("uncc.preservation.no_dual_criminality", "uncc.preservation.reservation"),
            ),
            Paragraphs("budapest", ACCESS, ("budapest.mla.conduct", "budapest.mla.requested_law")),
            Paragraphs(
                "budapest",
                PRESERVE,
                ("budapest.preservation.no_dual_criminality", "budapest.preservation.reservation"),
            ),
        ),
        yardstick=("uncc.cooperation.conduct",),
        also=(),
        reads=(
            "request.conduct_described",
            "law.punishable_requesting",
            "law.punishable_requested",
            "offence.concept",
            "offence.fits_concept",
            *sorted(set(ELEMENTS.values())),
        ),
        interested="requesting",
        heavy=False,
        rule=dual_criminality,
    ),
    Check(
        key="intent",
        version=1,
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
            "declared.dishonest_intent",
            "intent.dishonest_shown",
            "law.intent_required_requested",
            "law.intent_required_requesting",
        ),
        interested="requesting",
        heavy=False,
        rule=intent,
    ),
)
"""The checks of this group."""
