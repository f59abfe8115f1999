"""Which law data a command speaks of, and how days, States and reasons are read and written.

Promises: with a data folder that exists, the law data of that folder; else that of the program. No node is
opened for it, and no key.

Leaves to others: what is asked of it (a module a command).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.cli.session import Session
    from comity.law import Bundle
    from comity.messages import Message


def law_data(session: Session) -> Bundle:
    """The law data of the data folder that was named; where none was, that of the program."""
    from comity.app.rolls import base_of
    from comity.cli.session import DATA_VARIABLE
    from comity.law import packaged_bundle

    if not (session.data or session.environment.get(DATA_VARIABLE)):
        return packaged_bundle()
    return base_of(session.folder)


def day_of(session: Session, text: str | None) -> date:
    """The day that was asked for; today without one.

    Raises:
        BadInput: it is no day.
    """
    if text is None:
        return session.clock.now().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("cli.not_a_day", text=text[:40]) from error


def said(session: Session, one: Message) -> str:
    """A reason in words, in this call's language."""
    from comity.messages import say

    return say(one, session.language)
