"""What a request states beside its items, as predicates: by when, how urgent, after what, and where else.

Promises: as ``predicates``.

Leaves to others: what is made of it (``chasing``, ``statistics``).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import Act
from comity.acts import terms as t
from comity.cases.view import ActPredicate, TermsPredicate, View, distinct


def _wanted_later(act: Act) -> bool:
    by: str | None = act.terms.wanted_by
    return by is None or by > act.header.at


def _urgency_founded(act: Act) -> bool:
    reasons: tuple[str, ...] = act.terms.urgent_for
    return distinct(reasons) and not (reasons and act.terms.urgency is t.Urgency.ORDINARY)


def _previous_distinct(act: Act) -> bool:
    earlier = (act.terms.follows, act.terms.supplements, *act.terms.previous)
    return distinct(tuple(one for one in earlier if one is not None))


def _supplements_own_request(view: View, act: Act) -> bool:
    if act.terms.supplements is None:
        return True
    earlier = view.requests.get(act.terms.supplements)
    return earlier is not None and not earlier.draft and earlier.requesting == view.speaker


def _points_elsewhere(view: View, act: Act) -> bool:
    pointed: str | None = act.terms.pointed_to
    if pointed is None:
        return True
    return act.terms.outcome is t.Execution.WRONG_STATE and pointed != view.concerned.requested


def _points_onward(view: View, act: Act) -> bool:
    pointed: str | None = act.terms.pointed_to
    if pointed is None:
        return True
    there = {t.Execution.WRONG_STATE, t.Execution.DONE, t.Execution.PART}
    return act.terms.outcome in there and pointed != view.concerned.requested


def _others(view: View) -> set[str]:
    """The measures that the case was opened for, less those of drafts, which ask for nothing yet."""
    return {one.measure for one in view.requests.values() if not one.draft}


def _file_of_its_own(view: View, act: Act) -> bool:  # noqa: ARG001 - predicates of one shape
    return _others(view) <= set(view.row.measures)


def _file_apart(view: View, act: Act) -> bool:  # noqa: ARG001 - predicates of one shape
    return _others(view).isdisjoint(view.row.apart)


TERMS: Final[Mapping[str, TermsPredicate]] = MappingProxyType(
    {
        "wanted_later": _wanted_later,
        "urgency_founded": _urgency_founded,
        "previous_distinct": _previous_distinct,
    }
)
ACT: Final[Mapping[str, ActPredicate]] = MappingProxyType(
    {
        "supplements_own_request": _supplements_own_request,
        "points_elsewhere": _points_elsewhere,
        "points_onward": _points_onward,
        "file_of_its_own": _file_of_its_own,
        "file_apart": _file_apart,
    }
)
