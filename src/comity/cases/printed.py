"""A table of lawful next acts as a page that a lawyer can read.

Promises: everything that the table says is on the page, and nothing else; the same table gives the
same page. ``python -m comity.cases.printed`` writes the page that stands in ``docs``.

Leaves to others: translating it.
"""

from __future__ import annotations

import sys
from typing import Final

from comity.law import Pair, Row, Table, packaged_bundle

_BY: Final = {"requesting": "requesting", "requested": "requested", "either": "either side"}
_ABOUT: Final = {
    "none": "nothing: it opens a request",
    "request": "a request",
    "draft": "a request, or a preview",
    "case": "another act",
}


_COLUMNS: Final = (
    "act", "by", "about", "measures", "if the case shows", "unless the case shows", "signed by", "at least",
    "capacity",
)  # fmt: skip


def markdown(table: Table) -> str:
    """The table as Markdown, with its digest."""
    lines = [
        "# Lawful next acts",
        "",
        f"Table *{table.name}*, version {table.version}. {table.summary}",
        "",
        f"Every act names the table it relies on by its digest; this one's is `{table.digest}`.",
        "",
        "This is a rule of the program, not of an instrument. An act that the table does not permit is not",
        "signed by this node, and one that comes in moves nothing. The page is made from the table",
        "(`python -m comity.cases.printed`); a test holds the two together.",
        "",
        "*Requesting* is the State that made the request concerned, *requested* the other one.",
        "",
        "*Signed by* is what this node asks of its own acts before the first signature. How many persons",
        "another State sets apart is for that State's law: an act of its own is in order where it is signed",
        "as under *at least*, and this node shows it where fewer signed than it asks of itself.",
        "",
        "## What may follow",
        "",
        f"| {' | '.join(_COLUMNS)} |",
        "|---|---|---|---|---|---|---|---|---|",
        *(_row(row) for row in table.rows),
        "",
        "| act | what it is |",
        "|---|---|",
        *(f"| {row.kind}{_scope(row)} | {row.summary} |" for row in table.rows),
        "",
        "## What the conditions mean",
        "",
        "| condition | it holds when |",
        "|---|---|",
        *(f"| {term.key} | {term.summary} |" for term in table.predicates),
        "",
        "## Said at once",
        "",
        "Two acts about one request, one of each side, neither of which had seen the other. Of a pair that",
        "is not listed, both have effect.",
        "",
        "| one | other | what stands | why |",
        "|---|---|---|---|",
        *(_pair(pair) for pair in table.pairs),
        "",
    ]
    return "\n".join(lines)


def story() -> Table:
    """The table that this version of the program uses for new acts, with the measures' own rows."""
    return packaged_bundle().table_named("story")


def _row(row: Row) -> str:
    cells = (
        row.kind,
        _BY[row.by],
        _ABOUT[row.about],
        _measures(row),
        _requires(row),
        ", ".join(row.forbids) or "nothing",
        _signers(row),
        " or ".join(" and ".join(roles) for roles in row.at_least or row.signers),
        ", ".join(row.capacities) or "none",
    )
    return f"| {' | '.join(cells)} |"


def _requires(row: Row) -> str:
    said = ", ".join(row.requires) or "anything"
    said = f"{said}; on {', '.join(row.grounds)}" if row.grounds else said
    return f"{said}; apart from {', '.join(row.apart)}" if row.apart else said


def _signers(row: Row) -> str:
    said = " or ".join(" and ".join(roles) for roles in row.signers)
    return f"{said}; {', '.join(row.own_requires)}" if row.own_requires else said


def _measures(row: Row) -> str:
    said = ", ".join(row.measures) or "any"
    return f"{said} but {', '.join(row.except_measures)}" if row.except_measures else said


def _scope(row: Row) -> str:
    scope = _measures(row)
    return f" ({_BY[row.by]}; {scope})" if scope != "any" else f" ({_BY[row.by]})"


def _pair(pair: Pair) -> str:
    stands = {"first": pair.first, "second": pair.second, "both": "both"}[pair.outcome]
    return f"| {pair.first} | {pair.second} | {stands} | {pair.summary} |"


if __name__ == "__main__":
    sys.stdout.write(markdown(story()))
