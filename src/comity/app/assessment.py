"""Where the assessment of a request stands: what was found, what a person has answered, what came since.

Promises: reads within the transaction that is given, so that what is asked before a decision is signed
is asked in the very transaction that commits it. What the other side added since the last assessment
makes it stale.

A grave finding is closed by two persons of whom neither read the other's answer; where one for which an
office outside is needed is in question, nobody grants before a person of such an office is satisfied.

Leaves to others: the checks (``safeguards``), which answers may be read (``sealed``), making
assessments (``assess``), the decision (``decide``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from comity import store
from comity.acts import Act, Fact, Finding, Outcome
from comity.acts.terms import DecideTerms
from comity.app.node import Node, case_of, home_of
from comity.app.sealed import answers_of, closing_of
from comity.app.stand_in import with_stand_in
from comity.cases import AssessmentState, Case
from comity.clock import read_instant
from comity.errors import NotFound, NotPermitted
from comity.safeguards import (
    LATER,
    NAMED,
    Answer,
    Closing,
    Refusal,
    RequestFacts,
    Stand,
    check_refusal,
    in_question,
    request_facts,
    to_answer,
)
from comity.store import Connection

GRANTING = frozenset({Outcome.GRANT, Outcome.GRANT_ON_CONDITIONS})
"""Outcomes by which the other State gets what it asked for, or part of it."""


def facts_of(conn: Connection, case: Case, request: Act, home: tuple[Fact, ...] = ()) -> RequestFacts:
    """The request with everything that was said of it in order since, and this node's own facts."""
    asked = case.request(request.id)
    open_ = any(q.answer is None for ask in asked.asks if ask.by == asked.requested for q in ask.questions)
    later = later_acts(conn, case, request)
    return request_facts(request, later=later, home=home, unanswered=open_)


def later_acts(conn: Connection, case: Case, request: Act) -> tuple[Act, ...]:
    """What was added to a request, in order: amendments, and answers with facts."""
    return tuple(record.act for record in later_of(conn, case, request))


@dataclass(frozen=True)
class Assessed:
    """The last assessment of a request. ``closings``: how each open finding stands."""

    state: AssessmentState
    findings: tuple[Finding, ...]
    closings: Mapping[str, Closing]

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Open findings that still wait for a person, a second or a third one, by their checks' keys."""
        return tuple(check for check, one in self.closings.items() if one.stand is not Stand.CLOSED)

    @property
    def split(self) -> tuple[str, ...]:
        """Grave findings of which two persons differ, so that a third has to answer."""
        return tuple(check for check, one in self.closings.items() if one.stand is Stand.SPLIT)


def latest(node: Node, conn: Connection, case: str, request: str, shared: Case | None = None) -> Assessed:
    """The last assessment of a request, with who has answered what. ``shared``: as ``home_of`` has it.

    Raises:
        NotFound: it was not assessed yet, or the findings were destroyed since.
    """
    home = home_of(node, conn, case, shared)
    state = home.latest_assessment(request)
    findings = None if state is None else store.get_act(conn, state.id).fields.get("findings")
    if state is None or findings is None:
        raise NotFound("app.not_assessed", request=request)
    closings = {f.check: closing_of(state, f.check) for f in to_answer(findings)}
    return Assessed(state, findings, closings)


def says_something(text: str) -> bool:
    """Whether reasons have a letter or a digit in them, of any script."""
    return any(one.isalnum() for one in text)


def names_law(reasons: str) -> bool:
    """Whether outward reasons begin with the law on which they rest, as ``[law] text``."""
    law, closed, text = reasons.strip().removeprefix("[").partition("]")
    return reasons.strip().startswith("[") and bool(closed and law.strip() and text.strip())


def check_decision(
    node: Node,
    conn: Connection,
    request: Act,
    terms: DecideTerms,
    *,
    reasons: Mapping[str, str],
    persons: int,
) -> AssessmentState:
    """Whether a request may be decided so, now: gives the assessment that the decision rests on.

    ``reasons``: the outward reasons, by item; ``persons``: how many sign.

    Raises:
        NotFound: not assessed. NotPermitted: the assessment is stale, a finding is unanswered, an item
            lacks reasons, a refusal lacks a lawful ground or its consultation, a grant in the face of a
            question of persecution or ill-treatment lacks an office outside.
    """
    case = case_of(node, conn, str(request.header.case))
    assessed = _answered(node, conn, case, request)
    if any(item.outcome in GRANTING for item in terms.items):
        _check_outside(node, conn, request, assessed)
    for item in terms.items:
        if not says_something(reasons.get(item.id, "")):
            raise NotPermitted("app.no_reasons", item=item.id)
    _check_refusals(node, conn, case, request, terms, reasons, persons)
    return assessed.state


