"""``comity law adopt`` and ``law bundle``: a State's own overlay, and the bundle that is in force.

Promises: without a person's name nothing is signed: what the overlay would do is shown, and no more.

Leaves to others: the deed (``app.adopt``), its effect (``app.adopted``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from comity.cli.command import argument, command, option
from comity.cli.law_data import law_data
from comity.cli.saying import tell
from comity.cli.session import Session, read_file, table, write_file
from comity.errors import BadInput


@command("law adopt")
@argument("overlay", metavar="OVERLAY", type=click.Path(path_type=Path))
@option("--as", "who", metavar="NAME")
@option("--approver", metavar="NAME")
@option("--text", metavar="TEXT")
@click.pass_obj
def adopt_command(
    session: Session, /, *, overlay: Path, who: str | None, approver: str | None, text: str | None
) -> None:
    """``comity law adopt``."""
    from comity.app.adopt import adopt, propose

    toml = read_file(overlay)
    with session.node() as node:
        proposal = propose(node, toml)
        if who is not None:
            if approver is None or not text:
                raise BadInput("cli.law_adopt_in_full")
            said = adopt(node, proposal, node.person(who), approver=approver, text=text)
            tell(session, node, said)
            return
    told = proposal.overlay
    value = {
        "overlay": proposal.digest,
        "state": told.state,
        "name": told.name,
        "version": told.version,
        "changes": [{"how": c.how, "what": c.what, "key": c.key} for c in proposal.changes],
    }

    def words() -> Iterator[str]:
        yield session.text("cli.law.overlay", name=told.name, state=told.state, version=told.version)
        yield session.text("cli.law.overlay_digest", digest=proposal.digest)
        rows = [(session.text(f"cli.law.how.{c.how}"), c.what, c.key) for c in proposal.changes]
        yield from table(rows, session.text("cli.head.changes").split("|"))
        yield session.text("cli.law.overlay_next", file=str(overlay))

    session.show(value, words)


@command("law bundle")
@option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE")
@click.pass_obj
def bundle_command(session: Session, /, *, output: Path | None) -> None:
    """``comity law bundle``."""
    if output is None:
        bundle = law_data(session)
    else:
        with session.node() as node:
            bundle = node.bundle
            signed = bundle.sign(node.keys.acts.id, node.keys.acts.sign)
        write_file(output, signed)
    applied = bundle.content.applied
    count = len(bundle.content.provisions)
    still_open = sum(p.verify for p in bundle.content.provisions)
    value = {
        "digest": bundle.digest,
        "as_of": bundle.content.as_of,
        "size": len(bundle.data),
        "provisions": count,
        "to_be_confirmed": still_open,
        "applied": [
            {"what": a.what, "name": a.name, "version": a.version, "digest": a.digest, "act": a.act}
            for a in applied
        ],
        "signed": None if output is None else str(output),
    }

    def words() -> Iterator[str]:
        yield session.text(
            "cli.law.bundle", digest=bundle.digest, as_of=bundle.content.as_of, size=len(bundle.data)
        )
        yield session.text("cli.law.bundle_provisions", count=count, open=still_open)
        for a in applied:
            yield session.text(f"cli.law.applied.{a.what}", version=a.version, digest=a.digest, act=a.act)
        if output is not None:
            yield session.text("cli.written", file=str(output))

    session.show(value, words)
