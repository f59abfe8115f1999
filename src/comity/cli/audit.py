"""``comity audit``: what an auditor looks at.

Promises: shows what was found, by digest, key and number; changes nothing.

Leaves to others: what is looked for, and who may (``app.audit``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from comity.cli.command import as_someone, command, group, option
from comity.cli.saying import SHORT
from comity.cli.session import Session, table
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.app.audit import RepeatedReason
    from comity.cases.statistics import Row, Statistics

ROUND_TO: Final = 5
"""To multiples of what numbers are rounded that may be made public."""

COLUMNS: Final = (
    "direction", "partner", "measure", "data", "addressee", "situation", "of", "count", "more",
)  # fmt: skip

audit_command = group("audit")


@command("audit reasons", audit_command)
@as_someone(required=True, reason=False)
@option("--at-least", type=click.IntRange(min=2), default=2, show_default=True)
@click.pass_obj
def reasons_command(session: Session, /, *, who: str, at_least: int) -> None:
    """``comity audit reasons``."""
    from comity.app.audit import repeated_reasons

    with session.node() as node:
        found = repeated_reasons(node, node.person(who), at_least=at_least)
    value = [_view(one) for one in found]
    session.show(value, lambda: _words(session, value))


@command("audit refusals", audit_command)
@as_someone(required=True, reason=False)
@click.pass_obj
def refusals_command(session: Session, /, *, who: str) -> None:
    """``comity audit refusals``."""
    from comity.app.audit import refusals
    from comity.cli.assessed import finding_view

    with session.node() as node:
        found = refusals(node, node.person(who))
        value = [{"decision": act, "duties": finding_view(session, finding)} for act, finding in found]

    def words() -> Iterator[str]:
        for one in value:
            duties: Any = one["duties"]
            yield f"{session.text('cli.verdict.' + duties['verdict']):<12}  {one['decision']}"
            yield from (f"    {text}" for text in duties["words"])
        if not value:
            yield session.text("cli.audit.no_refusals")

    session.show(value, words)


@command("audit looks", audit_command)
@as_someone(required=True, reason=False)
@click.pass_obj
def looks_command(session: Session, /, *, who: str) -> None:
    """``comity audit looks``."""
    from dataclasses import asdict

    from comity import store
    from comity.app.audit import looks

    with session.node() as node:
        found = looks(node, node.person(who))
        with node.db.read() as conn:
            names = {person.key_id: person.name for person in store.list_people(conn)}
    value = [{**asdict(one), "name": names.get(one.key)} for one in found]

    def words() -> Iterator[str]:
        for one in value:
            yield f"{one['at']}  {one['name'] or one['key'][:SHORT]}  {one['case']}"
            yield f"    {one['reason'] or session.text('cli.audit.reason_gone')}"
        if not value:
            yield session.text("cli.audit.no_looks")

    session.show(value, words)


@command("audit askings", audit_command)
@as_someone(required=True, reason=False)
@click.pass_obj
def askings_command(session: Session, /, *, who: str) -> None:
    """``comity audit askings``."""
    from dataclasses import asdict

    from comity import store
    from comity.app.audit import askers

    with session.node() as node:
        found = askers(node, node.person(who))
        with node.db.read() as conn:
            names = {person.key_id: person.name for person in store.list_people(conn)}
    value = [{**asdict(one), "name": names.get(one.key)} for one in found]

    def words() -> Iterator[str]:
        for one in value:
            told = {name: one[name] for name in ("askings", "terms", "lately", "last")}
            yield session.text("cli.audit.asker", name=one["name"] or one["key"][:SHORT], **told)
        if not value:
            yield session.text("cli.audit.no_askings")

    session.show(value, words)


@command("audit walls", audit_command)
@as_someone(required=True, reason=False)
@click.pass_obj
def walls_command(session: Session, /, *, who: str) -> None:
    """``comity audit walls``."""
    from comity.app.audit import count_walls

    with session.node() as node:
        count = count_walls(node, node.person(who))
    session.show({"walls": count}, lambda: iter([session.text("cli.audit.walls", count=count)]))


@command("audit statistics", audit_command)
@option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY")
@option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY")
@option("--csv", "as_csv", is_flag=True)
@option("--rounded", is_flag=True)
@option("--schema", "only_schema", is_flag=True)
@as_someone(reason=False)
@click.pass_obj
def statistics_command(
    session: Session,
    /,
    *,
    who: str | None,
    first: datetime | None,
    last: datetime | None,
    as_csv: bool,
    rounded: bool,
    only_schema: bool,
) -> None:
    """``comity audit statistics``."""
    from comity.app.statistics import statistics_of
    from comity.cases import statistics as made
    from comity.wire import dump

    if only_schema:
        import json

        click.echo(json.dumps(made.schema(), indent=2))
        return
    if as_csv and session.json:
        raise BadInput("cli.one_form")
    if who is None or first is None or last is None:
        raise BadInput("cli.statistics_of_what")
    with session.node() as node:
        told = statistics_of(node, node.person(who), first.date(), last.date())
    if rounded:
        told = made.rounded(told, ROUND_TO)
    if as_csv:
        click.echo(made.as_csv(told), nl=False)
        return
    session.show(dump(told), lambda: _figures(session, told))


def _figures(session: Session, told: Statistics) -> Iterator[str]:
    say = session.text
    yield say("cli.statistics.head", state=told.state, since=told.since, until=told.until, at=told.counted_at)
    if not told.over:
        yield say("cli.statistics.not_over")
    if told.rounded_to is not None:
        yield say("cli.statistics.rounded", base=told.rounded_to)
    yield say("cli.statistics.sealed", count=told.sealed)
    head = [say(f"cli.statistics.column_{name}") for name in COLUMNS]
    for figure in dict.fromkeys(row.figure for row in told.rows):
        yield ""
        yield say(f"cli.figure.{figure}", count=told.of(figure))
        yield from table([_cells(row) for row in told.rows if row.figure == figure], head)


def _cells(row: Row) -> list[str]:
    more = "" if row.seconds is None else f"{row.seconds.median / 86400:.1f}"
    if row.amount is not None:
        from comity.acts.currency import write_amount

        more = write_amount(row.amount, str(row.currency))
    plain = (row.direction, row.partner, row.measure, row.data, row.addressee, row.situation, row.of)
    return [*(text or "-" for text in plain), str(row.count), more]


def _view(one: RepeatedReason) -> dict[str, Any]:
    return {
        "digest": one.digest,
        "text": one.text,
        "count": len(one.uses),
        "by": dict(one.by_person),
        "uses": [{"case": u.case, "act": u.act, "about": u.about, "key": u.key} for u in one.uses],
    }


def _words(session: Session, value: list[dict[str, Any]]) -> Iterator[str]:
    say = session.text
    for one in value:
        yield say("cli.audit.reason", count=one["count"], digest=one["digest"], text=one["text"])
        for key, count in one["by"].items():
            yield "    " + say("cli.audit.by", key=key, count=count)
        for use in one["uses"]:
            yield f"    {use['case']}  {use['act']}  {use['about']}"
    if not value:
        yield say("cli.audit.none")