def check_giving(node: Node, conn: Connection, offer: Act) -> None:
    """Whether information that was offered unasked may be given: it is assessed as a grant is.

    What was asked for was assessed when it was decided.

    Raises:
        NotFound: not assessed. NotPermitted: the assessment is stale, a finding is unanswered, or an office
            outside is lacking.
    """
    if offer.header.kind == "inform":
        case = case_of(node, conn, str(offer.header.case))
        _check_outside(node, conn, offer, _answered(node, conn, case, offer))


def check_release(node: Node, conn: Connection, case: str, exhibits: tuple[str, ...]) -> None:
    """Whether the latest review of each exhibit lets it leave (P13).

    Raises:
        NotPermitted: one is not released.
    """
    home = home_of(node, conn, case)
    for exhibit in exhibits:
        if not home.released(exhibit):
            raise NotPermitted("deliver.not_released", exhibit=exhibit)


def later_of(conn: Connection, case: Case, request: Act) -> list[store.Record]:
    """What was added to a request, in order: amendments, and answers with facts."""
    said = store.records_of_case(conn, str(request.header.case), "shared")
    return [
        record
        for record in said
        if record.act.header.kind in LATER
        and record.act.header.about == request.id
        and case.standing(record.act.id).moves
    ]


def _answered(node: Node, conn: Connection, case: Case, request: Act) -> Assessed:
    """The last assessment, where it is newer than what the other side said, and every finding answered."""
    assessed = latest(node, conn, str(request.header.case), request.id, case)
    made = store.get_record(conn, assessed.state.id).seq
    since = (r for r in later_of(conn, case, request) if r.direction == "peer" and r.seq > made)
    if any(since):
        raise NotPermitted("app.assessment_stale", request=request.id)
    still = assessed.unanswered
    if still:
        raise NotPermitted("app.findings_unanswered", count=len(still), findings=", ".join(still))
    return assessed


def _check_outside(node: Node, conn: Connection, request: Act, assessed: Assessed) -> None:
    """Refuse a grant where persecution or ill-treatment is in question and nobody outside is satisfied."""
    functions = node.bundle.outside_functions()
    offices = node.directory(conn).own.authorities
    own = request.header.from_ if request.header.state == node.state else str(request.header.to)
    outside = {o.id for o in offices if functions & set(o.functions)} - {own}
    barred = sorted(
        check
        for check in _questioned(node, conn, request, assessed)
        if not _satisfied_outside(answers_of(assessed.state, check), outside)
    )
    if barred:
        known = ", ".join(sorted(functions))
        raise NotPermitted("app.office_outside_needed", findings=", ".join(barred), functions=known)


def _questioned(node: Node, conn: Connection, request: Act, assessed: Assessed) -> set[str]:
    """The checks that are in question, by any assessment of the request: to assess anew undoes no sign."""
    home = home_of(node, conn, str(request.header.case))
    found = {assessed.state.id: (assessed.state, assessed.findings)}
    for state in home.assessments:
        if state.about == request.id:
            found[state.id] = (state, store.get_act(conn, state.id).fields.get("findings", ()))
    return {
        finding.check
        for state, findings in found.values()
        for finding in findings
        if in_question(finding, answers_of(state, finding.check))
    }


def _satisfied_outside(answers: tuple[Answer, ...], outside: set[str]) -> bool:
    said = [answer.resolved for answer in answers if answer.office in outside]
    return bool(said) and all(said)


def _check_refusals(  # noqa: PLR0917 - all that a refusal rests on
    node: Node,
    conn: Connection,
    case: Case,
    request: Act,
    terms: DecideTerms,
    reasons: Mapping[str, str],
    persons: int,
) -> None:
    refusal = refusal_of(case, request, terms, reasons, persons=persons, at=node.clock.now())
    if refusal is not None:
        law = with_stand_in(conn, node.bundle, request.header.state)
        check_refusal(facts_of(conn, case, request), law, node.clock.now().date(), refusal)


def refusal_of(
    case: Case, request: Act, terms: DecideTerms, reasons: Mapping[str, str], *, persons: int, at: datetime
) -> Refusal | None:
    """What a decision refuses, and on what; ``None``: nothing. ``at``: when it is, or was, decided."""
    refused = [item for item in terms.items if item.outcome is Outcome.REFUSE]
    if not refused:
        return None
    offered = case.request(request.id).consultations
    by_other_law = [item.id for item in refused if set(item.grounds) & set(NAMED)]
    return Refusal(
        grounds=tuple(sorted({ground for item in refused for ground in item.grounds})),
        reasons_given=all(reasons.get(item.id, "").strip() for item in refused),
        consulted=tuple(sorted({ground for c in offered for ground in c.grounds})),
        answer_by=max((read_instant(c.answer_by) for c in offered), default=None),
        answered=any(c.reply is not None for c in offered),
        at=at,
        law_named=all(names_law(reasons.get(item, "")) for item in by_other_law),
        persons=persons,
    )
