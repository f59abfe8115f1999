"""A person's own Ed25519 key, in a file of the ``people`` folder: who signs on the command line.

Promises: as ``file``: made once, never overwritten, the owner's alone, under the person's own
passphrase. The name of the file is a label on this machine; it never travels.

Leaves to others: whose key it is (an ``enrol`` act), passkeys (``web``), asking for the passphrase.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from comity.acts import Entropy
from comity.errors import BadInput
from comity.keys.file import SUFFIX, read_key_file, write_key_file
from comity.keys.protection import Protection
from comity.keys.signing import SigningKey, generate_private, read_private

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def create_person_key(folder: Path, name: str, protection: Protection, entropy: Entropy) -> SigningKey:
    """Make ``NAME.key`` in DATA/people.

    Raises:
        BadInput: the name is no label. Others: as ``write_key_file``.
    """
    path = _path(folder, name)
    pem = generate_private(entropy)
    write_key_file(path, pem, protection, entropy)
    return read_private(pem, str(path))


def load_person_key(folder: Path, name: str, protection: Protection) -> SigningKey:
    """Open ``NAME.key`` of DATA/people.

    Raises:
        BadInput: the name is no label, or the file no key. Others: as ``read_key_file``.
    """
    path = _path(folder, name)
    return read_private(read_key_file(path, protection), str(path))


def _path(folder: Path, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise BadInput("keys.not_a_name", name=name[:60])
    return folder / (name + SUFFIX)
