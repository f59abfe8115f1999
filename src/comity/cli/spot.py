"""Checking one file of an exhibit, in the vault or in a package, without reading the rest.

Promises: of a package no node is asked; what is trusted is brought along, or told for comparison.

Leaves to others: the proof (``evidence.spot``, ``app.opening``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from comity.cli.command import argument, as_reader, command, option
from comity.cli.exhibits import case_of_exhibit
from comity.cli.session import Session
from comity.cli.verification import trust_of, with_trust

if TYPE_CHECKING:
    from comity.evidence import Spotted


@command("evidence check")
@argument("exhibit", metavar="EXHIBIT")
@option("--file", "path", required=True, metavar="PATH")
@option("--case", metavar="CASE")
@as_reader
@click.pass_obj
def check_command(session: Session, /, *, exhibit: str, path: str, case: str | None) -> None:
    """``comity evidence check``."""
    from comity.app.opening import check_file

    with session.node() as node:
        found = check_file(node, case_of_exhibit(node, exhibit, case), exhibit, path)
    _told(session, found, compare=False)


@command("evidence check-package")
@argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@option("--file", "path", required=True, metavar="PATH")
@with_trust
@click.pass_obj
def check_package_command(
    session: Session,
    /,
    *,
    folder: Path,
    path: str,
    trusted: tuple[str, ...],
    entries: tuple[Path, ...],
    roots: tuple[Path, ...],
) -> None:
    """``comity evidence check-package``."""
    from comity.dossier import package_signers
    from comity.evidence import check_packaged

    keys, brought = package_signers(folder, trust_of(session, trusted, entries, roots))
    _told(session, check_packaged(folder, path, keys), compare=not brought)


def _told(session: Session, found: Spotted, *, compare: bool) -> None:
    from comity import dsse

    signer = dsse.key_id("ed25519", found.signer)
    value = {
        "exhibit": found.statement.exhibit,
        "file": found.entry.path,
        "size": found.entry.size,
        "sha256": found.entry.sha256,
        "sealed_at": found.statement.taken_at,
        "signer": signer,
        "signer_trusted": not compare,
    }

    def words() -> Iterator[str]:
        yield session.text(
            "cli.evidence.file_holds",
            exhibit=found.statement.exhibit,
            file=found.entry.path,
            size=found.entry.size,
            at=found.statement.taken_at,
        )
        yield session.text("cli.evidence.file_digest", sha256=found.entry.sha256)
        if compare:
            yield session.text("cli.evidence.compare_signer", fingerprint=signer)

    session.show(value, words)
