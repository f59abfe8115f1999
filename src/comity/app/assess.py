"""Assess a request: run the checks, keep the findings, and answer those that need a person.

Promises: the findings are kept as they were, with the law data they read, in an act at home. No finding
decides anything. An answer is a person's, with reasons, and stands beside the finding; it does not
change it.

Leaves to others: the checks (``safeguards``), the decision (``decide``).
"""

from __future__ import annotations

from comity.acts import Act, Fact, Finding
from comity.acts.terms import AnswerFindingTerms, AssessTerms
from comity.app.assessment import Assessed, facts_of, latest
from comity.app.node import Node, Person, find_act
from comity.app.prepare import Said
from comity.app.reply import Matter, matter, note
from comity.app.stand_in import law_for
from comity.errors import NotFound, NotPermitted
from comity.safeguards import Side, open_findings
from comity.safeguards import assess as run_checks
from comity.wire import digest, dump, encode


def findings_now(node: Node, about: str, home: tuple[Fact, ...] = ()) -> tuple[Finding, ...]:
    """Run the checks on a request as it stands today, and keep nothing."""
    it = matter(node, about)
    side: Side = "requesting" if it.act.header.state == node.state else "requested"
    on = node.clock.now().date()
    with node.db.read() as conn:
        facts = facts_of(conn, it.case, it.act, home)
        law = law_for(node, conn, facts.requesting)
    return run_checks(facts, law, side, on)


def assess(node: Node, about: str, who: Person, *, home: tuple[Fact, ...] = ()) -> Said:
    """Run the checks on a request, and keep the findings in an act at home.

    ``home``: facts from the own file; they never leave this node.

    Raises:
        NotFound: no such request, or the law data holds nothing of its measure.
        NotPermitted: this person may not assess.
    """
    it = matter(node, about)
    findings = findings_now(node, about, home)
    on = node.clock.now().date().isoformat()
    terms = AssessTerms(findings=digest(encode([dump(f) for f in findings])), on=on)
    return Said(note(node, it, "assess", {"terms": terms, "findings": findings}, who))


def answer_finding(
    node: Node, assessment: str, who: Person, *, finding: str, text: str, resolved: bool = True
) -> Act:
    """Answer one open finding, with reasons. ``resolved``: the person holds the safeguard satisfied.

    Raises:
        NotFound: the assessment has no such finding. NotPermitted: it is met, and needs no answer.
    """
    with node.db.read() as conn:
        act = find_act(conn, assessment)
    if act.header.kind != "assess" or act.header.about is None:
        raise NotFound("app.not_an_assessment", act=act.id)
    found = next((f for f in act.fields.get("findings", ()) if f.check == finding), None)
    if found is None:
        raise NotFound("app.no_such_finding", finding=finding[:80])
    if not open_findings([found]):
        raise NotPermitted("app.finding_is_met", finding=finding)
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


__all__ = ["answer_finding", "assess", "findings_now", "latest_assessment", "open_findings"]
