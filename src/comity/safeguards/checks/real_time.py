"""Data as it passes: for which offences, for how long, and whether a reservation keeps a system out.

Promises: ``serious_offence`` asks whether the requested State's law lets content be intercepted for such an
offence, ``traffic_offence`` the same of traffic data; ``duration`` whether the period is bounded and its
length explained; ``closed_group`` whether the system is one that a reservation leaves out. None of them
reads a threshold of ours: the range of offences is the requested State's law.

Leaves to others: whether the reason for the length is a good one (a person).

Summary: content is intercepted only for a range of serious offences that domestic law fixes, and abroad as
far as treaties or domestic law permit; traffic data at least for offences of a like case at home. A Party
may have reserved real-time measures for named offences, or kept closed groups of users out of them.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_, any_, not_
from comity.safeguards.measures import INTERCEPT, REAL_TIME

CLOSED_GROUPS: Final = {
    "uncc": "uncc.procedure.reservation_closed_groups",
    "budapest": "budapest.procedure.reservation_closed_groups",
}


def serious_offence(bench: Bench) -> Truth:
    """Its law lets content be intercepted for such an offence."""
    return bench.holds("law.interception_for_offence")


def traffic_offence(bench: Bench) -> Truth:
    """Its law lets traffic data be collected in real time for such an offence."""
    return bench.holds("law.traffic_for_offence")


def duration(bench: Bench) -> Truth:
    """From when to when, and why for so long."""
    return all_(bench.holds("request.period_bounded"), bench.holds("declared.duration_justified"))


def closed_group(bench: Bench) -> Truth:
    """No reservation keeps such systems out, or the system is none of them."""
    reserved = any_(*(_reserved(bench, i) for i in sorted(CLOSED_GROUPS)))
    return any_(not_(reserved), bench.holds("target.closed_group", wanted=False))


def _reserved(bench: Bench, instrument: str) -> Truth:
    """Whether the requested State has kept them out, under an instrument of the request."""
    frame = bench.frame
    if frame.instruments and instrument not in frame.instruments:
        return Truth.FALSE
    state = frame.state("requested")
    for made in frame.law.reservations(state):
        stands = made.stands(frame.on)
        if made.provision == CLOSED_GROUPS[instrument] and stands is not False:
            bench.law_read(made.provision, True, made.since, made.mark, None)  # noqa: FBT003 - a value that was read
            bench.say("reserved", state=state)
            return Truth.TRUE if stands and not bench.is_weak(made.mark) else Truth.UNKNOWN
    if "reservations" in frame.law.nation(state).not_held:
        bench.say("reservations_not_held", state=state)
        return Truth.UNKNOWN
    return Truth.FALSE


CHECKS: Final = (
    entry(
        serious_offence,
        INTERCEPT,
        uncc=("procedure.interception_serious", "interception.endeavour"),
        budapest=("procedure.interception_serious", "interception.assistance"),
        reads=("law.interception_for_offence",),
    ),
    entry(
        traffic_offence,
        REAL_TIME - INTERCEPT,
        uncc=("real_time.endeavour", "real_time.similar_case", "procedure.reservation_traffic"),
        budapest=("real_time.assistance", "real_time.similar_case", "procedure.reservation_traffic"),
        reads=("law.traffic_for_offence",),
    ),
    entry(
        duration,
        REAL_TIME,
        uncc=("safeguards.review",),
        budapest=("safeguards.review",),
        also=("uncc.real_time.contents.period",),
        reads=("request.period_bounded", "declared.duration_justified"),
    ),
    entry(
        closed_group,
        REAL_TIME,
        uncc=("procedure.reservation_closed_groups",),
        budapest=("procedure.reservation_closed_groups",),
        reads=("target.closed_group",),
    ),
)
"""The checks of this group."""
