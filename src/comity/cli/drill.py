"""Drills: set up the stand-in, let a synthetic request come in, see what came of each.

Promises: whoever has no oversight role is told nothing of any drill.

Leaves to others: the deeds (``app.stand_in``, ``app.drill``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from comity.cli.command import argument, as_person, command, group
from comity.cli.session import Session, table

drill_command = group("drill")


@command("drill begin", drill_command)
@argument("overlay", metavar="OVERLAY")
@as_person
@click.pass_obj
def begin_command(session: Session, /, *, overlay: str, who: str) -> None:
    """``comity drill begin``."""
    from comity.app.drill import begin

    with session.node() as node:
        made = begin(node, overlay, node.person(who))
    value = {"state": made.state, "name": made.name}
    session.show(value, lambda: iter([session.text("cli.drill.begun", **value)]))


@command("drill send", drill_command)
@argument("scenario", metavar="SCENARIO")
@as_person
@click.pass_obj
def send_command(session: Session, /, *, scenario: str, who: str) -> None:
    """``comity drill send``."""
    from comity.app.drill import send_drill

    with session.node() as node:
        sent = send_drill(node, scenario, node.person(who))
    value = {"case": sent.case, "request": sent.request, "scenario": sent.scenario, "at": sent.at}
    session.show(value, lambda: iter([session.text("cli.drill.sent", **value)]))


@command("drill report", drill_command)
@as_person
@click.pass_obj
def report_command(session: Session, /, *, who: str) -> None:
    """``comity drill report``."""
    from comity.app.drill import report

    with session.node() as node:
        found = report(node, node.person(who))
    count = Counter(one.result for one in found)
    value = {
        "drills": [
            {
                "case": one.drill.case,
                "request": one.drill.request,
                "scenario": one.drill.scenario,
                "at": one.drill.at,
                "result": one.result,
                "findings": list(one.findings),
                "passed": list(one.passed),
            }
            for one in found
        ],
        "caught": count["caught"],
        "missed": count["missed"],
        "open": count["open"],
    }

    def words() -> Iterator[str]:
        rows = [
            (one.drill.case[:8], one.drill.at[:10], session.text(f"cli.drill.{one.result}"),
             one.drill.scenario, ", ".join(one.passed))
            for one in found
        ]  # fmt: skip
        yield from table(rows, session.text("cli.head.drills").split("|"))
        yield session.text(
            "cli.drill.sum", caught=count["caught"], missed=count["missed"], open=count["open"]
        )

    session.show(value, words)
