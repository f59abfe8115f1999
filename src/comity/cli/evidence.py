"""Exhibits: taking in, time-stamping, reviewing, opening, proving, delivering.

Promises: what is taken in may be several paths, or a stream; an exhibit is named by its id, with
its case where several cases have that id.

Leaves to others: the deeds (``app.exhibit``, ``app.deliver``).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from comity.acts.names import Capacity
from comity.cli.analysis import analysed_command
from comity.cli.certifying import certify_command
from comity.cli.command import argument, as_person, as_reader, by_two, command, group, option
from comity.cli.court_page import page_command
from comity.cli.custody_said import custody_said_command, graph_check_command, graph_command
from comity.cli.examined import evidence_examine, evidence_inside, summary, told
from comity.cli.exhibits import case_of_exhibit
from comity.cli.saying import SHORT, choice, tell
from comity.cli.selection import left_out_command, select_command
from comity.cli.session import Session, table
from comity.cli.spot import check_command, check_package_command
from comity.cli.stamping import raise_first, renew_command, stamp_due_command, told_of
from comity.cli.wording import in_language, read_wording
from comity.errors import BadInput, ComityError

if TYPE_CHECKING:
    from comity.app.examine import Looked
    from comity.evidence import StreamSource

evidence_command = group("evidence")
for _one in (
    evidence_examine,
    evidence_inside,
    analysed_command,
    certify_command,
    page_command,
    select_command,
    left_out_command,
    check_command,
    check_package_command,
    custody_said_command,
    graph_command,
    graph_check_command,
    stamp_due_command,
    renew_command,
):
    evidence_command.add_command(_one)


@command("evidence add", evidence_command)
@argument("request", metavar="REQUEST")
@argument("paths", metavar="PATH…", nargs=-1, required=True, type=click.Path(path_type=Path))
@as_person
@option("--item", "items", multiple=True, required=True, metavar="ITEM")
@option("--label", required=True, metavar="TEXT")
@option("--name", metavar="NAME")
@option("--material", metavar="KIND")
@option("--unit", metavar="OFFICE")
@option("--examine/--no-examine", "look", default=True)
@click.pass_obj
def evidence_add(
    session: Session,
    /,
    *,
    request: str,
    paths: tuple[Path, ...],
    who: str,
    items: tuple[str, ...],
    label: str,
    name: str | None,
    material: str | None,
    unit: str | None,
    look: bool,
) -> None:
    """``comity evidence add``."""
    from comity import dsse, store
    from comity.app.examine import examine
    from comity.app.exhibit import add
    from comity.app.reply import matter
    from comity.cli.progress import reading
    from comity.evidence import read_index, read_statement

    source = _source(paths, name)
    trouble: ComityError | None = None
    looked: Looked | None = None
    with session.node() as node:
        person = node.person(who)
        names = ", ".join(path.name for path in paths)
        with reading(session, names, interrupted="cli.evidence.interrupted") as progress:
            id = add(
                node, request, items, source, label, person, material=material, unit=unit, progress=progress
            )
        case = matter(node, request).id
        with node.db.read() as conn:
            row = store.indexed_exhibit(conn, case, id)
        if look and material is None:
            try:
                looked = examine(node, case, id, person)
            except ComityError as error:
                trouble = error  # the exhibit is whole: that is told first
            except KeyboardInterrupt:
                click.echo(session.text("cli.evidence.not_examined", exhibit=id), err=True)
                raise
    statement = read_statement(dsse.read(row.statement))
    # Of what only a unit opens, not even the names of what was left out are told.
    index = None if material else read_index(row.index)
    value = {
        "exhibit": id,
        "case": case,
        "files": statement.files,
        "size": statement.size,
        "sha256": statement.sha256,
        "address": row.address,
        "left_out": [left.model_dump(mode="json") for left in index.left_out] if index else None,
        "remarks": [remark.model_dump(mode="json") for remark in index.remarks] if index else None,
        "material": material,
        "examination": None if looked is None else summary(looked),
    }

    def words() -> Iterator[str]:
        yield session.text("cli.evidence.added", exhibit=id, files=statement.files, size=statement.size)
        yield session.text("cli.evidence.digest", sha256=statement.sha256)
        if index is None:
            yield session.text("cli.unit.added", exhibit=id)
            return
        for why, count in sorted(Counter(left.why for left in index.left_out).items()):
            yield session.text(f"cli.evidence.left_out.{why}", count=count)
        for what, count in sorted(Counter(remark.what for remark in index.remarks).items()):
            yield session.text(f"cli.evidence.remark.{what}", count=count)
        if looked is not None:
            yield from told(session, looked)

    session.show(value, words)
    if trouble is not None:
        raise trouble


@command("evidence seal", evidence_command)
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--case", metavar="CASE")
@click.pass_obj
def evidence_seal(session: Session, /, *, exhibit: str, who: str, case: str | None) -> None:
    """``comity evidence seal``."""
    from comity import dsse, store
    from comity.app.stamping import stamp
    from comity.app.time_authority import set_up
    from comity.clock import write_instant

    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        with node.db.read() as conn:
            seal = dsse.read(store.get_exhibit(conn, found, exhibit).statement)
        person = node.person(who)
        came = stamp(node, found, exhibit, person) if set_up(node) else ()
    times = [write_instant(one.at) for one in came if one.at is not None]
    value = {
        "exhibit": exhibit,
        "case": found,
        "statement": seal.id,
        "stamped_at": times[0] if times else None,
        "authorities": [told_of(one) for one in came],
    }

    def words() -> Iterator[str]:
        yield session.text("cli.evidence.sealed", exhibit=exhibit, statement=seal.id)
        if not came:
            yield session.text("cli.evidence.no_authority")
        for one in came:
            if one.at is not None:
                at = write_instant(one.at)
                yield session.text("cli.evidence.stamped", at=at, authority=one.authority)

    session.show(value, words)
    raise_first(came)


@command("evidence review", evidence_command)
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--release/--hold", required=True)
@option("--text", required=True, metavar="TEXT")
@option("--case", metavar="CASE")
@click.pass_obj
def evidence_review(
    session: Session, /, *, exhibit: str, who: str, text: str, case: str | None, release: bool
) -> None:
    """``comity evidence review``."""
    from comity.app.exhibit import review

    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        tell(session, node, review(node, found, exhibit, release, text, node.person(who)))


@command("evidence open", evidence_command)
@argument("exhibit", metavar="EXHIBIT")
@argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@by_two
@option("--case", metavar="CASE")
@click.pass_obj
def evidence_open(
    session: Session,
    /,
    *,
    exhibit: str,
    folder: Path,
    who: str,
    second: str,
    case: str | None,
    **told: str,
) -> None:
    """``comity evidence open``."""
    from comity.app.hand_out import Leave, hand_out_exhibit
    from comity.app.watched import sealed_size, watched
    from comity.cli.progress import reading

    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        leave = Leave(node.person(who), node.person(second), **told)
        with reading(session, exhibit) as progress:
            seen = watched(node, progress, sealed_size(node, found, exhibit))
            said, made = hand_out_exhibit(seen, found, exhibit, leave, folder)
    session.show(
        {"exhibit": exhibit, "case": found, "folder": str(made), "act": said.id},
        lambda: iter([session.text("cli.evidence.opened", exhibit=exhibit, folder=str(made))]),
    )


@command("evidence verify", evidence_command)
@argument("exhibit", metavar="EXHIBIT")
@option("--case", metavar="CASE")
@as_reader
@click.pass_obj
def evidence_verify(session: Session, /, *, exhibit: str, case: str | None) -> None:
    """``comity evidence verify``."""
    from comity.app.exhibit import verify_exhibit
    from comity.app.watched import sealed_size, watched
    from comity.cli.progress import reading
    from comity.clock import write_instant

    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        with reading(session, exhibit) as progress:
            # Twice: as it lies sealed, and what is in it.
            seen = watched(node, progress, 2 * sealed_size(node, found, exhibit))
            proven = verify_exhibit(seen, found, exhibit)
    value = {
        "exhibit": proven.exhibit,
        "case": found,
        "files": proven.files,
        "size": proven.size,
        "sha256": proven.sha256,
        "stamps": [{"at": write_instant(s.at), "proven": s.proven} for s in proven.stamps],
        "custody_events": proven.events,
        "custody_root": proven.root,
        "sealed_to": proven.sealed_to,
    }

    def words() -> Iterator[str]:
        told: dict[str, str | int] = {
            "exhibit": exhibit,
            "events": proven.events,
            "stamps": len(proven.stamps),
        }
        if proven.sealed_to is not None:
            yield session.text("cli.unit.verified", **told)
            yield session.text("cli.unit.not_proven", unit=proven.sealed_to)
            return
        yield session.text("cli.evidence.verified", **told, files=proven.files, size=proven.size)
        yield session.text("cli.evidence.digest", sha256=proven.sha256)

    session.show(value, words)


@command("evidence list", evidence_command)
@argument("case", metavar="CASE")
@as_reader
@click.pass_obj
def evidence_list(session: Session, /, *, case: str) -> None:
    """``comity evidence list``."""
    from comity.app.exhibit_list import list_exhibits

    with session.node() as node:
        exhibits = list_exhibits(node, case)

    def words() -> Iterator[str]:
        if not exhibits:
            yield session.text("cli.evidence.none")
            return
        rows = [
            (
                e["exhibit"],
                e["status"],
                e["added_at"],
                session.text(f"cli.released.{str(e['released']).lower()}"),
                str(e["timestamps"]),
                "-" if e["taken"] is None else e["taken"][:SHORT],
            )
            for e in exhibits
        ]
        yield from table(rows, session.text("cli.head.exhibits").split("|"))
        for e in exhibits:
            if e["protected"] is not None:
                yield session.text("cli.unit.protected", exhibit=e["exhibit"], **e["protected"])

    session.show(exhibits, words)


@command("deliver")
@argument("request", metavar="REQUEST")
@as_person
@option("--exhibit", "exhibits", multiple=True, required=True, metavar="EXHIBIT")
@option("--capacity", type=choice(Capacity), default=Capacity.EVIDENCE.value, show_default=True)
@option("--description", required=True, metavar="TEXT")
@option("--approver", metavar="NAME")
@option("--condition", "conditions", multiple=True, metavar="NAME=TEXT")
@option("--conditions", "conditions_file", type=click.Path(path_type=Path), metavar="FILE")
@option("--medium", "folder", type=click.Path(path_type=Path), metavar="FOLDER")
@option("--recipient", metavar="KEY")
@in_language
@click.pass_obj
def deliver_command(
    session: Session,
    /,
    *,
    request: str,
    who: str,
    exhibits: tuple[str, ...],
    capacity: str,
    description: str,
    approver: str | None,
    conditions: tuple[str, ...],
    conditions_file: Path | None,
    folder: Path | None,
    recipient: str | None,
    written_in: str | None,
    translations: tuple[tuple[str, str, Path], ...],
) -> None:
    """``comity deliver``."""
    from comity.app.deliver import deliver
    from comity.app.medium import Medium
    from comity.app.reply import matter
    from comity.app.watched import sealed_size, watched
    from comity.cli.conditions import read_conditions
    from comity.cli.progress import reading

    own = read_conditions(conditions, conditions_file)
    if (folder is None) is not (recipient is None):
        raise BadInput("deliver.medium_incomplete")
    medium = None if folder is None or recipient is None else Medium(folder, recipient)
    wording = read_wording(written_in, translations)

    with session.node() as node:
        second = None if approver is None else node.person(approver)
        given = Capacity(capacity)
        by = node.person(who)
        with reading(session, ", ".join(exhibits)) as progress:
            seen = watched(node, progress, sealed_size(node, matter(node, request).id, *exhibits))
            said = deliver(
                seen,
                request,
                exhibits,
                given,
                description,
                by,
                approver=second,
                conditions=own,
                medium=medium,
                wording=wording,
            )
        tell(session, node, said)


def _source(paths: tuple[Path, ...], name: str | None) -> tuple[Path, ...] | StreamSource:
    """What is to be taken in: paths, or what comes on the standard input (``-``)."""
    from comity.evidence import StreamSource

    if Path("-") not in paths:
        if name is not None:
            raise BadInput("cli.evidence.name_of_path")
        return paths
    if len(paths) > 1:
        raise BadInput("cli.evidence.stream_alone")
    if sys.stdin.isatty():
        raise BadInput("cli.evidence.stream_is_terminal")
    return StreamSource(name or "stdin", cast(BufferedReader, sys.stdin.buffer))
