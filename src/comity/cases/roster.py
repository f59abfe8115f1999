"""Who is on duty in an office, and when nobody is.

Promises: the latest word on a time holds; a time that no roster speaks of has nobody, and is a gap. Pure.

Leaves to others: whose keys these are, and the office's zone (``app.roster``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from comity.acts import Act
from comity.acts.work_terms import RosterTerms


@dataclass(frozen=True, slots=True)
class Duty:
    """From ``since`` until before ``until``, these keys are on duty; none: nobody. ``act``: what says so."""

    since: str
    until: str
    persons: tuple[str, ...]
    act: str | None


def duties(acts: Iterable[Act], office: str, since: str, until: str) -> tuple[Duty, ...]:
    """Who is on duty in an office between two instants, without a gap: stretches where nobody is are told.

    ``acts``: the rosters of this node; those of other offices are passed over.
    """
    said = sorted(
        (act for act in acts if isinstance(act.terms, RosterTerms) and act.terms.office == office),
        key=lambda act: act.header.number,
    )
    cuts = {since, until}
    for act in said:
        cuts |= {act.terms.since, act.terms.until}
        cuts |= {edge for turn in act.terms.turns for edge in (turn.since, turn.until)}
    edges = sorted(cut for cut in cuts if since <= cut <= until)
    found: list[Duty] = []
    for start, end in pairwise(edges):
        told = next((one for one in reversed(said) if one.terms.since <= start < one.terms.until), None)
        turns = () if told is None else told.terms.turns
        persons = tuple(sorted({turn.person for turn in turns if turn.since <= start < turn.until}))
        last = found[-1] if found else None
        name = None if told is None else told.id
        if last is not None and (last.persons, last.act) == (persons, name):
            found[-1] = Duty(last.since, end, persons, name)
        else:
            found.append(Duty(start, end, persons, name))
    return tuple(found)


def on_duty(acts: Iterable[Act], office: str, at: str) -> tuple[str, ...]:
    """The keys on duty in an office at an instant; none: nobody is."""
    # Instants sort as their texts do, and no text lies between one and the same with a letter more.
    return next((one.persons for one in duties(acts, office, at, at + "~")), ())
