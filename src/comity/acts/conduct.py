"""The conduct that a request is about, told part by part and under no name of an offence.

Promises: a closed shape. Who did what, to which system, with what right, defeating which measure, with
which intent, causing what, each in plain words or not stated; and the elements that the asking State
holds to be present or absent, each with the charge, order or statute that it cites, by reference and
digest. An element that cites none is that State's assertion alone. No member names an offence.

Leaves to others: what a State's law asks for (``law``), and testing the one against the other
(``safeguards``). Frozen for ever, like every field of an act.
"""

from __future__ import annotations

from typing import Final, Literal, Self, get_args

from pydantic import Field, model_validator

from comity.acts.names import Day, Digest, Label, Line, State, Text
from comity.wire import Model

ActElement = Literal[
    "access", "interception", "data_changed", "system_hindered", "device_handled", "access_data_handled",
    "data_made_inauthentic", "property_loss_caused", "material_spread", "material_sought", "material_held",
    "material_financed", "child_approached", "image_spread", "proceeds_disguised", "proceeds_acquired",
]  # fmt: skip
"""What was done."""

Element = ActElement | Literal[
    # With what right.
    "without_right", "without_consent",
    # With which intent.
    "intentional", "dishonest_intent", "intent_to_obtain_data", "intent_to_gain", "intent_to_harm",
    "intent_to_deceive", "purpose_of_offence",
    # Defeating which measure, by which means, to what object.
    "security_measure", "technical_means", "restricted_system", "connected_system", "existing_person",
    "child_under_age",
    # Causing what, and how grave.
    "data_obtained", "harm", "serious_harm", "furthering_act", "minor_case",
    # What may take it out of an offence.
    "authorised_testing", "research_purpose", "private_use", "own_predicate",
    # What a prosecution may wait for.
    "complaint_of_victim",
]  # fmt: skip
"""The elements by which conduct is told; the law data says what each means and who asks for it."""

ACTS: Final[tuple[ActElement, ...]] = get_args(ActElement)
"""A statement that has one of these says all that was done: it alleges no other."""

ELEMENTS: Final[tuple[Element, ...]] = (*ACTS, *get_args(get_args(Element)[1]))

Part = Literal["who", "did", "system", "right", "measure", "intent", "caused"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)


class CitedDocument(Model):
    """A paper that comes with the request. ``digest``: SHA-256 of its bytes, in hexadecimal."""

    id: Label
    kind: Literal["charge", "order", "statute"]
    reference: Line
    digest: Digest


class StatedElement(Model):
    """One element that is said to be present or absent. ``cites``: ids of the documents that show it."""

    element: Element
    present: bool
    cites: tuple[Label, ...]


class Conduct(Model):
    """Conduct as a neutral statement; see the module. ``places``: the States where it was done."""

    began: Day | None
    ended: Day | None
    places: tuple[State, ...]
    who: Text | None
    did: Text
    system: Text | None
    right: Text | None
    measure: Text | None
    intent: Text | None
    caused: Text | None
    elements: tuple[StatedElement, ...] = Field(max_length=len(ELEMENTS))
    documents: tuple[CitedDocument, ...] = Field(max_length=60)

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        """Refuse what says one thing twice, cites what is not there, or ends before it begins."""
        for named in ([e.element for e in self.elements], [d.id for d in self.documents], self.places):
            if len(set(named)) != len(named):
                raise ValueError("the same element, document or place stands twice")
        known = {document.id for document in self.documents}
        if any(not set(element.cites) <= known for element in self.elements):
            raise ValueError("an element cites a document that is not listed")
        if self.began is not None and self.ended is not None and self.ended < self.began:
            raise ValueError("it ends before it begins")
        return self

    @property
    def stated(self) -> tuple[Part, ...]:
        """The parts that say something, in their order."""
        return tuple(part for part in PARTS if (getattr(self, part) or "").strip())

    def sources(self, element: StatedElement) -> tuple[CitedDocument, ...]:
        """The documents that an element cites, in the order of the list."""
        return tuple(document for document in self.documents if document.id in element.cites)
