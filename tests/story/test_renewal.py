"""Before its certificate ages, a token is renewed by one over it; what was renewed cannot be taken away."""

import os
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import handing as h
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from comity import dossier
from comity.app import exhibit, renewal
from comity.app.doctor import examine
from comity.app.export import export_case
from comity.app.renewal import AHEAD, renew
from comity.errors import Conflict, ProofFailed
from comity.evidence import OpenSslAuthority, ages_at, renewal_record, stamp, stamp_together, verify_package
from comity.evidence.renewal import check_in_time, check_stamps, holds_until, verify_stamp

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def short_lived(folder, days=30):
    """An authority whose own certificate ends soon."""
    authority = OpenSslAuthority(folder)
    signing = ("-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "3", "-days", str(days))
    made = ("-extfile", "tsa.cnf", "-extensions", "tsa_cert", "-out", "tsa.pem")
    command = ["openssl", "x509", "-req", "-in", "tsa.csr", *signing, *made]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return authority


def ended(authority):
    """A certificate that ended long ago, which makes a chain that holds it one that ended."""
    key = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ended")])
    made = x509.CertificateBuilder(name, authority.root.subject, key.public_key(), 7)
    made = made.not_valid_before(datetime(2001, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2002, 1, 1, tzinfo=UTC)
    )
    return made.sign(key, None).public_bytes(Encoding.PEM)


def use(side, name):
    told = side.node.settings.model_copy(update={"timestamp": f"openssl:{name}"})
    object.__setattr__(side.node, "settings", told)
    return side.node.settings.timestamp_folder


def test_what_ages_is_renewed_by_one_token_and_verifies_with_standard_tools(pair, request_, files, tmp_path):
    side, case = pair.pt, request_.header.case
    old = short_lived(use(side, "tsa"))
    ids = [h.take_in(pair, request_, files / "mail" / "inbox") for _ in range(2)]
    for id in ids:
        exhibit.stamp(side.node, case, id, side["examiner"])
    pair.clock.at = datetime.now(UTC)
    lines = {line.message.id: dict(line.message.arguments) for line in examine(side.node)}
    assert lines["doctor.stamps_age"]["count"] == 2
    with h.fails(Conflict, "evidence_app.authority_as_old"):
        renew(side.node, side["examiner"])
    new = OpenSslAuthority(use(side, "newer"))
    due, at, by, troubles = renew(side.node, side["examiner"])
    assert ([one.exhibit for one in due], by, troubles) == (ids, "local", ())
    assert renew(side.node, side["examiner"])[:2] == ((), None)
    assert not [line for line in examine(side.node) if line.message.id == "doctor.stamps_age"]
    proven = exhibit.verify_exhibit(side.node, case, ids[0])
    assert [one.proven for one in proven.stamps] == [False, True]  # the newer authority is the one in use
    assert proven.stamps[1].at == at
    assert h.actions(side, request_, ids[0]) == ["taken_in", "sealed", "stamped", "stamped"]
    bag = exhibit.open_exhibit(side.node, case, ids[1], tmp_path / "bag", side["examiner"], "for counsel")
    keys, roots = [side.node.keys.acts.public], [old.root, new.root]
    report = verify_package(bag, keys, roots=roots)
    assert (report.failures, len(report.stamps)) == ((), 2)
    told = (bag / "VERIFY.txt").read_text().splitlines()
    script = "\n".join(["set -e", *(line for line in told if line.startswith("    "))])
    shell = lambda: subprocess.run(["sh", "-c", script], cwd=bag, capture_output=True, check=False)  # noqa: E731
    assert shell().returncode == 0, shell().stderr
    file = export_case(side.node, case, dossier.Profile.COURT)
    lines = [line for step in dossier.verify(file).steps for line in step.lines]
    assert not [line for line in lines if line.verdict is dossier.Verdict.FAILED]
    assert file.count(b"renewal-002.tsr") >= 2
    # A byte of the first token is changed: that file is named, and no other.
    (first,) = (bag / "proofs").glob("001-timestamp-*")
    good = first.read_bytes()
    first.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    (failure,) = verify_package(bag, keys, roots=roots).failures
    assert (failure.path, failure.what) == (f"proofs/{first.name}", "changed")
    first.write_bytes(good)
    # The first token is taken away: the renewal says that it was there, to us and to the shell.
    for gone in (bag / "proofs").glob("001-timestamp-*"):
        gone.unlink()
    (failure,) = verify_package(bag, keys, roots=roots).failures
    assert (failure.path[:20], failure.what) == ("proofs/002-renewal-" + failure.path[19], "stamp")
    assert shell().returncode != 0


def test_a_second_token_does_not_hide_that_the_first_ages(pair, request_, files):
    side, case = pair.pt, request_.header.case
    short_lived(use(side, "tsa"))
    id = h.take_in(pair, request_, files / "mail" / "inbox")
    exhibit.stamp(side.node, case, id, side["examiner"])
    use(side, "newer")
    exhibit.stamp(side.node, case, id, side["examiner"])  # plain: it is over the seal, not over the first
    pair.clock.at = datetime.now(UTC)
    due = renew(side.node, side["examiner"]).due
    assert [one.exhibit for one in due] == [id]
    assert due[0].ages < pair.clock.at + timedelta(days=31)
    assert renew(side.node, side["examiner"]).due == ()


def test_what_has_lapsed_already_is_not_renewed_and_stays_provable(pair, request_, files, tmp_path):
    """A renewal after the end would be found too late by every check: package, page and file would fail."""
    side, case = pair.pt, request_.header.case
    old = short_lived(use(side, "tsa"))
    id, aged = (h.take_in(pair, request_, files / "mail" / "inbox") for _ in range(2))
    exhibit.stamp(side.node, case, id, side["examiner"])
    with (side.node.settings.timestamp_folder / "root.pem").open("ab") as file:
        file.write(ended(old))
    exhibit.stamp(side.node, case, aged, side["examiner"])
    new = OpenSslAuthority(use(side, "newer"))
    pair.clock.at = datetime.now(UTC)
    due = renew(side.node, side["examiner"]).due
    assert [one.exhibit for one in due] == [id]
    bag = exhibit.open_exhibit(side.node, case, aged, tmp_path / "bag", side["examiner"], "for counsel")
    report = verify_package(bag, [side.node.keys.acts.public], roots=[old.root, new.root])
    assert report.failures == ()
    assert renew(side.node, side["examiner"]).due == ()
    lines = {line.message.id: dict(line.message.arguments) for line in examine(side.node)}
    assert "doctor.stamps_age" not in lines
    assert lines["doctor.stamps_lapsed"] == {"count": 1, "exhibit": aged}
    exhibit.stamp(side.node, case, aged, side["examiner"])
    renew(side.node, side["examiner"])
    assert not {"doctor.stamps_age", "doctor.stamps_lapsed"} & {
        line.message.id for line in examine(side.node)
    }


def test_certificates_that_end_are_renewed_where_no_algorithm_is_relied_on_any_more(
    pair, request_, files, monkeypatch
):
    """Every authority's algorithms are past their day by the table; its tokens must not lapse for that."""
    side, case = pair.pt, request_.header.case
    past = datetime(2001, 1, 1, tzinfo=UTC)
    monkeypatch.setattr(renewal, "renew_by", lambda token: min(ages_at(token), past))
    short_lived(use(side, "tsa"))
    id = h.take_in(pair, request_, files / "mail" / "inbox")
    exhibit.stamp(side.node, case, id, side["examiner"])
    pair.clock.at = datetime.now(UTC)
    OpenSslAuthority(use(side, "newer"))
    assert [one.exhibit for one in renew(side.node, side["examiner"]).due] == [id]
    with h.fails(Conflict, "evidence_app.authority_as_old"):  # not once more at each run
        renew(side.node, side["examiner"])
    assert h.actions(side, request_, id).count("stamped") == 2


def test_one_that_the_authoritys_clock_finds_too_late_keeps_no_other_back(pair, request_, files, monkeypatch):
    side, case = pair.pt, request_.header.case
    short_lived(use(side, "tsa"), days=2)
    late, id = (h.take_in(pair, request_, files / "mail" / "inbox") for _ in range(2))
    exhibit.stamp(side.node, case, late, side["examiner"])
    short_lived(side.node.settings.timestamp_folder)
    exhibit.stamp(side.node, case, id, side["examiner"])
    pair.clock.at = datetime.now(UTC)
    OpenSslAuthority(use(side, "newer"))
    real = renewal.stamp_together

    def ahead(*asked, **named):
        tokens, at = real(*asked, **named)
        return tokens, at + timedelta(days=3)

    monkeypatch.setattr(renewal, "stamp_together", ahead)
    assert [one.exhibit for one in renew(side.node, side["examiner"]).due] == [id]


def test_what_was_renewed_too_late_has_lapsed_whatever_stands_beside_it(tmp_path):
    old, new = short_lived(tmp_path / "old"), OpenSslAuthority(tmp_path / "new")
    first, at = stamp(old, b"statement")
    beside, _ = stamp(new, b"statement")
    (renewal,), _ = stamp_together(
        new, [renewal_record(b"statement", [first, beside])], os.urandom, renews=True
    )
    end, later = ages_at(first), ages_at(beside)
    assert holds_until([], []) == ()
    assert holds_until([first, beside], [at, at]) == (end, later)
    assert holds_until([first, beside, renewal], [at, at, end]) == (later, later, later)
    late = end + timedelta(seconds=1)
    assert holds_until([first, beside, renewal], [at, at, late]) == (None, later, later)
    assert holds_until([first, renewal], [at, late]) == (None, later)
    # A renewal that lapsed carries nothing; one that came in time to the first token itself does.
    short = replace(first, renews=True)
    assert holds_until([beside, short, renewal], [at, at, late]) == (later, None, later)
    assert holds_until([first, short, renewal], [at, at, late]) == (None, None, later)


def test_a_renewal_that_came_too_late_or_renews_another_token_is_refused(tmp_path):
    old = short_lived(tmp_path / "old")
    first, at = stamp(old, b"statement")
    other, _ = stamp(old, b"statement")
    record = renewal_record(b"statement", [first])
    (renewal,), _ = stamp_together(OpenSslAuthority(tmp_path / "new"), [record], bytes, renews=True)
    roots = [OpenSslAuthority(tmp_path / name).root for name in ("old", "new")]
    assert verify_stamp(first, b"statement", [], roots) == at
    verify_stamp(renewal, b"statement", [first], roots)
    # As it is held against the exhibit that it came with, whoever's roots are believed.
    check_stamps([first, renewal], b"statement")
    for tokens in ([other, renewal], [renewal, first], [renewal]):
        with pytest.raises(ProofFailed):
            check_stamps(tokens, b"statement")
    with pytest.raises(ProofFailed):
        check_stamps([first], b"another")
    for statement, before in ((b"another", [first]), (b"statement", [other]), (b"statement", []),
                              (b"statement", [first, other])):  # fmt: skip
        with pytest.raises(ProofFailed):
            verify_stamp(renewal, statement, before, roots)
    assert timedelta(days=29) < ages_at(first) - at < AHEAD
    check_in_time([first], ages_at(first))
    # To leave the signer's certificate out of the chain makes no token age later: it is in the reply.
    bare = replace(first, chain=old.root.public_bytes(Encoding.PEM))
    assert verify_stamp(bare, b"statement", [], roots) == at
    for token in (first, bare):
        with pytest.raises(ProofFailed, match="too late"):
            check_in_time([token], ages_at(first) + timedelta(seconds=1))
