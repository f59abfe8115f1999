"""A case file: a zip.

Promises: as ``verify``; the law data that comes with this program counts as known.

Leaves to others: reading the disk (``source``).
"""

from __future__ import annotations

from dataclasses import replace

from comity.dossier.report import Part, Place, Report, Step, Subject
from comity.dossier.source import Source
from comity.dossier.steps import Given
from comity.dossier.trust import Trust
from comity.dossier.verify import examine
from comity.errors import BadInput
from comity.law import packaged_bundle


def recognises(found: Source) -> bool:
    """Whether it begins or is named as a zip: a flipped bit must not hide what it was."""
    return not found.is_folder and (found.head.startswith(b"PK") or found.path.suffix.lower() == ".zip")


def check(found: Source, trust: Trust) -> Report:
    """Verify it."""
    return examined(found, trust)[0]


def examined(found: Source, trust: Trust) -> tuple[Report, Given | None]:
    """Verify it, and give what was established on the way."""
    try:
        with found.view() as data:
            own = packaged_bundle().data
            return examine(data, replace(trust, bundles=(*trust.bundles, own)))
    except BadInput as error:  # an empty file
        step = Step(1, "container")
        step.fault(error, Part(Place.FILE, found.name))
        return Report(Subject.CASE_FILE, (step,)), None
