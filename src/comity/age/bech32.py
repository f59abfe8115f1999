"""Bech32 text of keys: ``age1…``, ``AGE-SECRET-KEY-1…`` and their hybrid kin (BIP 173).

Promises: one spelling. Mixed case, a wrong checksum, non-zero padding bits, a foreign character or
an unexpected prefix are refused. There is no length limit (C2SP ``age.md``: hybrid keys are long).

Leaves to others: what the bytes are.
"""

from __future__ import annotations

from typing import Final

from comity.errors import BadInput

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUE: Final = {letter: value for value, letter in enumerate(_ALPHABET)}
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_LENGTH: Final = 6
_FIRST_PRINTABLE: Final = 33
_LAST_PRINTABLE: Final = 126
_LIMIT: Final = 8192
"""Characters. The longest key of ours has 1,959; keeps hostile text from costing time."""


def bech32_encode(prefix: str, data: bytes) -> str:
    """Write bytes under a lower-case prefix, in lower case (BIP 173)."""
    values = _regroup(data, 8, 5, pad=True)
    check = _polymod([*_expand(prefix), *values, *[0] * _CHECKSUM_LENGTH]) ^ 1
    tail = [(check >> 5 * (5 - i)) & 31 for i in range(_CHECKSUM_LENGTH)]
    return prefix + "1" + "".join(_ALPHABET[value] for value in [*values, *tail])


def bech32_decode(text: str) -> tuple[str, bytes]:
    """Read the prefix (in lower case) and the bytes.

    Raises:
        BadInput: mixed case, no separator, a foreign character, a wrong checksum, padding bits
            that are not zero. The text itself is never in the error: it may be a secret.
    """
    if len(text) > _LIMIT:
        raise BadInput("age.key_text", what="length")
    lowered = text.lower()
    if text not in (lowered, text.upper()):
        raise BadInput("age.key_text", what="case")
    prefix, separator, rest = lowered.rpartition("1")
    if not separator or not prefix or len(rest) < _CHECKSUM_LENGTH:
        raise BadInput("age.key_text", what="separator")
    if any(not _FIRST_PRINTABLE <= ord(letter) <= _LAST_PRINTABLE for letter in prefix):
        raise BadInput("age.key_text", what="character")
    if any(letter not in _VALUE for letter in rest):
        raise BadInput("age.key_text", what="character")
    values = [_VALUE[letter] for letter in rest]
    if _polymod([*_expand(prefix), *values]) != 1:
        raise BadInput("age.key_text", what="checksum")
    return prefix, bytes(_regroup(values[:-_CHECKSUM_LENGTH], 5, 8, pad=False))


def read_key_text(text: str, prefix: str, size: int, *, upper: bool) -> bytes:
    """The bytes of a key of a known kind, which is written in one case throughout.

    Raises:
        BadInput: as ``bech32_decode``; another prefix, another length in bytes, the other case.
    """
    found, data = bech32_decode(text)
    if found != prefix or len(data) != size or text != (text.upper() if upper else text.lower()):
        raise BadInput("age.key_text", what="kind")
    return data


def _expand(prefix: str) -> list[int]:
    codes = [ord(letter) for letter in prefix]
    return [*(code >> 5 for code in codes), 0, *(code & 31 for code in codes)]


def _polymod(values: list[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, term in enumerate(_GENERATOR):
            if top >> bit & 1:
                check ^= term
    return check


def _regroup(values: bytes | list[int], width: int, into: int, *, pad: bool) -> list[int]:
    """Regroup bits; when reading, left-over bits must be fewer than a group, and zero."""
    held = bits = 0
    out: list[int] = []
    for value in values:
        held = (held << width | value) & 0xFFF
        bits += width
        while bits >= into:
            bits -= into
            out.append(held >> bits & ((1 << into) - 1))
    rest = held & ((1 << bits) - 1)
    if pad:
        if bits:
            out.append(rest << (into - bits))
    elif bits >= width or rest:
        raise BadInput("age.key_text", what="padding")
    return out
