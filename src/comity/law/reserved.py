"""What a reservation does between two States, paragraph by paragraph, by the law of treaties.

Promises: a reservation that the instrument itself allows needs nobody's acceptance; another one is taken as
accepted after twelve months of silence, and until then the answer is *unknown* with the day on which it
will be certain; one that was objected to takes the paragraph away between the two, to its extent; an
objection can keep the whole instrument from binding the two. A reservation works both ways, unless it
says only what its maker's own law is.

Leaves to others: whether the instrument binds each State (``standing``), what follows for a request.

The rules are those of the law of treaties (Vienna Convention of 1969, articles 19 to 23), of which the bundle
says how sure it is; every answer bears at most that mark.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from comity.calendar import add_months
from comity.law.bundle import Bundle
from comity.law.event import Objection, Reservation
from comity.law.marks import MARKS, Mark, earliest, latest, weakest
from comity.messages import Message, message

Effect = Literal["modified", "excluded", "declared", "unknown"]


@dataclass(frozen=True, slots=True)
class ReservedParagraph:
    """One paragraph that does not stand as written between two States."""

    provision: str
    author: str
    other: str
    effect: Effect
    """``modified``: as reserved. ``excluded``: does not apply, to the extent of the reservation.
    ``declared``: what its maker said of its own law or practice. ``unknown``: a person has to look."""
    reciprocal: bool
    certain_on: date | None
    """For *unknown* within the twelve months: the day on which it becomes certain."""
    mark: Mark
    sources: tuple[str, ...]
    reasons: tuple[Message, ...]

    def towards(self, requested: str) -> Effect | None:
        """What stands when this State is the requested one; None: the paragraph as written."""
        if requested == self.author or (self.reciprocal and self.effect != "declared"):
            return self.effect
        return None


def reserved_paragraphs(
    bundle: Bundle, instrument: str, one: str, other: str, on: date
) -> tuple[ReservedParagraph, ...]:
    """Every paragraph of an instrument that is reserved or declared upon between two States on a day."""
    found = [
        _paragraph(bundle, made, reader, on)
        for author, reader in ((one, other), (other, one))
        for made in bundle.reservations(author)
        if bundle.provision(made.provision).instrument == instrument and made.stands(on) is not False
    ]
    return tuple(sorted(found, key=lambda r: (r.provision, r.author)))


def precluding(bundle: Bundle, instrument: str, one: str, other: str, on: date) -> tuple[Objection, ...]:
    """Objections by which an instrument is not in force between the two, or may not be (``precludes``)."""
    return tuple(
        o
        for author, reader in ((one, other), (other, one))
        for o in bundle.objections(author)
        if o.state == reader
        and bundle.provision(o.provision).instrument == instrument
        and precludes(bundle, o, on) is not False
    )


def precludes(bundle: Bundle, objection: Objection, on: date) -> bool | None:
    """Whether an objection keeps its instrument from the two on a day; None where its dates cannot say.

    Not where the reservation was withdrawn, nor where silence had accepted it before the objection came.
    """
    stands = objection.stands(on)
    if not objection.precludes or stands is False:
        return False
    made = [r for r in bundle.reservations(objection.author) if r.provision == objection.provision]
    if made and all(r.stands(on) is False or _late(bundle, r, objection) for r in made):
        return False
    return stands


def _late(bundle: Bundle, made: Reservation, objection: Objection) -> bool:
    """Whether an objection came after the reservation had been accepted by silence, or by joining."""
    accepted = _accepted(bundle, made, objection.state)
    return accepted is not None and accepted < earliest(objection.since)


def _accepted(bundle: Bundle, made: Reservation, reader: str) -> date | None:
    """The day on which silence accepts: twelve months after it was told, or on joining, if that is later."""
    law = next(iter(bundle.content.treaty_law), None)
    if made.notified is None or law is None:
        return None
    year = add_months(date.fromisoformat(made.notified), law.silence_months)
    return max(year, _consented(bundle, made, reader) or year)


def _paragraph(bundle: Bundle, made: Reservation, reader: str, on: date) -> ReservedParagraph:
    provision = bundle.provision(made.provision)
    said = {"author": made.state, "other": reader, "pointer": provision.pointer}
    objections = tuple(_objections(bundle, made, reader, on))
    law = next(iter(bundle.content.treaty_law), None)

    def stands(effect: Effect, text: str, certain: date | None = None, **more: str) -> ReservedParagraph:
        reasons = (message(text, **said, **more), message("law.reason.treaty_law"))
        return ReservedParagraph(
            provision=made.provision,
            author=made.state,
            other=reader,
            effect=effect,
            reciprocal=made.reciprocal and made.kind == "reservation",
            certain_on=certain,
            mark=weakest([made.mark, law.mark if law else MARKS[-1], *(o.mark for o in objections)]),
            sources=tuple(sorted({*made.sources, *(s for o in objections for s in o.sources)})),
            reasons=reasons,
        )

    if made.stands(on) is None or any(o.stands(on) is None for o in objections):
        return stands("unknown", "law.regime.days_not_held")
    if made.kind == "declaration":
        return stands("declared", "law.regime.declared")
    allowed = provision.kind == "reservation"
    if objections:
        # What an objection to a reservation that the instrument itself allows can do is disputed.
        if allowed:
            return stands("unknown", "law.regime.objected_though_allowed")
        return stands("excluded", "law.regime.excluded")
    if allowed:
        return stands("modified", "law.regime.allowed", since=made.since)
    if bundle.instrument(provision.instrument).only_listed_reservations:
        return stands("unknown", "law.regime.not_listed")
    accepted = _accepted(bundle, made, reader)
    if accepted is None:
        return stands("unknown", "law.regime.not_notified")
    if on < accepted:
        return stands("unknown", "law.regime.window", accepted, certain_on=accepted.isoformat())
    return stands("modified", "law.regime.silence", accepted=accepted.isoformat())


def _consented(bundle: Bundle, made: Reservation, reader: str) -> date | None:
    """The day on which the other State consented: who joins later accepts by joining."""
    steps = bundle.status(reader, bundle.provision(made.provision).instrument)
    return min((latest(e.on) for e in steps if e.consents and e.on is not None), default=None)


def _objections(bundle: Bundle, made: Reservation, reader: str, on: date) -> Iterator[Objection]:
    for one in bundle.objections(made.state):
        of_this = one.state == reader and one.provision == made.provision and not _late(bundle, made, one)
        if of_this and one.stands(on) is not False:
            yield one
