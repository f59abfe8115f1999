"""Writing a case file.

Promises: the same parts, signed by the same key, give the same bytes. What is missing from the acts
is told exactly, or nothing is written. What was published is shown under one checkpoint.

Leaves to others: what is gathered (``app``) and what is left out (``disclosure``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from comity import dsse
from comity.acts import RECEIPT_TYPE, Act, Receipt, write_act
from comity.cases import fold
from comity.clock import write_instant
from comity.dossier import members
from comity.dossier.container import Member, pack
from comity.dossier.parts import DossierParts
from comity.dossier.statement import STATEMENT, Dossier, Law, ListedMember, sign_dossier
from comity.errors import BadInput
from comity.evidence.custody import write_proof
from comity.evidence.index import manifest_bytes, write_index
from comity.evidence.seal import read_statement
from comity.exchange.entry import Entry
from comity.interop import write_bundle
from comity.law import Bundle, Table
from comity.messages import FALLBACK, render
from comity.wire import digest, dump_bytes, parse


def write(
    parts: DossierParts,
    public: bytes,
    sign: Callable[[bytes], bytes],
    *,
    tables: Mapping[str, Table] | None = None,
    language: str = FALLBACK,
) -> bytes:
    """The case file. ``public``: the node's raw acts key; ``sign`` gets the statement's PAE.

    ``tables``: tables of lawful next acts by digest, beside those of the bundles in ``parts``; an
    act whose table is in neither is not in order. ``language``: of ``README.txt``.

    Raises:
        BadInput: a missing field that ``missing`` does not tell (or tells and is there), parts of
            another case, two parts of one name, a proof under another checkpoint, or too much.
    """
    acts = members.place_acts(parts.acts)
    _check_missing(parts)
    if any(act.header.case not in {parts.case, None} for act in acts):
        raise BadInput("dossier.act_of_other_case", case=parts.case)
    files: dict[str, bytes] = {}
    for name, data in (*_files(parts, acts, language), *_statements(parts, public, sign)):
        if name in files:
            raise BadInput("dossier.member_twice", name=name)
        files[name] = data
    listed = [Member(name, files[name]) for name in members.in_order(files)]
    used = _tables_used(parts, tables or {})
    dossier = Dossier(
        v=1,
        profile=parts.profile,
        case=parts.case,
        state=parts.state,
        made_at=write_instant(parts.made_at),
        members=tuple(ListedMember(name=m.name, size=len(m.data), sha256=digest(m.data)) for m in listed),
        missing=tuple(sorted(parts.missing, key=lambda m: (m.act, m.digest))),
        law=Law(bundles=tuple(sorted({act.header.law.bundle for act in acts})), tables=tuple(sorted(used))),
        folds_to=digest(fold(parts.shared, used).dump()) if used else None,
        note=parts.note,
    )
    statement = dsse.write(sign_dossier(dossier, public, sign))
    return pack([Member(STATEMENT, statement), *listed])


def _files(parts: DossierParts, acts: list[Act], language: str) -> Iterator[tuple[str, bytes]]:
    place = {act.id: number for number, act in enumerate(acts, start=1)}
    yield members.README, _readme(parts, language)
    for data in parts.entries:
        entry = parse(Entry, dsse.read(data).body, limit=len(data))
        yield members.entry_name(entry.state, entry.version), data
    for data in parts.bundles:
        yield members.bundle_name(digest(data)), data
    for act in acts:
        yield members.act_name(place[act.id], act), write_act(act)
    for envelope in parts.receipts:
        receipt = _receipt(envelope)
        if receipt.act in place:
            name = members.receipt_name(place[receipt.act], receipt.state, receipt.act)
            yield name, dsse.write(envelope)
    yield from _log_files(parts, place)
    for custody in parts.custody:
        yield members.custody_name(custody.exhibit), write_proof(custody)
    yield from _exhibit_files(parts)
    for letter in parts.letters:
        if letter.act not in place:
            raise BadInput("dossier.letter_of_no_act", act=letter.act)
        yield members.letter_name(place[letter.act], ".pdf"), letter.pdf
        yield members.letter_name(place[letter.act], members.SEAL), dsse.write(letter.seal)


def _statements(
    parts: DossierParts, public: bytes, sign: Callable[[bytes], bytes]
) -> Iterator[tuple[str, bytes]]:
    """Custody once more, as in-toto statements: of each exhibit whose custody and seal are shown."""
    seals = {seal.exhibit: seal for seal in (read_statement(part.statement) for part in parts.exhibits)}
    for custody in parts.custody:
        if custody.exhibit in seals:
            name = members.bundle_of_custody_name(custody.exhibit)
            yield name, write_bundle(custody, seals[custody.exhibit], public, sign)


def _log_files(parts: DossierParts, place: Mapping[str, int]) -> Iterator[tuple[str, bytes]]:
    if parts.log is None:
        return
    yield members.checkpoint_name(parts.state), parts.log.checkpoint
    for event in parts.log.events:
        subject = event.opening.subject
        if subject is None or event.proof.checkpoint != parts.log.checkpoint:
            raise BadInput("dossier.other_checkpoint", subject=subject or "")
        name = members.event_name(parts.state, subject, event.opening.event.kind, place.get(subject))
        yield name + members.OPENING, dump_bytes(event.opening)
        yield name + members.PROOF, event.proof.encode()


def _exhibit_files(parts: DossierParts) -> Iterator[tuple[str, bytes]]:
    for part in parts.exhibits:
        exhibit = read_statement(part.statement).exhibit
        yield members.exhibit_name(exhibit, "statement.dsse.json"), dsse.write(part.statement)
        if part.index is not None:
            yield members.exhibit_name(exhibit, "index.json"), write_index(part.index)
            yield members.exhibit_name(exhibit, "manifest-sha256.txt"), manifest_bytes(part.index)
        for number, token in enumerate(part.stamps, start=1):
            name = f"{'renewal' if token.renews else 'stamp'}-{number:03d}"
            yield members.exhibit_name(exhibit, f"{name}.tsr"), token.reply
            yield members.exhibit_name(exhibit, f"{name}.pem"), token.chain
            if token.place:
                yield members.exhibit_name(exhibit, f"{name}.place"), token.place


def _receipt(envelope: dsse.Envelope) -> Receipt:
    if envelope.payloadType != RECEIPT_TYPE:
        raise BadInput("dossier.not_a_receipt", type=envelope.payloadType)
    return parse(Receipt, envelope.body, limit=dsse.MAX_ENVELOPE)


def _check_missing(parts: DossierParts) -> None:
    told = {(one.act, one.digest) for one in parts.missing}
    found = {(act.id, value) for act in parts.acts for value in act.unopened}
    for act, _ in sorted(told ^ found):
        raise BadInput("dossier.missing_not_told", act=act)


def _tables_used(parts: DossierParts, tables: Mapping[str, Table]) -> dict[str, Table]:
    """Those on which shared acts rely, as far as they are known: by another, nothing is in order."""
    known = dict(tables)
    for data in parts.bundles:
        known |= {table.digest: table for table in Bundle.load(data).content.tables}
    named = {act.header.law.table for act in parts.shared}
    return {value: table for value, table in known.items() if value in named}


def _readme(parts: DossierParts, language: str) -> bytes:
    text = render(
        "dossier.readme",
        language,
        case=parts.case,
        state=parts.state,
        made_at=write_instant(parts.made_at),
        profile=render(f"dossier.profile.{parts.profile.value}", language),
        scope=render(f"dossier.scope.{parts.profile.value}", language),
        acts=len(parts.acts),
        missing=len(parts.missing),
    )
    return text.encode("utf-8")
