"""Proceeds and means of an offence: grounds to freeze, a final order, the rights of others, what is worth it.

Promises: ``freezing_grounds`` asks for a shown link of the property to the offence and an order or a charge;
``confiscation_order`` for a final order that was brought, or a law that lets one be sought there;
``third_parties`` whether they were told or have no claim; ``asset_value`` only where something says that the
property is of little value; ``return_priority`` whether victims and earlier owners come first.

Leaves to others: what property is worth, and whose it is (courts).

Summary: property is frozen on an order or a request that gives reasonable ground, confiscated by carrying
out a foreign order or making one's own; the rights of third parties in good faith are not touched. It may
be refused where evidence is not sufficient or comes too late, or the property is of minimal value. Giving
it back for victims or earlier owners is considered first.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_, any_
from comity.safeguards.measures import ASSET, CONFISCATE, FREEZE

RETURN: Final = frozenset({"return_asset"})


def freezing_grounds(bench: Bench) -> Truth:
    """The property is linked to the offence, and an order or a charge stands behind the request."""
    return all_(
        bench.holds("asset.linked_to_offence"),
        any_(bench.holds("asset.order_brought"), bench.holds("asset.charge_made")),
    )


def confiscation_order(bench: Bench) -> Truth:
    """A final order was brought, or the requested State's law lets it seek its own on the facts given."""
    brought = all_(bench.holds("asset.order_brought"), bench.holds("asset.order_final"))
    own = all_(bench.holds("law.own_confiscation_possible"), bench.holds("asset.linked_to_offence"))
    return any_(brought, own)


def third_parties(bench: Bench) -> Truth:
    """Others with a claim were told and could be heard, or nobody has one."""
    return any_(
        bench.holds("declared.third_parties_told"), bench.holds("asset.third_party_claim", wanted=False)
    )


def asset_value(bench: Bench) -> Truth:
    """The property is of more than minimal value, or the requested State's law helps all the same."""
    return any_(
        bench.holds("asset.minimal_value", wanted=False), bench.holds("law.minimal_value_bars", wanted=False)
    )


def return_priority(bench: Bench) -> Truth:
    """Victims and earlier lawful owners come first; expenses only as far as reasonable."""
    return bench.holds("declared.victims_and_owners_first")


CHECKS: Final = (
    entry(
        freezing_grounds,
        FREEZE,
        uncc=("recovery.freeze_on_order", "recovery.freeze_on_request", "confiscation.tracing"),
        also=("uncc.confiscation.contents",),
        reads=("asset.linked_to_offence", "asset.order_brought", "asset.charge_made"),
    ),
    entry(
        confiscation_order,
        CONFISCATE,
        uncc=("confiscation.request", "confiscation.contents", "recovery.foreign_orders"),
        reads=(
            "asset.order_brought",
            "asset.order_final",
            "law.own_confiscation_possible",
            "asset.linked_to_offence",
        ),
    ),
    entry(
        third_parties,
        ASSET,
        uncc=("confiscation.third_parties", "assets.third_parties"),
        reads=("declared.third_parties_told", "asset.third_party_claim"),
    ),
    entry(
        asset_value,
        FREEZE | CONFISCATE,
        uncc=("confiscation.refusal",),
        reads=("asset.minimal_value", "law.minimal_value_bars"),
        raised_by="raised.minimal_value",
    ),
    entry(
        return_priority,
        RETURN,
        uncc=("return.priority", "return.expenses"),
        reads=("declared.victims_and_owners_first",),
    ),
)
"""The checks of this group."""
