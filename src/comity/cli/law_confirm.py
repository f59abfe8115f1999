"""``comity law confirm``: our summaries beside an official text, and a person's ticks.

Promises: each record is shown beside what stands at its place before anyone is asked; nothing is ticked but
by a person's word; what was ticked is signed at the end or when the person stops, and not asked again.

Leaves to others: reading and comparing (``app.confirm``, ``law.beside``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from comity.cli.command import argument, command, option
from comity.cli.law_data import law_data
from comity.cli.law_show import lines_of, wrapped
from comity.cli.saying import tell
from comity.cli.session import Session, read_file, table, visible
from comity.errors import BadInput, NotFound

if TYPE_CHECKING:
    from comity.app.confirm import Reading
    from comity.law import Bundle, TextPair

MOST_SHOWN: Final = 3000
"""Letters of an official text that are shown of one place."""


@command("law confirm")
@argument("file", metavar="FILE", type=click.Path(path_type=Path))
@option("--instrument", default="uncc", metavar="KEY")
@option("--article", "articles", type=int, multiple=True, metavar="NUMBER")
@option("--tick", "ticks", multiple=True, metavar="ART_OR_KEY")
@option("--as", "who", metavar="NAME")
@option("--text", metavar="TEXT")
@click.pass_obj
def confirm_command(
    session: Session,
    /,
    *,
    file: Path,
    instrument: str,
    articles: tuple[int, ...],
    ticks: tuple[str, ...],
    who: str | None,
    text: str | None,
) -> None:
    """``comity law confirm``."""
    from comity.app.confirm import confirm, pairs_of, read_text

    data = read_file(file)
    if who is None:
        if ticks:
            raise BadInput("cli.who_signs")
        bundle = law_data(session)
        _show(session, bundle, read_text(bundle, data, instrument), articles)
        return
    with session.node() as node:
        bundle = node.bundle
        reading = read_text(bundle, data, instrument)
        if ticks:
            chosen = pairs_of(bundle, reading, ticks)
        elif at_a_terminal() and not session.json:
            chosen = _ask(session, bundle, reading, articles)
            if not chosen:
                return
        else:
            raise BadInput("cli.nothing_ticked")
        tell(session, node, confirm(node, reading, chosen, node.person(who), text=text))


def at_a_terminal() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty()


def _ask(
    session: Session, bundle: Bundle, reading: Reading, articles: tuple[int, ...]
) -> tuple[TextPair, ...]:
    """Ask of one record after another; what was said yes to."""
    _wanted(reading.comparison.pairs, articles)
    still = [p for p in reading.open if not articles or p.place.article in articles]
    yes: list[TextPair] = []
    no: list[TextPair] = []
    for number, pair in enumerate(still, 1):
        click.echo("")
        for line in _beside(session, bundle, reading, pair):
            click.echo(visible(line))
        answer = _answer(session, number, len(still))
        if answer == "q":
            break
        if answer in {"y", "n"}:
            (yes if answer == "y" else no).append(pair)
    click.echo("")
    session.say("cli.law.confirm_sum", yes=len(yes), no=len(no), open=len(still) - len(yes))
    for pair in no:
        session.say("cli.law.confirm_differs", pointer=pair.place.pointer, key=pair.provision.key)
    return tuple(yes)


def _wanted(pairs: Sequence[TextPair], articles: tuple[int, ...]) -> list[TextPair]:
    """The pairs of these articles; of all without any.

    Raises:
        NotFound: of one of them nothing of ours stands in the text.
    """
    for number in articles:
        if number not in {p.place.article for p in pairs}:
            raise NotFound("cli.law.article_not_in_text", number=number)
    return [p for p in pairs if not articles or p.place.article in articles]


def _answer(session: Session, number: int, count: int) -> str:
    """y, n, s or q; the end of the input is q, so that what was ticked before is not lost."""
    while True:
        click.echo(session.text("cli.law.confirm_ask", number=number, count=count) + " ", nl=False)
        told = sys.stdin.readline()
        word = told.strip().casefold()[:1]
        if not told or word == "q":
            return "q"
        if word in {"y", "n", "s"}:
            return word


def _beside(session: Session, bundle: Bundle, reading: Reading, pair: TextPair) -> Iterator[str]:
    """One record, and what stands at its place."""
    yield from lines_of(session, bundle, pair.provision)
    language = reading.comparison.language
    if pair.text is None:
        yield session.text("cli.law.not_in_text", pointer=pair.place.pointer)
        return
    yield session.text("cli.law.official", language=language, pointer=pair.place.pointer)
    for line in pair.text[:MOST_SHOWN].splitlines():
        yield from wrapped(line, "  | ")
    if len(pair.text) > MOST_SHOWN:
        yield session.text("cli.law.official_cut", count=len(pair.text) - MOST_SHOWN)


def _show(session: Session, bundle: Bundle, reading: Reading, articles: tuple[int, ...]) -> None:
    """The comparison, for a person to look at; with articles, record by record."""
    compared = reading.comparison
    pairs = _wanted(compared.pairs, articles)
    value = {
        "document": reading.document,
        "instrument": compared.instrument,
        "language": compared.language,
        "articles": reading.articles,
        "standing": len(compared.standing),
        "open": len(reading.open),
        "missing": [{"address": p.place.address, "key": p.provision.key} for p in compared.missing],
        "surplus": [place.address for place in compared.surplus],
        "absent": list(compared.absent),
        "pairs": [
            {
                "address": p.place.address,
                "key": p.provision.key,
                "ours": p.provision.summary,
                "official": p.text,
                "to_be_confirmed": p.provision.verify,
            }
            for p in pairs
        ],
    }

    def words() -> Iterator[str]:
        say = session.text
        name = bundle.short_name(compared.instrument)
        yield say("cli.law.read", name=name, language=compared.language, count=reading.articles)
        yield say("cli.law.read_from", digest=reading.document)
        yield say("cli.law.standing", found=len(compared.standing), of=len(compared.pairs))
        if compared.missing:
            rows = [(p.place.pointer, p.provision.key) for p in compared.missing]
            yield say("cli.law.missing")
            yield from table(rows, say("cli.head.missing").split("|"))
        if compared.surplus:
            yield say("cli.law.surplus", places=", ".join(p.pointer for p in compared.surplus))
        if compared.absent:
            yield say("cli.law.absent", articles=", ".join(map(str, compared.absent)))
        for pair in pairs if articles else ():
            yield ""
            yield from _beside(session, bundle, reading, pair)
        yield say("cli.law.still_open", count=len(reading.open))

    session.show(value, words)
