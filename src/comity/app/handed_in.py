"""Evidence from a State without a node, handed in on a medium: registered as its delivery, sealed here.

Promises: custody begins when it is registered: the content is read once and sealed, the delivery that the
registrar signs, its register, the covering paper, and the first custody events are one transaction. The seal
is ours, and says what came, never what they sent. Taking custody is an act of its own, as of any delivery.

Leaves to others: taking custody (``custody``), what else came on paper (``register``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from comity import dsse
from comity.acts import Act, Capacity, Condition, state_of
from comity.acts.terms import DeliverTerms, Delivery, Piece
from comity.app.deliver import conditions_of
from comity.app.limits import values
from comity.app.node import Node, Person
from comity.app.paper import is_on_paper
from comity.app.prepare import Saying
from comity.app.register import Entered, Slip, enter_registered, received, source_of
from comity.app.reply import Matter, matter, offices, own_office
from comity.app.scans import enter, exhibit_of, next_id, sealed
from comity.cases import ItemStanding
from comity.errors import NotFound, NotPermitted
from comity.evidence import Progress, read_statement
from comity.store import Connection


@dataclass(frozen=True)
class HandedIn:
    """What was registered, the exhibit that it became here, and the SHA-256 of its content."""

    entered: Entered
    exhibit: str
    stream: str


def register_evidence(  # noqa: PLR0917 - about what, what came, for which items, how, by whom
    node: Node,
    about: str,
    source: Path,
    items: Sequence[str],
    capacity: Capacity,
    slip: Slip,
    who: Person,
    *,
    conditions: tuple[Condition, ...] = (),
    progress: Progress | None = None,
) -> HandedIn:
    """Register evidence that came on a medium, a file or a folder, for items that they granted.

    ``slip``: how it came; its text says what it is, its scan is the covering paper. ``conditions``: of the
    delivery itself, beside those of their decision.

    Raises:
        NotFound: no such request or item. NotPermitted: it was not asked by us, goes by wire, or an item is
            not granted. BadInput: the slip is not whole. BadInput, Conflict, Unavailable: the source.
    """
    it = matter(node, about)
    own, theirs = offices(node, it.act)
    own_office(who, own)
    if it.request.requesting != node.state:
        raise NotPermitted("register.evidence_not_asked", act=it.act.id)
    wanted = tuple(sorted(set(items)))
    decision, granted = _granted(it, wanted)
    at = received(node, slip)
    with node.db.read() as conn:
        if not is_on_paper(node, conn, it.id):
            raise NotPermitted("register.evidence_by_wire", case=it.id)
        words = conditions_of(conn, decision, granted)
    with sealed(node, source, source_of(slip), progress) as content:
        with node.db.read() as conn:
            id = next_id(conn, it.id, f"{state_of(theirs)}-")
            row = exhibit_of(node, conn, it.id, who, content, id=id, status="incoming")
        envelope = dsse.read(row.statement)
        delivery = Delivery(
            exhibit=id,
            items=wanted,
            statement=envelope.id,
            stream=content.digest,
            size=read_statement(envelope).size,
            # Nothing was announced in pieces: what is named is what was read from the medium, as sealed here.
            head=Piece(digest=content.taken.stored.digest, size=content.taken.stored.size),
            pieces=(),
        )
        terms = DeliverTerms(
            decision=decision,
            capacity=capacity,
            exhibits=(delivery,),
            conditions=tuple(sorted(one.id for one in conditions)),
            limits=values(conditions),
        )
        fields = {"terms": terms, "description": slip.text, "conditions": (*words, *conditions)}
        saying = Saying("deliver", theirs, fields, to=own, case=it.id, about=it.act.id, registered_at=at)

        def also(conn: Connection, act: Act) -> None:
            enter(node, conn, who, content, row, act=act.id, kind="register")

        return HandedIn(enter_registered(node, saying, slip, who, also=also), id, content.digest)


def _granted(it: Matter, items: tuple[str, ...]) -> tuple[str, frozenset[str]]:
    """The decision that granted all of the items, and the conditions of that grant."""
    if not items:
        raise NotPermitted("evidence_app.no_item")
    decisions: set[str] = set()
    conditions: set[str] = set()
    for label in items:
        item = it.request.item(label)
        if item is None:
            raise NotFound("evidence_app.no_such_item", item=label)
        if item.standing is not ItemStanding.GRANTED or item.decision is None:
            raise NotPermitted("register.item_not_granted", item=label)
        decisions.add(item.decision)
        conditions |= set(item.conditions)
    if len(decisions) != 1:
        raise NotPermitted("deliver.several_decisions", count=len(decisions))
    return decisions.pop(), frozenset(conditions)
