"""What is known to bind two States on a day, and on which of it a measure can rest.

Promises:
- *At least these*: what the data holds, never a claim that nothing else binds.
- Signing is never being bound; what is not known is *unknown*, never *no*; what rests on a weak mark
  says so; each answer carries its reasons.
- The relation of A and B is that of B and A: one value. What is one-sided (a reservation) stands in
  it under the name of the State that made it.

Leaves to others: choosing among the bases offered (a person), words for the reasons (``messages``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from comity.errors import BadInput
from comity.law.bundle import Bundle
from comity.law.entry import binds_from, closed_until, counted, enters, leaves, newest_count
from comity.law.marks import MARKS, Mark, earliest, latest, reached, weakest
from comity.law.model import Basis, Instrument, Reservation, StatusEvent
from comity.messages import Message, message

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an instrument is in force, or binds one State, on a day."""

    answer: Answer
    mark: Mark
    sources: tuple[str, ...]
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Binding:
    """One instrument between two States on a day."""

    instrument: str
    name: str
    in_force: Answer
    mark: Mark
    """The weakest of what the answer rests on."""
    to_be_confirmed: bool
    """Whether that mark is anything less than read in an official text."""
    sources: tuple[str, ...]
    missing: int | None
    """How many more must join before it enters into force at all, as far as reported."""
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A basis on which a measure can rest between the two, in the order of preference."""

    instrument: str
    provisions: tuple[str, ...]
    offence_classes: tuple[str, ...]
    dual_criminality: str
    mark: Mark
    """The weakest of the binding, of the paragraphs and of our reading of them."""
    to_be_confirmed: bool
    reasons: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """What binds two States on a day, as far as held: at least this."""

    states: tuple[str, str]
    """In alphabetical order, so that there is one relation, not two."""
    on: date
    measure: str | None
    bundle: str
    bindings: tuple[Binding, ...]
    offers: tuple[Offer, ...]
    reservations: tuple[Reservation, ...]
    reasons: tuple[Message, ...]

    @property
    def in_force(self) -> tuple[Binding, ...]:
        """The instruments known to be in force between the two."""
        return tuple(b for b in self.bindings if b.in_force == "yes")

    @property
    def not_in_force(self) -> tuple[Binding, ...]:
        """Those known not to be."""
        return tuple(b for b in self.bindings if b.in_force == "no")

    @property
    def unknown(self) -> tuple[Binding, ...]:
        """Those of which the data cannot say."""
        return tuple(b for b in self.bindings if b.in_force == "unknown")

    @property
    def trace(self) -> tuple[Message, ...]:
        """All reasons, instrument by instrument, in order."""
        each = [*(b.reasons for b in self.bindings), *(o.reasons for o in self.offers)]
        return (*self.reasons, *(reason for reasons in each for reason in reasons))


def relate(bundle: Bundle, a: str, b: str, on: date, measure: str | None = None) -> Relation:
    """What is known to bind States ``a`` and ``b`` on the day ``on``.

    Args:
        bundle: the law data.
        a: one State's code.
        b: the other's; their order makes no difference.
        on: the day.
        measure: with one, on which instruments it can rest, in the order offered.

    Raises:
        BadInput: twice the same State, or a day before the oldest instrument held was adopted.
        NotFound: a State or a measure of which the data holds nothing.
    """
    first, second = sorted((a, b))
    if first == second:
        raise BadInput("law.one_state", state=first)
    bundle.nation(first)
    bundle.nation(second)
    oldest = min(i.adopted for i in bundle.instruments)
    if on < date.fromisoformat(oldest):
        raise BadInput("law.date_before_data", on=on.isoformat(), oldest=oldest)
    bindings = tuple(_bind(bundle, instrument, (first, second), on) for instrument in bundle.instruments)
    offers: tuple[Offer, ...] = ()
    if measure is not None:
        by_instrument = {binding.instrument: binding for binding in bindings}
        offers = tuple(
            _offer(bundle, basis, by_instrument[basis.instrument])
            for basis in bundle.measure(measure).bases
            if by_instrument[basis.instrument].in_force == "yes"
        )
    reasons = [message("law.reason.at_least", as_of=bundle.content.as_of)]
    if on > bundle.as_of:
        reasons.append(message("law.reason.after_data", as_of=bundle.content.as_of, on=on.isoformat()))
    if measure is not None and not offers:
        reasons.append(message("law.reason.no_basis", measure=measure))
    reservations = tuple(
        r for r in bundle.content.reservations if r.state in {first, second} and reached(r.since, on)
    )
    return Relation(
        states=(first, second),
        on=on,
        measure=measure,
        bundle=bundle.digest,
        bindings=bindings,
        offers=offers,
        reservations=reservations,
        reasons=tuple(reasons),
    )


def in_force(bundle: Bundle, instrument: str, on: date) -> Standing:
    """Whether an instrument is in force at all on a day."""
    held = bundle.instrument(instrument)
    if on < date.fromisoformat(held.adopted):
        reason = message("law.reason.not_yet_adopted", instrument=held.short_name, adopted=held.adopted)
        return Standing("no", "A", held.sources, (reason,))
    if held.in_force is not None:
        since = held.in_force
        answer: dict[bool | None, tuple[Answer, str]] = {
            True: ("yes", "law.reason.in_force_since"),
            False: ("no", "law.reason.in_force_only_from"),
            None: ("unknown", "law.reason.in_force_about"),
        }
        verdict, text = answer[reached(since.since, on)]
        reason = message(text, instrument=held.short_name, since=since.since)
        return Standing(verdict, since.mark, since.sources, (reason,))
    events = [e for e in bundle.content.status if e.instrument == instrument]
    day = enters(held.entry, counted(held, events, on))
    if day is not None:
        mark = weakest(e.mark for e in events if e.event == "consent")
        text = "law.reason.in_force_since" if day <= on else "law.reason.in_force_only_from"
        reason = message(text, instrument=held.short_name, since=day.isoformat())
        return Standing("yes" if day <= on else "no", mark, held.sources, (reason,))
    return _not_yet(bundle, held, on)


def bound(bundle: Bundle, state: str, instrument: str, on: date) -> Standing:
    """Whether an instrument, if in force, binds a State on a day."""
    held = bundle.instrument(instrument)
    events = bundle.status(state, instrument)
    if not events:
        reason = message("law.reason.nothing_held", state=state, instrument=held.short_name)
        return Standing("unknown", "C-", (), (reason,))
    left = _denounced(held, events, on)
    if left is not None:
        return left
    joined = [_joined(bundle, held, e, on) for e in events if e.event in {"consent", "party"}]
    for wanted in ("yes", "unknown", "no"):
        fitting = [s for s in joined if s.answer == wanted]
        if fitting:
            return min(fitting, key=lambda s: MARKS.index(s.mark))
    return _not_joined(held, state, events, on)


def _bind(bundle: Bundle, instrument: Instrument, states: tuple[str, str], on: date) -> Binding:
    general = in_force(bundle, instrument.key, on)
    parts = [general, *(bound(bundle, state, instrument.key, on) for state in states)]
    answers = [part.answer for part in parts]
    if "no" in answers:
        answer: Answer = "no"
        # One sufficient obstacle carries the answer: the best supported one.
        mark = min((p.mark for p in parts if p.answer == "no"), key=MARKS.index)
    else:
        answer = "unknown" if "unknown" in answers else "yes"
        mark = weakest(part.mark for part in parts)
    missing = None
    if general.answer == "no" and instrument.in_force is None:
        missing = max(0, instrument.entry.count - _reported(bundle, instrument, on))
    return Binding(
        instrument=instrument.key,
        name=instrument.short_name,
        in_force=answer,
        mark=mark,
        to_be_confirmed=mark != "A",
        sources=tuple(sorted({s for part in parts for s in part.sources})),
        missing=missing,
        reasons=tuple(reason for part in parts for reason in part.reasons),
    )


def _offer(bundle: Bundle, basis: Basis, binding: Binding) -> Offer:
    provisions = [bundle.provision(key) for key in basis.provisions]
    content = weakest([binding.mark, basis.mark, *(p.mark_content for p in provisions)])
    confirm = binding.to_be_confirmed or basis.mark != "A" or any(p.verify for p in provisions)
    text = "law.reason.offered_to_confirm" if confirm else "law.reason.offered"
    pointers = ", ".join(p.pointer for p in provisions)
    reason = message(text, instrument=binding.name, provisions=pointers, mark=content)
    return Offer(
        basis.instrument,
        basis.provisions,
        basis.offence_classes,
        basis.dual_criminality,
        content,
        confirm,
        (reason,),
    )


def _reported(bundle: Bundle, instrument: Instrument, on: date) -> int:
    """How many are reported to have joined by ``on``: a count of others, or our own if that is higher."""
    count = newest_count(instrument, on)
    told = 0 if count is None or count.consents is None else count.consents
    return max(len(counted(instrument, bundle.content.status, on)), told)


def _not_yet(bundle: Bundle, held: Instrument, on: date) -> Standing:
    count = newest_count(held, on)
    reported = _reported(bundle, held, on)
    rule = bundle.provision(held.entry.provisions[0])
    missing = max(0, held.entry.count - reported)
    reasons = [
        message(
            "law.reason.too_few",
            instrument=held.short_name,
            needed=held.entry.count,
            reported=reported,
            missing=missing,
            pointer=rule.pointer,
        )
    ]
    sources = tuple(sorted({*rule.sources, *(count.sources if count else ())}))
    mark = weakest([rule.mark_content, *([count.mark] if count else [])])
    if on > closed_until(held, held.entry.wait):
        reasons.append(message("law.reason.too_old", instrument=held.short_name, as_of=held.status_as_of))
        return Standing("unknown", mark, sources, tuple(reasons))
    return Standing("no", mark, sources, tuple(reasons))


def _not_joined(held: Instrument, state: str, events: tuple[StatusEvent, ...], on: date) -> Standing:
    """Signed, or announced to leave, and nothing more: that binds nobody."""
    named = {"state": state, "instrument": held.short_name}
    signed = next((e for e in events if e.event == "signature"), None)
    if signed is None:
        return Standing("unknown", "C-", (), (message("law.reason.nothing_held", **named),))
    count = newest_count(held, on)
    # That nothing followed the signature is known only as well as the list of those who joined.
    mark = weakest([signed.mark, count.mark if count else MARKS[-1]])
    sources = tuple(sorted({*signed.sources, *(count.sources if count else ())}))
    if signed.on is None:
        reason = message("law.reason.signed_undated", **named, mark=signed.mark)
    elif reached(signed.on, on) is False:
        reason = message("law.reason.not_signed_yet", **named, signed=signed.on)
    else:
        reason = message("law.reason.signed_only", **named, signed=signed.on, mark=signed.mark)
    if on > closed_until(held, held.entry.later_wait):
        late = message("law.reason.too_old", instrument=held.short_name, as_of=held.status_as_of)
        return Standing("unknown", mark, sources, (reason, late))
    return Standing("no", mark, sources, (reason,))


def _joined(bundle: Bundle, held: Instrument, event: StatusEvent, on: date) -> Standing:
    """What one event says about being bound on a day."""
    common = {"state": event.state, "instrument": held.short_name, "mark": event.mark}

    def stands(answer: Answer, text: str, **more: str) -> Standing:
        return Standing(answer, event.mark, event.sources, (message(text, **common, **more),))

    if event.on is None:
        reported = date.fromisoformat(event.reported or held.status_as_of)
        if event.event == "consent":
            return stands("unknown", "law.reason.consent_undated", reported=reported.isoformat())
        if on < reported:
            return stands("unknown", "law.reason.party_later", reported=reported.isoformat())
        return stands("yes", "law.reason.party_reported", reported=reported.isoformat())
    if event.event == "party":
        answer: dict[bool | None, Answer] = {True: "yes", False: "no", None: "unknown"}
        return stands(answer[reached(event.on, on)], "law.reason.party_since", since=event.on)
    if earliest(event.on) != latest(event.on):
        return stands("unknown", "law.reason.consent_undated", reported=event.on)
    general = date.fromisoformat(held.in_force.since) if held.in_force else None
    if general is None:
        general = enters(held.entry, counted(held, bundle.content.status, on))
    if general is None:
        return stands("yes", "law.reason.consented", on=event.on)
    since = binds_from(held.entry, general, earliest(event.on))
    return stands("yes" if since <= on else "no", "law.reason.bound_from", since=since.isoformat())


def _denounced(held: Instrument, events: tuple[StatusEvent, ...], on: date) -> Standing | None:
    for event in events:
        if event.event != "denunciation" or event.on is None:
            continue
        effect = leaves(held.exit, latest(event.on))
        if effect <= on:
            named = {"state": event.state, "instrument": held.short_name}
            reason = message("law.reason.denounced", **named, since=effect.isoformat())
            return Standing("no", event.mark, event.sources, (reason,))
    return None
