"""What lies at a path: recognised by its shape, verified as that, and each changed byte named."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import builders as b
import case_files as c
import pytest

from comity import age, dsse
from comity.dossier import Subject, Trust, Verdict, seal_letter, verify_letter, verify_path
from comity.errors import NotFound, ProofFailed
from comity.evidence.intake import take_in
from comity.evidence.package import write_package
from comity.evidence.seal import make_statement, sign_statement
from comity.evidence.vault import FileVault
from comity.wire import digest


@pytest.fixture
def log(tmp_path):
    """A log of 600 entries in two batches, as files: full and partial tiles, those of the first size too."""
    log = c.Log(c.Node("PT"))
    log.enter(*[("signed", digest(str(n).encode())) for n in range(300)])
    log.enter(*[("received", digest(str(n).encode())) for n in range(298)])
    folder = tmp_path / "log"
    for path, data in (log.files | {"checkpoint": log.public().checkpoint}).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


@pytest.fixture
def package(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "one.eml").write_bytes(b"One.\n")
    vault = FileVault(tmp_path / "vault")
    taken = take_in(source, vault, [age.generate_x25519(c.PT.entropy).recipient], c.PT.entropy(32))
    statement = make_statement(
        taken, exhibit="EX-1", case=b.CASE, taken_at=c.AT, taken_by="p-1", source="Fictional Provider"
    )
    acts = c.PT.keys["acts"]
    envelope = sign_statement(statement, acts.public, acts.sign)
    with (source / "one.eml").open("rb", buffering=0) as payload:
        write_package(tmp_path / "EX-1", envelope, taken.index, payload, acts.public)
    return tmp_path / "EX-1"


LOG_TRUST = Trust(vkeys=(c.PT.vkey.encode(),))


def test_a_case_file_is_recognised_and_verified(tmp_path) -> None:
    path = tmp_path / "case.zip"
    path.write_bytes(c.written(c.small()))
    report = verify_path(path, c.TRUST)
    assert (report.subject, report.holds) == (Subject.CASE_FILE, True)
    report = verify_path(path, Trust(fingerprints=c.TRUST.fingerprints))
    assert not report.notes  # the law data of this program is known
    path.write_bytes(b"")
    assert (verify_path(path).subject, verify_path(path).holds) == (Subject.CASE_FILE, False)


def test_a_case_file_whose_first_byte_is_changed_is_still_verified_as_one(tmp_path) -> None:
    path = tmp_path / "case.zip"
    data = bytearray(c.written(c.small()))
    data[0] ^= 1
    path.write_bytes(data)
    (line,) = verify_path(path, c.TRUST).failures
    assert line.part.say() == "local header of dossier.json"


def test_a_log_holds_by_its_key(log) -> None:
    report = verify_path(log, LOG_TRUST)
    assert (report.subject, report.holds, report.notes) == (Subject.LOG, True, ())
    assert verify_path(log, Trust(entries=(c.PT.entry(),))).holds


def test_a_log_without_a_key_is_told_to_be_unproven(log) -> None:
    assert c.ids(verify_path(log), Verdict.NOTE) == {"dossier.log_key_not_given"}
    assert not verify_path(log, Trust(vkeys=(c.GH.vkey.encode(),))).holds


def test_a_changed_byte_in_any_file_of_the_log_is_named(log) -> None:
    rng = random.Random(3)
    files = [path for path in log.rglob("*") if path.is_file()]
    assert len(files) > 8
    for path in files:
        data = path.read_bytes()
        at = rng.randrange(len(data)) if path.name != "checkpoint" else data.index(b"\n") + 1
        path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
        report = verify_path(log, LOG_TRUST)
        assert not report.holds, path
        names = {line.part.name for line in report.failures}
        here = path.relative_to(log).as_posix()
        assert names == {here}
        path.write_bytes(data)
    assert verify_path(log, LOG_TRUST).holds


def test_a_missing_tile_is_named(log) -> None:
    (log / "tile/0/000").unlink()
    report = verify_path(log, LOG_TRUST)
    assert not report.holds


def test_a_file_that_is_not_of_the_log_is_told(log) -> None:
    (log / "notes.txt").write_text("hello")
    report = verify_path(log, LOG_TRUST)
    assert report.holds
    assert c.ids(report, Verdict.NOTE) == {"dossier.not_of_the_log"}


def test_a_package_holds_by_the_fingerprint_of_its_signer(package) -> None:
    report = verify_path(package, c.TRUST)
    assert (report.subject, report.holds) == (Subject.EXHIBIT, True)
    assert not c.ids(report, Verdict.NOTE)
    assert "dossier.compare_signer" in c.ids(verify_path(package), Verdict.NOTE)
    assert not verify_path(package, Trust(fingerprints={"PT": c.GH.keys["acts"].id})).holds


def test_a_changed_file_of_a_package_is_named(package) -> None:
    (package / "data/one.eml").write_bytes(b"Two.\n")
    report = verify_path(package, c.TRUST)
    assert {line.part.name for line in report.failures} == {"data/one.eml"}


def test_a_letter_holds_by_the_states_entry_and_by_nothing_less(tmp_path) -> None:
    pdf, act = b"%PDF-1.7 a letter\n", "ab" * 32
    seal = seal_letter(pdf, act, c.PT.keys["pdf"])
    (tmp_path / "l.pdf").write_bytes(pdf)
    (tmp_path / "l.pdf.seal.json").write_bytes(dsse.write(seal))
    trust = Trust(entries=(c.PT.entry(),))
    for name in ("l.pdf", "l.pdf.seal.json"):
        report = verify_path(tmp_path / name, trust)
        assert (report.subject, report.holds) == (Subject.LETTER, True)
    stranger = Trust(entries=(c.GH.entry(),))
    assert c.ids(verify_path(tmp_path / "l.pdf", stranger)) == {"dossier.letter_by_stranger"}
    (tmp_path / "l.pdf").write_bytes(pdf + b" ")
    (line,) = verify_path(tmp_path / "l.pdf", trust).failures
    assert (line.message.id, line.part.name) == ("dossier.letter_differs", "l.pdf")
    (tmp_path / "l.pdf.seal.json").unlink()
    (line,) = verify_path(tmp_path / "l.pdf", trust).failures
    assert (line.message.id, line.part.name) == ("dossier.letter_without_seal", "l.pdf.seal.json")


@pytest.mark.parametrize("trust", [Trust(), Trust(fingerprints=c.TRUST.fingerprints)])
def test_a_letter_whose_signer_nobody_can_know_is_told_so_and_still_held_against_its_seal(tmp_path, trust):
    pdf = b"%PDF-1.7 a letter\n"
    (tmp_path / "l.pdf").write_bytes(pdf)
    seal = dsse.write(seal_letter(pdf, "ab" * 32, c.PT.keys["pdf"]))
    (tmp_path / "l.pdf.seal.json").write_bytes(seal)
    report = verify_path(tmp_path / "l.pdf", trust)
    assert report.holds
    assert c.ids(report, Verdict.NOTE) == {"dossier.letter_signer_not_given"}
    assert not c.ids(report, Verdict.OK)
    (tmp_path / "l.pdf").write_bytes(pdf + b" ")
    assert c.ids(verify_path(tmp_path / "l.pdf", trust)) == {"dossier.letter_differs"}


def test_a_seal_is_for_one_letter_by_one_key() -> None:
    pdf = b"%PDF-1.7 a letter\n"
    seal = seal_letter(pdf, "ab" * 32, c.PT.keys["pdf"])
    assert verify_letter(pdf, seal, c.PT.keys["pdf"].public).act == "ab" * 32
    for data, key in ((pdf + b"\n", c.PT), (pdf, c.GH)):
        with pytest.raises(ProofFailed):
            verify_letter(data, seal, key.keys["pdf"].public)


def test_a_directory_entry_is_proven_and_compared(tmp_path) -> None:
    path = tmp_path / "pt.json"
    path.write_bytes(c.PT.signed_entry())
    assert verify_path(path, c.TRUST).holds
    assert verify_path(path, c.TRUST).subject is Subject.ENTRY
    assert c.ids(verify_path(path), Verdict.NOTE) == {"dossier.compare_fingerprint"}
    assert not verify_path(path, Trust(fingerprints={"PT": c.GH.keys["acts"].id})).holds
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"sig":"', b'"sig":"A', 1))
    assert not verify_path(path, c.TRUST).holds


def test_what_is_none_of_these_is_told(tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    for path in (tmp_path / "notes.txt", tmp_path):
        report = verify_path(path)
        assert (report.subject, report.holds) == (Subject.UNKNOWN, False)
    with pytest.raises(NotFound):
        verify_path(tmp_path / "nothing")


def test_a_folder_named_by_a_dot_is_named_in_full(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = verify_path(Path()).failures
    assert dict(line.message.arguments)["name"] == str(tmp_path)
    assert line.part.name == str(tmp_path)


def test_links_in_a_log_are_not_followed(log, tmp_path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.move(log / "tile/0/000", moved)
    (log / "tile/0/000").symlink_to(moved)
    assert "dossier.link" in c.ids(verify_path(log, LOG_TRUST))
