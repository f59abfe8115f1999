"""Deconfliction: whether somebody else here holds an account, domain, hash or name, and which office to ask.

Promises: the asking is a signed act at home before anything is looked up, whatever comes of it. The answer
is one office to ask, or none: never a case, a State, a person or a number. What is the asker's own is not
told; what is behind a wall answers nothing, to anybody: its own people can ask, nobody learns it is there.

Leaves to others: what a term is (``spelling``), who reads the askings (``audit``).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Final

from comity import store
from comity.acts import Act
from comity.acts.knowing_terms import DeconflictTerms
from comity.app.node import ALIAS_SECRET, Node, Person, home_of
from comity.app.prepare import Saying, say
from comity.app.reading import members_of, standing_walls
from comity.app.seen import check_seen
from comity.app.spelling import name_asked, trace_asked
from comity.errors import BadInput
from comity.store import Connection, Wanted

MOST: Final = 20
"""Terms of one asking."""

LOOKED_AT: Final = 200
"""Cases that are looked at for one term, those that moved last."""

NAME_WORDS: Final = 2
"""A name takes two words at least: one alone would be a trawl."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``ask``: the office to ask about a term; none: nobody else is known to hold it."""

    term: str
    ask: str | None


def deconflict(
    node: Node, terms: tuple[str, ...], who: Person, *, reason: str
) -> tuple[Act, tuple[Answer, ...]]:
    """Ask whom to ask about some terms; the asking is recorded first.

    Raises:
        BadInput: no term, too many, one that says too little, or no reason. NotPermitted: as ``say``.
        Conflict: the lists are not whole.
    """
    if not 0 < len(terms) <= MOST:
        raise BadInput("app.deconflict_how_many", count=len(terms), most=MOST)
    check_seen(reason, "reason")
    if not reason.strip():
        raise BadInput("app.reason_empty")
    keys = [_keys(number, term) for number, term in enumerate(terms, 1)]
    with node.db.read() as conn:
        secret = bytes.fromhex(str(store.get_setting(conn, ALIAS_SECRET)))
    asked = tuple(hmac.digest(secret, f"term:{term}".encode(), "sha256").hex() for term in terms)
    fields = {"terms": DeconflictTerms(asked=asked), "reason": reason}
    act = say(node, Saying("deconflict", who.authority, fields), who).act
    with node.db.read() as conn:
        walled = frozenset(standing_walls(conn))
        found = tuple(_office(node, conn, one, who, walled) for one in keys)
    return act, tuple(Answer(term, office) for term, office in zip(terms, found, strict=True))


def _keys(number: int, term: str) -> frozenset[str]:
    check_seen(term, "term")
    found = trace_asked(term) or name_asked(term)
    if not found or (not trace_asked(term) and len(found) < NAME_WORDS):
        raise BadInput("app.deconflict_too_little", number=number)
    return found


def _office(
    node: Node, conn: Connection, keys: frozenset[str], who: Person, walled: frozenset[str]
) -> str | None:
    """The office to ask: of the case that moved last, and is not the asker's own."""
    wanted = Wanted(node.clock.now(), keys=keys, limit=LOOKED_AT)
    for line in store.find_lines(conn, wanted):
        if line.case in walled:
            continue
        home = home_of(node, conn, line.case)
        if members_of(node, conn, line.case, home).has(who.key.id, who.authority):
            continue
        given = home.work.assigned
        offices = [given.office] if given else sorted(store.offices_of_case(conn, line.case, node.state))
        if offices:
            return offices[0]
    return None
