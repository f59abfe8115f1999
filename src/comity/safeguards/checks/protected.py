"""Children and victims, where the offence named or something said brings them into the matter.

Promises: ``children`` is put only where someone says that a child is accused, or that the material is
children's own; ``victims`` where the offence is one against children or of intimate images, or a victim is
spoken of. Material that children made of themselves, in private, never ends the matter here: a person
judges.

Leaves to others: the material itself, which this program never looks at.

Summary: children accused are protected as children's rights ask; a Party may leave out what children make
of themselves and conduct of children. Victims are assisted and protected, heard without harm to the
defence, with regard to age, gender and special needs.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_, any_, left_to_a_person
from comity.safeguards.measures import DESK, EVIDENCE, PERSON, TRANSFER

OF_PERSONS: Final = EVIDENCE | DESK | PERSON | TRANSFER


def children(bench: Bench) -> Truth:
    """No child is accused, or is protected as one; and the material is not children's own."""
    own = bench.holds("child.own_private_material", wanted=False)
    if own is Truth.FALSE:
        bench.say("own_material")
    protected = any_(bench.holds("child.accused", wanted=False), bench.holds("declared.child_protected"))
    return all_(protected, left_to_a_person(own))


def victims(bench: Bench) -> Truth:
    """The asking State's law assists, protects and hears victims, or it undertakes so in this case."""
    return any_(bench.holds("law.victims_protected"), bench.holds("declared.victims_protected"))


CHECKS: Final = (
    entry(
        children,
        OF_PERSONS,
        uncc=("sanctions.children", "offence.child_material.exclusions", "offence.grooming.children"),
        budapest=("mla.requested_law",),
        yardstick=("offence.child_material.exclusions",),
        also=("uncc.offence.child_material.better_law",),
        reads=("child.accused", "declared.child_protected", "child.own_private_material"),
        heavy=True,
        raised_by="raised.child",
    ),
    entry(
        victims,
        OF_PERSONS,
        uncc=("victims.protection", "victims.views", "victims.recovery", "victims.needs"),
        budapest=("mla.requested_law",),
        also=("uncc.witnesses.victims",),
        reads=("law.victims_protected", "declared.victims_protected"),
        raised_by="raised.victims",
    ),
)
"""The checks of this group."""
