"""A page for the court: one exhibit, who held it when, every digest; as HTML that stands alone, and as PDF.

Promises: both say the same words in the same order, in any language of the catalogue, from right to left
where it is written so; no script, nothing fetched; foreign text is never read as markup; the page says what
it does not prove. No text of others keeps the PDF from being made: letters that no font here draws, and
controls, are written out by their numbers.

Leaves to others: proving what it shows (``evidence.chronicle``, ``app``), whom it is given to.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from html import escape
from typing import Any, Final

from comity import messages
from comity.clock import write_instant
from comity.errors import BadInput
from comity.evidence import Action, CertificateTold, Chronicle, Event, StampTold
from comity.letters.custody_picture import legend, lettered, people_of, pictures
from comity.letters.setting import Undrawn, code_points, is_control, texts_of, try_page
from comity.wire import Model

LEFTWARD: Final = frozenset({"ar", "he", "fa", "ur"})
"""Languages that are written from right to left (ISO 639)."""

OWN_FONTS: Final = frozenset({"en", "fr", "es", "ru"})
"""Languages that the fonts inside typst can draw; for others those of the system are used too."""

_NOT: Final = 6
_APART: Final = "\u2068"
_TOGETHER: Final = "\u2069"
"""Around what is put into a sentence of ours, so that it turns nothing there (UAX #9)."""

_PAIR: Final = re.compile(f"{_APART}([^{_APART}{_TOGETHER}<]*){_TOGETHER}")

_OBEYED: Final = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066\u2067\ud800-\udfff]")
"""Controls, and what turns the order of letters (UAX #9)."""

_SINGLY: Final = 8
_BY_SCRIPT: Final = 24
"""So many letters that no font draws are written out each for itself, and from then on all of their script;
after so many pages that could not be set, whatever is not ASCII."""

_DIGESTS: Final = ("sha256", "chunk_root", "salted_root", "files_root", "manifest_sha256", "index_sha256")
_BY_PERSON: Final = frozenset(
    {Action.OPENED, Action.ANALYSED, Action.SELECTED, Action.USED, Action.EXPORTED, Action.UNSEALED}
)
"""Of these a person writes for what they are, in whatever words."""

_CODES: Final = frozenset(
    {
        *("intake", "deliver", "take_custody", "register", "dispatch", "confirm", "originate", "return"),
        *("timestamp", "handover", "renewal", "verify", "scrub", "listing", "vault_move"),
        *("custodian", "translator", "destroyed", "export", "released", "held"),
    }
)
"""What the program writes of the others, and the catalogue has words for (``court.why_...``)."""

_STYLE: Final = """
:root{color-scheme:light}
body{font:16px/1.5 "Libertinus Serif","Noto Serif",Georgia,"DejaVu Sans","Droid Sans Fallback",serif;
color:#1b2330;max-width:62rem;margin:2rem auto;padding:0 1rem;background:#fff}
h1{font-size:1.6rem;line-height:1.25}h2{font-size:1.15rem;margin-top:2rem;border-bottom:1px solid #d5d9df}
table{border-collapse:collapse;width:100%;font-size:.84rem}
th{text-align:start;font-weight:600;color:#566070}
th,td{padding:.3rem .4rem;border-bottom:1px solid #e3e6ea;vertical-align:top}
p,td{overflow-wrap:anywhere}
table.pairs th{width:14rem}
table.events td{overflow-wrap:normal}
table.events td:nth-child(5),table.events td:nth-child(6){overflow-wrap:anywhere}
table.events td:nth-child(2){min-width:5.4rem}table.events td:nth-child(4){min-width:7.6rem}
svg{max-width:100%;height:auto;display:block;margin:.5rem 0}
@media print{body{margin:0;font-size:11pt}h2{break-after:avoid}tr,svg{break-inside:avoid}}
"""


