"""The vault's key under a key of a PKCS#11 token: SoftHSM's, where it is installed."""

from __future__ import annotations

import os
from contextlib import contextmanager

import pytest
from softhsm import PIN, pulled_out

from comity import age, keys
from comity.errors import BadInput, Conflict, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.keys.token import LABEL, Token, TokenIdentity, TokenRecipient, find_pin
from comity.messages import explain
from comity.settings import PIN_VARIABLE

SECRET = keys.Passphrase("a passphrase", work_factor=1)


@pytest.fixture
def token(softhsm):
    return lambda label="here", pin=PIN, typed=False: Token(softhsm, label, lambda: pin, typed)


@pytest.fixture
def made(tmp_path, token):
    """A node's keys, the vault's in the token."""
    before = keys.NodeKeys.create(tmp_path / "keys", SECRET, os.urandom)
    known = before.vault.recipients
    opened = keys.NodeKeys.load(tmp_path / "keys", SECRET, token())
    keys.into_token(opened, os.urandom)
    assert keys.NodeKeys.load(tmp_path / "keys", SECRET, token()).vault.recipients == known
    return tmp_path / "keys"


def fails(kind, id):
    return pytest.raises(kind, match=rf"^{id.replace('.', '[.]')}\b")


def test_what_was_sealed_before_opens_after_and_no_other_key_is_in_the_token(tmp_path, token):
    before = keys.NodeKeys.create(tmp_path / "keys", SECRET, os.urandom)
    sealed = age.seal(b"content", [age.parse_recipient(before.vault.recipients[0])])
    secret = str(before.vault.identities[0]).encode()
    loaded = keys.NodeKeys.load(tmp_path / "keys", SECRET, token())
    key = keys.into_token(loaded, os.urandom)
    assert keys.token_key(loaded) == key
    again = keys.NodeKeys.load(tmp_path / "keys", SECRET, token())
    assert age.open_sealed(sealed, again.vault.identities, 100) == b"content"
    for file in sorted((tmp_path / "keys").iterdir()):
        assert secret not in file.read_bytes()
        assert (file.stat().st_mode & 0o777) == 0o600
    again.open_all()
    for name in set(keys.NAMES) - {"vault"}:  # the others stay under the passphrase
        assert b"scrypt" in (tmp_path / "keys" / f"{name}.key").read_bytes().split(b"\n---")[0]


def test_the_tokens_key_cannot_be_taken_out_of_it(made, token):
    import pkcs11

    with token()._session() as (_, session):
        for key in session.get_objects({pkcs11.Attribute.LABEL: LABEL}):
            assert key[pkcs11.Attribute.SENSITIVE]
            assert key[pkcs11.Attribute.NEVER_EXTRACTABLE]
            with pytest.raises(pkcs11.exceptions.AttributeSensitive):
                key[pkcs11.Attribute.VALUE]


def test_it_is_put_there_once_and_taken_out_again(made, token):
    opened = keys.NodeKeys.load(made, SECRET, token())
    with fails(Conflict, "keys.token_already"):
        keys.into_token(opened, os.urandom)
    keys.out_of_token(opened, os.urandom)
    without = keys.NodeKeys.load(made, SECRET)
    assert without.vault.recipients == opened.vault.recipients
    with fails(Conflict, "keys.token_not_used"):
        keys.out_of_token(without, os.urandom)
    with fails(NotPermitted, "keys.token_not_set"):
        keys.into_token(without, os.urandom)


def test_without_the_token_or_with_another_it_does_not_open(made, token):
    for wrong, kind, id in (
        (None, NotPermitted, "keys.token_needed"),
        (token("other"), NotFound, "keys.token_no_key"),
        (token("gone"), NotFound, "keys.token_absent"),
        (Token("/nowhere.so", "here", lambda: PIN), Unavailable, "keys.token_module"),
        (token(pin="wrong"), ProofFailed, "keys.token_pin_wrong"),
    ):
        with fails(kind, id) as caught:
            _ = keys.NodeKeys.load(made, SECRET, wrong).vault
        told = " ".join(explain(caught.value))
        assert "wrong" not in told.replace("too many wrong", "").replace("few wrong", "")
        assert PIN not in told + repr(wrong)


def test_another_key_by_the_same_id_is_found(token):
    ids = [b"\x01" * 8, os.urandom(12), os.urandom(16)]
    key = token("other").make_key(lambda _: ids[0])
    assert token("here").make_key(lambda _: ids[0]) == key
    sealed = age.seal(b"secret", [TokenRecipient(token("here"), key)])
    assert age.open_sealed(sealed, [TokenIdentity(token("here"))], 100) == b"secret"
    with fails(ProofFailed, "keys.token_other_key"):
        age.open_sealed(sealed, [TokenIdentity(token("other"))], 100)


@pytest.mark.parametrize("change", [b"\n-> comity-pkcs11 zz ", b"\n-> comity-pkcs11 00 "])
def test_a_damaged_file_is_told_as_one(made, token, change):
    path = made / "vault.key"
    path.write_bytes(path.read_bytes().replace(b"\n-> comity-pkcs11 ", change))
    with fails(BadInput, "keys.file_damaged"):
        _ = keys.NodeKeys.load(made, SECRET, token()).vault


