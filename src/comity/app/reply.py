"""Say something about a request: the frame that every such deed shares.

Promises: from, to, case and ``about`` come from the request itself; an office that is not the signer's
is refused before anything is composed.

Leaves to others: what is said (a module a deed), whether it may be said now (``prepare``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from comity import store
from comity.acts import Act, Role
from comity.app.look import find_act
from comity.app.node import Node, Person, case_of
from comity.app.prepare import Also, Said, Saying, say
from comity.cases import Case, RequestState
from comity.errors import NotPermitted
from comity.store import Connection


@dataclass(frozen=True)
class Matter:
    """The request (or preview) that a deed is about, with its case as it stands."""

    act: Act
    case: Case
    request: RequestState

    @property
    def id(self) -> str:
        """The case's reference."""
        return str(self.act.header.case)


def matter(node: Node, about: str) -> Matter:
    """Find a request by its id or the beginning of it.

    Raises:
        NotFound: no such act, or it is not a request that has effect.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, about)
        case = case_of(node, conn, str(act.header.case))
    return Matter(act, case, case.request(act.id))


def reply(
    node: Node,
    it: Matter,
    kind: str,
    fields: Mapping[str, Any],
    who: Person,
    *,
    approver: str | None = None,
    judge: str | None = None,
    rests_on: str | None = None,
    also: Also | None = None,
) -> Said:
    """Say something to the other side about a request. ``approver``, ``judge``: enrolled persons' names.

    Raises:
        NotPermitted: the case does not allow it now, or the office is not the signer's.
        NotFound: no such person.
    """
    own, theirs = offices(node, it.act)
    with node.db.read() as conn:
        cosigners = beside(conn, approver=approver, judge=judge)
    own_office(who, own)
    saying = Saying(kind, own, fields, theirs, it.id, it.act.id, cosigners, rests_on)
    return say(node, saying, who, also=also)


def beside(conn: Connection, *, approver: str | None, judge: str | None) -> tuple[tuple[Role, str], ...]:
    """Who signs beside the author, by role and key.

    Raises:
        NotFound: no enrolled person of that name.
    """
    named = ((Role.APPROVER, approver), (Role.JUDGE, judge))
    return tuple((role, store.person_by_name(conn, name).key_id) for role, name in named if name is not None)


def note(
    node: Node,
    it: Matter,
    kind: str,
    fields: Mapping[str, Any],
    who: Person,
    *,
    also: Also | None = None,
) -> Act:
    """Say something that stays at home, about a request.

    Raises:
        NotPermitted: as ``reply``.
    """
    saying = Saying(kind, who.authority, fields, case=it.id, about=it.act.id)
    return say(node, saying, who, also=also).act


def offices(node: Node, act: Act) -> tuple[str, str]:
    """Our office and theirs in what a request is about: the one that asked, the one that was asked."""
    asked = str(act.header.to)
    if act.header.state == node.state:
        return act.header.from_, asked
    return asked, act.header.from_


def own_office(who: Person, office: str) -> None:
    """Refuse a person of another office.

    Raises:
        NotPermitted: as said.
    """
    if who.authority != office:
        raise NotPermitted("app.other_office", name=who.name, office=office, own=who.authority)
