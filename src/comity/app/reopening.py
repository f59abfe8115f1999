"""Grave findings that were closed and that something new bears on: what came, and whom a person told.

Promises: a function of the acts of a case. An amendment, an answer that states a fact which the check
reads, or a later assessment that read other facts, reopens a grave finding that had been closed. It closes
nothing by itself and tells nobody: a person says whom, or that nobody is told, in an act at home.

Leaves to others: closing it again (``assess``); telling another State (an act that travels).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity import store
from comity.acts import Act, Finding, Verdict
from comity.acts.home_terms import TellTerms
from comity.acts.terms import AmendTerms
from comity.app.assessment import later_of
from comity.app.node import Node, Person, case_of, home_of
from comity.app.reply import matter, note
from comity.app.sealed import closing_of
from comity.cases import AssessmentState, Case, HomeCase
from comity.errors import NotFound
from comity.safeguards import CHECKS, is_grave
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


def tell(
    node: Node, about: str, who: Person, *, finding: str, told: tuple[str, ...], text: str
) -> tuple[Act, ...]:
    """Note whom a person tells that a finding was reopened, and why; ``told`` empty: nobody.

    One act for each assessment in which it had been closed and of which nothing is noted yet.

    Raises:
        NotFound: nothing was reopened that waits for this. NotPermitted: this person may not say so.
    """
    it = matter(node, about)
    with node.db.read() as conn:
        waiting = [
            one
            for one in reopened_in(node, conn, it.id)
            if (one.request, one.finding, one.told) == (it.act.id, finding, None)
        ]
    if not waiting:
        raise NotFound("app.nothing_reopened", finding=finding[:80])
    said = []
    for one in waiting:
        terms = TellTerms(assessment=one.assessment, finding=finding, told=tuple(sorted(set(told))))
        said.append(note(node, it, "tell", {"terms": terms, "text": text}, who))
    return tuple(said)


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
    """The act by which a finding was closed: the last answer, or the assessment where it was met."""
    if finding.verdict is Verdict.MET:
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
