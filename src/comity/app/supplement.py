"""A request that adds to an earlier one, or builds on it: its form, filled with what the earlier one said.

Promises: what is carried over is what the earlier request says in the copy held here, and nothing else; the
items are left open, since they are what is new. Nothing is sent or stored.

Leaves to others: the form (``form``), reading it back (``draft``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from comity import store
from comity.acts import Act, Conduct, Fact
from comity.app.contents import builds_on
from comity.app.form import new_file
from comity.app.node import Node
from comity.app.reply import matter
from comity.errors import NotPermitted
from comity.law import Bundle
from comity.wire import dump

Values = Mapping[tuple[str, str], Any]
"""What stands in the form, by table and member; the table of the first members is the empty text."""


def supplementary(node: Node, earlier: str, *, measure: str | None, language: str = "en") -> str:
    """The form of a request after an earlier one of ours. ``measure``: of the new one; none: the same.

    Raises:
        NotFound: no such request. NotPermitted: it is not this State's request, or is a preview.
    """
    it = matter(node, earlier)
    if it.request.draft or it.act.header.kind != "request" or it.request.requesting != node.state:
        raise NotPermitted("app.not_our_request", act=it.act.id)
    with node.db.read() as conn:
        before = tuple(
            one.id
            for one in it.case.requests.values()
            if not one.draft and one.requesting == node.state and one.id != it.act.id
        )
        act = store.get_act(conn, it.act.id)
    held = node.bundle.measure(measure or it.request.measure)
    text = new_file(
        "request",
        own=act.header.from_,
        to=str(act.header.to),
        measure=held,
        bases=act.terms.bases,
        language=language,
        reasons=urgency_words(node.bundle),
    )
    link = "follows" if builds_on(node.bundle, held.key, it.request.measure) else "supplements"
    values = {("", link): act.id, ("", "previous"): list(before), **_carried(act)}
    return "\n".join([*_filled(text, values), *_tables(act)]) + "\n"


def urgency_words(bundle: Bundle) -> tuple[str, ...]:
    """The words by which a request says why it is urgent."""
    return tuple(one.key for one in bundle.content.urgency_reasons)


def _carried(act: Act) -> dict[tuple[str, str], Any]:
    fields = act.fields
    values: dict[tuple[str, str], Any] = {
        ("", "subject"): fields.get("subject"),
        ("", "confidential"): act.terms.confidential,
        ("", "purpose"): fields.get("purpose"),
    }
    told = fields.get("conduct")
    if isinstance(told, Conduct):
        # What the parts say, but for the lists, which are tables of their own.
        parts = {name: part for name, part in dump(told).items() if name not in {"documents", "elements"}}
        values |= {("conduct", name): part for name, part in parts.items()}
    for table in ("offence", "proceeding"):
        if table in fields:
            values |= {(table, name): member for name, member in dump(fields[table]).items()}
    for statement in fields.get("statements") or ():
        values["statements", statement.content] = statement.text
    return {place: value for place, value in values.items() if value is not None}


def _filled(text: str, values: Values) -> Iterator[str]:
    """The form's lines, each member that is carried over with its value; a hash before it goes."""
    table, left = "", dict(values)
    for line in text.splitlines():
        bare = line.removeprefix("# ").strip()
        if line.startswith("["):
            table = line.strip("[] ")
        name, equals, _ = bare.partition(" = ")
        if equals and name.isidentifier() and (table, name) in left:
            yield f"{name} = {json.dumps(left.pop((table, name)), ensure_ascii=False)}"
        else:
            yield line


def _tables(act: Act) -> Iterator[str]:
    """The lists of tables that the earlier request has: documents and elements of the conduct, facts."""
    told = act.fields.get("conduct")
    if isinstance(told, Conduct):
        for name, list_ in (("documents", told.documents), ("elements", told.elements)):
            for one in list_:
                yield from _table(f"conduct.{name}", dump(one))
    facts: tuple[Fact, ...] = act.fields.get("facts", ())
    for fact in facts:
        members = dump(fact)
        yield from _table("facts", {name: members[name] for name in members if name != "stated_by"})


def _table(name: str, members: Mapping[str, Any]) -> Iterator[str]:
    yield f"[[{name}]]"
    for member, value in members.items():
        if value is not None:
            yield f"{member} = {json.dumps(value, ensure_ascii=False)}"
    yield ""
