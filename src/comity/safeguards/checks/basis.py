"""Is there a basis: an instrument that the request names, in force between the two, for this measure?

Promises: one check, ``basis``. It is met only where the law data knows that a named instrument binds
both States on the day and offers the measure for this class of offence. Signing is not being bound.

A basis that a State describes itself carries it only by the law data of that State's own node, where its
adviser adopted it: what the other one describes, or nobody adopted, is for a person.

Leaves to others: bases that the data does not hold (a person knows of bilateral treaties).

Summary: a request names the treaties that it rests on; other treaties between the two are left as
they are. Of several bases, one that holds is enough. An offence named by the asking State decides its
class only if the facts, labels removed, fit that name.
"""

from __future__ import annotations

from typing import Final

from comity.acts.terms import Basis
from comity.errors import NotFound
from comity.law import (
    DESCRIBED,
    Binding,
    DescribedBasis,
    described_between,
    doubt_of,
    is_between,
    stands_on,
)
from comity.law.model import Basis as Offered
from comity.safeguards.bench import Bench, Check, Paragraphs
from comity.safeguards.logic import Truth, all_, any_, known, left_to_a_person, not_
from comity.safeguards.measures import ALL

CLASSES: Final = 3
"""Classes of offence; a basis that takes them all asks nothing about the offence."""


def rule(bench: Bench) -> Truth:
    """Any basis that binds both, names a paragraph that we hold, and takes this measure and offence."""
    return any_(*(_holds(bench, basis) for basis in bench.frame.case.bases))


def _holds(bench: Bench, basis: Basis) -> Truth:
    frame = bench.frame
    if basis.instrument == DESCRIBED:
        return _described(bench, basis.provision)
    named = {"instrument": basis.instrument, "provision": basis.provision}
    binding = frame.bindings.get(basis.instrument)
    if binding is None or not _cited(bench, basis):
        # Not held is not the same as not in force: a person looks it up.
        bench.say("not_held", **named)
        return Truth.UNKNOWN
    offered = [o for o in frame.measure.bases if o.instrument == basis.instrument]
    if not offered:
        bench.say("not_offered", **named)
        return Truth.FALSE
    bench.law_read(
        f"{basis.instrument}.in_force", binding.in_force, None, binding.mark, frame.law.content.as_of
    )
    of_offence = any_(*(_for_offence(bench, o.offence_classes, o.mark, basis) for o in offered))
    return all_(_in_force(bench, binding), of_offence, _paragraph(bench, basis, offered))


def _described(bench: Bench, key: str) -> Truth:
    """Whether a basis that a State describes carries it, by the dates and measures that it states."""
    frame = bench.frame
    asking, asked = frame.case.requesting, frame.case.requested
    held = next((d for d in frame.law.content.described if d.key == key), None)
    if held is None:
        bench.say("not_held", instrument=DESCRIBED, provision=key)
        # The same treaty may stand in our own law data under the name that our own State gave it.
        for ours in described_between(frame.law, asking, asked, frame.on):
            bench.say("described_here", provision=ours.basis.key, state=ours.basis.state)
        return Truth.UNKNOWN
    bench.law_read(key, None, held.since, held.mark, held.last_checked)
    named = {"provision": key, "state": held.state}
    bench.say("described_by", **named, since=held.since, mark=held.mark)
    doubt = doubt_of(frame.law, held, frame.on)
    if doubt is not None:
        bench.say(f"described_{doubt}", **named)
        return Truth.UNKNOWN
    if not is_between(frame.law, held, asking, asked):
        bench.say("described_for_others", **named)
        return Truth.FALSE
    if frame.measure.key not in held.measures:
        bench.say("described_not_offered", **named)
        return Truth.FALSE
    stands = {"yes": True, "no": False, "unknown": None}[stands_on(held, frame.on)]
    if not stands:
        bench.say("described_day", **named, since=held.since, until=held.until or "-")
    return all_(known(stands), _described_offence(bench, held))


def _described_offence(bench: Bench, held: DescribedBasis) -> Truth:
    """Whether it takes this offence: its classes are those of no instrument of ours, unless it takes all."""
    if len(held.offence_classes) == CLASSES:
        return Truth.TRUE
    bench.say("described_classes", provision=held.key, classes=", ".join(sorted(held.offence_classes)))
    return Truth.UNKNOWN


def _paragraph(bench: Bench, basis: Basis, offered: list[Offered]) -> Truth:
    """Whether the paragraph named is one that offers the measure, by content that we are sure of."""
    named = {"instrument": basis.instrument, "provision": basis.provision}
    if not any(basis.provision in o.provisions for o in offered):
        bench.say("other_paragraph", **named)
        return Truth.UNKNOWN
    if bench.frame.law.doubt(basis.provision, bench.frame.on) is not None:
        bench.say("paragraph_doubtful", **named)
        return Truth.UNKNOWN
    return Truth.TRUE


def _cited(bench: Bench, basis: Basis) -> bool:
    try:
        provision = bench.frame.law.provision(basis.provision)
    except NotFound:
        return False
    if provision.instrument != basis.instrument:
        return False
    bench.point(basis.provision)
    return True


def _in_force(bench: Bench, binding: Binding) -> Truth:
    bench.say(f"in_force_{binding.in_force}", instrument=binding.name, mark=binding.mark)
    if bench.is_weak(binding.mark):
        bench.say("to_be_confirmed", instrument=binding.name)
        return Truth.UNKNOWN
    return known({"yes": True, "no": False, "unknown": None}[binding.in_force])


def _for_offence(bench: Bench, classes: tuple[str, ...], mark: str, basis: Basis) -> Truth:
    """Whether the basis takes this offence; by our reading of it, which may itself be weak."""
    if bench.is_weak(mark):
        return Truth.UNKNOWN
    if len(classes) == CLASSES:
        return Truth.TRUE
    concept, months = bench.value("offence.concept"), bench.value("offence.max_penalty_months")
    of_class = None
    if isinstance(concept, str):
        maximum = months if isinstance(months, int) else None
        kind = None if maximum is not None else bench.peek("offence.penalty")
        penalty = None if kind is None else str(bench.value("offence.penalty"))
        of_class = bench.frame.law.offence_class(basis.instrument, concept, maximum, bench.frame.on, penalty)
    fits = bench.holds("offence.fits_concept")
    if of_class is None:
        return Truth.UNKNOWN
    bench.say("offence_class", offence_class=of_class, instrument=basis.instrument)
    # Under another name the same facts might be of another class: only a person can say so.
    if of_class in classes:
        return left_to_a_person(fits)
    return all_(not_(fits), Truth.UNKNOWN)


CHECKS: Final = (
    Check(
        key="basis",
        version=2,
        measures=ALL,
        relies=(
            Paragraphs(
                "uncc", ALL, ("uncc.final.entry", "uncc.mla.other_treaties", "uncc.terms.serious_crime")
            ),
            Paragraphs("budapest", ALL, ("budapest.cooperation.general", "budapest.final.entry")),
        ),
        yardstick=("uncc.final.entry",),
        also=(),
        reads=("offence.concept", "offence.max_penalty_months", "offence.penalty", "offence.fits_concept"),
        interested="requesting",
        heavy=False,
        rule=rule,
    ),
)
"""The checks of this group."""
