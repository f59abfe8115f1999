"""When is a finding closed: by one person, or, where it is grave, by two who did not read each other.

Promises: a grave finding waits for two persons; until both have answered, nobody reads an answer, nor whether
there is one. Where the two differ, a third, who may read both, closes it. Nothing is counted beyond that.
What one person enters of the own file closes no grave finding either: where it is met by that, the two answer
it all the same. Where a finding that needs an office outside is in question, met or not, it is one of
those that bar a grant until a person of such an office holds it satisfied.

Leaves to others: who the persons are, and their offices (``app``); the decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from comity.acts import Finding, Verdict
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.registry import FACTS, Nature

TWO: Final = 2
"""Persons whose answers close a grave finding, where they agree."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person says of a finding. ``by``: the person's key; ``resolved``: it is satisfied."""

    act: str
    by: str
    office: str
    resolved: bool


class Stand(StrEnum):
    """How far a finding is from being closed."""

    OPEN = "open"
    """It waits for an answer; of a grave one nobody learns whether one is there."""
    SPLIT = "split"
    """Two persons differ; a third has to answer."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Closing:
    """How a finding stands. ``resolved``: how it was closed; ``closed_by``: the act that closed it.

    ``answers``: those that may be read, in the order of their coming.
    """

    stand: Stand
    resolved: bool | None = None
    closed_by: str | None = None
    answers: tuple[Answer, ...] = ()


def is_grave(check: str) -> bool:
    """Whether two persons close findings of this check; of one that this program does not know, always."""
    return check not in BY_KEY or BY_KEY[check].heavy


def closing(check: str, answers: Sequence[Answer]) -> Closing:
    """How a finding stands after these answers, one of each person, in the order of their coming."""
    if not is_grave(check):
        if not answers:
            return Closing(Stand.OPEN)
        return Closing(Stand.CLOSED, answers[-1].resolved, answers[-1].act, tuple(answers))
    if len(answers) < TWO:
        return Closing(Stand.OPEN)
    first, second, *rest = answers
    if first.resolved == second.resolved:
        return Closing(Stand.CLOSED, second.resolved, second.act, tuple(answers))
    if not rest:
        return Closing(Stand.SPLIT, answers=tuple(answers))
    return Closing(Stand.CLOSED, rest[0].resolved, rest[0].act, tuple(answers))


def to_answer(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that persons have to answer before a decision.

    Whatever is not met; of what is met, a grave finding that the own file has a part in, and one that needs
    an office outside in the face of a sign.
    """
    return tuple(f for f in findings if f.verdict is not Verdict.MET or _entered(f) or _signs(f))


def may_answer(finding: Finding) -> bool:
    """Whether a person may answer a finding: it asks for it, or an office outside may have to."""
    return _needs_outside(finding.check) or bool(to_answer((finding,)))


def in_question(finding: Finding, answers: Sequence[Answer]) -> bool:
    """Whether something speaks for the harm: an indicator that is present, a person who is not satisfied."""
    if not _needs_outside(finding.check):
        return False
    return _signs(finding) or not all(answer.resolved for answer in answers)


def _needs_outside(check: str) -> bool:
    return check in BY_KEY and BY_KEY[check].outside


def _signs(finding: Finding) -> bool:
    """Whether some fact speaks for the harm. An assurance is none; what it answers is one."""
    return _needs_outside(finding.check) and any(
        reading.value is True and not (reading.key in FACTS and FACTS[reading.key].nature is Nature.DECLARED)
        for reading in finding.facts
    )


def _entered(finding: Finding) -> bool:
    """Whether a grave finding rests on what a person of this node entered: of it no act speaks."""
    own = (r.key for r in finding.facts if r.act is None)
    return is_grave(finding.check) and any(
        key not in FACTS or FACTS[key].nature is not Nature.DERIVED for key in own
    )
