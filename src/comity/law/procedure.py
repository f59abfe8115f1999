"""A State's own way to a deposit: the stages in their order, those done, the next one, and what a vote needs.

Promises: what is not held of a State's procedure is said to be so; no rule of another is put in its place.
The stages that all share (adoption, signature, deposit, in force) come from the instrument and the log.

Leaves to others: counting votes (``vote``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from comity.law.bundle import Bundle
from comity.law.event import StatusEvent
from comity.law.marks import Mark, reached, weakest
from comity.law.nation import Stage
from comity.law.standing import bound, in_force
from comity.messages import Message, message

Key = Literal["adoption", "signature", "submission", "approval", "deposit", "in_force"]
Done = Literal["yes", "no", "unknown"]
ORDER: Final[tuple[Key, ...]] = ("adoption", "signature", "submission", "approval", "deposit", "in_force")


@dataclass(frozen=True, slots=True)
class Reached:
    """One stage of one State: whether it is done, and what its law asks there, as far as held."""

    key: Key
    done: Done
    on: str | None
    mark: Mark | None
    rule: Stage | None
    reasons: tuple[Message, ...] = ()


def stages(bundle: Bundle, state: str, instrument: str, on: date) -> tuple[Reached, ...]:
    """The stages of a State towards an instrument, as known on a day.

    Raises:
        NotFound: a State or an instrument that is not held.
    """
    held = bundle.instrument(instrument)
    rules = {s.key: s for s in bundle.nation(state).stages if s.instrument == instrument}
    events = bundle.status(state, instrument)
    # What is not in the log was not done only where the log is the depositary's whole list.
    absent: Done = "no" if held.complete else "unknown"
    signed = next((e for e in events if e.event == "signature" and not e.withdrawn), None)
    joined = next((e for e in events if e.consents), None)
    adopted = message("law.path.adopted", instrument=held.short_name, adopted=held.adopted)
    of_all = Reached(
        "adoption",
        "yes" if on >= date.fromisoformat(held.adopted) else "no",
        held.adopted,
        "A",
        None,
        (adopted,),
    )
    return (
        of_all,
        _logged("signature", signed, absent, rules.get("signature"), on),
        _own("submission", rules.get("submission"), joined, on),
        _own("approval", rules.get("approval"), joined, on),
        _logged("deposit", joined, absent, rules.get("deposit"), on),
        _in_force(bundle, state, instrument, on),
    )


def _logged(key: Key, event: StatusEvent | None, absent: Done, rule: Stage | None, on: date) -> Reached:
    if event is None:
        return Reached(key, absent, None, None, rule)
    if event.on is None:
        # Reported, on a day that is not held: a signature by then is one, a deposit has yet to be confirmed.
        known: Done = "yes" if key == "signature" else "unknown"
        return Reached(key, known, event.reported, event.mark, rule)
    done: dict[bool | None, Done] = {True: "yes", False: "no", None: "unknown"}
    return Reached(key, done[reached(event.on, on)], event.on, event.mark, rule)


def _own(key: Key, rule: Stage | None, joined: StatusEvent | None, on: date) -> Reached:
    """A stage that is the State's own: done if its data says so, or if a dated deposit followed it."""
    deposited = joined is not None and joined.on is not None and reached(joined.on, on) is True
    known: Done = "yes" if deposited else "unknown"
    if rule is None:
        return Reached(key, known, None, None, None, (message("law.path.not_held", stage=key),))
    if rule.reached is not None and reached(rule.reached, on):
        return Reached(key, "yes", rule.reached, rule.mark, rule)
    return Reached(key, known, None, rule.mark, rule)


def _in_force(bundle: Bundle, state: str, instrument: str, on: date) -> Reached:
    general, own = in_force(bundle, instrument, on), bound(bundle, state, instrument, on)
    both = (general.answer, own.answer)
    known: Done = "yes" if both == ("yes", "yes") else "no" if "no" in both else "unknown"
    mark = general.mark if general.answer == "no" else weakest([general.mark, own.mark])
    return Reached("in_force", known, None, mark, None, (*general.reasons, *own.reasons))
