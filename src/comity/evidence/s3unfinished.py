"""What is kept of an intake into a bucket that was interrupted: the parts that were sent.

Nobody can read parts of an upload that was not ended. So a second run reads the source again from its
beginning, whatever that is, and seals it again under the same key: each part then has the bytes that it had.
What the store has of them is compared by its digest and not sent again; what is new is sent.

Promises: an exhibit is what the last run read, all of it; nothing is taken from an earlier one. Where a part
comes otherwise than it was sent, that is said, what was sent goes, and the next run begins anew, under a
fresh key (``sent`` says why). A journal counts only if it was made with the vault's own key. Of two runs, one
has it, never both.

Leaves to others: the journal (``sent``), sending (``s3content``), what nobody came back for (``s3vault``).
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from hmac import compare_digest
from hmac import digest as hmac
from pathlib import Path
from typing import Final

from comity import age
from comity.errors import ComityError, NotFound
from comity.evidence.names import Digest
from comity.evidence.s3vault import S3Vault, S3Writer
from comity.evidence.sent import Journal, journals
from comity.evidence.task import Noted, Task, read_back, written
from comity.evidence.vault import VaultWriter
from comity.wire import Model, Version1, dump_bytes, parse

_NOTE_LIMIT: Final = 128 * 1024
_SEED: Final = 32

_COME_BACK: Final = frozenset(
    {
        "evidence.cannot_read",
        "evidence.s3_answer",
        "evidence.s3_busy",
        "evidence.s3_fails",
        "evidence.s3_refused",
        "evidence.s3_silent",
    }
)
"""After which trouble somebody may come back: the source was pulled out, or the way to the store was cut."""


class Note(Model):
    """Version 1. ``task``: what for, by whom, from where (``written``); ``identity``: what opens it."""

    v: Version1
    task: Noted
    identity: str
    seed: Digest
    """From which all that is drawn to seal it is derived: so it can be sealed again to the same bytes."""
    proof: Digest
    """Of all that, under the vault's own key: to seal to it, anybody can, and give us a key of theirs."""


