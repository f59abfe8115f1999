"""Whether something may be used: one use held against every limit in force, by rule and not by opinion.

Promises: pure; the same answer on both sides for what the shared acts hold. What bars a use is named, with
the act that set it and with what would lift it. What no rule can judge is a question for a person, never a
silent yes. What exonerates is never barred by a limit of the State that gave it, only by there being
nothing left to show.

Leaves to others: recording what was asked and answered (``app``), the words and paragraphs (``law``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.acts import Capacity
from comity.acts import terms as t
from comity.acts.duty_terms import UseVerdict
from comity.cases.limits import Held, consents, holding, open_breaches
from comity.cases.ratification import stands
from comity.cases.request import ItemStanding, RequestState
from comity.law import Table

COURT: Final = t.Purpose.COURT
UNLIKE_EVIDENCE: Final = frozenset({t.Purpose.LEAD, t.Purpose.ONWARD})
"""Purposes for which it need not be evidence."""
ELECTRONIC: Final = frozenset({t.DataType.SUBSCRIBER, t.DataType.TRAFFIC, t.DataType.CONTENT})
"""The sorts of data that are granted one by one."""

_PASS_ON: Final = frozenset({t.OtherUse.ONWARD_TRANSFER})
_ELSEWHERE: Final = frozenset(t.OtherUse) - _PASS_ON


@dataclass(frozen=True, slots=True)
class Asked:
    """A use as it is asked for. ``at``: when it is asked, as an act writes it; ``on``: when it is to be."""

    exhibits: tuple[str, ...]
    use: t.UseKind
    purpose: t.Purpose | None
    at: str
    consent: str | None = None
    to: str | None = None
    on: str | None = None

    @property
    def when(self) -> str:
        """The instant for which it is judged."""
        return max(self.at, self.on or self.at)


@dataclass(frozen=True, slots=True)
class Bar:
    """What stands in the way of one exhibit's use. ``limit``: a key of the law data's limits.

    ``name``: the condition's name, where it is one; ``source``: the act that set it. ``seek``: consent to
    what would lift it; none: no consent does.
    """

    exhibit: str
    limit: str
    source: str | None = None
    name: str | None = None
    seek: t.OtherUse | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the limits say of a use. ``questions``: keys of the law data's limits, for a person."""

    verdict: UseVerdict
    bars: tuple[Bar, ...] = ()
    questions: tuple[Bar, ...] = ()


def destroyed(request: RequestState) -> frozenset[str]:
    """The exhibits that were destroyed or given back."""
    return _exhibits_of(request, "destroyed")


def recalled(request: RequestState) -> frozenset[str]:
    """The exhibits that were called back."""
    return _exhibits_of(request, "recall")


def no_evidence(
    request: RequestState, requests: Mapping[str, RequestState], table: Table, at: str
) -> frozenset[str]:
    """The exhibits that are no evidence at an instant: given in another capacity, and not regularised since.

    It is a later grant that regularises, as long as it stands: one that a second person was to ratify, and
    did not, or not in time, makes none.
    A grant of what gives no evidence, such as a preservation, makes none. Electronic data becomes evidence
    by a grant of the item that it was given for, under its own name, and of its own sort: a grant of another
    account, or of the less, does not let a court read it. What is no electronic data has no such names.
    """
    granted = {
        (item.id, item.data)
        for later in requests.values()
        if later.follows == request.id
        and later.withdrawn is None
        and Capacity.EVIDENCE.value in table.capacities(later.measure)
        for item in later.items
        if item.standing is ItemStanding.GRANTED and item.decision and stands(later, item.decision, at)
    }
    sorts = {item.id: item.data for item in request.items}
    return frozenset(
        exhibit.exhibit
        for delivery in request.deliveries
        if delivery.capacity is not Capacity.EVIDENCE
        for exhibit in delivery.exhibits
        if not granted
        or not sorts.keys() >= set(exhibit.items)  # an item may be gone with the act that added it
        or not granted.issuperset((item, sorts[item]) for item in exhibit.items if sorts[item] in ELECTRONIC)
    )


def bars(
    request: RequestState, requests: Mapping[str, RequestState], asked: Asked, table: Table
) -> tuple[Bar, ...]:
    """What the shared acts hold against a use; nothing: both sides take it for allowed."""
    held, unfit = holding(request), no_evidence(request, requests, table, asked.when)
    return tuple(
        bar
        for exhibit in asked.exhibits
        for bar in _bars(request, asked, exhibit, tuple(h for h in held if h.exhibit == exhibit), unfit)
    )


def judge_use(
    request: RequestState,
    requests: Mapping[str, RequestState],
    asked: Asked,
    table: Table,
    *,
    proceeding: str,
    stated: tuple[str, ...] | None,
    ratified: bool = True,
) -> Judged:
    """Judge a use as the State that holds the exhibits does, before it is said.

    Args:
        request: the request under which they were given.
        requests: all requests of the case.
        asked: the use.
        table: the table of lawful next acts: which measures give evidence.
        proceeding: the number of the proceeding that it is for.
        stated: the numbers that the request, or a condition, names; ``None``: they are not open here.
        ratified: whether our own request stands: sent by two, or ratified, or its time not over.
    """
    found = list(bars(request, requests, asked, table))
    questions = list(_questions(request, asked))
    exculpatory = asked.use is t.UseKind.EXCULPATORY
    for exhibit in asked.exhibits:
        if not ratified and not exculpatory:
            found.append(Bar(exhibit, "own_not_ratified", request.id))
        if asked.use is t.UseKind.STATED and stated is None:
            questions.append(Bar(exhibit, "proceeding_unknown", request.id))
        elif asked.use is t.UseKind.STATED and _plain(proceeding) not in map(_plain, stated or ()):
            seek = t.OtherUse.OTHER_PROCEEDING
            found.append(Bar(exhibit, "other_proceeding", request.id, seek=seek))
    if found:
        curable = all(bar.seek is not None for bar in found)
        verdict = UseVerdict.NEEDS_CONSENT if curable else UseVerdict.REFUSED
        return Judged(verdict, tuple(found), tuple(questions))
    verdict = UseVerdict.NEEDS_HUMAN if questions else UseVerdict.ALLOWED
    return Judged(verdict, (), tuple(questions))


