"""A bundle of law data, loaded: one digest, and look-ups by stable key.

Promises: what it answers is what its bytes say, which its digest names; what is not held raises
``NotFound`` or gives None, and is never filled in. A bundle does not change.

Leaves to others: keys, and whose signature is trusted (``keys``, ``app``); what binds two States
(``relation``); what a weak mark does to a verdict (``safeguards``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import Final, Literal, TypeVar

from pydantic import ValidationError

from comity import dsse, wire
from comity.calendar import Offset, RestDays, Zone
from comity.clock import read_instant
from comity.errors import BadInput, NotFound, ProofFailed
from comity.law import model
from comity.law.article import Article
from comity.law.content import Content
from comity.law.criminality import ElementWord
from comity.law.event import Objection, Reservation, StatusEvent
from comity.law.formality import Demand, Formality
from comity.law.limit import LimitWord
from comity.law.marks import Mark, earliest, reached
from comity.law.model import (
    PLAIN,
    Clock,
    Counting,
    Ground,
    Instrument,
    Material,
    Measure,
    OffenceClass,
    Provision,
    Value,
)
from comity.law.names import Names
from comity.law.nation import Criterion, Nation, NationalOffence, OwnLength, Regime, SpeechLaw
from comity.law.table import Table

T = TypeVar("T")

PAYLOAD_TYPE: Final = "application/vnd.comity.law-bundle.v1+json"
_FEW: Final = frozenset({"instrument", "material", "measure"})
"""Kinds of record that are so few that all can be named to who wrote another."""

MAX_SIZE: Final = 2 * 1024 * 1024
"""Bytes; all States and some twenty instruments stay below, and it fits into an envelope."""


class Bundle:
    """Law data that was compiled, as one value."""

    def __init__(self, content: Content, data: bytes) -> None:
        self.content: Final = content
        self.data: Final = data
        """The canonical bytes, as they travel and are signed."""
        self.digest: Final = wire.digest(data)
        """SHA-256 of ``data``, hexadecimal: what an act's header names."""
        self.weak_marks: Final[frozenset[Mark]] = frozenset(m.mark for m in content.marks if m.weak)
        self._provisions = {p.key: p for p in content.provisions}
        self._instruments = {i.key: i for i in content.instruments}
        self._measures = {m.key: m for m in content.measures}
        self._nations = {n.code: n for n in content.nations}
        self._grounds = {g.key: g for g in content.grounds}
        self._clocks = {c.key: c for c in content.clocks}
        self._countings = {c.key: c for c in content.countings}
        self._tables = {t.digest: t for t in content.tables}
        self._criteria = {c.key: c for c in content.criteria}
        self._functions = {f.key: f for f in content.functions}
        self._short = {p.key: p.short_name for p in content.pointers}
        self._short |= {i.key: i.short_name for i in content.instruments}
        self._steps: dict[str, dict[str, list[StatusEvent]]] = {}
        for event in content.status:
            self._steps.setdefault(event.instrument, {}).setdefault(event.state, []).append(event)
        self._territories = {t.code: n.code for n in content.nations for t in n.territories}

    @classmethod
    def load(cls, data: bytes) -> Bundle:
        """Read a bundle's canonical bytes.

        Raises:
            BadInput: not canonical JSON, or not a bundle of a version that this program reads.
        """
        return cls(wire.parse(Content, data, limit=MAX_SIZE), data)

    @classmethod
    def load_known(cls, data: bytes, digest: str) -> Bundle:
        """Read bytes that this program wrote, by the digest that it noted: canonical, so not asked again.

        Raises:
            ProofFailed: other bytes. BadInput: not a bundle of a version that this program reads.
        """
        if wire.digest(data) != digest:
            raise ProofFailed("law.bundle_changed", digest=digest)
        try:
            return cls(Content.model_validate_json(data, strict=True), data)
        except ValidationError as error:
            what = error.errors(include_url=False, include_input=False)[0]["type"]
            raise BadInput("law.bundle_not_read", digest=digest, what=what) from error

    @classmethod
    def load_signed(cls, data: bytes, public: bytes) -> Bundle:
        """Read a bundle in its envelope (DSSE), signed by the Ed25519 key ``public`` and no other.

        Raises:
            ProofFailed: signed by another, or the signature does not hold, or it is no bundle's envelope.
            BadInput: as ``load``, or no canonical envelope.
        """
        return cls.load(dsse.verify_one(dsse.read(data), PAYLOAD_TYPE, public))

    def sign(self, keyid: str, signer: Callable[[bytes], bytes]) -> bytes:
        """The bundle in its envelope, signed; ``signer`` gets the pre-authentication encoding."""
        return dsse.write(dsse.sign(PAYLOAD_TYPE, self.data, keyid, signer))

    @property
    def as_of(self) -> date:
        """The state of information."""
        return date.fromisoformat(self.content.as_of)

    def provision(self, key: str) -> Provision:
        """One paragraph by its stable key.

        Raises:
            NotFound: not held.
        """
        return _held(self._provisions, "provision", key)

    def provisions_of(self, instrument: str, article: int | None = None) -> tuple[Provision, ...]:
        """What is held of an instrument, or of one of its articles, in the order of keys."""
        return tuple(
            p for p in self.content.provisions if p.instrument == instrument and article in {None, p.article}
        )

    def value(self, key: str, name: str, on: date) -> Value:
        """A number that a paragraph lays down, as it stands on a day.

        Raises:
            NotFound: no such paragraph or number, or none yet on that day.
        """
        held = [v for v in self.provision(key).values if v.name == name and reached(v.since, on)]
        if not held:
            raise NotFound("law.no_value", provision=key, name=name, on=on.isoformat())
        return max(held, key=lambda v: earliest(v.since))

    def doubt(self, key: str, on: date) -> Literal["weak", "expired"] | None:
        """Why the content of a paragraph settles nothing on a day; None where it does."""
        return model.doubt(self.provision(key), on, self.weak_marks)

    def instrument(self, key: str) -> Instrument:
        """An instrument.

        Raises:
            NotFound: not held.
        """
        return _held(self._instruments, "instrument", key)

    def short_name(self, treaty: str) -> str:
        """What a treaty is called: an instrument, or one that is only pointed to.

        Raises:
            NotFound: neither.
        """
        return _held(self._short, "instrument", treaty)

    @property
    def treaties(self) -> tuple[str, ...]:
        """The keys of all treaties: instruments, and those only pointed to."""
        return tuple(sorted(self._short))

    def last_article(self, treaty: str) -> int | None:
        """The number of the last article, where it is held how many there are."""
        held = self._instruments.get(treaty)
        return None if held is None else held.articles

    def articles_of(self, treaty: str) -> tuple[Article, ...]:
        """The articles held of a treaty, in their order."""
        return tuple(sorted((a for a in self.content.articles if a.instrument == treaty), key=_number))

    def article(self, treaty: str, number: int) -> Article:
        """One article.

        Raises:
            NotFound: not held.
        """
        for article in self.articles_of(treaty):
            if article.number == number:
                return article
        raise NotFound("law.unknown_article", treaty=self.short_name(treaty), number=number)

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """All instruments, in the order of keys."""
        return self.content.instruments

    def nation(self, code: str) -> Nation:
        """What is held of a State.

        Raises:
            NotFound: nothing is.
        """
        if code not in self._nations:
            raise self.names.unknown(code)
        return self._nations[code]

    @cached_property
    def names(self) -> Names:
        """The names by which States and territories can be asked for."""
        return Names(self.content.nations)

    def state(self, asked: str) -> str:
        """The code of a State or territory, by any of its names or codes.

        Raises:
            NotFound: no name is like it; those that are near are named.
        """
        return self.names.code(asked)

    def state_of(self, code: str) -> str:
        """The State that answers for a territory; of a State, itself."""
        return self._territories.get(code, code)

    def status(self, state: str, instrument: str) -> tuple[StatusEvent, ...]:
        """What is held of a State's way towards an instrument."""
        return tuple(self._steps.get(instrument, {}).get(state, ()))

    def steps(self, instrument: str) -> Mapping[str, Sequence[StatusEvent]]:
        """What is held of every State's way towards an instrument, by State."""
        return self._steps.get(instrument, {})

    def reservations(self, state: str) -> tuple[Reservation, ...]:
        """What a State reserved or declared, paragraph by paragraph; on any day."""
        return tuple(r for r in self.content.reservations if r.state == state)

    def objections(self, author: str) -> tuple[Objection, ...]:
        """What others objected to a State's reservations; on any day."""
        return tuple(o for o in self.content.objections if o.author == author)

    def measure(self, key: str) -> Measure:
        """A measure.

        Raises:
            NotFound: not held.
        """
        return _held(self._measures, "measure", key)

    def ground(self, key: str) -> Ground:
        """A ground of refusal, allowed or forbidden.

        Raises:
            NotFound: not held.
        """
        return _held(self._grounds, "ground", key)

    def grounds(self, instrument: str, measure: str, *, allowed: bool = True) -> tuple[Ground, ...]:
        """The grounds on which an instrument allows (or forbids) to refuse a measure."""
        return tuple(
            g
            for g in self.content.grounds
            if g.instrument == instrument and measure in g.measures and g.allowed is allowed
        )

    def clock(self, key: str) -> Clock:
        """A clock.

        Raises:
            NotFound: not held.
        """
        return _held(self._clocks, "clock", key)

    def clocks(self, instrument: str, measure: str) -> tuple[Clock, ...]:
        """The clocks that an instrument sets in motion for a measure."""
        return tuple(
            c
            for c in self.content.clocks
            if c.instrument == instrument and (not c.measures or measure in c.measures)
        )

    def own_length(self, state: str, clock: str) -> OwnLength | None:
        """How long a clock of this program runs where that State has to act, if it has a rule of its own."""
        nation = self._nations.get(self.state_of(state))
        return None if nation is None else next((one for one in nation.lengths if one.key == clock), None)

    def counting(self, key: str) -> Counting | None:
        """How periods of that name are counted; None where plainly, as ``calendar`` does.

        Raises:
            NotFound: not held.
        """
        return None if key == PLAIN else _held(self._countings, "counting", key)

    def length(self, clock: str, on: date) -> Value:
        """How long a clock runs, by the law of a day.

        Raises:
            NotFound: none is laid down, or none yet on that day.
        """
        held = self.clock(clock)
        if held.provision is None or held.value is None:
            raise NotFound("law.no_value", provision=clock, name="length", on=on.isoformat())
        return self.value(held.provision, held.value, on)

    def table(self, digest: str) -> Table:
        """A table of lawful next acts, by the digest that an act's header names.

        Raises:
            NotFound: this bundle holds no such table.
        """
        return _held(self._tables, "table", digest)

    def table_named(self, name: str) -> Table:
        """A table by its name.

        Raises:
            NotFound: not held.
        """
        return _held({t.name: t for t in self.content.tables}, "table", name)

    def criterion(self, key: str) -> Criterion:
        """A criterion of good-faith research.

        Raises:
            NotFound: not held.
        """
        return _held(self._criteria, "criterion", key)

    def urgency_rank(self, level: str) -> int:
        """The place of a request in a list by how urgent it is; 1 comes first, and what is unknown last."""
        ranks = {one.key: one.rank for one in self.content.urgencies}
        return ranks.get(level, max(ranks.values(), default=0) + 1)

    def outside_functions(self) -> frozenset[str]:
        """Functions whose offices can stand outside those who handle requests: courts, the ministry."""
        return frozenset(f.key for f in self.content.functions if f.outside)

    def has_function(self, key: str) -> bool:
        """Whether the vocabulary knows this function of an authority."""
        return key in self._functions

    def regimes(self, state: str, on: date) -> tuple[Regime, ...]:
        """The research regimes held of a State that may apply on a day; empty says *unknown*, not *none*.

        One whose first day is known to the month only is listed from that month on; one whose first day
        is not held, always.
        """
        return tuple(r for r in self.nation(state).regimes if _may_stand(r, on))

    def policies(self, on: date) -> tuple[Regime, ...]:
        """The promises of owners to researchers that may stand on a day; for their own systems only."""
        return tuple(r for r in self.content.policies if _may_stand(r, on))

    def speech_laws(self, state: str) -> tuple[SpeechLaw, ...]:
        """The law of a State that a source says is used against speech; empty says *unknown*, not *none*."""
        return tuple(law for law in self.content.speech_laws if law.state == state)

    def national_offence(self, state: str, concept: str) -> NationalOffence | None:
        """What is held of a State's law for a concept of offence; None says *unknown*."""
        return next((o for o in self.nation(state).offences if o.concept == concept), None)

    @cached_property
    def elements(self) -> Mapping[str, ElementWord]:
        """The elements of conduct, by every word that national law data has for one."""
        return {word: one for one in self.content.elements for word in (one.key, *one.words)}

    @cached_property
    def limits(self) -> dict[str, LimitWord]:
        """What bars or binds the use of what was given, by its key."""
        return {word.key: word for word in self.content.limits}

    def material(self, key: str) -> Material:
        """A kind of material that only a competent unit opens.

        Raises:
            NotFound: no such kind.
        """
        return _held({one.key: one for one in self.content.materials}, "material", key)

    def limit_provisions(self, key: str, instruments: Iterable[str]) -> tuple[Provision, ...]:
        """The paragraphs of these instruments that speak of a limit; none where it is a rule of this program.

        Raises:
            NotFound: no such limit.
        """
        checks = set(_held(self.limits, "limit", key).checks)
        return tuple(p for one in instruments for p in self.provisions_of(one) if checks & set(p.checks))

    def offence_class(
        self, instrument: str, concept: str, max_months: int | None, on: date, penalty: str | None = None
    ) -> OffenceClass | None:
        """The class of an offence under an instrument; None where what is known cannot tell.

        Args:
            instrument: whose classes are asked.
            concept: the concept of offence.
            max_months: the maximum penalty in months, where known.
            penalty: what it is where it is no number of months: ``life``, ``fine_only``, or another word.
            on: the day whose law decides.
        """
        if any((o.instrument, o.concept) == (instrument, concept) for o in self.content.offences):
            return "convention"
        demanded = next((d for d in self.demands(instrument) if d.concept == concept), None)
        if demanded is not None:
            # What the instrument demands is held too weakly to say that this is one of its own offences.
            return None if demanded.mark in self.weak_marks else "convention"
        threshold = self.instrument(instrument).threshold
        if threshold is None:
            return "other"
        if max_months is None:
            # What a court may set at will has no maximum that could be compared.
            return "serious" if penalty == "life" else "other" if penalty == "fine_only" else None
        return "serious" if max_months >= self.value(threshold, "maximum_penalty", on).value else "other"

    def demands(self, instrument: str) -> tuple[Demand, ...]:
        """The offences that an instrument makes its Parties create, with their elements, by article."""
        return tuple(sorted((d for d in self.content.demands if d.instrument == instrument), key=_article))

    def formalities(self, instrument: str) -> tuple[Formality, ...]:
        """What an instrument makes a State notify, and lets it reserve or declare."""
        return tuple(f for f in self.content.formalities if f.instrument == instrument)

    def zone(self, state: str, name: str | None = None) -> Zone:
        """A zone of a State (that of the seat of its government, unless named), as ``calendar`` takes it.

        What the State's own overlay says goes before what ships with the program.

        Raises:
            NotFound: not held.
        """
        for held in self.nation(state).zones:
            if name in {None, held.name}:
                offsets = tuple(Offset(read_instant(o.since), o.minutes) for o in held.offsets)
                return Zone(held.name, offsets, read_instant(held.until))
        for calendar in self.content.calendars:
            known = calendar.zones_of(state)
            wanted = known[:1] if name is None else (name,) if name in known else ()
            for zone in map(calendar.zone, wanted):
                if zone is not None:
                    return zone
        raise NotFound("law.unknown_key", kind="zone", key=f"{state} {name or ''}".strip())

    def zones(self, states: Iterable[str]) -> dict[str, Zone]:
        """The zone of each of these States whose zone is held."""
        found = {}
        for state in states:
            with suppress(NotFound):
                found[state] = self.zone(state)
        return found

    def rest_days(self, state: str) -> RestDays:
        """The days on which offices of a State rest: as its own overlay says, or as ships with the program.

        Raises:
            NotFound: not held, or not all of them.
        """
        held = self.nation(state).rest
        if held is not None and held.dates_complete:
            return RestDays(frozenset(held.weekdays), frozenset(date.fromisoformat(d) for d in held.dates))
        for calendar in self.content.calendars:
            rest = calendar.rest_of(state)
            if rest is not None and held is None:
                return rest
        raise NotFound("law.unknown_key", kind="rest", key=state)


def _number(article: Article) -> int:
    return article.number


def _article(demand: Demand) -> int:
    return demand.article


def _held(records: dict[str, T], kind: str, key: str) -> T:
    if key not in records:
        if kind in _FEW:
            known = ", ".join(sorted(records)) or "-"
            raise NotFound("law.unknown_key_of_few", kind=kind, key=key[:80], known=known)
        raise NotFound("law.unknown_key", kind=kind, key=key[:80])
    return records[key]


def _may_stand(regime: Regime, on: date) -> bool:
    begun = regime.since is None or reached(regime.since, on) is not False
    return begun and (regime.until is None or reached(regime.until, on) is not True)
