"""Render an act of ours as a letter, and seal it: for an authority without a node.

Promises: the letter says what the act says and names its id; the same act gives the same bytes; the seal
is by the node's own key for letters. What is to be confirmed about the law is marked so.

Leaves to others: the page (``letters``), the seal's format (``dossier``).
"""

from __future__ import annotations

from typing import Final

from comity import letters, store
from comity.acts import Act, Conduct, Role, state_of
from comity.acts.terms import DataType, Urgency
from comity.app.contacts import contacts
from comity.app.letter_beside import beside_sections, reference
from comity.app.letter_said import said_sections
from comity.app.look import find_act
from comity.app.node import Node
from comity.app.paper import is_on_paper
from comity.clock import read_instant
from comity.dossier import LetterPart, seal_letter
from comity.errors import NotFound, NotPermitted
from comity.exchange import Directory
from comity.law import DESCRIBED, Relation, relate
from comity.letters import Letter, Office, Paragraph, Section, Signer
from comity.messages import render
from comity.safeguards import NAMED
from comity.store import Connection

KINDS: Final = frozenset({"request", "decide"})
"""Acts of ours that are also rendered as letters, where typst is installed; in a case on paper, all are."""

CERTIFICATE: Final = "certify"
"""What stays at home as an act, and is printed for a court: addressed to the other State's office."""


def letter_of(node: Node, act: str) -> LetterPart:
    """The letter of an act. ``act``: its id, or the beginning of it.

    Raises:
        NotFound: no such act. NotPermitted: acts of that kind have no letter, or it is not ours.
        Unavailable: typst is not installed.
    """
    with node.db.read() as conn:
        found = find_act(node, conn, act)
        known = found.header.kind in {*KINDS, CERTIFICATE} or (
            found.header.shared and is_on_paper(node, conn, str(found.header.case))
        )
    if not known or found.header.state != node.state:
        raise NotPermitted("app.no_letter", kind=found.header.kind, act=found.id)
    return letter_part(node, found)


def letter_part(node: Node, act: Act) -> LetterPart:
    """The letter of a request or a decision of ours, with its seal."""
    language = node.settings.language
    day = read_instant(act.header.at).date()
    with node.db.read() as conn:
        directory = node.directory(conn)
        to = _to(conn, act)
        relation = relate(node.bundle, act.header.state, state_of(to), day)
        sections = _request(node, act, relation, language)
        if act.header.kind == "decide":
            sections = _decision(node, act, store.get_act(conn, str(act.header.about)), language)
        elif act.header.kind != "request":
            about = () if act.header.about is None else (store.get_act(conn, act.header.about),)
            concerning = tuple(_concerning(one, language) for one in about)
            sections = (*concerning, *said_sections(act, language))
        sections = (*sections, *beside_sections(node, conn, act, language))
        sender, receiver = (_office(conn, directory, one) for one in (act.header.from_, to))
    letter = Letter(
        sender=sender,
        receiver=receiver,
        reference=reference(act),
        date=day,
        subject=_subject(act, language),
        sections=sections,
        signers=_signers(act),
        act=act.id,
        marks=_marks(act, language),
        not_in_force=tuple(b.name for b in relation.not_in_force),
        specimen=node.settings.demo,
    )
    pdf = letters.render(letter, language)
    return LetterPart(act.id, pdf, seal_letter(pdf, act.id, node.keys.pdf))


def _marks(act: Act, language: str) -> tuple[str, ...]:
    """What is to be seen before anything is read: urgency, confidentiality."""
    if act.header.kind != "request":
        return ()
    urgent = () if act.terms.urgency is Urgency.ORDINARY else (act.terms.urgency.value,)
    confidential = ("confidential",) if act.terms.confidential else ()
    return tuple(render(f"letter.mark_{one}", language) for one in (*urgent, *confidential))