@dataclass(frozen=True, slots=True)
class _Block:
    """A heading and what stands below it. ``head``: of a table; empty where its rows are name and value."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    said: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def as_html(chronicle: Chronicle, made_at: datetime, language: str = messages.FALLBACK) -> str:
    """The page as HTML, with its pictures in it."""
    leftward = _leftward(language)
    title, blocks = _title(chronicle, language), _blocks(chronicle, made_at, language)
    body = "\n".join(line for block in blocks for line in _html(block))
    return (
        f'<!doctype html>\n<html lang="{escape(language)}" dir="{"rtl" if leftward else "ltr"}">\n<head>\n'
        '<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(title)}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def as_pdf(chronicle: Chronicle, made_at: datetime, language: str = messages.FALLBACK) -> bytes:
    """The page as a PDF.

    Typst's own fonts draw it; where they cannot, those of this system too; and what no font here draws, of
    what others wrote, is written out.

    Raises:
        BadInput: no font here draws the letters of this language.
        Unavailable: typst is not installed.
    """
    system_fonts = language.partition("-")[0] not in OWN_FONTS
    letters = set("".join(texts_of(_foreign(chronicle))))
    out: set[str] = set()
    for tried in range(_BY_SCRIPT + 2):
        try:
            return _set(chronicle, made_at, language, out, system_fonts=system_fonts)
        except Undrawn as undrawn:
            missing = (letters - out).intersection(undrawn.text)
            if not system_fonts:
                system_fonts = True
            elif not missing:  # they are ours
                raise BadInput("letters.no_font", characters=code_points(undrawn.text)) from undrawn
            elif tried <= _SINGLY:
                out |= missing
            elif tried < _BY_SCRIPT:
                scripts = {_script(letter) for letter in missing}
                out |= {letter for letter in letters if not letter.isascii() and _script(letter) in scripts}
            else:
                out |= {letter for letter in letters if not letter.isascii()}
    raise BadInput("letters.no_font", characters="-")


def _set(
    chronicle: Chronicle, made_at: datetime, language: str, out: set[str], *, system_fonts: bool
) -> bytes:
    """``out``: letters of others that are written out by their numbers."""

    def written(text: str) -> str:
        return "".join(
            _numbered(one) if one in out or (one != "\n" and is_control(one)) else one for one in text
        )

    told = _each(chronicle, written)
    blocks = [
        {
            "heading": block.heading,
            "paragraphs": block.paragraphs,
            "pictures": block.pictures,
            "said": block.said,
            "head": block.head,
            "rows": block.rows,
        }
        for block in _blocks(told, made_at, language, written_out=bool(out))
    ]
    value: dict[str, Any] = {
        "title": _title(told, language),
        "date": made_at.date().isoformat(),
        "language": language.partition("-")[0],
        "leftward": _leftward(language),
        "page": messages.render("court.page", language, page="{page}", pages="{pages}"),
        "blocks": blocks,
    }
    return try_page(
        "court_page.typ", "page", value, _foreign(told), made_at.date(), system_fonts=system_fonts
    )


def _each(value: Any, change: Callable[[str], str]) -> Any:
    """The same value, with each text in it changed."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_each(one, change) for one in value)
    if isinstance(value, Model):
        members = {name: _each(getattr(value, name), change) for name in type(value).model_fields}
        return value.model_copy(update=members)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _each(getattr(value, one.name), change) for one in fields(value)})
    return value


def _script(letter: str) -> str:
    """What letters of one script have in common: the first word of their names in Unicode."""
    return unicodedata.name(letter, "").partition(" ")[0]


def _blocks(told: Chronicle, made_at: datetime, language: str, *, written_out: bool = False) -> list[_Block]:
    def say(name: str) -> str:
        return _say(name, language)

    statement = told.statement
    sealed = (
        (say("case"), statement.case),
        (say("source"), statement.source),
        (say("files"), str(statement.files)),
        (say("size"), str(statement.size)),
        (say("sealed_at"), statement.taken_at),
        (say("sealed_by"), statement.taken_by),
        (say("made"), write_instant(made_at)),
    )
    digests = [(say(f"digest_{name}"), str(getattr(statement, name))) for name in _DIGESTS]
    digests += [(say("digest_seal"), told.seal), (say("digest_signer"), told.signer)]
    return [
        _Block(say("sealed"), (say("written_out"),) if written_out else (), rows=sealed),
        _picture(told, language),
        _events(told, language),
        _Block(say("digests"), rows=tuple(digests)),
        _stamps(told, language),
        _log(told, language),
        *(_certificate(one, language) for one in told.certificates),
        _Block(say("check"), (say("check_text"),)),
        _Block(say("not"), tuple(say(f"not_{number}") for number in range(1, _NOT + 1))),
    ]


