"""Where the assessment of a request stands: what was found, what a person has answered, what came since.

Promises: reads within the transaction that is given, so that what is asked before a decision is signed
is asked in the very transaction that commits it. What the other side added since the last assessment
makes it stale.

Leaves to others: the checks (``safeguards``), making assessments (``assess``), the decision (``decide``).
"""

from __future__ import annotations

from comity import store
from comity.acts import Act, Fact, Finding, Outcome
from comity.acts.terms import DecideTerms
from comity.app.node import Node, case_of, home_of
from comity.cases import AssessmentState, Case
from comity.clock import read_instant
from comity.errors import NotFound, NotPermitted
from comity.safeguards import LATER, Refusal, RequestFacts, check_refusal, open_findings, request_facts
from comity.store import Connection


def facts_of(conn: Connection, case: Case, request: Act, home: tuple[Fact, ...] = ()) -> RequestFacts:
    """The request with everything that was said of it in order since, and this node's own facts."""
    return request_facts(request, later=[r.act for r in _later(conn, case, request)], home=home)


def latest(
    node: Node, conn: Connection, case: str, request: str
) -> tuple[AssessmentState, tuple[Finding, ...]]:
    """The last assessment of a request: its state, and its findings.

    Raises:
        NotFound: it was not assessed yet, or the findings were destroyed since.
    """
    state = home_of(node, conn, case).latest_assessment(request)
    findings = None if state is None else store.get_act(conn, state.id).fields.get("findings")
    if state is None or findings is None:
        raise NotFound("app.not_assessed", request=request)
    return state, findings


def unanswered(state: AssessmentState, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Open findings that no person has answered yet, by their checks' keys."""
    answered = {answer.finding for answer in state.answers}
    return tuple(f.check for f in open_findings(findings) if f.check not in answered)


def check_decision(
    node: Node, conn: Connection, request: Act, terms: DecideTerms, *, reasoned: frozenset[str]
) -> AssessmentState:
    """Whether a request may be decided so, now: gives the assessment that the decision rests on.

    ``reasoned``: the items for which there are outward reasons.

    Raises:
        NotFound: not assessed. NotPermitted: the assessment is stale, a finding is unanswered, an item
            lacks reasons, a refusal lacks a lawful ground or its consultation.
    """
    case = case_of(node, conn, str(request.header.case))
    state, findings = latest(node, conn, str(request.header.case), request.id)
    made = store.get_record(conn, state.id).seq
    since = (r for r in _later(conn, case, request) if r.direction == "peer" and r.seq > made)
    if any(since):
        raise NotPermitted("app.assessment_stale", request=request.id)
    still = unanswered(state, findings)
    if still:
        raise NotPermitted("app.findings_unanswered", count=len(still), findings=", ".join(still))
    for item in terms.items:
        if item.id not in reasoned:
            raise NotPermitted("app.no_reasons", item=item.id)
    _check_refusals(node, conn, case, request, terms)
    return state


def check_release(node: Node, conn: Connection, case: str, exhibits: tuple[str, ...]) -> None:
    """Whether the latest review of each exhibit lets it leave (P13).

    Raises:
        NotPermitted: one is not released.
    """
    home = home_of(node, conn, case)
    for exhibit in exhibits:
        if not home.released(exhibit):
            raise NotPermitted("deliver.not_released", exhibit=exhibit)


def _later(conn: Connection, case: Case, request: Act) -> list[store.Record]:
    """What was added to a request, in order: amendments, and answers with facts."""
    said = store.records_of_case(conn, str(request.header.case), "shared")
    return [
        record
        for record in said
        if record.act.header.kind in LATER
        and record.act.header.about == request.id
        and case.standing(record.act.id).moves
    ]


def _check_refusals(node: Node, conn: Connection, case: Case, request: Act, terms: DecideTerms) -> None:
    refused = [item for item in terms.items if item.outcome is Outcome.REFUSE]
    if not refused:
        return
    offered = case.request(request.id).consultations
    refusal = Refusal(
        grounds=tuple(sorted({ground for item in refused for ground in item.grounds})),
        reasons_given=True,
        consulted=tuple(sorted({ground for c in offered for ground in c.grounds})),
        answer_by=max((read_instant(c.answer_by) for c in offered), default=None),
        answered=any(c.reply is not None for c in offered),
        at=node.clock.now(),
    )
    check_refusal(facts_of(conn, case, request), node.bundle, node.clock.now().date(), refusal)
