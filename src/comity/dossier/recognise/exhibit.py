"""An exhibit package: a BagIt folder with a seal.

Promises: it is held against its seal (``evidence.inspection``) with the key of a node that is trusted; where
none is brought, with the key that lies in it, and then its fingerprint is told for comparison.

Leaves to others: the proofs of custody (``custody``), and of the log, which a case file shows in its context.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from comity import dsse
from comity.clock import write_instant
from comity.dossier.recognise.custody import check_in_package
from comity.dossier.report import Part, Place, Report, Step, Subject
from comity.dossier.source import Source
from comity.dossier.trust import Trust
from comity.errors import ComityError
from comity.evidence.bag import SIGNER
from comity.evidence.inspection import verify_package
from comity.exchange.entry import Purpose
from comity.messages import message

_PEM_LIMIT: Final = 4096


def recognises(found: Source) -> bool:
    """Whether it is a folder with a BagIt declaration or a seal."""
    return found.has("bagit.txt") or found.has("seal/statement.dsse.json")


def check(found: Source, trust: Trust) -> Report:
    """Verify it."""
    step = Step(1, "package")
    trusted, brought = signers(found, trust)
    result = verify_package(found.path, trusted, roots=trust.roots)
    for failure in result.failures:
        told = message("dossier.package_file", what=failure.what)
        step.fail(told, Part(Place.FILE, failure.path))
    if result.statement is not None:
        statement = result.statement
        here = Part(Place.FILE, found.name)
        told = message("dossier.seal_signed", exhibit=statement.exhibit, at=statement.taken_at)
        step.ok(told, here)
        if not brought and result.signer is not None:
            fingerprint = dsse.key_id("ed25519", result.signer)
            step.note(message("dossier.compare_signer", fingerprint=fingerprint), here)
    for stamp in result.stamps:
        step.ok(message("dossier.stamped", at=write_instant(stamp.at)), Part(Place.FILE, stamp.path))
    for certificate in result.certificates:
        told = message(
            f"dossier.certified_{certificate.certifies.value}",
            by=certificate.by,
            at=certificate.at,
            act=certificate.act,
        )
        step.ok(told, Part(Place.FILE, found.name))
    custody: set[str] = set()
    if result.statement is not None:
        custody = check_in_package(found, result.unproven, result.statement, trusted, step)
    for path in result.unproven:
        if path in custody:
            continue
        step.note(message("dossier.proof_not_asked"), Part(Place.FILE, path))
    return Report(Subject.EXHIBIT, (step,))


def package_signers(folder: Path, trust: Trust) -> tuple[list[bytes], bool]:
    """As ``signers``, of a package at a path."""
    return signers(Source(folder), trust)


def signers(found: Source, trust: Trust) -> tuple[list[bytes], bool]:
    """The raw keys that may have sealed the package, and whether they were brought along.

    Where none was, the one that lies in it: then its fingerprint is to be compared.
    """
    trusted = trust.raw_keys(Purpose.ACTS)
    within = _within(found)
    brought = bool(trusted or trust.fingerprints)
    if within is not None and (not brought or trust.believes(dsse.key_id("ed25519", within))):
        trusted.append(within)
    return trusted, brought


def _within(found: Source) -> bytes | None:
    """The raw key that lies in the package, if it can be read: believed only by its fingerprint."""
    try:
        key = load_pem_public_key(found.read(SIGNER, _PEM_LIMIT))
    except (ComityError, ValueError, UnsupportedAlgorithm):
        return None  # the package's own check names the file
    return key.public_bytes_raw() if isinstance(key, Ed25519PublicKey) else None