class S3Keeping:
    """What is kept of one intake; as ``unfinished.Kept``.

    ``task``: words that a second run has again. ``key``: the identity that opens what a first run seals.
    """

    def __init__(
        self,
        vault: S3Vault,
        task: Sequence[str],
        *,
        key: age.X25519Identity | age.HybridIdentity,
        recipients: Sequence[age.Recipient],
        identities: Sequence[age.X25519Identity | age.HybridIdentity],
    ) -> None:
        self._vault = vault
        self._task = written(task)
        self._key = key
        self._seed = os.urandom(_SEED)
        self._recipients = recipients
        self._identities = identities
        self._journal: Journal | None = None
        self._writer: S3Writer | None = None
        self._over = False

    def take_up(self) -> age.X25519Identity | age.HybridIdentity:
        """What opens what this run seals: the key of an earlier one, if the store still has what that sent.

        Raises:
            NotPermitted, Unavailable: the store refuses, or does not answer.
        """
        for journal, note in sorted(self._of_this_task(), key=lambda one: one[0].parts, reverse=True):
            if self._journal is None and self._is_there(journal):
                self._journal, self._key = journal, age.parse_identity(note.identity)
                self._seed = bytes.fromhex(note.seed)
            else:
                _remove(self._vault, journal)
        if self._journal is None:
            told = (self._task, str(self._key), self._seed.hex())
            proof = _proof(self._identities[0], *told)
            note = Note(v=1, task=told[0], identity=told[1], seed=told[2], proof=proof)
            self._journal = Journal(self._vault.folder, age.seal(dump_bytes(note), self._recipients))
        return self._key

    def earlier(self) -> None:
        """Nothing: what was sent cannot be read, and the source is read again."""

    def writer(self) -> S3Writer:
        """Sends on from what the store has."""
        self._writer = self._vault.writer(journal=self._journal)
        return self._writer

    def sealer(self, recipients: Sequence[age.Recipient], dst: age.ByteSink) -> age.Writer:
        """Seals to the bytes to which an earlier run sealed the same."""
        seed, number = self._seed, itertools.count()

        def drawn(size: int) -> bytes:
            blocks = (hmac(seed, next(number).to_bytes(8, "big"), "sha256") for _ in range(0, size, _SEED))
            return b"".join(blocks)[:size]

        return age.encrypt(recipients, dst, entropy=drawn)

    def reached(self, size: int, writer: VaultWriter) -> None:
        """Nothing: each part is noted before it leaves."""

    def failed(self, error: BaseException) -> None:
        """This run ends without an exhibit: what was sent is kept, if somebody may come back for it."""
        stays = isinstance(error, KeyboardInterrupt) or (
            isinstance(error, ComityError) and error.id in _COME_BACK
        )
        begun = self._journal is not None and bool(self._journal.begun)
        if self._writer is not None:
            self._writer.keep = stays and begun
        self._over = not stays

    def stored(self) -> None:
        """From now on nobody goes on with its key: of one key there is to be one exhibit.

        Raises:
            Unavailable: the disk does not let the journal go: whoever goes on with it, or forgets it, would
                remove what is an exhibit then.
        """
        if self._journal is not None:
            self._journal.drop()

    def done(self) -> None:
        """Nothing: it is gone since it was stored."""

    def close(self) -> None:
        """Let go of what is held, so that another run may have it; or remove it, now that nothing is sent."""
        if self._journal is None:
            return
        if self._over:
            _remove(self._vault, self._journal)
        self._journal.close()

    def _of_this_task(self) -> list[tuple[Journal, Note]]:
        found = []
        for path in journals(self._vault.folder):
            taken = _take(path, self._identities)
            if taken is None:
                continue
            journal, note = taken
            if note.task != self._task:
                journal.close()  # not held: its own task may ask for it
            else:
                found.append((journal, note))
        return found

    def _is_there(self, journal: Journal) -> bool:
        """Ask the store what it has of all that was begun."""
        for begun in journal.begun:
            try:
                begun.there = self._vault.bucket.parts(begun.key, begun.upload)
            except NotFound:
                begun.made = self._vault.bucket.made(begun.key)  # it may have been ended
                if begun.made is None:
                    return False
        return True


def forget_sent(
    vault: S3Vault,
    identities: Sequence[age.X25519Identity | age.HybridIdentity],
    fits: Callable[[Task], bool],
) -> int:
    """Remove what interrupted runs sent, by whomever, of each task that ``fits``; how many. None at work."""
    count = 0
    for path in journals(vault.folder):
        taken = _take(path, identities)
        if taken is None:
            continue
        journal, note = taken
        if fits(Task.of(read_back(note.task))):
            _remove(vault, journal)
            count += 1
        journal.close()
    return count


def _take(
    path: Path, identities: Sequence[age.X25519Identity | age.HybridIdentity]
) -> tuple[Journal, Note] | None:
    """A journal of ours, held; nothing where it is none, or another run has it."""
    journal = Journal.taken(path)
    if journal is None:
        return None
    try:
        note = parse(Note, age.open_sealed(journal.note, identities, _NOTE_LIMIT), limit=_NOTE_LIMIT)
    except ComityError:
        journal.close()
        return None
    if not compare_digest(note.proof, _proof(identities[0], note.task, note.identity, note.seed)):
        journal.close()
        return None
    return journal, note


def _remove(vault: S3Vault, journal: Journal) -> None:
    with suppress(ComityError):
        journal.drop()  # first: from then on, the sweep finds what the store has
        for begun in journal.begun:
            vault.bucket.abort(begun.key, begun.upload)
            vault.discard(begun.key)


def _proof(
    vault: age.X25519Identity | age.HybridIdentity, task: Sequence[str], identity: str, seed: str
) -> str:
    told = f"comity unfinished intake in a bucket, version 1\n{' '.join(task)}\n{identity}\n{seed}"
    return hmac(str(vault).encode("ascii"), told.encode("ascii"), "sha256").hex()
