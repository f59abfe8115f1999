"""The age v1 file format on pyca/cryptography alone (C2SP ``age.md``).

Promises: files that ``age`` opens, and opens what ``age`` writes, for X25519, passphrase and the
post-quantum hybrid type. A file is never written to a hybrid and another recipient together: the
weaker one would undo the stronger. Memory is constant whatever the size.

Leaves to others: where keys are kept (``keys``), plugins, SSH keys, and the tagged hardware types.
"""

from __future__ import annotations

from comity.age.armor import ArmorReader, ArmorWriter, armor
from comity.age.file import (
    decrypt,
    decrypt_unfinished,
    encrypt,
    generate_hybrid,
    generate_x25519,
    open_range,
    open_sealed,
    open_view,
    parse_identity,
    parse_recipient,
    seal,
)
from comity.age.header import ByteSink, ByteSource, Header, Stanza, fill, pour, read_header
from comity.age.hybrid import HybridIdentity, HybridRecipient
from comity.age.recipient import Entropy, Identity, Recipient
from comity.age.scrypt import PassphraseIdentity, PassphraseRecipient
from comity.age.stream import (
    CHUNK,
    SEALED,
    LendingSink,
    RangeReader,
    Reader,
    SeekableSource,
    Writer,
    payload_size,
)
from comity.age.x25519 import X25519Identity, X25519Recipient

__all__ = [
    "CHUNK",
    "SEALED",
    "ArmorReader",
    "ArmorWriter",
    "ByteSink",
    "ByteSource",
    "Entropy",
    "Header",
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "LendingSink",
    "PassphraseIdentity",
    "PassphraseRecipient",
    "RangeReader",
    "Reader",
    "Recipient",
    "SeekableSource",
    "Stanza",
    "Writer",
    "X25519Identity",
    "X25519Recipient",
    "armor",
    "decrypt",
    "decrypt_unfinished",
    "encrypt",
    "fill",
    "generate_hybrid",
    "generate_x25519",
    "open_range",
    "open_sealed",
    "open_view",
    "parse_identity",
    "parse_recipient",
    "payload_size",
    "pour",
    "read_header",
    "seal",
]
