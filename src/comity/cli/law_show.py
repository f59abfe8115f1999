"""``comity law show``: an article, a paragraph or any record of the law data, for people to read.

Promises: what is ours is called ours and never shown as the text of a treaty; each paragraph bears its two
marks, what they mean, and whether it is to be confirmed; what is not held is said to be not held.

Leaves to others: finding what was cited (``law.citation``).
"""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from comity.cli.command import argument, command
from comity.cli.law_data import law_data
from comity.cli.session import Session, table
from comity.errors import NotFound

if TYPE_CHECKING:
    from comity.law import Bundle, Found, Provision

NARROWEST: Final = 50
WIDEST: Final = 110
"""Letters of a line of running text; a wider one is hard to read."""


@command("law show")
@argument("key", metavar="ART_OR_KEY")
@click.pass_obj
def show_command(session: Session, /, *, key: str) -> None:
    """``comity law show``."""
    from comity.law import look_up, place_of, read_citation

    bundle = law_data(session)
    value = _record(bundle, key)
    if value is not None and "paragraph" in value:
        provision = bundle.provision(key)
        told = {**value, **_provision(bundle, provision)}
        found = look_up(bundle, place_of(provision))
        session.show(told, lambda: _words(session, {**_found(bundle, found), "provisions": [told]}))
    elif value is not None:
        session.show(value, lambda: _record_words(session, value))
    else:
        _refuse_if_key(bundle, key)
        shown = _found(bundle, look_up(bundle, read_citation(key, bundle)))
        session.show(shown, lambda: _words(session, shown))


def _found(bundle: Bundle, found: Found) -> dict[str, Any]:
    """An article or a part of it, as plain values."""
    place, article = found.place, found.article
    provisions = [_provision(bundle, p) for p in found.provisions]
    used = {mark for p in provisions for mark in (p["mark_number"], p["mark_content"])}
    used |= {article.mark} if article is not None else set()
    return {
        "address": place.address,
        "treaty": bundle.short_name(place.treaty),
        "pointer": place.pointer,
        "title": None if article is None else article.title,
        "title_mark": None if article is None else article.mark,
        "counterparts": [] if article is None else list(article.counterparts),
        "within": found.within,
        "provisions": provisions,
        "not_held": [] if article is None else list(article.not_held),
        "official_text_held": False,
        "marks": {m.mark: m.summary for m in bundle.content.marks if m.mark in used},
        "bundle": bundle.digest,
    }


def _provision(bundle: Bundle, provision: Provision) -> dict[str, Any]:
    from comity.law import place_of
    from comity.wire import dump

    titles = {source.key: source.title for source in bundle.content.sources}
    clauses = [bundle.provision(key) for key in provision.reserved_by]
    return {
        "address": place_of(provision).address,
        "key": provision.key,
        "pointer": f"{bundle.short_name(provision.instrument)}, {provision.pointer}",
        "kind": provision.kind,
        "summary": provision.summary,
        "gives": provision.gives,
        "demands": provision.demands,
        "who_reserves": provision.who_reserves,
        "reservable": [{"by": c.pointer, "key": c.key, "who": c.who_reserves} for c in clauses],
        "checks": list(provision.checks),
        "no_check": provision.no_check,
        "mark_number": provision.mark_number,
        "mark_content": provision.mark_content,
        "to_be_confirmed": provision.verify,
        "settled": None if provision.settled is None else dump(provision.settled),
        "values": [dump(value) for value in provision.values],
        "sources": list(provision.sources),
        "source_titles": [titles[key] for key in provision.sources],
        "last_checked": provision.last_checked,
        "review_by": provision.review_by,
    }


def _words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    """An article in words: what it is, each paragraph, what is not held, what the marks mean."""
    say = session.text
    title = f": {value['title']} ({say('cli.law.mark', mark=value['title_mark'])})" if value["title"] else ""
    yield f"{value['treaty']}, {value['pointer']}{title}"
    yield f"  {value['address']}"
    yield from wrapped(say("cli.law.ours"), "  ")
    if value["within"]:
        yield from wrapped(say("cli.law.within", pointer=value["pointer"]), "  ")
    many = len(value["provisions"]) > 1
    if many and sys.stdout.isatty():
        rows = [
            (one["pointer"].rpartition(", ")[2], _cell(session, one), _marks(session, one))
            for one in value["provisions"]
        ]
        yield from table(rows, say("cli.head.provisions").split("|"))
    else:
        for one in value["provisions"]:
            yield ""
            yield from _paragraph(session, one, whole=not many)
    yield ""
    for gap in value["not_held"]:
        yield from wrapped(say("cli.law.gap", what=gap), "  ")
    if value["counterparts"]:
        yield from wrapped(say("cli.law.counterparts", articles="; ".join(value["counterparts"])), "  ")
    yield from wrapped(say("cli.law.text_not_held"), "  ")
    for mark, meaning in value["marks"].items():
        yield from wrapped(say("cli.law.mark_means", mark=mark, meaning=meaning), "  ")


def _paragraph(session: Session, one: dict[str, Any], *, whole: bool) -> Iterator[str]:
    say = session.text
    pointer = one["pointer"] if whole else one["pointer"].rpartition(", ")[2]
    yield f"{pointer}  {one['key']}  [{_marks(session, one)}]"
    yield from wrapped(one["summary"], "  ")
    for line in _more(session, one):
        yield from wrapped(line, "    ")
    if whole:
        yield from wrapped(say("cli.law.sources", titles="; ".join(one["source_titles"])), "    ")
        yield say("cli.law.looked_at", on=one["last_checked"], review_by=one["review_by"])


