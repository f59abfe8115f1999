"""A letter: a PDF, and the node's seal beside it (``NAME.pdf.seal.json``).

Promises: the seal is verified with a ``pdf`` key of a trusted entry, and the PDF against the seal.

Leaves to others: whether the PDF says what the act says (the same program renders the same bytes).
"""

from __future__ import annotations

from typing import Final

from comity import dsse
from comity.dossier.letter import read_seal, verify_letter
from comity.dossier.report import CONTENT_FAULTS, Part, Place, Report, Step, Subject
from comity.dossier.source import Source
from comity.dossier.trust import Trust
from comity.errors import ProofFailed
from comity.exchange.entry import Purpose
from comity.messages import message

ENDING: Final = ".seal.json"
PDF_LIMIT: Final = 64 * 1024 * 1024


def recognises(found: Source) -> bool:
    """Whether it is a PDF, or the seal of one."""
    name = found.path.name
    return not found.is_folder and (
        found.head.startswith(b"%PDF-") or name.lower().endswith((".pdf", ".pdf" + ENDING))
    )


def check(found: Source, trust: Trust) -> Report:
    """Verify it."""
    step = Step(1, "letter")
    name = found.path.name.removesuffix(ENDING)
    pdf_part, seal_part = Part(Place.FILE, name), Part(Place.FILE, name + ENDING)
    here = seal_part
    try:
        envelope = dsse.read(found.beside(name + ENDING).read("", dsse.MAX_ENVELOPE))
        public = next(
            (
                key
                for key in trust.raw_keys(Purpose.PDF)
                if [s.keyid for s in envelope.signatures] == [dsse.key_id("ed25519", key)]
            ),
            None,
        )
        if public is None:
            read_seal(envelope)
            raise ProofFailed("dossier.letter_by_stranger")
        here = pdf_part
        pdf = found.beside(name).read("", PDF_LIMIT)
        here = seal_part
        dsse.verify_one(envelope, envelope.payloadType, public)
        here = pdf_part
        seal = verify_letter(pdf, envelope, public)
        step.ok(message("dossier.letter_of_act", act=seal.act), pdf_part)
    except CONTENT_FAULTS as error:
        step.fault(error, here)
    return Report(Subject.LETTER, (step,))
