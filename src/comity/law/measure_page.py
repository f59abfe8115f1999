"""Every measure on one page: what it asks, on what it rests, what only it may do, and which facts are weak.

Promises: the page is made of the law data and says nothing else; the same data gives the same page.
``python -m comity.law.measure_page`` writes the page that stands in ``docs``.

Leaves to others: what may follow in general (``cases.printed``), whether a request says enough (a check).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

from comity.law import packaged_bundle
from comity.law.bundle import Bundle
from comity.law.model import Basis, Content, Measure, Provision

_PURPOSES: Final = "uncc.mla.purpose."
"""How the keys of what assistance may be asked for begin."""

_COLUMNS: Final = (
    "measure", "it rests on", "always said", "said where it applies", "given as", "its own acts",
    "its clocks",
)  # fmt: skip
_TOP: Final = (
    "# Measures",
    "",
    "What can be asked for, as the law data holds it. The page is made from it (`python -m",
    "comity.law.measure_page`); a test holds the two together. What may follow on each is in",
    "[lawful next acts](lawful-next-acts.md).",
    "",
    "*Weak* is what the data holds with a mark that settles nothing: whoever rests on it finds",
    "`needs_human` until the State's own adviser has read it against the official text. *Practice* is what",
    "this program asks for as good practice where no instrument in play lists it.",
    "",
)


def markdown(bundle: Bundle) -> str:
    """The measures of a bundle as Markdown, in the order of their keys."""
    return "\n".join(_page(bundle)) + "\n"


def _page(bundle: Bundle) -> Iterator[str]:
    yield from _TOP
    measures = sorted(bundle.content.measures, key=lambda one: one.key)
    yield f"| {' | '.join(_COLUMNS)} |"
    yield f"|{'---|' * len(_COLUMNS)}"
    for one in measures:
        cells = (
            f"{one.key}: {one.summary}",
            "; ".join(_basis(bundle, basis) for basis in one.bases),
            ", ".join(_content(content) for content in one.contents if content.needed == "always"),
            ", ".join(_content(content) for content in one.contents if content.needed != "always") or "none",
            ", ".join(one.capacities) or "nothing is given",
            ", ".join(_own_acts(bundle, one)) or "none",
            ", ".join(clock.key for clock in bundle.content.clocks if one.key in clock.measures) or "none",
        )
        yield f"| {' | '.join(cells)} |"
    yield from ("", "## Weak facts", "", "| measure | weak paragraphs |", "|---|---|")
    for one in measures:
        weak = ", ".join(f"{p.key} ({p.mark_content})" for p in _weak(bundle, one))
        yield f"| {one.key} | {weak or 'none'} |"
    yield from ("", "## Purposes of mutual legal assistance", "")
    yield "Each purpose that the article lists, and the measures that rest on it. Where there is *none of its"
    yield "own*, a person finds which measure serves."
    yield from ("", "| purpose | measures |", "|---|---|")
    for provision in bundle.content.provisions:
        if provision.key.startswith(_PURPOSES):
            resting = [one.key for one in measures if provision.key in _cited(one)]
            yield f"| {provision.key}: {provision.summary} | {', '.join(resting) or 'none of its own'} |"


def _basis(bundle: Bundle, basis: Basis) -> str:
    weak = ", weak" if basis.mark in bundle.weak_marks else ""
    return f"{basis.instrument} ({basis.mark}{weak}; {', '.join(basis.offence_classes)})"


def _content(content: Content) -> str:
    listed = {key.partition(".")[0]: None for key in content.provisions}
    by = ", ".join(listed) or "practice"
    return f"{content.key} ({by})"


def _own_acts(bundle: Bundle, measure: Measure) -> Iterator[str]:
    """The acts that this measure's own rows admit, each once."""
    rows = (row for table in bundle.content.tables for row in table.rows if row.measures == (measure.key,))
    yield from dict.fromkeys(row.kind for row in rows)


def _cited(measure: Measure) -> frozenset[str]:
    return frozenset(key for basis in measure.bases for key in basis.provisions)


def _weak(bundle: Bundle, measure: Measure) -> Iterator[Provision]:
    """The paragraphs that the measure rests on, or that list what it says, and that settle nothing."""
    listed = {key for content in measure.contents for key in content.provisions}
    for key in sorted(_cited(measure) | listed):
        provision = bundle.provision(key)
        if provision.mark_content in bundle.weak_marks:
            yield provision


if __name__ == "__main__":
    sys.stdout.write(markdown(packaged_bundle()))
