"""Which case an exhibit is in, where the line names only the exhibit.

Promises: an exhibit of several cases is never taken for one of them.

Leaves to others: what is done with it (``evidence``, ``selection``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.saying import SHORT
from comity.errors import BadInput, NotFound

if TYPE_CHECKING:
    from comity.app.node import Node


def case_of_exhibit(node: Node, exhibit: str, case: str | None) -> str:
    """The case that an exhibit is in; ``case``: as it was named, if it was.

    Raises:
        NotFound: no such exhibit, or not in that case. BadInput: it is in several.
    """
    from comity import store
    from comity.app.look import find_case
    from comity.app.reading import shown_cases

    with node.db.read() as conn:
        if case is not None:
            found = find_case(node, conn, case)
            store.get_exhibit(conn, found, exhibit)
            return found
        every = shown_cases(node, conn)
        having = [c for c in every if any(e.id == exhibit for e in store.exhibits_of(conn, c))]
    if not having:
        raise NotFound("store.no_such_exhibit", exhibit=exhibit)
    if len(having) > 1:
        raise BadInput("cli.exhibit_in_several", exhibit=exhibit, cases=", ".join(c[:SHORT] for c in having))
    return having[0]
