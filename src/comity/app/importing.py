"""Old cases from a list: read whole, every bad line told, then imported in batches, each all or not at all.

Promises: nothing is signed while a line of the list is bad. Others can write between two batches; what was
stopped goes on with the same list, where it was stopped. An imported case is one act at home that says
*imported*, what the list says, and the list's digest; it proves nothing else and moves nothing. Its reference
makes its id, so that the same list again imports nothing twice.

Leaves to others: who may see it (``show``), what the case was about (it is on paper, elsewhere).
"""

from __future__ import annotations

import csv
import hmac
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

from pydantic import ValidationError

from comity import store
from comity.acts import Act
from comity.acts.home_terms import ImportTerms
from comity.app.node import ALIAS_SECRET, Node, Person, home_of
from comity.app.prepare import Saying, say_beside
from comity.app.seen import check_seen
from comity.errors import BadInput, NotFound
from comity.law import Bundle
from comity.store import Connection
from comity.wire import digest

REQUIRED: Final = ("reference", "direction", "state", "measure", "opened")
OPTIONAL: Final = ("closed", "outcome", "subject", "scan", "note")
COLUMNS: Final = (*REQUIRED, *OPTIONAL)
MOST_LINES: Final = 100_000
MOST_BYTES: Final = 64 * 1024 * 1024
BATCH: Final = 100
"""Lines that are imported in one transaction: some tenths of a second, for which others wait."""

LINE: Final = 300
"""Characters of a reference or a subject; a note may be as long as any text of an act."""
NOTE: Final = 20_000

Progress = Callable[[int, int], None]
"""Told how many lines of how many are done."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a line: its number in the file, the column, and why, as a message id."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class OldCase:
    """One line that holds. ``line``: its number in the file."""

    line: int
    reference: str
    subject: str | None
    note: str | None
    terms: ImportTerms


@dataclass(frozen=True, slots=True)
class CaseList:
    """A list that was read: the lines that hold, and what is wrong with the others."""

    digest: str
    cases: tuple[OldCase, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a list would import: the cases that are new, and the number of those that are here already."""

    new: tuple[tuple[str, OldCase], ...]
    known: int
    faults: tuple[Fault, ...]


def read_list(data: bytes, bundle: Bundle, own: str, today: date) -> CaseList:
    """Read a list, line by line; pure.

    Raises:
        BadInput: not UTF-8, no such header, too long, or a quotation mark that is not closed.
    """
    if len(data) > MOST_BYTES:
        raise BadInput("import.too_long", limit=MOST_BYTES)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput("import.not_utf8", offset=error.start) from error
    rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    cases: list[OldCase] = []
    faults: list[Fault] = []
    seen: set[str] = set()
    file = digest(data)
    try:
        header = _header(next(rows, []))
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(cases) + len(faults) >= MOST_LINES:
                raise BadInput("import.too_many", limit=MOST_LINES)
            line = rows.line_num
            if len(row) != len(header):
                faults.append(Fault(line, "-", "import.line.cells"))
                continue
            cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
            wrong = [*_wrong(cells, line, bundle, own, today)]
            if cells["reference"] in seen:
                wrong.append(Fault(line, "reference", "import.line.twice"))
            seen.add(cells["reference"])
            faults += wrong
            if not wrong:
                cases.append(_old_case(cells, line, file))
    except csv.Error as error:
        raise BadInput("import.not_csv", line=rows.line_num) from error
    return CaseList(file, tuple(cases), tuple(faults))


def look(node: Node, conn: Connection, told: CaseList) -> Found:
    """What of a list is new here; a case that is here already and says otherwise is a fault."""
    secret = str(store.get_setting(conn, ALIAS_SECRET))
    new: list[tuple[str, OldCase]] = []
    faults = list(told.faults)
    known = 0
    for one in told.cases:
        id = _case_id(secret, one.reference)
        act = _imported(node, conn, id)
        if act is None:
            new.append((id, one))
            continue
        differs = [Fault(one.line, name, "import.line.differs") for name in _differs(act, one)]
        faults += differs
        known += not differs
    return Found(tuple(new), known, tuple(sorted(faults, key=lambda f: (f.line, f.column))))


def check_list(node: Node, data: bytes) -> Found:
    """What a list would import, and what is wrong with it; nothing is changed.

    Raises:
        BadInput: as ``read_list``.
    """
    told = read_list(data, node.bundle, node.state, node.clock.now().date())
    with node.db.read() as conn:
        return look(node, conn, told)


def import_list(
    node: Node, data: bytes, who: Person, *, progress: Progress | None = None
) -> tuple[Found, tuple[str, ...]]:
    """Import a list; gives what was found, and the references of the cases made.

    It is done in batches of ``BATCH`` lines, in the order of the list; each is committed whole, and between
    two of them others write. Stopped on the way, the same list again goes on behind the last batch.

    Args:
        node: into which.
        data: the list.
        who: signs every act.
        progress: is told after each batch.

    Raises:
        BadInput: a line is bad (``check_list`` says which), or as ``read_list``.
        NotPermitted: this person may not import.
    """
    found = check_list(node, data)
    if found.faults:
        raise BadInput("import.faults", count=len(found.faults), line=found.faults[0].line)
    made: list[str] = []
    for first in range(0, len(found.new), BATCH):
        batch = found.new[first : first + BATCH]
        made += node.db.writer.run(partial(_import, node, who, batch))
        if progress is not None:
            progress(first + len(batch), len(found.new))
    return found, tuple(made)


