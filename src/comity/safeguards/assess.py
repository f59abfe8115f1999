"""Assess a request: every check that its measure has, as findings.

Promises: a pure function of the request, the law bundle, the side and the day: the same bytes each
time, in the order of the catalogue. It grants and refuses nothing; no value of its results could.
Questions name facts and findings, never which way an answer would go.

Leaves to others: keeping findings (``assess`` acts), a person's answers, the decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from comity.acts import AskWhom, Finding, Verdict
from comity.law import Bundle
from comity.safeguards.bench import Frame, findings
from comity.safeguards.catalogue import checks_of
from comity.safeguards.registry import Side
from comity.safeguards.request import RequestFacts


def assess(request: RequestFacts, law: Bundle, side: Side, on: date) -> tuple[Finding, ...]:
    """All findings for one request on one day, as one side sees it.

    The side changes who may be asked for what is missing, and nothing else; each side has its own file.

    Raises:
        NotFound: the law data knows no such measure or holds nothing of a State.
        BadInput: the measure has no checks, or a request to oneself.
    """
    checks = checks_of(request.measure)
    law.measure(request.measure)
    return findings(checks, Frame(request, law, side, on))


def open_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that a person has to answer before deciding: whatever is not met."""
    return tuple(f for f in findings if f.verdict is not Verdict.MET)


def questions(findings: Iterable[Finding]) -> tuple[tuple[str, str], ...]:
    """What may be asked of the other side: (fact, finding) in the order of findings, each fact once."""
    asked: dict[str, str] = {}
    for finding in open_findings(findings):
        for missing in finding.missing:
            if missing.ask is AskWhom.THEM:
                asked.setdefault(missing.key, finding.check)
    return tuple(asked.items())
