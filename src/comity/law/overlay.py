"""A State's overlay: what its own adviser adopts, corrects, rejects or adds for that State's node.

Promises: pure; closed shapes; the same TOML gives the same bytes and digest. An overlay speaks of its own
State's law and of that State's reading of the instruments, and of nothing else: whatever names another
State's law is refused. Applied to law data it gives a new bundle, which says what was put over it, by which
acts; the bundle below stays as it is.

Leaves to others: who may sign it, and keeping it (``app.adopted``); ticks against a text (``confirm``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeVar

from pydantic import Field

from comity import wire
from comity.errors import BadInput
from comity.law.article import DescribedBasis
from comity.law.bundle import Bundle
from comity.law.content import Applied, Content
from comity.law.marks import Day
from comity.law.model import Provision, Settled, Source, StateCode, Text, Value, Words
from comity.law.nation import Nation
from comity.law.references import resolve
from comity.toml import read_toml
from comity.wire import Json, Model

MAX_OVERLAY: Final = 1024 * 1024
"""Bytes of a compiled overlay at most: an act carries it whole."""

OWN: Final = "own_law"
_IDENTITY: Final = ("concept", "key", "name", "code", "provision")
"""By the first of these that a record has, one of an overlay takes the place of one below."""

_OF_NOTICE: Final = ("topic", "instrument", "territory", "towards")
"""What makes two notices answers to one question."""


What = Literal["provision", "ground", "basis", "clock", "offence", "regime"]
R = TypeVar("R", bound=Model)


class Adopt(Model):
    """Our record is right for this State. ``source``: what was read. A basis is ``MEASURE/INSTRUMENT``."""

    what: What
    key: Text
    source: Text


class NewValue(Model):
    """Another number for a value that the paragraph has."""

    name: Words
    value: int


class Correct(Model):
    """A paragraph says something else, or stands elsewhere. What is not given stays."""

    what: Literal["provision"]
    key: Text
    source: Text
    paragraph: str | None = None
    summary: Text | None = None
    gives: Text | None = None
    demands: Text | None = None
    values: tuple[NewValue, ...] = ()


class Reject(Model):
    """Our record is not right for this State. It settles nothing; of the State's own law, it goes."""

    what: Literal["provision", "ground", "basis", "offence", "regime"]
    key: Text
    source: Text


