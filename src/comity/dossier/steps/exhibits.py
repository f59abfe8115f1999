"""The evidence: custody without a gap, seals, time-stamps at their own instant, letters.

Promises: every event of an exhibit's custody is signed by a node, numbered without a gap, and shown under
one root, which the log shows or does not; in-toto statements say what the events say; the seal statement is
signed, is the one that the acts name, and index and manifest are those it seals; a time-stamp is judged at
the instant that it names.

Leaves to others: the payload, which is not in the file: a package of the exhibit is verified by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from comity import dsse
from comity.acts import Act
from comity.acts.home_terms import CertifyTerms, IntakeTerms, ReviewTerms
from comity.acts.material_terms import MarkTerms, UnsealTerms
from comity.acts.terms import DeliverTerms, TakeCustodyTerms, UseTerms
from comity.clock import read_instant, write_instant
from comity.dossier import members
from comity.dossier.letter import verify_letter
from comity.dossier.report import CONTENT_FAULTS, Step
from comity.dossier.statement import Profile
from comity.dossier.steps.given import Given, content
from comity.dsse import Envelope
from comity.errors import BadInput, ProofFailed
from comity.evidence.custody import Action, CustodyProof, Event, read_proof, verify_exhibit
from comity.evidence.index import manifest_bytes, read_index
from comity.evidence.renewal import holds_until, judge_stamp
from comity.evidence.seal import SealStatement, read_statement, verify_statement
from comity.evidence.timestamp import Token, read_chain
from comity.exchange.entry import Purpose
from comity.interop import compare, verify_bundle
from comity.messages import message
from comity.wire import digest

_STATEMENT: Final = "statement.dsse.json"
_ACT_ID: Final = re.compile(r"[0-9a-f]{64}")
_STAMP: Final = re.compile(r"(stamp|renewal)-([0-9]{3})\.tsr")


def check_custody(given: Given, step: Step) -> None:
    """Prove the custody of each exhibit, whether its root is public, and that it lacks no act of the file."""
    roots: set[tuple[str, int]] = set()
    for name, data in given.under("custody/", ".json"):
        try:
            proof = read_proof(data)
            events = _custody(given, proof, name)
            _acts_in_custody(given, proof.exhibit, events)
            roots.add((proof.root, proof.tree_size))
            if len(roots) > 1:
                raise ProofFailed("dossier.custody_roots_differ", exhibit=proof.exhibit)
        except CONTENT_FAULTS as error:
            step.fault(error, content(name))
            continue
        told = message("dossier.custody_whole", exhibit=proof.exhibit, count=len(events))
        step.ok(told, content(name))
        if proof.root not in given.roots:
            step.note(message("dossier.custody_root_not_public", exhibit=proof.exhibit), content(name))


def _acts_in_custody(given: Given, exhibit: str, events: tuple[Event, ...]) -> None:
    """Each act of the exporting State that touched the exhibit has its event; a shorter chain would show.

    Where the file is to hold every act, no event may name one that is not there.
    """
    noted = {event.note for event in events}
    for act in given.acts.values():
        told = _touched(act).get(exhibit)
        if act.header.state == given.dossier.state and told is not None and told not in noted:
            raise ProofFailed("dossier.custody_lacks", exhibit=exhibit, act=act.id)
    if given.dossier.profile is Profile.COURT:
        for note in sorted(note for note in noted if note is not None and _ACT_ID.fullmatch(note)):
            if note not in given.acts:
                raise ProofFailed("dossier.custody_of_absent_act", exhibit=exhibit, act=note)


def _touched(act: Act) -> dict[str, str]:
    """The exhibits that an act touched, each with the act that its custody event names."""
    match act.terms:
        case (
            IntakeTerms(exhibit=exhibit)
            | ReviewTerms(exhibit=exhibit)
            | CertifyTerms(exhibit=exhibit)
            | MarkTerms(exhibit=exhibit)
            | UnsealTerms(exhibit=exhibit)
        ):
            return {exhibit: act.id}
        case DeliverTerms(exhibits=announced):
            return {one.exhibit: act.id for one in announced}
        case TakeCustodyTerms(exhibits=taken, delivery=delivery):
            return {one.exhibit: delivery for one in taken}
        case UseTerms(exhibits=used):
            return dict.fromkeys(used, act.id)
        case _:
            return {}


def _custody(given: Given, proof: CustodyProof, name: str) -> tuple[Event, ...]:
    if members.custody_name(proof.exhibit) != name:
        raise BadInput("dossier.wrong_name", wanted=members.custody_name(proof.exhibit))
    if proof.case != given.dossier.case:
        raise ProofFailed("dossier.act_of_other_case", case=given.dossier.case)
    events = verify_exhibit(proof, given.keys_for(Purpose.ACTS))
    if not events:
        raise BadInput("evidence.custody_nothing", exhibit=proof.exhibit)
    for shown, event in zip(proof.events, events, strict=True):
        key = shown.event.signatures[0].keyid
        if not given.good(key, read_instant(event.at)):
            raise ProofFailed("dossier.key_not_good", key=key, at=event.at)
    return events


def check_exhibits(given: Given, step: Step) -> None:
    """Prove each seal, and hold it against the acts that name it."""
    for name, data in given.under("exhibits/", "/" + _STATEMENT):
        folder = name.removesuffix(_STATEMENT)
        try:
            envelope = dsse.read(data)
            statement = _statement(given, envelope, folder)
        except CONTENT_FAULTS as error:
            step.fault(error, content(name))
            continue
        told = message("dossier.seal_signed", exhibit=statement.exhibit, at=statement.taken_at)
        step.ok(told, content(name))
        _named(given, step, envelope, statement, name)
        if members.custody_name(statement.exhibit) not in given.contents:
            step.note(message("dossier.no_custody", exhibit=statement.exhibit), content(name))
        _statements(given, step, statement)
        _index(given, step, statement, folder)
        _stamps(given, step, data, folder)
    sealed = {name.split("/")[1] for name in given.claimed if name.startswith("exhibits/")}
    for act in given.acts.values():
        if isinstance(act.terms, DeliverTerms):
            for one in act.terms.exhibits:
                if one.exhibit not in sealed:
                    here = content(members.act_name(given.place[act.id], act))
                    step.note(message("dossier.exhibit_absent", exhibit=one.exhibit), here)


def _statement(given: Given, envelope: Envelope, folder: str) -> SealStatement:
    public = dsse.named_signer(envelope, given.keys_for(Purpose.ACTS))
    if public is None:
        raise ProofFailed("dossier.seal_by_stranger", exhibit=read_statement(envelope).exhibit)
    statement = verify_statement(envelope, public)
    if members.exhibit_name(statement.exhibit, "") != folder:
        raise BadInput("dossier.wrong_name", wanted=statement.exhibit)
    if statement.case != given.dossier.case:
        raise ProofFailed("dossier.act_of_other_case", case=given.dossier.case)
    key = dsse.key_id("ed25519", public)
    if not given.good(key, read_instant(statement.taken_at)):
        raise ProofFailed("dossier.key_not_good", key=key, at=statement.taken_at)
    return statement


def _named(given: Given, step: Step, envelope: Envelope, statement: SealStatement, name: str) -> None:
    """Acts name a seal statement by the id of its envelope."""
    found = [one for one in _mentions(given) if one[0] == statement.exhibit]
    for _, by, stream, size in found:
        if by != envelope.id or (stream, size) not in {(None, None), (statement.sha256, statement.size)}:
            step.fail(message("dossier.seal_not_as_named", exhibit=statement.exhibit), content(name))
            return
    scans = sum(getattr(act.terms, "scan", None) == statement.sha256 for act in given.acts.values())
    if found:
        step.ok(message("dossier.seal_named", exhibit=statement.exhibit, count=len(found)), content(name))
    elif scans:
        step.ok(message("dossier.scan_named", exhibit=statement.exhibit, count=scans), content(name))
    else:
        step.note(message("dossier.seal_not_named", exhibit=statement.exhibit), content(name))


def _statements(given: Given, step: Step, seal: SealStatement) -> None:
    """Hold in-toto statements, signed by who signed the file, against the custody events that it shows."""
    name = members.bundle_of_custody_name(seal.exhibit)
    bundle, proof = given.take(name), given.contents.get(members.custody_name(seal.exhibit))
    if bundle is None:
        if proof is not None:
            here = content(members.custody_name(seal.exhibit))
            step.note(message("dossier.no_custody_statements", exhibit=seal.exhibit), here)
        return
    try:
        if proof is None:
            raise BadInput("dossier.member_missing", name=members.custody_name(seal.exhibit))
        signer = dsse.named_signer(given.envelope, given.keys_for(Purpose.ACTS))
        said = verify_bundle(bundle, [] if signer is None else [signer])
        compare(said, read_proof(proof), seal)
    except CONTENT_FAULTS as error:
        step.fault(error, content(name))
        return
    step.ok(message("dossier.custody_statements", exhibit=seal.exhibit, count=len(said)), content(name))


def _mentions(given: Given) -> Iterator[tuple[str, str, str | None, int | None]]:
    for act in given.acts.values():
        if isinstance(act.terms, DeliverTerms):
            for one in act.terms.exhibits:
                yield one.exhibit, one.statement, one.stream, one.size
        elif isinstance(act.terms, IntakeTerms):
            yield act.terms.exhibit, act.terms.statement, None, None


def _index(given: Given, step: Step, statement: SealStatement, folder: str) -> None:
    name = folder + "index.json"
    data = given.take(name)
    manifest = given.take(folder + "manifest-sha256.txt")
    if data is None and manifest is None and _marked(given, statement.exhibit):
        step.note(message("dossier.only_the_unit", exhibit=statement.exhibit), content(folder + _STATEMENT))
        return
    if data is None or manifest is None:
        step.fail(message("dossier.member_missing", name=name), content(folder + _STATEMENT))
        return
    if digest(data) != statement.index_sha256:
        step.fail(message("dossier.index_differs", exhibit=statement.exhibit), content(name))
    elif digest(manifest) != statement.manifest_sha256:
        differs = message("dossier.index_differs", exhibit=statement.exhibit)
        step.fail(differs, content(folder + "manifest-sha256.txt"))
    else:
        try:
            index = read_index(data)
            if manifest_bytes(index) != manifest or (len(index.files), index.size) != (
                statement.files,
                statement.size,
            ):
                raise ProofFailed("evidence.index_wrong", exhibit=statement.exhibit)
        except CONTENT_FAULTS as error:
            step.fault(error, content(name))


def _marked(given: Given, exhibit: str) -> bool:
    """Whether the exhibit's custody says that only a competent unit opens it."""
    name = members.custody_name(exhibit)
    data = given.contents.get(name)
    if data is None:
        return False
    try:
        events = _custody(given, read_proof(data), name)
    except CONTENT_FAULTS:
        return False  # custody has its own step, which says what is wrong with it
    return any(event.action is Action.MARKED for event in events)


