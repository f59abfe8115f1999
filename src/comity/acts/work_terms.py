"""The terms of acts by which an office shares out its work: all of them stay at home.

Promises: as ``home_terms``: ids, digests, instants and choices from closed lists; a person is a key's digest.
Version 1.

Leaves to others: who has a case now (``cases.work``).
"""

from __future__ import annotations

from comity.acts.names import Authority, Digest
from comity.wire import Model


class AssignTerms(Model):
    """A case is given to an office, and in it to a person (a key's id), or to the office as a whole."""

    office: Authority
    person: Digest | None


class HandOverTerms(Model):
    """Whoever has a case offers it to the next: a key's id, and whose that is. It waits to be taken over."""

    office: Authority
    to: Digest


class TakeOverTerms(Model):
    hand_over: Digest
