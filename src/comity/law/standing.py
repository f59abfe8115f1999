"""Whether an instrument is in force on a day, and whether it binds one State, as far as held.

Promises: signing is never being bound; what is not known is *unknown*, never *no*; what the depositary's
whole list does not name was not so. Each answer bears its mark, its sources and its reasons.

Leaves to others: two States (``relation``), reservations (``reserved``), words (``messages``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from comity.law.bundle import Bundle
from comity.law.entry import binds_from, closed_until, counted, entry_day, leaves, newest_count, undated
from comity.law.event import StatusEvent
from comity.law.marks import MARKS, Mark, earliest, latest, reached, weakest
from comity.law.model import Count, Instrument
from comity.messages import Message, message

Answer = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an instrument is in force, or binds one State, on a day."""

    answer: Answer
    mark: Mark
    sources: tuple[str, ...]
    reasons: tuple[Message, ...]


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
    steps = bundle.steps(instrument)
    day = entry_day(held.entry, steps, on)
    if day is not None:
        mark = weakest(e.mark for events in steps.values() for e in events if e.consents)
        text = "law.reason.in_force_since" if day <= on else "law.reason.in_force_only_from"
        reason = message(text, instrument=held.short_name, since=day.isoformat())
        return Standing("yes" if day <= on else "no", mark, held.sources, (reason,))
    return _not_yet(bundle, held, on)


def bound(bundle: Bundle, state: str, instrument: str, on: date) -> Standing:
    """Whether an instrument, if in force, binds a State on a day; or reaches a territory beside one."""
    responsible = bundle.state_of(state)
    if responsible != state:
        return _reaches(bundle, state, responsible, instrument, on)
    held = bundle.instrument(instrument)
    own = _own(bundle, held, state, on)
    if held.within is None or own.answer == "no":
        return own
    # Who is not bound by what a protocol belongs to cannot be bound by the protocol.
    whole = bound(bundle, state, held.within, on)
    if whole.answer == "yes":
        return own
    named = {
        "state": state,
        "instrument": held.short_name,
        "whole": bundle.instrument(held.within).short_name,
    }
    reasons = (*own.reasons, *whole.reasons, message(f"law.reason.within_{whole.answer}", **named))
    sources = tuple(sorted({*own.sources, *whole.sources}))
    return Standing(whole.answer, weakest([own.mark, whole.mark]), sources, reasons)


def _own(bundle: Bundle, held: Instrument, state: str, on: date) -> Standing:
    """What a State's own steps say, whatever else would have to bind it."""
    events = bundle.status(state, held.key)
    notice = _denounced(held, events, on)
    steps = events if notice is None else [e for e in events if _comes_after(held, e, notice[0], on)]
    joined = [_joined(bundle, held, e, on) for e in steps if e.consents or e.event == "party"]
    if notice is not None:
        again = next((s for s in joined if s.answer == "yes"), None)
        return again or notice[1]
    for wanted in ("yes", "unknown", "no"):
        fitting = [s for s in joined if s.answer == wanted]
        if fitting:
            return min(fitting, key=lambda s: MARKS.index(s.mark))
    return _not_joined(held, state, events, on)


def _comes_after(held: Instrument, event: StatusEvent, notice: StatusEvent, on: date) -> bool:
    """Whether a State joined again after it gave notice: what it did before binds it no more."""
    given = latest(notice.on or notice.reported or held.status_as_of)
    if event.on is not None:
        return given < earliest(event.on) and earliest(event.on) <= on
    # Who is only listed as Party after the notice took effect has joined again.
    return event.reported is not None and leaves(held.exit, given) < date.fromisoformat(event.reported)


def missing(bundle: Bundle, instrument: Instrument, on: date) -> int:
    """How many more must join before an instrument enters into force, as far as reported by ``on``."""
    return max(0, instrument.entry.count - reported(bundle, instrument, on))


def reported(bundle: Bundle, instrument: Instrument, on: date) -> int:
    """How many are reported to have joined by ``on``: a count of others, or our own if that is higher."""
    steps = bundle.steps(instrument.key)
    own = len(counted(steps, on)) + undated(steps, on)
    count = newest_count(instrument, on)
    told = 0 if count is None or count.consents is None else count.consents
    return max(own, told)


def _not_yet(bundle: Bundle, held: Instrument, on: date) -> Standing:
    count = newest_count(held, on)
    told = reported(bundle, held, on)
    rule = bundle.provision(held.entry.provisions[0])
    reasons = [
        message(
            "law.reason.too_few",
            instrument=held.short_name,
            needed=held.entry.count,
            reported=told,
            missing=max(0, held.entry.count - told),
            pointer=rule.pointer,
        )
    ]
    sources = tuple(sorted({*rule.sources, *(count.sources if count else ())}))
    mark = weakest([rule.mark_content, *([count.mark] if count else [])])
    if told >= held.entry.count:
        reasons = [message("law.reason.days_not_held", instrument=held.short_name, needed=held.entry.count)]
        return Standing("unknown", mark, sources, tuple(reasons))
    if on > closed_until(held, held.entry.wait):
        reasons.append(message("law.reason.too_old", instrument=held.short_name, as_of=held.status_as_of))
        return Standing("unknown", mark, sources, tuple(reasons))
    return Standing("no", mark, sources, tuple(reasons))


