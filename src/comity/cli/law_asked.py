"""Which law data a command speaks of, and how days, States and reasons are read and written.

Promises: the law data is that of ``law_data``. No key is opened for it.

Leaves to others: what is asked of it (a module a command).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from comity.cli.law_data import law_data
from comity.errors import BadInput

if TYPE_CHECKING:
    from comity.cli.session import Session
    from comity.law import StatusEvent
    from comity.messages import Message


__all__ = ["day_of", "law_data", "said", "step_of"]


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


def step_of(event: StatusEvent) -> dict[str, Any]:
    """One step of a State, as it is printed."""
    return {
        "step": event.event,
        "on": event.on,
        "reported": event.reported,
        "withdrawn": event.withdrawn,
        "territory": event.territory,
        "mark": event.mark,
        "note": event.note,
    }
