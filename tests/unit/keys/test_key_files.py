"""Key files: under a passphrase or in a demonstration, whole, the owner's alone, never overwritten."""

from __future__ import annotations

import os
import subprocess

import pyrage
import pytest

from comity import keys
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.messages import explain

SECRET = keys.Passphrase("correct horse", work_factor=2)
OTHER = keys.Passphrase("wrong horse", work_factor=2)


@pytest.fixture
def people(tmp_path):
    """The folder of persons' keys in a node that is no demonstration."""
    return tmp_path / "people"


@pytest.fixture
def demo(tmp_path):
    (tmp_path / "demo").touch()
    return tmp_path / "people"


def make(folder, protection=SECRET):
    return keys.create_person_key(folder, "officer-a", protection, os.urandom)


def fails(kind, id, folder, protection=SECRET):
    with pytest.raises(kind) as caught:
        keys.load_person_key(folder, "officer-a", protection)
    assert caught.value.id == id
    assert all(explain(caught.value))


def test_a_key_reads_back_and_is_its_owners_alone(people):
    made = make(people)
    loaded = keys.load_person_key(people, "officer-a", SECRET)
    assert (made.id, made.public) == (loaded.id, loaded.public)
    assert (people / "officer-a.key").stat().st_mode & 0o777 == 0o600
    assert people.stat().st_mode & 0o777 == 0o700
    assert [p.name for p in people.iterdir()] == ["officer-a.key"]  # nothing is left beside it


def test_another_program_opens_it_with_the_passphrase(people):
    made = make(people)
    pem = pyrage.passphrase.decrypt((people / "officer-a.key").read_bytes(), "correct horse")
    told = subprocess.run(
        ["openssl", "pkey", "-pubout", "-outform", "DER"], input=pem, capture_output=True, check=True
    )
    assert told.stdout.endswith(made.public)


def test_openssl_verifies_what_was_signed(people, tmp_path):
    key = make(people)
    for name, data in (("m", b"message"), ("s", key.sign(b"message")), ("o", b"messagf")):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "p.pem").write_text(keys.public_pem(key.public))

    def verify(message):
        told = ["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "p.pem", "-sigfile", "s"]
        told += ["-in", message]
        return subprocess.run(told, cwd=tmp_path, capture_output=True, check=False).returncode

    assert verify("m") == 0
    assert verify("o") != 0


def test_wrong_passphrase(people):
    make(people)
    fails(ProofFailed, "keys.passphrase_wrong", people, OTHER)


def test_no_passphrase(people):
    make(people)
    fails(NotPermitted, "keys.passphrase_needed", people, keys.BARE)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_open_to_others(people, mode):
    make(people)
    (people / "officer-a.key").chmod(mode)
    fails(NotPermitted, "keys.open_to_others", people)


def test_a_link_and_a_folder_and_a_pipe_are_no_key(people):
    make(people)
    file = people / "officer-a.key"
    file.rename(people / "else")
    file.symlink_to(people / "else")
    fails(NotPermitted, "keys.not_a_file", people)
    file.unlink()
    file.mkdir(mode=0o700)
    fails(NotPermitted, "keys.not_a_file", people)
    file.rmdir()
    os.mkfifo(file, 0o600)
    fails(NotPermitted, "keys.not_a_file", people)


def test_missing(people):
    fails(NotFound, "keys.missing", people)


def test_cut_at_any_byte(people):
    make(people)
    file = people / "officer-a.key"
    whole = file.read_bytes()
    for size in range(len(whole)):
        file.write_bytes(whole[:size])
        with pytest.raises((BadInput, NotPermitted, ProofFailed)) as caught:
            keys.load_person_key(people, "officer-a", SECRET)
        assert caught.value.id in {"keys.file_damaged", "keys.bare_outside_demo", "keys.passphrase_wrong"}


def test_changed_in_any_byte(people):
    make(people)
    file = people / "officer-a.key"
    whole = file.read_bytes()
    for at in range(len(whole)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises((BadInput, NotPermitted, ProofFailed)):
            keys.load_person_key(people, "officer-a", SECRET)


def test_too_long(people):
    people.mkdir()
    file = people / "officer-a.key"
    file.write_bytes(b"x" * (keys.KEY_FILE_LIMIT + 1))
    file.chmod(0o600)
    fails(BadInput, "keys.file_damaged", people)


def test_bare_only_in_a_demonstration(demo):
    made = make(demo, keys.BARE)
    assert keys.load_person_key(demo, "officer-a", keys.BARE).id == made.id
    assert b"BEGIN PRIVATE KEY" in (demo / "officer-a.key").read_bytes()
    (demo.parent / "demo").unlink()
    fails(NotPermitted, "keys.bare_outside_demo", demo, keys.BARE)
    fails(NotPermitted, "keys.bare_outside_demo", demo, SECRET)


def test_bare_is_not_made_outside_a_demonstration(people):
    with pytest.raises(NotPermitted) as caught:
        make(people, keys.BARE)
    assert caught.value.id == "keys.bare_outside_demo"
    assert not people.exists()


def test_a_bare_key_is_not_taken_for_a_protected_one(demo):
    make(demo, keys.BARE)
    fails(NotPermitted, "keys.bare_despite_passphrase", demo, SECRET)


@pytest.mark.parametrize("size", [0, 10, 60, 100])
def test_bare_and_cut(demo, size):
    make(demo, keys.BARE)
    file = demo / "officer-a.key"
    file.write_bytes(file.read_bytes()[:size])
    fails(BadInput, "keys.not_a_key", demo, keys.BARE)


def test_a_key_of_another_kind(demo):
    make(demo, keys.BARE)
    pem = subprocess.run(["openssl", "genpkey", "-algorithm", "X25519"], capture_output=True, check=True)
    (demo / "officer-a.key").write_bytes(pem.stdout)
    fails(BadInput, "keys.not_a_key", demo, keys.BARE)


def test_never_overwritten(people):
    first = make(people)
    with pytest.raises(Conflict) as caught:
        make(people)
    assert caught.value.id == "keys.exists"
    assert keys.load_person_key(people, "officer-a", SECRET).id == first.id
    assert [p.name for p in people.iterdir()] == ["officer-a.key"]


def test_a_disk_that_refuses(tmp_path):
    (tmp_path / "people").write_text("in the way")
    with pytest.raises((Unavailable, Conflict)):
        make(tmp_path / "people" / "x")


def test_a_name_is_no_path(people):
    for name in ("../acts", "", "A", "a/b", "a" * 41):
        with pytest.raises(BadInput) as caught:
            keys.create_person_key(people, name, SECRET, os.urandom)
        assert caught.value.id == "keys.not_a_name"


def test_no_secret_in_a_repr(people):
    assert "horse" not in repr(SECRET)
    made = make(people)
    assert "PrivateKey" not in repr(made)


def test_a_signature_that_does_not_hold_does_not_leave(people):
    made = make(people)
    faulty = keys.SigningKey(made.public, lambda message: bytes(b ^ 1 for b in made.sign(message)))
    with pytest.raises(ProofFailed):
        faulty.sign(b"message")
