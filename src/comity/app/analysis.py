"""Noting that an exhibit was analysed: with which programs, of which versions, and what came of it.

Promises: it is one event of the exhibit's custody, signed by the node and naming the person; what came of it
stands there by digest alone. Only of an exhibit that is here and not destroyed.

Leaves to others: the analysis, which happens on an opened copy outside; what the program itself looks into
(``examine``).
"""

from __future__ import annotations

from comity import dsse, store
from comity.app.content import check_line, unwrap
from comity.app.look import find_case
from comity.app.node import Node, Person
from comity.app.touch import Touch, record
from comity.errors import BadInput
from comity.evidence import MOST_TOOLS, Action, Tool, read_statement


def note_analysis(  # noqa: PLR0917 - what, with what, what was done, by whom: in the order in which one says it
    node: Node,
    case: str,
    exhibit: str,
    tools: tuple[Tool, ...],
    text: str,
    who: Person,
    *,
    result: str | None = None,
) -> None:
    """Enter it. ``text``: a line that says what was done; ``result``: the SHA-256 of what came of it.

    Raises:
        NotFound: no such exhibit. NotPermitted: its key was destroyed. BadInput: no tool, or too many; a name
            or the text is no line.
    """
    if not 1 <= len(tools) <= MOST_TOOLS:
        raise BadInput("evidence_app.tools", count=len(tools), limit=MOST_TOOLS)
    check_line(text, "text")
    for tool in tools:
        check_line(tool.name, "tool")
        check_line(tool.version, "version")
    with node.db.read() as conn:
        row = store.get_exhibit(conn, find_case(node, conn, case), exhibit)
        unwrap(node, conn, row)
    stream = read_statement(dsse.read(row.statement)).sha256
    touch = Touch(row.id, Action.ANALYSED, text, stream, result, tools)
    node.db.writer.run(lambda conn: record(node, conn, row.case, who, touch))
