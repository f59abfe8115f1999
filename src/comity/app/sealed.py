"""Answers to grave findings that nobody reads yet, since a second person has still to answer by himself.

Promises: an answer is sealed until two persons have answered that finding of that assessment, or the request
is decided, withdrawn or closed. While it may be, no view shows the act, its place or its number; and what is
shown is the same whether there is one or not.

Leaves to others: when a finding is closed (``safeguards.closing``), the views (``show``, ``export``).
"""

from __future__ import annotations

from comity.cases import AssessmentState, Case, HomeCase, RequestState
from comity.safeguards import Answer, Closing, Stand, closing, is_grave


def answers_of(state: AssessmentState, check: str) -> tuple[Answer, ...]:
    """All answers to one finding, sealed ones too, as they came: for rules, never for a view."""
    return tuple(
        Answer(one.act, one.by, one.office, one.resolved) for one in state.answers if one.finding == check
    )


def closing_of(state: AssessmentState, check: str) -> Closing:
    """How a finding of an assessment stands, with the answers that may be read."""
    return closing(check, answers_of(state, check))


def sealed_answers(case: Case, home: HomeCase) -> frozenset[str]:
    """The ids of answers that nobody may read yet, nor know of."""
    return frozenset(
        answer.act
        for state in home.assessments
        if _undecided(case, state.about)
        for answer in state.answers
        if is_grave(answer.finding) and closing_of(state, answer.finding).stand is Stand.OPEN
    )


def _undecided(case: Case, about: str) -> bool:
    request: RequestState | None = case.requests.get(about)
    if request is None or request.withdrawn is not None or request.closed is not None:
        return False
    return not request.decisions or bool(request.undecided)
