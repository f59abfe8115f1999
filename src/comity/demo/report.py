"""The report of the demonstration: one page that tells the story with its times, findings and proofs.

Promises: one file that loads nothing and runs nothing, so that it reads the same in twenty years; whatever
text comes in is shown as text; every word of the page's own comes from the catalogue. Of inward reasons the
page holds a count and no word.

Leaves to others: what happened (``teller``), what was found and proved, and that it is so (the caller).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from comity import dossier, messages
from comity.acts import Finding, Outcome, Verdict
from comity.cases import ClockValue
from comity.clock import read_instant, write_instant
from comity.demo.tamper import Found
from comity.demo.teller import Line
from comity.errors import Argument
from comity.evidence import Event
from comity.law import Binding, Bundle, Relation
from comity.messages import FALLBACK, Message
from comity.safeguards import narrative, question

SHOWN_AT_ONCE: Final = 5
"""Details of one step, or proofs in a row, that stand open; what is more can be unfolded, and is printed."""

PARTS: Final = (
    "relation", "story", "findings", "decisions", "clocks", "custody", "proofs", "tampers", "files",
    "not_promised",
)  # fmt: skip
"""The parts of the page, in order; their titles are the messages ``report.part_PART``."""

URGENCY: Final = (Verdict.NOT_MET, Verdict.NEEDS_HUMAN, Verdict.MET)

NOT_PROMISED: Final = tuple(f"report.not_promised_{n}" for n in range(1, 7))
"""What the program never says (one message each)."""

StepVerdict = Literal["ok", "note", "failed"]


@dataclass(frozen=True, slots=True)
class Place:
    """One of the two States: its code, its name, and the city where its authority sits."""

    state: str
    name: str
    city: str


@dataclass(frozen=True, slots=True)
class Assessment:
    """All findings that one State made on one request at one time."""

    state: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of one item, with the words meant for the other State only."""

    item: str
    outcome: Outcome
    outward: str
    grounds: tuple[str, ...] = ()
    """Keys of the law data's grounds."""
    conditions: tuple[str, ...] = ()
    """In words."""


@dataclass(frozen=True, slots=True)
class CaseTold:
    """One case of the story, around its request for data."""

    case: str
    request: str
    subject: str
    assessments: tuple[Assessment, ...]
    """In the order in which they were made; the last one stands open on the page."""
    decisions: tuple[Decision, ...]
    inward: int
    """How many inward reasons stayed at home."""
    clocks: tuple[ClockValue, ...] = ()


@dataclass(frozen=True, slots=True)
class Touch:
    """A custody event, and the State whose node signed it."""

    state: str
    event: Event


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One numbered step of a verification."""

    number: int
    title: str
    verdict: StepVerdict
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of verifying one file."""

    file: str
    holds: bool
    verdict: str
    steps: tuple[ProofStep, ...]


