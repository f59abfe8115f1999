"""Is the conduct an offence in both States, where that matters?

Promises: conduct is compared, never the names of offences: what the asking State calls it chooses which
law is shown to a person, and no verdict. Each State speaks for its own law alone. Only what a State has
adopted for itself can say no; a word of its officer can say yes, and the rest is a person's. The asking
State's word that its law is broken is not enough without a document.

Leaves to others: the element test (``elements``), and what follows.

Summary: where dual criminality is asked for, the conduct counts, under whatever name. Preservation
needs none, unless the requested State has reserved it; for access to stored data it is an option of
the requested State, which may help all the same; for extradition it is a condition.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.checks.criminality.comparison import explain, inform, untold
from comity.safeguards.checks.criminality.elements import OwnLaw, own_law
from comity.safeguards.checks.criminality.jurisdiction import READS as JURISDICTION
from comity.safeguards.checks.criminality.jurisdiction import SURRENDER, asked_for, in_like_case
from comity.safeguards.logic import Truth, all_, any_, known, left_to_a_person, not_
from comity.safeguards.measures import ACCESS, ALL, PRESERVE
from comity.safeguards.registry import Side
from comity.safeguards.registry.conduct import ELEMENT_FACTS, PART_FACTS

SIDES: Final[tuple[Side, ...]] = ("requesting", "requested")


def rule(bench: Bench) -> Truth:
    """Not asked for, or asked for by reservation only, or the conduct is punishable in both States."""
    frame = bench.frame
    laws = tuple(own_law(bench, side) for side in SIDES)
    needed = [_punishable(bench, own) for own in laws]
    # Whether anything is told at all is asked by the check of contents: here it only leaves a doubt.
    needed.append(left_to_a_person(bench.holds("request.conduct_described")))
    if asked_for(laws[1], frame.case.measure):
        needed.append(in_like_case(bench, laws[1]))
    punishable = all_(*needed)
    limbs = []
    for basis in frame.measure.bases:
        if frame.instruments and basis.instrument not in frame.instruments:
            continue
        if bench.is_weak(basis.mark):
            bench.doubt("reading_weak", instrument=basis.instrument, mark=basis.mark)
        role = {"instrument": frame.law.instrument(basis.instrument).short_name}
        bench.say(f"role_{basis.dual_criminality}", **role)
        if basis.dual_criminality == "not_required" or _waived(bench, laws[1], basis.dual_criminality):
            limbs.append(Truth.TRUE)
        elif basis.dual_criminality == "by_reservation":
            free = any_(not_(_reserved(bench, basis.instrument)), _created_by(bench, basis.instrument))
            limbs.append(any_(free, punishable))
        else:
            limbs.append(punishable)
    truth = all_(*limbs) if limbs else punishable
    if truth is not Truth.TRUE or punishable is Truth.TRUE:
        _show(bench, laws, truth)
    return truth


def _punishable(bench: Bench, own: OwnLaw) -> Truth:
    """By adopted law, tested; else by the word of the State itself, which can only say yes here."""
    if own.adopted or own.lapsed:
        return own.punishable
    return left_to_a_person(bench.holds(f"law.punishable_{own.side}"))


def _show(bench: Bench, laws: tuple[OwnLaw, ...], truth: Truth) -> None:
    for own in laws:
        if own.adopted or own.lapsed:
            explain(bench, own)
        elif truth is not Truth.TRUE and own.side == "requested":
            inform(bench, own.side)
    if truth is Truth.UNKNOWN:
        untold(bench)


def _waived(bench: Bench, own: OwnLaw, by_instrument: str) -> bool:
    """Whether the requested State has adopted that, where it has the choice, it does not ask for it."""
    roles = {} if own.rule is None else {role.measure: role.role for role in own.rule.roles}
    role = roles.get(bench.frame.case.measure)
    if role is None:
        return False
    bench.say(f"adopted_role_{role}", state=own.state)
    return role == "none" and by_instrument == "may_be_required"


def _reserved(bench: Bench, instrument: str) -> Truth:
    """Whether the requested State is known to have reserved dual criminality for preservation."""
    frame = bench.frame
    state = frame.state("requested")
    paragraphs = [
        key
        for key in bench.check.paragraphs(instrument, frame.case.measure)
        if frame.law.provision(key).kind == "reservation"
    ]
    for made in frame.law.reservations(state):
        stands = made.stands(frame.on)
        if made.kind == "reservation" and made.provision in paragraphs and stands is not False:
            bench.law_read(made.provision, True, made.since, made.mark, None)  # noqa: FBT003 - a value that was read
            bench.say("reserved", state=state)
            sure = stands and not bench.is_weak(made.mark)
            return Truth.TRUE if sure else Truth.UNKNOWN
    # A reservation works both ways: on one of the asking State the requested one may rely too.
    other = frame.state("requesting")
    for made in frame.law.reservations(other):
        works_back = made.reciprocal and made.kind == "reservation" and made.stands(frame.on) is not False
        if made.provision in paragraphs and works_back:
            bench.law_read(made.provision, True, made.since, made.mark, None)  # noqa: FBT003 - a value that was read
            bench.say("reserved_by_other", state=other)
            return Truth.UNKNOWN
    unheld = [one for one in (state, other) if "reservations" in frame.law.nation(one).not_held]
    for one in unheld:
        bench.say("reservations_not_held", state=one)
    return Truth.UNKNOWN if unheld else Truth.FALSE


def _created_by(bench: Bench, instrument: str) -> Truth:
    """Whether the facts fit an offence that the instrument makes its Parties create; never its penalty."""
    concept = bench.value("offence.concept")
    fits = bench.holds("offence.fits_concept")
    if not isinstance(concept, str):
        return Truth.UNKNOWN
    law = bench.frame.law
    of_class = law.offence_class(instrument, concept, None, bench.frame.on)
    if of_class is None and any(demand.concept == concept for demand in law.demands(instrument)):
        return Truth.UNKNOWN  # what the instrument demands there is held too weakly
    return all_(known(of_class == "convention"), fits)


CHECK: Final = Check(
    key="dual_criminality",
    version=2,
    measures=ALL,
    relies=(
        Paragraphs("uncc", SURRENDER, ("uncc.cooperation.conduct", "uncc.extradition.scope")),
        Paragraphs("uncc", ACCESS, ("uncc.cooperation.conduct", "uncc.mla.dual_criminality")),
        Paragraphs(
            "uncc",
            PRESERVE,
            ("uncc.preservation.no_dual_criminality", "uncc.preservation.reservation"),
        ),
        Paragraphs("budapest", ACCESS, ("budapest.mla.conduct", "budapest.mla.requested_law")),
        Paragraphs(
            "budapest",
            PRESERVE,
            ("budapest.preservation.no_dual_criminality", "budapest.preservation.reservation"),
        ),
    ),
    yardstick=("uncc.cooperation.conduct",),
    also=(),
    reads=(
        "request.conduct_described",
        "law.punishable_requesting",
        "law.punishable_requested",
        "offence.concept",
        "offence.fits_concept",
        *sorted(ELEMENT_FACTS.values()),
        *PART_FACTS.values(),
        "conduct.began",
        "conduct.ended",
        "request.made_on",
        *JURISDICTION,
    ),
    interested="requesting",
    heavy=False,
    rule=rule,
)
