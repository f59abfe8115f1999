"""Scenarios: requests that a lawyer wrote down with what the checks are expected to find.

Promises: one line a scenario; where one fails, what was expected, what came, and the reasons that the check
gave. The status is 1 where one fails. Nothing is signed or kept, no node is needed, no expectation written.

Leaves to others: the files (``app.scenarios``), what comes of a scenario (``safeguards``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from statistics import median
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, group, option
from comity.cli.law_data import law_data
from comity.cli.session import Session, table

if TYPE_CHECKING:
    from comity.app.scenarios import Run

scenarios_command = group("scenarios")


@command("scenarios list", scenarios_command)
@argument("names", metavar="[FILE|FOLDER|NAME]...", nargs=-1)
@click.pass_obj
def list_command(session: Session, /, *, names: tuple[str, ...]) -> None:
    """``comity scenarios list``."""
    from comity.app.scenarios import Theatre, named

    theatre = Theatre(law_data(session))
    value = []
    for file in named(names):
        scenario = theatre.read(file).scenario
        value.append({"name": file.name, "title": scenario.title, "measure": scenario.request.measure})

    def words() -> Iterator[str]:
        rows = [(one["name"], one["measure"], one["title"]) for one in value]
        yield from table(rows, session.text("cli.head.scenarios").split("|"))

    session.show(value, words)


@command("scenarios show", scenarios_command)
@argument("name", metavar="NAME")
@click.pass_obj
def show_command(session: Session, /, *, name: str) -> None:
    """``comity scenarios show``."""
    from comity.app.scenarios import named

    value = [
        {"name": file.name, "text": file.data.decode("utf-8", errors="replace")} for file in named((name,))
    ]

    def words() -> Iterator[str]:
        for one in value:
            yield from one["text"].splitlines()

    session.show(value, words)


@command("scenarios run", scenarios_command)
@argument("names", metavar="[FILE|FOLDER|NAME]...", nargs=-1)
@click.pass_context
def run_command(ctx: click.Context, /, *, names: tuple[str, ...]) -> None:
    """``comity scenarios run``."""
    from comity.app.scenarios import Theatre, named

    session: Session = ctx.obj
    theatre = Theatre(law_data(session))
    runs = [(file.name, theatre.run(file)) for file in named(names)]
    failed = sum(bool(run.differences) for _, run in runs)
    value: dict[str, Any] = {
        "scenarios": [_told(session, name, run) for name, run in runs],
        "count": len(runs),
        "failed": failed,
    }

    def words() -> Iterator[str]:
        for one in value["scenarios"]:
            yield session.text(
                "cli.scenarios.holds" if one["holds"] else "cli.scenarios.fails",
                name=one["name"],
                title=one["title"],
            )
            for difference in one["differences"]:
                yield f"    {difference['what']}"
                for reason in difference["reasons"]:
                    yield f"        {reason}"
        yield ""
        yield session.text("cli.scenarios.sum", count=len(runs), failed=failed)

    session.show(value, words)
    ctx.exit(1 if failed else 0)


@command("scenarios measure", scenarios_command)
@argument("names", metavar="[FILE|FOLDER|NAME]...", nargs=-1)
@option("--between", nargs=2, metavar="STATE STATE")
@click.pass_obj
def measure_command(session: Session, /, *, names: tuple[str, ...], between: tuple[str, str] | None) -> None:
    """``comity scenarios measure``."""
    from comity.app.scenarios import ORDINARY, Theatre, named
    from comity.safeguards import open_findings

    bundle = law_data(session)
    theatre = Theatre(bundle)
    pair = None if between is None else (bundle.state(between[0]), bundle.state(between[1]))
    rows: list[dict[str, Any]] = []
    by_check: Counter[str] = Counter()
    for file in named(names or (ORDINARY,)):
        found = theatre.measure(file, pair).found
        left = open_findings(found.findings)
        by_check.update(f"{one.check}: {m.key} ({m.ask.value})" for one in left for m in one.missing)
        rows.append(
            {
                "name": file.name,
                "answers": 0 if found.error is not None else len(theatre.answers(file, pair)),
                "questions": len(found.questions),
                "to_them": len(found.asked),
                "signs": len(found.signs),
                "open_findings": len(left),
                "findings": len(found.findings),
                "error": found.error,
            }
        )
    numbers = [row["answers"] for row in rows if row["error"] is None]
    value = {
        "requests": rows,
        "median": median(numbers) if numbers else None,
        "most": max(numbers, default=None),
        "missing": dict(by_check.most_common()),
    }

    def words() -> Iterator[str]:
        told = [
            (r["name"], str(r["answers"]), str(r["questions"]), str(r["to_them"]), str(r["signs"]),
             f"{r['open_findings']}/{r['findings']}", r["error"] or "")
            for r in rows
        ]  # fmt: skip
        yield from table(told, session.text("cli.head.measured").split("|"))
        yield ""
        yield session.text("cli.scenarios.median", median=str(value["median"]), most=str(value["most"]))
        for missing, count in by_check.most_common():
            yield f"{count:>4}  {missing}"

    session.show(value, words)


def _told(session: Session, name: str, run: Run) -> dict[str, Any]:
    from comity.messages import say

    return {
        "name": name,
        "title": run.written.scenario.title,
        "holds": not run.differences,
        "differences": [
            {
                "what": say(one.what, session.language),
                "reasons": [say(reason, session.language) for reason in one.reasons],
            }
            for one in run.differences
        ],
    }
