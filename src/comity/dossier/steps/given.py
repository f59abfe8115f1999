"""What the steps of a verification work on: the members, the statement, and what earlier steps proved.

Promises: a step reads what steps before it established, and adds what it establishes itself; what
could not be read is absent, and was reported where it failed. Each member is to be claimed by a step, so
that one which nobody knows is found.

Leaves to others: the checks themselves (the other modules of this folder), their order (``verify``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from comity.acts import Act, PublicKey, Receipt
from comity.cases import Case
from comity.dossier.report import Part, Place
from comity.dossier.statement import Dossier
from comity.dossier.trust import Trust
from comity.dsse import Envelope
from comity.exchange.directory import Directory
from comity.exchange.entry import Entry, Purpose
from comity.law import Table


@dataclass
class Given:
    """A case file while it is verified."""

    contents: Mapping[str, bytes]
    envelope: Envelope
    dossier: Dossier
    trust: Trust
    entries: dict[str, Entry] = field(default_factory=dict)
    directory: Directory | None = None
    tables: dict[str, Table] = field(default_factory=dict)
    tables_shown: set[str] = field(default_factory=set)
    """Of them, those in bundles that lie in the file."""

    acts: dict[str, Act] = field(default_factory=dict)
    """By id, in the order of the file."""
    place: dict[str, int] = field(default_factory=dict)
    case: Case | None = None
    """What the shared acts come to, where the tables for it are known."""
    receipts: dict[str, list[Receipt]] = field(default_factory=dict)
    """Proven receipts, by act."""
    roots: set[str] = field(default_factory=set)
    """Custody roots that the log shows."""
    claimed: set[str] = field(default_factory=set)

    def take(self, name: str) -> bytes | None:
        """A member's content, claimed by the step that asks; none where it is not there."""
        self.claimed.add(name)
        return self.contents.get(name)

    def under(self, prefix: str, ending: str = "") -> Iterator[tuple[str, bytes]]:
        """The members of a folder that end so, each claimed, in the order of the file."""
        for name, data in self.contents.items():
            if name.startswith(prefix) and name.endswith(ending):
                self.claimed.add(name)
                yield name, data

    def key_of(self, state: str, purpose: Purpose, key: str) -> PublicKey | None:
        """A State's key of that id and purpose, good or not, if its entry lists one."""
        entry = self.entries.get(state)
        listed = () if entry is None else entry.keys
        return next((k.public_key for k in listed if k.purpose is purpose and k.key == key), None)

    def keys_for(self, purpose: Purpose) -> list[bytes]:
        """The raw keys of that purpose of all States, good or not."""
        return [
            k.public_key.public for entry in self.entries.values() for k in entry.keys if k.purpose is purpose
        ]

    def good(self, key: str, at: datetime) -> bool:
        """Whether the directory says that the key was good at that instant."""
        return self.directory is not None and self.directory.key_good(key, at)


def content(name: str) -> Part:
    """The part that a member's content is."""
    return Part(Place.CONTENT, name)
