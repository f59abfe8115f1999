"""The vault's key in a PKCS#11 token: put there, looked at, taken from there.

Promises: no PIN is an argument of a command.

Leaves to others: the token and the key's file (``keys``).
"""

from __future__ import annotations

import click

from comity.cli.command import command, group
from comity.cli.session import Session

token_command = group("token")


@command("token init", token_command)
@click.pass_obj
def token_init(session: Session, /) -> None:
    """``comity token init``."""
    from comity.keys import into_token

    with session.node() as node:
        key = into_token(node.keys, node.entropy)
        label, recovery = node.settings.token_label, bool(node.settings.recovery)
    value = {"label": label, "key": key, "recovery": recovery}
    lost = "cli.token.recovery" if recovery else "cli.token.no_recovery"
    session.show(
        value, lambda: iter([session.text("cli.token.in", label=label, key=key), session.text(lost)])
    )


@command("token status", token_command)
@click.pass_obj
def token_status(session: Session, /) -> None:
    """``comity token status``."""
    from comity.keys import token_key

    with session.node() as node:
        key = token_key(node.keys)
        recipient = node.keys.vault.recipients[0]
        label = node.settings.token_label
    value = {"label": None if key is None else label, "key": key, "recipient": recipient}
    told = "cli.token.not_in" if key is None else "cli.token.opens"
    session.show(value, lambda: iter([session.text(told, label=label, key=str(key))]))


@command("token leave", token_command)
@click.pass_obj
def token_leave(session: Session, /) -> None:
    """``comity token leave``."""
    from comity.keys import out_of_token

    with session.node() as node:
        out_of_token(node.keys, node.entropy)
    session.show({"key": None}, lambda: iter([session.text("cli.token.left")]))
