"""The chronicle of an exhibit: what was sealed, who held it when, when it was stamped; for a page to show.

Promises: everything in it was proven first: the seal and the package by a trusted key, each event under one
root, each time-stamp under a trusted root or named as unproven. A package that does not hold has none.

Leaves to others: the page (``letters``), what a node knows beside (``app``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography import x509

from comity import dsse
from comity.dsse import Envelope
from comity.errors import ProofFailed
from comity.evidence.bag import (
    CERTIFICATE,
    CUSTODY,
    HANDOVER_CHAIN,
    PROOF_NAME,
    PROOFS,
    RENEWAL,
    STATEMENT,
    TIMESTAMP,
    TSA_CHAIN,
)
from comity.evidence.certificate import CERTIFICATE_LIMIT, Certificate, verify_certificate
from comity.evidence.custody import PROOF_LIMIT, CustodyProof, Event, read_proof, verify_exhibit
from comity.evidence.findings import Report
from comity.evidence.inspection import verify_package
from comity.evidence.seal import SealStatement
from comity.evidence.timestamp import TOKEN_LIMIT, read_chain, token_time

_SUBJECT: Final = 120


@dataclass(frozen=True, slots=True)
class StampTold:
    """A time-stamp: when, by which authority (its root's name), and whether under a root that is trusted.

    ``handover``: the counter of the event that it is over; none where it is over the seal.
    """

    at: datetime
    authority: str
    proven: bool
    renews: bool
    handover: int | None = None


@dataclass(frozen=True, slots=True)
class LogTold:
    """A public log: its name, how many entries its last checkpoint has, and where each event stands in it.

    ``places``: for each event the position of the first root that covers it; none while it is not published.
    """

    origin: str
    size: int
    places: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CertificateTold:
    """A certificate, and whose node signed it with which key (its fingerprint); what a page says beside it.

    ``state``: none where no directory is at hand. ``unlisted``: that State lists no such office as it claims.
    ``revoked``: since when others may have held the key; ``kept``: since when the certificate is here, then.
    """

    certificate: Certificate
    key: str
    state: str | None = None
    unlisted: bool = False
    revoked: str | None = None
    kept: str | None = None

    @property
    def after(self) -> bool:
        """Whether it came only once others may have held the key, so that by itself it proves nobody."""
        return self.revoked is not None and (self.kept is None or self.kept >= self.revoked)


@dataclass(frozen=True, slots=True)
class Chronicle:
    """``seal``: id of the statement; ``signer``: fingerprint of the key that sealed.

    ``events``: none where the key that signed them was not brought along (``custody_signer`` names it).
    """

    statement: SealStatement
    seal: str
    signer: str
    events: tuple[Event, ...]
    root: str | None
    tree_size: int
    stamps: tuple[StampTold, ...]
    certificates: tuple[CertificateTold, ...]
    custody_signer: str | None = None
    log: LogTold | None = None


def chronicle_of(
    folder: Path, trusted: Sequence[bytes], *, roots: Sequence[x509.Certificate] = ()
) -> Chronicle:
    """The chronicle of a package, every part of it proven. ``trusted``, ``roots``: as ``verify_package``.

    Raises:
        NotFound: there is no such folder. ProofFailed: the package does not hold, or its custody does not.
    """
    report = verify_package(folder, trusted, roots=roots)
    statement = report.demand()
    envelope = dsse.read((folder / STATEMENT).read_bytes())
    chronicle = Chronicle(
        statement=statement,
        seal=envelope.id,
        signer=dsse.key_id("ed25519", report.signer or b""),
        events=(),
        root=None,
        tree_size=0,
        stamps=(*_stamps(folder, {one.path: one.at for one in report.stamps}), *_handed(folder, report)),
        certificates=_certificates(folder, envelope, trusted),
    )
    return _with_custody(folder, chronicle, trusted)


def authority_of(chain: bytes) -> str:
    """The name of the root of a time-stamp's chain, at most so many characters."""
    roots = [one for one in read_chain(chain) if one.issuer == one.subject] or read_chain(chain)
    return roots[0].subject.rfc4514_string()[:_SUBJECT]


def _handed(folder: Path, report: Report) -> tuple[StampTold, ...]:
    """The hand-overs whose time-stamps were proven."""
    told = []
    for one in report.handovers:
        number = one.path.removeprefix(PROOFS)[:3]
        chain = next((folder / PROOFS).glob(f"{number}-{HANDOVER_CHAIN}-*.pem"))
        authority = authority_of(chain.read_bytes())
        told.append(StampTold(one.at, authority, proven=True, renews=False, handover=one.event.counter))
    return tuple(told)


def _with_custody(folder: Path, chronicle: Chronicle, trusted: Sequence[bytes]) -> Chronicle:
    """With the custody proof of the package: the last that a trusted key signed.

    Of several of one custody it is the longest: an early one that was put in again later hides nothing.
    """
    own: list[CustodyProof] = []
    stranger: str | None = None
    for path in sorted((folder / PROOFS).glob(f"*-{CUSTODY}-*.json")):
        with path.open("rb") as file:
            proof = read_proof(file.read(PROOF_LIMIT + 1))
        first = dsse.checked(proof.events[0].event) if proof.events else None
        statement = chronicle.statement
        if (
            (proof.case, proof.exhibit) != (statement.case, statement.exhibit)
            or first is None
            or not first.signatures
        ):
            raise ProofFailed("evidence.package_damaged", path=f"{PROOFS}{path.name}")
        if dsse.named_signer(first, trusted) is None:
            stranger = first.signatures[0].keyid
        else:
            own.append(proof)
    if not own:
        return replace(chronicle, custody_signer=stranger)
    same = [proof for proof in own if proof.events[0].event == own[-1].events[0].event]
    longest = max(same, key=lambda proof: len(proof.events))
    events = verify_exhibit(longest, trusted)
    return replace(chronicle, events=events, root=longest.root, tree_size=longest.tree_size)


def _certificates(folder: Path, seal: Envelope, trusted: Sequence[bytes]) -> tuple[CertificateTold, ...]:
    """What persons certified, by number; one that no trusted key signed is not told."""
    told = []
    for path in sorted((folder / PROOFS).glob(f"*-{CERTIFICATE}-*.json")):
        with path.open("rb") as file:
            envelope = dsse.read(file.read(CERTIFICATE_LIMIT + 1))
        if dsse.named_signer(envelope, trusted) is not None:
            certificate = verify_certificate(envelope, seal, trusted)
            told.append(CertificateTold(certificate, envelope.signatures[0].keyid))
    return tuple(told)


def _stamps(folder: Path, proven: dict[str, datetime]) -> tuple[StampTold, ...]:
    """The time-stamps by number, proven or not."""
    told = []
    for path in sorted((folder / PROOFS).glob("*.tsr")):
        name = f"{PROOFS}{path.name}"
        match = PROOF_NAME.fullmatch(name)
        if match is None or match.group(2) not in {TIMESTAMP, RENEWAL}:
            continue
        chain = next((folder / PROOFS).glob(f"{match.group(1)}-{TSA_CHAIN}-*.pem"), None)
        authority = "?" if chain is None else authority_of(chain.read_bytes()[: TOKEN_LIMIT + 1])
        at = proven.get(name) or token_time(path.read_bytes()[: TOKEN_LIMIT + 1])
        told.append(StampTold(at, authority, name in proven, match.group(2) == RENEWAL))
    return tuple(told)
