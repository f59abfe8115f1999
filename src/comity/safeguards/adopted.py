"""What the two States' adopted law answers once for all, as statements of those States about a request.

Promises: a standing answer counts as the word of the State that adopted it, with the provision of its law as
the document; only on a question of its own law, or on what it has to declare; and only where the request is
known to be of the cases that the answer names. Beside another word of that State it contradicts, and does
not give way.

Leaves to others: marks and dates of an answer, which the bench gates; adopting (``law.overlay``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

from comity.acts import Provenance, Reading
from comity.errors import BadInput
from comity.law import Bundle, OffenceClass, Position
from comity.safeguards.facts import FactBase, in_order
from comity.safeguards.registry import FACTS, Nature, Side
from comity.safeguards.request import RequestFacts

_OWN: Final = frozenset({Nature.OWN_LAW, Nature.DECLARED})


@dataclass(frozen=True, slots=True)
class Answers:
    """The standing answers that speak of a request, by fact, and the same as statements of their States."""

    positions: Mapping[str, tuple[Position, ...]]
    stated: Mapping[str, tuple[Reading, ...]]
    key: tuple[tuple[str, tuple[str, ...]], ...]
    """Which they are."""


_NONE: Final = Answers(MappingProxyType({}), MappingProxyType({}), ())


@cache
def facts_answered(question: str) -> Mapping[Side, str]:
    """The fact that a standing answer to a question gives, by the side on which its State stands.

    Raises:
        BadInput: no check asks this of a State's own law.
    """
    found: dict[Side, str] = {}
    for key in (f"law.{question}", f"law.{question}_requesting", f"law.{question}_requested",
                f"declared.{question}"):  # fmt: skip
        entry = FACTS.get(key)
        if entry is not None and entry.nature in _OWN and entry.type is bool and entry.known_to is not None:
            found[entry.known_to] = key
    if not found:
        raise BadInput("safeguards.unknown_question", question=question)
    return MappingProxyType(found)


def answers_for(case: RequestFacts, law: Bundle, instruments: tuple[str, ...], on: date) -> Answers:
    """The standing answers that speak of a request on a day, by fact, each list in the order of keys.

    Raises:
        NotFound: the law data holds nothing of a State. BadInput: an answer to what no check asks.
    """
    sides: tuple[tuple[Side, str], ...] = (("requesting", case.requesting), ("requested", case.requested))
    held = {side: law.nation(state).positions for side, state in sides}
    if not any(held.values()):
        return _NONE
    concept, months = case.facts.value("offence.concept"), case.facts.value("offence.max_penalty_months")
    named = concept if isinstance(concept, str) else None
    maximum = months if isinstance(months, int) else None
    word = case.facts.value("offence.penalty")
    penalty = word if isinstance(word, str) else None
    classes = _classes(law, instruments, named, (maximum, penalty), on)
    found: dict[str, list[Position]] = {}
    for side, positions in held.items():
        for position in positions:
            fact = facts_answered(position.question).get(side)
            if fact is not None and position.speaks(
                case.measure, named, classes, maximum, on, penalty=penalty
            ):
                found.setdefault(fact, []).append(position)
    speak = {fact: tuple(sorted(found[fact], key=_key)) for fact in sorted(found)}
    states = {fact: dict(sides)[FACTS[fact].known_to or "requested"] for fact in speak}
    return Answers(
        positions=MappingProxyType(speak),
        stated=MappingProxyType(
            {f: tuple([_spoken(f, states[f], p) for p in each]) for f, each in speak.items()}
        ),
        key=tuple((fact, tuple(p.key for p in each)) for fact, each in speak.items()),
    )


def with_answers(facts: FactBase, answers: Answers) -> FactBase:
    """The base with these answers among what was stated."""
    if not answers.stated:
        return facts
    held = facts.stated
    added = {
        # Nearly always there is one answer, and nothing was said beside it.
        fact: said if fact not in held and len(said) == 1 else in_order((*held.get(fact, ()), *said))
        for fact, said in answers.stated.items()
    }
    return facts.beside(added)


def _spoken(fact: str, by: str, position: Position) -> Reading:
    reference = f"{position.key}: {position.basis}"[:300]
    if position.settled is None:
        return Reading(fact, position.answer, Provenance.ASSERTED, by, reference)
    return Reading(fact, position.answer, Provenance.DOCUMENT, by, reference, position.settled.act)


def _classes(
    law: Bundle,
    instruments: tuple[str, ...],
    concept: str | None,
    maximum: tuple[int | None, str | None],
    on: date,
) -> frozenset[OffenceClass] | None:
    """The classes of the offence under the request's instruments; ``None``: not known under one of them.

    ``maximum``: its maximum penalty in months, or as a word.
    """
    if concept is None or not instruments:
        return None
    months, penalty = maximum
    classes = {law.offence_class(instrument, concept, months, on, penalty) for instrument in instruments}
    return frozenset(c for c in classes if c is not None) if None not in classes else None


def _key(position: Position) -> str:
    return position.key
