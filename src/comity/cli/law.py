"""The law data: what is known to bind two States, what can be asked for, offences, facts.

Promises: needs no node, and with one is of its law data; every answer says how sure the data is, and
that it says "at least these".

Leaves to others: the data and its reading (``law``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, group, option
from comity.cli.law_adopt import adopt_command, bundle_command
from comity.cli.law_confirm import confirm_command
from comity.cli.law_data import law_data
from comity.cli.law_show import show_command
from comity.cli.session import Session, table
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.law import Bundle

law_command = group("law")


@command("law relation", law_command)
@argument("one", metavar="STATE")
@argument("other", metavar="STATE")
@option("--on", metavar="DATE")
@option("--measure", metavar="MEASURE")
@click.pass_obj
def law_relation(session: Session, /, *, one: str, other: str, on: str | None, measure: str | None) -> None:
    """``comity law relation``."""
    from comity.law import relate

    day = session.clock.now().date() if on is None else _day(on)
    relation = relate(law_data(session), one.upper(), other.upper(), day, measure)
    value = {
        "states": list(relation.states),
        "on": relation.on.isoformat(),
        "measure": relation.measure,
        "bundle": relation.bundle,
        "bindings": [
            {
                "instrument": b.instrument,
                "name": b.name,
                "in_force": b.in_force,
                "mark": b.mark,
                "to_be_confirmed": b.to_be_confirmed,
                "missing": b.missing,
                "sources": list(b.sources),
                "reasons": [_said(session, m) for m in b.reasons],
            }
            for b in relation.bindings
        ],
        "offers": [
            {
                "instrument": o.instrument,
                "provisions": list(o.provisions),
                "mark": o.mark,
                "to_be_confirmed": o.to_be_confirmed,
                "dual_criminality": o.dual_criminality,
                "reasons": [_said(session, m) for m in o.reasons],
            }
            for o in relation.offers
        ],
        "reservations": [
            {"state": r.state, "provision": r.provision, "summary": r.summary} for r in relation.reservations
        ],
        "reasons": [_said(session, m) for m in relation.reasons],
    }
    session.show(value, lambda: _relation_words(session, value))


def _relation_words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    yield say("cli.law.relation", states=", ".join(value["states"]), on=value["on"])
    for binding in value["bindings"]:
        confirm = f", {say('cli.law.confirm')}" if binding["to_be_confirmed"] else ""
        answer = say(f"cli.law.{binding['in_force']}")
        yield f"  {binding['name']}: {answer} ({say('cli.law.mark', mark=binding['mark'])}{confirm})"
        yield from (f"    {reason}" for reason in binding["reasons"])
    if value["offers"]:
        yield say("cli.law.offers", measure=value["measure"])
        for offer in value["offers"]:
            yield from (f"  {reason}" for reason in offer["reasons"])
            yield from (f"    {provision}" for provision in offer["provisions"])
    for reservation in value["reservations"]:
        yield say("cli.law.reservation", **reservation)
    yield from value["reasons"]


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


def _pointer(bundle: Bundle, key: str) -> str:
    provision = bundle.provision(key)
    return f"{bundle.instrument(provision.instrument).short_name}, {provision.pointer}"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("cli.not_a_day", text=text[:40]) from error


def _said(session: Session, one: Any) -> str:
    from comity.messages import say

    return say(one, session.language)
