"""A directory entry: the signed statement of a State about its node.

Promises: it is proven to be signed by the acts key that it names, and compared with what the reader
trusts; without that, its fingerprint is told for comparison.

Leaves to others: following one entry to the next (``exchange``), pinning it (``app``).
"""

from __future__ import annotations

from comity import dsse
from comity.dossier.report import CONTENT_FAULTS, Part, Place, Report, Step, Subject
from comity.dossier.source import Source
from comity.dossier.trust import Trust
from comity.exchange.entry import DIRECTORY_TYPE, MAX_ENTRY, Entry
from comity.exchange.entry import trust as first_trust
from comity.messages import message
from comity.wire import parse


def recognises(found: Source) -> bool:
    """Whether it is an envelope that says to hold an entry."""
    if found.is_folder or not found.head.startswith(b'{"payload":"'):
        return False
    return f'"payloadType":"{DIRECTORY_TYPE}"'.encode() in found.read("", MAX_ENTRY, cut=True)


def check(found: Source, trust: Trust) -> Report:
    """Verify it."""
    step = Step(1, "entry")
    here = Part(Place.FILE, found.name)
    try:
        data = found.read("", MAX_ENTRY)
        claimed = parse(Entry, dsse.read(data).body, limit=MAX_ENTRY)
        entry = first_trust(data, claimed.fingerprint)
    except CONTENT_FAULTS as error:
        step.fault(error, here)
        return Report(Subject.ENTRY, (step,))
    pinned = trust.pinned(entry.state)
    if not pinned:
        told = message("dossier.compare_fingerprint", state=entry.state, fingerprint=entry.fingerprint)
        step.note(told, here)
    elif entry.fingerprint in pinned:
        step.ok(message("dossier.fingerprint_known", state=entry.state, version=entry.version), here)
    else:
        differs = message(
            "dossier.fingerprint_differs",
            state=entry.state,
            wanted=min(pinned),
            found=entry.fingerprint,
        )
        step.fail(differs, here)
    return Report(Subject.ENTRY, (step,))
