"""Material that only a competent unit opens: which exhibits are marked, and what two persons said of its key.

Promises: a function of the case and of the acts at home. An exhibit is marked once, when it is taken in, by a
delivery that announces it so, or later; no act takes a mark away. What a unit's key is used for, two said.

Leaves to others: keys and content (``app.protected``, ``app.unseal``), what such material is (law data).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from comity.acts import Act
from comity.acts import material_terms as m
from comity.acts.delivery_terms import Protected
from comity.acts.header import Header
from comity.cases.case import Case
from comity.cases.request import ExhibitState
from comity.cases.standing import InOrder, NotInOrder
from comity.clock import read_instant

if TYPE_CHECKING:
    from comity.cases.home import HomeCase


@dataclass(frozen=True, slots=True)
class Marked:
    """An exhibit that was marked when it lay here already. ``act``: which says so."""

    act: str
    exhibit: str
    protected: Protected


@dataclass(frozen=True, slots=True)
class Unsealed:
    """Two persons of a unit said (``at``) that its key is used. ``until``: of an opening, before when."""

    act: str
    about: str
    exhibit: str
    what: m.Unsealing
    unit: str
    at: str
    until: str | None
    signers: tuple[str, ...]

    def ends(self, longest: timedelta) -> datetime | None:
        """Before when it lets an exhibit be opened, where none may last longer; none where it lets none be.

        What was said for longer than is allowed now ends with what is allowed.
        """
        return None if self.until is None else min(read_instant(self.until), read_instant(self.at) + longest)

    def opens(self, exhibit: str, at: datetime, longest: timedelta) -> bool:
        """Whether it lets an exhibit be opened at that instant, where none may last longer."""
        ends = self.ends(longest)
        return self.exhibit == exhibit and ends is not None and at < ends


@dataclass(frozen=True, slots=True)
class Guard:
    """What a State's acts at home say of marked exhibits, less those that were marked when taken in."""

    marks: tuple[Marked, ...] = ()
    unsealed: tuple[Unsealed, ...] = ()


def protection(case: Case, home: HomeCase, exhibit: str) -> Protected | None:
    """What an exhibit is marked as, and to which unit of ours it is sealed; none where it is not marked."""
    intake = home.intake(exhibit)
    if intake is not None and intake.protected is not None:
        return intake.protected
    for mark in home.guard.marks:
        if mark.exhibit == exhibit:
            return mark.protected
    if intake is not None:
        return None  # ours: what another State announces under the same name marks nothing here
    return next(
        (
            one.protected
            for request, one in _announced(case)
            if one.exhibit == exhibit and request != home.state
        ),
        None,
    )


def judge_guard(case: Case, home: HomeCase, act: Act) -> InOrder | NotInOrder | None:
    """Whether an act about a marked exhibit is in order; none where it is about something else."""
    match act.terms:
        case m.MarkTerms(exhibit=exhibit):
            if protection(case, home, exhibit) is not None:
                return NotInOrder("reference", "marked_already")
            return _known(_is_here(case, home, act.header, exhibit))
        case m.UnsealTerms(exhibit=exhibit, unit=unit):
            if len({signer.key for signer in act.header.signers}) < len(("author", "second")):
                return NotInOrder("signers", "second_person_missing")
            marked = protection(case, home, exhibit)
            known = marked is not None and marked.unit == unit == act.header.from_
            return _known(known and _is_here(case, home, act.header, exhibit))
        case _:
            return None


def keep_guard(guard: Guard, act: Act) -> Guard:
    """What is known of marked exhibits after one more act at home."""
    match act.terms:
        case m.MarkTerms(exhibit=exhibit, protected=protected):
            return Guard((*guard.marks, Marked(act.id, exhibit, protected)), guard.unsealed)
        case m.UnsealTerms(exhibit=exhibit, what=what, unit=unit, until=until):
            signers = tuple(signer.key for signer in act.header.signers)
            about, at = str(act.header.about), act.header.at
            said = Unsealed(act.id, about, exhibit, what, unit, at, until, signers)
            return Guard(guard.marks, (*guard.unsealed, said))
        case _:
            return guard


def _known(holds: bool) -> InOrder | NotInOrder:  # noqa: FBT001 - it is the verdict
    return InOrder() if holds else NotInOrder("reference", "names_what_is_not_there")


def _is_here(case: Case, home: HomeCase, header: Header, exhibit: str) -> bool:
    """Whether an exhibit was taken in here, or announced to us, under the request that the act is about."""
    intake = home.intake(exhibit)
    if intake is not None and intake.about == header.about:
        return True
    request = case.requests.get(header.about or "")
    return request is not None and any(one.exhibit == exhibit for one in request.exhibits)


def _announced(case: Case) -> Iterator[tuple[str, ExhibitState]]:
    """Every exhibit that was announced, with the State that gave it."""
    for request in case.requests.values():
        for one in request.exhibits:
            yield request.requested, one