def _stamps(given: Given, step: Step, sealed: bytes, folder: str) -> None:
    before: list[Token] = []
    whole: list[tuple[str, Token, datetime, str, bool]] = []
    found = sorted(given.under(folder, ".tsr"), key=lambda one: one[0].rpartition("-")[2])
    for name, reply in found:
        chain = given.take(name.removesuffix("tsr") + "pem")
        try:
            match = _STAMP.fullmatch(name.removeprefix(folder))
            if chain is None or match is None:
                raise BadInput("dossier.member_missing", name=name.removesuffix("tsr") + "pem")
            shown = [one for one in read_chain(chain) if one.issuer == one.subject]
            place = given.take(name.removesuffix("tsr") + "place") or b""
            token = Token(reply, chain, place, match.group(1) == "renewal")
            earlier, before = before, [*before, token]
            at, believed = judge_stamp(token, sealed, earlier, given.trust.roots)
        except CONTENT_FAULTS as error:
            step.fault(error, content(name))
            continue
        whole.append((name, token, at, shown[0].subject.rfc4514_string()[:120], believed))
    ends = holds_until([one[1] for one in whole], [one[2] for one in whole])
    for (name, _, at, root, believed), end in zip(whole, ends, strict=True):
        instant = write_instant(at)
        if given.trust.roots and not any(one[-1] for one in whole):  # of several authorities, one suffices
            step.fault(ProofFailed("evidence.stamp_wrong", what="no root that was given"), content(name))
        elif end is None:
            step.note(message("dossier.stamp_lapsed", at=instant), content(name))
        elif believed:
            step.ok(message("dossier.stamped", at=instant), content(name))
        else:
            step.note(message("dossier.stamped_by_unknown_root", at=instant, root=root), content(name))


def check_letters(given: Given, step: Step) -> None:
    """Prove the node's seal over each letter."""
    for name, pdf in given.under("letters/", ".pdf"):
        sealed = name.removesuffix(".pdf") + members.SEAL
        data = given.take(sealed)
        try:
            if data is None:
                raise BadInput("dossier.member_missing", name=sealed)
            envelope = dsse.read(data)
            _letter(given, pdf, envelope, name)
        except CONTENT_FAULTS as error:
            differs = isinstance(error, ProofFailed) and error.id == "dossier.letter_differs"
            step.fault(error, content(name if data is None or differs else sealed))
            continue
        step.ok(message("dossier.letter_sealed"), content(name))


def _letter(given: Given, pdf: bytes, envelope: Envelope, name: str) -> None:
    public = dsse.named_signer(envelope, given.keys_for(Purpose.PDF))
    if public is None:
        raise ProofFailed("dossier.letter_by_stranger")
    seal = verify_letter(pdf, envelope, public)
    place = given.place.get(seal.act)
    if place is None or members.letter_name(place, ".pdf") != name:
        raise BadInput("dossier.letter_of_no_act", act=seal.act)
