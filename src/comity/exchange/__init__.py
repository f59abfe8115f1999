"""Node to node: the directory, proving what comes in, sealing what goes out, carrying it.

Promises: it computes; only ``http`` touches the network, nothing touches a disk or a database.

Leaves to others: keeping (``store``), and what is done with what came in (``app``).

``comity.exchange.http`` is not handed on here: the case file's verifier takes receipts and entries
from this room, and must load no network.
"""

from comity.exchange.answers import ANSWER_PLAIN, answer, constant_answer, read_answer, read_piece_answer
from comity.exchange.courier import (
    ACT_PATH,
    DIRECTORY_PATH,
    MAX_ANSWER,
    MEDIA_TYPE,
    PIECE_PATH,
    Courier,
)
from comity.exchange.directory import Directory, good, incompetence_of, revoked
from comity.exchange.entry import (
    DIRECTORY_TYPE,
    MAX_ENTRY,
    Authority,
    DirectoryKey,
    Entry,
    Hours,
    LogName,
    Purpose,
    Status,
    sign_entry,
    trust,
    update,
)
from comity.exchange.inbox import SKEW, Authentic, Known, NotInOrder, Outcome, Step, Stranger, prove
from comity.exchange.message import MAX_SEALED, SIZES, Message, open_message, read_message, write_message
from comity.exchange.outbox import choose, seal_act, seal_message, seal_receipt
from comity.exchange.receipts import (
    SignedPieceReceipt,
    SignedReceipt,
    sign_receipt,
    verify_piece_receipt,
    verify_receipt,
)
from comity.exchange.recovery import (
    RESEND_TYPE,
    ProvenReturn,
    Resend,
    Resent,
    Returned,
    Taken,
    check_spoken,
    prove_resend,
    prove_resent,
    prove_returned,
    read_returned,
    read_taken,
    returned_act,
    returned_entry,
    sign_statement,
)

__all__ = [
    "ACT_PATH",
    "ANSWER_PLAIN",
    "DIRECTORY_PATH",
    "DIRECTORY_TYPE",
    "MAX_ANSWER",
    "MAX_ENTRY",
    "MAX_SEALED",
    "MEDIA_TYPE",
    "PIECE_PATH",
    "RESEND_TYPE",
    "SIZES",
    "SKEW",
    "Authentic",
    "Authority",
    "Courier",
    "Directory",
    "DirectoryKey",
    "Entry",
    "Hours",
    "Known",
    "LogName",
    "Message",
    "NotInOrder",
    "Outcome",
    "ProvenReturn",
    "Purpose",
    "Resend",
    "Resent",
    "Returned",
    "SignedPieceReceipt",
    "SignedReceipt",
    "Status",
    "Step",
    "Stranger",
    "Taken",
    "answer",
    "check_spoken",
    "choose",
    "constant_answer",
    "good",
    "incompetence_of",
    "open_message",
    "prove",
    "prove_resend",
    "prove_resent",
    "prove_returned",
    "read_answer",
    "read_message",
    "read_piece_answer",
    "read_returned",
    "read_taken",
    "returned_act",
    "returned_entry",
    "revoked",
    "seal_act",
    "seal_message",
    "seal_receipt",
    "sign_entry",
    "sign_receipt",
    "sign_statement",
    "trust",
    "update",
    "verify_piece_receipt",
    "verify_receipt",
    "write_message",
]
