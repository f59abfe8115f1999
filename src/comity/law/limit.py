"""Words for what bars or binds the use of what was given, and the checks whose paragraphs speak of it.

Promises: a word cites no paragraph itself; the paragraphs are those of the instruments in play whose checks
it names, so that a new instrument needs no change here.

Leaves to others: judging a use (``cases``), asking a person (``app``).
"""

from __future__ import annotations

from comity.law.model import Term, Words


class LimitWord(Term):
    """One limit. ``condition``: whether a decision, a delivery or a consent may lay it down."""

    condition: bool = False
    checks: tuple[Words, ...] = ()
    """The checks of the paragraphs that speak of it; none where no instrument held does."""
