"""Use what was given: asked each time, judged against every limit in force, recorded also if refused.

Promises: nothing is used that was not asked for first, in an act at home that keeps the verdict; a refusal
names what bars the use and the paragraphs that speak of it. What needs consent comes with the words that
seek it. What no rule can judge is answered by the person who asks, with reasons, or is not used. To show the
defence what exonerates is never barred by a limit: the other State is told first, or right after, and why.

Leaves to others: the rule itself (``cases.use``); what happens once content has left the node.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from comity import store
from comity.acts import Act, Condition, Proceeding
from comity.acts.duty_terms import AskUseTerms, UseVerdict
from comity.acts.terms import LimitKind, OtherUse, Purpose, UseKind, UseTerms
from comity.app.mark import mark_of
from comity.app.node import Node, Person, home_of
from comity.app.prepare import Said
from comity.app.reply import Matter, matter, note, reply
from comity.app.touch import record_use
from comity.app.unseal import may_be_opened
from comity.cases import Asked, Bar, Judged, judge_use
from comity.cases.limits import holding
from comity.clock import write_instant
from comity.errors import NotPermitted
from comity.law import Provision
from comity.store import Connection

_PASSED: Final = frozenset({UseVerdict.ALLOWED})


@dataclass(frozen=True)
class Seeking:
    """The consent that would lift what bars a use, ready to be sought."""

    use: OtherUse
    exhibits: tuple[str, ...]
    conditions: tuple[str, ...]
    to: str | None


@dataclass(frozen=True)
class Answered:
    """What was asked, and the answer. ``act``: the record of it, kept at home; ``seek``: what to seek."""

    act: Act
    judged: Judged
    provisions: tuple[Provision, ...]
    allowed: bool
    seek: Seeking | None = None


@dataclass(frozen=True)
class Wanted:
    """A use as a person asks for it."""

    exhibits: tuple[str, ...]
    proceeding: Proceeding
    text: str
    kind: UseKind = UseKind.STATED
    purpose: Purpose = Purpose.COURT
    consent: str | None = None
    to: str | None = None
    on: datetime | None = None


def ask_use(node: Node, about: str, who: Person, wanted: Wanted, *, reasons: str | None = None) -> Answered:
    """Ask whether something may be used so; what is asked and answered is kept, whatever the answer.

    ``reasons``: why no question that only a person can judge stands in the way.

    Raises:
        NotPermitted: an exhibit is not in custody here; or only a competent unit opens it, and two of its
            persons have not said that it is opened for this proceeding.
    """
    it = matter(node, about)
    held = {exhibit.exhibit for exhibit in it.request.in_custody}
    if it.request.requesting != node.state or not held.issuperset(wanted.exhibits):
        raise NotPermitted("cases.requires.uses_held_exhibits")
    with node.db.read() as conn:
        for exhibit in wanted.exhibits:
            mark = mark_of(conn, it.id, exhibit)
            if mark and not may_be_opened(node, conn, it.id, exhibit, wanted.proceeding):
                raise NotPermitted("material.use_needs_two", exhibit=exhibit, unit=mark.unit)
    judged = judge_use(
        it.request,
        it.case.requests,
        _asked(node, wanted),
        node.table,
        proceeding=wanted.proceeding.number,
        stated=_stated(node, it, wanted.exhibits),
        ratified=_ratified(node, it),
    )
    answered = judged.verdict is UseVerdict.NEEDS_HUMAN and reasons is not None
    terms = AskUseTerms(
        exhibits=wanted.exhibits,
        use=wanted.kind,
        purpose=wanted.purpose,
        verdict=judged.verdict,
        limits=_keys(judged.bars),
        questions=_keys(judged.questions),
        answered=answered,
    )
    fields = {"terms": terms, "proceeding": wanted.proceeding, "text": wanted.text, "answer": reasons}
    act = note(node, it, "ask_use", fields, who)
    return Answered(
        act=act,
        judged=judged,
        provisions=_provisions(node, it, judged),
        allowed=answered or judged.verdict in _PASSED,
        seek=_seeking(judged, wanted) if judged.verdict is UseVerdict.NEEDS_CONSENT else None,
    )


def use_exhibits(
    node: Node, about: str, who: Person, wanted: Wanted, *, reasons: str | None = None
) -> tuple[Answered, Said]:
    """Use exhibits, once the answer allows it; each one's custody records it.

    Raises:
        NotPermitted: it is refused, needs consent first, or a person's answer with reasons.
    """
    answered = ask_use(node, about, who, wanted, reasons=reasons)
    if not answered.allowed:
        raise refusal(answered)
    it = matter(node, about)
    one = _asked(node, wanted)
    terms = UseTerms(
        exhibits=wanted.exhibits,
        use=wanted.kind,
        purpose=wanted.purpose,
        consent=wanted.consent,
        to=wanted.to,
        on=one.on,
    )
    fields = {"terms": terms, "proceeding": wanted.proceeding, "text": wanted.text}

    def record(conn: Connection, act: Act) -> None:
        for exhibit in wanted.exhibits:
            record_use(node, conn, it.id, exhibit, who, purpose=wanted.proceeding.number, act=act.id)

    return answered, reply(node, it, "use", fields, who, rests_on=answered.act.id, also=record)


def refusal(answered: Answered) -> NotPermitted:
    """Why a use may not be, as an error for a person: what bars it, and the paragraphs that speak of it."""
    judged = answered.judged
    told = {
        "limits": ", ".join(_named(judged.bars or judged.questions)),
        "cites": "; ".join(f"{p.instrument} {p.pointer}" for p in answered.provisions) or "-",
        "asked": answered.act.id[:12],
    }
    match judged.verdict:
        case UseVerdict.NEEDS_CONSENT if answered.seek is not None:
            seek = answered.seek
            options = [f"--use {seek.use}", *(f"--exhibit {one}" for one in seek.exhibits)]
            options += [f"--condition {one}" for one in seek.conditions]
            options += [] if seek.to is None else [f"--to {seek.to}"]
            request = str(answered.act.header.about)[:12]
            return NotPermitted("use.needs_consent", **told, request=request, options=" ".join(options))
        case UseVerdict.NEEDS_HUMAN:
            return NotPermitted("use.needs_human", **told)
        case _:
            return NotPermitted("use.refused", **told)


def _asked(node: Node, wanted: Wanted) -> Asked:
    return Asked(
        exhibits=wanted.exhibits,
        use=wanted.kind,
        purpose=wanted.purpose,
        at=node.now(),
        consent=wanted.consent,
        to=wanted.to,
        on=None if wanted.on is None else write_instant(wanted.on),
    )


def _stated(node: Node, it: Matter, exhibits: Iterable[str]) -> tuple[str, ...] | None:
    """The numbers of the proceedings that the exhibits may serve as given; ``None``: not open here."""
    with node.db.read() as conn:
        named = tuple(
            number
            for condition in _conditions(conn, it, exhibits)
            if condition.kind == LimitKind.USE_LIMIT
            for number in condition.proceedings
        )
    if it.act.header.kind == "inform":
        # Nothing was asked for: what is offered is limited by the State that offers, and by nothing else.
        return named or None
    proceeding = it.act.fields.get("proceeding")
    return None if proceeding is None else (proceeding.number, *named)


def _conditions(conn: Connection, it: Matter, exhibits: Iterable[str]) -> list[Condition]:
    """The conditions that bind these exhibits, in the words of the acts that laid them down."""
    wanted = set(exhibits)
    binding = [h for h in holding(it.request) if h.exhibit in wanted and h.binds]
    found = []
    for source in sorted({h.source for h in binding}):
        names = {h.limit.id for h in binding if h.source == source}
        told = store.get_act(conn, source).fields.get("conditions") or ()
        found += [condition for condition in told if condition.id in names]
    return found


def _ratified(node: Node, it: Matter) -> bool:
    """Whether our own request stands: two sent it, or it was ratified, or the time for that is not over."""
    with node.db.read() as conn:
        home = home_of(node, conn, it.id, it.case)
    one = next((r for r in home.ratifications if r.request == it.act.id), None)
    if one is None or one.ratified:
        return True
    return one.ratified is None and node.now() <= one.by


def _provisions(node: Node, it: Matter, judged: Judged) -> tuple[Provision, ...]:
    instruments = sorted({instrument for instrument, _ in it.request.bases})
    found = {
        p.key: p
        for key in _keys(judged.bars or judged.questions)
        for p in node.bundle.limit_provisions(key, instruments)
    }
    return tuple(found[key] for key in sorted(found))


def _seeking(judged: Judged, wanted: Wanted) -> Seeking:
    """The first consent that is wanting; what else bars the use is asked about when that is there."""
    first = next(bar for bar in judged.bars if bar.seek is not None)
    alike = [bar for bar in judged.bars if bar.seek is first.seek]
    assert first.seek is not None  # noqa: S101 - it was chosen so
    names = {bar.name for bar in alike if bar.name is not None}
    exhibits = tuple(sorted({bar.exhibit for bar in alike}))
    onward = first.seek is OtherUse.ONWARD_TRANSFER
    return Seeking(first.seek, exhibits, tuple(sorted(names)), wanted.to if onward else None)


def _keys(bars: Iterable[Bar]) -> tuple[str, ...]:
    return tuple(sorted({bar.limit for bar in bars}))


def _named(bars: Iterable[Bar]) -> list[str]:
    """Each limit by its key, and the name of the condition, where it is one."""
    return sorted({bar.limit if bar.name is None else f"{bar.limit} ({bar.name})" for bar in bars})
