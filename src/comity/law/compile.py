"""From TOML files to one bundle: every shape closed, every name resolved, the same bytes each time.

Promises: an unknown key, a name that leads nowhere, a key used twice or a file in the wrong place is
an error that names the file; two compilations of the same files give identical bytes, whatever the
order in which the files came.

Leaves to others: reading the files (``sources``), whether each name leads somewhere
(``references``), asking the bundle anything (``bundle``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from comity import wire
from comity.errors import BadInput
from comity.law.article import Article, DescribedBasis, Pointer
from comity.law.calendars import Calendar
from comity.law.content import Content, TreatyLaw
from comity.law.criminality import ElementWord
from comity.law.event import Objection, Reservation, StatusEvent
from comity.law.formality import Demand, Formality
from comity.law.limit import LimitWord
from comity.law.model import (
    Clock,
    Counting,
    Function,
    Ground,
    Instrument,
    MarkMeaning,
    Material,
    Measure,
    Offence,
    Provision,
    Source,
    Term,
    UrgencyLevel,
)
from comity.law.nation import Counterpart, Criterion, Hook, Nation, Regime, SpeechLaw
from comity.law.own_rows import own_row, put_into_tables
from comity.law.references import resolve
from comity.law.roll import FROM_ROLL, Roll, replace_by_rolls
from comity.law.table import Row, Table
from comity.toml import read_toml
from comity.wire import Model

Gathered = dict[str, list[dict[str, Any]]]

_LISTS: dict[str, type[Model]] = {
    "mark": MarkMeaning, "source": Source, "function": Function, "role": Term, "concept": Term,
    "instrument": Instrument, "provision": Provision, "offence": Offence, "ground": Ground,
    "clock": Clock, "status": StatusEvent, "reservation": Reservation, "nation": Nation,
    "measure": Measure, "table": Table, "criterion": Criterion, "hook": Hook,
    "article": Article, "pointer": Pointer, "described": DescribedBasis,
    "objection": Objection, "demand": Demand, "formality": Formality, "roll": Roll,
    "treaty_law": TreatyLaw, "counterpart": Counterpart, "policy": Regime, "speech_law": SpeechLaw,
    "element": ElementWord, "counting": Counting, "urgency": UrgencyLevel, "urgency_reason": Term,
    "calendar": Calendar, "limit": LimitWord, "material": Material,
}  # fmt: skip

_MODELS: dict[str, type[Model]] = {**_LISTS, "row": Row}
"""A row stands in a measure's file, and in a table once it is compiled."""

_ALLOWED = {
    "bundle": (),
    "sources": ("source",),
    "pointers": ("pointer",),
    "calendars": ("calendar",),
    "clocks": ("clock", "counting"),
    "vocabulary": (
        "mark",
        "function",
        "role",
        "concept",
        "element",
        "urgency",
        "urgency_reason",
        "limit",
        "material",
    ),
    "instruments": (
        "instrument",
        "article",
        "provision",
        "offence",
        "ground",
        "clock",
        "status",
        "demand",
        "formality",
    ),
    "states": ("nation", "status", "reservation", "objection", "described"),
    "rolls": ("roll", "status"),
    "treaty_law": ("treaty_law",),
    "measures": ("measure", "row", "clock"),
    "tables": ("table",),
    "research": ("criterion", "counterpart", "hook", "policy"),
    "speech": ("speech_law",),
}
"""Which lists may stand in a file, by its folder or, at the top, its name."""

_PLURAL = {
    "status": "status", "criterion": "criteria", "formality": "formalities", "treaty_law": "treaty_law",
    "described": "described", "policy": "policies",
    "urgency": "urgencies",
}  # fmt: skip


