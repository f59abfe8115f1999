"""Is there a basis: an instrument that the request names, in force between the two, for this measure?

Promises: one check, ``basis``. It is met only where the law data knows that a named instrument binds
both States on the day and offers the measure for this class of offence. Signing is not being bound.

Leaves to others: bases that the data does not hold (a person knows of bilateral treaties).

Summary: a request names the treaties that it rests on; other treaties between the two are left as
they are. Of several bases, one that holds is enough. An offence named by the asking State decides its
class only if the facts, labels removed, fit that name.
"""

from __future__ import annotations

from typing import Final

from comity.acts.terms import Basis
from comity.errors import NotFound
from comity.law import Binding
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
        penalty = months if isinstance(months, int) else None
        of_class = bench.frame.law.offence_class(basis.instrument, concept, penalty, bench.frame.on)
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
        version=1,
        measures=ALL,
        relies=(
            Paragraphs(
                "uncc", ALL, ("uncc.final.entry", "uncc.mla.other_treaties", "uncc.terms.serious_crime")
            ),
            Paragraphs("budapest", ALL, ("budapest.cooperation.general", "budapest.final.entry")),
        ),
        yardstick=("uncc.final.entry",),
        also=(),
        reads=("offence.concept", "offence.max_penalty_months", "offence.fits_concept"),
        interested="requesting",
        heavy=False,
        rule=rule,
    ),
)
"""The checks of this group."""
