"""Who may know of a case: whose business it is, who looked into it and why, and whom a court shut out.

Promises: a function of the case and of the acts at home. A case is the business of whoever signed in it or is
asked to, and of whoever it is assigned to; one that is assigned to nobody is that of its offices. Nobody else
reads it without a stated reason. Behind a wall, a reason opens nothing.

Leaves to others: recording a look, and who is asking (``app.reading``), who may sign (``app``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from comity.acts import Act
from comity.acts import knowing_terms as n
from comity.cases.case import Case
from comity.cases.standing import InOrder, NotInOrder
from comity.clock import read_instant

if TYPE_CHECKING:
    from comity.cases.home import HomeCase


class Entry(StrEnum):
    """What a reader finds at the door of a case. ``walled``: to this reader there is no such case."""

    ALLOWED = "allowed"
    NEEDS_REASON = "needs_reason"
    WALLED = "walled"


@dataclass(frozen=True, slots=True)
class Look:
    """Someone without a part in a case looked into it. ``key``: whose; both instants as acts write them."""

    act: str
    key: str
    at: str
    until: str


@dataclass(frozen=True, slots=True)
class Wall:
    """By a court's order only these keys' persons know of a case. ``until``: as acts write it."""

    act: str
    enter: frozenset[str]
    until: str | None

    def stands(self, at: datetime) -> bool:
        """Whether it stands at that instant: its end, if it has one, has not come."""
        return self.until is None or at < read_instant(self.until)


@dataclass(frozen=True, slots=True)
class HandedOut:
    """What left the node. ``file``: the digest of it, or of the seal of evidence; ``signers``: both keys."""

    act: str
    form: str
    profile: str | None
    subject: str | None
    file: str
    signers: tuple[str, ...]
    exhibits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowing:
    """What a State's acts at home say of who may know of a case."""

    looks: tuple[Look, ...] = ()
    wall: Wall | None = None
    handed_out: tuple[HandedOut, ...] = ()
    hands: frozenset[str] = frozenset()
    """Keys of all who signed anything at home in this case, but a look."""


@dataclass(frozen=True, slots=True)
class Members:
    """Whose business a case is: persons by their keys; ``offices`` where it is assigned to no person."""

    keys: frozenset[str]
    offices: frozenset[str]

    def has(self, key: str, office: str) -> bool:
        """Whether a person of an office has a part in the case."""
        return key in self.keys or office in self.offices


def members(case: Case, home: HomeCase, *, offices: Iterable[str], waiting: Iterable[str]) -> Members:
    """Whose business a case is.

    Args:
        case: the shared case.
        home: our half of it.
        offices: our offices that the case's acts come from or go to; those that a request was passed on to
            are added.
        waiting: keys listed on acts of the case that still wait for signatures.
    """
    signed = {signer.key for signers in case.signers.values() for signer in signers}
    keys = {*signed, *waiting, *home.knowing.hands}
    given, offered = home.work.assigned, home.work.waiting
    keys |= {one for one in (given and given.person, offered and offered.to) if one}
    if given is None:
        passed_on = (
            one.terms.authority
            for request in case.requests.values()
            for one in request.said("forward")
            if one.by == home.state
        )
        return Members(frozenset(keys), frozenset((*offices, *passed_on)))
    return Members(frozenset(keys), frozenset() if given.person else frozenset({given.office}))


def allow(
    key: str, office: str, members: Members, knowing: Knowing, at: datetime, *, strict: bool = True
) -> Entry:
    """What a person finds at the door of a case. ``strict``: this node goes by the need to know.

    A wall stands on every node, strict or not.
    """
    if shut_out(key, knowing.wall, at):
        return Entry.WALLED
    looked = any(look.key == key and at < read_instant(look.until) for look in knowing.looks)
    if not strict or looked or members.has(key, office):
        return Entry.ALLOWED
    return Entry.NEEDS_REASON


def shut_out(key: str | None, wall: Wall | None, at: datetime) -> bool:
    """Whether a wall keeps a reader out; ``None``: a reader who has not said who it is."""
    return wall is not None and wall.stands(at) and key not in wall.enter


def walls(acts: Iterable[Act]) -> Mapping[str, Wall]:
    """The walls that were put up and not taken down, by case, of acts ``wall`` and ``unwall`` in order."""
    found: dict[str, Knowing] = {}
    for act in sorted(acts, key=lambda act: act.header.number):
        case = str(act.header.case)
        now = found.get(case, Knowing())
        if isinstance(judge_knowing(now, act), InOrder):
            found[case] = learn(now, act)
    return {case: one.wall for case, one in found.items() if one.wall is not None}


def judge_knowing(knowing: Knowing, act: Act) -> InOrder | NotInOrder:
    """Whether an act about who may know is in order, as things stand."""
    signers = {signer.key for signer in act.header.signers}
    if isinstance(act.terms, n.UnwallTerms) and (knowing.wall is None or knowing.wall.act != act.terms.wall):
        return NotInOrder("reference", "names_what_is_not_there")
    if act.header.kind in TWO_SIGN and len(signers) < len(("author", "second")):
        return NotInOrder("signers", "second_person_missing")
    return InOrder()


TWO_SIGN = frozenset({"wall", "unwall", "export"})


def learn(knowing: Knowing, act: Act) -> Knowing:
    """What is known of who may know, after one more act at home."""
    header, signers = act.header, tuple(signer.key for signer in act.header.signers)
    looks, wall, handed_out = knowing.looks, knowing.wall, knowing.handed_out
    hands = knowing.hands if header.kind == "look" else knowing.hands | set(signers)
    match act.terms:
        case n.LookTerms(until=until):
            looks = (*looks, Look(act.id, signers[0], header.at, until))
        case n.WallTerms(until=until, enter=enter):
            wall = Wall(act.id, frozenset(enter), until)
        case n.UnwallTerms():
            wall = None
        case n.ExportTerms(form=form, profile=profile, subject=subject, file=file, exhibits=exhibits):
            one = HandedOut(act.id, form, profile, subject, file, signers, exhibits)
            handed_out = (*handed_out, one)
    return Knowing(looks, wall, handed_out, hands)
