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

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from comity.errors import BadInput, NotFound
from comity.law.bundle import Bundle
from comity.law.described import DESCRIBED, DescribedBinding, described_between
from comity.law.event import TEXTS, Reservation
from comity.law.marks import MARKS, Mark, reached, weakest
from comity.law.model import Basis, Instrument, OffenceClass
from comity.law.nation import Notice
from comity.law.reserved import ReservedParagraph, precluding, reserved_paragraphs
from comity.law.standing import Answer, bound, in_force, missing
from comity.messages import Message, message


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
    lacks: tuple[Message, ...] = ()
    """Where it is not known to bind: what would have to happen."""
    reserved: tuple[ReservedParagraph, ...] = ()
    """The paragraphs that do not stand as written between the two."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A basis on which a measure can rest between the two, in the order of preference.

    Of a basis that a State describes itself, ``instrument`` is ``DESCRIBED`` and the provision its key.
    """

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
    would: tuple[str, ...] = ()
    """Where no instrument is known to carry the measure: those that would, if they bound the two."""
    measures: tuple[str, ...] = ()
    """The measures that at least one instrument in force between the two can carry."""
    offence: str | None = None
    offence_classes: tuple[tuple[str, OffenceClass | None], ...] = ()
    """Of the offence, under each instrument; None where the penalty would have to be known."""
    notices: tuple[tuple[str, Notice], ...] = ()
    """The authorities, languages and channels that each has told of, as far as held."""
    described: tuple[DescribedBinding, ...] = ()
    """What one of the two describes itself as a basis towards the other; the other may see it otherwise."""

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
    def reserved(self) -> tuple[ReservedParagraph, ...]:
        """Every paragraph that does not stand as written, in what is in force between the two."""
        return tuple(regime for b in self.in_force for regime in b.reserved)

    @property
    def trace(self) -> tuple[Message, ...]:
        """All reasons, instrument by instrument, in order."""
        each = [
            *((*b.reasons, *(m for r in b.reserved for m in r.reasons)) for b in self.bindings),
            *(d.reasons for d in self.described),
            *(o.reasons for o in self.offers),
        ]
        return (*self.reasons, *(reason for reasons in each for reason in reasons))


def relate(
    bundle: Bundle,
    a: str,
    b: str,
    on: date,
    measure: str | None = None,
    *,
    offence: str | None = None,
    max_months: int | None = None,
) -> Relation:
    """What is known to bind States ``a`` and ``b`` on the day ``on``.

    Args:
        bundle: the law data.
        a: one State's code, or that of a territory beside one.
        b: the other's; their order makes no difference.
        on: the day.
        measure: with one, on which instruments it can rest, in the order offered.
        offence: with a concept of offence, what it is under each instrument, and what can carry it.
        max_months: the maximum penalty for it, where known.

    Raises:
        BadInput: twice the same State, or a day before the oldest instrument held was adopted.
        NotFound: a State, a measure or an offence of which the data holds nothing.
    """
    first, second = sorted((a, b))
    if first != second and bundle.state_of(first) == bundle.state_of(second):
        raise BadInput("law.parts_of_one_state", first=first, second=second, state=bundle.state_of(first))
    if first == second:
        raise BadInput("law.one_state", state=first)
    bundle.nation(bundle.state_of(first))
    bundle.nation(bundle.state_of(second))
    oldest = min(i.adopted for i in bundle.instruments)
    if on < date.fromisoformat(oldest):
        raise BadInput("law.date_before_data", on=on.isoformat(), oldest=oldest)
    classes = () if offence is None else _classes(bundle, offence, max_months, on)
    bindings = tuple(_bind(bundle, instrument, (first, second), on) for instrument in bundle.instruments)
    carry = {b.instrument: b for b in bindings}
    described = described_between(bundle, first, second, on)
    offers: tuple[Offer, ...] = ()
    would: tuple[str, ...] = ()
    reasons = [message("law.reason.at_least", as_of=bundle.content.as_of)]
    if on > bundle.as_of:
        reasons.append(message("law.reason.after_data", as_of=bundle.content.as_of, on=on.isoformat()))
    if measure is not None:
        fitting = [basis for basis in bundle.measure(measure).bases if _takes(basis, dict(classes))]
        offers = tuple(
            _offer(bundle, basis, carry[basis.instrument])
            for basis in fitting
            if carry[basis.instrument].in_force == "yes"
        )
        offers = _with_described(measure, offers, described)
        if not offers:
            would = tuple(dict.fromkeys(basis.instrument for basis in fitting))
            reasons.append(message("law.reason.no_basis", measure=measure))
            reasons += [message("law.reason.would", instrument=carry[key].name) for key in would]
    reservations = tuple(
        r
        for state in (first, second)
        for r in bundle.reservations(state)
        if reached(r.since, on) and r.stands(on) is not False
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
        would=would,
        measures=_carried(bundle, carry, dict(classes), described),
        offence=offence,
        offence_classes=classes,
        notices=tuple(notices_between(bundle, (first, second), on)),
        described=described,
    )


def _classes(
    bundle: Bundle, offence: str, max_months: int | None, on: date
) -> tuple[tuple[str, OffenceClass | None], ...]:
    concepts = sorted(c.key for c in bundle.content.concepts)
    if offence not in concepts:
        raise NotFound("law.unknown_key_of_few", kind="offence", key=offence[:60], known=", ".join(concepts))
    creating = {o.instrument for o in bundle.content.offences} | {
        d.instrument for d in bundle.content.demands
    }
    return tuple(
        (i.key, bundle.offence_class(i.key, offence, max_months, on))
        for i in bundle.instruments
        if i.threshold is not None or i.key in creating
    )