class Flags:
    """A token as it is before it locks, and after: SoftHSM counts no wrong PIN."""

    def __init__(self, flags):
        self.flags = flags

    def get_token(self, **named):
        return self

    def open(self, **how):
        raise AssertionError("tried")


def test_a_locked_token_and_the_last_try_are_not_spent(token, monkeypatch):
    import pkcs11

    flags = pkcs11.TokenFlag
    for flag, typed, id in (
        (flags.USER_PIN_LOCKED, True, "keys.token_locked"),
        (flags.USER_PIN_FINAL_TRY, False, "keys.token_final_try"),
    ):
        monkeypatch.setattr(pkcs11, "lib", lambda module, flag=flag: Flags(flag))
        with fails(NotPermitted, id):
            token(typed=typed).make_key(os.urandom)
    monkeypatch.setattr(pkcs11, "lib", lambda module: Flags(flags.USER_PIN_FINAL_TRY))
    with pytest.raises(AssertionError, match="tried"):  # a person typed it
        token(typed=True).make_key(os.urandom)


def test_a_token_that_locks_while_it_is_asked_is_told(token, monkeypatch):
    import pkcs11

    locking = Flags(pkcs11.TokenFlag(0))
    monkeypatch.setattr(locking, "open", lambda **how: (_ for _ in ()).throw(pkcs11.exceptions.PinLocked()))
    monkeypatch.setattr(pkcs11, "lib", lambda module: locking)
    with fails(NotPermitted, "keys.token_locked"):
        token().make_key(os.urandom)


class Pulled:
    """A library, its token, a session and a key in one: asked to decrypt, it fails as it is told.

    ``then``: what it says of the token from then on.
    """

    flags = 0

    def __init__(self, error, then=None):
        self.error, self.then, self.asked = error, then, False

    def get_token(self, **named):
        if self.asked and self.then is not None:
            raise self.then
        return self

    def reinitialize(self):
        """Nothing gets better by that."""

    @contextmanager
    def open(self, **how):
        yield self

    def get_key(self, **named):
        return self

    def decrypt(self, *what, **how):
        self.asked = True
        raise self.error


def test_a_token_that_is_taken_out_is_not_told_as_another_key(monkeypatch):
    import pkcs11
    from pkcs11 import exceptions as told

    gone = told.NoSuchToken()
    for error, then, kind, id in (
        (told.DeviceRemoved(), None, Unavailable, "keys.token_removed"),
        (told.SessionHandleInvalid(), None, Unavailable, "keys.token_removed"),
        (told.ObjectHandleInvalid(), gone, Unavailable, "keys.token_removed"),
        (told.GeneralError(), gone, Unavailable, "keys.token_removed"),
        (told.DeviceError(), told.GeneralError(), Unavailable, "keys.token_removed"),
        (told.DeviceError(), None, Unavailable, "keys.token_fails"),
        (told.GeneralError(), None, ProofFailed, "keys.token_other_key"),
        (told.EncryptedDataInvalid(), None, ProofFailed, "keys.token_other_key"),
        (told.EncryptedDataInvalid(), told.MultipleTokensReturned(), ProofFailed, "keys.token_other_key"),
    ):
        library = Pulled(error, then)
        monkeypatch.setattr(pkcs11, "lib", lambda module, library=library: library)
        with fails(kind, id) as caught:
            Token("/here.so", "here", lambda: PIN).unwrap("00" * 8, bytes(12), bytes(32))
        assert explain(caught.value)[1]


def test_a_token_that_was_out_is_used_again_when_it_is_back(token):
    key = token().make_key(os.urandom)
    sealed = age.seal(b"secret", [TokenRecipient(token(), key)])
    with token()._session() as (pkcs11, session):
        found = session.get_key(label=LABEL, id=bytes.fromhex(key))
        with pulled_out():
            with pytest.raises(pkcs11.exceptions.PKCS11Error) as caught:
                found.encrypt(b"x", mechanism=pkcs11.Mechanism.AES_GCM)
            assert not isinstance(caught.value, pkcs11.exceptions.EncryptedDataInvalid)
    with pulled_out(), fails(NotFound, "keys.token_absent"):
        age.open_sealed(sealed, [TokenIdentity(token())], 100)
    assert age.open_sealed(sealed, [TokenIdentity(token())], 100) == b"secret"


def test_the_pin_comes_from_a_credential_a_file_or_a_person(tmp_path):
    (tmp_path / "comity-token-pin").write_text("of systemd\n")
    own = tmp_path / "pin"
    own.write_text("of a file\n")
    own.chmod(0o600)
    both = {"CREDENTIALS_DIRECTORY": str(tmp_path), PIN_VARIABLE: str(own)}
    assert find_pin(both, None)[0]() == "of systemd"
    assert find_pin({PIN_VARIABLE: str(own)}, lambda: "typed")[0]() == "of a file"
    pin, typed = find_pin({}, lambda: "typed")
    assert (pin(), typed) == ("typed", True)
    with fails(NotPermitted, "keys.token_no_pin"):
        find_pin({}, None)[0]()
    own.chmod(0o640)
    with fails(NotPermitted, "keys.open_to_others"):
        find_pin({PIN_VARIABLE: str(own)}, None)[0]()
    own.chmod(0o600)
    own.write_text("")
    with fails(BadInput, "keys.passphrase_not_text"):
        find_pin({PIN_VARIABLE: str(own)}, None)[0]()
