"""Verifying a case file: numbered steps from bytes to a report.

Promises: whatever the bytes, a report comes out. Every byte is accounted for: first the container against
the list of members, then each member by its own proofs. After a step on which all others rest has
failed, nothing more is asked. It never says that evidence is admissible or that anything was lawful.

Leaves to others: reading files (``source``), words and layout (catalogues, ``cli``).
"""

from __future__ import annotations

from comity.dossier import members, steps
from comity.dossier.container import Buffer, Listed, Reading, read
from comity.dossier.report import Report, Step, Subject, Verdict
from comity.dossier.statement import STATEMENT, read_dossier
from comity.dossier.steps import Given
from comity.dossier.steps.acts import read_acts
from comity.dossier.steps.given import content
from comity.dossier.trust import Trust
from comity.messages import message

AFTER_ORIGIN = (
    (5, "acts", steps.check_acts),
    (6, "fold", steps.check_fold),
    (8, "log", steps.check_log),
    (9, "custody", steps.check_custody),
    (10, "exhibits", steps.check_exhibits),
    (11, "letters", steps.check_letters),
    (12, "missing", steps.check_missing),
)


def verify(data: Buffer, trust: Trust | None = None) -> Report:
    """Verify a case file: the bytes of the zip, and what the reader brings along."""
    return examine(data, trust)[0]


def examine(data: Buffer, trust: Trust | None = None) -> tuple[Report, Given | None]:
    """Verify a case file, and give what the steps established; none where the container does not hold."""
    container = Step(1, "container")
    reading = read(data, STATEMENT, _listed)
    for part in reading.faults:
        container.fail(message("dossier.part_differs"), part)
    _listing(reading, container)
    if container.lines:
        return Report(Subject.CASE_FILE, (container,)), None
    container.ok(message("dossier.container_whole", count=len(reading.contents), size=len(data)))
    envelope, dossier = read_dossier(reading.contents[STATEMENT])
    given = Given(reading.contents, envelope, dossier, trust or Trust())
    return _steps(given, container), given


def _steps(given: Given, container: Step) -> Report:
    statement, directory = Step(2, "statement"), Step(3, "directory")
    steps.check_directory(given, directory)
    steps.check_statement(given, statement)
    done = [container, statement, directory]
    if any(line.verdict is Verdict.FAILED for step in done for line in step.lines):
        return Report(Subject.CASE_FILE, tuple(done))
    law, acts, receipts = Step(4, "law"), Step(5, "acts"), Step(7, "receipts")
    read_acts(given, acts)
    steps.check_law(given, law)
    steps.check_receipts(given, receipts)  # before the keys of acts: a receipt says when they were used
    done += [law, acts, receipts]
    for number, id, check in AFTER_ORIGIN:
        step = acts if number == acts.number else Step(number, id)
        check(given, step)
        if step is not acts:
            done.append(step)
    return Report(Subject.CASE_FILE, tuple(sorted(done, key=lambda step: step.number)))


def _listed(data: bytes) -> list[Listed]:
    _, dossier = read_dossier(data)
    return [Listed(one.name, one.size, one.sha256) for one in dossier.members]


def _listing(reading: Reading, container: Step) -> None:
    names = list(reading.contents)
    if not reading.faults and names != members.in_order(names):
        container.fail(message("dossier.members_unordered"), content(STATEMENT))
