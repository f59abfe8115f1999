"""Ratify what one person did alone: a second one says that it stands or does not.

A request of ours is ratified at home; a decision is, by an act that the other State sees too.

Promises: nobody ratifies an act of their own; what is not ratified is not undone by that, and says so.

Leaves to others: by when (``request`` terms), reminding (``worker``).
"""

from __future__ import annotations

from comity.acts import Act
from comity.acts.home_terms import RatifyTerms
from comity.acts.terms import RatifiedTerms
from comity.app.node import Node, Person
from comity.app.prepare import Said
from comity.app.reply import matter, note, reply
from comity.cases.ratification import unratified
from comity.errors import NotPermitted


def ratify_decision(node: Node, request: str, who: Person, *, text: str, ratified: bool = True) -> Said:
    """Stand behind, or not, what one person of ours decided alone; the other State is told. Also late.

    Raises:
        NotPermitted: no decision of one person waits, or this person took it.
    """
    it = matter(node, request)
    waiting = unratified(it.request)
    if not waiting:
        raise NotPermitted("cases.requires.ratification_open")
    terms = RatifiedTerms(decision=waiting[0].id, ratified=ratified)
    return reply(node, it, "ratified", {"terms": terms, "text": text}, who)


def ratify(node: Node, request: str, who: Person, *, text: str, ratified: bool = True) -> Act:
    """Ratify a request that one person sent. ``request``: its id, or the beginning of it.

    Raises:
        NotPermitted: there is nothing to ratify, or the person signed the request.
    """
    it = matter(node, request)
    fields = {"terms": RatifyTerms(act=it.act.id, ratified=ratified), "text": text}
    return note(node, it, "ratify", fields, who)
