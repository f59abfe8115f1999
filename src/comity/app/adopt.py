"""Adopt law data: a State's own adviser signs an overlay, a second person approves it.

Promises: what an overlay would do can be seen before anyone signs; it speaks of this node's own State alone,
is newer than the one in force, and fits the law data, or nothing is signed.

Leaves to others: its shape and effect (``law.overlay``), when it takes effect (``adopted``).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity import store
from comity.acts import Role
from comity.acts.home_terms import AdoptLawTerms
from comity.app.adopted import version_in_force
from comity.app.node import Node, Person
from comity.app.prepare import Said, Saying, say
from comity.errors import BadInput, Conflict, NotPermitted
from comity.law import Change, Overlay, apply_overlay, changes_of, compile_overlay, load_overlay, remade
from comity.wire import digest

PREVIEW: str = "0" * 64
"""Stands for the act that is not signed yet, where an overlay is only tried."""


@dataclass(frozen=True)
class Proposal:
    """An overlay that was read and tried: what it is, what it does, and its compiled bytes."""

    overlay: Overlay
    data: bytes
    changes: tuple[Change, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the compiled bytes: what is signed."""
        return digest(self.data)


def propose(node: Node, toml: bytes) -> Proposal:
    """Read an overlay, and try it on the packaged law data.

    Raises:
        BadInput: not an overlay, of another State, or it names what is not held. Conflict: not newer.
    """
    data = compile_overlay(toml)
    overlay = load_overlay(data)
    if overlay.state != node.state:
        raise BadInput("app.overlay_of_other_state", state=overlay.state, own=node.state)
    with node.db.read() as conn:
        in_force = version_in_force(conn)
    if overlay.version <= in_force:
        raise Conflict("app.overlay_not_newer", version=overlay.version, in_force=in_force)
    remade(apply_overlay(node.base.content, overlay, PREVIEW))
    return Proposal(overlay, data, changes_of(overlay))


def adopt(node: Node, proposal: Proposal, who: Person, *, approver: str, text: str) -> Said:
    """Sign an overlay; it is in force when the approver has signed too. ``text``: the reasons.

    Raises:
        NotPermitted: one person for both, or a key that may not. NotFound: nobody of that name.
    """
    if approver == who.name:
        raise NotPermitted("app.same_person", kind="adopt_law")
    with node.db.read() as conn:
        second = store.person_by_name(conn, approver)
    terms = AdoptLawTerms(
        state=node.state,
        version=proposal.overlay.version,
        overlay=proposal.digest,
        base=node.base.digest,
    )
    fields = {"terms": terms, "overlay": proposal.data.decode(), "text": text}
    cosigners = ((Role.APPROVER, second.key_id),)
    return say(node, Saying("adopt_law", who.authority, fields, cosigners=cosigners), who)
