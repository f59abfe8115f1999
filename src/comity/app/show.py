"""What is here, for reading: a case's course, one act, what waits; as plain JSON values.

Promises: nothing is said that the acts, receipts and jobs do not say; a face can print or send it as it is.
Reasons are ids of messages. Names are the short labels of this machine's own people.

Leaves to others: one request (``show_request``), one act (``show_said``), what was said at home
(``show_home``), the case as one screen (``story``), words and layout (``cli``, ``api``), whether the reader
may see it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial

from comity import store
from comity.app.assurances import assurances_of
from comity.app.drill import is_over
from comity.app.due import due_lines
from comity.app.limits import holders_of, limits_of, speciality_of, untold_of
from comity.app.linking import links_of
from comity.app.look import find_act, find_case
from comity.app.node import Node, case_of, home_of
from comity.app.paper import is_on_paper
from comity.app.prepare import find_prepared
from comity.app.reading import shown_jobs, shown_prepared, unseen_links
from comity.app.recovery import returned_among
from comity.app.reopening import reopened_in
from comity.app.sealed import sealed_answers
from comity.app.show_desk import desk_view
from comity.app.show_home import at_home, findings_view, reopened_line
from comity.app.show_request import clock_views, language_view, request_view
from comity.app.show_said import View, act_line, content, names_of, pending_line, waiting
from comity.app.story import story
from comity.app.told import told_of
from comity.cases import Case, HomeCase, fewer_signed, next_acts
from comity.cases.duties import unafforded
from comity.clock import write_instant
from comity.errors import NotFound, NotPermitted
from comity.store import Connection, Record
from comity.wire import Json


def show_case(node: Node, text: str) -> Json:
    """One case: its requests, clocks, acts in the order of storing, what may follow, what waits.

    Raises:
        NotFound, BadInput: as ``find_case``.
    """
    with node.db.read() as conn, store.moment(conn):
        id = find_case(node, conn, text)
        case = case_of(node, conn, id)
        home = home_of(node, conn, id, case)
        bundle = node.bundle_on(conn)
        receipts = store.receipts_of_case(conn, id)
        every = store.records_of_case(conn, id, "all")
        returned = returned_among(conn, [r.act.id for r in every])
        sealed, fewer = sealed_answers(case, home), fewer_signed(case)
        view = View(node, conn, names_of(conn), receipts, sealed, fewer, returned)
        unseen = view.sealed | unseen_links(node, conn, id)
        records = [r for r in every if r.act.id not in unseen]
        shown: Json = {
            "case": id,
            "states": list(store.get_case_line(conn, id).states),
            "own_state": node.state,
            "drill": any(is_over(conn, id, one) for one in case.requests.values()),
            "requests": [
                {
                    **request_view(one, case),
                    "language": language_view(bundle, one),
                    "conduct": told_of(store.get_act(conn, one.id)),
                    "limits": limits_of(conn, one, node.now()),
                    "holders": holders_of(one),
                    "untold": untold_of(conn, one, home),
                    "speciality": speciality_of(one),
                    "assurances": assurances_of(conn, one),
                }
                for one in case.requests.values()
            ],
            "due": due_lines(node, conn, id, node.clock.now()),
            "clocks": clock_views(node, case),
            "acts": [act_line(view, r, case, home) for r in records],
            "next": _next(node, conn, case),
            "at_home": at_home(home, view.sealed, view.names),
            "links": links_of(node, conn, home),
            "unafforded": _unafforded(case, home),
            "desk": desk_view(node, conn, id, home),
            "reopened": [reopened_line(one) for one in reopened_in(node, conn, id)],
            "pending": [pending_line(view.names, one) for one in store.list_prepared(conn, id)],
            "unreceipted": [] if is_on_paper(node, conn, id) else list(store.unreceipted(conn, id)),
            "missing": list(case.missing),
            "equivocations": [
                {"state": one.state, "number": one.number, "acts": list(one.acts)}
                for one in case.equivocations
            ],
        }
        shown["findings"] = findings_view(conn, case, home)
        zones = bundle.zones(shown["states"])
        terms = {r.act.id: r.act.terms for r in records}
        assessors = _authors(store.list_people(conn), "assess", None)
        shown["story"] = story(shown, terms, zones, assessors)
        return shown


def show_act(node: Node, text: str) -> Json:
    """One act: its line in the case, and every field that is open here; also one that waits for signatures.

    Raises:
        NotFound, BadInput: as ``find_act``. NotPermitted: an answer that nobody reads yet.
    """
    with node.db.read() as conn, store.moment(conn):
        try:
            act = find_act(node, conn, text)
        except NotFound:
            if not any(p.act.id.startswith(text.lower()) for p in shown_prepared(node, conn)):
                raise
            return show_prepared(node, text)
        record = store.get_record(conn, act.id)
        id = act.header.case
        receipts = {} if id is None else store.receipts_of_case(conn, id)
        case = None if id is None else case_of(node, conn, id)
        home = None if id is None else home_of(node, conn, id, case)
        sealed = frozenset() if case is None or home is None else sealed_answers(case, home)
        fewer = {} if case is None else fewer_signed(case)
        view = View(node, conn, names_of(conn), receipts, sealed, fewer)
        if act.id in view.sealed:
            raise NotPermitted("app.answer_sealed")
        line = act_line(view, record, case, home)
        return {
            **line,
            "case": id,
            "prepared_at": None,
            "waiting": [],
            **content(act),
            "erased": [
                {"field": one.name, "at": write_instant(one.erased_at), "by": one.by_act}
                for one in store.erased_fields(conn, act.id)
            ],
        }


def show_prepared(node: Node, text: str) -> Json:
    """An act that waits for signatures, in full, as ``show_act`` shows one that was said.

    Raises:
        NotFound, BadInput: as ``find_prepared``.
    """
    one = find_prepared(node, text.lower())
    act = one.act
    with node.db.read() as conn:
        view = View(node, conn, names_of(conn), {})
        # Where it will be stored it has no place yet; nothing here reads its number in that order.
        record = Record(act, 0, "own" if act.header.shared else "home", one.prepared_at)
        return {
            **act_line(view, record, None, None),
            "case": act.header.case,
            "prepared_at": write_instant(one.prepared_at),
            "waiting": waiting(view.names, act),
            **content(act),
            "erased": [],
        }


def show_pending(node: Node) -> list[Json]:
    """The acts that wait for a signature, oldest first. Raises: as ``shown_prepared``."""
    with node.db.read() as conn:
        names = names_of(conn)
        return [pending_line(names, one) for one in shown_prepared(node, conn)]


def show_jobs(node: Node) -> list[Json]:
    """Work that is not done yet, in the order in which it is due. ``error``: the id of the last one."""
    with node.db.read() as conn:
        return [
            {
                "kind": job.kind,
                "subject": job.subject,
                "due": write_instant(job.due),
                "tries": job.tries,
                "error": job.last_error,
            }
            for job in shown_jobs(node, conn)
        ]


def _next(node: Node, conn: Connection, case: Case) -> list[Json]:
    """What each side may say next, by the table; of our own side, who of this machine's people may sign."""
    people = store.list_people(conn)
    found = []
    office_of = cache(partial(_office, conn))
    for state in case.states:
        for kind, about in next_acts(case, state, node.table):
            office = None if about is None else office_of(about, state)
            by = _authors(people, kind, office) if state == node.state else []
            found.append({"state": state, "kind": kind, "about": about, "by": by})
    return found


def _unafforded(case: Case, home: HomeCase) -> list[Json]:
    """What is not on record of persons under arrest here."""
    return [
        {"request": id, "item": one.item, "what": one.what.value, "since": one.since, "act": one.act}
        for id, request in case.requests.items()
        if request.requested == home.state
        for one in unafforded(request, home.duties)
    ]


def _authors(people: Iterable[store.PersonRow], kind: str, office: str | None) -> list[str]:
    """Who of this machine's people may author an act of this kind. ``office``: whose business it is."""
    active = (p for p in people if p.status == "active")
    return [p.name for p in active if f"{kind}.author" in p.deeds and office in {None, p.authority}]


def _office(conn: Connection, about: str, state: str) -> str:
    """The office of a State that a request is the business of."""
    header = store.get_act(conn, about).header
    return header.from_ if header.state == state else str(header.to)