def _request(node: Node, act: Act, relation: Relation, language: str) -> tuple[Section, ...]:
    fields = act.fields
    if act.header.kind != "request":
        return ()
    terms = act.terms
    bases = tuple(_basis(node, b.instrument, b.provision, language) for b in terms.bases)
    bases += tuple(
        Paragraph(
            render("letter.binding", language, instrument=one.name, mark=one.mark), to_be_confirmed=True
        )
        for one in relation.in_force
        if one.to_be_confirmed
    )
    selectors = {s.item: s for s in fields.get("selectors", ())}
    items = tuple(
        (
            item.id,
            _item(item.data.value, selectors[item.id], language) if item.id in selectors else item.data.value,
        )
        for item in terms.items
    )
    texts = {name: fields[name] for name in ("conduct", "purpose", "urgency") if fields.get(name)}
    told = texts.get("conduct")
    measure = Paragraph(node.bundle.measure(terms.measure).summary)
    sections = [
        Section(_heading("measure", language), (measure,)),
        Section(_heading("bases", language), bases),
        Section(_heading("items", language), (), rows=items),
    ]
    if "offence" in fields:
        offence = fields["offence"]
        sections.append(
            Section(_heading("offence", language), (Paragraph(f"{offence.title}, {offence.law}"),))
        )
    if "proceeding" in fields:
        held = fields["proceeding"]
        paragraph = Paragraph(f"{held.number}, {held.authority} ({held.stage})")
        sections.append(Section(_heading("proceeding", language), (paragraph,)))
    if isinstance(told, Conduct):
        sections.append(_conduct(node, told, language))
        del texts["conduct"]
    sections += [Section(_heading(name, language), _paragraphs(text)) for name, text in texts.items()]
    sections += _own_parts(node, act, language)
    if terms.confidential:
        sections.append(
            Section(_heading("confidential", language), (Paragraph(render("letter.confidential", language)),))
        )
    return tuple(sections)


def _conduct(node: Node, told: Conduct, language: str) -> Section:
    """The statement of conduct: its parts, then each element with the documents that it cites."""
    days = " - ".join(day for day in (told.began, told.ended) if day is not None)
    rows = [("when", days), ("where", ", ".join(told.places))]
    rows += [(part, getattr(told, part)) for part in told.stated]
    meanings = {word.key: word.summary for word in node.bundle.content.elements}
    elements = []
    for one in told.elements:
        said = render(f"letter.element_{'present' if one.present else 'absent'}", language)
        cited = "; ".join(
            f"{render(f'letter.document_{document.kind}', language)}: {document.reference}"
            f" (SHA-256 {document.digest})"
            for document in told.sources(one)
        )
        text = f"{said}. {cited or render('letter.element_uncited', language)}"
        elements.append((meanings.get(one.element, one.element), text))
    named = ((render(f"letter.conduct_{name}", language), text) for name, text in rows if text)
    return Section(_heading("conduct", language), (), rows=(*named, *elements))


def _own_parts(node: Node, act: Act, language: str) -> list[Section]:
    """What the measure asks to be said besides, each under what the law data says that it is; and papers."""
    told = {content.key: content.summary for content in node.bundle.measure(act.terms.measure).contents}
    found = [
        Section(told.get(one.content, one.content), _paragraphs(one.text))
        for one in act.fields.get("statements") or ()
    ]
    rows = tuple(
        (
            told.get(paper.content, paper.content),
            render("letter.paper", language, title=paper.title, digest=paper.digest),
        )
        for paper in act.fields.get("papers") or ()
    )
    return [*found, Section(_heading("papers", language), (), rows=rows)] if rows else found


def _decision(node: Node, act: Act, request: Act, language: str) -> tuple[Section, ...]:
    reasons = {r.item: r.text for r in act.fields.get("reasons", ())}
    conditions = {c.id: c.text for c in act.fields.get("conditions", ())}
    sections = [_concerning(request, language)]
    for item in act.terms.items:
        told = [Paragraph(render(f"letter.outcome_{item.outcome.value}", language))]
        for key in item.grounds:
            if key in NAMED:  # its law stands at the head of the reasons
                continue
            ground = node.bundle.ground(key)
            for cited in ground.provisions:
                held = node.bundle.provision(cited)
                name = node.bundle.instrument(held.instrument).name
                text = f"{name}, {held.pointer}: {ground.summary}"
                told.append(Paragraph(text, to_be_confirmed=held.verify))
        told += _paragraphs(reasons.get(item.id, ""))
        told += [Paragraph(conditions[c]) for c in item.conditions if c in conditions]
        sections.append(Section(item.id, tuple(told)))
    return tuple(sections)


