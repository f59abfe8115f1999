"""``comity law compare``: what the Convention demands beside what is known of a State's law; the checklist.

Promises: shown, not judged; what is unknown is listed as unknown. The document says what it is not: neither
the text of a law nor advice.

Leaves to others: the comparison (``law.comparison``), the document's form (``letters.sheet``).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.cli.command import argument, command, option
from comity.cli.law_asked import day_of, law_data
from comity.cli.session import Session, table, write_file
from comity.errors import BadInput

if TYPE_CHECKING:
    from datetime import date

    from comity.law import Bundle
    from comity.law.comparison import Comparison, Row
    from comity.letters import Sheet

KINDS = ("duty", "option", "reservation", "declaration", "domestic")


@command("law compare")
@argument("state", metavar="STATE")
@option("--instrument", metavar="INSTRUMENT", default="uncc")
@option("--on", metavar="DATE")
@option("--output", "-o", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_obj
def compare_command(
    session: Session, /, *, state: str, instrument: str, on: str | None, output: Path | None
) -> None:
    """``comity law compare``."""
    from comity.law.comparison import compare

    if output is not None and output.suffix not in {".md", ".pdf"}:
        raise BadInput("cli.compare_form", file=str(output))
    bundle, day = law_data(session), day_of(session, on)
    compared = compare(bundle, bundle.state(state), instrument, day)
    value = _value(bundle, compared)
    if output is not None:
        from comity.letters import as_markdown, as_pdf

        sheet = _sheet(session, value, day)
        data = as_pdf(sheet, session.language) if output.suffix == ".pdf" else as_markdown(sheet).encode()
        write_file(output, data)
        value["file"] = str(output)
        session.show(value, lambda: iter([session.text("cli.compare.written", file=str(output))]))
        return
    session.show(value, lambda: _words(session, value))


def _value(bundle: Bundle, compared: Comparison) -> dict[str, Any]:
    titles = {s.key: s.title for s in bundle.content.sources}
    return {
        "state": compared.state,
        "name": bundle.names.name(compared.state),
        "instrument": bundle.instrument(compared.instrument).short_name,
        "on": compared.on.isoformat(),
        "as_of": bundle.content.as_of,
        "bundle": bundle.digest,
        "offences": [
            {
                "concept": one.demand.concept,
                "article": one.demand.article,
                "title": one.demand.title,
                "mark": one.demand.mark,
                "elements": [_element(e) for e in one.demand.elements],
                "options": [_element(e) for e in one.demand.options],
                "carve_outs": [_element(e) for e in one.demand.carve_outs],
                "provisions": [_row(row, titles) for row in one.rows],
                "candidates": [_row(row, titles) for row in one.candidates],
            }
            for one in compared.offences
        ],
        "unknown": list(compared.unknown),
        "formalities": [
            {
                "key": f.key.upper(),
                "pointer": f.pointer,
                "kind": f.kind,
                "what": f.what,
                "when": f.when,
                "to": f.to,
                "mark": f.mark,
            }
            for f in compared.formalities
        ],
        "file": None,
    }


def _element(one: Any) -> dict[str, str]:
    return {"key": one.key, "paragraph": one.paragraph, "summary": one.summary}


def _row(row: Row, titles: dict[str, str]) -> dict[str, Any]:
    law = row.law
    return {
        "provision": law.provision,
        "named": list(row.named),
        "narrowed": [{"key": e.key, "summary": e.summary} for e in row.narrowed],
        "beyond": list(row.beyond),
        "max_months": law.max_months,
        "penalty": law.penalty,
        "max_months_aggravated": law.max_months_aggravated,
        "penalty_aggravated": law.penalty_aggravated,
        "serious": row.serious,
        "research": law.research,
        "text_as_of": law.text_as_of,
        "mark": law.mark,
        "last_checked": law.last_checked,
        "review_by": law.review_by,
        "overdue": row.overdue,
        "sources": [titles[key] for key in law.sources],
        "note": law.note,
    }


def _words(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    yield say("cli.compare.title", name=value["name"], instrument=value["instrument"], on=value["on"])
    for one in value["offences"]:
        mark = say("cli.law.mark", mark=one["mark"])
        yield say("cli.compare.article", article=one["article"], title=one["title"]) + f" ({mark})"
        yield from (f"  {line}" for line in _demand_lines(session, one))
        for row in one["provisions"]:
            yield f"  {row['provision']} ({say('cli.law.mark', mark=row['mark'])})"
            yield from (f"    {line}" for line in _row_lines(session, row))
        if not one["provisions"]:
            yield f"  {say('cli.compare.unknown')}"
        for row in one["candidates"]:
            yield f"  {say('cli.compare.candidate', provision=row['provision'])}"
            yield from (f"    {line}" for line in _row_lines(session, row))
    yield say("cli.compare.checklist")
    rows = [
        (f["key"], f["pointer"], say(f"cli.compare.kind.{f['kind']}"), f["what"], f["when"], f["mark"])
        for f in value["formalities"]
    ]
    yield from table(rows, say("cli.head.formalities").split("|"))
    yield from _caveats(session, value)


def _demand_lines(session: Session, one: dict[str, Any]) -> Iterator[str]:
    for name in ("elements", "options", "carve_outs"):
        if one[name]:
            told = " ".join(e["summary"] for e in one[name])
            yield session.text(f"cli.compare.{name}", told=told)


def _row_lines(session: Session, row: dict[str, Any]) -> Iterator[str]:
    say = session.text
    yield say("cli.compare.named", told=_keys(row["named"]) or say("cli.compare.none_named"))
    if row["narrowed"]:
        yield say("cli.compare.narrowed", told=" ".join(e["summary"] for e in row["narrowed"]))
    if row["beyond"]:
        yield say("cli.compare.beyond", told=_keys(row["beyond"]))
    serious = {True: "yes", False: "no", None: "unknown"}[row["serious"]]
    told = _penalty(session, row["max_months"], row["penalty"])
    if row["max_months_aggravated"] is not None or row["penalty_aggravated"] != "term":
        upper = _penalty(session, row["max_months_aggravated"], row["penalty_aggravated"])
        told = say("cli.compare.tiers", basic=told, upper=upper)
    yield say("cli.compare.penalty", told=told, serious=say(f"cli.compare.serious.{serious}"))
    yield say("cli.compare.research", told=say(f"cli.compare.research.{row['research']}"))
    if row["note"]:
        yield row["note"]
    as_of = row["text_as_of"] or say("cli.law.not_held")
    yield say("cli.compare.read", as_of=as_of, checked=row["last_checked"], review=row["review_by"])
    if row["overdue"]:
        yield say("cli.compare.overdue")
    yield from row["sources"]


def _keys(words: list[str]) -> str:
    return ", ".join(word.replace("_", " ") for word in words)


def _penalty(session: Session, months: int | None, kind: str) -> str:
    if months is None:
        return session.text(f"cli.compare.penalty.{'not_held' if kind == 'term' else kind}")
    return session.text("cli.compare.months", months=months)


def _caveats(session: Session, value: dict[str, Any]) -> Iterator[str]:
    say = session.text
    if value["unknown"]:
        yield say("cli.compare.unknown_all", told=_keys(value["unknown"]))
    yield say("cli.compare.caveat", as_of=value["as_of"])


def _sheet(session: Session, value: dict[str, Any], day: date) -> Sheet:
    from comity.letters import Part, Sheet, Table

    say = session.text
    parts = [
        Part(
            heading=say("cli.compare.article", article=one["article"], title=one["title"]),
            paragraphs=tuple(_paragraphs(session, one)),
        )
        for one in value["offences"]
    ]
    for kind in KINDS:
        rows = tuple(
            ("[ ]", f["key"], f["pointer"], f["what"], f["when"], f["to"], f["mark"])
            for f in value["formalities"]
            if f["kind"] == kind
        )
        if rows:
            head = tuple(say("cli.head.checklist").split("|"))
            parts.append(Part(say(f"cli.compare.kinds.{kind}"), (), Table(head, rows)))
    title = say("cli.compare.title", name=value["name"], instrument=value["instrument"], on=value["on"])
    digest = say("cli.compare.bundle", digest=value["bundle"])
    return Sheet(title.rstrip(":"), (*_caveats(session, value), digest), tuple(parts), day)


def _paragraphs(session: Session, one: dict[str, Any]) -> Iterator[str]:
    say = session.text
    yield from _demand_lines(session, one)
    for row in one["provisions"]:
        mark = say("cli.law.mark", mark=row["mark"])
        yield " ".join([f"{row['provision']} ({mark}).", *_sentences(session, row)])
    if not one["provisions"]:
        yield say("cli.compare.unknown")
    for row in one["candidates"]:
        yield " ".join([say("cli.compare.candidate", provision=row["provision"]), *_sentences(session, row)])


def _sentences(session: Session, row: dict[str, Any]) -> Iterator[str]:
    for line in _row_lines(session, row):
        yield line if line.endswith((".", ":", "?")) else f"{line}."
