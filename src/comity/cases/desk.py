"""What passes over the desk: papers registered, confirmed and sent; orders at home and their answers.

Promises: values made of a State's acts at home; what a case owes to paper (a confirmation, a dispatch, an
answer to an objection) is seen here and in no other place.

Leaves to others: numbers, and all other acts at home (``home``); when something is late (``due``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from comity.acts import Act
from comity.acts import home_terms as h
from comity.cases.case import Case


@dataclass(frozen=True, slots=True)
class Registered:
    """What came by another way. ``confirmed``: the act at home that says by what; ``differs``: in what.

    ``passed_on``: the act at home that says that it was not for us. ``by``: the key of the registrar.
    """

    id: str
    at: str
    about: str | None
    channel: str
    scan: str
    confirm_by: str | None
    received_at: str | None = None
    kind: str | None = None
    act: str | None = None
    by: str = ""
    confirmed: str | None = None
    differs: tuple[str, ...] = ()
    passed_on: str | None = None

    @property
    def waits(self) -> bool:
        """Whether a confirmation is still owed."""
        return self.confirm_by is not None and self.confirmed is None and self.passed_on is None


@dataclass(frozen=True, slots=True)
class Dispatched:
    """An act of ours that went out on paper; ``at``: when."""

    id: str
    act: str
    channel: str
    at: str
    letter: str | None


@dataclass(frozen=True, slots=True)
class Unsent:
    """An act of ours, said at that time about that request, that waits to go out on paper."""

    act: str
    at: str
    request: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Who at home asked for the case."""

    id: str
    contact: str
    at: str


@dataclass(frozen=True, slots=True)
class ReturnState:
    """What came back on an order. ``ruled``: of an objection, the act that says what became of it."""

    id: str
    outcome: h.Returned
    at: str
    exhibits: tuple[str, ...]
    ruled: str | None = None

    @property
    def objects(self) -> bool:
        """Whether it is an objection that nobody has ruled on."""
        return self.outcome is h.Returned.OBJECTED and self.ruled is None


@dataclass(frozen=True, slots=True)
class OrderState:
    """An order to an executor or a provider, about a request, and what came back."""

    id: str
    about: str
    contact: str
    items: tuple[str, ...]
    at: str
    answer_by: str | None
    returns: tuple[ReturnState, ...] = ()

    @property
    def open(self) -> bool:
        """Whether an answer is still awaited: none came, or only a part."""
        return not self.returns or self.returns[-1].outcome is h.Returned.PART

    @property
    def objection(self) -> ReturnState | None:
        """An objection that waits for a ruling, or none."""
        return next((one for one in self.returns if one.objects), None)


