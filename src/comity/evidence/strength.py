"""How long the algorithms of a time-stamp are relied on, by a table with its sources.

Promises: the weakest key or digest of a token and of its certificates decides; what the table does not know
ends nothing. It says when to renew, by which publication, and whether the table was compared with that; and
never that a token does not hold.

Leaves to others: when certificates end (``renewal``), the proof (``timestamp``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from comity.clock import read_instant
from comity.evidence.timestamp import Token, certificates, digests_of
from comity.toml import read_toml

_TABLE: Final = "strength.toml"
_EDWARDS: Final = ((Ed25519PublicKey, 256), (Ed448PublicKey, 448))


class Weakening(NamedTuple):
    """From when on (UTC) an algorithm is no longer relied on, and by which publication.

    ``mark``: ``adopted`` or ``draft``. ``unchecked``: something that this rests on in the table was not yet
    compared with its source.
    """

    at: datetime
    source: str
    mark: str
    unchecked: bool


def weakens_at(token: Token) -> datetime | None:
    """From when on the weakest algorithm of a token is no longer relied on (UTC); none where none is known.

    Raises:
        BadInput, ProofFailed: the token cannot be read.
    """
    found = weakening(token)
    return None if found is None else found.at


def weakening(token: Token) -> Weakening | None:
    """The same, with what it rests on.

    Raises:
        BadInput, ProofFailed: the token cannot be read.
    """
    found = [*_of_certificates(token), *(_of_digest(name) for name in digests_of(token.reply))]
    known = [bits for bits in found if bits is not None]
    if not known:
        return None
    table = _table()
    figures = any(one["verify"] for one in (*table["key"], table["digest"]))
    ends = [
        Weakening(read_instant(end["after"]), end["source"], end["mark"], figures or end["verify"])
        for end in table["end"]
        if min(known) < end["below"]
    ]
    return min(ends, default=None)


def _of_certificates(token: Token) -> Iterator[int | None]:
    for one in certificates(token):
        yield _of_key(one)
        if one.issuer != one.subject:  # a root is believed by itself, not by its own signature
            try:
                algorithm = one.signature_hash_algorithm
            except UnsupportedAlgorithm:
                continue
            yield None if algorithm is None else _of_digest(algorithm.name)


def _of_key(certificate: x509.Certificate) -> int | None:
    try:
        key = certificate.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None
    if isinstance(key, RSAPublicKey):
        return _reached("rsa", key.key_size)
    if isinstance(key, EllipticCurvePublicKey):
        return _reached("ec", key.key_size)
    return next((_reached("ec", size) for kind, size in _EDWARDS if isinstance(key, kind)), None)


def _of_digest(name: str) -> int | None:
    found = _table()["digest"].get(name)
    return None if found is None else int(found)


def _reached(kind: str, size: int) -> int:
    steps = next(one["bits"] for one in _table()["key"] if one["kind"] == kind)
    return max(int(bits) for least, bits in steps if size >= least)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return read_toml((files("comity.evidence") / _TABLE).read_bytes())
