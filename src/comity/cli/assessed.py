"""An assessment as plain values and in words: a line a check, and all of it for those that one wants to see.

Promises: a finding shown whole shows all that its reader needs to doubt it: the paragraphs with their marks,
each fact with where it came from, the law data with date and mark, what is missing, what would settle it and
which way. The JSON is all of that for every finding, whatever was asked to be shown.

Leaves to others: the checks and what would settle them (``safeguards``), commands (``assessment``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.cli.saying import SHORT
from comity.cli.session import Session

if TYPE_CHECKING:
    from comity.acts import Finding
    from comity.app.assess import Reopened
    from comity.app.replay import Changed, Replayed
    from comity.safeguards import Settling


@dataclass(frozen=True)
class Shown:
    """What a command has to show: the findings, what would settle them, and how it was before."""

    request: str
    assessment: str | None
    findings: tuple[Finding, ...]
    settlings: tuple[Settling, ...]
    before: Reopened | None
    entered: int
    """Facts of the own file that stand from the last assessment."""


def view(session: Session, shown: Shown) -> dict[str, Any]:
    """All of it as plain JSON values, with its words."""
    from comity.messages import say
    from comity.safeguards import drafts, to_do
    from comity.safeguards.words import question

    settled = {one.check: one for one in shown.settlings}
    ask = [
        {"fact": one.fact, "finding": one.about, "text": say(one.text, session.language)}
        for one in drafts(shown.settlings)
    ]
    do = [
        {
            "fact": one.fact,
            "findings": list(one.about),
            "ask": one.ask.value,
            "text": say(question(one.fact), session.language),
        }
        for one in to_do(shown.settlings)
    ]
    return {
        "request": shown.request,
        "assessment": shown.assessment,
        "entered": shown.entered,
        "findings": [finding_view(session, one, settled.get(one.check)) for one in shown.findings],
        "ask": ask,
        "to_do": do,
        "before": None if shown.before is None else shown.before.assessment,
        "changed": [] if shown.before is None else [change_view(one) for one in shown.before.changed],
    }


def finding_view(session: Session, finding: Finding, settling: Settling | None = None) -> dict[str, Any]:
    """A finding as plain JSON values, with its words; ``settling``: what would settle it."""
    from comity.messages import say
    from comity.safeguards import is_heavy, labels_of, narrative, outward, question, to_answer
    from comity.wire import dump

    title, *because = narrative(finding)
    told = outward(finding)
    return {
        **dump(finding),
        "title": say(title, session.language),
        "words": [say(one, session.language) for one in because],
        "outward": None if told is None else say(told, session.language),
        "heavy": is_heavy(finding.check),
        "persons": bool(to_answer((finding,))),
        "indicators": list(labels_of(finding.check)),
        "questions": {m.key: say(question(m.key), session.language) for m in finding.missing},
        "settling": None if settling is None else settling_view(session, settling),
    }


def settling_view(session: Session, settling: Settling) -> dict[str, Any]:
    """What would settle a finding, as plain JSON values. It is inward: it never leaves the node."""
    from comity.messages import say
    from comity.safeguards import question

    return {
        "sets": [
            {
                "facts": [{"key": fact.key, "ask": fact.ask.value} for fact in one.facts],
                "ways": [{"answers": dict(way.answers), "verdict": way.verdict.value} for way in one.ways],
            }
            for one in settling.sets
        ],
        "why": settling.why,
        "why_words": None if settling.why is None else session.text(f"cli.settling.{settling.why}"),
        "not_searched": [{"key": fact.key, "ask": fact.ask.value} for fact in settling.not_searched],
        "questions": {fact.key: say(question(fact.key), session.language) for fact in settling.facts},
    }


def change_view(one: Changed) -> dict[str, Any]:
    """A finding that is another now."""
    before, after = (None if v is None else v.value for v in (one.before, one.after))
    return {"check": one.check, "before": before, "after": after, "versions": list(one.versions)}


def words(session: Session, value: dict[str, Any], whole: Collection[str] | None) -> Iterator[str]:
    """An assessment in words. ``whole``: the checks to show whole; ``None``: all of them."""
    say = session.text
    findings = value["findings"]
    width = max((len(one["check"]) for one in findings), default=0)
    for one in findings:
        verdict = say(f"cli.verdict.{one['verdict']}")
        labels = f"  ({', '.join(one['indicators'])})" if one["indicators"] else ""
        yield f"{verdict:<12}  {one['check']:<{width}}  {one['title']}{labels}"
        if whole is None or one["check"] in whole:
            yield from _whole(session, one)
    open_ = [one["check"] for one in findings if one["verdict"] != "met"]
    yield ""
    yield say("cli.assess.sum", count=len(findings), open=len(open_))
    met = [one["check"] for one in findings if one["persons"] and one["verdict"] == "met"]
    if met:
        yield say("cli.assess.met_for_persons", findings=", ".join(met))
    yield from _lists(session, value)
    if value["changed"]:
        yield ""
        yield say("cli.assess.changed", act=str(value["before"])[:SHORT])
        for one in value["changed"]:
            yield "  " + changed(session, one)
    yield ""
    if value["entered"]:
        yield say("cli.assess.entered", count=value["entered"])
    if value["assessment"] is None:
        yield say("cli.assess.not_kept")
    else:
        yield say("cli.assess.kept", act=value["assessment"])
    if whole is not None and open_:
        yield say("cli.assess.show", request=value["request"][:SHORT], check=open_[0])


def _lists(session: Session, value: dict[str, Any]) -> Iterator[str]:
    """What to ask, and what to look up."""
    say = session.text
    if value["ask"]:
        yield ""
        yield say("cli.assess.ask", request=value["request"][:SHORT])
        for number, one in enumerate(value["ask"], 1):
            yield f"  {number}. {one['text']}"
            yield f"     {one['fact']}, {one['finding']}"
    for whom in ("own_file", "nobody"):
        listed = [one for one in value["to_do"] if one["ask"] == whom]
        if listed:
            yield ""
            yield say(f"cli.assess.to_do.{whom}")
        for one in listed:
            yield f"  - {one['text']}"
            yield f"    {one['fact']}, {', '.join(one['findings'])}"


def changed(session: Session, one: dict[str, Any]) -> str:
    """One finding that is another now, in a line."""
    say = session.text
    before, after = (
        say("cli.verdict.none") if v is None else say(f"cli.verdict.{v}")
        for v in (one["before"], one["after"])
    )
    return say("cli.assess.change", check=one["check"], before=before, after=after)


def _whole(session: Session, one: dict[str, Any]) -> Iterator[str]:
    say = session.text
    for text in one["words"]:
        yield f"    {text}"
    if one["outward"] is not None:
        yield "    " + say("cli.assess.outward", text=one["outward"])
    for cite in one["cites"]:
        confirm = f" ({say('cli.to_be_confirmed')})" if cite["verify"] else ""
        yield f"    § {cite['pointer']}{confirm}"
    for fact in one["facts"]:
        yield "    " + _fact(session, fact)
    for read in one["law"]:
        yield "    " + _law(session, read)
    for missing in one["missing"]:
        yield "    " + say(
            f"cli.assess.missing.{missing['ask']}",
            fact=missing["key"],
            question=one["questions"][missing["key"]],
        )
    if one["settling"] is not None:
        for line in _settling(session, one["settling"]):
            yield "    " + line


def _fact(session: Session, fact: dict[str, Any]) -> str:
    """A fact, who said it and where, and the paper that shows it."""
    say = session.text
    where = say("cli.assess.own_file")
    if fact["act"] is not None:
        where = say("cli.assess.in_act", act=fact["act"][:SHORT])
    told = say(
        "cli.assess.fact",
        fact=fact["key"],
        value=_value(fact["value"]),
        provenance=say(f"cli.provenance.{fact['provenance']}"),
        state=fact["stated_by"],
        where=where,
    )
    if fact["reference"]:
        told += say("cli.assess.reference", text=fact["reference"])
    if fact["document"] is not None:
        told += say("cli.assess.document", digest=fact["document"][:SHORT])
    return told


def _law(session: Session, read: dict[str, Any]) -> str:
    say = session.text
    told = read["key"] if read["value"] is None else f"{read['key']} = {_value(read['value'])}"
    parts = [say("cli.assess.mark", mark=read["mark"])]
    if read["since"] is not None:
        parts.append(say("cli.assess.since", day=read["since"]))
    if read["last_checked"] is not None:
        parts.append(say("cli.assess.checked", day=read["last_checked"]))
    return say("cli.assess.law", law=told, how=", ".join(parts))


def _settling(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    if value["why"] is not None:
        yield value["why_words"]
    for number, one in enumerate(value["sets"]):
        yield say("cli.settling.set" if number == 0 else "cli.settling.or")
        for way in one["ways"]:
            answers = ", ".join(f"{key} = {_value(v)}" for key, v in way["answers"].items())
            yield "  " + say(
                "cli.settling.way", answers=answers, verdict=say(f"cli.verdict.{way['verdict']}")
            )
    if value["not_searched"]:
        yield say("cli.settling.left", facts=", ".join(fact["key"] for fact in value["not_searched"]))


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def replayed_view(one: Replayed) -> dict[str, Any]:
    """What came of recomputing an assessment, as plain JSON values."""
    return {
        "assessment": one.assessment,
        "request": one.request,
        "bundle": one.bundle,
        "on": one.on,
        "same": one.same,
        "stored": one.stored,
        "again": one.again,
        "tampered": one.tampered,
        "changed": [change_view(change) for change in one.changed],
    }


def replayed_words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    """The same in words."""
    say = session.text
    named = {"act": value["assessment"][:SHORT], "bundle": value["bundle"][:SHORT], "on": value["on"]}
    yield say("cli.replay.same" if value["same"] else "cli.replay.differs", **named)
    if value["tampered"]:
        yield say("cli.replay.tampered")
    yield from _differing(session, value["changed"])


def _differing(session: Session, changes: Iterable[dict[str, Any]]) -> Iterator[str]:
    for one in changes:
        line = changed(session, one)
        then, now = one["versions"]
        if then is not None and now is not None and then != now:
            line += " " + session.text("cli.replay.version", then=then, now=now)
        yield "  " + line