def _concerning(request: Act, language: str) -> Section:
    """Which request it is about; of one that was registered, by what reference it is kept here."""
    told = "letter.concerning_paper" if request.header.registered else "letter.concerning"
    text = render(told, language, reference=reference(request), act=request.id, at=request.header.at)
    return Section(_heading("concerning", language), (Paragraph(text),))


def _basis(node: Node, instrument: str, provision: str, language: str) -> Paragraph:
    own = next((d for d in node.bundle.content.described if d.key == provision), None)
    if instrument == DESCRIBED and own is not None:
        text = render(
            "letter.basis_described", language, name=own.name, state=own.state, since=own.since, key=own.key
        )
        return Paragraph(text, to_be_confirmed=own.settled is None or own.mark != "A")
    try:
        held = node.bundle.provision(provision)
        name = node.bundle.instrument(instrument).name
    except NotFound:
        return Paragraph(render("letter.basis_not_held", language, provision=provision), to_be_confirmed=True)
    return Paragraph(f"{name}, {held.pointer}: {held.summary}", to_be_confirmed=held.verify)


def _item(data: str, selector: object, language: str) -> str:
    described = getattr(selector, "description", "")
    account = getattr(selector, "account", None)
    since, until = getattr(selector, "since", None), getattr(selector, "until", None)
    text = f"{render(f'letter.data_{data}', language)}. {described.rstrip('.')}."
    if account:
        name = "account" if data in _DATA else "target"
        text += " " + render(f"letter.{name}", language, account=account)
    if since and until:
        text += " " + render("letter.period", language, since=since[:10], until=until[:10])
    return text


_DATA: Final = frozenset({DataType.SUBSCRIBER, DataType.TRAFFIC, DataType.CONTENT})


def _signers(act: Act) -> tuple[Signer, ...]:
    named = {s.alias: s for s in act.fields.get("signatories", ())}
    return tuple(
        Signer(
            role=str(s.role),
            alias=named[s.alias].name if s.alias in named else s.alias,
            function=named[s.alias].function if s.alias in named else "",
            key=s.key,
        )
        for s in sorted(act.header.signers, key=lambda s: (s.role is not Role.AUTHOR, s.role, s.alias))
    )


def _subject(act: Act, language: str) -> str:
    if act.header.kind == "request":
        return str(act.fields.get("subject", render("letter.withheld", language)))
    if act.header.kind == "decide":
        return render("letter.decision", language)
    return render(f"letter.kind_{act.header.kind}", language)


def _office(conn: Connection, directory: Directory, id: str) -> Office:
    """An office as the directory names it; of one without a node, as the register of contacts does."""
    state = state_of(id)
    entry = directory.own if state == directory.own.state else directory.peers.get(state)
    found = None if entry is None else entry.office(id)
    if found is not None:
        return Office(state, found.name, (id,))
    known = next((one for one in contacts(conn) if one.id == id), None)
    if known is None:
        return Office(state, id, (id,))
    return Office(state, known.name, (*known.address.splitlines(), id))


def _to(conn: Connection, act: Act) -> str:
    """To whom it goes; of what stays at home, the other side's office in the request that it is about."""
    if act.header.to is not None:
        return act.header.to
    about = store.get_act(conn, str(act.header.about)).header
    return str(about.to) if about.state == act.header.state else about.from_


def _heading(name: str, language: str) -> str:
    return render(f"letter.heading_{name}", language)


def _paragraphs(text: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(part.strip()) for part in text.split("\n\n") if part.strip())
