"""Search over all cases: a page of those that a person may see, by words, State, measure, standing or due.

Promises: by urgency, what is late comes first, then what is due next, then the rest, the last that moved
first; a page goes on where the one before ended, whatever came meanwhile. Nothing is found that the person
might not read; what is walled is not counted either. A page costs as much as what it shows, however many
cases there are: it is read of the index.

Leaves to others: the index (``index``, ``store.projection``), the door (``reading``), words (``cli``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from comity import store
from comity.app.desk_line import MEMBER
from comity.app.node import Node, case_of
from comity.app.reading import check_named, hidden_among, readership
from comity.app.show_desk import imported_line, undelivered
from comity.app.spelling import name_asked, trace_asked
from comity.clock import write_instant
from comity.errors import BadInput
from comity.store import Connection, Line, Wanted
from comity.wire import Json

FILTERS: Final = ("state", "measure", "offence", "standing", "direction", "urgency", "office")
"""What a search can be narrowed by, as the index names it."""

STANDINGS: Final = (
    "draft",
    "open",
    "asked",
    "resting",
    "to_assess",
    "effected",
    "decided",
    "delivered",
    "in_custody",
    "withdrawn",
    "closed",
    "waiting",
    "imported",
)
"""How a case, or a request in it, can stand; several may hold at once."""

Sort = Literal["urgency", "moved"]
"""What is late or due next first, or what moved last."""

SORTS: Final[tuple[Sort, ...]] = ("urgency", "moved")

_STEP: Final = 100
_EVER: Final = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_QUIET: Final = "-"
"""Begins the key of a page on which nothing is due, in a list by urgency."""


def find_cases(
    node: Node,
    *,
    text: str | None = None,
    names: bool = False,
    filters: Mapping[str, str | None] | None = None,
    since: datetime | None = None,
    due_within: timedelta | None = None,
    sort: Sort = "moved",
    after: str | None = None,
    limit: int = 50,
) -> Json:
    """A page of cases (``cases``), and the key of the next (``next``), none where there is no more.

    ``names``: the text is a name, however it is spelled, an account, hash or number.
    ``filters``: of ``FILTERS``, a value each. ``due_within``: only what is due by then, by urgency.
    The others are as ``store.Wanted`` has them.

    Raises:
        NotPermitted: as ``check_named``. BadInput: no such standing, no word to look for, no such page.
        Conflict: the index is not whole.
    """
    check_named(node)
    named = {name: value for name, value in (filters or {}).items() if value is not None}
    standing = named.get("standing")
    if standing is not None and standing not in STANDINGS:
        raise BadInput("app.no_such_standing", text=standing[:40], known=", ".join(STANDINGS))
    resting = standing == "resting"  # it comes with time, and not with an act
    if resting:
        del named["standing"]
    now = node.clock.now()
    wanted = Wanted(
        now=now,
        tags=tuple((name, named[name]) for name in FILTERS if name in named),
        text=None if names else text,
        keys=_keys(text) if names else frozenset(),
        since=since,
        resting=resting,
        due_by=None if due_within is None else now + due_within,
        after=after,
        limit=min(_STEP, limit + 1),
    )
    stretches = _by_urgency(wanted) if sort == "urgency" and due_within is None else (("", wanted),)
    with node.db.read() as conn:
        readers = readership(node, conn)
        lines, following = _page(
            node, conn, [(begin, replace(one, readers=readers)) for begin, one in stretches], limit
        )
        pending = Counter(one.act.header.case for one in store.list_prepared(conn))
        return {"cases": [_view(node, conn, one, pending) for one in lines], "next": following}


def _keys(text: str | None) -> frozenset[str]:
    keys = trace_asked(text or "") or name_asked(text or "")
    if not keys:
        raise BadInput("app.no_name")
    return keys


def _by_urgency(wanted: Wanted) -> tuple[tuple[str, Wanted], ...]:
    """The two stretches of a list by urgency, with what their keys begin with; from ``after`` on."""
    after = wanted.after or ""
    quiet = replace(wanted, quiet=True, after=None)
    if after.startswith(_QUIET):
        place = after.removeprefix(_QUIET) or _QUIET  # without a place it is no key, and refused as one
        return ((_QUIET, replace(quiet, after=place)),)
    return ("", replace(wanted, due_by=_EVER)), (_QUIET, quiet)


def _page(
    node: Node, conn: Connection, stretches: Sequence[tuple[str, Wanted]], limit: int
) -> tuple[list[Line], str | None]:
    found: list[Line] = []
    key = None
    for begin, wanted in stretches:
        place, lines = wanted.after, None
        while lines is None or len(lines) == wanted.limit:  # ends: each page lies beyond the one before
            lines = store.find_lines(conn, replace(wanted, after=place))
            hidden = hidden_among(node, conn, [line.case for line in lines])
            for line in lines:
                place = store.key_after(line, due=wanted.due_by is not None)
                if line.case in hidden:  # it is not there: neither counted, nor where a page ends
                    continue
                if len(found) == limit:
                    return found, key
                found.append(line)
                key = f"{begin}{place}"
    return found, None


def _view(node: Node, conn: Connection, line: Line, pending: Mapping[str | None, int]) -> Json:
    stored = store.get_case_line(conn, line.case)
    imported = (
        None if stored.shared_acts else imported_line(node, conn, stored, case_of(node, conn, line.case))
    )
    return {
        "case": line.case,
        **{name: value for name, value in line.body.items() if name != MEMBER},
        "with": line.body["with"] or (imported and imported["state"]),
        "imported": imported,
        "due": None if line.due is None else write_instant(line.due),
        "over": line.due is not None and line.due <= node.clock.now(),
        "pending": pending.get(line.case, 0),
        "undelivered": [
            {"id": id, "since": write_instant(store.get_record(conn, id).arrived_at)}
            for id in undelivered(node, conn, stored)
        ],
    }
