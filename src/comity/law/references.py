"""Names in law data: each leads to a record that bears it, and no two records of a kind bear one.

Promises: a bundle that passes has no dangling name; the first that dangles is named, with who uses it.

Leaves to others: whether what the names stand for is right.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from comity import wire
from comity.errors import BadInput
from comity.law.content import Content
from comity.law.event import StatusEvent
from comity.law.model import PLAIN, Clock, Ground, Measure, Provision
from comity.law.nation import Nation, Regime
from comity.law.table import Table

HOUSE: Final = "house."
"""How the keys of this program's own clocks begin."""


class _Names:
    """The names that records bear, by kind."""

    def __init__(self) -> None:
        self._known: dict[str, set[str]] = {}

    def bear(self, kind: str, names: Iterable[str]) -> None:
        known = self._known.setdefault(kind, set())
        for name in names:
            if name in known:
                raise BadInput("law.named_twice", kind=kind, name=name)
            known.add(name)

    def need(self, kind: str, by: str, names: Iterable[str | None]) -> None:
        for name in names:
            if name is not None and name not in self._known[kind]:
                raise BadInput("law.leads_nowhere", by=by, kind=kind, name=name)


def resolve(content: Content) -> None:
    """Find every name that a record uses.

    Raises:
        BadInput: a name that leads nowhere, one that is borne twice, a step without a day.
    """
    names = _borne(content)
    for where, sources in _sources(wire.dump(content), ""):
        names.need("source", where, sources)
    all_keyed: list[Provision | Ground | Clock] = [*content.provisions, *content.grounds, *content.clocks]
    for keyed in all_keyed:
        if keyed.instrument is None:
            continue
        # A paragraph can be of a treaty that is only pointed to; what can carry a measure cannot.
        of = "treaty" if isinstance(keyed, Provision) else "instrument"
        names.need(of, keyed.key, [keyed.instrument])
        if not keyed.key.startswith(f"{keyed.instrument}."):
            raise BadInput("law.leads_nowhere", by=keyed.instrument, kind="key", name=keyed.key)
    _treaties(content, names)
    for i in content.instruments:
        names.need("provision", i.key, [i.threshold, i.exit.provision, *i.entry.provisions])
    for o in content.offences:
        names.need("instrument", o.concept, [o.instrument])
        names.need("provision", o.concept, [o.provision])
        names.need("concept", o.provision, [o.concept])
    for ground in content.grounds:
        _ground(ground, names)
    for clock in content.clocks:
        _clock(clock, content, names)
    _calendars(content, names)
    unions = {n.code for n in content.nations if n.kind == "union"}
    for event in content.status:
        _status(event, names, unions)
    for r in content.reservations:
        names.need("provision", r.state, [r.provision])
        names.need("nation", r.provision, [r.state])
    _asked(content, names)
    for nation in content.nations:
        _nation(nation, names)
    for measure in content.measures:
        _measure(measure, names)
    _research(content, names)
    for table in content.tables:
        _table(table, names)


def _borne(content: Content) -> _Names:
    names = _Names()
    names.bear("provision", (p.key for p in content.provisions))
    names.bear("source", (s.key for s in content.sources))
    names.bear("instrument", (i.key for i in content.instruments))
    names.bear("pointer", (p.key for p in content.pointers))
    names.bear("treaty", {i.key for i in content.instruments} | {p.key for p in content.pointers})
    names.bear("article", (f"{a.instrument} {a.number}" for a in content.articles))
    names.bear("described", (b.key for b in content.described))
    names.bear("function", (f.key for f in content.functions))
    names.bear("role", (r.key for r in content.roles))
    names.bear("concept", (c.key for c in content.concepts))
    names.bear("measure", (m.key for m in content.measures))
    names.bear("criterion", (c.key for c in content.criteria))
    names.bear("mark", (m.mark for m in content.marks))
    names.bear("nation", (n.code for n in content.nations))
    names.bear("ground", (g.key for g in content.grounds))
    names.bear("counting", (c.key for c in content.countings))
    names.bear("clock", (c.key for c in content.clocks))
    names.bear("own clock", (c.key for c in content.clocks if c.instrument is None and c.provision is None))
    names.bear("table", (t.name for t in content.tables))
    names.bear("hook", (h.key for h in content.hooks))
    names.bear("formality", (f.key for f in content.formalities))
    names.bear("demand", (f"{d.instrument}.{d.concept}" for d in content.demands))
    names.bear("roll", (r.instrument for r in content.rolls))
    territories = [t.code for n in content.nations for t in n.territories]
    names.bear("State or territory", [*(n.code for n in content.nations), *territories])
    names.bear("territory", territories)
    names.bear("element", (w for e in content.elements for w in (e.key, *e.words)))
    names.bear("limit", (word.key for word in content.limits))
    names.bear("material", (one.key for one in content.materials))
    regimes = (*(r for n in content.nations for r in n.regimes), *content.policies)
    names.bear("regime", (r.key for r in regimes))
    names.bear("position", (p.key for n in content.nations for p in n.positions))
    names.bear("counterpart", (c.key for c in content.counterparts))
    names.bear("speech_law", (law.key for law in content.speech_laws))
    return names


