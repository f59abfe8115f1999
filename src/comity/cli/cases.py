"""All cases at once: a list, a search, and making both anew.

Promises: a list is a page, and says how the next one is asked for.

Leaves to others: what may be seen (``app.search``), the index (``app.index``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

from comity.cli.command import argument, as_reader, command, option
from comity.cli.saying import SHORT
from comity.cli.session import Session, table, visible
from comity.clock import read_instant

if TYPE_CHECKING:
    from comity.app.search import Sort

F = TypeVar("F", bound=Callable[..., Any])

URGENCIES = ("ordinary", "urgent", "emergency")
PAGE = 30
SHORTER = 8
"""Digits of a request that a row shows: a page has to fit into eighty columns."""
MOST = 500


def filtered(sort: str) -> Callable[[F], F]:
    """The options by which a list of cases is narrowed and put in order. ``sort``: if none is named."""
    from comity.app.search import SORTS, STANDINGS

    options = (
        option("--state", "--with", "state", metavar="STATE"),
        option("--measure", metavar="MEASURE"),
        option("--offence", "offence_class", metavar="CLASS"),
        option("--urgency", type=click.Choice(URGENCIES)),
        option("--standing", type=click.Choice(STANDINGS)),
        option("--due-within", type=click.IntRange(0, 3660), metavar="DAYS"),
        option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY"),
        option("--sort", type=click.Choice(SORTS), default=sort, show_default=True),
        option("--limit", type=click.IntRange(1, MOST), default=PAGE, show_default=True),
        option("--after", metavar="KEY"),
        as_reader,
    )

    def add(function: F) -> F:
        for one in reversed(options):
            function = one(function)
        return function

    return add


@command("search")
@argument("text", metavar="TEXT...", nargs=-1)
@option("--names", is_flag=True)
@filtered("moved")
@click.pass_obj
def search_command(session: Session, /, *, text: tuple[str, ...], **wanted: Any) -> None:
    """``comity search``."""
    show_cases(session, text=" ".join(text) if text else None, **wanted)


def show_cases(
    session: Session,
    *,
    text: str | None = None,
    names: bool = False,
    since: datetime | None,
    due_within: int | None,
    sort: Sort,
    after: str | None,
    limit: int,
    offence_class: str | None,
    **filters: str | None,
) -> None:
    """Print a page of cases."""
    from comity.app.search import find_cases

    with session.node() as node:
        found = find_cases(
            node,
            text=text,
            names=names,
            filters={**filters, "offence": offence_class},
            since=None if since is None else since.replace(tzinfo=UTC),
            due_within=None if due_within is None else timedelta(days=due_within),
            sort=sort,
            after=after,
            limit=limit,
        )
        now = node.clock.now()

    def words() -> Iterator[str]:
        if not found["cases"]:
            yield session.text("cli.request.none")
        else:
            rows = [row for line in found["cases"] for row in _rows(session, line, now)]
            yield from table(rows, session.text("cli.head.cases").split("|"))
            yield from (_undelivered(session, line) for line in found["cases"] if line["undelivered"])
        if found["next"] is not None:
            yield session.text("cli.cases.more", after=found["next"])

    session.show(found, words)


def _rows(session: Session, line: dict[str, Any], now: datetime) -> Iterator[tuple[str, ...]]:
    """A case: what is said of it once, and a row for each request in it."""
    of_case = (line["case"][:SHORT], line["with"] or "-", _due(session, line["due"], now))
    for one in line["requests"] or [_of_no_request(line)]:
        yield (
            *of_case,
            one["id"] if line["imported"] else one["id"][:SHORTER],
            one["measure"],
            session.text(f"cli.stage.{one['stage']}"),
        )
        of_case = ("", "", "")


def _due(session: Session, at: str | None, now: datetime) -> str:
    """How much time is left of what is due first, or since when it is over."""
    if at is None:
        return "-"
    minutes = int((read_instant(at) - now).total_seconds()) // 60
    over = "over" if minutes < 0 else "left"
    hours, minutes = divmod(abs(minutes), 60)
    days, hours = divmod(hours, 24)
    if days:
        return session.text(f"cli.cases.{over}_days", days=days, hours=hours)
    return session.text(f"cli.cases.{over}_hours", hours=hours, minutes=minutes)


def _of_no_request(line: dict[str, Any]) -> dict[str, Any]:
    """What stands where a case has no request: it was imported, or one waits for a signature."""
    if line["imported"] is None:
        return {"id": "-", "measure": "-", "stage": "waiting"}
    return {"id": line["imported"]["reference"], "measure": line["imported"]["measure"], "stage": "imported"}


def _undelivered(session: Session, line: dict[str, Any]) -> str:
    """Since when something that we said in a case has not arrived."""
    waiting = line["undelivered"]
    since = min(one["since"] for one in waiting)
    told = session.text("cli.request.undelivered", since=since, count=len(waiting))
    return f"{line['case'][:SHORT]}: {told}"


@command("reindex")
@click.pass_obj
def reindex_command(session: Session) -> None:
    """``comity reindex``."""
    from comity.app.index import reindex

    def told(done: int, of: int) -> None:
        if not session.json:
            click.echo(visible(session.text("cli.reindex.progress", done=done, of=of)), err=True)

    with session.node() as node:
        cases = reindex(node, told)
    session.show({"cases": cases}, lambda: iter([session.text("cli.reindex.done", cases=cases)]))
