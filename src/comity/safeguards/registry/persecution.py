"""The twenty indicators that a request may aim at a person's opinions, origin or the like, as facts.

Promises: each indicator is one question, with the label of the catalogue and its heavy flag; none bears a
weight. Status, sources and suspicion of the other State are asked of nobody and looked up by no machine.

Leaves to others: what follows from them (``checks.persecution``, ``checks.circumstances``, and
``checks.research`` for CI-14): a person judges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.safeguards.registry.key import FactKey, Nature, derived, stated


@dataclass(frozen=True, slots=True)
class Indicator:
    """One question to the reviewer. ``label``: of the catalogue; ``heavy``: two persons close it."""

    label: str
    fact: str
    heavy: bool = False

    @property
    def name(self) -> str:
        """The last part of the fact's key, as reasons use it."""
        return self.fact.rsplit(".", 1)[-1]


INDICATORS: Final[tuple[Indicator, ...]] = (
    Indicator("CI-01", "persecution.opinion", heavy=True),
    Indicator("CI-02", "indicator.acts_not_told"),
    Indicator("CI-03", "persecution.speech_provision", heavy=True),
    Indicator("CI-04", "persecution.protected_role", heavy=True),
    Indicator("CI-05", "persecution.asylum", heavy=True),
    Indicator("CI-06", "persecution.refused_before"),
    Indicator("CI-07", "persecution.protected_trait", heavy=True),
    Indicator("CI-08", "indicator.private_matter"),
    Indicator("CI-09", "target.privileged"),
    Indicator("CI-10", "indicator.wide_selectors"),
    Indicator("CI-11", "persecution.timing"),
    Indicator("CI-12", "indicator.unfair_trial"),
    Indicator("CI-13", "indicator.ill_treatment"),
    Indicator("CI-14", "research.indicated"),
    Indicator("CI-15", "persecution.sought_repeatedly"),
    Indicator("CI-16", "indicator.third_persons"),
    Indicator("CI-17", "indicator.threshold_penalty"),
    Indicator("CI-18", "indicator.onward_use"),
    Indicator("CI-19", "indicator.no_real_reply"),
    Indicator("CI-20", "indicator.lesser_measure"),
)
"""The catalogue, in its order. CI-09 and CI-14 are facts that other groups bear."""


def indicators(*labels: str) -> tuple[Indicator, ...]:
    """Some of them, by their labels, in the order of the catalogue."""
    return tuple(one for one in INDICATORS if one.label in labels)


_ELSEWHERE: Final = frozenset({"target.privileged", "research.indicated"})

KEYS: Final[tuple[FactKey, ...]] = (
    *stated(
        Nature.WORLD,
        None,
        *(one.fact for one in INDICATORS if one.fact not in _ELSEWHERE),
        harmless=False,
    ),
    # What the request's own bytes and the case show; it raises a question, and answers none.
    *derived("offence.law_cited", of=str),
    *derived("case.question_unanswered", "case.replies_repeated"),
)
