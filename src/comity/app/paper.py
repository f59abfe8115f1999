"""Cases on paper: those in which nothing goes by wire, since the other side has no node, or used none.

Promises: whether a case is on paper is said by its first act alone, and never changes: what was registered,
or was said to an office that no trusted node lists. Nothing of such a case is ever posted.

Leaves to others: registering what comes, and what goes (``register``).
"""

from __future__ import annotations

from dataclasses import replace

from comity import store
from comity.acts import Act, state_of
from comity.app.node import Node
from comity.cases import HomeCase, Unsent
from comity.store import Connection


def goes_on_paper(node: Node, conn: Connection, act: Act) -> bool:
    """Whether an act of ours that is about to be stored goes out on paper."""
    first = _first(conn, str(act.header.case))
    return _is_unlisted(node, conn, str(act.header.to)) if first is None else _on_paper(node, conn, first)


def is_on_paper(node: Node, conn: Connection, case: str) -> bool:
    """Whether a case is on paper; one in which nothing was said between States is not."""
    first = _first(conn, case)
    return first is not None and _on_paper(node, conn, first)


def to_dispatch(node: Node, conn: Connection, case: str, sent: frozenset[str]) -> tuple[str, ...]:
    """Our acts of a case on paper that did not go out yet. ``sent``: those that did."""
    waiting = tuple(id for id in store.unreceipted(conn, case) if id not in sent)
    return waiting if waiting and is_on_paper(node, conn, case) else ()


def with_unsent(node: Node, conn: Connection, case: str, home: HomeCase) -> HomeCase:
    """A home case that knows what waits to go out on paper: no act of any case says that it does."""
    waiting = (store.get_act(conn, id) for id in to_dispatch(node, conn, case, frozenset(home.desk.sent)))
    unsent = tuple(Unsent(one.id, one.header.at, one.header.about or one.id) for one in waiting)
    return replace(home, desk=replace(home.desk, unsent=unsent)) if unsent else home


def _first(conn: Connection, case: str) -> str | None:
    return next((id for id, _ in store.ids_of_case(conn, case, "shared")), None)


def _on_paper(node: Node, conn: Connection, first: str) -> bool:
    header = store.get_act(conn, first).header
    if header.registered:
        return True
    # What goes by wire has its job from the deed that stored it, for ever; what came back after a restoration
    # has the peer's receipt instead.
    wired = store.get_job(conn, "post", {"act": first}) or store.get_receipt(conn, first, "peer")
    return header.state == node.state and not wired


def _is_unlisted(node: Node, conn: Connection, office: str) -> bool:
    peer = node.directory(conn).peers.get(state_of(office))
    return peer is None or peer.office(office) is None
