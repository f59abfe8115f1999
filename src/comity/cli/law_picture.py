"""``comity law map`` and ``comity law timeline``: participation as pictures, SVG or PNG.

Promises: every picture says the day, as of when it stands, and that what is not held may still be so; the
same is there in words (``comity law status``, ``comity law relation``).

Leaves to others: how far a State has come (``law.participation``), drawing (``letters.picture``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, option
from comity.cli.law_asked import day_of, law_data
from comity.cli.session import Session, write_file
from comity.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from comity.law import Bundle, Instrument
    from comity.letters.picture import Class

LOOKS = {
    "bound": "strong",
    "joined": "middle",
    "reported": "third",
    "signed": "light",
    "left": "gone",
    "not_held": "none",
}


@command("law map")
@argument("state", metavar="STATE", required=False)
@option("--instrument", metavar="INSTRUMENT", default="uncc")
@option("--on", metavar="DATE")
@option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def map_command(
    session: Session, /, *, state: str | None, instrument: str, on: str | None, output: Path
) -> None:
    """``comity law map``."""
    from comity.letters.picture import world_map

    _fits(output)
    bundle, day = law_data(session), day_of(session, on)
    held = bundle.instrument(instrument)
    _begun(held, day)
    as_of = held.status_as_of if state is None else bundle.content.as_of
    notes = [session.text("cli.picture.boundaries"), session.text("cli.picture.as_of", as_of=as_of)]
    if state is None:
        title = session.text("cli.picture.map", instrument=held.short_name, on=day.isoformat())
        classes = _stages(session, bundle, instrument, day)
    else:
        code = bundle.state_of(bundle.state(state))
        name = bundle.names.name(code)
        title = session.text("cli.picture.relations", name=name, on=day.isoformat())
        classes = _partners(session, bundle, code, day)
        notes.append(session.text("cli.picture.marks"))
    value = {
        "on": day.isoformat(),
        "file": str(output),
        "bundle": bundle.digest,
        "classes": {c.label: sorted(c.states) for c in classes},
    }
    _write(session, output, world_map(title, notes, classes), value)


@command("law timeline")
@option("--instrument", metavar="INSTRUMENT", default="uncc")
@option("--on", metavar="DATE")
@option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path), required=True)
@click.pass_obj
def timeline_command(session: Session, /, *, instrument: str, on: str | None, output: Path) -> None:
    """``comity law timeline``."""
    from comity.law.participation import Total, totals
    from comity.letters.picture import Line, timeline

    _fits(output)
    bundle, day = law_data(session), day_of(session, on)
    held = bundle.instrument(instrument)
    _begun(held, day)
    found = totals(bundle, instrument, day)
    # To the day that was asked for, so that a long silence is seen as one.
    shown = (*found, Total(day, found[-1].signed, found[-1].joined)) if found else ()
    lines = (
        Line(session.text("cli.picture.signed"), "light", tuple((t.on, t.signed) for t in shown)),
        Line(session.text("cli.picture.joined"), "middle", tuple((t.on, t.joined) for t in shown)),
    )
    goal = (held.entry.count, session.text("cli.picture.goal", needed=held.entry.count))
    notes = [
        session.text("cli.picture.days"),
        session.text("cli.picture.as_of", as_of=held.status_as_of),
    ]
    title = session.text("cli.picture.timeline", instrument=held.short_name, on=day.isoformat())
    value = {
        "on": day.isoformat(),
        "file": str(output),
        "bundle": bundle.digest,
        "totals": [{"on": t.on.isoformat(), "signed": t.signed, "joined": t.joined} for t in found],
    }
    _write(session, output, timeline(title, notes, lines, goal if held.in_force is None else None), value)


def _stages(session: Session, bundle: Bundle, instrument: str, day: date) -> list[Class]:
    from comity.law.participation import STAGES, how_far
    from comity.letters.picture import Class

    found = how_far(bundle, instrument, day)
    classes = []
    for stage in STAGES:
        label = session.text(f"cli.picture.stage.{stage}")
        states = {s: f"{bundle.names.name(s)}: {label}" for s, one in found.items() if one == stage}
        if states:
            classes.append(Class(label, LOOKS[stage], states))
    return classes


def _partners(session: Session, bundle: Bundle, code: str, day: date) -> list[Class]:
    from comity.law import binding_pairs
    from comity.letters.picture import Class

    partners = binding_pairs(bundle, day).partners(code)
    short = {i.key: i.short_name for i in bundle.instruments}
    own = {code: bundle.names.name(code)}
    bound = {
        s: f"{bundle.names.name(s)}: {', '.join(short[k] for k in keys)}" for s, keys in partners.items()
    }
    none = session.text("cli.picture.nothing_known")
    rest = {
        n.code: f"{n.name}: {none}"
        for n in bundle.content.nations
        if n.code != code and n.code not in partners
    }
    return [
        Class(bundle.names.name(code), "own", own, counted=False),
        Class(session.text("cli.picture.in_force"), "strong", bound),
        Class(none, "none", rest),
    ]


def _begun(held: Instrument, day: date) -> None:
    """Refuse a picture of a day on which there was no such treaty.

    Raises:
        BadInput: it was adopted later.
    """
    if day.isoformat() < held.adopted:
        named = {"instrument": held.short_name, "adopted": held.adopted}
        raise BadInput("cli.before_the_treaty", on=day.isoformat(), **named)


def _fits(output: Path) -> None:
    if output.suffix not in {".svg", ".png"}:
        raise BadInput("cli.picture_form", file=str(output))


def _write(session: Session, output: Path, svg: str, value: dict[str, Any]) -> None:
    from comity.letters.picture import as_png

    write_file(output, as_png(svg) if output.suffix == ".png" else svg.encode("utf-8"))
    session.show(value, lambda: iter([session.text("cli.picture.written", file=str(output))]))