def _picture(told: Chronicle, language: str) -> _Block:
    if not told.events:
        key = told.custody_signer
        text = "no_custody" if key is None else "custody_of_stranger"
        return _Block(_say("picture", language), (_say(text, language, key=key or "-"),))
    people = people_of(told.events)
    said = _say(
        "picture_said",
        language,
        count=len(told.events),
        first=told.events[0].at,
        last=told.events[-1].at,
        people=len(people),
    )
    leftward = _leftward(language)
    drawn = pictures(told.events, language, leftward=leftward, said=said)
    node = _say("node", language)
    # What the letters stand for, where there are any.
    told_of = people if lettered(people) else ()
    lanes = tuple((letter, node if who == "node" else who) for letter, who in told_of)
    return _Block(
        _say("picture", language),
        (said,),
        (*drawn, legend(language, leftward=leftward)),
        said,
        (),
        lanes,
    )


def _events(told: Chronicle, language: str) -> _Block:
    heads = ("no", "at", "what", "who", "why", "object", "log")
    head = tuple(_say(f"head_{name}", language) for name in heads)
    places = told.log.places if told.log is not None else (None,) * len(told.events)
    rows = tuple(
        _event(event, place, language, logged=told.log is not None)
        for event, place in zip(told.events, places, strict=True)
    )
    return _Block(_say("events", language), head=head, rows=rows)


def _event(event: Event, place: int | None, language: str, *, logged: bool) -> tuple[str, ...]:
    why = [_why(event, language)]
    if event.tools:
        tools = ", ".join(f"{tool.name} {tool.version}" for tool in event.tools)
        why.append(_say("tools", language, tools=_one_line(tools)))
    if event.note is not None:
        why.append(_say("note", language, note=_one_line(event.note)))
    waiting = _say("log_pending", language) if logged else "-"
    return (
        str(event.counter),
        event.at.replace("T", " ").replace("Z", " UTC"),
        _say(f"action_{event.action.value}", language),
        _say("node", language) if event.who == "node" else event.who,
        "\n".join(why),
        event.object,
        waiting if place is None else str(place),
    )


def _why(event: Event, language: str) -> str:
    """For what it was: a person's words as they are; a word of the program's in the reader's language."""
    purpose = _one_line(event.purpose)
    if event.action in _BY_PERSON or purpose not in _CODES:
        return purpose
    return _say(f"why_{purpose}", language, code=purpose)


def _stamps(told: Chronicle, language: str) -> _Block:
    heading = _say("stamps", language)
    if not told.stamps:
        return _Block(heading, (_say("no_stamp", language),))
    rows = tuple(
        (
            write_instant(stamp.at),
            " ".join(
                _say(f"stamp_{name}", language, authority=stamp.authority, counter=stamp.handover or 0)
                for name in (_over(stamp), "proven" if stamp.proven else "unproven")
            ),
        )
        for stamp in told.stamps
    )
    return _Block(heading, rows=rows)


def _over(stamp: StampTold) -> str:
    if stamp.handover is not None:
        return "handover"
    return "renews" if stamp.renews else "own"


def _log(told: Chronicle, language: str) -> _Block:
    lines = []
    if told.root is not None:
        lines.append(_say("root", language, root=told.root, size=told.tree_size))
    if told.log is None:
        lines.append(_say("log_unknown", language))
    else:
        lines.append(_say("log_is", language, origin=told.log.origin, size=told.log.size))
    return _Block(_say("log", language), tuple(lines))


