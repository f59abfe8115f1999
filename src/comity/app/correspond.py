"""What is said of a request without moving it: how far it is, letters, to whom it was passed on.

Promises: each is one act, permitted by the table or refused with the reason.

Leaves to others: questions that a finding asks (``question``).
"""

from __future__ import annotations

from datetime import datetime

from comity.acts.names import Authority
from comity.acts.terms import CorrespondTerms, ForwardTerms, Progress, StatusTerms
from comity.app.look import find_act
from comity.app.node import Node, Person
from comity.app.prepare import Said
from comity.app.reply import matter, reply
from comity.clock import write_instant
from comity.errors import BadInput


def forward(node: Node, about: str, who: Person, *, authority: Authority, text: str | None = None) -> Said:
    """Say to which office of our own State a request was passed on.

    Raises:
        NotPermitted: it is closed or withdrawn, or the office is not another one of our own.
    """
    terms = ForwardTerms(authority=authority)
    return reply(node, matter(node, about), "forward", {"terms": terms, "text": text}, who)


def ask_status(
    node: Node, about: str, who: Person, *, text: str | None = None, by: datetime | None = None
) -> Said:
    """Ask how far a request is. ``by``: until when an answer is asked for.

    Raises:
        NotPermitted: the case does not allow it now.
    """
    terms = StatusTerms(asked=None, progress=None, by=None if by is None else write_instant(by))
    return reply(node, matter(node, about), "status", {"terms": terms, "text": text}, who)


def tell_status(
    node: Node,
    asked: str,
    who: Person,
    *,
    progress: Progress,
    text: str | None = None,
    by: datetime | None = None,
) -> Said:
    """Answer a question of status. ``asked``: the id of the act that put it, or the beginning of it.

    ``by``: until when the next word is promised.

    Raises:
        BadInput: that act does not ask for it. NotPermitted: it is answered, or was not put to us.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, asked)
    if act.header.kind != "status" or act.header.about is None:
        raise BadInput("app.asks_nothing", act=act.id, kind=act.header.kind)
    terms = StatusTerms(asked=act.id, progress=progress, by=None if by is None else write_instant(by))
    return reply(node, matter(node, act.header.about), "status", {"terms": terms, "text": text}, who)


def correspond(node: Node, about: str, who: Person, *, text: str, answers: str | None = None) -> Said:
    """Write about a request, or answer what was written (``answers``: the id of that act).

    Raises:
        NotFound: no such act. NotPermitted: it is no letter of the other side.
    """
    with node.db.read() as conn:
        before = None if answers is None else find_act(node, conn, answers).id
    terms = CorrespondTerms(answers=before)
    return reply(node, matter(node, about), "correspond", {"terms": terms, "text": text}, who)
