"""The case file: written, verified, disclosed. And whatever else can be verified offline.

Promises: one set of parts has one file; one flipped bit is found and named; any field withheld or
destroyed leaves the rest verifiable, and is told with its ground. No database, no network, no clock.

Leaves to others: gathering the parts (``app``), whether what is shown is lawful (courts).
"""

from comity.dossier.disclosure import for_profile, withhold
from comity.dossier.letter import LETTER_TYPE, LetterSeal, seal_letter, verify_letter
from comity.dossier.parts import DossierParts, ExhibitPart, LetterPart, PublicLog, Published
from comity.dossier.reading import CaseFile, MissingHere, ReadAct, ReadField, read_case_file
from comity.dossier.recognise import verify_path
from comity.dossier.recognise.exhibit import package_signers
from comity.dossier.report import Line, Part, Place, Report, Step, Subject, Verdict
from comity.dossier.statement import DOSSIER_TYPE, Dossier, MissingField, Profile, Status, read_dossier
from comity.dossier.trust import Trust
from comity.dossier.verify import verify
from comity.dossier.write import write

__all__ = [
    "DOSSIER_TYPE",
    "LETTER_TYPE",
    "CaseFile",
    "Dossier",
    "DossierParts",
    "ExhibitPart",
    "LetterPart",
    "LetterSeal",
    "Line",
    "MissingField",
    "MissingHere",
    "Part",
    "Place",
    "Profile",
    "PublicLog",
    "Published",
    "ReadAct",
    "ReadField",
    "Report",
    "Status",
    "Step",
    "Subject",
    "Trust",
    "Verdict",
    "for_profile",
    "package_signers",
    "read_case_file",
    "read_dossier",
    "seal_letter",
    "verify",
    "verify_letter",
    "verify_path",
    "withhold",
    "write",
]
