"""What an officer has to answer about a request before it can be decided, counted honestly.

Promises: the act of looking counts as one answer; each sign that something raises, as one more; each grave
finding that is open, as one (two persons give it); each other open finding, as the smallest set of facts that
could satisfy it, or as all that is missing where no set is known, and as one where no fact is missing. A fact
that several findings ask for counts once. Nothing is left out because it is asked of nobody.

Leaves to others: the request and the law (``rehearsal``), which sets settle a finding (``settling``).
"""

from __future__ import annotations

from datetime import date

from comity.acts import Finding, Verdict
from comity.law import Bundle
from comity.safeguards.assess import assess, open_findings
from comity.safeguards.catalogue import BY_KEY
from comity.safeguards.registry import Side
from comity.safeguards.registry.persecution import NONE_SEEN
from comity.safeguards.request import RequestFacts
from comity.safeguards.settling import Settling, settle


def effort(looked: RequestFacts, law: Bundle, side: Side, on: date) -> tuple[str, ...]:
    """What is to be answered: facts, and findings by their checks' keys, each once.

    Args:
        looked: the request, with the one statement that no light indicator is seen.
        law: the law data.
        side: who answers.
        on: the day.

    Raises:
        As ``assess``.
    """
    settlings = {one.check: one for one in settle(looked, law, side, on)}
    found = [NONE_SEEN]
    for finding in open_findings(assess(looked, law, side, on)):
        found += _of(finding, settlings.get(finding.check))
    return tuple(dict.fromkeys(found))


def _of(finding: Finding, settling: Settling | None) -> tuple[str, ...]:
    missing = tuple(one.key for one in finding.missing)
    if BY_KEY[finding.check].heavy or not missing:
        return (finding.check,)
    sets = () if settling is None else settling.sets
    ways = [way for one in sets for way in one.ways if way.verdict is Verdict.MET]
    met = [tuple(key for key, _ in way.answers) for way in ways]
    return min(met, key=len) if met else missing
