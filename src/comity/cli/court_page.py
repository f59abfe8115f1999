"""The page for a court: ``comity evidence page``, of an exhibit in the node or of a package.

Promises: of an exhibit in the node two persons hand it out; of a package no node is asked, and what is
trusted is brought along. The ending of the file's name says which form it has.

Leaves to others: what is shown (``app.court_page``, ``evidence.chronicle``), the page (``letters``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, as_someone, command, option
from comity.cli.exhibits import case_of_exhibit
from comity.cli.session import Session, refuse_no_place, write_file
from comity.cli.verification import trust_of, with_trust
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.acts import Act
    from comity.evidence import Chronicle


@command("evidence page")
@argument("what", metavar="EXHIBIT|PACKAGE")
@option("-o", "--output", required=True, type=click.Path(path_type=Path), metavar="FILE")
@as_someone(reason=False)
@option("--second", metavar="NAME")
@option("--to", metavar="TEXT")
@option("--purpose", metavar="TEXT")
@option("--case", metavar="CASE")
@with_trust
@click.pass_obj
def page_command(
    session: Session,
    /,
    *,
    what: str,
    output: Path,
    who: str | None,
    second: str | None,
    to: str | None,
    purpose: str | None,
    case: str | None,
    trusted: tuple[str, ...],
    entries: tuple[Path, ...],
    roots: tuple[Path, ...],
) -> None:
    """``comity evidence page``."""
    if output.suffix not in {".html", ".pdf"}:
        raise BadInput("court.form", file=str(output))
    refuse_no_place(output)
    make = _maker(session, output)
    given = (who, second, to, purpose)
    said: Act | None = None
    if Path(what).is_dir():
        if given != (None,) * len(given):
            raise BadInput("court.package_by_nobody")
        page = make(_of_package(session, Path(what), trusted, entries, roots))
    elif None in given:
        raise BadInput("court.by_two", exhibit=what[:60])
    else:
        said, page = _handed_out(session, what, case, {"to": to, "purpose": purpose}, (who, second), make)
    write_file(output, page)
    act = None if said is None else said.id
    session.show(
        {"file": str(output), "size": len(page), "act": act},
        lambda: iter([session.text("cli.written", file=str(output))]),
    )


def _maker(session: Session, output: Path) -> Callable[[Chronicle], bytes]:
    from comity.clock import SystemClock
    from comity.letters import court_page_html, court_page_pdf

    now = session.opening["clock"].now() if "clock" in session.opening else SystemClock().now()
    if output.suffix == ".pdf":
        return lambda told: court_page_pdf(told, now, session.language)
    return lambda told: court_page_html(told, now, session.language).encode("utf-8")


def _of_package(
    session: Session,
    folder: Path,
    trusted: tuple[str, ...],
    entries: tuple[Path, ...],
    roots: tuple[Path, ...],
) -> Chronicle:
    from comity.dossier import package_signers
    from comity.evidence import chronicle_of

    trust = trust_of(session, trusted, entries, roots)
    keys, _ = package_signers(folder, trust)
    return chronicle_of(folder, keys, roots=trust.roots)


def _handed_out(  # noqa: PLR0917 - what, to whom, by whom, and how
    session: Session,
    exhibit: str,
    case: str | None,
    told: dict[str, Any],
    by: tuple[Any, Any],
    make: Callable[[Chronicle], bytes],
) -> tuple[Act, bytes]:
    from comity.app.court_page import hand_out_chronicle
    from comity.app.hand_out import Leave

    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        leave = Leave(node.person(by[0]), node.person(by[1]), **told)
        return hand_out_chronicle(node, found, exhibit, leave, make)
