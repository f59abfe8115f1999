"""``comity law relation``: what is known to bind two States on a day, and what is missing where nothing does.

Promises: each answer with its mark, its sources and its reasons; authority, language and channel as far as
held, and *not held* where they are not.

Leaves to others: the reading of the law (``law.relation``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, option
from comity.cli.law_asked import day_of, law_data, said
from comity.cli.session import Session

if TYPE_CHECKING:
    from comity.law import Bundle, Notice, Relation

TOPICS = ("central_authority", "contact_point", "languages", "channel")
"""What a request has to know of the State that it goes to: said even where it is not held."""

FURTHER = ("extradition_authority", "urgent_channel")
"""What is said where it is held."""


@command("law relation")
@argument("one", metavar="STATE")
@argument("other", metavar="STATE")
@option("--on", metavar="DATE")
@option("--measure", metavar="MEASURE")
@option("--offence", metavar="CONCEPT")
@option("--max-months", metavar="N", type=click.IntRange(0, 12_000))
@click.pass_obj
def relation_command(
    session: Session,
    /,
    *,
    one: str,
    other: str,
    on: str | None,
    measure: str | None,
    offence: str | None,
    max_months: int | None,
) -> None:
    """``comity law relation``."""
    from comity.law import relate

    bundle = law_data(session)
    first, second = bundle.state(one), bundle.state(other)
    relation = relate(
        bundle, first, second, day_of(session, on), measure, offence=offence, max_months=max_months
    )
    value = _value(session, bundle, relation)
    session.show(value, lambda: _words(session, value))


def _value(session: Session, bundle: Bundle, relation: Relation) -> dict[str, Any]:
    return {
        "states": list(relation.states),
        "names": [bundle.names.name(code) for code in relation.states],
        "on": relation.on.isoformat(),
        "measure": relation.measure,
        "offence": relation.offence,
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
                "reasons": [said(session, m) for m in b.reasons],
                "lacks": [said(session, m) for m in b.lacks],
                "paragraphs": [
                    {
                        "provision": p.provision,
                        "author": p.author,
                        "other": p.other,
                        "effect": p.effect,
                        "reciprocal": p.reciprocal,
                        "certain_on": p.certain_on.isoformat() if p.certain_on else None,
                        "mark": p.mark,
                        "reasons": [said(session, m) for m in p.reasons],
                    }
                    for p in b.reserved
                ],
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
                "reasons": [said(session, m) for m in o.reasons],
            }
            for o in relation.offers
        ],
        "described": [
            {
                "key": d.basis.key,
                "by": d.basis.state,
                "with": d.basis.other,
                "kind": d.basis.kind,
                "name": d.basis.name,
                "since": d.basis.since,
                "until": d.basis.until,
                "stands": d.stands,
                "measures": list(d.basis.measures),
                "offence_classes": list(d.basis.offence_classes),
                "channel": d.basis.channel,
                "languages": list(d.basis.languages),
                "conditions": d.basis.conditions,
                "grounds": d.basis.grounds,
                "mark": d.basis.mark,
                "to_be_confirmed": d.to_be_confirmed,
                "adopted_by": d.basis.settled.act if d.basis.settled else None,
                "reasons": [said(session, m) for m in d.reasons],
            }
            for d in relation.described
        ],
        "would": list(relation.would),
        "measures": list(relation.measures),
        "offence_classes": {key: kind or "unknown" for key, kind in relation.offence_classes},
        "notices": [
            {
                "state": code,
                "topic": topic,
                "held": [_notice(bundle, n) for n in notices],
            }
            for code in relation.states
            for topic in (*TOPICS, *FURTHER)
            for notices in ([n for state, n in relation.notices if (state, n.topic) == (code, topic)],)
            if notices or topic in TOPICS
        ],
        "reservations": [
            {"state": r.state, "provision": r.provision, "summary": r.summary} for r in relation.reservations
        ],
        "reasons": [said(session, m) for m in relation.reasons],
    }


def _words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    yield say("cli.law.relation", states=", ".join(value["names"]), on=value["on"])
    for binding in value["bindings"]:
        confirm = f", {say('cli.law.confirm')}" if binding["to_be_confirmed"] else ""
        answer = say(f"cli.law.{binding['in_force']}")
        yield f"  {binding['name']}: {answer} ({say('cli.law.mark', mark=binding['mark'])}{confirm})"
        yield from (f"    {reason}" for reason in binding["reasons"])
        if binding["lacks"]:
            yield f"    {say('cli.law.lacks')}"
            yield from (f"      {lack}" for lack in binding["lacks"])
        for paragraph in binding["paragraphs"]:
            yield f"    {paragraph['provision']}: {say('cli.law.effect.' + paragraph['effect'])}"
            yield from (f"      {reason}" for reason in paragraph["reasons"])
    for one in value["described"]:
        yield from _described(session, one)
    if value["offers"]:
        yield say("cli.law.offers", measure=value["measure"])
        for offer in value["offers"]:
            yield from (f"  {reason}" for reason in offer["reasons"])
            yield from (f"    {provision}" for provision in offer["provisions"])
    for key, of_class in value["offence_classes"].items():
        kind = say(f"cli.law.class.{of_class}")
        yield say("cli.law.offence_class", offence=value["offence"], instrument=key, kind=kind)
    if value["measures"]:
        yield say("cli.law.measures_covered", measures=", ".join(value["measures"]))
    for notice in value["notices"]:
        topic = say(f"cli.law.topic.{notice['topic']}")
        told = [_told(session, one) for one in notice["held"]] or [say("cli.law.not_held")]
        yield from (say("cli.law.notice", state=notice["state"], topic=topic, told=one) for one in told)
    for reservation in value["reservations"]:
        yield say("cli.law.reservation", **reservation)
    yield from value["reasons"]


def _described(session: Session, one: dict[str, Any]) -> Iterator[str]:
    """A basis that a State describes itself, with what it says of channel, languages and conditions."""
    say = session.text
    confirm = f", {say('cli.law.confirm')}" if one["to_be_confirmed"] else ""
    mark = say("cli.law.mark", mark=one["mark"])
    yield f"  {one['name']} [{one['key']}]: {say('cli.law.stands.' + one['stands'])} ({mark}{confirm})"
    yield from (f"    {reason}" for reason in one["reasons"])
    yield "    " + say("cli.law.described.measures", told=", ".join(one["measures"]))
    yield "    " + say("cli.law.described.classes", told=", ".join(one["offence_classes"]))
    for name in ("channel", "conditions", "grounds"):
        if one[name]:
            yield "    " + say(f"cli.law.described.{name}", told=one[name])
    if one["languages"]:
        yield "    " + say("cli.law.described.languages", told=", ".join(one["languages"]))


def _notice(bundle: Bundle, notice: Notice) -> dict[str, Any]:
    """What a State told others to use, and how sure that is."""
    return {
        "value": notice.value,
        "instrument": notice.instrument and bundle.short_name(notice.instrument),
        "territory": notice.territory,
        "towards": list(notice.towards),
        "since": notice.since,
        "mark": notice.mark,
        "sources": list(notice.sources),
    }


def _told(session: Session, one: dict[str, Any]) -> str:
    say = session.text
    told = say("cli.law.told", value=one["value"], since=one["since"], mark=one["mark"])
    if one["instrument"]:
        told = say("cli.law.told_under", told=told, instrument=one["instrument"])
    return told
