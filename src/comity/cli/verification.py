"""Verifying, offline, whatever lies at a path: a case file, a package, a log, a letter, an entry.

Promises: needs no node; where the folder of one is named, its own and its peers' entries are trusted. The
exit status says whether everything holds.

Leaves to others: the proofs (``dossier``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import F, argument, command, option
from comity.cli.saying import pairs
from comity.cli.session import Session, read_file
from comity.errors import BadInput, ProofFailed

if TYPE_CHECKING:
    from comity.dossier import Trust


def with_trust(function: F) -> F:
    """``--trust``, ``--entry``, ``--root``: what the reader trusts, brought along."""
    path = click.Path(path_type=Path)
    function = option("--root", "roots", multiple=True, type=path, metavar="FILE.pem")(function)
    function = option("--entry", "entries", multiple=True, type=path, metavar="FILE")(function)
    return option("--trust", "trusted", multiple=True, metavar="STATE=FINGERPRINT")(function)


@command("verify")
@argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
@with_trust
@click.pass_obj
def verify_command(
    session: Session,
    /,
    *,
    paths: tuple[Path, ...],
    trusted: tuple[str, ...],
    entries: tuple[Path, ...],
    roots: tuple[Path, ...],
) -> int:
    """``comity verify``."""
    from comity.dossier import verify_path

    trust = trust_of(session, trusted, entries, roots)
    reports = [(path, verify_path(path, trust).as_json(session.language)) for path in paths]
    value = [{"path": str(path), **report} for path, report in reports]
    session.show(value, lambda: _words(session, value))
    return 0 if all(report["holds"] for report in value) else ProofFailed.exit_code


def trust_of(
    session: Session, trusted: tuple[str, ...], entries: tuple[Path, ...], roots: tuple[Path, ...]
) -> Trust:
    """What a reader brings along: options, and the directory of a node where its folder is named.

    Raises:
        BadInput: an option that is not as it must be. NotFound, Unavailable: a file that is not to be had.
    """
    from comity.dossier import Trust
    from comity.evidence import read_chain
    from comity.exchange import trust

    pins = {
        state.upper(): "".join(hexadecimal.split()).lower()
        for state, hexadecimal in pairs(trusted, "GH=0123…")
    }
    believed = []
    for file in entries:
        data = read_file(file)
        believed.append(trust(data, _pin(data, pins)))
    if session.data is not None:
        with session.node() as node, node.db.read() as conn:
            directory = node.directory(conn)
        believed += [directory.own, *directory.peers.values()]
    certificates = []
    for file in roots:
        try:
            certificates += read_chain(read_file(file))
        except BadInput as error:
            raise BadInput("cli.not_certificates", file=str(file)) from error
    return Trust(fingerprints=pins, entries=tuple(believed), roots=tuple(certificates))


def _pin(data: bytes, pins: dict[str, str]) -> str:
    """The fingerprint that the reader gave for the State that an entry says it is of."""
    from comity import dsse
    from comity.exchange import MAX_ENTRY, Entry
    from comity.wire import parse

    state = parse(Entry, dsse.read(data).body, limit=MAX_ENTRY).state
    if state not in pins:
        raise BadInput("cli.entry_without_trust", state=state)
    return pins[state]


def _words(session: Session, value: list[dict[str, Any]]) -> Iterator[str]:
    for report in value:
        yield session.text("cli.verify.file", path=report["path"])
        for step in report["steps"]:
            yield f"  {step['number']:>2}  {_mark(session, step)}  {step['title']}"
            for line in step["lines"]:
                yield f"        {_mark(session, line)}  {line['text']}{place_of(line)}"
                if line["do"] is not None:
                    yield f"              {line['do']}"
        yield report["verdict"]


def place_of(line: dict[str, Any]) -> str:
    """The part that a line is about, in brackets after a space; nothing where it names none."""
    return "" if line["part"] is None else f" [{line['part']['text']}]"


def _mark(session: Session, told: dict[str, Any]) -> str:
    return session.text(f"cli.mark.{told['verdict']}")
