"""The rule of speciality: for what a person who was surrendered may be tried, and to whom given up again.

Promises: a function of the shared acts, the same on both sides. It binds from the surrender until the person
has come back; consent opens what was asked for, and nothing else. It is not the limit on the use of evidence.

Leaves to others: what another offence is (a person), the law on which it rests (the requested State's and the
treaties, by ``speciality`` in ``safeguards``), showing it (``app``).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.acts import terms as t
from comity.cases.limits import consents
from comity.cases.persons import surrendered
from comity.cases.request import RequestState


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
