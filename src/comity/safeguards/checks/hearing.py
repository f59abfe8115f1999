"""Persons who are heard or brought over, and records that are not public.

Promises: ``hearing_rights`` asks for the capacity in which a person is heard and for an undertaking that
the person is told of rights; ``video_link`` whether the requested State's law knows it and why the person
does not come; ``detained_consent`` whether a detained person consents, free and informed, and both
authorities agree; ``detained_return`` whether custody, return and immunity are undertaken; ``safe_conduct``
and ``records`` stand only where something raises them.

Leaves to others: hearing the person. Whether consent is free is for a person to judge; two close it.

Summary: a person in custody is brought over only with free and informed consent and agreed conditions, kept
in custody, given back without delay, the time counted, and not prosecuted for earlier acts; so is who comes
freely, for a time. Public records are handed over, others may be.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_, any_
from comity.safeguards.measures import DETAINED, HEARING

VIDEO: Final = frozenset({"video_hearing"})
RECORDS: Final = frozenset({"provide_document"})


def hearing_rights(bench: Bench) -> Truth:
    """It says as what the person is heard, and that rights will be told and kept."""
    return all_(bench.holds("declared.capacity_of_person"), bench.holds("declared.rights_told"))


def video_link(bench: Bench) -> Truth:
    """Its law knows hearings by link, and the request says why the person does not come."""
    return all_(bench.holds("law.video_hearing_possible"), bench.holds("declared.presence_not_possible"))


def detained_consent(bench: Bench) -> Truth:
    """The person consents, free and informed; the authorities of both States agree on conditions."""
    consents = bench.holds("person.consents_to_transfer")
    if consents is Truth.FALSE:
        bench.say("refuses")
    return all_(
        consents, bench.holds("declared.conditions_agreed"), bench.holds("law.detained_transfer_agreed")
    )


def detained_return(bench: Bench) -> Truth:
    """Kept in custody, given back without delay, the time counted, no action for earlier acts."""
    return all_(
        bench.holds("declared.custody_and_return"),
        bench.holds("declared.time_counts"),
        bench.holds("declared.no_action_for_earlier_acts"),
    )


def safe_conduct(bench: Bench) -> Truth:
    """Who comes freely is safe there for earlier acts."""
    return all_(bench.holds("declared.safe_conduct"), bench.holds("person.comes_freely"))


def records(bench: Bench) -> Truth:
    """The records are public, or the requested State's law lets them go."""
    return any_(bench.holds("records.public"), bench.holds("law.records_may_go"))


CHECKS: Final = (
    entry(
        hearing_rights,
        HEARING,
        uncc=("sanctions.fair_trial", "mla.purpose.statements"),
        budapest=("mla.requested_law",),
        also=("uncc.rights.consistency", "uncc.witnesses.protection"),
        reads=("declared.capacity_of_person", "declared.rights_told"),
    ),
    entry(
        video_link,
        VIDEO,
        uncc=("mla.video_hearing",),
        budapest=("mla.requested_law",),
        untoc=("mla.video_hearing",),
        reads=("law.video_hearing_possible", "declared.presence_not_possible"),
    ),
    entry(
        detained_consent,
        DETAINED,
        uncc=("mla.prisoner_transfer",),
        budapest=("mla.requested_law",),
        untoc=("mla.prisoner_transfer",),
        reads=("person.consents_to_transfer", "declared.conditions_agreed", "law.detained_transfer_agreed"),
        heavy=True,
    ),
    entry(
        detained_return,
        DETAINED,
        uncc=("mla.prisoner_custody", "mla.prisoner_immunity"),
        budapest=("mla.requested_law",),
        untoc=("mla.prisoner_custody", "mla.prisoner_immunity"),
        reads=(
            "declared.custody_and_return",
            "declared.time_counts",
            "declared.no_action_for_earlier_acts",
        ),
    ),
    entry(
        safe_conduct,
        HEARING,
        uncc=("mla.safe_conduct", "mla.purpose.appearance"),
        untoc=("mla.safe_conduct",),
        reads=("declared.safe_conduct", "person.comes_freely"),
        raised_by="raised.appearance",
    ),
    entry(
        records,
        RECORDS,
        uncc=("mla.government_records",),
        untoc=("mla.government_records",),
        reads=("records.public", "law.records_may_go"),
        raised_by="raised.government_records",
    ),
)
"""The checks of this group."""
