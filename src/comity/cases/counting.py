"""What one case adds to the statistics of a period: each thing that was said in it, once, in its cell.

Promises: everything is counted in the period in which its act says that it was said, the first day and the
last included, so that what a period holds does not change by what is said later. A request and its
items are counted from the shared acts that move the case: both States count alike, and can compare. What was
said at home (orders, costs, validations, notices) is counted by the State that said it. Pure.

Leaves to others: adding up, and what is in no cell (``statistics``); which cases there are (``app``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, NamedTuple

from comity.acts import Act, Outcome
from comity.acts import duty_terms as d
from comity.acts import home_terms as h
from comity.acts import terms as t
from comity.acts import work_terms as w
from comity.cases.case import Case
from comity.cases.folding import in_turn
from comity.cases.home import HomeCase
from comity.cases.request import SUCCESS, RequestState
from comity.clock import read_instant

ASKED: Final = "asked"
ANSWERED: Final = "answered"
SEVERAL: Final = "several"
"""In place of a sort of data, where something concerns items of several sorts."""

_GONE: Final = frozenset({t.Manner.FULL, t.Manner.TO_RETURN})


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` until before ``until``, as acts write instants. ``now``: when it is counted."""

    since: str
    until: str
    now: str

    @property
    def end(self) -> str:
        """At which instant what is pending is looked at: the end, or now where that is earlier."""
        return min(self.until, self.now)

    def holds(self, at: str) -> bool:
        """Whether something said then belongs here."""
        return self.since <= at < self.until


class Cell(NamedTuple):
    """Where a thing is counted; what does not apply is none.

    ``direction``: this State asked, or answered. ``partner``: the other State. ``addressee``: the office that
    was asked; of an order at home, the role of whoever was ordered. ``situation``: the urgency that the
    request states. ``of``: which sort of the figure: an outcome, a ground, an event.
    """

    figure: str
    direction: str | None
    partner: str | None
    measure: str | None
    data: str | None
    addressee: str | None
    situation: str | None
    of: str | None = None
    currency: str | None = None


class Event(NamedTuple):
    """One thing counted. ``seconds``: how long it took; ``amount``: in minor units of the currency."""

    cell: Cell
    seconds: int | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """A case to be counted, with its acts, those at home too.

    ``rests``: the requests that rest, and since when. ``roles``: of contacts, by their ids.
    """

    case: Case
    home: HomeCase
    acts: tuple[Act, ...]
    rests: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Item:
    """What became of an item before the period's end."""

    data: str
    at: str
    standing: str = "open"
    given: bool = False
    over: bool = False


def count_case(counted: Counted, period: Period, handed_over: frozenset[str]) -> Iterator[Event]:
    """Everything that a case adds to a period.

    Args:
        counted: the case; a preview in it adds nothing.
        period: which one.
        handed_over: the measures whose request is fulfilled by handing over alone, not by a report.
    """
    case, home = counted.case, counted.home
    imported = home.desk.imported
    if imported is not None and period.since[:10] <= imported.opened < period.until[:10]:
        direction = ASKED if imported.direction == "outgoing" else ANSWERED
        cell = Cell("imported_cases", direction, imported.state, imported.measure, None, None, None)
        yield Event(cell._replace(of=imported.outcome))
    said = [a for a in counted.acts if _moves(case, home, a) and a.header.at < period.until]
    # Two States' clocks differ: what answers something comes after it, whatever time it claims.
    turn = {id: place for place, id in enumerate(in_turn(case))}
    said.sort(key=lambda act: (turn.get(act.id, len(turn)), act.header.number, act.id))
    offices = {act.id: str(act.header.to) for act in said}
    for request in case.requests.values():
        if not request.draft and request.id in offices:
            one = _Request(
                counted, request, period, offices[request.id], by_hand=request.measure in handed_over
            )
            yield from one.count(said)


def _moves(case: Case, home: HomeCase, act: Act) -> bool:
    standing = case.standings.get(act.id) or home.standings.get(act.id)
    return standing is not None and standing.moves


