"""The register: what comes by paper, e-mail, telephone or the embassy, and what goes out so.

Promises: what is registered is told with both ids: the entry at home, and the act that it made, if any.

Leaves to others: the deeds (``app.register``, ``app.dispatch``), contacts (``contact``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from comity.acts.home_terms import Channel
from comity.acts.names import Capacity
from comity.cli.command import argument, as_person, as_reader, command, group, option
from comity.cli.desk_words import desk_words
from comity.cli.saying import at_or_now, choice, instant, tell
from comity.cli.session import Session, read_file, write_file

if TYPE_CHECKING:
    from comity.app.node import Node
    from comity.app.register import Entered, Slip

F = TypeVar("F", bound=Callable[..., Any])

register_command = group("register")


def slip_options(function: F) -> F:
    """How something came in: the options that every registration takes."""
    for name, settings in reversed(_SLIP):
        function = option(name, **settings)(function)
    return function


_SLIP: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--channel", {"required": True, "type": choice(Channel)}),
    ("--received-at", {"required": True, "metavar": "INSTANT"}),
    ("--scan", {"required": True, "type": click.Path(path_type=Path), "metavar": "FILE"}),
    ("--attested-by", {"required": True, "metavar": "FUNCTION"}),
    ("--text", {"required": True, "metavar": "TEXT"}),
    ("--confirm-by", {"metavar": "INSTANT"}),
    ("--signed-by", {"metavar": "FUNCTION"}),
    ("--original-language", {"metavar": "TAG"}),
    ("--translation", {"type": click.Path(path_type=Path), "metavar": "FILE"}),
)


def slip_of(told: dict[str, Any]) -> Slip:
    """The slip that the options make.

    Raises:
        BadInput: an instant that is none. NotFound, Unavailable: the translation cannot be read.
    """
    from comity.app.register import Slip
    from comity.wire import digest

    by, translation = told["confirm_by"], told["translation"]
    return Slip(
        channel=Channel(told["channel"]),
        received_at=instant(told["received_at"]),
        scan=told["scan"],
        attested_by=told["attested_by"],
        text=told["text"],
        confirm_by=None if by is None else instant(by),
        sender=told["signed_by"],
        language=told["original_language"],
        translation=None if translation is None else digest(read_file(translation)),
    )


@command("register request", register_command)
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@as_person
@slip_options
@option("--case", metavar="CASE")
@click.pass_obj
def register_request_command(
    session: Session, /, *, file: Path, who: str, case: str | None, **told: Any
) -> None:
    """``comity register request``."""
    from comity.app.draft import read_draft
    from comity.app.register import paper_case, register_request

    draft, slip = read_draft(read_file(file), file.name), slip_of(told)
    with session.node() as node:
        reference = None if case is None else paper_case(node, case)
        _entered(session, node, register_request(node, draft, slip, node.person(who), case=reference))


@command("register form", register_command)
@argument("kind", metavar="KIND")
@option("--about", required=True, metavar="REQUEST")
@option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@as_reader
@click.pass_obj
def register_form(session: Session, /, *, kind: str, about: str, output: Path | None) -> None:
    """``comity register form``."""
    from comity.app.paper_form import paper_form
    from comity.app.reply import matter

    with session.node() as node:
        text = paper_form(kind, matter(node, about).request, node.state, session.language)
    if output is None:
        session.show({"form": text}, lambda: iter(text.splitlines()))
        return
    write_file(output, text.encode())
    session.show({"form": str(output)}, lambda: iter([session.text("cli.written", file=str(output))]))


@command("register said", register_command)
@argument("kind", metavar="KIND")
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@option("--about", required=True, metavar="REQUEST")
@as_person
@slip_options
@click.pass_obj
def register_said_command(
    session: Session, /, *, kind: str, file: Path, about: str, who: str, **told: Any
) -> None:
    """``comity register said``."""
    from comity.app.draft import read_content
    from comity.app.register import register_said

    content, slip = read_content(read_file(file), file.name), slip_of(told)
    with session.node() as node:
        _entered(session, node, register_said(node, about, kind, content, slip, node.person(who)))


@command("register evidence", register_command)
@argument("path", metavar="PATH", type=click.Path(path_type=Path))
@option("--about", required=True, metavar="REQUEST")
@option("--item", "items", multiple=True, required=True, metavar="ITEM")
@option("--capacity", type=choice(Capacity), default=Capacity.EVIDENCE.value, show_default=True)
@option("--condition", "conditions", multiple=True, metavar="NAME=TEXT")
@as_person
@slip_options
@click.pass_obj
def register_evidence_command(
    session: Session,
    /,
    *,
    path: Path,
    about: str,
    items: tuple[str, ...],
    capacity: str,
    conditions: tuple[str, ...],
    who: str,
    **told: Any,
) -> None:
    """``comity register evidence``."""
    from comity.app.handed_in import register_evidence
    from comity.cli.conditions import read_conditions

    slip, words = slip_of(told), read_conditions(conditions, None)
    given = Capacity(capacity)
    with session.node() as node:
        person = node.person(who)
        made = register_evidence(node, about, path, items, given, slip, person, conditions=words)
        _entered(session, node, made.entered, exhibit=made.exhibit, sha256=made.stream)


@command("register confirm", register_command)
@argument("entry", metavar="ENTRY")
@as_person
@option("--by", "act", metavar="ACT")
@option("--scan", type=click.Path(path_type=Path), metavar="FILE")
@option("--text", metavar="TEXT")
@click.pass_obj
def register_confirm(
    session: Session, /, *, entry: str, who: str, act: str | None, scan: Path | None, text: str | None
) -> None:
    """``comity register confirm``."""
    from comity.app.register import confirm

    with session.node() as node:
        said = confirm(node, entry, node.person(who), act=act, paper=scan, text=text)
        tell(session, node, said)
        for name in said.terms.differs:
            session.say("cli.register.differs", member=name)


@command("register dispatch", register_command)
@argument("act", metavar="ACT")
@as_person
@option("--channel", required=True, type=choice(Channel))
@option("--at", metavar="INSTANT")
@option("--attested-by", required=True, metavar="FUNCTION")
@option("--letter", type=click.Path(path_type=Path), metavar="FILE")
@option("--to", metavar="TEXT")
@option("--scan", "proof", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def register_dispatch(
    session: Session,
    /,
    *,
    act: str,
    who: str,
    channel: str,
    at: str | None,
    attested_by: str,
    letter: Path | None,
    to: str | None,
    proof: Path | None,
) -> None:
    """``comity register dispatch``."""
    from comity.app.dispatch import dispatch
    from comity.wire import digest

    sent = None if letter is None else digest(read_file(letter))
    with session.node() as node:
        said = dispatch(
            node,
            act,
            node.person(who),
            channel=Channel(channel),
            at=at_or_now(node, at),
            attested_by=attested_by,
            letter=sent,
            to=to,
            proof=proof,
        )
        tell(session, node, said)


@command("register forward", register_command)
@argument("entry", metavar="ENTRY")
@as_person
@option("--state", required=True, metavar="STATE")
@option("--channel", required=True, type=choice(Channel))
@option("--at", metavar="INSTANT")
@option("--to", required=True, metavar="TEXT")
@option("--text", required=True, metavar="TEXT")
@option("--attested-by", required=True, metavar="FUNCTION")
@click.pass_obj
def register_forward(
    session: Session,
    /,
    *,
    entry: str,
    who: str,
    state: str,
    channel: str,
    at: str | None,
    to: str,
    text: str,
    attested_by: str,
) -> None:
    """``comity register forward``."""
    from comity.app.dispatch import pass_on

    with session.node() as node:
        said = pass_on(
            node,
            entry,
            node.person(who),
            state=state,
            channel=Channel(channel),
            at=at_or_now(node, at),
            to=to,
            text=text,
            attested_by=attested_by,
        )
        tell(session, node, said)


@command("register list", register_command)
@argument("case", metavar="CASE")
@as_reader
@click.pass_obj
def register_list(session: Session, /, *, case: str) -> None:
    """``comity register list``."""
    from comity.app.show_desk import show_desk

    with session.node() as node:
        view = show_desk(node, case)

    def words() -> Iterator[str]:
        lines = list(desk_words(session, view))
        yield from lines or [session.text("cli.register.none")]

    session.show(view, words)


def _entered(session: Session, node: Node, entered: Entered, **evidence: str) -> None:
    register, act = entered.register, entered.act
    value = {
        "register": register.id,
        "act": None if act is None else act.id,
        "case": register.header.case,
        "about": register.header.about,
        "scan": entered.scan,
        "state": node.state,
        **evidence,
    }

    def words() -> Iterator[str]:
        yield session.text("cli.register.entry", entry=register.id)
        if act is None:
            yield session.text("cli.register.moves_nothing")
        else:
            yield session.text("cli.register.act", kind=act.header.kind, act=act.id)
        yield session.text("cli.said.case", case=str(register.header.case))
        yield session.text("cli.register.scan", exhibit=entered.scan)
        if evidence:
            yield session.text("cli.register.evidence", **evidence)

    session.show(value, words)
