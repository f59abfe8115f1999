"""Custody: who had an exhibit in hand, as signed events; and taking over what another State delivered.

Promises: what was delivered is proven whole before custody is claimed, and sealed anew under a key that can
be erased. That it came in was entered when its last piece came (``pieces``).

Leaves to others: entering events (``touch``), what else is done with exhibits (``exhibit``), receiving pieces
(``pieces``).
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import FileIO
from typing import cast

import structlog

from comity import age, dsse, store
from comity.acts import Act
from comity.acts.delivery_terms import Protected
from comity.acts.terms import Delivery, TakeCustodyTerms, Taken
from comity.app.content import (
    ContentKey,
    FileDigests,
    acts_keys,
    new_key,
    wrap,
    write_stamp,
)
from comity.app.look import find_act, find_case
from comity.app.mark import ContentRecipient, as_record, hide
from comity.app.node import Node, Person
from comity.app.pieces import drop_pieces
from comity.app.prepare import Said
from comity.app.reply import Matter, matter, reply
from comity.app.touch import Touch, check_signers, custody_keys, record
from comity.cases import DeliveryState
from comity.errors import NotFound, NotPermitted, ProofFailed, Unavailable
from comity.evidence import (
    Action,
    Event,
    Head,
    Index,
    SealStatement,
    Stored,
    assemble,
    check_stamps,
    manifest_bytes,
    open_beside,
    read_statement,
    spread,
    verify_event,
    write_index,
)
from comity.store import Connection

_log = structlog.get_logger("custody")


def custody_list(node: Node, case: str, exhibit: str | None = None) -> tuple[Event, ...]:
    """The custody events of a case, or of one exhibit, in their order, each signature checked.

    Raises:
        NotFound: no such case or exhibit. ProofFailed: an event is not signed by this node.
    """
    with node.db.read() as conn:
        case = find_case(node, conn, case)
        if exhibit is not None:
            store.get_exhibit(conn, case, exhibit)
        directory = node.directory(conn)
        rows = store.custody_of(conn, case, exhibit)
    keys = custody_keys(directory, node.state)
    envelopes = [dsse.read(row.envelope) for row in rows]
    events = tuple(verify_event(envelope, keys) for envelope in envelopes)
    check_signers(directory, node.state, envelopes, events)
    return events


def take_custody(node: Node, delivery: str, who: Person, *, text: str | None = None) -> Said:
    """Take over what a ``deliver`` act announced: all pieces there, opened, proven, sealed anew, said.

    ``delivery``: the act's id or the beginning of it. Nothing of it is kept unless all of it is proven.

    Of an exhibit that was taken before this node was restored, and lost, custody is taken again: entered in
    its chain here, and not said a second time.

    Raises:
        NotFound: no such act. NotPermitted: it is no delivery to this State, or custody is taken.
        Unavailable: pieces are missing; they are named by number.
        ProofFailed: a piece or an exhibit is not what was announced and sealed.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, delivery)
        if act.header.kind != "deliver" or act.header.state == node.state:
            raise NotPermitted("deliver.not_to_us", act=act.id)
        missing = [p for e in act.terms.exhibits for p in store.missing_pieces(conn, act.id, e.exhibit)]
        directory = node.directory(conn)
    it = matter(node, str(act.header.about))
    known = it.request.delivery(act.id)
    if known is None:
        raise NotPermitted("deliver.without_effect", act=act.id)
    taken = [exhibit.taken for exhibit in known.exhibits if exhibit.taken is not None]
    if taken and not _lost(node, it.id, known):
        drop_pieces(node, act.id)  # a crash may have come between
        raise NotPermitted("deliver.taken_already", act=act.id)
    if act.header.registered:
        return _take_registered(node, it, act, who, text)
    if missing:
        total = sum(len(e.sealed) for e in act.terms.exhibits)
        raise Unavailable("deliver.pieces_missing", act=act.id, missing=len(missing), total=total)
    keys = acts_keys(directory, act.header.state)

    def also(conn: Connection, said: Act) -> None:
        for one in arrivals:
            keep(node, conn, one)
        kind = said.header.kind
        taken = (*(one.taken for one in arrivals), *of_units)
        checked = (Touch(one.exhibit, Action.CHECKED, kind, one.stream, act.id) for one in taken)
        record(node, conn, it.id, who, *checked)

    with node.vault.held():
        of_units = [_held_by_unit(node, it, act, one) for one in act.terms.exhibits if one.protected]
        own = node.keys.age.identities
        arrivals = [
            arrive(node, act, one, keys, identities=own) for one in act.terms.exhibits if not one.protected
        ]
        if taken:
            # Said before the node was restored from a copy: the act came back, and the exhibit did not.
            with node.db.read() as conn:
                before = store.get_act(conn, taken[0])
            node.db.writer.run(lambda conn: also(conn, before))
            said = Said(before)
        else:
            terms = TakeCustodyTerms(delivery=act.id, exhibits=(*(one.taken for one in arrivals), *of_units))
            said = reply(node, it, "take_custody", {"terms": terms, "text": text}, who, also=also)
    try:
        drop_pieces(node, act.id)
    except Unavailable as error:
        # Custody is taken, and that is what is answered; the sweep removes what is left.
        _log.warning("pieces_left", delivery=act.id, error=error.id)
    return said


