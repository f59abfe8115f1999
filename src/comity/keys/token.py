"""A PKCS#11 token, and what it does for a key file: it wraps the file's key, and unwraps it.

Promises: the token's own key (AES-256, made in it) is sensitive and cannot be taken out; what it wrapped
opens with that key in that token alone. The PIN comes from a credential, a file or a person, and is in no
argument, setting, error or ``repr``; a wrong one is tried once, and never where it would be the last that the
token allows, unless a person typed it. A token that is taken out is told as that, and used again when it is
back.

Leaves to others: the key file (``file``), which key lies there (``vault_key``), making the token and its PIN
(the vendor's tools; ``softhsm2-util``).

Source: PKCS #11 Cryptographic Token Interface 2.40, ``CKM_AES_GCM``; systemd.exec(5), ``LoadCredential=``.
"""

from __future__ import annotations

import importlib.util
import io
import os
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from comity import age
from comity.acts import Entropy
from comity.errors import BadInput, NotFound, NotPermitted, ProofFailed, Unavailable
from comity.settings import PIN_VARIABLE

KIND: Final = "comity-pkcs11"
"""The type of the age stanza: the id of the token's key, the nonce, and the wrapped file key."""

CREDENTIAL: Final = "comity-token-pin"
LABEL: Final = "comity-vault"
"""The label of the key in the token."""

ID_BYTES: Final = 8
_AGE_MAGIC: Final = b"age-encryption.org/"
_NONCE: Final = 12
_TAG: Final = 16
_PIN_LIMIT: Final = 256
_CREDENTIALS_FOLDER: Final = "CREDENTIALS_DIRECTORY"

Ask = Callable[[], str]
"""Asks a person for the PIN."""


@dataclass(frozen=True)
class Token:
    """A token by its label, behind a module (a shared library). ``typed``: a person is asked for the PIN."""

    module: str
    label: str
    pin: Ask = field(repr=False)
    typed: bool = False

    def make_key(self, entropy: Entropy) -> str:
        """Make a key in the token; give its id (hexadecimal).

        Raises:
            NotFound, NotPermitted, ProofFailed, Unavailable: the token is not there, does not let us in, or
                was taken out.
        """
        id = entropy(ID_BYTES)
        with self._session(write=True) as (pkcs11, session):
            attribute = pkcs11.Attribute
            session.generate_key(
                pkcs11.KeyType.AES,
                256,
                id=id,
                label=LABEL,
                store=True,
                capabilities=pkcs11.MechanismFlag.ENCRYPT | pkcs11.MechanismFlag.DECRYPT,
                template={attribute.SENSITIVE: True, attribute.EXTRACTABLE: False, attribute.PRIVATE: True},
            )
        return id.hex()

    def wrap(self, key: str, nonce: bytes, file_key: bytes) -> bytes:
        """Encrypt under a key of the token."""
        with self._key(key) as (gcm, found, mechanism):
            wrapped: bytes = found.encrypt(file_key, mechanism=mechanism, mechanism_param=gcm(nonce))
        return wrapped

    def unwrap(self, key: str, nonce: bytes, wrapped: bytes) -> bytes:
        """Decrypt under a key of the token.

        Raises:
            NotFound: the token has no such key. ProofFailed: it was another key. Others: as ``make_key``.
        """
        with self._key(key) as (gcm, found, mechanism):
            file_key: bytes = found.decrypt(wrapped, mechanism=mechanism, mechanism_param=gcm(nonce))
        return file_key

    @contextmanager
    def _key(self, key: str) -> Iterator[tuple[Callable[[bytes], Any], Any, Any]]:
        with self._session() as (pkcs11, session):
            try:
                found = session.get_key(
                    object_class=pkcs11.ObjectClass.SECRET_KEY, label=LABEL, id=bytes.fromhex(key)
                )
            except pkcs11.exceptions.NoSuchKey as error:
                raise NotFound("keys.token_no_key", label=self.label, key=key) from error

            def gcm(nonce: bytes) -> Any:
                return pkcs11.GCMParams(nonce=nonce, aad=KIND.encode("ascii"), tag_bits=8 * _TAG)

            try:
                yield gcm, found, pkcs11.Mechanism.AES_GCM
            except _lost(pkcs11.exceptions):
                raise  # it says nothing of the key
            except pkcs11.exceptions.PKCS11Error as error:
                if not self._is_there(pkcs11):
                    raise Unavailable("keys.token_removed", label=self.label) from error
                # Tokens tell a tag that does not hold in many ways; some only that something failed.
                raise ProofFailed("keys.token_other_key", label=self.label, key=key) from error

    @contextmanager
    def _session(self, *, write: bool = False) -> Iterator[tuple[Any, Any]]:
        if importlib.util.find_spec("pkcs11") is None:
            raise Unavailable("keys.token_not_installed")
        import pkcs11
        import pkcs11.exceptions as failures

        try:
            token = self._found(pkcs11)
        except (failures.NoSuchToken, failures.TokenNotPresent) as error:
            raise NotFound("keys.token_absent", label=self.label, module=self.module) from error
        except failures.MultipleTokensReturned as error:
            raise NotPermitted("keys.token_twice", label=self.label) from error
        except failures.PKCS11Error as error:
            raise Unavailable("keys.token_module", module=self.module) from error
        flags = pkcs11.TokenFlag
        if token.flags & flags.USER_PIN_LOCKED:
            raise NotPermitted("keys.token_locked", label=self.label)
        if token.flags & flags.USER_PIN_FINAL_TRY and not self.typed:
            raise NotPermitted("keys.token_final_try", label=self.label)
        try:
            with token.open(user_pin=self.pin(), rw=write) as session:
                yield pkcs11, session
        except failures.PinLocked as error:
            raise NotPermitted("keys.token_locked", label=self.label) from error
        except (failures.PinIncorrect, failures.PinInvalid, failures.PinLenRange) as error:
            raise ProofFailed("keys.token_pin_wrong", label=self.label) from error
        except failures.PKCS11Error as error:
            if isinstance(error, _removed(failures)) or not self._is_there(pkcs11):
                raise Unavailable("keys.token_removed", label=self.label) from error
            raise Unavailable("keys.token_fails", label=self.label, what=type(error).__name__) from error

    def _found(self, pkcs11: Any) -> Any:
        """The token. A library that finds none, or stumbles over one taken out, is begun anew, once."""
        library, failures = pkcs11.lib(self.module), pkcs11.exceptions
        try:
            return library.get_token(token_label=self.label)
        except failures.MultipleTokensReturned:
            raise
        except failures.PKCS11Error:
            library.reinitialize()
            return library.get_token(token_label=self.label)

    def _is_there(self, pkcs11: Any) -> bool:
        try:
            self._found(pkcs11)
        except pkcs11.exceptions.MultipleTokensReturned:
            return True
        except pkcs11.exceptions.PKCS11Error:
            return False
        return True


