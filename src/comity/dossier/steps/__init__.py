"""The numbered steps of verifying a case file, one file a group.

Promises: a step never raises for content; what does not hold is a line that names the part.

Leaves to others: the order of the steps and when to stop (``verify``).
"""

from comity.dossier.steps.acts import check_acts, check_fold
from comity.dossier.steps.exhibits import check_custody, check_exhibits, check_letters
from comity.dossier.steps.given import Given
from comity.dossier.steps.missing import check_missing
from comity.dossier.steps.origin import check_directory, check_law, check_statement
from comity.dossier.steps.public import check_log, check_receipts

__all__ = [
    "Given",
    "check_acts",
    "check_custody",
    "check_directory",
    "check_exhibits",
    "check_fold",
    "check_law",
    "check_letters",
    "check_log",
    "check_missing",
    "check_receipts",
    "check_statement",
]
