"""Is the request whole, and did two persons stand behind it?

Promises: ``contents`` is met where all that the instruments in play always ask of a request for this
measure is said in it; ``two_persons`` where those signed whom this program asks of its own State (two
enrolled keys, a judge to intercept; or one key, for what is not intrusive, with ratification promised).
Where fewer did, it is for the law of the asking State whether that will do, and a person judges. Said is
not the same as sufficient.

Leaves to others: whether what is said is enough to act on (``proportion``; a person), and whether two
keys are two people.

Summary: the instruments list what a request for assistance and one for preservation has to say; where
one lists nothing, the law of the requested State decides, and the program's own list of good practice
stands in. A request travels by a means that leaves a record and lets its authenticity be established.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from comity.acts import Capacity, Role
from comity.errors import BadInput
from comity.law.model import Content
from comity.safeguards.bench import Bench, Check, Frame, Paragraphs
from comity.safeguards.footing import kept
from comity.safeguards.logic import Truth, all_, any_, known
from comity.safeguards.measures import (
    ALL,
    ASSET,
    ASSISTANCE,
    CONFISCATE,
    FREEZE,
    PERSON,
    PRESERVE,
    REAL_TIME,
    TRAFFIC,
)
from comity.safeguards.registry.said import CONTENTS

PLACE_FACTS: Final = MappingProxyType(
    {
        "sender": ("request.authority_named",),
        "conduct": ("request.conduct_described",),
        "offence": ("request.offence_named",),
        "proceeding": ("request.subject_stated", "request.proceeding_named"),
        "items": ("request.items_described",),
        "target": ("request.targets_identified",),
        "period": ("request.period_stated",),
        "purpose": ("request.purpose_stated",),
        "urgency": ("request.urgency_explained",),
        "secrecy": ("request.confidentiality_asked",),
        "earlier": ("request.builds_on_preservation",),
        "origin": (),  # a term of the request; where it is not said there is nothing to ask after
        "conditions": ("request.limits_stated",),
    }
)
"""Which facts show that something is said in a place of the request, by the law data's name of the place."""

MORE_FACTS: Final = MappingProxyType(
    {
        "offence_and_facts": ("request.offence_named",),
        "data_and_link": ("declared.link_of_data_to_offence",),
    }
)
"""What a content asks for beside its place."""

DECLARED_FACTS: Final = MappingProxyType(
    {
        "link": "declared.link_of_data_to_offence",
        "necessity": "declared.need_of_preservation",
        "intention": "declared.request_will_follow",
        "custodian": "declared.custodian_or_location",
    }
)
"""The fact by which a request declares a content that it says among its facts."""

SHOWN_BY: Final = MappingProxyType(
    {
        "absence": "declared.presence_not_possible",
        "custody": "declared.custody_and_return",
        "danger": "emergency.life_at_risk",
        "duration": "declared.duration_justified",
        "finality": "asset.order_final",
        "immunity": "declared.no_action_for_earlier_acts",
        "intention": "declared.request_will_follow",
        "law_of_place": "declared.host_law_respected",
        "link": "declared.link_of_data_to_offence",
        "need": "necessity.lesser_not_enough",
        "notice": "declared.third_parties_told",
        "order": "authorisation.independent",
        "standing": "declared.capacity_of_person",
        "third_parties": "necessity.third_persons_limited",
        "warrant": "arrest.warrant_exists",
    }
)
"""The fact that says as much as a statement or a paper would, where it is known to be so."""

READS: Final = tuple(
    sorted(
        {
            *(fact for facts in (*PLACE_FACTS.values(), *MORE_FACTS.values()) for fact in facts),
            *DECLARED_FACTS.values(),
            *SHOWN_BY.values(),
            *(f"said.{content}" for content in CONTENTS),
        }
    )
)


def contents(bench: Bench) -> Truth:
    """Whatever is always needed is said; what is needed where applicable is only pointed out."""
    frame = bench.frame
    limbs = []
    table: tuple[tuple[Content, tuple[str, ...]], ...] = kept(
        frame.shelf.contents, (frame.case.measure, frame.instruments), lambda: _table(frame)
    )
    for content, facts in table:
        if content.needed == "always":
            limbs.append(_said(bench, content, facts))
        elif not _shown(bench, content) and any(bench.show(fact) is not Truth.TRUE for fact in facts):
            bench.say("not_said", content=content.key)
    return all_(*limbs)


def _table(frame: Frame) -> tuple[tuple[Content, tuple[str, ...]], ...]:
    """The contents that the request's instruments ask for, and those of practice, each with its facts."""
    asked, law = set(frame.instruments), frame.law
    return tuple(
        (content, content_facts(content))
        for content in frame.measure.contents
        if content.practice or any(law.provision(key).instrument in asked for key in content.provisions)
    )


def content_facts(content: Content) -> tuple[str, ...]:
    """The facts that show a content of the law data, by the place in which a request says it.

    Raises:
        BadInput: the law data lists a content of which this program cannot tell whether it is said.
    """
    key = content.key
    place = content.said_in or _BEFORE.get(key, "facts")
    if place == "facts" and key in DECLARED_FACTS:
        return (DECLARED_FACTS[key],)
    if place in _OF_ITS_OWN and key in CONTENTS:
        return (f"said.{key}",)
    if place not in PLACE_FACTS:
        raise BadInput("safeguards.unknown_content", content=key)
    return (*PLACE_FACTS[place], *MORE_FACTS.get(key, ()))