def _take_registered(node: Node, it: Matter, act: Act, who: Person, text: str | None) -> Said:
    """Take custody of what came on a medium: it lies here, sealed when it was registered."""
    arrived: list[Taken] = []
    for one in act.terms.exhibits:
        with node.db.read() as conn:
            row = store.get_exhibit(conn, it.id, one.exhibit)
        statement = read_statement(dsse.read(row.statement))
        if (dsse.read(row.statement).id, statement.sha256) != (one.statement, one.stream):
            raise ProofFailed("deliver.not_as_announced", act=act.id, exhibit=one.exhibit)
        node.vault.verify(str(row.address))
        arrived.append(Taken(exhibit=one.exhibit, statement=one.statement, stream=one.stream))

    def also(conn: Connection, said: Act) -> None:
        kind = said.header.kind
        touches = (Touch(one.exhibit, Action.CHECKED, kind, one.stream, act.id) for one in arrived)
        record(node, conn, it.id, who, *touches)

    terms = TakeCustodyTerms(delivery=act.id, exhibits=tuple(arrived))
    return reply(node, it, "take_custody", {"terms": terms, "text": text}, who, also=also)


def _held_by_unit(node: Node, it: Matter, act: Act, one: Delivery) -> Taken:
    """What only a competent unit opens: it lies here once the unit has proven it, and is as announced."""
    with node.db.read() as conn:
        found = next((row for row in store.exhibits_of(conn, it.id) if row.id == one.exhibit), None)
    if found is None or one.protected is None:
        unit = "-" if one.protected is None else one.protected.unit
        raise NotPermitted("material.unit_first", exhibit=one.exhibit, unit=unit, act=act.id)
    envelope = dsse.read(found.statement)
    if (envelope.id, read_statement(envelope).sha256) != (one.statement, one.stream):
        raise ProofFailed("deliver.not_as_announced", act=act.id, exhibit=one.exhibit)
    node.vault.verify(str(found.address))
    return Taken(exhibit=one.exhibit, statement=one.statement, stream=one.stream)


def _lost(node: Node, case: str, delivery: DeliveryState) -> bool:
    """Whether none of what a delivery announced is here."""
    with node.db.read() as conn:
        held = {exhibit.id for exhibit in store.exhibits_of(conn, case)}
    return held.isdisjoint(exhibit.exhibit for exhibit in delivery.exhibits)


@dataclass(frozen=True)
class Arrival:
    """An exhibit that came in, proven, and sealed anew into the vault. ``content``: to whom it is sealed."""

    head: Head
    statement: SealStatement
    index: Index
    stored: Stored
    key: store.ExhibitKey
    content: ContentRecipient
    part: bytes | None

    @property
    def taken(self) -> Taken:
        return Taken(
            exhibit=self.statement.exhibit, statement=self.head.statement.id, stream=self.statement.sha256
        )