def _not_joined(held: Instrument, state: str, events: Sequence[StatusEvent], on: date) -> Standing:
    """Nothing held, or signed and nothing more, or joined and taken back: that binds nobody."""
    named = {"state": state, "instrument": held.short_name}
    # That nothing followed is known only as well as the list of those who joined.
    count = newest_count(held, on)
    rest: tuple[Mark, tuple[str, ...]] = ("A", held.sources) if held.complete else _counted_by(count)
    brackets = next((e for e in events if e.withdrawn and e.on is not None), None)
    signed = next((e for e in events if e.event == "signature" and not e.withdrawn), None)
    if brackets is not None and latest(brackets.on or "") <= on:
        reason = message("law.reason.withdrawn", **named, on=brackets.on or "", mark=brackets.mark)
        return Standing("unknown", brackets.mark, brackets.sources, (reason,))
    if signed is None:
        if not held.complete:
            return Standing("unknown", "C-", (), (message("law.reason.nothing_held", **named),))
        mark, sources = rest
        reason = message("law.reason.not_listed", **named, as_of=held.status_as_of)
    else:
        mark = weakest([signed.mark, rest[0]])
        sources = tuple(sorted({*signed.sources, *rest[1]}))
        reason = _signed(signed, named, on)
    if on > closed_until(held, held.entry.later_wait):
        late = message("law.reason.too_old", instrument=held.short_name, as_of=held.status_as_of)
        return Standing("unknown", mark, sources, (reason, late))
    return Standing("no", mark, sources, (reason,))


def _counted_by(count: Count | None) -> tuple[Mark, tuple[str, ...]]:
    return (MARKS[-1], ()) if count is None else (count.mark, count.sources)


def _signed(signed: StatusEvent, named: dict[str, str], on: date) -> Message:
    if signed.on is None:
        return message("law.reason.signed_undated", **named, mark=signed.mark)
    if reached(signed.on, on) is False:
        return message("law.reason.not_signed_yet", **named, signed=signed.on)
    return message("law.reason.signed_only", **named, signed=signed.on, mark=signed.mark)


def _joined(bundle: Bundle, held: Instrument, event: StatusEvent, on: date) -> Standing:
    """What one event says about being bound on a day."""
    common = {"state": event.state, "instrument": held.short_name, "mark": event.mark}

    def stands(answer: Answer, text: str, **more: str) -> Standing:
        return Standing(answer, event.mark, event.sources, (message(text, **common, **more),))

    if event.on is None:
        known = date.fromisoformat(event.reported or held.status_as_of)
        if event.event != "party":
            return stands("unknown", "law.reason.consent_undated", reported=known.isoformat())
        if on < known:
            return stands("unknown", "law.reason.party_later", reported=known.isoformat())
        return stands("yes", "law.reason.party_reported", reported=known.isoformat())
    if event.event == "party":
        answer: dict[bool | None, Answer] = {True: "yes", False: "no", None: "unknown"}
        return stands(answer[reached(event.on, on)], "law.reason.party_since", since=event.on)
    if earliest(event.on) != latest(event.on):
        return stands("unknown", "law.reason.consent_undated", reported=event.on)
    deposited = earliest(event.on)
    back = [e for e in bundle.status(event.state, held.key) if e.event == "withdrawal" and e.on is not None]
    if any(deposited <= latest(e.on or "") <= on for e in back):
        return stands("no", "law.reason.taken_back", on=event.on)
    general = date.fromisoformat(held.in_force.since) if held.in_force else None
    if general is None:
        general = entry_day(held.entry, bundle.steps(held.key), on)
    if general is None:
        return stands("yes", "law.reason.consented", on=event.on)
    since = binds_from(held.entry, general, deposited)
    return stands("yes" if since <= on else "no", "law.reason.bound_from", since=since.isoformat())


def _denounced(
    held: Instrument, events: Sequence[StatusEvent], on: date
) -> tuple[StatusEvent, Standing] | None:
    """The last notice by which a State has left by a day, or may have; and what follows of it."""
    notices = [e for e in events if e.event == "denunciation" and not e.withdrawn and _told_by(e) <= on]
    for notice in sorted(notices, key=_told_by, reverse=True):
        first = leaves(held.exit, earliest(notice.on)) if notice.on else _told_by(notice)
        last = leaves(held.exit, _told_by(notice))
        named = {"state": notice.state, "instrument": held.short_name, "since": last.isoformat()}
        if last <= on:
            reason = message("law.reason.denounced", **named)
            return notice, Standing("no", notice.mark, notice.sources, (reason,))
        if first <= on:
            reason = message("law.reason.denounced_about", **named)
            return notice, Standing("unknown", notice.mark, notice.sources, (reason,))
    return None


def _told_by(event: StatusEvent) -> date:
    """The last day on which a step can have been taken, as held."""
    return latest(event.on or event.reported or "9999")


def _reaches(bundle: Bundle, territory: str, state: str, instrument: str, on: date) -> Standing:
    """A territory is reached only where its State is bound, and where a note says that it extends there."""
    whole = bound(bundle, state, instrument, on)
    if whole.answer != "yes":
        return whole
    held = bundle.instrument(instrument)
    named = {"territory": territory, "state": state, "instrument": held.short_name}
    notes = [
        e
        for e in bundle.status(state, instrument)
        if e.event == "territorial" and e.territory == territory and e.extends is not None
    ]
    # The last word counts: an extension can be taken back, and be made again.
    for note in sorted(notes, key=lambda n: earliest(n.on or "0001"), reverse=True):
        if note.on is None or reached(note.on, on):
            text = "law.reason.territory_yes" if note.extends else "law.reason.territory_no"
            reasons = (*whole.reasons, message(text, **named, mark=note.mark))
            mark = weakest([whole.mark, note.mark])
            sources = tuple(sorted({*whole.sources, *note.sources}))
            return Standing("yes" if note.extends else "no", mark, sources, reasons)
    reason = message("law.reason.territory_not_held", **named)
    return Standing("unknown", whole.mark, whole.sources, (*whole.reasons, reason))
