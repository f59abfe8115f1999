"""The twenty indicators that a request may aim at a person's opinions, origin or the like, as facts.

Promises: each indicator is one question, with the label of the catalogue and its heavy flag; none bears a
weight. Status, sources and suspicion of the other State are asked of nobody and looked up by no machine.

Each is read by the one check that has its matter, so that nobody is asked one thing twice.

Leaves to others: what follows from them (the checks that the table names): a person judges.
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
    check: str
    """The one check that reads the fact; its finding bears the label."""
    heavy: bool = False
    present: bool = True
    """The value of the fact that says that the indicator is present."""
    also: tuple[tuple[str, str], ...] = ()
    """Facts and their checks that take the question over where they are put."""

    @property
    def name(self) -> str:
        """The last part of the fact's key, as reasons use it."""
        return self.fact.rsplit(".", 1)[-1]

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks whose findings answer it."""
        return (self.check, *(check for _, check in self.also))


LESSER: Final = "indicator.lesser_measure"
"""CI-20 of a measure that searches no data: asked beside other circumstances, since no paper argues it."""

INDICATORS: Final[tuple[Indicator, ...]] = (
    Indicator("CI-01", "persecution.opinion", "persecution", heavy=True),
    Indicator("CI-02", "indicator.acts_not_told", "circumstances"),
    Indicator("CI-03", "persecution.speech_provision", "persecution", heavy=True),
    Indicator("CI-04", "persecution.protected_role", "persecution", heavy=True),
    Indicator("CI-05", "persecution.asylum", "persecution", heavy=True),
    Indicator("CI-06", "persecution.refused_before", "circumstances"),
    Indicator("CI-07", "persecution.protected_trait", "persecution", heavy=True),
    Indicator("CI-08", "indicator.private_matter", "circumstances"),
    Indicator("CI-09", "target.privileged", "privileged"),
    Indicator("CI-10", "indicator.wide_selectors", "breadth"),
    Indicator("CI-11", "persecution.timing", "circumstances"),
    Indicator(
        "CI-12",
        "indicator.unfair_trial",
        "treatment",
        also=(("judgment.in_absence", "in_absentia"), ("court.special", "special_court")),
    ),
    Indicator(
        "CI-13",
        "indicator.ill_treatment",
        "treatment",
        also=(("risk.ill_treatment", "ill_treatment"), ("law.death_penalty_possible", "death_penalty")),
    ),
    Indicator("CI-14", "research.indicated", "research"),
    Indicator("CI-15", "persecution.sought_repeatedly", "circumstances"),
    Indicator("CI-16", "indicator.third_persons", "third_persons"),
    Indicator("CI-17", "indicator.threshold_penalty", "circumstances"),
    Indicator("CI-18", "indicator.onward_use", "onward_transfer"),
    Indicator("CI-19", "indicator.no_real_reply", "circumstances"),
    Indicator(
        "CI-20",
        "necessity.lesser_not_enough",
        "proportionality",
        present=False,
        also=((LESSER, "circumstances"),),
    ),
)
"""The catalogue, in its order. CI-09, CI-14 and CI-20 are facts that other groups bear."""


def indicators(*labels: str) -> tuple[Indicator, ...]:
    """Some of them, by their labels, in the order of the catalogue."""
    return tuple(one for one in INDICATORS if one.label in labels)


def labels_of(check: str) -> tuple[str, ...]:
    """The labels of the indicators that a check's finding answers, in the order of the catalogue."""
    return tuple(one.label for one in INDICATORS if check in one.checks)


NONE_SEEN: Final = "indicators.none_seen"
"""One act of looking: a person of this node has looked for every light indicator, and sees none."""

_ELSEWHERE: Final = frozenset({"target.privileged", "research.indicated", "necessity.lesser_not_enough"})

KEYS: Final[tuple[FactKey, ...]] = (
    *stated(
        Nature.WORLD,
        None,
        *(one.fact for one in INDICATORS if one.fact not in _ELSEWHERE),
        LESSER,
        harmless=False,
    ),
    *stated(Nature.WORLD, None, NONE_SEEN),
    # What the request's own bytes and the case show; it raises a question, and answers none.
    *derived("offence.law_cited", of=str),
    *derived("case.question_unanswered", "case.replies_repeated"),
)