def _certificate(told: CertificateTold, language: str) -> _Block:
    one = told.certificate
    by = _say(
        "certified_by",
        language,
        name=one.name,
        function=one.function,
        office=one.office,
        at=one.at,
        act=one.act,
    )
    rows = [
        (_say(f"certificate_{name}", language), text)
        for name, text in (("asked", one.asked), ("followed", one.followed), ("departure", one.departure))
        if text is not None
    ]
    if one.translation is not None:
        languages = _say("translated", language, written_in=one.written_in or "?", into=one.into or "?")
        rows.append((_say("certificate_translation", language), languages))
        rows.append((_say("certificate_original", language), one.original or "?"))
        rows.append((_say("certificate_result", language), one.translation))
    heading = _say(f"certificate_{one.certifies.value}", language)
    return _Block(heading, (by, *_signed(told, language), one.text), rows=tuple(rows))


def _signed(told: CertificateTold, language: str) -> Iterator[str]:
    """Whose node signed a certificate, which is not always that of the office that it names."""
    if told.state is None:
        yield _say("certificate_key", language, key=told.key)
    else:
        yield _say("certificate_node", language, state=told.state, key=told.key)
    if told.unlisted:
        office = told.certificate.office
        yield _say("certificate_unlisted", language, state=told.state or "?", office=office)
    if told.revoked is not None:
        when = "after" if told.after else "before"
        kept = told.kept or "?"
        yield _say(f"certificate_revoked_{when}", language, revoked=told.revoked, kept=kept)


def _html(block: _Block) -> Iterator[str]:
    yield f"<h2>{escape(block.heading)}</h2>"
    for text in block.paragraphs:
        yield f"<p>{_text(text)}</p>"
    yield from block.pictures
    if block.head:
        cells = "".join(f'<th scope="col">{escape(one)}</th>' for one in block.head)
        yield f'<table class="events"><thead><tr>{cells}</tr></thead><tbody>'
        for row in block.rows:
            yield "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in row) + "</tr>"
        yield "</tbody></table>"
    elif block.rows:
        yield '<table class="pairs"><tbody>'
        for name, value in block.rows:
            yield f'<tr><th scope="row">{_text(name)}</th><td>{_text(value)}</td></tr>'
        yield "</tbody></table>"


def _text(text: str) -> str:
    """Text that turns no other around it, whatever its direction, with its lines."""
    inner = "<br>".join(f"<bdi>{escape(_shown(line))}</bdi>" for line in text.split("\n"))
    # Only whole pairs: those are ours. A half one that somebody wrote is shown as nothing.
    return _plain(_PAIR.sub(r"<bdi>\1</bdi>", inner))


def _say(name: str, language: str, /, **arguments: str | int) -> str:
    """A sentence of ours; what is put into it stands apart, whatever its direction."""
    apart = {key: f"{_APART}{_plain(str(value))}{_TOGETHER}" for key, value in arguments.items()}
    return messages.render(f"court.{name}", language, **apart)


def _plain(text: str) -> str:
    return text.replace(_APART, "").replace(_TOGETHER, "")


def _one_line(text: str) -> str:
    """A line of others, which makes no second one: that would read as if the page said it."""
    return " ".join(text.splitlines())


def _shown(text: str) -> str:
    """The text, with what a browser would obey or drop and not show written out by its code point."""
    return _OBEYED.sub(lambda found: _numbered(found[0]), text)


def _numbered(character: str) -> str:
    return f"\\u{ord(character):04x}"


def _foreign(told: Chronicle) -> list[object]:
    """Every text of others that the page shows."""
    return [
        told.statement.source,
        [(event.purpose, event.note, [tool.model_dump() for tool in event.tools]) for event in told.events],
        [stamp.authority for stamp in told.stamps],
        [one.certificate.model_dump(mode="json") for one in told.certificates],
    ]


def _title(told: Chronicle, language: str) -> str:
    return _say("title", language, exhibit=told.statement.exhibit)


def _leftward(language: str) -> bool:
    return language.partition("-")[0] in LEFTWARD
