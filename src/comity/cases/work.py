"""Who has a case: to which office and person it is assigned, and what waits to be taken over.

Promises: a function of the acts at home, in their order; nothing that was said is forgotten: a later
assignment stands beside the earlier ones. Nobody hands over what another person has.

Leaves to others: who may sign (``app``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from comity.acts import Act
from comity.acts import work_terms as w
from comity.cases.standing import InOrder, NotInOrder


@dataclass(frozen=True, slots=True)
class Assignment:
    """A case given to an office, or to one person of it. ``person``, ``by``: ids of keys."""

    act: str
    office: str
    person: str | None
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """A case offered to the next person. ``taken``: by which act; ``lapsed``: assigned anew since."""

    act: str
    office: str
    to: str
    by: str
    at: str
    taken: str | None = None
    lapsed: bool = False

    @property
    def open(self) -> bool:
        """Whether it still waits for the next person."""
        return self.taken is None and not self.lapsed


@dataclass(frozen=True, slots=True)
class Work:
    """How a case was shared out, from the first assignment to the last."""

    assignments: tuple[Assignment, ...] = ()
    hand_overs: tuple[HandOver, ...] = ()

    @property
    def assigned(self) -> Assignment | None:
        """Who has the case now; nobody, where it was never assigned."""
        return self.assignments[-1] if self.assignments else None

    @property
    def waiting(self) -> HandOver | None:
        """The hand-over that the next person has not taken yet."""
        return next((one for one in self.hand_overs if one.open), None)


def judge_work(work: Work, act: Act) -> InOrder | NotInOrder:
    """Whether an act may share out a case as it says, as things stand."""
    signer = act.header.signers[0].key
    match act.terms:
        case w.HandOverTerms(to=to):
            now = work.assigned
            if to == signer:
                return NotInOrder("signers", "one_person_twice")
            if now is not None and now.person not in {None, signer}:
                return NotInOrder("reference", "another_has_the_case")
        case w.TakeOverTerms(hand_over=named):
            waiting = work.waiting
            if waiting is None or waiting.act != named:
                return NotInOrder("reference", "names_what_is_not_there")
            if waiting.to != signer:
                return NotInOrder("signers", "handed_to_another")
    return InOrder()


def share_out(work: Work, act: Act) -> Work:
    """The work after one more act of it; other acts change nothing."""
    header = act.header
    signer = header.signers[0].key
    match act.terms:
        case w.AssignTerms(office=office, person=person):
            return _assign(work, Assignment(act.id, office, person, signer, header.at))
        case w.HandOverTerms(office=office, to=to):
            offer = HandOver(act.id, office, to, signer, header.at)
            return replace(work, hand_overs=(*_lapse(work.hand_overs), offer))
        case w.TakeOverTerms(hand_over=named):
            taken = tuple(replace(one, taken=act.id) if one.act == named else one for one in work.hand_overs)
            mine = Assignment(act.id, header.from_, signer, signer, header.at)
            return _assign(replace(work, hand_overs=taken), mine)
        case _:
            return work


def _assign(work: Work, given: Assignment) -> Work:
    return Work((*work.assignments, given), _lapse(work.hand_overs))


def _lapse(offers: tuple[HandOver, ...]) -> tuple[HandOver, ...]:
    return tuple(replace(one, lapsed=True) if one.open else one for one in offers)
