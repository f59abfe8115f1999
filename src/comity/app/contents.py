"""What a request has to say for its measure, and whether a draft says it.

Promises: what is asked is law data alone, so a measure that is only data is held to its own list; all that
a draft lacks is named at once, before anybody signs. A preview may be incomplete: it asks for advice.

Leaves to others: whether what is said is true or enough (``safeguards``, a person), the form (``form``).
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from comity.acts.terms import Urgency
from comity.app.draft import Draft
from comity.cases import Case
from comity.errors import BadInput, NotPermitted
from comity.law import Bundle, Measure
from comity.law.model import Content

PARTS: Final = MappingProxyType(
    {
        "sender": "from",
        "conduct": "conduct",
        "offence": "offence",
        "proceeding": "proceeding",
        "items": "items.description",
        "target": "items.account",
        "period": "items.since, items.until",
        "purpose": "purpose",
        "urgency": "urgency, urgency_reason",
        "secrecy": "confidential",
        "earlier": "follows",
        "conditions": "conditions",
        "origin": "origin",
        "facts": "facts",
        "statement": "statements",
        "paper": "papers",
    }
)
"""The member of a request file in which a content is said, by what the law data calls the place."""

_SAID: Final = MappingProxyType[str, Callable[[Draft, str], bool]](
    {
        "target": lambda draft, _: all(item.account is not None for item in draft.items),
        "period": lambda draft, _: all(
            item.since is not None and item.until is not None for item in draft.items
        ),
        "urgency": lambda draft, _: draft.urgency is not Urgency.ORDINARY,
        "secrecy": lambda draft, _: draft.confidential,
        "earlier": lambda draft, _: draft.follows is not None,
        "origin": lambda draft, _: draft.origin is not None,
        "statement": lambda draft, key: key in draft.statements,
        "paper": lambda draft, key: any(paper.content == key for paper in draft.papers),
    }
)
"""Whether a draft says it; in the other parts no draft can be silent, and facts are for a check to read."""


def asked(bundle: Bundle, measure: Measure, instruments: set[str]) -> tuple[Content, ...]:
    """The contents that a request for the measure has, where it rests on these instruments."""
    return tuple(
        content
        for content in measure.contents
        if content.practice or instruments & {bundle.provision(key).instrument for key in content.provisions}
    )


def missing(bundle: Bundle, draft: Draft) -> tuple[Content, ...]:
    """What is always needed and the draft does not say.

    Raises:
        NotFound: the law data has no such measure.
    """
    measure = bundle.measure(draft.measure)
    found = []
    for content in asked(bundle, measure, {basis.instrument for basis in draft.bases}):
        says = _SAID.get(content.said_in or "")
        if content.needed == "always" and says is not None and not says(draft, content.key):
            found.append(content)
    return tuple(found)


def refuse_unfit(bundle: Bundle, draft: Draft) -> None:
    """Refuse a draft that does not fit its measure.

    Raises:
        NotFound: the law data has no such measure. NotPermitted: nobody asks for it by a request.
        BadInput: an item of a sort that the measure does not have; a statement or a paper that it does not
            ask for; something that is always needed is not said.
    """
    measure = bundle.measure(draft.measure)
    if not measure.signed_by("request"):
        raise NotPermitted("draft.no_request", measure=measure.key)
    for item in draft.items:
        if item.data not in measure.items:
            raise BadInput(
                "draft.item_sort",
                item=item.id,
                sort=item.data,
                measure=measure.key,
                sorts=_list(measure.items),
            )
    for place, said in (("statement", set(draft.statements)), ("paper", {p.content for p in draft.papers})):
        known = [content.key for content in measure.contents if content.said_in == place]
        for key in sorted(said - set(known)):
            raise BadInput("draft.content_unknown", content=key[:60], measure=measure.key, known=_list(known))
    lacking = () if draft.kind == "preview" else missing(bundle, draft)
    if lacking:
        raise BadInput(
            "draft.contents_missing",
            measure=measure.key,
            contents=" ".join(f"[{PARTS[c.said_in or '']}] {c.key}: {c.summary}" for c in lacking),
        )


def refuse_not_building(bundle: Bundle, draft: Draft, case: Case) -> None:
    """Refuse a request that builds on one of a measure on which its own does not build.

    Whatever was given as intelligence or in an emergency can be asked for again, to be used as evidence.

    Raises:
        NotPermitted: it is of another measure.
    """
    earlier = None if draft.follows is None else case.requests.get(draft.follows)
    if earlier is None or earlier.draft:
        return  # the table says what is wrong with it
    if not builds_on(bundle, draft.measure, earlier.measure):
        raise NotPermitted(
            "draft.builds_on_other",
            measure=draft.measure,
            earlier=earlier.measure,
            known=_list(bundle.measure(draft.measure).builds_on),
        )


def builds_on(bundle: Bundle, measure: str, earlier: str) -> bool:
    """Whether a request for ``measure`` builds on one for ``earlier``.

    As the law data says; or what was no evidence is asked for again by a measure that gives evidence.
    """
    held = bundle.measure(measure)
    given_as = set(bundle.measure(earlier).capacities)
    return earlier in held.builds_on or (
        bool(given_as) and "evidence" not in given_as and "evidence" in held.capacities
    )


def _list(words: tuple[str, ...] | list[str]) -> str:
    return ", ".join(words) or "-"
