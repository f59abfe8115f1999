"""Gather a case, and write its file: for the other side, a court, the defence, or oversight.

Promises: the file carries what its acts rely on (directory entries, law bundles, the acts by which this
State adopted or confirmed what lies in them, receipts, enrolments, proofs under one checkpoint, custody), and
tells every field that is destroyed. It never carries a link to another case. Writing it changes nothing.

Leaves to others: what may be withheld and why (``disclose``), the file's format (``dossier``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from comity import dossier, dsse, store, tlog
from comity.acts import Act
from comity.app.content import read_stamp
from comity.app.entry import log_vkey
from comity.app.letter import KINDS, letter_part
from comity.app.linking import all_links
from comity.app.look import find_case
from comity.app.mark import mark_of
from comity.app.node import Node, case_of, home_of
from comity.app.prepare import log_kind
from comity.app.publish import reader
from comity.app.sealed import sealed_answers
from comity.dossier import DossierParts, ExhibitPart, MissingField, Profile, PublicLog, Published, Status
from comity.errors import BadInput, Unavailable
from comity.evidence import CustodyProof, prove_exhibit, read_index
from comity.law import Bundle
from comity.messages import explain, render
from comity.store import Connection
from comity.wire import parse

NOTE_LIMIT: Final = 2000
MAX_OPENING: Final = 64 * 1024
MOST_ADOPTING: Final = 100
"""Acts over law data that a file carries: each names law data of its own, of which a file may name 200."""


def export_case(node: Node, case: str, profile: Profile, *, letters: bool = True) -> bytes:
    """The case file. ``case``: its reference, or the beginning of it.

    Raises:
        NotFound: no such case. BadInput: too large for one file.
    """
    parts = gather(node, case, letters=letters)
    return write(node, dossier.for_profile(parts, profile))


def write(node: Node, parts: DossierParts) -> bytes:
    """Write parts as a file, signed by the node."""
    return dossier.write(parts, node.keys.acts.public, node.keys.acts.sign)


def gather(node: Node, text: str, *, letters: bool) -> DossierParts:
    """Everything of one case that a file can hold, for the widest profile."""
    with node.db.read() as conn:
        case = find_case(node, conn, text)
        shared = case_of(node, conn, case)
        sealed = sealed_answers(shared, home_of(node, conn, case, shared)) | all_links(conn, case)
        acts = tuple(act for act in store.acts_of_case(conn, case, "all") if act.id not in sealed)
        known = set(store.list_bundles(conn))
        adopting = _adopting(node, conn, known & {act.header.law.bundle for act in acts})
        signers = {s.key for act in (*acts, *adopting) for s in act.header.signers}
        people = (p for p in store.list_people(conn) if p.key_id in signers)
        enrolments = tuple(store.get_act(conn, p.enrolment) for p in people)
        # Also of a State that has said nothing yet: its receipts are proven by its entry.
        states = {node.state, *shared.states}
        everything = (*acts, *enrolments, *adopting)
        bundles = {act.header.law.bundle for act in (*acts, *enrolments)}
        receipts = store.receipts_of_case(conn, case)
        parts = DossierParts(
            profile=Profile.COURT,
            case=case,
            state=node.state,
            made_at=node.clock.now(),
            entries=tuple(data for state in sorted(states) for _, data in store.peer_entries(conn, state)),
            bundles=tuple(store.get_bundle(conn, d) for d in sorted(bundles & known)),
            acts=everything,
            receipts=tuple(dsse.read(data) for _, data in sorted(receipts.items())),
            log=_log(node, conn, case, everything, sealed),
            custody=_custody(conn, case),
            exhibits=tuple(_exhibits(conn, case)),
            missing=tuple(_destroyed(conn, everything)),
        )
    if not letters:
        return parts
    own = [a for a in acts if a.header.kind in KINDS and a.header.state == node.state]
    rendered, left_out = [], []
    for act in own:
        try:
            rendered.append(letter_part(node, act))
        except (BadInput, Unavailable) as error:
            # A letter renders an act and adds nothing to it: without one the file proves as much.
            why, _ = explain(error, node.settings.language)
            left_out.append(render("letter.left_out", node.settings.language, act=act.id[:12], why=why))
    return replace(parts, letters=tuple(rendered), note="\n".join(left_out)[:NOTE_LIMIT] or None)


def _adopting(node: Node, conn: Connection, bundles: set[str]) -> tuple[Act, ...]:
    """The acts of this State's register that lie over this law data, the newest where they are very many.

    They stay at home: only a file that shows what stays at home has them.
    """
    contents = (
        Bundle.load_known(store.get_bundle(conn, digest), digest).content for digest in sorted(bundles)
    )
    ids = {one.act for content in contents for one in content.applied if one.state == node.state}
    acts = sorted((store.get_act(conn, id) for id in ids), key=lambda act: (act.header.at, act.id))
    return tuple(acts[-MOST_ADOPTING:])


def _log(
    node: Node, conn: Connection, case: str, acts: tuple[Act, ...], sealed: frozenset[str]
) -> PublicLog | None:
    """The events of these acts and of the case's custody, under the last checkpoint."""
    last = store.last_checkpoint(conn)
    if last is None:
        return None
    signed = tlog.checkpoint.open(last.note, log_vkey(node))
    tiles = tlog.Tiles(reader(node.settings.log), last.size)
    register = [store.opening_of(conn, a.id, log_kind(a)) for a in acts if a.header.case is None]
    found = (*store.openings(conn, case), *(one for one in register if one is not None))
    opened = [
        (parse(tlog.Opening, one.opening, limit=MAX_OPENING), one.position)
        for one in found
        if one.position is not None and one.position < last.size
    ]
    events = tuple(
        Published(opening, tlog.proof.make(tiles, position, signed))
        for opening, position in opened
        if opening.subject not in sealed
    )
    return PublicLog(signed.encode(), events)


def _custody(conn: Connection, case: str) -> tuple[CustodyProof, ...]:
    rows = store.custody_of(conn, case)
    envelopes = [dsse.read(row.envelope) for row in rows]
    exhibits = sorted({row.exhibit for row in rows})
    return tuple(prove_exhibit(envelopes, case, exhibit) for exhibit in exhibits)


def _exhibits(conn: Connection, case: str) -> Iterator[ExhibitPart]:
    for row in store.exhibits_of(conn, case):
        yield ExhibitPart(
            statement=dsse.read(row.statement),
            index=None
            if mark_of(conn, case, row.id)
            else read_index(store.indexed_exhibit(conn, case, row.id).index),
            stamps=tuple(read_stamp(data) for data in store.timestamps_of(conn, case, row.id)),
        )


def _destroyed(conn: Connection, acts: tuple[Act, ...]) -> Iterator[MissingField]:
    for act in acts:
        for gone in store.erased_fields(conn, act.id):
            ordered = store.get_act(conn, gone.by_act)
            yield MissingField(
                act=act.id,
                digest=gone.digest,
                field=gone.name,
                status=Status.DESTROYED,
                ground=ordered.terms.ground,
                by_act=gone.by_act,
            )
