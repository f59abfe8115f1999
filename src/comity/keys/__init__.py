"""The node's six keys and its people's: made, kept at rest, opened, used.

Promises: a private key is on disk only under a passphrase or a key of a token, or bare in a folder that is
marked a demonstration; no file is overwritten (the vault's is replaced by itself, put under a token's key or
taken from there), and none is used that others could read. A private key never shows in a ``repr`` or an
error.

Leaves to others: which key is good when (``exchange``), who may sign what (``cases``, ``app``).
"""

from comity.keys.file import KEY_FILE_LIMIT, read_key_file, write_key_file
from comity.keys.node import NAMES, NodeKeys
from comity.keys.person import create_person_key, load_person_key
from comity.keys.protection import BARE, Bare, Passphrase, Protection, find_protection
from comity.keys.sealing import SealingKey, make_unit_file, read_unit_file
from comity.keys.signing import ED25519, SigningKey, public_pem
from comity.keys.token import Ask, Token, find_pin
from comity.keys.vault_key import into_token, out_of_token, token_key

__all__ = [
    "BARE",
    "ED25519",
    "KEY_FILE_LIMIT",
    "NAMES",
    "Ask",
    "Bare",
    "NodeKeys",
    "Passphrase",
    "Protection",
    "SealingKey",
    "SigningKey",
    "Token",
    "create_person_key",
    "find_pin",
    "find_protection",
    "into_token",
    "load_person_key",
    "make_unit_file",
    "out_of_token",
    "public_pem",
    "read_key_file",
    "read_unit_file",
    "token_key",
    "write_key_file",
]
