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
from comity.exchange.directory import Directory, good, revoked
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
    "Purpose",
    "SignedPieceReceipt",
    "SignedReceipt",
    "Status",
    "Step",
    "Stranger",
    "answer",
    "choose",
    "constant_answer",
    "good",
    "open_message",
    "prove",
    "read_answer",
    "read_message",
    "read_piece_answer",
    "revoked",
    "seal_act",
    "seal_message",
    "seal_receipt",
    "sign_entry",
    "sign_receipt",
    "trust",
    "update",
    "verify_piece_receipt",
    "verify_receipt",
    "write_message",
]
