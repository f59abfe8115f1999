"""Opening an exhibit: its content, written out with its proofs; or proven where it lies, shown to nobody.

Promises: that an exhibit is opened, by whom and for what, is in custody and committed to the log before a
byte of it is decrypted. What does not hold is named, and nothing of it is left behind.

Leaves to others: making exhibits (``exhibit``), what a package is (``evidence``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import cast

from comity import dsse, store
from comity.age import open_range
from comity.app.content import (
    ContentKey,
    Proving,
    acts_keys,
    check_line,
    opened,
    read_stamp,
    sealing_key,
    unwrap,
)
from comity.app.limits import limits_paper
from comity.app.look import find_case
from comity.app.mark import mark_of
from comity.app.node import Node, Person
from comity.app.paper import is_on_paper
from comity.app.time_authority import roots as stamp_roots
from comity.app.touch import Touch, check_signers, committed_root, custody_keys, record
from comity.dsse import Envelope
from comity.errors import Conflict, NotFound, ProofFailed, Unavailable
from comity.evidence import (
    Action,
    Index,
    Proof,
    SealStatement,
    Spotted,
    check_stream,
    entry_of,
    handover_proofs,
    holds_until,
    judge_stamp,
    prove_exhibit,
    prove_index,
    read_index,
    read_part,
    read_statement,
    stamp_proofs,
    token_time,
    verify_events,
    verify_part,
    verify_statement,
    write_package,
    write_proof,
)
from comity.interop import held, write_bundle, write_graph
from comity.store import Connection
from comity.wire import digest


def statement_of(node: Node, case: str, exhibit: str) -> SealStatement:
    """What was sealed, as its statement says: for display; ``verify_exhibit`` proves it.

    Raises:
        NotFound: no such case or exhibit.
    """
    with node.db.read() as conn:
        return read_statement(
            dsse.read(store.get_exhibit(conn, find_case(node, conn, case), exhibit).statement)
        )


def open_exhibit(  # noqa: PLR0917 - what, where to, by whom, for what: in the order in which one says it
    node: Node,
    case: str,
    exhibit: str,
    destination: Path,
    who: Person,
    purpose: str,
    *,
    act: str | None = None,
) -> Path:
    """Write an exhibit with its proofs to a new folder, as a package that anyone can check.

    That it is opened, by whom and for what, is in custody before a byte of it is decrypted.

    ``act``: the id of the act by which it is handed out, where there is one.

    Raises:
        NotFound: no such exhibit, or it is not here. NotPermitted: its key was destroyed.
        Conflict: the folder is there. ProofFailed: it is not what was sealed; nothing is written.
        Unavailable: the disk did not take it.
    """
    refuse_bad_place(destination, purpose)
    with node.db.read() as conn:
        held = _held(node, conn, find_case(node, conn, case), exhibit)
    touch = Touch(held.row.id, Action.OPENED, purpose, held.statement.sha256, act)
    return write_out(node, held, destination, who, touch)


def refuse_bad_place(destination: Path, purpose: str) -> None:
    """Refuse what can be known to fail before anything is signed.

    Raises:
        BadInput: the purpose is no line. Conflict: the folder is there. Unavailable: none can be made there.
    """
    check_line(purpose, "purpose")
    try:
        there = destination.exists() or destination.is_symlink()
        above = next(one for one in destination.absolute().parents if one.exists())
    except OSError as error:
        raise Unavailable("evidence.package_disk", reason=error.strerror or "") from error
    if there:
        raise Conflict("evidence.folder_exists", path=destination.name)
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise Unavailable("evidence.no_place", path=destination.name, above=above.name)


def write_out(node: Node, held: Held, destination: Path, who: Person, touch: Touch) -> Path:
    """Enter that an exhibit is opened (``touch``), write its package, and enter that it was written.

    Raises:
        ProofFailed, NotFound, Unavailable: as ``open_exhibit``.
    """
    row = held.row
    node.db.writer.run(lambda conn: record(node, conn, row.case, who, touch))
    with node.db.read() as conn:
        proofs = _proofs(node, conn, row, held.part)
    with opened(node, row, held.key) as payload:
        write_package(destination, held.envelope, held.index, payload, held.signer, proofs=proofs)
    written = replace(touch, action=Action.EXPORTED)
    node.db.writer.run(lambda conn: record(node, conn, row.case, who, written))
    return destination


@dataclass(frozen=True)
class Stamped:
    """A time-stamp of an exhibit. ``proven``: under the root of an authority of this node, and not lapsed."""

    at: datetime
    proven: bool


@dataclass(frozen=True)
class Verified:
    """What was proven of an exhibit. ``size``: bytes of plaintext; ``events``: of its custody.

    ``sealed_to``: the unit that alone opens it; then its content is not proven here, only what lies sealed.
    """

    exhibit: str
    files: int
    size: int
    sha256: str
    stamps: tuple[Stamped, ...]
    events: int
    root: str
    sealed_to: str | None = None


def verify_exhibit(node: Node, case: str, exhibit: str) -> Verified:
    """Prove an exhibit as it lies in the vault, its seal and its custody; nothing of it is shown.

    That somebody had it checked is in custody before it is read; what the node checks by itself is not. Of
    what only a competent unit opens, the sealed object is proven, and nothing is said of its content.

    Raises:
        NotFound: no such exhibit, or it is not here. NotPermitted: its key was destroyed.
        ProofFailed: what does not hold is named.
    """
    with node.db.read() as conn:
        case = find_case(node, conn, case)
        row = store.get_exhibit(conn, case, exhibit)
        mark = mark_of(conn, case, exhibit)
        held = None if mark is not None else _held(node, conn, case, exhibit)
        envelope = dsse.read(row.statement)
        signer = sealing_key(node.directory(conn), _sealing_state(node, conn, row), envelope)
        statement = verify_statement(envelope, signer)
    _checking(node, row, statement)
    with node.db.read() as conn:
        tokens = [read_stamp(data) for data in store.timestamps_of(conn, case, exhibit)]
        events, root = _verify_custody(node, conn, case)
    if (statement.case, statement.exhibit) != (case, exhibit):
        raise ProofFailed("evidence.index_wrong", exhibit=exhibit)
    node.vault.verify(str(row.address))
    if held is not None:
        _prove_content(node, held)
    roots = stamp_roots(node) if tokens else []
    stamps = []
    ends = holds_until(tokens, [token_time(token.reply) for token in tokens])
    for number, token in enumerate(tokens):
        at, own = judge_stamp(token, row.statement, tokens[:number], roots)
        stamps.append(Stamped(at, proven=own and ends[number] is not None))
    return Verified(
        exhibit=exhibit,
        files=statement.files,
        size=statement.size,
        sha256=statement.sha256,
        stamps=tuple(stamps),
        events=events[exhibit],
        root=root,
        sealed_to=None if mark is None else mark.unit,
    )


def _prove_content(node: Node, held: Held) -> None:
    row, statement = held.row, held.statement
    with node.db.read() as conn:
        lists = store.indexed_exhibit(conn, row.case, row.id)
    if (statement.index_sha256, statement.manifest_sha256) != (digest(lists.index), digest(lists.manifest)):
        raise ProofFailed("evidence.index_wrong", exhibit=row.id)
    del lists  # they may be longer than all else that is in memory here
    proving = Proving(statement, held.index, held.key.secret)
    with opened(node, row, held.key) as payload:
        proving.prove(payload)
    if held.part is not None:
        verify_part(read_part(held.part), held.envelope, held.index, held.keys)


def check_file(node: Node, case: str, exhibit: str, path: str) -> Spotted:
    """Prove one file of an exhibit where it lies in the vault; nothing of it is shown, nothing else is read.

    Raises:
        NotFound: no such exhibit or file, or it is not here. NotPermitted: its key was destroyed.
        ProofFailed: what does not hold is named.
    """
    with node.db.read() as conn:
        held = _held(node, conn, find_case(node, conn, case), exhibit)
    _checking(node, held.row, held.statement)
    statement = verify_statement(held.envelope, held.signer)
    prove_index(statement, held.index)
    entry = entry_of(held.index, path)
    with node.vault.open(_address(held.row)) as sealed:
        check_stream(entry, open_range([held.key.identity], cast(FileIO, sealed), entry.offset, entry.size))
    return Spotted(entry, statement, held.signer)


def _checking(node: Node, row: store.Exhibit, statement: SealStatement) -> None:
    """Enter that an exhibit is checked for somebody: its content is read, and shown to nobody."""
    if not node.reader.machine:
        touch = Touch(row.id, Action.CHECKED, "verify", statement.sha256)
        node.db.writer.run(lambda conn: record(node, conn, row.case, node.reader.person, touch))


def _address(row: store.Exhibit) -> str:
    if row.address is None:
        raise NotFound("evidence_app.not_in_vault_yet", exhibit=row.id)
    return row.address


@dataclass(frozen=True)
class Held:
    """An exhibit that is here, and what it takes to open it."""

    row: store.Exhibit
    envelope: Envelope
    statement: SealStatement
    index: Index
    signer: bytes
    keys: tuple[bytes, ...]
    """All keys of the node that sealed: what it is part of may have been taken in under an earlier one."""
    key: ContentKey
    part: bytes | None


def _held(node: Node, conn: Connection, case: str, exhibit: str) -> Held:
    row = store.get_exhibit(conn, case, exhibit)
    key = unwrap(node, conn, row)
    index = store.indexed_exhibit(conn, case, exhibit).index
    return hold(node, conn, row, key, index, store.find_record(conn, case, exhibit, "part"))


def hold(  # noqa: PLR0917 - a row, what opens it, what was kept of it: in the order in which one has them
    node: Node, conn: Connection, row: store.Exhibit, key: ContentKey, index: bytes, part: bytes | None
) -> Held:
    """An exhibit with what it takes to open it; ``index``, ``part``: as they were before they were sealed."""
    envelope = dsse.read(row.statement)
    directory, state = node.directory(conn), _sealing_state(node, conn, row)
    return Held(
        row=row,
        envelope=envelope,
        statement=read_statement(envelope),
        index=read_index(index),
        signer=sealing_key(directory, state, envelope),
        keys=acts_keys(directory, state),
        key=key,
        part=part,
    )


def sealer_of(node: Node, conn: Connection, row: store.Exhibit, envelope: Envelope) -> bytes:
    """The raw key that is named as the one that sealed an exhibit; still to be verified.

    Raises:
        ProofFailed: as ``sealing_key``.
    """
    return sealing_key(node.directory(conn), _sealing_state(node, conn, row), envelope)


def _sealing_state(node: Node, conn: Connection, row: store.Exhibit) -> str:
    if row.status == "own" or is_on_paper(node, conn, row.case):  # what came on a medium was sealed here
        return node.state
    line = store.get_case_line(conn, row.case)
    return next(state for state in line.states if state != node.state)


def _proofs(node: Node, conn: Connection, row: store.Exhibit, part: bytes | None) -> tuple[Proof, ...]:
    """Time-stamps, custody, limits, a part's proof, and certificates, as the package of an exhibit has."""
    proofs: list[Proof] = []
    number = 0
    for number, data in enumerate(store.timestamps_of(conn, row.case, row.id), start=1):
        proofs.extend(stamp_proofs(number, read_stamp(data)))
    envelopes = [dsse.read(event.envelope) for event in store.custody_of(conn, row.case)]
    custody = prove_exhibit(envelopes, row.case, row.id)
    proofs.append(Proof(number + 1, "custody", write_proof(custody)))
    seal, acts = read_statement(dsse.read(row.statement)), node.keys.acts
    proofs.append(Proof(number + 1, "in-toto", write_bundle(custody, seal, acts.public, acts.sign)))
    graph = b"".join(write_graph(row.case, [held(custody, seal)]))
    proofs.append(Proof(number + 1, "case-graph", graph))
    limits = limits_paper(node, conn, row.case, row.id)
    if limits is not None:
        proofs.append(Proof(number + 2, "limits", limits))
    if part is not None:
        proofs.append(Proof(number + 3, "part", part))
    certificates = store.certificates_of(conn, row.case, row.id)
    proofs.extend(Proof(at, "certificate", data) for at, data in enumerate(certificates, start=number + 4))
    handed = store.handover_stamps(conn, row.case, row.id)
    for at, (one, stamped) in enumerate(handed, start=number + 4 + len(certificates)):
        proofs.extend(handover_proofs(at, one.event, read_stamp(stamped)))
    return tuple(proofs)


def _verify_custody(node: Node, conn: Connection, case: str) -> tuple[dict[str, int], str]:
    """Prove the custody of a whole case against the root that was committed to the log."""
    root = committed_root(conn, case)
    envelopes = [dsse.read(row.envelope) for row in store.custody_of(conn, case)]
    directory = node.directory(conn)
    keys = custody_keys(directory, node.state)
    events = verify_events(envelopes, bytes.fromhex(root), case, keys)
    check_signers(directory, node.state, envelopes, events)
    counts: dict[str, int] = {}
    for event in events:
        counts[event.exhibit] = counts.get(event.exhibit, 0) + 1
    return counts, root
