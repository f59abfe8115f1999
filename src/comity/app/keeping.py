"""Where the vault is, and what its store was found to do.

Promises: what is told of a store is what it did when it was tried, just now; a lock that does not hold is
called none, whatever the settings ask for.

Leaves to others: trying it (``evidence.probe``), reading what lies there (``scrub``).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.app.node import Node
from comity.errors import Unavailable
from comity.evidence import Probed, S3Vault


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where the vault is: a folder, or a bucket, and then what came of trying it. ``days``: of the lock."""

    place: str
    probed: Probed | None
    days: int | None


def keeping(node: Node) -> Keeping:
    """Look where the vault is, and try its store.

    Raises:
        NotPermitted, Unavailable: the store refuses, or does not answer. Conflict: it is another node's.
    """
    if not isinstance(node.vault, S3Vault):
        return Keeping(str(node.settings.vault), None, None)
    lock = node.vault.lock
    probed = node.vault.probed(anew=True)
    node.vault.own(anew=True)
    return Keeping(str(node.vault.bucket.place), probed, None if lock is None else lock.days)


def check_keeping(node: Node) -> None:
    """Refuse a store that does not lock what it is to lock.

    Raises:
        Unavailable: as said, or it does not answer. NotPermitted: it refuses. Conflict: it is another node's.
    """
    probed = keeping(node).probed
    if probed is not None and probed.faults:
        raise Unavailable("evidence.vault_not_locked", what=probed.faults[0])
