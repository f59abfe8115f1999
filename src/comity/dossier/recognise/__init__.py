"""Recognising what is to be verified, one module a kind of thing.

Promises: what is recognised by its shape is then verified as that and nothing else; what is not recognised is
reported so. ``verify_path`` raises for what the machine does (no such file, a disk that fails), never
for content.

Leaves to others: the proofs (``verify``, ``evidence``, ``tlog``, ``exchange``), and words (``cli``).
"""

from comity.dossier.recognise.dispatch import RECOGNISERS, verify_path
from comity.dossier.recognise.public_log import verify_log

__all__ = ["RECOGNISERS", "verify_log", "verify_path"]