def compile_bundle(files: Mapping[str, bytes]) -> bytes:
    """Compile law data into the canonical bytes of one bundle.

    Args:
        files: the TOML files by their path below the data folder, with ``/``.

    Raises:
        BadInput: whatever is not right with them, naming the file.
    """
    gathered: Gathered = {name: [] for name in (*_LISTS, FROM_ROLL)}
    rows: list[dict[str, Any]] = []
    head: dict[str, Any] | None = None
    for name in sorted(files):
        room = name.split("/", 1)[0].removesuffix(".toml")
        if room not in _ALLOWED or not name.endswith(".toml"):
            raise BadInput("law.file_out_of_place", file=name)
        content = _read(name, files[name])
        if room == "bundle":
            head = content
            for key in sorted(set(head) - {"name", "as_of"}):
                raise BadInput("law.file_not_right", file=name, where=key, what="unknown_key")
            continue
        for record_kind, record in _records(name, content, _ALLOWED[room]):
            if record_kind == "row":
                rows.append(_own_row(name, content, record))
                continue
            _check(name, record_kind, record)
            if (record_kind == "nation" and name != f"states/{record['code']}.toml") or (
                record_kind == "roll" and name != f"rolls/{record['instrument']}.toml"
            ):
                raise BadInput("law.file_out_of_place", file=name)
            gathered[FROM_ROLL if (room, record_kind) == ("rolls", "status") else record_kind].append(record)
    if head is None:
        raise BadInput("law.file_missing", file="bundle.toml")
    replace_by_rolls(gathered)
    gathered["table"] = put_into_tables(rows, gathered["table"])
    lists = {_PLURAL.get(kind, f"{kind}s"): sorted(records, key=_order) for kind, records in gathered.items()}
    try:
        bundle = wire.build(Content, {"v": 1, **head, **lists})
    except BadInput as error:
        where = str(error.arguments.get("where", ""))
        raise BadInput("law.file_not_right", file="bundle.toml", where=where, what=error.id) from error
    resolve(bundle)
    return wire.dump_bytes(bundle)


def _read(name: str, data: bytes) -> dict[str, Any]:
    try:
        return read_toml(data)
    except ValueError as error:
        raise BadInput("law.file_not_toml", file=name, what=str(error)[:120]) from error


def _records(name: str, content: dict[str, Any], allowed: Iterable[str]) -> list[tuple[str, dict[str, Any]]]:
    """A file's records, each with the file's defaults filled in."""
    defaults = content.pop("defaults", {})
    found: list[tuple[str, dict[str, Any]]] = []
    for kind, value in content.items():
        if kind not in allowed:
            raise BadInput("law.file_not_right", file=name, where=kind, what="unknown_key")
        records = value if isinstance(value, list) else [value]
        for record in records:
            if not isinstance(record, dict):
                raise BadInput("law.file_not_right", file=name, where=kind, what="not_a_table")
            fitting = {key: v for key, v in defaults.items() if key in _MODELS[kind].model_fields}
            found.append((kind, {**fitting, **record}))
    for key in defaults:
        if not any(key in _MODELS[kind].model_fields for kind, _ in found):
            raise BadInput("law.file_not_right", file=name, where=f"defaults.{key}", what="unknown_key")
    return found


def _check(name: str, kind: str, record: dict[str, Any]) -> None:
    """Build one record alone, so that an error names the file and the record."""
    if "settled" in record:
        # Only an act in a node's register settles a record, never a file.
        where = f"{kind} {_label(record)}: settled"
        raise BadInput("law.file_not_right", file=name, where=where, what="unknown_key")
    if record.get("positions"):
        # A State answers for its own law, by adopting it; the packaged data answers for none.
        where = f"{kind} {_label(record)}: positions"
        raise BadInput("law.file_not_right", file=name, where=where, what="unknown_key")
    try:
        wire.build(_MODELS[kind], record)
    except BadInput as error:
        where = f"{kind} {_label(record)}: {error.arguments.get('where', '')}"
        what = str(error.arguments.get("what", error.id))
        raise BadInput("law.file_not_right", file=name, where=where, what=what) from error


def _own_row(name: str, content: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """A row of a measure's file, checked as it will stand in its table."""
    measure = content.get("measure")
    if not isinstance(measure, dict):
        raise BadInput("law.file_not_right", file=name, where="row", what="no_measure")
    row = own_row(name, record, str(measure.get("key", "?")))
    _check(name, "row", {member: value for member, value in row.items() if member != "table"})
    return row


def _label(record: dict[str, Any]) -> str:
    for name in ("key", "mark", "code", "name", "concept", "state", "kind"):
        if name in record:
            return str(record[name])[:80]
    return "?"


def _order(record: dict[str, Any]) -> bytes:
    """Any total order will do, as long as it does not depend on files: keys first, then all the rest."""
    label = [str(record.get(name, "")) for name in ("key", "mark", "code", "name", "state", "instrument")]
    return "\0".join(label).encode() + wire.encode(record)
