"""What a letter says beside its matter: by when and why it presses, earlier requests, language, translations.

Promises: nothing of it is left out that the act says; an earlier request is named by its id, and as its own
letter was where it is here and the reader may know of its case.

Leaves to others: the letter around it (``letter``), whether the language is one that will do
(``cases.wording``).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from comity import store
from comity.acts import Act
from comity.acts.terms import RequestTerms
from comity.acts.wording import Wording
from comity.app.node import Node
from comity.app.reading import hidden_from
from comity.letters import Paragraph, Section
from comity.messages import render
from comity.store import Connection

DIGITS: Final = 8


def beside_sections(node: Node, conn: Connection, act: Act, language: str) -> tuple[Section, ...]:
    """The sections of a request, a decision or a delivery; none where it says nothing of this."""
    found = []
    if isinstance(act.terms, RequestTerms):
        found += [*_pressing(node, conn, act.terms, language), *_earlier(node, conn, act.terms, language)]
    wording = getattr(act.terms, "wording", None)
    if wording is not None:
        found.append(Section(render("letter.heading_wording", language), (), rows=_rows(wording, language)))
    return tuple(found)


def reference(act: Act) -> str:
    """How an act is cited on paper."""
    return f"{act.header.state}-{str(act.header.case)[:DIGITS].upper()}/{act.header.number}"


def _pressing(node: Node, conn: Connection, terms: RequestTerms, language: str) -> list[Section]:
    """Why it presses, by the law data's words, and by when it is wanted."""
    words = {one.key: one.summary for one in node.bundle_on(conn).content.urgency_reasons}
    told = [Paragraph(words.get(key, key)) for key in terms.urgent_for]
    if terms.wanted_by is not None:
        told.append(Paragraph(render("letter.wanted_by", language, by=terms.wanted_by)))
    return [Section(render("letter.heading_pressing", language), tuple(told))] if told else []


def _earlier(node: Node, conn: Connection, terms: RequestTerms, language: str) -> list[Section]:
    hidden = hidden_from(node, conn)
    links = [("follows", terms.follows), ("supplements", terms.supplements)]
    links += [("previous", id) for id in terms.previous]
    rows = tuple(
        (render(f"letter.link_{link}", language), _cited(conn, id, hidden, language))
        for link, id in links
        if id
    )
    return [Section(render("letter.heading_earlier", language), (), rows=rows)] if rows else []


def _cited(conn: Connection, id: str, hidden: Collection[str], language: str) -> str:
    if not store.has_act(conn, id):
        return id
    act = store.get_act(conn, id)
    if act.header.case in hidden:
        return id
    return render("letter.earlier", language, reference=reference(act), at=act.header.at, act=id)


def _rows(wording: Wording, language: str) -> tuple[tuple[str, str], ...]:
    say = render
    made = (
        (
            say("letter.translation", language, tag=one.language),
            say(f"letter.made_{one.how.value}", language, digest=one.digest),
        )
        for one in wording.translations
    )
    return ((say("letter.original", language), wording.original), *made)