def _treaties(content: Content, names: _Names) -> None:
    """What hangs on a treaty, an instrument or one only pointed to; and the bases that a State describes."""
    for p in content.provisions:
        names.need("provision", p.key, p.reserved_by)
    for article in content.articles:
        names.need("treaty", f"article {article.number}", [article.instrument])
    for pointer in content.pointers:
        names.need("provision", pointer.key, pointer.led_from)
    for basis in content.described:
        names.need("State or territory", basis.key, [basis.state])
        names.need("State or territory", basis.key, [basis.other])
        names.need("measure", basis.key, basis.measures)
        if basis.other == basis.state:
            raise BadInput("law.leads_nowhere", by=basis.key, kind="other State", name=basis.state)
        if basis.other is None and basis.is_treaty:
            raise BadInput("law.described_without_other", key=basis.key)
        if not basis.key.startswith(f"{basis.state.lower()}."):
            raise BadInput("law.leads_nowhere", by=basis.state, kind="key", name=basis.key)


def _asked(content: Content, names: _Names) -> None:
    """What joining an instrument means, and what others said of it."""
    for i in content.instruments:
        names.need("instrument", i.key, [i.within])
        names.need("source", i.key, [i.depositary_source])
    for objection in content.objections:
        names.need("provision", objection.state, [objection.provision])
        names.need("nation", objection.provision, [objection.state, objection.author])
    for formality in content.formalities:
        names.need("instrument", formality.key, [formality.instrument])
    for word in content.elements:
        names.need("concept", word.key, word.acts_of)
    for material in content.materials:
        names.need("function", material.key, [material.function])
        names.need("provision", material.key, material.provisions)
    for demand in content.demands:
        names.need("instrument", demand.concept, [demand.instrument])
        names.need("concept", f"art. {demand.article}", [demand.concept])
    for roll in content.rolls:
        names.need("instrument", "rolls", [roll.instrument])


def _ground(ground: Ground, names: _Names) -> None:
    names.need("measure", ground.key, ground.measures)
    names.need("provision", ground.key, ground.provisions)
    also = [ground.needs_reservation, ground.consult_provision, ground.reasons_provision]
    names.need("provision", ground.key, also)


def _clock(clock: Clock, content: Content, names: _Names) -> None:
    names.need("measure", clock.key, clock.measures)
    if (clock.instrument is None) != clock.key.startswith(HOUSE):
        raise BadInput("law.leads_nowhere", by=clock.key, kind="key", name=HOUSE)
    if clock.counting != PLAIN:
        names.need("counting", clock.key, [clock.counting])
    names.need("provision", clock.key, [clock.provision])
    values = next((p.values for p in content.provisions if p.key == clock.provision), ())
    if clock.value is not None and clock.value not in {value.name for value in values}:
        raise BadInput("law.leads_nowhere", by=clock.key, kind="value", name=clock.value)


def _calendars(content: Content, names: _Names) -> None:
    for calendar in content.calendars:
        calendar.read_all()
        names.need("nation", "calendar", calendar.states)


def _status(event: StatusEvent, names: _Names, unions: set[str]) -> None:
    if event.state in unions and not event.organisation:
        raise BadInput("law.union_counted", state=event.state, instrument=event.instrument)
    names.need("instrument", event.state, [event.instrument])
    names.need("territory", event.state, [event.territory])
    if event.on is None and event.reported is None:
        raise BadInput("law.status_without_day", state=event.state, instrument=event.instrument)


