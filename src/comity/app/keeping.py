"""Where the vault is, and what its store was found to do.

Promises: what is told of a store is what it did when it was tried, just now; a lock that does not hold is
called none, whatever the settings ask for.

Leaves to others: trying it (``evidence.probe``), reading what lies there (``scrub``).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.app.move import Move, check_place, last_move
from comity.app.node import Node
from comity.errors import Unavailable
from comity.evidence import MovingVault, Probed, S3Vault


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where the vault is: a folder, or a bucket, and then what came of trying it. ``days``: of the lock.

    ``before``: where it is read from too, while it is moved. ``move``: the last move, if there ever was one.
    """

    place: str
    probed: Probed | None
    days: int | None
    before: str | None
    move: Move | None


def keeping(node: Node) -> Keeping:
    """Look where the vault is, and try its store.

    Raises:
        NotPermitted, Unavailable: the store refuses, or does not answer. Conflict: it is another node's.
    """
    vault, before = node.vault, node.settings.vault_before
    if isinstance(vault, MovingVault):
        if isinstance(vault.old, S3Vault):
            vault.old.own(anew=True)
        vault = vault.new
    with node.db.read() as conn:
        move = last_move(conn)
    if not isinstance(vault, S3Vault):
        return Keeping(str(node.settings.vault), None, None, before, move)
    lock = vault.lock
    probed = vault.probed(anew=True)
    vault.own(anew=True)
    days = None if lock is None else lock.days
    return Keeping(str(vault.bucket.place), probed, days, before, move)


def check_keeping(node: Node) -> None:
    """Refuse a store that does not lock what it is to lock, and a place that the vault was moved from.

    Raises:
        Unavailable: as said, or it does not answer. NotPermitted: it refuses. Conflict: it is another node's,
            or the vault is not there.
    """
    check_place(node)
    probed = keeping(node).probed
    if probed is not None and probed.faults:
        raise Unavailable("evidence.vault_not_locked", what=probed.faults[0])
