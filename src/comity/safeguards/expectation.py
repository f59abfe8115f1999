"""What was expected of a scenario beside what was found, as differences that a lawyer can read.

Promises: only what a scenario names is compared, unless it says that it names all. A difference says what
was expected, what was found, and the reasons that the check gave.

Leaves to others: running (``rehearsal``), the words (``locale``), layout (``cli``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from comity.acts import Finding
from comity.messages import Message, message, say
from comity.safeguards.rehearsal import Rehearsed
from comity.safeguards.scenario import CheckExpected, Scenario
from comity.safeguards.words import narrative


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that came otherwise. ``reasons``: what the check said, where a check is concerned."""

    what: Message
    reasons: tuple[Message, ...] = ()


def differences(scenario: Scenario, found: Rehearsed) -> tuple[Difference, ...]:
    """All that came otherwise than was expected, in the order of the scenario; none: it holds."""
    return tuple(_all(scenario, found))


def _all(scenario: Scenario, found: Rehearsed) -> Iterator[Difference]:
    expect = scenario.expect
    if expect.error is not None or found.error is not None:
        if expect.error != found.error:
            told = {"expected": expect.error or "-", "found": found.error or "-"}
            yield Difference(message("scenario.differs.error", **told))
        return
    findings = {finding.check: finding for finding in found.findings}
    for key, check in expect.checks.items():
        yield from _of_check(key, check, findings.get(key))
    yield from _of_others(scenario, found)
    for key in sorted(set(expect.grounds.open) - {g.key for g in found.grounds}):
        yield Difference(message("scenario.differs.ground_not_open", ground=key))
    for key in sorted(set(expect.grounds.not_open) & {g.key for g in found.grounds}):
        yield Difference(message("scenario.differs.ground_open", ground=key))
    for key in sorted(set(expect.may_ask_them) - set(found.asked)):
        yield Difference(message("scenario.differs.not_asked", fact=key))
    for key in sorted(set(expect.never_ask_them) & set(found.asked)):
        yield Difference(message("scenario.differs.asked", fact=key))
    most = expect.open_questions
    if most is not None and len(found.questions) > most:
        facts = ", ".join(found.questions)
        yield Difference(
            message("scenario.differs.questions", most=most, found=len(found.questions), facts=facts)
        )
    if expect.refusal is not None and expect.refusal != found.refusal:
        told = {"expected": expect.refusal, "found": found.refusal or "-"}
        yield Difference(message("scenario.differs.refusal", **told))


def _of_check(key: str, expected: CheckExpected, finding: Finding | None) -> Iterator[Difference]:
    verdict = "not_asked" if finding is None else finding.verdict.value
    reasons = () if finding is None else narrative(finding)
    if verdict != expected.verdict:
        told = {"check": key, "expected": str(expected.verdict), "found": verdict}
        yield Difference(message("scenario.differs.verdict", **told), reasons)
        return
    if finding is None:
        return
    missing = {m.key for m in finding.missing}
    for fact in sorted(set(expected.missing) - missing):
        yield Difference(message("scenario.differs.not_missing", check=key, fact=fact), reasons)
    if expected.nothing_else_missing:
        for fact in sorted(missing - set(expected.missing)):
            yield Difference(message("scenario.differs.also_missing", check=key, fact=fact), reasons)
    said = " ".join(" ".join(say(one) for one in reasons).split()).casefold()
    for phrase in expected.says:
        if " ".join(phrase.split()).casefold() not in said:
            yield Difference(message("scenario.differs.not_said", check=key, phrase=phrase), reasons)
    for provision in sorted(set(expected.cites) - {cite.provision for cite in finding.cites}):
        yield Difference(message("scenario.differs.not_cited", check=key, provision=provision), reasons)


def _of_others(scenario: Scenario, found: Rehearsed) -> Iterator[Difference]:
    expect = scenario.expect
    for finding in found.findings:
        if finding.check in expect.checks or expect.others == "any":
            continue
        told = {"check": finding.check, "found": finding.verdict.value}
        if expect.others == "none":
            yield Difference(message("scenario.differs.not_named", **told), narrative(finding))
        elif finding.verdict.value != "met":
            yield Difference(message("scenario.differs.not_met", **told), narrative(finding))
