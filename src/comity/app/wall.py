"""Walls: a court seals a case, and nobody knows of it but whom its order names.

Promises: a wall is put up and taken down by two persons, on a court's order that is named. Two persons at
least are let in, so that somebody can take it down. It says nothing to the other State.

Leaves to others: what a wall hides (``reading``), who is behind it (``cases.knowing``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity import store
from comity.acts import Act, Role
from comity.acts.knowing_terms import UnwallTerms, WallTerms
from comity.app.look import find_case
from comity.app.node import Node, Person, home_of
from comity.app.prepare import Saying, say
from comity.app.seen import check_seen
from comity.clock import write_instant
from comity.errors import BadInput, NotFound

LEAST: Final = 2
"""So many persons a wall lets in at least: it takes two to take it down."""


@dataclass(frozen=True)
class Order:
    """By whose order: the court, the number of its order, and words of the officer who acts on it."""

    court: str
    number: str
    text: str | None = None


def wall(
    node: Node,
    case: str,
    who: Person,
    *,
    second: Person,
    order: Order,
    enter: tuple[str, ...],
    until: datetime | None,
) -> Act:
    """Put a wall around a case, or another in its place. ``enter``: names of the persons it lets in.

    Raises:
        NotFound: no such case, or no enrolled person of a name. NotPermitted: these two may not sign it.
        BadInput: it lets in fewer than two, or its end has passed.
    """
    with node.db.read() as conn:
        reference = find_case(node, conn, case)
        keys = {store.person_by_name(conn, name).key_id for name in enter}
    if len(keys) < LEAST:
        raise BadInput("app.wall_lets_in_too_few", count=len(keys), least=LEAST)
    if until is not None and until <= node.clock.now():
        raise BadInput("app.wall_has_ended", until=write_instant(until))
    terms = WallTerms(until=None if until is None else write_instant(until), enter=tuple(sorted(keys)))
    return _said(node, reference, (who, second), "wall", {"terms": terms, **_fields(order)})


def unwall(node: Node, case: str, who: Person, *, second: Person, order: Order) -> Act:
    """Take the wall around a case down.

    Raises:
        NotFound: no such case, or no wall around it. NotPermitted: these two may not sign it.
    """
    with node.db.read() as conn:
        reference = find_case(node, conn, case)
        standing = home_of(node, conn, reference).knowing.wall
    if standing is None:
        raise NotFound("app.no_wall", case=reference)
    terms = UnwallTerms(wall=standing.act)
    return _said(node, reference, (who, second), "unwall", {"terms": terms, **_fields(order)})


def _said(node: Node, case: str, signing: tuple[Person, Person], kind: str, fields: dict[str, object]) -> Act:
    who, second = signing
    cosigner = ((Role.APPROVER, second.key.id),)
    saying = Saying(kind, who.authority, fields, case=case, cosigners=cosigner)
    return say(node, saying, who, beside=(second,)).act


def _fields(order: Order) -> dict[str, object]:
    for place, text in (("court", order.court), ("number", order.number), ("text", order.text or "")):
        check_seen(text, place)
    return {"court": order.court, "number": order.number, "text": order.text}
