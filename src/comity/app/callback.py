"""Whether an emergency request that came in was called back, before anything is given.

Promises: asked again in the very transaction that gives; an office that says it did not ask gets nothing.

Leaves to others: keeping the calls (``duties``), which requests are emergencies (``cases.duties``).
"""

from __future__ import annotations

from comity.acts import Act
from comity.app.node import Node, case_of, home_of
from comity.cases.duties import Called, called_back
from comity.errors import NotPermitted
from comity.store import Connection


def check_called_back(node: Node, conn: Connection, request: Act) -> None:
    """Whether something may be given: an emergency request was called back, and its office stands by it.

    Raises:
        NotPermitted: it was not, or the office says that it did not ask.
    """
    case = case_of(node, conn, str(request.header.case))
    home = home_of(node, conn, str(request.header.case), case)
    stands = called_back(case.request(request.id), home.duties)
    if stands in {Called.AWAITED, Called.DENIED}:
        raise NotPermitted(f"duties.call_back_{stands}", request=request.id[:12])