def _takes(basis: Basis, classes: dict[str, OffenceClass | None]) -> bool:
    """Whether a basis can take the offence; one whose class is not known may be taken."""
    of_class = classes.get(basis.instrument)
    return of_class is None or of_class in basis.offence_classes


def _carried(
    bundle: Bundle,
    bindings: dict[str, Binding],
    classes: dict[str, OffenceClass | None],
    described: tuple[DescribedBinding, ...],
) -> tuple[str, ...]:
    own = {measure for d in described if d.stands == "yes" for measure in d.basis.measures}
    return tuple(
        m.key
        for m in bundle.content.measures
        if m.key in own
        or any(bindings[b.instrument].in_force == "yes" and _takes(b, classes) for b in m.bases)
    )


def notices_between(bundle: Bundle, codes: tuple[str, str], on: date) -> Iterator[tuple[str, Notice]]:
    """What each has told of for requests from the other; of a territory, its own before its State's."""
    for code, other in (codes, codes[::-1]):
        peer = bundle.state_of(other)
        held = [
            n
            for n in bundle.nation(bundle.state_of(code)).notices
            if reached(n.since, on) is not False
            and n.territory in {None, code}
            and (not n.towards or other in n.towards or peer in n.towards)
        ]
        own = {n.topic for n in held if n.territory == code}
        yield from ((code, n) for n in held if n.territory == code or n.topic not in own)


def _bind(bundle: Bundle, instrument: Instrument, states: tuple[str, str], on: date) -> Binding:
    general = in_force(bundle, instrument.key, on)
    each = [bound(bundle, state, instrument.key, on) for state in states]
    parts = [general, *each]
    answers = [part.answer for part in parts]
    reasons = [reason for part in parts for reason in part.reasons]
    if "no" in answers:
        answer: Answer = "no"
        # One sufficient obstacle carries the answer: the best supported one.
        mark = min((p.mark for p in parts if p.answer == "no"), key=MARKS.index)
    else:
        answer = "unknown" if "unknown" in answers else "yes"
        mark = weakest(part.mark for part in parts)
    responsible = [bundle.state_of(state) for state in states]
    if answer != "no":
        for objection in precluding(bundle, instrument.key, responsible[0], responsible[1], on):
            sure = objection.stands(on) is True
            if sure or answer == "yes":
                answer, mark = ("no" if sure else "unknown"), objection.mark
            named = {"state": objection.state, "author": objection.author}
            text = "law.reason.precluded" if sure else "law.reason.precluded_perhaps"
            reasons.append(message(text, instrument=instrument.short_name, **named))
    reasons += _unread(bundle, instrument, responsible)
    lacking = None
    if general.answer == "no" and instrument.in_force is None:
        lacking = missing(bundle, instrument, on)
    lacks = [] if answer == "yes" else _lacks(instrument, responsible, lacking, [p.answer for p in each])
    return Binding(
        instrument=instrument.key,
        name=instrument.short_name,
        in_force=answer,
        mark=mark,
        to_be_confirmed=mark != "A",
        sources=tuple(sorted({s for part in parts for s in part.sources})),
        missing=lacking,
        # What holds of the instrument and of both States alike is said once.
        reasons=tuple(dict.fromkeys(reasons)),
        lacks=tuple(lacks),
        reserved=reserved_paragraphs(bundle, instrument.key, responsible[0], responsible[1], on),
    )


def _lacks(
    instrument: Instrument, states: list[str], lacking: int | None, answers: list[Answer]
) -> list[Message]:
    """What would have to happen for the instrument to bind the two."""
    found = []
    if lacking:
        found.append(message("law.lacks.deposits", instrument=instrument.short_name, missing=lacking))
    for state, answer in zip(states, answers, strict=True):
        if answer != "yes":
            named = {"instrument": instrument.short_name, "state": state}
            text = "law.lacks.consent" if answer == "no" else "law.lacks.knowledge"
            found.append(message(text, **named))
    return found


def _unread(bundle: Bundle, instrument: Instrument, states: list[str]) -> list[Message]:
    """Texts of the two that lie with the depositary, and that nobody has read for their effect."""
    return [
        message(f"law.unread.{event.event}", instrument=instrument.short_name, state=state)
        for state in states
        for event in bundle.status(state, instrument.key)
        if event.event in TEXTS and event.extends is None
    ]


def _with_described(
    measure: str, offers: tuple[Offer, ...], described: tuple[DescribedBinding, ...]
) -> tuple[Offer, ...]:
    """The offers with those that a State describes: a treaty of the two first, a courtesy last."""
    own = [
        (d.basis.is_treaty, _described(d))
        for d in described
        if d.stands == "yes" and measure in d.basis.measures
    ]
    return (*(o for first, o in own if first), *offers, *(o for first, o in own if not first))


def _described(found: DescribedBinding) -> Offer:
    basis = found.basis
    text = "law.reason.described_to_confirm" if found.to_be_confirmed else "law.reason.described"
    reason = message(text, name=basis.name, state=basis.state, key=basis.key, mark=basis.mark)
    return Offer(
        DESCRIBED,
        (basis.key,),
        basis.offence_classes,
        basis.dual_criminality,
        basis.mark,
        found.to_be_confirmed,
        (reason,),
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
