"""``comity law forecast``: when an instrument would enter into force, and what a State still has to do.

Promises: computed from what is held and what the reader supposes, which is named as supposed; no likelihood.

Leaves to others: the rules (``law.forecast``, ``law.procedure``, ``law.vote``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, option
from comity.cli.law_asked import day_of, law_data, said
from comity.cli.session import Session
from comity.errors import BadInput, NotFound

if TYPE_CHECKING:
    from datetime import date

    from comity.law import Bundle
    from comity.law.forecast import Deposit

MOST = 400
"""Deposits that can be supposed; there are half as many States."""


@command("law forecast")
@argument("state", metavar="STATE", required=False)
@option("--instrument", metavar="INSTRUMENT", default="uncc")
@option("--on", metavar="DATE")
@option("--deposit", metavar="STATE=DATE", multiple=True)
@option("--deposits", metavar="N=DATE", multiple=True)
@option("--present", metavar="N", type=click.IntRange(1, 100_000))
@option("--yes", metavar="N", type=click.IntRange(0, 100_000))
@option("--no", metavar="N", type=click.IntRange(0, 100_000))
@option("--undecided", metavar="N", type=click.IntRange(0, 100_000))
@click.pass_obj
def forecast_command(
    session: Session,
    /,
    *,
    state: str | None,
    instrument: str,
    on: str | None,
    deposit: tuple[str, ...],
    deposits: tuple[str, ...],
    present: int | None,
    yes: int | None,
    no: int | None,
    undecided: int | None,
) -> None:
    """``comity law forecast``."""
    bundle, day = law_data(session), day_of(session, on)
    counts = (yes, no, undecided)
    if state is None and (present is not None or any(n is not None for n in counts)):
        raise BadInput("cli.forecast_no_state")
    value: dict[str, Any] = {"instrument": instrument, "on": day.isoformat()}
    if state is None or deposit or deposits:
        supposed = _supposed(session, bundle, deposit, deposits)
        value["entry"] = _entry(session, bundle, instrument, supposed, day)
    if state is not None:
        code = bundle.state(state)
        value["path"] = _path(session, bundle, code, instrument, day)
        value["vote"] = _vote(bundle, code, instrument, present, counts)
    session.show(value, lambda: _words(session, value))


def _supposed(
    session: Session, bundle: Bundle, named: tuple[str, ...], many: tuple[str, ...]
) -> list[Deposit]:
    from comity.law.forecast import Deposit

    found = []
    for text in named:
        name, equals, day = text.rpartition("=")
        if not equals:
            raise BadInput("cli.forecast_deposit", text=text[:60])
        found.append(Deposit(day_of(session, day), bundle.state(name)))
    for text in many:
        number, equals, day = text.partition("=")
        if not equals or not number.isdecimal() or not number.isascii() or not 0 < int(number[:6]) <= MOST:
            raise BadInput("cli.forecast_deposits", text=text[:60], most=MOST)
        found += [Deposit(day_of(session, day))] * int(number)
    return found


def _entry(
    session: Session, bundle: Bundle, instrument: str, supposed: list[Deposit], day: date
) -> dict[str, Any]:
    from comity.law.forecast import forecast

    told = forecast(bundle, instrument, supposed, day)
    return {
        "needed": told.needed,
        "held": told.held,
        "supposed": told.supposed,
        "missing": told.missing,
        "completed": told.completed.isoformat() if told.completed else None,
        "enters": told.enters.isoformat() if told.enters else None,
        "earliest": told.earliest.isoformat() if told.earliest else None,
        "bound": {code: since.isoformat() for code, since in told.bound},
        "mark": told.mark,
        "reasons": [said(session, m) for m in told.reasons],
    }


def _path(session: Session, bundle: Bundle, code: str, instrument: str, day: date) -> list[dict[str, Any]]:
    from comity.law.procedure import stages

    return [
        {
            "stage": one.key,
            "done": one.done,
            "on": one.on,
            "mark": one.mark,
            "body": one.rule.body if one.rule else None,
            "rule": one.rule.summary if one.rule else None,
            "sources": list(one.rule.sources) if one.rule else [],
            "days": one.rule.days if one.rule else None,
            "reasons": [said(session, m) for m in one.reasons],
        }
        for one in stages(bundle, code, instrument, day)
    ]


def _vote(
    bundle: Bundle, code: str, instrument: str, present: int | None, counts: tuple[int | None, ...]
) -> dict[str, Any] | None:
    from comity.law.vote import needed, whip

    counted = [n or 0 for n in counts]
    if present is None and not any(n is not None for n in counts):
        return None
    rules = [s for s in bundle.nation(code).stages if s.instrument == instrument and s.base is not None]
    if not rules or rules[0].numerator is None or rules[0].denominator is None:
        raise NotFound("cli.forecast_no_rule", state=code)
    rule = rules[0]
    base = rule.members if rule.base == "members" and rule.members is not None else present or sum(counted)
    if rule.members is not None and base > rule.members:
        raise BadInput("cli.forecast_too_many", present=base, members=rule.members)
    threshold = needed(base, rules[0].numerator, rules[0].denominator, strict=rule.strict)
    value: dict[str, Any] = {
        "stage": rule.key,
        "body": rule.body,
        "rule": rule.summary,
        "mark": rule.mark,
        "sources": list(rule.sources),
        "base": base,
        "needed": threshold,
    }
    if any(n is not None for n in counts):
        told = whip(base, threshold, yes=counted[0], no=counted[1], undecided=counted[2])
        value |= {
            "yes": told.yes,
            "still_needed": told.still_needed,
            "answer": told.answer,
            "may_be_lost": told.may_be_lost,
        }
    return value


def _words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    if "entry" in value:
        entry = value["entry"]
        if entry["enters"]:
            yield say("cli.forecast.enters", enters=entry["enters"], completed=entry["completed"])
        else:
            yield say("cli.forecast.too_few", missing=entry["missing"], earliest=entry["earliest"])
        for code, since in entry["bound"].items():
            yield "  " + say("cli.forecast.bound", state=code, since=since)
        yield from (f"  {reason}" for reason in entry["reasons"])
        yield f"  {say('cli.law.mark', mark=entry['mark'])}"
    for one in value.get("path", ()):
        yield from _stage_words(session, one)
    vote = value.get("vote")
    if vote:
        yield say("cli.forecast.needed", **{k: vote[k] for k in ("needed", "base", "body", "mark")})
        if "answer" in vote:
            yield say(
                f"cli.forecast.{vote['answer']}",
                yes=vote["yes"],
                still=vote["still_needed"],
                spare=vote["may_be_lost"] or 0,
            )


def _stage_words(session: Session, one: dict[str, Any]) -> Iterator[str]:
    say = session.text
    done = say(f"cli.forecast.done.{one['done']}")
    when = f" {one['on']}" if one["on"] else ""
    mark = f" ({say('cli.law.mark', mark=one['mark'])})" if one["mark"] else ""
    yield f"  {say('cli.forecast.stage.' + one['stage'])}: {done}{when}{mark}"
    if one["body"]:
        days = f" {say('cli.forecast.days', days=one['days'])}" if one["days"] else ""
        yield f"    {one['body']}: {one['rule']}{days}"
    yield from (f"    {reason}" for reason in one["reasons"])
