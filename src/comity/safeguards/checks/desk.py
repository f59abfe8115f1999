"""The contact point, at any hour: emergencies, and the path of a communication found while preserving.

Promises: ``emergency`` is met where an emergency is claimed and explained, and a document or our own inquiry
shows a risk to life or safety that is near; urgency alone is less. ``traffic_path`` is met where the request
builds on a preservation and another State's provider is known to have taken part.

Leaves to others: which offences carry what the desk does (``basis``), and how far the data goes.

Summary: an emergency is a significant and imminent risk to the life or safety of a natural person; the
contact point may give data to turn it away. Who finds, while preserving, that a provider elsewhere took
part discloses as much traffic data as shows that provider and the path, no more.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_
from comity.safeguards.measures import TRAFFIC

EMERGENCY: Final = frozenset({"emergency_data"})


def emergency(bench: Bench) -> Truth:
    """Claimed, explained, and shown: life or safety of a person, significantly and soon."""
    return all_(
        bench.holds("request.emergency_claimed"),
        bench.holds("request.urgency_explained"),
        bench.holds("emergency.life_at_risk"),
    )


def traffic_path(bench: Bench) -> Truth:
    """It builds on a preservation, and a provider in another State took part."""
    return all_(
        bench.holds("request.builds_on_preservation"), bench.holds("traffic.other_provider_took_part")
    )


CHECKS: Final = (
    entry(
        emergency,
        EMERGENCY,
        uncc=("terms.emergency", "network.emergency"),
        budapest=("network.contact_point",),
        reads=("request.emergency_claimed", "request.urgency_explained", "emergency.life_at_risk"),
    ),
    entry(
        traffic_path,
        TRAFFIC,
        uncc=("traffic.disclosure",),
        budapest=("traffic.disclosure",),
        reads=("request.builds_on_preservation", "traffic.other_provider_took_part"),
    ),
)
"""The checks of this group."""
