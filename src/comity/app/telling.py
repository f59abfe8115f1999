"""Whom a person tells that a grave finding was reopened, in an act at home.

Promises: nothing is noted where nothing waits for it; nobody is told by this.

Leaves to others: what was reopened (``reopening``); telling another State (an act that travels).
"""

from __future__ import annotations

from comity.acts import Act
from comity.acts.home_terms import TellTerms
from comity.app.node import Node, Person
from comity.app.reopening import reopened_in
from comity.app.reply import matter, note
from comity.errors import NotFound


def tell(
    node: Node, about: str, who: Person, *, finding: str, told: tuple[str, ...], text: str
) -> tuple[Act, ...]:
    """Note whom a person tells that a finding was reopened, and why; ``told`` empty: nobody.

    One act for each assessment in which it had been closed and of which nothing is noted yet.

    Raises:
        NotFound: nothing was reopened that waits for this. NotPermitted: this person may not say so.
    """
    it = matter(node, about)
    with node.db.read() as conn:
        waiting = [
            one
            for one in reopened_in(node, conn, it.id)
            if (one.request, one.finding, one.told) == (it.act.id, finding, None)
        ]
    if not waiting:
        raise NotFound("app.nothing_reopened", finding=finding[:80])
    said = []
    for one in waiting:
        terms = TellTerms(assessment=one.assessment, finding=finding, told=tuple(sorted(set(told))))
        said.append(note(node, it, "tell", {"terms": terms, "text": text}, who))
    return tuple(said)