def _more(session: Session, one: dict[str, Any]) -> Iterator[str]:
    """What a paragraph gives, demands and lays down, and what tests it."""
    say = session.text
    for name in ("gives", "demands"):
        if one[name]:
            yield say(f"cli.law.{name}", text=one[name])
    for value in one["values"]:
        yield say(
            "cli.law.value",
            name=value["name"].replace("_", " "),
            bound=say(f"cli.law.bound.{value['bound']}"),
            value=value["value"],
            unit=value["unit"],
            since=value["since"],
            mark=value["mark"],
        )
    for clause in one["reservable"]:
        yield say("cli.law.reservable", by=clause["by"], who=clause["who"] or "-")
    if one["who_reserves"]:
        yield say("cli.law.who_reserves", who=one["who_reserves"])
    if one["checks"]:
        yield say("cli.law.checks", checks=", ".join(one["checks"]))
    if one["no_check"]:
        yield one["no_check"]
    if one["settled"]:
        yield say(f"cli.law.settled.{one['settled']['how']}", **one["settled"])


def _marks(session: Session, one: dict[str, Any]) -> str:
    told = session.text("cli.law.marks", number=one["mark_number"], content=one["mark_content"])
    return told + (f"; {session.text('cli.to_be_confirmed')}" if one["to_be_confirmed"] else "")


def _cell(session: Session, one: dict[str, Any]) -> str:
    return "\n".join([one["summary"], *_more(session, one), one["key"]])


def lines_of(session: Session, bundle: Bundle, provision: Provision) -> Iterator[str]:
    """One record in words, for whoever sets it beside something."""
    yield from _paragraph(session, _provision(bundle, provision), whole=False)


def wrapped(text: str, indent: str) -> Iterator[str]:
    """Running text in lines that can be read, indented; each further line a little more."""
    width = min(max(shutil.get_terminal_size((WIDEST, 24)).columns, NARROWEST), WIDEST)
    yield from textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent + "  ")


def _record(bundle: Bundle, key: str) -> dict[str, Any] | None:
    """The record of a key, whatever it is of; none where nothing has that key."""
    from comity.wire import dump

    content = bundle.content
    for provision in content.provisions:
        if provision.key == key:
            pointer = f"{bundle.short_name(provision.instrument)}, {provision.pointer}"
            return {"pointer": pointer, "verify": provision.verify, **dump(provision)}
    lists = (
        content.grounds, content.clocks, content.measures, content.instruments, content.criteria,
        content.pointers, content.described,
    )  # fmt: skip
    for records in lists:
        for record in records:
            if record.key == key:
                return dict(dump(record))
    for nation in content.nations:
        if nation.code == key:
            return {**dump(nation), "calendars": _calendars(bundle, key)}
    return None


def _calendars(bundle: Bundle, state: str) -> list[dict[str, object]]:
    """What ships with the program of a State's zones and weekly days of rest, and from where."""
    found: list[dict[str, object]] = []
    for calendar in bundle.content.calendars:
        rest = calendar.rest_of(state)
        found.append(
            {
                "zones": list(calendar.zones_of(state)),
                "weekdays_of_rest": None if rest is None else sorted(rest.weekdays),
                "made_from": calendar.made_from,
                "mark": calendar.mark,
            }
        )
    return found


def _refuse_if_key(bundle: Bundle, text: str) -> None:
    """Refuse what is a key by its spelling and is no record's; a citation has a number in it.

    Raises:
        NotFound: no record has that key.
    """
    if any(letter.isdigit() for letter in text):
        return
    from comity.law import nearest

    content = bundle.content
    lists = (content.provisions, content.grounds, content.measures, content.clocks)
    keys = [record.key for records in lists for record in records]
    close = nearest(text, [*keys, *bundle.treaties, *(n.code for n in content.nations)])
    if close is not None:
        raise NotFound("law.unknown_key_near", key=text[:80], near=close)
    if "." in text or ":" in text or "_" in text:
        raise NotFound("law.unknown_key", kind="record", key=text[:80])


def _record_words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    if "summary" in value:
        yield str(value["summary"])
    for name, content in value.items():
        if name != "summary":
            yield from _member(session, name, content, "  ")


def _member(session: Session, name: str, content: Any, indent: str) -> Iterator[str]:
    """One member of a record in words: plain lists on one line, inner records below, one after another."""
    if content in (None, [], {}, ""):
        return
    if isinstance(content, dict):
        content = [content]
    title = name.replace("_", " ")
    if not isinstance(content, list):
        yield f"{indent}{title}: {_plain(session, content)}"
    elif not any(isinstance(one, dict | list) for one in content):
        yield f"{indent}{title}: {', '.join(_plain(session, one) for one in content)}"
    else:
        for one in content:
            yield f"{indent}{title}:"
            for inner, value in one.items() if isinstance(one, dict) else (("-", one),):
                yield from _member(session, inner, value, indent + "  ")


def _plain(session: Session, content: str | int) -> str:
    if isinstance(content, bool):
        return session.text(f"cli.law.is.{str(content).lower()}")
    return str(content)
