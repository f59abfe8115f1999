"""Confirm law data against an official text: who ticked which record, when, from which document.

Promises: only what stands in the text where we say can be ticked; the act holds the digest of the document
and of each record as it then stood, and no word of the text. What is ticked is sure on this node from
then on.

Leaves to others: reading the file (``official_text``), taking it apart (``law.official``), the effect of a
tick (``law.ticks``, ``adopted``), asking a person (``cli``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.acts.home_terms import ConfirmLawTerms, Tick
from comity.app.node import Node, Person
from comity.app.official_text import read_document
from comity.app.prepare import Said, Saying, say
from comity.errors import Conflict, NotPermitted
from comity.law import (
    Bundle,
    Comparison,
    TextPair,
    find_pair,
    look_up,
    place_of,
    read_citation,
    record_digest,
    set_beside,
    take_apart,
)


@dataclass(frozen=True)
class Reading:
    """An official text that was read: its file's SHA-256, and our records beside it."""

    document: str
    articles: int
    comparison: Comparison

    @property
    def open(self) -> tuple[TextPair, ...]:
        """What stands in the text and is still to be confirmed."""
        return tuple(pair for pair in self.comparison.standing if pair.provision.verify)


def read_text(bundle: Bundle, data: bytes, instrument: str) -> Reading:
    """Read a file as the official text of an instrument.

    Raises:
        BadInput: it cannot be read, or is not this text. NotFound: no such instrument.
    """
    bundle.instrument(instrument)
    document = read_document(data)
    text = take_apart(document.pages)
    return Reading(document.digest, len(text.articles), set_beside(bundle, instrument, text))


def pairs_of(bundle: Bundle, reading: Reading, texts: Iterable[str]) -> tuple[TextPair, ...]:
    """What these keys, addresses or citations name, each once, in the order of the instrument.

    Raises:
        NotFound: nothing of ours is there, or the text has no such place. BadInput: it cites nothing.
    """
    wanted: set[str] = set()
    keys = {p.key for p in bundle.content.provisions}
    for text in texts:
        if text in keys:
            place = place_of(bundle.provision(text))
            find_pair(reading.comparison, place)
            wanted.add(text)
        else:
            place = look_up(bundle, read_citation(text, bundle)).place
            wanted |= {pair.provision.key for pair in find_pair(reading.comparison, place)}
    return tuple(pair for pair in reading.comparison.pairs if pair.provision.key in wanted)


def confirm(
    node: Node, reading: Reading, pairs: Iterable[TextPair], who: Person, *, text: str | None = None
) -> Said:
    """Sign that these records hold against the text. ``text``: what the person says about it.

    Raises:
        Conflict: all of them are confirmed already. NotPermitted: one was rejected here, or the key may not.
    """
    told = [pair.provision for pair in pairs]
    for provision in told:
        if provision.settled is not None and provision.settled.how == "rejected":
            raise NotPermitted("app.tick_of_rejected", key=provision.key, act=provision.settled.act[:12])
    fresh = [p for p in told if p.settled is None or p.settled.how != "confirmed"]
    if not fresh:
        raise Conflict("app.confirmed_already", count=len(told))
    terms = ConfirmLawTerms(
        instrument=reading.comparison.instrument,
        document=reading.document,
        language=reading.comparison.language,
        ticks=tuple(Tick(provision=p.key, record=record_digest(p)) for p in fresh),
    )
    return say(node, Saying("confirm_law", who.authority, {"terms": terms, "text": text}), who)
