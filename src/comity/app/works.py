"""Who may do what, as a page: each kind of work with what it signs, and what more than one person must sign.

Promises: the page is made of ``deeds`` and of the table of lawful next acts, and says nothing else;
``python -m comity.app.works`` writes the page that stands in ``docs``.

Leaves to others: giving work to a person (``people``), holding a signer to it (``prepare``, ``exchange``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from comity.acts.kinds import KINDS
from comity.app.deeds import WORK, deeds_of
from comity.cases import story
from comity.law import Table
from comity.wire import Json

APPROVED: Final = ".approver"
HOME: Final = "Stays at home; this node takes two signatures."


def works() -> list[Json]:
    """Each kind of work, and the kinds of act that it signs in each role."""
    found: list[Json] = []
    for word in WORK:
        signs: dict[str, list[str]] = {}
        for deed in deeds_of((word,)):
            kind, _, role = deed.rpartition(".")
            signs.setdefault(role, []).append(kind)
        found.append({"work": word, "signs": signs})
    return found


def several(table: Table) -> list[Json]:
    """What more than one person signs, by the table, and at home by rules of the node."""
    rows = [
        {
            "kind": row.kind,
            "measures": list(row.measures),
            "except": list(row.except_measures),
            "signers": [list(one) for one in row.signers],
            "summary": row.summary,
        }
        for row in table.rows
        if all(len(signers) > 1 for signers in row.signers)
    ]
    home = [
        {"kind": kind, "measures": [], "except": [], "signers": [["author", "approver"]], "summary": HOME}
        for kind in sorted(_approved())
        if not KINDS[kind].travels
    ]
    return [*rows, *home]


def _approved() -> set[str]:
    deeds = {deed for work in WORK.values() for deed in work}
    return {deed.removesuffix(APPROVED) for deed in deeds if deed.endswith(APPROVED)}


def markdown(table: Table) -> str:
    """Both lists as one page."""
    return "\n".join(_page(table)) + "\n"


def _page(table: Table) -> Iterator[str]:
    yield from (
        "# Who may do what",
        "",
        "A person is enrolled for one or more kinds of work (`comity person add --work`), and the key signs",
        "what these kinds say and nothing else. The page is made from the program's own data (`python -m",
        "comity.app.works`; `comity person works` prints it); a test holds them together.",
        "",
        "No key signs an act in two roles, so nobody approves what they drafted. Two keys are two enrolled",
        "keys; that they are two people is for those who enrol them to see to. Everyone may put on record",
        "why they look into a case that is not their own (`look`).",
        "",
        "## Kinds of work",
        "",
        "| work | as | signs |",
        "| --- | --- | --- |",
    )
    for one in works():
        for role, kinds in one["signs"].items():
            yield f"| {one['work']} | {role} | {', '.join(kinds)} |"
    yield from (
        "",
        "The drafter is `officer` (or `desk`); the oversight role is `auditor`.",
        "",
        "## What takes more than one person",
        "",
        "| act | measures | signed by | rule |",
        "| --- | --- | --- | --- |",
    )
    for one in several(table):
        signers = " or ".join(" and ".join(some) for some in one["signers"])
        but = f" but {', '.join(one['except'])}" if one["except"] else ""
        yield f"| {one['kind']} | {', '.join(one['measures']) or 'any'}{but} | {signers} | {one['summary']} |"


if __name__ == "__main__":
    sys.stdout.write(markdown(story()))
