"""Conditions on which a person was surrendered: in force, lifted, kept or broken by what is done after it.

Promises: a function of the shared acts, the same on both sides. Each deed on the person (a penalty, another
trial, giving up again) is held against every condition in force: what a rule finds broken is said to be
broken, and bars what is only about to be done; what no rule can judge, a person says is kept, by its name.
A condition ends by consent of the State that laid it down, and by nothing else.

Leaves to others: conditions on exhibits (``limits``), the rule of speciality (``speciality``), which act
needs which predicate (``law``'s tables).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts import Act
from comity.acts import terms as t
from comity.acts.person_terms import Penalty, SentenceStage, SentenceTerms, SpecialityTerms
from comity.cases.limits import consents, holding, values
from comity.cases.request import Noted, RequestState
from comity.cases.view import ActPredicate, StatePredicate, TermsPredicate, View, distinct

_KIND = t.LimitKind
_LEAST: Final = frozenset({Penalty.ACQUITTED, Penalty.LESSER})
"""What nobody serves in prison."""
_RIPE: Final = frozenset({SentenceStage.FINAL, SentenceStage.CARRIED_OUT})
"""Stages of a sentence that somebody serves."""


@dataclass(frozen=True, slots=True)
class Assurance:
    """One condition on one person. ``source``: the act that laid it down; ``lifted``: what ended it."""

    item: str
    limit: t.Limit
    source: str
    lifted: str | None = None

    @property
    def binds(self) -> bool:
        """Whether it still binds."""
        return self.lifted is None


@dataclass(frozen=True, slots=True)
class Asked:
    """What conditions in force say of a deed, by their names. ``broken``: by rule; ``open``: for a person."""

    broken: tuple[str, ...]
    open: tuple[str, ...]


def granted_on(request: RequestState, item: str) -> tuple[t.Limit, ...]:
    """The conditions of the decision on one person, as values."""
    found = request.item(item)
    decision = None if found is None or found.decision is None else request.decision(found.decision)
    return () if found is None or decision is None else values(found.conditions, decision.limits)


def assurances(request: RequestState) -> tuple[Assurance, ...]:
    """Every condition on every person who was surrendered, in the order in which they were laid down.

    Those of a consent bind once somebody has acted on it; those on which others were lifted, at once.
    """
    gone = {id for one in request.said("surrender") for id in one.terms.items}
    return tuple(one for item in request.items if item.id in gone for one in _on(request, item.id))


def in_force(request: RequestState, items: Iterable[str]) -> tuple[Assurance, ...]:
    """The conditions that bind what is done with these persons."""
    named = set(items)
    return tuple(one for one in assurances(request) if one.item in named and one.binds)


def ask(request: RequestState, terms: SentenceTerms | SpecialityTerms) -> Asked:
    """Hold a deed against the conditions in force of the persons that it names."""
    judged = [(one.limit.id, _broken(one.limit.kind, terms)) for one in in_force(request, terms.items)]
    broken = {label for label, verdict in judged if verdict}
    open_ = {label for label, verdict in judged if verdict is None} - broken
    return Asked(tuple(sorted(broken)), tuple(sorted(open_)))


def broken_assurances(request: RequestState) -> tuple[Noted, ...]:
    """The acts by which a condition on a person was broken, and which no consent has lifted since."""
    lifted = {id for one in consents(request) for id in one.terms.lifts}
    told = [one for one in request.said("sentence") if one.terms.broken]
    told += [one for one in request.said("breach") if one.terms.items]
    return tuple(one for one in request.noted if one in told and one.id not in lifted)


def to_serve_at_home(request: RequestState) -> Iterator[tuple[Noted, str]]:
    """The last final sentences of persons who are to be sent back to serve them, with the person.

    What is only sought or passed after it takes nothing back: another final judgment does.
    """
    final = (one for one in request.said("sentence") if one.terms.stage in _RIPE)
    last = {item: one for one in final for item in one.terms.items}
    for item, one in sorted(last.items()):
        bound = any(held.limit.kind is _KIND.RETURN_TO_SERVE for held in in_force(request, (item,)))
        if bound and one.terms.penalty not in _LEAST:
            yield one, item


def _on(request: RequestState, item: str) -> Iterator[Assurance]:
    given = [one for one in consents(request) if item in one.sought.items]
    lifts = {
        label: one.id
        for one in given
        if one.sought.use is t.OtherUse.CONDITION_LIFTED
        for label in one.sought.conditions
    }
    found = request.item(item)
    decided = "" if found is None or found.decision is None else found.decision
    for limit in granted_on(request, item):
        yield Assurance(item, limit, decided, lifts.get(limit.id))
    used = {one.terms.consent for one in request.said("speciality") if item in one.terms.items}
    for one in given:
        if one.id in used or one.sought.use is t.OtherUse.CONDITION_LIFTED:
            for limit in values(one.terms.conditions, one.terms.limits):
                yield Assurance(item, limit, one.id, lifts.get(limit.id))


def _broken(kind: t.LimitKind, terms: SentenceTerms | SpecialityTerms) -> bool | None:
    """Whether a deed breaks a condition of this kind; none where no rule can say."""
    if not isinstance(terms, SentenceTerms):
        # Giving up again rests on consent for that very State, which says all that this one asks.
        return False if kind is _KIND.NO_RE_EXTRADITION else None
    serves = terms.stage is SentenceStage.CARRIED_OUT
    match kind:
        case _KIND.NO_DEATH_PENALTY:
            return terms.penalty is Penalty.DEATH
        case _KIND.DEATH_NOT_CARRIED_OUT if terms.penalty is Penalty.DEATH:
            return True if serves else None
        case _KIND.NO_LIFE_SENTENCE:
            return None if terms.penalty is Penalty.DEATH else terms.penalty is Penalty.LIFE
        case _KIND.RETURN_TO_SERVE:
            return serves and terms.penalty not in _LEAST
        case _KIND.DEATH_NOT_CARRIED_OUT | _KIND.NO_RE_EXTRADITION:
            return False
        case _:
            return None


def _sentence_whole(act: Act) -> bool:
    terms: SentenceTerms = act.terms
    ahead = terms.stage is SentenceStage.SOUGHT
    nothing = terms.penalty is Penalty.ACQUITTED
    none = nothing and terms.stage in {SentenceStage.SOUGHT, SentenceStage.CARRIED_OUT}
    return distinct(terms.items) and not none and not (ahead and terms.broken)


def _names_surrendered_persons(view: View, act: Act) -> bool:
    gone = {id for one in view.concerned.said("surrender") for id in one.terms.items}
    items: tuple[str, ...] = act.terms.items
    return gone.issuperset(items) and distinct(items) and bool(items)


def _assurances_allow(view: View, act: Act) -> bool:
    ahead = getattr(act.terms, "stage", SentenceStage.SOUGHT) is SentenceStage.SOUGHT
    return not ahead or not ask(view.concerned, act.terms).broken


def _assurances_answered(view: View, act: Act) -> bool:
    asked = ask(view.concerned, act.terms)
    kept: tuple[str, ...] = act.terms.kept
    broken: tuple[str, ...] = getattr(act.terms, "broken", ())
    return (
        distinct((*kept, *broken))
        and set(broken).issuperset(asked.broken)
        and {*kept, *broken} == {*asked.broken, *asked.open}
    )


def _return_undertaken(view: View, act: Act) -> bool:
    """Who is granted only to be sent back to serve is not handed over for good."""
    if act.terms.manner is not t.Manner.FULL:
        return True
    limits = (limit for item in act.terms.items for limit in granted_on(view.concerned, item))
    return all(limit.kind is not _KIND.RETURN_TO_SERVE for limit in limits)


def _breaks_an_assurance(view: View, act: Act) -> bool:
    terms: t.BreachTerms = act.terms
    if terms.exhibits or not _names_surrendered_persons(view, act):
        return False
    every = {(one.item, one.limit.id) for one in in_force(view.concerned, terms.items)}
    return all((item, terms.condition) in every for item in terms.items)


def _seeks_known_conditions(view: View, act: Act) -> bool:
    terms: t.SeekConsentTerms = act.terms
    if bool(terms.conditions) and terms.use is not t.OtherUse.CONDITION_LIFTED:
        return False
    again = terms.use is t.OtherUse.RE_EXTRADITION  # which is consented to for one State, or not at all
    onward = terms.use is t.OtherUse.ONWARD_TRANSFER
    if (again and terms.to is None) or (terms.to is not None and not again and not onward):
        return False
    held = holding(view.concerned)
    binding = {one.limit.id for one in held if one.binds and one.exhibit in terms.exhibits}
    binding |= {one.limit.id for one in in_force(view.concerned, terms.items)}
    return binding.issuperset(terms.conditions) and distinct(terms.conditions)


def _person_was_given(view: View) -> bool:
    return bool(view.concerned.said("surrender"))


STATE: Final[Mapping[str, StatePredicate]] = MappingProxyType({"person_was_given": _person_was_given})
TERMS: Final[Mapping[str, TermsPredicate]] = MappingProxyType({"sentence_whole": _sentence_whole})
ACT: Final[Mapping[str, ActPredicate]] = MappingProxyType(
    {
        "names_surrendered_persons": _names_surrendered_persons,
        "assurances_allow": _assurances_allow,
        "assurances_answered": _assurances_answered,
        "return_undertaken": _return_undertaken,
        "breaks_an_assurance": _breaks_an_assurance,
        "seeks_known_conditions": _seeks_known_conditions,
    }
)
