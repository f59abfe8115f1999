"""Certificates that go with an exhibit: of who keeps it and by which procedure, and of who translated it.

Promises: the node signs what a person certified, and names the act by which that person did, so that whoever
has the package alone can prove it with the key that sealed; the case file holds the act with the person's own
signature. A certificate names the seal, so that it goes with no other exhibit.

Leaves to others: the act (``acts``), who may certify (``app``), the page (``letters``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Final

from pydantic import Field

from comity import dsse
from comity.acts.home_terms import Certifies
from comity.clock import read_instant
from comity.dsse import Envelope
from comity.errors import ProofFailed
from comity.evidence.names import Alias, CaseId, Digest, ExhibitId, Instant, Line
from comity.wire import Model, Version1, dump_bytes, parse

CERTIFICATE_TYPE: Final = "application/vnd.comity.certificate.v1+json"
CERTIFICATE_LIMIT: Final = 512 * 1024
MOST_CERTIFICATES: Final = 20
"""Certificates of one exhibit that one State's node signed; of another State's, what one delivery brings."""

_Words = Annotated[str, Field(min_length=1, max_length=20_000)]
_Language = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class Certificate(Model):
    """Version 1. ``seal``: id of the seal statement; ``act``: of the act that the person signed.

    ``asked``, ``followed``, ``departure``: the procedure that was asked for, what was done, and where that
    departed from it. ``original``, ``translation``: SHA-256 of what was translated, and of what came of it.
    """

    v: Version1
    certifies: Certifies
    case: CaseId
    exhibit: ExhibitId
    seal: Digest
    act: Digest
    by: Alias
    name: Line
    function: Line
    office: Line
    at: Instant
    text: _Words
    asked: _Words | None
    followed: _Words | None
    departure: _Words | None
    original: Digest | None
    translation: Digest | None
    written_in: _Language | None
    into: _Language | None


def sign_certificate(certificate: Certificate, public: bytes, sign: Callable[[bytes], bytes]) -> Envelope:
    """Sign it with a node's Ed25519 key: ``public`` raw, ``sign`` gets the PAE's bytes."""
    return dsse.sign(CERTIFICATE_TYPE, dump_bytes(certificate), dsse.key_id("ed25519", public), sign)


def verify_certificate(envelope: Envelope, seal: Envelope, keys: Sequence[bytes]) -> Certificate:
    """Prove that one of these node keys signed it, and that it is of the exhibit so sealed.

    Raises:
        ProofFailed: another type or signer, a wrong signature, or of another exhibit. BadInput: it is none.
    """
    public = dsse.named_signer(envelope, keys)
    if public is None:
        stranger = envelope.signatures[0].keyid if envelope.signatures else ""
        raise ProofFailed("evidence.certificate_stranger", key=stranger)
    found = parse(Certificate, dsse.verify_one(envelope, CERTIFICATE_TYPE, public), limit=CERTIFICATE_LIMIT)
    read_instant(found.at)
    if found.seal != seal.id:
        raise ProofFailed("evidence.certificate_other", exhibit=found.exhibit)
    return found
