"""Selection: minimise an exhibit before it leaves, so that the part proves to be a part and tells of no rest.

Promises: the part is a new exhibit, sealed under a key of its own, made in one transaction with the act that
says so; nothing unsealed touches the disk, only what is taken is opened, and each file is held against what
was sealed at intake. What was left out, and why, is signed and stays at home.

Leaves to others: which files fit (``evidence.criteria``), the proof (``evidence.selection``), whether the
part may leave: it is reviewed and delivered like any exhibit (``exhibit``, ``deliver``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import FileIO
from itertools import islice
from typing import Any, Final, cast

from comity import age, dsse, store
from comity.app.content import ContentKey, check_line, new_key, unwrap, wrap
from comity.app.exhibit import Sealing, enter, keeping_of, may_take_in
from comity.app.look import find_case
from comity.app.mark import is_hidden, refuse_protected
from comity.app.node import Node, Person, home_of
from comity.app.reply import matter
from comity.app.touch import Touch, record
from comity.clock import write_instant
from comity.dsse import Envelope
from comity.errors import BadInput, NotFound
from comity.evidence import (
    Action,
    Choice,
    Criteria,
    Entry,
    FileProof,
    Index,
    LeftOver,
    Mark,
    Part,
    PartSource,
    Progress,
    Rest,
    SealStatement,
    Selection,
    Task,
    choose,
    prove_part,
    read_index,
    read_statement,
    sign_selection,
    take_in,
    write_part,
)
from comity.evidence.index import ENTRIES
from comity.toml import read_toml
from comity.wire import Json, build, digest, dump_bytes, parse

MARKS_LIMIT: Final = 16 * 1024 * 1024
_SALT: Final = 32


@dataclass(frozen=True)
class Asked:
    """What is wanted of an exhibit, what is left out whatever it is, and what is known of its files."""

    criteria: Criteria
    excluded: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Selected:
    """What came of it: the part's id, files and bytes taken, and what was left out."""

    exhibit: str
    files: int
    size: int
    left: tuple[LeftOver, ...]


def select(  # noqa: PLR0917 - from what, what, why, by whom: in the order in which one says it
    node: Node,
    case: str,
    exhibit: str,
    asked: Asked,
    why: str,
    who: Person,
    *,
    progress: Progress | None = None,
) -> Selected:
    """Make an exhibit of some files of one that was taken in here. ``why``: a line, which its receiver reads.

    Raises:
        NotFound: no such exhibit was taken in here. NotPermitted: this person may not take in, its key was
            destroyed, or the request is over. BadInput: nothing fits, or ``asked`` cannot be meant.
        ProofFailed: a file is not the one that was sealed. Unavailable: the disk did not take it.
    """
    check_line(why, "why")
    with node.db.read() as conn:
        case = find_case(node, conn, case)
        row = store.indexed_exhibit(conn, case, exhibit)
        intake = home_of(node, conn, case).intake(exhibit)
        if intake is None:
            raise NotFound("evidence_app.not_taken_in_here", exhibit=exhibit)
        held = unwrap(node, conn, row)
        root = dsse.read(store.get_record_of(conn, case, exhibit, "root"))
        alias = node.alias(conn, case, who.key.id)
    it = matter(node, intake.about)
    may_take_in(node, it, intake.items, who)
    index = read_index(row.index)
    choice = choose(index, asked.criteria, asked.excluded, asked.marks)
    chosen = ENTRIES.pack(index.files[number] for number in choice.taken)
    size = sum(entry.size for entry in chosen)
    key = new_key(node, sealed_here=True)

    def records(statement: SealStatement, seal: Envelope) -> Mapping[store.RecordKind, bytes]:
        rest = Rest(v=1, salt=node.entropy(_SALT).hex(), excluded=asked.excluded, left=choice.left)
        said = Selection(
            v=1,
            exhibit=statement.exhibit,
            case=case,
            source=exhibit,
            statement=seal.id,
            root=root.id,
            selected_at=write_instant(node.clock.now()),
            selected_by=alias,
            why=why,
            criteria=asked.criteria,
            files=statement.files,
            size=statement.size,
            rest=digest(dump_bytes(rest)),
        )
        signed = sign_selection(said, node.keys.acts.public, node.keys.acts.sign)
        part = Part(v=1, selection=signed, root=root, proof=_proof(index, held, choice))
        return {"part": write_part(part), "rest": dump_bytes(rest)}

    opened = Touch(exhibit, Action.OPENED, why, read_statement(dsse.read(row.statement)).sha256)
    node.db.writer.run(lambda conn: record(node, conn, case, who, opened))
    with node.vault.held():
        source = PartSource(_streams(node, row, held, chosen), size)
        keeping = keeping_of(node, _task(intake.about, case, exhibit, who, chosen), source, key)
        with nullcontext() if keeping is None else closing(keeping):
            if keeping is not None:
                key = replace(key, identity=keeping.take_up())
            taken = take_in(
                *(source, node.vault, [key.identity.recipient], key.secret or b""),
                progress=progress,
                keeping=keeping,
            )
            sealed = Sealing(
                intake.items,
                f"part of {exhibit}",
                taken,
                wrap(node, key),
                part_of=row,
                why=why,
                records=records,
            )
            made = enter(node, it, who, sealed)
            if keeping is not None:
                keeping.done()
    return Selected(made, len(chosen), size, choice.left)


