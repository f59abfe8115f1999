"""What interrupted intakes kept, and when it goes: with their request, with who began them, or with a mark.

Promises: what is kept is opened by a key of the node, so it stays no longer than somebody may go on with it.
It goes when the person is no longer enrolled, or the request is over; and, whoever began it, when something
of the same source is taken in as what only a unit opens, or an exhibit of the same request is marked so.

Leaves to others: going on with it (``exhibit``), its longest time (``evidence.vault``).
"""

from __future__ import annotations

from collections.abc import Callable

from comity import store
from comity.app.node import Node, case_of
from comity.evidence import FileVault, MovingVault, S3Vault, Task, Vault, forget, forget_sent


def forget_unfinished(node: Node, fits: Callable[[Task], bool]) -> int:
    """Remove what interrupted runs kept of tasks that fit; how many. What a run has in hand now stays."""
    vault = node.vault
    places = (vault.old, vault.new) if isinstance(vault, MovingVault) else (vault,)
    return sum(forget_kept(node, place, fits) for place in places)


def forget_kept(node: Node, place: Vault, fits: Callable[[Task], bool]) -> int:
    """The same, in one of the places that a vault is in while it is moved."""
    own = node.keys.vault.identities
    if isinstance(place, S3Vault):
        return forget_sent(place, own, fits)
    return forget(place.incoming, own, fits) if isinstance(place, FileVault) else 0


def forget_needless(node: Node) -> int:
    """Remove what nobody may go on with: who began it is enrolled no more, or the request is over."""

    def needless(task: Task) -> bool:
        with node.db.read() as conn:
            active = {one.key_id for one in store.list_people(conn) if one.status == "active"}
            case = store.case_of_act(conn, task.about)
            request = None if case is None else case_of(node, conn, case).requests.get(task.about)
        over = request is None or request.withdrawn is not None or request.closed is not None
        return over or task.by not in active

    return forget_unfinished(node, needless)
