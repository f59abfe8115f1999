"""Property that is frozen: held until it is let go, and the other State heard before that.

Promises: pure functions of an act's own past. Nothing is let go before an offer of consultation was answered
or its time has passed, unless the request was withdrawn.

Leaves to others: which measures are so (``law``'s tables), what confiscation follows (its own request).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import Act
from comity.cases.request import RequestState
from comity.cases.view import ActPredicate, StatePredicate, View, distinct


def frozen(request: RequestState) -> tuple[str, ...]:
    """The items that were frozen and not let go since."""
    return tuple(item.id for item in request.live_items if item.held_since is not None)


def _frozen(view: View) -> bool:
    return bool(frozen(view.concerned))


def _open_or_frozen(view: View) -> bool:
    request = view.concerned
    return bool(frozen(request)) or (request.closed is None and bool(request.undecided))


def _lifts_frozen_items(view: View, act: Act) -> bool:
    return set(frozen(view.concerned)).issuperset(act.terms.items) and distinct(act.terms.items)


def _heard_first(view: View, act: Act) -> bool:
    request = view.concerned
    named = act.terms.consultation
    offer = next((one for one in request.consultations if one.id == named), None)
    if named is not None and offer is None:
        return False  # it names what is no offer of consultation here
    if request.withdrawn is not None:
        return True
    since = (item.held_since or "" for item in request.items if item.id in act.terms.items)
    if offer is None or offer.at < max(since, default=""):
        return False  # what was offered before it was frozen was about something else
    return offer.reply is not None or offer.answer_by <= act.header.at


STATE: Final[Mapping[str, StatePredicate]] = MappingProxyType(
    {"frozen": _frozen, "open_or_frozen": _open_or_frozen}
)
ACT: Final[Mapping[str, ActPredicate]] = MappingProxyType(
    {"lifts_frozen_items": _lifts_frozen_items, "heard_first": _heard_first}
)
