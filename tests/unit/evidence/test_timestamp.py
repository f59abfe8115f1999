"""Time-stamps: proven at their own time, under the caller's roots, by our verifier and by openssl."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comity.errors import BadInput, ProofFailed, Unavailable
from comity.evidence import OpenSslAuthority, Token, read_chain, stamp, token_time, verify_token

DATA = b"the signed statement"

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


@pytest.fixture(scope="module")
def token(authority) -> Token:
    return stamp(authority, DATA)[0]


def test_a_token_is_proven_and_dated(authority, token) -> None:
    at = verify_token(token, DATA, [authority.root])
    assert at == token_time(token.reply)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
    assert "FOR TESTS" in authority.root.subject.rfc4514_string()


def test_other_data_another_root_and_no_root_are_refused(authority, token, tmp_path) -> None:
    stranger = OpenSslAuthority(tmp_path)
    for data, roots in ((DATA + b".", [authority.root]), (DATA, [stranger.root]), (DATA, [])):
        with pytest.raises(ProofFailed, match="stamp_wrong"):
            verify_token(token, data, roots)
    # A root that comes with the token is not trusted for that.
    both = Token(token.reply, token.chain + stranger.chain)
    with pytest.raises(ProofFailed):
        verify_token(both, DATA, [stranger.root])


def test_another_nonce_is_refused(authority, token) -> None:
    with pytest.raises(ProofFailed, match="stamp_wrong"):
        verify_token(token, DATA, [authority.root], nonce=1)


def test_the_chain_may_lack_the_signer_that_the_token_carries(authority, token) -> None:
    root_only = Token(token.reply, authority.root.public_bytes(Encoding.PEM))
    assert verify_token(root_only, DATA, [authority.root]) == token_time(token.reply)


def test_no_changed_byte_moves_the_time_or_the_data(authority, token) -> None:
    """Fields that no signature covers may change; what the token says may not."""
    at = token_time(token.reply)
    free = 0
    for place in range(0, len(token.reply), 3):
        changed = bytearray(token.reply)
        changed[place] ^= 0x41
        try:
            assert verify_token(Token(bytes(changed), token.chain), DATA, [authority.root]) == at
            free += 1
        except (ProofFailed, BadInput):
            continue
    assert free < 10


def test_what_is_no_reply_is_refused(authority, token) -> None:
    for reply in (
        b"",
        b"\x30\x00",
        token.reply + b"\0",
        token.reply[:-1],
        DATA,
        b"\x30\x05\x30\x03\x02\x01\x02",
    ):
        with pytest.raises(BadInput, match="not_a_reply"):
            verify_token(Token(reply, token.chain), DATA, [authority.root])
    for chain in (b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"):
        with pytest.raises(BadInput, match="not_certificates"):
            verify_token(Token(token.reply, chain), DATA, [authority.root])


def made(name: str, issuer, issuer_key, *, ca: bool, start: datetime, end: datetime, purpose=None):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
    return builder.sign(issuer_key or key, hashes.SHA256()), key


def authority_of(folder, root, signer, key) -> OpenSslAuthority:
    """The local authority with other certificates than it would make."""
    OpenSslAuthority(folder)
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "tsa.pem").write_bytes(signer.public_bytes(Encoding.PEM))
    (folder / "tsa.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return OpenSslAuthority(folder)


NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)


def test_a_certificate_that_was_not_valid_at_the_time_does_not_prove_it(tmp_path) -> None:
    root, root_key = made("root", None, None, ca=True, start=NOW - 9 * DAY, end=NOW + 9 * DAY)
    late, key = made(
        "tsa",
        root,
        root_key,
        ca=False,
        start=NOW + DAY,
        end=NOW + 5 * DAY,
        purpose=ExtendedKeyUsageOID.TIME_STAMPING,
    )
    authority = authority_of(tmp_path, root, late, key)
    with pytest.raises(ProofFailed, match="stamp_wrong"):
        stamp(authority, DATA)


def test_an_authority_whose_certificate_has_ended_is_named_as_such(tmp_path) -> None:
    """It still answers; its stamps would be found wrong by every check."""
    root, root_key = made("root", None, None, ca=True, start=NOW - 9 * DAY, end=NOW + 9 * DAY)
    span = {"start": NOW - 5 * DAY, "end": NOW - DAY}
    ended, key = made("tsa", root, root_key, ca=False, purpose=ExtendedKeyUsageOID.TIME_STAMPING, **span)
    with pytest.raises(ProofFailed, match="authority_ended"):
        stamp(authority_of(tmp_path, root, ended, key), DATA)


def test_a_certificate_for_another_purpose_does_not_stamp(tmp_path) -> None:
    """A web server's certificate under the same root, with a look-alike for stamping beside it."""
    root, root_key = made("root", None, None, ca=True, start=NOW - DAY, end=NOW + DAY)
    good, key = made(
        "tsa",
        root,
        root_key,
        ca=False,
        start=NOW - DAY,
        end=NOW + DAY,
        purpose=ExtendedKeyUsageOID.TIME_STAMPING,
    )
    authority = authority_of(tmp_path, root, good, key)
    token, _ = stamp(authority, DATA)
    # The true signer's certificate: same key, name and number, but for a web server.
    web = (
        x509.CertificateBuilder()
        .subject_name(good.subject)
        .issuer_name(root.subject)
        .public_key(key.public_key())
        .serial_number(good.serial_number)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    chain = root.public_bytes(Encoding.PEM) + web.public_bytes(Encoding.PEM)
    with pytest.raises(ProofFailed, match="stamp_wrong"):
        verify_token(Token(token.reply, chain), DATA, [root])


def test_openssl_agrees_also_after_the_certificate_expired(authority, token, tmp_path) -> None:
    for name, data in (("data", DATA), ("t.tsr", token.reply), ("chain.pem", token.chain)):
        (tmp_path / name).write_bytes(data)
    at = int(token_time(token.reply).timestamp())
    command = ["openssl", "ts", "-verify", "-data", "data", "-in", "t.tsr", "-CAfile", "chain.pem", "-attime"]
    good = subprocess.run([*command, str(at)], cwd=tmp_path, capture_output=True, check=False)
    assert good.returncode == 0, good.stderr
    late = subprocess.run(
        [*command, str(at + 40 * 365 * 86400)], cwd=tmp_path, capture_output=True, check=False
    )
    assert late.returncode != 0  # which is why VERIFY.txt says -attime


def test_an_authority_without_openssl_says_so(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="no_openssl"):
        OpenSslAuthority(tmp_path / "tsa")


def test_a_chain_is_read_in_order(authority) -> None:
    assert [one.issuer == one.subject for one in read_chain(authority.chain)] == [True, False]
