"""What a person certifies of an exhibit goes with it, is proven with it, and with no other."""

import shutil
from dataclasses import replace

import handing as h
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity import dossier, dsse, store
from comity.app import custody, exhibit
from comity.app.certify import Certifying, Translated, certify
from comity.app.content import write_stamp
from comity.app.court_page import chronicle
from comity.app.doctor import examine
from comity.app.export import export_case
from comity.app.letter import letter_of
from comity.clock import write_instant
from comity.errors import BadInput, NotFound, NotPermitted, ProofFailed
from comity.evidence import (
    MOST_CERTIFICATES,
    Failure,
    Proof,
    Token,
    add_proof,
    sign_certificate,
    verify_certificate,
    verify_package,
)
from comity.exchange import DirectoryKey, Purpose, Status
from comity.wire import b64u

KEPT = Certifying(
    name="Officer A",
    function="examiner",
    text="Kept in the vault from intake on; no copy left it but those in custody.",
    asked="A copy, sealed in the presence of a second officer.",
    followed="The copy was sealed by the examiner.",
    departure="The second officer was not there.",
)


def test_a_certificate_travels_and_is_proven_with_the_exhibit(pair, request_, files, tmp_path):
    case, pt, gh = request_.header.case, pair.pt, pair.gh
    id, other = h.take_in(pair, request_, files / "mail"), h.take_in(pair, request_, files / "mail" / "inbox")
    with h.fails(BadInput, "certify.no_procedure"):
        certify(pt.node, case, id, Certifying("Officer A", "examiner", "Kept."), pt["examiner"])
    with h.fails(NotPermitted, "app.not_competent"):
        certify(pt.node, case, id, KEPT, pt["approver"])
    did = Translated("inbox", "ab" * 32, "pt", "en")
    with h.fails(NotFound, "evidence."):
        nothing = replace(did, path="not there")
        certify(pt.node, case, id, Certifying("B", "translator", "?", translated=nothing), pt["examiner"])
    kept = certify(pt.node, case, id, KEPT, pt["examiner"]).act
    told = Certifying("Officer B", "translator", "True and complete.", translated=did)
    certify(pt.node, case, id, told, pt["examiner"])
    certify(pt.node, case, other, KEPT, pt["examiner"])
    events = custody.custody_list(pt.node, case, id)[2:]
    assert [(one.action, one.purpose) for one in events] == [
        ("certified", "custodian"),
        ("certified", "translator"),
    ]
    assert events[0].note == kept.id
    # It goes with the delivery, and the receiver adds one of its own.
    h.release(pair, request_, id)
    act = h.hand_over(pair, request_, id)
    pair.settle()
    with h.fails(NotFound, "store."):
        certify(gh.node, case, id, KEPT, gh["examiner"])
    custody.take_custody(gh.node, act.id, gh["examiner"])
    certify(gh.node, case, id, KEPT, gh["examiner"])
    bag = exhibit.open_exhibit(gh.node, case, id, tmp_path / "bag", gh["examiner"], "for counsel")
    report = verify_package(bag, [pt.node.keys.acts.public])
    assert report.holds
    assert (report.certificates[0].certifies, report.certificates[0].act) == ("custodian", kept.id)
    assert [one.translation for one in report.certificates] == [None, did.translation]
    assert len([path for path in report.unproven if "-certificate-" in path]) == 1
    report = verify_package(bag, [pt.node.keys.acts.public, gh.node.keys.acts.public])
    assert len(report.certificates) == 3
    # That of another exhibit, slipped in, is named; so is one that was altered by who renamed the file too.
    with pt.node.db.read() as conn:
        (foreign,) = store.certificates_of(conn, case, other)
        seal = dsse.read(store.get_exhibit(conn, case, id).statement)
    with h.fails(ProofFailed, "evidence.certificate_other"):
        verify_certificate(dsse.read(foreign), seal, [pt.node.keys.acts.public])
    wrong = Proof(99, "certificate", foreign)
    add_proof(bag, wrong)
    assert verify_package(bag, [pt.node.keys.acts.public]).failures == (Failure(wrong.path, "certificate"),)
    (bag / wrong.path).unlink()
    # The case file has the act with the person's own signature, and custody the event of it.
    file = export_case(pt.node, case, dossier.Profile.COURT, letters=False)
    assert dossier.verify(file).holds
    if shutil.which("pdftotext"):
        letter = letter_of(pt.node, kept.id)
        assert letter.pdf.startswith(b"%PDF")


