"""Where the assessment of a request stands: what was found, what a person has answered, what came since.

Promises: reads within the transaction that is given, so that what is asked before a decision is signed
is asked in the very transaction that commits it. What the other side added since the last assessment
makes it stale.

Leaves to others: the checks (``safeguards``), making assessments (``assess``), the decision (``decide``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity import store
from comity.acts import Act, Fact, Finding, Outcome
from comity.acts.terms import AnswerFindingTerms, DecideTerms
from comity.app.node import Node, case_of, home_of
from comity.app.stand_in import law_for
from comity.cases import AssessmentState, Case
from comity.clock import read_instant
from comity.errors import NotFound, NotPermitted
from comity.safeguards import (
    LATER,
    Refusal,
    RequestFacts,
    check_refusal,
    is_heavy,
    open_findings,
    request_facts,
)
from comity.store import Connection

TWO: Final = 2
"""Persons who close a heavy finding (``safeguards.is_heavy``)."""


def facts_of(conn: Connection, case: Case, request: Act, home: tuple[Fact, ...] = ()) -> RequestFacts:
    """The request with everything that was said of it in order since, and this node's own facts."""
    return request_facts(request, later=[r.act for r in _later(conn, case, request)], home=home)


@dataclass(frozen=True)
class Assessed:
    """The last assessment of a request. ``answered_by``: the keys that answered each finding."""

    state: AssessmentState
    findings: tuple[Finding, ...]
    answered_by: Mapping[str, frozenset[str]]

    @property
    def unanswered(self) -> tuple[str, ...]:
        """Open findings that still wait for a person, or a second one, by their checks' keys."""
        return tuple(f.check for f in open_findings(self.findings) if not self._closed(f.check))

    def _closed(self, check: str) -> bool:
        people = self.answered_by.get(check, frozenset())
        return len(people) >= (TWO if is_heavy(check) else 1)


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
    people: dict[str, frozenset[str]] = {}
    for act in store.acts_of_case(conn, case, "home"):
        terms = act.terms
        if not isinstance(terms, AnswerFindingTerms) or terms.assessment != state.id:
            continue
        if home.standings[act.id].moves:
            signers = frozenset(signer.key for signer in act.header.signers)
            people[terms.finding] = people.get(terms.finding, frozenset()) | signers
    return Assessed(state, findings, people)


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
    assessed = latest(node, conn, str(request.header.case), request.id, case)
    state = assessed.state
    made = store.get_record(conn, state.id).seq
    since = (r for r in _later(conn, case, request) if r.direction == "peer" and r.seq > made)
    if any(since):
        raise NotPermitted("app.assessment_stale", request=request.id)
    still = assessed.unanswered
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
    law = law_for(node, conn, request.header.state)
    check_refusal(facts_of(conn, case, request), law, node.clock.now().date(), refusal)
