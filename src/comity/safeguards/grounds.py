"""Grounds of refusal that the law data holds, and what a refusal owes the other State first.

Promises: a refusal names grounds that an instrument of the request allows for this measure and class
of offence, gives reasons, and, where the law data asks for it, comes after an offer of consultation
that was answered or whose date has passed. Silence by that date satisfies the duty.

Leaves to others: whether to refuse (a named person, and another), grounds outside the instruments.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from comity.acts import Finding, Provenance
from comity.errors import NotFound, NotPermitted
from comity.law import Bundle, Ground, OffenceClass
from comity.safeguards.bench import Bench, Check, Frame, Paragraphs, run
from comity.safeguards.facts import FactBase, Stated
from comity.safeguards.logic import Truth, all_, any_
from comity.safeguards.measures import ALL
from comity.safeguards.request import RequestFacts


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusal, whole or of some items, rests on.

    ``consulted``: the grounds that an offer of consultation named; ``answer_by``: until when the other
    side could answer; ``answered``: whether it did; ``at``: the instant of the decision (UTC).
    """

    grounds: tuple[str, ...]
    reasons_given: bool
    consulted: tuple[str, ...]
    answer_by: datetime | None
    answered: bool
    at: datetime


def grounds_for(
    law: Bundle,
    measure: str,
    offence_class: OffenceClass | None,
    instruments: Collection[str],
    requested: str,
) -> tuple[Ground, ...]:
    """The grounds that the law data offers, in the order of keys.

    Args:
        law: the law data.
        measure: what is asked for.
        offence_class: the class of the offence under these instruments; ``None`` where it is not
            known, and then no ground is left out because of it.
        instruments: those by which the request is measured.
        requested: the State that would refuse; a ground that needs a reservation is left out only
            where the data knows that this State has made none.
    """
    return tuple(
        ground
        for instrument in sorted(set(instruments))
        for ground in law.grounds(instrument, measure)
        if (offence_class is None or offence_class in ground.offence_classes)
        and _reservation_possible(law, ground, requested)
    )


def grounds_of(request: RequestFacts, law: Bundle, on: date) -> tuple[Ground, ...]:
    """The grounds for one request, by the class of its offence under each of its instruments."""
    frame = Frame(request, law, "requested", on)
    found: list[Ground] = []
    for instrument in frame.instruments:
        of_class = _offence_class(frame, instrument)
        found += grounds_for(law, request.measure, of_class, (instrument,), request.requested)
    return tuple(found)


def check_refusal(request: RequestFacts, law: Bundle, on: date, refusal: Refusal) -> tuple[Ground, ...]:
    """Whether a refusal may be signed; its grounds, each once, in the order of keys.

    Raises:
        NotPermitted: no ground; one that the data does not hold for this request, or that an
            instrument forbids; no reasons; no consultation where it comes first, or one still open.
    """
    if not refusal.grounds:
        raise NotPermitted("safeguards.no_ground")
    offered = {ground.key: ground for ground in grounds_of(request, law, on)}
    for key in sorted(set(refusal.grounds)):
        if key not in offered:
            raise NotPermitted(_why_not(law, key), ground=key[:120], measure=request.measure)
    if not refusal.reasons_given:
        raise NotPermitted("safeguards.no_reasons")
    named = tuple(offered[key] for key in sorted(set(refusal.grounds)))
    first = [ground.key for ground in named if ground.consult_first]
    for key in first:
        if key not in refusal.consulted:
            raise NotPermitted("safeguards.consultation_first", ground=key)
    if first and not _over(refusal):
        raise NotPermitted("safeguards.consultation_open", until=_day(refusal.answer_by))
    return named


def refusal_duties(request: RequestFacts, law: Bundle, on: date, refusal: Refusal) -> Finding:
    """The check on ourselves: ground, consultation and reasons, as a finding for oversight.

    Raises:
        NotFound: no paragraph about it, which a packaged bundle never lacks.
    """
    offered = {ground.key: ground for ground in grounds_of(request, law, on)}
    named = [offered[key] for key in refusal.grounds if key in offered]
    needed = [ground.key for ground in named if ground.consult_first]
    facts = {
        "refusal.grounds_held": bool(refusal.grounds) and all(k in offered for k in refusal.grounds),
        "refusal.reasons_given": refusal.reasons_given,
        "refusal.consultation_needed": bool(needed),
        "refusal.consultation_offered": bool(refusal.consulted) and set(needed) <= set(refusal.consulted),
        "refusal.consultation_over": _over(refusal),
    }
    stated = {k: (Stated(request.requested, Provenance.RECORD, v, ""),) for k, v in facts.items()}
    base = FactBase(request.requesting, request.requested, MappingProxyType(stated))
    finding = run(REFUSAL_DUTIES, Frame(replace(request, facts=base), law, "requested", on))
    if finding is None:
        raise NotFound("safeguards.no_paragraph", check=REFUSAL_DUTIES.key)
    return finding


def _duties(bench: Bench) -> Truth:
    """A ground that is held, reasons, and consultation where it comes first."""
    not_needed = bench.holds("refusal.consultation_needed", wanted=False)
    offered = bench.holds("refusal.consultation_offered")
    over = bench.holds("refusal.consultation_over")
    return all_(
        bench.holds("refusal.grounds_held"),
        bench.holds("refusal.reasons_given"),
        any_(not_needed, all_(offered, over)),
    )


REFUSAL_DUTIES: Final = Check(
    key="refusal_duties",
    version=1,
    measures=ALL,
    relies=(
        Paragraphs("uncc", ALL, ("uncc.mla.consult_before_refusal", "uncc.mla.reasons")),
        Paragraphs("budapest", ALL, ("budapest.mla.consult_before_refusal", "budapest.mla.reasons")),
    ),
    yardstick=("uncc.mla.consult_before_refusal", "uncc.mla.reasons"),
    also=(),
    reads=(
        "refusal.grounds_held",
        "refusal.reasons_given",
        "refusal.consultation_needed",
        "refusal.consultation_offered",
        "refusal.consultation_over",
    ),
    interested="requested",
    heavy=False,
    rule=_duties,
)
"""Runs when a refusal is decided, not among the checks of a request."""


def _why_not(law: Bundle, key: str) -> str:
    held = {ground.key: ground for ground in law.content.grounds}
    if key in held and not held[key].allowed:
        return "safeguards.forbidden_ground"
    return "safeguards.unknown_ground"


def _reservation_possible(law: Bundle, ground: Ground, state: str) -> bool:
    if ground.needs_reservation is None or "reservations" in law.nation(state).not_held:
        return True
    return any(
        made.state == state and made.provision == ground.needs_reservation
        for made in law.content.reservations
    )


def _offence_class(frame: Frame, instrument: str) -> OffenceClass | None:
    facts = frame.case.facts
    concept, months = facts.value("offence.concept"), facts.value("offence.max_penalty_months")
    if not isinstance(concept, str):
        return None
    # A bool is an int to isinstance, and cannot stand here: facts are typed when they are gathered.
    penalty = months if isinstance(months, int) else None
    return frame.law.offence_class(instrument, concept, penalty, frame.on)


def _over(refusal: Refusal) -> bool:
    return refusal.answered or (refusal.answer_by is not None and refusal.answer_by <= refusal.at)


def _day(instant: datetime | None) -> str:
    return instant.date().isoformat() if instant is not None else "?"
