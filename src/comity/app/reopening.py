"""Grave findings that were closed and that something new bears on: what came, and whom a person told.

Promises: a function of the acts of a case. An amendment, an answer that states a fact which the check
reads, or a later assessment that read other facts, reopens a grave finding that had been closed. It closes
nothing by itself and tells nobody. While one stands open again, nothing is delivered and nobody surrendered.

Leaves to others: closing it again (``assess``); noting whom a person tells (``telling``).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity import store
from comity.acts import Act, Finding
from comity.acts.terms import AmendTerms
from comity.app.assessment import later_of
from comity.app.node import Node, case_of, home_of
from comity.app.sealed import closing_of
from comity.cases import AssessmentState, Case, HomeCase
from comity.errors import NotPermitted
from comity.safeguards import CHECKS, is_grave, to_answer
from comity.store import Connection


@dataclass(frozen=True)
class Reopened:
    """A finding of an assessment, closed there, and what came after.

    ``acts``: of those that travel; ``facts``: keys of what a later assessment read otherwise.
    ``closed_again``: a later assessment closed it. ``told``: States; ``None`` while nobody has said whom.
    """

    request: str
    assessment: str
    finding: str
    acts: tuple[str, ...]
    facts: tuple[str, ...]
    closed_again: bool
    told: tuple[str, ...] | None
    telling: str | None


def reopened_in(node: Node, conn: Connection, case: str) -> tuple[Reopened, ...]:
    """What was reopened in a case, in the order in which it had been closed."""
    shared = case_of(node, conn, case)
    home = home_of(node, conn, case, shared)
    return tuple(one for request in shared.requests for one in _of(conn, shared, home, request))


def refuse_while_reopened(node: Node, conn: Connection, case: str, request: str) -> None:
    """Refuse to let anything leave while a grave finding stands open again.

    Raises:
        NotPermitted: one was closed, something new bears on it, and nobody closed it again.
    """
    open_again = sorted(
        {
            one.finding
            for one in reopened_in(node, conn, case)
            if one.request == request and not one.closed_again
        }
    )
    if open_again:
        raise NotPermitted("app.finding_reopened", count=len(open_again), findings=", ".join(open_again))


def _of(conn: Connection, shared: Case, home: HomeCase, request: str) -> list[Reopened]:
    states = [state for state in home.assessments if state.about == request]
    if not states:
        return []
    later = later_of(conn, shared, store.get_act(conn, request))
    findings = {state.id: _findings(conn, state) for state in states}
    found: list[Reopened] = []
    for at, state in enumerate(states):
        after = states[at + 1 :]
        for check, finding in findings[state.id].items():
            closed = _closed_by(state, finding)
            if closed is None:
                continue
            seq = store.get_record(conn, closed).seq
            until = store.get_record(conn, after[0].id).seq if after else None
            acts = tuple(
                r.act.id
                for r in later
                if r.seq > seq and (until is None or r.seq < until) and _bears(r.act, check)
            )
            other = findings[after[0].id].get(check) if after else None
            facts = () if other is None else _otherwise(finding, other)
            if not acts and not facts:
                continue
            telling = next((t for t in home.tellings if (t.assessment, t.finding) == (state.id, check)), None)
            again = any(_closed_by(one, f) for one in after if (f := findings[one.id].get(check)) is not None)
            found.append(
                Reopened(
                    request=request,
                    assessment=state.id,
                    finding=check,
                    acts=acts,
                    facts=facts,
                    closed_again=again,
                    told=None if telling is None else telling.told,
                    telling=None if telling is None else telling.id,
                )
            )
    return found


def _closed_by(state: AssessmentState, finding: Finding) -> str | None:
    """The act by which a finding was closed: the last answer, or the assessment where that asks nobody."""
    if not to_answer((finding,)):
        return state.id
    return closing_of(state, finding.check).closed_by


def _findings(conn: Connection, state: AssessmentState) -> dict[str, Finding]:
    """The grave findings of an assessment, met ones too; none where they were destroyed."""
    findings = store.get_act(conn, state.id).fields.get("findings", ())
    return {finding.check: finding for finding in findings if is_grave(finding.check)}


def _bears(act: Act, check: str) -> bool:
    """Whether an act can change what a check reads: it amends the request, or states a fact of its own."""
    if isinstance(act.terms, AmendTerms):
        return True
    reads = {key for one in CHECKS if one.key == check for key in one.reads}
    return any(fact.key in reads for fact in act.fields.get("facts", ()))


def _otherwise(before: Finding, after: Finding) -> tuple[str, ...]:
    """The facts that two findings did not read alike."""
    return tuple(sorted({reading.key for reading in set(before.facts) ^ set(after.facts)}))
