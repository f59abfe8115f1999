"""What makes a clock stand still: a registry of names that law data may use in ``suspended_by``.

Promises: pure; each pause names the act that began it and, once it is over, the one that ended it. Time in
which two pauses lie over each other counts once.

Leaves to others: which clocks a pause concerns (law data), and counting (``clocks``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from comity.acts import terms as t
from comity.cases.request import RequestState


@dataclass(frozen=True, slots=True)
class Pause:
    """Between two instants a clock did not run. ``until``: none while it still stands still."""

    why: str
    act: str
    since: datetime
    until: datetime | None


def pauses(request: RequestState, names: Iterable[str]) -> tuple[Pause, ...]:
    """The pauses of these kinds, in order of time.

    Raises:
        KeyError: a kind that the registry has not; ``clocks`` asks first.
    """
    found = (pause for name in names for pause in PAUSES[name](request))
    return tuple(sorted(found, key=lambda one: (one.since, one.act)))


def stood_still(pauses: Iterable[Pause], since: datetime) -> timedelta | None:
    """For how long a clock that began at ``since`` stood still; None while it still does."""
    total, seen = timedelta(), since
    for one in sorted(pauses, key=lambda pause: pause.since):
        if one.until is None:
            return None
        total += max(timedelta(), one.until - max(one.since, seen))
        seen = max(seen, one.until)
    return total


def _question(request: RequestState) -> Iterator[Pause]:
    """The requested side waits for an answer of the one that asks it for something."""
    for ask in request.asks:
        if ask.by == request.requested:
            times = [question.answered_at for question in ask.questions]
            told = [_instant(at) for at in times if at is not None]
            yield Pause("question", ask.id, _instant(ask.at), max(told) if len(told) == len(times) else None)


def _remedy(request: RequestState) -> Iterator[Pause]:
    """A remedy that suspends is open."""
    lodged: dict[str, tuple[str, str]] = {}
    for one in request.said("remedy"):
        if one.terms.event is t.RemedyEvent.LODGED:
            if one.terms.suspends:
                lodged[one.terms.remedy] = (one.id, one.terms.at)
        elif one.terms.remedy in lodged:
            act, since = lodged.pop(one.terms.remedy)
            yield Pause("remedy", act, _instant(since), max(_instant(since), _instant(one.terms.at)))
    for act, since in lodged.values():
        yield Pause("remedy", act, _instant(since), None)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


PAUSES: Final[Mapping[str, Callable[[RequestState], Iterable[Pause]]]] = MappingProxyType(
    {"question": _question, "remedy": _remedy}
)
"""Every pause that a clock of the law data may name in ``suspended_by``."""
