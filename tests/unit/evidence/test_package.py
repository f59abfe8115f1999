"""Packages: accepted by bagit, sha256sum, openssl; every changed byte, file and link named."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import bagit
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from comity import dsse
from comity.errors import BadInput, Conflict, NotFound, ProofFailed
from comity.evidence import (
    Failure,
    OpenSslAuthority,
    Proof,
    Report,
    add_proof,
    next_number,
    renewal_record,
    signer_pem,
    stamp,
    stamp_proofs,
    stamp_together,
    verify_package,
    write_package,
)
from comity.evidence.bag import core_files
from comity.wire import digest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed")


def write(exhibit, folder: Path, proofs=()) -> Path:
    write_package(
        folder, exhibit.envelope, exhibit.taken.index, exhibit.payload(), exhibit.node.public, proofs=proofs
    )
    return folder


@pytest.fixture(scope="module")
def written(exhibit, authority, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("written") / "EX-1"
    sealed = dsse.write(exhibit.envelope)
    together, _ = stamp_together(authority, [b"another", b"and one more", sealed, b"the last"], os.urandom)
    return write(exhibit, folder, [*stamp_proofs(1, together[2]), Proof(2, "custody", b'{"v":1}')])


@pytest.fixture
def bag(written, tmp_path) -> Path:
    shutil.copytree(written, tmp_path / "bag", symlinks=True)
    return tmp_path / "bag"


def verify(bag: Path, exhibit, authority=None) -> Report:
    return verify_package(bag, [exhibit.node.public], roots=[authority.root] if authority else [])


def files(bag: Path) -> list[str]:
    return sorted(p.relative_to(bag).as_posix() for p in bag.rglob("*") if p.is_file())


def test_a_package_holds(bag, exhibit, authority) -> None:
    report = verify(bag, exhibit, authority)
    assert report.failures == ()
    assert report.holds
    assert report.demand().exhibit == "EX-1"
    assert report.signer == exhibit.node.public
    assert len(report.stamps) == 1
    assert [path[:20] for path in report.unproven] == ["proofs/002-custody-" + report.unproven[0][19]]
    data = b"".join((bag / "data" / entry.path).read_bytes() for entry in exhibit.taken.index.files)
    assert data == exhibit.payload().read()


def test_without_roots_a_time_stamp_is_called_unproven(bag, exhibit) -> None:
    report = verify(bag, exhibit)
    assert report.holds
    assert report.stamps == ()
    assert any("timestamp" in path for path in report.unproven)


def test_the_same_exhibit_gives_the_same_package(exhibit, written, tmp_path) -> None:
    again = write(exhibit, tmp_path / "again")
    core = [path for path in files(written) if not path.startswith("proofs/")]
    assert files(again) == core
    for path in core:
        assert (again / path).read_bytes() == (written / path).read_bytes()


def test_bagit_accepts_it(bag) -> None:
    assert bagit.Bag(str(bag)).validate()
    done = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", "--quiet", str(bag)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def commands(bag: Path) -> str:
    text = (bag / "VERIFY.txt").read_text()
    lines = [line.strip() for line in text.splitlines() if line.startswith("    ")]
    assert len(lines) == 24
    assert len(lines) <= 30, "what a person types by hand"
    return "\n".join(["set -e", *lines])


def follow(bag: Path, script: str | None = None) -> subprocess.CompletedProcess[bytes]:
    """As a defence expert would: nothing of ours at hand, not even a setting."""
    bare = {"PATH": "/usr/bin:/bin"}
    told = ["/bin/sh", "-c", script or commands(bag)]
    return subprocess.run(told, cwd=bag, env=bare, capture_output=True, check=False)


@needs_openssl
def test_the_commands_of_verify_txt_accept_it(bag, exhibit) -> None:
    done = follow(bag)
    assert done.returncode == 0, done.stderr
    assert b"Signature Verified Successfully" in done.stdout
    assert b"Verification: OK" in done.stdout
    assert digest(exhibit.node.public).encode() in done.stdout


@needs_openssl
def test_the_commands_of_verify_txt_find_every_kind_of_change(written, tmp_path, exhibit) -> None:
    script = commands(written)
    for number, path in enumerate(files(written)):
        bag = tmp_path / str(number)
        shutil.copytree(written, bag)
        file = bag / path
        data = bytearray(file.read_bytes())
        if not data:
            continue
        whole = path.startswith(("data/", "manifest", "seal/statement", "proofs/001"))
        for place in {len(data) // 2, *((0, len(data) - 1) if whole else ())}:
            data[place] ^= 1
            file.write_bytes(data)
            assert follow(bag, script).returncode != 0, (path, place)
            data[place] ^= 1
    bag = tmp_path / "more"
    shutil.copytree(written, bag)
    (bag / "data" / "planted.txt").write_bytes(b"x")
    assert follow(bag, script).returncode != 0
    (bag / "data" / "planted.txt").unlink()
    assert follow(bag, script).returncode == 0
    (bag / "data" / "planted.txt").symlink_to("ímynd.dd")
    assert follow(bag, script).returncode != 0
    (bag / "data" / "planted.txt").unlink()
    for more in ("proofs/.x", "proofs/x.txt", "fetch.txt", "manifest-md5.txt"):
        (bag / more).write_bytes(b"x")
        assert follow(bag, script).returncode != 0, more
        (bag / more).unlink()
    (bag / "tagmanifest-sha256.txt").unlink()
    assert follow(bag, script).returncode != 0


@needs_openssl
@pytest.mark.parametrize("folder", ["{0}\nxx{1}", "{0}\n./{1}"])
def test_a_name_of_two_lines_hides_no_file_from_verify_txt(bag, exhibit, folder: str) -> None:
    """``find`` prints a line end as it is: each half of such a name can be that of a sealed file."""
    path = files(bag / "data")[0]
    more = bag / "data" / folder.format(path, f"data/{path}")
    more.parent.mkdir(parents=True)
    more.write_bytes(b"x")
    assert [failure.what for failure in verify(bag, exhibit).failures] == ["unlisted"]
    assert follow(bag).returncode != 0


def ended(authority: OpenSslAuthority) -> bytes:
    """A certificate that ended long ago, which makes a chain that holds it one that ended."""
    key = Ed25519PrivateKey.from_private_bytes(b"e" * 32)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Ended")])
    made = x509.CertificateBuilder(name, authority.root.subject, key.public_key(), 7)
    made = made.not_valid_before(datetime(2001, 1, 1, tzinfo=UTC)).not_valid_after(
        datetime(2002, 1, 1, tzinfo=UTC)
    )
    return made.sign(key, None).public_bytes(Encoding.PEM)


@needs_openssl
def test_a_renewal_and_what_it_came_too_late_for_are_told_alike_by_the_shell_and_by_us(
    exhibit, authority, tmp_path
) -> None:
    sealed = dsse.write(exhibit.envelope)
    first, second = (stamp(authority, sealed)[0] for _ in range(2))
    aged = replace(first, chain=first.chain + ended(authority))
    for number, (tokens, lapsed) in enumerate((((first, second), 0), ((aged, second), 1))):
        (renewal,), _ = stamp_together(authority, [renewal_record(sealed, tokens)], os.urandom, renews=True)
        proofs = [p for n, token in enumerate((*tokens, renewal), start=1) for p in stamp_proofs(n, token)]
        bag = write(exhibit, tmp_path / str(number), proofs)
        report = verify(bag, exhibit, authority)
        assert (report.failures, len(report.stamps)) == ((), 3 - lapsed)
        assert [path[:20] for path in report.unproven] == ["proofs/001-timestamp"] * lapsed
        done = follow(bag)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count(b"Verification: OK") == 3
        assert [line[:28] for line in done.stdout.splitlines() if line.startswith(b"LAPSED")] == [
            b"LAPSED: proofs/001-timestamp"
        ] * lapsed
        for path in files(bag):
            if not path.startswith(("proofs/002", "proofs/003")):
                continue
            data = (bag / path).read_bytes()
            (bag / path).write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
            assert follow(bag).returncode != 0, path
            (bag / path).write_bytes(data)
    # Aged, and nothing beside it: there was nothing to renew.
    (renewal,), _ = stamp_together(authority, [renewal_record(sealed, [aged])], os.urandom, renews=True)
    bag = write(exhibit, tmp_path / "late", [*stamp_proofs(1, aged), *stamp_proofs(2, renewal)])
    assert [failure.what for failure in verify(bag, exhibit, authority).failures] == ["stamp"]
    assert b"LAPSED: proofs/001-timestamp" in follow(bag).stdout


@pytest.mark.skipif(shutil.which("age", path="/usr/bin:/bin") is None, reason="age is not installed")
def test_the_line_for_age_opens_what_is_sealed(exhibit, written, tmp_path) -> None:
    line = next(text for text in (written / "VERIFY.txt").read_text().splitlines() if "age --decrypt" in text)
    (tmp_path / "key").write_text(f"{exhibit.identity}\n")
    with exhibit.vault.open(exhibit.taken.stored.digest) as sealed:
        (tmp_path / "x.age").write_bytes(sealed.read())
    typed = line.strip().replace("KEY-FILE", "key").replace("SEALED-FILE.age", "x.age")
    subprocess.run(["/bin/sh", "-c", typed], cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, check=True)
    statement = json.loads((written / "seal" / "statement.json").read_text())
    assert digest((tmp_path / "opened").read_bytes()) == statement["sha256"]


@pytest.mark.parametrize(
    "edit", ["tag manifest", "payload and manifests", "manifest of another kind", "fetch.txt"]
)
def test_what_bagit_lets_pass_is_refused(bag, exhibit, edit: str) -> None:
    match edit:
        case "tag manifest":
            (bag / "tagmanifest-sha256.txt").unlink()
            (bag / "bag-info.txt").write_text("Source-Organization: Somebody else\n")
            named = {"tagmanifest-sha256.txt", "bag-info.txt"}
        case "payload and manifests":
            (bag / "data" / "ímynd.dd").write_bytes(b"planted")
            bagit.Bag(str(bag)).save(manifests=True)
            named = {"data/ímynd.dd", "manifest-sha256.txt", "tagmanifest-sha256.txt", "bag-info.txt"}
        case "manifest of another kind":
            (bag / "manifest-blake3.txt").write_text(f"{'0' * 64}  data/nothing\n")
            named = {"manifest-blake3.txt"}
        case _:
            (bag / "fetch.txt").write_text("https://example.invalid/x 7 data/ímynd.dd\n")
            named = {"fetch.txt"}
    assert bagit.Bag(str(bag)).is_valid()
    assert {failure.path for failure in verify(bag, exhibit).failures} == named


def test_any_changed_byte_anywhere_is_found_and_its_file_named(written, tmp_path, exhibit, authority) -> None:
    bag = tmp_path / "bag"
    shutil.copytree(written, bag)
    for path in files(bag):
        file = bag / path
        good = file.read_bytes()
        places = range(0, len(good), max(1, len(good) // 9))
        for place in places:
            bad = bytearray(good)
            bad[place] ^= 1 << place % 8
            file.write_bytes(bad)
            failures = verify(bag, exhibit, authority).failures
            assert [failure.path for failure in failures] == [path], (path, place, failures)
        for bad in (good + b"\n", good[:-1]):
            file.write_bytes(bad)
            if bad != good:
                assert [f.path for f in verify(bag, exhibit, authority).failures] == [path]
        file.write_bytes(good)
    assert verify(bag, exhibit, authority).holds


def test_a_removed_file_of_the_core_is_named(written, tmp_path, exhibit) -> None:
    bag = tmp_path / "bag"
    shutil.copytree(written, bag)
    for path in files(bag):
        if path.startswith("proofs/"):
            continue
        good = (bag / path).read_bytes()
        (bag / path).unlink()
        assert verify(bag, exhibit).failures == (Failure(path, "missing"),)
        (bag / path).write_bytes(good)


@pytest.mark.parametrize(
    "path",
    ["fetch.txt", "data/more", "note.txt", "seal/x", "manifest-md5.txt", "proofs/x.txt", "proofs/a/b", ".x"],
)
def test_an_unlisted_file_is_named(bag, exhibit, path: str) -> None:
    (bag / path).parent.mkdir(exist_ok=True)
    (bag / path).write_bytes(b"x")
    assert verify(bag, exhibit).failures == (Failure(path, "unlisted"),)


def test_a_link_is_named_even_where_its_target_is_right(bag, exhibit, tmp_path) -> None:
    (bag / "data" / "logs").rename(tmp_path / "logs")
    (bag / "data" / "logs").symlink_to(tmp_path / "logs")
    failures = {failure.path: failure.what for failure in verify(bag, exhibit).failures}
    assert failures["data/logs"] == "link"
    os.mkfifo(bag / "data" / "pipe")
    failures = {failure.path: failure.what for failure in verify(bag, exhibit).failures}
    assert failures["data/pipe"] == "special"


def test_a_renamed_or_exchanged_file_is_named(bag, exhibit) -> None:
    (bag / "data" / "ímynd.dd").rename(bag / "data" / "other.dd")
    assert {(f.path, f.what) for f in verify(bag, exhibit).failures} == {
        ("data/ímynd.dd", "missing"),
        ("data/other.dd", "unlisted"),
    }


def test_payload_and_manifests_changed_together_are_found(bag, exhibit) -> None:
    """What plain BagIt takes for valid: the manifests are written anew over a changed payload."""
    (bag / "data" / "ímynd.dd").write_bytes(b"planted")
    forged = bagit.Bag(str(bag))
    forged.save(manifests=True)
    assert bagit.Bag(str(bag)).validate()
    named = {failure.path for failure in verify(bag, exhibit).failures}
    assert {"data/ímynd.dd", "manifest-sha256.txt", "tagmanifest-sha256.txt"} <= named


def test_a_package_sealed_anew_by_another_is_not_trusted(exhibit, tmp_path) -> None:
    stranger = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    public = stranger.public_key().public_bytes_raw()
    envelope = dsse.sign(
        exhibit.envelope.payloadType, exhibit.envelope.body, dsse.key_id("ed25519", public), stranger.sign
    )
    write_package(tmp_path / "x", envelope, exhibit.taken.index, exhibit.payload(), public)
    assert verify_package(tmp_path / "x", [public]).holds
    report = verify(tmp_path / "x", exhibit)
    assert report.failures == (Failure("seal/statement.dsse.json", "untrusted"),)
    with pytest.raises(ProofFailed, match="package_damaged"):
        report.demand()


def test_a_wrong_payload_leaves_no_package(exhibit, tmp_path) -> None:
    whole = exhibit.payload().read()
    for payload, what in (
        (whole[:-1], "is cut"),
        (whole + b"x", "goes on"),
        (b"X" + whole[1:], "is another"),
    ):
        with pytest.raises(ProofFailed) as caught:
            write_package(
                tmp_path / "x",
                exhibit.envelope,
                exhibit.taken.index,
                io.BytesIO(payload),
                exhibit.node.public,
            )
        assert caught.value.arguments["what"] == what
    other = exhibit.taken.index.model_copy(update={"left_out": ()})
    with pytest.raises(ProofFailed, match="index_wrong"):
        write_package(tmp_path / "x", exhibit.envelope, other, io.BytesIO(whole), exhibit.node.public)
    assert list(tmp_path.iterdir()) == []


def test_a_package_is_never_written_over_anything(exhibit, tmp_path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "kept").write_bytes(b"")
    with pytest.raises(Conflict, match="folder_exists"):
        write(exhibit, tmp_path / "x")
    assert files(tmp_path) == ["x/kept"]
    with pytest.raises(NotFound, match="no_package"):
        verify(tmp_path / "absent", exhibit)


def test_proofs_grow_and_the_core_stays(bag, exhibit, authority) -> None:
    before = (bag / "tagmanifest-sha256.txt").read_bytes()
    token, _ = stamp(authority, dsse.write(exhibit.envelope))
    assert next_number(bag) == 3
    for proof in (*stamp_proofs(3, token), *stamp_proofs(3, token)):
        add_proof(bag, proof)
    report = verify(bag, exhibit, authority)
    assert report.holds
    assert len(report.stamps) == 2
    assert bagit.Bag(str(bag)).validate()
    assert (bag / "tagmanifest-sha256.txt").read_bytes() == before
    with pytest.raises(BadInput, match="not_a_proof"):
        add_proof(bag, Proof(4, "hearsay", b"x"))


def test_a_time_stamp_over_something_else_is_named(bag, exhibit, authority, tmp_path) -> None:
    token, _ = stamp(authority, b"something else")
    one, two = stamp_proofs(7, token)
    add_proof(bag, one)
    add_proof(bag, two)
    assert verify(bag, exhibit, authority).failures == (Failure(one.path, "stamp"),)
    stranger = OpenSslAuthority(tmp_path / "stranger")
    (bag / one.path).unlink()
    (bag / two.path).unlink()
    names = [failure.path for failure in verify(bag, exhibit, stranger).failures]
    assert len(names) == 1
    assert "001-timestamp" in names[0]


def test_the_signer_s_key_is_the_one_that_openssl_would_write(exhibit) -> None:
    pem = signer_pem(exhibit.node.public)
    assert pem.startswith(b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA")
    core = core_files(exhibit.envelope, exhibit.taken.index, exhibit.node.public)
    (pae,), (body,) = core["seal/statement.pae"](), core["seal/statement.json"]()
    assert pae.endswith(body)


@pytest.mark.parametrize("member", ["sha256", "chunk_root"])
def test_a_true_signature_over_what_is_not_so_is_named(exhibit, resealed, tmp_path, member: str) -> None:
    envelope = resealed(exhibit, **{member: "0" * 64})
    index, public = exhibit.taken.index, exhibit.node.public
    if member == "sha256":
        with pytest.raises(ProofFailed, match="stream_wrong"):
            write_package(tmp_path / "x", envelope, index, exhibit.payload(), public)
    for path, text in core_files(envelope, index, public).items():
        (tmp_path / "bag" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bag" / path).write_bytes(b"".join(text()))
    whole = exhibit.payload()
    for entry in index.files:
        (tmp_path / "bag" / "data" / entry.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bag" / "data" / entry.path).write_bytes(whole.read(entry.size))
    report = verify(tmp_path / "bag", exhibit)
    assert report.failures == (Failure("seal/statement.dsse.json", "contradicts"),)


@pytest.mark.parametrize("change", [{"files": 3}, {"size": 5}, {"manifest_sha256": "0" * 64}])
def test_a_statement_that_speaks_of_another_index_is_named(exhibit, resealed, bag, change) -> None:
    envelope = resealed(exhibit, **change)
    (bag / "seal" / "statement.dsse.json").write_bytes(dsse.write(envelope))
    named = {failure.path: failure.what for failure in verify(bag, exhibit).failures}
    assert named["seal/statement.dsse.json"] == "contradicts"


def test_a_payload_is_gone_through_in_the_order_of_its_whole_paths(tmp_path, sealed_folder):
    """A folder stands where its name with the slash does: behind ``a-b``, before ``a0``."""
    names = ["a-b", "a.d/y", "a/b/z", "a/x", "a0", "c!/1", "c/1", "c0/1"]
    for name in names:
        (tmp_path / "s" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "s" / name).write_bytes(name.encode())
    exhibit = sealed_folder(tmp_path / "s")
    bag = tmp_path / "bag"
    write_package(bag, exhibit.envelope, exhibit.taken.index, exhibit.payload(), exhibit.node.public)
    assert verify(bag, exhibit).holds
    (bag / "data" / "a" / "x").unlink()
    (bag / "data" / "c0" / "1").write_bytes(b"other")
    more = ["a!", "a/w", "b/1", "c1"]
    (bag / "data" / "b").mkdir()
    for name in more:
        (bag / "data" / name).write_bytes(b"")
    found = {failure.path.removeprefix("data/"): failure.what for failure in verify(bag, exhibit).failures}
    assert found == {"a/x": "missing", "c0/1": "changed", **dict.fromkeys(more, "unlisted")}
