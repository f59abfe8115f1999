"""Handing a case out as a file: two persons say that it goes, what exactly, to whom and for what.

Promises: the act names the digest of the very bytes that leave; nothing is written before both have signed.
The second person is another, with a key of their own.

Leaves to others: the files (``export``, ``letter``, ``opening``), what is withheld (``disclose``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from comity import dsse, store
from comity.acts import Act, Role
from comity.acts.knowing_terms import ExportTerms
from comity.app.export import export_case
from comity.app.letter import letter_of
from comity.app.look import find_act, find_case
from comity.app.mark import refuse_protected
from comity.app.node import Node, Person, case_of
from comity.app.opening import open_exhibit, refuse_bad_place
from comity.app.prepare import Saying, say
from comity.app.seen import check_seen
from comity.app.stamping import check_stamped
from comity.app.touch import Touch, record
from comity.dossier import LetterPart, Profile
from comity.errors import NotPermitted
from comity.evidence import Action, read_statement
from comity.store import Connection
from comity.wire import digest


@dataclass(frozen=True)
class Leave:
    """Who lets something out: two persons; ``to`` whom, and for what."""

    first: Person
    second: Person
    to: str
    purpose: str


def hand_out_case(node: Node, case: str, leave: Leave, profile: Profile) -> tuple[Act, bytes]:
    """The case file, and the act by which two hand it out; the file was made before, and holds it not.

    Raises:
        As ``export_case``. NotPermitted: these two may not, or are one.
    """
    with node.db.read() as conn:
        reference = find_case(node, conn, case)
        exhibits, tells = told_of(node, conn, reference)
    data = export_case(node, reference, profile)
    terms = ExportTerms(
        form="case_file",
        profile=profile.value,
        subject=None,
        file=digest(data),
        exhibits=exhibits,
        tells=tells,
    )
    return say_handed_out(node, reference, leave, terms), data


def hand_out_letter(node: Node, act: str, leave: Leave) -> tuple[Act, LetterPart]:
    """The letter of an act of ours, and the act by which two hand it out.

    Raises:
        As ``letter_of``. NotPermitted: these two may not, or are one.
    """
    letter = letter_of(node, act)
    with node.db.read() as conn:
        case = str(find_act(node, conn, letter.act).header.case)
    terms = ExportTerms(form="letter", profile=None, subject=letter.act, file=digest(letter.pdf))
    return say_handed_out(node, case, leave, terms), letter


def hand_out_exhibit(
    node: Node, case: str, exhibit: str, leave: Leave, destination: Path
) -> tuple[Act, Path]:
    """An exhibit with its proofs in a new folder, and the act by which two hand it out.

    The act names the digest of what was sealed, since the folder is no single file. That they were refused
    is in the exhibit's custody too.

    Raises:
        As ``open_exhibit``. NotPermitted: these two may not, or are one.
    """
    refuse_bad_place(destination, leave.purpose)  # before two say that it was handed out
    with node.db.read() as conn:
        reference = find_case(node, conn, case)
        refuse_protected(conn, reference, exhibit)
        check_stamped(node, conn, reference, exhibit)
        envelope = dsse.read(store.get_exhibit(conn, reference, exhibit).statement)
    sealed = read_statement(envelope)
    terms = ExportTerms(form="evidence", profile=None, subject=None, file=envelope.id, exhibits=(exhibit,))
    try:
        act = say_handed_out(node, reference, leave, terms)
    except NotPermitted as error:
        refused = Touch(exhibit, Action.REFUSED_ACCESS, "export", sealed.sha256, error.id)
        node.db.writer.run(lambda conn: record(node, conn, reference, leave.first, refused))
        raise
    made = open_exhibit(node, reference, exhibit, destination, leave.first, leave.purpose, act=act.id)
    return act, made


def hand_out_page(node: Node, case: str, exhibit: str, page: bytes, leave: Leave) -> Act:
    """The act by which two hand out a page on an exhibit for a court; it names the digest of its bytes.

    Raises:
        NotPermitted: these two may not, or are one.
    """
    file = digest(page)
    terms = ExportTerms(form="page", profile=None, subject=None, file=file, exhibits=(exhibit,))
    return say_handed_out(node, case, leave, terms)


def told_of(node: Node, conn: Connection, case: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The exhibits of which a case file tells, so that its holder is to hear what becomes of them.

    And the recalls and breaches of before, of which the file itself tells: of these its holder has heard.
    """
    requests = case_of(node, conn, case).requests.values()
    before = {
        event.id
        for request in requests
        for event in (*request.said("recall"), *request.said("breach"))
        if event.terms.exhibits
    }
    return tuple(sorted(row.id for row in store.exhibits_of(conn, case))), tuple(sorted(before))


def say_handed_out(node: Node, case: str, leave: Leave, terms: ExportTerms) -> Act:
    """Say that two hand something out.

    Raises:
        BadInput: a text that is none. NotPermitted: these two may not, or are one.
    """
    for place, text in (("to", leave.to), ("purpose", leave.purpose)):
        check_seen(text, place)
    fields = {"terms": terms, "to": leave.to, "purpose": leave.purpose}
    cosigner = ((Role.APPROVER, leave.second.key.id),)
    saying = Saying("export", leave.first.authority, fields, case=case, cosigners=cosigner)
    return say(node, saying, leave.first, beside=(leave.second,)).act
