"""What other nodes reach: messages and pieces in, the directory entry and the public log out.

Promises: every message and piece is answered with status 200 and bytes of one size; what is read is bounded;
an error page says nothing of a case (P8). No rules of its own.

Leaves to others: TLS and rate limits (a proxy in front), the deeds (``app``).
"""

from comity.api.application import application

__all__ = ["application"]
