"""Setting a node up: founding it, its people, its own entry, its peers.

Promises: what two people have to compare is printed in groups of four, for reading aloud.

Leaves to others: the deeds (``app.found``, ``app.people``, ``app.peers``), serving (``serving``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, group, option
from comity.cli.saying import tell
from comity.cli.session import Session, groups, read_file, table, write_file
from comity.cli.unit import listing_words
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.exchange import Entry

PEOPLE_WHO_ENROL = 2


@command("init")
@argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@option("--state", required=True, metavar="GH")
@option("--name", required=True, metavar="TEXT")
@option("--office", "offices", required=True, multiple=True, metavar="ID=FUNCTION,...")
@option("--demo", is_flag=True)
@option("--hybrid", is_flag=True)
@option("--host", metavar="ADDRESS")
@option("--port", type=click.IntRange(0, 65535))
@option("--url", metavar="URL")
@option("--timestamp", metavar="openssl:FOLDER")
@option("--recovery", multiple=True, metavar="AGE1...")
@option("--database-url", metavar="URL")
@click.pass_obj
def init_command(
    session: Session,
    /,
    *,
    folder: Path,
    state: str,
    name: str,
    offices: tuple[str, ...],
    demo: bool,
    hybrid: bool,
    recovery: tuple[str, ...],
    **more: Any,
) -> None:
    """``comity init``."""
    from comity import settings
    from comity.app.found import found, office

    _check_founding(folder, state)
    opened = {key: value for key, value in session.opening.items() if key in {"clock", "courier", "entropy"}}
    try:
        node = found(
            folder,
            session.environment,
            state=state,
            name=name,
            offices=tuple(office(spec) for spec in offices),
            demo=demo,
            hybrid=hybrid,
            recovery=recovery or None,
            **opened,
            **more,
        )
    except BadInput as error:
        told = error.arguments
        if error.id != "settings.not_valid" or told.get("place") != str(folder.absolute() / settings.FILE):
            raise
        # The file that would hold it is not written yet: what is to be corrected is the option.
        option = "--" + {"node": "name"}.get(str(told["name"]), str(told["name"])).replace("_", "-")
        raise BadInput("cli.init_option", option=option, what=told["what"]) from error
    with node.db:
        fingerprint = node.keys.acts.id
        value = {
            "data": str(node.settings.data),
            "state": node.state,
            "offices": sorted(spec.partition("=")[0] for spec in offices),
            "fingerprint": fingerprint,
            "demo": demo,
        }

        def words() -> Iterator[str]:
            yield session.text("cli.init.done", state=node.state, folder=str(node.settings.data))
            yield session.text("cli.fingerprint", fingerprint=groups(fingerprint))
            yield from session.text("cli.init.next", folder=str(folder)).splitlines()
            told = node.settings
            reached = "cli.init.no_url" if told.url is None else "cli.init.url"
            yield session.text(reached, url=told.url or "-", address=told.host, port=told.port)

        session.show(value, words)


def _check_founding(folder: Path, state: str) -> None:
    """What can be seen to be wrong before anything is made."""
    if folder.exists() and not folder.is_dir():
        raise BadInput("cli.init_on_file", file=str(folder))
    if not re.fullmatch(r"[A-Z]{2}", state):
        raise BadInput("cli.not_a_state", state=state[:40])


person_command = group("person")


@command("person add", person_command)
@argument("name", metavar="NAME")
@option("--office", required=True, metavar="ID")
@option("--work", required=True, multiple=True, metavar="WORK")
@option("--shown-name", required=True, metavar="TEXT")
@option("--function", required=True, metavar="TEXT")
@option("--instrument", required=True, metavar="TEXT")
@option("--by", multiple=True, metavar="NAME")
@click.pass_obj
def person_add(
    session: Session,
    /,
    *,
    name: str,
    office: str,
    work: tuple[str, ...],
    shown_name: str,
    function: str,
    instrument: str,
    by: tuple[str, ...],
) -> None:
    """``comity person add``."""
    from comity.acts import Person
    from comity.app.deeds import deeds_of
    from comity.app.people import add_person
    from comity.wire import build

    if len(by) not in {0, PEOPLE_WHO_ENROL}:
        raise BadInput("cli.two_enrol", count=len(by))
    shown = build(Person, {"name": shown_name, "function": function, "instrument": instrument})
    with session.node() as node:
        enrolling = (node.person(by[0]), node.person(by[1])) if by else None
        said = add_person(node, name, office=office, deeds=deeds_of(work), person=shown, by=enrolling)
        tell(session, node, said)


@command("person list", person_command)
@click.pass_obj
def person_list(session: Session) -> None:
    """``comity person list``."""
    from comity import store
    from comity.clock import write_instant

    with session.node() as node, node.db.read() as conn:
        people = store.list_people(conn)
    value = [
        {
            "name": p.name,
            "office": p.authority,
            "key": p.key_id,
            "algorithm": p.alg,
            "status": p.status,
            "since": write_instant(p.since),
            "enrolment": p.enrolment,
            "deeds": list(p.deeds),
        }
        for p in people
    ]

    def words() -> Iterator[str]:
        rows = [(p.name, p.authority, p.status, p.key_id[:16], " ".join(p.deeds)) for p in people]
        yield from table(rows, session.text("cli.head.people").split("|"))

    session.show(value, words)


@command("person works", person_command)
@click.pass_obj
def person_works(session: Session) -> None:
    """``comity person works``."""
    from comity.app.works import several, works
    from comity.cases import story

    value = {"works": works(), "several": several(story())}

    def words() -> Iterator[str]:
        rows = [(w["work"], role, ", ".join(kinds)) for w in works() for role, kinds in w["signs"].items()]
        yield from table(rows, session.text("cli.head.works").split("|"))
        yield ""
        yield from table(
            [
                (
                    one["kind"],
                    ", ".join(one["measures"])
                    or session.text("cli.works.any", but=", ".join(one["except"]) or "-"),
                    " / ".join(" + ".join(some) for some in one["signers"]),
                )
                for one in value["several"]
            ],
            session.text("cli.head.several").split("|"),
        )

    session.show(value, words)


@command("directory")
@option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def directory_command(session: Session, /, *, output: Path | None) -> None:
    """``comity directory``."""
    from comity.app.peers import own_entry

    with session.node() as node:
        data = own_entry(node)
        with node.db.read() as conn:
            entry = node.directory(conn).own
    if output is not None:
        write_file(output, data)

    def words() -> Iterator[str]:
        yield from _entry_words(session, entry)
        if output is not None:
            yield session.text("cli.written", file=str(output))

    session.show(_entry(entry), words)


peer_command = group("peer")


@command("peer add", peer_command)
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@option("--fingerprint", required=True, metavar="HEX")
@click.pass_obj
def peer_add(session: Session, /, *, file: Path, fingerprint: str) -> None:
    """``comity peer add``."""
    from comity.app.peers import add_peer

    data = read_file(file)
    compared = "".join(fingerprint.split()).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", compared):
        raise BadInput("cli.not_a_fingerprint", count=len(compared))
    with session.node() as node:
        entry = add_peer(node, data, compared)
    session.show(_entry(entry), lambda: _entry_words(session, entry))


@command("peer list", peer_command)
@click.pass_obj
def peer_list(session: Session) -> None:
    """``comity peer list``."""
    with session.node() as node, node.db.read() as conn:
        peers = list(node.directory(conn).peers.values())

    def words() -> Iterator[str]:
        if not peers:
            yield session.text("cli.peer.none")
        for entry in peers:
            yield from _entry_words(session, entry)

    session.show([_entry(entry) for entry in peers], words)


@command("peer refresh", peer_command)
@argument("states", metavar="[STATE]...", nargs=-1)
@click.pass_obj
def peer_refresh(session: Session, /, *, states: tuple[str, ...]) -> None:
    """``comity peer refresh``."""
    from comity.app.peers import refresh_peer

    with session.node() as node:
        with node.db.read() as conn:
            known = tuple(node.directory(conn).peers)
        entries = [refresh_peer(node, state) for state in states or known]

    def words() -> Iterator[str]:
        for entry in entries:
            yield session.text("cli.peer.refreshed", state=entry.state, version=entry.version)

    session.show([_entry(entry) for entry in entries], words)


def _entry(entry: Entry) -> Any:
    return {
        "state": entry.state,
        "node": entry.node,
        "version": entry.version,
        "issued_at": entry.issued_at,
        "fingerprint": entry.fingerprint,
        "url": entry.url,
        "offices": [
            {
                "id": a.id,
                "functions": list(a.functions),
                "measures": list(a.measures),
                "recipients": list(a.recipients),
                "listings": [one.model_dump() for one in a.listings],
            }
            for a in entry.authorities
        ],
        "recipients": list(entry.recipients),
        "log": entry.log.vkey,
    }


def _entry_words(session: Session, entry: Entry) -> Iterator[str]:
    yield session.text(
        "cli.entry.node", state=entry.state, node=entry.node, version=entry.version, url=entry.url or "-"
    )
    yield session.text("cli.fingerprint", fingerprint=groups(entry.fingerprint))
    for office in entry.authorities:
        yield session.text(
            "cli.entry.office",
            office=office.id,
            functions=", ".join(office.functions),
            measures=", ".join(office.measures) or "-",
        )
        for recipient in office.recipients:
            yield session.text("cli.entry.unit_key", recipient=recipient)
        yield from listing_words(session, office)
