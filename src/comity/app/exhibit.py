"""Exhibits: taken in and sealed, time-stamped, reviewed.

Promises: what is taken in is read once, sealed before it rests anywhere, and becomes an exhibit in one
transaction or not at all: a crash before leaves a sealed object that nobody can open and nothing names.
Who took an exhibit in does not review it.

Leaves to others: opening and proving (``opening``, handed on here), delivery (``deliver``), custody's
events (``custody``), keys and streams (``content``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from comity import age, dsse, store
from comity.acts import Act, Role
from comity.acts.delivery_terms import Protected
from comity.acts.home_terms import IntakeTerms, ReviewTerms
from comity.acts.terms import Execution
from comity.app.content import (
    ContentKey,
    check_line,
    new_key,
    wrap,
)
from comity.app.interrupted import forget_unfinished
from comity.app.look import find_case
from comity.app.mark import Hidden, as_record, competent_unit, keys_of, refuse_protected
from comity.app.node import Node, Person, home_of
from comity.app.opening import Stamped, Verified, open_exhibit, statement_of, verify_exhibit
from comity.app.prepare import Said
from comity.app.reply import Matter, matter, note
from comity.app.stamping import plan_stamp, stamp
from comity.app.touch import Touch, record
from comity.cases import IntakeState, ItemStanding
from comity.dsse import Envelope
from comity.errors import BadInput, Conflict, NotFound, NotPermitted
from comity.evidence import (
    STREAM,
    Action,
    FileVault,
    Keeping,
    Kept,
    Listing,
    PartSource,
    Progress,
    S3Keeping,
    S3Vault,
    SealStatement,
    StreamSource,
    Taken,
    Task,
    leaf_count,
    list_source,
    make_root,
    make_statement,
    manifest_bytes,
    read_statement,
    real_path,
    sign_root,
    sign_statement,
    take_in,
    write_index,
)
from comity.store import Connection
from comity.wire import digest

_HELD: Final = frozenset({Execution.DONE, Execution.PART})
"""Reports of execution after which there is something to take in."""

_TRIES: Final = 5
"""How often an intake is said anew when another act of this node took its number meanwhile."""


def add(  # noqa: PLR0917 - what, from where, by whom: in the order in which one says it
    node: Node,
    about: str,
    items: Sequence[str],
    source: Path | Sequence[Path] | StreamSource,
    label: str,
    who: Person,
    *,
    material: str | None = None,
    unit: str | None = None,
    progress: Progress | None = None,
) -> str:
    """Take in files, folders, a disk or a stream as an exhibit under a request; give the exhibit's id.

    ``label``: a line that says where it came from; it stands in the sealed statement.
    ``material``: what it is, where only a competent unit opens it (law data); it is then sealed to that
    unit's own keys, and to none of this node's. ``unit``: which unit, where there are several.

    Raises:
        NotPermitted: this node is not asked by that request, an item is neither granted nor
            preserved, the person may not take in, or no unit has a key. NotFound: no such request or
            material.
        BadInput, Conflict, Unavailable: the source, as ``evidence.take_in``; it changed since an earlier run
            was interrupted.
    """
    check_line(label, "label")
    it = matter(node, about)
    wanted = tuple(sorted(set(items)))
    may_take_in(node, it, wanted, who)
    key = new_key(node, sealed_here=True)
    mark, own_keys = None, []
    if material is not None:
        with node.db.read() as conn:
            chosen = competent_unit(node.directory(conn), node.bundle_on(conn), node.state, material, unit)
        mark, own_keys = Protected(material=material, unit=chosen.id), keys_of(chosen)
    elif unit is not None:
        raise BadInput("material.unit_without_material")
    with node.vault.held():
        what: StreamSource | Listing
        where: tuple[str, ...]
        if isinstance(source, StreamSource):
            what, where = source, (STREAM, source.name)
        else:
            paths = [real_path(path) for path in ([source] if isinstance(source, Path) else source)]
            what, where = list_source(*paths), tuple(map(str, paths))
        task = Task(it.act.id, who.key.id, where)
        keeping = keeping_of(node, task.words, what, key) if mark is None else None
        if mark is not None:
            # Nothing is kept of it; nor what anybody's run kept that was interrupted before it was known what
            # this is, since a key of the node opens that.
            forget_unfinished(node, task.shares)
        with nullcontext() if keeping is None else closing(keeping):
            if keeping is not None:
                key = replace(key, identity=keeping.take_up())
            wrapped = wrap(node, key, own_keys)
            taken = take_in(
                what,
                node.vault,
                [key.identity.recipient],
                key.secret or b"",
                progress=progress,
                keeping=keeping,
            )
            hidden = _hidden(node, mark, key, taken)
            id = enter(node, it, who, Sealing(wanted, label, taken, wrapped, hidden=hidden))
            if keeping is not None:
                keeping.done()
        return id


def _hidden(node: Node, mark: Protected | None, key: ContentKey, taken: Taken) -> Hidden | None:
    """The index of what only a unit opens, under the exhibit's own key."""
    if mark is None:
        return None
    return Hidden.of(mark, key.identity.recipient, write_index(taken.index), node.entropy)


