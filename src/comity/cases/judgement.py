"""Judging one act against its own past: the numbered steps from its table to its row's last predicate.

Promises: the first step that fails is named, with a reason that has a text in the catalogue; the same
act and the same past give the same answer, for ever. Steps:

1. *table*: the act names a table that is known, and every predicate of it is;
2. *after*: it names the last acts that it had, and none that those stand for already;
3. *number*: it counts on from its State's acts before it; *channel*: of one State, a case holds either what
   it signed or what was registered of it on paper, never both;
4. *kind*: the table has a row for its kind;
5. *about*: what it concerns is there, as the row says;
6. *side*: its State is on the side that may say it;
7. *measure*: the row speaks of the request's measure;
8. *signers*: the roles have signed without which it is nobody's act, and no two signers are one person of the
   case; of what was registered nobody knows in which roles, and it is the registrar who answers for it;
9. *state*: what the row requires and forbids of the case, and of the act in it.

How many persons a State sets apart is for its own law. What a node asks of its own acts goes further
(``own``): at step 8 all roles that the row sets apart, at step 9 what it requires of own acts. A fold never
asks it.

Leaves to others: signatures and competence (``exchange``); effect (``folding``).
"""

from __future__ import annotations

from comity.acts import Act
from comity.cases.effect import Requests
from comity.cases.predicates import (
    ACT_PREDICATES,
    PREDICATES,
    STATE_PREDICATES,
    TERMS_PREDICATES,
)
from comity.cases.request import RequestState
from comity.cases.standing import InOrder, NotInOrder
from comity.cases.view import Past, View
from comity.law import Row, Table


def judge_past(
    act: Act,
    table: Table | None,
    *,
    requests: Requests,
    past: Past,
    heads: bool,
    number: int,
    mixed: bool = False,
    own: bool = False,
) -> InOrder | NotInOrder:
    """Judge an act whose past is whole.

    Args:
        act: the act; only header and terms are read.
        table: the table that its header names, if it is known.
        requests: the state of its past.
        past: the acts of its past.
        heads: whether ``after`` names heads only.
        number: the number that its State's next act bears, by its past.
        mixed: whether its State is in its past the other way: signed where this was registered, or on paper.
        own: whether to ask what a node asks of its own State's acts before it signs them.
    """
    if table is None or act.header.law.table != table.digest:
        return NotInOrder("table", "table_unknown")
    if not PREDICATES.issuperset(table.asked):
        return NotInOrder("table", "table_not_understood")
    if not heads:
        return NotInOrder("after", "not_heads")
    if act.header.number != number:
        return NotInOrder("number", "wrong_number")
    if mixed:
        return NotInOrder("channel", "paper_and_signed")
    rows = tuple(row for row in table.rows if row.kind == act.header.kind)
    if not rows:
        return NotInOrder("kind", "kind_not_in_table")
    verdicts = [_row(act, row, table, requests, past, own=own) for row in rows]
    if any(isinstance(standing, InOrder) for _, standing in verdicts):
        return InOrder()
    # The row that came furthest is the one that its author meant; of equals, the first.
    return max(verdicts, key=lambda verdict: verdict[0])[1]


def allows(
    row: Row, table: Table, *, state: str, request: RequestState | None, requests: Requests, past: Past
) -> bool:
    """Whether a row lets this State speak now, as far as that can be said before there is an act."""
    if request is None:
        return row.about == "none"
    if row.about not in {"request", "draft"} or (request.draft and row.about != "draft"):
        return False
    if not _on_side(row, state, request) or not row.covers(request.measure):
        return False
    view = View(state, request, requests, past, row, table)
    required = (STATE_PREDICATES[name](view) for name in row.requires if name in STATE_PREDICATES)
    forbidden = (STATE_PREDICATES[name](view) for name in row.forbids if name in STATE_PREDICATES)
    return all(required) and not any(forbidden)


def _row(
    act: Act, row: Row, table: Table, requests: Requests, past: Past, *, own: bool
) -> tuple[int, InOrder | NotInOrder]:
    """How far a row lets an act come, and the verdict."""
    about = act.header.about
    request = requests.get(about) if about is not None and row.about != "case" else None
    if row.about == "none" and about is not None:
        return 5, NotInOrder("about", "about_superfluous")
    if row.about in {"request", "draft"}:
        if about is None:
            return 5, NotInOrder("about", "about_missing")
        if request is None:
            return 5, NotInOrder("about", "about_unknown")
        if request.draft and row.about == "request":
            return 5, NotInOrder("about", "about_a_draft")
    speaker = act.header.state
    if request is not None and not _on_side(row, speaker, request):
        return 6, NotInOrder("side", "other_side")
    measure = request.measure if request is not None else getattr(act.terms, "measure", "")
    if not row.covers(measure):
        return 7, NotInOrder("measure", "measure_not_covered")
    if not act.header.registered and not _signed(act, row, own=own):
        return 8, NotInOrder("signers", "signers_missing")
    if len({signer.alias for signer in act.header.signers}) != len(act.header.signers):
        return 8, NotInOrder("signers", "one_person_twice")
    view = View(speaker, request, requests, past, row, table)
    for name in row.forbids:
        if _holds(name, view, act):
            return 9, NotInOrder("state", f"forbids.{name}")
    for name in (*row.requires, *row.own_requires) if own else row.requires:
        if not _holds(name, view, act):
            return 9, NotInOrder("state", f"requires.{name}")
    return 10, InOrder()


def _signed(act: Act, row: Row, *, own: bool) -> bool:
    """Whether enough roles have signed: for anyone's act, and for an own one all that are set apart."""
    roles = {signer.role.value for signer in act.header.signers}
    asked = [row.at_least or row.signers, *([row.signers] if own else [])]
    return all(any(roles.issuperset(wanted) for wanted in sets) for sets in asked)


def _on_side(row: Row, speaker: str, request: RequestState) -> bool:
    side = "requesting" if speaker == request.requesting else "requested"
    return row.by in {side, "either"}


def _holds(name: str, view: View, act: Act) -> bool:
    if name in STATE_PREDICATES:
        return STATE_PREDICATES[name](view)
    if name in TERMS_PREDICATES:
        return TERMS_PREDICATES[name](act)
    return ACT_PREDICATES[name](view, act)
