"""What is inside an exhibit's files: types by content, archives, mailboxes, acquired images.

Promises: foreign bytes are parsed in a process of its own, bounded in memory, time and what may come out.

Leaves to others: keys, and keeping what was found (``app.examine``).
"""

from __future__ import annotations

from comity.evidence.inside.confinement import is_confined
from comity.evidence.inside.examining import examine
from comity.evidence.inside.image import readers
from comity.evidence.inside.listing import (
    Acquired,
    Examination,
    Examined,
    Inner,
    Inside,
    StoredHash,
    listing_text,
    read_listing,
    sign_examination,
    verify_examination,
    write_listing,
)
from comity.evidence.inside.warden import Patience, Payload

__all__ = [
    "Acquired",
    "Examination",
    "Examined",
    "Inner",
    "Inside",
    "Patience",
    "Payload",
    "StoredHash",
    "examine",
    "is_confined",
    "listing_text",
    "read_listing",
    "readers",
    "sign_examination",
    "verify_examination",
    "write_listing",
]