def keeping_of(
    node: Node, task: Sequence[str], source: Listing | StreamSource | PartSource, key: ContentKey
) -> Kept | None:
    """What an interrupted run keeps: found by the same person for the same request and paths (``task``).

    Nothing of a part in a vault of files: it is read from there, as fast as what would be kept of it.
    """
    own, vault = node.keys.vault, node.vault
    recipients = [age.parse_recipient(text) for text in own.recipients]
    if isinstance(vault, S3Vault):
        return S3Keeping(vault, task, key=key.identity, recipients=recipients, identities=own.identities)
    if not isinstance(vault, FileVault) or isinstance(source, PartSource):
        return None
    return Keeping(vault, task, source, key=key.identity, recipients=recipients, identities=own.identities)


def review(  # noqa: PLR0917 - what, the verdict, by whom: in the order in which one says it
    node: Node,
    case: str,
    exhibit: str,
    release: bool,  # noqa: FBT001 - it is the verdict
    text: str,
    who: Person,
) -> Said:
    """Say whether an exhibit may leave: whole, or not at all.

    Raises:
        NotFound: no exhibit of that id was taken in here. NotPermitted: who took it in would review
            it, or this person may not review.
    """
    with node.db.read() as conn:
        case = find_case(node, conn, case)
        intake = _intake(node, conn, case, exhibit)
        row = store.get_exhibit(conn, case, exhibit)
        takers = {signer.key for signer in store.get_act(conn, intake.id).header.signers}
    if who.key.id in takers:
        raise NotPermitted("evidence_app.own_review", exhibit=exhibit)
    stream = read_statement(dsse.read(row.statement)).sha256

    def also(conn: Connection, act: Act) -> None:
        said = "released" if release else "held"
        record(node, conn, case, who, Touch(exhibit, Action.REVIEWED, said, stream, act.id))

    fields = {"terms": ReviewTerms(exhibit=exhibit, release=release), "text": text}
    return Said(note(node, matter(node, intake.about), "review", fields, who, also=also))


@dataclass(frozen=True)
class Sealing:
    """What was sealed and becomes an exhibit, for which items. ``label``: where it came from.

    ``part_of``: the exhibit that it was selected from, ``why`` in a line, and ``records``: what is kept of it
    beside its seal, made of its statement as that was signed. ``hidden``: of what only a unit opens.
    """

    items: tuple[str, ...]
    label: str
    taken: Taken
    wrapped: store.ExhibitKey
    part_of: store.Exhibit | None = None
    why: str = ""
    records: Callable[[SealStatement, Envelope], Mapping[store.RecordKind, bytes]] = lambda _s, _e: {}
    hidden: Hidden | None = None


def may_take_in(node: Node, it: Matter, items: tuple[str, ...], who: Person) -> None:
    """Whether somebody may take in; asked before anything is read, since an exhibit may be large.

    Raises:
        NotPermitted, NotFound: as ``add``.
    """
    request = it.request
    if request.requested != node.state:
        raise NotPermitted("evidence_app.not_asked", act=it.act.id)
    if request.withdrawn is not None or request.closed is not None:
        raise NotPermitted("evidence_app.request_over", act=it.act.id)
    if not items:
        raise NotPermitted("evidence_app.no_item")
    for label in items:
        item = request.item(label)
        if item is None:
            raise NotFound("evidence_app.no_such_item", item=label)
        if item.standing is not ItemStanding.GRANTED and item.effected not in _HELD:
            raise NotPermitted("evidence_app.item_not_granted", item=label)
    with node.db.read() as conn:
        why = node.directory(conn).incompetence(
            who.authority, "intake", measure=None, role=Role.AUTHOR, key=who.key.id, at=node.clock.now()
        )
    if why is not None:
        raise NotPermitted("app.not_competent", kind="intake", role=str(Role.AUTHOR), reason=why)


