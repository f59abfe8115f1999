"""Requests: a fresh file to fill in, sending it, and seeing where every case stands.

Promises: a fresh file names the offices and the bases that the law data and the directory offer; nothing is
sent that was not read from a file a person could see.

Leaves to others: the file (``app.draft``), sending (``app.send``), the views (``app.show``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.case_words import act_words, case_words
from comity.cli.cases import filtered, show_cases
from comity.cli.command import argument, as_person, as_reader, command, group, option
from comity.cli.saying import tell
from comity.cli.session import Session, read_file, write_file
from comity.errors import BadInput, NotFound

if TYPE_CHECKING:
    from comity.app.node import Node
    from comity.exchange import Authority, Entry

request_command = group("request")

Words = Callable[[Session, dict[str, Any]], Iterator[str]]

USUAL = "access_stored"
"""The measure of a fresh file, where none is named."""


@command("request new", request_command)
@option("--kind", type=click.Choice(["request", "preview"]), default="request", show_default=True)
@option("--measure", metavar="MEASURE")
@option("--follows", metavar="REQUEST")
@option("--from", "own", metavar="OFFICE")
@option("--to", metavar="OFFICE")
@option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@as_reader
@click.pass_obj
def request_new(
    session: Session,
    /,
    *,
    kind: str,
    measure: str | None,
    follows: str | None,
    own: str | None,
    to: str | None,
    output: Path | None,
) -> None:
    """``comity request new``."""
    from comity.acts import state_of
    from comity.acts.terms import Basis
    from comity.app.form import new_file
    from comity.app.supplement import urgency_words
    from comity.law import relate

    if follows is not None:
        if kind != "request" or own is not None or to is not None:
            raise BadInput("cli.follows_alone")
        _new_after(session, follows, measure, output)
        return
    with session.node() as node:
        held = node.bundle.measure(measure or USUAL)
        with node.db.read() as conn:
            directory = node.directory(conn)
        sender = own or _office(directory.own, {a.function for a in held.may_ask}, held.key, "--from")
        if to is None:
            addressee = _office(_one_peer(node), {a.function for a in held.may_answer}, held.key, "--to")
        else:
            addressee = to
        on = node.clock.now().date()
        relation = relate(node.bundle, state_of(sender), state_of(addressee), on, held.key)
        bases = tuple(
            Basis(instrument=offer.instrument, provision=provision)
            for offer in relation.offers
            for provision in offer.provisions
        )
        language = session.language
        text = new_file(
            kind,
            own=sender,
            to=addressee,
            measure=held,
            bases=bases,
            language=language,
            reasons=urgency_words(node.bundle),
        )
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text.encode("utf-8"))
    session.show(
        {"file": str(output), "from": sender, "to": addressee, "bases": [b.provision for b in bases]},
        lambda: iter([session.text("cli.request.written", file=str(output))]),
    )


def _new_after(session: Session, follows: str, measure: str | None, output: Path | None) -> None:
    """The form of a request after an earlier one."""
    from comity.app.supplement import supplementary

    with session.node() as node:
        text = supplementary(node, follows, measure=measure, language=session.language)
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text.encode("utf-8"))
    session.show({"file": str(output)}, lambda: iter([session.text("cli.request.written", file=str(output))]))


@command("request schema", request_command)
@argument("measure", metavar="MEASURE")
@option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def request_schema_command(session: Session, /, *, measure: str, output: Path | None) -> None:
    """``comity request schema``."""
    import json

    from comity.app.request_schema import request_schema

    with session.node() as node:
        schema = request_schema(node.bundle, node.bundle.measure(measure))
    if output is None:
        click.echo(json.dumps(schema, ensure_ascii=False, indent=2))
        return
    write_file(output, json.dumps(schema, ensure_ascii=False, indent=2).encode("utf-8"))
    session.show(
        {"file": str(output), "measure": measure, "schema": schema["$id"]},
        lambda: iter([session.text("cli.request.schema_written", file=str(output))]),
    )


@command("request send", request_command)
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@as_person
@option("--approver", metavar="NAME")
@option("--judge", metavar="NAME")
@option("--case", metavar="CASE")
@click.pass_obj
def request_send(
    session: Session, /, *, file: Path, who: str, approver: str | None, judge: str | None, case: str | None
) -> None:
    """``comity request send``."""
    from comity.app.draft import read_draft
    from comity.app.look import find_case
    from comity.app.send import send_draft

    draft = read_draft(read_file(file), file.name)
    with session.node() as node:
        if case is not None:
            with node.db.read() as conn:
                case = find_case(node, conn, case)
        tell(
            session,
            node,
            send_draft(node, draft, node.person(who), approver=approver, judge=judge, case=case),
        )


@command("request list", request_command)
@filtered("moved")
@click.pass_obj
def request_list(session: Session, /, **wanted: Any) -> None:
    """``comity request list``."""
    show_cases(session, **wanted)


@command("request show", request_command)
@argument("case_or_act", metavar="CASE_OR_ACT")
@as_reader
@click.pass_obj
def request_show(session: Session, /, *, case_or_act: str) -> None:
    """``comity request show``."""
    show(session, case_or_act)


def show(session: Session, text: str, of_case: Words = case_words) -> None:
    """Print a case, or an act where no case has that id. ``of_case``: how a case is put in words.

    Raises:
        NotFound, BadInput: neither has, or several.
    """
    from comity.app.show import show_act, show_case

    with session.node() as node:
        words = of_case
        try:
            value = show_case(node, text)
        except NotFound as error:
            if error.id != "app.no_such_case":
                raise
            value, words = show_act(node, text), act_words
    session.show(value, lambda: words(session, value))


def _office(entry: Entry, functions: set[str], measure: str, flag: str) -> str:
    """The one office of a node that has the function and the measure."""
    fitting: list[Authority] = [
        a for a in entry.authorities if measure in a.measures and functions & set(a.functions)
    ]
    if len(fitting) != 1:
        raise BadInput(
            "cli.which_office",
            state=entry.state,
            measure=measure,
            option=flag,
            offices=", ".join(a.id for a in fitting or entry.authorities),
        )
    return fitting[0].id


def _one_peer(node: Node) -> Entry:
    with node.db.read() as conn:
        peers = node.directory(conn).peers
    if len(peers) != 1:
        raise BadInput("cli.which_peer", peers=", ".join(sorted(peers)) or "-")
    return next(iter(peers.values()))
