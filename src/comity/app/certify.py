"""Certifying an exhibit: who keeps it and how, by which procedure; or that a translation is true to it.

Promises: a person signs the certificate as an act at home; with it, in one transaction, the node signs what
travels with the exhibit, and custody has the event. Only of an exhibit that is here or was in custody here.

Leaves to others: what travels (``evidence.certificate``), printing it (``letter``), whether a court takes it.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity import dsse, store
from comity.acts import Act, Signatory
from comity.acts.home_terms import Certifies, CertifyTerms
from comity.app.look import find_case
from comity.app.mark import refuse_protected
from comity.app.node import Node, Person, case_of, home_of
from comity.app.prepare import Said
from comity.app.reply import matter, note
from comity.app.touch import Touch, custody_keys, record
from comity.errors import BadInput, NotFound
from comity.evidence import (
    MOST_CERTIFICATES,
    Action,
    Certificate,
    entry_of,
    read_index,
    read_statement,
    sign_certificate,
)
from comity.store import Connection
from comity.wire import build, digest


@dataclass(frozen=True)
class Translated:
    """``path``: of the file that was translated, none for the whole; ``translation``: SHA-256 of what came.

    ``written_in``, ``into``: language tags, in small letters.
    """

    path: str | None
    translation: str
    written_in: str
    into: str


@dataclass(frozen=True)
class Certifying:
    """What a person certifies, by ``name`` and ``function``. ``text``: of the keeping, or of the translation.

    ``asked``, ``followed``, ``departure``: the procedure asked for, what was done, and where it departed.
    """

    name: str
    function: str
    text: str
    asked: str | None = None
    followed: str | None = None
    departure: str | None = None
    translated: Translated | None = None


def certify(node: Node, case: str, exhibit: str, told: Certifying, who: Person) -> Said:
    """Sign a certificate of an exhibit; of a custodian, or with ``translated`` of a translator.

    Raises:
        NotFound: no such exhibit, or no such file in it. NotPermitted: this person may not certify;
            or a file is named of what only a competent unit opens.
        BadInput: a custodian says nothing of what was followed, or we certified it too often.
    """
    if told.translated is None and (told.followed is None or told.asked is None):
        raise BadInput("certify.no_procedure")
    with node.db.read() as conn:
        case = find_case(node, conn, case)
        row = store.indexed_exhibit(conn, case, exhibit)
        if told.translated is not None and told.translated.path is not None:
            refuse_protected(conn, case, exhibit)  # the name of a file is asked for
        about = _about(node, conn, case, exhibit)
        alias = node.alias(conn, case, who.key.id)
        # Only ours count: what another State's node signed keeps nobody here from certifying.
        ours = custody_keys(node.directory(conn), node.state)
        certificates = map(dsse.read, store.certificates_of(conn, case, exhibit))
        if sum(dsse.named_signer(one, ours) is not None for one in certificates) >= MOST_CERTIFICATES:
            raise BadInput("certify.too_many", exhibit=exhibit, limit=MOST_CERTIFICATES)
    seal = dsse.read(row.statement)
    terms = build(CertifyTerms, _terms(row, seal.id, told))
    signatory = Signatory(alias=alias, name=told.name, function=told.function)
    fields = {
        "terms": terms,
        "text": told.text,
        "procedure": told.asked,
        "followed": told.followed,
        "departure": told.departure,
        "signatories": (signatory,),
    }

    def also(conn: Connection, act: Act) -> None:
        envelope = dsse.write(
            sign_certificate(_certificate(act, alias), node.keys.acts.public, node.keys.acts.sign)
        )
        store.put_certificate(conn, case, exhibit, envelope, node.clock.now())
        touch = Touch(exhibit, Action.CERTIFIED, terms.certifies.value, digest(envelope), act.id)
        record(node, conn, case, who, touch)

    return Said(note(node, matter(node, about), "certify", fields, who, also=also))


def _terms(row: store.IndexedExhibit, seal: str, told: Certifying) -> dict[str, object]:
    did = told.translated
    certifies = Certifies.CUSTODIAN if did is None else Certifies.TRANSLATOR
    terms: dict[str, object] = {
        "exhibit": row.id,
        "seal": seal,
        "certifies": certifies.value,
        "departed": told.departure is not None,
    }
    if did is not None:
        whole = read_statement(dsse.read(row.statement)).sha256
        terms["original"] = whole if did.path is None else entry_of(read_index(row.index), did.path).sha256
        terms |= {"translation": did.translation, "written_in": did.written_in, "into": did.into}
    return terms


def _certificate(act: Act, alias: str) -> Certificate:
    terms, fields = act.terms, act.fields
    signatory = fields["signatories"][0]
    return Certificate(
        v=1,
        certifies=terms.certifies,
        case=str(act.header.case),
        exhibit=terms.exhibit,
        seal=terms.seal,
        act=act.id,
        by=alias,
        name=signatory.name,
        function=signatory.function,
        office=act.header.from_,
        at=act.header.at,
        text=fields["text"],
        asked=fields["procedure"],
        followed=fields["followed"],
        departure=fields["departure"],
        original=terms.original,
        translation=terms.translation,
        written_in=terms.written_in,
        into=terms.into,
    )


def _about(node: Node, conn: Connection, case: str, exhibit: str) -> str:
    """The request under which it was taken in here, or delivered to here and taken into custody."""
    intake = home_of(node, conn, case).intake(exhibit)
    if intake is not None:
        return intake.about
    for request in case_of(node, conn, case).requests.values():
        if any(one.exhibit == exhibit and one.taken is not None for one in request.exhibits):
            return request.id
    raise NotFound("certify.not_in_custody", exhibit=exhibit)
