"""The transparency log: what is committed, as tiles, under signed and witnessed checkpoints.

Promises: a log in the formats of C2SP (tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature,
tlog-policy, tlog-proof) that software of others verifies; entries that tell nothing to whoever has
not their openings; no checkpoint that contradicts an earlier one. Values in, values out.

Leaves to others: disk, database, clock, randomness and network (``store``, ``app``), private keys
(``keys``).
"""

from comity.tlog import checkpoint, policy, proof, tiles
from comity.tlog.checkpoint import Checkpoint, Signed, cosign, witnessed
from comity.tlog.event import Entropy, Event, Kind, Opening, commit, dummy, leaf, verify_leaf, verify_subject
from comity.tlog.integrate import Frontier, Growth, integrate, load, mix, pad, refuse_fork, sign
from comity.tlog.policy import Policy
from comity.tlog.proof import Proof, Proven
from comity.tlog.tiles import Reader, Tile, Tiles

__all__ = [
    "Checkpoint",
    "Entropy",
    "Event",
    "Frontier",
    "Growth",
    "Kind",
    "Opening",
    "Policy",
    "Proof",
    "Proven",
    "Reader",
    "Signed",
    "Tile",
    "Tiles",
    "checkpoint",
    "commit",
    "cosign",
    "dummy",
    "integrate",
    "leaf",
    "load",
    "mix",
    "pad",
    "policy",
    "proof",
    "refuse_fork",
    "sign",
    "tiles",
    "verify_leaf",
    "verify_subject",
    "witnessed",
]
