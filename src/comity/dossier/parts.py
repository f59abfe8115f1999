"""What a case file is made of, as one value: what ``app`` gathers, and what is written and disclosed.

Promises: values only; a ``DossierParts`` says nothing yet of what may be shown to whom.

Leaves to others: gathering them (``app``), choosing among them (``disclosure``), writing (``write``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from comity.acts import Act
from comity.dossier.statement import MissingField, Profile
from comity.dsse import Envelope
from comity.evidence.custody import CustodyProof
from comity.evidence.index import Index
from comity.evidence.timestamp import Token
from comity.tlog import Opening, Proof


@dataclass(frozen=True)
class Published:
    """One event of the exporting State's log, opened, and shown under the file's checkpoint.

    The subject of ``signed``, ``received`` and ``enrolment`` is the act's id, of ``custody_root`` the root.
    """

    opening: Opening
    proof: Proof


@dataclass(frozen=True)
class PublicLog:
    """The exporting State's log: its newest checkpoint, and the events that this case is about.

    Every proof must carry this very checkpoint (``tlog.proof.make`` under it).
    """

    checkpoint: bytes
    events: tuple[Published, ...]


@dataclass(frozen=True)
class ExhibitPart:
    """An exhibit without its payload: the signed seal statement, the index, and time-stamps.

    ``index``: none of what only a competent unit opens: the names of its files are in no case file.
    """

    statement: Envelope
    index: Index | None
    stamps: tuple[Token, ...] = ()


@dataclass(frozen=True)
class LetterPart:
    """The letter that renders an act, and the node's seal over it."""

    act: str
    pdf: bytes
    seal: Envelope


@dataclass(frozen=True)
class DossierParts:
    """Everything of one case that a file can hold.

    ``entries``: signed directory entries of both States, every version from the one that was
    trusted first. ``bundles``: canonical bytes of law bundles; one that is left out is only named.
    ``receipts``: of acts, issued and got. ``missing``: the fields that are already destroyed.
    """

    profile: Profile
    case: str
    state: str
    made_at: datetime
    entries: tuple[bytes, ...]
    bundles: tuple[bytes, ...]
    acts: tuple[Act, ...]
    receipts: tuple[Envelope, ...] = ()
    log: PublicLog | None = None
    custody: tuple[CustodyProof, ...] = ()
    exhibits: tuple[ExhibitPart, ...] = ()
    letters: tuple[LetterPart, ...] = ()
    missing: tuple[MissingField, ...] = ()
    note: str | None = None

    @property
    def shared(self) -> tuple[Act, ...]:
        """The acts that travelled."""
        return tuple(act for act in self.acts if act.header.shared)

    def act(self, id: str) -> Act | None:
        """The act of that id, or none."""
        return next((act for act in self.acts if act.id == id), None)
