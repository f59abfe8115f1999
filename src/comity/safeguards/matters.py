"""What raises a matter of practice: the measure, the offence named, or that anyone states a fact of it.

Promises: derived from the measure, the concept of offence and the keys of what was stated, and from nothing
else; no text is searched. A matter that nothing raises is absent: its check is not put, and never met by
silence.

Leaves to others: the answers (``facts``), the checks (``checks``).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.safeguards.measures import DETAINED, PERSON, TRANSFER
from comity.safeguards.registry import FactValue

NOBODY: Final[frozenset[str]] = frozenset()
PROCEEDINGS: Final = PERSON | {"transfer_proceedings"}


@dataclass(frozen=True, slots=True)
class Matter:
    """``facts``: any of them, once stated, raises it; ``always``: measures that raise it by themselves."""

    facts: tuple[str, ...]
    always: frozenset[str] = NOBODY
    concepts: frozenset[str] = NOBODY


MATTERS: Final = MappingProxyType(
    {
        "presence": Matter(
            ("action.by_asking_officials", "law.presence_agreed"), frozenset({"joint_investigation"})
        ),
        "procedure": Matter(("law.procedure_possible", "said.procedure", "said.method")),
        "costs": Matter(("costs.extraordinary", "costs.agreed")),
        "other_treaty": Matter(("treaty.other_governs", "treaty.rules_agreed")),
        "appearance": Matter(("declared.safe_conduct", "person.comes_freely")),
        "government_records": Matter(("records.public", "law.records_may_go")),
        "child": Matter(("child.accused", "declared.child_protected", "child.own_private_material")),
        "victims": Matter(
            ("declared.victims_protected", "said.victims"),
            concepts=frozenset({"child_abuse_material", "grooming", "intimate_images"}),
        ),
        "ill_treatment": Matter(
            ("risk.ill_treatment", "risk.evidence_by_torture"), PERSON | TRANSFER | DETAINED
        ),
        "judged_before": Matter(("person.judged_before", "law.judged_bars"), PROCEEDINGS),
        "limitation": Matter(
            ("time.expired_requesting", "time.expired_requested", "law.own_limitation_counts"), PROCEEDINGS
        ),
        "amnesty": Matter(("amnesty.covers_conduct", "law.amnesty_bars"), PROCEEDINGS),
        "immunity": Matter(("immunity.of_person", "immunity.of_archive"), PERSON),
        "in_absence": Matter(
            ("judgment.in_absence", "judgment.knew_and_defended", "declared.new_trial"), PERSON
        ),
        "special_court": Matter(("court.special",), PERSON),
        "political": Matter(("offence.political",), PERSON),
        "military": Matter(("offence.military_only",), PERSON),
        "competing": Matter(("requests.competing", "requests.priority_settled")),
        "parallel": Matter(
            ("proceedings.own_on_same_conduct", "proceedings.coordinated"),
            frozenset({"transfer_proceedings"}),
        ),
        "several_locations": Matter(("data.also_elsewhere", "data.others_asked")),
        "legal_person": Matter(("subject.legal_person_alone", "law.legal_person_help")),
        "minimal_value": Matter(("asset.minimal_value", "law.minimal_value_bars")),
    }
)
"""Every matter, by its name."""


def raised(measure: str, concept: FactValue | None, stated: Collection[str]) -> dict[str, FactValue]:
    """The facts ``raised.MATTER`` of a request.

    Args:
        measure: what is asked for.
        concept: the concept of offence that it names, if any.
        stated: the keys of all facts of it, whatever their values; those that can raise a matter are stated.
    """
    said = {fact for fact in _FACTS if fact in stated}
    return {
        key: True
        for key, matter in _KEYED
        if measure in matter.always or concept in matter.concepts or not said.isdisjoint(matter.facts)
    }


_KEYED: Final = tuple((f"raised.{name}", matter) for name, matter in MATTERS.items())
_FACTS: Final = frozenset(fact for matter in MATTERS.values() for fact in matter.facts)
