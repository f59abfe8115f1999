"""That something began in a case, for which somebody has time: what a start gives, and what it reads.

Promises: values only; what began names its act and the legal event's own time, never a receipt's.

Leaves to others: what begins (``answers_owed``, ``carrying_out``, ``persons_held``, ``owed_at_home``),
counting (``clocks``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from comity.cases.case import Case
from comity.cases.home import HomeCase
from comity.cases.request import RequestState


@dataclass(frozen=True, slots=True)
class Seen:
    """What a start reads: the shared case, and what one State has said at home, if that is known."""

    case: Case
    home: HomeCase | None = None
    owing: frozenset[str] = frozenset()
    """Grounds of refusal that open the duty to prosecute instead, as the tables name them."""

    @property
    def requests(self) -> Iterator[RequestState]:
        """The requests that were made; drafts begin nothing."""
        return (one for one in self.case.requests.values() if not one.draft)


@dataclass(frozen=True, slots=True)
class Begun:
    """That something began, for which somebody has time.

    ``act``: the act that set it; ``since``: the legal event's time. ``by``: the State that has to act;
    ``person``: a second person there, not the office. ``place``: the State in whose days it runs (``by``,
    unless given). ``until``: when it ends, where the act says so: an instant, or a day that counts whole.
    ``label``: which of several of one act (an item, a remedy). ``ended``: nothing is owed of it any more.
    The rest is of preservation: ``asked_until``, ``extended_until`` by the one side and the other, and the
    act that extended it; ``held_for``: requests for which data stays held whatever the clock says.
    """

    act: str
    since: str
    by: str
    request: str | None = None
    until: str | None = None
    place: str | None = None
    label: str | None = None
    person: bool = False
    ended: bool = False
    asked_until: str | None = None
    extended_until: str | None = None
    extended_by: str | None = None
    held_for: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The State in whose days it runs."""
        return self.place or self.by


Start = Callable[[Seen], Iterable[Begun]]


class Event(Protocol):
    """Whatever was said, by its act and time."""

    @property
    def id(self) -> str: ...
    @property
    def at(self) -> str: ...


def owed(
    event: Event,
    by: str,
    request: str | None = None,
    *,
    over: bool,
    since: str | None = None,
    until: str | None = None,
    label: str | None = None,
    person: bool = False,
) -> Begun:
    """That an act began something that a State owes. ``since``: the legal event, if not the act's time."""
    return Begun(
        act=event.id,
        since=since or event.at,
        by=by,
        request=request,
        until=until,
        label=label,
        person=person,
        ended=over,
    )


def is_live(request: RequestState) -> bool:
    """Whether anything is still to come of a request."""
    return not request.draft and request.withdrawn is None and request.closed is None


def other_side(request: RequestState, state: str) -> str:
    """The other State of a request."""
    return request.requested if state == request.requesting else request.requesting
