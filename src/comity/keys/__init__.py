"""The node's six keys and its people's: made, kept at rest, opened, used.

Promises: a private key is on disk only under a passphrase, or bare in a folder that is marked a
demonstration; no file is overwritten, and none is used that others could read. A private key never
shows in a ``repr`` or an error.

Leaves to others: which key is good when (``exchange``), who may sign what (``cases``, ``app``).
"""

from comity.keys.file import KEY_FILE_LIMIT, read_key_file, write_key_file
from comity.keys.node import NAMES, NodeKeys
from comity.keys.person import create_person_key, load_person_key
from comity.keys.protection import BARE, Bare, Passphrase, Protection, find_protection
from comity.keys.sealing import SealingKey
from comity.keys.signing import ED25519, SigningKey, public_pem

__all__ = [
    "BARE",
    "ED25519",
    "KEY_FILE_LIMIT",
    "NAMES",
    "Bare",
    "NodeKeys",
    "Passphrase",
    "Protection",
    "SealingKey",
    "SigningKey",
    "create_person_key",
    "find_protection",
    "load_person_key",
    "public_pem",
    "read_key_file",
    "write_key_file",
]