@dataclass(frozen=True, slots=True)
class Tamper:
    """One changed byte: in which part of which file, whether it was found, and how the part was named."""

    file: str
    place: dossier.Place
    part: str
    """In words."""
    offset: int
    found: bool
    rightly: bool
    """Whether the part that was named is the part that was changed."""
    named: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that was written. ``size`` in bytes, ``sha256`` in hex."""

    path: str
    what: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Story:
    """All that the page tells. The first of ``states`` asks and stands at the start of the line."""

    made_at: datetime
    bundle: Bundle
    states: tuple[Place, Place]
    relation: Relation
    lines: tuple[Line, ...]
    cases: tuple[CaseTold, ...]
    custody: tuple[Touch, ...]
    proofs: tuple[Proof, ...]
    tampers: tuple[Tamper, ...]
    files: tuple[FileRow, ...]

    def place(self, state: str) -> Place:
        """One of the two, by its code.

        Raises:
            KeyError: a State that is neither.
        """
        return {place.state: place for place in self.states}[state]


@dataclass(slots=True)
class Tried:
    """All changes in one kind of part of one file."""

    file: str
    place: dossier.Place
    tampers: list[Tamper] = field(default_factory=list)

    @property
    def good(self) -> int:
        """How many were found, and named as what they are."""
        return sum(one.found and one.rightly for one in self.tampers)

    @property
    def size(self) -> int:
        return len(self.tampers)

    @property
    def bad(self) -> list[Tamper]:
        return [one for one in self.tampers if not (one.found and one.rightly)]


@dataclass(slots=True)
class Chapter:
    """A part of the story: its own line, and what happened in it."""

    head: Line | None
    lines: list[Line] = field(default_factory=list)

    @property
    def blocks(self) -> list[list[Line]]:
        """The lines, proofs that follow each other together."""
        found: list[list[Line]] = []
        for line in self.lines:
            if line.kind == "proof" and found and found[-1][0].kind == "proof":
                found[-1].append(line)
            else:
                found.append([line])
        return found


def proof_of(file: str, report: dossier.Report, language: str = FALLBACK) -> Proof:
    """A row of the page from the report of a verification."""
    steps = tuple(
        ProofStep(
            number=step.number,
            title=messages.say(step.title, language),
            verdict=step.verdict.value,
            lines=tuple(messages.say(line.message, language) for line in step.lines),
        )
        for step in report.steps
    )
    return Proof(file, report.holds, messages.say(report.verdict, language), steps)


def tamper_of(file: str, tried: Found, language: str = FALLBACK) -> Tamper:
    """A row of the page from what came of one changed byte."""
    change = tried.change
    return Tamper(
        file=file,
        place=change.part.place,
        part=change.part.say(language),
        offset=change.offset,
        found=tried.found,
        rightly=tried.rightly,
        named=tried.named,
    )


def write_report(path: Path, story: Story, language: str = FALLBACK) -> None:
    """Write the page to ``path``, in UTF-8.

    Raises:
        OSError: the folder is not there, or not writable.
    """
    path.write_text(page(story, language), encoding="utf-8", newline="\n")


def page(story: Story, language: str = FALLBACK) -> str:
    """The page as text; the same story gives the same page."""

    def t(id: str, /, **arguments: Argument) -> str:
        return messages.render(id, language, **arguments)

    def w(kind: str, value: str, /, **arguments: Argument) -> str:
        return messages.render(f"report.{kind}_{value}", language, **arguments)

    def say(message: Message) -> str:
        return messages.say(message, language)

    environment = Environment(
        loader=PackageLoader("comity.demo"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"digest": digest, "grouped": grouped, "instant": instant, "day": day}
    environment.globals |= {
        "t": t,
        "w": w,
        "say": say,
        "narrative": narrative,
        "question": question,
        "ratified": ratified,
        "count": count_verdicts,
        "by_urgency": by_urgency,
        "cited": cited,
        "outcome_of": outcome_of,
        "shown_at_once": SHOWN_AT_ONCE,
        "shown_proofs": shown_proofs,
        "not_promised": NOT_PROMISED,
    }
    used = marks_used(story)
    last = [finding for case in story.cases for one in case.assessments[-1:] for finding in one.findings]
    tried = tried_by_part(story.tampers)
    return environment.get_template("report.html.j2").render(
        story=story,
        language=language,
        chapters=chapters(story.lines),
        clocks=[clock for case in story.cases for clock in case.clocks],
        seconds=seconds_taken(story.lines),
        holding=sum(proof.holds for proof in story.proofs),
        found=sum(group.good for group in tried),
        tried=tried,
        names={place.state: place.name for place in story.states},
        provisions={provision.key for provision in story.bundle.content.provisions},
        parts=[part for part in PARTS if part != "clocks" or any(case.clocks for case in story.cases)],
        all_findings=len(last),
        open_findings=count_verdicts(last)[Verdict.NEEDS_HUMAN.value],
        marks=[mark for mark in story.bundle.content.marks if mark.mark in used],
    )


def chapters(lines: Iterable[Line]) -> list[Chapter]:
    """The lines by chapter; what was told before the first one stands in a chapter without a head."""
    found: list[Chapter] = []
    for line in lines:
        if line.kind == "chapter":
            found.append(Chapter(line))
        elif found:
            found[-1].lines.append(line)
        else:
            found.append(Chapter(None, [line]))
    return found


def tried_by_part(tampers: Iterable[Tamper]) -> list[Tried]:
    """The changes by file and kind of part, in the order in which they came."""
    groups: dict[tuple[str, dossier.Place], Tried] = {}
    for one in tampers:
        groups.setdefault((one.file, one.place), Tried(one.file, one.place)).tampers.append(one)
    return list(groups.values())


def shown_proofs(proofs: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Which proofs of a run stand open: the first few, and each that does not hold; then the others."""
    late = proofs[SHOWN_AT_ONCE:]
    shown = [*proofs[:SHOWN_AT_ONCE], *(line for line in late if not line.good)]
    return shown, [line for line in late if line.good]