class Overlay(Model):
    """An overlay, compiled. ``nation``, ``status``, ``reservation``: records in the shape of law data."""

    v: int = Field(ge=1, le=1)
    state: StateCode
    name: Text
    version: int = Field(ge=1, le=1_000_000)
    on: Day
    review_by: Day
    source: tuple[Source, ...] = ()
    adopt: tuple[Adopt, ...] = ()
    correct: tuple[Correct, ...] = ()
    reject: tuple[Reject, ...] = ()
    nation: dict[str, Json] | None = None
    status: tuple[dict[str, Json], ...] = ()
    reservation: tuple[dict[str, Json], ...] = ()
    described: tuple[DescribedBasis, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that an overlay does, for people to look at before they sign."""

    how: Literal["adopted", "corrected", "rejected", "added"]
    what: str
    key: str


def compile_overlay(data: bytes) -> bytes:
    """The canonical bytes of an overlay that was written as TOML.

    Raises:
        BadInput: not TOML, not of the shape, or it speaks of another State's law.
    """
    try:
        told = read_toml(data)
    except ValueError as error:
        raise BadInput("law.overlay_not_toml", what=str(error)[:120]) from error
    head = told.pop("overlay", None)
    if not isinstance(head, dict):
        raise BadInput("law.overlay_not_right", where="overlay", what="missing")
    clash = sorted(set(head) & set(told))
    if clash or "v" in head or "v" in told:
        raise BadInput("law.overlay_not_right", where=clash[0] if clash else "v", what="unknown_key")
    try:
        overlay = wire.build(Overlay, {"v": 1, **head, **told})
    except BadInput as error:
        where = str(error.arguments.get("where", "(the whole)"))
        what = str(error.arguments.get("what", error.id))
        raise BadInput("law.overlay_not_right", where=where, what=what) from error
    return wire.dump_bytes(_of_one_state(overlay))


def load_overlay(data: bytes) -> Overlay:
    """Read a compiled overlay.

    Raises:
        BadInput: not canonical, not an overlay, or not as ``compile_overlay`` writes it: a member that is
            left out would be read as its default, so that two texts were one overlay.
    """
    overlay = _of_one_state(wire.parse(Overlay, data, limit=MAX_OVERLAY))
    if wire.dump_bytes(overlay) != data:
        raise BadInput("law.overlay_not_compiled")
    return overlay


def changes_of(overlay: Overlay) -> tuple[Change, ...]:
    """All that it does, in its order."""
    return (
        *(Change("adopted", a.what, a.key) for a in overlay.adopt),
        *(Change("corrected", c.what, c.key) for c in overlay.correct),
        *(Change("rejected", r.what, r.key) for r in overlay.reject),
        *([Change("added", "nation", overlay.state)] if overlay.nation else []),
        *(Change("added", "status", str(s.get("instrument", "?"))) for s in overlay.status),
        *(Change("added", "reservation", str(r.get("provision", "?"))) for r in overlay.reservation),
        *(Change("added", "basis", d.key) for d in overlay.described),
    )


def apply_overlay(content: Content, overlay: Overlay, act: str) -> Content:
    """Law data with an overlay over it, for ``remade``. ``act``: the act by which it was adopted.

    Raises:
        BadInput: it names what the law data does not hold, or one thing twice; a record not of its shape.
    """
    named: set[tuple[str, str]] = set()
    for change in changes_of(overlay):
        if change.how != "added" and (change.what, change.key) in named:
            raise BadInput("law.overlay_twice", what=change.what, key=change.key)
        named.add((change.what, change.key))
    content = _with_own_law(content, overlay, act)
    for adopted in overlay.adopt:
        content = _adopt(content, overlay, adopted, act)
    for corrected in overlay.correct:
        content = _correct(content, overlay, corrected, act)
    for rejected in overlay.reject:
        content = _reject(content, overlay, rejected, act)
    digest = wire.digest(wire.dump_bytes(overlay))
    done = Applied(
        act=act,
        state=overlay.state,
        what="overlay",
        name=overlay.name,
        version=overlay.version,
        digest=digest,
    )
    return content.model_copy(update={"applied": (*content.applied, done)})


def remade(content: Content) -> Bundle:
    """A bundle of content that was changed; every name in it leads somewhere.

    Raises:
        BadInput: one does not.
    """
    data = wire.dump_bytes(content)
    made = Bundle.load(data)
    resolve(made.content)
    return made


def _of_one_state(overlay: Overlay) -> Overlay:
    """Refuse what speaks of another State's law.

    Raises:
        BadInput: it does.
    """
    named = [str(record.get("state")) for record in (*overlay.status, *overlay.reservation)]
    named += [basis.state for basis in overlay.described]
    named += [str(overlay.nation["code"])] if overlay.nation and "code" in overlay.nation else []
    for state in named:
        if state != overlay.state:
            raise BadInput("law.overlay_of_other_state", state=overlay.state, other=state[:20])
    return overlay


def _settled(overlay: Overlay, how: str, source: str, act: str) -> Settled:
    return wire.build(
        Settled, {"how": how, "state": overlay.state, "on": overlay.on, "source": source, "act": act}
    )


def _adopt(content: Content, overlay: Overlay, entry: Adopt, act: str) -> Content:
    if entry.what == "provision":
        settled = _settled(overlay, "adopted", entry.source, act)
        return _provision(content, entry.key, lambda p: sure(p, settled, review_by=overlay.review_by))
    return _marked(content, overlay, entry, "A", act)


def _correct(content: Content, overlay: Overlay, entry: Correct, act: str) -> Content:
    settled = _settled(overlay, "corrected", entry.source, act)

    def corrected(old: Provision) -> Provision:
        told = {name: getattr(entry, name) for name in ("paragraph", "summary", "gives", "demands")}
        given = {name: value for name, value in told.items() if value is not None}
        numbers = {new.name: new.value for new in entry.values}
        for name in numbers:
            if name not in {value.name for value in old.values}:
                raise BadInput("law.overlay_names_nothing", what="value", key=f"{entry.key} {name}")
        values = tuple(_with_number(v, numbers.get(v.name)) for v in old.values)
        return sure(old.model_copy(update={**given, "values": values}), settled, review_by=overlay.review_by)

    return _provision(content, entry.key, corrected)


def _with_number(value: Value, number: int | None) -> Value:
    return value if number is None else value.model_copy(update={"value": number})


def _reject(content: Content, overlay: Overlay, entry: Reject, act: str) -> Content:
    if entry.what == "provision":
        settled = _settled(overlay, "rejected", entry.source, act)
        doubtful = {"mark_number": "C-", "mark_content": "C-", "settled": settled}
        return _provision(content, entry.key, lambda p: p.model_copy(update=doubtful))
    if entry.what in {"offence", "regime"}:
        return _without(content, overlay, entry)
    return _marked(content, overlay, entry, "C-", act)


def sure(provision: Provision, settled: Settled, *, review_by: str) -> Provision:
    """A provision as one that was read in the official text, by whom ``settled`` says."""
    return provision.model_copy(
        update={
            "mark_number": "A",
            "mark_content": "A",
            "values": tuple(value.model_copy(update={"mark": "A"}) for value in provision.values),
            "last_checked": settled.on,
            "review_by": review_by,
            "settled": settled,
        }
    )


def _marked(content: Content, overlay: Overlay, entry: Adopt | Reject, mark: str, act: str) -> Content:
    """Another mark for a record of our reading, or of the State's own law."""
    key, as_marked = entry.key, {"mark": mark}
    if entry.what == "ground":
        return _replaced(content, "grounds", entry, lambda g: g.key == key, as_marked)
    if entry.what == "clock":
        return _replaced(content, "clocks", entry, lambda c: c.key == key, as_marked)
    if entry.what == "basis":
        measure, _, instrument = key.partition("/")
        held = next((m for m in content.measures if m.key == measure), None)
        if held is None or instrument not in {b.instrument for b in held.bases}:
            raise BadInput("law.overlay_names_nothing", what="basis", key=key[:120])
        bases = [b.model_copy(update=as_marked) if b.instrument == instrument else b for b in held.bases]
        changed = {"bases": tuple(bases)}
        return _replaced(content, "measures", entry, lambda m: m.key == measure, changed)
    nation = _nation(content, overlay)
    name = "offences" if entry.what == "offence" else "regimes"
    checked: dict[str, Any] = {**as_marked, "last_checked": overlay.on, "review_by": overlay.review_by}
    if entry.what == "offence":
        checked["settled"] = _settled(overlay, "adopted", entry.source, act)
    records = [
        r.model_copy(update=checked) if _identity(r, entry.what) == key else r for r in getattr(nation, name)
    ]
    if key not in {_identity(r, entry.what) for r in records}:
        _refuse_other_states(content, overlay, entry)
    return _with_nation(content, nation.model_copy(update={name: tuple(records)}))


def _without(content: Content, overlay: Overlay, entry: Reject) -> Content:
    """The State's own law without a record that is not right; what is missing is named as not held."""
    nation = _nation(content, overlay)
    name = "offences" if entry.what == "offence" else "regimes"
    kept = tuple(r for r in getattr(nation, name) if _identity(r, entry.what) != entry.key)
    if len(kept) == len(getattr(nation, name)):
        _refuse_other_states(content, overlay, entry)
    gap = "national_offences" if entry.what == "offence" else "research_regime"
    not_held = tuple(sorted({*nation.not_held, gap}))
    return _with_nation(content, nation.model_copy(update={name: kept, "not_held": not_held}))


def _refuse_other_states(content: Content, overlay: Overlay, entry: Adopt | Reject) -> None:
    """Say whether another State has what this one has not.

    Raises:
        BadInput: always.
    """
    for nation in content.nations:
        records = nation.offences if entry.what == "offence" else nation.regimes
        if entry.what == "regime" and entry.key in {_identity(r, entry.what) for r in records}:
            raise BadInput("law.overlay_of_other_state", state=overlay.state, other=nation.code)
    raise BadInput("law.overlay_names_nothing", what=entry.what, key=entry.key[:120])


def _identity(record: Any, what: str) -> str:
    return str(record.concept if what == "offence" else record.key)


def _with_own_law(content: Content, overlay: Overlay, act: str) -> Content:
    """What the overlay adds of its State's own law: its record, its steps, reservations and bases."""
    told = wire.dump(content)
    sources = {s["key"]: s for s in (*told["sources"], *(wire.dump(s) for s in overlay.source))}
    told["sources"] = [sources[key] for key in sorted(sources)]
    if overlay.nation is not None:
        _put_nation(told["nations"], overlay.state, _as_adopted(overlay, overlay.nation, act))
    for name, plural in (("status", "status"), ("reservation", "reservations")):
        told[plural] += list(getattr(overlay, name))
    told["described"] += [
        {**wire.dump(d), "settled": wire.dump(_settled(overlay, "adopted", d.name, act))}
        for d in overlay.described
    ]
    try:
        return wire.build(Content, told)
    except BadInput as error:
        where = str(error.arguments.get("where", "(the whole)"))
        what = str(error.arguments.get("what", error.id))
        raise BadInput("law.overlay_not_right", where=where, what=what) from error


def _put_nation(nations: list[dict[str, Any]], state: str, added: dict[str, Json]) -> None:
    """Lay what a State says of itself over its record; what a territory says, over that of its State."""
    whole = next((n for n in nations if state in {t["code"] for t in n.get("territories", [])}), None)
    if whole is not None:
        _merge(whole, _of_territory(state, added))
        return
    own = next((n for n in nations if n["code"] == state), None)
    if own is None:
        own = {"code": state}
        nations.append(own)
        nations.sort(key=lambda n: str(n["code"]))
    _merge(own, added)
    if "not_held" not in added:
        told_of = {str(n.get("topic")) for n in _records(added, "notices")}
        own["not_held"] = [name for name in own.get("not_held", []) if name not in told_of]


def _of_territory(code: str, added: dict[str, Json]) -> dict[str, Json]:
    """What a territory or a body beside a State says of itself: whom to write to, in which language, how.

    Raises:
        BadInput: it says more, or speaks of another part of the State.
    """
    more = sorted(set(added) - {"notices"})
    notices = _records(added, "notices")
    others = [str(n["territory"]) for n in notices if n.get("territory") not in {None, code}]
    if more or others:
        raise BadInput("law.overlay_of_territory", territory=code, name=(more or others)[0][:40])
    return {"notices": [{**n, "territory": code} for n in notices]}


def _as_adopted(overlay: Overlay, nation: dict[str, Json], act: str) -> dict[str, Json]:
    """A State's own record as its adviser wrote it; what its own law answers bears the act that adopted it.

    Raises:
        BadInput: it says so of itself; only the act can.
    """
    settled = wire.dump(_settled(overlay, "adopted", overlay.name, act))
    told = dict(nation)
    for name in ("offences", "criminality", "positions", "lengths"):
        value = told.get(name)
        records = value if isinstance(value, list) else [value]
        if any(isinstance(record, dict) and "settled" in record for record in records):
            raise BadInput("law.overlay_not_right", where=f"nation.{name}.settled", what="unknown_key")
        if isinstance(value, list):
            told[name] = [{**r, "settled": settled} if isinstance(r, dict) else r for r in value]
        elif isinstance(value, dict):
            told[name] = {**value, "settled": settled}
    return told


def _merge(own: dict[str, Json], added: dict[str, Json]) -> None:
    """Lay a partial record over a whole one: records in lists by their identity, the rest as a whole."""
    for name, value in added.items():
        old = own.get(name)
        if isinstance(value, list) and isinstance(old, list) and all(isinstance(v, dict) for v in value):
            own[name] = [o for o in old if not _taken(o, value)] + value
        else:
            own[name] = value


def _records(nation: dict[str, Json], name: str) -> list[dict[str, Json]]:
    """A list of records in a part of a State's record; what has another shape is refused when it is built."""
    held = nation.get(name)
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


def _taken(old: Json, added: Iterable[dict[str, Json]]) -> bool:
    if isinstance(old, dict) and "topic" in old:
        # A notice has no name; it is the answer to one question.
        return any(
            all((one.get(part) or None) == (old.get(part) or None) for part in _OF_NOTICE) for one in added
        )
    name = next((n for n in _IDENTITY if isinstance(old, dict) and n in old), None)
    return name is not None and any(one.get(name) == old[name] for one in added)


def _provision(content: Content, key: str, change: Callable[[Provision], Provision]) -> Content:
    if key not in {p.key for p in content.provisions}:
        raise BadInput("law.overlay_names_nothing", what="provision", key=key[:120])
    provisions = tuple(change(p) if p.key == key else p for p in content.provisions)
    return content.model_copy(update={"provisions": provisions})


def _replaced(
    content: Content,
    name: str,
    entry: Adopt | Reject,
    wanted: Callable[[Any], bool],
    update: dict[str, Any],
) -> Content:
    records: Sequence[Any] = getattr(content, name)
    if not any(wanted(record) for record in records):
        raise BadInput("law.overlay_names_nothing", what=entry.what, key=entry.key[:120])
    changed = tuple(r.model_copy(update=update) if wanted(r) else r for r in records)
    return content.model_copy(update={name: changed})


def _nation(content: Content, overlay: Overlay) -> Nation:
    found = next((n for n in content.nations if n.code == overlay.state), None)
    if found is None:
        raise BadInput("law.overlay_names_nothing", what="nation", key=overlay.state)
    return found


def _with_nation(content: Content, nation: Nation) -> Content:
    nations = tuple(nation if n.code == nation.code else n for n in content.nations)
    return content.model_copy(update={"nations": nations})
