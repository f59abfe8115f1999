"""Which law data a command speaks of: that of the program, or that of the node whose folder was named.

Promises: a node's law data is read without any of its keys.

Leaves to others: what is put over the packaged data (``app.adopted``), what is asked of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.cli.session import Session
    from comity.law import Bundle


def law_data(session: Session) -> Bundle:
    """The law data of the folder that was named: of its node, or what was read there; else the program's."""
    from comity import settings
    from comity.cli.session import DATA_VARIABLE
    from comity.law import packaged_bundle

    if not (session.data or session.environment.get(DATA_VARIABLE)):
        return packaged_bundle()
    from comity.app.adopted import law_of
    from comity.app.rolls import base_of

    if not (session.folder / settings.FILE).exists():
        return base_of(session.folder)
    return law_of(session.folder, session.environment)