def _task(about: str, case: str, exhibit: str, who: Person, chosen: Sequence[Entry]) -> tuple[str, ...]:
    """What a second run of an interrupted selection has again."""
    value = sha256()
    for one in chosen:
        value.update(f"{one.sha256} {one.path}\0".encode())
    return Task(about, who.key.id, ("part", case, exhibit, value.hexdigest())).words


def left_out(node: Node, case: str, exhibit: str) -> Rest:
    """What was left out of an exhibit that is a part, as it was said when it was selected here.

    Raises:
        NotFound: no such exhibit, or it is no part that was selected here. NotPermitted: it, or what it was
            selected from, is marked as what only a unit opens.
    """
    with node.db.read() as conn:
        case = find_case(node, conn, case)
        store.get_exhibit(conn, case, exhibit)
        kept = store.get_record_of(conn, case, exhibit, "rest")
        if is_hidden(kept):
            intake = home_of(node, conn, case).intake(exhibit)
            # Of the part, or of what it was selected from: one of them is marked.
            refuse_protected(conn, case, exhibit)
            refuse_protected(conn, case, exhibit if intake is None else str(intake.part_of))
        return parse(Rest, kept, limit=MARKS_LIMIT)


def read_marks(data: bytes) -> tuple[Mark, ...]:
    """Marks from a TOML file: ``[[file]]`` each, with the members of ``Mark``.

    Raises:
        BadInput: no such file of marks.
    """
    try:
        told = read_toml(data[:MARKS_LIMIT])
    except ValueError as error:
        raise BadInput("select.marks_unreadable", what=str(error)[:200]) from error
    files = told.pop("file", [])
    if told or not isinstance(files, list):
        raise BadInput("select.marks_unreadable", what=", ".join(sorted(told)) or "file")
    return tuple(build(Mark, _plain(one)) for one in files)


def _plain(told: Any) -> Json:
    """The values of one mark, a time as its text: TOML has times of its own, and they mean the same."""
    if not isinstance(told, dict):
        raise BadInput("select.marks_unreadable", what="file")
    plain = {}
    for name, value in told.items():
        if isinstance(value, datetime):
            if value.tzinfo is None:
                raise BadInput("select.marks_unreadable", what=f"{name}, without a zone")
            plain[name] = write_instant(value)
        else:
            plain[name] = value
    return plain


def _proof(index: Index, key: ContentKey, choice: Choice) -> FileProof:
    if key.secret is None:
        raise NotFound("evidence_app.not_taken_in_here", exhibit="-")
    return prove_part(index, key.secret, choice.taken)


def _streams(
    node: Node, row: store.Exhibit, key: ContentKey, chosen: Sequence[Entry]
) -> Iterator[tuple[Entry, age.ByteSource]]:
    """Each chosen file as a stream; files that follow each other are opened as one stretch of ciphertext."""
    if row.address is None:
        raise NotFound("evidence_app.not_in_vault_yet", exhibit=row.id)
    with node.vault.open(row.address) as sealed:
        entries = iter(chosen)
        for start, length, files in _stretches(chosen):
            reader = age.open_range([key.identity], cast(FileIO, sealed), start, length)
            for entry in islice(entries, files):
                yield entry, _Next(reader, entry.size)


def _stretches(chosen: Sequence[Entry]) -> Iterator[tuple[int, int, int]]:
    """Where each begins in the stream, how many bytes it has, and how many files."""
    start = end = files = 0
    for entry in chosen:
        if files and entry.offset != end:
            yield start, end - start, files
            files = 0
        if not files:
            start = entry.offset
        end = entry.offset + entry.size
        files += 1
    if files:
        yield start, end - start, files


class _Next:
    """The next so many bytes of a stream."""

    def __init__(self, source: age.ByteSource, size: int) -> None:
        self._source = source
        self._left = size

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:
        """Give some of them; 0 when they are through."""
        view = memoryview(buffer)[: self._left]
        size = self._source.readinto(view) if view else 0
        self._left -= size or 0
        return size
