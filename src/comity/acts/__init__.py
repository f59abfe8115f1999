"""What authorities say: kinds, fields, header, envelope, signatures, receipts, findings.

Promises: an act is immutable; it reads and writes in one encoding; fields can be withheld or
destroyed and it still verifies. Pure: no clock, disk, network or database.

Leaves to others: order and effect (``cases``), transport (``exchange``), keeping (``store``).
"""

from comity.acts import terms
from comity.acts.act import MAX_ACT, Act, compose, open_act, read_act, write_act
from comity.acts.conduct import ACTS, ELEMENTS, PARTS, CitedDocument, Conduct, StatedElement
from comity.acts.disclosure import Disclosure, Entropy, commit, disclose, read_disclosure
from comity.acts.finding import (
    Argument,
    AskWhom,
    Because,
    Citation,
    Fact,
    Finding,
    LawRead,
    Missing,
    Provenance,
    Reading,
    Verdict,
)
from comity.acts.header import ACT_TYPE, Header, LawUsed, Signer
from comity.acts.kinds import (
    KINDS,
    Condition,
    Kind,
    Offence,
    Paper,
    Person,
    Proceeding,
    Question,
    Reason,
    Reply,
    Selector,
    Signatory,
    Statement,
    kind,
)
from comity.acts.names import Capacity, Outcome, Role, state_of
from comity.acts.receipt import PIECE_RECEIPT_TYPE, RECEIPT_TYPE, LogPromise, PieceReceipt, Receipt
from comity.acts.signatures import PublicKey, verify_signature, verify_signers

__all__ = [
    "ACTS",
    "ACT_TYPE",
    "ELEMENTS",
    "KINDS",
    "MAX_ACT",
    "PARTS",
    "PIECE_RECEIPT_TYPE",
    "RECEIPT_TYPE",
    "Act",
    "Argument",
    "AskWhom",
    "Because",
    "Capacity",
    "Citation",
    "CitedDocument",
    "Condition",
    "Conduct",
    "Disclosure",
    "Entropy",
    "Fact",
    "Finding",
    "Header",
    "Kind",
    "LawRead",
    "LawUsed",
    "LogPromise",
    "Missing",
    "Offence",
    "Outcome",
    "Paper",
    "Person",
    "PieceReceipt",
    "Proceeding",
    "Provenance",
    "PublicKey",
    "Question",
    "Reading",
    "Reason",
    "Receipt",
    "Reply",
    "Role",
    "Selector",
    "Signatory",
    "Signer",
    "StatedElement",
    "Statement",
    "Verdict",
    "commit",
    "compose",
    "disclose",
    "kind",
    "open_act",
    "read_act",
    "read_disclosure",
    "state_of",
    "terms",
    "verify_signature",
    "verify_signers",
    "write_act",
]
