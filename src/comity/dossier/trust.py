"""What the reader of a file brings along: whom to believe, and what is known already.

Promises: nothing here comes from the file that is verified. With nothing brought a verification still
shows whether a file agrees with itself, and says whose fingerprints are to be compared.

Leaves to others: where it comes from (options of ``cli``, the directory of a node).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cryptography import x509

from comity import note
from comity.exchange.entry import Entry, Purpose, Status
from comity.wire import digest


@dataclass(frozen=True)
class Trust:
    """``fingerprints``: acts keys by State, as people compared them. ``entries``: trusted already.

    ``bundles``: law bundles known beside those in the file. ``roots``: of time-stamp authorities.
    ``vkeys``: of public logs (C2SP signed-note), beside those of ``entries``.
    """

    fingerprints: Mapping[str, str] = field(default_factory=dict)
    entries: Sequence[Entry] = ()
    bundles: Sequence[bytes] = ()
    roots: Sequence[x509.Certificate] = ()
    vkeys: Sequence[str] = ()

    def pinned(self, state: str) -> frozenset[str]:
        """The acts keys of a State, by id, any of which ties a chain of entries to what is trusted."""
        given = {self.fingerprints[state]} if state in self.fingerprints else set()
        return frozenset(given) | {
            key.key
            for entry in self.entries
            for key in entry.keys
            if entry.state == state and key.purpose is Purpose.ACTS and key.status is not Status.REVOKED
        }

    def believes(self, key: str) -> bool:
        """Whether a key is a trusted acts key of any State."""
        states = {*self.fingerprints, *(entry.state for entry in self.entries)}
        return any(key in self.pinned(state) for state in states)

    def raw_keys(self, purpose: Purpose) -> list[bytes]:
        """The raw Ed25519 keys of that purpose in trusted entries, but for those revoked."""
        return [
            key.public_key.public
            for entry in self.entries
            for key in entry.keys
            if key.purpose is purpose and key.status is not Status.REVOKED
        ]

    @cached_property
    def bundle_by_digest(self) -> Mapping[str, bytes]:
        """The known bundles by digest."""
        return {digest(data): data for data in self.bundles}

    def log_keys(self) -> list[note.Vkey]:
        """The keys of logs that are trusted.

        Raises:
            BadInput: one of ``vkeys`` is not a verifier key.
        """
        return [note.parse_vkey(text) for text in (*self.vkeys, *(e.log.vkey for e in self.entries))]
