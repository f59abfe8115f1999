"""The state of one request, as its acts have left it: items, questions, decisions, exhibits.

Promises: values that do not change; each is made from header and terms alone, so that it is the same
for whoever has the acts, however much else of them was withheld or destroyed.

Leaves to others: how an act moves it (``effect``), and what may follow (``predicates``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from comity.acts import Capacity, Outcome, state_of
from comity.acts.delivery_terms import Protected
from comity.acts.person_terms import Origin
from comity.acts.terms import (
    CloseReason,
    DataType,
    Execution,
    Limit,
    Purpose,
    Urgency,
    UseKind,
    WithdrawReason,
)
from comity.acts.wording import Wording


class ItemStanding(StrEnum):
    """What was decided of an item. ``conditional``: granted on conditions not all accepted yet."""

    OPEN = "open"
    GRANTED = "granted"
    CONDITIONAL = "conditional"
    POSTPONED = "postponed"
    REFUSED = "refused"
    DROPPED = "dropped"


UNDECIDED = frozenset({ItemStanding.OPEN, ItemStanding.CONDITIONAL, ItemStanding.POSTPONED})
SUCCESS = frozenset({Execution.DONE, Execution.PART})


@dataclass(frozen=True, slots=True)
class ItemState:
    """One item. ``decision``: the act that decided it last; ``effected``: what came of it last.

    ``held_since``: since when it is held by execution, until it expires or is let go.
    """

    id: str
    data: DataType
    standing: ItemStanding = ItemStanding.OPEN
    decision: str | None = None
    outcome: Outcome | None = None
    grounds: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    review_on: str | None = None
    effected: Execution | None = None
    held_since: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionState:
    """One question of an ``ask``, the act that answered it, and when."""

    id: str
    about: str | None
    answer: str | None = None
    answered_at: str | None = None


@dataclass(frozen=True, slots=True)
class AskState:
    id: str
    at: str
    by: str
    questions: tuple[QuestionState, ...]


@dataclass(frozen=True, slots=True)
class ConsultationState:
    """An offer of consultation. ``reply``: the first act of the other side that had seen it, if any."""

    id: str
    at: str
    grounds: tuple[str, ...]
    answer_by: str
    reply: str | None = None


@dataclass(frozen=True, slots=True)
class DecisionState:
    """A decision: the conditions it offered, and those accepted since; ``limits``: them as values.

    ``ratify_by``: by when a second person is to stand behind what one decided alone.
    """

    id: str
    at: str
    consultation: str | None
    items: tuple[str, ...]
    conditions: tuple[str, ...]
    accepted: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    ratify_by: str | None = None
    wording: Wording | None = None


@dataclass(frozen=True, slots=True)
class EffectedState:
    """A report of execution; ``at`` is the legal event."""

    id: str
    outcome: Execution
    items: tuple[str, ...]
    at: str
    pointed_to: str | None = None


@dataclass(frozen=True, slots=True)
class ExtensionState:
    """Preservation is asked to last longer, by the requesting side, or said to, by the requested one."""

    id: str
    at: str
    by: str
    until: str


@dataclass(frozen=True, slots=True)
class ExhibitState:
    """An exhibit that was announced. ``taken``: the act by which it was taken into custody.

    ``protected``: where only a competent unit opens it.
    """

    exhibit: str
    items: tuple[str, ...]
    statement: str
    stream: str
    size: int
    taken: str | None = None
    protected: Protected | None = None


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """A delivery, made ``at``: the conditions of its own, beside the decision's, and those accepted since."""

    id: str
    at: str
    decision: str
    capacity: Capacity
    exhibits: tuple[ExhibitState, ...]
    conditions: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    limits: tuple[Limit, ...] = ()
    wording: Wording | None = None


@dataclass(frozen=True, slots=True)
class UseState:
    """A use. ``to``: the State to which something was passed on; ``on``: when, where it was told before."""

    id: str
    exhibits: tuple[str, ...]
    use: UseKind
    purpose: Purpose | None = None
    to: str | None = None
    on: str | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    id: str
    reason: WithdrawReason


