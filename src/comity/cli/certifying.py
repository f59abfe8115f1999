"""Certifying an exhibit: ``comity evidence certify``.

Promises: a translation is read for its digest alone.

Leaves to others: the deed (``app.certify``), printing (``comity letter``).
"""

from __future__ import annotations

from pathlib import Path

import click

from comity.acts.home_terms import Certifies
from comity.cli.analysis import sha256_of
from comity.cli.command import argument, as_person, command, option
from comity.cli.exhibits import case_of_exhibit
from comity.cli.saying import choice, tell
from comity.cli.session import Session
from comity.errors import BadInput


@command("evidence certify")
@argument("exhibit", metavar="EXHIBIT")
@as_person
@option("--kind", "certifies", type=choice(Certifies), required=True)
@option("--name", required=True, metavar="NAME")
@option("--function", required=True, metavar="TEXT")
@option("--text", required=True, metavar="TEXT")
@option("--asked", metavar="TEXT")
@option("--followed", metavar="TEXT")
@option("--departure", metavar="TEXT")
@option("--translation", type=click.Path(path_type=Path), metavar="FILE")
@option("--path", "path", metavar="PATH")
@option("--from", "written_in", metavar="TAG")
@option("--into", metavar="TAG")
@option("--case", metavar="CASE")
@click.pass_obj
def certify_command(
    session: Session,
    /,
    *,
    exhibit: str,
    who: str,
    certifies: str,
    name: str,
    function: str,
    text: str,
    asked: str | None,
    followed: str | None,
    departure: str | None,
    translation: Path | None,
    path: str | None,
    written_in: str | None,
    into: str | None,
    case: str | None,
) -> None:
    """``comity evidence certify``."""
    from comity.app.certify import Certifying, Translated, certify

    translated = None
    if certifies == Certifies.TRANSLATOR.value:
        if translation is None or written_in is None or into is None:
            raise BadInput("certify.no_translation")
        translated = Translated(path, sha256_of(translation), written_in.lower(), into.lower())
    elif (translation, path, written_in, into) != (None, None, None, None):
        raise BadInput("certify.custodian_translates")
    told = Certifying(name, function, text, asked, followed, departure, translated)
    with session.node() as node:
        found = case_of_exhibit(node, exhibit, case)
        tell(session, node, certify(node, found, exhibit, told, node.person(who)))
