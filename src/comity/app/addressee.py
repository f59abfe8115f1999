"""Whether the office to which exhibits go is competent for the measure under which they were asked for (P13).

Promises: asked by who gives before anything is sealed and again at the commit, and by who receives: evidence
that comes to an office of ours that is not competent for it is rejected, and moves nothing.

Leaves to others: which office is competent for what (the directory), a case on paper (its contacts).
"""

from __future__ import annotations

from comity import store
from comity.acts import Act, state_of
from comity.acts.terms import DeliverTerms
from comity.app.node import Node
from comity.app.paper import is_on_paper
from comity.errors import NotFound, NotPermitted
from comity.store import Connection


def unfit_addressee(node: Node, conn: Connection, act: Act) -> str | None:
    """Why the office that a delivery is addressed to may not have it, as a message id; none where it may."""
    if not isinstance(act.terms, DeliverTerms) or is_on_paper(node, conn, str(act.header.case)):
        return None
    try:
        request = store.get_act(conn, str(act.header.about))
    except NotFound:
        return None  # it is not here yet: the fold parks the delivery, and says so
    return _unfit(node, conn, str(act.header.to), str(request.terms.measure))


def check_addressee(node: Node, conn: Connection, office: str, measure: str) -> None:
    """Refuse to give to an office that its State does not list as competent for the measure.

    Raises:
        NotPermitted: as said.
    """
    if _unfit(node, conn, office, measure) is not None:
        raise NotPermitted("deliver.addressee_not_competent", office=office, measure=measure)


def _unfit(node: Node, conn: Connection, office: str, measure: str) -> str | None:
    listed = node.directory(conn).entry(state_of(office)).office(office)
    if listed is None:
        return "exchange.order.addressee_unknown"
    return None if measure in listed.measures else "exchange.order.measure_not_taken"
