"""Link two cases of this node, such as an extradition and the evidence on the same facts; and undo it.

Promises: a link is said in both cases, in one transaction, by a person who is let into both. It ties nothing
else together: each case keeps its own readers, and no file of one ever carries the link or the other. Whoever
a wall keeps out of one case sees nothing of the link in the other.

Leaves to others: which links stand (``cases.links``), showing them (``show``).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from comity import store
from comity.acts import Act
from comity.acts.knowing_terms import LinkTerms, Tie, UnlinkTerms
from comity.app.look import find_case
from comity.app.node import Node, Person, home_of
from comity.app.prepare import Saying, say_together
from comity.app.reading import hidden_from
from comity.cases import HomeCase
from comity.errors import BadInput, Conflict, NotFound
from comity.store import Connection
from comity.wire import Json

_MIRRORED: Final = MappingProxyType(
    {Tie.EVIDENCE: Tie.EXTRADITION, Tie.EXTRADITION: Tie.EVIDENCE, Tie.RELATED: Tie.RELATED}
)
"""What the first case is to the second, by what the second is to the first."""


def link(
    node: Node, case: str, who: Person, *, other: str, tie: Tie, text: str | None = None
) -> tuple[Act, ...]:
    """Link two cases. ``tie``: what the other one is to the first.

    Raises:
        NotFound: no such case, or none for this reader. BadInput: it is the same case.
        Conflict: they are linked already. Others: as ``say``.
    """
    with node.db.read() as conn:
        first, second = find_case(node, conn, case), find_case(node, conn, other)
        if first == second:
            raise BadInput("app.link_to_itself", case=first)
        if second in _others(node, conn, first).values():
            raise Conflict("app.linked_already", case=first, other=second)
    pairs = ((first, second, tie), (second, first, _MIRRORED[tie]))
    return say_together(
        node,
        [
            Saying(
                "link", who.authority, {"terms": LinkTerms(tie=what), "other": to, "text": text}, case=where
            )
            for where, to, what in pairs
        ],
        who,
    )


def unlink(node: Node, case: str, who: Person, *, other: str, text: str | None = None) -> tuple[Act, ...]:
    """Undo the link between two cases, in both.

    Raises:
        NotFound: no such case, or they are not linked. Others: as ``say``.
    """
    with node.db.read() as conn:
        first, second = find_case(node, conn, case), find_case(node, conn, other)
        there, back = _others(node, conn, first), _others(node, conn, second)
    undone = [(first, act) for act, to in there.items() if to == second]
    undone += [(second, act) for act, to in back.items() if to == first]
    if not undone:
        raise NotFound("app.not_linked", case=first, other=second)
    sayings = [
        Saying("unlink", who.authority, {"terms": UnlinkTerms(link=act), "text": text}, case=where)
        for where, act in undone
    ]
    return say_together(node, sayings, who)


def links_of(node: Node, conn: Connection, home: HomeCase) -> list[Json]:
    """The links of a case that stand and that this reader may know of."""
    ties = {one.act: one.tie for one in home.links}
    hidden = hidden_from(node, conn)
    return [
        {"act": act, "case": other, "tie": ties[act].value, "states": _states(conn, other)}
        for act, other in _told(conn, home).items()
        if other not in hidden
    ]


def all_links(conn: Connection, case: str) -> frozenset[str]:
    """Every act of a case that tells of a link, or undoes one: what no file of the case carries."""
    return frozenset(
        act.id for kind in ("link", "unlink") for act in store.home_acts_of_kind(conn, kind, case)
    )


def evidence_of(node: Node, conn: Connection, case: str) -> str | None:
    """The one case, between the same States, that holds the evidence for this one; several are as none."""
    states = _states(conn, case)
    found = [
        one["case"]
        for one in links_of(node, conn, home_of(node, conn, case))
        if one["tie"] == Tie.EVIDENCE.value and one["states"] == states
    ]
    return found[0] if len(found) == 1 else None


def _others(node: Node, conn: Connection, case: str) -> dict[str, str]:
    return _told(conn, home_of(node, conn, case))


def _told(conn: Connection, home: HomeCase) -> dict[str, str]:
    """The other case of each link that stands, where the field that names it is still open."""
    named = {one.act: store.get_act(conn, one.act).fields.get("other") for one in home.links}
    return {act: str(other) for act, other in named.items() if other is not None}


def _states(conn: Connection, case: str) -> list[str]:
    return sorted(store.get_case_line(conn, case).states)
