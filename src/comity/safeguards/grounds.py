"""Grounds of refusal: those that law data holds, those always open, and what a refusal owes first.

Promises: a refusal names grounds that an instrument of the request allows for this measure and class of
offence, or one of the State's own law that is always open, or of the basis that a State describes, where the
request rests on one; it then names that law, or that treaty and article, and takes two persons. It gives
reasons, and, where the law data asks for it, comes after an offer of consultation, or of conditions, that was
answered or whose date has passed; silence by that date satisfies the duty. What an instrument forbids as a
ground is refused with the reason. A ground that needs a reservation is open to who reserved and, by
reciprocity, towards who reserved.

Leaves to others: whether to refuse (a named person, and another), and the law of the State that is named.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Final, Literal

from comity.acts import Finding, Provenance, Reading
from comity.errors import NotFound, NotPermitted
from comity.law import DESCRIBED, Bundle, Ground, OffenceClass
from comity.safeguards.bench import Bench, Check, Frame, Paragraphs, run
from comity.safeguards.facts import FactBase
from comity.safeguards.logic import Truth, all_, any_
from comity.safeguards.measures import ALL, PERSON
from comity.safeguards.request import RequestFacts

OTHER: Final = (
    "other.constitution",
    "other.court_order",
    "other.domestic_law",
    "other.human_rights_treaty",
    "other.non_refoulement",
)
"""Grounds that no instrument gives or takes away: the law is named, and a second person stands behind it."""

DESCRIBED_BASIS: Final = "other.described_basis"
"""The terms of the basis itself, where a State describes it and no instrument of ours holds it."""

NAMED: Final = (*OTHER, DESCRIBED_BASIS)
"""Grounds whose law, or whose treaty and article, stands at the head of the reasons."""

TWO: Final = 2

Reserved = Literal["not_needed", "own", "reciprocal", "not_known", "none"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refusal, whole or of some items, rests on.

    ``consulted``: the grounds that an offer of consultation named; ``answer_by``: until when the other
    side could answer; ``answered``: whether it did; ``at``: the instant of the decision (UTC). ``law_named``:
    whether the reasons of each item that is refused on another ground name that law; ``persons``: who sign.
    """

    grounds: tuple[str, ...]
    reasons_given: bool
    consulted: tuple[str, ...]
    answer_by: datetime | None
    answered: bool
    at: datetime
    law_named: bool = False
    persons: int = 1


def grounds_for(
    law: Bundle,
    measure: str,
    offence_class: OffenceClass | None,
    instruments: Collection[str],
    requested: str,
    *,
    requesting: str | None = None,
    on: date | None = None,
) -> tuple[Ground, ...]:
    """The grounds that the law data offers, in the order of keys.

    Args:
        law: the law data.
        measure: what is asked for.
        offence_class: the class of the offence under these instruments; ``None`` where it is not
            known, and then no ground is left out because of it.
        instruments: those by which the request is measured.
        requested: the State that would refuse; a ground that needs a reservation is left out only
            where the data knows that neither State has made it.
        requesting: the other State, on whose reservation the first may rely.
        on: the day on which a reservation has to stand; ``None``: on any.
    """
    return tuple(
        ground
        for instrument in sorted(set(instruments))
        for ground in law.grounds(instrument, measure)
        if (offence_class is None or offence_class in ground.offence_classes)
        and reserved(law, ground, requested, requesting, on) != "none"
    )


def reserved(
    law: Bundle, ground: Ground, requested: str, requesting: str | None, on: date | None
) -> Reserved:
    """By whose reservation a ground is open; one works both ways between who made it and the others.

    Raises:
        NotFound: the law data holds nothing of a State.
    """
    if ground.needs_reservation is None:
        return "not_needed"
    if _made(law, ground.needs_reservation, requested, on):
        return "own"
    if requesting is not None and _made(law, ground.needs_reservation, requesting, on, reciprocal=True):
        return "reciprocal"
    states = [state for state in (requested, requesting) if state is not None]
    if any("reservations" in law.nation(state).not_held for state in states):
        return "not_known"
    return "none"


def _made(law: Bundle, provision: str, state: str, on: date | None, *, reciprocal: bool = False) -> bool:
    """Whether a State is known to have made a reservation that stands or may stand on the day."""
    return any(
        one.provision == provision
        and one.kind == "reservation"
        and (on is None or one.stands(on) is not False)
        and (one.reciprocal or not reciprocal)
        for one in law.reservations(state)
    )


def grounds_of(request: RequestFacts, law: Bundle, on: date) -> tuple[Ground, ...]:
    """The grounds for one request, by the class of its offence under each of its instruments."""
    frame = Frame(request, law, "requested", on)
    found: list[Ground] = []
    for instrument in frame.instruments:
        of_class = _offence_class(frame, instrument)
        found += grounds_for(
            law,
            request.measure,
            of_class,
            (instrument,),
            request.requested,
            requesting=request.requesting,
            on=on,
        )
    return tuple(found)


