"""A letter: a PDF, and the node's seal beside it (``NAME.pdf.seal.json``).

Promises: the seal is verified with a ``pdf`` key of a trusted entry, and the PDF against the seal. Where no
such key was brought the PDF is still held against its seal, and whose seal it is, is told to be unknown.

Leaves to others: whether the PDF says what the act says (the same program renders the same bytes).
"""

from __future__ import annotations

from typing import Final

from comity import dsse
from comity.dossier.letter import LETTER_TYPE, compare_letter, read_seal
from comity.dossier.report import CONTENT_FAULTS, Part, Place, Report, Step, Subject
from comity.dossier.source import Source
from comity.dossier.trust import Trust
from comity.errors import NotFound, ProofFailed
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
    name = found.name.removesuffix(ENDING)
    pdf_part, seal_part = Part(Place.FILE, name), Part(Place.FILE, name + ENDING)
    here = seal_part
    try:
        envelope = dsse.read(_seal(found, name + ENDING))
        seal = read_seal(envelope)
        brought = trust.raw_keys(Purpose.PDF)
        public = dsse.named_signer(envelope, brought)
        if public is None and brought:
            raise ProofFailed("dossier.letter_by_stranger")
        here = pdf_part
        pdf = found.beside(name).read("", PDF_LIMIT)
        if public is not None:
            here = seal_part
            dsse.verify_one(envelope, LETTER_TYPE, public)
            here = pdf_part
        compare_letter(pdf, seal)
        if public is None:
            step.note(message("dossier.letter_signer_not_given", act=seal.act), seal_part)
        else:
            step.ok(message("dossier.letter_of_act", act=seal.act), pdf_part)
    except CONTENT_FAULTS as error:
        step.fault(error, here)
    return Report(Subject.LETTER, (step,))


def _seal(found: Source, name: str) -> bytes:
    """The bytes of the seal that lies beside a letter."""
    beside = found.beside(name)
    if not beside.path.is_file():
        raise NotFound("dossier.letter_without_seal", seal=name)
    return beside.read("", dsse.MAX_ENVELOPE)
