"""What practice asks beside the instruments: bars by time, earlier judgment, status, kind of offence.

Promises: eleven checks. Where a person is to be handed over they are always put, but for those that need
two requests or two proceedings; otherwise only where someone states a fact of theirs. None is met by
silence: a check that nothing raises is not put at all. Immunities, courts of exception and political or
military offences never end the matter here; they go to a person.

Leaves to others: which of them the requested State's law knows; a State says so once for all, or in the case.

Summary: no instrument lists these. They come in as conditions of the requested State's law or of treaties
that apply; some have a paragraph that leans on them: fair trial, limitation, coordination of proceedings,
postponement, political offences in the older instrument.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_, any_, left_to_a_person
from comity.safeguards.measures import ASSET, ASSISTANCE, DATA, PERSON, PRESERVE, TRANSFER

ANY: Final = ASSISTANCE | PERSON | TRANSFER


def ne_bis_in_idem(bench: Bench) -> Truth:
    """The person was not judged for this before, or the requested State's law sees no bar in it."""
    return any_(
        bench.holds("person.judged_before", wanted=False), bench.holds("law.judged_bars", wanted=False)
    )


def limitation(bench: Bench) -> Truth:
    """Not out of time there; nor here, where the requested State's law counts its own period."""
    here = any_(
        bench.holds("time.expired_requested", wanted=False),
        bench.holds("law.own_limitation_counts", wanted=False),
    )
    return all_(bench.holds("time.expired_requesting", wanted=False), here)


def amnesty(bench: Bench) -> Truth:
    """No amnesty or pardon covers the conduct, or the requested State's law sees no bar in one."""
    return any_(
        bench.holds("amnesty.covers_conduct", wanted=False), bench.holds("law.amnesty_bars", wanted=False)
    )


def immunity(bench: Bench) -> Truth:
    """No person with immunity, no archive of a mission or organisation is touched; else a person judges."""
    person = bench.holds("immunity.of_person", wanted=False)
    archive = bench.holds("immunity.of_archive", wanted=False)
    if Truth.FALSE in {person, archive}:
        bench.say("present")
    return left_to_a_person(all_(person, archive))


def in_absentia(bench: Bench) -> Truth:
    """No judgment in absence, or the person knew and was defended, or a new trial is assured."""
    return any_(
        bench.holds("judgment.in_absence", wanted=False),
        bench.holds("judgment.knew_and_defended"),
        bench.holds("declared.new_trial"),
    )


def special_court(bench: Bench) -> Truth:
    """No court of exception has judged or will; else a person judges."""
    absent = bench.holds("court.special", wanted=False)
    if absent is Truth.FALSE:
        bench.say("present")
    return left_to_a_person(absent)


def political_offence(bench: Bench) -> Truth:
    """Not political, nor connected with such an offence; else a person judges."""
    absent = bench.holds("offence.political", wanted=False)
    if absent is Truth.FALSE:
        bench.say("present")
    return left_to_a_person(absent)


def military_offence(bench: Bench) -> Truth:
    """An offence under ordinary law too, not under military law alone; else a person judges."""
    absent = bench.holds("offence.military_only", wanted=False)
    if absent is Truth.FALSE:
        bench.say("present")
    return left_to_a_person(absent)


def competing_requests(bench: Bench) -> Truth:
    """No other State asks for the same, or it is settled who comes first."""
    return any_(bench.holds("requests.competing", wanted=False), bench.holds("requests.priority_settled"))


def parallel_proceedings(bench: Bench) -> Truth:
    """No proceedings of its own on the same conduct, or the two have coordinated, or it can wait."""
    return any_(
        bench.holds("proceedings.own_on_same_conduct", wanted=False), bench.holds("proceedings.coordinated")
    )


def several_locations(bench: Bench) -> Truth:
    """All the data is in the requested State, or the other States are asked for theirs."""
    return any_(bench.holds("data.also_elsewhere", wanted=False), bench.holds("data.others_asked"))


