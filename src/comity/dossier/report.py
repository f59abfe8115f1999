"""The report of a verification: numbered steps, each with lines, each line with the part it speaks of.

Promises: three verdicts a line: ``ok``, ``failed``, and ``note`` for what was not asked or cannot be
known from the file. A report holds when nothing failed, and never says more than that: not that
evidence is admissible, nor that anything was lawful. The same report renders in any language.

Leaves to others: the checks (``steps``), the words (the catalogues), layout (``cli``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from comity import messages
from comity.errors import Argument, ComityError
from comity.messages import FALLBACK, Message, message
from comity.wire import Json

CONTENT_FAULTS: Final = (ComityError, ValueError, RecursionError, OverflowError)
"""What reading hostile content may raise; anything else is a fault of this program and shows itself."""


class Place(StrEnum):
    """Where in a container something lies; ``member`` and ``file`` where there is no container."""

    LOCAL_HEADER = "local_header"
    CONTENT = "content"
    CENTRAL_ENTRY = "central_entry"
    END_RECORD = "end_record"
    AFTER_END = "after_end"
    WHOLE = "whole"
    FILE = "file"


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """A part of what was verified: a place, and the name of the member or file where there is one."""

    place: Place
    name: str = ""

    def say(self, language: str = FALLBACK) -> str:
        """The part in words."""
        return messages.render(f"dossier.part.{self.place.value}", language, name=self.name)


class Verdict(StrEnum):
    """What came of one check."""

    OK = "ok"
    FAILED = "failed"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Line:
    """One check: what came of it, in a message, and the part of the file that it was about."""

    verdict: Verdict
    message: Message
    part: Part | None = None


class Subject(StrEnum):
    """What was verified."""

    CASE_FILE = "case_file"
    EXHIBIT = "exhibit"
    LOG = "log"
    LETTER = "letter"
    CUSTODY = "custody"
    ENTRY = "directory_entry"
    UNKNOWN = "unknown"


@dataclass
class Step:
    """A numbered step while it is taken: lines are added to it."""

    number: int
    id: str
    lines: list[Line] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """The worst of its lines; a step without a line had nothing to ask."""
        found = {line.verdict for line in self.lines}
        if Verdict.FAILED in found:
            return Verdict.FAILED
        return Verdict.NOTE if Verdict.NOTE in found or not found else Verdict.OK

    @property
    def title(self) -> Message:
        return message(f"dossier.step.{self.id}")

    def ok(self, what: Message, part: Part | None = None) -> None:
        """Say that something holds."""
        self.lines.append(Line(Verdict.OK, what, part))

    def note(self, what: Message, part: Part | None = None) -> None:
        """Say something that neither holds nor fails."""
        self.lines.append(Line(Verdict.NOTE, what, part))

    def fail(self, what: Message, part: Part) -> None:
        """Say that something does not hold, and where."""
        self.lines.append(Line(Verdict.FAILED, what, part))

    def fault(self, error: Exception, part: Part) -> None:
        """Say what reading or proving a part ran into (one of ``CONTENT_FAULTS``)."""
        if isinstance(error, ComityError):
            self.fail(Message(error.id, tuple(sorted(error.arguments.items()))), part)
        else:
            self.fail(message("dossier.unreadable", what=type(error).__name__), part)


@dataclass(frozen=True, slots=True)
class Report:
    """What was verified, by which steps."""

    subject: Subject
    steps: tuple[Step, ...]

    @property
    def failures(self) -> tuple[Line, ...]:
        """The lines that failed, in order."""
        return tuple(one for step in self.steps for one in step.lines if one.verdict is Verdict.FAILED)

    @property
    def notes(self) -> tuple[Line, ...]:
        """What was not asked, or cannot be known from the file."""
        return tuple(one for step in self.steps for one in step.lines if one.verdict is Verdict.NOTE)

    @property
    def holds(self) -> bool:
        """Whether something was verified and nothing failed."""
        return bool(self.steps) and not self.failures

    @property
    def verdict(self) -> Message:
        """The whole in one sentence."""
        if not self.holds:
            return message("dossier.verdict.failed", count=len(self.failures))
        return message("dossier.verdict.holds", notes=len(self.notes))

    def as_json(self, language: str = FALLBACK) -> Json:
        """The report as plain JSON values, with ids for programs and words for people."""
        return {
            "subject": self.subject.value,
            "holds": self.holds,
            "verdict": messages.say(self.verdict, language),
            "steps": [_step_json(step, language) for step in self.steps],
        }


def _step_json(step: Step, language: str) -> Json:
    return {
        "number": step.number,
        "id": step.id,
        "title": messages.say(step.title, language),
        "verdict": step.verdict.value,
        "lines": [_line_json(line, language) for line in step.lines],
    }


def _line_json(line: Line, language: str) -> Json:
    part = line.part
    arguments: dict[str, Argument] = dict(line.message.arguments)
    return {
        "verdict": line.verdict.value,
        "id": line.message.id,
        "arguments": arguments,
        "text": messages.say(line.message, language),
        "do": _remedy(line, language),
        "part": None
        if part is None
        else {"place": part.place.value, "name": part.name, "text": part.say(language)},
    }


def _remedy(line: Line, language: str) -> str | None:
    """What a person can do about a line that failed."""
    remedy = f"{line.message.id}.do"
    if line.verdict is not Verdict.FAILED or remedy not in messages.catalogue(FALLBACK):
        return None
    return messages.render(remedy, language, **dict(line.message.arguments))
