"""The rule of speciality: for what a person who was surrendered may be tried, and to whom given up again.

Promises: a function of the shared acts, the same on both sides. It binds from the surrender until the person
has come back; consent opens what was asked for, and nothing else: an act that goes beyond it without a
consent that covers it is not in order. It is not the limit on the use of evidence.

Leaves to others: what another offence is (a person), the law on which it rests (the requested State's and the
treaties, by ``speciality`` in ``safeguards``), showing it (``app``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts import Act
from comity.acts import terms as t
from comity.acts.person_terms import Beyond
from comity.cases.limits import consents
from comity.cases.persons import surrendered
from comity.cases.request import RequestState
from comity.cases.view import ActPredicate, StatePredicate, TermsPredicate, View, distinct


@dataclass(frozen=True, slots=True)
class Speciality:
    """What binds of one person. ``act``, ``since``: the last surrender.

    ``other_offences``, ``re_extradition``: the consents that were given to either.
    """

    item: str
    act: str
    since: str
    manner: t.Manner
    other_offences: tuple[str, ...]
    re_extradition: tuple[str, ...]


def speciality(request: RequestState) -> tuple[Speciality, ...]:
    """The rule for each person who is in the requesting State by an extradition."""
    if request.measure != "extradite":
        return ()
    return tuple(
        _binding(request, item.id)
        for item in request.items
        if surrendered(request, item.id) not in {None, t.Manner.RETURNED}
    )


def _binding(request: RequestState, item: str) -> Speciality:
    last = [one for one in request.said("surrender") if item in one.terms.items][-1]
    given = [one for one in consents(request) if item in one.sought.items]
    return Speciality(
        item=item,
        act=last.id,
        since=last.terms.at,
        manner=last.terms.manner,
        other_offences=tuple(one.id for one in given if one.sought.use is t.OtherUse.OTHER_OFFENCE),
        re_extradition=tuple(one.id for one in given if one.sought.use is t.OtherUse.RE_EXTRADITION),
    )


def _there(request: RequestState, item: str) -> bool:
    """Whether a person was handed over and has not come back."""
    return surrendered(request, item) not in {None, t.Manner.RETURNED}


def _person_given(view: View) -> bool:
    return any(_there(view.concerned, item.id) for item in view.concerned.items)


def _speciality_whole(act: Act) -> bool:
    again = act.terms.use is Beyond.RE_EXTRADITION
    return again == (act.terms.to is not None) and distinct(act.terms.items)


def _speciality_allows(view: View, act: Act) -> bool:
    terms, request = act.terms, view.concerned
    one = next((one for one in consents(request) if one.id == terms.consent), None)
    return (
        one is not None
        and one.sought.use.value == terms.use.value
        and one.sought.to == terms.to
        and all(item in one.sought.items and _there(request, item) for item in terms.items)
    )


STATE: Final[Mapping[str, StatePredicate]] = MappingProxyType({"person_given": _person_given})
TERMS: Final[Mapping[str, TermsPredicate]] = MappingProxyType({"speciality_whole": _speciality_whole})
ACT: Final[Mapping[str, ActPredicate]] = MappingProxyType({"speciality_allows": _speciality_allows})