def _bar(check: Check) -> Check:
    """The same, resting on the conditions of extradition where a person, or a proceeding, is handed over."""
    return replace(
        check,
        relies=(
            *(replace(p, measures=p.measures & ASSISTANCE) for p in check.relies),
            Paragraphs("uncc", PERSON | TRANSFER, ("uncc.extradition.conditions",)),
            Paragraphs("budapest", PERSON, ("budapest.extradition.conditions",)),
            Paragraphs("untoc", PERSON, ("untoc.extradition.conditions",)),
        ),
    )


_LAW: Final = ("mla.refusal_own_case_bar", "mla.refusal_legal_system")

CHECKS: Final = (
    _bar(
        entry(
            ne_bis_in_idem,
            ANY,
            uncc=_LAW,
            budapest=("mla.requested_law",),
            also=("uncc.extradition.conditions",),
            reads=("person.judged_before", "law.judged_bars"),
            raised_by="raised.judged_before",
        )
    ),
    _bar(
        entry(
            limitation,
            ANY,
            uncc=("limitation.period", *_LAW),
            budapest=("mla.requested_law",),
            also=("uncc.extradition.conditions",),
            reads=("time.expired_requesting", "time.expired_requested", "law.own_limitation_counts"),
            raised_by="raised.limitation",
        )
    ),
    _bar(
        entry(
            amnesty,
            ANY,
            uncc=_LAW,
            budapest=("mla.requested_law",),
            also=("uncc.extradition.conditions",),
            reads=("amnesty.covers_conduct", "law.amnesty_bars"),
            raised_by="raised.amnesty",
        )
    ),
    entry(
        immunity,
        ANY | PRESERVE,
        uncc=("final.other_rights", "sovereignty.principles"),
        budapest=("final.other_rights",),
        reads=("immunity.of_person", "immunity.of_archive"),
        heavy=True,
        raised_by="raised.immunity",
    ),
    _bar(
        entry(
            in_absentia,
            ANY,
            uncc=("sanctions.fair_trial", "rights.consistency"),
            budapest=("mla.requested_law",),
            also=("uncc.extradition.fair_treatment",),
            reads=("judgment.in_absence", "judgment.knew_and_defended", "declared.new_trial"),
            raised_by="raised.in_absence",
        )
    ),
    _bar(
        entry(
            special_court,
            ANY,
            uncc=("sanctions.fair_trial", "rights.consistency"),
            budapest=("mla.requested_law",),
            also=("uncc.extradition.fair_treatment",),
            reads=("court.special",),
            heavy=True,
            raised_by="raised.special_court",
        )
    ),
    _bar(
        entry(
            political_offence,
            ANY,
            uncc=("mla.refusal_legal_system", "mla.refusal_essential_interests"),
            budapest=("mla.refusal_political",),
            also=("uncc.mla.no_obligation_discrimination",),
            reads=("offence.political",),
            heavy=True,
            raised_by="raised.political",
        )
    ),
    _bar(
        entry(
            military_offence,
            ANY,
            uncc=("mla.refusal_legal_system",),
            budapest=("mla.requested_law",),
            also=("uncc.extradition.conditions",),
            reads=("offence.military_only",),
            raised_by="raised.military",
        )
    ),
    entry(
        competing_requests,
        PERSON | ASSET,
        uncc=("jurisdiction.coordination",),
        budapest=("jurisdiction.consultation",),
        reads=("requests.competing", "requests.priority_settled"),
        raised_by="raised.competing",
    ),
    entry(
        parallel_proceedings,
        ANY | PRESERVE,
        uncc=("jurisdiction.coordination", "mla.postponement"),
        budapest=("jurisdiction.consultation", "mla.postponement"),
        also=("uncc.transfer.proceedings",),
        reads=("proceedings.own_on_same_conduct", "proceedings.coordinated"),
        raised_by="raised.parallel",
    ),
    entry(
        several_locations,
        DATA | PRESERVE,
        uncc=("sovereignty.no_powers_abroad", "stored.request"),
        budapest=("stored.request",),
        also=("uncc.preservation.location", "uncc.traffic.disclosure"),
        reads=("data.also_elsewhere", "data.others_asked"),
        raised_by="raised.several_locations",
    ),
)
"""The checks of this group."""