def test_no_other_state_keeps_us_from_certifying_nor_speaks_for_an_office_of_ours(
    pair, request_, files, monkeypatch
):
    case, pt, gh = request_.header.case, pair.pt, pair.gh
    id = h.sealed_and_released(pair, request_, files / "mail")
    certify(pt.node, case, id, KEPT, pt["examiner"])
    act = h.hand_over(pair, request_, id)
    pair.settle()
    custody.take_custody(gh.node, act.id, gh["examiner"])
    with gh.node.db.read() as conn:
        (data,) = store.certificates_of(conn, case, id)
        seal = dsse.read(store.get_exhibit(conn, case, id).statement)
        directory = gh.node.directory(conn)
    theirs = verify_certificate(dsse.read(data), seal, [pt.node.keys.acts.public])

    def put(certificate, public, sign):
        envelope = dsse.write(sign_certificate(certificate, public, sign))
        now = pair.clock.at
        gh.node.db.writer.run(lambda conn: store.put_certificate(conn, case, id, envelope, now))

    for number in range(1, MOST_CERTIFICATES):
        one = theirs.model_copy(update={"text": f"Kept, {number}.", "office": "gh:central-authority"})
        put(one, pt.node.keys.acts.public, pt.node.keys.acts.sign)
    for _ in range(MOST_CERTIFICATES):
        certify(gh.node, case, id, KEPT, gh["examiner"])
    with h.fails(BadInput, "certify.too_many"):
        certify(gh.node, case, id, KEPT, gh["examiner"])
    # One by a key of theirs that others may have held when it came.
    lost, public, entry = with_revoked(directory.entry("PT"), pair.clock.at)
    put(theirs, public, lost.sign)
    known, revoked = directory.with_peer(entry), entry.keys[-1]
    monkeypatch.setattr(type(gh.node), "directory", lambda _node, _conn: known)
    told = chronicle(gh.node, case, id).certificates
    assert [(one.state, one.unlisted) for one in told[:2]] == [("PT", False), ("PT", True)]
    assert [(one.state, one.unlisted, one.revoked) for one in told[20:40]] == [("GH", False, None)] * 20
    assert (told[40].state, told[40].key, told[40].revoked) == ("PT", revoked.key, revoked.until)
    assert told[40].after


def with_revoked(entry, now):
    """A key that was revoked since and sealed nothing, raw too; and the entry of a State's node with it."""
    lost = Ed25519PrivateKey.generate()
    public = lost.public_key().public_bytes_raw()
    revoked = DirectoryKey(
        key=dsse.key_id("ed25519", public), alg="ed25519", public=b64u(public), rp_id=None,
        purpose=Purpose.ACTS, authority=None, deeds=(), since="2020-01-01T00:00:00Z", status=Status.REVOKED,
        until=write_instant(now),
    )  # fmt: skip
    return lost, public, entry.model_copy(update={"keys": (*entry.keys, revoked)})


def test_a_certificate_by_a_key_revoked_since_keeps_no_exhibit_out_and_is_told(
    pair, request_, files, monkeypatch
):
    case, pt, gh = request_.header.case, pair.pt, pair.gh
    id = h.sealed_and_released(pair, request_, files / "mail")
    certify(pt.node, case, id, KEPT, pt["examiner"])
    with pt.node.db.read() as conn:
        (data,) = store.certificates_of(conn, case, id)
        seal = dsse.read(store.get_exhibit(conn, case, id).statement)
        entry = pt.node.directory(conn).own
    with gh.node.db.read() as conn:
        directory = gh.node.directory(conn)
    own = verify_certificate(dsse.read(data), seal, [pt.node.keys.acts.public])
    lost, public, revoked = with_revoked(entry, pair.clock.at)
    envelope = dsse.write(sign_certificate(own, public, lost.sign))
    pt.node.db.writer.run(lambda conn: store.put_certificate(conn, case, id, envelope, pair.clock.at))
    act = h.hand_over(pair, request_, id)
    pair.settle()
    with h.fails(ProofFailed, "evidence.certificate_stranger"):  # by a key that this State never had
        custody.take_custody(gh.node, act.id, gh["examiner"])
    known = directory.with_peer(revoked)
    monkeypatch.setattr(type(gh.node), "directory", lambda _node, _conn: known)
    custody.take_custody(gh.node, act.id, gh["examiner"])
    told = chronicle(gh.node, case, id).certificates
    assert [(one.key, one.revoked, one.after) for one in told] == [
        (dsse.key_id("ed25519", pt.node.keys.acts.public), None, False),
        (dsse.key_id("ed25519", public), write_instant(pair.clock.at), True),
    ]


def test_what_is_no_time_stamp_is_not_taken_over(pair, request_, files):
    """It would stand in the way of every renewal, and of every examination of the node."""
    case, pt, gh = request_.header.case, pair.pt, pair.gh
    id = h.sealed_and_released(pair, request_, files / "mail")
    data = write_stamp(Token(b"no reply", b"no chain"))
    pt.node.db.writer.run(lambda conn: store.put_timestamp(conn, case, id, data, pair.clock.at, "x"))
    act = h.hand_over(pair, request_, id)
    pair.settle()
    before = h.count(gh, request_)
    with h.fails(BadInput, "evidence.not_"):
        custody.take_custody(gh.node, act.id, gh["examiner"])
    assert h.count(gh, request_) == before
    examine(gh.node)
