"""Ticks: that a person compared records of ours with an official text, and they hold.

Promises: pure. A tick is of a record as it then stood: one that says something else since is not ticked. What
a State's adviser rejected stays rejected. Its next review is due as long after the tick as the law data says
for the instrument, and never earlier than before.

Leaves to others: reading the text (``official``), who ticks, and the act that says so (``app``).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from comity import wire
from comity.calendar import add_months
from comity.law.content import Applied, Content
from comity.law.model import Provision, Settled
from comity.law.overlay import sure

_HOW: Literal["confirmed"] = "confirmed"


def record_digest(provision: Provision) -> str:
    """SHA-256 of what a record says and where it stands; its marks, sources and dates are not in it."""
    values = [[v.name, v.value, v.unit, v.bound] for v in provision.values]
    said = [provision.summary, provision.gives, provision.demands, values]
    place = [provision.instrument, provision.article, provision.paragraph]
    return wire.digest(wire.encode({"key": provision.key, "place": place, "said": said}))


def apply_ticks(
    content: Content, ticks: Mapping[str, str], *, state: str, on: str, document: str, act: str
) -> Content:
    """Law data in which the ticked records are sure.

    Args:
        content: the law data.
        ticks: the digest of each ticked record as it stood, by its key.
        state: whose node it is.
        on: the day of the act.
        document: SHA-256 of the official text.
        act: the act that says so.
    """
    settled = Settled(how=_HOW, state=state, on=on, source=f"SHA-256 {document}", act=act)

    terms = {i.key: i.confirmed_months for i in content.instruments}

    def review(provision: Provision) -> str:
        months = terms.get(provision.instrument)
        if months is None:
            return provision.review_by
        return max(provision.review_by, add_months(date.fromisoformat(on), months).isoformat())

    def ticked(provision: Provision) -> Provision:
        if ticks.get(provision.key) != record_digest(provision):
            return provision
        rejected = provision.settled is not None and provision.settled.how == "rejected"
        return provision if rejected else sure(provision, settled, review_by=review(provision))

    provisions = tuple(ticked(p) for p in content.provisions)
    done = Applied(act=act, state=state, what="ticks", name="official text", version=0, digest=document)
    changed = {"provisions": provisions, "applied": (*content.applied, done)}
    return content.model_copy(update=changed)