@dataclass(frozen=True, slots=True)
class TokenRecipient:
    """A key of a token, to encrypt to (``age.Recipient``)."""

    token: Token = field(repr=False)
    key: str

    @property
    def kind(self) -> str:
        """The stanza's type."""
        return KIND

    def wrap(self, file_key: bytes, entropy: Entropy) -> age.Stanza:
        """Have the token wrap the file key."""
        nonce = entropy(_NONCE)
        return age.Stanza(KIND, (self.key, nonce.hex()), self.token.wrap(self.key, nonce, file_key))


@dataclass(frozen=True, slots=True)
class TokenIdentity:
    """A token, to open with (``age.Identity``)."""

    token: Token = field(repr=False)

    def unwrap(self, stanzas: Sequence[age.Stanza]) -> bytes | None:
        """The file key, where a stanza is for a token.

        Raises:
            BadInput: the stanza is malformed. Others: as ``Token.unwrap``.
        """
        for stanza in stanzas:
            if stanza.type == KIND:
                key, nonce = _arguments(stanza)
                return self.token.unwrap(key, nonce, stanza.body)
        return None


def key_in_token(data: bytes) -> str | None:
    """The id of the token's key that a key file is wrapped by; none: by a passphrase, or it is bare.

    Raises:
        BadInput: its header is malformed.
    """
    if not data.startswith(_AGE_MAGIC):
        return None
    for stanza in age.read_header(io.BytesIO(data)).stanzas:
        if stanza.type == KIND:
            return _arguments(stanza)[0]
    return None


def find_pin(environment: Mapping[str, str], ask: Ask | None) -> tuple[Ask, bool]:
    """Where the PIN comes from, read when it is wanted: systemd's credential, a file, else a person."""
    folder = environment.get(_CREDENTIALS_FOLDER)
    if folder is not None and (credential := Path(folder) / CREDENTIAL).exists():
        # systemd guards it by an access list, which shows as rights of the group: not judged here.
        return lambda: _read(credential, judged=False), False
    named = environment.get(PIN_VARIABLE)
    if named is not None:
        return lambda: _read(Path(named), judged=True), False
    return ask or _nobody, ask is not None


def _nobody() -> str:
    raise NotPermitted("keys.token_no_pin")


def _read(file: Path, *, judged: bool) -> str:
    try:
        with file.open("rb") as opened:
            mode = stat.S_IMODE(os.fstat(opened.fileno()).st_mode)
            data = opened.read(_PIN_LIMIT + 1)
    except OSError as error:
        raise Unavailable("keys.unreadable", file=str(file), what=error.strerror or "?") from error
    if judged and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise NotPermitted("keys.open_to_others", file=str(file), mode=f"{mode:04o}")
    try:
        pin = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise BadInput("keys.passphrase_not_text", file=str(file)) from error
    if not 1 <= len(data) <= _PIN_LIMIT or not pin:
        raise BadInput("keys.passphrase_not_text", file=str(file))
    return pin


def _removed(failures: Any) -> tuple[type[Exception], ...]:
    """What a token's library says of one that was taken out, if perhaps it is back: its sessions are gone."""
    return (
        failures.DeviceRemoved,
        failures.TokenNotPresent,
        failures.SessionHandleInvalid,
        failures.SessionClosed,
        failures.ObjectHandleInvalid,
        failures.KeyHandleInvalid,
        failures.UserNotLoggedIn,
    )


def _lost(failures: Any) -> tuple[type[Exception], ...]:
    """The same, and what a token says that is itself not well."""
    return (*_removed(failures), failures.DeviceError, failures.DeviceMemory, failures.HostMemory)


def _arguments(stanza: age.Stanza) -> tuple[str, bytes]:
    try:
        key, nonce = (bytes.fromhex(text) for text in stanza.arguments)
    except ValueError as error:
        raise BadInput("age.stanza", type=KIND, what="arguments") from error
    if (len(key), len(nonce)) != (ID_BYTES, _NONCE):
        raise BadInput("age.stanza", type=KIND, what="arguments")
    return key.hex(), nonce
