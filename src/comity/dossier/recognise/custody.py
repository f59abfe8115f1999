"""Custody outside of a case file: in a package's proofs, or as a bundle of in-toto statements by itself.

Promises: events are proven to be signed by a node that is trusted, numbered without a gap, and of this
exhibit; statements and graph to say what the events beside them say. A signer that was not brought along is
told by its fingerprint, and then nothing is said to be proven.

Leaves to others: whether the root over the events is public (a case file shows it).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from comity import dsse
from comity.dossier.report import CONTENT_FAULTS, Part, Place, Report, Step, Subject
from comity.dossier.source import Source
from comity.dossier.trust import Trust
from comity.errors import BadInput, ProofFailed
from comity.evidence import CustodyProof, SealStatement, read_proof, verify_exhibit
from comity.evidence.bag import PROOF_NAME
from comity.evidence.custody import PROOF_LIMIT
from comity.exchange.entry import Purpose
from comity.interop import compare, held, is_bundle, read_bundle, verify_bundle, write_graph
from comity.messages import message

_CUSTODY: Final = "custody"
_STATEMENTS: Final = "in-toto"
_GRAPH: Final = "case-graph"


def recognises(found: Source) -> bool:
    """Whether it is a file whose lines are in-toto statements."""
    if found.is_folder or not found.head.startswith(b'{"payload":"'):
        return False
    return is_bundle(found.read("", 64 * 1024, cut=True))


def check(found: Source, trust: Trust) -> Report:
    """Verify a bundle by itself: its signatures, and that nothing is missing between."""
    step, here = Step(1, "statements"), Part(Place.FILE, found.name)
    try:
        data = found.read("", PROOF_LIMIT)
        keys = trust.raw_keys(Purpose.ACTS)
        signers = {one.signatures[0].keyid for one in read_bundle(data)}
        if not keys:
            for signer in sorted(signers):
                step.note(message("dossier.statements_signer_not_given", fingerprint=signer), here)
        else:
            said = verify_bundle(data, keys)
            exhibit = said[0].predicate.exhibit
            step.ok(message("dossier.statements_signed", exhibit=exhibit, count=len(said)), here)
    except CONTENT_FAULTS as error:
        step.fault(error, here)
    return Report(Subject.CUSTODY, (step,))


def check_in_package(
    found: Source, paths: Sequence[str], seal: SealStatement, keys: Sequence[bytes], step: Step
) -> set[str]:
    """Prove custody and statements among a package's proofs; the paths of which something was told."""
    proofs = dict(_of_kind(paths, _CUSTODY))
    bundles, graphs = dict(_of_kind(paths, _STATEMENTS)), dict(_of_kind(paths, _GRAPH))
    told: set[str] = set()
    for number, path in proofs.items():
        with_statements = bundles.get(number)
        here = path
        try:
            proof = read_proof(found.read(path, PROOF_LIMIT))
            told.add(path)
            if not _events(proof, seal, keys, step, path):
                continue
            if with_statements is not None:
                here = with_statements
                told.add(here)
                said = verify_bundle(found.read(here, PROOF_LIMIT), keys)
                compare(said, proof, seal)
                about = message("dossier.custody_statements", exhibit=seal.exhibit, count=len(said))
                step.ok(about, Part(Place.FILE, here))
            if number in graphs:
                here = graphs[number]
                told.add(here)
                written = b"".join(write_graph(seal.case, [held(proof, seal)]))
                if found.read(here, PROOF_LIMIT) != written:
                    raise ProofFailed("dossier.graph_differs", exhibit=seal.exhibit)
                step.ok(message("dossier.custody_graph", exhibit=seal.exhibit), Part(Place.FILE, here))
        except CONTENT_FAULTS as error:
            told.add(here)
            step.fault(error, Part(Place.FILE, here))
    return told


def _events(proof: CustodyProof, seal: SealStatement, keys: Sequence[bytes], step: Step, path: str) -> bool:
    """Prove the events; false where their signer was not brought along."""
    here = Part(Place.FILE, path)
    if (proof.case, proof.exhibit) != (seal.case, seal.exhibit):
        raise ProofFailed("evidence.custody_order", place=0, exhibit=proof.exhibit)
    strangers = {
        one.event.signatures[0].keyid
        for one in proof.events
        if one.event.signatures and dsse.named_signer(one.event, keys) is None
    }
    if strangers:
        for signer in sorted(strangers):
            step.note(message("dossier.custody_signer_not_given", fingerprint=signer), here)
        return False
    events = verify_exhibit(proof, keys)
    if not events:
        raise BadInput("evidence.custody_nothing", exhibit=seal.exhibit)
    step.ok(message("dossier.custody_whole", exhibit=seal.exhibit, count=len(events)), here)
    return True


def _of_kind(paths: Sequence[str], kind: str) -> Iterator[tuple[str, str]]:
    for path in paths:
        match = PROOF_NAME.fullmatch(path)
        if match is not None and match.group(2) == kind:
            yield match.group(1), path