def _bars(
    request: RequestState,
    asked: Asked,
    exhibit: str,
    held: tuple[Held, ...],
    unfit: frozenset[str],
) -> Iterator[Bar]:
    if exhibit in destroyed(request):
        yield Bar(exhibit, "destroyed", _said_by(request, "destroyed", exhibit))
        return
    if asked.use is t.UseKind.EXCULPATORY:
        if asked.purpose not in {None, t.Purpose.DEFENCE}:
            yield Bar(exhibit, "not_for_defence")
        return
    if exhibit in recalled(request):
        yield Bar(exhibit, "recalled", _said_by(request, "recall", exhibit))
    for breach in open_breaches(request):
        if exhibit in breach.terms.exhibits:
            yield Bar(exhibit, "breach", breach.id, seek=t.OtherUse.CONDITION_LIFTED)
    delivery = next(d for d in request.deliveries if any(e.exhibit == exhibit for e in d.exhibits))
    if not stands(request, delivery.decision, asked.when):
        yield Bar(exhibit, "not_ratified", delivery.decision)
    if exhibit in unfit and asked.purpose not in UNLIKE_EVIDENCE:
        yield Bar(exhibit, "no_evidence", delivery.id)
    yield from _without_consent(request, asked, exhibit)
    yield from _conditions(asked, held)


def _without_consent(request: RequestState, asked: Asked, exhibit: str) -> Iterator[Bar]:
    """Passing on, and every use that says so itself, rest on a consent that covers them."""
    onward = asked.purpose is t.Purpose.ONWARD
    if asked.use is t.UseKind.STATED and not onward:
        return
    wanted = _PASS_ON if onward else _ELSEWHERE
    if asked.use is t.UseKind.WITH_CONSENT and any(
        one.covers(exhibit, wanted, asked.to if onward else None)
        for one in consents(request)
        if asked.consent in {None, one.id}
    ):
        return
    if onward:
        yield Bar(exhibit, "onward", seek=t.OtherUse.ONWARD_TRANSFER)
    else:
        yield Bar(exhibit, "other_use", seek=t.OtherUse.OTHER_PROCEEDING)


def _conditions(asked: Asked, held: tuple[Held, ...]) -> Iterator[Bar]:
    """What conditions that bind say by rule. Consent to a use stands above a limit to other uses."""
    lift = t.OtherUse.CONDITION_LIFTED
    agreed = asked.use is t.UseKind.WITH_CONSENT
    for one in _binding(asked, held):
        limit = one.limit
        bar = Bar(one.exhibit, limit.kind.value, one.source, limit.id, seek=lift)
        match limit.kind:
            case t.LimitKind.DESTRUCTION | t.LimitKind.RETURN:
                if limit.until is not None and asked.when > limit.until:
                    yield bar
            case t.LimitKind.CONFIDENTIALITY:
                if asked.purpose is t.Purpose.PUBLICATION:
                    yield bar
            case t.LimitKind.USE_LIMIT:
                purpose = asked.purpose or COURT
                if limit.purposes and purpose not in limit.purposes and (one.consent or not agreed):
                    yield bar
            case _:
                continue  # onward transfer never goes without consent; the rest is a person's to judge


def _questions(request: RequestState, asked: Asked) -> Iterator[Bar]:
    """What a person answers, with reasons, before the use."""
    held = holding(request)
    for exhibit in asked.exhibits:
        if asked.use is t.UseKind.EXCULPATORY:
            if asked.on is None or asked.on <= asked.at:
                yield Bar(exhibit, "told_after")
            continue
        if asked.purpose is t.Purpose.PUBLICATION:
            yield Bar(exhibit, "made_public")
        for one in _binding(asked, tuple(h for h in held if h.exhibit == exhibit)):
            kind = one.limit.kind
            if (
                kind is t.LimitKind.OTHER
                or kind in t.OF_PERSONS
                or (kind is t.LimitKind.NO_DEATH_PENALTY and asked.purpose is not t.Purpose.LEAD)
                or (kind is t.LimitKind.CONFIDENTIALITY and asked.purpose is t.Purpose.DEFENCE)
            ):
                yield Bar(exhibit, kind.value, one.source, one.limit.id)


def _binding(asked: Asked, held: tuple[Held, ...]) -> tuple[Held, ...]:
    """Those of a consent bind the use that rests on it."""
    agreed = asked.use is t.UseKind.WITH_CONSENT
    return tuple(
        h for h in held if h.binds and (not h.consent or (agreed and asked.consent in {None, h.source}))
    )


def _exhibits_of(request: RequestState, kind: str) -> frozenset[str]:
    return frozenset(id for one in request.said(kind) for id in one.terms.exhibits)


def _said_by(request: RequestState, kind: str, exhibit: str) -> str:
    return next(one.id for one in request.said(kind) if exhibit in one.terms.exhibits)


def _plain(number: str) -> str:
    return " ".join(number.split()).casefold()
