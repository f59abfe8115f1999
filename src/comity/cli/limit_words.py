"""The limits under which exhibits are held, in words: what binds, by which act, and who else holds them.

Promises: a line for each limit, also for one that was lifted; times and names as the acts have them.

Leaves to others: the view (``app.limits``), the case around it (``case_words``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from comity.cli.saying import SHORT
from comity.cli.session import Session

View = dict[str, Any]


def limit_words(session: Session, view: View) -> Iterator[str]:
    """The limits of a request's exhibits, and to which States they were passed on."""
    for one in view["limits"]:
        yield session.text(
            f"cli.limit.{_stands(one)}",
            exhibits=", ".join(one["exhibits"]),
            limit=one["kind"] if one["id"] is None else f"{one['kind']} ({one['id']})",
            more=", ".join([*one["purposes"], *one["proceedings"], *([one["until"]] if one["until"] else [])])
            or "-",
            source=one["source"][:SHORT],
            by=(one["lifted"] or "")[:SHORT],
        )
    for held in view["holders"]:
        yield session.text(
            "cli.limit.holder", exhibit=held["exhibit"], state=held["state"], act=held["by"][:SHORT]
        )
    for one in view["assurances"]:
        stands = "lifted" if one["lifted"] else "broken" if one["broken"] else "binds"
        yield session.text(
            f"cli.limit.assurance.{stands}",
            item=one["item"],
            limit=f"{one['kind']} ({one['id']})",
            source=one["source"][:SHORT],
            by=", ".join(id[:SHORT] for id in ([one["lifted"]] if one["lifted"] else one["broken"])),
        )
    for one in view["untold"]:
        told = {"event": one["event"][:SHORT], "exhibit": one["exhibit"], "to": one["to"] or "-"}
        if one["handed"] is None:
            yield session.text("cli.limit.untold_state", **told)
        else:
            yield session.text("cli.limit.untold", act=one["handed"][:SHORT], **told)
    for one in view["speciality"]:
        consents = [*one["other_offences"], *one["re_extradition"]]
        yield session.text(
            "cli.limit.speciality",
            item=one["item"],
            act=one["act"][:SHORT],
            since=one["since"],
            consents=", ".join(id[:SHORT] for id in consents) or "-",
        )


def _stands(one: View) -> str:
    if one["lifted"] is not None:
        return "lifted"
    return "binds" if one["accepted"] else "offered"


def unit_words(session: Session, at_home: View) -> Iterator[str]:
    """What only a competent unit opens, and what two of its persons said; nothing of what is in it."""
    marked = [(one["exhibit"], one["protected"]) for one in at_home["intakes"] if one["protected"]]
    marked += [(one["exhibit"], one) for one in at_home["marks"]]
    for exhibit, mark in marked:
        told = {"exhibit": exhibit, "material": mark["material"], "unit": mark["unit"]}
        yield session.text("cli.unit.protected", **told)
    for one in at_home["unsealed"]:
        told = {"exhibit": one["exhibit"], "unit": one["unit"], "act": one["act"][:SHORT]}
        if one["until"] is not None:
            told["until"] = one["until"]
        yield session.text(f"cli.unit.unsealed.{one['what']}", **told)


def announced_words(session: Session, exhibits: list[View]) -> Iterator[str]:
    """Which exhibits of a delivery only a competent unit of the receiver opens."""
    for one in exhibits:
        if one["protected"] is not None:
            yield session.text("cli.unit.protected", exhibit=one["exhibit"], **one["protected"])
