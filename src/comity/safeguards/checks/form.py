"""Is the request whole, and did two persons stand behind it?

Promises: ``contents`` is met where all that the instruments in play always ask of a request for this
measure is said in it; ``two_persons`` where two enrolled keys signed, or one did for a measure that is
not intrusive and promised that a second person would ratify. Said is not the same as sufficient.

Leaves to others: whether what is said is enough to act on (``proportion``; a person), and whether two
keys are two people.

Summary: the instruments list what a request for assistance and one for preservation has to say; where
one lists nothing, the law of the requested State decides, and the program's own list of good practice
stands in. A request travels by a means that leaves a record and lets its authenticity be established.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from comity.errors import BadInput
from comity.safeguards.bench import Bench, Check, Paragraphs
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

CONTENT_FACTS: Final = MappingProxyType(
    {
        "authority": ("request.authority_named",),
        "proceeding": ("request.subject_stated", "request.proceeding_named"),
        "facts": ("request.conduct_described",),
        "offence_and_facts": ("request.offence_named", "request.conduct_described"),
        "assistance": ("request.items_described",),
        "data_and_link": ("request.items_described", "declared.link_of_data_to_offence"),
        "link": ("declared.link_of_data_to_offence",),
        "purpose": ("request.purpose_stated",),
        "necessity": ("declared.need_of_preservation",),
        "intention": ("declared.request_will_follow",),
        "custodian": ("declared.custodian_or_location",),
        "persons_and_items": ("request.targets_identified",),
        "period": ("request.period_stated",),
        "urgency": ("request.urgency_explained",),
        "secrecy": ("request.confidentiality_asked",),
        "absence": ("declared.presence_not_possible",),
        "arrest": ("request.builds_on_preservation",),
        "custody": ("declared.custody_and_return",),
        "danger": ("emergency.life_at_risk",),
        "duration": ("declared.duration_justified",),
        "finality": ("asset.order_final",),
        "immunity": ("declared.no_action_for_earlier_acts",),
        "law_of_place": ("declared.host_law_respected",),
        "need": ("necessity.lesser_not_enough",),
        "notice": ("declared.third_parties_told",),
        "offence": ("request.offence_named",),
        "order": ("authorisation.independent",),
        "preservation": ("request.builds_on_preservation",),
        "standing": ("declared.capacity_of_person",),
        "third_parties": ("necessity.third_persons_limited",),
        "warrant": ("arrest.warrant_exists",),
        **{content: (f"said.{content}",) for content in CONTENTS},
    }
)
"""Which facts show that a request says what the law data lists, by the key of the content."""


def contents(bench: Bench) -> Truth:
    """Whatever is always needed is said; what is needed where applicable is only pointed out."""
    limbs = []
    for content in bench.frame.measure.contents:
        instruments = {bench.frame.law.provision(key).instrument for key in content.provisions}
        if not content.practice and not instruments & set(bench.frame.instruments):
            continue
        facts = content_facts(content.key)
        if content.needed == "always":
            limbs += [bench.holds(fact) for fact in facts]
        elif any(bench.show(fact) is not Truth.TRUE for fact in facts):
            bench.say("not_said", content=content.key)
    return all_(*limbs)


def content_facts(content: str) -> tuple[str, ...]:
    """The facts that show a content of the law data.

    Raises:
        BadInput: the law data lists a content of which this program cannot tell whether it is said.
    """
    if content not in CONTENT_FACTS:
        raise BadInput("safeguards.unknown_content", content=content)
    return CONTENT_FACTS[content]


def two_persons(bench: Bench) -> Truth:
    """Two persons signed; or one, for what is not intrusive, with a promise to ratify."""
    measure = bench.frame.measure
    alone = [s for s in measure.signed_by("request") if s.ratify_within_hours is not None]
    bench.law_read(f"measures.{measure.key}.intrusive", measure.intrusive, None, "A", None)
    may_act_alone = known(bool(alone) and not measure.intrusive)
    promised = bench.holds("request.ratification_promised")
    return any_(bench.holds("request.two_persons"), all_(may_act_alone, promised))


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
        reads=tuple(sorted({fact for facts in CONTENT_FACTS.values() for fact in facts})),
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
        reads=("request.two_persons", "request.ratification_promised"),
        interested="requesting",
        heavy=False,
        rule=two_persons,
    ),
)
"""The checks of this group."""
