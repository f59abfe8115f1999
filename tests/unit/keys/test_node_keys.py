"""The node's six keys: made together, each for itself; and where the passphrase is found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from comity import age, keys
from comity.errors import BadInput, ComityError, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable

SECRET = keys.Passphrase("correct horse", work_factor=2)


def test_six_different_keys_that_read_back(tmp_path):
    made = keys.NodeKeys.create(tmp_path / "keys", SECRET, os.urandom)
    again = keys.NodeKeys.load(tmp_path / "keys", SECRET)
    signing = [again.acts, again.log, again.witness, again.pdf]
    assert [k.id for k in signing] == [made.acts.id, made.log.id, made.witness.id, made.pdf.id]
    assert len({k.id for k in signing}) == 4
    assert again.age.recipients != again.vault.recipients
    assert sorted(p.name for p in (tmp_path / "keys").iterdir()) == [f"{n}.key" for n in keys.NAMES]
    assert [p.name for p in tmp_path.iterdir()] == ["keys"]
    sealed = age.seal(b"to us", [age.parse_recipient(made.age.recipients[0])])
    assert age.open_sealed(sealed, again.age.identities, 100) == b"to us"
    with pytest.raises(NotFound):
        age.open_sealed(sealed, again.vault.identities, 100)


def test_the_hybrid_is_for_messages_and_only_where_chosen(tmp_path):
    plain = keys.NodeKeys.create(tmp_path / "a" / "keys", SECRET, os.urandom)
    both = keys.NodeKeys.create(tmp_path / "b" / "keys", SECRET, os.urandom, hybrid=True)
    assert [len(k.recipients) for k in (plain.age, plain.vault, both.age, both.vault)] == [1, 1, 2, 1]
    assert both.age.recipients[0].startswith("age1")
    assert both.age.recipients[1].startswith("age1pq1")


def test_the_same_entropy_makes_the_same_keys(tmp_path):
    def entropy(size):
        return bytes([7]) * size

    (tmp_path / "demo").touch()
    one = keys.NodeKeys.create(tmp_path / "one", keys.BARE, entropy)
    two = keys.NodeKeys.create(tmp_path / "two", keys.BARE, entropy)
    assert one.acts.id == two.acts.id


def test_made_once(tmp_path):
    first = keys.NodeKeys.create(tmp_path / "keys", SECRET, os.urandom).acts.id
    with pytest.raises(Conflict) as caught:
        keys.NodeKeys.create(tmp_path / "keys", SECRET, os.urandom)
    assert caught.value.id == "keys.exists"
    assert keys.NodeKeys.load(tmp_path / "keys", SECRET).acts.id == first
    assert [p.name for p in tmp_path.iterdir()] == ["keys"]


def test_a_creation_that_fails_leaves_nothing(tmp_path):
    given = []

    def runs_dry(size):
        if len(given) > 5:
            raise RuntimeError("no more")
        given.append(size)
        return os.urandom(size)

    with pytest.raises(RuntimeError):
        keys.NodeKeys.create(tmp_path / "keys", SECRET, runs_dry)
    assert not list(tmp_path.iterdir())


def test_one_missing_is_found_at_once(tmp_path):
    keys.NodeKeys.create(tmp_path / "keys", SECRET, os.urandom)
    (tmp_path / "keys" / "witness.key").unlink()
    with pytest.raises(NotFound) as caught:
        keys.NodeKeys.load(tmp_path / "keys", SECRET)
    assert "witness" in str(caught.value)


def test_one_open_to_others_is_found_at_once(tmp_path):
    keys.NodeKeys.create(tmp_path / "keys", SECRET, os.urandom)
    (tmp_path / "keys" / "vault.key").chmod(0o644)
    with pytest.raises(NotPermitted):
        keys.NodeKeys.load(tmp_path / "keys", SECRET)


def test_a_wrong_passphrase_stops_a_server_at_its_start(tmp_path):
    keys.NodeKeys.create(tmp_path / "keys", SECRET, os.urandom)
    loaded = keys.NodeKeys.load(tmp_path / "keys", keys.Passphrase("wrong", work_factor=2))
    with pytest.raises(ProofFailed) as caught:
        loaded.open_all()
    assert caught.value.id == "keys.passphrase_wrong"


def test_bare_keys_are_not_made_outside_a_demonstration(tmp_path):
    with pytest.raises(NotPermitted):
        keys.NodeKeys.create(tmp_path / "keys", keys.BARE, os.urandom)
    assert not list(tmp_path.iterdir())


def test_an_identity_file_cut_inside_one_of_its_keys_is_no_key(tmp_path):
    (tmp_path / "demo").touch()
    keys.NodeKeys.create(tmp_path / "keys", keys.BARE, os.urandom, hybrid=True)
    file = tmp_path / "keys" / "age.key"
    whole = file.read_bytes()
    second = whole.index(b"# public key", 5)
    for size in [*range(second), *range(second + 1, len(whole), 97), len(whole) - 1]:
        file.write_bytes(whole[:size])
        with pytest.raises(BadInput) as caught:
            _ = keys.NodeKeys.load(tmp_path / "keys", keys.BARE).age
        assert caught.value.id == "keys.not_a_key"
        assert "AGE-SECRET" not in str(caught.value)


def secret_file(folder: Path, data: bytes, mode: int = 0o600) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "comity-passphrase"
    file.write_bytes(data)
    file.chmod(mode)
    return file


def test_the_credential_goes_before_the_file_and_the_file_before_nothing(tmp_path):
    secret_file(tmp_path / "credentials", b"from systemd\n", 0o440)
    file = secret_file(tmp_path / "file", b"from file\r\n")
    both = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials"), "COMITY_PASSPHRASE_FILE": str(file)}
    assert keys.find_protection(both, demo=True) == keys.Passphrase("from systemd")
    del both["CREDENTIALS_DIRECTORY"]
    assert keys.find_protection(both, demo=True) == keys.Passphrase("from file")
    assert keys.find_protection({}, demo=True) is keys.BARE
    with pytest.raises(NotPermitted) as caught:
        keys.find_protection({}, demo=False)
    assert caught.value.id == "keys.no_protection"


@pytest.mark.parametrize(
    ("data", "mode", "kind", "id"),
    [
        (b"secret", 0o604, NotPermitted, "keys.open_to_others"),
        (b"\n", 0o600, BadInput, "keys.passphrase_empty"),
        (b"\xff", 0o600, BadInput, "keys.passphrase_not_text"),
        (b"x" * 5000, 0o600, BadInput, "keys.passphrase_not_text"),
    ],
)
def test_a_passphrase_file_that_will_not_do(tmp_path, data, mode, kind, id):
    file = secret_file(tmp_path, data, mode)
    with pytest.raises(kind) as caught:
        keys.find_protection({"COMITY_PASSPHRASE_FILE": str(file)}, demo=True)
    assert caught.value.id == id


def test_a_passphrase_file_that_is_told_and_missing_is_no_leave_to_go_bare(tmp_path):
    with pytest.raises(Unavailable):
        keys.find_protection({"COMITY_PASSPHRASE_FILE": str(tmp_path / "none")}, demo=True)


def test_signed_statements(tmp_path):
    (tmp_path / "demo").touch()
    made = keys.NodeKeys.create(tmp_path / "keys", keys.BARE, os.urandom)
    envelope = made.acts.state("application/x", b"payload").with_signature(
        made.log.cosign(made.acts.state("application/x", b"payload"))
    )
    assert {s.keyid for s in envelope.signatures} == {made.acts.id, made.log.id}
    for signature in envelope.signatures:
        key = made.acts if signature.keyid == made.acts.id else made.log
        assert key.public_key.id == key.id
        from comity.dsse import verify_ed25519

        verify_ed25519(key.public, signature.raw, envelope.pae)
    with pytest.raises(ComityError):
        keys.public_pem(b"short")
