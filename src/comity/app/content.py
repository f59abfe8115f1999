"""The content of an exhibit: the key that it is sealed with, the stream behind it, and its proof.

Promises: each exhibit has a fresh key of its own, which rests wrapped to the node's vault key and the cold
recovery recipients, and nowhere else: erased there, the content is gone. Content is read as a stream.
What only a competent unit opens is wrapped to that unit's keys instead, and is refused to whoever asks here.

Leaves to others: who may read, and recording that somebody did (``exhibit``, ``custody``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import FileIO
from typing import TYPE_CHECKING, Final, cast

from comity import age, dsse, store
from comity.app.mark import refuse_protected
from comity.app.node import Node
from comity.dsse import Envelope
from comity.errors import BadInput, NotFound, ProofFailed
from comity.evidence import (
    SECRET_SIZE,
    ChunkTrees,
    Entry,
    Index,
    SealStatement,
    Stamp,
    Token,
    files_root,
    hash_all,
)
from comity.evidence.delivery import CIPHERTEXT_LIMIT
from comity.exchange import Directory, Purpose, Status
from comity.store import Connection
from comity.wire import dump_bytes, parse

if TYPE_CHECKING:
    from hashlib import _Hash

_KEY_LIMIT: Final = 4096


@dataclass(frozen=True)
class ContentKey:
    """What opens an exhibit, and the secret of its chunks' salts where it was sealed here."""

    identity: age.X25519Identity | age.HybridIdentity = field(repr=False)
    secret: bytes | None = field(repr=False)


def new_key(node: Node, *, sealed_here: bool) -> ContentKey:
    """A fresh key. Who only received an exhibit has no secret of its salts."""
    secret = node.entropy(SECRET_SIZE) if sealed_here else None
    return ContentKey(age.generate_x25519(node.entropy), secret)


def wrap(node: Node, key: ContentKey, unit: Sequence[age.Recipient] = ()) -> store.ExhibitKey:
    """Seal a key to the vault key and the recovery recipients; or to a ``unit``, and to nobody of the node.

    What is sealed is an age identity file.

    Raises:
        BadInput: a recovery recipient cannot be sealed to beside the vault's own.
    """
    texts = (*node.keys.vault.recipients, *node.settings.recovery)
    recipients = list(unit) or [age.parse_recipient(text) for text in texts]
    text = f"{key.identity}\n".encode("ascii")
    salt = None if key.secret is None else age.seal(key.secret, recipients, entropy=node.entropy)
    return store.ExhibitKey(age.seal(text, recipients, entropy=node.entropy), salt)


def unwrap(node: Node, conn: Connection, exhibit: store.Exhibit) -> ContentKey:
    """The key of an exhibit.

    Raises:
        NotFound: it is not in the vault, or wrapped to another vault key. NotPermitted: the key was
            destroyed, or only a competent unit opens it. ProofFailed: the wrapped key is damaged.
    """
    refuse_protected(conn, exhibit.case, exhibit.id)
    return unwrap_by(node.keys.vault.identities, conn, exhibit)


def unwrap_by(own: Sequence[age.Identity], conn: Connection, exhibit: store.Exhibit) -> ContentKey:
    """The key of an exhibit, by whoever's keys it is wrapped to.

    Raises:
        NotFound, NotPermitted, ProofFailed: as ``unwrap``.
    """
    wrapped = store.exhibit_key(conn, exhibit.case, exhibit.id)
    text = age.open_sealed(wrapped.wrapped_key, own, _KEY_LIMIT).decode("ascii")
    salt = wrapped.wrapped_salt
    return ContentKey(
        age.parse_identity(text.removesuffix("\n")),
        None if salt is None else age.open_sealed(salt, own, _KEY_LIMIT),
    )


@contextmanager
def opened(node: Node, exhibit: store.Exhibit, key: ContentKey) -> Iterator[age.Reader]:
    """The plaintext of an exhibit, authenticated block by block as it is read.

    Raises:
        NotFound: the vault does not have it. ProofFailed: while reading: it is damaged.
    """
    if exhibit.address is None:
        raise NotFound("evidence_app.not_in_vault_yet", exhibit=exhibit.id)
    with node.vault.open(exhibit.address) as sealed:
        yield age.decrypt([key.identity], cast(FileIO, sealed))


