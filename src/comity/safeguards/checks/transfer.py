"""A sentence or a proceeding that goes to another State.

Promises: ``sentenced_person`` asks for a final judgment, the person's wish, and a law that can carry the
sentence out; ``proceedings_handed_over`` for jurisdiction there, an end of the proceedings here, and the
parties heard.

Leaves to others: the agreement that such a transfer rests on; the Convention only invites one.

Summary: Parties may consider agreements by which sentenced persons serve their sentence at home, their
rights and perhaps their consent considered; they consider handing proceedings over where justice is better
served so.
"""

from __future__ import annotations

from typing import Final

from comity.safeguards.bench import Bench
from comity.safeguards.checks.entry import entry
from comity.safeguards.logic import Truth, all_

SENTENCED: Final = frozenset({"transfer_sentenced"})
PROCEEDINGS: Final = frozenset({"transfer_proceedings"})


def sentenced_person(bench: Bench) -> Truth:
    """Final judgment, the person's free and informed consent, and a law that can carry it out."""
    consents = bench.holds("person.consents_to_serve_there")
    if consents is Truth.FALSE:
        bench.say("refuses")
    return all_(bench.holds("judgment.final"), consents, bench.holds("law.sentence_enforceable"))


def proceedings_handed_over(bench: Bench) -> Truth:
    """Jurisdiction there, an end here, and suspect and victims heard."""
    return all_(
        bench.holds("law.jurisdiction_over_conduct"),
        bench.holds("declared.own_proceedings_end"),
        bench.holds("declared.parties_heard"),
    )


CHECKS: Final = (
    entry(
        sentenced_person,
        SENTENCED,
        uncc=("transfer.sentenced",),
        reads=("judgment.final", "person.consents_to_serve_there", "law.sentence_enforceable"),
        heavy=True,
    ),
    entry(
        proceedings_handed_over,
        PROCEEDINGS,
        uncc=("transfer.proceedings", "jurisdiction.coordination"),
        reads=(
            "law.jurisdiction_over_conduct",
            "declared.own_proceedings_end",
            "declared.parties_heard",
        ),
    ),
)
"""The checks of this group."""
