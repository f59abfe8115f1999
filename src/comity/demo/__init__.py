"""The demonstration: two States, one request from end to end, another refused, and proofs of all of it.

Promises: real nodes, real deeds, real files; everybody and everything told of is invented.

Leaves to others: all rules. It calls ``app`` as any face does.
"""

from comity.demo.run import run

__all__ = ["run"]