@dataclass(frozen=True, slots=True)
class Imported:
    """A case of before this node, as a list had it: not proven."""

    id: str
    direction: str
    state: str
    measure: str
    opened: str
    closed: str | None
    outcome: str | None
    scan: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What passed over the desk in one case. ``unsent``: known to whoever knows how our acts go out."""

    registers: tuple[Registered, ...] = ()
    dispatches: tuple[Dispatched, ...] = ()
    origins: tuple[Origin, ...] = ()
    orders: tuple[OrderState, ...] = ()
    imported: Imported | None = None
    unsent: tuple[Unsent, ...] = ()

    def register(self, id: str) -> Registered | None:
        """What was registered by that act, or none."""
        return next((one for one in self.registers if one.id == id), None)

    def registered_as(self, act: str) -> Registered | None:
        """What was registered and became that act, or none."""
        return next((one for one in self.registers if one.act == act), None)

    def order(self, id: str) -> OrderState | None:
        """The order of that id, or none."""
        return next((one for one in self.orders if one.id == id), None)

    @property
    def unconfirmed(self) -> tuple[Registered, ...]:
        """What still waits for its confirmation, that due first ahead."""
        return tuple(sorted((r for r in self.registers if r.waits), key=lambda r: (str(r.confirm_by), r.id)))

    @property
    def sent(self) -> Mapping[str, Dispatched]:
        """What went out on paper, by the act: the first time that it did."""
        return {one.act: one for one in reversed(self.dispatches)}


def judge_desk(case: Case, desk: Desk, act: Act) -> bool | None:
    """Whether what an act names is there; none where the kind is no business of the desk."""
    about = act.header.about
    match act.terms:
        case h.RegisterTerms(act=made):
            return made is None or (made in case.standings and desk.registered_as(made) is None)
        case h.ConfirmTerms(entry=named) | h.PassOnTerms(entry=named):
            known = desk.register(named)
            return known is not None and known.confirmed is None and known.passed_on is None
        case h.DispatchTerms(act=named):
            return named in case.standings
        case h.OrderTerms(items=items):
            request = case.requests.get(about or "")
            return request is not None and {i.id for i in request.live_items}.issuperset(items)
        case h.ReturnTerms(order=named, items=items):
            order = desk.order(named)
            return order is not None and order.about == about and set(order.items).issuperset(items)
        case h.RuleTerms(objection=named, act=put):
            waits = any(o.about == about and o.objection and o.objection.id == named for o in desk.orders)
            return waits and (put is None or put in case.standings)
        case h.ImportTerms():
            return desk.imported is None and not case.standings
        case h.OriginateTerms():
            return True
        case _:
            return None


def apply_desk(desk: Desk, act: Act) -> Desk:
    """The desk after one more act of its business; others leave it as it was."""
    terms = act.terms
    match terms:
        case h.RegisterTerms():
            made = Registered(
                act.id,
                act.header.at,
                act.header.about,
                terms.channel,
                terms.scan,
                terms.confirm_by,
                received_at=terms.received_at,
                kind=terms.kind,
                act=terms.act,
                by=act.header.signers[0].key,
            )
            return replace(desk, registers=(*desk.registers, made))
        case h.ConfirmTerms(entry=named, differs=differs):
            return _registers(desk, named, confirmed=act.id, differs=differs)
        case h.PassOnTerms(entry=named):
            return _registers(desk, named, passed_on=act.id)
        case h.DispatchTerms():
            sent = Dispatched(act.id, terms.act, terms.channel, terms.at, terms.letter)
            return replace(desk, dispatches=(*desk.dispatches, sent))
        case h.OriginateTerms():
            return replace(desk, origins=(*desk.origins, Origin(act.id, terms.contact, terms.at)))
        case h.ImportTerms():
            return replace(desk, imported=_imported(act.id, terms))
        case _:
            return replace(desk, orders=_orders(desk.orders, act))


def _imported(id: str, terms: h.ImportTerms) -> Imported:
    return Imported(
        id,
        terms.direction,
        terms.state,
        terms.measure,
        terms.opened,
        terms.closed,
        terms.outcome,
        terms.scan,
    )


def _registers(desk: Desk, named: str, **changes: object) -> Desk:
    one = desk.register(named)
    if one is None:  # judged to be there before
        return desk
    changed = replace(one, **changes)  # type: ignore[arg-type]  # its members, by name
    return replace(desk, registers=tuple(changed if r.id == named else r for r in desk.registers))


def _orders(orders: tuple[OrderState, ...], act: Act) -> tuple[OrderState, ...]:
    terms = act.terms
    match terms:
        case h.OrderTerms():
            about = act.header.about or ""
            made = OrderState(act.id, about, terms.contact, terms.items, terms.at, terms.answer_by)
            return (*orders, made)
        case h.ReturnTerms():
            came = ReturnState(act.id, terms.outcome, terms.at, terms.exhibits)
            return tuple(
                replace(one, returns=(*one.returns, came)) if one.id == terms.order else one for one in orders
            )
        case h.RuleTerms():
            return tuple(_ruled(one, terms.objection, act.id) for one in orders)
        case _:
            return orders


def _ruled(order: OrderState, objection: str, by: str) -> OrderState:
    returns = tuple(replace(one, ruled=by) if one.id == objection else one for one in order.returns)
    return replace(order, returns=returns)
