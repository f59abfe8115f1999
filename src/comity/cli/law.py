"""The law data: what is known to bind two States, what can be asked for, and one record by its key.

Promises: needs no node; every answer says how sure the data is, and that it says "at least these".

Leaves to others: the data and its reading (``law``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, group
from comity.cli.law_compare import compare_command
from comity.cli.law_forecast import forecast_command
from comity.cli.law_import import import_command
from comity.cli.law_picture import map_command, timeline_command
from comity.cli.law_relation import relation_command
from comity.cli.law_status import status_command
from comity.cli.session import Session, table
from comity.errors import NotFound

if TYPE_CHECKING:
    from comity.law import Bundle

law_command = group("law")


for _one in (
    relation_command, status_command, import_command, forecast_command, compare_command, map_command,
    timeline_command,
):  # fmt: skip
    law_command.add_command(_one)


@command("law measures", law_command)
@click.pass_obj
def law_measures(session: Session) -> None:
    """``comity law measures``."""
    from comity.law import packaged_bundle

    held = packaged_bundle().content.measures
    measures = [
        {
            "measure": m.key,
            "summary": m.summary,
            "intrusive": m.intrusive,
            "may_ask": [a.function for a in m.may_ask],
            "may_answer": [a.function for a in m.may_answer],
            "instruments": [b.instrument for b in m.bases],
        }
        for m in held
    ]

    def words() -> Iterator[str]:
        rows = [(m.key, ", ".join(a.function for a in m.may_ask), m.summary) for m in held]
        yield from table(rows, session.text("cli.head.measures").split("|"))

    session.show(measures, words)


@command("law show", law_command)
@argument("key", metavar="KEY")
@click.pass_obj
def law_show(session: Session, /, *, key: str) -> None:
    """``comity law show``."""
    from comity.law import packaged_bundle

    value = _record(packaged_bundle(), key)

    def words() -> Iterator[str]:
        if "pointer" in value:
            confirm = f" ({session.text('cli.to_be_confirmed')})" if value["verify"] else ""
            yield f"{value['pointer']}{confirm}"
        if "summary" in value:
            yield str(value["summary"])
        for name, content in value.items():
            if name not in {"summary", "pointer", "verify"}:
                yield from _member(session, name, content, "  ")

    session.show(value, words)


def _member(session: Session, name: str, content: Any, indent: str) -> Iterator[str]:
    """One member of a record in words: plain lists on one line, inner records below, one after another."""
    if content in (None, [], {}, ""):
        return
    if isinstance(content, dict):
        content = [content]
    title = name.replace("_", " ")
    if not isinstance(content, list):
        yield f"{indent}{title}: {_plain(session, content)}"
    elif not any(isinstance(one, dict | list) for one in content):
        yield f"{indent}{title}: {', '.join(_plain(session, one) for one in content)}"
    else:
        for one in content:
            yield f"{indent}{title}:"
            for inner, value in one.items() if isinstance(one, dict) else (("-", one),):
                yield from _member(session, inner, value, indent + "  ")


def _plain(session: Session, content: str | int) -> str:
    if isinstance(content, bool):
        return session.text(f"cli.law.is.{str(content).lower()}")
    return str(content)


@command("law facts", law_command)
@click.pass_obj
def law_facts(session: Session) -> None:
    """``comity law facts``."""
    from comity.safeguards import FACTS, Nature, question

    facts = [
        {
            "fact": one.key,
            "type": one.type.__name__,
            "known_to": one.known_to or "either",
            "question": _said(session, question(one.key)),
        }
        for one in FACTS.values()
        if one.nature is not Nature.DERIVED
    ]

    def words() -> Iterator[str]:
        yield session.text("cli.law.facts")
        rows = [
            (
                one["fact"],
                session.text(f"cli.law.type.{one['type']}"),
                session.text(f"cli.law.known_to.{one['known_to']}"),
                one["question"],
            )
            for one in facts
        ]
        yield from table(rows, session.text("cli.head.facts").split("|"))

    session.show(facts, words)


@command("law offences", law_command)
@click.pass_obj
def law_offences(session: Session) -> None:
    """``comity law offences``."""
    from comity.law import packaged_bundle

    bundle = packaged_bundle()
    held = bundle.content.offences
    offences = [
        {
            "concept": concept,
            "provisions": [o.provision for o in held if o.concept == concept],
            "pointers": [_pointer(bundle, o.provision) for o in held if o.concept == concept],
        }
        for concept in sorted({o.concept for o in held})
    ]

    def words() -> Iterator[str]:
        yield session.text("cli.law.offences")
        rows = [(str(one["concept"]), "; ".join(one["pointers"])) for one in offences]
        yield from table(rows, session.text("cli.head.offences").split("|"))

    session.show(offences, words)


def _pointer(bundle: Bundle, key: str) -> str:
    provision = bundle.provision(key)
    return f"{bundle.instrument(provision.instrument).short_name}, {provision.pointer}"


def _record(bundle: Bundle, key: str) -> dict[str, Any]:
    """The record of a key, whatever it is of."""
    from comity.wire import dump

    content = bundle.content
    for provision in content.provisions:
        if provision.key == key:
            name = bundle.instrument(provision.instrument).short_name
            return {
                "pointer": f"{name}, {provision.pointer}",
                "verify": provision.verify,
                **dump(provision),
            }
    for records in (content.grounds, content.clocks, content.measures, content.instruments, content.criteria):
        for record in records:
            if record.key == key:
                return dict(dump(record))
    for nation in content.nations:
        if nation.code == key:
            return dict(dump(nation))
    raise NotFound("law.unknown_key", kind="record", key=key[:80])


def _said(session: Session, one: Any) -> str:
    from comity.messages import say

    return say(one, session.language)