def sealing_key(directory: Directory, state: str, envelope: Envelope) -> bytes:
    """The raw acts key of a State's node that an envelope names as its one signer; still to be verified.

    Raises:
        ProofFailed: it names none of that node's keys, or a revoked one.
    """
    public = dsse.named_signer(envelope, acts_keys(directory, state))
    if public is None:
        stranger = envelope.signatures[0].keyid if envelope.signatures else ""
        raise ProofFailed("evidence_app.sealed_by_stranger", state=state, key=stranger)
    return public


def acts_keys(directory: Directory, state: str) -> tuple[bytes, ...]:
    """The raw acts keys of a State's node, the present one first; none that was revoked."""
    keys = [
        k for k in directory.entry(state).keys if k.purpose is Purpose.ACTS and k.status is not Status.REVOKED
    ]
    keys.sort(key=lambda k: k.status is not Status.ACTIVE)
    return tuple(k.public_key.public for k in keys)


def write_stamp(token: Token) -> bytes:
    """A time-stamp with its authority's chain, as the store keeps it."""
    return dump_bytes(Stamp.of(token))


def read_stamp(data: bytes) -> Token:
    """Read a stored time-stamp.

    Raises:
        BadInput: it is none.
    """
    return parse(Stamp, data, limit=CIPHERTEXT_LIMIT).token


class Proving:
    """Takes an exhibit's stream, and holds it against statement and index, file by file.

    ``secret``: of the salts; without it (an exhibit that was received) the salted tree is not built anew.
    """

    def __init__(self, statement: SealStatement, index: Index, secret: bytes | None) -> None:
        self._statement = statement
        self._salted = secret is not None
        self._root = None if secret is None else files_root(index, secret).hex()
        self._trees = ChunkTrees(secret or bytes(SECRET_SIZE))
        self._files = FileDigests(index)
        # A file that stands alone is the stream: hash it only once.
        self._alone = index.files[0].sha256 if len(index.files) == 1 else None
        self._whole = sha256()

    def prove(self, payload: age.ByteSource) -> None:
        """Read the stream to its end.

        Raises:
            ProofFailed: it is not the stream that was sealed, or a file in it is not.
        """
        both = (self._files.update, self._whole.update)
        hash_all(payload, self._trees, *(both[:1] if self._alone is not None else both))
        self._finish()

    def _finish(self) -> None:
        self._files.finish()
        plain, salted = self._trees.finish()
        found = {
            "digest": (self._alone or self._whole.hexdigest()) == self._statement.sha256,
            "chunk tree": plain.hex() == self._statement.chunk_root,
            "salted tree": not self._salted or salted.hex() == self._statement.salted_root,
            "tree of files": self._root in {None, self._statement.files_root},
        }
        for what, holds in found.items():
            if not holds:
                raise ProofFailed("evidence.stream_wrong", exhibit=self._statement.exhibit, what=what)


class FileDigests:
    """Takes a stream, and holds each file in it against the index."""

    def __init__(self, index: Index) -> None:
        self._entries: Sequence[Entry] = index.files
        self._at = 0
        self._left = self._entries[0].size
        self._hash: _Hash = sha256()

    def update(self, data: memoryview) -> None:
        """Take the next bytes.

        Raises:
            ProofFailed: a file is not the one that was sealed, or the stream goes on too long.
        """
        while data:
            while not self._left:
                self._next()
            piece = data[: self._left]
            self._hash.update(piece)
            self._left -= len(piece)
            data = data[len(piece) :]

    def finish(self) -> None:
        """Say that this was all.

        Raises:
            ProofFailed: a file is not the one that was sealed, or is missing.
        """
        while self._at < len(self._entries) - 1:
            self._next()
        self._close()

    def _next(self) -> None:
        self._close()
        self._at += 1
        if self._at == len(self._entries):
            raise ProofFailed("evidence.payload_wrong", path=self._entries[-1].path, what="goes on")
        self._left = self._entries[self._at].size
        self._hash = sha256()

    def _close(self) -> None:
        entry = self._entries[self._at]
        if self._left:
            raise ProofFailed("evidence.payload_wrong", path=entry.path, what="is cut")
        if self._hash.hexdigest() != entry.sha256:
            raise ProofFailed("evidence.payload_wrong", path=entry.path, what="is another")


def check_line(text: str, what: str) -> str:
    """A line that a signed statement will hold: 1 to 300 characters, and no line end among them.

    Raises:
        BadInput: as said; before anything is read or sealed.
    """
    if not 1 <= len(text.strip()) <= len(text) <= MAX_LINE or text.splitlines() != [text]:
        raise BadInput("evidence_app.not_a_line", what=what, limit=MAX_LINE)
    return text


MAX_LINE: Final = 300
