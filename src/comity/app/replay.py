"""Recompute an assessment that was kept, from its acts and the law data that it names, and compare the bytes.

Promises: nothing is read but what the assessment names: the request, the acts that it read, the own file as
its findings show it, the bundle by its digest, the day. Equal means byte for byte; where it is not, the
findings that differ are named, and whether the checks themselves are of another version by now (P4).

Leaves to others: whether the acts are authentic and in order (the store holds no others), making assessments
(``assess``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from comity import store
from comity.acts import Act, Fact, Finding, Verdict
from comity.acts.home_terms import AssessTerms
from comity.app.look import find_act
from comity.app.node import Node
from comity.app.stand_in import with_stand_in
from comity.errors import NotFound
from comity.law import Bundle
from comity.safeguards import FACTS, Nature, Side, as_entered, assess, request_facts
from comity.store import Connection
from comity.wire import digest, dump, encode


@dataclass(frozen=True)
class Changed:
    """One finding, before and after; ``None``: there was none, or is none any more."""

    check: str
    before: Verdict | None
    after: Verdict | None
    versions: tuple[int | None, int | None]
    """Of the check: before, and now."""


@dataclass(frozen=True)
class Replayed:
    """What came of recomputing an assessment. ``stored``, ``again``: digests of the findings."""

    assessment: str
    request: str
    bundle: str
    on: str
    stored: str
    again: str
    changed: tuple[Changed, ...]
    tampered: bool
    """Whether the findings that are kept are not those whose digest was signed as the act's terms."""

    @property
    def same(self) -> bool:
        """Byte for byte."""
        return self.stored == self.again and not self.tampered


def replay(node: Node, assessment: str) -> Replayed:
    """Recompute an assessment. ``assessment``: the id of the act, or the beginning of it.

    Raises:
        NotFound: no such act, or no assessment; its findings were destroyed since; or an act or the law data
            that it names is not here.
    """
    with node.db.read() as conn:
        act = find_act(node, conn, assessment)
        if act.header.kind != "assess" or act.header.about is None:
            raise NotFound("app.not_an_assessment", act=act.id)
        stored: tuple[Finding, ...] | None = act.fields.get("findings")
        if stored is None:
            raise NotFound("app.findings_destroyed", act=act.id)
        request, later, law = _named(conn, act)
    terms: AssessTerms = act.terms
    facts = request_facts(request, later=later, home=own_file(stored))
    side: Side = "requesting" if facts.requesting == act.header.state else "requested"
    again = assess(facts, law, side, date.fromisoformat(terms.on))
    return Replayed(
        assessment=act.id,
        request=request.id,
        bundle=law.digest,
        on=terms.on,
        stored=terms.findings,
        again=digest(_bytes(again)),
        changed=changes(stored, again),
        tampered=digest(_bytes(stored)) != terms.findings,
    )


def own_file(findings: Iterable[Finding]) -> tuple[Fact, ...]:
    """The facts of the own file that findings rest on: those that no act says."""
    entered = (
        as_entered(r)
        for finding in findings
        for r in finding.facts
        if r.act is None and FACTS[r.key].nature is not Nature.DERIVED
    )
    found = {(f.key, f.stated_by, f.provenance, f.value, f.reference, f.document or ""): f for f in entered}
    return tuple(fact for _, fact in sorted(found.items(), key=lambda pair: pair[0]))


def changes(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Changed, ...]:
    """The findings that are not the same in both, in order; the day alone makes none another."""
    then, now = ({one.check: one for one in some} for some in (before, after))
    found = []
    for check in dict.fromkeys((*then, *now)):
        old, new = then.get(check), now.get(check)
        if old is not None and new is not None and _apart_from_the_day(old) == _apart_from_the_day(new):
            continue
        verdicts = tuple(None if one is None else one.verdict for one in (old, new))
        versions = tuple(None if one is None else one.rule_version for one in (old, new))
        found.append(Changed(check, verdicts[0], verdicts[1], (versions[0], versions[1])))
    return tuple(found)


def _apart_from_the_day(finding: Finding) -> bytes:
    return encode({name: value for name, value in dump(finding).items() if name != "on"})


def _named(conn: Connection, act: Act) -> tuple[Act, list[Act], Bundle]:
    """What an assessment names: the request, the acts added to it that were read, the law data."""
    request = store.get_act(conn, str(act.header.about))
    later = [store.get_act(conn, id) for id in act.terms.acts]
    named = act.header.law.bundle
    law = Bundle.load_known(store.get_bundle(conn, named), named)
    return request, later, with_stand_in(conn, law, request.header.state)


def _bytes(findings: Iterable[Finding]) -> bytes:
    return encode([dump(one) for one in findings])