def _import(
    node: Node, who: Person, batch: Sequence[tuple[str, OldCase]], conn: Connection
) -> tuple[str, ...]:
    """Import some lines, all or none; not those that another imported since the list was compared."""
    made = []
    for case, one in batch:
        if store.ids_of_case(conn, case, "home"):
            continue
        fields: Mapping[str, Any] = {
            "terms": one.terms,
            "reference": one.reference,
            "subject": one.subject,
            "text": one.note,
        }
        say_beside(node, conn, Saying("import_case", who.authority, fields, case=case), who)
        made.append(case)
    return tuple(made)


def _header(row: list[str]) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in row)
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            raise BadInput("import.unknown_column", column=name[:60], known=", ".join(COLUMNS))
    for name in REQUIRED:
        if name not in names:
            raise BadInput("import.column_missing", column=name, wanted=", ".join(REQUIRED))
    return names


def _wrong(cells: Mapping[str, str], line: int, bundle: Bundle, own: str, today: date) -> Iterator[Fault]:
    for name in REQUIRED:
        if not cells[name]:
            yield Fault(line, name, "import.line.empty")
    for name, most in (("reference", LINE), ("subject", LINE), ("note", NOTE)):
        yield from _unfit(cells.get(name, ""), line, name, most)
    if cells["direction"] and cells["direction"] not in {"incoming", "outgoing"}:
        yield Fault(line, "direction", "import.line.direction")
    if cells["state"] and (cells["state"] == own or not _known(bundle.nation, cells["state"])):
        yield Fault(line, "state", "import.line.state")
    if cells["measure"] and not _known(bundle.measure, cells["measure"]):
        yield Fault(line, "measure", "import.line.measure")
    opened, closed = _day(cells["opened"]), _day(cells.get("closed", ""))
    if cells["opened"] and (opened is None or opened > today):
        opened = None
        yield Fault(line, "opened", "import.line.day")
    if cells.get("closed") and (closed is None or closed > today):
        yield Fault(line, "closed", "import.line.day")
    elif closed is not None and opened is not None and closed < opened:
        yield Fault(line, "closed", "import.line.closed_before")
    if cells.get("outcome") and cells["outcome"] not in OUTCOMES:
        yield Fault(line, "outcome", "import.line.outcome")
    scan = cells.get("scan", "")
    if scan and not (len(scan) == len(digest(b"")) and set(scan) <= set("0123456789abcdef")):
        yield Fault(line, "scan", "import.line.scan")


_TERMS: Final = ("direction", "state", "measure", "opened", "closed", "outcome", "scan")
OUTCOMES: Final = ("grant", "grant_on_conditions", "postpone", "refuse", "withdrawn")


def _unfit(text: str, line: int, column: str, most: int) -> Iterator[Fault]:
    if len(text) > most:
        yield Fault(line, column, "import.line.long")
    try:
        check_seen(text, column)
    except BadInput:
        yield Fault(line, column, "import.line.unseen")


def _known(find: Callable[[str], object], key: str) -> bool:
    try:
        find(key)
    except NotFound:
        return False
    return True


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2026-11-21") else None
    except ValueError:
        return None


def _old_case(cells: Mapping[str, str], line: int, file: str) -> OldCase:
    told = {name: cells.get(name) or None for name in (*REQUIRED, *OPTIONAL)}
    try:
        terms = ImportTerms.model_validate(
            {
                **{name: told[name] for name in _TERMS},
                "file": file,
                "line": line,
            },
            strict=False,
        )
    except ValidationError as error:
        raise BadInput("import.not_csv", line=line) from error
    return OldCase(line, str(told["reference"]), told["subject"], told["note"], terms)


def _case_id(secret: str, reference: str) -> str:
    """The id that an old case has here: the same for the same reference, and telling nothing of it."""
    return hmac.digest(bytes.fromhex(secret), f"import:{reference}".encode(), "sha256").hex()[:32]


def _imported(node: Node, conn: Connection, case: str) -> Act | None:
    if not store.ids_of_case(conn, case, "home"):
        return None
    held = home_of(node, conn, case).desk.imported
    return None if held is None else store.get_act(conn, held.id)


def _differs(act: Act, one: OldCase) -> Iterator[str]:
    """The columns in which a line says something else than what was imported; of what was destroyed, none."""
    for name in _TERMS:
        if getattr(act.terms, name) != getattr(one.terms, name):
            yield name
    for name, field, value in (("subject", "subject", one.subject), ("note", "text", one.note)):
        if field in act.fields and act.fields[field] != value:
            yield name
