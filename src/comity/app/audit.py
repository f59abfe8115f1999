"""What an auditor looks at: reasons that were used again and again, and whether refusals kept their duties.

Promises: granting asks for equal work, so the same words for many findings or items are shown: which words,
by whom, how often and where. Reasons are read from acts that stay at home, and from nothing else. Only who
was enrolled as an auditor may ask; nothing is scored, and nothing is changed.

Leaves to others: what to make of it (a person).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from comity import store
from comity.acts import Act, Finding, Role
from comity.acts.home_terms import AnswerFindingTerms, DeliberateTerms
from comity.acts.terms import DecideTerms
from comity.app.assessment import facts_of, refusal_of
from comity.app.drill import drills_of
from comity.app.node import Node, Person, case_of, home_of
from comity.app.reading import hidden_from, shown_cases, standing_walls
from comity.app.sealed import sealed_answers
from comity.clock import read_instant, write_instant
from comity.errors import NotPermitted
from comity.safeguards import refusal_duties
from comity.store import Connection
from comity.wire import digest

LATELY: Final = timedelta(days=30)
AUDIT: Final = "audit.author"


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """One use of a reason: the case and act, the finding or item that it answers, the key that signed it."""

    case: str
    act: str
    about: str
    key: str


@dataclass(frozen=True, slots=True)
class RepeatedReason:
    """Words that stand in several places. ``digest``: SHA-256 of them, case and spaces made alike."""

    digest: str
    text: str
    uses: tuple[Use, ...]

    @property
    def by_person(self) -> Mapping[str, int]:
        """How often each key used them."""
        keys = [use.key for use in self.uses]
        return {key: keys.count(key) for key in sorted(set(keys))}


def repeated(acts: Iterable[Act], at_least: int = 2) -> tuple[RepeatedReason, ...]:
    """Reasons of findings and items that were used ``at_least`` so often, the most used first."""
    found: dict[str, tuple[str, set[Use]]] = {}
    for act in acts:
        for about, text in _reasons(act):
            alike = " ".join(text.split()).casefold()
            if alike:
                _, uses = found.setdefault(digest(alike.encode()), (text.strip(), set()))
                uses.add(Use(str(act.header.case), act.id, about, _author(act)))
    told = [
        RepeatedReason(key, text, tuple(sorted(uses)))
        for key, (text, uses) in found.items()
        if len(uses) >= at_least
    ]
    return tuple(sorted(told, key=lambda one: (-len(one.uses), one.digest)))


def repeated_reasons(node: Node, who: Person, *, at_least: int = 2) -> tuple[RepeatedReason, ...]:
    """The reasons used more than once in this node's cases.

    Raises:
        NotPermitted: this person is no auditor.
    """
    check_auditor(who)
    with node.db.read() as conn:
        return repeated((a for c in shown_cases(node, conn) for a in _readable(node, conn, c)), at_least)


def _readable(node: Node, conn: Connection, case: str) -> list[Act]:
    """What stays at home in a case, but for answers that wait for a second person: nobody reads those."""
    shared = case_of(node, conn, case)
    sealed = sealed_answers(shared, home_of(node, conn, case, shared))
    return [act for act in store.acts_of_case(conn, case, "home") if act.id not in sealed]


def refusals(node: Node, who: Person) -> tuple[tuple[str, Finding], ...]:
    """Each decision of this State that refuses something, by its act, and whether its duties were kept.

    Drills are left out: nobody is owed anything in one.
    Measured by the law data of today, which each finding names.

    Raises:
        NotPermitted: this person is no auditor.
    """
    check_auditor(who)
    found: list[tuple[str, Finding]] = []
    with node.db.read() as conn:
        drilled = drills_of(conn)
        for one in (case for case in shown_cases(node, conn) if case not in drilled):
            case = case_of(node, conn, one)
            for act in store.acts_of_case(conn, one, "shared"):
                if act.header.state != node.state or not isinstance(act.terms, DecideTerms):
                    continue
                request = store.get_act(conn, str(act.header.about))
                reasons = {reason.item: reason.text for reason in act.fields.get("reasons", ())}
                at = read_instant(act.header.at)
                persons = len({signer.key for signer in act.header.signers})
                refusal = refusal_of(case, request, act.terms, reasons, persons=persons, at=at)
                if refusal is not None and case.standing(act.id).moves:
                    facts = facts_of(conn, case, request)
                    found.append((act.id, refusal_duties(facts, node.bundle, at.date(), refusal)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Looked:
    """A person looked into a case without having a part in it. ``reason``: none where it was destroyed."""

    case: str
    act: str
    key: str
    at: str
    until: str
    reason: str | None


def looks(node: Node, who: Person) -> tuple[Looked, ...]:
    """Who looked into which case that was not their own, and why, the last first.

    Raises:
        NotPermitted: this person is no auditor.
    """
    check_auditor(who)
    with node.db.read() as conn:
        hidden = hidden_from(node, conn)
        acts = [act for act in store.home_acts_of_kind(conn, "look") if act.header.case not in hidden]
    found = (
        Looked(
            str(act.header.case),
            act.id,
            _author(act),
            act.header.at,
            act.terms.until,
            act.fields.get("reason"),
        )
        for act in reversed(acts)
    )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked what others hold. ``askings``, ``terms``: ever; ``lately``: askings of the last 30 days."""

    key: str
    askings: int
    terms: int
    lately: int
    last: str


def askers(node: Node, who: Person) -> tuple[Asker, ...]:
    """How often each person asked what others hold; who asked most of late comes first.

    Raises:
        NotPermitted: this person is no auditor.
    """
    check_auditor(who)
    with node.db.read() as conn:
        acts = store.home_acts_of_kind(conn, "deconflict")
    since = write_instant(node.clock.now() - LATELY)
    by_key: dict[str, list[Act]] = {}
    for act in acts:
        by_key.setdefault(_author(act), []).append(act)
    found = (
        Asker(
            key,
            len(said),
            sum(len(act.terms.asked) for act in said),
            sum(act.header.at >= since for act in said),
            max(act.header.at for act in said),
        )
        for key, said in by_key.items()
    )
    return tuple(sorted(found, key=lambda one: (-one.lately, -one.askings, one.key)))


def count_walls(node: Node, who: Person) -> int:
    """How many cases a court has sealed now: a number, and nothing else.

    Raises:
        NotPermitted: this person is no auditor.
    """
    check_auditor(who)
    now = node.clock.now()
    with node.db.read() as conn:
        return sum(wall.stands(now) for wall in standing_walls(conn).values())


def _reasons(act: Act) -> Iterable[tuple[str, str]]:
    """The finding or item of each reason in an act, and the reason; what was destroyed is left out."""
    if isinstance(act.terms, AnswerFindingTerms):
        text = act.fields.get("text")
        return [(act.terms.finding, str(text))] if text is not None else []
    if isinstance(act.terms, DeliberateTerms):
        return [(reason.item, reason.text) for reason in act.fields.get("inward", ())]
    return []


def _author(act: Act) -> str:
    return next((s.key for s in act.header.signers if s.role is Role.AUTHOR), "")


def check_auditor(who: Person) -> None:
    """Refuse whoever was not enrolled as an auditor.

    Raises:
        NotPermitted: as said.
    """
    if AUDIT not in who.deeds:
        raise NotPermitted("app.not_an_auditor", name=who.name)