def enter(node: Node, it: Matter, who: Person, sealed: Sealing) -> str:
    """Enter what was sealed under the next free id, and give that; anew if another deed took it meanwhile.

    Raises:
        NotPermitted, Conflict: the case does not allow it now.
    """
    for left in reversed(range(_TRIES)):
        with node.db.read() as conn:
            id = _next_id(conn, node.state, it.id)
        try:
            _enter(node, it, who, id, sealed)
        except (Conflict, NotPermitted) as error:
            # The content is sealed already. If another deed took only its name or number, say it anew.
            with node.db.read() as conn:
                renamed = _next_id(conn, node.state, it.id) != id
            if not left or not (renamed or isinstance(error, Conflict)):
                raise
        else:
            return id
    raise AssertionError  # the loop returns or raises


def _enter(node: Node, it: Matter, who: Person, id: str, sealed: Sealing) -> None:
    """Make an exhibit of what lies sealed in the vault: statement, act, custody, in one transaction."""
    now, taken, label, whole = node.clock.now(), sealed.taken, sealed.label, sealed.part_of
    hidden = sealed.hidden
    with node.db.read() as conn:
        alias = node.alias(conn, it.id, who.key.id)
    statement = make_statement(taken, exhibit=id, case=it.id, taken_at=now, taken_by=alias, source=label)
    envelope = sign_statement(statement, node.keys.acts.public, node.keys.acts.sign)
    leaves = leaf_count(statement.files)
    root = sign_root(make_root(statement, leaves), node.keys.acts.public, node.keys.acts.sign)
    records: dict[store.RecordKind, bytes] = {"root": dsse.write(root), **sealed.records(statement, envelope)}
    if hidden is not None:
        records["mark"] = as_record(hidden.mark)
    row = store.IndexedExhibit(
        case=it.id,
        id=id,
        status="own",
        address=taken.stored.digest,
        size=taken.stored.size,
        statement=dsse.write(envelope),
        index=write_index(taken.index) if hidden is None else hidden.index,
        manifest=manifest_bytes(taken.index) if hidden is None else b"",
        added_at=now,
    )

    def also(conn: Connection, act: Act) -> None:
        store.put_exhibit(conn, row, sealed.wrapped)
        store.put_records(conn, it.id, id, records, now)
        plan_stamp(node, conn)
        if whole is not None:
            refuse_protected(conn, it.id, whole.id)  # it may have been marked while it was read
        if whole is None:
            came = [Touch(id, Action.TAKEN_IN, act.header.kind, taken.sha256, act.id)]
        else:
            stream = read_statement(dsse.read(whole.statement)).sha256
            came = [
                Touch(whole.id, Action.SELECTED, sealed.why, stream, act.id),
                Touch(id, Action.SELECTED, label, taken.sha256, act.id),
            ]
        came.append(Touch(id, Action.SEALED, act.header.kind, digest(row.statement), act.id))
        if hidden is not None:
            came.append(Touch(id, Action.MARKED, hidden.mark.material, taken.sha256, act.id))
        record(node, conn, it.id, who, *came)

    part_of = None if whole is None else whole.id
    terms = IntakeTerms(
        exhibit=id,
        statement=envelope.id,
        items=sealed.items,
        part_of=part_of,
        protected=None if hidden is None else hidden.mark,
    )
    note(node, it, "intake", {"terms": terms, "source": label}, who, also=also)


def _next_id(conn: Connection, state: str, case: str) -> str:
    start = f"{state}-"
    own = [e.id for e in store.exhibits_of(conn, case) if e.status == "own"]
    taken = [id.removeprefix(start) for id in own if id.startswith(start)]
    return f"{start}{max((int(n) for n in taken if n.isdigit()), default=0) + 1}"


def _intake(node: Node, conn: Connection, case: str, exhibit: str) -> IntakeState:
    found = home_of(node, conn, case).intake(exhibit)
    if found is None:
        raise NotFound("evidence_app.not_taken_in_here", exhibit=exhibit)
    return found


__all__ = [
    "Sealing",
    "Stamped",
    "Verified",
    "add",
    "enter",
    "keeping_of",
    "may_take_in",
    "open_exhibit",
    "review",
    "stamp",
    "statement_of",
    "verify_exhibit",
]