class _Request:
    """One request, as its acts are gone through in their order."""

    def __init__(
        self, counted: Counted, request: RequestState, period: Period, office: str, *, by_hand: bool
    ) -> None:
        self.counted, self.request, self.period, self.by_hand = counted, request, period, by_hand
        own = counted.home.state
        asks = request.requesting == own
        self.cell = Cell(
            "",
            ASKED if asks else ANSWERED,
            request.requested if asks else request.requesting,
            request.measure,
            None,
            office,
            None if request.urgency is None else request.urgency.value,
        )
        self.items: dict[str, _Item] = {}
        self.unbacked: dict[str, tuple[str, str]] = {}
        """What one person said alone and nobody has validated: the figure of it, and by when."""

    def count(self, said: list[Act]) -> Iterator[Event]:
        """What its acts add, and what is pending at the end."""
        for act in said:
            inside = self.period.holds(act.header.at)
            if self.request.id in {act.id, act.header.about}:
                yield from (event for event in self._of(act) if inside)
            elif isinstance(act.terms, t.RequestTerms) and act.terms.follows == self.request.id and inside:
                yield self._event("requests_followed_up", took=act.header.at, data=self._data())
        yield from self._pending()
        for figure, by in self.unbacked.values():
            if by < self.period.end and self.period.holds(by):
                yield self._event(figure, of="overdue")

    def _of(self, act: Act) -> Iterator[Event]:
        at, terms = act.header.at, act.terms
        match terms:
            case t.RequestTerms() | t.InformTerms():
                yield from self._opened(terms, at)
            case t.AmendTerms(add=add, drop=drop):
                yield from self._closed("items_withdrawn", "dropped", drop)
                yield from self._added(add, at)
            case t.WithdrawTerms(reason=reason):
                yield self._event("requests_withdrawn", of=reason.value)
                yield from self._closed("items_withdrawn", "withdrawn", tuple(self.items))
            case t.DecideTerms():
                yield from self._decided(terms, act.id, at)
            case t.EffectedTerms():
                yield from self._reported(terms)
            case t.DeliverTerms(exhibits=exhibits):
                yield from self._given({id for one in exhibits for id in one.items}, "delivered", at)
            case t.SurrenderTerms(items=items, manner=manner, at=when) if manner in _GONE:
                yield from self._given(set(items), "surrendered", when)
            case t.CloseTerms(outcome=outcome):
                yield self._event("requests_closed", of=outcome.value, took=at)
                yield from self._closed("items_closed", outcome.value, tuple(self.items))
            case _:
                yield from self._noted(act)

    def _noted(self, act: Act) -> Iterator[Event]:
        """What neither begins nor ends an item."""
        match act.terms:
            case t.RemedyTerms(event=event, items=items):
                yield self._event("remedies", of=event.value, data=self._data(items))
            case t.RatifiedTerms(decision=named, ratified=ratified):
                self.unbacked.pop(named, None)
                yield self._event("decision_validations", of="given" if ratified else "refused")
            case t.UseTerms(use=use):
                yield self._event("uses", of=use.value)
            case t.ConsentTerms(consent=consent):
                yield self._event("consents", of=consent.value)
            case t.RecallTerms(reason=reason):
                yield self._event("recalls", of=reason.value)
            case t.BreachTerms():
                yield self._event("breaches")
            case _:
                yield from self._at_home(act)

    def _at_home(self, act: Act) -> Iterator[Event]:
        """What one State says to itself."""
        match act.terms:
            case h.RatifyTerms(act=named, ratified=ratified):
                self.unbacked.pop(named, None)
                yield self._event("request_validations", of="given" if ratified else "refused")
            case h.OrderTerms(contact=contact, items=items):
                yield self._order("orders", contact, items, None)
            case h.ReturnTerms(order=named, outcome=outcome, items=items, at=when):
                order = self.counted.home.desk.order(named)
                if order is not None:
                    items = items or order.items
                    event = self._order("order_answers", order.contact, items, outcome.value)
                    yield event._replace(seconds=_seconds(order.at, when))
            case h.RuleTerms(ruled=ruled):
                yield self._event("objections_ruled", of=ruled.value)
            case w.CostTerms() as cost:
                event = self._event("costs", of=cost.event.value, data=self._data(cost.items))
                yield Event(event.cell._replace(currency=cost.currency), amount=cost.amount)
            case d.CalledBackTerms(outcome=outcome):
                yield self._event("callbacks", of=outcome.value)
            case d.NotifyPersonTerms(items=items):
                yield self._event("notices", of="given", data=self._data(items))
            case d.DelayNoticeTerms(items=items):
                yield self._event("notices", of="delayed", data=self._data(items))

    def _opened(self, terms: t.RequestTerms | t.InformTerms, at: str) -> Iterator[Event]:
        added = tuple(self._added(terms.items, at))
        by = terms.ratify_by if isinstance(terms, t.RequestTerms) else None
        alone = by is not None
        if by is not None and self.cell.direction == ASKED:  # the other side ratifies at its home
            self.unbacked[self.request.id] = ("request_validations", by)
        yield self._event("requests_issued", of="alone" if alone else "whole", data=self._data())
        yield from added

    def _added(self, items: tuple[t.Item, ...], at: str) -> Iterator[Event]:
        for item in items:
            self.items[item.id] = _Item(item.data.value, at)
            yield self._item("items_issued", item.id)

    def _decided(self, terms: t.DecideTerms, id: str, at: str) -> Iterator[Event]:
        if terms.ratify_by is not None:
            self.unbacked[id] = ("decision_validations", terms.ratify_by)
            yield self._event("decisions_alone")
        for one in terms.items:
            item = self.items.get(one.id)
            if item is None:
                continue
            item.standing = one.outcome.value
            item.over = item.over or one.outcome is Outcome.REFUSE
            yield self._item("items_decided", one.id, one.outcome.value, at)
            if one.outcome in {Outcome.REFUSE, Outcome.POSTPONE}:
                figure = "refusal_grounds" if one.outcome is Outcome.REFUSE else "postponement_grounds"
                for ground in one.grounds:
                    yield self._item(figure, one.id, ground)

    def _reported(self, terms: t.EffectedTerms) -> Iterator[Event]:
        if terms.outcome in SUCCESS:
            if not self.by_hand:
                yield from self._given(set(terms.items), terms.outcome.value, terms.at)
            return
        for id in terms.items:
            item = self.items.get(id)
            if item is not None and not item.given:
                item.over = True
                yield self._item("items_not_had", id, terms.outcome.value)

    def _given(self, items: set[str], how: str, at: str) -> Iterator[Event]:
        for id in sorted(items):
            item = self.items.get(id)
            if item is not None and not item.given:
                item.given = item.over = True
                yield self._item("items_fulfilled", id, how, at)

    def _closed(self, figure: str, of: str, items: tuple[str, ...]) -> Iterator[Event]:
        for id in items:
            item = self.items.get(id)
            if item is not None and not item.over:
                item.over = True
                yield self._item(figure, id, of)

    def _pending(self) -> Iterator[Event]:
        since = self.counted.rests.get(self.request.id)
        rests = since is not None and since < self.period.end
        for id, item in self.items.items():
            if not item.over:
                yield self._item("items_pending", id, "resting" if rests else item.standing, self.period.end)

    def _item(self, figure: str, id: str, of: str | None = None, took: str | None = None) -> Event:
        item = self.items[id]
        cell = self.cell._replace(figure=figure, data=item.data, of=of)
        return Event(cell, None if took is None else _seconds(item.at, took))

    def _event(
        self, figure: str, *, of: str | None = None, took: str | None = None, data: str | None = None
    ) -> Event:
        cell = self.cell._replace(figure=figure, data=data, of=of)
        return Event(cell, None if took is None else _seconds(self.request.at, took))

    def _order(self, figure: str, contact: str, items: tuple[str, ...], of: str | None) -> Event:
        event = self._event(figure, of=of, data=self._data(items))
        return event._replace(cell=event.cell._replace(addressee=self.counted.roles.get(contact)))

    def _data(self, items: tuple[str, ...] | None = None) -> str | None:
        """The one sort of data of these items, or of all."""
        named = tuple(self.items) if items is None else items
        sorts = {self.items[id].data for id in named if id in self.items}
        return next(iter(sorts)) if len(sorts) == 1 else SEVERAL if sorts else None


def _seconds(since: str, until: str) -> int:
    """Whole seconds; none less than zero, since two States' clocks may differ."""
    return max(0, (read_instant(until) - read_instant(since)) // timedelta(seconds=1))
