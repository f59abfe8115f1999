"""The vault key's file, put under a key of a token, and taken from there again.

Promises: the vault key is the same before and after, and is proven to open before the file that was there is
replaced, durably, in one step; unwrapped it is in this process's memory alone.

Leaves to others: the token (``token``); copies of the file made before, which open as they did.
"""

from __future__ import annotations

from typing import Final

from comity import age
from comity.acts import Entropy
from comity.durable import write_over
from comity.errors import Conflict, NotPermitted, ProofFailed, Unavailable
from comity.keys.file import KEY_FILE_LIMIT, SUFFIX, check_protection, protect, read_raw
from comity.keys.node import NodeKeys
from comity.keys.token import TokenIdentity, TokenRecipient, key_in_token

_FILE: Final = "vault" + SUFFIX


def token_key(keys: NodeKeys) -> str | None:
    """The id of the token's key that the vault key is under, or none.

    Raises:
        ComityError: as ``read_key_file``.
    """
    return key_in_token(read_raw(keys.folder / _FILE))


def into_token(keys: NodeKeys, entropy: Entropy) -> str:
    """Put the vault key under a new key in the token; give that key's id.

    Raises:
        Conflict: it is under one already. NotPermitted: no token is set. Others: as the token's.
    """
    if keys.token is None:
        raise NotPermitted("keys.token_not_set")
    before = token_key(keys)
    if before is not None:
        raise Conflict("keys.token_already", key=before)
    text = keys.vault.text()
    key = keys.token.make_key(entropy)
    data = age.seal(text, [TokenRecipient(keys.token, key)], entropy=entropy)
    if age.open_sealed(data, [TokenIdentity(keys.token)], KEY_FILE_LIMIT) != text:
        raise ProofFailed("keys.token_other_key", label=keys.token.label, key=key)
    _replace(keys, data)
    return key


def out_of_token(keys: NodeKeys, entropy: Entropy) -> None:
    """Put the vault key under the node's passphrase again; the token's key stays where it is.

    Raises:
        Conflict: it is under no token's key. Others: as the token's, and ``check_protection``.
    """
    if token_key(keys) is None:
        raise Conflict("keys.token_not_used")
    check_protection(keys.folder, keys.protection)
    _replace(keys, protect(keys.vault.text(), keys.protection, entropy))


def _replace(keys: NodeKeys, data: bytes) -> None:
    path = keys.folder / _FILE
    try:
        write_over(path, data, keys.folder, 0o600)
    except OSError as error:
        raise Unavailable("keys.unwritable", file=str(path), what=error.strerror or "?") from error