@dataclass(frozen=True, slots=True)
class Closing:
    id: str
    outcome: CloseReason


@dataclass(frozen=True, slots=True)
class Noted:
    """Something said of a request that is kept as it was said, in order: an arrest, a remedy, a consent."""

    id: str
    at: str
    kind: str
    by: str
    terms: Any


@dataclass(frozen=True, slots=True)
class RequestState:
    """A request, or with ``draft`` a preview of one. ``id``: the act that opened it, between ``offices``."""

    id: str
    draft: bool
    requesting: str
    requested: str
    measure: str
    at: str
    items: tuple[ItemState, ...]
    bases: tuple[tuple[str, str], ...] = ()
    urgency: Urgency | None = None
    confidential: bool = False
    ratify_by: str | None = None
    follows: str | None = None
    urgent_for: tuple[str, ...] = ()
    wanted_by: str | None = None
    supplements: str | None = None
    previous: tuple[str, ...] = ()
    wording: Wording | None = None
    origin: Origin | None = None
    amended: tuple[str, ...] = ()
    asks: tuple[AskState, ...] = ()
    consultations: tuple[ConsultationState, ...] = ()
    decisions: tuple[DecisionState, ...] = ()
    effected: tuple[EffectedState, ...] = ()
    extensions: tuple[ExtensionState, ...] = ()
    deliveries: tuple[DeliveryState, ...] = ()
    uses: tuple[UseState, ...] = ()
    noted: tuple[Noted, ...] = ()
    withdrawn: Withdrawal | None = None
    closed: Closing | None = None
    offices: tuple[str, ...] = ()

    def office(self, state: str) -> str | None:
        """The office of one of its States that sees to it: it sent or got it, or it was passed on to it."""
        passed = [str(one.terms.authority) for one in self.said("forward") if one.by == state]
        named = (office for office in self.offices if state_of(office) == state)
        return passed[-1] if passed else next(named, None)

    def item(self, id: str) -> ItemState | None:
        """The item of that name, or none."""
        return next((item for item in self.items if item.id == id), None)

    def decision(self, id: str) -> DecisionState | None:
        """The decision of that id, or none."""
        return next((decision for decision in self.decisions if decision.id == id), None)

    def delivery(self, id: str) -> DeliveryState | None:
        """The delivery of that id, or none."""
        return next((delivery for delivery in self.deliveries if delivery.id == id), None)

    def said(self, kind: str) -> tuple[Noted, ...]:
        """What was noted of one kind, in order."""
        return tuple(one for one in self.noted if one.kind == kind)

    @property
    def live_items(self) -> tuple[ItemState, ...]:
        """The items that are still asked for."""
        return tuple(item for item in self.items if item.standing is not ItemStanding.DROPPED)

    @property
    def undecided(self) -> tuple[ItemState, ...]:
        """The items that a decision may still concern."""
        return tuple(item for item in self.items if item.standing in UNDECIDED)

    @property
    def exhibits(self) -> tuple[ExhibitState, ...]:
        """All exhibits announced, in the order of their deliveries."""
        return tuple(exhibit for delivery in self.deliveries for exhibit in delivery.exhibits)

    @property
    def in_custody(self) -> tuple[ExhibitState, ...]:
        """The exhibits that the requesting side has taken into custody."""
        return tuple(exhibit for exhibit in self.exhibits if exhibit.taken is not None)

    def extended_by(self, state: str) -> str | None:
        """The latest time until which a side asked, or said, that preservation lasts."""
        return max((one.until for one in self.extensions if one.by == state), default=None)

    @property
    def preserved_since(self) -> str | None:
        """When execution first succeeded, wholly or in part."""
        return min((e.at for e in self.effected if e.outcome in SUCCESS), default=None)

    def questions_to(self, state: str) -> tuple[tuple[AskState, QuestionState], ...]:
        """The questions that wait for an answer of this State."""
        return tuple(
            (ask, question)
            for ask in self.asks
            if ask.by != state
            for question in ask.questions
            if question.answer is None
        )
