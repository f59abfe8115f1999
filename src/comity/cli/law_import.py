"""``comity law import-untc``: what the depositary's own list would change, and taking it over.

Promises: without ``--apply`` nothing is written. With it, the list goes into the data folder, never into the
program; where, and which law data the node goes by from then on, is said.

Leaves to others: reading the file (``law.depositary``), what is kept (``app.rolls``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from comity.cli.command import argument, command, option
from comity.cli.law_asked import day_of, law_data, step_of
from comity.cli.law_show import wrapped
from comity.cli.session import Session, read_file
from comity.errors import BadInput


@command("law import-untc")
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@option("--instrument", metavar="INSTRUMENT")
@option("--as-of", metavar="DATE")
@option("--apply", is_flag=True)
@click.pass_obj
def import_command(
    session: Session, /, *, file: Path, instrument: str | None, as_of: str | None, apply: bool
) -> None:
    """``comity law import-untc``."""
    from comity.law.depositary import events_of, read_participants
    from comity.law.difference import difference
    from comity.law.roll import Roll, write_roll

    if apply and as_of is None:
        raise BadInput("cli.import_no_day")
    bundle = law_data(session)
    read = read_participants(bundle, read_file(file), instrument)
    # Without a day it is only compared; the day then stands in nothing that is kept.
    day = day_of(session, as_of)
    if day > session.clock.now().date():
        raise BadInput("cli.import_future", day=day.isoformat())
    events = events_of(bundle, read, day.isoformat())
    held = bundle.instrument(read.instrument)
    if held.complete and as_of is not None and as_of < held.status_as_of:
        raise BadInput("cli.import_older", day=as_of, held=held.status_as_of)
    changes = difference(bundle, read.instrument, events)
    value: dict[str, Any] = {
        "instrument": read.instrument,
        "title": read.title,
        "document": read.document,
        "states": len(read.states),
        "signatures": sum(e.event == "signature" and not e.withdrawn for e in events),
        "joined": sum(e.consents for e in events),
        "texts": len(read.texts),
        "said": [
            {
                "state": one.state,
                "name": bundle.names.name(one.state),
                "kind": one.kind,
                "text": list(one.paragraphs),
            }
            for one in read.said
        ],
        "changes": [
            {
                "state": change.state,
                "name": bundle.names.name(change.state),
                "sort": change.sort,
                "kind": change.kind,
                "before": [step_of(e) for e in change.before],
                "after": [step_of(e) for e in change.after],
            }
            for change in changes
        ],
        "applied": None,
    }
    if apply:
        source = (held.depositary_source,) if held.depositary_source else held.sources
        roll = Roll(instrument=held.key, as_of=day.isoformat(), document=read.document, sources=source)
        value["applied"] = _apply(session, held.key, write_roll(roll, events))
    session.show(value, lambda: _words(session, value))


def _apply(session: Session, instrument: str, roll: bytes) -> dict[str, str]:
    """Keep the roll and the law data that it makes, by which acts are judged from now on."""
    from comity import store
    from comity.app.rolls import keep_roll

    with session.node() as node:
        before = node.bundle.digest
        path, after = keep_roll(node.settings.data, instrument, roll)

        def keep(conn: store.Connection) -> None:
            store.put_bundle(conn, after.digest, after.data, node.clock.now())

        node.db.writer.run(keep)
    return {"file": str(path), "before": before, "after": after.digest}


def _words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    yield say(
        "cli.import.read", **{k: value[k] for k in ("title", "states", "signatures", "joined", "texts")}
    )
    for change in value["changes"]:
        sides = {side: _side(session, change[side]) for side in ("before", "after")}
        kind = say(f"cli.import.kind.{change['kind']}")
        yield "  " + say("cli.import.change", state=change["state"], name=change["name"], kind=kind, **sides)
    if not value["changes"]:
        yield "  " + say("cli.import.no_change")
    for one in value["said"]:
        kind = say(f"cli.status.step.{one['kind']}")
        yield say("cli.import.said", kind=kind, name=one["name"], state=one["state"])
        yield from (line for text in one["text"] for line in wrapped(text, "  | "))
        if not one["text"]:
            yield "  " + say("cli.import.said_nothing")
    if value["said"]:
        yield say("cli.import.texts")
    if value["applied"]:
        yield say("cli.import.applied", **value["applied"])
    else:
        yield say("cli.import.not_applied")


def _side(session: Session, steps: list[dict[str, Any]]) -> str:
    said = []
    for step in steps:
        day = step["on"] or session.text("cli.status.by", reported=str(step["reported"]))
        name = session.text(f"cli.status.step.{step['step']}")
        brackets = f" ({session.text('cli.status.withdrawn')})" if step["withdrawn"] else ""
        said.append(f"{name} {day}{brackets}")
    return ", ".join(said) or session.text("cli.import.nothing")
