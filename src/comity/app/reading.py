"""The door through which a person comes to a case: whether it is there for that person, and for what reason.

Promises: a case behind a wall is, to whoever is not let in, a case that does not exist, to the letter. Where
the node goes by the need to know, a case that is not the reader's own is opened for a stated reason alone,
and that is on record (``look``) before anything of it is shown. The node itself, at its own work, passes.

Leaves to others: whose business a case is (``cases.knowing``), finding a case by what a person typed and
recording a look into it (``look``), who the reader is (``cli``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from comity import store
from comity.app.node import OPERATOR, Node, Person, case_of, home_of
from comity.cases import Entry, HomeCase, Members, Wall, allow, members, shut_out, walls
from comity.errors import NotFound, NotPermitted
from comity.store import Connection


def refuse_unread(node: Node, conn: Connection, case: str) -> None:
    """Refuse a case that the reader may not read as things stand: not before a look is on record.

    Raises:
        NotFound: to this reader there is no such case.
        NotPermitted: the node goes by the need to know, and this is none of the reader's own cases.
    """
    found = entry_of(node, conn, case)
    if found is Entry.WALLED:
        raise NotFound("app.no_such_case", text=case)
    if found is Entry.NEEDS_REASON:
        person = node.reader.person
        if person is None:
            raise NotPermitted("app.say_who_reads", case=case)
        raise NotPermitted("app.say_why", case=case, name=person.name)


def may_read(node: Node, conn: Connection, case: str) -> bool:
    """Whether a case stands in this reader's lists: one's own, and what one has looked into.

    Raises:
        NotPermitted: the node goes by the need to know, and the reader gave no name.
    """
    check_named(node)
    return entry_of(node, conn, case) is Entry.ALLOWED


def readership(node: Node, conn: Connection, *, mine: Person | None = None) -> store.Readership | None:
    """Whose cases a list keeps to, by the index: this reader's; none where the list is of all.

    It is what ``may_read`` says of each case; what is behind a wall is for ``hidden_among``.

    Args:
        node: the node.
        conn: in whose moment it is asked.
        mine: a person to whose work the list keeps besides: what is that person's, or nobody's yet in the
            person's office.

    Raises:
        NotPermitted: as ``check_named``.
    """
    check_named(node)
    strict = node.settings.need_to_know and not node.reader.machine
    if not strict and mine is None:
        return None
    person, now = node.reader.person if strict else mine, node.clock.now()
    if person is None:  # a reason alone, and nobody's: no case is that reader's
        return store.Readership("", "", now)
    if mine is not None and mine.key.id != person.key.id:
        raise NotPermitted("app.say_who_lists")
    prepared = store.list_prepared(conn) if strict else ()
    return store.Readership(
        person.key.id,
        person.authority,
        now,
        waiting=frozenset(str(p.act.header.case) for p in prepared if _is_asked(p, person)),
        strict=strict,
        assigned=mine is not None,
    )


def _is_asked(prepared: store.Prepared, person: Person) -> bool:
    return any(signer.key == person.key.id for signer in prepared.act.header.signers)


def check_named(node: Node) -> None:
    """Refuse to list anything to nobody in particular, where the node goes by the need to know.

    Raises:
        NotPermitted: as said.
    """
    if node.settings.need_to_know and node.reader == OPERATOR:
        raise NotPermitted("app.say_who_lists")


def hidden_from(node: Node, conn: Connection) -> frozenset[str]:
    """The cases that are, to this reader, not there: those behind a wall that keeps this person out."""
    return _walled(node, standing_walls(conn))


def hidden_among(node: Node, conn: Connection, cases: Sequence[str]) -> frozenset[str]:
    """Those of some cases that are, to this reader, not there: as ``hidden_from``, for a page of a list."""
    if node.reader.machine:
        return frozenset()
    return frozenset(
        hidden
        for case in store.cases_having(conn, "wall", cases)
        for hidden in _walled(node, standing_walls(conn, case))
    )


def _walled(node: Node, standing: Mapping[str, Wall]) -> frozenset[str]:
    if node.reader.machine:
        return frozenset()
    now = node.clock.now()
    key = None if node.reader.person is None else node.reader.person.key.id
    return frozenset(case for case, wall in standing.items() if shut_out(key, wall, now))


def unseen_links(node: Node, conn: Connection, case: str) -> frozenset[str]:
    """The acts of a case that tell of another one which is, to this reader, not there."""
    hidden = hidden_from(node, conn)
    if not hidden:
        return frozenset()
    links = {act.id: act.fields.get("other") for act in store.home_acts_of_kind(conn, "link", case)}
    unseen = {id for id, other in links.items() if other in hidden}
    undone = store.home_acts_of_kind(conn, "unlink", case)
    return frozenset(unseen | {act.id for act in undone if act.terms.link in unseen})


def shown_cases(node: Node, conn: Connection) -> tuple[str, ...]:
    """Every case that is there for this reader, its own or not: for what tells nothing of any of them."""
    hidden = hidden_from(node, conn)
    return tuple(line.case for line in store.list_cases(conn, limit=-1) if line.case not in hidden)


def shown_prepared(node: Node, conn: Connection) -> tuple[store.Prepared, ...]:
    """What waits for a signature and stands in this reader's lists. Raises: as ``check_named``."""
    check_named(node)
    found = store.list_prepared(conn)
    return tuple(p for p in found if p.act.header.case is None or may_read(node, conn, p.act.header.case))


def shown_jobs(node: Node, conn: Connection) -> tuple[store.Job, ...]:
    """The work that waits, without that in cases which are, to this reader, not there."""
    hidden = hidden_from(node, conn)
    jobs = store.waiting(conn)
    return tuple(job for job in jobs if not hidden or _case_of_job(conn, job) not in hidden)


def _case_of_job(conn: Connection, job: store.Job) -> str | None:
    told = [value for value in job.subject.values() if isinstance(value, str)]
    return next((found for found in (store.case_of_act(conn, one) for one in told) if found), None)


def standing_walls(conn: Connection, case: str | None = None) -> dict[str, Wall]:
    """The walls that were put up and not taken down, by case, or that of one; some may be past their end."""
    acts = (act for kind in ("wall", "unwall") for act in store.home_acts_of_kind(conn, kind, case))
    return dict(walls(acts))


def members_of(node: Node, conn: Connection, case: str, home: HomeCase | None = None) -> Members:
    """Whose business a case is."""
    shared = case_of(node, conn, case)
    return members(
        shared,
        home or home_of(node, conn, case, shared),
        offices=store.offices_of_case(conn, case, node.state),
        waiting={s.key for one in store.list_prepared(conn, case) for s in one.act.header.signers},
    )


def entry_of(node: Node, conn: Connection, case: str) -> Entry:
    """What this reader finds at the door of a case."""
    reader, strict = node.reader, node.settings.need_to_know
    if reader.machine:
        return Entry.ALLOWED
    if _walled(node, standing_walls(conn, case)):  # of this case alone: lists ask for each of theirs
        return Entry.WALLED
    if not strict:
        return Entry.ALLOWED
    if reader.person is None:
        return Entry.NEEDS_REASON
    home = home_of(node, conn, case)
    return allow(
        reader.person.key.id,
        reader.person.authority,
        members_of(node, conn, case, home),
        home.knowing,
        node.clock.now(),
    )