def seconds_taken(lines: Sequence[Line]) -> int:
    """Seconds from the first line to the last."""
    if not lines:
        return 0
    return int((read_instant(lines[-1].at) - read_instant(lines[0].at)).total_seconds())


def count_verdicts(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings have each verdict."""
    found = [finding.verdict for finding in findings]
    return {verdict.value: found.count(verdict) for verdict in Verdict}


def by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    """What stands against the request first, then what a person has to judge, then the rest."""
    return sorted(findings, key=lambda finding: URGENCY.index(finding.verdict))


def cited(finding: Finding) -> list[tuple[str, bool, list[str]]]:
    """The paragraphs by instrument and by whether their numbers are to be confirmed."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for cite in finding.cites:
        instrument, _, paragraph = cite.pointer.rpartition(", ")
        groups.setdefault((instrument, cite.verify), []).append(paragraph)
    return [(instrument, verify, found) for (instrument, verify), found in groups.items()]


def outcome_of(case: CaseTold) -> str:
    """What came of a case, as the last part of the id ``report.case_OUTCOME``."""
    outcomes = {decision.outcome for decision in case.decisions}
    if not outcomes:
        return "open"
    if outcomes == {Outcome.REFUSE}:
        return "refused"
    if outcomes == {Outcome.GRANT}:
        return "granted"
    if outcomes <= {Outcome.GRANT, Outcome.GRANT_ON_CONDITIONS}:
        return "on_conditions"
    return "in_part"


def ratified(binding: Binding) -> tuple[int, int, int] | None:
    """How many are reported to have joined, are needed, and are missing, where the reasons say so."""
    for reason in binding.reasons:
        said = dict(reason.arguments)
        if {"reported", "needed", "missing"} <= said.keys():
            return int(said["reported"]), int(said["needed"]), int(said["missing"])
    return None


def marks_used(story: Story) -> set[str]:
    """The marks of confidence that the page shows, and so has to explain."""
    findings = [f for case in story.cases for one in case.assessments for f in one.findings]
    return {
        *(binding.mark for binding in story.relation.bindings),
        *(offer.mark for offer in story.relation.offers),
        *(read.mark for finding in findings for read in finding.law),
    }


def digest(text: str) -> Markup:
    """A digest that may break into a new line after each 16 characters, and copies as it is."""
    parts = [escape(text[at : at + 16]) for at in range(0, len(text), 16)]
    return Markup("<wbr>").join(parts)


def grouped(number: int) -> str:
    """A number in groups of three digits (ISO 80000-1), with narrow spaces that do not break."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def instant(value: datetime | str) -> str:
    """The one text of an instant."""
    return write_instant(value) if isinstance(value, datetime) else value


def day(value: datetime | str) -> str:
    """Day, hour and minute of an instant in UTC, as a person reads them."""
    read = read_instant(value) if isinstance(value, str) else value
    return read.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
