"""The bar of extraordinary costs, asked when an execution is signed.

Promises: nothing is taken in, reported as done or delivered while an estimate of ours bars it.

Leaves to others: when it does (``cases.costs``), going on with reasons (``costs``).
"""

from __future__ import annotations

from comity.acts import Act
from comity.acts.home_terms import IntakeTerms
from comity.acts.terms import DeliverTerms, EffectedTerms
from comity.app.node import Node, case_of, home_of
from comity.cases.costs import barred
from comity.cases.request import SUCCESS
from comity.errors import NotPermitted
from comity.store import Connection


def refuse_while_barred(node: Node, conn: Connection, act: Act) -> None:
    """Refuse to carry out what extraordinary costs bar.

    Raises:
        NotPermitted: an estimate bars one of the items that the act carries out.
    """
    match act.terms:
        case EffectedTerms(outcome=outcome, items=items) if outcome in SUCCESS:
            carried = items
        case IntakeTerms(items=items):
            carried = items
        case DeliverTerms(exhibits=exhibits):
            carried = tuple(item for exhibit in exhibits for item in exhibit.items)
        case _:
            return
    case = case_of(node, conn, str(act.header.case))
    home = home_of(node, conn, str(act.header.case), case)
    bars = barred(case.request(str(act.header.about)), home.costs, carried)
    if bars:
        raise NotPermitted("app.costs_not_agreed", estimate=bars[0].act, items=", ".join(bars[0].items))
