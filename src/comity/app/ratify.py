"""Ratify what one person did alone: a second one says, at home, that it stands or does not.

Promises: nobody ratifies an act of their own; what is not ratified is not undone by that, and says so.

Leaves to others: by when (``request`` terms), reminding (``worker``).
"""

from __future__ import annotations

from comity.acts import Act
from comity.acts.home_terms import RatifyTerms
from comity.app.node import Node, Person
from comity.app.reply import matter, note


def ratify(node: Node, request: str, who: Person, *, text: str, ratified: bool = True) -> Act:
    """Ratify a request that one person sent. ``request``: its id, or the beginning of it.

    Raises:
        NotPermitted: there is nothing to ratify, or the person signed the request.
    """
    it = matter(node, request)
    fields = {"terms": RatifyTerms(act=it.act.id, ratified=ratified), "text": text}
    return note(node, it, "ratify", fields, who)
