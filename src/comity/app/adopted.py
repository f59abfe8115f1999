"""The law data that a node goes by: the packaged bundle, with what its own acts put over it.

Promises: what is in force follows from the register alone: the last overlay adopted, then every tick, in the
order of the acts. It is made anew when the packaged data changes, and each bundle that an act names is kept.

Leaves to others: what an overlay or a tick does (``law``), composing and signing (``adopt``, ``confirm``).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from comity import settings, store
from comity.acts import Act
from comity.acts.home_terms import AdoptLawTerms, ConfirmLawTerms
from comity.app.rolls import base_of
from comity.errors import BadInput, Conflict
from comity.law import (
    Bundle,
    Content,
    apply_overlay,
    apply_ticks,
    load_overlay,
    remade,
)
from comity.store import Connection
from comity.wire import digest

LAW_ACTS: Final = "law_acts"
"""The setting that lists the acts in force, a projection of the register; see ``_state``."""

KINDS: Final = frozenset({"adopt_law", "confirm_law"})

_MOST: Final = 8
_made: OrderedDict[tuple[str, tuple[str, ...]], Bundle] = OrderedDict()
"""Bundles made lately, by the bundle below and the acts over it."""


def bundle_in_force(base: Bundle, conn: Connection) -> Bundle:
    """The law data of a node. ``base``: the bundle below."""
    state = _state(conn)
    ids = tuple(str(one) for one in state["acts"])
    if not ids:
        return base
    key = (base.digest, ids)
    made = _made.get(key)
    if made is None:
        if state["base"] == base.digest:
            known = str(state["made"])
            made = Bundle.load_known(store.get_bundle(conn, known), known)
        else:
            made = with_acts(base, [store.get_act(conn, one) for one in ids])
        _made[key] = made
        while len(_made) > _MOST:
            _made.popitem(last=False)
    return made


def law_of(data: Path, environment: Mapping[str, str]) -> Bundle:
    """The law data of a data folder, opened for this alone: no key is needed.

    Raises:
        As ``settings.load`` and ``Database.open``.
    """
    told = settings.load(data, environment)
    with store.Database.open(told.database_url) as db, db.read() as conn:
        return bundle_in_force(base_of(data), conn)


def misfit(base: Bundle, conn: Connection) -> BadInput | None:
    """Why the overlay in force does not fit the law data below it any more; none: it does."""
    for one in law_acts(conn):
        act = store.get_act(conn, one)
        if isinstance(act.terms, AdoptLawTerms):
            try:
                remade(_with_overlay(base.content, act))
            except BadInput as error:
                return error
    return None


def law_acts(conn: Connection) -> tuple[str, ...]:
    """The acts in force over the packaged law data, in order."""
    return tuple(str(one) for one in _state(conn)["acts"])


def _state(conn: Connection) -> dict[str, Any]:
    """The acts in force, the packaged bundle that they last lay over, and the bundle that this made."""
    state: dict[str, Any] = store.get_setting(conn, LAW_ACTS) or {"acts": [], "base": None, "made": None}
    return state


def with_acts(base: Bundle, acts: list[Act]) -> Bundle:
    """A bundle with what these acts put over it.

    An overlay that fits no more, since the packaged data is another now, is left out: what it settled is open
    again, and ``doctor`` says why. So a node can always go on, and take a new overlay.
    """
    content = base.content
    for act in sorted(acts, key=lambda act: (not isinstance(act.terms, AdoptLawTerms), act.header.number)):
        if isinstance(act.terms, AdoptLawTerms):
            try:
                content = remade(_with_overlay(content, act)).content
            except BadInput:
                continue
        elif isinstance(act.terms, ConfirmLawTerms):
            told = act.terms
            content = apply_ticks(
                content,
                {tick.provision: tick.record for tick in told.ticks},
                state=act.header.state,
                on=act.header.at[: len("2026-11-21")],
                document=told.document,
                act=act.id,
            )
    return remade(content)


def _with_overlay(content: Content, act: Act) -> Content:
    return apply_overlay(content, load_overlay(act.fields["overlay"].encode()), act.id)


def version_in_force(conn: Connection) -> int:
    """The version of the overlay in force; 0 where none is."""
    terms = [store.get_act(conn, one).terms for one in law_acts(conn)]
    return max((t.version for t in terms if isinstance(t, AdoptLawTerms)), default=0)


def take_effect(base: Bundle, conn: Connection, act: Act, at: datetime) -> None:
    """Let an act that was just committed have its effect, in its own transaction.

    Raises:
        Conflict: a later overlay is in force already. BadInput: it does not fit the law data any more.
    """
    known = law_acts(conn)
    if isinstance(act.terms, AdoptLawTerms):
        in_force = version_in_force(conn)
        if act.terms.version <= in_force:
            raise Conflict("app.overlay_not_newer", version=act.terms.version, in_force=in_force)
        if act.terms.overlay != digest(act.fields["overlay"].encode()):
            raise BadInput("app.overlay_not_signed", act=act.id)
        known = tuple(i for i in known if not isinstance(store.get_act(conn, i).terms, AdoptLawTerms))
    ids = (*known, act.id)
    made = with_acts(base, [store.get_act(conn, one) for one in ids])
    store.put_bundle(conn, made.digest, made.data, at)
    store.put_setting(conn, LAW_ACTS, {"acts": list(ids), "base": base.digest, "made": made.digest})
