"""What a case's line in the index keeps for the desk: who has it, what is live in it, which times were told.

Promises: a function of the case and not of the hour: a time stands as it was stated, and whoever reads the
line tells whether it has passed. So a desk and a chase read lines, and fold no case. Persons are ids of keys.

Leaves to others: keeping lines (``index``, ``store``), what is made of them (``day``, ``chase``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from comity import store
from comity.acts.header import Header
from comity.cases import Case, HomeCase, RequestState
from comity.cases.begun import is_live
from comity.cases.chasing import chases, outstanding
from comity.store import Connection, Line, Wanted
from comity.wire import Json

TAG: Final = "desk"
CHASE: Final = "chase"
MEMBER: Final = "desk"
"""The member of a line's body."""

ALWAYS: Final = "9999-12-31T23:59:59Z"
PAGE: Final = 1000


def desk_of(case: Case, home: HomeCase, headers: Mapping[str, Header]) -> dict[str, Json]:
    """What the line keeps. ``headers``: of the acts that may be seen."""
    own, offer, has = home.state, home.work.waiting, home.work.assigned
    live = [one for one in case.requests.values() if is_live(one)]
    ids = {one.id for one in live}
    return {
        "offer": None if offer is None else {"to": offer.to, "by": offer.by, "at": offer.at},
        "has": None if has is None else {"office": has.office, "person": has.person},
        "live": [
            {
                "id": one.id,
                "measure": one.measure,
                "urgency": None if one.urgency is None else one.urgency.value,
                "at": one.at,
                "office": _office(one, headers, own),
            }
            for one in live
        ],
        "ratify": [{"id": r.request, "at": r.by} for r in home.ratifications_due if r.request in ids],
        "wanted": [
            {"id": one.id, "at": one.wanted_by}
            for one in live
            if one.requested == own and one.wanted_by is not None and outstanding(one)
        ],
        "chase": [
            {
                "id": one.request,
                "what": one.passed.value,
                "said": one.said,
                "at": one.at,
                "reminders": one.reminders,
            }
            for one in chases(case, own, ALWAYS)
        ],
    }


def desk_tags(desk: Mapping[str, Json]) -> Iterator[str]:
    """By what a desk finds the case: a person's key, an office, or that something can be chased."""
    if desk["offer"] is not None:
        yield for_person(desk["offer"]["to"])
    has = desk["has"]
    if desk["live"]:
        offices = {one["office"] for one in desk["live"]} if has is None else {has["office"]}
        yield from (for_office(office) for office in offices)
        if has is not None and has["person"] is not None:
            yield for_person(has["person"])
    if desk["chase"]:
        yield CHASE


def for_person(key: str) -> str:
    """The tag's value for what a person has, or is offered."""
    return f"person:{key}"


def for_office(office: str) -> str:
    """The tag's value for what an office has."""
    return f"office:{office}"


def lines_for(
    conn: Connection, now: datetime, *values: str, readers: store.Readership | None = None
) -> Iterator[Line]:
    """Every line that a desk finds by one of these values, each once. ``readers``: as ``lines_with``.

    Raises:
        Conflict: the lists are not whole.
    """
    return lines_with(conn, now, TAG, *values, readers=readers)


def lines_with(
    conn: Connection, now: datetime, name: str, *values: str, readers: store.Readership | None = None
) -> Iterator[Line]:
    """Every line with a tag of that name and one of these values, each once. ``readers``: whose; none: all.

    Raises:
        Conflict: the lists are not whole.
    """
    seen: set[str] = set()
    for value in values:
        after = None
        while True:  # ends: each page lies beyond the one before
            wanted = Wanted(now, tags=((name, value),), readers=readers, after=after, limit=PAGE)
            page = store.find_lines(conn, wanted)
            yield from (line for line in page if line.case not in seen)
            seen.update(line.case for line in page)
            if len(page) < PAGE:
                break
            after = store.key_after(page[-1], due=False)


def _office(request: RequestState, headers: Mapping[str, Header], own: str) -> str:
    """Our office in a request; where it was passed on at home, the one it was passed on to."""
    passed = [one.terms.authority for one in request.said("forward") if one.by == own]
    if passed:
        return str(passed[-1])
    header = headers[request.id]
    return header.from_ if header.state == own else str(header.to)
