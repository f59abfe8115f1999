"""What one State said by itself in a case, for reading: as plain JSON values.

Promises: nothing of a sealed answer is in it.

Leaves to others: which answers are sealed (``sealed``), words and layout (``cli``).
"""

from __future__ import annotations

from collections.abc import Mapping

from comity import store
from comity.app.reopening import Reopened
from comity.app.sealed import closing_of
from comity.cases import Case, HomeCase, Work
from comity.safeguards import Stand, open_findings
from comity.store import Connection
from comity.wire import Json, dump


def reopened_line(one: Reopened) -> Json:
    """A finding that was closed, what came since, and whom a person told."""
    return {
        "request": one.request,
        "finding": one.finding,
        "assessment": one.assessment,
        "acts": list(one.acts),
        "facts": list(one.facts),
        "closed_again": one.closed_again,
        "told": None if one.told is None else list(one.told),
        "by": one.telling,
    }


def at_home(home: HomeCase, sealed: frozenset[str], names: Mapping[str, str]) -> Json:
    """What this State has said and still has to say by itself."""
    return {
        "ratifications": [
            {"request": one.request, "by": one.by, "act": one.act, "ratified": one.ratified}
            for one in home.ratifications
        ],
        "assessments": [
            {
                "id": one.id,
                "about": one.about,
                "on": one.on,
                "answers": [
                    {"finding": a.finding, "act": a.act, "resolved": a.resolved}
                    for a in one.answers
                    if a.act not in sealed
                ],
            }
            for one in home.assessments
        ],
        "intakes": [
            {
                "exhibit": one.exhibit,
                "about": one.about,
                "items": list(one.items),
                "released": one.released,
                "protected": None if one.protected is None else dump(one.protected),
            }
            for one in home.intakes
        ],
        "marks": [
            {"exhibit": one.exhibit, "act": one.act, **dump(one.protected)} for one in home.guard.marks
        ],
        "unsealed": [
            {
                "act": one.act,
                "exhibit": one.exhibit,
                "unit": one.unit,
                "what": one.what.value,
                "until": one.until,
            }
            for one in home.guard.unsealed
        ],
        "erasures": [
            {"act": one.act, "field": one.field, "ground": one.ground, "by": one.id} for one in home.erasures
        ],
        **_shared_out(home.work, names),
    }


def _shared_out(work: Work, names: Mapping[str, str]) -> Json:
    """Who has the case, who had it before, and to whom it is offered."""
    waiting = work.waiting
    return {
        "assignments": [
            {
                "act": one.act,
                "office": one.office,
                "person": None if one.person is None else names.get(one.person, one.person),
                "by": names.get(one.by, one.by),
                "at": one.at,
            }
            for one in work.assignments
        ],
        "handed_to": None if waiting is None else names.get(waiting.to, waiting.to),
    }


def findings_view(conn: Connection, case: Case, home: HomeCase) -> list[Json]:
    """The findings of each request's last assessment that still wait for a person.

    One that waits for its second answer looks as if it had none. ``open``: none where they were destroyed.
    """
    found: list[Json] = []
    for request in case.requests.values():
        state = home.latest_assessment(request.id)
        if state is None:
            continue
        findings = store.get_act(conn, state.id).fields.get("findings")
        waiting = None
        if findings is not None:
            keys = (one.check for one in open_findings(findings))
            waiting = [key for key in keys if closing_of(state, key).stand is not Stand.CLOSED]
        found.append({"request": request.id, "assessment": state.id, "open": waiting})
    return found
