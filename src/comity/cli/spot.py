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
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.evidence import Spotted


@command("evidence check")
@argument("exhibit", metavar="[EXHIBIT]", required=False)
@option("--file", "path", required=True, metavar="PATH")
@option("--package", type=click.Path(path_type=Path), metavar="FOLDER")
@option("--case", metavar="CASE")
@as_reader
@with_trust
@click.pass_obj
def check_command(
    session: Session,
    /,
    *,
    exhibit: str | None,
    path: str,
    package: Path | None,
    case: str | None,
    trusted: tuple[str, ...],
    entries: tuple[Path, ...],
    roots: tuple[Path, ...],
) -> None:
    """``comity evidence check``."""
    from comity import dsse

    compare = False
    if exhibit is not None and package is None:
        from comity.app.opening import check_file

        with session.node() as node:
            found = check_file(node, case_of_exhibit(node, exhibit, case), exhibit, path)
    elif package is not None and exhibit is None:
        found, brought = _packaged(session, package, path, (trusted, entries, roots))
        compare = not brought
    else:
        raise BadInput("cli.evidence.exhibit_or_package")
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


def _packaged(
    session: Session,
    package: Path,
    path: str,
    told: tuple[tuple[str, ...], tuple[Path, ...], tuple[Path, ...]],
) -> tuple[Spotted, bool]:
    """A file of a package, checked; and whether the key that sealed it was brought along."""
    from comity.dossier import package_signers
    from comity.evidence import check_packaged

    keys, brought = package_signers(package, trust_of(session, *told))
    return check_packaged(package, path, keys), brought
