"""What could not be had, told by two nodes: another State has it, nobody holds it, it is kept no more."""

from datetime import timedelta

import loopback as l
import pytest

from comity.acts.terms import CloseReason, Execution
from comity.app import execute
from comity.app.due import due_everywhere, due_in
from comity.app.node import case_of
from comity.app.search import find_cases
from comity.app.show import show_case
from comity.errors import NotPermitted

FAR = timedelta(days=400)


def tell(pair, request, outcome, *items, to=None):
    pt = pair.pt
    made = execute.effected(
        pt.node,
        request.id,
        pt["officer"],
        outcome=outcome,
        items=items,
        at=pair.clock.at,
        text="As the provider says.",
        pointed_to=to,
    )
    pair.settle()
    return made.act


def one_case(pair, case):
    """The case, of which both sides have the same bytes; and how its items stand."""
    dumped = []
    for side in (pair.gh, pair.pt):
        with side.node.db.read() as conn:
            dumped.append(case_of(side.node, conn, case).dump())
    assert dumped[0] == dumped[1]
    (request,) = [one for one in show_case(pair.gh.node, case)["requests"] if not one["draft"]]
    return request, {item["id"]: item["effected"] for item in request["items"]}


def kept_until(pair, case):
    """Until when data is kept, on both sides, by clock."""
    told = [
        {one["clock"]: one["at"] for one in due_in(side.node, case) if "preservation" in one["clock"]}
        for side in (pair.gh, pair.pt)
    ]
    assert told[0] == told[1]
    return told[0]


def test_what_is_not_had_starts_no_clock_what_expired_stops_it_and_neither_can_be_closed_as_answered(pair):
    request = l.ask(pair, "mailbox", "logs", "backup", measure="preserve")
    case = request.header.case
    tell(pair, request, Execution.NOTHING_HELD, "logs")
    tell(pair, request, Execution.WRONG_STATE, "backup", to="XB")
    found, items = one_case(pair, case)
    assert items == {"mailbox": None, "logs": "nothing_held", "backup": "wrong_state"}
    assert found["pointed_to"] == ["XB"]
    assert kept_until(pair, case) == {}

    pair.later(hours=5)
    began = pair.clock.at
    tell(pair, request, Execution.DONE, "mailbox")
    assert one_case(pair, case)[1]["mailbox"] == "done"
    until = kept_until(pair, case)
    assert until
    assert all(at > (began + timedelta(days=59)).isoformat() for at in until.values()), (
        "from when it was kept"
    )
    for side in (pair.gh, pair.pt):
        assert case in {one["case"] for one in due_everywhere(side.node, within=FAR)}
        assert case in {one["case"] for one in find_cases(side.node, due_within=FAR)["cases"]}

    pair.later(days=70)
    tell(pair, request, Execution.EXPIRED, "mailbox")
    found, items = one_case(pair, case)
    assert items == {"mailbox": "expired", "logs": "nothing_held", "backup": "wrong_state"}
    assert kept_until(pair, case) == {}
    for side in (pair.gh, pair.pt):
        assert case not in {one["case"] for one in find_cases(side.node, due_within=FAR)["cases"]}
    execute.close(pair.pt.node, request.id, pair.pt["officer"], outcome=CloseReason.LAPSED)
    pair.settle()
    assert one_case(pair, case)[0]["stage"] == "closed"


def test_of_what_was_granted_the_part_that_is_gone_is_told_and_the_rest_stays_owed(pair):
    request = l.ask(pair, "mailbox", "logs")
    case = request.header.case
    l.grant(pair, request, "mailbox", "logs")
    tell(pair, request, Execution.EXPIRED, "logs")
    found, items = one_case(pair, case)
    assert items == {"mailbox": None, "logs": "expired"}
    with pytest.raises(NotPermitted):  # the mailbox is granted and not delivered
        execute.close(pair.pt.node, request.id, pair.pt["officer"], outcome=CloseReason.ANSWERED)
    tell(pair, request, Execution.PART, "mailbox")
    assert one_case(pair, case)[1] == {"mailbox": "part", "logs": "expired"}
    with pytest.raises(NotPermitted):
        execute.close(pair.pt.node, request.id, pair.pt["officer"], outcome=CloseReason.ANSWERED)
    assert one_case(pair, case)[0]["stage"] != "closed"
    assert found["pointed_to"] == []
