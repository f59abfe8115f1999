"""The law data: what is known to bind two States, what can be asked for, offences, facts.

Promises: needs no node, and with one is of its law data; every answer says how sure the data is, and
that it says "at least these".

Leaves to others: the data and its reading (``law``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import command, group
from comity.cli.law_adopt import adopt_command, bundle_command
from comity.cli.law_asked import law_data
from comity.cli.law_compare import compare_command
from comity.cli.law_confirm import confirm_command
from comity.cli.law_forecast import forecast_command
from comity.cli.law_import import import_command
from comity.cli.law_picture import map_command, timeline_command
from comity.cli.law_relation import relation_command
from comity.cli.law_show import show_command
from comity.cli.law_status import status_command
from comity.cli.session import Session, table

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
    held = law_data(session).content.measures
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


for _one in (show_command, confirm_command, adopt_command, bundle_command):
    law_command.add_command(_one)


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
    bundle = law_data(session)
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


@command("law elements", law_command)
@click.pass_obj
def law_elements(session: Session) -> None:
    """``comity law elements``."""
    from comity.acts import ELEMENTS

    held = law_data(session).content.elements
    told = [{"element": e.key, "aspect": e.aspect, "summary": e.summary} for e in held if e.key in ELEMENTS]

    def words() -> Iterator[str]:
        yield session.text("cli.law.elements")
        rows = [(one["element"], one["aspect"], one["summary"]) for one in told]
        yield from table(rows, session.text("cli.head.elements").split("|"))

    session.show(told, words)


def _pointer(bundle: Bundle, key: str) -> str:
    provision = bundle.provision(key)
    return f"{bundle.instrument(provision.instrument).short_name}, {provision.pointer}"


def _said(session: Session, one: Any) -> str:
    from comity.messages import say

    return say(one, session.language)