def _nation(nation: Nation, names: _Names) -> None:
    rows = (*nation.offences, *nation.candidates)
    names.need("concept", nation.code, (offence.concept for offence in rows))
    for row in rows:
        told = (*row.elements, *row.further, *(w for any_of in row.requires for w in any_of))
        names.need("element", f"{nation.code} {row.concept}", (*told, *row.unless, *row.preconditions))
    if nation.criminality is not None:
        asked = nation.criminality.jurisdiction
        roles = [role.measure for role in nation.criminality.roles]
        names.need("measure", nation.code, [*roles, *(asked.measures if asked else ())])
    for notice in nation.notices:
        names.need("instrument", nation.code, [notice.instrument])
        names.need("territory", nation.code, [notice.territory])
        names.need("State or territory", nation.code, notice.towards)
    names.need("instrument", nation.code, (stage.instrument for stage in nation.stages))
    names.need("own clock", nation.code, (length.key for length in nation.lengths))
    for position in nation.positions:
        names.need("measure", position.key, position.measures)
        names.need("concept", position.key, position.concepts)
        if not position.key.startswith(f"{nation.code.lower()}."):
            raise BadInput("law.leads_nowhere", by=nation.code, kind="key", name=position.key)
    for regime in nation.regimes:
        _regime(regime, names)


def _research(content: Content, names: _Names) -> None:
    for hook in content.hooks:
        names.need("provision", hook.key, hook.provisions)
        names.need("measure", hook.key, hook.measures)
    for counterpart in content.counterparts:
        names.need("criterion", counterpart.key, counterpart.criteria)
    for policy in content.policies:
        _regime(policy, names)


def _regime(regime: Regime, names: _Names) -> None:
    names.need("criterion", regime.key, (*regime.criteria, *regime.one_of))
    names.need("concept", regime.key, regime.concepts)


def _measure(measure: Measure, names: _Names) -> None:
    for asker in (*measure.may_ask, *measure.may_answer):
        names.need("function", measure.key, [asker.function])
        names.need("provision", measure.key, asker.provisions)
    for basis in measure.bases:
        names.need("instrument", measure.key, [basis.instrument])
        names.need("provision", measure.key, basis.provisions)
    for content in measure.contents:
        names.need("provision", f"{measure.key}.{content.key}", content.provisions)
    for signing in measure.signing:
        names.need("role", measure.key, signing.roles)
    names.need("measure", measure.key, measure.builds_on)


def _table(table: Table, names: _Names) -> None:
    inner = _Names()
    inner.bear("predicate", (p.key for p in table.predicates))
    inner.need("predicate", table.name, sorted(table.asked))
    for predicate in table.predicates:
        if predicate.key not in table.asked:
            raise BadInput("law.leads_nowhere", by=table.name, kind="predicate", name=predicate.key)
    for row in table.rows:
        where = f"{table.name}.{row.kind}"
        names.need("measure", where, (*row.measures, *row.except_measures, *row.apart))
        names.need("ground", where, row.grounds)
        names.need("role", where, (role for roles in (*row.signers, *row.at_least) for role in roles))
    kinds = {row.kind for row in table.rows}
    inner.bear("pair", ("/".join(sorted((p.first, p.second))) for p in table.pairs))
    inner.bear("row", kinds)
    for pair in table.pairs:
        inner.need("row", table.name, [pair.first, pair.second])
        if pair.first == pair.second and pair.outcome != "both":
            raise BadInput("law.pair_not_symmetric", kind=pair.first, table=table.name)


def _sources(value: Any, where: str) -> Iterable[tuple[str, list[str]]]:
    """Every list of sources in a dumped bundle, wherever it stands, with who names it."""
    if isinstance(value, dict):
        where = str(value.get("key") or value.get("name") or value.get("code") or where)
        for name, inner in value.items():
            if name == "sources" and inner and isinstance(inner[0], str):
                yield where, inner
            else:
                yield from _sources(inner, where)
    elif isinstance(value, list):
        for inner in value:
            yield from _sources(inner, where)
