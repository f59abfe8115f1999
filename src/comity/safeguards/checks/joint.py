"""Police to police, joint teams, and information that nobody asked for.

Promises: ``police_channel`` asks whether the requested State's law lets it pass between police forces,
without coercion; ``joint_team`` whether an agreement stands and the law of the State where the team acts is
respected; ``spontaneous`` whether the giving State's law lets it go and the receiver accepts the limits.

Leaves to others: what was agreed, and keeping to limits after they were accepted (``use``, ``breach``).

Summary: police forces work together on the Convention's offences; joint investigations rest on an
agreement, the sovereignty of the State where it happens fully respected. Information may be passed on
unasked, within domestic law; who receives it keeps the sender's limits of secrecy and use.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_
from comity.safeguards.measures import INFORM

POLICE: Final = frozenset({"police_cooperation"})
TEAM: Final = frozenset({"joint_investigation"})


def police_channel(bench: Bench) -> Truth:
    """Its law lets it pass between police forces, and nothing that is asked needs coercion."""
    return all_(bench.holds("law.police_channel_permitted"), bench.holds("declared.no_coercion_asked"))


def joint_team(bench: Bench) -> Truth:
    """An agreement stands, and the law of the State where the team acts is respected."""
    return all_(bench.holds("joint.agreement_made"), bench.holds("declared.host_law_respected"))


def spontaneous(bench: Bench) -> Truth:
    """The giving State's law lets it go, and the receiver accepts the limits beforehand."""
    return all_(bench.holds("law.spontaneous_permitted"), bench.holds("declared.limits_accepted"))


CHECKS: Final = (
    entry(
        police_channel,
        POLICE,
        uncc=("police.cooperation",),
        budapest=("cooperation.general",),
        also=("uncc.police.agreements",),
        reads=("law.police_channel_permitted", "declared.no_coercion_asked"),
    ),
    entry(
        joint_team,
        TEAM,
        uncc=("joint.investigations",),
        also=("uncc.sovereignty.principles",),
        reads=("joint.agreement_made", "declared.host_law_respected"),
    ),
    entry(
        spontaneous,
        INFORM,
        uncc=("mla.spontaneous", "mla.spontaneous_limits"),
        budapest=("mla.spontaneous", "mla.spontaneous_limits"),
        also=("uncc.confiscation.spontaneous",),
        reads=("law.spontaneous_permitted", "declared.limits_accepted"),
    ),
)
"""The checks of this group."""
