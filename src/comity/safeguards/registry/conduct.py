"""Facts of the conduct, of the intent behind it, and of what each State's law says of them.

Promises: conduct is told by elements, none of which names an offence; each State speaks for its own law
alone.

Leaves to others: comparing them (``checks.criminality``); what each element means (law data).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import ELEMENTS, PARTS
from comity.safeguards.registry.key import FactKey, Nature, derived, stated

_NAMED: Final = {
    "dishonest_intent": "intent.dishonest_shown",
    "harm": "conduct.harm_caused",
    "security_measure": "conduct.security_measure_defeated",
}

ELEMENT_FACTS: Final[Mapping[str, str]] = MappingProxyType(
    {element: _NAMED.get(element, f"conduct.{element}") for element in ELEMENTS}
)
"""Which fact says whether an element of conduct is present."""

PART_FACTS: Final[Mapping[str, str]] = MappingProxyType({part: f"conduct.tells_{part}" for part in PARTS})
"""Which fact says whether the statement of conduct has something to say on a part."""

LINKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "victim_national": "conduct.victim_national",
        "offender_national": "conduct.offender_national",
        "against_state": "conduct.against_state",
        "effect": "conduct.effect_at_home",
    }
)
"""Which fact links conduct done elsewhere to the State that prosecutes it, by the base of jurisdiction."""

KEYS: Final[tuple[FactKey, ...]] = (
    *stated(Nature.DECLARED, "requesting", "declared.dishonest_intent"),
    *stated(Nature.WORLD, "requesting", *ELEMENT_FACTS.values(), *LINKS.values()),
    *stated(Nature.WORLD, None, "offence.fits_concept"),
    *derived(*PART_FACTS.values(), "conduct.elsewhere"),
    *derived("conduct.began", "conduct.ended", "request.made_on", "offence.penalty", of=str),
    *stated(Nature.OWN_LAW, "requesting", "law.punishable_requesting", "law.intent_required_requesting"),
    *stated(
        Nature.OWN_LAW,
        "requested",
        "law.punishable_requested",
        "law.intent_required_requested",
        "law.jurisdiction_in_like_case",
        "law.penalty_suffices",
    ),
)
