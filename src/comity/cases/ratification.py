"""A decision that one person took alone: whether another stands behind it, in time, late, or not at all.

Promises: a function of the shared acts and of an instant, so that both sides answer alike. What nobody
ratified in time counts for nothing from then on, and counts again once it is ratified, however late; what
somebody declined to ratify never does.

Leaves to others: which decisions one may take alone (``law``'s tables), what then is barred (``use``).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from comity.acts import Act
from comity.cases.request import DecisionState, RequestState
from comity.cases.view import ActPredicate, StatePredicate, View


class Backing(StrEnum):
    """Who stands behind a decision. ``awaited``: one person, and the time to ratify is not over."""

    WHOLE = "whole"
    AWAITED = "awaited"
    OVERDUE = "overdue"
    DECLINED = "declined"


STANDS: Final = frozenset({Backing.WHOLE, Backing.AWAITED})


def backing(request: RequestState, decision: DecisionState, at: str) -> Backing:
    """How a decision is backed at an instant (as an act writes it)."""
    if decision.ratify_by is None:
        return Backing.WHOLE
    said = _said(request, decision.id)
    if said is not None:
        return Backing.WHOLE if said else Backing.DECLINED
    return Backing.OVERDUE if at > decision.ratify_by else Backing.AWAITED


def unratified(request: RequestState) -> tuple[DecisionState, ...]:
    """The decisions of one person of which no second one has said anything yet."""
    return tuple(d for d in request.decisions if d.ratify_by is not None and _said(request, d.id) is None)


def stands(request: RequestState, decision: str, at: str) -> bool:
    """Whether what a decision granted may leave, and be used, at an instant."""
    found = request.decision(decision)
    return found is not None and backing(request, found, at) in STANDS


def _said(request: RequestState, decision: str) -> bool | None:
    said = [one.terms.ratified for one in request.said("ratified") if one.terms.decision == decision]
    return said[-1] if said else None


def _ratification_open(view: View) -> bool:
    return bool(unratified(view.concerned))


def _ratifies_open_decision(view: View, act: Act) -> bool:
    return any(one.id == act.terms.decision for one in unratified(view.concerned))


def _ratified_by_another(view: View, act: Act) -> bool:
    decision = view.past.act(act.terms.decision)
    if decision is None:
        return False
    before = {name for s in decision.header.signers for name in (s.key, s.alias)}
    return before.isdisjoint(name for s in act.header.signers for name in (s.key, s.alias))


def _decision_stands(view: View, act: Act) -> bool:
    return stands(view.concerned, act.terms.decision, act.header.at)


STATE: Final[Mapping[str, StatePredicate]] = MappingProxyType({"ratification_open": _ratification_open})
ACT: Final[Mapping[str, ActPredicate]] = MappingProxyType(
    {
        "ratifies_open_decision": _ratifies_open_decision,
        "ratified_by_another": _ratified_by_another,
        "decision_stands": _decision_stands,
    }
)