def _said(bench: Bench, content: Content, facts: tuple[str, ...]) -> Truth:
    """Whether a content is said in its place, or another fact says as much as a statement or paper would."""
    said = all_(*(bench.holds(fact) for fact in facts))
    other = SHOWN_BY.get(content.key) if content.said_in in _OF_ITS_OWN else None
    return said if other is None or said is Truth.TRUE else any_(said, bench.holds(other))


def _shown(bench: Bench, content: Content) -> bool:
    """Whether another fact that is known to be so says as much as the statement or paper would."""
    fact = SHOWN_BY.get(content.key)
    if fact is None or content.said_in not in _OF_ITS_OWN or bench.show(fact) is not Truth.TRUE:
        return False
    return bench.holds(fact) is Truth.TRUE  # what is rested on is read as such


_BEFORE: Final = MappingProxyType(
    {
        "authority": "sender",
        "facts": "conduct",
        "offence_and_facts": "conduct",
        "proceeding": "proceeding",
        "assistance": "items",
        "data_and_link": "items",
        "persons_and_items": "target",
        "period": "period",
        "purpose": "purpose",
        "urgency": "urgency",
        "secrecy": "secrecy",
    }
)
"""The place of a content in law data of before places were held: a finding on it is still recomputed."""

_OF_ITS_OWN: Final = frozenset({"statement", "paper"})
"""Places in which a request says one content alone, under its key."""


def two_persons(bench: Bench) -> Truth:
    """Two persons signed; or one, for what is not intrusive or an emergency, with a promise to ratify.

    What an emergency's measure gives comes in that capacity alone, and is not used before the ratification.
    The rule binds this node's own State. Another State's law may let fewer act, and it speaks for that law.
    """
    as_ours = _as_ours(bench)
    return as_ours if as_ours is Truth.TRUE else any_(as_ours, bench.holds("law.signers_suffice"))


def _as_ours(bench: Bench) -> Truth:
    """Whether those signed whom this program asks of its own State."""
    measure = bench.frame.measure
    alone = [s for s in measure.signed_by("request") if s.ratify_within_hours is not None]
    bench.law_read(f"measures.{measure.key}.intrusive", measure.intrusive, None, "A", None)
    cannot_wait = measure.capacities == (Capacity.EMERGENCY.value,)
    may_act_alone = known(bool(alone) and (cannot_wait or not measure.intrusive))
    promised = bench.holds("request.ratification_promised")
    enough = any_(bench.holds("request.two_persons"), all_(may_act_alone, promised))
    sets = measure.signed_by("request")
    if sets and all(Role.JUDGE in signing.roles for signing in sets):
        return all_(enough, bench.holds("request.judge_signed"))
    return enough


CHECKS: Final = (
    Check(
        key="contents",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs(
                "uncc",
                ASSISTANCE - REAL_TIME,
                (
                    "uncc.mla.contents.authority",
                    "uncc.mla.contents.proceeding",
                    "uncc.mla.contents.facts",
                    "uncc.mla.contents.assistance",
                    "uncc.mla.contents.purpose",
                ),
            ),
            Paragraphs(
                "uncc",
                REAL_TIME,
                (
                    "uncc.real_time.contents.authority",
                    "uncc.real_time.contents.facts",
                    "uncc.real_time.contents.data_and_link",
                    "uncc.real_time.contents.system",
                    "uncc.real_time.contents.necessity",
                    "uncc.real_time.contents.period",
                ),
            ),
            Paragraphs("uncc", ASSET, ("uncc.confiscation.contents",)),
            Paragraphs(
                "uncc",
                CONFISCATE,
                ("uncc.confiscation.contents.own_order", "uncc.confiscation.contents.foreign_order"),
            ),
            Paragraphs("uncc", FREEZE, ("uncc.confiscation.contents.provisional",)),
            Paragraphs("uncc", PERSON, ("uncc.extradition.conditions",)),
            Paragraphs("untoc", ASSISTANCE, ("untoc.mla.contents",)),
            Paragraphs(
                "uncc",
                PRESERVE | TRAFFIC,
                (
                    "uncc.preservation.contents.authority",
                    "uncc.preservation.contents.offence_and_facts",
                    "uncc.preservation.contents.data_and_link",
                    "uncc.preservation.contents.custodian",
                    "uncc.preservation.contents.necessity",
                    "uncc.preservation.contents.intention",
                ),
            ),
            Paragraphs("budapest", ASSISTANCE, ("budapest.mla.requested_law",)),
            Paragraphs("budapest", PERSON, ("budapest.extradition.conditions",)),
            Paragraphs(
                "budapest",
                PRESERVE | TRAFFIC,
                (
                    "budapest.preservation.contents.authority",
                    "budapest.preservation.contents.offence_and_facts",
                    "budapest.preservation.contents.data_and_link",
                    "budapest.preservation.contents.custodian",
                    "budapest.preservation.contents.necessity",
                    "budapest.preservation.contents.intention",
                ),
            ),
        ),
        yardstick=("uncc.mla.contents.facts",),
        also=("uncc.mla.more_information",),
        reads=READS,
        interested="requesting",
        heavy=False,
        rule=contents,
    ),
    Check(
        key="two_persons",
        version=1,
        measures=ALL,
        relies=(
            Paragraphs("uncc", ALL, ("uncc.mla.form",)),
            Paragraphs("budapest", ALL, ("budapest.mla.expedited_means",)),
        ),
        yardstick=("uncc.mla.form",),
        also=("uncc.safeguards.review",),
        reads=(
            "request.two_persons",
            "request.ratification_promised",
            "request.judge_signed",
            "law.signers_suffice",
        ),
        interested="requesting",
        heavy=False,
        rule=two_persons,
    ),
)
"""The checks of this group."""
