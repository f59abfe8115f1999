"""The rows that a measure's own file puts into a table of lawful next acts.

Promises: a measure that is one file says there which acts may follow, over the same predicates. Its rows of
a kind, said by a side, stand in the place of the table's general rows of that kind and side, which then
except the measure: the table that is compiled, and that acts name by its digest, shows both.

Leaves to others: what predicates and kinds there are (``references``, ``cases``).
"""

from __future__ import annotations

from typing import Any

from comity.errors import BadInput

Record = dict[str, Any]


def own_row(name: str, row: Record, measure: str) -> Record:
    """A row as a measure's file states it, for that measure alone; ``table``: where it goes.

    Raises:
        BadInput: it names other measures, or no table.
    """
    for member in ("measures", "except_measures"):
        if member in row:
            where = f"row {row.get('kind', '?')}: {member}"
            raise BadInput("law.file_not_right", file=name, where=where, what="unknown_key")
    if "table" not in row:
        raise BadInput(
            "law.file_not_right", file=name, where=f"row {row.get('kind', '?')}: table", what="missing"
        )
    return {**row, "measures": [measure]}


def put_into_tables(rows: list[Record], tables: list[Record]) -> list[Record]:
    """The tables with the rows that measures state of themselves, in the order of the measures' files.

    Raises:
        BadInput: a row goes into a table that is not there.
    """
    names = {table["name"] for table in tables}
    for row in rows:
        if row["table"] not in names:
            raise BadInput(
                "law.leads_nowhere", by=str(row["measures"][0]), kind="table", name=str(row["table"])[:60]
            )
    return [_completed(table, [row for row in rows if row["table"] == table["name"]]) for table in tables]


def _completed(table: Record, own: list[Record]) -> Record:
    stating: dict[tuple[str, str], list[str]] = {}
    for row in own:
        stating.setdefault((row["kind"], row["by"]), []).extend(row["measures"])
    general = [_excepting(row, stating.get((row["kind"], row["by"]), [])) for row in table["rows"]]
    added = [{member: value for member, value in row.items() if member != "table"} for row in own]
    return {**table, "rows": [*general, *added]}


def _excepting(row: Record, measures: list[str]) -> Record:
    """A row that speaks of any measure excepts those that speak for themselves."""
    if row.get("measures"):
        return row
    excepted = list(row.get("except_measures", []))
    more = [one for one in dict.fromkeys(measures) if one not in excepted]
    return {**row, "except_measures": [*excepted, *more]} if more else row
