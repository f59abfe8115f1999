"""Assess a request: run the checks, keep the findings, and answer those that need a person.

Promises: the findings are kept as they were, with the law data they read and the acts they read it of, in an
act at home. No finding decides anything. An answer is a person's, with reasons, and stands beside the
finding; it does not change it. To a grave finding each person answers once. What was entered of the own file
counts until it is entered otherwise.

Leaves to others: the checks (``safeguards``), recomputing what was kept (``replay``), the decision
(``decide``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity import store
from comity.acts import Act, Fact, Finding
from comity.acts.home_terms import AnswerFindingTerms, AssessTerms
from comity.app.assessment import Assessed, facts_of, later_acts, latest, says_something
from comity.app.look import find_act, find_case
from comity.app.node import Node, Person, case_of, home_of
from comity.app.prepare import Said
from comity.app.replay import Changed, changes, own_file
from comity.app.reply import Matter, matter, note
from comity.app.sealed import answers_of
from comity.app.stand_in import with_stand_in
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.law import Bundle
from comity.safeguards import RequestFacts, Settling, Side, is_grave, may_answer, open_findings, settle
from comity.safeguards import assess as run_checks
from comity.wire import digest, dump, encode


def request_named(node: Node, text: str) -> str:
    """The act that a person means: by its id, or by the case where it is the only (open) request.

    Raises:
        NotFound: neither an act nor a case. BadInput: several, or a case of several requests or of none.
    """
    with node.db.read() as conn:
        try:
            return find_act(node, conn, text).id
        except NotFound as error:
            no_act = error
        try:
            case = case_of(node, conn, find_case(node, conn, text))
        except NotFound:
            raise no_act from None
    requests = [one for one in case.requests.values() if not one.draft]
    live = [one for one in requests if one.closed is None and one.withdrawn is None]
    named = [one.id for one in live or requests]
    if len(named) != 1:
        listed = ", ".join(named) or "-"
        raise BadInput("app.not_one_request", text=text[:64], count=len(named), requests=listed)
    return named[0]


def findings_now(node: Node, about: str, home: tuple[Fact, ...] = ()) -> tuple[Finding, ...]:
    """Run the checks on a request as it stands today, and keep nothing.

    Raises:
        As ``assess``.
    """
    it = matter(node, about)
    law = law_for(node, it.act)
    with node.db.read() as conn:
        facts = facts_of(conn, it.case, it.act, home)
    return run_checks(facts, law, _side(node, facts), _today(node))


def settled_by(node: Node, about: str, home: tuple[Fact, ...] = ()) -> tuple[Settling, ...]:
    """What would settle each finding that needs a person, today. It is kept nowhere, and never leaves.

    Raises:
        As ``assess``.
    """
    it = matter(node, about)
    with node.db.read() as conn:
        facts = facts_of(conn, it.case, it.act, home)
    return settle(facts, law_for(node, it.act), _side(node, facts), _today(node))


def assess(node: Node, about: str, who: Person, *, home: tuple[Fact, ...] = ()) -> Said:
    """Run the checks on a request, and keep the findings in an act at home.

    ``home``: facts from the own file; they never leave this node.

    Raises:
        NotFound: no such request, or the law data holds nothing of its measure or of a State.
        BadInput: the measure has no checks; a fact that no check reads, of a wrong type, or that the request
            itself shows; the own file contradicts itself.
        Conflict: our law data is older than that of the request.
        NotPermitted: this person may not assess.
    """
    it = matter(node, about)
    on = _today(node)
    law = law_for(node, it.act)
    with node.db.read() as conn:
        facts = facts_of(conn, it.case, it.act, home)
        acts = tuple(act.id for act in later_acts(conn, it.case, it.act))
    findings = run_checks(facts, law, _side(node, facts), on)
    terms = AssessTerms(
        findings=digest(encode([dump(f) for f in findings])), on=on.isoformat(), acts=tuple(sorted(acts))
    )
    return Said(note(node, it, "assess", {"terms": terms, "findings": findings}, who))


def law_for(node: Node, request: Act) -> Bundle:
    """The law data to judge a request by: this node's own.

    Raises:
        Conflict: it is known to be older than the law data that the request itself was made by.
    """
    named = request.header.law.bundle
    with node.db.read() as conn:
        law = with_stand_in(conn, node.bundle, request.header.state)
        if named in {law.digest, node.bundle.digest}:
            return law
        if named not in store.list_bundles(conn):
            return law  # it names law data that we do not hold: another State's, which need not be newer
        theirs = Bundle.load_known(store.get_bundle(conn, named), named)
    if theirs.as_of > law.as_of:
        ages = {"ours": law.content.as_of, "theirs": theirs.content.as_of}
        raise Conflict("app.law_older_than_request", request=request.id, **ages)
    return law


def entered(node: Node, about: str) -> tuple[Fact, ...]:
    """What was entered of the own file when a request was assessed last; nothing where it was not yet."""
    try:
        assessed = latest_assessment(node, matter(node, about))
    except NotFound:
        return ()
    return own_file(assessed.findings)


def with_entered(before: tuple[Fact, ...], now: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """The own file with what is entered now in the place of what was said of the same facts before."""
    anew = {fact.key for fact in now}
    return (*(fact for fact in before if fact.key not in anew), *now)


@dataclass(frozen=True)
class Reopened:
    """How the findings of the last assessment would be other today, with the same own file."""

    assessment: str
    changed: tuple[Changed, ...]


def reopened(node: Node, about: str, findings: tuple[Finding, ...]) -> Reopened | None:
    """Which findings differ from those kept last; ``None``: the request was not assessed yet."""
    try:
        assessed = latest_assessment(node, matter(node, about))
    except NotFound:
        return None
    return Reopened(assessed.state.id, changes(assessed.findings, findings))


def _today(node: Node) -> date:
    return node.clock.now().date()


def _side(node: Node, facts: RequestFacts) -> Side:
    return "requesting" if facts.requesting == node.state else "requested"


def answer_finding(
    node: Node, assessment: str, who: Person, *, finding: str, text: str, resolved: bool = True
) -> Act:
    """Answer one open finding, with reasons. ``resolved``: the person holds the safeguard satisfied.

    Raises:
        NotFound: the assessment has no such finding. NotPermitted: it is met, and needs no answer; or it is
            grave, and this person has answered it already. BadInput: the answer says nothing.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, assessment)
        state = None if act.header.case is None else home_of(node, conn, act.header.case).assessment(act.id)
    if act.header.kind != "assess" or act.header.about is None:
        raise NotFound("app.not_an_assessment", act=act.id)
    found = next((f for f in act.fields.get("findings", ()) if f.check == finding), None)
    if found is None:
        raise NotFound("app.no_such_finding", finding=finding[:80])
    if not may_answer(found):
        raise NotPermitted("app.finding_is_met", finding=finding)
    if not says_something(text):
        raise BadInput("app.answer_without_reasons", finding=finding)
    if state is not None and is_grave(finding):
        said = answers_of(state, finding)
        if any(answer.by == who.key.id for answer in said):
            raise NotPermitted("app.answered_already", name=who.name, finding=finding)
    terms = AnswerFindingTerms(assessment=act.id, finding=finding, resolved=resolved)
    fields = {"terms": terms, "text": text}
    return note(node, matter(node, act.header.about), "answer_finding", fields, who)


def latest_assessment(node: Node, it: Matter) -> Assessed:
    """The last assessment of a request, with who has answered what.

    Raises:
        NotFound: it was not assessed yet.
    """
    with node.db.read() as conn:
        return latest(node, conn, it.id, it.act.id)


__all__ = [
    "Changed",
    "Reopened",
    "answer_finding",
    "assess",
    "entered",
    "findings_now",
    "latest_assessment",
    "law_for",
    "open_findings",
    "reopened",
    "request_named",
    "settled_by",
    "with_entered",
]
