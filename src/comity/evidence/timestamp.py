"""Time-stamps of RFC 3161: asked for, and proven at the moment that they name.

Promises: a token is judged at its own genTime, so it still holds when the authority's certificate
has expired, and never holds if that certificate was not valid then. Certificates that come with a
token help to build its chain and are never trusted themselves: roots are the caller's.

Leaves to others: reaching an authority over the network, choosing whom to trust, renewing in time.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from comity.clock import write_instant
from comity.errors import BadInput, ProofFailed, Unavailable
from comity.evidence.stamp_batch import batch, root_at
from comity.evidence.timestamp_form import GRANTED, Refusal, ordered, refusal_of, with_policy

_UNREADABLE: Final = (
    VerificationError,
    ValueError,
    KeyError,  # a name's string type that ASN.1 does not know
    x509.InvalidVersion,
    x509.DuplicateExtension,
)
"""What the verifier and the certificate parser raise over bytes that are not as they should be."""

TOKEN_LIMIT: Final = 256 * 1024
"""Bytes of a reply, and of a chain."""


@dataclass(frozen=True, slots=True)
class Token:
    """A reply (``TimeStampResp``, DER), and its authority's chain (PEM, the root included).

    ``place``: where what is stamped stands in the tree that the reply is over (``stamp_batch``); empty where
    the reply is over the thing itself. ``renews``: it is over the tokens before it too (``renewal``).
    """

    reply: bytes
    chain: bytes
    place: bytes = b""
    renews: bool = False


class Authority(Protocol):
    """A time-stamp authority."""

    @property
    def chain(self) -> bytes:
        """Its certificates in PEM: root, intermediates, its own (which its replies may bring instead)."""
        ...

    @property
    def policy(self) -> str | None:
        """The policy (object identifier) that is asked for, and must be that of the token; none: any."""
        ...

    def answer(self, query: bytes) -> bytes:
        """A reply (``TimeStampResp``, DER) to a query (``TimeStampReq``, DER).

        Raises:
            Unavailable: it did not answer.
        """
        ...


def stamp(authority: Authority, data: bytes) -> tuple[Token, datetime]:
    """Have ``data`` time-stamped; the token is proven under the authority's own root before it is given.

    Raises:
        Unavailable: the authority did not answer, or refused. ProofFailed: its reply does not hold, or its
            certificate has ended. BadInput: it is no reply.
    """
    return _ask(authority, data)


def stamp_together(
    authority: Authority,
    statements: Sequence[bytes],
    entropy: Callable[[int], bytes],
    *,
    renews: bool = False,
) -> tuple[tuple[Token, ...], datetime]:
    """Have several statements stamped by one token; give each its own, with its place.

    ``renews``: the statements are records of what each renewal covers.

    Raises:
        Unavailable, ProofFailed: as ``stamp``. BadInput: none, or too many.
    """
    root, places = batch(statements, entropy)
    token, at = _ask(authority, root)
    return tuple(replace(token, place=place, renews=renews) for place in places), at


def _ask(authority: Authority, data: bytes) -> tuple[Token, datetime]:
    query = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256).build()
    asked, policy = query.as_bytes(), authority.policy
    chain = read_chain(authority.chain)
    answer = authority.answer(asked if policy is None else with_policy(asked, policy))
    refused = refusal_of(answer)
    if refused is not None:
        raise _refused(refused)
    token = Token(ordered(answer), authority.chain)
    reply = _read_reply(token.reply)
    at = token_time(token.reply)
    if reply.status != GRANTED:
        raise ProofFailed("evidence.stamp_modified")
    if reply.tst_info.message_imprint.hash_algorithm != query.message_imprint.hash_algorithm:
        raise ProofFailed("evidence.stamp_wrong", what="another hash algorithm")
    if policy is not None and reply.tst_info.policy != x509.ObjectIdentifier(policy):
        other = reply.tst_info.policy.dotted_string[:60]
        raise ProofFailed("evidence.stamp_policy", policy=policy, other=other)
    ended = _signer(reply, chain).not_valid_after_utc
    if ended < at:
        raise ProofFailed("evidence.authority_ended", at=write_instant(ended))
    roots = [one for one in chain if one.issuer == one.subject]
    return token, verify_token(token, data, roots, nonce=query.nonce, policy=policy)


def _refused(refused: Refusal) -> Unavailable:
    """What an authority says that gives no token (RFC 3161, 2.4.2), as something that a person can act on."""
    if refused.status == _WAITING:
        return Unavailable("evidence.refused_waiting", text=refused.text)
    known = [_FAILURES[bit] for bit in refused.failures if bit in _FAILURES]
    return Unavailable(known[0] if known else "evidence.refused", text=refused.text)


_WAITING: Final = 3

_FAILURES: Final[Mapping[int, str]] = MappingProxyType(
    {
        0: "evidence.refused_algorithm",
        2: "evidence.refused_request",
        5: "evidence.refused_format",
        14: "evidence.refused_no_time",
        15: "evidence.refused_policy",
        16: "evidence.refused_extension",
        17: "evidence.refused_more",
        25: "evidence.refused_failure",
    }
)
"""PKIFailureInfo: badAlg, badRequest, badDataFormat, timeNotAvailable, unacceptedPolicy, unacceptedExtension,
addInfoNotAvailable, systemFailure."""


def verify_token(
    token: Token,
    data: bytes,
    roots: Sequence[x509.Certificate],
    *,
    nonce: int | None = None,
    policy: str | None = None,
) -> datetime:
    """Prove that ``data`` existed at the instant that is returned (genTime, UTC).

    Raises:
        BadInput: not a reply, not certificates, or not a place.
        ProofFailed: not over this data, no chain to one of ``roots`` valid at genTime, another
            nonce or policy, or a certificate that is not for time-stamping.
    """
    if not roots:
        raise ProofFailed("evidence.stamp_wrong", what="no trusted root")
    reply = _read_reply(token.reply)
    chain = read_chain(token.chain)
    builder = VerifierBuilder().tsa_certificate(_signer(reply, chain))
    for root in dict.fromkeys(roots):  # two authorities may have one root
        builder = builder.add_root_certificate(root)
    for certificate in dict.fromkeys(chain):
        # What comes with the token may lead to a root, and must never be taken for one.
        if certificate.issuer != certificate.subject:
            builder = builder.add_intermediate_certificate(certificate)
    if nonce is not None:
        builder = builder.nonce(nonce)
    if policy is not None:
        builder = builder.policy_id(x509.ObjectIdentifier(policy))
    try:
        builder.build().verify_message(reply, root_at(token.place, data) if token.place else data)
    except _UNREADABLE as error:
        raise ProofFailed("evidence.stamp_wrong", what=str(error)[:120]) from error
    return reply.tst_info.gen_time.astimezone(UTC)


def judge_token(token: Token, data: bytes, roots: Sequence[x509.Certificate]) -> tuple[datetime, bool]:
    """Prove a token under one of ``roots``, or else its own; genTime (UTC), and whether one of ``roots`` did.

    What holds under its own root alone is whole, and its authority one that nobody here said to believe.

    Raises:
        BadInput, ProofFailed: as ``verify_token``: it holds under neither.
    """
    if roots:
        with suppress(ProofFailed):
            return verify_token(token, data, roots), True
    return verify_token(token, data, own_roots(token)), False


def own_roots(token: Token) -> list[x509.Certificate]:
    """The roots of a token's own chain.

    Raises:
        BadInput: the chain cannot be read.
    """
    return [one for one in read_chain(token.chain) if one.issuer == one.subject]


def token_time(reply: bytes) -> datetime:
    """The genTime that a reply names, unproven.

    Raises:
        BadInput: not a granted reply.
    """
    return _read_reply(reply).tst_info.gen_time.astimezone(UTC)


def token_policy(reply: bytes) -> str:
    """The policy (object identifier) that a reply names, unproven.

    Raises:
        BadInput: not a granted reply.
    """
    return _read_reply(reply).tst_info.policy.dotted_string


def digests_of(reply: bytes) -> tuple[str, ...]:
    """The digests that a reply rests on, by name: of what it stamps, and of what its signature is over.

    Raises:
        BadInput: not a granted reply.
    """
    read = _read_reply(reply)
    named = {read.tst_info.message_imprint.hash_algorithm, *read.signed_data.digest_algorithms}
    return tuple(sorted(_DIGESTS[one.dotted_string] for one in named if one.dotted_string in _DIGESTS))


_DIGESTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "1.2.840.113549.2.5": "md5",
        "1.3.14.3.2.26": "sha1",
        "2.16.840.1.101.3.4.2.4": "sha224",
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
    }
)
"""Object identifiers of digests (RFC 3279, RFC 5754)."""


def read_chain(pem: bytes) -> list[x509.Certificate]:
    """Certificates of a PEM text.

    Raises:
        BadInput: there is none, or one cannot be read.
    """
    if len(pem) > TOKEN_LIMIT:
        raise BadInput("evidence.not_certificates")
    try:
        chain = x509.load_pem_x509_certificates(pem)
        for certificate in chain:
            certificate.issuer, certificate.subject, certificate.extensions  # noqa: B018  read lazily: now
        return chain
    except _UNREADABLE as error:
        raise BadInput("evidence.not_certificates") from error


class OpenSslAuthority:
    """A local authority made with the ``openssl`` program: FOR TESTS AND DEMONSTRATIONS ONLY.

    Its key lies unprotected beside its certificates, and its clock is this machine's: its stamps
    prove nothing to anyone. Its certificates say so in their names.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        # The certificate is made last. One that is gone after stamps were given is not made anew: with the
        # root, all that was stamped would lose its proof.
        if not (folder / "tsa.pem").exists() and not self._used():
            self._found()

    policy: str | None = None

    @property
    def chain(self) -> bytes:
        """Root, then its own certificate."""
        return self._read("root.pem") + self._read("tsa.pem")

    @property
    def root(self) -> x509.Certificate:
        """The root that a test or a demonstration trusts."""
        return read_chain(self._read("root.pem"))[0]

    def answer(self, query: bytes) -> bytes:
        """Answer a query."""
        with self._lock:  # the serial number is a file
            (self._folder / "query.tsq").write_bytes(query)
            self._openssl(
                "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr"
            )
            return (self._folder / "reply.tsr").read_bytes()

    def _used(self) -> bool:
        serial = self._folder / "serial"
        return serial.exists() and self._read("serial") != _FIRST

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            what = error.strerror or type(error).__name__
            raise Unavailable("evidence.authority_unreadable", file=name, what=what) from error

    def _found(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (self._folder / "tsa.cnf").write_text(_CONFIGURATION, encoding="ascii")
        (self._folder / "serial").write_bytes(_FIRST)
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        self._openssl(
            *("req", "-x509", "-config", "tsa.cnf", "-extensions", "root", *key),
            *("-subj", f"/O={_WARNING}/CN=Demo root", "-days", "3650"),
            *("-keyout", "root.key", "-out", "root.pem"),
        )
        self._openssl(
            *("req", "-new", "-config", "tsa.cnf", *key),
            *("-subj", f"/O={_WARNING}/CN=Demo time-stamp authority"),
            *("-keyout", "tsa.key", "-out", "tsa.csr"),
        )
        self._openssl(
            *("x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key"),
            *("-set_serial", "2", "-days", "3640", "-extfile", "tsa.cnf", "-extensions", "tsa_cert"),
            *("-out", "tsa.pem"),
        )

    def _openssl(self, *arguments: str) -> None:
        try:
            done = subprocess.run(  # noqa: S603  fixed arguments; no text of others among them
                ["openssl", *arguments],  # noqa: S607  where the system has it
                cwd=self._folder,
                capture_output=True,
                check=False,
                timeout=60,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable("evidence.no_openssl", reason=str(error)[:120]) from error
        if done.returncode:
            raise Unavailable(
                "evidence.no_openssl", reason=done.stderr.decode("utf-8", "replace").strip()[-120:]
            )


def certificates(token: Token) -> tuple[x509.Certificate, ...]:
    """The certificates of a token: its chain's, and its reply's, where alone the signer's may be.

    Raises:
        BadInput: the reply or the chain cannot be read. ProofFailed: a certificate in the reply cannot.
    """
    return (*read_chain(token.chain), *_within(_read_reply(token.reply)))


def _signer(reply: TimeStampResponse, chain: Sequence[x509.Certificate]) -> x509.Certificate:
    """The certificate that the token names as its signer, from the chain or from the token.

    It must be named to the verifier. Left to itself, that checks the signature with one certificate
    and the purpose (timeStamping) of another that merely carries the same issuer and number.
    """
    within = _within(reply)
    try:
        signers = list(reply.signed_data.signer_infos)
        if len(signers) == 1:
            for one in (*chain, *within):
                if (one.issuer, one.serial_number) == (signers[0].issuer, signers[0].serial_number):
                    return one
    except _UNREADABLE as error:
        raise ProofFailed("evidence.stamp_wrong", what="certificate") from error
    raise ProofFailed("evidence.stamp_wrong", what="signer")


def _within(reply: TimeStampResponse) -> list[x509.Certificate]:
    """The certificates that a reply carries."""
    try:
        return [x509.load_der_x509_certificate(der) for der in reply.signed_data.certificates]
    except _UNREADABLE as error:
        raise ProofFailed("evidence.stamp_wrong", what="certificate") from error


def _read_reply(data: bytes) -> TimeStampResponse:
    if len(data) > TOKEN_LIMIT:
        raise BadInput("evidence.not_a_reply")
    try:
        reply = decode_timestamp_response(data)
        reply.tst_info  # noqa: B018  a refusal carries no token: reading is the check
    except ValueError as error:
        raise BadInput("evidence.not_a_reply") from error
    return reply


_FIRST: Final = b"01\n"
"""The serial number of the first stamp."""

_WARNING: Final = "FOR TESTS AND DEMONSTRATIONS ONLY"

_CONFIGURATION: Final = """\
[req]
distinguished_name = name
prompt = no
[name]
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa_cert]
basicConstraints = critical, CA:false
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
default_tsa = local
[local]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
