"""Asking each recogniser in turn.

Promises: the first that recognises the thing verifies it. Leaves to others: how each one does.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from comity.dossier.recognise import case_file, custody, entry, exhibit, letter, public_log
from comity.dossier.report import Part, Place, Report, Step, Subject
from comity.dossier.source import Source, source
from comity.dossier.trust import Trust
from comity.messages import message


class Recogniser(Protocol):
    """A module of this folder."""

    def recognises(self, found: Source, /) -> bool:
        """Whether the thing has the shape of this kind."""
        ...

    def check(self, found: Source, trust: Trust, /) -> Report:
        """Verify it as this kind."""
        ...


RECOGNISERS: Final[tuple[Recogniser, ...]] = (case_file, exhibit, public_log, letter, custody, entry)


def verify_path(path: Path, trust: Trust | None = None) -> Report:
    """Verify whatever lies at a path: case file, exhibit package, public log, letter, statements, entry.

    Raises:
        NotFound: nothing is there. Unavailable: the disk did not give it.
    """
    found = source(path)
    for one in RECOGNISERS:
        if one.recognises(found):
            return one.check(found, trust or Trust())
    step = Step(1, "recognise")
    step.fail(message("dossier.not_recognised", name=found.name), Part(Place.FILE, found.name))
    return Report(Subject.UNKNOWN, (step,))
