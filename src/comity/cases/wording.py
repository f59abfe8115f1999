"""Whether a request was sent in a language in which the State that was asked wants to be written to.

Promises: three values. ``met`` and ``not_met`` come of law data that settles something; where
nothing is held, or it is weak, or the request does not say in which language it was sent, a person has to
see. So it is where only a machine made the translation. Pure.

Leaves to others: what a State insists on (``law.languages``), and what to do about it (a person).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from comity.acts import Verdict
from comity.acts.wording import Made, Wording
from comity.law.languages import Insisted

Why = Literal["sent", "not_sent", "machine_only", "nothing_held", "doubtful", "not_said"]


@dataclass(frozen=True, slots=True)
class InLanguage:
    """``why``: what the verdict rests on. ``wanted``: the languages, any one of which would have done."""

    verdict: Verdict
    why: Why
    wanted: tuple[str, ...]


def judge_language(wording: Wording | None, insisted: Iterable[Insisted]) -> InLanguage:
    """Hold what was sent against each record of what the State that was asked insists on."""
    records = tuple(insisted)
    wanted = tuple(sorted({tag for one in records for tag in one.languages}))
    if not records:
        return InLanguage(Verdict.NEEDS_HUMAN, "nothing_held", wanted)
    if wording is None:
        return InLanguage(Verdict.NEEDS_HUMAN, "not_said", wanted)
    found = [_held(wording, one) for one in records if one.doubt is None]
    if "not_sent" in found:
        return InLanguage(Verdict.NOT_MET, "not_sent", wanted)
    if len(found) < len(records):
        return InLanguage(Verdict.NEEDS_HUMAN, "doubtful", wanted)
    if "machine_only" in found:
        return InLanguage(Verdict.NEEDS_HUMAN, "machine_only", wanted)
    return InLanguage(Verdict.MET, "sent", wanted)


def _held(wording: Wording, one: Insisted) -> Why:
    made = {how for tag in one.languages for how in wording.made_in(tag)}
    if not made:
        return "not_sent"
    return "machine_only" if made == {Made.MACHINE} else "sent"
