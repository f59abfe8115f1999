"""How far a request has come, and the clocks of a case: what every view and list says alike.

Promises: one answer for lists, searches and the view of a case.

Leaves to others: the fold and the clocks themselves (``cases``), words (``cli``).
"""

from __future__ import annotations

from comity.cases import Case, ClockValue, HomeCase, Offices, RequestState, clocks, nobody_told
from comity.law import Bundle


def stage(request: RequestState) -> str:
    """How far a request has come, as one of the ids ``cli.stage.ID``."""
    if request.draft:
        return "draft"
    if request.withdrawn is not None:
        return "withdrawn"
    if request.closed is not None:
        return "closed"
    if request.in_custody:
        return "in_custody"
    if request.deliveries:
        return "delivered"
    if request.effected and not request.decisions:
        return "effected"
    return "decided" if request.decisions and not request.undecided else "open"


def is_asked(request: RequestState) -> bool:
    """Whether an undecided request waits for its own side, which was asked something."""
    if request.draft or request.withdrawn is not None or request.closed is not None or not request.undecided:
        return False
    return bool(request.questions_to(request.requesting))


def clocks_of(
    bundle: Bundle, case: Case, home: HomeCase | None = None, *, offices: Offices = nobody_told
) -> tuple[ClockValue, ...]:
    """The clocks of a case, in the days of those of its States whose zone the law data holds.

    ``home``: with it, also those that it has started; one whose end cannot be told says why. ``offices``: the
    hours of offices, for clocks that run by them.
    """
    # Without a zone no day can be counted there; ``clocks`` says so where one would have to be.
    states = case.states if home is None else (*case.states, home.state)
    return clocks(case, bundle, bundle.zones(states), home, offices=offices)