def open_to(request: RequestFacts) -> tuple[str, ...]:
    """The grounds that no law data lists and that are open: of the State's own law; of a described basis."""
    rests = any(basis.instrument == DESCRIBED for basis in request.bases)
    return NAMED if rests else OTHER


def check_refusal(request: RequestFacts, law: Bundle, on: date, refusal: Refusal) -> tuple[Ground, ...]:
    """Whether a refusal may be signed; its grounds, each once, in the order of keys.

    Those of ``OTHER`` are always open, and are no records of the law data: they are not among what is given.

    Raises:
        NotPermitted: no ground; one that the data does not hold for this request, or that an
            instrument forbids; no reasons; no consultation, or no offer of conditions, where it comes
            first, or one still open; another ground whose law is not named, or by one person alone.
    """
    if not refusal.grounds:
        raise NotPermitted("safeguards.no_ground")
    offered = {ground.key: ground for ground in grounds_of(request, law, on)}
    for key in sorted(set(refusal.grounds)):
        if key in open_to(request):
            _check_other(key, refusal)
        elif key not in offered:
            raise _why_not(law, key, request.measure)
    if not refusal.reasons_given:
        raise NotPermitted("safeguards.no_reasons")
    named = tuple(offered[key] for key in sorted(set(refusal.grounds)) if key in offered)
    first = [ground for ground in named if _offer_first(ground)]
    for ground in first:
        if ground.key not in refusal.consulted:
            what = "consultation_first" if ground.consult_first else "conditions_first"
            raise NotPermitted(f"safeguards.{what}", ground=ground.key)
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
    needed = [ground.key for ground in named if _offer_first(ground)]
    other, always = refusal.law_named and refusal.persons >= TWO, open_to(request)
    held = [key in offered or (key in always and other) for key in refusal.grounds]
    facts = {
        "refusal.grounds_held": bool(held) and all(held),
        "refusal.reasons_given": refusal.reasons_given,
        "refusal.consultation_needed": bool(needed),
        "refusal.consultation_offered": bool(refusal.consulted) and set(needed) <= set(refusal.consulted),
        "refusal.consultation_over": _over(refusal),
    }
    stated = {k: (Reading(k, v, Provenance.RECORD, request.requested),) for k, v in facts.items()}
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
        Paragraphs("uncc", ALL - PERSON, ("uncc.mla.consult_before_refusal", "uncc.mla.reasons")),
        Paragraphs("uncc", PERSON, ("uncc.extradition.consult_before_refusal", "uncc.extradition.reasons")),
        Paragraphs("budapest", ALL - PERSON, ("budapest.mla.consult_before_refusal", "budapest.mla.reasons")),
        Paragraphs("budapest", PERSON, ("budapest.extradition.extradite_or_prosecute",)),
        Paragraphs("untoc", ALL - PERSON, ("untoc.mla.consult_before_refusal", "untoc.mla.reasons")),
        Paragraphs("untoc", PERSON, ("untoc.extradition.consult_before_refusal",)),
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


def _why_not(law: Bundle, key: str, measure: str) -> NotPermitted:
    """Why a ground cannot be named: an instrument forbids it; or it is none for this request."""
    held = next((ground for ground in law.content.grounds if ground.key == key), None)
    if held is None or held.allowed:
        return NotPermitted("safeguards.unknown_ground", ground=key[:120], measure=measure)
    pointers = [law.provision(one) for one in held.provisions]
    where = "; ".join(f"{law.instrument(p.instrument).short_name}, {p.pointer}" for p in pointers)
    return NotPermitted(
        "safeguards.forbidden_ground", ground=key, measure=measure, why=held.summary, where=where
    )


def _check_other(key: str, refusal: Refusal) -> None:
    """A ground of the State's own law.

    Raises:
        NotPermitted: that law is not named, or one person alone stands behind it.
    """
    if not refusal.law_named:
        raise NotPermitted("safeguards.other_law_not_named", ground=key)
    if refusal.persons < TWO:
        raise NotPermitted("safeguards.other_second_person", ground=key)


def _offer_first(ground: Ground) -> bool:
    """Whether an offer to the other State, of consultation or of conditions, comes before this refusal."""
    return ground.consult_first or ground.conditions_first


def _offence_class(frame: Frame, instrument: str) -> OffenceClass | None:
    facts = frame.case.facts
    concept, months = facts.value("offence.concept"), facts.value("offence.max_penalty_months")
    if not isinstance(concept, str):
        return None
    # A bool is an int to isinstance, and cannot stand here: facts are typed when they are gathered.
    maximum, word = months if isinstance(months, int) else None, facts.value("offence.penalty")
    penalty = word if isinstance(word, str) else None
    return frame.law.offence_class(instrument, concept, maximum, frame.on, penalty)


def _over(refusal: Refusal) -> bool:
    return refusal.answered or (refusal.answer_by is not None and refusal.answer_by <= refusal.at)


def _day(instant: datetime | None) -> str:
    return instant.date().isoformat() if instant is not None else "?"
