"""``comity law status``: who signed, who joined, who left, step by step, with source, mark and day.

Promises: what is not dated is shown as not dated; each list says as of when it stands, and whether it is the
depositary's whole list or only what was found.

Leaves to others: what a step means for two States (``law relation``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, option
from comity.cli.law_asked import day_of, law_data, said, step_of
from comity.cli.session import Session, table

if TYPE_CHECKING:
    from comity.law import Bundle, Instrument, StatusEvent


@command("law status")
@argument("state", metavar="STATE", required=False)
@option("--instrument", metavar="INSTRUMENT")
@option("--on", metavar="DATE")
@click.pass_obj
def status_command(session: Session, /, *, state: str | None, instrument: str | None, on: str | None) -> None:
    """``comity law status``."""
    bundle, day = law_data(session), day_of(session, on)
    asked = bundle.instruments if instrument is None else (bundle.instrument(instrument),)
    if state is not None:
        code = bundle.state(state)
        value = _of_state(session, bundle, code, asked, day)
        session.show(value, lambda: _state_words(session, value))
        return
    told = [_of_instrument(session, bundle, one, day, rows=instrument is not None) for one in asked]
    session.show(told, lambda: _instrument_words(session, told))


def _of_state(
    session: Session, bundle: Bundle, code: str, asked: tuple[Instrument, ...], day: date
) -> dict[str, Any]:
    from comity.law import bound, in_force

    titles = {s.key: s.title for s in bundle.content.sources}
    responsible = bundle.state_of(code)
    nation = bundle.nation(responsible)
    return {
        "state": code,
        "name": bundle.names.name(code),
        "answers_for": None if responsible == code else responsible,
        "on": day.isoformat(),
        "bundle": bundle.digest,
        "instruments": [
            {
                "instrument": held.key,
                "name": held.short_name,
                "as_of": held.status_as_of,
                "complete": held.complete,
                "in_force": in_force(bundle, held.key, day).answer,
                "binds": standing.answer,
                "mark": standing.mark,
                "reasons": [said(session, m) for m in standing.reasons],
                "steps": [
                    {
                        **step_of(event),
                        "as_of": event.as_of or held.status_as_of,
                        "sources": [titles[key] for key in event.sources],
                    }
                    for event in _in_time(bundle.status(responsible, held.key))
                ],
            }
            for held in asked
            for standing in (bound(bundle, code, held.key, day),)
        ],
        "not_held": list(nation.not_held),
    }


def _in_time(events: tuple[StatusEvent, ...]) -> list[StatusEvent]:
    return sorted(events, key=lambda e: (e.on or e.reported or "", e.event))


def _of_instrument(
    session: Session, bundle: Bundle, held: Instrument, day: date, *, rows: bool
) -> dict[str, Any]:
    from comity.law import in_force
    from comity.law.standing import missing, reported

    steps = bundle.steps(held.key)
    general = in_force(bundle, held.key, day)
    signed = [s for s, events in steps.items() if any(e.event == "signature" for e in events)]
    joined = [s for s, events in steps.items() if any(e.consents or e.event == "party" for e in events)]
    value = {
        "instrument": held.key,
        "name": held.name,
        "on": day.isoformat(),
        "as_of": held.status_as_of,
        "complete": held.complete,
        "in_force": general.answer,
        "mark": general.mark,
        "reasons": [said(session, m) for m in general.reasons],
        "signed_held": len(signed),
        "joined_held": len(joined),
        "needed": held.entry.count,
        "reported": reported(bundle, held, day),
        "missing": missing(bundle, held, day) if held.in_force is None else 0,
        "counts": [
            {"on": c.on, "signatories": c.signatories, "joined": c.consents, "mark": c.mark}
            for c in held.counts
        ],
    }
    if rows:
        value["states"] = [
            {"state": s, "name": bundle.names.name(s), "steps": [step_of(e) for e in _in_time(tuple(events))]}
            for s, events in sorted(steps.items())
        ]
    return value


def _state_words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    yield say("cli.status.state", name=value["name"], state=value["state"], on=value["on"])
    if value["answers_for"]:
        yield "  " + say("cli.status.territory", state=value["answers_for"])
    for one in value["instruments"]:
        kind = say("cli.status.complete" if one["complete"] else "cli.status.as_found", as_of=one["as_of"])
        yield f"  {one['name']} ({kind})"
        for step in one["steps"]:
            yield "    " + _when(session, step)
            yield from (f"      {source}" for source in step["sources"])
            if step["note"]:
                yield f"      {step['note']}"
        if not one["steps"]:
            yield "    " + say("cli.status.no_step")
        yield from (f"    {reason}" for reason in one["reasons"])
    yield say("cli.status.not_binding")


def _when(session: Session, step: dict[str, Any]) -> str:
    name = session.text(f"cli.status.step.{step['step']}")
    mark = session.text("cli.law.mark", mark=step["mark"])
    day = step["on"] or session.text("cli.status.by", reported=str(step["reported"]))
    withdrawn = f"; {session.text('cli.status.withdrawn')}" if step["withdrawn"] else ""
    return f"{day}  {name} ({mark}{withdrawn})"


def _instrument_words(session: Session, told: list[dict[str, Any]]) -> Iterator[str]:
    say = session.text
    for value in told:
        text = "cli.status.complete" if value["complete"] else "cli.status.as_found"
        yield f"{value['name']} ({say(text, as_of=value['as_of'])})"
        yield from (f"  {reason}" for reason in value["reasons"])
        yield "  " + say("cli.status.held", signed=value["signed_held"], joined=value["joined_held"])
        for count in value["counts"]:
            numbers = {
                name: say("cli.law.not_held") if count[name] is None else str(count[name])
                for name in ("signatories", "joined")
            }
            yield "  " + say("cli.status.count", on=count["on"], mark=count["mark"], **numbers)
        if "states" in value:
            rows = [
                (one["state"], one["name"], "; ".join(_when(session, step) for step in one["steps"]))
                for one in value["states"]
            ]
            yield from table(rows, say("cli.head.status").split("|"))
    yield say("cli.status.not_binding")