def arrive(
    node: Node,
    act: Act,
    announced: Delivery,
    keys: tuple[bytes, ...],
    *,
    identities: Sequence[age.Identity],
    unit: Sequence[age.Recipient] = (),
) -> Arrival:
    """Open, prove and seal anew what came of one exhibit; nothing says yet that it is here.

    ``keys``: of the node that sealed it. ``identities``: what it was sealed to. ``unit``: to whose keys it is
    sealed from now on, if not to this node's.

    Raises:
        NotFound, ProofFailed: a piece or the exhibit is not what was announced and sealed, or a time-stamp or
            a certificate is not of it. BadInput: a time-stamp is none.
    """
    with node.db.read() as conn:
        rows = store.pieces_of(conn, act.id, announced.exhibit)
        ever = custody_keys(node.directory(conn), act.header.state)
    expected = [(piece.digest, piece.size) for piece in announced.sealed]
    if [(row.digest, row.size) for row in rows] != expected:
        raise NotFound("deliver.not_expected", act=act.id, exhibit=announced.exhibit)
    pieces = expected if announced.beside is None else expected[:-1]
    key = new_key(node, sealed_here=False)
    wrapped = wrap(node, key, unit)
    with closing(_sources(node, rows)) as sources:
        arrived = assemble(sources, pieces, identities, keys, revoked=ever)
        _as_announced(act, announced, arrived.head, arrived.statement)
        head = arrived.head
        if announced.beside is not None:
            with node.vault.open(str(rows[-1].address)) as file:
                last = cast(FileIO, file)
                beside = open_beside(last, expected[-1], len(pieces), identities, head.statement, ever)
            head = head.model_copy(update={"stamps": beside.stamps, "certificates": beside.certificates})
        check_stamps([stamp.token for stamp in head.stamps], dsse.write(head.statement))
        stored = seal_anew(node, key, arrived.listed, arrived.payload)
    return Arrival(
        head,
        arrived.statement,
        arrived.listed,
        stored,
        wrapped,
        key.identity.recipient,
        arrived.part,
    )


def _sources(node: Node, rows: tuple[store.PieceRow, ...]) -> Generator[FileIO]:
    """The pieces in their order, one open at a time."""
    for row in rows:
        with node.vault.open(str(row.address)) as file:
            yield cast(FileIO, file)


def _as_announced(act: Act, announced: Delivery, head: Head, statement: SealStatement) -> None:
    said = (announced.exhibit, act.header.case, announced.statement, announced.stream, announced.size)
    found = (statement.exhibit, statement.case, head.statement.id, statement.sha256, statement.size)
    if said != found:
        raise ProofFailed("deliver.not_as_announced", act=act.id, exhibit=announced.exhibit)


def seal_anew(node: Node, key: ContentKey, index: Index, payload: age.ByteSource) -> Stored:
    """Seal content under another key, each file held against its seal on the way.

    Raises:
        ProofFailed: a file is not what was sealed. Unavailable: the disk did not take it.
    """
    files = FileDigests(index)
    with node.vault.writer() as writer:
        with age.encrypt([key.identity.recipient], writer) as sealer:
            spread(payload, files.update, sealer.write)
        files.finish()
        return writer.commit()


def keep(node: Node, conn: Connection, one: Arrival, mark: Protected | None = None) -> None:
    """Store an exhibit that came in. ``mark``: of what only a unit opens; no name of its files stays open."""
    now = node.clock.now()
    index, manifest, part = write_index(one.index), manifest_bytes(one.index), one.part
    records: dict[store.RecordKind, bytes] = {}
    if mark is not None:
        index, manifest = hide(index, one.content, node.entropy), b""
        part = None if part is None else hide(part, one.content, node.entropy)
        records["mark"] = as_record(mark)
    if part is not None:
        records["part"] = part
    exhibit = store.IndexedExhibit(
        case=one.statement.case,
        id=one.statement.exhibit,
        status="incoming",
        address=one.stored.digest,
        size=one.stored.size,
        statement=dsse.write(one.head.statement),
        index=index,
        manifest=manifest,
        added_at=now,
    )
    store.put_exhibit(conn, exhibit, one.key)
    store.put_records(conn, exhibit.case, exhibit.id, records, now)
    for certificate in one.head.certificates:
        store.put_certificate(conn, exhibit.case, exhibit.id, dsse.write(certificate), now)
    for stamp in one.head.stamps:
        store.put_timestamp(conn, exhibit.case, exhibit.id, write_stamp(stamp.token), now)
