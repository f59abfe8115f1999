"""Links between cases: which of them stand, as a State's acts at home say.

Promises: a link stands until an act undoes it; what it ties stays two cases, each with its own acts, its own
readers and its own files.

Leaves to others: which case the other one is (a field of the act: ``app``), who may know of it (``knowing``).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.acts import Act
from comity.acts import knowing_terms as n


@dataclass(frozen=True, slots=True)
class Link:
    """A link that stands. ``act``: which tells the other case; ``tie``: what that is to this one."""

    act: str
    tie: n.Tie


def tied(links: tuple[Link, ...], act: Act) -> tuple[Link, ...]:
    """The links that stand after one more act at home."""
    match act.terms:
        case n.LinkTerms(tie=tie):
            return (*links, Link(act.id, tie))
        case n.UnlinkTerms(link=undone):
            return tuple(link for link in links if link.act != undone)
        case _:
            return links
