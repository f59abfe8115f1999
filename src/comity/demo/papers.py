"""The papers of the story: drafts, facts and proceedings, all of them invented.

Promises: nobody and nothing in them exists; every text is in the catalogue.

Leaves to others: what is done with them (``story``, ``refusal``).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from comity.acts import Fact, Proceeding, Provenance
from comity.acts.terms import Basis, DataType
from comity.app.draft import Draft, DraftFact, DraftItem, DraftOffence
from comity.demo.material import ACCOUNT
from comity.demo.nodes import Side
from comity.law import relate
from comity.messages import render
from comity.safeguards import INDICATORS
from comity.wire import digest

GH_OFFICE: Final = "gh:central-authority"
PT_OFFICE: Final = "pt:central-authority"
NUMBER: Final = "CID/CY/0017/2026 (invented)"
ITEMS: Final = (
    ("subscriber", DataType.SUBSCRIBER),
    ("access-log", DataType.TRAFFIC),
    ("mailbox", DataType.CONTENT),
)
STATED: Final = (
    "conduct.without_right",
    "conduct.intentional",
    "law.punishable_requesting",
    "declared.use_limited_to_purpose",
    "declared.onward_only_with_consent",
)
"""What Accra's request says of itself, with a paper for each."""


def bases_of(gh: Side, measure: str) -> tuple[Basis, ...]:
    """The provisions that a request for a measure can name today, as far as the law data holds them."""
    relation = relate(gh.node.bundle, "GH", "PT", gh.node.clock.now().date(), measure)
    return tuple(Basis(instrument=o.instrument, provision=p) for o in relation.offers for p in o.provisions)


def own_facts(side: Side, *, research: bool) -> tuple[Fact, ...]:
    """What a reviewer in Lisbon enters from the own file. It never leaves the node."""
    known: dict[str, bool] = {
        "law.punishable_requested": not research,
        "law.own_case_permitted": not research,
        "law.essential_interests_touched": False,
        "law.confidentiality_possible": True,
        "law.transfer_permitted": True,
    }
    known |= {one.fact: research and one.fact == "research.indicated" for one in INDICATORS}
    return tuple(
        Fact(
            key=key,
            value=value,
            provenance=Provenance.OWN_INQUIRY,
            stated_by=side.state,
            reference=render("demo.text_own_file"),
        )
        for key, value in known.items()
    )


ANSWERS: Final = {"law.intent_required_requesting": False, "law.death_penalty_possible": False}
"""What Accra answers where the answer is not simply yes."""


def annex(number: int) -> str:
    """The digest of an annex. The annexes of the demonstration are one line each."""
    return digest(render("demo.text_annex", number=number).encode())


def draft_of(gh: Side, kind: str, bases: tuple[Basis, ...]) -> Draft:
    """A request, or a preview of one, for stored data of an account."""
    now = gh.node.clock.now()
    since, until = (now - timedelta(days=40), now - timedelta(days=10))
    items = tuple(
        DraftItem(
            id=id,
            data=data,
            description=render(f"demo.text_item_{id.replace('-', '_')}"),
            account=ACCOUNT,
            since=since.strftime("%Y-%m-%dT00:00:00Z"),
            until=until.strftime("%Y-%m-%dT00:00:00Z"),
        )
        for id, data in ITEMS
    )
    facts = tuple(
        DraftFact(
            key=key,
            value=True,
            provenance=Provenance.DOCUMENT,
            reference=render("demo.text_annex", number=n),
            document=annex(n),
        )
        for n, key in enumerate(STATED, 1)
    )
    return Draft.model_validate(
        {
            "kind": kind,
            "from": GH_OFFICE,
            "to": PT_OFFICE,
            "measure": "access_stored",
            "subject": render("demo.text_subject"),
            "purpose": render("demo.text_purpose", number=NUMBER),
            "conduct": render("demo.text_conduct"),
            "offence": DraftOffence(
                title=render("demo.text_offence"),
                law=render("demo.text_offence_law"),
                max_penalty_months=60,
                offence_class="illegal_access",
            ),
            "proceeding": proceeding(),
            "bases": bases,
            "items": items,
            "facts": facts,
        }
    )


def proceeding() -> Proceeding:
    """The criminal proceeding in Accra."""
    return Proceeding(number=NUMBER, authority=render("demo.text_police"), stage="investigation")
